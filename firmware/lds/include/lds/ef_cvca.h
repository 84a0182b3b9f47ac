/*
 * ef_cvca: EF.CVCA: which certificates of country authorities the chip knows.
 *
 *   42 { CAR }  [ 42 { CAR of the one before } ]  00 ..
 *
 * Not a TLV file: no outer tag, filled up with zeros to 36 bytes.
 *
 * Spec: TR-03110-3 v2.21 A.1.2.1 (EF.CVCA), TR-03110-1 v2.21; cases TR-03105-5.1 ISO7816_E_08
 *       to E_10, LDS_G_01, LDS_G_02.
 */
#ifndef LDS_EF_CVCA_H
#define LDS_EF_CVCA_H

#include "lds/lds_file.h"

enum {
    EF_CVCA_LEN = 36, /* bytes of the file */
    EF_CVCA_FID = 0x011C,
    EF_CVCA_SFI = 0x1C, /* where TerminalAuthenticationInfo names no other */
    EF_CVCA_CARS = 2,
    CAR_MAX = 16, /* bytes of a reference */
};

struct ef_cvca {
    struct view car[EF_CVCA_CARS]; /* the newest first */
    size_t      n;                 /* 1 or 2 */
};

/*
 * Read the whole file.
 *
 * notes  CVCA_MORE: a third reference (E_10), passed over; CVCA_PADDING: other than zeros behind
 *        the last
 * Memory:  out points into file.
 * Returns: E_UNEXPECTED if the first is no reference (LDS_G_01, LDS_G_02); E_MALFORMED if one is
 *          empty (E_09) or over CAR_MAX bytes; E_TRUNCATED.  The chip breaks its rules:
 *          terminal authentication FAILED.
 */
struct err ef_cvca_read(struct view file, struct ef_cvca *out, struct notes *notes);

#endif
