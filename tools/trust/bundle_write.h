/*
 * bundle_write: a pool as the bytes of a trust bundle, signed.
 *
 * Spec: docs/trust-bundle.md, version 1.
 */
#ifndef TRUST_BUNDLE_WRITE_H
#define TRUST_BUNDLE_WRITE_H

#include "heap.h"
#include "pool.h"
#include "signer.h"

struct bundle_terms_written {
    uint8_t       base_id[BUNDLE_BASE_ID];
    uint64_t      counter;
    struct moment created, valid_until;
};

/* Where the sections lie in the data, and how many pages there are. */
struct bundle_layout {
    uint32_t           n_data, n_tree;
    struct bundle_part part[BUNDLE_SECTION_COUNT];
};

/* Around n_data whole pages of data, which are freed: tree, header and signature.  n_tree is
 * set here; out is the caller's to free.  The parts are written as they are, right or wrong. */
struct err bundle_seal(const struct bundle_terms_written *terms, const struct signer *signer,
                       struct bundle_layout *l, struct bytes *data, struct bytes *out);

/* The whole file, kept until the program ends.  After ties_find() and ties_crls().
 * E_TOO_LONG if it would be larger than a reader reads. */
struct err bundle_write(const struct pool *p, const struct bundle_terms_written *terms,
                        const struct signer *signer, struct view *out);

#endif
