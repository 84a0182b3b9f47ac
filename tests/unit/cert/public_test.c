/*
 * public_test: every public certificate, read by us and by OpenSSL, field by field.
 *
 * Source: the master lists, PEM bundles, single certificates, document signers and PKD
 * entries under VERSO_SHARED.  Whatever is self-issued is verified by both.
 */
#include "cert/cert.h" /* before OpenSSL's, whose macros take the same names */

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "base/oid.h"
#include "peer.h"
#include "shared.h"

static struct {
    size_t met, distinct, rsa, ec, spelt_out, other_keys, self_issued, verified;
    size_t names, same_names;
} count;

enum { DISTINCT_MAX = 8192 };

static uint8_t seen[DISTINCT_MAX][32];

/* Every name once, with both ways to compare it. */
static struct {
    X509_NAME *theirs;
    uint8_t    ours[32];
} names[2 * DISTINCT_MAX];

static bool is_new(struct view der)
{
    uint8_t    digest[32];
    struct buf out = BUF(digest);

    EXPECT_CODE(hash(HASH_SHA256, &der, 1, &out), OK);
    for (size_t i = 0; i < count.distinct; i++) {
        if (memcmp(seen[i], digest, sizeof digest) == 0)
            return false;
    }
    EXPECT(count.distinct < DISTINCT_MAX);
    memcpy(seen[count.distinct++], digest, sizeof digest);
    return true;
}

static void same_name(struct view ours, X509_NAME *theirs)
{
    uint8_t       *der = NULL;
    const int      n = i2d_X509_NAME(theirs, &der);
    struct country c;
    char           text[8] = "";
    uint8_t        digest[32];
    struct buf     out = BUF(digest);

    EXPECT_BYTES(ours, view_of(der, (size_t)n));
    OPENSSL_free(der);
    if (X509_NAME_get_text_by_NID(theirs, NID_countryName, text, sizeof text) > 0) {
        EXPECT_CODE(name_country(ours, &c), OK);
        EXPECT(strcasecmp(c.text, text) == 0);
    }
    EXPECT_CODE(name_digest(ours, &out), OK);
    EXPECT(count.names < COUNT(names));
    names[count.names].theirs = X509_NAME_dup(theirs);
    memcpy(names[count.names++].ours, digest, sizeof digest);
}

static void same_number(struct view ours, EVP_PKEY *key, const char *param)
{
    BIGNUM *theirs = NULL, *n = BN_bin2bn(ours.ptr, (int)ours.len, NULL);

    EXPECT(EVP_PKEY_get_bn_param(key, param, &theirs) == 1);
    EXPECT(BN_cmp(theirs, n) == 0);
    BN_free(theirs);
    BN_free(n);
}

static void same_ec_key(const struct ec_key *ours, EVP_PKEY *theirs)
{
    const struct ec_domain *domain = ec_domain(ours->group);
    char                    name[80];
    struct view             x, y;

    EXPECT(domain != NULL);
    EXPECT(EVP_PKEY_get_utf8_string_param(theirs, OSSL_PKEY_PARAM_GROUP_NAME, name, sizeof name,
                                          NULL) == 1);
    EXPECT(OBJ_txt2nid(name) == OBJ_txt2nid(oid_dotted(domain->oid)));
    const size_t half = (ours->point.len - 1) / 2;

    EXPECT_CODE(view_sub(ours->point, 1, half, &x), OK);
    EXPECT_CODE(view_sub(ours->point, 1 + half, half, &y), OK);
    same_number(x, theirs, OSSL_PKEY_PARAM_EC_PUB_X);
    same_number(y, theirs, OSSL_PKEY_PARAM_EC_PUB_Y);
}

