/* mapping: see mapping.h. */
#include "mapping.h"

#include "crypto/cipher.h"
#include "crypto/ec.h"
#include "crypto/modular.h"
#include "point_encoding.h"
#include "wide.h"

enum { R_EXTRA_BITS = 64 }; /* R is that much longer than p, so that R mod p is even */

static struct err generic_point(const struct agreement *a, struct view private, struct view peer,
                                struct view s, struct buf *out)
{
    WIDE       shared, multiple;
    struct buf h = BUF(shared.bytes), sg = BUF(multiple.bytes);

    TRY(ec_multiply(a->group, private, peer, &h));
    TRY(ec_multiply(a->group, s, a->generator, &sg));
    return ec_add(a->group, buf_view(&sg), buf_view(&h), out);
}

static struct err generic_number(const struct agreement *a, struct view private, struct view peer,
                                 struct view s, struct buf *out)
{
    WIDE       shared, multiple;
    struct buf h = BUF(shared.bytes), gs = BUF(multiple.bytes);

    TRY(mod_exp(a->dh.p, peer, private, &h));
    TRY(mod_exp(a->dh.p, a->dh.g, s, &gs));
    return mod_mul(a->dh.p, buf_view(&gs), buf_view(&h), out);
}

struct err mapping_generic(const struct agreement *a, struct view private, struct view peer,
                           struct view s, struct buf *out)
{
    if (a->kind == AGREEMENT_ECDH)
        return generic_point(a, private, peer, s, out);
    return generic_number(a, private, peer, s, out);
}

/* E() of 9303-11 clause 4.4.3.3.2: CBC, IV 0. */
static struct err encrypt(enum sm_suite suite, struct view key, struct view in, struct buf *out)
{
    static const uint8_t  zero[CIPHER_BLOCK_MAX];
    const enum cipher_alg alg = suite == SM_SUITE_3DES ? CIPHER_3DES : CIPHER_AES;
    const struct cipher   c = { alg, key, view_of(zero, cipher_block(alg)) };

    return cipher_cbc(&c, CIPHER_ENCRYPT, in, out);
}

size_t mapping_s_len(enum sm_suite suite)
{
    const size_t block = cipher_block(suite == SM_SUITE_3DES ? CIPHER_3DES : CIPHER_AES);

    return (kdf_len(suite) + block - 1) / block * block;
}

/* clang-format off */
static const struct {
    uint8_t c0[MAPPING_T_MAX], c1[MAPPING_T_MAX];
} constants[] = {
    { /* 3DES and AES-128: l = 128 */
        { 0xA6, 0x68, 0x89, 0x2A, 0x7C, 0x41, 0xE3, 0xCA, 0x73, 0x9F, 0x40, 0xB0, 0x57, 0xD8, 0x59, 0x04 },
        { 0xA4, 0xE1, 0x36, 0xAC, 0x72, 0x5F, 0x73, 0x8B, 0x01, 0xC1, 0xF6, 0x02, 0x17, 0xC1, 0x88, 0xAD },
    },
    { /* AES-192 and AES-256: l = 256 */
        { 0xD4, 0x63, 0xD6, 0x52, 0x34, 0x12, 0x4E, 0xF7, 0x89, 0x70, 0x54, 0x98, 0x6D, 0xCA, 0x0A, 0x17,
          0x4E, 0x28, 0xDF, 0x75, 0x8C, 0xBA, 0xA0, 0x3F, 0x24, 0x06, 0x16, 0x41, 0x4D, 0x5A, 0x16, 0x76 },
        { 0x54, 0xBD, 0x72, 0x55, 0xF0, 0xAA, 0xF8, 0x31, 0xBE, 0xC3, 0x42, 0x3F, 0xCF, 0x39, 0xD6, 0x9B,
          0x6C, 0xBF, 0x06, 0x66, 0x77, 0xD0, 0xFA, 0xAE, 0x5A, 0xAD, 0xD9, 0x9D, 0xF8, 0xE5, 0x35, 0x17 },
    },
};
/* clang-format on */

