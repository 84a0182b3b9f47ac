/*
 * face_record: the face block of ISO/IEC 19794-5, drawn in dg2.h.
 *
 * Spec: ISO/IEC 19794-5:2005 clauses 5.4 to 5.8.
 */
#ifndef LDS_FACE_RECORD_H
#define LDS_FACE_RECORD_H

#include "lds/dg2.h"

/* Read one block and append its faces to those of to, as many as fit; undefined on failure.
 * Fails as dg2_read(). */
struct err face_record_read(struct view block, struct dg2 *to, struct notes *notes);

#endif