static void same_key(const struct public_key *ours, EVP_PKEY *theirs)
{
    const int kind = EVP_PKEY_get_base_id(theirs);

    if (kind == EVP_PKEY_RSA || kind == EVP_PKEY_RSA_PSS) {
        EXPECT(ours->kind == KEY_RSA);
        EXPECT(ours->bits == EVP_PKEY_get_bits(theirs));
        same_number(ours->rsa.n, theirs, OSSL_PKEY_PARAM_RSA_N);
        same_number(ours->rsa.e, theirs, OSSL_PKEY_PARAM_RSA_E);
        count.rsa++;
    } else if (kind == EVP_PKEY_EC) {
        EXPECT(ours->kind == KEY_EC);
        same_ec_key(&ours->ec, theirs);
        count.ec++;
        count.spelt_out += ours->spelt_out;
    } else {
        count.other_keys++;
    }
}

static void same_pss(const struct sig_alg *ours, const X509_ALGOR *theirs)
{
    const ASN1_STRING *params = theirs->parameter->value.sequence;
    const uint8_t     *at = ASN1_STRING_get0_data(params);
    RSA_PSS_PARAMS    *pss = d2i_RSA_PSS_PARAMS(NULL, &at, ASN1_STRING_length(params));
    int                md = NID_sha1;

    EXPECT(pss != NULL);
    if (pss->hashAlgorithm != NULL)
        md = OBJ_obj2nid(pss->hashAlgorithm->algorithm);
    EXPECT(hash_len(ours->hash) == (size_t)EVP_MD_get_size(EVP_get_digestbynid(md)));
    EXPECT(ours->salt_len == (pss->saltLength ? ASN1_INTEGER_get(pss->saltLength) : 20));
    RSA_PSS_PARAMS_free(pss);
}

static void same_alg(const struct sig_alg *ours, const X509_ALGOR *theirs)
{
    char dotted[80];

    EXPECT(ours->scheme != SCHEME_NONE);
    OBJ_obj2txt(dotted, sizeof dotted, theirs->algorithm, 1);
    if (strcmp(dotted, oid_dotted(ours->oid)) != 0)
        fail_msg("[%s] %s is not %s", expect_row, dotted, oid_dotted(ours->oid));
    if (OBJ_obj2nid(theirs->algorithm) == NID_rsassaPss)
        same_pss(ours, theirs);
}

static void same_usage(const struct cert *ours, X509 *theirs)
{
    ASN1_BIT_STRING *usage = X509_get_ext_d2i(theirs, NID_key_usage, NULL, NULL);

    EXPECT(ours->key_usage.present == (X509_get_ext_by_NID(theirs, NID_key_usage, -1) >= 0));
    for (int bit = 0; bit < 16; bit++)
        EXPECT((ours->key_usage.bits >> bit & 1) ==
               (usage != NULL && ASN1_BIT_STRING_get_bit(usage, bit)));
    ASN1_BIT_STRING_free(usage);
}

static void same_basic(const struct cert *ours, X509 *theirs)
{
    int                critical = -1;
    BASIC_CONSTRAINTS *basic = X509_get_ext_d2i(theirs, NID_basic_constraints, &critical, NULL);

    EXPECT(ours->basic.present == (basic != NULL));
    if (basic == NULL)
        return;
    EXPECT(ours->basic.ca == (basic->ca != 0));
    EXPECT(ours->basic.has_path_len == (basic->pathlen != NULL));
    if (basic->pathlen != NULL)
        EXPECT(ours->basic.path_len == ASN1_INTEGER_get(basic->pathlen));
    BASIC_CONSTRAINTS_free(basic);
}

static void same_period(const struct cert *ours, X509 *theirs)
{
    PKEY_USAGE_PERIOD *period = X509_get_ext_d2i(theirs, NID_private_key_usage_period, NULL, NULL);

    EXPECT(ours->use_from.s == (period && period->notBefore ? peer_seconds(period->notBefore) : 0));
    EXPECT(ours->use_until.s == (period && period->notAfter ? peer_seconds(period->notAfter) : 0));
    PKEY_USAGE_PERIOD_free(period);
}

