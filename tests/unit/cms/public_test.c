/*
 * public_test: every public SignedData (EF.SODs, master lists, lists of the BSI test PKI),
 * read and verified by us and by OpenSSL.
 *
 * Source: VERSO_SHARED, whose chips/truth.tsv and INDEX.md say which signatures are right;
 * the rows below repeat what they say where OpenSSL cannot follow.
 */
#include "cert/cert.h" /* before OpenSSL's, whose macros take the same names */

#include <openssl/cms.h>

#include "cms/signed_data.h"
#include "peer.h"
#include "shared.h"

/* By a part of the path.  Whatever is not here verifies under both, with a certificate that
 * the signer's identifier names. */
static const struct exception {
    const char  *path;
    enum result  sig;
    bool         openssl, named;
    enum note_id note;
} exceptions[] = {
    /* clang-format off */
    { "ICAO_ml_March2023",     SUCCESSFUL, false, true,  NOTE_DIGEST_INFO_NO_NULL },
    { "zkr_johnny-silverhand-rsa", SUCCESSFUL, false, false, NOTE_CMS_SIGNER_VERSION },
    { "zkr_johnny-silverhand-ecdsa", FAILED, false, false, NOTE_CMS_SIGNER_VERSION }, /* r || s */
    { "john-doe-us-tbs-700",   FAILED,     false, false, NOTE_CMS_SIGNER_VERSION },
    /* clang-format on */
};

static size_t read_count, certs_count;

static bool names_it(const struct signer_id *sid, const struct cert *c)
{
    return sid->ski.len != 0 ? view_eq(sid->ski, c->ski)
                             : view_eq(sid->serial, c->serial) && name_same(sid->issuer, c->issuer);
}

static void same_signer(const struct signed_data *sd, CMS_ContentInfo *cms)
{
    STACK_OF(CMS_SignerInfo) *all = CMS_get0_SignerInfos(cms);
    ASN1_OCTET_STRING *key_id = NULL;
    ASN1_INTEGER      *serial = NULL;
    X509_NAME         *issuer = NULL;
    X509_ALGOR        *digest, *sig;
    CMS_SignerInfo    *si = sk_CMS_SignerInfo_value(all, 0);
    char               dotted[80];

    EXPECT(sk_CMS_SignerInfo_num(all) == 1);
    EXPECT(CMS_SignerInfo_get0_signer_id(si, &key_id, &issuer, &serial) == 1);
    EXPECT_BYTES(sd->sid.ski, peer_string(key_id));
    if (serial != NULL)
        peer_integer(sd->sid.serial, serial);
    EXPECT((serial == NULL) == (sd->sid.serial.len == 0));
    EXPECT_BYTES(sd->signature, peer_string(CMS_SignerInfo_get0_signature(si)));
    CMS_SignerInfo_get0_algs(si, NULL, NULL, &digest, &sig);
    OBJ_obj2txt(dotted, sizeof dotted, sig->algorithm, 1);
    EXPECT(strcmp(dotted, oid_dotted(sd->sig_alg.oid)) == 0);
    EXPECT(hash_len(sd->digest_alg) ==
           (size_t)EVP_MD_get_size(EVP_get_digestbyobj(digest->algorithm)));
}

static void same_content(const struct signed_data *sd, CMS_ContentInfo *cms)
{
    const ASN1_OBJECT *type = CMS_get0_eContentType(cms);

    EXPECT_BYTES(sd->content_type, view_of(OBJ_get0_data(type), OBJ_length(type)));
    EXPECT_BYTES(sd->content, peer_string(*CMS_get0_content(cms)));
}

/* What the embedded certificates come to: under the one that is named, else under any. */
static enum result best_signature(const struct signed_data *sd, bool *named, struct notes *notes)
{
    struct view certs = sd->certificates, der;
    enum result best = NOT_RUN;

    *named = false;
    while (signed_data_next_cert(&certs, &der, notes).code == OK) {
        enum result digest, sig;
        struct cert c;

        certs_count++;
        EXPECT_CODE(cert_read(der, &c, NULL), OK);
        const bool it = names_it(&sd->sid, &c);

        EXPECT_CODE(signed_data_check(sd, &c.key, &digest, &sig, notes), OK);
        EXPECT(digest == SUCCESSFUL);
        if (it || (!*named && best != SUCCESSFUL))
            best = sig;
        *named = *named || it;
    }
    return best;
}

static const struct exception *exception_of(const char *source)
{
    static const struct exception usual = { "", SUCCESSFUL, true, true, NOTE_NONE };

    for (size_t i = 0; i < COUNT(exceptions); i++) {
        if (strstr(source, exceptions[i].path) != NULL)
            return &exceptions[i];
    }
    return &usual;
}

