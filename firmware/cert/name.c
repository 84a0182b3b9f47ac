/* name: see name.h.  A name is folded into one string of octets and compared as that:
 *
 *     { 31 { 06 len OID, 0C characters 00 | the value as it is }... }...
 *
 * No folded character is 00, so two strings are the same only if their parts are. */
#include "cert/name.h"

#include "base/der.h"
#include "base/oid.h"
#include "text.h"

enum { FOLDED_MAX = 1024 }; /* octets; the longest name of a public list takes some 300 */

struct attribute {
    struct view type; /* OID content */
    struct tlv  value;
    bool        first; /* of its RelativeDistinguishedName */
};

struct walk {
    struct view rdns, rdn; /* what is left of the name, and of the part now walked */
};

static struct err walk_begin(struct view name, struct walk *w)
{
    *w = (struct walk){ 0 };
    TRY(der_expect(&name, DER_SEQUENCE, &w->rdns));
    return der_end(name);
}

static bool walk_more(const struct walk *w)
{
    return w->rdns.len != 0 || w->rdn.len != 0;
}

static struct err walk_next(struct walk *w, struct attribute *out)
{
    struct view one;

    out->first = w->rdn.len == 0;
    if (out->first)
        TRY(der_expect(&w->rdns, DER_SET, &w->rdn));
    TRY(der_expect(&w->rdn, DER_SEQUENCE, &one));
    TRY(der_oid(&one, &out->type));
    TRY(der_next(&one, &out->value));
    return der_end(one);
}

static struct err fold_attribute(const struct attribute *a, struct buf *out)
{
    const int width = text_width(a->value.tag);

    if (a->first)
        TRY(buf_u8(out, DER_SET));
    TRY(tlv_put(out, DER_OID, a->type));
    if (width == TEXT_NONE)
        return buf_put(out, a->value.whole);
    TRY(buf_u8(out, DER_UTF8_STRING));
    TRY(text_fold(a->value.value, width, out));
    return buf_u8(out, 0);
}

static struct err fold(struct view name, struct buf *out)
{
    struct walk      w;
    struct attribute a;

    TRY(walk_begin(name, &w));
    while (walk_more(&w)) {
        TRY(walk_next(&w, &a));
        TRY(fold_attribute(&a, out));
    }
    return SUCCESS;
}

/* ---- what name.h promises ---- */

bool name_same(struct view a, struct view b)
{
    uint8_t    room_a[FOLDED_MAX], room_b[FOLDED_MAX];
    struct buf folded_a = BUF(room_a), folded_b = BUF(room_b);

    if (view_eq(a, b))
        return true;
    if (fold(a, &folded_a).code != OK || fold(b, &folded_b).code != OK)
        return false;
    return view_eq(buf_view(&folded_a), buf_view(&folded_b));
}

struct err name_digest(struct view name, struct buf *out)
{
    static const uint8_t as_it_is[] = { 0xFF }; /* a folded form begins with 31 or is empty */
    uint8_t              room[FOLDED_MAX];
    struct buf           folded = BUF(room);

    if (fold(name, &folded).code != OK)
        return hash(HASH_SHA256, (struct view[]){ VIEW(as_it_is), name }, 2, out);
    return hash(HASH_SHA256, (struct view[]){ buf_view(&folded) }, 1, out);
}

/* Two or three letters, whatever their string type. */
static struct err read_country(struct tlv value, struct country *out)
{
    uint8_t        room[4];
    struct buf     text = BUF(room);
    const int      width = text_width(value.tag);
    struct country c = { 0 };

    CHECK(width != TEXT_NONE, E_UNEXPECTED);
    CHECK(text_fold(value.value, width, &text).code == OK, E_UNEXPECTED);
    CHECK(text.len == 2 || text.len == 3, E_UNEXPECTED);
    for (size_t i = 0; i < text.len; i++) {
        const uint8_t letter = view_at(buf_view(&text), i);

        CHECK(letter >= 'a' && letter <= 'z', E_UNEXPECTED);
        c.text[i] = (char)(letter - 'a' + 'A');
    }
    *out = c;
    return SUCCESS;
}

static bool country_same(const struct country *a, const struct country *b)
{
    return view_eq(VIEW(a->text), VIEW(b->text));
}

