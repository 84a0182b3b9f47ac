/* text: see text.h. */
#include "text.h"

#include "base/der.h"

int text_width(uint32_t tag)
{
    static const struct {
        uint32_t tag;
        int      width;
    } types[] = {
        { DER_UTF8_STRING, TEXT_UTF8 }, { DER_PRINTABLE_STRING, 1 },
        { DER_T61_STRING, 1 },          { DER_IA5_STRING, 1 },
        { DER_BMP_STRING, 2 },          { 0x12 /* NumericString */, 1 },
        { 0x1A /* Visible */, 1 },      { 0x1C /* UniversalString */, 4 },
    };

    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (types[i].tag == tag)
            return types[i].width;
    }
    return TEXT_NONE;
}

static bool is_character(uint32_t c)
{
    return c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
}

/* RFC 3629: shortest form only. */
static struct err take_utf8(struct view *in, uint32_t *out)
{
    static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
    uint8_t               first, more;

    TRY(view_u8(in, &first));
    *out = first;
    if (first < 0x80)
        return SUCCESS;
    CHECK(first >= 0xC0 && first < 0xF8, E_MALFORMED);
    const size_t follow = first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;

    *out = first & (0x3FU >> follow);
    for (size_t i = 0; i < follow; i++) {
        TRY(view_u8(in, &more));
        CHECK((more & 0xC0) == 0x80, E_MALFORMED);
        *out = *out << 6 | (more & 0x3F);
    }
    CHECK(*out >= least[follow], E_MALFORMED);
    return SUCCESS;
}

struct err text_take(struct view *in, int width, uint32_t *out)
{
    uint8_t octet;

    *out = 0;
    if (width == TEXT_UTF8)
        TRY(take_utf8(in, out));
    for (int i = 0; i < width; i++) {
        TRY(view_u8(in, &octet));
        *out = *out << 8 | octet;
    }
    CHECK(is_character(*out), E_MALFORMED);
    return SUCCESS;
}

struct err text_put(struct buf *out, uint32_t c)
{
    if (c < 0x80)
        return buf_u8(out, (uint8_t)c);
    if (c < 0x800) {
        TRY(buf_u8(out, (uint8_t)(0xC0 | c >> 6)));
    } else if (c < 0x10000) {
        TRY(buf_u8(out, (uint8_t)(0xE0 | c >> 12)));
        TRY(buf_u8(out, (uint8_t)(0x80 | (c >> 6 & 0x3F))));
    } else {
        TRY(buf_u8(out, (uint8_t)(0xF0 | c >> 18)));
        TRY(buf_u8(out, (uint8_t)(0x80 | (c >> 12 & 0x3F))));
        TRY(buf_u8(out, (uint8_t)(0x80 | (c >> 6 & 0x3F))));
    }
    return buf_u8(out, (uint8_t)(0x80 | (c & 0x3F)));
}

/* The capital letters of the alphabets that names of states are written in. */
static uint32_t lower(uint32_t c)
{
    static const struct {
        uint32_t first, last, every, add;
    } capitals[] = {
        { 'A', 'Z', 1, 32 },       { 0xC0, 0xD6, 1, 32 },   { 0xD8, 0xDE, 1, 32 },
        { 0x100, 0x136, 2, 1 },    { 0x139, 0x147, 2, 1 },  { 0x14A, 0x176, 2, 1 },
        { 0x179, 0x17D, 2, 1 },    { 0x391, 0x3A9, 1, 32 }, /* Greek */
        { 0x400, 0x40F, 1, 0x50 }, { 0x410, 0x42F, 1, 32 }, /* Cyrillic */
    };

    for (size_t i = 0; i < sizeof capitals / sizeof *capitals; i++) {
        if (c >= capitals[i].first && c <= capitals[i].last &&
            (c - capitals[i].first) % capitals[i].every == 0)
            return c + capitals[i].add;
    }
    return c;
}

/* Control characters count as white space. */
static bool is_space(uint32_t c)
{
    return c <= 0x20 || (c >= 0x7F && c <= 0xA0);
}

/* RFC 5280 §7.1, in short: small letters; white space cut off at the ends, one blank inside. */
struct err text_fold(struct view text, int width, struct buf *out)
{
    bool     blank = false, begun = false;
    uint32_t c;

    while (text.len != 0) {
        TRY(text_take(&text, width, &c));
        if (is_space(c)) {
            blank = begun;
            continue;
        }
        if (blank)
            TRY(buf_u8(out, ' '));
        blank = false;
        begun = true;
        TRY(text_put(out, lower(c)));
    }
    return SUCCESS;
}
