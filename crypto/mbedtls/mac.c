/*
 * mac: crypto/mac.h over mbedTLS 2.28.
 *
 *      H = DES-CBC under K1 of the parts, last block
 *      MAC = E_K1( D_K2( H ) )                       ISO/IEC 9797-1 MAC algorithm 3
 */
#include "crypto/mac.h"

#include <mbedtls/cipher.h>
#include <mbedtls/cmac.h>
#include <mbedtls/des.h>

#include "backend.h"

enum { DES_LEN = 8 }; /* bytes */

/* Parts end anywhere: h takes octet after octet, and is enciphered when it is full. */
static bool chain(mbedtls_des_context *k1, const struct view *part, size_t n_parts, uint8_t *h)
{
    size_t at = 0;

    for (size_t i = 0; i < n_parts; i++) {
        for (size_t k = 0; k < part[i].len; k++) {
            h[at++] ^= part[i].ptr[k];
            if (at == DES_LEN && mbedtls_des_crypt_ecb(k1, h, h) != 0)
                return false;
            at %= DES_LEN;
        }
    }
    return true;
}

static bool retail(struct view key, const struct view *part, size_t n_parts, uint8_t *h)
{
    mbedtls_des_context k1, k2;

    mbedtls_des_init(&k1);
    mbedtls_des_init(&k2);
    const bool ok = mbedtls_des_setkey_enc(&k1, key.ptr) == 0 &&
                    mbedtls_des_setkey_dec(&k2, key.ptr + DES_LEN) == 0 &&
                    chain(&k1, part, n_parts, h) && mbedtls_des_crypt_ecb(&k2, h, h) == 0 &&
                    mbedtls_des_crypt_ecb(&k1, h, h) == 0;

    mbedtls_des_free(&k2);
    mbedtls_des_free(&k1);
    return ok;
}

struct err mac_retail(struct view key, const struct view *part, size_t n_parts, struct buf *out)
{
    SECRET h = { 0 };
    size_t total = 0;

    for (size_t i = 0; i < n_parts; i++)
        total += part[i].len;
    CHECK(key.len == (size_t)2 * DES_LEN && total != 0 && total % DES_LEN == 0, E_BUG);
    CHECK(out->cap - out->len >= MAC_RETAIL_LEN, E_NO_SPACE);
    CHECK(backend_ready() && retail(key, part, n_parts, h.bytes), E_CRYPTO);
    return buf_put(out, view_of(h.bytes, MAC_RETAIL_LEN));
}

static const mbedtls_cipher_info_t *aes_of(size_t key_len)
{
    return mbedtls_cipher_info_from_values(MBEDTLS_CIPHER_ID_AES, (int)key_len * 8,
                                           MBEDTLS_MODE_ECB);
}

static bool cmac(mbedtls_cipher_context_t *ctx, const struct view *part, size_t n_parts,
                 uint8_t *out)
{
    for (size_t i = 0; i < n_parts; i++) {
        if (part[i].len != 0 && mbedtls_cipher_cmac_update(ctx, part[i].ptr, part[i].len) != 0)
            return false;
    }
    return mbedtls_cipher_cmac_finish(ctx, out) == 0;
}

struct err mac_cmac(struct view key, const struct view *part, size_t n_parts, struct buf *out)
{
    mbedtls_cipher_context_t ctx;

    CHECK(backend_is_aes_key(key), E_BUG);
    CHECK(out->cap - out->len >= MAC_CMAC_LEN, E_NO_SPACE);
    CHECK(backend_ready(), E_CRYPTO);
    mbedtls_cipher_init(&ctx);
    const bool ok = mbedtls_cipher_setup(&ctx, aes_of(key.len)) == 0 &&
                    mbedtls_cipher_cmac_starts(&ctx, key.ptr, key.len * 8) == 0 &&
                    cmac(&ctx, part, n_parts, out->ptr + out->len);

    mbedtls_cipher_free(&ctx);
    CHECK(ok, E_CRYPTO);
    out->len += MAC_CMAC_LEN;
    return SUCCESS;
}
