/* algo: signatures by name; see algo.h */
#include "algo.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "quit.h"

enum kind { KIND_RSA, KIND_PSS, KIND_EC, KIND_EC_PLAIN, KIND_DSA };

struct algo_row {
    const char *name, *digest, *oid;
    enum kind   kind;
};

/* clang-format off */
static const struct algo_row rows[] = {
    { "pkcs1-md5",           "md5",    "1.2.840.113549.1.1.4",    KIND_RSA },
    { "pkcs1-sha1",          "sha1",   "1.2.840.113549.1.1.5",    KIND_RSA },
    { "pkcs1-sha224",        "sha224", "1.2.840.113549.1.1.14",   KIND_RSA },
    { "pkcs1-sha256",        "sha256", "1.2.840.113549.1.1.11",   KIND_RSA },
    { "pkcs1-sha384",        "sha384", "1.2.840.113549.1.1.12",   KIND_RSA },
    { "pkcs1-sha512",        "sha512", "1.2.840.113549.1.1.13",   KIND_RSA },
    { "rsa-sha1",            "sha1",   "1.2.840.113549.1.1.1",    KIND_RSA },
    { "rsa-sha224",          "sha224", "1.2.840.113549.1.1.1",    KIND_RSA },
    { "rsa-sha256",          "sha256", "1.2.840.113549.1.1.1",    KIND_RSA },
    { "rsa-sha384",          "sha384", "1.2.840.113549.1.1.1",    KIND_RSA },
    { "rsa-sha512",          "sha512", "1.2.840.113549.1.1.1",    KIND_RSA },
    { "pss-sha1",            "sha1",   "1.2.840.113549.1.1.10",   KIND_PSS },
    { "pss-sha224",          "sha224", "1.2.840.113549.1.1.10",   KIND_PSS },
    { "pss-sha256",          "sha256", "1.2.840.113549.1.1.10",   KIND_PSS },
    { "pss-sha384",          "sha384", "1.2.840.113549.1.1.10",   KIND_PSS },
    { "pss-sha512",          "sha512", "1.2.840.113549.1.1.10",   KIND_PSS },
    { "ecdsa-sha1",          "sha1",   "1.2.840.10045.4.1",       KIND_EC },
    { "ecdsa-sha224",        "sha224", "1.2.840.10045.4.3.1",     KIND_EC },
    { "ecdsa-sha256",        "sha256", "1.2.840.10045.4.3.2",     KIND_EC },
    { "ecdsa-sha384",        "sha384", "1.2.840.10045.4.3.3",     KIND_EC },
    { "ecdsa-sha512",        "sha512", "1.2.840.10045.4.3.4",     KIND_EC },
    { "ecdsa-plain-sha1",    "sha1",   "0.4.0.127.0.7.1.1.4.1.1", KIND_EC_PLAIN },
    { "ecdsa-plain-sha224",  "sha224", "0.4.0.127.0.7.1.1.4.1.2", KIND_EC_PLAIN },
    { "ecdsa-plain-sha256",  "sha256", "0.4.0.127.0.7.1.1.4.1.3", KIND_EC_PLAIN },
    { "ecdsa-plain-sha384",  "sha384", "0.4.0.127.0.7.1.1.4.1.4", KIND_EC_PLAIN },
    { "ecdsa-plain-sha512",  "sha512", "0.4.0.127.0.7.1.1.4.1.5", KIND_EC_PLAIN },
    { "dsa-sha1",            "sha1",   "1.2.840.10040.4.3",       KIND_DSA },
    { "dsa-sha224",          "sha224", "2.16.840.1.101.3.4.3.1",  KIND_DSA },
    { "dsa-sha256",          "sha256", "2.16.840.1.101.3.4.3.2",  KIND_DSA },
};
static const struct { const char *name, *oid; } digests[] = {
    { "md5",    "1.2.840.113549.2.5" },
    { "sha1",   "1.3.14.3.2.26" },
    { "sha224", "2.16.840.1.101.3.4.2.4" },
    { "sha256", "2.16.840.1.101.3.4.2.1" },
    { "sha384", "2.16.840.1.101.3.4.2.2" },
    { "sha512", "2.16.840.1.101.3.4.2.3" },
};
/* clang-format on */

