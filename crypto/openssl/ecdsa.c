/*
 * ecdsa: the elliptic curve part of crypto/verify.h over OpenSSL 3.
 *
 * The key comes as numbers and is used once.  An EC_KEY takes them, and a ready group, as
 * they are; EVP would copy, encode and decode both key and signature for a tenth of the
 * time of a P-256 verification.  EC_KEY is deprecated, so it is kept to this file.
 */
#define OPENSSL_SUPPRESS_DEPRECATED

#include <limits.h>

#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>

#include "backend.h"
#include "crypto/verify.h"

enum { UNCOMPRESSED = 4 }; /* SEC 1 clause 2.3.3 */

static ECDSA_SIG *signature_of(const struct rs *rs)
{
    ECDSA_SIG *sig = ECDSA_SIG_new();
    BIGNUM    *r = BN_bin2bn(rs->r.ptr, (int)rs->r.len, NULL);
    BIGNUM    *s = BN_bin2bn(rs->s.ptr, (int)rs->s.len, NULL);

    if (sig != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(sig, r, s) == 1)
        return sig;
    BN_free(r);
    BN_free(s);
    ECDSA_SIG_free(sig);
    return NULL;
}

/* Was this among what went wrong?  The queue was empty before the call. */
static bool happened(int lib, int reason)
{
    bool found = false;

    for (unsigned long e; (e = ERR_get_error()) != 0;)
        found = found || (ERR_GET_LIB(e) == lib && ERR_GET_REASON(e) == reason);
    return found;
}

/* The key's point; *on_curve says whether it is one of this curve.  FIPS 186-4 is silent
 * about it, SEC 1 clause 3.2.2.1 is not; the cofactor is 1, so no order is left to check. */
static struct err set_point(EC_KEY *key, const EC_GROUP *group, struct view point, bool *on_curve)
{
    CHECK(EC_KEY_set_group(key, group) == 1, E_CRYPTO);
    *on_curve = EC_KEY_oct2key(key, point.ptr, point.len, NULL) == 1;
    CHECK(*on_curve || ERR_GET_REASON(ERR_peek_error()) != ERR_R_MALLOC_FAILURE, E_CRYPTO);
    return SUCCESS;
}

/* OpenSSL answers 1 good, 0 bad, -1 could not; among the last is a sum u1*G + u2*Q at
 * infinity, which a signature can be made for: bad, SEC 1 clause 4.1.4 step 5. */
static struct err check(EC_KEY *key, struct view digest, const ECDSA_SIG *sig, bool *good)
{
    const int answer = ECDSA_do_verify(digest.ptr, (int)digest.len, sig, key);

    CHECK(answer >= 0 || happened(ERR_LIB_EC, EC_R_POINT_AT_INFINITY), E_CRYPTO);
    *good = answer == 1;
    return SUCCESS;
}

static struct err verify(const EC_GROUP *group, const struct ec_key *key, struct view digest,
                         const struct rs *rs, bool *good)
{
    const struct backend *b = backend_get();
    EC_KEY               *k = EC_KEY_new_ex(b->lib, NULL);
    ECDSA_SIG            *sig = signature_of(rs);
    bool                  on_curve = false;
    struct err            e = err_at(E_CRYPTO, 0, WHERE);

    *good = false;
    ERR_clear_error();
    if (k != NULL && sig != NULL)
        e = set_point(k, group, key->point, &on_curve);
    if (e.code == OK && on_curve)
        e = check(k, digest, sig, good);
    ERR_clear_error();
    ECDSA_SIG_free(sig);
    EC_KEY_free(k);
    return e;
}

struct err ecdsa_verify(const struct ec_key *key, struct view digest, const struct rs *sig,
                        bool *good)
{
    const struct backend   *b = backend_get();
    const struct ec_domain *d = ec_domain(key->group);
    bool                    verified = false;

    CHECK(d != NULL && digest.len <= HASH_MAX, E_BUG);
    CHECK(b != NULL, E_CRYPTO);
    if (sig->r.len <= EC_FIELD_MAX && sig->s.len <= EC_FIELD_MAX && /* else beyond n */
        key->point.len == 1 + 2 * d->p.len && view_at(key->point, 0) == UNCOMPRESSED)
        TRY(verify(b->group[key->group], key, digest, sig, &verified));
    *good = verified;
    return SUCCESS;
}
