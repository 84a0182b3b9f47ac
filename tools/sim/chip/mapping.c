/* mapping: see mapping.h. */
#include "chip/mapping.h"

#include <string.h>

enum { RANDOM_MAX = 512 };

struct err mapping_generic(const struct realm *d, struct view s, struct view shared,
                           struct buf *out)
{
    uint8_t    room[REALM_ELEMENT_MAX];
    struct buf blinded = BUF(room);

    TRY(realm_power(d, view_of(NULL, 0), s, &blinded));
    return realm_join(d, buf_view(&blinded), shared, out);
}

/* 9303-11 §4.4.3.3.2: whole blocks, and at least as much as a key. */
size_t mapping_s_len(enum suite suite)
{
    return suite_key_len(suite) <= 16 ? 16 : 32;
}

size_t mapping_t_len(enum suite suite)
{
    return suite_key_len(suite);
}

bool mapping_can_integrate(const struct realm *d)
{
    return realm_is_curve(d) ? BN_mod_word(realm_prime(d), 4) == 3 : realm_order(d) != NULL;
}

/* The constants c0 and c1 of §4.4.3.3.2, for nonces of 16 and of 32 bytes. */
static const struct {
    uint8_t c0[32], c1[32];
} constants[] = {
    { { 0xA6, 0x68, 0x89, 0x2A, 0x7C, 0x41, 0xE3, 0xCA, 0x73, 0x9F, 0x40, 0xB0, 0x57, 0xD8, 0x59,
        0x04 },
      { 0xA4, 0xE1, 0x36, 0xAC, 0x72, 0x5F, 0x73, 0x8B, 0x01, 0xC1, 0xF6, 0x02, 0x17, 0xC1, 0x88,
        0xAD } },
    { { 0xD4, 0x63, 0xD6, 0x52, 0x34, 0x12, 0x4E, 0xF7, 0x89, 0x70, 0x54,
        0x98, 0x6D, 0xCA, 0x0A, 0x17, 0x4E, 0x28, 0xDF, 0x75, 0x8C, 0xBA,
        0xA0, 0x3F, 0x24, 0x06, 0x16, 0x41, 0x4D, 0x5A, 0x16, 0x76 },
      { 0x54, 0xBD, 0x72, 0x55, 0xF0, 0xAA, 0xF8, 0x31, 0xBE, 0xC3, 0x42,
        0x3F, 0xCF, 0x39, 0xD6, 0x9B, 0x6C, 0xBF, 0x06, 0x66, 0x77, 0xD0,
        0xFA, 0xAE, 0x5A, 0xAD, 0xD9, 0x9D, 0xF8, 0xE5, 0x35, 0x17 } },
};

static struct err encipher(enum suite suite, const uint8_t *key, struct view text, uint8_t *to)
{
    struct buf out = buf_of(to, text.len);

    return suite_encrypt(suite, key, NULL, text, &out);
}

/* §4.4.3.3.2: a chain of keys, the first E(t, s), each the last one's cipher of c0; what they
 * make of c1 is the number, at least 64 bits longer than the prime. */
struct err mapping_random(const struct realm *d, enum suite suite, struct view s, struct view t,
                          struct buf *out)
{
    const size_t l = mapping_s_len(suite), which = l == 16 ? 0 : 1;
    uint8_t      key[32], next[32] = { 0 }, all[RANDOM_MAX];
    struct buf   x = BUF(all);
    BN_CTX      *ctx = BN_CTX_new();
    BIGNUM      *n;
    struct err   e = err_at(E_CRYPTO, 0, WHERE);

    CHECK(s.len == l && t.len == mapping_t_len(suite), E_BUG);
    TRY(encipher(suite, t.ptr, s, key));
    while (8 * x.len < (size_t)BN_num_bits(realm_prime(d)) + 64) {
        TRY(suite_encrypt(suite, key, NULL, view_of(constants[which].c1, l), &x));
        TRY(encipher(suite, key, view_of(constants[which].c0, l), next));
        memcpy(key, next, sizeof key);
    }
    n = BN_bin2bn(x.ptr, (int)x.len, NULL);
    if (n != NULL && ctx != NULL && BN_nnmod(n, n, realm_prime(d), ctx) == 1)
        e = realm_number(d, n, out);
    BN_free(n);
    BN_CTX_free(ctx);
    return e;
}

/* What the encoding computes with, modulo p. */
struct field {
    BN_CTX       *ctx;
    const BIGNUM *p;
    BIGNUM       *a, *b;
};

/* r = x^3 + ax + b */
static bool cubic(const struct field *f, BIGNUM *r, const BIGNUM *x)
{
    return BN_mod_sqr(r, x, f->p, f->ctx) == 1 && BN_mod_add(r, r, f->a, f->p, f->ctx) == 1 &&
           BN_mod_mul(r, r, x, f->p, f->ctx) == 1 && BN_mod_add(r, r, f->b, f->p, f->ctx) == 1;
}

