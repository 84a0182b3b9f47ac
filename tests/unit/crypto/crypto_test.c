/* crypto_test: the backend starts, and when it is stopped every primitive says so. */
#include "crypto/crypto.h"

#include "child.h"
#include "crypto/cipher.h"
#include "crypto/ec.h"
#include "crypto/mac.h"
#include "crypto/modular.h"
#include "crypto/verify.h"

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
                   mac_retail(part, &part, 1, &out).code == E_CRYPTO &&
                   mac_cmac(part, &part, 1, &out).code == E_CRYPTO &&
                   rsa_public(&rsa, part, &out).code == E_CRYPTO &&
                   ecdsa_verify(&ec, part, &rs, &good).code == E_CRYPTO &&
                   dsa_verify(&dsa, part, &rs, &good).code == E_CRYPTO && !good &&
                   mod_exp(VIEW(odd), part, part, &out).code == E_CRYPTO &&
                   ec_multiply(EC_P256, VIEW(odd), view_of(NULL, 0), &out).code == E_CRYPTO &&
                   ec_check(EC_P256, part, &good).code == E_CRYPTO
               ? 0
               : 2;
}

static int stopped_before_it_was_used(void)
{
    uint8_t           bytes[EC_POINT_MAX];
    struct buf        out = BUF(bytes);
    const struct view two = HEX("02");

    crypto_stop();
    return ec_multiply(EC_P256, two, view_of(NULL, 0), &out).code == E_CRYPTO ? 0 : 1;
}

/* Nobody has to start it. */
static int used_without_a_start(void)
{
    uint8_t           bytes[EC_POINT_MAX];
    struct buf        out = BUF(bytes);
    const struct view two = HEX("02");

    return ec_multiply(EC_BP320, two, view_of(NULL, 0), &out).code == OK ? 0 : 1;
}

static void cases_hold(void **state)
{
    static const struct child_case rows[] = {
        { "stopped is stopped", stopped_is_stopped },
        { "stopped before it was used", stopped_before_it_was_used },
        { "used without a start", used_without_a_start },
    };

    (void)state;
    in_children(rows, COUNT(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(cases_hold) };

    return cmocka_run_group_tests_name("crypto.crypto", tests, NULL, NULL);
}
