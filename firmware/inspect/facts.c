/* facts: what the report says beside results, as text in the arena. */
#include "stages.h"

enum { FACT_LEN_MAX = 1024 }; /* bytes; all facts together leave room in a message */

/* What a chip says must not become control characters on somebody's terminal, nor octets that
 * no host can read: nobody may have signed it. */
static bool printable(struct view text)
{
    for (size_t n = 0; n < text.len; n++) {
        if (view_at(text, n) < 0x20 || view_at(text, n) > 0x7E)
            return false;
    }
    return true;
}

static void make_room(struct inspection *i, struct buf *out)
{
    arena_rest(&i->arena, out);
    if (out->cap > FACT_LEN_MAX)
        out->cap = FACT_LEN_MAX;
}

/* A fact that does not fit, or is no text, is left out. */
static void keep(struct inspection *i, enum fact fact, struct buf *text, struct err e)
{
    arena_keep(&i->arena, text); /* half a text, too: what is kept is wiped */
    if (e.code == OK && printable(buf_view(text)))
        i->evidence.fact[fact] = buf_view(text);
}

#define FACT_PUT(name, type, call)                                                                 \
    void fact_##name(struct inspection *i, enum fact fact, type what)                              \
    {                                                                                              \
        struct buf out;                                                                            \
                                                                                                   \
        make_room(i, &out);                                                                        \
        const struct err e = call;                                                                 \
        keep(i, fact, &out, e);                                                                    \
    }

static struct err put_hex(struct view bytes, struct buf *out)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t n = 0; n < bytes.len; n++) {
        TRY(buf_u8(out, (uint8_t)digits[view_at(bytes, n) >> 4]));
        TRY(buf_u8(out, (uint8_t)digits[view_at(bytes, n) & 15]));
    }
    return SUCCESS;
}

static struct err put_number(uint64_t n, struct buf *out)
{
    uint8_t digits[20];
    size_t  at = sizeof digits;

    do {
        digits[--at] = (uint8_t)('0' + n % 10);
        n /= 10;
    } while (n != 0);
    return buf_put(out, view_of(digits + at, sizeof digits - at));
}

FACT_PUT(number, uint64_t, put_number(what, &out))
FACT_PUT(text, struct view, buf_put(&out, what))
FACT_PUT(hex, struct view, put_hex(what, &out))
FACT_PUT(distinguished_name, struct view, name_print(what, &out))
FACT_PUT(public_key, const struct public_key *, public_key_print(what, &out))
FACT_PUT(algorithm, const struct sig_alg *, sig_alg_print(what, &out))
FACT_PUT(day, struct date, date_print(what, &out))
