/* suite: see suite.h. */
#include "chip/suite.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>

#include "chip/des2.h"

static const struct row {
    const char *name, *cipher, *digest; /* cipher NULL: des2 */
    size_t      key, block;
} rows[] = {
    [SUITE_3DES] = { "3des", NULL, NULL, DES2_KEY, DES2_BLOCK },
    [SUITE_AES_128] = { "aes-128", "AES-128-CBC", "SHA1", 16, 16 },
    [SUITE_AES_192] = { "aes-192", "AES-192-CBC", "SHA256", 24, 16 },
    [SUITE_AES_256] = { "aes-256", "AES-256-CBC", "SHA256", 32, 16 },
};

const char *suite_name(enum suite s)
{
    return rows[s].name;
}

enum suite suite_named(struct view name)
{
    enum suite s = SUITE_3DES;

    while (s < SUITE_COUNT && !view_eq(name, text_of(rows[s].name)))
        s++;
    return s;
}

size_t suite_key_len(enum suite s)
{
    return rows[s].key;
}

size_t suite_block(enum suite s)
{
    return rows[s].block;
}

struct err suite_key(enum suite s, struct view secret, enum suite_use use,
                     uint8_t key[SUITE_KEY_MAX])
{
    const uint8_t counter[] = { 0, 0, 0, (uint8_t)use };
    uint8_t       digest[EVP_MAX_MD_SIZE];
    EVP_MD_CTX   *ctx;
    bool          good;

    if (s == SUITE_3DES)
        return des2_key(secret, (enum des2_use)use, key);
    ctx = EVP_MD_CTX_new();
    good = ctx != NULL && EVP_DigestInit_ex(ctx, EVP_get_digestbyname(rows[s].digest), NULL) == 1 &&
           EVP_DigestUpdate(ctx, secret.ptr, secret.len) == 1 &&
           EVP_DigestUpdate(ctx, counter, sizeof counter) == 1 &&
           EVP_DigestFinal_ex(ctx, digest, NULL) == 1;
    EVP_MD_CTX_free(ctx);
    CHECK(good, E_CRYPTO);
    memcpy(key, digest, rows[s].key);
    return SUCCESS;
}

/* One pass of AES; to has room for text.len bytes.
 * NOLINTNEXTLINE(readability-function-size): as many as the library wants */
static struct err aes(const struct row *r, const uint8_t *key, const uint8_t *iv, struct view text,
                      uint8_t *to, int encrypt)
{
    static const uint8_t zeros[SUITE_BLOCK_MAX];
    EVP_CIPHER_CTX      *ctx = EVP_CIPHER_CTX_new();
    EVP_CIPHER          *cipher = EVP_CIPHER_fetch(NULL, r->cipher, NULL);
    int                  n = 0;
    const bool           good =
        ctx != NULL && cipher != NULL &&
        EVP_CipherInit_ex2(ctx, cipher, key, iv != NULL ? iv : zeros, encrypt, NULL) == 1 &&
        EVP_CIPHER_CTX_set_padding(ctx, 0) == 1 &&
        EVP_CipherUpdate(ctx, to, &n, text.ptr, (int)text.len) == 1 && (size_t)n == text.len;

    EVP_CIPHER_free(cipher);
    EVP_CIPHER_CTX_free(ctx);
    CHECK(good, E_CRYPTO);
    return SUCCESS;
}

/* NOLINTNEXTLINE(readability-function-size): what its two callers have, and which they are */
static struct err run(enum suite s, const uint8_t *key, const uint8_t *iv, struct view text,
                      struct buf *out, int encrypt)
{
    CHECK(text.len % rows[s].block == 0, E_MALFORMED);
    CHECK(text.len <= out->cap - out->len, E_NO_SPACE);
    if (text.len == 0)
        return SUCCESS;
    TRY(aes(&rows[s], key, iv, text, out->ptr + out->len, encrypt));
    out->len += text.len;
    return SUCCESS;
}

struct err suite_encrypt(enum suite s, const uint8_t *key, const uint8_t *iv, struct view text,
                         struct buf *out)
{
    if (s == SUITE_3DES)
        return des2_encrypt(key, text, out); /* its IV is always zeros, 9303-11 §9.8.6.1 */
    return run(s, key, iv, text, out, 1);
}

struct err suite_decrypt(enum suite s, const uint8_t *key, const uint8_t *iv, struct view text,
                         struct buf *out)
{
    if (s == SUITE_3DES)
        return des2_decrypt(key, text, out);
    return run(s, key, iv, text, out, 0);
}

static bool cmac(const struct row *r, const uint8_t *key, const struct view *parts, size_t count,
                 uint8_t full[SUITE_BLOCK_MAX])
{
    char         name[16];
    OSSL_PARAM   params[] = { OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER, name, 0),
                              OSSL_PARAM_construct_end() };
    EVP_MAC     *mac = EVP_MAC_fetch(NULL, "CMAC", NULL);
    EVP_MAC_CTX *ctx = EVP_MAC_CTX_new(mac);
    size_t       len = 0;
    bool         good;

    memcpy(name, r->cipher, strlen(r->cipher) + 1);
    good = ctx != NULL && EVP_MAC_init(ctx, key, r->key, params) == 1;
    for (size_t i = 0; good && i < count; i++)
        good = parts[i].len == 0 || EVP_MAC_update(ctx, parts[i].ptr, parts[i].len) == 1;
    good = good && EVP_MAC_final(ctx, full, &len, SUITE_BLOCK_MAX) == 1 && len == r->block;
    EVP_MAC_CTX_free(ctx);
    EVP_MAC_free(mac);
    return good;
}

struct err suite_mac(enum suite s, const uint8_t *key, const struct view *parts, size_t count,
                     uint8_t mac[SUITE_MAC])
{
    uint8_t full[SUITE_BLOCK_MAX];

    if (s == SUITE_3DES)
        return des2_mac(key, parts, count, mac);
    CHECK(cmac(&rows[s], key, parts, count, full), E_CRYPTO);
    memcpy(mac, full, SUITE_MAC);
    return SUCCESS;
}

struct err suite_pad(enum suite s, struct buf *text, size_t from)
{
    const size_t block = rows[s].block;

    TRY(buf_u8(text, 0x80));
    return buf_fill(text, 0, (block - (text->len - from) % block) % block);
}

struct err suite_unpad(enum suite s, struct view *text)
{
    const size_t block = rows[s].block;
    size_t       zeros = 0;

    while (zeros < text->len && zeros < block && text->ptr[text->len - 1 - zeros] == 0)
        zeros++;
    CHECK(zeros < text->len && zeros < block && text->ptr[text->len - 1 - zeros] == 0x80,
          E_MALFORMED);
    text->len -= zeros + 1;
    return SUCCESS;
}
