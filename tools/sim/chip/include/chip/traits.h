/*
 * traits: how a chip behaves, section [chip] of document.ini.
 *
 * The defaults are a chip that keeps to Doc 9303 and ISO/IEC 7816-4; each key takes it one
 * step aside, as chips in the field are.  docs/recipes.md lists the keys.
 */
#ifndef CHIP_TRAITS_H
#define CHIP_TRAITS_H

#include "chip/settings.h"

enum over_max { OVER_REFUSE, OVER_LOSE, OVER_SHORT, OVER_TELL };

struct traits {
    long    type_b;  /* 0 type A, 1 type B */
    uint8_t uid[10]; /* uid_len 0: four random bytes at each activation */
    size_t  uid_len;
    uint8_t historical[15]; /* bytes of the ATS */
    size_t  historical_len;
    long    sfgi, rates, sak; /* the pause after ATS, TA(1), type A's SAK */
    long    fsci, fwi;        /* frame size and waiting time, ISO/IEC 14443-4 clause 5.2 */
    long    sfi, odd_ins, extended, chaining, select_le; /* understood: 1, not: 0 */
    long    max_read;      /* bytes READ BINARY may ask for; 0: no limit */
    long    over_max;      /* enum over_max */
    long    plain_errors;  /* errors under secure messaging go out unprotected */
    long    lose_past_end; /* reading beyond the end costs the session */
    long    sw_eof, sw_past_end, sw_denied, sw_no_file, sw_bac, sw_select_mf, sw_select_app,
        sw_no_session;
};

/* Read [chip] of s.  E_MALFORMED, with why. */
struct err traits_read(struct traits *t, struct settings *s, struct problem *why);

#endif