static const char *digest_oid(const char *digest)
{
    for (size_t i = 0; i < sizeof digests / sizeof *digests; i++)
        if (strcmp(digests[i].name, digest) == 0)
            return digests[i].oid;
    return NULL;
}

bool algo_knows_digest(const char *digest)
{
    return digest_oid(digest) != NULL;
}

static const EVP_MD *md_of(const char *digest)
{
    const EVP_MD *md = EVP_get_digestbyname(digest);

    if (md == NULL)
        quit(QUIT_DATA, "no hash is called %s", digest);
    return md;
}

static const char *automatic(EVP_PKEY *key)
{
    const int bits = EVP_PKEY_get_bits(key);

    if (EVP_PKEY_is_a(key, "RSA"))
        return "pss-sha256";
    if (EVP_PKEY_is_a(key, "DSA"))
        return "dsa-sha256";
    return bits < 256   ? "ecdsa-sha224"
           : bits < 384 ? "ecdsa-sha256"
           : bits < 512 ? "ecdsa-sha384"
                        : "ecdsa-sha512";
}

static bool fits_key(enum kind kind, EVP_PKEY *key)
{
    if (kind == KIND_RSA || kind == KIND_PSS)
        return EVP_PKEY_is_a(key, "RSA");
    return EVP_PKEY_is_a(key, kind == KIND_DSA ? "DSA" : "EC");
}

static const struct algo_row *row_of(const char *text)
{
    const size_t n = strcspn(text, ":");

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strlen(rows[i].name) == n && strncmp(rows[i].name, text, n) == 0)
            return &rows[i];
    return NULL;
}

/* "auto": what the CSCA signs with, where this key can do it too. */
static const char *resolved(const struct recipe *r, const char *name, EVP_PKEY *key)
{
    const char            *text = recipe_get(r, name), *csca = recipe_get(r, "csca.sign");
    const struct algo_row *row = row_of(csca);

    if (strcmp(text, "auto") != 0)
        return text;
    return row != NULL && fits_key(row->kind, key) ? csca : automatic(key);
}

struct algo_signature algo_signature_text(const struct recipe *r, const char *name,
                                          const char *text, EVP_PKEY *key)
{
    char                 *part = quit_text("%s", text);
    struct algo_signature s = { .row = row_of(part), .salt = -1 };

    if (s.row == NULL)
        recipe_refuse(r, name, "no such signature (docs/recipes.md lists them)");
    if (!fits_key(s.row->kind, key))
        recipe_refuse(r, name, "the signer's key is of another kind");
    s.digest = s.mgf = s.row->digest;
    strtok(part, ":");
    while ((part = strtok(NULL, ":")) != NULL) {
        if (s.row->kind == KIND_PSS && strncmp(part, "salt=", 5) == 0)
            s.salt = (int)strtol(part + 5, NULL, 10);
        else if (s.row->kind == KIND_PSS && strncmp(part, "mgf=", 4) == 0 &&
                 algo_knows_digest(part + 4))
            s.mgf = part + 4;
        else
            recipe_refuse(r, name, "after the name only :salt=N and :mgf=HASH, for pss");
    }
    return s;
}

struct algo_signature algo_signature(const struct recipe *r, const char *name, EVP_PKEY *key)
{
    return algo_signature_text(r, name, resolved(r, name, key), key);
}

void algo_put_digest(struct blob *out, const char *digest, bool null_parameters)
{
    const size_t mark = blob_open(out, 0x30);

    blob_oid(out, digest_oid(digest));
    if (null_parameters)
        blob_tlv(out, 0x05, NULL, 0);
    blob_close(out, mark);
}

