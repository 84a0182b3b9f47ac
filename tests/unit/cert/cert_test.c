/*
 * cert_test: certificates in the profile of Doc 9303-12, and one departure from it at a time.
 *
 * Rows named LDS_H are those cases of TR-03105-5.1 that lie in the document signer's
 * certificate.  Keys and signatures are OpenSSL's, made as the test runs.
 */
#include "cert/cert.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "asn1.h"

enum part {
    VERSION,
    SERIAL,
    INNER,
    ISSUER,
    VALIDITY,
    SUBJECT,
    SPKI,
    TAIL,
    OUTER,
    SIGNATURE,
    PARTS
};

#define ALG              "30{ 06{2A8648CE3D040302} }"        /* ecdsa-with-SHA256 */
#define ALG5             "30{ 06{2A864886F70D010104} 0500 }" /* md5WithRSAEncryption */
#define NAME(c, cn)      "30{ 31{ 30{ 06{550406} 13{'" c "'} } } 31{ 30{ 06{550403} 13{'" cn "'} } } }"
#define FROM             "17{'200101000000Z'}"
#define UNTIL            "17{'300101000000Z'}"
#define EXT(oid, value)  "30{ 06{" oid "} 04{" value "} }"
#define CRIT(oid, value) "30{ 06{" oid "} 01{FF} 04{" value "} }"
#define AKI              EXT("551D23", "30{ 80{ A1A2A3A4 } }")
#define SKI              EXT("551D0E", "04{ B1B2B3B4 }")
#define USAGE            CRIT("551D0F", "03{0780}")
#define USAGE_CA         CRIT("551D0F", "03{0106}")
#define PERIOD           EXT("551D10", "30{ 80{'20200101000000Z'} 81{'20200401000000Z'} }")
#define TYPES            EXT("67810801010602", "30{ 02{00} 31{ 13{'P'} 13{'ID'} } }")
#define BASIC_CA         CRIT("551D13", "30{ 01{FF} 02{00} }")
#define EXTS(list)       "A3{ 30{" list "} }"
#define DS               AKI USAGE PERIOD
#define CA               SKI USAGE_CA PERIOD BASIC_CA AKI

static char usual_spki[512]; /* of a fresh P-256 key, in hex */

static const char *const usual[PARTS] = {
    "A0{ 02{02} }",
    "02{0123}",
    ALG,
    NAME("UT", "CSCA"),
    "30{" FROM UNTIL "}",
    NAME("UT", "DS"),
    usual_spki,
    EXTS(DS TYPES),
    ALG,
    "03{ 00 30{ 02{01} 02{01} } }",
};

static EVP_PKEY *key;

static struct view certificate(enum part part, const char *text, uint8_t *bytes, size_t cap)
{
    const char *p[PARTS];
    char        all[4096];

    memcpy(p, usual, sizeof p);
    if (part != PARTS)
        p[part] = text;
    snprintf(all, sizeof all, "30{ 30{ %s %s %s %s %s %s %s %s } %s %s }", p[VERSION], p[SERIAL],
             p[INNER], p[ISSUER], p[VALIDITY], p[SUBJECT], p[SPKI], p[TAIL], p[OUTER],
             p[SIGNATURE]);
    return asn1(all, bytes, cap);
}