static void same_extended(const struct cert *ours, X509 *theirs)
{
    EXTENDED_KEY_USAGE *all = X509_get_ext_d2i(theirs, NID_ext_key_usage, NULL, NULL);
    struct view         rest = ours->extended_key_usage, oid;

    for (int i = 0; all != NULL && i < sk_ASN1_OBJECT_num(all); i++) {
        const ASN1_OBJECT *one = sk_ASN1_OBJECT_value(all, i);

        EXPECT_CODE(der_oid(&rest, &oid), OK);
        EXPECT_BYTES(oid, view_of(OBJ_get0_data(one), OBJ_length(one)));
    }
    EXPECT(rest.len == 0);
    sk_ASN1_OBJECT_pop_free(all, ASN1_OBJECT_free);
}

static void same_extensions(const struct cert *ours, X509 *theirs)
{
    EXPECT_BYTES(ours->ski, peer_string(X509_get0_subject_key_id(theirs)));
    EXPECT_BYTES(ours->aki, peer_string(X509_get0_authority_key_id(theirs)));
    same_usage(ours, theirs);
    same_basic(ours, theirs);
    same_period(ours, theirs);
    same_extended(ours, theirs);
}

static void same_body(const struct cert *ours, X509 *theirs)
{
    const ASN1_BIT_STRING *signature;
    const X509_ALGOR      *alg;
    uint8_t               *spki = NULL;
    const int              n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(theirs), &spki);

    EXPECT(ours->version == (uint32_t)X509_get_version(theirs) + 1);
    peer_integer(ours->serial, X509_get0_serialNumber(theirs));
    same_name(ours->issuer, X509_get_issuer_name(theirs));
    same_name(ours->subject, X509_get_subject_name(theirs));
    EXPECT(ours->not_before.s == peer_seconds(X509_get0_notBefore(theirs)));
    EXPECT(ours->not_after.s == peer_seconds(X509_get0_notAfter(theirs)));
    EXPECT_BYTES(ours->spki, view_of(spki, (size_t)n));
    OPENSSL_free(spki);
    X509_get0_signature(&signature, &alg, theirs);
    EXPECT_BYTES(ours->signature, peer_string(signature));
    same_alg(&ours->sig_alg, alg);
}

/* What is self-issued is checked under its own key, and whatever comes out is the same. */
static void same_verdict(const struct cert *ours, X509 *theirs)
{
    enum result r = NOT_RUN;

    if (!cert_self_issued(ours))
        return;
    const bool good = X509_verify(theirs, X509_get0_pubkey(theirs)) == 1;

    EXPECT_CODE(cert_check(ours, &ours->key, &r, NULL), OK);
    if ((r == SUCCESSFUL) != good)
        fail_msg("[%s] self-signature: we say %s, OpenSSL says %d", expect_row, result_name(r),
                 good);
    count.self_issued++;
    count.verified += good;
}

static void compare(struct view der, const char *source)
{
    const uint8_t *at = der.ptr;
    struct cert    c;
    struct notes   notes = { .place = PLACE_CSCA };
    char           row[SHARED_PATH];

    count.met++;
    if (!is_new(der))
        return;
    snprintf(row, sizeof row, "%s, certificate %zu", source, count.distinct);
    ROW(row);
    X509 *x = d2i_X509(NULL, &at, (long)der.len);

    EXPECT(x != NULL);
    EXPECT_CODE(cert_read(der, &c, &notes), OK);
    EXPECT(!notes.overflow);
    EXPECT(!note_seen(&notes, NOTE_X509_TIME_UNREADABLE));
    same_body(&c, x);
    same_key(&c.key, X509_get0_pubkey(x));
    same_extensions(&c, x);
    same_verdict(&c, x);
    X509_free(x);
    ROW("");
}

/* A PEM bundle, an LDIF file, a SignedData, a bare CscaMasterList, a certificate: whatever
 * there is of them in the file. */
