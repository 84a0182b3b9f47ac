/*
 * tlv: BER-TLV as eMRTD chips and certificates use it.
 *
 * Accepts definite lengths of at most three length octets and tags of at most
 * two octets; that covers every tag of Doc 9303-10, TR-03110 and RFC 5280.
 * Indefinite lengths are E_UNSUPPORTED.  Non-minimal lengths are legal BER and
 * are accepted; der.h is the strict reader for signed structures.
 *
 * Spec: ISO/IEC 7816-4:2020 clause 6.3; ITU-T X.690 (02/2021) clause 8.1.
 */
#ifndef BASE_TLV_H
#define BASE_TLV_H

#include "base/bytes.h"

struct tlv {
    uint32_t    tag;   /* as written: 0x30, 0x5F1F, 0x7F61 */
    struct view value; /* content octets */
    struct view whole; /* tag, length and content: what a hash covers */
};

/*
 * Read the element at the front of in and step over it.
 *
 * Memory:  out points into in's bytes; nothing is copied.
 * Returns: E_TRUNCATED, E_MALFORMED or E_UNSUPPORTED; then in is unchanged.
 */
struct err tlv_next(struct view *in, struct tlv *out);

/* tlv_next(), then E_UNEXPECTED unless the tag is the one given. */
struct err tlv_expect(struct view *in, uint32_t tag, struct view *value);

/* E_TRAILING unless nothing is left.  Every parser ends with this. */
struct err tlv_end(struct view in);

/*
 * How many bytes the first element occupies in all, when only its beginning
 * has been read so far (at most 6 bytes are needed).
 */
struct err tlv_whole_len(struct view start, size_t *total);

/* Append tag, shortest length, value.  E_NO_SPACE; E_BUG for what tlv_next() would not
 * read (a third tag octet, 16 MiB); then nothing was written. */
struct err tlv_put(struct buf *out, uint32_t tag, struct view value);

#endif
