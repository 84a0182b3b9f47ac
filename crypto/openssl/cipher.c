/* cipher: crypto/cipher.h over OpenSSL 3 EVP. */
#include "crypto/cipher.h"

#include <limits.h>

#include "backend.h"

enum { DES_2KEY_LEN = 16 }; /* bytes */

static bool transform(const EVP_CIPHER *alg, const struct cipher *c, enum cipher_way way,
                      struct view in, uint8_t *out)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    const int       encrypt = way == CIPHER_ENCRYPT;
    int             n = 0, tail = 0;
    bool            ok = ctx != NULL;

    ok = ok && EVP_CipherInit_ex2(ctx, alg, c->key.ptr, c->iv.ptr, encrypt, NULL) == 1;
    ok = ok && EVP_CIPHER_CTX_set_padding(ctx, 0) == 1;
    ok = ok && EVP_CipherUpdate(ctx, out, &n, in.ptr, (int)in.len) == 1;
    ok = ok && EVP_CipherFinal_ex(ctx, out + n, &tail) == 1;
    EVP_CIPHER_CTX_free(ctx); /* clears the key schedule */
    return ok && (size_t)n + (size_t)tail == in.len;
}

struct err cipher_cbc(const struct cipher *c, enum cipher_way way, struct view in, struct buf *out)
{
    const struct backend *b = backend_get();
    const int             aes = backend_aes_index(c->key.len);
    const size_t          block = cipher_block(c->alg);

    CHECK(c->alg == CIPHER_AES ? aes >= 0 : c->key.len == DES_2KEY_LEN, E_BUG);
    CHECK(c->iv.len == block && in.len % block == 0 && in.len <= INT_MAX, E_BUG);
    CHECK(out->cap - out->len >= in.len, E_NO_SPACE);
    CHECK(b != NULL, E_CRYPTO);
    if (in.len == 0)
        return SUCCESS;
    const EVP_CIPHER *alg = c->alg == CIPHER_AES ? b->aes_cbc[aes] : b->des_ede_cbc;

    CHECK(transform(alg, c, way, in, out->ptr + out->len), E_CRYPTO);
    out->len += in.len;
    return SUCCESS;
}