static const struct {
    const char  *name;
    enum part    part;
    const char  *text;
    enum outcome want;
    enum note_id note; /* the only one, NOTE_NONE for none at all */
} rows[] = {
    /* clang-format off */
    { "in the profile",                 PARTS,   "",                 OK, NOTE_NONE },
    { "LDS_H_48 version 1",             VERSION, "A0{ 02{00} }",     OK, NOTE_X509_VERSION },
    { "version 2^32",                   VERSION, "A0{ 02{00FFFFFFFF} }", OK, NOTE_X509_VERSION },
    { "LDS_H_49 version missing",       VERSION, "",                 OK, NOTE_X509_VERSION },
    { "version with more",              VERSION, "A0{ 02{02} 00 }",  E_TRAILING, 0 },
    { "version negative",               VERSION, "A0{ 02{FF} }",     E_MALFORMED, 0 },
    { "serial negative",                SERIAL,  "02{8001}",         OK, NOTE_X509_SERIAL },
    { "serial zero",                    SERIAL,  "02{00}",           OK, NOTE_X509_SERIAL },
    { "serial of 21 octets",            SERIAL,  "02{ 010203040506070809101112131415161718192021 }", OK, NOTE_X509_SERIAL },
    { "serial of 20 octets",            SERIAL,  "02{ 0102030405060708091011121314151617181920 }", OK, NOTE_NONE },
    { "serial padded",                  SERIAL,  "02{0001}",         OK, NOTE_X509_SERIAL },
    { "serial empty",                   SERIAL,  "02{}",             E_MALFORMED, 0 },
    { "LDS_H_50 serial missing",        SERIAL,  "",                 E_UNEXPECTED, 0 },
    { "LDS_H_51 inner differs",         INNER,   "30{ 06{2A8648CE3D040303} }", OK, NOTE_X509_ALG_DIFFERS },
    { "LDS_H_52 inner missing",         INNER,   "",                 E_UNEXPECTED, 0 },
    { "LDS_H_53 issuer without country",ISSUER,  "30{ 31{ 30{ 06{550403} 13{'CSCA'} } } }", OK, NOTE_X509_NAME },
    { "country in small letters",       ISSUER,  NAME("ut", "CSCA"), OK, NOTE_X509_NAME },
    { "another country",                ISSUER,  NAME("UN", "CSCA"), OK, NOTE_X509_COUNTRIES_DIFFER },
    { "subject without common name",    SUBJECT, "30{ 31{ 30{ 06{550406} 13{'UT'} } } }", OK, NOTE_X509_NAME },
    { "LDS_H_55 issuer missing",        ISSUER,  "",                 E_UNEXPECTED, 0 },
    { "LDS_H_56 four digits",           VALIDITY,"30{ 18{'20200101000000Z'}" UNTIL "}", OK, NOTE_X509_TIME_FORM },
    { "four digits from 2050 on",       VALIDITY,"30{" FROM "18{'20500101000000Z'} }", OK, NOTE_NONE },
    { "no seconds",                     VALIDITY,"30{ 17{'2001010000Z'}" UNTIL "}", OK, NOTE_X509_TIME_UNREADABLE },
    { "LDS_H_57 validity missing",      VALIDITY,"",                 E_UNEXPECTED, 0 },
    { "one date only",                  VALIDITY,"30{" FROM "}",     E_TRUNCATED, 0 },
    { "a date as a number",             VALIDITY,"30{ 02{01}" UNTIL "}", E_UNEXPECTED, 0 },
    { "LDS_H_58 key of another kind",   SPKI,    "30{" ALG5 "03{0001} }", OK, NOTE_X509_KEY_UNKNOWN },
    { "key of EC, no point",            SPKI,    "30{ 30{ 06{2A8648CE3D0201} 06{2A8648CE3D030107} } 03{00} }", OK, NOTE_X509_KEY_UNKNOWN },
    { "LDS_H_59 key missing",           SPKI,    "",                 E_UNEXPECTED, 0 },
    { "LDS_H_66 algorithm missing",     OUTER,   "",                 E_UNEXPECTED, 0 },
    { "LDS_H_68 signature missing",     SIGNATURE, "",               E_TRUNCATED, 0 },
    { "signature of seven bits",        SIGNATURE, "03{0180}",       E_MALFORMED, 0 },
    { "octets behind",                  SIGNATURE, "03{0001} 05{}",  E_TRAILING, 0 },
    { "unique identifiers",             TAIL,    "81{00AA} 82{00BB}" EXTS(DS), OK, NOTE_X509_UNIQUE_ID },
    { "octets behind the extensions",   TAIL,    EXTS(DS) "05{}",    E_TRAILING, 0 },
    { "extensions twice wrapped",       TAIL,    "A3{ 30{} 30{} }",  E_TRAILING, 0 },
    { "an unknown extension",           TAIL,    EXTS(DS EXT("2A03", "00")), OK, NOTE_NONE },
    { "an unknown critical one",        TAIL,    EXTS(DS CRIT("2A03", "00")), OK, NOTE_X509_UNKNOWN_CRITICAL },
    { "critical FALSE spelt out",       TAIL,    EXTS(DS "30{ 06{2A03} 01{00} 04{} }"), OK, NOTE_X509_NOT_DER },
    { "critical of 01",                 TAIL,    EXTS(AKI PERIOD "30{ 06{551D0F} 01{01} 04{ 03{0780} } }"), OK, NOTE_X509_NOT_DER },
    { "critical of two octets",         TAIL,    EXTS("30{ 06{2A03} 01{FFFF} 04{} }"), E_MALFORMED, 0 },
    { "extension without value",        TAIL,    EXTS("30{ 06{2A03} }"), E_TRUNCATED, 0 },
    { "extension with more",            TAIL,    EXTS("30{ 06{2A03} 04{} 00 }"), E_TRAILING, 0 },
    { "one extension twice",            TAIL,    EXTS(DS USAGE),     OK, NOTE_X509_EXT_TWICE },
    { "nameConstraints",                TAIL,    EXTS(DS EXT("551D1E", "30{}")), OK, NOTE_X509_EXT_FORBIDDEN },
    { "certificatePolicies, critical",  TAIL,    EXTS(DS CRIT("551D20", "30{}")), OK, NOTE_NONE },
    { "LDS_H_60 AKI without keyIdentifier", TAIL, EXTS(USAGE PERIOD EXT("551D23", "30{ 82{01} }")), OK, NOTE_X509_AKI_NO_KEY_ID },
    { "LDS_H_61 AKI missing",           TAIL,    EXTS(USAGE PERIOD), OK, NOTE_X509_NO_AKI },
    { "AKI in full",                    TAIL,    EXTS(USAGE PERIOD EXT("551D23", "30{ 80{A1A2A3A4} A1{} 82{01} }")), OK, NOTE_NONE },
    { "AKI unreadable",                 TAIL,    EXTS(USAGE PERIOD EXT("551D23", "A1A2")), OK, NOTE_X509_EXT_UNREADABLE },
    { "SKI without its OCTET STRING",   TAIL,    EXTS(DS EXT("551D0E", "25EB9092")), OK, NOTE_X509_EXT_UNREADABLE },
    { "SKI with more",                  TAIL,    EXTS(DS EXT("551D0E", "04{01} 00")), OK, NOTE_X509_EXT_UNREADABLE },
    { "LDS_H_62 keyUsage not critical", TAIL,    EXTS(AKI PERIOD EXT("551D0F", "03{0780}")), OK, NOTE_X509_KEY_USAGE_PLAIN },
    { "LDS_H_63 no digitalSignature",   TAIL,    EXTS(AKI PERIOD CRIT("551D0F", "03{00}")), OK, NOTE_X509_SIGNER_USAGE },
    { "LDS_H_64 keyUsage missing",      TAIL,    EXTS(AKI PERIOD),   OK, NOTE_X509_NO_KEY_USAGE },
    { "more than digitalSignature",     TAIL,    EXTS(AKI PERIOD CRIT("551D0F", "03{06C0}")), OK, NOTE_X509_SIGNER_USAGE_MORE },
    { "key period missing",             TAIL,    EXTS(AKI USAGE),    OK, NOTE_X509_NO_KEY_PERIOD },
    { "key period, one bound",          TAIL,    EXTS(AKI USAGE EXT("551D10", "30{ 81{'20200401000000Z'} }")), OK, NOTE_NONE },
    { "key period in two digits",       TAIL,    EXTS(AKI USAGE EXT("551D10", "30{ 80{'200401000000Z'} }")), OK, NOTE_X509_EXT_UNREADABLE },
    { "basicConstraints in a signer",   TAIL,    EXTS(DS CRIT("551D13", "30{}")), OK, NOTE_X509_BASIC_IN_SIGNER },
    { "extKeyUsage of a list signer",   TAIL,    EXTS(DS CRIT("551D25", "30{ 06{678108010103} }")), OK, NOTE_NONE },
    { "extKeyUsage unreadable",         TAIL,    EXTS(DS CRIT("551D25", "30{ 04{01} }")), OK, NOTE_X509_EXT_UNREADABLE },
    { "types without wrapping",         TAIL,    EXTS(DS EXT("67810801010602", "13{'P'}")), OK, NOTE_X509_DOCUMENT_TYPES },
    { "types without version",          TAIL,    EXTS(DS EXT("67810801010602", "30{ 31{ 13{'P'} } }")), OK, NOTE_X509_DOCUMENT_TYPES },
    { "types of version 1",             TAIL,    EXTS(DS EXT("67810801010602", "30{ 02{01} 31{ 13{'P'} } }")), OK, NOTE_X509_DOCUMENT_TYPES },
    { "types in a SEQUENCE",            TAIL,    EXTS(DS EXT("67810801010602", "30{ 02{00} 30{ 13{'P'} } }")), OK, NOTE_X509_DOCUMENT_TYPES },
    { "types in UTF8String",            TAIL,    EXTS(DS EXT("67810801010602", "30{ 02{00} 31{ 0C{'P'} } }")), OK, NOTE_X509_DOCUMENT_TYPES },
    { "types of three letters",         TAIL,    EXTS(DS EXT("67810801010602", "30{ 02{00} 31{ 13{'PAS'} } }")), OK, NOTE_X509_DOCUMENT_TYPES },
    { "types under the old identifier", TAIL,    EXTS(DS EXT("678108010104", "30{ 02{00} 31{ 13{'P'} } }")), OK, NOTE_X509_DOCUMENT_TYPES },
    { "a CA in the profile",            TAIL,    EXTS(CA),           OK, NOTE_NONE },
    { "a CA without SKI",               TAIL,    EXTS(AKI USAGE_CA PERIOD BASIC_CA), OK, NOTE_X509_NO_SKI },
    { "a CA that may sign documents",   TAIL,    EXTS(SKI AKI CRIT("551D0F", "03{0186}") PERIOD BASIC_CA), OK, NOTE_X509_CA_USAGE },
    { "a CA with pathLen 1",            TAIL,    EXTS(SKI AKI USAGE_CA PERIOD CRIT("551D13", "30{ 01{FF} 02{01} }")), OK, NOTE_X509_PATH_LEN },
    { "a CA with pathLen 256",          TAIL,    EXTS(SKI AKI USAGE_CA PERIOD CRIT("551D13", "30{ 01{FF} 02{0100} }")), OK, NOTE_X509_PATH_LEN },
    { "a CA without pathLen",           TAIL,    EXTS(SKI AKI USAGE_CA PERIOD CRIT("551D13", "30{ 01{FF} }")), OK, NOTE_X509_PATH_LEN },
    { "basicConstraints not critical",  TAIL,    EXTS(SKI AKI USAGE_CA PERIOD EXT("551D13", "30{ 01{FF} 02{00} }")), OK, NOTE_X509_BASIC_PLAIN },
    { "cA of 01",                       TAIL,    EXTS(SKI AKI USAGE_CA PERIOD CRIT("551D13", "30{ 01{01} 02{00} }")), OK, NOTE_X509_NOT_DER },
    /* clang-format on */
};

