/* cipher: crypto/cipher.h over mbedTLS 2.28. */
#include "crypto/cipher.h"

#include <limits.h>
#include <string.h>

#include <mbedtls/aes.h>
#include <mbedtls/des.h>

#include "backend.h"

enum { DES_2KEY_LEN = 16 }; /* bytes */

static bool aes(const struct cipher *c, bool encrypt, struct view in, uint8_t *out)
{
    const unsigned      bits = (unsigned)c->key.len * 8;
    uint8_t             iv[CIPHER_BLOCK_MAX]; /* is written to */
    mbedtls_aes_context ctx;

    memcpy(iv, c->iv.ptr, c->iv.len);
    mbedtls_aes_init(&ctx);
    const bool ok = (encrypt ? mbedtls_aes_setkey_enc(&ctx, c->key.ptr, bits)
                             : mbedtls_aes_setkey_dec(&ctx, c->key.ptr, bits)) == 0 &&
                    mbedtls_aes_crypt_cbc(&ctx, encrypt ? MBEDTLS_AES_ENCRYPT : MBEDTLS_AES_DECRYPT,
                                          in.len, iv, in.ptr, out) == 0;

    mbedtls_aes_free(&ctx);
    return ok;
}

static bool des(const struct cipher *c, bool encrypt, struct view in, uint8_t *out)
{
    uint8_t              iv[CIPHER_BLOCK_MAX];
    mbedtls_des3_context ctx;

    memcpy(iv, c->iv.ptr, c->iv.len);
    mbedtls_des3_init(&ctx);
    const bool ok =
        (encrypt ? mbedtls_des3_set2key_enc(&ctx, c->key.ptr)
                 : mbedtls_des3_set2key_dec(&ctx, c->key.ptr)) == 0 &&
        mbedtls_des3_crypt_cbc(&ctx, encrypt ? MBEDTLS_DES_ENCRYPT : MBEDTLS_DES_DECRYPT, in.len,
                               iv, in.ptr, out) == 0;

    mbedtls_des3_free(&ctx);
    return ok;
}

struct err cipher_cbc(const struct cipher *c, enum cipher_way way, struct view in, struct buf *out)
{
    const bool   is_aes = c->alg == CIPHER_AES, encrypt = way == CIPHER_ENCRYPT;
    const size_t block = cipher_block(c->alg);

    CHECK(is_aes ? backend_is_aes_key(c->key) : c->key.len == DES_2KEY_LEN, E_BUG);
    CHECK(c->iv.len == block && in.len % block == 0 && in.len <= INT_MAX, E_BUG);
    CHECK(out->cap - out->len >= in.len, E_NO_SPACE);
    CHECK(backend_ready(), E_CRYPTO);
    if (in.len == 0)
        return SUCCESS;
    uint8_t *to = out->ptr + out->len;

    CHECK(is_aes ? aes(c, encrypt, in, to) : des(c, encrypt, in, to), E_CRYPTO);
    out->len += in.len;
    return SUCCESS;
}
