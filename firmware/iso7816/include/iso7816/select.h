/*
 * select: make an application, a file or the master file current.
 *
 * Never with Le, which some cards refuse here.  The forms:
 *
 *      application  00 A4 04 0C Lc AID
 *      file         00 A4 02 0C 02 FID
 *      master file  00 A4 00 0C 02 3F00, then 00 A4 00 0C, 00 A4 00 00 02 3F00, 00 A4 00 00
 *
 * Spec: Doc 9303-10 (8th ed.) clause 3.6.2; ISO/IEC 7816-4:2020 clause 11.2.2.
 */
#ifndef ISO7816_SELECT_H
#define ISO7816_SELECT_H

#include "iso7816/step.h"

enum { SELECT_AID_MAX = 16 }; /* bytes */

/* AID of the eMRTD application, LDS1. */
#define AID_LDS1 view_of("\xA0\x00\x00\x02\x47\x10\x01", 7)

struct select {
    uint8_t  form;  /* row of the table in select.c               */
    uint8_t  tried; /* forms sent so far                          */
    bool     found; /* the card said 9000                         */
    uint16_t sw;    /* the card's last word                       */
    uint8_t  name_len, name[SELECT_AID_MAX];
};

/* aid: 5..16 bytes, else E_BUG; it is copied. */
struct err select_aid_begin(struct select *s, struct view aid);
struct err select_fid_begin(struct select *s, uint16_t fid);

/* In the clear only: under secure messaging the forms without data do not exist. */
struct err select_mf_begin(struct select *s);

/*
 * A step_fn; self is a struct select.
 *
 * E_REFUSED, the status word in sw (status_of() tells absent from denied).  The master
 * file is never E_REFUSED: some documents have none, some refuse and select it all the
 * same; what counts is whether the next command finds its file.
 */
step_fn select_step;

#endif
