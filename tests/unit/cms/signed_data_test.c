/*
 * signed_data_test: a SignedData as EF.SOD is one, and one departure from it at a time.
 *
 * Rows named LDS_H are the cases of TR-03105-5.1 that lie in CMS; E with a number are things
 * seen in the field.  OpenSSL makes the keys, digests and signatures as the test runs, over
 * the attributes as the row has them unless the row is about the signature.
 */
#include "cms/signed_data.h"

#include "sod.h"

static const struct {
    const char  *name;
    enum part    part;
    const char  *text;
    enum outcome want;
    enum note_id note; /* the only one of reading */
    enum result  hash, sig;
} rows[] = {
    /* clang-format off */
    { "as Doc 9303 has it",              PARTS,   "", OK, NOTE_NONE, SUCCESSFUL, SUCCESSFUL },
    { "LDS_H_20 version 1",              VERSION, "02{01}", OK, NOTE_CMS_VERSION, SUCCESSFUL, SUCCESSFUL },
    { "LDS_H_21 version missing",        VERSION, "", E_UNEXPECTED, 0, 0, 0 },
    { "LDS_H_22 MD5 in the list",        DIGESTS, "31{" MD5 "}", OK, NOTE_CMS_DIGEST_LIST, SUCCESSFUL, SUCCESSFUL },
    { "MD5 beside the used one",         DIGESTS, "31{" MD5 SHA256 "}", OK, NOTE_CMS_DIGEST_LIST, SUCCESSFUL, SUCCESSFUL },
    { "another digest in the list",      DIGESTS, "31{" SHA1 "}", OK, NOTE_CMS_DIGEST_LIST, SUCCESSFUL, SUCCESSFUL },
    { "an empty list",                   DIGESTS, "31{}", OK, NOTE_CMS_DIGEST_LIST, SUCCESSFUL, SUCCESSFUL },
    { "LDS_H_23 list missing",           DIGESTS, "", E_UNEXPECTED, 0, 0, 0 },
    { "list of something else",          DIGESTS, "31{ 0500 }", E_UNEXPECTED, 0, 0, 0 },
    { "LDS_H_24 another content type",   CONTENT, "30{ 06{2A03} A0{ 04{" OBJECT "} } }", OK, NOTE_CMS_TYPE_DIFFERS, FAILED, SUCCESSFUL },
    { "LDS_H_25 content type missing",   CONTENT, "30{ A0{ 04{" OBJECT "} } }", E_UNEXPECTED, 0, 0, 0 },
    { "content missing",                 CONTENT, "30{" LDS "}", E_TRUNCATED, 0, 0, 0 },
    { "content no OCTET STRING",         CONTENT, "30{" LDS "A0{ 30{} } }", E_UNEXPECTED, 0, 0, 0 },
    { "content altered",                 CONTENT, "30{" LDS "A0{ 04{ 00 } } }", OK, NOTE_NONE, FAILED, SUCCESSFUL },
    { "octets behind the content",       CONTENT, "30{" LDS "A0{ 04{ 00 } 00 } }", E_TRAILING, 0, 0, 0 },
    { "octets behind encapContentInfo's",CONTENT, "30{" LDS "A0{ 04{ 00 } } 00 }", E_TRAILING, 0, 0, 0 },
    { "LDS_H_15 no certificate",         SETS,    "", OK, NOTE_NONE, SUCCESSFUL, SUCCESSFUL },
    { "a certificate cut off",           SETS,    "A0{ 3005 00 }", E_TRUNCATED, 0, 0, 0 },
    { "CRLs",                            SETS,    "A0{ 30{} } A1{ 30{} }", OK, NOTE_CMS_CRLS, SUCCESSFUL, SUCCESSFUL },
    { "LDS_H_26 signer version 2",       SI_VERSION, "02{02}", OK, NOTE_CMS_SIGNER_VERSION, SUCCESSFUL, SUCCESSFUL },
    { "LDS_H_27 signer version missing", SI_VERSION, "", E_UNEXPECTED, 0, 0, 0 },
    { "LDS_H_84 version 3, issuer",      SI_VERSION, "02{03}", OK, NOTE_CMS_SIGNER_VERSION, SUCCESSFUL, SUCCESSFUL },
    { "LDS_H_85 version 1, key id",      SID,     "80{ A1A2 }", OK, NOTE_CMS_SIGNER_VERSION, SUCCESSFUL, SUCCESSFUL },
    { "signer without serial",           SID,     "30{" ISSUER "}", E_TRUNCATED, 0, 0, 0 },
    { "signer missing",                  SID,     "", E_UNEXPECTED, 0, 0, 0 },
    { "LDS_H_30 digest MD5",             SI_DIGEST, MD5, OK, NOTE_CMS_DIGEST_UNKNOWN, UNDETERMINED, SUCCESSFUL },
    { "LDS_H_31 digest missing",         SI_DIGEST, "", E_UNEXPECTED, 0, 0, 0 },
    { "LDS_H_32 message digest wrong",   ATTRS,   "A0{" TYPE WRONG "}", OK, NOTE_NONE, FAILED, SUCCESSFUL },
    { "LDS_H_33 message digest missing", ATTRS,   "A0{" TYPE TIME "}", OK, NOTE_CMS_NO_MESSAGE_DIGEST, FAILED, SUCCESSFUL },
    { "content type missing",            ATTRS,   "A0{" DIGEST "}", OK, NOTE_CMS_NO_CONTENT_TYPE, FAILED, SUCCESSFUL },
    { "signing time too",                ATTRS,   "A0{" TYPE TIME DIGEST "}", OK, NOTE_NONE, SUCCESSFUL, SUCCESSFUL },
    { "message digest twice",            ATTRS,   "A0{" TYPE DIGEST WRONG "}", OK, NOTE_CMS_ATTR_TWICE, SUCCESSFUL, SUCCESSFUL },
    { "message digest, two values",      ATTRS,   "A0{" TYPE "30{ 06{2A864886F70D010904} 31{ 04{ @ } 04{00} } } }", OK, NOTE_CMS_ATTR_TWICE, SUCCESSFUL, SUCCESSFUL },
    { "message digest no OCTET STRING",  ATTRS,   "A0{" TYPE "30{ 06{2A864886F70D010904} 31{ 02{01} } } }", E_UNEXPECTED, 0, 0, 0 },
    { "attribute without values",        ATTRS,   "A0{ 30{ 06{2A03} } }", E_TRUNCATED, 0, 0, 0 },
    { "attribute with more",             ATTRS,   "A0{ 30{ 06{2A03} 31{} 00 } }", E_TRAILING, 0, 0, 0 },
    { "attributes missing",              ATTRS,   "", OK, NOTE_CMS_NO_SIGNED_ATTRS, SUCCESSFUL, SUCCESSFUL },
    { "LDS_H_36 algorithm RSA MD5",      SI_ALG,  "30{ 06{2A864886F70D010104} 0500 }", OK, NOTE_CMS_ALG_UNKNOWN, SUCCESSFUL, UNDETERMINED },
    { "E9 PSS without parameters",       SI_ALG,  "30{ 06{2A864886F70D01010A} }", OK, NOTE_CMS_ALG_UNKNOWN, SUCCESSFUL, UNDETERMINED },
    { "algorithm of another key",        SI_ALG,  "30{ 06{2A864886F70D01010B} 0500 }", OK, NOTE_NONE, SUCCESSFUL, FAILED },
    { "algorithm missing",               SI_ALG,  "", E_UNEXPECTED, 0, 0, 0 },
    { "LDS_H_37 signature wrong",        SIGNATURE, "04{ 30{ 02{01} 02{01} } }", OK, NOTE_NONE, SUCCESSFUL, FAILED },
    { "signature empty",                 SIGNATURE, "04{}", OK, NOTE_NONE, SUCCESSFUL, FAILED },
    { "LDS_H_38 signature missing",      SIGNATURE, "", E_TRUNCATED, 0, 0, 0 },
    { "unsigned attributes",             TAIL,    "A1{ 30{} }", OK, NOTE_CMS_UNSIGNED_ATTRS, SUCCESSFUL, SUCCESSFUL },
    { "octets behind the signer's",      TAIL,    "0500", E_TRAILING, 0, 0, 0 },
    /* clang-format on */
};

