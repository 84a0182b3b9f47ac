/*
 * cbor: messages between reader and host, and the report.
 *
 * Definite lengths only, shortest integers only, no floats, no tags.  The reader is a
 * cursor over a view like der.h; nesting is the caller's loop, and cbor_skip() goes at
 * most CBOR_DEPTH deep, without recursion.
 *
 * Spec: RFC 8949 clause 4.2.1 (core deterministic encoding, without sorted keys: maps
 *       keep the order of their schema).
 */
#ifndef BASE_CBOR_H
#define BASE_CBOR_H

#include "base/bytes.h"

enum { CBOR_DEPTH = 8 };

enum cbor_type {
    CBOR_UINT,
    CBOR_NINT,
    CBOR_BYTES,
    CBOR_TEXT,
    CBOR_ARRAY,
    CBOR_MAP,
    CBOR_BOOL,
    CBOR_NULL
};

/* Append one item.  All fail with E_NO_SPACE only, and then write nothing. */
struct err cbor_put_uint(struct buf *out, uint64_t n);
struct err cbor_put_int(struct buf *out, int64_t n);
struct err cbor_put_bytes(struct buf *out, struct view v);
struct err cbor_put_text(struct buf *out, struct view utf8);
struct err cbor_put_string(struct buf *out, const char *utf8);
struct err cbor_put_bool(struct buf *out, bool b);
struct err cbor_put_null(struct buf *out);

/* Open an array of n items, a map of n pairs: the caller puts them next. */
struct err cbor_put_array(struct buf *out, size_t n);
struct err cbor_put_map(struct buf *out, size_t n);

struct cbor {
    enum cbor_type type;
    uint64_t       n;    /* UINT: value; NINT: -1 - value; ARRAY, MAP: items, pairs; BOOL */
    struct view    text; /* BYTES, TEXT: content; points into the input */
};

/*
 * Read the item head at the front of in; content of text and bytes with it, members of
 * arrays and maps not: they follow in in, and a head that promises more members than
 * octets are left is E_TRUNCATED, so a loop over them is bounded by the message.
 *
 * E_TRUNCATED; E_MALFORMED not shortest form, reserved, text that is not UTF-8;
 * E_UNSUPPORTED indefinite length, tag, float.  Then in is unchanged.
 */
struct err cbor_next(struct view *in, struct cbor *out);

/* cbor_next(), then E_UNEXPECTED unless it is of that type. */
struct err cbor_uint(struct view *in, uint64_t *out);
struct err cbor_bytes(struct view *in, struct view *out);
struct err cbor_text(struct view *in, struct view *out);
struct err cbor_bool(struct view *in, bool *out);
struct err cbor_array(struct view *in, size_t *n);
struct err cbor_map(struct view *in, size_t *n);

/* Step over one whole item: how unknown keys are ignored.  E_TOO_LONG beyond CBOR_DEPTH. */
struct err cbor_skip(struct view *in);

#endif
