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

/* "brainpoolP256r1", "DH-2048" */
static struct err put_domain(const struct agreement *a, struct buf *out)
{
    if (a->kind == AGREEMENT_ECDH)
        return buf_put(out, text_of(ec_domain(a->group)->name));
    TRY(buf_put(out, TEXT("DH-")));
    return put_number((uint64_t)a->dh.p.len * 8, out);
}

static const char *suite_name(enum sm_suite suite)
{
    static const char *const names[SM_SUITE_COUNT] = { [SM_SUITE_NONE] = "none",
                                                       [SM_SUITE_3DES] = "3DES",
                                                       [SM_SUITE_AES_128] = "AES-128",
                                                       [SM_SUITE_AES_192] = "AES-192",
                                                       [SM_SUITE_AES_256] = "AES-256" };

    return names[suite];
}

static struct err put_suite(enum sm_suite suite, const struct agreement *a, struct buf *out)
{
    TRY(buf_put(out, text_of(suite_name(suite))));
    TRY(buf_put(out, TEXT(" ")));
    return put_domain(a, out);
}

/* "GM AES-128 brainpoolP256r1" */
static struct err put_pace(const struct pace_choice *c, struct buf *out)
{
    static const char *const mappings[] = {
        [MAPPING_NONE] = "", [MAPPING_GM] = "GM ", [MAPPING_IM] = "IM ", [MAPPING_CAM] = "CAM "
    };

    TRY(buf_put(out, text_of(mappings[c->mapping])));
    return put_suite(c->suite, &c->domain, out);
}

FACT_PUT(number, uint64_t, put_number(what, &out))
FACT_PUT(text, struct view, buf_put(&out, what))
FACT_PUT(hex, struct view, put_hex(what, &out))
FACT_PUT(distinguished_name, struct view, name_print(what, &out))
FACT_PUT(public_key, const struct public_key *, public_key_print(what, &out))
FACT_PUT(algorithm, const struct sig_alg *, sig_alg_print(what, &out))
FACT_PUT(day, struct date, date_print(what, &out))
FACT_PUT(pace, const struct pace_choice *, put_pace(what, &out))
FACT_PUT(ca, const struct ca_choice *, put_suite(what->suite, &what->domain, &out))
