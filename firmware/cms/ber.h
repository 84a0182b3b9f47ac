/*
 * ber: elements in DER, or in the BER that some states write around it.
 *
 * Spec: ITU-T X.690 (02/2021) clauses 8.1.3.6 (indefinite form), 8.7.3 (strings in pieces).
 */
#ifndef CMS_BER_H
#define CMS_BER_H

#include "base/der.h"

/*
 * Read the element at the front of in and step over it, in DER, or with a long or an
 * indefinite length; *ber becomes true for the latter two, and is else left as it is.
 * The value of an indefinite form is without its end-of-contents octets.
 *
 * Returns: the failures of tlv.h; E_TOO_LONG if indefinite forms nest over BER_DEPTH deep.
 */
struct err ber_next(struct view *in, struct tlv *out, bool *ber);

enum { BER_DEPTH = 16 };

/* ber_next(), then E_UNEXPECTED unless the tag is the one given; in unchanged then. */
struct err ber_expect(struct view *in, uint32_t tag, struct view *value, bool *ber);

/* Is the next element this one?  As der_at(). */
bool ber_at(struct view in, uint32_t tag);

/* An OCTET STRING.  One in pieces is joined at the end of scratch: E_NO_SPACE if there is no
 * room. */
struct err ber_octets(struct view *in, struct buf *scratch, struct view *out, bool *ber);

#endif
