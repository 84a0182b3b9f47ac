/*
 * dg1: the machine readable zone in the chip.
 *
 *   61 { 5F1F text }    90, 72 or 88 characters
 *
 * Spec: Doc 9303-10 (8th ed.) clause 4.7.1; cases LDS_B_01..28.
 */
#ifndef LDS_DG1_H
#define LDS_DG1_H

#include "lds/lds_file.h"
#include "mrz/mrz.h"

struct dg1 {
    struct view text; /* content of 5F1F */
    struct mrz  mrz;
};

/* Read the whole file.  Memory: out points into file.  Wrong check digits and odd fields are
 * in out->mrz and noted.  Fails as lds_file_open() and mrz_read(). */
struct err dg1_read(struct view file, struct dg1 *out, struct notes *notes);

#endif