/* Steps 1 and 2 of Appendix B: alpha = -t^2; x2 = -b/a (1 + 1/(alpha + alpha^2)). */
static bool first_x(const struct field *f, const BIGNUM *t, BIGNUM *alpha, BIGNUM *x2)
{
    BIGNUM *w = BN_CTX_get(f->ctx);

    return w != NULL && BN_mod_sqr(alpha, t, f->p, f->ctx) == 1 &&
           BN_sub(alpha, f->p, alpha) == 1 && BN_mod_sqr(w, alpha, f->p, f->ctx) == 1 &&
           BN_mod_add(w, w, alpha, f->p, f->ctx) == 1 &&
           BN_mod_inverse(w, w, f->p, f->ctx) != NULL && BN_add_word(w, 1) == 1 &&
           BN_mod_mul(w, w, f->b, f->p, f->ctx) == 1 &&
           BN_mod_inverse(x2, f->a, f->p, f->ctx) != NULL &&
           BN_mod_mul(x2, x2, w, f->p, f->ctx) == 1 && BN_sub(x2, f->p, x2) == 1;
}

/* r = h^(p - 1 - (p + 1)/4), one over the square root of h if h has one (p is 3 mod 4). */
static bool inverse_root(const struct field *f, BIGNUM *r, const BIGNUM *h)
{
    BIGNUM *k = BN_CTX_get(f->ctx), *quarter = BN_CTX_get(f->ctx);

    return quarter != NULL && BN_copy(quarter, f->p) != NULL && BN_add_word(quarter, 1) == 1 &&
           BN_rshift(quarter, quarter, 2) == 1 && BN_sub(k, f->p, quarter) == 1 &&
           BN_sub_word(k, 1) == 1 && BN_mod_exp(r, h, k, f->p, f->ctx) == 1;
}

/* Appendix B, steps 3 to 9: x2 and y if the cubic of x2 is a square, otherwise x3 = alpha x2. */
static bool encode(const struct field *f, const BIGNUM *t, BIGNUM *x, BIGNUM *y)
{
    BIGNUM *alpha = BN_CTX_get(f->ctx), *h = BN_CTX_get(f->ctx), *root = BN_CTX_get(f->ctx);
    BIGNUM *check = BN_CTX_get(f->ctx);

    if (check == NULL || !first_x(f, t, alpha, x) || !cubic(f, h, x) || !inverse_root(f, root, h) ||
        BN_mod_sqr(check, root, f->p, f->ctx) != 1 ||
        BN_mod_mul(check, check, h, f->p, f->ctx) != 1 || BN_mod_mul(y, root, h, f->p, f->ctx) != 1)
        return false;
    if (BN_is_one(check))
        return true;
    return BN_mod_mul(x, x, alpha, f->p, f->ctx) == 1 && BN_mod_sqr(check, t, f->p, f->ctx) == 1 &&
           BN_mod_mul(check, check, t, f->p, f->ctx) == 1 &&
           BN_mod_mul(y, y, check, f->p, f->ctx) == 1;
}

static struct err encode_point(const struct realm *d, BN_CTX *ctx, const BIGNUM *t, struct buf *out)
{
    struct field f = { ctx, realm_prime(d), BN_CTX_get(ctx), BN_CTX_get(ctx) };
    BIGNUM      *x = BN_CTX_get(ctx), *y = BN_CTX_get(ctx);

    CHECK(y != NULL && realm_curve(d, f.a, f.b) && encode(&f, t, x, y), E_CRYPTO);
    TRY(buf_u8(out, 4));
    TRY(realm_number(d, x, out));
    return realm_number(d, y, out);
}

/* §4.4.3.3.2: into the subgroup, R^((p - 1)/q). */
static struct err encode_value(const struct realm *d, BN_CTX *ctx, const BIGNUM *t, struct buf *out)
{
    BIGNUM *k = BN_CTX_get(ctx), *g = BN_CTX_get(ctx);

    CHECK(g != NULL && BN_copy(k, realm_prime(d)) != NULL && BN_sub_word(k, 1) == 1 &&
              BN_div(k, NULL, k, realm_order(d), ctx) == 1 &&
              BN_mod_exp(g, t, k, realm_prime(d), ctx) == 1,
          E_CRYPTO);
    return realm_number(d, g, out);
}

struct err mapping_integrated(const struct realm *d, enum suite suite, struct view s, struct view t,
                              struct buf *out)
{
    uint8_t    room[REALM_ELEMENT_MAX];
    struct buf number = BUF(room);
    BN_CTX    *ctx;
    BIGNUM    *n;
    struct err e = err_at(E_CRYPTO, 0, WHERE);

    CHECK(mapping_can_integrate(d), E_UNSUPPORTED);
    TRY(mapping_random(d, suite, s, t, &number));
    n = BN_bin2bn(number.ptr, (int)number.len, NULL);
    ctx = BN_CTX_new();
    if (n != NULL && ctx != NULL) {
        BN_CTX_start(ctx);
        e = realm_is_curve(d) ? encode_point(d, ctx, n, out) : encode_value(d, ctx, n, out);
        BN_CTX_end(ctx);
    }
    BN_CTX_free(ctx);
    BN_free(n);
    return e;
}
