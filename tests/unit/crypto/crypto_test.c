/*
 * crypto_test: after crypto_start() nothing that OpenSSL gives back still holds anything.
 *
 * The linker hands this test every free() of our code (-Wl,--wrap=free), so it sees each
 * block as the C library would get it.  Each case runs in a process of its own.
 */
#include "crypto/crypto.h"

#include <malloc.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "crypto/cipher.h"
#include "crypto/ec.h"
#include "crypto/modular.h"
#include "crypto/verify.h"
#include "expect.h"

void __real_free(void *p);
void __wrap_free(void *p);

static size_t freed, dirty;

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

static int in_child(int (*run)(void))
{
    int         status = -1;
    const pid_t child = fork();

    if (child == 0)
        _exit(run());
    EXPECT(child > 0 && waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
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

static int stopped_is_stopped(void)
{
    static const uint8_t zero[64], odd[] = { 5 };
    uint8_t              bytes[EC_POINT_MAX];
    struct buf           out = BUF(bytes);
    const struct view    part = view_of(zero, 16);
    const struct cipher  c = { CIPHER_AES, part, part };
    const struct rsa_key rsa = { view_of(zero, 32), part };
    const struct ec_key  ec = { EC_P256, part };
    const struct dsa_key dsa = { part, part, part, part };
    const struct rs      rs = { part, part };
    bool                 good = false;

    if (crypto_start().code != OK || hash(HASH_SHA256, &part, 1, &out).code != OK)
        return 1;
    crypto_stop();
    crypto_stop();
    out.len = 0;
    return hash(HASH_SHA256, &part, 1, &out).code == E_CRYPTO &&
                   cipher_cbc(&c, CIPHER_ENCRYPT, part, &out).code == E_CRYPTO &&
                   rsa_public(&rsa, part, &out).code == E_CRYPTO &&
                   ecdsa_verify(&ec, part, &rs, &good).code == E_CRYPTO &&
                   dsa_verify(&dsa, part, &rs, &good).code == E_CRYPTO && !good &&
                   mod_exp(VIEW(odd), part, part, &out).code == E_CRYPTO &&
                   ec_multiply(EC_P256, VIEW(odd), view_of(NULL, 0), &out).code == E_CRYPTO &&
                   ec_check(EC_P256, part, &good).code == E_CRYPTO
               ? 0
               : 2;
}

static void cases_hold(void **state)
{
    static const struct {
        const char *name;
        int (*run)(void);
    } rows[] = {
        { "the wrapper sees", the_wrapper_sees },
        { "blocks are wiped", blocks_are_wiped },
        { "keys are wiped", keys_are_wiped },
        { "private keys are wiped", private_keys_are_wiped },
        { "too late", too_late },
        { "stopped is stopped", stopped_is_stopped },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(rows[i].name);
        const int got = in_child(rows[i].run);

        if (got != 0)
            fail_msg("[%s] step %d", expect_row, got);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(cases_hold) };

    return cmocka_run_group_tests_name("crypto.crypto", tests, NULL, NULL);
}
