/*
 * dsa: the DSA part of crypto/verify.h over mbedTLS 2.28's numbers; the library has no DSA.
 *
 *      w = s^-1, u1 = zw, u2 = rw mod q;  good: (g^u1 y^u2 mod p) mod q = r    FIPS 186-4 4.7
 */
#include "backend.h"
#include "crypto/verify.h"

enum number { P, Q, G, Y, R, S, Z, W, V, NUMBERS };

/* The leftmost bits of the digest, as many as q has: whole octets.  FIPS 186-4 clause 4.6 */
static struct view cut(struct view digest, size_t bits)
{
    return view_of(digest.ptr, digest.len < bits / 8 ? digest.len : bits / 8);
}

static bool is_domain(const mbedtls_mpi *n)
{
    const size_t bits = mbedtls_mpi_bitlen(&n[Q]);

    return (bits == 160 || bits == 224 || bits == 256) && mbedtls_mpi_get_bit(&n[P], 0) == 1 &&
           mbedtls_mpi_cmp_int(&n[P], 1) > 0;
}

static bool in_range(const mbedtls_mpi *x, const mbedtls_mpi *q)
{
    return mbedtls_mpi_cmp_int(x, 0) > 0 && mbedtls_mpi_cmp_mpi(x, q) < 0;
}

/* x = x * w mod m */
static bool times(mbedtls_mpi *x, const mbedtls_mpi *w, const mbedtls_mpi *m)
{
    return mbedtls_mpi_mul_mpi(x, x, w) == 0 && mbedtls_mpi_mod_mpi(x, x, m) == 0;
}

/* V of the formula above; S becomes u2 and Z u1.  False also if q is so little a prime that
 * s has no inverse. */
static bool compute(mbedtls_mpi *n)
{
    return mbedtls_mpi_inv_mod(&n[W], &n[S], &n[Q]) == 0 && times(&n[Z], &n[W], &n[Q]) &&
           mbedtls_mpi_copy(&n[S], &n[R]) == 0 && times(&n[S], &n[W], &n[Q]) &&
           mbedtls_mpi_exp_mod(&n[V], &n[G], &n[Z], &n[P], NULL) == 0 &&
           mbedtls_mpi_exp_mod(&n[W], &n[Y], &n[S], &n[P], NULL) == 0 &&
           times(&n[V], &n[W], &n[P]) && mbedtls_mpi_mod_mpi(&n[V], &n[V], &n[Q]) == 0;
}

static struct err check(mbedtls_mpi *n, const struct dsa_key *key, struct view digest,
                        const struct rs *sig, bool *good)
{
    CHECK(backend_number(&n[P], key->p) && backend_number(&n[Q], key->q) &&
              backend_number(&n[G], key->g) && backend_number(&n[Y], key->y) &&
              backend_number(&n[R], sig->r) && backend_number(&n[S], sig->s) && is_domain(n),
          E_CRYPTO);
    *good = in_range(&n[R], &n[Q]) && in_range(&n[S], &n[Q]);
    if (!*good)
        return SUCCESS;
    CHECK(backend_number(&n[Z], cut(digest, mbedtls_mpi_bitlen(&n[Q]))) && compute(n), E_CRYPTO);
    *good = mbedtls_mpi_cmp_mpi(&n[V], &n[R]) == 0;
    return SUCCESS;
}

struct err dsa_verify(const struct dsa_key *key, struct view digest, const struct rs *sig,
                      bool *good)
{
    mbedtls_mpi n[NUMBERS];
    bool        verified = false;

    CHECK(digest.len <= HASH_MAX, E_BUG);
    CHECK(backend_ready(), E_CRYPTO);
    CHECK(key->p.len <= DSA_MAX && key->q.len <= DSA_MAX && key->g.len <= DSA_MAX &&
              key->y.len <= DSA_MAX,
          E_CRYPTO);
    if (sig->r.len > DSA_MAX || sig->s.len > DSA_MAX) { /* beyond q */
        *good = false;
        return SUCCESS;
    }
    for (size_t i = 0; i < NUMBERS; i++)
        mbedtls_mpi_init(&n[i]);
    const struct err e = check(n, key, digest, sig, &verified);

    for (size_t i = 0; i < NUMBERS; i++)
        mbedtls_mpi_free(&n[i]);
    TRY(e);
    *good = verified;
    return SUCCESS;
}
