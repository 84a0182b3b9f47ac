/*
 * dg12: more about the document, each part optional.
 *
 *   6C { 5C tags, 5F19 authority, 5F26 issued, A0 { 02 n, 5F1A .. }, 5F1B .. 5F1E, 5F55, 5F56 }
 *
 * Spec: Doc 9303-10 (8th ed.) clause 4.7.12.
 */
#ifndef LDS_DG12_H
#define LDS_DG12_H

#include "lds/dg_items.h"

enum dg12_item {
    DG12_AUTHORITY,    /* 5F19 */
    DG12_ISSUED,       /* 5F26, as it stands there */
    DG12_ENDORSEMENTS, /* 5F1B */
    DG12_TAX_EXIT,     /* 5F1C */
    DG12_FRONT,        /* 5F1D, an image */
    DG12_REAR,         /* 5F1E, an image */
    DG12_PERSONALIZED, /* 5F55, time, BCD or ASCII */
    DG12_DEVICE,       /* 5F56, serial number */
    DG12_ITEMS
};

struct dg12 {
    struct view      item[DG12_ITEMS]; /* empty if missing */
    struct dg_others other_persons;    /* 5F1A */
    struct date      issued;           /* year 0: none, or not a whole day */
};

/* Read the whole file.  Memory: out points into file.  Unknown tags are passed over, noted.
 * Fails as lds_file_open(). */
struct err dg12_read(struct view file, struct dg12 *out, struct notes *notes);

#endif
