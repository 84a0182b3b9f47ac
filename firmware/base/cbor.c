/* cbor: see cbor.h.  An item's first octet is its major type (3 bits) and what says
 * how its number is written (5 bits): RFC 8949 clause 3. */
#include "base/cbor.h"

enum major { UINT, NINT, BYTES, TEXT_, ARRAY, MAP, TAG, SIMPLE };

enum {
    IN_1 = 24, /* the number follows in 1, 2, 4, 8 octets */
    IN_2,
    IN_4,
    IN_8,
    INDEFINITE = 31,
    FALSE = 20,
    TRUE,
    NULL_,
};

static struct err put_head(struct buf *out, enum major major, uint64_t n)
{
    struct buf    draft = *out;
    const uint8_t type = (uint8_t)(major << 5);

    if (n < IN_1) {
        TRY(buf_u8(&draft, (uint8_t)(type | n)));
    } else if (n <= UINT8_MAX) {
        TRY(buf_u8(&draft, type | IN_1));
        TRY(buf_u8(&draft, (uint8_t)n));
    } else if (n <= UINT16_MAX) {
        TRY(buf_u8(&draft, type | IN_2));
        TRY(buf_u16(&draft, (uint16_t)n));
    } else if (n <= UINT32_MAX) {
        TRY(buf_u8(&draft, type | IN_4));
        TRY(buf_u32(&draft, (uint32_t)n));
    } else {
        TRY(buf_u8(&draft, type | IN_8));
        TRY(buf_u64(&draft, n));
    }
    *out = draft;
    return SUCCESS;
}

static struct err put_string(struct buf *out, enum major major, struct view v)
{
    struct buf draft = *out;

    TRY(put_head(&draft, major, v.len));
    TRY(buf_put(&draft, v));
    *out = draft;
    return SUCCESS;
}

struct err cbor_put_uint(struct buf *out, uint64_t n)
{
    return put_head(out, UINT, n);
}

struct err cbor_put_int(struct buf *out, int64_t n)
{
    return n >= 0 ? put_head(out, UINT, (uint64_t)n) : put_head(out, NINT, ~(uint64_t)n);
}

struct err cbor_put_bytes(struct buf *out, struct view v)
{
    return put_string(out, BYTES, v);
}

struct err cbor_put_text(struct buf *out, struct view utf8)
{
    return put_string(out, TEXT_, utf8);
}

struct err cbor_put_string(struct buf *out, const char *utf8)
{
    size_t len = 0;

    while (utf8[len] != '\0')
        len++;
    return put_string(out, TEXT_, view_of(utf8, len));
}

struct err cbor_put_bool(struct buf *out, bool b)
{
    return put_head(out, SIMPLE, b ? TRUE : FALSE);
}

struct err cbor_put_null(struct buf *out)
{
    return put_head(out, SIMPLE, NULL_);
}

struct err cbor_put_array(struct buf *out, size_t n)
{
    return put_head(out, ARRAY, n);
}

struct err cbor_put_map(struct buf *out, size_t n)
{
    return put_head(out, MAP, n);
}

/* The number that follows the first octet, in its shortest form only. */
static struct err take_number(struct view *in, uint8_t how, uint64_t *n)
{
    uint8_t  n8;
    uint16_t n16;
    uint32_t n32;

    CHECK(how <= IN_8, E_MALFORMED); /* 28..30 are reserved */
    *n = how;
    if (how == IN_1) {
        TRY(view_u8(in, &n8));
        CHECK(n8 >= IN_1, E_MALFORMED);
        *n = n8;
    } else if (how == IN_2) {
        TRY(view_u16(in, &n16));
        CHECK(n16 > UINT8_MAX, E_MALFORMED);
        *n = n16;
    } else if (how == IN_4) {
        TRY(view_u32(in, &n32));
        CHECK(n32 > UINT16_MAX, E_MALFORMED);
        *n = n32;
    } else if (how == IN_8) {
        TRY(view_u64(in, n));
        CHECK(*n > UINT32_MAX, E_MALFORMED);
    }
    return SUCCESS;
}

/* How many octets follow the first one of a character, and the least number that
 * needs so many: an overlong form is not UTF-8.  RFC 3629 clause 3. */
static const struct {
    uint8_t  mask, lead, more;
    uint32_t least;
} utf8_forms[] = {
    { 0x80, 0x00, 0, 0 },
    { 0xE0, 0xC0, 1, 0x80 },
    { 0xF0, 0xE0, 2, 0x800 },
    { 0xF8, 0xF0, 3, 0x10000 },
};

static struct err check_character(struct view *in)
{
    size_t   form = 0;
    uint32_t c;
    uint8_t  octet;

    TRY(view_u8(in, &octet));
    while (form < 4 && (octet & utf8_forms[form].mask) != utf8_forms[form].lead)
        form++;
    CHECK(form < 4, E_MALFORMED);
    c = octet & (uint8_t)~utf8_forms[form].mask;
    for (int i = 0; i < utf8_forms[form].more; i++) {
        CHECK(in->len != 0, E_MALFORMED);
        TRY(view_u8(in, &octet));
        CHECK((octet & 0xC0) == 0x80, E_MALFORMED);
        c = c << 6 | (octet & 0x3F);
    }
    CHECK(c >= utf8_forms[form].least, E_MALFORMED);
    CHECK(c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF), E_MALFORMED); /* surrogates */
    return SUCCESS;
}

