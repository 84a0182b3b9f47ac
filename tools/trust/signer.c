/* signer: see signer.h. */
#include "signer.h"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <string.h>

#include "heap.h"

static struct err take_key(EVP_PKEY *key, struct signer *out)
{
    struct signer  s = { .key = key };
    char           group[32] = "";
    size_t         n = 0;
    unsigned char *point = NULL;

    CHECK(key != NULL, E_MALFORMED);
    EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group, NULL);
    if (strcmp(group, "prime256v1") != 0 && strcmp(group, "P-256") != 0) {
        EVP_PKEY_free(key);
        FAIL(E_UNEXPECTED);
    }
    n = EVP_PKEY_get1_encoded_public_key(key, &point);
    if (n == SIGNER_POINT)
        memcpy(s.point, point, n);
    OPENSSL_free(point);
    CHECK(n == SIGNER_POINT, E_CRYPTO);
    *out = s;
    return SUCCESS;
}

struct err signer_private(struct view pem, struct signer *out)
{
    BIO      *bio = BIO_new_mem_buf(pem.ptr, (int)pem.len);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);

    BIO_free(bio);
    return take_key(key, out);
}

struct err signer_public(struct view pem, struct signer *out)
{
    BIO      *bio = BIO_new_mem_buf(pem.ptr, (int)pem.len);
    EVP_PKEY *key = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);

    BIO_free(bio);
    return take_key(key, out);
}

static struct err as_plain(const uint8_t *der, size_t n, struct buf *out)
{
    ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &der, (long)n);
    uint8_t    plain[SIGNER_SIG];
    bool       good = false;

    if (sig != NULL)
        good = BN_bn2binpad(ECDSA_SIG_get0_r(sig), plain, SIGNER_SIG / 2) > 0 &&
               BN_bn2binpad(ECDSA_SIG_get0_s(sig), plain + SIGNER_SIG / 2, SIGNER_SIG / 2) > 0;
    ECDSA_SIG_free(sig);
    CHECK(good, E_CRYPTO);
    return buf_put(out, VIEW(plain));
}

struct err signer_sign(const struct signer *s, struct view message, struct buf *out)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    uint8_t     der[128];
    size_t      n = sizeof der;
    const bool  good = EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, s->key) == 1 &&
                      EVP_DigestSign(ctx, der, &n, message.ptr, message.len) == 1;

    EVP_MD_CTX_free(ctx);
    CHECK(good, E_CRYPTO);
    return as_plain(der, n, out);
}

static struct view bio_content(BIO *bio)
{
    char      *p = NULL;
    const long n = BIO_get_mem_data(bio, &p);

    return heap_copy(view_of(p, (size_t)n));
}

struct err signer_new(struct view *private_pem, struct view *public_pem)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    BIO      *own = BIO_new(BIO_s_mem()), *other = BIO_new(BIO_s_mem());
    bool good = key != NULL && PEM_write_bio_PKCS8PrivateKey(own, key, NULL, NULL, 0, NULL, NULL) &&
                PEM_write_bio_PUBKEY(other, key);

    if (good) {
        *private_pem = bio_content(own);
        *public_pem = bio_content(other);
    }
    BIO_free(own);
    BIO_free(other);
    EVP_PKEY_free(key);
    CHECK(good, E_CRYPTO);
    return SUCCESS;
}

struct err signer_random(uint8_t *bytes, size_t n)
{
    CHECK(RAND_bytes(bytes, (int)n) == 1, E_CRYPTO);
    return SUCCESS;
}

void signer_end(struct signer *s)
{
    EVP_PKEY_free(s->key);
    *s = (struct signer){ .key = NULL };
}
