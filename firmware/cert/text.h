/*
 * text: the characters of ASN.1's string types.
 *
 * Spec: ITU-T X.680 clause 41; RFC 3629.
 */
#ifndef CERT_TEXT_H
#define CERT_TEXT_H

#include "base/bytes.h"

/* How a string type writes a character: in that many octets, or as UTF-8. */
enum { TEXT_UTF8 = 0, TEXT_NONE = -1 };

/* TEXT_NONE if the tag is no string's.  T61String counts as Latin-1, which it holds in every
 * certificate seen. */
int text_width(uint32_t tag);

/* One character and step over it.  E_TRUNCATED, E_MALFORMED. */
struct err text_take(struct view *in, int width, uint32_t *out);

/* Append in UTF-8. */
struct err text_put(struct buf *out, uint32_t c);

/* Append in UTF-8 and small letters, white space cut off at both ends and one blank for any
 * inside.  RFC 5280 clause 7.1, in short. */
struct err text_fold(struct view text, int width, struct buf *out);

#endif