/* k0 = E(t, s); x_i = E(k_i-1, c1), k_i = E(k_i-1, c0), keys cut to the cipher's length. */
struct err mapping_random(enum sm_suite suite, struct view s, struct view t, size_t bits,
                          struct buf *out)
{
    const size_t      l = mapping_s_len(suite), k = kdf_len(suite), from = out->len;
    const size_t      set = l == sizeof constants[0].c0 ? 1 : 0;
    const struct view c0 = view_of(constants[set].c0, l), c1 = view_of(constants[set].c1, l);
    SECRET            key, next;
    struct buf        first = BUF(key.bytes);

    CHECK(l != 0 && s.len == l && t.len == k, E_BUG);
    TRY(encrypt(suite, t, s, &first));
    while ((out->len - from) * 8 < bits + R_EXTRA_BITS) {
        struct buf then = BUF(next.bytes);

        TRY(encrypt(suite, view_of(key.bytes, k), c1, out));
        TRY(encrypt(suite, view_of(key.bytes, k), c0, &then));
        key = next;
    }
    return SUCCESS;
}

/* 1/q mod 256 by Newton: each turn doubles the bits that are right, of which q itself has 3. */
static uint8_t inverse_octet(uint8_t q)
{
    unsigned x = q;

    for (int turn = 0; turn < 2; turn++)
        x *= 2 - q * x;
    return (uint8_t)x;
}

/* left -= digit * q at so many octets from the end.  All of it is public. */
static void take_away(uint8_t *left, size_t len, unsigned digit, struct view q)
{
    unsigned borrow = 0;

    for (size_t i = 0; i < len && (i < q.len || borrow != 0); i++) {
        const unsigned part = i < q.len ? view_at(q, q.len - 1 - i) : 0;
        const unsigned take = digit * part + borrow;
        uint8_t       *at = &left[len - 1 - i];

        borrow = (take >> 8) + (*at < (take & 0xFF));
        *at = (uint8_t)(*at - take);
    }
}

/* (p-1)/q: a division that comes out even is done from the low end, as q is odd. */
static struct err cofactor(const struct dh_params *dh, struct buf *out)
{
    uint8_t       left[AGREEMENT_P_MAX], quotient[AGREEMENT_P_MAX];
    struct buf    copy = BUF(left);
    const size_t  n = dh->p.len - dh->q.len + 1;
    const uint8_t inverse = inverse_octet(view_at(dh->q, dh->q.len - 1));

    TRY(buf_put(&copy, dh->p));
    left[copy.len - 1] &= 0xFE; /* p is odd */
    for (size_t i = 0; i < n; i++) {
        const size_t  len = copy.len - i;
        const uint8_t digit = (uint8_t)(left[len - 1] * inverse);

        take_away(left, len, digit, dh->q);
        quotient[n - 1 - i] = digit;
    }
    return buf_put(out, view_of(quotient, n));
}

static struct err integrated_number(const struct agreement *a, struct view r, struct buf *out)
{
    uint8_t    bytes[AGREEMENT_P_MAX];
    struct buf exponent = BUF(bytes);

    CHECK(a->dh.q.len != 0 && a->dh.q.len <= a->dh.p.len, E_BUG);
    TRY(cofactor(&a->dh, &exponent));
    return mod_exp(a->dh.p, r, buf_view(&exponent), out);
}

struct err mapping_integrated(const struct agreement *a, enum sm_suite suite, struct view s,
                              struct view t, struct buf *out)
{
    const bool        curve = a->kind == AGREEMENT_ECDH;
    const struct view p = curve ? ec_domain(a->group)->p : a->dh.p;
    const size_t      bits = curve ? ec_domain(a->group)->bits : a->dh.p.len * 8;
    WIDE              random, element;
    struct buf        r = BUF(random.bytes), e = BUF(element.bytes);

    TRY(mapping_random(suite, s, t, bits, &r));
    TRY(mod_reduce(p, buf_view(&r), &e));
    if (curve)
        return point_encoding(a->group, buf_view(&e), out);
    return integrated_number(a, buf_view(&e), out);
}
