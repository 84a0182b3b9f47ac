/* realm: see realm.h. */
#include "chip/realm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/objects.h>

struct realm {
    EC_GROUP *curve;     /* NULL: a DH group */
    BIGNUM   *p, *g, *q; /* q NULL: not told; g only of a DH group */
    BN_CTX   *ctx;
};

static const char *const names[REALM_IDS] = {
    [0] = "dh_1024_160",      [1] = "dh_2048_224",     [2] = "dh_2048_256",
    [8] = "prime192v1",       [9] = "brainpoolP192r1", [10] = "secp224r1",
    [11] = "brainpoolP224r1", [12] = "prime256v1",     [13] = "brainpoolP256r1",
    [14] = "brainpoolP320r1", [15] = "secp384r1",      [16] = "brainpoolP384r1",
    [17] = "brainpoolP512r1", [18] = "secp521r1",
};

void realm_free(struct realm *d)
{
    if (d == NULL)
        return;
    EC_GROUP_free(d->curve);
    BN_free(d->p);
    BN_free(d->g);
    BN_free(d->q);
    BN_CTX_free(d->ctx);
    free(d);
}

static struct realm *empty(void)
{
    struct realm *d = calloc(1, sizeof *d);

    if (d != NULL)
        d->ctx = BN_CTX_new();
    if (d != NULL && d->ctx == NULL) {
        realm_free(d);
        return NULL;
    }
    return d;
}

static struct realm *whole_or_none(struct realm *d, bool whole)
{
    if (whole)
        return d;
    realm_free(d);
    return NULL;
}

static struct realm *of_curve(const char *name)
{
    struct realm *d = empty();

    if (d == NULL)
        return NULL;
    d->curve = EC_GROUP_new_by_curve_name(OBJ_txt2nid(name));
    d->p = BN_new();
    d->q = BN_new();
    return whole_or_none(d, d->curve != NULL && d->p != NULL && d->q != NULL &&
                                EC_GROUP_get_curve(d->curve, d->p, NULL, NULL, d->ctx) == 1 &&
                                EC_GROUP_get_order(d->curve, d->q, d->ctx) == 1);
}

static struct realm *of_dh(const EVP_PKEY *params)
{
    struct realm *d = empty();

    if (d == NULL)
        return NULL;
    EVP_PKEY_get_bn_param(params, OSSL_PKEY_PARAM_FFC_Q, &d->q); /* PKCS#3 has none */
    return whole_or_none(d, EVP_PKEY_get_bn_param(params, OSSL_PKEY_PARAM_FFC_P, &d->p) == 1 &&
                                EVP_PKEY_get_bn_param(params, OSSL_PKEY_PARAM_FFC_G, &d->g) == 1);
}

/* libcrypto knows the groups of RFC 5114 by name. */
static struct realm *of_named_dh(const char *name)
{
    char          value[32] = "";
    OSSL_PARAM    group[] = { OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, value,
                                                               strlen(name)),
                              OSSL_PARAM_construct_end() };
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "DHX", NULL);
    EVP_PKEY     *params = NULL;
    struct realm *d = NULL;

    snprintf(value, sizeof value, "%s", name); /* the library's parameter is not const */
    if (ctx != NULL && EVP_PKEY_fromdata_init(ctx) == 1 &&
        EVP_PKEY_fromdata(ctx, &params, EVP_PKEY_KEY_PARAMETERS, group) == 1)
        d = of_dh(params);
    EVP_PKEY_free(params);
    EVP_PKEY_CTX_free(ctx);
    return d;
}

struct realm *realm_standard(unsigned id)
{
    if (id >= REALM_IDS || names[id] == NULL)
        return NULL;
    return id < 8 ? of_named_dh(names[id]) : of_curve(names[id]);
}

struct err realm_of_key(const EVP_PKEY *key, struct realm **out, BIGNUM **secret)
{
    char          name[64];
    struct realm *d;
    BIGNUM       *number = NULL;

