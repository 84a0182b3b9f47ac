/*
 * dsa: the DSA part of crypto/verify.h over OpenSSL 3.
 *
 * As in ecdsa.c, a DSA object takes the numbers as they are.
 */
#define OPENSSL_SUPPRESS_DEPRECATED

#include <openssl/bn.h>
#include <openssl/dsa.h>
#include <openssl/err.h>

#include "backend.h"
#include "crypto/verify.h"

static BIGNUM *number(struct view v)
{
    return BN_bin2bn(v.ptr, (int)v.len, NULL);
}

static DSA *key_of(const struct dsa_key *key)
{
    DSA    *dsa = DSA_new();
    BIGNUM *p = number(key->p), *q = number(key->q), *g = number(key->g), *y = number(key->y);

    if (dsa != NULL && p != NULL && q != NULL && g != NULL && y != NULL &&
        DSA_set0_pqg(dsa, p, q, g) == 1 && DSA_set0_key(dsa, y, NULL) == 1)
        return dsa; /* which owns all four */
    if (dsa == NULL || DSA_get0_p(dsa) == NULL) {
        BN_free(p);
        BN_free(q);
        BN_free(g);
    }
    BN_free(y);
    DSA_free(dsa);
    return NULL;
}

static DSA_SIG *signature_of(const struct rs *rs)
{
    DSA_SIG *sig = DSA_SIG_new();
    BIGNUM  *r = number(rs->r), *s = number(rs->s);

    if (sig != NULL && r != NULL && s != NULL && DSA_SIG_set0(sig, r, s) == 1)
        return sig;
    BN_free(r);
    BN_free(s);
    DSA_SIG_free(sig);
    return NULL;
}

struct err dsa_verify(const struct dsa_key *key, struct view digest, const struct rs *sig,
                      bool *good)
{
    CHECK(digest.len <= HASH_MAX, E_BUG);
    CHECK(backend_get() != NULL, E_CRYPTO);
    CHECK(key->p.len <= DSA_MAX && key->q.len <= DSA_MAX && key->g.len <= DSA_MAX &&
              key->y.len <= DSA_MAX,
          E_CRYPTO);
    if (sig->r.len > DSA_MAX || sig->s.len > DSA_MAX) { /* beyond q */
        *good = false;
        return SUCCESS;
    }
    DSA      *dsa = key_of(key);
    DSA_SIG  *s = signature_of(sig);
    const int answer =
        dsa != NULL && s != NULL ? DSA_do_verify(digest.ptr, (int)digest.len, s, dsa) : -1;

    ERR_clear_error();
    DSA_SIG_free(s);
    DSA_free(dsa);
    CHECK(answer >= 0, E_CRYPTO);
    *good = answer == 1;
    return SUCCESS;
}
