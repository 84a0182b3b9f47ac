/* heap: see heap.h. */
#include "heap.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

static _Noreturn void no_memory(void)
{
    fputs("verso-trust: out of memory\n", stderr);
    exit(EX_OSERR);
}

void *heap_grow(void *old, size_t size)
{
    void *p = realloc(old, size ? size : 1);

    if (p == NULL)
        no_memory();
    return p;
}

void *heap_keep(void *p)
{
    static void **kept; /* so that a leak checker sees who owns it */
    static size_t n, cap;

    HEAP_ROOM(kept, n, cap);
    kept[n++] = p;
    return p;
}

void *heap_zero(size_t size)
{
    return heap_keep(memset(heap_grow(NULL, size), 0, size));
}

struct view heap_copy(struct view v)
{
    uint8_t *p = heap_keep(heap_grow(NULL, v.len));

    if (v.len > 0)
        memcpy(p, v.ptr, v.len);
    return view_of(p, v.len);
}

void heap_wipe(struct view v)
{
    void *p;

    memcpy(&p, &v.ptr, sizeof p); /* a view is for reading, but these bytes are ours */
    wipe(p, v.len);
}

char *heap_text(const char *format, ...)
{
    va_list args;
    char   *text = NULL;

    va_start(args, format);
    if (vasprintf(&text, format, args) < 0)
        no_memory();
    va_end(args);
    return heap_keep(text);
}

static uint8_t *room(struct bytes *b, size_t n)
{
    uint8_t *at;

    if (b->cap - b->n < n) {
        b->cap = (b->cap + n) * 2;
        b->p = heap_grow(b->p, b->cap);
    }
    at = b->p + b->n;
    b->n += n;
    return at;
}

void bytes_put(struct bytes *b, struct view v)
{
    if (v.len > 0)
        memcpy(room(b, v.len), v.ptr, v.len);
}

void bytes_u32(struct bytes *b, uint32_t n)
{
    uint8_t *at = room(b, 4);

    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(n >> (24 - 8 * i));
}

void bytes_u64(struct bytes *b, uint64_t n)
{
    bytes_u32(b, (uint32_t)(n >> 32));
    bytes_u32(b, (uint32_t)n);
}

void bytes_zero(struct bytes *b, size_t n)
{
    if (n > 0)
        memset(room(b, n), 0, n);
}
