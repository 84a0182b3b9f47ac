/*
 * der_fuzz: any octets through every reader of der.h and tlv.h.
 *
 * Property: DER has one form for each value, so what der_next() accepts is what
 * tlv_put() makes of its tag and content; a reader that fails consumes nothing; BER
 * accepts what DER accepts, and agrees on where the element ends.
 */
#include <stdlib.h>

#include "base/der.h"
#include "base/oid.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check_element(struct view in)
{
    static uint8_t room[1 << 16];
    struct buf     again = BUF(room);
    struct view    ber_in = in, start = in;
    struct tlv     der = { 0 }, ber;
    size_t         total = 0;
    const bool     strict = der_next(&in, &der).code == OK;
    const bool     loose = tlv_next(&ber_in, &ber).code == OK;

    must(loose || !strict);
    must(strict || (in.ptr == start.ptr && in.len == start.len));
    if (loose) {
        struct view again_in = start, value, other = start;

        must(tlv_expect(&again_in, ber.tag, &value).code == OK && view_eq(value, ber.value));
        must(tlv_expect(&other, ber.tag ^ 1, &value).code == E_UNEXPECTED);
        must((tlv_end(again_in).code == OK) == (again_in.len == 0));
    }
    if (loose)
        must(tlv_whole_len(start, &total).code == OK && total == ber.whole.len);
    if (!strict)
        return;
    must(der_at(start, der.tag));
    must(view_eq(der.whole, ber.whole));
    if (der.whole.len <= sizeof room)
        must(tlv_put(&again, der.tag, der.value).code == OK &&
             view_eq(buf_view(&again), der.whole));
}

static void check_numbers(struct view in)
{
    struct view a = in, b = in, c = in, number, magnitude;
    uint32_t    n;
    const bool  is_integer = der_integer(&a, &number).code == OK;
    const bool  is_unsigned = der_unsigned(&b, &magnitude).code == OK;
    const bool  is_u32 = der_u32(&c, &n).code == OK;

    must(is_integer || !is_unsigned);
    must(is_unsigned || !is_u32);
    if (is_unsigned)
        must(a.ptr == b.ptr && magnitude.len + 1 >= number.len && magnitude.len != 0);
    if (is_unsigned && !is_u32)
        must(magnitude.len > 4);
}

static void check_identifier(struct view in)
{
    static uint8_t room[1 << 16];
    struct buf     text = BUF(room);
    struct view    content;

    if (der_oid(&in, &content).code != OK)
        return;
    const enum outcome code = oid_print(content, &text).code;

    must(code == OK || code == E_TOO_LONG || code == E_NO_SPACE);
    const enum oid id = oid_of(content);

    must(id == OID_UNKNOWN || code == OK);
    must((*oid_dotted(id) == '\0') == (id == OID_UNKNOWN) && *oid_name(id) != '\0');
}

static void check_bits(struct view in)
{
    struct view a = in, b = in, bits, octets;
    uint8_t     unused;
    const bool  is_bits = der_bit_string(&a, &bits, &unused).code == OK;
    const bool  is_octets = der_bit_octets(&b, &octets).code == OK;
    bool        truth;

    must(is_octets == (is_bits && unused == 0));
    must(!is_bits || (unused <= 7 && (unused == 0 || bits.len != 0)));
    if (der_boolean(&in, &truth).code == OK)
        must(!is_bits);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view in = view_of(data, size);

    for (int elements = 0; elements < 1000 && in.len != 0; elements++) {
        struct tlv t;

        check_element(in);
        check_numbers(in);
        check_identifier(in);
        check_bits(in);
        if (tlv_next(&in, &t).code != OK)
            break;
        if ((t.tag & 0x20) != 0 && t.tag <= 0xFF) /* look inside next, then go on behind */
            in = view_of(t.value.ptr, (size_t)(data + size - t.value.ptr));
    }
    return 0;
}
