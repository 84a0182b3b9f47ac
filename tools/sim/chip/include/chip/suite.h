/*
 * suite: the four ways to derive keys, encipher and vouch that a chip knows.
 *
 *      name      key  block  keys from  cipher        MAC
 *      3des       16      8  SHA-1      EDE-CBC       ISO/IEC 9797-1 algorithm 3, padded
 *      aes-128    16     16  SHA-1      AES-CBC       CMAC
 *      aes-192    24     16  SHA-256    AES-CBC       CMAC
 *      aes-256    32     16  SHA-256    AES-CBC       CMAC
 *
 * Every MAC here is cut to eight bytes.
 *
 * Spec: Doc 9303-11 (8th ed.) clause 9.7 (keys), 9.8 (cipher and MAC).
 */
#ifndef CHIP_SUITE_H
#define CHIP_SUITE_H

#include "base/bytes.h"

enum suite { SUITE_3DES, SUITE_AES_128, SUITE_AES_192, SUITE_AES_256, SUITE_COUNT };

enum { SUITE_KEY_MAX = 32, SUITE_BLOCK_MAX = 16, SUITE_MAC = 8 };

enum suite_use { SUITE_USE_ENC = 1, SUITE_USE_MAC, SUITE_USE_PASSWORD }; /* the KDF's counter */

/* The name as settings write it; its number, or SUITE_COUNT if there is no such. */
const char *suite_name(enum suite s);
enum suite  suite_named(struct view name);

/* Bytes of a key and of a block. */
size_t suite_key_len(enum suite s);
size_t suite_block(enum suite s);

/* KDF(secret, use); the key takes suite_key_len() of the bytes.  E_CRYPTO. */
struct err suite_key(enum suite s, struct view secret, enum suite_use use,
                     uint8_t key[SUITE_KEY_MAX]);

/* CBC over whole blocks, appended to out; iv NULL: zeros.  E_CRYPTO; E_NO_SPACE; E_MALFORMED
 * not whole blocks. */
struct err suite_encrypt(enum suite s, const uint8_t *key, const uint8_t *iv, struct view text,
                         struct buf *out);
struct err suite_decrypt(enum suite s, const uint8_t *key, const uint8_t *iv, struct view text,
                         struct buf *out);

/* The eight bytes that vouch for the parts, one after the other.  E_CRYPTO. */
struct err suite_mac(enum suite s, const uint8_t *key, const struct view *parts, size_t count,
                     uint8_t mac[SUITE_MAC]);

/* 80 and as many zeros as make whole blocks of what stands behind from. */
struct err suite_pad(enum suite s, struct buf *text, size_t from);

/* Cut that off again.  E_MALFORMED if it is not there. */
struct err suite_unpad(enum suite s, struct view *text);

#endif
