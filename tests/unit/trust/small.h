/* small: a bundle in memory, made by the compiler's own writer from a list of DER. */
#ifndef TESTS_TRUST_SMALL_H
#define TESTS_TRUST_SMALL_H

#include "bundle_write.h"

struct small {
    struct pool                 pool;
    struct signer               signer; /* drawn for the run */
    struct bundle_terms_written terms;
    struct view                 file;
    struct bundle               bundle; /* open */
};

/* Begin: counter 7, made 2024, to be replaced by 2034. */
void small_begin(struct small *s);

/* Tie, write, sign and open. */
void small_end(struct small *s);

/* What opens it. */
struct bundle_terms small_terms(const struct small *s, uint64_t counter);

#endif
