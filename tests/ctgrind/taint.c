/*
 * taint: what becomes public, and why that is right; linked by --wrap around the functions
 * that make it.  Nothing else is ever declassified but what ctgrind.c sees on the wire and
 * the text of the files that were read.
 *
 *   public key    of a pair that was just made: it is sent in the clear.  The echo compare,
 *                 the look for 0 and 1 and the look for a leading zero are made on it.  One
 *                 thrown away for its leading zero belongs to a private key that is used for
 *                 nothing and is independent of the next
 *   same or not   of two MACs, tokens, nonces or points: the protocol goes on or ends, which
 *                 everybody sees.  Not where they differ: view_same() itself runs on secrets
 *   padding       of what was decrypted, the 80 and the zeros at its end and not one byte of
 *                 the text: the length of an answer's data.  Its MAC was checked (secure
 *                 messaging), or its key agreed upon with who sent it (A_IC): no padding
 *                 oracle, as no one else can choose what is padded
 *   infinity      is the sum, the product, the point at infinity?  Then the run ends, which
 *                 everybody sees; otherwise it says what is true of all others
 */
#include "taint.h"

#include <valgrind/memcheck.h>

#include "access/agreement.h"
#include "crypto/cipher.h"
#include "crypto/ec.h"
#include "crypto/modular.h"
#include "iso7816/sm.h"

void taint_secret(void *p, size_t n)
{
    (void)VALGRIND_MAKE_MEM_UNDEFINED(p, n);
}

void taint_public(const void *p, size_t n)
{
    (void)VALGRIND_MAKE_MEM_DEFINED(p, n);
}

bool taint_is_secret(const void *p, size_t n)
{
    const unsigned char *at = p;

    if (!RUNNING_ON_VALGRIND)
        return true;
    for (size_t i = 0; i < n; i++) {
        unsigned char bits = 0;

        if (VALGRIND_GET_VBITS(at + i, &bits, 1) != 1 || bits == 0)
            return false;
    }
    return true;
}

/* Which of the functions below is on its way. */
static bool     making_pair, unpadding;
static unsigned powers;

unsigned taint_powers(void)
{
    return powers;
}

/* What was appended to out since it was so long. */
static void publish(const struct buf *out, size_t from)
{
    taint_public(out->ptr + from, out->len - from);
}

/* clang-format off */
#define WRAP(result, name, ...)                                                                    \
    result __real_##name(__VA_ARGS__);                                                             \
    result __wrap_##name(__VA_ARGS__);                                                             \
    result __wrap_##name(__VA_ARGS__)
/* clang-format on */

WRAP(struct err, agreement_pair, const struct agreement *a, struct view random, struct buf *private,
     struct buf *public)
{
    making_pair = true;
    const struct err e = __real_agreement_pair(a, random, private, public);

    making_pair = false;
    return e;
}

WRAP(struct err, mod_exp, struct view m, struct view base, struct view exponent, struct buf *out)
{
    const size_t     from = out->len;
    const struct err e = __real_mod_exp(m, base, exponent, out);

    if (making_pair) {
        publish(out, from);
        powers++;
    }
    return e;
}

WRAP(struct err, ec_multiply, enum ec_group group, struct view scalar, struct view point,
     struct buf *out)
{
    const size_t     from = out->len;
    const struct err e = __real_ec_multiply(group, scalar, point, out);

    if (making_pair)
        publish(out, from);
    return e;
}

WRAP(bool, view_same, struct view a, struct view b)
{
    const bool same = __real_view_same(a, b);

    taint_public(&same, sizeof same);
    return same;
}

WRAP(struct err, sm_decrypt, const struct sm *sm, struct view cryptogram, struct buf *plain,
     struct view *data)
{
    unpadding = true;
    const struct err e = __real_sm_decrypt(sm, cryptogram, plain, data);

    unpadding = false;
    return e;
}

WRAP(struct err, pace_cam_open, enum sm_suite suite, struct view shared, struct view sealed,
     struct buf *out)
{
    unpadding = true;
    const struct err e = __real_pace_cam_open(suite, shared, sealed, out);

    unpadding = false;
    return e;
}

/* From the end: zeros, and the 80 before them. */
static void publish_padding(const struct buf *plain)
{
    uint8_t last = 0;

    for (size_t n = plain->len; n > 0 && last == 0; n--) {
        taint_public(plain->ptr + n - 1, 1);
        last = plain->ptr[n - 1];
    }
}

WRAP(struct err, cipher_cbc, const struct cipher *c, enum cipher_way way, struct view in,
     struct buf *out)
{
    const struct err e = __real_cipher_cbc(c, way, in, out);

    if (unpadding && way == CIPHER_DECRYPT)
        publish_padding(out);
    return e;
}

#ifdef TAINT_OPENSSL
#include <openssl/ec.h>

WRAP(int, EC_POINT_is_at_infinity, const EC_GROUP *group, const EC_POINT *p)
{
    const int at_infinity = __real_EC_POINT_is_at_infinity(group, p);

    taint_public(&at_infinity, sizeof at_infinity);
    return at_infinity;
}
#else
struct mbedtls_ecp_point; /* its header is for crypto/mbedtls/ alone */

WRAP(int, mbedtls_ecp_is_zero, struct mbedtls_ecp_point *p)
{
    const int at_infinity = __real_mbedtls_ecp_is_zero(p);

    taint_public(&at_infinity, sizeof at_infinity);
    return at_infinity;
}
#endif
