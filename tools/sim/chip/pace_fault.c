/* pace_fault: see pace_fault.h. */
#include "chip/pace_fault.h"

#include <string.h>

static const struct pace_fault all[] = {
    /* clang-format off */
    { "wrong-nonce",              0x80, SPOIL_BIT,       0 },
    { "nonce-truncated",          0x80, SPOIL_CUT,       0 },
    { "nonce-long",               0x80, SPOIL_MORE,      0 },
    { "nonce-empty",              0x80, SPOIL_EMPTY,     0 },
    { "nonce-missing",            0x80, SPOIL_ABSENT,    0 },
    { "tag-90",                   0x80, SPOIL_TAG,       0 },
    { "wrong-mapping-point",      0x82, SPOIL_OTHER,     NEEDS_GENERIC },
    { "mapping-off-curve",        0x82, SPOIL_OUTSIDE,   NEEDS_GENERIC },
    { "mapping-form",             0x82, SPOIL_FORM,      NEEDS_GENERIC | NEEDS_CURVE },
    { "mapping-identity",         0x82, SPOIL_NEUTRAL,   NEEDS_GENERIC },
    { "mapping-zero",             0x82, SPOIL_ZERO,      NEEDS_GENERIC },
    { "mapping-echo",             0x82, SPOIL_ECHO,      NEEDS_GENERIC },
    { "mapping-truncated",        0x82, SPOIL_CUT,       NEEDS_GENERIC },
    { "mapping-long",             0x82, SPOIL_MORE,      NEEDS_GENERIC },
    { "mapping-empty",            0x82, SPOIL_EMPTY,     NEEDS_GENERIC },
    { "mapping-missing",          0x82, SPOIL_ABSENT,    NEEDS_GENERIC },
    { "mapping-minus-one",        0x82, SPOIL_MINUS_ONE, NEEDS_GENERIC | NEEDS_DH },
    { "mapping-small-subgroup",   0x82, SPOIL_SMALL,     NEEDS_GENERIC | NEEDS_DH },
    { "im-data",                  0x82, SPOIL_MORE,      NEEDS_INTEGRATED },
    { "tag-92",                   0x82, SPOIL_TAG,       0 },
    { "wrong-ephemeral-key",      0x84, SPOIL_OTHER,     0 },
    { "ephemeral-off-curve",      0x84, SPOIL_OUTSIDE,   0 },
    { "ephemeral-form",           0x84, SPOIL_FORM,      NEEDS_CURVE },
    { "ephemeral-identity",       0x84, SPOIL_NEUTRAL,   0 },
    { "ephemeral-zero",           0x84, SPOIL_ZERO,      0 },
    { "ephemeral-echo",           0x84, SPOIL_ECHO,      0 },
    { "ephemeral-truncated",      0x84, SPOIL_CUT,       0 },
    { "ephemeral-long",           0x84, SPOIL_MORE,      0 },
    { "ephemeral-empty",          0x84, SPOIL_EMPTY,     0 },
    { "ephemeral-missing",        0x84, SPOIL_ABSENT,    0 },
    { "dh-one",                   0x84, SPOIL_NEUTRAL,   NEEDS_DH },
    { "dh-zero",                  0x84, SPOIL_ZERO,      NEEDS_DH },
    { "dh-minus-one",             0x84, SPOIL_MINUS_ONE, NEEDS_DH },
    { "dh-small-subgroup",        0x84, SPOIL_SMALL,     NEEDS_DH },
    { "tag-94",                   0x84, SPOIL_TAG,       0 },
    { "wrong-token",              0x86, SPOIL_BIT,       0 },
    { "token-truncated",          0x86, SPOIL_CUT,       0 },
    { "token-long",               0x86, SPOIL_MORE,      0 },
    { "token-empty",              0x86, SPOIL_EMPTY,     0 },
    { "token-missing",            0x86, SPOIL_ABSENT,    0 },
    { "token-echo",               0x86, SPOIL_ECHO,      0 },
    { "tag-96",                   0x86, SPOIL_TAG,       0 },
    { "cam-missing",              0x8A, SPOIL_ABSENT,    NEEDS_CAM },
    { "cam-empty",                0x8A, SPOIL_EMPTY,     NEEDS_CAM },
    { "cam-truncated",            0x8A, SPOIL_CUT,       NEEDS_CAM },
    { "cam-bad-cipher",           0x8A, SPOIL_BIT,       NEEDS_CAM },
    { "cam-8b",                   0x8A, SPOIL_NEXT_TAG,  NEEDS_CAM },
    { "cam-wrong",                0x8A, SPOIL_NUMBER,    NEEDS_CAM },
    { "cam-zero",                 0x8A, SPOIL_ZERO,      NEEDS_CAM },
    { "cam-not-octets",           0x8A, SPOIL_DER,       NEEDS_CAM },
    { "stray-8a",                 0x8A, SPOIL_STRAY,     0 },
    { "plain-answers",            0x00, SPOIL_PLAIN,     0 },
    { "silent-without-84",        0x00, SPOIL_SILENT,    0 },
    /* clang-format on */
};

const struct pace_fault *pace_fault_at(size_t n)
{
    return n < sizeof all / sizeof *all ? &all[n] : NULL;
}

const struct pace_fault *pace_fault_named(const char *name)
{
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i].name, name) == 0)
            return &all[i];
    return NULL;
}

bool pace_fault_is(const struct pace_fault *f, uint8_t tag, enum pace_spoil what)
{
    return f != NULL && f->tag == tag && f->what == what;
}

