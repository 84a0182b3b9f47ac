/* cvc: see cvc.h */
#include "cvc.h"

#include <string.h>

#include <openssl/core_names.h>

#include "domain.h"
#include "patch.h"
#include "place.h"
#include "quit.h"
#include "seeded.h"

/* clang-format off */
static const struct cvc_suite {
    const char *name, *signature, *oid;
} suites[] = {
    { "pkcs1-sha1",   "pkcs1-sha1",         "1.1" },
    { "pkcs1-sha256", "pkcs1-sha256",       "1.2" },
    { "pss-sha1",     "pss-sha1",           "1.3" },
    { "pss-sha256",   "pss-sha256",         "1.4" },
    { "pkcs1-sha512", "pkcs1-sha512",       "1.5" },
    { "pss-sha512",   "pss-sha512",         "1.6" },
    { "ecdsa-sha1",   "ecdsa-plain-sha1",   "2.1" },
    { "ecdsa-sha224", "ecdsa-plain-sha224", "2.2" },
    { "ecdsa-sha256", "ecdsa-plain-sha256", "2.3" },
    { "ecdsa-sha384", "ecdsa-plain-sha384", "2.4" },
    { "ecdsa-sha512", "ecdsa-plain-sha512", "2.5" },
};
/* clang-format on */

const struct cvc_suite *cvc_suite(const struct recipe *r, const char *key)
{
    for (size_t i = 0; i < sizeof suites / sizeof *suites; i++)
        if (recipe_is(r, key, suites[i].name))
            return &suites[i];
    recipe_refuse(r, key, "no such suite (docs/recipes.md lists them)");
}

const char *cvc_default_key(const struct cvc_suite *s)
{
    return s->oid[0] == '1' ? "rsa-2048" : "ec:brainpoolP256r1";
}

static void put_number(struct blob *out, unsigned tag, EVP_PKEY *key, const char *param)
{
    const size_t mark = blob_open(out, tag);

    domain_put_octets(out, key, param);
    blob_close(out, mark);
}

static void put_generator(struct blob *out, EVP_PKEY *key)
{
    uint8_t point[256];
    size_t  n;

    if (EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_EC_GENERATOR, point, sizeof point,
                                        &n) != 1)
        quit_openssl("generator");
    blob_tlv(out, 0x84, point, n);
}

static void put_ec(struct blob *out, EVP_PKEY *key, bool parameters)
{
    if (parameters) {
        put_number(out, 0x81, key, OSSL_PKEY_PARAM_EC_P);
        put_number(out, 0x82, key, OSSL_PKEY_PARAM_EC_A);
        put_number(out, 0x83, key, OSSL_PKEY_PARAM_EC_B);
        put_generator(out, key);
        put_number(out, 0x85, key, OSSL_PKEY_PARAM_EC_ORDER);
    }
    const size_t point = blob_open(out, 0x86);

    domain_put_point(out, key);
    blob_close(out, point);
    if (parameters)
        put_number(out, 0x87, key, OSSL_PKEY_PARAM_EC_COFACTOR);
}

static void put_key(struct blob *out, const struct cvc *c)
{
    const size_t mark = blob_open(out, 0x7F49);

    blob_oid(out, quit_text("0.4.0.127.0.7.2.2.2.%s", c->subject_suite->oid));
    if (EVP_PKEY_is_a(c->subject, "EC")) {
        put_ec(out, c->subject, c->parameters);
    } else {
        put_number(out, 0x81, c->subject, OSSL_PKEY_PARAM_RSA_N);
        put_number(out, 0x82, c->subject, OSSL_PKEY_PARAM_RSA_E);
    }
    blob_close(out, mark);
}

/* YYMMDD, a digit in each octet */
static void put_date(struct blob *out, unsigned tag, struct when w)
{
    const char  *digits = when_digits(w) + 2;
    const size_t mark = blob_open(out, tag);

    for (; *digits != '\0'; digits++)
        blob_u(out, (unsigned)(*digits - '0'), 1);
    blob_close(out, mark);
}

static void put_rights(struct blob *out, const struct recipe *r, const char *rights)
{
    const size_t mark = blob_open(out, 0x7F4C);
    struct blob  bits = { 0 };

    blob_oid(out, recipe_get(r, "ta.role"));
    if (!blob_hex(&bits, rights))
        quit(QUIT_DATA, "ta: rights %s: not hex", rights);
    blob_tlv(out, 0x53, bits.at, bits.len);
    blob_close(out, mark);
}

static void put_body(struct blob *out, const struct recipe *r, const struct cvc *c)
{
    const size_t mark = blob_open(out, 0x7F4E);

    blob_hex(out, "5F290100");
    blob_text(out, 0x42, c->car);
    put_key(out, c);
    blob_text(out, 0x5F20, c->chr);
    put_rights(out, r, c->rights);
    put_date(out, 0x5F25, c->from);
    put_date(out, 0x5F24, c->to);
    blob_close(out, mark);
}

/* Over the body as it stands, tag and length included. */
static void fill_signature(struct making *m, const struct cvc *c, struct blob *file)
{
    const struct algo_signature sign =
        algo_signature_text(&m->recipe, "ta.suite", c->issuer_suite->signature, c->issuer);
    struct blob  body = { 0 }, value = { 0 };
    struct place p;

    if (place_find(file, "7F21/*[0]", &p).code != OK)
        quit(QUIT_DATA, "%s: nothing left to sign", c->file);
    blob_put(&body, file->at + p.span[1].head, p.span[1].end - p.span[1].head);
    algo_sign(&value, &sign, c->issuer, &body);
    place_put_value(file, "7F21/5F37", &value);
}

void cvc_make(struct making *m, const struct cvc *c, struct blob *out)
{
    seeded_purpose(c->file);
    const size_t mark = blob_open(out, 0x7F21);

    put_body(out, &m->recipe, c);
    blob_hex(out, "5F3700");
    blob_close(out, mark);
    patch_run(m, c->file, "before-sign", out);
    fill_signature(m, c, out);
    patch_run(m, c->file, "after-sign", out);
}
