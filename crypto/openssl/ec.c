/*
 * ec: crypto/ec.h over OpenSSL 3's points.
 *
 * EC_POINT_mul() with one scalar is a ladder of fixed length, or the fixed-time code of a
 * NIST curve; with two it is neither, so it never gets two here.
 */
#include "crypto/ec.h"

#include <openssl/bn.h>
#include <openssl/err.h>

#include "backend.h"

enum { UNCOMPRESSED = 4 }; /* SEC 1 clause 2.3.3 */

struct work {
    const EC_GROUP *group;
    BN_CTX         *ctx;
    BIGNUM         *scalar;
    EC_POINT       *p, *q, *sum;
};

static bool work_open(struct work *w, enum ec_group group)
{
    const struct backend *b = backend_get();

    *w = (struct work){ 0 };
    if (b == NULL)
        return false;
    w->group = b->group[group];
    w->ctx = BN_CTX_new_ex(b->lib);
    w->scalar = BN_new();
    w->p = EC_POINT_new(w->group);
    w->q = EC_POINT_new(w->group);
    w->sum = EC_POINT_new(w->group);
    return w->ctx != NULL && w->scalar != NULL && w->p != NULL && w->q != NULL && w->sum != NULL;
}

static void work_close(struct work *w)
{
    EC_POINT_clear_free(w->sum);
    EC_POINT_clear_free(w->q);
    EC_POINT_clear_free(w->p);
    BN_clear_free(w->scalar);
    BN_CTX_free(w->ctx);
    ERR_clear_error();
}

/* OpenSSL checks that both coordinates are below p and fit the curve; the other forms it
 * knows are none of ours. */
static struct err read_point(const struct work *w, enum ec_group group, struct view in,
                             EC_POINT *out, bool *good)
{
    *good = in.len == 1 + 2 * ec_domain(group)->p.len && view_at(in, 0) == UNCOMPRESSED;
    if (!*good)
        return SUCCESS;
    ERR_clear_error();
    *good = EC_POINT_oct2point(w->group, out, in.ptr, in.len, w->ctx) == 1;
    CHECK(*good || ERR_GET_REASON(ERR_peek_error()) != ERR_R_MALLOC_FAILURE, E_CRYPTO);
    return SUCCESS;
}

static struct err need_point(const struct work *w, enum ec_group group, struct view in,
                             EC_POINT *out)
{
    bool good;

    TRY(read_point(w, group, in, out, &good));
    CHECK(good, E_UNEXPECTED);
    return SUCCESS;
}

static struct err put_sum(const struct work *w, size_t len, struct buf *out)
{
    CHECK(EC_POINT_is_at_infinity(w->group, w->sum) == 0, E_UNEXPECTED);
    CHECK(EC_POINT_point2oct(w->group, w->sum, POINT_CONVERSION_UNCOMPRESSED, out->ptr + out->len,
                             len, w->ctx) == len,
          E_CRYPTO);
    out->len += len;
    return SUCCESS;
}

static struct err multiply(const struct work *w, enum ec_group group, struct view scalar,
                           struct view point)
{
    const bool named = point.len != 0;

    if (named)
        TRY(need_point(w, group, point, w->p));
    CHECK(BN_bin2bn(scalar.ptr, (int)scalar.len, w->scalar) != NULL, E_CRYPTO);
    BN_set_flags(w->scalar, BN_FLG_CONSTTIME);
    CHECK(EC_POINT_mul(w->group, w->sum, named ? NULL : w->scalar, named ? w->p : NULL,
                       named ? w->scalar : NULL, w->ctx) == 1,
          E_CRYPTO);
    return SUCCESS;
}

static struct err add(const struct work *w, enum ec_group group, struct view p, struct view q)
{
    TRY(need_point(w, group, p, w->p));
    TRY(need_point(w, group, q, w->q));
    CHECK(EC_POINT_add(w->group, w->sum, w->p, w->q, w->ctx) == 1, E_CRYPTO);
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
        e = multiply(&w, group, scalar, point);
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
        e = add(&w, group, p, q);
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
        e = read_point(&w, group, point, w.p, &fits);
    work_close(&w);
    TRY(e);
    *good = fits;
    return SUCCESS;
}