/* The smallest odd prime factor of (p - 1)/q below a bound, or 0. */
static unsigned small_factor(const BIGNUM *cofactor)
{
    for (unsigned f = 3; f < 10000; f += 2) /* the smallest factor is prime by itself */
        if (BN_mod_word(cofactor, f) == 0)
            return f;
    return 0;
}

/* h^((p - 1)/f) has order f; without such an f, h^q is at least outside the subgroup. */
static bool find_small(const struct realm *d, BN_CTX *ctx, BIGNUM *element, unsigned *order)
{
    BIGNUM *top = BN_CTX_get(ctx), *k = BN_CTX_get(ctx), *h = BN_CTX_get(ctx);

    if (h == NULL || BN_copy(top, realm_prime(d)) == NULL || BN_sub_word(top, 1) != 1 ||
        BN_div(k, NULL, top, realm_order(d), ctx) != 1)
        return false;
    *order = small_factor(k);
    if (*order == 0 ? BN_copy(k, realm_order(d)) == NULL
                    : BN_copy(k, top) == NULL || BN_div_word(k, *order) != 0)
        return false;
    for (BN_ULONG base = 2; base < 100; base++) {
        if (BN_set_word(h, base) != 1 || BN_mod_exp(element, h, k, realm_prime(d), ctx) != 1)
            return false;
        if (!BN_is_one(element))
            return true;
    }
    return false;
}

struct err pace_fault_small(const struct realm *d, struct buf *element, unsigned *order)
{
    BN_CTX    *ctx = BN_CTX_new();
    BIGNUM    *n = BN_new();
    struct err e = err_at(E_CRYPTO, 0, WHERE);

    if (ctx != NULL && n != NULL && !realm_is_curve(d)) {
        BN_CTX_start(ctx);
        if (find_small(d, ctx, n, order))
            e = realm_number(d, n, element);
        BN_CTX_end(ctx);
    }
    BN_free(n);
    BN_CTX_free(ctx);
    return e;
}

/* p + by as long as the prime; by is small, and no prime here ends in so many ones. */
static struct err near_prime(const struct realm *d, int by, struct buf *value)
{
    BIGNUM    *n = BN_dup(realm_prime(d));
    struct err e = err_at(E_CRYPTO, 0, WHERE);

    if (n != NULL && (by < 0 ? BN_sub_word(n, (BN_ULONG)-by) : BN_add_word(n, (BN_ULONG)by)) == 1)
        e = realm_number(d, n, value);
    BN_free(n);
    return e;
}

static struct err outside(const struct realm *d, struct buf *value)
{
    if (!realm_is_curve(d)) {
        value->len = 0;
        return near_prime(d, 1, value);
    }
    value->ptr[value->len - 1] ^= 1; /* one X has two Y, which are not neighbours */
    return SUCCESS;
}

static struct err neutral(const struct realm *d, struct buf *value)
{
    const size_t len = realm_field_len(d);

    value->len = 0;
    if (!realm_is_curve(d))
        TRY(buf_fill(value, 0, len - 1));
    return buf_u8(value, realm_is_curve(d) ? 0 : 1);
}

static struct err other(const struct pace_scene *scene, struct buf *value)
{
    uint8_t    room[REALM_SCALAR_MAX];
    struct buf k = BUF(room);

    value->len = 0;
    TRY(realm_draw(scene->realm, scene->random, &k));
    return realm_power(scene->realm, view_of(NULL, 0), buf_view(&k), value);
}

/* Another element in the value's place. */
static struct err another_element(enum pace_spoil what, const struct pace_scene *scene,
                                  struct buf *value)
{
    unsigned order;

    switch ((int)what) {
    case SPOIL_OTHER:
        return other(scene, value);
    case SPOIL_OUTSIDE:
        return outside(scene->realm, value);
    case SPOIL_FORM:
        value->ptr[0] = 5;
        return SUCCESS;
    case SPOIL_NEUTRAL:
        return neutral(scene->realm, value);
    case SPOIL_ZERO:
        memset(value->ptr + realm_is_curve(scene->realm), 0,
               value->len - realm_is_curve(scene->realm));
        return SUCCESS;
    case SPOIL_MINUS_ONE:
        value->len = 0;
        return near_prime(scene->realm, -1, value);
    case SPOIL_SMALL:
        value->len = 0;
        return pace_fault_small(scene->realm, value, &order);
    default:
        return SUCCESS;
    }
}

struct err pace_fault_spoil(const struct pace_fault *f, const struct pace_scene *scene,
                            uint8_t *tag, struct buf *value)
{
    if (f == NULL || f->tag != *tag)
        return SUCCESS;
    switch ((int)f->what) {
    case SPOIL_BIT:
        CHECK(value->len != 0, E_BUG);
        value->ptr[value->len - 1] ^= 1;
        return SUCCESS;
    case SPOIL_CUT:
        CHECK(value->len != 0, E_BUG);
        value->len--;
        return SUCCESS;
    case SPOIL_MORE:
        return buf_u8(value, 0);
    case SPOIL_EMPTY:
        value->len = 0;
        return SUCCESS;
    case SPOIL_ABSENT:
        *tag = 0;
        return SUCCESS;
    case SPOIL_TAG:
        *tag = (uint8_t)(*tag + 0x10);
        return SUCCESS;
    case SPOIL_NEXT_TAG:
        ++*tag;
        return SUCCESS;
    case SPOIL_ECHO:
        value->len = 0;
        return buf_put(value, scene->asked);
    default:
        return *tag == 0x8A ? SUCCESS : another_element(f->what, scene, value);
    }
}
