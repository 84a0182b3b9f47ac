/*
 * mac: crypto/mac.h over OpenSSL 3 EVP.
 *
 * Single DES is in OpenSSL's legacy provider only; EDE3 with the same key three times is
 * single DES, and is in the default provider:
 *
 *      H = DES-CBC under K1 of the parts, last block
 *      MAC = E_K1( D_K2( H ) )                       ISO/IEC 9797-1 MAC algorithm 3
 */
#include "crypto/mac.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/params.h>

#include "backend.h"

enum { DES_LEN = 8, CHUNK = 512 }; /* bytes; a chunk is whole blocks */

static const uint8_t zero_iv[DES_LEN];

/* A context of one DES key, three times over. */
static EVP_CIPHER_CTX *des_open(const EVP_CIPHER *alg, const uint8_t *key, int encrypt)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    SECRET          thrice;
    bool            ok = ctx != NULL;

    for (size_t i = 0; i < 3; i++)
        memcpy(thrice.bytes + i * DES_LEN, key, DES_LEN);
    ok = ok && EVP_CipherInit_ex2(ctx, alg, thrice.bytes, zero_iv, encrypt, NULL) == 1;
    ok = ok && EVP_CIPHER_CTX_set_padding(ctx, 0) == 1;
    if (ok)
        return ctx;
    EVP_CIPHER_CTX_free(ctx);
    return NULL;
}

/* One part into the chain; the last block that left it is kept in h. */
static bool chain(EVP_CIPHER_CTX *ctx, struct view part, uint8_t h[DES_LEN])
{
    uint8_t scratch[CHUNK + DES_LEN];

    while (part.len != 0) {
        struct view piece;
        int         n = 0;

        if (view_take(&part, part.len < CHUNK ? part.len : CHUNK, &piece).code != OK ||
            EVP_CipherUpdate(ctx, scratch, &n, piece.ptr, (int)piece.len) != 1)
            return false;
        if (n >= DES_LEN)
            memcpy(h, scratch + n - DES_LEN, DES_LEN);
    }
    wipe(scratch, sizeof scratch);
    return true;
}

static bool chain_all(const struct backend *b, const uint8_t *key, const struct view *part,
                      size_t n_parts, uint8_t h[DES_LEN])
{
    EVP_CIPHER_CTX *ctx = des_open(b->des_cbc, key, 1);
    bool            ok = ctx != NULL;

    for (size_t i = 0; ok && i < n_parts; i++)
        ok = chain(ctx, part[i], h);
    EVP_CIPHER_CTX_free(ctx);
    return ok;
}

static bool des_block(const struct backend *b, const uint8_t *key, int encrypt, uint8_t h[DES_LEN])
{
    EVP_CIPHER_CTX *ctx = des_open(b->des_ecb, key, encrypt);
    int             n = 0;
    bool            ok = ctx != NULL && EVP_CipherUpdate(ctx, h, &n, h, DES_LEN) == 1;

    EVP_CIPHER_CTX_free(ctx);
    return ok && n == DES_LEN;
}

struct err mac_retail(struct view key, const struct view *part, size_t n_parts, struct buf *out)
{
    const struct backend *b = backend_get();
    SECRET                h;
    size_t                total = 0;

    for (size_t i = 0; i < n_parts; i++)
        total += part[i].len;
    CHECK(key.len == (size_t)2 * DES_LEN && total != 0 && total % DES_LEN == 0, E_BUG);
    CHECK(out->cap - out->len >= MAC_RETAIL_LEN, E_NO_SPACE);
    CHECK(b != NULL, E_CRYPTO);
    CHECK(chain_all(b, key.ptr, part, n_parts, h.bytes), E_CRYPTO);
    CHECK(des_block(b, key.ptr + DES_LEN, 0, h.bytes), E_CRYPTO);
    CHECK(des_block(b, key.ptr, 1, h.bytes), E_CRYPTO);
    return buf_put(out, view_of(h.bytes, MAC_RETAIL_LEN));
}

static bool cmac_all(EVP_MAC_CTX *ctx, const struct view *part, size_t n_parts, uint8_t *out)
{
    size_t n = 0;

    for (size_t i = 0; i < n_parts; i++) {
        if (EVP_MAC_update(ctx, part[i].ptr, part[i].len) != 1)
            return false;
    }
    return EVP_MAC_final(ctx, out, &n, MAC_CMAC_LEN) == 1 && n == MAC_CMAC_LEN;
}

struct err mac_cmac(struct view key, const struct view *part, size_t n_parts, struct buf *out)
{
    const struct backend *b = backend_get();
    const int             aes = backend_aes_index(key.len);
    char                  name[] = "AES-128-CBC"; /* OSSL_PARAM wants it writable */

    CHECK(aes >= 0, E_BUG);
    CHECK(out->cap - out->len >= MAC_CMAC_LEN, E_NO_SPACE);
    CHECK(b != NULL, E_CRYPTO);
    memcpy(name, backend_aes_name(aes), sizeof name);
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER, name, 0),
        OSSL_PARAM_construct_end(),
    };
    EVP_MAC_CTX *ctx = EVP_MAC_CTX_new(b->cmac);
    const bool   ok = ctx != NULL && EVP_MAC_init(ctx, key.ptr, key.len, params) == 1 &&
                    cmac_all(ctx, part, n_parts, out->ptr + out->len);

    EVP_MAC_CTX_free(ctx);
    CHECK(ok, E_CRYPTO);
    out->len += MAC_CMAC_LEN;
    return SUCCESS;
}
