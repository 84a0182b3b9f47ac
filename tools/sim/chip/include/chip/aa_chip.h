/*
 * aa_chip: Active Authentication, the chip's end, section [aa] of document.ini.
 *
 *      RSA     F = 6A | M1 | H(M1 | RND.IFD) | trailer,   s = F^d mod n
 *      ECDSA   r | s over H(RND.IFD)
 *
 * Spec: Doc 9303-11 (8th ed.) clause 6.1, Appendix F; ISO/IEC 9796-2:2010 digital signature
 *       scheme 1, clause 8 (format), 9.2 (trailer), Annex B.4 and B.6 (production);
 *       BSI TR-03111 clause 5.2.1 (plain ECDSA).
 */
#ifndef CHIP_AA_CHIP_H
#define CHIP_AA_CHIP_H

#include "chip/key_file.h"
#include "chip/settings.h"

enum { AA_CHIP_CHALLENGE = 8, AA_CHIP_MAX = 1024 }; /* bytes of a signature at most */

/* The words of [aa], in the order of their numbers. */
enum aa_le { AA_LE_WHOLE, AA_LE_CUT, AA_LE_NOTHING, AA_LE_REST, AA_LE_REST_INSIDE };
enum aa_fault {
    AA_FAULTLESS,
    AA_WRONG_SIGNATURE,
    AA_WRONG_CHALLENGE,
    AA_WRONG_HASH,
    AA_WRONG_TRAILER,
    AA_WRONG_HEADER,
    AA_OTHER_KEY,
    AA_SHORT,
    AA_LONG,
};

struct aa_chip {
    EVP_PKEY *key; /* NULL: the document has no active authentication */
    long      hash, trailer, form, representative;
    long      le;    /* enum aa_le    */
    long      fault; /* enum aa_fault */
};

/* Read [aa] and the key it names in folder.  On success the caller frees a with
 * aa_chip_free(); on failure nothing is held.  E_MALFORMED, E_TRUNCATED, with why. */
struct err aa_chip_read(struct aa_chip *a, struct settings *s, const char *folder,
                        struct problem *why);

/* Release it. */
void aa_chip_free(struct aa_chip *a);

/* Where M1 comes from: fill out with len random bytes. */
typedef void aa_chip_random(uint8_t *out, size_t len);

/* Append the signature for a challenge.  E_CRYPTO; E_NO_SPACE. */
struct err aa_chip_sign(const struct aa_chip *a, struct view challenge, aa_chip_random *random,
                        struct buf *out);

#endif
