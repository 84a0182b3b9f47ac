/* cvc_chip: see cvc_chip.h. */
#include "chip/cvc_chip.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include "base/tlv.h"

/* Behind id-TA: two arcs. */
static const struct suite_of_ta {
    const char *md;
    uint8_t     kind, number;
    bool        pss;
} suites[] = {
    /* clang-format off */
    { "SHA1",   1, 1, false },
    { "SHA256", 1, 2, false },
    { "SHA1",   1, 3, true },
    { "SHA256", 1, 4, true },
    { "SHA512", 1, 5, false },
    { "SHA512", 1, 6, true },
    { "SHA1",   2, 1, false },
    { "SHA224", 2, 2, false },
    { "SHA256", 2, 3, false },
    { "SHA384", 2, 4, false },
    { "SHA512", 2, 5, false },
    /* clang-format on */
};

static const struct suite_of_ta *suite_of(struct view oid)
{
    static const uint8_t id_ta[] = { 0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x02 };

    if (oid.len != sizeof id_ta + 2 || !view_eq(view_of(oid.ptr, sizeof id_ta), VIEW(id_ta)))
        return NULL;
    for (size_t i = 0; i < sizeof suites / sizeof *suites; i++)
        if (suites[i].kind == view_at(oid, sizeof id_ta) &&
            suites[i].number == view_at(oid, sizeof id_ta + 1))
            return &suites[i];
    return NULL;
}

/* YYMMDD, a digit in each byte (D.2.1.3). */
static struct err read_date(struct view v, uint32_t *out)
{
    uint32_t date = 20;

    CHECK(v.len == 6, E_MALFORMED);
    for (size_t i = 0; i < 6; i++) {
        CHECK(view_at(v, i) < 10, E_MALFORMED);
        date = date * 10 + view_at(v, i);
    }
    *out = date;
    return SUCCESS;
}

static struct err read_key(struct view v, struct cvc_chip *c)
{
    struct tlv t;

    TRY(tlv_expect(&v, 0x06, &c->oid));
    while (v.len != 0) {
        const bool rsa = c->n.len == 0 && c->oid.len > 8 && view_at(c->oid, 8) == 1;

        TRY(tlv_next(&v, &t));
        CHECK(t.value.len != 0, E_MALFORMED);
        if (t.tag == 0x81 && rsa)
            c->n = t.value;
        else if (t.tag == 0x82 && c->n.len != 0)
            c->e = t.value;
        else if (t.tag >= 0x81 && t.tag <= 0x85)
            c->domain[t.tag - 0x81] = t.value;
        else if (t.tag == 0x86)
            c->q = t.value;
        else if (t.tag == 0x87)
            c->f = t.value;
        else
            FAIL(E_UNEXPECTED);
    }
    return SUCCESS;
}

static struct err read_body(struct view v, struct cvc_chip *c)
{
    struct view profile, key, role, from, to, extensions;

    TRY(tlv_expect(&v, 0x5F29, &profile));
    CHECK(profile.len == 1 && view_at(profile, 0) == 0, E_UNEXPECTED);
    TRY(tlv_expect(&v, 0x42, &c->car));
    TRY(tlv_expect(&v, 0x7F49, &key));
    TRY(read_key(key, c));
    TRY(tlv_expect(&v, 0x5F20, &c->chr));
    CHECK(c->car.len <= CVC_CHIP_NAME && c->chr.len <= CVC_CHIP_NAME, E_TOO_LONG);
    TRY(tlv_expect(&v, 0x7F4C, &role));
    TRY(tlv_expect(&role, 0x06, &c->role));
    TRY(tlv_expect(&role, 0x53, &c->rights));
    TRY(tlv_end(role));
    CHECK(c->rights.len != 0, E_MALFORMED);
    TRY(tlv_expect(&v, 0x5F25, &from));
    TRY(tlv_expect(&v, 0x5F24, &to));
    TRY(read_date(from, &c->effective));
    TRY(read_date(to, &c->expiry));
    if (v.len != 0)
        TRY(tlv_expect(&v, 0x65, &extensions));
    return tlv_end(v);
}

struct err cvc_chip_parse(struct view content, struct cvc_chip *out)
{
    struct cvc_chip c = { 0 };
    struct tlv      body;

    TRY(tlv_next(&content, &body));
    CHECK(body.tag == 0x7F4E, E_UNEXPECTED);
    c.body = body.whole;
    TRY(read_body(body.value, &c));
    TRY(tlv_expect(&content, 0x5F37, &c.signature));
    TRY(tlv_end(content));
    *out = c;
    return SUCCESS;
}

/* A key out of named numbers (and, for EC, points), or NULL. */
static EVP_PKEY *assemble(const char *type, OSSL_PARAM_BLD *build)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    OSSL_PARAM   *params = OSSL_PARAM_BLD_to_param(build);
    EVP_PKEY     *key = NULL;

    if (ctx == NULL || params == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
        EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
        key = NULL;
    OSSL_PARAM_free(params);
    EVP_PKEY_CTX_free(ctx);
    return key;
}

/* Numbers live until the builder is done with them. */
struct numbers {
    OSSL_PARAM_BLD *build;
    BIGNUM         *all[6];
    size_t          count;
    bool            good;
};

static void number(struct numbers *n, const char *name, struct view v)
{
    BIGNUM *b = BN_bin2bn(v.ptr, (int)v.len, NULL);

    n->all[n->count++] = b;
    n->good = n->good && b != NULL && OSSL_PARAM_BLD_push_BN(n->build, name, b) == 1;
}

