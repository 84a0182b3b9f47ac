/*
 * crypto: crypto/crypto.h over mbedTLS 2.28.
 *
 * Debian builds the library without MBEDTLS_PLATFORM_MEMORY, so its allocations cannot be
 * taken over.  It clears the numbers, points and contexts that it frees by itself.
 */
#include "crypto/crypto.h"

#include "backend.h"

struct err crypto_start(void)
{
    CHECK(backend_ready(), E_CRYPTO);
    return SUCCESS;
}

void crypto_stop(void)
{
    backend_close();
}
