/*
 * oid_test: OpenSSL encodes every dotted text of the table and knows most of its names.
 */
#include "base/oid.h"

#include <ctype.h>
#include <openssl/objects.h>

#include "expect.h"

/* The content octets OpenSSL makes of a dotted text. */
static struct view octets_of(const char *dotted, struct buf *out)
{
    ASN1_OBJECT *o = OBJ_txt2obj(dotted, 1);

    EXPECT(o != NULL);
    EXPECT_CODE(buf_put(out, view_of(OBJ_get0_data(o), OBJ_length(o))), OK);
    ASN1_OBJECT_free(o);
    return buf_view(out);
}

static void openssl_agrees_on_octets(void **state)
{
    (void)state;
    for (unsigned i = OID_UNKNOWN + 1; i < OID_COUNT; i++) {
        uint8_t           bytes[64], text[OID_TEXT_MAX];
        struct buf        room = BUF(bytes), print = BUF(text);
        const char *const dotted = oid_dotted((enum oid)i);
        const struct view content = octets_of(dotted, &room);

        ROW(dotted);
        EXPECT(oid_of(content) == (enum oid)i);
        EXPECT_CODE(oid_print(content, &print), OK);
        EXPECT_BYTES(buf_view(&print), view_of(dotted, strlen(dotted)));
    }
}

/* What OpenSSL names otherwise; everything else it knows must have our name. */
static const struct {
    enum oid    id;
    const char *theirs;
} names[] = {
    { OID_DSA, "dsaEncryption" },
    { OID_DSA_WITH_SHA1, "dsaWithSHA1" },
    { OID_SECP192R1, "prime192v1" },
    { OID_SECP256R1, "prime256v1" },
    { OID_DH_PUBLIC_NUMBER, "X9.42 DH" },
    { OID_RSAES_OAEP, "rsaesOaep" },
    { OID_MGF1, "mgf1" },
    { OID_RSASSA_PSS, "rsassaPss" },
    { OID_CMS_DATA, "pkcs7-data" },
    { OID_CMS_SIGNED_DATA, "pkcs7-signedData" },
    { OID_ATTR_CONTENT_TYPE, "contentType" },
    { OID_ATTR_MESSAGE_DIGEST, "messageDigest" },
    { OID_ATTR_SIGNING_TIME, "signingTime" },
    { OID_ATTR_SMIME_CAPABILITIES, "SMIME-CAPS" },
    { OID_ATTR_SIGNING_CERT, "id-smime-aa-signingCertificate" },
    { OID_ATTR_SIGNING_CERT_V2, "id-smime-aa-signingCertificateV2" },
    { OID_EKU_SERVER_AUTH, "serverAuth" },
    { OID_EKU_CLIENT_AUTH, "clientAuth" },
    { OID_EXT_AUTHORITY_INFO_ACCESS, "authorityInfoAccess" },
    { OID_SHA1_WITH_RSA_OIW, "RSA-SHA1-2" },
    { OID_EXT_CRL_NUMBER, "crlNumber" },
    { OID_EXT_REASON_CODE, "CRLReason" },
    { OID_EXT_DELTA_CRL, "deltaCRL" },
    { OID_ECDSA_WITH_SPECIFIED, "ecdsa-with-Specified" },
    { OID_EXT_EXTENDED_KEY_USAGE, "extendedKeyUsage" },
};

/* OpenSSL writes "dsa_with_SHA256" where RFC 5758 has "dsa-with-sha256". */
static int plain(char c)
{
    return c == '_' ? '-' : tolower((unsigned char)c);
}

static bool same_text(const char *a, const char *b)
{
    while (*a != '\0' && plain(*a) == plain(*b))
        a++, b++;
    return *a == *b;
}

static void openssl_agrees_on_names(void **state)
{
    (void)state;
    unsigned known = 0;

    for (unsigned i = OID_UNKNOWN + 1; i < OID_COUNT; i++) {
        const char *ours = oid_name((enum oid)i);
        const int   nid = OBJ_txt2nid(oid_dotted((enum oid)i));

        if (nid == NID_undef)
            continue;
        for (size_t k = 0; k < COUNT(names); k++)
            ours = names[k].id == (enum oid)i ? names[k].theirs : ours;
        known++;
        if (!same_text(ours, OBJ_nid2sn(nid)) && !same_text(ours, OBJ_nid2ln(nid)))
            fail_msg("%s: ours %s, OpenSSL's %s, %s", oid_dotted((enum oid)i), ours,
                     OBJ_nid2sn(nid), OBJ_nid2ln(nid));
    }
    EXPECT(known > 90); /* or nothing was compared */
}

/* Is the dotted text a before b, arc by arc? */
static bool before(const char *a, const char *b)
{
    for (;;) {
        char               *a_end, *b_end;
        const unsigned long x = strtoul(a, &a_end, 10), y = strtoul(b, &b_end, 10);

        if (x != y)
            return x < y;
        if (*a_end == '\0')
            return *b_end != '\0';
        if (*b_end == '\0')
            return false;
        a = a_end + 1;
        b = b_end + 1;
    }
}

