/*
 * ef_scan: read a small elementary file that does not say how long it is.
 *
 * EF.ATR/INFO and EF.DIR are rows of data objects without one around them, so ef_read cannot
 * learn their length.  Such a file is asked for with Le 00, as many bytes as there are, until
 * the chip has no more; never at an offset beyond what it has shown to be there.  By short
 * identifier first, by SELECT if that is refused.
 *
 *   START ─sfi─► FIRST ─full answer─► MORE ─less, or refused─► done
 *     │            │ refused  └─less─────────────────────────► done
 *     └─► SELECT ◄─┘ ─► FIRST
 *
 * Spec: Doc 9303-10 (8th ed.) clauses 3.11.1 (EF.ATR/INFO), 3.11.2 (EF.DIR); ISO/IEC
 *       7816-4:2020 clause 11.3.3.
 */
#ifndef ISO7816_EF_SCAN_H
#define ISO7816_EF_SCAN_H

#include "iso7816/ef_read.h"

enum { EF_SCAN_MAX = 2048 }; /* bytes of the longest file read */

struct ef_scan {
    enum { EF_SCAN_START, EF_SCAN_SELECT, EF_SCAN_FIRST, EF_SCAN_MORE } state;
    struct ef_name name;
    bool           by_fid;
    bool           exact; /* the one retry with the card's own length is spent */
    uint16_t       full;  /* bytes of an answer after which there may be more  */
    size_t         base;  /* out->len at the beginning                         */
    struct buf    *out;
    uint8_t        data[2]; /* of SELECT */
};

/* Arguments and failures as ef_read_begin(); the file is read in short commands, whatever
 * room there is. */
struct err ef_scan_begin(struct ef_scan *s, struct ef_name name, size_t room, struct buf *out);

/*
 * A step_fn; self is a struct ef_scan.  After a failure out holds what was read so far.
 *
 * An error word, once something was read, is the end of the file.
 * E_REFUSED    the status word is in sw: status_of() tells absent from denied
 * E_SM_BROKEN  the session died; what came before is in out
 * E_NO_SPACE   the file is larger than out
 * E_TOO_LONG   the file is larger than EF_SCAN_MAX
 */
step_fn ef_scan_step;

#endif
