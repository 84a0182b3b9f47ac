/*
 * ef_dir: which applications the chip says it has.
 *
 *   61 { 4F { AID } .. }  61 { 4F { AID } .. }  ..
 *
 * Nobody signs the file itself; a copy may be signed in EF.CardSecurity (9303-11 clause 4.2).
 *
 * Spec: Doc 9303-10 (8th ed.) clause 3.11.2; ISO/IEC 7816-4:2020 clause 12.2.3.
 */
#ifndef LDS_EF_DIR_H
#define LDS_EF_DIR_H

#include "lds/lds_file.h"

enum { AID_MIN = 5, AID_MAX = 16 }; /* bytes of an application identifier */

struct ef_dir {
    struct view list; /* walk with ef_dir_next() */
    size_t      n;    /* applications with an identifier */
    bool        lds1; /* the eMRTD application is one of them */
    bool        lds2; /* so is one of travel records, visa records, additional biometrics */
};

/*
 * Read the whole file.  Memory: out points into file.
 *
 * Zeros or FF with which a file is filled up are passed over.  What is no application
 * template, or one without a proper identifier, is noted; so is a file that does not name
 * the eMRTD application.
 * Fails as tlv_next(); out is unchanged then.
 */
struct err ef_dir_read(struct view file, struct ef_dir *out, struct notes *notes);

/* The identifier of the next application of a list that ef_dir_read() made; takes it off the
 * list.  E_TRUNCATED at the end. */
struct err ef_dir_next(struct view *list, struct view *aid);

#endif
