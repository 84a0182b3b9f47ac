/* heap: arrays that grow, and an end when memory does. */
#ifndef TRUST_HEAP_H
#define TRUST_HEAP_H

#include <stddef.h>

#include "base/bytes.h"

/* realloc() that ends the program with EX_OSERR instead of failing. */
void *heap_grow(void *old, size_t size);

/* What lives until the program ends; given back. */
void *heap_keep(void *p);

/* As much, zeroed, and kept. */
void *heap_zero(size_t size);

/* A copy, kept: names and files live as long as the program. */
struct view heap_copy(struct view v);
/* Overwrite bytes of ours that we handed out as a view: a key. */
void heap_wipe(struct view v);

/* As printf(), into a new text, kept. */
char *heap_text(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Make room for one more item in an array of n items. */
#define HEAP_ROOM(array, n, cap)                                                                   \
    do {                                                                                           \
        if ((n) == (cap)) {                                                                        \
            (cap) = (cap) ? (cap)*2 : 16;                                                          \
            (array) = heap_grow((array), (cap) * sizeof *(array));                                 \
        }                                                                                          \
    } while (0)

/* Bytes being written. */
struct bytes {
    uint8_t *p;
    size_t   n, cap;
};

/* Append; integers big-endian. */
void bytes_put(struct bytes *b, struct view v);
void bytes_u32(struct bytes *b, uint32_t n);
void bytes_u64(struct bytes *b, uint64_t n);
void bytes_zero(struct bytes *b, size_t n);

#endif
