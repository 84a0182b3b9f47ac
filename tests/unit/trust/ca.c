/* ca: see ca.h. */
#include "ca.h"

#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

/* Tests end with their process and leave what OpenSSL made to it. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "detect_leaks=0";
}

static void must(bool good)
{
    if (!good)
        abort();
}

EVP_PKEY *ca_key(const char *kind, unsigned number)
{
    enum { KEYS = 32 };
    static EVP_PKEY *drawn[KEYS];

    must(number < KEYS);
    if (drawn[number] == NULL)
        drawn[number] = strcmp(kind, "RSA") == 0 ? EVP_RSA_gen(2048) : EVP_EC_gen(kind);
    must(drawn[number] != NULL);
    return drawn[number];
}

struct moment ca_year(int year)
{
    return date_begins((struct date){ (uint16_t)year, 1, 1 });
}

static ASN1_TIME *asn1_year(int year)
{
    char       text[32];
    ASN1_TIME *t = ASN1_TIME_new();

    snprintf(text, sizeof text, "%04d0101000000Z", year);
    must(ASN1_TIME_set_string_X509(t, text)); /* UTCTime where RFC 5280 wants it */
    return t;
}

static X509_NAME *make_name(struct ca_name n)
{
    const int  type = n.utf8 ? V_ASN1_UTF8STRING : V_ASN1_PRINTABLESTRING;
    X509_NAME *name = X509_NAME_new();

    if (n.c != NULL)
        must(X509_NAME_add_entry_by_txt(name, "C", type, (const unsigned char *)n.c, -1, -1, 0));
    must(X509_NAME_add_entry_by_txt(name, "CN", type, (const unsigned char *)n.cn, -1, -1, 0));
    return name;
}

static ASN1_OCTET_STRING *octets(const char *text)
{
    ASN1_OCTET_STRING *o = ASN1_OCTET_STRING_new();

    must(ASN1_OCTET_STRING_set(o, (const unsigned char *)text, (int)strlen(text)));
    return o;
}

static void add_key_ids(X509 *x, const struct ca_cert *c)
{
    if (c->ski != NULL)
        must(X509_add1_ext_i2d(x, NID_subject_key_identifier, octets(c->ski), 0, 0));
    if (c->aki != NULL) {
        AUTHORITY_KEYID *aki = AUTHORITY_KEYID_new();

        aki->keyid = octets(c->aki);
        must(X509_add1_ext_i2d(x, NID_authority_key_identifier, aki, 0, 0));
    }
}

static void add_by_text(X509 *x, int nid, const char *text)
{
    X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, nid, text);

    must(e != NULL && X509_add_ext(x, e, -1));
}

static struct view as_der(unsigned char *der, int len)
{
    must(len > 0);
    return view_of(der, (size_t)len);
}

struct view ca_make(const struct ca_cert *c)
{
    X509          *x = X509_new();
    unsigned char *der = NULL;
    int            len;

    must(X509_set_version(x, X509_VERSION_3));
    must(ASN1_INTEGER_set(X509_get_serialNumber(x), c->serial ? c->serial : 1));
    must(X509_set_subject_name(x, make_name(c->subject)));
    must(X509_set_issuer_name(x, make_name(c->issuer)));
    must(X509_set1_notBefore(x, asn1_year(c->from)));
    must(X509_set1_notAfter(x, asn1_year(c->until)));
    must(X509_set_pubkey(x, c->key));
    if (c->ca && !c->silent)
        add_by_text(x, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    if (!c->silent)
        add_by_text(x, NID_key_usage,
                    c->ca ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature");
    if (c->eku != NULL)
        add_by_text(x, NID_ext_key_usage, c->eku);
    add_key_ids(x, c);
    must(X509_sign(x, c->signer, EVP_sha256()) > 0);
    len = i2d_X509(x, &der);
    return as_der(der, len);
}

static void add_critical(X509_CRL *crl, const char *oid)
{
    static const unsigned char one[] = { 2, 1, 1 };
    ASN1_OCTET_STRING         *value = ASN1_OCTET_STRING_new();

    must(ASN1_OCTET_STRING_set(value, one, sizeof one));
    must(X509_CRL_add_ext(crl, X509_EXTENSION_create_by_OBJ(NULL, OBJ_txt2obj(oid, 1), 1, value),
                          -1));
}

struct view ca_make_critical_crl(const struct ca_crl *c, const char *oid)
{
    X509_CRL      *crl = X509_CRL_new();
    unsigned char *der = NULL;
    int            len;

    must(X509_CRL_set_version(crl, X509_CRL_VERSION_2));
    must(X509_CRL_set_issuer_name(crl, make_name(c->issuer)));
    must(X509_CRL_set1_lastUpdate(crl, asn1_year(c->from)));
    if (c->until != 0)
        must(X509_CRL_set1_nextUpdate(crl, asn1_year(c->until)));
    for (size_t i = 0; i < 4 && c->serial[i] != 0; i++) {
        X509_REVOKED *r = X509_REVOKED_new();
        ASN1_INTEGER *serial = ASN1_INTEGER_new();

        must(ASN1_INTEGER_set(serial, c->serial[i]));
        must(X509_REVOKED_set_serialNumber(r, serial));
        must(X509_REVOKED_set_revocationDate(r, asn1_year(c->from)));
        must(X509_CRL_add0_revoked(crl, r));
    }
    if (oid != NULL)
        add_critical(crl, oid);
    must(X509_CRL_sign(crl, c->signer, EVP_sha256()) > 0);
    len = i2d_X509_CRL(crl, &der);
    return as_der(der, len);
}

struct view ca_make_crl(const struct ca_crl *c)
{
    return ca_make_critical_crl(c, NULL);
}
