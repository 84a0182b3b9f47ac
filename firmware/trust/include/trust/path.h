/*
 * path: from a document signer to the CSCA that signed it.
 *
 * The path has length one.  Candidates come by authority key identifier, then by issuer
 * name as folded, then all of the state; a candidate is the issuer when the signature
 * verifies under its key, and for no other reason.  No key is tried twice.  A link
 * certificate is an anchor like any other: its own signature was the compiler's business.
 *
 * Spec: Doc 9303-12 (8th ed.) clause 5; BSI TR-03135-1 v2.5 clauses 5.6.4.3.3, 5.6.4.3.4.
 */
#ifndef TRUST_PATH_H
#define TRUST_PATH_H

#include "cert/cert.h"
#include "trust/anchor.h"

enum { PATH_TRIES_MAX = 64 }; /* different keys tried for one signer */

enum found_by { FOUND_NOT, FOUND_BY_AKI, FOUND_BY_NAME, FOUND_BY_COUNTRY };

/* Names go over the link: append. */
/* clang-format off */
#define PATH_WHYS(X)                                                                        \
    X(PATH_NOT_RUN,      "not run")                                                         \
    X(PATH_SIGNED,       "signed by a CSCA of the bundle")                                  \
    X(PATH_NO_STATE,     "the bundle holds no CSCA of that state")                          \
    X(PATH_NO_KEY,       "the bundle holds CSCAs of that state, none of which signed this") \
    X(PATH_BAD,          "the CSCA that it names is known and did not sign it")             \
    X(PATH_ALGORITHM,    "the signature's algorithm or the CSCA's key is not supported")    \
    X(PATH_TOO_MANY,     "more CSCA keys than are tried")
/* clang-format on */

#define PATH_ENUM(name, text) name,
enum path_why { PATH_WHYS(PATH_ENUM) PATH_WHY_COUNT };
#undef PATH_ENUM

struct path {
    /* SUCCESSFUL; FAILED only for PATH_BAD: the CSCA was found by key identifier and state,
     * so that nobody else can have been meant; else UNDETERMINED.  TR-03135 5.6.4.3.3. */
    enum result   signature;
    enum path_why why;
    enum found_by by;     /* of the issuer; for PATH_BAD, of the one named; else FOUND_NOT */
    struct moment at;     /* the moment asked for */
    unsigned      tried;  /* signature verifications it took */
    struct anchor anchor; /* both below: all zero when by is FOUND_NOT */
    struct cert   csca;   /* the certificate of that key that suits best: valid, then self-issued */
    enum result   ds_validity; /* at the moment asked for; UNDETERMINED without a clock, or dates */
    enum result   csca_validity; /* the same; UNDETERMINED too when signature is not SUCCESSFUL */
};

/*
 * Find and check the issuer.
 *
 * at      now; 0 if there is no clock
 * Memory: out points into the bundle's mapping.
 * Notes:  of the DSC under PLACE_DSC, of the chosen CSCA under PLACE_CSCA; notes->place is
 *         given back as it was.  May be NULL.
 * Fails as bundle_get() does, and with E_CRYPTO: could not find out.
 */
struct err path_find(struct bundle *b, const struct cert *ds, struct moment at, struct path *out,
                     struct notes *notes);

/* "NO_STATE"; and the sentence.  Never NULL. */
const char *path_why_name(unsigned why);
const char *path_why_text(unsigned why);

#endif
