/*
 * lds_file: every file of an eMRTD in one table, and how each begins.
 *
 * Spec: Doc 9303-10 (8th ed.) clauses 3.11 and 4.1 to 4.7.
 */
#ifndef LDS_LDS_FILE_H
#define LDS_LDS_FILE_H

#include "base/tlv.h"
#include "report/note.h"

enum { LDS_DG_MAX = 16 };

enum lds_file_id {
    LDS_NO_FILE,
    LDS_ATR_INFO,
    LDS_DIR,
    LDS_CARD_ACCESS,
    LDS_CARD_SECURITY,
    LDS_COM,
    LDS_SOD,
    LDS_DG1,
    LDS_DG2,
    LDS_DG3,
    LDS_DG4,
    LDS_DG11 = LDS_DG1 + 10,
    LDS_DG12,
    LDS_DG14 = LDS_DG1 + 13,
    LDS_DG15,
    LDS_DG16,
    LDS_FILES
};

struct lds_file {
    const char *name;  /* "EF.COM", "DG1": also the stem in a document folder */
    uint16_t    fid;   /* file identifier */
    uint8_t     sfi;   /* short file identifier */
    uint8_t     tag;   /* outer tag; 0 if the file has no single one */
    uint8_t     dg;    /* data group number, 1 to 16, or 0 */
    bool        in_mf; /* in the master file, not in the eMRTD application */
    enum place  place; /* of notes about it */
};

/* The row of a file; of LDS_NO_FILE for an id that is none.  Never NULL. */
const struct lds_file *lds_file_of(enum lds_file_id id);

/* The data group with that tag, that number; LDS_NO_FILE if there is none. */
enum lds_file_id lds_file_of_tag(uint32_t tag);
enum lds_file_id lds_file_of_dg(unsigned dg);

/*
 * Open a file: its outer tag and length off.
 *
 * Bytes behind the element are passed over with a note.  An EF that is longer than it says
 * is common, one that is shorter is E_TRUNCATED.
 * Returns: the failures of tlv_next(); E_UNEXPECTED for another tag.
 */
struct err lds_file_open(struct view file, uint32_t tag, struct view *value, struct notes *notes);

#endif
