/*
 * cipher: block ciphers in CBC mode, without padding.
 *
 * Spec: Doc 9303-11 (8th ed.) clause 9.8.6.1 (3DES), 9.8.7.1 (AES); NIST SP 800-38A 6.2.
 */
#ifndef CRYPTO_CIPHER_H
#define CRYPTO_CIPHER_H

#include "base/bytes.h"

enum cipher_alg {
    CIPHER_3DES, /* two keys, 16 bytes; block 8 */
    CIPHER_AES,  /* 16, 24 or 32 bytes; block 16 */
};

enum cipher_way { CIPHER_ENCRYPT, CIPHER_DECRYPT };

enum { CIPHER_BLOCK_MAX = 16 }; /* bytes */

struct cipher {
    enum cipher_alg alg;
    struct view     key;
    struct view     iv; /* one block */
};

/* 8 or 16 bytes. */
size_t cipher_block(enum cipher_alg alg);

/*
 * Append the transformed input, as many bytes as in has.
 *
 * in    whole blocks; may not overlap out
 * E_BUG key, iv or input of a wrong length; E_NO_SPACE; E_CRYPTO.
 */
struct err cipher_cbc(const struct cipher *c, enum cipher_way way, struct view in, struct buf *out);

#endif
