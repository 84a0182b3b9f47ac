/*
 * des2: see des2.h.
 *
 * libcrypto keeps single DES in its legacy provider, which a device may not have.  Triple
 * DES with the same key three times is single DES, so everything here is DES-EDE.
 */
#include "chip/des2.h"

#include <string.h>

#include <openssl/evp.h>

enum { DECRYPT = 0, ENCRYPT = 1 }; /* as libcrypto counts them */

/* Run one cipher over whole blocks; to has room for text.len bytes and may be text itself. */
static struct err run(const char *cipher, const uint8_t *key, int way, struct view text,
                      uint8_t *to)
{
    static const uint8_t zeros[DES2_BLOCK];
    EVP_CIPHER          *which = EVP_CIPHER_fetch(NULL, cipher, NULL);
    EVP_CIPHER_CTX      *ctx = EVP_CIPHER_CTX_new();
    int                  done = 0, good;

    good = which != NULL && ctx != NULL &&
           EVP_CipherInit_ex2(ctx, which, key, zeros, (int)way, NULL) == 1 &&
           EVP_CIPHER_CTX_set_padding(ctx, 0) == 1 &&
           EVP_CipherUpdate(ctx, to, &done, text.ptr, (int)text.len) == 1 &&
           (size_t)done == text.len;
    EVP_CIPHER_CTX_free(ctx);
    EVP_CIPHER_free(which);
    CHECK(good, E_CRYPTO);
    return SUCCESS;
}

static struct err cbc(const uint8_t *key, int way, struct view text, struct buf *out)
{
    CHECK(text.len % DES2_BLOCK == 0, E_MALFORMED);
    CHECK(text.len <= out->cap - out->len, E_NO_SPACE);
    if (text.len == 0)
        return SUCCESS;
    TRY(run("DES-EDE-CBC", key, way, text, out->ptr + out->len));
    out->len += text.len;
    return SUCCESS;
}

struct err des2_encrypt(const uint8_t key[DES2_KEY], struct view text, struct buf *out)
{
    return cbc(key, ENCRYPT, text, out);
}

struct err des2_decrypt(const uint8_t key[DES2_KEY], struct view text, struct buf *out)
{
    return cbc(key, DECRYPT, text, out);
}

/* SHA-1 of the secret with the counter behind it. */
static bool digest_of(struct view secret, enum des2_use use, uint8_t digest[EVP_MAX_MD_SIZE])
{
    const uint8_t counter[4] = { 0, 0, 0, (uint8_t)use };
    EVP_MD_CTX   *ctx = EVP_MD_CTX_new();
    bool          good;

    good = ctx != NULL && EVP_DigestInit_ex(ctx, EVP_sha1(), NULL) == 1 &&
           EVP_DigestUpdate(ctx, secret.ptr, secret.len) == 1 &&
           EVP_DigestUpdate(ctx, counter, sizeof counter) == 1 &&
           EVP_DigestFinal_ex(ctx, digest, NULL) == 1;
    EVP_MD_CTX_free(ctx);
    return good;
}

struct err des2_key(struct view secret, enum des2_use use, uint8_t key[DES2_KEY])
{
    uint8_t digest[EVP_MAX_MD_SIZE];

    CHECK(digest_of(secret, use, digest), E_CRYPTO);
    for (size_t i = 0; i < DES2_KEY; i++) {
        unsigned ones = 0;

        for (unsigned bit = 1; bit < 8; bit++)
            ones += (unsigned)digest[i] >> bit & 1U;
        key[i] = (uint8_t)((digest[i] & 0xFEU) | (ones % 2 == 0 ? 1U : 0U));
    }
    return SUCCESS;
}

/* One block into the chain: state = E_K1(state xor block). */
static struct err chain(const uint8_t *key, const uint8_t *block, uint8_t *state)
{
    for (size_t i = 0; i < DES2_BLOCK; i++)
        state[i] ^= block[i];
    return run("DES-EDE", key, ENCRYPT, view_of(state, DES2_BLOCK), state);
}

/* The bytes of all parts on their way into blocks. */
struct mac_run {
    uint8_t once[DES2_KEY]; /* K1 twice: EDE with it is single DES */
    uint8_t block[DES2_BLOCK], state[DES2_BLOCK];
    size_t  filled;
};

static struct err mac_take(struct mac_run *m, struct view part)
{
    for (size_t i = 0; i < part.len; i++) {
        m->block[m->filled++] = part.ptr[i];
        if (m->filled < DES2_BLOCK)
            continue;
        TRY(chain(m->once, m->block, m->state));
        m->filled = 0;
    }
    return SUCCESS;
}

struct err des2_mac(const uint8_t key[DES2_KEY], const struct view *parts, size_t count,
                    uint8_t mac[DES2_BLOCK])
{
    struct mac_run m = { 0 };

    memcpy(m.once, key, DES2_BLOCK);
    memcpy(m.once + DES2_BLOCK, key, DES2_BLOCK);
    for (size_t i = 0; i < count; i++)
        TRY(mac_take(&m, parts[i]));
    memset(m.block + m.filled, 0, DES2_BLOCK - m.filled);
    m.block[m.filled] = 0x80;
    /* 9797-1 algorithm 3: the last block goes through both keys, which is EDE itself. */
    TRY(chain(key, m.block, m.state));
    memcpy(mac, m.state, DES2_BLOCK);
    return SUCCESS;
}
