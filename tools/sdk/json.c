/*
 * json: any report of ours as JSON.
 *
 * Walks the CBOR without knowing the schema, so that what a newer reader adds is not lost.
 * Nesting is a small stack of "how many items are left at this level".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cbor.h"
#include "verso/verso.h"

/* JSON needs at most six characters for one byte of text (\u00XX), and some for commas. */
enum { GROWTH = 7, SPARE = 64 };

struct level {
    bool   map;
    size_t left;  /* items, keys counted, that are still to come */
    size_t total; /* as it began */
};

static struct err put(struct buf *out, const char *s)
{
    return buf_put(out, text_of(s));
}

static struct err put_character(struct buf *out, uint8_t c)
{
    char escape[8];

    if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7F)
        return buf_u8(out, c);
    snprintf(escape, sizeof escape, "\\u%04x", c);
    return put(out, escape);
}

static struct err put_text(struct buf *out, struct view text)
{
    TRY(buf_u8(out, '"'));
    for (size_t i = 0; i < text.len; i++)
        TRY(put_character(out, view_at(text, i)));
    return buf_u8(out, '"');
}

/* Bytes as hex text: the report has none today. */
static struct err put_bytes(struct buf *out, struct view bytes)
{
    TRY(buf_u8(out, '"'));
    for (size_t i = 0; i < bytes.len; i++) {
        char two[4];

        snprintf(two, sizeof two, "%02x", view_at(bytes, i));
        TRY(put(out, two));
    }
    return buf_u8(out, '"');
}

static struct err put_number(struct buf *out, const struct cbor *item)
{
    char digits[32];

    if (item->type == CBOR_UINT)
        snprintf(digits, sizeof digits, "%llu", (unsigned long long)item->n);
    else
        snprintf(digits, sizeof digits, "-%llu", (unsigned long long)item->n + 1);
    return put(out, digits);
}

static struct err put_scalar(struct buf *out, const struct cbor *item)
{
    switch (item->type) {
    case CBOR_UINT:
    case CBOR_NINT:
        return put_number(out, item);
    case CBOR_BYTES:
        return put_bytes(out, item->text);
    case CBOR_TEXT:
        return put_text(out, item->text);
    case CBOR_BOOL:
        return put(out, item->n != 0 ? "true" : "false");
    case CBOR_NULL:
        return put(out, "null");
    case CBOR_ARRAY:
    case CBOR_MAP:
        break;
    }
    FAIL(E_BUG);
}

/* The comma or colon before the next item of this level. */
static struct err put_joint(struct buf *out, const struct level *l)
{
    const size_t done = l->total - l->left;

    if (l->map && done % 2 == 1)
        return put(out, ":");
    return done == 0 ? SUCCESS : put(out, ",");
}

struct levels {
    struct level at[CBOR_DEPTH + 1];
    size_t       depth;
};

/* Close what is complete.  True once everything is. */
static struct err close_levels(struct levels *l, struct buf *out, bool *complete)
{
    while (l->depth > 0 && l->at[l->depth].left == 0)
        TRY(put(out, l->at[l->depth--].map ? "}" : "]"));
    *complete = l->at[l->depth].left == 0;
    return SUCCESS;
}

static struct err open_level(struct levels *l, const struct cbor *item, size_t room,
                             struct buf *out)
{
    const bool   map = item->type == CBOR_MAP;
    const size_t n = (size_t)item->n * (map ? 2 : 1);

    CHECK(l->depth < CBOR_DEPTH && item->n <= room, E_TOO_LONG);
    TRY(put(out, map ? "{" : "["));
    l->at[++l->depth] = (struct level){ .map = map, .left = n, .total = n };
    return SUCCESS;
}

static struct err convert(struct view in, struct buf *out)
{
    struct levels l = { .at = { { .left = 1, .total = 1 } } };
    bool          complete;

    for (;;) {
        struct cbor item;

        TRY(close_levels(&l, out, &complete));
        if (complete)
            return SUCCESS;
        TRY(put_joint(out, &l.at[l.depth]));
        TRY(cbor_next(&in, &item));
        l.at[l.depth].left--;
        if (item.type == CBOR_ARRAY || item.type == CBOR_MAP)
            TRY(open_level(&l, &item, in.len, out));
        else
            TRY(put_scalar(out, &item));
    }
}

char *verso_report_json(const struct verso_report *r)
{
    size_t         len;
    const uint8_t *cbor = verso_report_cbor(r, &len);
    const size_t   cap = len * GROWTH + SPARE;
    char          *json = calloc(1, cap + 1);
    struct buf     out = buf_of(json, cap);

    if (json != NULL && convert(view_of(cbor, len), &out).code != OK) {
        wipe(json, cap);
        free(json);
        json = NULL;
    }
    return json;
}

void verso_json_free(char *json)
{
    if (json == NULL)
        return;
    wipe(json, strlen(json));
    free(json);
}
