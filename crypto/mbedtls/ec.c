/*
 * ec: crypto/ec.h over mbedTLS 2.28's points.
 *
 * mbedtls_ecp_mul() is a comb of fixed length with its tables read at every place.  It blinds
 * coordinates with random numbers; none are given to it, so it makes them with an HMAC_DRBG
 * seeded by the scalar (MBEDTLS_ECP_NO_INTERNAL_RNG is not set): as unknown to others as the
 * scalar is, and nothing that could fail or block.  Public operations draw from it too.
 */
#include "crypto/ec.h"

#include "backend.h"

struct work {
    mbedtls_ecp_group *group;
    mbedtls_mpi        k;
    mbedtls_ecp_point  p, q, sum;
};

static bool work_open(struct work *w, enum ec_group group)
{
    w->group = backend_group(group);
    mbedtls_mpi_init(&w->k);
    mbedtls_ecp_point_init(&w->p);
    mbedtls_ecp_point_init(&w->q);
    mbedtls_ecp_point_init(&w->sum);
    return w->group != NULL;
}

static void work_close(struct work *w)
{
    mbedtls_ecp_point_free(&w->sum);
    mbedtls_ecp_point_free(&w->q);
    mbedtls_ecp_point_free(&w->p);
    mbedtls_mpi_free(&w->k);
}

static struct err need_point(const struct work *w, struct view in, mbedtls_ecp_point *out)
{
    bool good;

    TRY(backend_point(w->group, in, out, &good));
    CHECK(good, E_UNEXPECTED);
    return SUCCESS;
}

static struct err put_sum(struct work *w, size_t len, struct buf *out)
{
    size_t n = 0;

    CHECK(mbedtls_ecp_is_zero(&w->sum) == 0, E_UNEXPECTED);
    CHECK(mbedtls_ecp_point_write_binary(w->group, &w->sum, MBEDTLS_ECP_PF_UNCOMPRESSED, &n,
                                         out->ptr + out->len, len) == 0 &&
              n == len,
          E_CRYPTO);
    out->len += len;
    return SUCCESS;
}

/* The library takes scalars of 1 to n - 1 only. */
static struct err multiply(struct work *w, struct view scalar, struct view point)
{
    const bool named = point.len != 0;

    if (named)
        TRY(need_point(w, point, &w->p));
    CHECK(backend_number(&w->k, scalar) && mbedtls_mpi_mod_mpi(&w->k, &w->k, &w->group->N) == 0,
          E_CRYPTO);
    CHECK(mbedtls_mpi_cmp_int(&w->k, 0) != 0, E_UNEXPECTED); /* the point at infinity */
    CHECK(mbedtls_ecp_mul(w->group, &w->sum, &w->k, named ? &w->p : &w->group->G, NULL, NULL) == 0,
          E_CRYPTO);
    return SUCCESS;
}

static struct err add(struct work *w, struct view p, struct view q)
{
    TRY(need_point(w, p, &w->p));
    TRY(need_point(w, q, &w->q));
    CHECK(mbedtls_mpi_lset(&w->k, 1) == 0 &&
              mbedtls_ecp_muladd(w->group, &w->sum, &w->k, &w->p, &w->k, &w->q) == 0,
          E_CRYPTO);
    return SUCCESS;
}

struct err ec_multiply(enum ec_group group, struct view scalar, struct view point, struct buf *out)
{
    const struct ec_domain *d = ec_domain(group);
    struct work             w;
    struct err              e = err_at(E_CRYPTO, 0, WHERE);

    CHECK(d != NULL && scalar.len <= EC_SCALAR_MAX, E_BUG);
    CHECK(out->cap - out->len >= 1 + 2 * d->p.len, E_NO_SPACE);
    if (work_open(&w, group))
        e = multiply(&w, scalar, point);
    if (e.code == OK)
        e = put_sum(&w, 1 + 2 * d->p.len, out);
    work_close(&w);
    return e;
}

struct err ec_add(enum ec_group group, struct view p, struct view q, struct buf *out)
{
    const struct ec_domain *d = ec_domain(group);
    struct work             w;
    struct err              e = err_at(E_CRYPTO, 0, WHERE);

    CHECK(d != NULL, E_BUG);
    CHECK(out->cap - out->len >= 1 + 2 * d->p.len, E_NO_SPACE);
    if (work_open(&w, group))
        e = add(&w, p, q);
    if (e.code == OK)
        e = put_sum(&w, 1 + 2 * d->p.len, out);
    work_close(&w);
    return e;
}

struct err ec_check(enum ec_group group, struct view point, bool *good)
{
    struct work w;
    bool        fits = false;
    struct err  e = err_at(E_CRYPTO, 0, WHERE);

    CHECK(ec_domain(group) != NULL, E_BUG);
    if (work_open(&w, group))
        e = backend_point(w.group, point, &w.p, &fits);
    work_close(&w);
    TRY(e);
    *good = fits;
    return SUCCESS;
}
