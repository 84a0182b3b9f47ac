/*
 * oid: every object identifier this firmware knows, in one table (oid.def).
 *
 * An identifier that is not in the table is OID_UNKNOWN and may be printed, compared
 * and passed over, but never acted on.
 */
#ifndef BASE_OID_H
#define BASE_OID_H

#include "base/bytes.h"

enum oid {
    OID_UNKNOWN,
#define OID(name, dotted, text) OID_##name,
#include "base/oid.def"
#undef OID
    OID_COUNT
};

enum { OID_TEXT_MAX = 96 }; /* characters of the longest dotted form printed */

/* Which one these content octets (as der_oid() gives them) are. */
enum oid oid_of(struct view content);

/* "sha256"; "unknown" for OID_UNKNOWN.  Static storage. */
const char *oid_name(enum oid id);

/* "2.16.840.1.101.3.4.2.1" of a known one, "" of OID_UNKNOWN.  Static storage. */
const char *oid_dotted(enum oid id);

/* Append the dotted form of any identifier.  E_MALFORMED; E_TOO_LONG if an arc is over
 * 2^32-1; E_NO_SPACE. */
struct err oid_print(struct view content, struct buf *out);

#endif
