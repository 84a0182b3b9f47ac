/* bytes: the one place where a pointer moves, with view_take() in the header. */
#include "base/bytes.h"

#include <string.h>

struct err view_u16(struct view *in, uint16_t *out)
{
    struct view v;

    TRY(view_take(in, 2, &v));
    *out = (uint16_t)(v.ptr[0] << 8 | v.ptr[1]);
    return SUCCESS;
}

struct err view_u32(struct view *in, uint32_t *out)
{
    struct view v;

    TRY(view_take(in, 4, &v));
    *out = (uint32_t)v.ptr[0] << 24 | (uint32_t)v.ptr[1] << 16 | (uint32_t)v.ptr[2] << 8 | v.ptr[3];
    return SUCCESS;
}

struct err view_u64(struct view *in, uint64_t *out)
{
    struct view rest = *in;
    uint32_t    high, low;

    TRY(view_u32(&rest, &high));
    TRY(view_u32(&rest, &low));
    *in = rest;
    *out = (uint64_t)high << 32 | low;
    return SUCCESS;
}

struct err view_sub(struct view in, size_t offset, size_t n, struct view *out)
{
    struct view skipped;

    TRY(view_take(&in, offset, &skipped));
    return view_take(&in, n, out);
}

uint8_t view_at(struct view v, size_t i)
{
    return i < v.len ? v.ptr[i] : 0;
}

bool view_eq(struct view a, struct view b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

int view_order(struct view a, struct view b)
{
    const size_t shorter = a.len < b.len ? a.len : b.len;
    const int    order = shorter == 0 ? 0 : memcmp(a.ptr, b.ptr, shorter);

    if (order != 0)
        return order < 0 ? -1 : 1;
    return (a.len > b.len) - (a.len < b.len);
}

bool view_same(struct view a, struct view b)
{
    uint8_t diff = 0;

    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        diff |= (uint8_t)(a.ptr[i] ^ b.ptr[i]);
    return diff == 0;
}

struct err buf_put(struct buf *out, struct view v)
{
    CHECK(v.len <= out->cap - out->len, E_NO_SPACE);
    if (v.len != 0)
        memcpy(out->ptr + out->len, v.ptr, v.len);
    out->len += v.len;
    return SUCCESS;
}

struct err buf_u8(struct buf *out, uint8_t byte)
{
    return buf_put(out, view_of(&byte, 1));
}

struct err buf_u16(struct buf *out, uint16_t n)
{
    const uint8_t bytes[] = { (uint8_t)(n >> 8), (uint8_t)n };

    return buf_put(out, VIEW(bytes));
}

struct err buf_u32(struct buf *out, uint32_t n)
{
    const uint8_t bytes[] = { (uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8),
                              (uint8_t)n };

    return buf_put(out, VIEW(bytes));
}

struct err buf_u64(struct buf *out, uint64_t n)
{
    struct buf draft = *out;

    TRY(buf_u32(&draft, (uint32_t)(n >> 32)));
    TRY(buf_u32(&draft, (uint32_t)n));
    *out = draft;
    return SUCCESS;
}

struct err buf_fill(struct buf *out, uint8_t byte, size_t n)
{
    CHECK(n <= out->cap - out->len, E_NO_SPACE);
    if (n != 0)
        memset(out->ptr + out->len, byte, n);
    out->len += n;
    return SUCCESS;
}

void buf_drop(struct buf *b, size_t n)
{
    const size_t gone = n < b->len ? n : b->len;

    if (gone == 0)
        return;
    memmove(b->ptr, b->ptr + gone, b->len - gone);
    b->len -= gone;
    wipe(b->ptr + b->len, gone);
}

void buf_wipe(struct buf *b)
{
    wipe(b->ptr, b->len);
    b->len = 0;
}

void wipe(void *p, size_t len)
{
    if (len != 0)
        memset(p, 0, len);
    __asm__ volatile("" : : "r"(p) : "memory"); /* the bytes are "read" here, so the memset stays */
}
