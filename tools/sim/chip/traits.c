/* traits: see traits.h. */
#include "chip/traits.h"

#include <stdlib.h>
#include <string.h>

#include "chip/hextext.h"

/* One key of [chip]: the words it may be, or a number between two bounds. */
static const struct trait {
    const char *key;
    size_t      at; /* of a long in struct traits */
    const char *words;
    int         base;
    long        least, most, otherwise;
} all[] = {
#define AT(field) offsetof(struct traits, field)
    /* clang-format off */
    { "type",              AT(type_b),        "A B",                       0, 0, 0, 0 },
    { "fsci",              AT(fsci),          NULL,                       10, 0, 8, 8 },
    { "sfgi",              AT(sfgi),          NULL,                       10, 0, 14, 0 },
    { "rates",             AT(rates),         NULL,                       16, 0, 0xFF, 0x77 },
    { "sak",               AT(sak),           NULL,                       16, 0, 0xFF, 0x20 },
    { "fwi",               AT(fwi),           NULL,                       10, 0, 14, 11 },
    { "sfi",               AT(sfi),           "no yes",                    0, 0, 0, 1 },
    { "odd_ins",           AT(odd_ins),       "no yes",                    0, 0, 0, 1 },
    { "extended",          AT(extended),      "no yes",                    0, 0, 0, 1 },
    { "chaining",          AT(chaining),      "no yes",                    0, 0, 0, 1 },
    { "select_le",         AT(select_le),     "no yes",                    0, 0, 0, 1 },
    { "max_read",          AT(max_read),      NULL,                       10, 0, 65536, 0 },
    { "over_max",          AT(over_max),      "refuse lose short tell",    0, 0, 0, OVER_REFUSE },
    { "errors",            AT(plain_errors),  "protected plain",           0, 0, 0, 0 },
    { "past_end",          AT(lose_past_end), "keep lose",                 0, 0, 0, 0 },
    { "sw_eof",            AT(sw_eof),        NULL,                       16, 0, 0xFFFF, 0x6282 },
    { "sw_past_end",       AT(sw_past_end),   NULL,                       16, 0, 0xFFFF, 0x6B00 },
    { "sw_denied",         AT(sw_denied),     NULL,                       16, 0, 0xFFFF, 0x6982 },
    { "sw_no_file",        AT(sw_no_file),    NULL,                       16, 0, 0xFFFF, 0x6A82 },
    { "sw_bac",            AT(sw_bac),        NULL,                       16, 0, 0xFFFF, 0x6300 },
    { "sw_select_mf",      AT(sw_select_mf),  NULL,                       16, 0, 0xFFFF, 0x9000 },
    { "sw_select_app",     AT(sw_select_app), NULL,                       16, 0, 0xFFFF, 0x9000 },
    { "sw_no_session",     AT(sw_no_session), NULL,                       16, 0, 0xFFFF, 0x6988 },
    /* clang-format on */
};

static bool read_word(const char *text, const char *words, long *out)
{
    const size_t len = strlen(text);
    const char  *at = words;

    for (*out = 0; at != NULL; ++*out) {
        if (strcspn(at, " ") == len && memcmp(at, text, len) == 0)
            return true;
        at = strchr(at, ' ');
        at = at != NULL ? at + 1 : NULL;
    }
    return false;
}

static bool read_bounded(const struct trait *t, const char *text, long *out)
{
    char *end;

    *out = strtol(text, &end, t->base);
    return end != text && *end == '\0' && *out >= t->least && *out <= t->most;
}

static struct err bad(struct problem *why, const struct settings *s, const struct setting *at)
{
    return problem_set(why, E_MALFORMED, "%s:%u: [chip] %s cannot be \"%s\"", s->origin, at->line,
                       at->key, at->value);
}

static struct err read_hex(struct settings *s, const char *key, struct buf *out,
                           struct problem *why)
{
    const struct setting *line = settings_find(s, "chip", key);

    if (line == NULL || strcmp(line->value, "random") == 0)
        return SUCCESS;
    if (hextext_read(line->value, out).code != OK)
        return bad(why, s, line);
    return SUCCESS;
}

struct err traits_read(struct traits *t, struct settings *s, struct problem *why)
{
    struct traits draft = { 0 };
    struct buf    uid = BUF(draft.uid), historical = BUF(draft.historical);

    settings_find(s, "chip", "");
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const struct trait   *row = &all[i];
        const struct setting *line = settings_find(s, "chip", row->key);
        long                 *field = (long *)(void *)((char *)&draft + row->at);

        *field = row->otherwise;
        if (line == NULL)
            continue;
        if (!(row->words != NULL ? read_word(line->value, row->words, field)
                                 : read_bounded(row, line->value, field)))
            return bad(why, s, line);
    }
    TRY(read_hex(s, "uid", &uid, why));
    TRY(read_hex(s, "historical", &historical, why));
    draft.uid_len = uid.len;
    draft.historical_len = historical.len;
    if (uid.len != 0 && uid.len != 4 && (uid.len != 7 || draft.type_b) &&
        (uid.len != 10 || draft.type_b))
        return problem_set(why, E_MALFORMED,
                           "%s: [chip] uid has 4, 7 or 10 bytes (type B: 4), or is random",
                           s->origin);
    *t = draft;
    return SUCCESS;
}