static void octets(struct numbers *n, const char *name, struct view v)
{
    n->good = n->good && OSSL_PARAM_BLD_push_octet_string(n->build, name, v.ptr, v.len) == 1;
}

static EVP_PKEY *finish(struct numbers *n, const char *type)
{
    EVP_PKEY *key = n->good ? assemble(type, n->build) : NULL;

    for (size_t i = 0; i < n->count; i++)
        BN_free(n->all[i]);
    OSSL_PARAM_BLD_free(n->build);
    return key;
}

static EVP_PKEY *rsa_key(const struct cvc_chip *c)
{
    struct numbers n = { .build = OSSL_PARAM_BLD_new(), .good = true };

    number(&n, OSSL_PKEY_PARAM_RSA_N, c->n);
    number(&n, OSSL_PKEY_PARAM_RSA_E, c->e);
    return finish(&n, "RSA");
}

static EVP_PKEY *own_domain(const struct cvc_chip *c)
{
    struct numbers n = { .build = OSSL_PARAM_BLD_new(), .good = true };

    n.good = OSSL_PARAM_BLD_push_utf8_string(n.build, OSSL_PKEY_PARAM_EC_FIELD_TYPE, "prime-field",
                                             0) == 1;
    number(&n, OSSL_PKEY_PARAM_EC_P, c->domain[0]);
    number(&n, OSSL_PKEY_PARAM_EC_A, c->domain[1]);
    number(&n, OSSL_PKEY_PARAM_EC_B, c->domain[2]);
    octets(&n, OSSL_PKEY_PARAM_EC_GENERATOR, c->domain[3]);
    number(&n, OSSL_PKEY_PARAM_EC_ORDER, c->domain[4]);
    number(&n, OSSL_PKEY_PARAM_EC_COFACTOR, c->f);
    octets(&n, OSSL_PKEY_PARAM_PUB_KEY, c->q);
    return finish(&n, "EC");
}

static EVP_PKEY *shared_domain(const struct cvc_chip *c, EVP_PKEY *domain)
{
    EVP_PKEY *key = EVP_PKEY_new();

    if (key != NULL && domain != NULL && EVP_PKEY_is_a(domain, "EC") &&
        EVP_PKEY_copy_parameters(key, domain) == 1 &&
        EVP_PKEY_set1_encoded_public_key(key, c->q.ptr, c->q.len) == 1)
        return key;
    EVP_PKEY_free(key);
    return NULL;
}

struct err cvc_chip_key(const struct cvc_chip *c, EVP_PKEY *domain, struct cvc_chip_key *out)
{
    const struct suite_of_ta *s = suite_of(c->oid);
    size_t                    given = c->f.len != 0;
    struct cvc_chip_key       k = { 0 };

    CHECK(s != NULL, E_UNSUPPORTED);
    for (size_t i = 0; i < 5; i++)
        given += c->domain[i].len != 0;
    k = (struct cvc_chip_key){ .md = s->md, .ec = s->kind == 2, .pss = s->pss };
    if (!k.ec)
        CHECK(c->n.len != 0 && c->e.len != 0 && c->q.len == 0 && given == 0, E_UNEXPECTED);
    else
        CHECK(c->q.len != 0 && (given == 0 || given == 6), E_UNEXPECTED);
    k.key = !k.ec ? rsa_key(c) : given != 0 ? own_domain(c) : shared_domain(c, domain);
    CHECK(k.key != NULL, E_UNEXPECTED);
    *out = k;
    return SUCCESS;
}

/* r and s side by side into what libcrypto takes; the caller frees it.  NULL: other lengths. */
static uint8_t *to_der(EVP_PKEY *key, struct view plain, size_t *len)
{
    const size_t half = ((size_t)EVP_PKEY_get_bits(key) + 7) / 8;
    ECDSA_SIG   *sig = ECDSA_SIG_new();
    uint8_t     *der = NULL;
    int          n = -1;

    if (sig != NULL && plain.len == 2 * half &&
        ECDSA_SIG_set0(sig, BN_bin2bn(plain.ptr, (int)half, NULL),
                       BN_bin2bn(plain.ptr + half, (int)half, NULL)) == 1)
        n = i2d_ECDSA_SIG(sig, &der);
    ECDSA_SIG_free(sig);
    *len = n > 0 ? (size_t)n : 0;
    return n > 0 ? der : NULL;
}

bool cvc_chip_good(const struct cvc_chip_key *key, struct view data, struct view signature)
{
    EVP_MD_CTX   *ctx = EVP_MD_CTX_new();
    EVP_PKEY_CTX *way = NULL;
    size_t        len = signature.len;
    uint8_t      *der = key->ec ? to_der(key->key, signature, &len) : NULL;
    bool          good = ctx != NULL && (!key->ec || der != NULL) &&
                EVP_DigestVerifyInit_ex(ctx, &way, key->md, NULL, NULL, key->key, NULL) == 1;

    if (good && key->pss)
        good = EVP_PKEY_CTX_set_rsa_padding(way, RSA_PKCS1_PSS_PADDING) == 1 &&
               EVP_PKEY_CTX_set_rsa_pss_saltlen(way, RSA_PSS_SALTLEN_DIGEST) == 1;
    good =
        good && EVP_DigestVerify(ctx, key->ec ? der : signature.ptr, len, data.ptr, data.len) == 1;
    OPENSSL_free(der);
    EVP_MD_CTX_free(ctx);
    return good;
}