    if (EVP_PKEY_is_a(key, "EC"))
        d = EVP_PKEY_get_group_name(key, name, sizeof name, NULL) == 1 ? of_curve(name) : NULL;
    else
        d = of_dh(key);
    if (d == NULL || EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &number) != 1) {
        realm_free(d);
        FAIL(E_UNSUPPORTED);
    }
    *out = d;
    *secret = number;
    return SUCCESS;
}

bool realm_is_curve(const struct realm *d)
{
    return d->curve != NULL;
}

const BIGNUM *realm_prime(const struct realm *d)
{
    return d->p;
}

const BIGNUM *realm_order(const struct realm *d)
{
    return d->q;
}

bool realm_curve(const struct realm *d, BIGNUM *a, BIGNUM *b)
{
    return d->curve != NULL && EC_GROUP_get_curve(d->curve, NULL, a, b, d->ctx) == 1;
}

size_t realm_field_len(const struct realm *d)
{
    return (size_t)BN_num_bytes(d->p);
}

bool realm_same(const struct realm *a, const struct realm *b)
{
    if (a->curve != NULL && b->curve != NULL)
        return EC_GROUP_cmp(a->curve, b->curve, a->ctx) == 0;
    return a->curve == NULL && b->curve == NULL && BN_cmp(a->p, b->p) == 0 &&
           BN_cmp(a->g, b->g) == 0;
}

static BIGNUM *number_of(struct view v)
{
    return BN_bin2bn(v.ptr, (int)v.len, NULL);
}

static bool holds_point(const struct realm *d, struct view element)
{
    EC_POINT  *point = EC_POINT_new(d->curve);
    const bool good = element.len == 1 + 2 * realm_field_len(d) && element.ptr[0] == 4 &&
                      point != NULL &&
                      EC_POINT_oct2point(d->curve, point, element.ptr, element.len, d->ctx) == 1;

    EC_POINT_free(point);
    return good; /* the neutral one has another form, and every cofactor here is one */
}

/* 2 to p - 2, and in the subgroup if its order is known. */
static bool holds_value(const struct realm *d, struct view element)
{
    BIGNUM *y = number_of(element), *top = BN_dup(d->p);
    bool    good = y != NULL && top != NULL && element.len <= realm_field_len(d) &&
                BN_sub_word(top, 1) == 1 && !BN_is_zero(y) && !BN_is_one(y) && BN_cmp(y, top) < 0;

    if (good && d->q != NULL)
        good = BN_mod_exp(top, y, d->q, d->p, d->ctx) == 1 && BN_is_one(top);
    BN_free(y);
    BN_free(top);
    return good;
}

bool realm_holds(const struct realm *d, struct view element)
{
    return d->curve != NULL ? holds_point(d, element) : holds_value(d, element);
}

struct err realm_number(const struct realm *d, const BIGNUM *n, struct buf *out)
{
    const size_t len = realm_field_len(d);

    CHECK(len <= out->cap - out->len, E_NO_SPACE);
    CHECK(BN_bn2binpad(n, out->ptr + out->len, (int)len) == (int)len, E_CRYPTO);
    out->len += len;
    return SUCCESS;
}

static EC_POINT *point_of(const struct realm *d, struct view element)
{
    EC_POINT *point = EC_POINT_new(d->curve);

    if (point != NULL && EC_POINT_oct2point(d->curve, point, element.ptr, element.len, d->ctx) == 1)
        return point;
    EC_POINT_free(point);
    return NULL;
}

static struct err put_point(const struct realm *d, const EC_POINT *point, struct buf *out)
{
    const size_t room = out->cap - out->len;
    const size_t len = EC_POINT_point2oct(d->curve, point, POINT_CONVERSION_UNCOMPRESSED,
                                          out->ptr + out->len, room, d->ctx);

    CHECK(len != 0, E_NO_SPACE);
    out->len += len;
    return SUCCESS;
}