static void rows_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint8_t           bytes[2048];
        const struct view der = certificate(rows[i].part, rows[i].text, bytes, sizeof bytes);
        struct notes      notes = { .place = PLACE_DSC };
        struct cert       c = { .version = 77 };

        ROW(rows[i].name);
        EXPECT_CODE(cert_read(der, &c, &notes), rows[i].want);
        if (rows[i].want != OK) {
            EXPECT(c.version == 77); /* untouched */
            continue;
        }
        EXPECT_BYTES(c.whole, der);
        if (notes.n != (rows[i].note != NOTE_NONE) ||
            (notes.n == 1 && notes.item[0].id != rows[i].note))
            fail_msg("[%s] %zu notes, the first %s", rows[i].name, notes.n,
                     note_name(notes.item[0].id));
    }
}

/* More than one note, and what the fields hold then: nothing that allows more. */
static void unreadable_allows_nothing(void **state)
{
    (void)state;
    uint8_t      bytes[2048];
    struct cert  c;
    struct notes notes = { .place = PLACE_DSC };
    struct view  der =
        certificate(TAIL,
                    EXTS(CRIT("551D0F", "03{0881}") CRIT("551D13", "30{ 01{FF} 02{FF} }")
                             EXT("67810801010602", "30{ 02{00} 31{ 02{01} } }")
                                 EXT("551D1F", "30{}") EXT("551D25", "30{ 02{01} }")),
                    bytes, sizeof bytes);

    EXPECT_CODE(cert_read(der, &c, &notes), OK);
    EXPECT(c.key_usage.present && c.key_usage.critical && c.key_usage.bits == 0);
    EXPECT(c.basic.present && !c.basic.ca && !c.basic.has_path_len);
    EXPECT(c.document_types.len == 0);
    EXPECT(c.has_extended_key_usage && c.extended_key_usage.len == 0);
    EXPECT(note_seen(&notes, NOTE_X509_EXT_UNREADABLE));
    EXPECT(note_seen(&notes, NOTE_X509_SIGNER_USAGE));
    der = certificate(OUTER, ALG5, bytes, sizeof bytes); /* LDS_H_65 */
    notes = (struct notes){ 0 };
    EXPECT_CODE(cert_read(der, &c, &notes), OK);
    EXPECT(c.sig_alg.scheme == SCHEME_NONE);
    EXPECT(note_seen(&notes, NOTE_X509_ALG_UNKNOWN));
}

