/*
 * dg15: the public key for active authentication.
 *
 *   6F { SubjectPublicKeyInfo }
 *
 * Spec: Doc 9303-10 (8th ed.) clause 4.7.15.
 */
#ifndef LDS_DG15_H
#define LDS_DG15_H

#include "lds/lds_file.h"

/* The SubjectPublicKeyInfo, whole, for public_key_read().  Memory: points into file.  Fails as
 * lds_file_open(); E_UNEXPECTED if the content is no SEQUENCE. */
struct err dg15_read(struct view file, struct view *spki, struct notes *notes);

#endif
