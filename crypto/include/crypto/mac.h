/*
 * mac: message authentication codes over a list of parts.
 *
 * Padding is the caller's: Doc 9303 pads inside the formula.
 *
 * Spec: Doc 9303-11 (8th ed.) clause 9.8.6.2 (Retail-MAC), 9.8.7.2 (CMAC).
 */
#ifndef CRYPTO_MAC_H
#define CRYPTO_MAC_H

#include "base/bytes.h"

enum { MAC_RETAIL_LEN = 8, MAC_CMAC_LEN = 16 }; /* bytes appended */

/* ISO/IEC 9797-1 MAC algorithm 3 with DES, zero IV; key 16 bytes; the parts together a
 * multiple of 8 bytes (else E_BUG).  E_NO_SPACE; E_CRYPTO. */
struct err mac_retail(struct view key, const struct view *part, size_t n_parts, struct buf *out);

/* AES-CMAC, whole 16 bytes (Doc 9303 keeps the first 8); key 16, 24 or 32 bytes. */
struct err mac_cmac(struct view key, const struct view *part, size_t n_parts, struct buf *out);

#endif