static void fields_are_there(void **state)
{
    (void)state;
    uint8_t           bytes[2048];
    struct cert       c;
    const struct view der = certificate(
        TAIL, EXTS(CA TYPES EXT("551D25", "30{ 06{678108010103} }") CRIT("67810801010601", "05{}")),
        bytes, sizeof bytes);

    EXPECT_CODE(cert_read(der, &c, NULL), OK);
    EXPECT(c.version == 3);
    EXPECT_BYTES(c.serial, HEX("0123"));
    EXPECT_BYTES(c.issuer, ASN1(NAME("UT", "CSCA")));
    EXPECT_BYTES(c.subject, ASN1(NAME("UT", "DS")));
    EXPECT(c.not_before.s == 1577836800 && c.not_after.s == 1893456000); /* date -u +%s */
    EXPECT_BYTES(c.aki, HEX("A1A2A3A4"));
    EXPECT_BYTES(c.ski, HEX("B1B2B3B4"));
    EXPECT(c.key_usage.bits == (KU_KEY_CERT_SIGN | KU_CRL_SIGN));
    EXPECT(c.basic.ca && c.basic.has_path_len && c.basic.path_len == 0);
    EXPECT(c.use_from.s == 1577836800 && c.use_until.s == 1585699200);
    EXPECT_BYTES(c.document_types, ASN1("13{'P'} 13{'ID'}"));
    EXPECT_BYTES(c.extended_key_usage, ASN1("06{678108010103}"));
    EXPECT(c.name_change);
    EXPECT(c.key.kind == KEY_EC && c.sig_alg.scheme == SCHEME_ECDSA);
}

