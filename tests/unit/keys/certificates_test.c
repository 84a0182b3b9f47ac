/*
 * certificates_test: the keys of the public certificates in $VERSO_SHARED/data/certs, as
 * OpenSSL takes them out, read by us; numbers and curves must be OpenSSL's.
 */
#include <dirent.h>

#include <openssl/pem.h>

#include "keys/public_key.h"
#include "signer.h"

static size_t n_keys, n_explicit;

static X509 *load(const char *path)
{
    BIO  *in = BIO_new_file(path, "rb");
    X509 *cert = in == NULL ? NULL : d2i_X509_bio(in, NULL);

    if (in != NULL && cert == NULL && BIO_reset(in) == 0)
        cert = PEM_read_bio_X509(in, NULL, NULL, NULL);
    BIO_free(in);
    return cert;
}

static void same_number(EVP_PKEY *pkey, const char *name, struct view got)
{
    BIGNUM *want = NULL;
    uint8_t bytes[RSA_MAX];

    EXPECT(EVP_PKEY_get_bn_param(pkey, name, &want) == 1);
    const int len = BN_bn2bin(want, bytes);

    EXPECT_BYTES(got, view_of(bytes, (size_t)len));
    BN_free(want);
}

static void same_key(EVP_PKEY *pkey, const struct public_key *key)
{
    char    group[64];
    size_t  len = 0;
    uint8_t point[EC_POINT_MAX];

    EXPECT(key->bits == EVP_PKEY_get_bits(pkey));
    if (EVP_PKEY_get_base_id(pkey) == EVP_PKEY_EC) {
        EXPECT(key->kind == KEY_EC);
        EXPECT(EVP_PKEY_get_group_name(pkey, group, sizeof group, &len) == 1);
        EXPECT(OBJ_txt2nid(group) == OBJ_txt2nid(oid_dotted(ec_domain(key->ec.group)->oid)));
        EXPECT(EVP_PKEY_get_octet_string_param(pkey, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point,
                                               &len) == 1);
        EXPECT_BYTES(key->ec.point, view_of(point, len));
        return;
    }
    EXPECT(key->kind == KEY_RSA);
    same_number(pkey, OSSL_PKEY_PARAM_RSA_N, key->rsa.n);
    same_number(pkey, OSSL_PKEY_PARAM_RSA_E, key->rsa.e);
}

static void try_file(const char *path)
{
    X509 *cert = load(path);

    if (cert == NULL)
        return; /* a key, a list: no certificate */
    unsigned char    *der = NULL;
    const int         len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert), &der);
    struct view       in = view_of(der, (size_t)len);
    struct public_key key;

    ROW(path);
    EXPECT(len > 0);
    EXPECT_CODE(public_key_read(&in, &key, NULL), OK);
    EXPECT(in.len == 0);
    same_key(X509_get0_pubkey(cert), &key);
    n_keys++;
    n_explicit += key.kind == KEY_EC && key.spelt_out;
    OPENSSL_free(der);
    X509_free(cert);
}

static void try_folder(const char *path)
{
    DIR *dir = opendir(path);

    EXPECT(dir != NULL);
    for (const struct dirent *e; (e = readdir(dir)) != NULL;) {
        char file[4096];

        snprintf(file, sizeof file, "%s/%s", path, e->d_name);
        if (e->d_name[0] != '.')
            try_file(file);
    }
    closedir(dir);
}

static void keys_are_openssls(void **state)
{
    static const char *const folders[] = { "csca", "dsc", "dsc_test", "eid_testbed" };
    char                     path[2048];

    (void)state;
    for (size_t i = 0; i < COUNT(folders); i++) {
        snprintf(path, sizeof path, "%s/data/certs/%s", getenv("VERSO_SHARED"), folders[i]);
        try_folder(path);
    }
    printf("%zu keys, %zu with explicit parameters\n", n_keys, n_explicit);
    EXPECT(n_keys >= 30 && n_explicit > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(keys_are_openssls) };
    const char             *shared = getenv("VERSO_SHARED");

    if (shared == NULL || shared[0] == '\0') {
        fprintf(stderr, "skipped: VERSO_SHARED names no folder of public test data\n");
        return 77;
    }
    return cmocka_run_group_tests_name("keys.certificates", tests, NULL, NULL);
}