static struct err take_string(struct view *in, enum major major, struct cbor *item)
{
    struct view left;

    CHECK(item->n <= in->len, E_TRUNCATED);
    TRY(view_take(in, (size_t)item->n, &item->text));
    for (left = item->text; major == TEXT_ && left.len != 0;)
        TRY(check_character(&left));
    item->type = major == TEXT_ ? CBOR_TEXT : CBOR_BYTES;
    return SUCCESS;
}

static struct err take_simple(struct view *in, uint8_t how, struct cbor *item)
{
    static const enum cbor_type type[] = { CBOR_BOOL, CBOR_BOOL, CBOR_NULL };
    uint8_t                     wide;

    CHECK(how < 28, E_MALFORMED); /* reserved, and a "break" that ends nothing */
    if (how == IN_1) {
        TRY(view_u8(in, &wide));
        CHECK(wide >= 32, E_MALFORMED); /* RFC 8949 §3.3 */
    }
    CHECK(how >= FALSE && how <= NULL_, E_UNSUPPORTED); /* floats, undefined, unassigned */
    item->type = type[how - FALSE];
    item->n = how == TRUE;
    return SUCCESS;
}

struct err cbor_next(struct view *in, struct cbor *out)
{
    static const enum cbor_type type[] = {
        [UINT] = CBOR_UINT, [NINT] = CBOR_NINT, [ARRAY] = CBOR_ARRAY, [MAP] = CBOR_MAP
    };
    struct view rest = *in;
    struct cbor item = { 0 };
    uint8_t     first;

    TRY(view_u8(&rest, &first));
    const enum major major = (enum major)(first >> 5);
    const uint8_t    how = first & 0x1F;

    if (major == SIMPLE) {
        TRY(take_simple(&rest, how, &item));
    } else {
        CHECK(how != INDEFINITE || major < BYTES || major > MAP, E_UNSUPPORTED);
        TRY(take_number(&rest, how, &item.n));
        CHECK(major != TAG, E_UNSUPPORTED);
        if (major == BYTES || major == TEXT_)
            TRY(take_string(&rest, major, &item));
        else
            item.type = type[major];
    }
    /* A member is an octet at least: what promises more than is there is cut short. */
    CHECK(major != ARRAY || item.n <= rest.len, E_TRUNCATED);
    CHECK(major != MAP || item.n <= rest.len / 2, E_TRUNCATED);
    *in = rest;
    *out = item;
    return SUCCESS;
}

static struct err expect(struct view *in, enum cbor_type type, struct cbor *out)
{
    struct view rest = *in;
    struct cbor item;

    TRY(cbor_next(&rest, &item));
    CHECK(item.type == type, E_UNEXPECTED);
    *in = rest;
    *out = item;
    return SUCCESS;
}

struct err cbor_uint(struct view *in, uint64_t *out)
{
    struct cbor item;

    TRY(expect(in, CBOR_UINT, &item));
    *out = item.n;
    return SUCCESS;
}

struct err cbor_bytes(struct view *in, struct view *out)
{
    struct cbor item;

    TRY(expect(in, CBOR_BYTES, &item));
    *out = item.text;
    return SUCCESS;
}

struct err cbor_text(struct view *in, struct view *out)
{
    struct cbor item;

    TRY(expect(in, CBOR_TEXT, &item));
    *out = item.text;
    return SUCCESS;
}

struct err cbor_bool(struct view *in, bool *out)
{
    struct cbor item;

    TRY(expect(in, CBOR_BOOL, &item));
    *out = item.n != 0;
    return SUCCESS;
}

struct err cbor_array(struct view *in, size_t *n)
{
    struct cbor item;

    TRY(expect(in, CBOR_ARRAY, &item));
    *n = (size_t)item.n;
    return SUCCESS;
}

struct err cbor_map(struct view *in, size_t *n)
{
    struct cbor item;

    TRY(expect(in, CBOR_MAP, &item));
    *n = (size_t)item.n;
    return SUCCESS;
}

struct err cbor_skip(struct view *in)
{
    struct view rest = *in;
    uint64_t    left[CBOR_DEPTH + 1] = { 1 }; /* items still to come, per open container */
    size_t      depth = 0;

    do {
        struct cbor item;

        left[depth]--;
        TRY(cbor_next(&rest, &item));
        const bool opens = item.type == CBOR_ARRAY || item.type == CBOR_MAP;

        CHECK(!opens || depth < CBOR_DEPTH, E_TOO_LONG);
        if (opens)
            left[++depth] = item.type == CBOR_MAP ? 2 * item.n : item.n;
        while (depth != 0 && left[depth] == 0)
            depth--;
    } while (left[depth] != 0);
    *in = rest;
    return SUCCESS;
}
