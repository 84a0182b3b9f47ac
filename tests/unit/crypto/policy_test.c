/*
 * policy_test: an openssl.cnf that allows FIPS algorithms of a provider that is not there
 * changes nothing for us.
 *
 * OpenSSL's own default context under the same file is the proof that the file would bite.
 */
#include <unistd.h>

#include <openssl/evp.h>

#include "child.h"
#include "crypto/crypto.h"
#include "crypto/verify.h"

static char config[] = "/tmp/verso_policy_XXXXXX";

static void write_config(void)
{
    static const char text[] = "openssl_conf = init\n"
                               "[init]\n"
                               "alg_section = policy\n"
                               "[policy]\n"
                               "default_properties = fips=yes\n";
    const int         fd = mkstemp(config);

    EXPECT(fd >= 0 && write(fd, text, sizeof text - 1) == (ssize_t)(sizeof text - 1));
    close(fd);
    EXPECT(setenv("OPENSSL_CONF", config, 1) == 0);
}

static int default_context(void)
{
    return EVP_MD_fetch(NULL, "SHA1", NULL) == NULL ? 0 : 1;
}

static int ours(void)
{
    uint8_t           bytes[20];
    struct buf        out = BUF(bytes);
    const struct view abc = TEXT("abc");

    return hash(HASH_SHA1, &abc, 1, &out).code == OK ? 0 : 1;
}

static int ours_started(void)
{
    return crypto_start().code == OK ? ours() : 2;
}

/* Somebody in this process has let OpenSSL read its configuration before us. */
static int ours_after_default(void)
{
    return default_context() == 0 ? ours() : 2;
}

static void configuration_has_no_part(void **state)
{
    (void)state;
    write_config();
    EXPECT(in_child(default_context) == 0); /* the file bites */
    EXPECT(in_child(ours) == 0);
    EXPECT(in_child(ours_started) == 0);
    EXPECT(in_child(ours_after_default) == 0);
    unlink(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(configuration_has_no_part) };

    return cmocka_run_group_tests_name("crypto.policy", tests, NULL, NULL);
}
