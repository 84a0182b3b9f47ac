/*
 * dg14: the chip's protocols, under the issuer's signature.
 *
 *   6E { SecurityInfos }
 *
 * Spec: Doc 9303-10 (8th ed.) clause 4.7.14; cases LDS_F_01..07.
 */
#ifndef LDS_DG14_H
#define LDS_DG14_H

#include "lds/security_infos.h"

/* Read the whole file.  Memory: out points into file.  A CA key without a CA info (early
 * documents: version 1, 3DES is meant) is noted.  Fails as lds_file_open() and
 * security_infos_read(). */
struct err dg14_read(struct view file, struct security_infos *out, struct notes *notes);

#endif
