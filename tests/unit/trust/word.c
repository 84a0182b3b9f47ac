/* word: see word.h. */
#include "word.h"

#include <ctype.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>

#include "expect.h"

void word_country(X509 *x, char *out)
{
    char *p = out;

    strcpy(out, "-");
    X509_NAME_get_text_by_NID(X509_get_subject_name(x), NID_countryName, out, 4);
    for (; *p; p++)
        *p = (char)toupper(*p);
}

static const char *digest_name(int nid)
{
    switch (nid) {
    case NID_sha1:
        return "SHA-1";
    case NID_sha256:
        return "SHA-256";
    case NID_sha384:
        return "SHA-384";
    case NID_sha512:
        return "SHA-512";
    default:
        return "?";
    }
}

/* OpenSSL's reading of the signature algorithm, in our words. */
void word_algorithm(X509 *x, char *out, size_t cap)
{
    const X509_ALGOR *alg;
    RSA_PSS_PARAMS   *pss;
    int               md, pk;
    long              salt = 20;

    X509_get0_signature(NULL, &alg, x);
    if (OBJ_obj2nid(alg->algorithm) != NID_rsassaPss) {
        EXPECT(OBJ_find_sigid_algs(OBJ_obj2nid(alg->algorithm), &md, &pk) == 1);
        snprintf(out, cap, "%s %s", pk == NID_rsaEncryption ? "RSA" : "ECDSA", digest_name(md));
        return;
    }
    pss = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(RSA_PSS_PARAMS), alg->parameter);
    EXPECT(pss != NULL);
    if (pss->saltLength != NULL)
        salt = ASN1_INTEGER_get(pss->saltLength);
    md = pss->hashAlgorithm ? OBJ_obj2nid(pss->hashAlgorithm->algorithm) : NID_sha1;
    snprintf(out, cap, "RSASSA-PSS %s salt %ld", digest_name(md), salt);
    RSA_PSS_PARAMS_free(pss);
}

static void curve_name(const char *openssl, char *out, size_t cap)
{
    snprintf(out, cap, "%s", strcmp(openssl, "prime256v1") == 0 ? "secp256r1" : openssl);
}

/* The key; and of an EC key the curve and how it was given, else an empty text. */
void word_key(X509 *x, char *key, char *curve, size_t cap)
{
    EVP_PKEY *pkey = X509_get0_pubkey(x);
    BIGNUM   *e = NULL;
    char      group[64] = "", form[64] = "";

    EXPECT(pkey != NULL);
    curve[0] = '\0';
    if (EVP_PKEY_is_a(pkey, "RSA")) {
        EXPECT(EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_E, &e) == 1);
        snprintf(key, cap, "RSA-%d", EVP_PKEY_get_bits(pkey));
        if (!BN_is_word(e, 65537))
            snprintf(key + strlen(key), cap - strlen(key), " e=%s", BN_bn2dec(e));
        BN_free(e);
        return;
    }
    EXPECT(EVP_PKEY_is_a(pkey, "EC"));
    EVP_PKEY_get_utf8_string_param(pkey, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group, NULL);
    EVP_PKEY_get_utf8_string_param(pkey, OSSL_PKEY_PARAM_EC_ENCODING, form, sizeof form, NULL);
    curve_name(group, key, cap);
    snprintf(curve, cap, "%s %s", key, strcmp(form, "explicit") == 0 ? "explicit" : "named");
}

static bool issuer_here(X509 *const *all, uint32_t n, uint32_t i)
{
    char own[4], other[4];

    word_country(all[i], own);
    for (int pass = 0; pass < 2; pass++) /* the same country first: it is nearly always there */
        for (uint32_t k = 0; k < n; k++) {
            word_country(all[k], other);
            if (k != i && (pass == 0) == (strcmp(own, other) == 0) &&
                X509_verify(all[i], X509_get0_pubkey(all[k])) == 1)
                return true;
        }
    return false;
}

/* Names that differ for OpenSSL in string type only: equal to the eye (ES, PH). */
static bool same_to_the_eye(const X509_NAME *a, const X509_NAME *b)
{
    char *x = X509_NAME_oneline(a, NULL, 0), *y = X509_NAME_oneline(b, NULL, 0);
    bool  same = strcasecmp(x, y) == 0;

    OPENSSL_free(x);
    OPENSSL_free(y);
    return same;
}

const char *word_link(X509 *const *all, uint32_t n, uint32_t i)
{
    X509 *x = all[i];

    if (X509_verify(x, X509_get0_pubkey(x)) == 1)
        return "self-signed";
    if (!issuer_here(all, n, i))
        return "link, issuer not here";
    if (X509_NAME_cmp(X509_get_subject_name(x), X509_get_issuer_name(x)) == 0)
        return "link";
    if (!same_to_the_eye(X509_get_subject_name(x), X509_get_issuer_name(x)))
        return "link to another name";
    printf("  one name in two forms: anchor %u\n", i);
    return "link";
}
