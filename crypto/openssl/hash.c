/* hash: crypto/hash.h over OpenSSL 3 EVP. */
#include "crypto/hash.h"

#include <openssl/evp.h>

static const struct {
    const EVP_MD *(*md)(void);
    uint8_t len;
} algs[] = {
    /* clang-format off */
    [HASH_SHA1]   = { EVP_sha1,   20 },
    [HASH_SHA224] = { EVP_sha224, 28 },
    [HASH_SHA256] = { EVP_sha256, 32 },
    [HASH_SHA384] = { EVP_sha384, 48 },
    [HASH_SHA512] = { EVP_sha512, 64 },
    /* clang-format on */
};

size_t hash_len(enum hash_alg alg)
{
    return algs[alg].len;
}

struct err hash(enum hash_alg alg, const struct view *part, size_t n_parts, struct buf *out)
{
    uint8_t digest[HASH_MAX];

    CHECK(alg != HASH_NONE, E_BUG);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    int         ok = ctx != NULL && EVP_DigestInit_ex(ctx, algs[alg].md(), NULL);

    for (size_t i = 0; ok && i < n_parts; i++)
        ok = EVP_DigestUpdate(ctx, part[i].ptr, part[i].len);
    ok = ok && EVP_DigestFinal_ex(ctx, digest, NULL);
    EVP_MD_CTX_free(ctx);
    CHECK(ok, E_CRYPTO);
    return buf_put(out, view_of(digest, algs[alg].len));
}
