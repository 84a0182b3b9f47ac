/*
 * wipe_mbedtls_test: mbedTLS clears what it gives back, in everything that we ask of it.
 *
 * The library takes memory with calloc() and clears by itself before it frees, so each block
 * arrives in free() as it came: all zero, but for the sign of a number, which is 1 in one that
 * was emptied.  This test's own free() looks.
 */
#include "crypto/crypto.h"

#include <malloc.h>

#include "child.h"
#include "crypto/cipher.h"
#include "crypto/ec.h"
#include "crypto/mac.h"
#include "crypto/modular.h"
#include "crypto/verify.h"

void __libc_free(void *p);

static size_t freed, dirty;

/* What lies beyond the length asked for, less than 16 octets, is the C library's own. */
void free(void *p)
{
    const size_t len = p == NULL ? 0 : malloc_usable_size(p);
    size_t       bad = 0;

    for (size_t i = 0; i + 16 < len; i++)
        bad += ((const uint8_t *)p)[i] > 1;
    freed += len != 0;
    dirty += bad != 0;
    __libc_free(p);
}

static uint8_t secret_bytes[80], out_bytes[1024];

static bool try_cipher(struct view key, struct buf *out)
{
    const struct cipher aes = { CIPHER_AES, view_of(key.ptr, 32), view_of(key.ptr, 16) };
    const struct cipher des = { CIPHER_3DES, view_of(key.ptr, 16), view_of(key.ptr, 8) };

    return cipher_cbc(&aes, CIPHER_ENCRYPT, key, out).code == OK &&
           cipher_cbc(&des, CIPHER_DECRYPT, key, out).code == OK;
}

static bool try_mac(struct view key, struct buf *out)
{
    return mac_retail(view_of(key.ptr, 16), &key, 1, out).code == OK &&
           mac_cmac(view_of(key.ptr, 16), &key, 1, out).code == OK &&
           mac_cmac(view_of(key.ptr, 32), &key, 1, out).code == OK;
}

static bool try_hash(struct view key, struct buf *out)
{
    return hash(HASH_SHA1, &key, 1, out).code == OK && hash(HASH_SHA256, &key, 1, out).code == OK &&
           hash(HASH_SHA512, &key, 1, out).code == OK;
}

static bool try_modular(struct view key, struct buf *out)
{
    const struct dh_domain *d = dh_domain(DH_2048_256);

    return mod_exp(d->p, d->g, view_of(key.ptr, 32), out).code == OK &&
           mod_mul(d->p, key, key, out).code == OK && mod_reduce(d->q, key, out).code == OK;
}

static bool try_curve(enum ec_group group, struct view key)
{
    const struct ec_domain *e = ec_domain(group);
    uint8_t                 bytes[2][EC_POINT_MAX];
    struct buf              p = BUF(bytes[0]), q = BUF(bytes[1]);

    return ec_multiply(group, view_of(key.ptr, e->p.len), view_of(NULL, 0), &p).code == OK &&
           ec_multiply(group, key, buf_view(&p), &q).code == OK &&
           ec_add(group, buf_view(&p), buf_view(&q), &(struct buf){ bytes[0], EC_POINT_MAX, 0 })
                   .code == OK;
}

static bool try_curves(struct view key, struct buf *out)
{
    (void)out;
    for (unsigned i = EC_NONE + 1; i < EC_GROUP_COUNT; i++) {
        if (!try_curve((enum ec_group)i, key))
            return false;
    }
    return true;
}

/* Blocks were freed, and none held anything. */
static int watch(bool (*run)(struct view key, struct buf *out))
{
    struct buf out = BUF(out_bytes);

    memset(secret_bytes, 0x5A, sizeof secret_bytes);
    if (crypto_start().code != OK)
        return 1;
    freed = dirty = 0;
    if (!run(VIEW(secret_bytes), &out))
        return 2;
    return dirty != 0 ? 3 : 0;
}

static int ciphers(void)
{
    return watch(try_cipher);
}

static int macs(void)
{
    return watch(try_mac) != 0 || freed == 0;
}

static int hashes(void)
{
    return watch(try_hash) != 0 || freed == 0;
}

static int numbers(void)
{
    return watch(try_modular) != 0 || freed == 0;
}

static int curves(void)
{
    return watch(try_curves) != 0 || freed == 0;
}

/* The tables of the curves too. */
static int stopped(void)
{
    if (watch(try_curves) != 0)
        return 1;
    freed = dirty = 0;
    crypto_stop();
    return freed == 0 || dirty != 0 ? 2 : 0;
}

/* Our free() sees what is not wiped, or the cases above prove nothing. */
static int our_free_sees(void)
{
    volatile uint8_t *p = calloc(1, 100);

    p[70] = 2;
    freed = dirty = 0;
    free((void *)(uintptr_t)p);
    return freed == 1 && dirty == 1 ? 0 : 1;
}

static void cases_hold(void **state)
{
    static const struct child_case rows[] = {
        { "our free sees", our_free_sees },
        { "ciphers", ciphers },
        { "macs", macs },
        { "hashes", hashes },
        { "numbers", numbers },
        { "curves", curves },
        { "stopped", stopped },
    };

    (void)state;
    in_children(rows, COUNT(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(cases_hold) };

    return cmocka_run_group_tests_name("crypto.wipe_mbedtls", tests, NULL, NULL);
}
