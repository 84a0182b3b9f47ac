/*
 * date: calendar days and moments, without a clock and without time zones.
 *
 * Spec: ITU-T X.680 clause 46, 47 as narrowed by RFC 5280 clause 4.1.2.5.
 */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include "base/bytes.h"

/* A day of the proleptic Gregorian calendar; year 0 means "not known". */
struct date {
    uint16_t year;
    uint8_t  month, day; /* from 1 */
};

/* A moment in UTC: seconds since 1970-01-01.  0 means "not known". */
struct moment {
    int64_t s;
};

/* Is this a day that exists?  Leap years count; year 0 does not. */
bool date_exists(struct date d);

/* -1, 0, 1. */
int date_order(struct date a, struct date b);

/* Midnight UTC at the beginning of d, and the day on which m falls. */
struct moment date_begins(struct date d);
struct date   date_of(struct moment m);

/* "2026-11-21" as text, ten characters; E_MALFORMED unless exactly that form and a day
 * that exists. */
struct err date_parse(struct view text, struct date *out);
struct err date_print(struct date d, struct buf *out);

/* The content of a UTCTime (YYMMDDhhmmssZ; 50..99 is 19xx) or GeneralizedTime
 * (YYYYMMDDhhmmssZ, no fraction).  E_MALFORMED. */
struct err moment_of_utc_time(struct view content, struct moment *out);
struct err moment_of_generalized_time(struct view content, struct moment *out);

#endif
