/*
 * rsa: the RSA half of crypto/verify.h over OpenSSL 3.
 *
 * RSAVP1 is done on OpenSSL's numbers and not through an EVP_PKEY: a key is used for one
 * signature, so what EVP prepares for many is lost, and OpenSSL's RSA refuses exponents
 * over 64 bits for moduli over 3072.  Everything here is public, so nothing needs constant
 * time.  The encoding check of PSS is OpenSSL's own.
 */
#define OPENSSL_SUPPRESS_DEPRECATED /* RSA_verify_PKCS1_PSS_mgf1: EVP has no form without a key */

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "backend.h"
#include "crypto/verify.h"

struct work {
    BN_CTX      *ctx;
    BN_MONT_CTX *mont;
    BIGNUM      *n, *e, *s, *a, *y;
};

/* Is it a key that RFC 8017 clause 3.1 allows, of a size that we allow? */
static bool is_key(const BIGNUM *n, const BIGNUM *e)
{
    const int bits = BN_num_bits(n);

    return bits >= RSA_BITS_MIN && bits <= RSA_BITS_MAX && BN_is_odd(n) && BN_is_odd(e) &&
           !BN_is_one(e) && BN_num_bits(e) <= RSA_E_BITS_MAX;
}

static bool work_open(struct work *w, const struct rsa_key *key, struct view sig)
{
    const struct backend *b = backend_get();

    *w = (struct work){ 0 };
    if (b == NULL || key->n.len > RSA_MAX || key->e.len > RSA_MAX || sig.len > RSA_MAX)
        return false;
    w->ctx = BN_CTX_new_ex(b->lib);
    w->mont = BN_MONT_CTX_new();
    if (w->ctx == NULL || w->mont == NULL)
        return false;
    BN_CTX_start(w->ctx);
    w->n = BN_CTX_get(w->ctx);
    w->e = BN_CTX_get(w->ctx);
    w->s = BN_CTX_get(w->ctx);
    w->a = BN_CTX_get(w->ctx);
    w->y = BN_CTX_get(w->ctx);
    return w->y != NULL && /* then none is */
           BN_bin2bn(key->n.ptr, (int)key->n.len, w->n) != NULL &&
           BN_bin2bn(key->e.ptr, (int)key->e.len, w->e) != NULL &&
           BN_bin2bn(sig.ptr, (int)sig.len, w->s) != NULL && is_key(w->n, w->e) &&
           BN_cmp(w->s, w->n) < 0;
}

static void work_close(struct work *w)
{
    BN_MONT_CTX_free(w->mont);
    if (w->ctx != NULL)
        BN_CTX_end(w->ctx);
    BN_CTX_free(w->ctx);
}

/* y = s^e mod n, left to right.  e is odd, so the last factor is s as it is, not its
 * Montgomery form: that multiplication also leads back out of Montgomery form. */
static bool power(struct work *w)
{
    bool ok = BN_MONT_CTX_set(w->mont, w->n, w->ctx) == 1 &&
              BN_to_montgomery(w->a, w->s, w->mont, w->ctx) == 1 && BN_copy(w->y, w->a) != NULL;

    for (int i = BN_num_bits(w->e) - 2; ok && i > 0; i--) {
        ok = BN_mod_mul_montgomery(w->y, w->y, w->y, w->mont, w->ctx) == 1;
        if (ok && BN_is_bit_set(w->e, i))
            ok = BN_mod_mul_montgomery(w->y, w->y, w->a, w->mont, w->ctx) == 1;
    }
    return ok && BN_mod_mul_montgomery(w->y, w->y, w->y, w->mont, w->ctx) == 1 &&
           BN_mod_mul_montgomery(w->y, w->y, w->s, w->mont, w->ctx) == 1;
}

struct err rsa_public(const struct rsa_key *key, struct view sig, struct buf *out)
{
    struct work  w;
    const size_t len = key->n.len;

    CHECK(out->cap - out->len >= len, E_NO_SPACE);
    const bool ok = work_open(&w, key, sig) && power(&w) &&
                    BN_bn2binpad(w.y, out->ptr + out->len, (int)len) == (int)len;

    work_close(&w);
    ERR_clear_error();
    CHECK(ok, E_CRYPTO);
    out->len += len;
    return SUCCESS;
}

/* EMSA-PSS-VERIFY, RFC 8017 clause 9.1.2.  The RSA object lends its modulus' length only. */
static struct err emsa_pss_verify(const struct rsa_key *key, const struct pss *pss,
                                  const uint8_t *m, const uint8_t *em, bool *good)
{
    const struct backend *b = backend_get();
    RSA                  *rsa = RSA_new();
    BIGNUM               *n = BN_bin2bn(key->n.ptr, (int)key->n.len, NULL);
    BIGNUM               *e = BN_bin2bn(key->e.ptr, (int)key->e.len, NULL);

    if (b == NULL || rsa == NULL || n == NULL || e == NULL || RSA_set0_key(rsa, n, e, NULL) != 1) {
        BN_free(n);
        BN_free(e);
        RSA_free(rsa);
        FAIL(E_CRYPTO);
    }
    *good = RSA_verify_PKCS1_PSS_mgf1(rsa, m, b->md[pss->hash], b->md[pss->mgf_hash], em,
                                      pss->salt_len) == 1;
    RSA_free(rsa);
    return SUCCESS;
}

struct err rsa_pss_verify(const struct rsa_key *key, const struct pss *pss, struct view digest,
                          struct view sig, bool *good)
{
    uint8_t    em[RSA_MAX];
    struct buf m = BUF(em);
    bool       fits = false;

    CHECK(hash_len(pss->hash) != 0 && hash_len(pss->mgf_hash) != 0, E_BUG);
    CHECK(digest.len == hash_len(pss->hash), E_BUG);
    if (sig.len != key->n.len || view_order(sig, key->n) >= 0) { /* RFC 8017 8.1.2 steps 1, 2 */
        *good = false;
        return SUCCESS;
    }
    TRY(rsa_public(key, sig, &m));
    ERR_clear_error();
    const struct err e = emsa_pss_verify(key, pss, digest.ptr, em, &fits);
    const bool       no_memory = ERR_GET_REASON(ERR_peek_last_error()) == ERR_R_MALLOC_FAILURE;

    ERR_clear_error();
    TRY(e);
    CHECK(!no_memory, E_CRYPTO); /* not found out: a failure, no finding */
    *good = fits;
    return SUCCESS;
}
