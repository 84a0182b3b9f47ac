/* domain: see domain.h */
#include "domain.h"

#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/x509.h>

#include "place.h"
#include "quit.h"

/* clang-format off */
static const struct { long id; const char *name; } domains[] = {
    { 0,  "dh_1024_160" },     { 1,  "dh_2048_224" },     { 2,  "dh_2048_256" },
    { 8,  "prime192v1" },      { 9,  "brainpoolP192r1" }, { 10, "secp224r1" },
    { 11, "brainpoolP224r1" }, { 12, "prime256v1" },      { 13, "brainpoolP256r1" },
    { 14, "brainpoolP320r1" }, { 15, "secp384r1" },       { 16, "brainpoolP384r1" },
    { 17, "brainpoolP512r1" }, { 18, "secp521r1" },
};
/* clang-format on */

const char *domain_name(long id)
{
    for (size_t i = 0; i < sizeof domains / sizeof *domains; i++)
        if (domains[i].id == id)
            return domains[i].name;
    return NULL;
}

char *domain_key_name(long id)
{
    return quit_text("%s:%s", id < 3 ? "dh" : "ec", domain_name(id));
}

long domain_id(EVP_PKEY *key)
{
    char name[64];

    if (EVP_PKEY_get_group_name(key, name, sizeof name, NULL) != 1)
        return -1;
    for (size_t i = 0; i < sizeof domains / sizeof *domains; i++)
        if (strcmp(domains[i].name, name) == 0)
            return domains[i].id;
    return -1;
}

void domain_put_octets(struct blob *out, EVP_PKEY *key, const char *param)
{
    BIGNUM *n = NULL;
    uint8_t octets[1024];

    if (EVP_PKEY_get_bn_param(key, param, &n) != 1 || BN_num_bytes(n) > (int)sizeof octets)
        quit_openssl(param);
    blob_put(out, octets, (size_t)BN_bn2bin(n, octets));
    BN_free(n);
}

void domain_put_integer(struct blob *out, EVP_PKEY *key, const char *param)
{
    struct blob octets = { 0 };

    domain_put_octets(&octets, key, param);
    const size_t mark = blob_open(out, 0x02);

    if (octets.len == 0 || octets.at[0] & 0x80)
        blob_u(out, 0, 1);
    blob_add(out, &octets);
    blob_close(out, mark);
}

void domain_put_point(struct blob *out, EVP_PKEY *key)
{
    uint8_t point[256];
    size_t  n;

    if (EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point, &n) != 1)
        quit_openssl("point");
    blob_put(out, point, n);
}

static void put_dh_parameters(struct blob *out, EVP_PKEY *key, bool with_q)
{
    const size_t mark = blob_open(out, 0x30);

    domain_put_integer(out, key, OSSL_PKEY_PARAM_FFC_P);
    domain_put_integer(out, key, OSSL_PKEY_PARAM_FFC_G);
    if (with_q)
        domain_put_integer(out, key, OSSL_PKEY_PARAM_FFC_Q);
    blob_close(out, mark);
}

static bool put_dh_identifier(struct blob *out, EVP_PKEY *key, const char *form)
{
    const bool   pkcs3 = strcmp(form, "pkcs3") == 0;
    const size_t mark = blob_open(out, 0x30);

    blob_oid(out, pkcs3 ? "1.2.840.113549.1.3.1" : "1.2.840.10046.2.1");
    put_dh_parameters(out, key, !pkcs3);
    blob_close(out, mark);
    return pkcs3 || strcmp(form, "x942") == 0 || strcmp(form, "explicit") == 0;
}

/* As OpenSSL writes it. */
static bool put_ec_identifier(struct blob *out, EVP_PKEY *key, const char *form)
{
    const bool     by_value = strcmp(form, "explicit") == 0;
    unsigned char *der = NULL;
    struct blob    spki = { 0 };
    struct place   p;

    if (!by_value && strcmp(form, "named") != 0)
        return false;
    if (EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_ENCODING,
                                       by_value ? "explicit" : "named_curve") != 1)
        quit_openssl(form);
    const int n = i2d_PUBKEY(key, &der);

    blob_put(&spki, der, n > 0 ? (size_t)n : 0);
    OPENSSL_free(der);
    if (place_find(&spki, "30/30", &p).code != OK)
        quit(QUIT_SOFTWARE, "a public key without AlgorithmIdentifier");
    blob_put(out, spki.at + p.span[1].head, p.span[1].end - p.span[1].head);
    return true;
}

/* SEQUENCE { standardizedDomainParameters, INTEGER } */
static bool put_standard(struct blob *out, long id)
{
    if (id < 0)
        return false;
    const size_t mark = blob_open(out, 0x30);

    blob_oid(out, "0.4.0.127.0.7.1.2");
    blob_int(out, id);
    blob_close(out, mark);
    return true;
}

bool domain_put_identifier(struct blob *out, EVP_PKEY *key, const char *form)
{
    struct blob whole = { 0 };
    bool        good;

    if (strcmp(form, "standard") == 0)
        good = put_standard(&whole, domain_id(key));
    else if (EVP_PKEY_is_a(key, "EC"))
        good = put_ec_identifier(&whole, key, form);
    else
        good = put_dh_identifier(&whole, key, form);
    if (good)
        blob_add(out, &whole);
    return good;
}

bool domain_put_public(struct blob *out, EVP_PKEY *key, const char *form)
{
    const size_t all = blob_open(out, 0x30);

    if (!domain_put_identifier(out, key, form)) {
        out->len = all - 1;
        return false;
    }
    const size_t bits = blob_open(out, 0x03);

    blob_u(out, 0, 1); /* no unused bits */
    if (EVP_PKEY_is_a(key, "EC"))
        domain_put_point(out, key);
    else
        domain_put_integer(out, key, OSSL_PKEY_PARAM_PUB_KEY);
    blob_close(out, bits);
    blob_close(out, all);
    return true;
}
