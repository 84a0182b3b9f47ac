/*
 * sm_crypt: the cryptography under sm.c: a session's keys, counter, MAC and cryptograms,
 * for each suite.
 *
 * Spec: Doc 9303-11 (8th ed.) clauses 9.8.6 (3DES), 9.8.7 (AES).
 */
#ifndef ISO7816_SM_CRYPT_H
#define ISO7816_SM_CRYPT_H

#include "iso7816/sm.h"

enum { SM_MAC_LEN = 8 }; /* bytes kept of any MAC */

/* Bytes of a block, and of the counter. */
size_t sm_block(const struct sm *sm);

/* Before every command and every answer. */
void sm_count_up(struct sm *sm);

/* 80 00 ..: what is missing after len bytes to whole blocks, always at least one byte. */
struct view sm_padding(const struct sm *sm, size_t len);

/* The MAC over the counter, a command's header (empty: an answer) and the data objects. */
struct err sm_put_mac(const struct sm *sm, struct view header, struct view body, struct buf *out);

/* Append data, padded and encrypted. */
struct err sm_encrypt(const struct sm *sm, struct view data, struct buf *out);

/* Append what cryptogram holds to plain, padding and all; data is what stands before the
 * padding.  E_MALFORMED if it is not whole blocks, or no padding is there. */
struct err sm_decrypt(const struct sm *sm, struct view cryptogram, struct buf *plain,
                      struct view *data);

#endif
