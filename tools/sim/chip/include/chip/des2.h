/*
 * des2: two-key triple DES as a passport's chip uses it, on libcrypto.
 *
 * Spec: Doc 9303-11 (8th ed.) clause 9.7.1 (keys), 9.8.6 (cipher and MAC); ISO/IEC 9797-1
 *       MAC algorithm 3 with padding method 2.
 */
#ifndef CHIP_DES2_H
#define CHIP_DES2_H

#include "base/bytes.h"

enum { DES2_KEY = 16, DES2_BLOCK = 8, DES2_SEED = 16 };

enum des2_use { DES2_ENC = 1, DES2_MAC = 2, DES2_PASSWORD = 3 }; /* the derivation's counter */

/* The key for a use, with its parity bits set.  E_CRYPTO. */
struct err des2_key(struct view secret, enum des2_use use, uint8_t key[DES2_KEY]);

/* CBC from an IV of zeros over whole blocks, appended to out.  E_CRYPTO; E_NO_SPACE;
 * E_MALFORMED not whole blocks. */
struct err des2_encrypt(const uint8_t key[DES2_KEY], struct view text, struct buf *out);
struct err des2_decrypt(const uint8_t key[DES2_KEY], struct view text, struct buf *out);

/* The eight bytes that vouch for the parts, one after the other; padded here.  E_CRYPTO. */
struct err des2_mac(const uint8_t key[DES2_KEY], const struct view *parts, size_t count,
                    uint8_t mac[DES2_BLOCK]);

#endif