struct err name_country(struct view name, struct country *out)
{
    struct walk      w;
    struct attribute a;
    struct country   found = { 0 }, c;

    TRY(walk_begin(name, &w));
    while (walk_more(&w)) {
        TRY(walk_next(&w, &a));
        if (oid_of(a.type) != OID_DN_C)
            continue;
        TRY(read_country(a.value, &c));
        CHECK(found.text[0] == 0 || country_same(&c, &found), E_UNEXPECTED);
        found = c;
    }
    CHECK(found.text[0] != 0, E_UNEXPECTED);
    *out = found;
    return SUCCESS;
}

/* Is the country written as Doc 9303-12 wants it: PrintableString, two capitals? */
static bool country_in_profile(struct tlv value)
{
    bool capitals = value.value.len == 2;

    for (size_t i = 0; i < value.value.len; i++) {
        const uint8_t letter = view_at(value.value, i);

        capitals = capitals && letter >= 'A' && letter <= 'Z';
    }
    return capitals && value.tag == DER_PRINTABLE_STRING;
}

bool name_in_profile(struct view name)
{
    struct walk      w;
    struct attribute a;
    bool             country = false, common = false;

    if (walk_begin(name, &w).code != OK)
        return false;
    while (walk_more(&w)) {
        if (walk_next(&w, &a).code != OK)
            return false;
        const enum oid type = oid_of(a.type);

        if (type == OID_DN_C && !country_in_profile(a.value))
            return false;
        country = country || type == OID_DN_C;
        common = common || type == OID_DN_CN;
    }
    return country && common;
}

/* ---- in print ---- */

static struct view short_name(enum oid type)
{
    static const struct {
        enum oid type;
        char     text[4];
        size_t   len;
    } names[] = {
        { OID_DN_C, "C", 1 },   { OID_DN_O, "O", 1 },
        { OID_DN_OU, "OU", 2 }, { OID_DN_CN, "CN", 2 },
        { OID_DN_L, "L", 1 },   { OID_DN_ST, "ST", 2 },
        { OID_DN_DC, "DC", 2 }, { OID_DN_SERIAL_NUMBER, "SN", 2 },
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (names[i].type == type)
            return view_of(names[i].text, names[i].len);
    }
    return TEXT("");
}

static struct err put_hex(struct buf *out, uint8_t octet)
{
    static const char digits[] = "0123456789ABCDEF";

    TRY(buf_u8(out, '\\'));
    TRY(buf_u8(out, (uint8_t)digits[octet >> 4]));
    return buf_u8(out, (uint8_t)digits[octet & 15]);
}

/* Comma and backslash are escaped too: they would read as structure. */
static struct err put_octets(struct buf *out, struct view octets)
{
    uint8_t octet;

    while (octets.len != 0) {
        TRY(view_u8(&octets, &octet));
        if (octet < 0x20 || octet > 0x7E || octet == ',' || octet == '\\')
            TRY(put_hex(out, octet));
        else
            TRY(buf_u8(out, octet));
    }
    return SUCCESS;
}

static struct err print_value(struct tlv value, struct buf *out)
{
    const int   width = text_width(value.tag);
    struct view text = value.value;

    if (width == TEXT_NONE)
        return put_octets(out, text);
    while (text.len != 0) {
        uint8_t    room[4];
        struct buf one = BUF(room);
        uint32_t   c;

        TRY(text_take(&text, width, &c));
        TRY(text_put(&one, c));
        TRY(put_octets(out, buf_view(&one)));
    }
    return SUCCESS;
}

static struct err print_all(struct view name, struct buf *out)
{
    struct walk      w;
    struct attribute a;
    struct view      separator = TEXT("");

    TRY(walk_begin(name, &w));
    while (walk_more(&w)) {
        TRY(walk_next(&w, &a));
        const struct view type = short_name(oid_of(a.type));

        TRY(buf_put(out, separator));
        if (type.len != 0)
            TRY(buf_put(out, type));
        else
            TRY(oid_print(a.type, out));
        TRY(buf_u8(out, '='));
        TRY(print_value(a.value, out));
        separator = TEXT(", ");
    }
    return SUCCESS;
}

struct err name_print(struct view name, struct buf *out)
{
    struct buf draft = *out;

    TRY(print_all(name, &draft));
    *out = draft;
    return SUCCESS;
}