static void every_form(struct view file, const char *source)
{
    const struct view der = shared_unwrap(file);
    const uint8_t    *at = der.ptr;
    struct view       in = der, all;
    uint32_t          version;

    if (der.len == 0 || der.ptr[0] != 0x30) {
        shared_pem(file, source, compare);
        shared_ldif(file, "userCertificate", source, compare);
        shared_ldif(file, "cACertificate", source, compare);
        return;
    }
    CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &at, (long)der.len);

    if (cms != NULL)
        shared_cms(cms, source, compare);
    else if (der_expect(&in, DER_SEQUENCE, &all).code == OK && der_at(all, DER_SEQUENCE))
        compare(der, source);
    else if (der_u32(&all, &version).code == OK && der_at(all, DER_SET))
        shared_master_list(der, source, compare);
    CMS_ContentInfo_free(cms);
}

static void security_objects(struct view file, const char *source)
{
    if (strstr(source, "EF.SOD") != NULL || strstr(source, "_011D") != NULL)
        every_form(file, source);
}

static void certificates(void **state)
{
    static const char *const folders[] = { "masterlists", "certs", "ldif", "sods" };

    (void)state;
    for (size_t i = 0; i < COUNT(folders); i++)
        shared_files(folders[i], every_form);
    shared_files("chips", security_objects);
    printf("%zu certificates, %zu distinct: %zu RSA, %zu EC (%zu spelt out), %zu other keys; "
           "%zu self-issued, %zu of them verify\n",
           count.met, count.distinct, count.rsa, count.ec, count.spelt_out, count.other_keys,
           count.self_issued, count.verified);
    EXPECT(count.distinct > 1000 && count.spelt_out > 100 && count.verified > 500);
    EXPECT(count.other_keys == 0);
}

/* OpenSSL's canonical form folds ASCII only; ours folds more alphabets, never less. */
static void names_compare_alike(void **state)
{
    size_t more = 0;

    (void)state;
    for (size_t i = 0; i < count.names; i++) {
        for (size_t k = 0; k < i; k++) {
            const bool theirs = X509_NAME_cmp(names[i].theirs, names[k].theirs) == 0;
            const bool ours = memcmp(names[i].ours, names[k].ours, 32) == 0;

            EXPECT(ours || !theirs);
            more += ours && !theirs;
            count.same_names += ours;
        }
    }
    printf("%zu names: %zu pairs are the same, %zu of them for us alone\n", count.names,
           count.same_names, more);
    EXPECT(count.same_names > 1000);
}

static int free_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < count.names; i++)
        X509_NAME_free(names[i].theirs);
    return 0;
}

/* The longest real one, cut at every octet. */
static struct view longest;

static void keep_longest(struct view der, const char *source)
{
    (void)source;
    if (der.len <= longest.len)
        return;
    free((void *)(uintptr_t)longest.ptr);
    uint8_t *copy = malloc(der.len);

    memcpy(copy, der.ptr, der.len);
    longest = view_of(copy, der.len);
}

static void longest_of(struct view file, const char *source)
{
    if (strstr(source, "DE_ML_tananaev_2023") != NULL)
        shared_master_list(file, source, keep_longest);
}

static void every_prefix(void **state)
{
    (void)state;
    shared_files("masterlists", longest_of);
    EXPECT(longest.len > 1000);
    for (size_t n = 0; n < longest.len; n++) {
        uint8_t    *exact = malloc(n ? n : 1);
        struct cert c;

        memcpy(exact, longest.ptr, n);
        EXPECT_CODE(cert_read(view_of(exact, n), &c, NULL), E_TRUNCATED);
        free(exact);
    }
    free((void *)(uintptr_t)longest.ptr);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(certificates),
                                        cmocka_unit_test(names_compare_alike),
                                        cmocka_unit_test(every_prefix) };

    if (!shared_is_there())
        return 77;
    return cmocka_run_group_tests_name("cert.public", tests, NULL, free_names);
}
