/*
 * modular: crypto/modular.h over OpenSSL 3's numbers.
 *
 * Every number comes from one BN_CTX, which clears each as it is freed.  Of the lengths of
 * secrets no more shows than how many whole words are zero in front.
 */
#include "crypto/modular.h"

#include <openssl/bn.h>
#include <openssl/err.h>

#include "backend.h"

typedef int operation(BIGNUM *y, const BIGNUM *a, const BIGNUM *b, const BIGNUM *m, BN_CTX *ctx);

static int reduce(BIGNUM *y, const BIGNUM *a, const BIGNUM *b, const BIGNUM *m, BN_CTX *ctx)
{
    (void)b;
    return BN_nnmod(y, a, m, ctx);
}

/* Fixed windows, Montgomery form, tables read at every place. */
static int power(BIGNUM *y, const BIGNUM *a, const BIGNUM *b, const BIGNUM *m, BN_CTX *ctx)
{
    return BN_is_odd(m) ? BN_mod_exp_mont_consttime(y, a, b, m, ctx, NULL) : 0;
}

static BIGNUM *number(BN_CTX *ctx, struct view v)
{
    BIGNUM *n = BN_CTX_get(ctx);

    if (n == NULL || BN_bin2bn(v.ptr, (int)v.len, n) == NULL)
        return NULL;
    BN_set_flags(n, BN_FLG_CONSTTIME);
    return n;
}

static bool calculate(BN_CTX *ctx, operation *op, const struct view in[3], uint8_t *out)
{
    BIGNUM *m = number(ctx, in[0]), *a = number(ctx, in[1]), *b = number(ctx, in[2]);
    BIGNUM *y = BN_CTX_get(ctx);

    return m != NULL && a != NULL && b != NULL && y != NULL && !BN_is_zero(m) && !BN_is_one(m) &&
           op(y, a, b, m, ctx) == 1 && BN_bn2binpad(y, out, (int)in[0].len) == (int)in[0].len;
}

/* in: m, a, b */
static struct err run(operation *op, const struct view in[3], struct buf *out)
{
    const struct backend *b = backend_get();

    CHECK(in[0].len <= MOD_MAX && in[1].len <= MOD_LONG_MAX && in[2].len <= MOD_LONG_MAX, E_CRYPTO);
    CHECK(out->cap - out->len >= in[0].len, E_NO_SPACE);
    CHECK(b != NULL, E_CRYPTO);
    BN_CTX *ctx = BN_CTX_new_ex(b->lib);

    CHECK(ctx != NULL, E_CRYPTO);
    BN_CTX_start(ctx);
    const bool ok = calculate(ctx, op, in, out->ptr + out->len);

    BN_CTX_end(ctx);
    BN_CTX_free(ctx);
    ERR_clear_error();
    CHECK(ok, E_CRYPTO);
    out->len += in[0].len;
    return SUCCESS;
}

struct err mod_reduce(struct view m, struct view a, struct buf *out)
{
    return run(reduce, (struct view[]){ m, a, view_of(NULL, 0) }, out);
}

struct err mod_add(struct view m, struct view a, struct view b, struct buf *out)
{
    return run(BN_mod_add, (struct view[]){ m, a, b }, out);
}

struct err mod_sub(struct view m, struct view a, struct view b, struct buf *out)
{
    return run(BN_mod_sub, (struct view[]){ m, a, b }, out);
}

struct err mod_mul(struct view m, struct view a, struct view b, struct buf *out)
{
    return run(BN_mod_mul, (struct view[]){ m, a, b }, out);
}

struct err mod_exp(struct view m, struct view base, struct view exponent, struct buf *out)
{
    CHECK(exponent.len <= MOD_MAX, E_CRYPTO);
    return run(power, (struct view[]){ m, base, exponent }, out);
}
