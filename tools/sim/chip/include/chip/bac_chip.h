/*
 * bac_chip: Basic Access Control, the chip's end.
 *
 * Spec: Doc 9303-11 (8th ed.) clause 4.3, Appendix D.2 and D.3.
 */
#ifndef CHIP_BAC_CHIP_H
#define CHIP_BAC_CHIP_H

#include "chip/des2.h"
#include "chip/problem.h"

enum { BAC_CHIP_NONCE = 8, BAC_CHIP_SECRET = 16, BAC_CHIP_TOKEN = 40, BAC_CHIP_INFO_MAX = 64 };

struct bac_chip {
    uint8_t k_enc[DES2_KEY], k_mac[DES2_KEY];
};

struct bac_chip_session {
    uint8_t seed[DES2_SEED], ssc[DES2_BLOCK];
};

/* The MRZ information out of the lines as they are printed: number, birth, expiry, each with
 * its check digit.  Two lines of 44 or 36 characters or three of 30; line3 may be NULL.
 * E_MALFORMED, with why. */
struct err bac_chip_info(const char *line1, const char *line2, const char *line3, struct buf *info,
                         struct problem *why);

/* The document's basic access keys.  E_CRYPTO. */
struct err bac_chip_keys(struct view info, struct bac_chip *b);

/* What the chip drew for one run. */
struct bac_chip_draw {
    uint8_t rnd_ic[BAC_CHIP_NONCE], k_ic[BAC_CHIP_SECRET];
};

/*
 * Judge EXTERNAL AUTHENTICATE's 40 bytes and append the chip's 40 to out.
 *
 * E_REFUSED (sw 6300) the terminal does not know the keys or answers another challenge.
 */
struct err bac_chip_meet(const struct bac_chip *b, const struct bac_chip_draw *draw,
                         struct view token, struct bac_chip_session *session, struct buf *out);

#endif
