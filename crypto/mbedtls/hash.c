/* hash: crypto/hash.h over mbedTLS 2.28. */
#include "crypto/hash.h"

#include "backend.h"

static bool digest(mbedtls_md_context_t *ctx, const struct view *part, size_t n_parts, uint8_t *out)
{
    bool ok = mbedtls_md_starts(ctx) == 0;

    for (size_t i = 0; ok && i < n_parts; i++)
        ok = mbedtls_md_update(ctx, part[i].ptr, part[i].len) == 0;
    return ok && mbedtls_md_finish(ctx, out) == 0;
}

struct err hash(enum hash_alg alg, const struct view *part, size_t n_parts, struct buf *out)
{
    const size_t         len = hash_len(alg);
    mbedtls_md_context_t ctx;

    CHECK(len != 0, E_BUG);
    CHECK(out->cap - out->len >= len, E_NO_SPACE);
    CHECK(backend_ready(), E_CRYPTO);
    mbedtls_md_init(&ctx);
    /* Straight into the caller's room: a digest can be a key, and no copy stays here. */
    const bool ok = mbedtls_md_setup(&ctx, backend_md(alg), 0) == 0 &&
                    digest(&ctx, part, n_parts, out->ptr + out->len);

    mbedtls_md_free(&ctx);
    CHECK(ok, E_CRYPTO);
    out->len += len;
    return SUCCESS;
}
