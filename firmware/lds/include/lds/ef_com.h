/*
 * ef_com: which versions, and which data groups the document says it has.
 *
 *   60 { 5F01 "0107", 5F36 "040000", 5C { 61 75 ... } }
 *
 * Nobody signs this file: it is a hint, and EF.SOD the truth.
 *
 * Spec: Doc 9303-10 (8th ed.) clause 4.6.1; cases LDS_A_01..10.
 */
#ifndef LDS_EF_COM_H
#define LDS_EF_COM_H

#include "lds/lds_file.h"

struct ef_com {
    struct view lds_version;     /* "0107"; empty if missing (noted)   */
    struct view unicode_version; /* "040000"; empty if missing (noted) */
    struct view tags;            /* content of the tag list; empty if missing (noted) */
    uint32_t    dgs;             /* 1 << n: DGn is listed */
};

/* Read the whole file.  Memory: out points into file.  Missing, unknown, repeated elements
 * are notes.  Fails as lds_file_open(); E_MALFORMED for versions and lists that cannot be. */
struct err ef_com_read(struct view file, struct ef_com *out, struct notes *notes);

#endif
