/* der: see der.h.  What tlv.h reads, minus every form that DER does not allow. */
#include "base/der.h"

/* X.690 §10.1: the shortest form that holds the length. */
static size_t shortest(size_t len)
{
    if (len < 0x80)
        return 1;
    if (len <= 0xFF)
        return 2;
    return len <= 0xFFFF ? 3 : 4;
}

struct err der_next(struct view *in, struct tlv *out)
{
    struct view      rest = *in;
    struct tlv       t;
    const struct err e = tlv_next(&rest, &t);

    if (e.code == E_UNSUPPORTED)
        return err_as(E_MALFORMED, e); /* legal BER, never DER: indefinite; or a long tag */
    TRY(e);
    CHECK(t.tag <= 0xFF && t.tag != 0, E_MALFORMED);
    CHECK(t.whole.len - t.value.len == 1 + shortest(t.value.len), E_MALFORMED);
    *in = rest;
    *out = t;
    return SUCCESS;
}

struct err der_expect_whole(struct view *in, uint32_t tag, struct tlv *out)
{
    struct view rest = *in;
    struct tlv  t;

    TRY(der_next(&rest, &t));
    CHECK(t.tag == tag, E_UNEXPECTED);
    *in = rest;
    *out = t;
    return SUCCESS;
}

struct err der_expect(struct view *in, uint32_t tag, struct view *value)
{
    struct tlv t;

    TRY(der_expect_whole(in, tag, &t));
    *value = t.value;
    return SUCCESS;
}

bool der_at(struct view in, uint32_t tag)
{
    struct tlv       t;
    const struct err e = der_next(&in, &t);

    return e.code == OK && t.tag == tag;
}

struct err der_boolean(struct view *in, bool *out)
{
    struct view rest = *in, v;

    TRY(der_expect(&rest, DER_BOOLEAN, &v));
    CHECK(v.len == 1, E_MALFORMED);
    CHECK(v.ptr[0] == 0x00 || v.ptr[0] == 0xFF, E_MALFORMED); /* X.690 §11.1 */
    *in = rest;
    *out = v.ptr[0] != 0;
    return SUCCESS;
}

struct err der_integer(struct view *in, struct view *out)
{
    struct view rest = *in, v;

    TRY(der_expect(&rest, DER_INTEGER, &v));
    CHECK(v.len != 0, E_MALFORMED);
    if (v.len > 1) { /* X.690 §8.3.2: the first nine bits are not all the same */
        const uint8_t sign = v.ptr[1] & 0x80;

        CHECK(v.ptr[0] != 0x00 || sign != 0, E_MALFORMED);
        CHECK(v.ptr[0] != 0xFF || sign == 0, E_MALFORMED);
    }
    *in = rest;
    *out = v;
    return SUCCESS;
}

struct err der_unsigned(struct view *in, struct view *out)
{
    struct view rest = *in, v, sign;

    TRY(der_integer(&rest, &v));
    CHECK((v.ptr[0] & 0x80) == 0, E_MALFORMED);
    if (v.len > 1 && v.ptr[0] == 0)
        TRY(view_take(&v, 1, &sign));
    *in = rest;
    *out = v;
    return SUCCESS;
}

struct err der_u32(struct view *in, uint32_t *out)
{
    struct view rest = *in, v;
    uint32_t    n = 0;

    TRY(der_unsigned(&rest, &v));
    CHECK(v.len <= 4, E_TOO_LONG);
    for (size_t i = 0; i < v.len; i++)
        n = n << 8 | v.ptr[i];
    *in = rest;
    *out = n;
    return SUCCESS;
}

/* X.690 §8.19.2: each subidentifier in its shortest form, the last one complete. */
static struct err check_oid(struct view v)
{
    bool first = true;

    CHECK(v.len != 0, E_MALFORMED);
    for (size_t i = 0; i < v.len; i++) {
        CHECK(!first || v.ptr[i] != 0x80, E_MALFORMED);
        first = (v.ptr[i] & 0x80) == 0;
    }
    CHECK(first, E_MALFORMED);
    return SUCCESS;
}

struct err der_oid(struct view *in, struct view *out)
{
    struct view rest = *in, v;

    TRY(der_expect(&rest, DER_OID, &v));
    TRY(check_oid(v));
    *in = rest;
    *out = v;
    return SUCCESS;
}

struct err der_bit_string(struct view *in, struct view *out, uint8_t *unused)
{
    struct view rest = *in, v;
    uint8_t     n;

    TRY(der_expect(&rest, DER_BIT_STRING, &v));
    CHECK(v.len != 0, E_MALFORMED); /* X.690 §8.6.2.2 */
    TRY(view_u8(&v, &n));
    CHECK(n <= 7 && (n == 0 || v.len != 0), E_MALFORMED); /* §8.6.2.2, §8.6.2.3 */
    if (n != 0)
        CHECK((v.ptr[v.len - 1] & ((1U << n) - 1)) == 0, E_MALFORMED); /* §11.2.1 */
    *in = rest;
    *out = v;
    *unused = n;
    return SUCCESS;
}

struct err der_bit_octets(struct view *in, struct view *out)
{
    struct view rest = *in, v;
    uint8_t     unused;

    TRY(der_bit_string(&rest, &v, &unused));
    CHECK(unused == 0, E_MALFORMED);
    *in = rest;
    *out = v;
    return SUCCESS;
}

struct err der_end(struct view in)
{
    return tlv_end(in);
}