static void only_note(const struct notes *notes, enum note_id id)
{
    if (notes->n != (id != NOTE_NONE) || (notes->n == 1 && notes->item[0].id != id))
        fail_msg("[%s] %zu notes, the first %s", expect_row, notes->n,
                 note_name(notes->item[0].id));
}

static void rows_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char        *p[PARTS];
        uint8_t            bytes[4096];
        struct notes       notes = { .place = PLACE_SOD };
        struct signed_data sd = { .version = 77 };

        ROW(rows[i].name);
        memcpy(p, sod_usual, sizeof p);
        if (rows[i].part != PARTS)
            p[rows[i].part] = rows[i].text;
        const struct view der = sod(p, DER_FRAME, bytes);

        EXPECT_CODE(signed_data_read(der, NULL, &sd, &notes), rows[i].want);
        if (rows[i].want != OK) {
            EXPECT(sd.version == 77); /* untouched */
            continue;
        }
        if (rows[i].part != SI_DIGEST) /* then the list does not name it either */
            only_note(&notes, rows[i].note);
        EXPECT(rows[i].note == NOTE_NONE || note_seen(&notes, rows[i].note));
        sod_check(&sd, rows[i].hash, rows[i].sig);
    }
}

/* The shape around the parts. */
static void frames(void **state)
{
    static const struct {
        const char  *name, *text;
        enum outcome want;
    } shapes[] = {
        /* clang-format off */
        { "another content type",     "30{ 06{2A864886F70D010701} A0{ 04{} } }", E_UNEXPECTED },
        { "no SEQUENCE",              "31{}",                                   E_UNEXPECTED },
        { "nothing in [0]",           "30{ 06{2A864886F70D010702} A0{} }",      E_TRUNCATED },
        { "octets behind",            "30{ 06{2A864886F70D010702} A0{ 30{} } } 00", E_TRAILING },
        { "octets behind [0]",        "30{ 06{2A864886F70D010702} A0{ 30{} } 0500 }", E_TRAILING },
        { "octets in [0]",            "30{ 06{2A864886F70D010702} A0{ 30{} 0500 } }", E_TRAILING },
        { "no signer",                "30{ 06{2A864886F70D010702} A0{ 30{ 02{03} 31{} 30{" LDS "A0{ 04{} } } 31{} } } }", E_UNEXPECTED },
        { "signer no SEQUENCE",       "30{ 06{2A864886F70D010702} A0{ 30{ 02{03} 31{} 30{" LDS "A0{ 04{} } } 31{ 0500 } } } }", E_UNEXPECTED },
        { "two signers",              "30{ 06{2A864886F70D010702} A0{ 30{ 02{03} 31{} 30{" LDS "A0{ 04{} } } 31{ 30{} 30{} } } } }", E_UNEXPECTED },
        { "tag of three octets",      "3F8101 00",                              E_UNSUPPORTED },
        { "indefinite primitive",     "0480 0000",                              E_UNSUPPORTED },
        { "indefinite, not closed",   "3080 0500",                              E_TRUNCATED },
        { "indefinite, lying inside", "3080 0405 00 0000",                      E_TRUNCATED },
        { "indefinite, 17 deep",
          "3080308030803080308030803080308030803080308030803080308030803080308030803080", E_TOO_LONG },
        /* clang-format on */
    };

    (void)state;
    for (size_t i = 0; i < COUNT(shapes); i++) {
        struct signed_data sd;

        ROW(shapes[i].name);
        EXPECT_CODE(signed_data_read(ASN1(shapes[i].text), NULL, &sd, NULL), shapes[i].want);
    }
}

