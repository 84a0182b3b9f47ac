/* pace_cam: see pace_cam.h, and pace.h for the check against the static key. */
#include "pace_cam.h"

#include "access/pace.h"
#include "crypto/cipher.h"
#include "crypto/ec.h"
#include "crypto/modular.h"
#include "wide.h"

enum { BLOCK = 16, PAD_MARK = 0x80, SEALED_MAX = EC_FIELD_MAX / BLOCK * BLOCK + BLOCK };

/* Padding method 2: 80, then zeros, within the last block.  CA_IC is no secret of ours. */
static struct err unpad(struct view padded, struct view *out)
{
    size_t n = padded.len;

    while (n > 0 && view_at(padded, n - 1) == 0)
        n--;
    CHECK(n > 0 && view_at(padded, n - 1) == PAD_MARK && padded.len - n < BLOCK, E_MALFORMED);
    return view_sub(padded, 0, n - 1, out);
}

struct err pace_cam_open(enum sm_suite suite, struct view shared, struct view sealed,
                         struct buf *out)
{
    static const uint8_t minus_one[BLOCK] = { [0 ... BLOCK - 1] = 0xFF }, zero[BLOCK];
    SECRET               key;
    WIDE                 plain;
    uint8_t              iv_bytes[BLOCK];
    struct buf           k = BUF(key.bytes), iv = BUF(iv_bytes), p = BUF(plain.bytes);
    struct view          ca_ic;

    CHECK(sealed.len != 0, E_TRUNCATED);
    CHECK(sealed.len % BLOCK == 0, E_MALFORMED);
    CHECK(sealed.len <= SEALED_MAX, E_TOO_LONG);
    TRY(kdf(suite, shared, KEY_ENC, &k));

    const struct cipher for_iv = { CIPHER_AES, buf_view(&k), VIEW(zero) };

    TRY(cipher_cbc(&for_iv, CIPHER_ENCRYPT, VIEW(minus_one), &iv)); /* E(KS_Enc, -1) */

    const struct cipher c = { CIPHER_AES, buf_view(&k), buf_view(&iv) };

    TRY(cipher_cbc(&c, CIPHER_DECRYPT, sealed, &p));
    TRY(unpad(buf_view(&p), &ca_ic));
    return buf_put(out, ca_ic);
}

static struct view stored(const struct pace_bytes *b)
{
    return view_of(b->bytes, b->len);
}

/* PK_Map,IC = KA(CA_IC, PK_IC, D_IC). */
static struct err proves(const struct pace_outcome *o, struct view key, bool *good)
{
    uint8_t          bytes[EC_POINT_MAX];
    struct buf       point = BUF(bytes);
    const struct err e = ec_multiply(o->domain.group, stored(&o->ca_ic), key, &point);

    *good = false;
    if (e.code == E_UNEXPECTED) /* off the curve, or infinity: no such product */
        return SUCCESS;
    TRY(e);
    *good = view_same(buf_view(&point), stored(&o->chip_mapping_key));
    return SUCCESS;
}

/* 1/CA_IC is CA_IC^(n-2), for n is a prime. */
struct err pace_cam_key(const struct pace_outcome *o, struct buf *out)
{
    static const uint8_t two[] = { 2 }, zero[] = { 0 };
    WIDE                 number, exponent, inverse;
    struct buf           c = BUF(number.bytes), e = BUF(exponent.bytes), d = BUF(inverse.bytes);

    if (!o->has_cam_data)
        return SUCCESS;

    const struct view n = ec_domain(o->domain.group)->n;

    TRY(mod_sub(n, VIEW(zero), VIEW(two), &e));
    TRY(mod_reduce(n, stored(&o->ca_ic), &c));
    TRY(mod_exp(n, buf_view(&c), buf_view(&e), &d));
    return ec_multiply(o->domain.group, buf_view(&d), stored(&o->chip_mapping_key), out);
}

struct err pace_cam_check(const struct pace_outcome *o, struct view spki, enum result *out,
                          struct notes *notes)
{
    struct agreement a;
    struct view      key;
    bool             good = false;

    if (!o->has_cam_data) {
        *out = NOT_SUPPORTED;
        return SUCCESS;
    }
    TRY(agreement_read(spki, &a, &key, notes));
    if (a.kind == AGREEMENT_ECDH && a.group == o->domain.group)
        TRY(proves(o, key, &good));
    *out = good ? SUCCESSFUL : FAILED;
    return SUCCESS;
}
