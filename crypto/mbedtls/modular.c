/*
 * modular: crypto/modular.h over mbedTLS 2.28's numbers.
 *
 * mbedtls_mpi_exp_mod() slides its window over the exponent, and division takes a time that
 * depends on its operands: neither is constant.  A private key of ours lives for one
 * document, and is used twice; see docs/crypto-backends.md.
 */
#include "crypto/modular.h"

#include "backend.h"

typedef bool operation(mbedtls_mpi *y, const mbedtls_mpi *a, const mbedtls_mpi *b,
                       const mbedtls_mpi *m);

static bool reduce(mbedtls_mpi *y, const mbedtls_mpi *a, const mbedtls_mpi *b, const mbedtls_mpi *m)
{
    (void)b;
    return mbedtls_mpi_mod_mpi(y, a, m) == 0;
}

static bool add(mbedtls_mpi *y, const mbedtls_mpi *a, const mbedtls_mpi *b, const mbedtls_mpi *m)
{
    return mbedtls_mpi_add_mpi(y, a, b) == 0 && mbedtls_mpi_mod_mpi(y, y, m) == 0;
}

static bool sub(mbedtls_mpi *y, const mbedtls_mpi *a, const mbedtls_mpi *b, const mbedtls_mpi *m)
{
    return mbedtls_mpi_sub_mpi(y, a, b) == 0 && mbedtls_mpi_mod_mpi(y, y, m) == 0;
}

static bool mul(mbedtls_mpi *y, const mbedtls_mpi *a, const mbedtls_mpi *b, const mbedtls_mpi *m)
{
    return mbedtls_mpi_mul_mpi(y, a, b) == 0 && mbedtls_mpi_mod_mpi(y, y, m) == 0;
}

static bool power(mbedtls_mpi *y, const mbedtls_mpi *a, const mbedtls_mpi *b, const mbedtls_mpi *m)
{
    return mbedtls_mpi_exp_mod(y, a, b, m, NULL) == 0; /* which refuses even m */
}

/* in: m, a, b */
static bool calculate(operation *op, const struct view in[3], uint8_t *out)
{
    mbedtls_mpi m, a, b, y;

    mbedtls_mpi_init(&m);
    mbedtls_mpi_init(&a);
    mbedtls_mpi_init(&b);
    mbedtls_mpi_init(&y);
    const bool ok = backend_number(&m, in[0]) && backend_number(&a, in[1]) &&
                    backend_number(&b, in[2]) && mbedtls_mpi_cmp_int(&m, 1) > 0 &&
                    op(&y, &a, &b, &m) && mbedtls_mpi_write_binary(&y, out, in[0].len) == 0;

    mbedtls_mpi_free(&y);
    mbedtls_mpi_free(&b);
    mbedtls_mpi_free(&a);
    mbedtls_mpi_free(&m);
    return ok;
}

static struct err run(operation *op, const struct view in[3], struct buf *out)
{
    CHECK(in[0].len <= MOD_MAX && in[1].len <= MOD_LONG_MAX && in[2].len <= MOD_LONG_MAX, E_CRYPTO);
    CHECK(out->cap - out->len >= in[0].len, E_NO_SPACE);
    CHECK(backend_ready() && calculate(op, in, out->ptr + out->len), E_CRYPTO);
    out->len += in[0].len;
    return SUCCESS;
}

struct err mod_reduce(struct view m, struct view a, struct buf *out)
{
    return run(reduce, (struct view[]){ m, a, view_of(NULL, 0) }, out);
}

struct err mod_add(struct view m, struct view a, struct view b, struct buf *out)
{
    return run(add, (struct view[]){ m, a, b }, out);
}

struct err mod_sub(struct view m, struct view a, struct view b, struct buf *out)
{
    return run(sub, (struct view[]){ m, a, b }, out);
}

struct err mod_mul(struct view m, struct view a, struct view b, struct buf *out)
{
    return run(mul, (struct view[]){ m, a, b }, out);
}

struct err mod_exp(struct view m, struct view base, struct view exponent, struct buf *out)
{
    CHECK(exponent.len <= MOD_MAX, E_CRYPTO);
    return run(power, (struct view[]){ m, base, exponent }, out);
}