static struct err power_point(const struct realm *d, struct view base, const BIGNUM *k,
                              struct buf *out)
{
    EC_POINT  *from = base.len != 0 ? point_of(d, base) : NULL, *to = EC_POINT_new(d->curve);
    struct err e = err_at(E_CRYPTO, 0, WHERE);

    if (to != NULL &&
        (base.len == 0 ? EC_POINT_mul(d->curve, to, k, NULL, NULL, d->ctx) == 1
                       : from != NULL && EC_POINT_mul(d->curve, to, NULL, from, k, d->ctx) == 1))
        e = put_point(d, to, out);
    EC_POINT_free(from);
    EC_POINT_free(to);
    return e;
}

static struct err power_value(const struct realm *d, struct view base, const BIGNUM *k,
                              struct buf *out)
{
    BIGNUM    *from = base.len != 0 ? number_of(base) : BN_dup(d->g), *to = BN_new();
    struct err e = err_at(E_CRYPTO, 0, WHERE);

    if (from != NULL && to != NULL && BN_mod_exp(to, from, k, d->p, d->ctx) == 1)
        e = realm_number(d, to, out);
    BN_free(from);
    BN_free(to);
    return e;
}

struct err realm_power(const struct realm *d, struct view base, struct view scalar, struct buf *out)
{
    BIGNUM    *k = number_of(scalar);
    struct err e;

    CHECK(k != NULL, E_CRYPTO);
    e = d->curve != NULL ? power_point(d, base, k, out) : power_value(d, base, k, out);
    BN_clear_free(k);
    return e;
}

static struct err join_points(const struct realm *d, struct view a, struct view b, struct buf *out)
{
    EC_POINT  *p = point_of(d, a), *q = point_of(d, b);
    struct err e = err_at(E_CRYPTO, 0, WHERE);

    if (p != NULL && q != NULL && EC_POINT_add(d->curve, p, p, q, d->ctx) == 1)
        e = put_point(d, p, out);
    EC_POINT_free(p);
    EC_POINT_free(q);
    return e;
}

static struct err join_values(const struct realm *d, struct view a, struct view b, struct buf *out)
{
    BIGNUM    *x = number_of(a), *y = number_of(b);
    struct err e = err_at(E_CRYPTO, 0, WHERE);

    if (x != NULL && y != NULL && BN_mod_mul(x, x, y, d->p, d->ctx) == 1)
        e = realm_number(d, x, out);
    BN_free(x);
    BN_free(y);
    return e;
}

struct err realm_join(const struct realm *d, struct view a, struct view b, struct buf *out)
{
    return d->curve != NULL ? join_points(d, a, b, out) : join_values(d, a, b, out);
}

struct err realm_shared(const struct realm *d, struct view element, struct buf *out)
{
    const size_t len = realm_field_len(d);

    if (d->curve == NULL)
        return buf_put(out, element);
    if (element.len < 1 + len)
        return buf_fill(out, 0, len);
    return buf_put(out, view_of(element.ptr + 1, len));
}

struct err realm_draw(const struct realm *d, void (*random)(uint8_t *out, size_t len),
                      struct buf         *out)
{
    const BIGNUM *below = d->q != NULL ? d->q : d->p;
    const int     bits = BN_num_bits(below);
    const size_t  len = (size_t)BN_num_bytes(below);
    uint8_t      *key = out->ptr + out->len;
    bool          good = false;

    CHECK(len <= out->cap - out->len, E_NO_SPACE);
    while (!good) {
        BIGNUM *n;

        random(key, len);
        key[0] &= (uint8_t)(0xFF >> (8 * len - (size_t)bits));
        n = number_of(view_of(key, len));
        CHECK(n != NULL, E_CRYPTO);
        good = !BN_is_zero(n) && BN_cmp(n, below) < 0;
        BN_clear_free(n);
    }
    out->len += len;
    return SUCCESS;
}