static void compare(struct view der, CMS_ContentInfo *cms, const char *source)
{
    const struct exception *want = exception_of(source);
    const unsigned          flags = CMS_NO_SIGNER_CERT_VERIFY | CMS_BINARY;
    struct signed_data      sd;
    struct notes            notes = { .place = PLACE_SOD };
    bool                    named;

    ROW(source);
    read_count++;
    EXPECT_CODE(signed_data_read(der, NULL, &sd, &notes), OK);
    EXPECT(sd.version == 3 && sd.has_attrs);
    same_content(&sd, cms);
    same_signer(&sd, cms);
    const enum result sig = best_signature(&sd, &named, &notes);

    if (sig != want->sig || named != want->named)
        fail_msg("[%s] %s, signer %s named", source, result_name(sig), named ? "is" : "is not");
    EXPECT(CMS_verify(cms, NULL, NULL, NULL, NULL, flags) == want->openssl);
    EXPECT(want->note == NOTE_NONE || note_seen(&notes, want->note));
    EXPECT(!note_seen(&notes, NOTE_SOD_BER));
}

static void each(struct view file, const char *source)
{
    const struct view der = shared_unwrap(file);
    const uint8_t    *at = der.ptr;
    CMS_ContentInfo  *cms = NULL;

    if (der.len != 0 && der.ptr[0] == DER_SEQUENCE)
        cms = d2i_CMS_ContentInfo(NULL, &at, (long)der.len);
    if (cms != NULL)
        compare(der, cms, source);
    CMS_ContentInfo_free(cms);
    ROW("");
}

static void everything(void **state)
{
    static const char *const folders[] = { "chips", "sods", "masterlists", "certs/eid_testbed" };

    (void)state;
    for (size_t i = 0; i < COUNT(folders); i++)
        shared_files(folders[i], each);
    printf("%zu SignedData, %zu certificates in them\n", read_count, certs_count);
    EXPECT(read_count >= 24); /* 5 of chips, 3 sods, 13 lists, 3 of the test PKI */
}

/* A real EF.SOD, cut at every octet. */
static void cut(struct view file, const char *source)
{
    const struct view whole = shared_unwrap(file);

    if (strstr(source, "bsi_tr03105_5/EF.SOD") == NULL)
        return;
    for (size_t n = 0; n < whole.len; n++) {
        uint8_t           *exact = malloc(n ? n : 1);
        struct signed_data sd;

        memcpy(exact, whole.ptr, n);
        EXPECT_CODE(signed_data_read(view_of(exact, n), NULL, &sd, NULL), E_TRUNCATED);
        free(exact);
    }
    read_count++;
}

static void every_prefix(void **state)
{
    const size_t before = read_count;

    (void)state;
    shared_files("chips", cut);
    EXPECT(read_count == before + 1);
}

static bool holds(struct view part, const uint8_t *at)
{
    return at >= part.ptr && at < part.ptr + part.len;
}

/* What a bit may be turned in without the digest and the signature failing: the certificate,
 * which is not looked at here, the signer's name, and what leaves a note. */
static void expect_excuse(const struct signed_data *good, const uint8_t *at,
                          const struct notes *notes)
{
    EXPECT(!holds(good->content, at) && !holds(good->content_type, at));
    EXPECT(!holds(good->signed_attrs, at) && !holds(good->signature, at));
    EXPECT(notes->n != 0 || holds(good->certificates, at) || holds(good->sid.issuer, at) ||
           holds(good->sid.serial, at));
}

static size_t flip_all(struct view whole, uint8_t *copy, const struct public_key *key)
{
    struct signed_data good, sd;
    size_t             passed = 0;

    EXPECT_CODE(signed_data_read(whole, NULL, &good, NULL), OK);
    for (size_t bit = 0; bit < 8 * whole.len; bit++) {
        enum result  digest = NOT_RUN, sig = NOT_RUN;
        struct notes notes = { .place = PLACE_SOD };

        copy[bit / 8] ^= (uint8_t)(1U << bit % 8);
        if (signed_data_read(view_of(copy, whole.len), NULL, &sd, &notes).code == OK)
            EXPECT_CODE(signed_data_check(&sd, key, &digest, &sig, NULL), OK);
        copy[bit / 8] ^= (uint8_t)(1U << bit % 8);
        if (digest != SUCCESSFUL || sig != SUCCESSFUL)
            continue;
        expect_excuse(&good, whole.ptr + bit / 8, &notes);
        passed++;
    }
    return passed;
}

static void flip(struct view file, const char *source)
{
    const struct view  whole = shared_unwrap(file);
    struct signed_data sd;
    struct cert        c;
    struct view        der;

    if (strstr(source, "bsi_tr03105_5/EF.SOD") == NULL)
        return;
    uint8_t *copy = malloc(whole.len);

    memcpy(copy, whole.ptr, whole.len);
    EXPECT_CODE(signed_data_read(whole, NULL, &sd, NULL), OK);
    EXPECT_CODE(signed_data_next_cert(&sd.certificates, &der, NULL), OK);
    EXPECT_CODE(cert_read(der, &c, NULL), OK);
    printf("%zu of %zu bits are not under the signature\n", flip_all(whole, copy, &c.key),
           8 * whole.len);
    read_count++;
    free(copy);
}

static void every_bit(void **state)
{
    const size_t before = read_count;

    (void)state;
    shared_files("chips", flip);
    EXPECT(read_count == before + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(everything),
                                        cmocka_unit_test(every_prefix),
                                        cmocka_unit_test(every_bit) };

    if (!shared_is_there())
        return 77;
    return cmocka_run_group_tests_name("cms.public", tests, NULL, NULL);
}
