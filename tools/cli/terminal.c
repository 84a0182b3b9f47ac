/* terminal: see terminal.h. */
#include "terminal.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

enum { CERTIFICATES_MAX = 8192, PATH_LEN_MAX = 2048 };

struct terminal {
    EVP_PKEY *key;
    size_t    len;
    uint8_t   certificates[CERTIFICATES_MAX];
};

/* id-TA and what follows it: TR-03110-3 A.1.1.3. */
static const uint8_t id_ta[] = { 0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x02 };

static const struct suite {
    const char *digest;
    uint8_t     family, member; /* the last two arcs */
    bool        pss;
} suites[] = {
    { "SHA1", 1, 1, false },   { "SHA256", 1, 2, false }, { "SHA1", 1, 3, true },
    { "SHA256", 1, 4, true },  { "SHA512", 1, 5, false }, { "SHA512", 1, 6, true },
    { "SHA1", 2, 1, false },   { "SHA224", 2, 2, false }, { "SHA256", 2, 3, false },
    { "SHA384", 2, 4, false }, { "SHA512", 2, 5, false },
};

static bool complain(const char *folder, const char *name, const char *what)
{
    fprintf(stderr, "verso: %s%s%s: %s\n", folder, name[0] == '\0' ? "" : "/", name, what);
    return false;
}

static int is_certificate(const struct dirent *d)
{
    const size_t n = strlen(d->d_name);

    return n > 4 && strcmp(d->d_name + n - 4, ".cvc") == 0;
}

static FILE *open_in(const char *folder, const char *name)
{
    char path[PATH_LEN_MAX];

    if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, name) >= sizeof path)
        return NULL;
    return fopen(path, "rbe");
}

static bool add_certificate(struct terminal *t, const char *folder, const char *name)
{
    FILE *f = open_in(folder, name);

    if (f == NULL)
        return complain(folder, name, "cannot be opened");
    t->len += fread(t->certificates + t->len, 1, sizeof t->certificates - t->len, f);
    const bool more = fgetc(f) != EOF;
    fclose(f);
    return more ? complain(folder, name, "certificates may have 8192 bytes together") : true;
}

static bool read_certificates(struct terminal *t, const char *folder)
{
    struct dirent **names;
    const int       n = scandir(folder, &names, is_certificate, alphasort);
    bool            good = n > 0;

    if (n < 0)
        return complain(folder, "", "is no folder that can be read");
    for (int i = 0; i < n; i++) {
        good = good && add_certificate(t, folder, names[i]->d_name);
        free(names[i]);
    }
    free(names);
    return n == 0 ? complain(folder, "", "holds no certificate (*.cvc)") : good;
}

static bool read_key(struct terminal *t, const char *folder)
{
    FILE *f = open_in(folder, "is.key");

    if (f == NULL)
        return complain(folder, "is.key", "cannot be opened");
    t->key = PEM_read_PrivateKey(f, NULL, NULL, NULL);
    if (t->key == NULL) {
        rewind(f);
        t->key = d2i_PrivateKey_fp(f, NULL);
    }
    fclose(f);
    return t->key != NULL || complain(folder, "is.key", "is no private key, neither PEM nor DER");
}

struct terminal *terminal_open(const char *folder)
{
    struct terminal *t = calloc(1, sizeof *t);

    if (t != NULL && read_certificates(t, folder) && read_key(t, folder))
        return t;
    terminal_free(t);
    return NULL;
}

void terminal_free(struct terminal *t)
{
    if (t == NULL)
        return;
    EVP_PKEY_free(t->key);
    free(t);
}

const uint8_t *terminal_certificates(const struct terminal *t, size_t *len)
{
    *len = t->len;
    return t->certificates;
}

static const struct suite *suite_of(const struct verso_sign *what)
{
    if (what->algorithm_len != sizeof id_ta + 2 ||
        memcmp(what->algorithm, id_ta, sizeof id_ta) != 0)
        return NULL;
    for (size_t i = 0; i < sizeof suites / sizeof *suites; i++) {
        if (suites[i].family == what->algorithm[sizeof id_ta] &&
            suites[i].member == what->algorithm[sizeof id_ta + 1])
            return &suites[i];
    }
    return NULL;
}

/* r and s side by side, each as long as the order. */
static bool plain_of_der(const EVP_PKEY *key, uint8_t *signature, size_t *len)
{
    const unsigned char *in = signature;
    ECDSA_SIG           *s = d2i_ECDSA_SIG(NULL, &in, (long)*len);
    const int            half = (EVP_PKEY_get_bits(key) + 7) / 8;
    const size_t         whole = 2 * (size_t)half;
    const bool           good = s != NULL && whole <= VERSO_SIGNATURE_MAX &&
                      BN_bn2binpad(ECDSA_SIG_get0_r(s), signature, half) == half &&
                      BN_bn2binpad(ECDSA_SIG_get0_s(s), signature + half, half) == half;

    ECDSA_SIG_free(s);
    *len = whole;
    return good;
}

static bool begin_signature(EVP_MD_CTX *ctx, const struct suite *suite, EVP_PKEY *key)
{
    EVP_PKEY_CTX *pk;

    if (EVP_DigestSignInit_ex(ctx, &pk, suite->digest, NULL, NULL, key, NULL) != 1)
        return false;
    return !suite->pss || (EVP_PKEY_CTX_set_rsa_padding(pk, RSA_PKCS1_PSS_PADDING) == 1 &&
                           EVP_PKEY_CTX_set_rsa_pss_saltlen(pk, RSA_PSS_SALTLEN_DIGEST) == 1);
}

bool terminal_sign(const struct terminal *t, const struct verso_sign *what, uint8_t *signature,
                   size_t *len)
{
    const struct suite *suite = suite_of(what);
    const bool          rsa = EVP_PKEY_is_a(t->key, "RSA");
    EVP_MD_CTX         *ctx = EVP_MD_CTX_new();
    bool                good;

    if (suite == NULL || ctx == NULL || rsa != (suite->family == 1)) {
        EVP_MD_CTX_free(ctx);
        fprintf(stderr, "verso: is.key is of another kind than %s wants\n", what->reference);
        return false;
    }
    *len = VERSO_SIGNATURE_MAX;
    good = begin_signature(ctx, suite, t->key) &&
           EVP_DigestSign(ctx, signature, len, what->data, what->data_len) == 1 &&
           (rsa || plain_of_der(t->key, signature, len));
    EVP_MD_CTX_free(ctx);
    if (!good)
        fprintf(stderr, "verso: is.key cannot sign for %s: %s\n", what->reference,
                ERR_reason_error_string(ERR_peek_last_error()));
    return good;
}
