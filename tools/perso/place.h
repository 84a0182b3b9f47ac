/*
 * place: one element in the middle of a TLV structure, found by a path, and changed.
 *
 * A path is a list of steps from the outside in, joined by '/':
 *
 *      77/30/A0/30/31[-1]/30     step:   TAG            the first element of this tag
 *                                        TAG[n]         the n-th of this tag, from 0; -1 is the
 * last TAG{1.2.3}     the first that begins with this OID
 *                                        *[n]           the n-th of any tag
 *
 * A step below a primitive element reads its content as TLV (the LDS security object in its
 * OCTET STRING); below a BIT STRING (03) the octet of unused bits is passed over.
 */
#ifndef PERSO_PLACE_H
#define PERSO_PLACE_H

#include "base/outcome.h"

#include "blob.h"

enum { PLACE_DEPTH = 32 };

struct place {
    size_t depth; /* elements passed, the one meant included */
    struct place_span {
        size_t head, body, end; /* offsets: tag, content, behind the content */
        bool   indefinite;      /* closed by 0000, which end does not cover */
    } span[PLACE_DEPTH];
};

/* E_UNEXPECTED: no such element.  E_MALFORMED: the path is no path, or the bytes no TLV. */
struct err place_find(const struct blob *file, const char *path, struct place *out);

/* Bytes [from, to), which lie inside the first `within` elements of a place. */
struct place_cut {
    size_t within, from, to;
};

/* Replace what is cut and correct the lengths of the elements around it.  Lengths are left alone
 * where nothing changes in size. */
void place_splice(struct blob *file, const struct place *p, struct place_cut cut,
                  const struct blob *by);

/* place_find() and exchange of the whole element or of its content; a missing one is left missing
 * (a patch took it). */
void place_put_whole(struct blob *file, const char *path, const struct blob *element);
void place_put_value(struct blob *file, const char *path, const struct blob *value);

#endif
