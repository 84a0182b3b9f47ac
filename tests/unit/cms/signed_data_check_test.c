/*
 * signed_data_check_test: one security object under every way that documents are signed, and
 * attributes out of order.
 *
 * Rows are the cases of TR-03105-5.1; keys and signatures are OpenSSL's.
 */
#include "cms/signed_data.h"

#include "sod.h"

#define NONE   "" /* the AlgorithmIdentifier that OpenSSL writes */
#define RSA    "30{ 06{2A864886F70D010101} 0500 }"
#define SHA224 "30{ 06{608648016503040204} }"
#define SHA384 "30{ 06{608648016503040202} }"
#define SHA512 "30{ 06{608648016503040203} }"

enum kind { KIND_RSA, KIND_EC, KIND_BP224, KIND_DSA, KINDS };

static EVP_PKEY         *keys[KINDS];
static struct public_key publics[KINDS];

static const struct {
    const char       *name;
    enum kind         kind;
    struct signer_way way;
    const char       *digest, *md; /* digestAlgorithm, and its name */
    const char       *alg;
} ways[] = {
    /* clang-format off */
    { "LDS_H_01 PKCS#1 SHA-1",     KIND_RSA, { "SHA1", 0, 0, NULL },   SHA1,   "SHA1",   NONE },
    { "LDS_H_03 PSS SHA-256",      KIND_RSA, { "SHA256", RSA_PKCS1_PSS_PADDING, 32, "SHA256" }, SHA256, "SHA256", NONE },
    { "LDS_H_04 PKCS#1 SHA-224",   KIND_RSA, { "SHA224", 0, 0, NULL }, SHA224, "SHA224", NONE },
    { "LDS_H_05 PKCS#1 SHA-256",   KIND_RSA, { "SHA256", 0, 0, NULL }, SHA256, "SHA256", NONE },
    { "LDS_H_06 PKCS#1 SHA-384",   KIND_RSA, { "SHA384", 0, 0, NULL }, SHA384, "SHA384", NONE },
    { "LDS_H_07 PKCS#1 SHA-512",   KIND_RSA, { "SHA512", 0, 0, NULL }, SHA512, "SHA512", NONE },
    { "LDS_H_97 DSA SHA-224",      KIND_DSA, { "SHA224", 0, 0, NULL }, SHA224, "SHA224", NONE },
    { "LDS_H_98 DSA SHA-256",      KIND_DSA, { "SHA256", 0, 0, NULL }, SHA256, "SHA256", NONE },
    { "LDS_H_09 ECDSA SHA-1",      KIND_BP224, { "SHA1", 0, 0, NULL }, SHA1,   "SHA1",   NONE },
    { "LDS_H_70 ECDSA SHA-224",    KIND_BP224, { "SHA224", 0, 0, NULL }, SHA224, "SHA224", NONE },
    { "LDS_H_73 ECDSA SHA-512",    KIND_EC,  { "SHA512", 0, 0, NULL }, SHA512, "SHA512", NONE },
    { "LDS_H_75 digest SHA-224, PSS SHA-256", KIND_RSA, { "SHA256", RSA_PKCS1_PSS_PADDING, 32, "SHA256" }, SHA224, "SHA224", NONE },
    { "E4 digest SHA-512, PKCS#1 SHA-256", KIND_RSA, { "SHA256", 0, 0, NULL }, SHA512, "SHA512", NONE },
    { "LDS_H_79 rsaEncryption SHA-1",   KIND_RSA, { "SHA1", 0, 0, NULL },   SHA1,   "SHA1",   RSA },
    { "LDS_H_80 rsaEncryption SHA-224", KIND_RSA, { "SHA224", 0, 0, NULL }, SHA224, "SHA224", RSA },
    { "LDS_H_81 rsaEncryption SHA-256", KIND_RSA, { "SHA256", 0, 0, NULL }, SHA256, "SHA256", RSA },
    { "LDS_H_82 rsaEncryption SHA-384", KIND_RSA, { "SHA384", 0, 0, NULL }, SHA384, "SHA384", RSA },
    { "LDS_H_83 rsaEncryption SHA-512", KIND_RSA, { "SHA512", 0, 0, NULL }, SHA512, "SHA512", RSA },
    { "LDS_H_94 PSS SHA-224",      KIND_RSA, { "SHA224", RSA_PKCS1_PSS_PADDING, 28, "SHA224" }, SHA224, "SHA224", NONE },
    { "LDS_H_95 PSS SHA-384",      KIND_RSA, { "SHA384", RSA_PKCS1_PSS_PADDING, 48, "SHA384" }, SHA384, "SHA384", NONE },
    { "E8 PSS SHA-256, salt 64",   KIND_RSA, { "SHA256", RSA_PKCS1_PSS_PADDING, 64, "SHA256" }, SHA256, "SHA256", NONE },
    /* clang-format on */
};