static void table_is_sorted(void **state)
{
    (void)state;
    for (unsigned i = OID_UNKNOWN + 2; i < OID_COUNT; i++) {
        ROW(oid_dotted((enum oid)i));
        EXPECT(before(oid_dotted((enum oid)(i - 1)), oid_dotted((enum oid)i)));
    }
}

/* Whatever octets oid_of() knows print as the text it knows them by: so no other
 * octets can pass for a known identifier. */
static unsigned check_honest(struct view content)
{
    uint8_t           text[256];
    struct buf        print = BUF(text);
    const enum oid    id = oid_of(content);
    const char *const dotted = oid_dotted(id);

    if (id == OID_UNKNOWN)
        return 0;
    EXPECT_CODE(oid_print(content, &print), OK);
    EXPECT_BYTES(buf_view(&print), view_of(dotted, strlen(dotted)));
    return 1;
}

static void neighbours_are_not_mistaken(void **state)
{
    (void)state;
    unsigned hits = 0;

    for (unsigned i = OID_UNKNOWN + 1; i < OID_COUNT; i++) {
        uint8_t           bytes[64];
        struct buf        room = BUF(bytes);
        const struct view content = octets_of(oid_dotted((enum oid)i), &room);

        ROW(oid_dotted((enum oid)i));
        for (size_t n = 0; n <= content.len; n++)
            hits += check_honest(view_of(bytes, n)); /* prefixes */
        for (size_t at = 0; at < content.len * 8; at++) {
            bytes[at / 8] ^= (uint8_t)(1U << at % 8); /* one bit flipped */
            hits += check_honest(content);
            bytes[at / 8] ^= (uint8_t)(1U << at % 8);
        }
        for (unsigned more = 0; more < 256; more++) { /* one octet longer */
            bytes[content.len] = (uint8_t)more;
            hits += check_honest(view_of(bytes, content.len + 1));
        }
    }
    EXPECT(hits > OID_COUNT);
}

static const struct {
    const char  *name, *content, *text;
    enum outcome want;
} prints[] = {
    /* clang-format off */
    { "X.690 8.19.5",            "883703",           "2.999.3",           OK },
    { "zero arcs",               "00",               "0.0",               OK },
    { "0.39",                    "27",               "0.39",              OK },
    { "1.0",                     "28",               "1.0",               OK },
    { "1.39",                    "4F",               "1.39",              OK },
    { "2.0",                     "50",               "2.0",               OK },
    { "2.47",                    "7F",               "2.47",              OK },
    { "2.48",                    "8100",             "2.48",              OK },
    { "arc 2^32-1",              "2A8FFFFFFF7F",     "1.2.4294967295",    OK },
    { "2.(2^32-1)",              "908080804F",       "2.4294967295",      OK },
    { "arc 2^32",                "2A9080808000",     NULL,                E_TOO_LONG },
    { "arc 2^64",                "2A8280808080 80808080 00", NULL,        E_TOO_LONG },
    { "2.(2^32)",                "9080808050",       NULL,                E_TOO_LONG },
    { "empty",                   "",                 NULL,                E_MALFORMED },
    { "last octet goes on",      "2A86",             NULL,                E_MALFORMED },
    { "leading 80",              "2A8001",           NULL,                E_MALFORMED },
    /* clang-format on */
};

static void any_identifier_prints(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(prints); i++) {
        uint8_t    text[64];
        struct buf out = BUF(text);

        ROW(prints[i].name);
        EXPECT_CODE(oid_print(HEX(prints[i].content), &out), prints[i].want);
        EXPECT(oid_of(HEX(prints[i].content)) == OID_UNKNOWN);
        if (prints[i].want != OK) {
            EXPECT(out.len == 0);
            continue;
        }
        EXPECT_BYTES(buf_view(&out), view_of(prints[i].text, strlen(prints[i].text)));
        for (size_t cap = 0; cap < strlen(prints[i].text); cap++) {
            struct buf small = buf_of(text, cap);

            EXPECT_CODE(oid_print(HEX(prints[i].content), &small), E_NO_SPACE);
            EXPECT(small.len == 0);
        }
    }
    EXPECT(strcmp(oid_name(OID_UNKNOWN), "unknown") == 0 && *oid_dotted(OID_UNKNOWN) == '\0');
    EXPECT(strcmp(oid_name((enum oid)9999), "unknown") == 0);
    EXPECT(*oid_dotted((enum oid)9999) == '\0');
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(table_is_sorted),
                                        cmocka_unit_test(openssl_agrees_on_octets),
                                        cmocka_unit_test(openssl_agrees_on_names),
                                        cmocka_unit_test(neighbours_are_not_mistaken),
                                        cmocka_unit_test(any_identifier_prints) };

    return cmocka_run_group_tests_name("base.oid", tests, NULL, NULL);
}