/* E2: US and NZ, and every library that streams. */
static void ber(void **state)
{
#define BER_FRAME                                                                                  \
    "30[ 06{2A864886F70D010702} A0[ 30[ %s %s %s %s 31[ 30[ %s %s %s %s %s %s %s ] ] ] ] ]"
    static const struct {
        const char  *name, *frame, *content, *sets;
        enum outcome want;
        bool         joined;
    } forms[] = {
        /* clang-format off */
        { "one piece",       BER_FRAME, "30[" LDS "A0[ 24[ 04{" OBJECT "} ] ] ]", "A0[ 30{ 0500 } ]", OK, true },
        { "three pieces",    DER_FRAME, "30{" LDS "A0{ 24{ 04{ 3009 } 04{} 04{ 020100300406 022A03 } } } }", "", OK, true },
        { "pieces in pieces",DER_FRAME, "30{" LDS "A0{ 24[ 24{ 04{ 3009 } } 24[ 04{ 02010030 } 24{ 04{ 0406 022A03 } } ] ] } }", "", OK, true },
        { "pieces too deep", DER_FRAME, "30{" LDS "A0{ 24{ 24{ 24{ 24{ 24{ 04{00} } } } } } } }", "", E_TOO_LONG, false },
        { "a piece is none", DER_FRAME, "30{" LDS "A0{ 24{ 02{00} } } }", "", E_UNEXPECTED, false },
        { "a piece cut off", DER_FRAME, "30{" LDS "A0{ 24{ 0402 00 } } }", "", E_TRUNCATED, false },
        { "whole, in BER",   BER_FRAME, "30[" LDS "A0[ 04{" OBJECT "} ] ]", "A0[ 30{ 0500 } ] A1[ ]", OK, false },
        /* clang-format on */
    };

    (void)state;
    for (size_t i = 0; i < COUNT(forms); i++) {
        const char        *p[PARTS];
        uint8_t            bytes[4096], room[4096] = { 0xEE };
        struct buf         scratch = { .ptr = room, .cap = sizeof room, .len = 1 };
        struct notes       notes = { .place = PLACE_SOD };
        struct signed_data sd;

        ROW(forms[i].name);
        memcpy(p, sod_usual, sizeof p);
        p[CONTENT] = forms[i].content;
        p[SETS] = forms[i].sets;
        const struct view in = sod(p, forms[i].frame, bytes);

        EXPECT_CODE(signed_data_read(in, &scratch, &sd, &notes), forms[i].want);
        if (forms[i].want != OK) {
            EXPECT(scratch.len == 1);
            continue;
        }
        EXPECT(note_seen(&notes, NOTE_SOD_BER));
        EXPECT_BYTES(sd.content, ASN1(OBJECT));
        EXPECT(scratch.len == 1 + (forms[i].joined ? sd.content.len : 0) && room[0] == 0xEE);
        sod_check(&sd, SUCCESSFUL, SUCCESSFUL);
        if (!forms[i].joined)
            continue;
        scratch.cap = sd.content.len;
        scratch.len = 1;
        EXPECT_CODE(signed_data_read(in, &scratch, &sd, NULL), E_NO_SPACE);
        EXPECT_CODE(signed_data_read(in, NULL, &sd, NULL), E_NO_SPACE);
    }
}

