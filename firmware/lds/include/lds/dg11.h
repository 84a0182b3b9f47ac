/*
 * dg11: more about the person, each part optional.
 *
 *   6B { 5C tags, 5F0E name, A0 { 02 n, 5F0F .. }, 5F10, 5F2B, 5F11, 5F42, 5F12 .. 5F18 }
 *
 * Spec: Doc 9303-10 (8th ed.) clause 4.7.11.
 */
#ifndef LDS_DG11_H
#define LDS_DG11_H

#include "lds/dg_items.h"

enum dg11_item {
    DG11_NAME,            /* 5F0E */
    DG11_PERSONAL_NUMBER, /* 5F10 */
    DG11_BIRTH,           /* 5F2B, as it stands there */
    DG11_BIRTH_PLACE,     /* 5F11, parts parted by < */
    DG11_ADDRESS,         /* 5F42, likewise */
    DG11_TELEPHONE,       /* 5F12 */
    DG11_PROFESSION,      /* 5F13 */
    DG11_TITLE,           /* 5F14 */
    DG11_SUMMARY,         /* 5F15 */
    DG11_CITIZENSHIP,     /* 5F16, an image */
    DG11_OTHER_DOCUMENTS, /* 5F17, numbers parted by < */
    DG11_CUSTODY,         /* 5F18 */
    DG11_ITEMS
};

struct dg11 {
    struct view      item[DG11_ITEMS]; /* UTF-8; empty if missing */
    struct dg_others other_names;      /* 5F0F */
    struct date      birth;            /* year 0: none, or not a whole day */
};

/* Read the whole file.  Memory: out points into file.  Unknown tags are passed over, noted.
 * Fails as lds_file_open(). */
struct err dg11_read(struct view file, struct dg11 *out, struct notes *notes);

#endif
