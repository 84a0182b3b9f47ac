/*
 * public_crl_test: the public CRLs, read by us and by OpenSSL, field by field.
 *
 * Source: the CRLs under VERSO_SHARED, and the CSCA certificates there that issued them.
 */
#include "cert/crl.h" /* before OpenSSL's, whose macros take the same names */

#include <openssl/x509v3.h>

#include "peer.h"
#include "shared.h"

static struct {
    const struct crl *ours;
    X509_CRL         *theirs;
    size_t            tried, good;
} issuers;

static void try_issuer(struct view der, const char *source)
{
    const uint8_t *at = der.ptr;
    X509          *x = d2i_X509(NULL, &at, (long)der.len);
    struct cert    c;
    enum result    r;

    (void)source;
    EXPECT(x != NULL);
    EXPECT_CODE(cert_read(der, &c, NULL), OK);
    if (name_same(c.subject, issuers.ours->issuer)) {
        const bool good = X509_CRL_verify(issuers.theirs, X509_get0_pubkey(x)) == 1;

        EXPECT_CODE(crl_check(issuers.ours, &c.key, &r, NULL), OK);
        EXPECT((r == SUCCESSFUL) == good);
        issuers.tried++;
        issuers.good += good;
    }
    X509_free(x);
}

static void each_list(struct view file, const char *source)
{
    if (strstr(source, "DE_ML_2026") == NULL && strstr(source, "csca/IT_") == NULL)
        return;
    if (strstr(source, ".cer") != NULL) {
        try_issuer(file, source);
        return;
    }
    const uint8_t   *at = file.ptr;
    CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &at, (long)file.len);

    shared_cms(cms, source, try_issuer);
    CMS_ContentInfo_free(cms);
}

static void same_entries(const struct crl *ours, X509_CRL *theirs)
{
    STACK_OF(X509_REVOKED) *all = X509_CRL_get_REVOKED(theirs);
    struct view    rest = ours->revoked;
    struct revoked r;

    for (int i = 0; i < sk_X509_REVOKED_num(all); i++) {
        const X509_REVOKED *one = sk_X509_REVOKED_value(all, i);
        ASN1_ENUMERATED    *reason = X509_REVOKED_get_ext_d2i(one, NID_crl_reason, NULL, NULL);

        EXPECT_CODE(crl_next(&rest, &r), OK);
        peer_integer(r.serial, X509_REVOKED_get0_serialNumber(one));
        EXPECT(r.when.s == peer_seconds(X509_REVOKED_get0_revocationDate(one)));
        EXPECT(r.reason == (reason ? ASN1_ENUMERATED_get(reason) : 0));
        ASN1_ENUMERATED_free(reason);
    }
    EXPECT_CODE(crl_next(&rest, &r), E_TRUNCATED);
}

static void compare_crl(struct view file, const char *source)
{
    const uint8_t   *at = file.ptr;
    X509_CRL        *theirs = d2i_X509_CRL(NULL, &at, (long)file.len);
    AUTHORITY_KEYID *aki;
    struct crl       ours;
    struct notes     notes = { .place = PLACE_CRL };
    uint8_t         *name = NULL;
    int              n;

    ROW(source);
    EXPECT(theirs != NULL);
    EXPECT_CODE(crl_read(file, &ours, &notes), OK);
    n = i2d_X509_NAME(X509_CRL_get_issuer(theirs), &name);
    EXPECT_BYTES(ours.issuer, view_of(name, (size_t)n));
    OPENSSL_free(name);
    EXPECT(ours.this_update.s == peer_seconds(X509_CRL_get0_lastUpdate(theirs)));
    EXPECT(ours.next_update.s == peer_seconds(X509_CRL_get0_nextUpdate(theirs)));
    aki = X509_CRL_get_ext_d2i(theirs, NID_authority_key_identifier, NULL, NULL);
    EXPECT_BYTES(ours.aki, peer_string(aki ? aki->keyid : NULL));
    AUTHORITY_KEYID_free(aki);
    same_entries(&ours, theirs);
    issuers.ours = &ours;
    issuers.theirs = theirs;
    issuers.tried = issuers.good = 0;
    shared_files("masterlists", each_list);
    shared_files("certs/csca", each_list);
    printf("%s: %zu issuers tried, %zu verify it\n", source, issuers.tried, issuers.good);
    EXPECT(issuers.good > 0);
    X509_CRL_free(theirs);
}

static void crls(void **state)
{
    (void)state;
    shared_files("crl", compare_crl);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(crls) };

    if (!shared_is_there())
        return 77;
    return cmocka_run_group_tests_name("cert.public_crl", tests, NULL, NULL);
}
