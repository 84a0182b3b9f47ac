/*
 * frame: how messages stand on the wire between reader and host, either way.
 *
 *   0      2    3     4     6      8         12       16
 *   +------+----+-----+-----+------+---------+--------+----------------+
 *   | 'Vr' | v  |kind | id  | type | length  | check  | payload (CBOR) |
 *   +------+----+-----+-----+------+---------+--------+----------------+
 *           \__ FRAME_VERSION        \        \__ CRC-32 of the 12 bytes before
 *                                     \__ of the payload, 0..FRAME_PAYLOAD_MAX
 *
 * All numbers big-endian.  The check guards the header only, so that a reader who lost its
 * place (a torn cable) finds the next frame; the payload is guarded by the wire (USB's CRC,
 * a socket's order).
 *
 * Spec: docs/link-protocol.md.
 */
#ifndef LINK_FRAME_H
#define LINK_FRAME_H

#include "base/bytes.h"

enum {
    FRAME_VERSION = 1,
    FRAME_HEADER = 16,         /* bytes */
    FRAME_PAYLOAD_MAX = 32768, /* bytes; larger things go in chunks */
    FRAME_MAX = FRAME_HEADER + FRAME_PAYLOAD_MAX,
};

enum frame_kind {
    FRAME_REQUEST = 1, /* host to reader; id chosen by the host, not 0       */
    FRAME_ANSWER = 2,  /* reader to host: the last word on request id        */
    FRAME_EVENT = 3,   /* reader to host: while request id runs, or id 0     */
    FRAME_REFUSAL = 4, /* reader to host: request id was not carried out     */
};

struct frame {
    enum frame_kind kind;
    uint16_t        id;
    uint16_t        type;
    struct view     payload;
};

/* Append header and payload.  E_TOO_LONG over FRAME_PAYLOAD_MAX; E_NO_SPACE. */
struct err frame_encode(const struct frame *f, struct buf *out);

/*
 * Take the first whole frame out of what has arrived.
 *
 * in       bytes as they came; stepped over what was consumed: the frame, and any garbage
 *          before it
 * skipped  receives how many bytes of garbage there were (0 in good order)
 * Memory:  out points into in's bytes.
 * Returns: E_TRUNCATED if no whole frame is there yet: keep what is left in in and call again
 *          with more; E_UNSUPPORTED for a header of another version (the frame is stepped
 *          over, out->id is set).
 */
struct err frame_next(struct view *in, struct frame *out, size_t *skipped);

#endif
