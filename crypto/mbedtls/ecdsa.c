/* ecdsa: the elliptic curve part of crypto/verify.h over mbedTLS 2.28. */
#include <mbedtls/ecdsa.h>

#include "backend.h"
#include "crypto/verify.h"

struct work {
    mbedtls_ecp_group *group;
    mbedtls_ecp_point  q;
    mbedtls_mpi        r, s;
};

static struct err verify(struct work *w, struct view digest, bool *good)
{
    const int answer = mbedtls_ecdsa_verify(w->group, digest.ptr, digest.len, &w->q, &w->r, &w->s);

    /* r, s out of range and a sum at infinity (SEC 1 clause 4.1.4 step 5) among the bad */
    CHECK(answer == 0 || answer == MBEDTLS_ERR_ECP_VERIFY_FAILED, E_CRYPTO);
    *good = answer == 0;
    return SUCCESS;
}

static struct err check(struct work *w, const struct ec_key *key, struct view digest,
                        const struct rs *sig, bool *good)
{
    w->group = backend_group(key->group);
    CHECK(w->group != NULL && backend_number(&w->r, sig->r) && backend_number(&w->s, sig->s),
          E_CRYPTO);
    TRY(backend_point(w->group, key->point, &w->q, good));
    return *good ? verify(w, digest, good) : SUCCESS;
}

struct err ecdsa_verify(const struct ec_key *key, struct view digest, const struct rs *sig,
                        bool *good)
{
    struct work w;
    bool        verified = false;

    CHECK(ec_domain(key->group) != NULL && digest.len <= HASH_MAX, E_BUG);
    CHECK(backend_ready(), E_CRYPTO);
    if (sig->r.len > EC_FIELD_MAX || sig->s.len > EC_FIELD_MAX) { /* beyond n */
        *good = false;
        return SUCCESS;
    }
    mbedtls_ecp_point_init(&w.q);
    mbedtls_mpi_init(&w.r);
    mbedtls_mpi_init(&w.s);
    const struct err e = check(&w, key, digest, sig, &verified);

    mbedtls_mpi_free(&w.s);
    mbedtls_mpi_free(&w.r);
    mbedtls_ecp_point_free(&w.q);
    TRY(e);
    *good = verified;
    return SUCCESS;
}
