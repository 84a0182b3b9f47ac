/*
 * bytes: the two ways this project holds bytes.
 *
 * A view is bytes that someone else owns: read, narrowed, never written and
 * never freed.  A buf is a caller's array being filled from the front.  Only
 * the files of base/ touch ->ptr; every other read goes through view_take()
 * and every other write through buf_put(), so the bounds check exists once.
 *
 *      view:  ptr ──► [ consumed | ......... len ......... ]
 *                                 ▲ view_take() moves this edge, and only this
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/outcome.h"

struct view {
    const uint8_t *ptr; /* may be NULL when len is 0 */
    size_t         len; /* bytes */
};

struct buf {
    uint8_t *ptr;
    size_t   cap; /* bytes the caller gave */
    size_t   len; /* bytes written so far, always <= cap */
};

static inline struct view view_of(const void *p, size_t len)
{
    return (struct view){ .ptr = p, .len = len };
}

static inline struct buf buf_of(void *p, size_t cap)
{
    return (struct buf){ .ptr = p, .cap = cap };
}

/* sizeof an array; a pointer does not compile. */
#define BYTES_IN(a)                                                                                \
    (sizeof(a) +                                                                                   \
     0 * sizeof(struct {                                                                           \
         _Static_assert(!__builtin_types_compatible_p(__typeof__(a), __typeof__(&(a)[0])),         \
                        "not an array");                                                           \
         int unused;                                                                               \
     }))

#define VIEW(array) view_of((array), BYTES_IN(array)) /* a whole array, to read  */
#define BUF(array)  buf_of((array), BYTES_IN(array))  /* a whole array, to fill */

/*
 * Cut the first n bytes off in and hand them out.
 *
 * E_TRUNCATED if fewer than n remain; then in and out are unchanged.
 */
static inline struct err view_take(struct view *in, size_t n, struct view *out)
{
    CHECK(n <= in->len, E_TRUNCATED);
    *out = view_of(in->ptr, n);
    if (n != 0) {
        in->ptr += n;
        in->len -= n;
    }
    return SUCCESS;
}

/* One byte.  Fails as view_take() does. */
static inline struct err view_u8(struct view *in, uint8_t *out)
{
    struct view v;

    TRY(view_take(in, 1, &v));
    *out = v.ptr[0];
    return SUCCESS;
}

/* Two, four, eight bytes, big-endian.  Fail as view_take() does. */
struct err view_u16(struct view *in, uint16_t *out);
struct err view_u32(struct view *in, uint32_t *out);
struct err view_u64(struct view *in, uint64_t *out);

/* The n bytes from offset on; in stays as it is.  E_TRUNCATED if they are not all there. */
struct err view_sub(struct view in, size_t offset, size_t n, struct view *out);

/* The byte at offset i, or 0 beyond the end: for text of fixed layout (an MRZ line),
 * where a missing character is no character. */
uint8_t view_at(struct view v, size_t i);

/* -1, 0, 1 as memcmp() orders them; a prefix stands before what it begins. */
int view_order(struct view a, struct view b);

/* Equal length and content.  view_same() takes time that depends only on the
 * lengths: use it whenever either side is secret. */
bool view_eq(struct view a, struct view b);
bool view_same(struct view a, struct view b);

/* Append.  E_NO_SPACE if it does not fit; then nothing was written. */
struct err buf_put(struct buf *out, struct view v);
struct err buf_u8(struct buf *out, uint8_t byte);
struct err buf_u16(struct buf *out, uint16_t n);
struct err buf_u32(struct buf *out, uint32_t n);
struct err buf_u64(struct buf *out, uint64_t n);

/* Append n times the same byte; fails as buf_put() does. */
struct err buf_fill(struct buf *out, uint8_t byte, size_t n);

/* Take the first n bytes (at most what is there) out and move the rest to the front: a
 * buffer of what has arrived.  The room that falls free is wiped. */
void buf_drop(struct buf *b, size_t n);

/* Wipe what was written and be empty again. */
void buf_wipe(struct buf *b);

/* A string literal's characters, without its zero; any string's. */
#define TEXT(literal) view_of("" literal, sizeof(literal) - 1)

static inline struct view text_of(const char *string)
{
    return view_of(string, __builtin_strlen(string));
}

static inline struct view buf_view(const struct buf *b)
{
    return view_of(b->ptr, b->len);
}

/* Overwrite with zeroes in a way the compiler keeps. */
void wipe(void *p, size_t len);

/* A secret on the stack, wiped on every way out of its scope, TRY included. */
enum { SECRET_MAX = 72 }; /* bytes: a coordinate of the largest curve, rounded up */

struct secret {
    uint8_t bytes[SECRET_MAX];
};

static inline void secret_wipe(struct secret *s)
{
    wipe(s, sizeof *s);
}

#define SECRET __attribute__((cleanup(secret_wipe))) struct secret

#endif
