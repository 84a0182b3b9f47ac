/*
 * crypto: crypto/crypto.h over OpenSSL 3.
 *
 * OpenSSL frees with its caller's free(); ours knows the length of each block, which stands
 * in front of it, and clears it first:
 *
 *      malloc'd:  [ length, padded to the strictest alignment | what OpenSSL sees ]
 */
#include "crypto/crypto.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "backend.h"

struct head {
    alignas(max_align_t) size_t len;
};

static void *mem_take(size_t len, const char *file, int line)
{
    struct head *h;

    (void)file;
    (void)line;
    if (len == 0 || len > SIZE_MAX - sizeof *h)
        return NULL;
    h = malloc(sizeof *h + len);
    if (h == NULL)
        return NULL;
    h->len = len;
    return h + 1;
}

static void mem_free(void *p, const char *file, int line)
{
    (void)file;
    (void)line;
    if (p == NULL)
        return;
    struct head *h = (struct head *)p - 1;

    wipe(h, sizeof *h + h->len);
    free(h);
}

/* Never in place: realloc() would leave the old bytes behind when it moves them. */
static void *mem_resize(void *old, size_t len, const char *file, int line)
{
    if (old == NULL)
        return mem_take(len, file, line);
    if (len == 0) {
        mem_free(old, file, line);
        return NULL;
    }
    const size_t had = ((struct head *)old - 1)->len;
    void        *p = mem_take(len, file, line);

    if (p == NULL)
        return NULL;
    memcpy(p, old, had < len ? had : len);
    mem_free(old, file, line);
    return p;
}

struct err crypto_start(void)
{
    CHECK(CRYPTO_set_mem_functions(mem_take, mem_resize, mem_free) == 1, E_CRYPTO);
    CHECK(backend_get() != NULL, E_CRYPTO);
    return SUCCESS;
}

void crypto_stop(void)
{
    backend_close();
}