/* A length in more octets than needed is BER; inside what is signed it is refused. */
static void long_lengths(void **state)
{
    uint8_t            bytes[4096], longer[4096];
    struct signed_data sd;
    struct notes       notes = { .place = PLACE_SOD };
    const struct view  der = sod(sod_usual, DER_FRAME, bytes);

    (void)state;
    EXPECT(bytes[1] == 0x82); /* 30 82 LL LL becomes 30 83 00 LL LL */
    longer[0] = bytes[0];
    longer[1] = 0x83;
    longer[2] = 0;
    memcpy(longer + 3, bytes + 2, der.len - 2);
    EXPECT_CODE(signed_data_read(view_of(longer, der.len + 1), NULL, &sd, &notes), OK);
    EXPECT(note_seen(&notes, NOTE_SOD_BER));
    sod_check(&sd, SUCCESSFUL, SUCCESSFUL);
    const char *p[PARTS];

    memcpy(p, sod_usual, sizeof p);
    p[ATTRS] = "A0{ 308102 0500 }";
    EXPECT_CODE(signed_data_read(sod(p, DER_FRAME, bytes), NULL, &sd, NULL), E_MALFORMED);
}

static void fields_are_there(void **state)
{
    const char        *p[PARTS];
    uint8_t            bytes[4096];
    struct signed_data sd;
    struct notes       notes = { .place = PLACE_SOD };
    struct view        cert;

    (void)state;
    memcpy(p, sod_usual, sizeof p);
    p[SETS] = "A0{ A1{} 30{ 02{01} } A2{} 30{ 02{02} } A3{} }";
    EXPECT_CODE(signed_data_read(sod(p, DER_FRAME, bytes), NULL, &sd, &notes), OK);
    EXPECT(sd.version == 3 && sd.signer_version == 1 && sd.has_attrs);
    EXPECT(oid_of(sd.content_type) == OID_ICAO_LDS_SECURITY_OBJECT);
    EXPECT(oid_of(sd.attr_content_type) == OID_ICAO_LDS_SECURITY_OBJECT);
    EXPECT(sd.attr_message_digest.len == 32 && sd.digest_alg == HASH_SHA256);
    EXPECT(sd.sig_alg.scheme == SCHEME_ECDSA && sd.sig_alg.hash == HASH_SHA256);
    EXPECT_BYTES(sd.sid.issuer, ASN1(ISSUER));
    EXPECT_BYTES(sd.sid.serial, HEX("01"));
    EXPECT(sd.sid.ski.len == 0);
    EXPECT_CODE(signed_data_next_cert(&sd.certificates, &cert, &notes), OK);
    EXPECT_BYTES(cert, HEX("3003020101"));
    EXPECT_CODE(signed_data_next_cert(&sd.certificates, &cert, &notes), OK);
    EXPECT_BYTES(cert, HEX("3003020102"));
    EXPECT_CODE(signed_data_next_cert(&sd.certificates, &cert, &notes), E_TRUNCATED);
    only_note(&notes, NOTE_CMS_CERT_CHOICE);
    p[SID] = "80{ A1A2 }";
    p[SI_VERSION] = "02{03}";
    EXPECT_CODE(signed_data_read(sod(p, DER_FRAME, bytes), NULL, &sd, &notes), OK);
    EXPECT_BYTES(sd.sid.ski, HEX("A1A2"));
    EXPECT(sd.sid.issuer.len == 0 && sd.sid.serial.len == 0);
    only_note(&notes, NOTE_CMS_CERT_CHOICE);
}

static void every_prefix(void **state)
{
    const char *p[PARTS];
    uint8_t     bytes[4096], room[4096];

    (void)state;
    memcpy(p, sod_usual, sizeof p);
    for (int form = 0; form < 2; form++) {
        const struct view whole = sod(p, form == 0 ? DER_FRAME : BER_FRAME, bytes);

        for (size_t n = 0; n < whole.len; n++) {
            uint8_t           *exact = malloc(n ? n : 1);
            struct buf         scratch = BUF(room);
            struct signed_data sd;

            memcpy(exact, whole.ptr, n);
            EXPECT_CODE(signed_data_read(view_of(exact, n), &scratch, &sd, NULL), E_TRUNCATED);
            free(exact);
        }
        p[CONTENT] = "30[" LDS "A0[ 24[ 04{" OBJECT "} ] ] ]";
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_hold),
        cmocka_unit_test(frames),
        cmocka_unit_test(ber),
        cmocka_unit_test(long_lengths),
        cmocka_unit_test(fields_are_there),
        cmocka_unit_test(every_prefix),
    };

    return cmocka_run_group_tests_name("cms.signed_data", tests, sod_make_key, sod_free_key);
}