/* RSASSA-PSS-params, RFC 4055 3.1: what equals the default is left out, as DER wants. */
static void put_pss(struct blob *out, const struct algo_signature *s)
{
    const size_t params = blob_open(out, 0x30);
    const int    salt = s->salt < 0 ? EVP_MD_get_size(md_of(s->digest)) : s->salt;
    size_t       mark;

    if (strcmp(s->digest, "sha1") != 0) {
        mark = blob_open(out, 0xA0);
        algo_put_digest(out, s->digest, true);
        blob_close(out, mark);
    }
    if (strcmp(s->mgf, "sha1") != 0) {
        mark = blob_open(out, 0xA1);
        const size_t mgf = blob_open(out, 0x30);

        blob_oid(out, "1.2.840.113549.1.1.8");
        algo_put_digest(out, s->mgf, true);
        blob_close(out, mgf);
        blob_close(out, mark);
    }
    if (salt != 20) {
        mark = blob_open(out, 0xA2);
        blob_int(out, salt);
        blob_close(out, mark);
    }
    blob_close(out, params);
}

void algo_put_identifier(struct blob *out, const struct algo_signature *s)
{
    const size_t mark = blob_open(out, 0x30);

    blob_oid(out, s->row->oid);
    if (s->row->kind == KIND_PSS)
        put_pss(out, s);
    else if (s->row->kind == KIND_RSA)
        blob_tlv(out, 0x05, NULL, 0);
    blob_close(out, mark);
}

/* r and s, each as long as the group's order (TR-03111 5.2.1). */
static void put_plain(struct blob *out, const uint8_t *der, size_t n, EVP_PKEY *key)
{
    const unsigned char *at = der;
    ECDSA_SIG           *sig = d2i_ECDSA_SIG(NULL, &at, (long)n);
    const int            octets = (EVP_PKEY_get_bits(key) + 7) / 8;
    uint8_t              both[2 * 66];

    if (sig == NULL || octets > 66 || BN_bn2binpad(ECDSA_SIG_get0_r(sig), both, octets) < 0 ||
        BN_bn2binpad(ECDSA_SIG_get0_s(sig), both + octets, octets) < 0)
        quit_openssl("plain ECDSA");
    ECDSA_SIG_free(sig);
    blob_put(out, both, 2 * (size_t)octets);
}

static void set_pss(EVP_PKEY_CTX *ctx, const struct algo_signature *s)
{
    if (EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) != 1 ||
        EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, s->salt < 0 ? RSA_PSS_SALTLEN_DIGEST : s->salt) !=
            1 ||
        EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, md_of(s->mgf)) != 1)
        quit_openssl("PSS");
}

void algo_sign(struct blob *out, const struct algo_signature *s, EVP_PKEY *key,
               const struct blob *message)
{
    EVP_MD_CTX   *ctx = EVP_MD_CTX_new();
    EVP_PKEY_CTX *pkey = NULL;
    uint8_t       value[1024];
    size_t        n = sizeof value;

    if (ctx == NULL || EVP_DigestSignInit(ctx, &pkey, md_of(s->digest), NULL, key) != 1)
        quit_openssl(s->row->name);
    if (s->row->kind == KIND_PSS)
        set_pss(pkey, s);
    if (EVP_DigestSign(ctx, value, &n, message->at, message->len) != 1)
        quit_openssl(s->row->name);
    EVP_MD_CTX_free(ctx);
    if (s->row->kind == KIND_EC_PLAIN)
        put_plain(out, value, n, key);
    else
        blob_put(out, value, n);
}

void algo_digest(struct blob *out, const char *digest, const void *bytes, size_t n)
{
    uint8_t  value[EVP_MAX_MD_SIZE];
    unsigned len = 0;

    if (EVP_Digest(bytes, n, value, &len, md_of(digest), NULL) != 1)
        quit_openssl(digest);
    blob_put(out, value, len);
}
