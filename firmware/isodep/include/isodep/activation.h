/*
 * activation: what a chip says of itself when it is activated.
 *
 *   type A, answer to RATS   TL | T0 | TA | TB | TC | historical bytes
 *   type B, ATQB             50 | PUPI (4) | application data (4) | protocol info (3 or 4)
 *
 * Nobody signs any of it.  What a chip leaves out, and values the standard keeps for later,
 * are what the standard says to take them for.
 *
 * Spec: ISO/IEC 14443-4:2018 clause 5; ISO/IEC 14443-3:2018 clause 7.9.
 */
#ifndef ISODEP_ACTIVATION_H
#define ISODEP_ACTIVATION_H

#include "base/bytes.h"

enum {
    ACTIVATION_FSD = 256, /* bytes of a frame we take, CRC included: FSDI 8 */
    ACTIVATION_HISTORICAL_MAX = 15,
    ACTIVATION_FWT_MAX_MS = 4950, /* 14443-4 §5.2.5: FWI 14 */
};

/* Bits of activation.rates; 106 kbit/s is always there. */
enum { RATE_212 = 1, RATE_424 = 2, RATE_848 = 4 };

struct activation {
    uint16_t fsc;      /* bytes of a frame the chip takes, CRC included: 16..256 */
    uint8_t  fwi;      /* frame waiting time: 0..14 */
    uint8_t  sfgi;     /* pause it needs after the ATS: 0..14 */
    uint8_t  rates;    /* RATE_*: those it can do in both directions */
    bool     cid, nad; /* it knows them */
    uint8_t  historical[ACTIVATION_HISTORICAL_MAX]; /* the first 15; type A only */
    uint8_t  historical_len;
};

/*
 * Read an ATS, its length byte TL included, without CRC.
 *
 * E_TRUNCATED it is shorter than TL, or than T0 announces; E_TRAILING longer than TL;
 * E_MALFORMED TL is 0.
 */
struct err activation_read_ats(struct view ats, struct activation *out);

/* Read an ATQB, from 50 on, without CRC.  E_TRUNCATED; E_TRAILING; E_UNEXPECTED it does not
 * begin with 50; E_UNSUPPORTED a chip that does not speak ISO 14443-4. */
struct err activation_read_atqb(struct view atqb, struct activation *out);

/* The highest of 106, 212, 424 kbit/s that the chip can do both ways and is not over most. */
uint16_t activation_rate(const struct activation *a, uint16_t most);

/* Milliseconds, rounded up: the frame waiting time; the pause after the ATS. */
uint32_t activation_fwt_ms(const struct activation *a);
uint32_t activation_pause_ms(const struct activation *a);

#endif