static void to_hex(struct view v, char *out)
{
    *out = '\0';
    for (size_t i = 0; i < v.len; i++)
        sprintf(out + 2 * i, "%02X", v.ptr[i]);
}

/* The usual object with these attributes, signed that way over signed_attrs. */
static struct view sign(size_t i, const char *attrs, const char *signed_attrs, uint8_t *bytes)
{
    static char             sig[2200] = "04{", alg[700], list[200];
    static struct signed_by by;
    uint8_t                 room[512];
    const char             *p[PARTS];
    struct view             message = asn1(signed_attrs, room, sizeof room);

    room[0] = DER_SET;
    signer_sign(keys[ways[i].kind], &ways[i].way, message, &by);
    to_hex(by.sig, sig + 3);
    strcat(sig, "}");
    to_hex(by.alg, alg);
    snprintf(list, sizeof list, "31{ %s }", ways[i].digest);
    memcpy(p, sod_usual, sizeof p);
    p[DIGESTS] = list;
    p[SI_DIGEST] = ways[i].digest;
    p[ATTRS] = attrs;
    p[SI_ALG] = *ways[i].alg != '\0' ? ways[i].alg : alg;
    p[SIGNATURE] = sig;
    return sod(p, DER_FRAME, bytes);
}

/* messageDigest by the row's digest, behind contentType. */
static const char *attrs_of(size_t i, bool digest_first)
{
    static char       text[2][600], hex[2 * HASH_MAX + 1];
    uint8_t           digest[HASH_MAX];
    unsigned          n;
    const struct view object = ASN1(OBJECT);

    EXPECT(EVP_Digest(object.ptr, object.len, digest, &n, EVP_get_digestbyname(ways[i].md), NULL));
    to_hex(view_of(digest, n), hex);
    snprintf(text[digest_first], sizeof *text,
             digest_first ? "A0{ 30{ 06{2A864886F70D010904} 31{ 04{ %s } } }" TYPE "}"
                          : "A0{" TYPE "30{ 06{2A864886F70D010904} 31{ 04{ %s } } } }",
             hex);
    return text[digest_first];
}

static void expect_results(const struct signed_data *sd, const struct public_key *key,
                           enum result want, struct notes *notes)
{
    enum result digest = NOT_RUN, sig = NOT_RUN;

    EXPECT_CODE(signed_data_check(sd, key, &digest, &sig, notes), OK);
    EXPECT(digest == SUCCESSFUL);
    EXPECT(sig == want);
}

static void ways_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(ways); i++) {
        uint8_t            bytes[4096];
        struct signed_data sd;
        struct notes       notes = { .place = PLACE_SOD };
        const char        *attrs = attrs_of(i, false);

        ROW(ways[i].name);
        EXPECT_CODE(signed_data_read(sign(i, attrs, attrs, bytes), NULL, &sd, &notes), OK);
        EXPECT(!note_seen(&notes, NOTE_CMS_DIGEST_LIST));
        expect_results(&sd, &publics[ways[i].kind], SUCCESSFUL, &notes);
        EXPECT(!note_seen(&notes, NOTE_CMS_ATTRS_UNSORTED));
        expect_results(&sd, &publics[(ways[i].kind + 1) % KINDS], FAILED, NULL);
        expect_results(&sd, &(struct public_key){ 0 }, UNDETERMINED, NULL);
        bytes[(size_t)(sd.signature.ptr - bytes) + sd.signature.len - 1] ^= 1;
        expect_results(&sd, &publics[ways[i].kind], FAILED, NULL);
    }
}