static void questions(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        bool        signs;
    } types[] = { { "P", true },   { "PM", true }, { "ID", true }, { "I", false },
                  { "IP", false }, { "V", false }, { "", false } };
    static const struct {
        int64_t at;
        bool    valid;
    } moments[] = { { 0, false },
                    { 1577836799, false },
                    { 1577836800, true },
                    { 1893456000, true },
                    { 1893456001, false } };
    uint8_t     bytes[2048];
    struct cert c;

    EXPECT_CODE(cert_read(certificate(PARTS, "", bytes, sizeof bytes), &c, NULL), OK);
    for (size_t i = 0; i < COUNT(types); i++)
        EXPECT(cert_signs_type(&c, view_of(types[i].type, strlen(types[i].type))) ==
               types[i].signs);
    for (size_t i = 0; i < COUNT(moments); i++)
        EXPECT(cert_valid_at(&c, (struct moment){ moments[i].at }) == moments[i].valid);
    EXPECT(!cert_self_issued(&c) && cert_has_validity(&c));
    EXPECT_CODE(
        cert_read(certificate(VALIDITY, "30{ 17{'200101093000Z'}" UNTIL "}", bytes, sizeof bytes),
                  &c, NULL),
        OK);
    EXPECT(cert_valid_at(&c, (struct moment){ 1577836800 })); /* its first day, from midnight */
    EXPECT(!cert_valid_at(&c, (struct moment){ 1577836799 }));
    EXPECT_CODE(cert_read(certificate(SUBJECT, NAME("ut", "csca"), bytes, sizeof bytes), &c, NULL),
                OK);
    EXPECT(cert_self_issued(&c));
    EXPECT_CODE(cert_read(certificate(TAIL, "", bytes, sizeof bytes), &c, NULL), OK);
    EXPECT(cert_signs_type(&c, TEXT("V"))); /* no list allows all */
    EXPECT_CODE(
        cert_read(certificate(TAIL, EXTS(DS EXT("67810801010602", "30{ 02{00} 31{ 13{'P<'} } }")),
                              bytes, sizeof bytes),
                  &c, NULL),
        OK);
    EXPECT(cert_signs_type(&c, TEXT("P")) && cert_signs_type(&c, TEXT("PM")));
    EXPECT(!cert_signs_type(&c, TEXT("ID")));
    EXPECT_CODE(
        cert_read(certificate(VALIDITY, "30{ 17{'x'}" UNTIL "}", bytes, sizeof bytes), &c, NULL),
        OK);
    EXPECT(!cert_has_validity(&c));
    EXPECT(!cert_valid_at(&c, (struct moment){ 1600000000 })); /* an unknown bound bounds all */
}

