/*
 * wipe_openssl_test: after crypto_start() nothing that OpenSSL gives back still holds anything.
 *
 * The linker hands this test every free() of our code (-Wl,--wrap=free), so it sees each
 * block as the C library would get it.  Each case runs in a process of its own.
 */
#include "crypto/crypto.h"

#include <malloc.h>

#include <openssl/crypto.h>

#include "child.h"
#include "crypto/cipher.h"
#include "crypto/ec.h"
#include "crypto/modular.h"

void __real_free(void *p);
void __wrap_free(void *p);

/* volatile: the C library promises the compiler that its free() touches nothing of this file. */
static volatile size_t freed, dirty;

/* The length stands first and is wiped with the rest, so the block must be all zero.  Its
 * last octets, beyond what was asked for, are the C library's own. */
void __wrap_free(void *p)
{
    const size_t len = p == NULL ? 0 : malloc_usable_size(p);

    freed++;
    for (size_t i = 0; i + 16 < len && i < 64; i++)
        dirty += ((const uint8_t *)p)[i] == 0x5A;
    __real_free(p);
}

static int blocks_are_wiped(void)
{
    if (crypto_start().code != OK)
        return 1;
    uint8_t *p = OPENSSL_malloc(100);

    memset(p, 0x5A, 100);
    freed = dirty = 0;
    OPENSSL_free(p);
    if (freed != 1 || dirty != 0)
        return 2;
    p = OPENSSL_malloc(100);
    memset(p, 0x5A, 100);
    freed = dirty = 0;
    p = OPENSSL_realloc(p, 4000); /* moved: the old place is wiped too */
    if (p == NULL || freed != 1 || dirty != 0)
        return 3;
    for (size_t i = 0; i < 100; i++) {
        if (p[i] != 0x5A)
            return 4;
    }
    p = OPENSSL_realloc(p, 10);
    if (p == NULL || p[9] != 0x5A || dirty != 0)
        return 5;
    OPENSSL_free(p);
    p = OPENSSL_realloc(NULL, 10);
    OPENSSL_free(p);
    OPENSSL_free(NULL);
    return dirty != 0 || OPENSSL_malloc(0) != NULL ? 6 : 0;
}

/* A key of 5A everywhere leaves no trace of itself in what is freed. */
static int keys_are_wiped(void)
{
    uint8_t             key[16], out_bytes[64], in[64] = { 0 };
    struct buf          out = BUF(out_bytes);
    const struct cipher c = { CIPHER_AES, VIEW(key), view_of(in, 16) };

    memset(key, 0x5A, sizeof key);
    if (crypto_start().code != OK)
        return 1;
    freed = dirty = 0;
    if (cipher_cbc(&c, CIPHER_ENCRYPT, VIEW(in), &out).code != OK)
        return 2;
    return freed == 0 || dirty != 0 ? 3 : 0;
}

/* A private key of 5A everywhere, the same. */
static int private_keys_are_wiped(void)
{
    uint8_t     key[32], point[EC_POINT_MAX], power[128];
    struct buf  p = BUF(point), y = BUF(power);
    struct view g = dh_domain(DH_1024_160)->g;

    memset(key, 0x5A, sizeof key);
    if (crypto_start().code != OK)
        return 1;
    freed = dirty = 0;
    if (ec_multiply(EC_BP256, VIEW(key), view_of(NULL, 0), &p).code != OK || freed == 0)
        return 2;
    freed = 0;
    if (mod_exp(dh_domain(DH_1024_160)->p, g, VIEW(key), &y).code != OK || freed == 0)
        return 3;
    return dirty != 0 ? 4 : 0;
}

/* The wrapper sees what is not wiped, or the cases above prove nothing. */
static int the_wrapper_sees(void)
{
    uint8_t *volatile p = malloc(100);

    memset(p, 0x5A, 100);
    freed = dirty = 0;
    free(p);
    return freed == 1 && dirty > 0 ? 0 : 1;
}

static int too_late(void)
{
    void *p = OPENSSL_malloc(1);

    OPENSSL_free(p);
    return crypto_start().code == E_CRYPTO ? 0 : 1;
}

static void cases_hold(void **state)
{
    static const struct child_case rows[] = {
        { "the wrapper sees", the_wrapper_sees },
        { "blocks are wiped", blocks_are_wiped },
        { "keys are wiped", keys_are_wiped },
        { "private keys are wiped", private_keys_are_wiped },
        { "too late", too_late },
    };

    (void)state;
    in_children(rows, COUNT(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(cases_hold) };

    return cmocka_run_group_tests_name("crypto.wipe_openssl", tests, NULL, NULL);
}