/* E13: the attributes stand in an order that is not DER's.  Signed as they stand, or as DER
 * would have them: both verify, the second with a note; signed otherwise they do not. */
static void order(void **state)
{
    const size_t       row = 3;
    uint8_t            bytes[4096];
    struct signed_data sd;
    struct notes       notes = { .place = PLACE_SOD };
    const char        *sorted = attrs_of(row, false), *unsorted = attrs_of(row, true);

    (void)state;
    EXPECT_CODE(signed_data_read(sign(row, unsorted, unsorted, bytes), NULL, &sd, &notes), OK);
    expect_results(&sd, &publics[KIND_RSA], SUCCESSFUL, &notes);
    EXPECT(!note_seen(&notes, NOTE_CMS_ATTRS_UNSORTED));
    EXPECT_CODE(signed_data_read(sign(row, unsorted, sorted, bytes), NULL, &sd, &notes), OK);
    expect_results(&sd, &publics[KIND_RSA], SUCCESSFUL, &notes);
    EXPECT(note_seen(&notes, NOTE_CMS_ATTRS_UNSORTED));
    EXPECT_CODE(signed_data_read(sign(row, sorted, unsorted, bytes), NULL, &sd, &notes), OK);
    expect_results(&sd, &publics[KIND_RSA], FAILED, NULL);
}

/* More attributes than are put in order, and longer ones than a short length holds. */
static void many_attributes(void **state)
{
    const size_t       row = 3;
    static char        many[2000];
    static uint8_t     bytes[8192];
    struct signed_data sd;

    (void)state;
    strcpy(many, "A0{ 30{ 06{2B} 31{} }");
    for (int i = 0; i < 20; i++)
        strcat(many, "30{ 06{2A} 31{} }");
    strcat(many, attrs_of(row, false) + strlen("A0{")); /* its brace closes */
    EXPECT_CODE(signed_data_read(sign(row, many, many, bytes), NULL, &sd, NULL), OK);
    expect_results(&sd, &publics[KIND_RSA], SUCCESSFUL, NULL);
    bytes[sd.signature.ptr - bytes] ^= 1;
    expect_results(&sd, &publics[KIND_RSA], FAILED, NULL);
    sd.signed_attrs.len = 0x10000; /* not looked at: no EF.SOD is that long */
    expect_results(&sd, &publics[KIND_RSA], UNDETERMINED, NULL);
}

/* The digest is not of the list: nothing can be said of content or signature. */
static void unknown_digest(void **state)
{
    const size_t       row = 15;
    uint8_t            bytes[4096];
    struct signed_data sd;
    enum result        digest, sig;
    const char        *attrs = attrs_of(row, false);

    (void)state;
    EXPECT_CODE(signed_data_read(sign(row, attrs, attrs, bytes), NULL, &sd, NULL), OK);
    EXPECT(sd.sig_alg.hash == HASH_NONE); /* rsaEncryption */
    sd.digest_alg = HASH_NONE;
    EXPECT_CODE(signed_data_check(&sd, &publics[KIND_RSA], &digest, &sig, NULL), OK);
    EXPECT(digest == UNDETERMINED && sig == UNDETERMINED);
}

static int make_keys(void **state)
{
    static uint8_t spki[KINDS][2048];

    keys[KIND_RSA] = signer_rsa(2048, 65537);
    keys[KIND_EC] = signer_ec("P-521", "explicit");
    keys[KIND_BP224] = signer_ec("brainpoolP224r1", "explicit");
    keys[KIND_DSA] = signer_dsa("dh_2048_256");
    for (size_t i = 0; i < KINDS; i++) {
        struct view in = signer_spki(keys[i], spki[i], sizeof spki[i]);

        EXPECT_CODE(public_key_read(&in, &publics[i], NULL), OK);
    }
    return sod_make_key(state);
}

static int free_keys(void **state)
{
    for (size_t i = 0; i < KINDS; i++)
        EVP_PKEY_free(keys[i]);
    return sod_free_key(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(ways_hold), cmocka_unit_test(order),
                                        cmocka_unit_test(many_attributes),
                                        cmocka_unit_test(unknown_digest) };

    return cmocka_run_group_tests_name("cms.signed_data_check", tests, make_keys, free_keys);
}
