/*
 * cbor_fuzz: any octets as a sequence of CBOR items.
 *
 * Property: the accepted encoding is the only one, so writing an item again gives the
 * same octets; what cbor_skip() steps over, a walk head by head steps over too.
 */
#include <stdlib.h>

#include "base/cbor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static struct err put(struct buf *out, const struct cbor *item)
{
    switch (item->type) {
    case CBOR_NINT: /* below INT64_MIN there is a way to read it and none to write it */
        return item->n <= INT64_MAX ? cbor_put_int(out, -1 - (int64_t)item->n)
                                    : err_at(E_UNSUPPORTED, 0, WHERE);
    case CBOR_BYTES:
        return cbor_put_bytes(out, item->text);
    case CBOR_TEXT:
        return cbor_put_text(out, item->text);
    case CBOR_ARRAY:
        return cbor_put_array(out, (size_t)item->n);
    case CBOR_MAP:
        return cbor_put_map(out, (size_t)item->n);
    case CBOR_BOOL:
        return cbor_put_bool(out, item->n != 0);
    case CBOR_NULL:
        return cbor_put_null(out);
    case CBOR_UINT:
    default:
        return cbor_put_uint(out, item->n);
    }
}

/* One whole item, head by head. */
static bool walk(struct view *in)
{
    uint64_t left = 1; /* items; members are octets at least, so this cannot overflow */

    for (; left != 0; left--) {
        struct cbor item;

        if (cbor_next(in, &item).code != OK)
            return false;
        if (item.type == CBOR_ARRAY || item.type == CBOR_MAP)
            left += item.type == CBOR_MAP ? 2 * item.n : item.n;
    }
    return true;
}

/* The reader of each type takes an item of its type, and no other. */
static void check_readers(struct view in, const struct cbor *item)
{
    struct view a = in, b = in, c = in, d = in, e = in, f = in, text;
    uint64_t    number;
    size_t      n;
    bool        truth;

    must((cbor_uint(&a, &number).code == OK) == (item->type == CBOR_UINT));
    must((cbor_bytes(&b, &text).code == OK) == (item->type == CBOR_BYTES));
    must((cbor_text(&c, &text).code == OK) == (item->type == CBOR_TEXT));
    must((cbor_bool(&d, &truth).code == OK) == (item->type == CBOR_BOOL));
    must((cbor_array(&e, &n).code == OK) == (item->type == CBOR_ARRAY));
    must((cbor_map(&f, &n).code == OK) == (item->type == CBOR_MAP));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t room[1 << 16];
    struct view    in = view_of(data, size);
    struct cbor    item;

    if (size > sizeof room)
        return 0;
    for (;;) {
        struct view        skipped = in, walked = in;
        const struct view  start = in;
        const enum outcome skip = cbor_skip(&skipped).code;
        const bool         whole = walk(&walked);
        struct buf         again = BUF(room);

        must(skip == OK ? whole && walked.ptr == skipped.ptr : skipped.ptr == in.ptr);
        must(skip == OK || skip == E_TOO_LONG || !whole);
        if (cbor_next(&in, &item).code != OK)
            return 0;
        check_readers(start, &item);
        if (put(&again, &item).code == OK)
            must(view_eq(buf_view(&again), view_of(start.ptr, start.len - in.len)));
    }
}
