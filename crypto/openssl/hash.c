/* hash: crypto/hash.h over OpenSSL 3 EVP. */
#include "crypto/hash.h"

#include "backend.h"

static bool digest(const EVP_MD *md, const struct view *part, size_t n_parts, uint8_t *out)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool        ok = ctx != NULL && EVP_DigestInit_ex2(ctx, md, NULL) == 1;

    for (size_t i = 0; ok && i < n_parts; i++)
        ok = EVP_DigestUpdate(ctx, part[i].ptr, part[i].len) == 1;
    ok = ok && EVP_DigestFinal_ex(ctx, out, NULL) == 1;
    EVP_MD_CTX_free(ctx);
    return ok;
}

struct err hash(enum hash_alg alg, const struct view *part, size_t n_parts, struct buf *out)
{
    const struct backend *b = backend_get();
    const size_t          len = hash_len(alg);

    CHECK(len != 0, E_BUG);
    CHECK(out->cap - out->len >= len, E_NO_SPACE);
    CHECK(b != NULL, E_CRYPTO);
    /* Straight into the caller's room: a digest can be a key, and no copy stays here. */
    CHECK(digest(b->md[alg], part, n_parts, out->ptr + out->len), E_CRYPTO);
    out->len += len;
    return SUCCESS;
}