/* The document signer is signed by its own key: enough to see what is covered. */
static void signature(void **state)
{
    (void)state;
    uint8_t     bytes[2048], sig[128];
    size_t      n = sizeof sig;
    char        text[300] = "03{ 00 ";
    struct cert c;
    enum result r;
    EVP_MD_CTX *md = EVP_MD_CTX_new();

    EXPECT_CODE(cert_read(certificate(PARTS, "", bytes, sizeof bytes), &c, NULL), OK);
    EXPECT_CODE(cert_check(&c, &c.key, &r, NULL), OK);
    EXPECT(r == FAILED);
    EXPECT(EVP_DigestSignInit(md, NULL, EVP_sha256(), NULL, key) == 1);
    EXPECT(EVP_DigestSign(md, sig, &n, c.tbs.ptr, c.tbs.len) == 1);
    for (size_t i = 0; i < n; i++)
        sprintf(text + strlen(text), "%02X", sig[i]);
    strcat(text, "}");
    EXPECT_CODE(cert_read(certificate(SIGNATURE, text, bytes, sizeof bytes), &c, NULL), OK);
    EXPECT_CODE(cert_check(&c, &c.key, &r, NULL), OK);
    EXPECT(r == SUCCESSFUL);
    bytes[c.tbs.ptr - bytes + 10] ^= 1; /* in the serial number */
    EXPECT_CODE(cert_check(&c, &c.key, &r, NULL), OK);
    EXPECT(r == FAILED);
    EXPECT_CODE(cert_check(&c, &(struct public_key){ 0 }, &r, NULL), OK);
    EXPECT(r == UNDETERMINED);
    EXPECT_CODE(cert_read(certificate(OUTER, ALG5, bytes, sizeof bytes), &c, NULL), OK);
    EXPECT_CODE(cert_check(&c, &c.key, &r, NULL), OK);
    EXPECT(r == UNDETERMINED);
    EVP_MD_CTX_free(md);
}

static void every_prefix(void **state)
{
    (void)state;
    uint8_t           bytes[2048];
    const struct view whole = certificate(
        TAIL, EXTS(CA TYPES EXT("551D25", "30{ 06{678108010103} }")), bytes, sizeof bytes);

    for (size_t n = 0; n < whole.len; n++) {
        uint8_t    *exact = malloc(n ? n : 1);
        struct cert c;

        memcpy(exact, whole.ptr, n);
        EXPECT_CODE(cert_read(view_of(exact, n), &c, NULL), E_TRUNCATED);
        free(exact);
    }
}

static int make_key(void **state)
{
    uint8_t *spki = NULL;

    (void)state;
    key = EVP_EC_gen("P-256");
    const int n = i2d_PUBKEY(key, &spki);

    for (int i = 0; i < n; i++)
        sprintf(usual_spki + 2 * i, "%02X", spki[i]);
    OPENSSL_free(spki);
    return n <= 0;
}

static int free_key(void **state)
{
    (void)state;
    EVP_PKEY_free(key);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_hold),        cmocka_unit_test(unreadable_allows_nothing),
        cmocka_unit_test(fields_are_there), cmocka_unit_test(questions),
        cmocka_unit_test(signature),        cmocka_unit_test(every_prefix),
    };

    return cmocka_run_group_tests_name("cert.cert", tests, make_key, free_key);
}
