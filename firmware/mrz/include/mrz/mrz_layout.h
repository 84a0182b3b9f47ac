/*
 * mrz_layout: where everything stands, per format, in one table.
 *
 * Spec: Doc 9303-4, 9303-5, 9303-6 (8th ed.) clause 4.2.2; 9303-7 clauses 4.2.2, 5.2.2.
 */
#ifndef MRZ_MRZ_LAYOUT_H
#define MRZ_MRZ_LAYOUT_H

#include "mrz/mrz.h"

enum { MRZ_COVERED_MAX = 4 };

struct mrz_layout {
    const char     *name;
    uint8_t         lines, width;
    struct mrz_spot field[MRZ_FIELDS];
    struct mrz_spot digit[MRZ_DIGITS];
    struct mrz_spot covered[MRZ_COVERED_MAX]; /* by the composite check digit */
};

/* The row of a format; of MRZ_NONE, all zero, for anything else. */
const struct mrz_layout *mrz_layout_of(unsigned format);

/* The odd fields of what mrz_read() has cut, digits judged or not: struct mrz, odd. */
uint32_t mrz_odd(const struct mrz *m);

#endif
