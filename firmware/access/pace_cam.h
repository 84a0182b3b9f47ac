/*
 * pace_cam: the Encrypted Chip Authentication Data of PACE with Chip Authentication Mapping.
 *
 * Spec: Doc 9303-11 (8th ed.) clause 4.4.3.5.
 */
#ifndef ACCESS_PACE_CAM_H
#define ACCESS_PACE_CAM_H

#include "access/keys.h"

/*
 * Decrypt A_IC and take the padding off: append CA_IC.
 *
 * shared  K of the session
 * E_TRUNCATED it is empty; E_MALFORMED not whole blocks, or the padding is wrong; E_TOO_LONG
 * longer than any CA_IC; E_CRYPTO.
 */
struct err pace_cam_open(enum sm_suite suite, struct view shared, struct view sealed,
                         struct buf *out);

#endif
