/*
 * der: the strict reader for what is signed.
 *
 * Shortest definite lengths only, low tag numbers only (every tag of RFC 5280, RFC
 * 5652 and Doc 9303-12 fits one octet); anything else is E_MALFORMED, and an element of
 * 16 MiB and more E_TOO_LONG.  A parser is a list of TRY(der_...) in the order of the
 * ASN.1, and ends with der_end().
 *
 * Spec: ITU-T X.690 (02/2021) clause 10.
 */
#ifndef BASE_DER_H
#define BASE_DER_H

#include "base/tlv.h"

enum {
    DER_BOOLEAN = 0x01,
    DER_INTEGER = 0x02,
    DER_BIT_STRING = 0x03,
    DER_OCTET_STRING = 0x04,
    DER_NULL = 0x05,
    DER_OID = 0x06,
    DER_UTF8_STRING = 0x0C,
    DER_PRINTABLE_STRING = 0x13,
    DER_T61_STRING = 0x14,
    DER_IA5_STRING = 0x16,
    DER_UTC_TIME = 0x17,
    DER_GENERALIZED_TIME = 0x18,
    DER_BMP_STRING = 0x1E,
    DER_SEQUENCE = 0x30,
    DER_SET = 0x31,
};

#define DER_CONTEXT(n)   (0x80U | (n)) /* [n] IMPLICIT of a primitive type   */
#define DER_CONTEXT_C(n) (0xA0U | (n)) /* [n] EXPLICIT, or of a constructed  */

/* Read the element at the front of in and step over it; see tlv_next(). */
struct err der_next(struct view *in, struct tlv *out);

/* der_next(), then E_UNEXPECTED unless the tag is the one given; in unchanged then. */
struct err der_expect(struct view *in, uint32_t tag, struct view *value);

/* As der_expect(), but the whole element: what a hash covers, a name compare needs. */
struct err der_expect_whole(struct view *in, uint32_t tag, struct tlv *out);

/* Is the next element this one?  False at the end; malformed input is false too and
 * fails when it is read. */
bool der_at(struct view in, uint32_t tag);

/* BOOLEAN: 00 or FF. */
struct err der_boolean(struct view *in, bool *out);

/* INTEGER as its content octets, sign and all: how serial numbers are compared. */
struct err der_integer(struct view *in, struct view *out);

/* INTEGER that is not negative, as its magnitude without the leading zero octet.  Zero
 * is one octet 00.  E_MALFORMED if negative. */
struct err der_unsigned(struct view *in, struct view *out);

/* INTEGER of 0..2^32-1.  E_TOO_LONG if larger. */
struct err der_u32(struct view *in, uint32_t *out);

/* OBJECT IDENTIFIER as its content octets, each arc complete and in its shortest form:
 * compare through oid.h. */
struct err der_oid(struct view *in, struct view *out);

/* BIT STRING: content octets without the count of unused bits.  E_MALFORMED if unused
 * bits are not zero. */
struct err der_bit_string(struct view *in, struct view *out, uint8_t *unused);

/* BIT STRING of whole octets: a key, a signature.  E_MALFORMED if bits are unused. */
struct err der_bit_octets(struct view *in, struct view *out);

/* E_TRAILING unless nothing is left. */
struct err der_end(struct view in);

#endif
