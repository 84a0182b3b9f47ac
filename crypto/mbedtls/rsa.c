/*
 * rsa: the RSA half of crypto/verify.h over mbedTLS 2.28's numbers.
 *
 * The library's own PSS cannot take another digest for MGF1 than for the message, so
 * EMSA-PSS-VERIFY is done here: RFC 8017 clause 9.1.2, its step numbers at the lines.
 *
 *      EM = maskedDB || H || BC,   maskedDB = (00.. || 01 || salt) xor MGF1(H)
 */
#include "backend.h"
#include "crypto/verify.h"

enum { TRAILER = 0xBC, SEPARATOR = 0x01 };

struct work {
    mbedtls_mpi n, e, s, y;
};

/* Is it a key that RFC 8017 clause 3.1 allows, of a size that we allow? */
static bool is_key(const mbedtls_mpi *n, const mbedtls_mpi *e)
{
    const size_t bits = mbedtls_mpi_bitlen(n);

    return bits >= RSA_BITS_MIN && bits <= RSA_BITS_MAX && mbedtls_mpi_get_bit(n, 0) == 1 &&
           mbedtls_mpi_get_bit(e, 0) == 1 && mbedtls_mpi_cmp_int(e, 1) != 0 &&
           mbedtls_mpi_bitlen(e) <= RSA_E_BITS_MAX;
}

static bool power(struct work *w, const struct rsa_key *key, struct view sig, uint8_t *out)
{
    return backend_number(&w->n, key->n) && backend_number(&w->e, key->e) &&
           backend_number(&w->s, sig) && is_key(&w->n, &w->e) &&
           mbedtls_mpi_cmp_mpi(&w->s, &w->n) < 0 &&
           mbedtls_mpi_exp_mod(&w->y, &w->s, &w->e, &w->n, NULL) == 0 &&
           mbedtls_mpi_write_binary(&w->y, out, key->n.len) == 0;
}

struct err rsa_public(const struct rsa_key *key, struct view sig, struct buf *out)
{
    struct work w;

    CHECK(out->cap - out->len >= key->n.len, E_NO_SPACE);
    CHECK(backend_ready(), E_CRYPTO);
    CHECK(key->n.len <= RSA_MAX && key->e.len <= RSA_MAX && sig.len <= RSA_MAX, E_CRYPTO);
    mbedtls_mpi_init(&w.n);
    mbedtls_mpi_init(&w.e);
    mbedtls_mpi_init(&w.s);
    mbedtls_mpi_init(&w.y);
    const bool ok = power(&w, key, sig, out->ptr + out->len);

    mbedtls_mpi_free(&w.y);
    mbedtls_mpi_free(&w.s);
    mbedtls_mpi_free(&w.e);
    mbedtls_mpi_free(&w.n);
    CHECK(ok, E_CRYPTO);
    out->len += key->n.len;
    return SUCCESS;
}

/* masked ^= MGF1(seed).  RFC 8017 clause B.2.1 */
static struct err unmask(enum hash_alg alg, struct view seed, uint8_t *masked, size_t len)
{
    for (uint32_t counter = 0; len != 0; counter++) {
        uint8_t      number[4], block[HASH_MAX];
        struct buf   c = BUF(number), out = BUF(block);
        const size_t n = len < hash_len(alg) ? len : hash_len(alg);

        TRY(buf_u32(&c, counter));
        TRY(hash(alg, (struct view[]){ seed, VIEW(number) }, 2, &out));
        for (size_t i = 0; i < n; i++)
            masked[i] ^= block[i];
        masked += n;
        len -= n;
    }
    return SUCCESS;
}

/* H' = Hash(00 00 00 00 00 00 00 00 || digest || salt); steps 12 to 14 */
static struct err is_digest(enum hash_alg alg, struct view digest, struct view salt, struct view h,
                            bool *good)
{
    static const uint8_t zeros[8];
    uint8_t              room[HASH_MAX];
    struct buf           out = BUF(room);

    TRY(hash(alg, (struct view[]){ VIEW(zeros), digest, salt }, 3, &out));
    *good = view_same(buf_view(&out), h);
    return SUCCESS;
}

/* Zeros, one 01, then salt_len octets, no more and no less; step 10 */
static bool is_padding(struct view db, size_t salt_len)
{
    const size_t zeros = db.len - salt_len - 1;

    for (size_t i = 0; i < zeros; i++) {
        if (view_at(db, i) != 0)
            return false;
    }
    return view_at(db, zeros) == SEPARATOR;
}

/* em: room for the whole modulus, of which the last em_len octets may be other than zero */
struct encoded {
    uint8_t *em;
    size_t   len;  /* of em */
    size_t   bits; /* emBits, the modulus' bits - 1 */
};

static struct err emsa_pss_verify(const struct pss *pss, struct view digest,
                                  const struct encoded *m, bool *good)
{
    const size_t  h_len = hash_len(pss->hash), em_len = (m->bits + 7) / 8;
    uint8_t      *em = m->em + (m->len - em_len);
    const uint8_t top = (uint8_t)(0xFF >> (8 * em_len - m->bits)); /* the bits of em[0] in use */

    *good = false;
    for (size_t i = 0; i < m->len - em_len; i++) {
        if (m->em[i] != 0) /* I2OSP, RFC 8017 clause 8.1.2 step 2c */
            return SUCCESS;
    }
    if (em_len < h_len + pss->salt_len + 2 || em[em_len - 1] != TRAILER || /* steps 3, 4 */
        (em[0] & ~top) != 0)                                               /* step 6 */
        return SUCCESS;
    const size_t      db_len = em_len - h_len - 1;
    const struct view h = view_of(em + db_len, h_len);

    TRY(unmask(pss->mgf_hash, h, em, db_len)); /* steps 7, 8 */
    em[0] &= top;                              /* step 9 */
    if (!is_padding(view_of(em, db_len), pss->salt_len))
        return SUCCESS;
    return is_digest(pss->hash, digest, view_of(em + db_len - pss->salt_len, pss->salt_len), h,
                     good);
}

/* How many bits the number has. */
static size_t bits_of(struct view n)
{
    size_t bits = n.len * 8;

    while (bits != 0 && (view_at(n, n.len - 1 - (bits - 1) / 8) >> (bits - 1) % 8 & 1) == 0)
        bits--;
    return bits;
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
    const struct encoded encoded = { em, m.len, bits_of(key->n) - 1 };

    TRY(emsa_pss_verify(pss, digest, &encoded, &fits));
    *good = fits;
    return SUCCESS;
}
