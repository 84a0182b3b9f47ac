/*
 * status: what a status word means to a reader.
 *
 * Cards of different makers use different words for the same thing; one table says
 * which.  A word that stands in no row is STATUS_OTHER.
 *
 * Spec: ISO/IEC 7816-4:2020 clause 5.6, table 6; Doc 9303-10 (8th ed.) clause 3.6.
 */
#ifndef ISO7816_STATUS_H
#define ISO7816_STATUS_H

#include <stdint.h>

enum status {
    STATUS_OTHER,  /* an error of no special meaning                         */
    STATUS_OK,     /* 9000                                                   */
    STATUS_PART,   /* the data is good, its end or its amount is remarked on */
    STATUS_ABSENT, /* no such file or application                            */
    STATUS_DENIED, /* access control stands before it                        */
    STATUS_LENGTH, /* the length asked for does not suit the card            */
    STATUS_EXACT,  /* 6CXX: ask again for exactly XX                         */
    STATUS_COUNT
};

/* The meaning of a status word in an answer to SELECT or READ BINARY. */
enum status status_of(uint16_t sw);

/* "absent"; never NULL. */
const char *status_name(unsigned status);

#endif
