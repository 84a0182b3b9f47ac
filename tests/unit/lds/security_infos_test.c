/*
 * security_infos_test: each kind of info, DG14, DG15, and the cases LDS_F of TR-03105-5.1.
 *
 * Identifiers: Doc 9303-11 (8th ed.) clause 9.2 and TR-03110-3 A.1.1.
 */
#include "lds/dg14.h"
#include "lds/dg15.h"

#include "parse.h"

#define BSI_DE    "04007F00070202" /* 0.4.0.127.0.7.2.2 */
#define PACE_INFO "30{06{" BSI_DE "04 0202} 020102 02010D}"
#define CA_INFO   "30{06{" BSI_DE "03 0202} 020101}"
#define CA_KEY    "30{06{" BSI_DE "01 02} 30{30{06{2A8648CE3D0201}} 03{0004}}}"
#define TA_INFO   "30{06{" BSI_DE "02} 020101}"
#define AA_INFO   "30{06{6781080101 05} 020101 06{04007F00070101040103}}"
#define OTHER     "30{06{" BSI_DE "06} 16{'https://example.org'}}"

static const struct {
    const char  *name, *der;
    enum outcome want;
    size_t       n[INFO_KINDS]; /* other, PACE, PACE params, CA, CA key, TA, AA */
    enum note_id notes[NOTES_EXPECTED];
} rows[] = {
    /* clang-format off */
    { "PACE", "31{" PACE_INFO "}", OK, { 0, 1 }, { 0 } },
    { "PACE without parameterId (ES)", "31{30{06{" BSI_DE "04 0204} 020102}}", OK, { 0, 1 }, { 0 } },
    { "one of each", "31{" PACE_INFO "30{06{" BSI_DE "04 02} 30{06{04007F00070102} 02010D} 02010D}" CA_INFO CA_KEY TA_INFO AA_INFO OTHER "}",
      OK, { 1, 1, 1, 1, 1, 1, 1 }, { 0 } },
    { "empty", "31{}", OK, { 0 }, { 0 } },
    { "a SEQUENCE (seen in the field)", "30{" PACE_INFO "}", OK, { 0, 1 }, { NOTE_INFO_SEQUENCE } },
    { "bytes behind it", "31{" PACE_INFO "} 0000", OK, { 0, 1 }, { NOTE_FILE_TRAILING } },
    { "PACE version 1", "31{30{06{" BSI_DE "04 0202} 020101 02010D}}", OK, { 0, 1 }, { NOTE_INFO_VERSION } },
    { "CA version 2 with key", "31{30{06{" BSI_DE "03 0202} 020102 020129}}", OK, { 0, 0, 0, 1 }, { 0 } },
    { "CA domain parameters, version 2", "31{30{06{" BSI_DE "03 02} 30{06{04007F00070102} 02010D} 020129}}", OK, { 1 }, { 0 } },
    { "LDS_F_04 key of no known kind", "31{30{06{" BSI_DE "01 03} 30{30{06{2A8648CE3D0201}} 03{0004}}}}", OK, { 1 }, { NOTE_INFO_CA_UNKNOWN } },
    { "CA of no known cipher", "31{30{06{" BSI_DE "03 0205} 020101}}", OK, { 1 }, { NOTE_INFO_CA_UNKNOWN } },
    { "LDS_F_05 no identifier", "31{30{020101}" TA_INFO "}", OK, { 0, 0, 0, 0, 0, 1 }, { NOTE_INFO_MALFORMED } },
    { "LDS_F_06 CA version 10", "31{30{06{" BSI_DE "03 0202} 02010A}}", OK, { 0, 0, 0, 1 }, { NOTE_INFO_VERSION } },
    { "LDS_F_07 CA without version", "31{30{06{" BSI_DE "03 0202}}}", OK, { 0 }, { NOTE_INFO_MALFORMED } },
    { "no info at all", "31{0500" TA_INFO "}", OK, { 0, 0, 0, 0, 0, 1 }, { NOTE_INFO_MALFORMED } },
    { "empty info", "31{3000}", OK, { 0 }, { NOTE_INFO_MALFORMED } },
    { "more behind the parameterId", "31{30{06{" BSI_DE "04 0202} 020102 02010D 0500}}", OK, { 0 }, { NOTE_INFO_MALFORMED } },
    { "parameterId negative", "31{30{06{" BSI_DE "04 0202} 020102 0201FF}}", OK, { 0 }, { NOTE_INFO_MALFORMED } },
    { "Russian arc (0.3.0.127)", "31{30{06{03007F00070202 01 02} 020101}}", OK, { 1 }, { 0 } },
    { "TA with EF.CVCA", "31{30{06{" BSI_DE "02} 020101 30{04{011C} 04{1C}}}}", OK, { 0, 0, 0, 0, 0, 1 }, { 0 } },
    { "TA with a long FID", "31{30{06{" BSI_DE "02} 020101 30{04{01011C}}}}", OK, { 0 }, { NOTE_INFO_MALFORMED } },
    { "TA with a long SFI", "31{30{06{" BSI_DE "02} 020101 30{04{011C} 04{1C1C}}}}", OK, { 0 }, { NOTE_INFO_MALFORMED } },
    { "TA with more in EF.CVCA", "31{30{06{" BSI_DE "02} 020101 30{04{011C} 04{1C} 0500}}}", OK, { 0 }, { NOTE_INFO_MALFORMED } },
    { "TA version 3", "31{30{06{" BSI_DE "02} 020103}}", OK, { 0, 0, 0, 0, 0, 1 }, { NOTE_INFO_VERSION } },
    { "AA without algorithm", "31{30{06{6781080101 05} 020101}}", OK, { 0 }, { NOTE_INFO_MALFORMED } },
    { "AA version 2", "31{30{06{6781080101 05} 020102 06{04007F00070101040103}}}", OK, { 0, 0, 0, 0, 0, 0, 1 }, { NOTE_INFO_VERSION } },
    { "CA key that is no SEQUENCE", "31{30{06{" BSI_DE "01 02} 0500}}", OK, { 0 }, { NOTE_INFO_MALFORMED } },
    { "an info beyond the set", "31{3005 0603 2A0304 02}", E_TRUNCATED, { 0 }, { 0 } },
    { "another tag", "04{" PACE_INFO "}", E_UNEXPECTED, { 0 }, { 0 } },
    { "shorter than it says", "3114 3012 06", E_TRUNCATED, { 0 }, { 0 } },
    /* clang-format on */
};

static struct err parse(struct view in)
{
    struct security_infos infos;

    return security_infos_read(in, &infos, NULL);
}

static size_t walked(struct view list, enum security_info_kind kind)
{
    struct security_info info;
    size_t               n = 0;

    while (security_infos_next(&list, &info).code == OK)
        n += info.kind == kind;
    return n;
}

static void rows_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct view           der = NEST(rows[i].der);
        struct notes          notes = { 0 };
        struct security_infos infos = { 0 };

        ROW(rows[i].name);
        EXPECT_CODE(security_infos_read(der, &infos, &notes), rows[i].want);
        every_flip_ends(der, parse);
        for (unsigned k = 0; k < INFO_KINDS; k++) {
            EXPECT(infos.n[k] == rows[i].n[k]);
            EXPECT(walked(infos.list, (enum security_info_kind)k) == rows[i].n[k]);
        }
        expect_notes(&notes, rows[i].notes);
        if (rows[i].want == OK && !note_seen(&notes, NOTE_FILE_TRAILING))
            every_prefix_fails(der, parse);
    }
}

static void no_list_is_endless(void **state)
{
    static const uint8_t  info[] = { 0x30, 0x06, 0x06, 0x04, 0x2A, 0x03, 0x04, 0x05 };
    uint8_t               content[sizeof info * (SECURITY_INFOS_MAX + 1)];
    uint8_t               bytes[sizeof content + 8];
    struct security_infos infos;

    (void)state;
    for (size_t i = 0; i < sizeof content; i++)
        content[i] = info[i % sizeof info];
    for (size_t more = 0; more < 2; more++) {
        struct buf der = BUF(bytes);

        EXPECT_CODE(
            tlv_put(&der, 0x31, view_of(content, sizeof info * (SECURITY_INFOS_MAX + more))), OK);
        EXPECT_CODE(security_infos_read(buf_view(&der), &infos, NULL), more ? E_TOO_LONG : OK);
    }
    EXPECT(infos.n[INFO_OTHER] == SECURITY_INFOS_MAX);
}

/* The arcs below id-PACE and id-CA, as 9303-11 clause 9.2 numbers them. */
static void identifiers_are_taken_apart(void **state)
{
    static const enum info_cipher    ciphers[] = { INFO_CIPHER_NONE, INFO_CIPHER_3DES,
                                                   INFO_CIPHER_AES_128, INFO_CIPHER_AES_192,
                                                   INFO_CIPHER_AES_256 };
    static const enum info_agreement agreements[] = { AGREEMENT_NONE, AGREEMENT_DH,
                                                      AGREEMENT_ECDH, AGREEMENT_DH,
                                                      AGREEMENT_ECDH, AGREEMENT_NONE,
                                                      AGREEMENT_ECDH };
    static const enum info_mapping   mappings[] = { MAPPING_NONE, MAPPING_GM, MAPPING_GM,
                                                    MAPPING_IM,   MAPPING_IM, MAPPING_NONE,
                                                    MAPPING_CAM };
    struct security_info             info;
    char                             text[128];

    (void)state;
    for (unsigned m = 1; m <= 6; m++) {
        for (unsigned c = 1; c <= 4; c++) {
            const bool there = m != 5 && !(m == 6 && c == 1);

            snprintf(text, sizeof text, "30{06{" BSI_DE "04 %02X%02X} 020102 02010D}", m, c);
            ROW(text);
            struct view list = NEST(text);
            EXPECT_CODE(security_infos_next(&list, &info), OK);
            EXPECT(info.kind == (there ? INFO_PACE : INFO_OTHER));
            EXPECT(info.cipher == (there ? ciphers[c] : INFO_CIPHER_NONE));
            EXPECT(info.mapping == (there ? mappings[m] : MAPPING_NONE));
            EXPECT(info.agreement == (there ? agreements[m] : AGREEMENT_NONE));
            EXPECT(!there || (info.version == 2 && info.has_id && info.id == 13));
            if (m > 2)
                continue;
            snprintf(text, sizeof text, "30{06{" BSI_DE "03 %02X%02X} 020101}", m, c);
            ROW(text);
            list = NEST(text);
            EXPECT_CODE(security_infos_next(&list, &info), OK);
            EXPECT(info.kind == INFO_CA && info.version == 1 && !info.has_id);
            EXPECT(info.cipher == ciphers[c] && info.agreement == agreements[m]);
        }
    }
}

static void infos_keep_their_parts(void **state)
{
    struct view list = NEST(CA_KEY "30{06{" BSI_DE "02} 020101 30{04{011C} 04{1C}}}" AA_INFO);
    struct view key = NEST("30{30{06{2A8648CE3D0201}} 03{0004}}"), whole = NEST(CA_KEY);
    struct security_info info;

    (void)state;
    EXPECT_CODE(security_infos_next(&list, &info), OK);
    EXPECT_BYTES(info.key, key);
    EXPECT_BYTES(info.whole, whole);
    EXPECT(info.oid == OID_PK_ECDH && info.agreement == AGREEMENT_ECDH && !info.has_id);
    EXPECT_CODE(security_infos_next(&list, &info), OK);
    EXPECT_BYTES(info.fid, HEX("011C"));
    EXPECT_BYTES(info.sfi, HEX("1C"));
    EXPECT_CODE(security_infos_next(&list, &info), OK);
    EXPECT_BYTES(info.sig_oid, HEX("04007F00070101040103"));
    EXPECT_CODE(security_infos_next(&list, &info), E_TRUNCATED);
    EXPECT(info.kind == INFO_AA); /* unchanged */
}

static const struct {
    const char  *name, *file;
    enum outcome want;
    enum note_id notes[NOTES_EXPECTED];
} dg14s[] = {
    /* clang-format off */
    { "key and info", "6E{31{" CA_KEY CA_INFO TA_INFO "}}", OK, { 0 } },
    { "key without info (FR, MY, RU)", "6E{31{" CA_KEY TA_INFO "}}", OK, { NOTE_INFO_CA_KEY_ALONE } },
    { "LDS_F_01 tag 6F", "6F{31{" CA_KEY CA_INFO "}}", E_UNEXPECTED, { 0 } },
    { "LDS_F_02 length small", "6E09 31{" CA_INFO "}", E_TRUNCATED, { NOTE_FILE_TRAILING } },
    { "LDS_F_03 length big", "6E20 31{" CA_INFO "}", E_TRUNCATED, { 0 } },
    { "empty", "6E{}", E_TRUNCATED, { 0 } },
    /* clang-format on */
};

static struct err parse14(struct view in)
{
    struct security_infos infos;

    return dg14_read(in, &infos, NULL);
}

static void dg14_rows_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(dg14s); i++) {
        struct view           file = NEST(dg14s[i].file);
        struct notes          notes = { 0 };
        struct security_infos infos = { 0 };

        ROW(dg14s[i].name);
        EXPECT_CODE(dg14_read(file, &infos, &notes), dg14s[i].want);
        EXPECT((infos.n[INFO_CA_KEY] != 0) == (dg14s[i].want == OK));
        expect_notes(&notes, dg14s[i].notes);
        every_prefix_fails(file, parse14);
    }
}

static const struct {
    const char  *name, *file;
    enum outcome want;
    enum note_id notes[NOTES_EXPECTED];
} dg15s[] = {
    { "a key", "6F{30{30{06{2A864886F70D010101}0500} 03{00}}}", OK, { 0 } },
    { "more behind the key",
      "6F{30{30{06{2A864886F70D010101}0500} 03{00}} 00}",
      OK,
      { NOTE_FILE_TRAILING } },
    { "no SEQUENCE", "6F{31{}}", E_UNEXPECTED, { 0 } },
    { "another tag", "6E{30{}}", E_UNEXPECTED, { 0 } },
    { "empty", "6F{}", E_TRUNCATED, { 0 } },
};

static struct err parse15(struct view in)
{
    struct view spki;

    return dg15_read(in, &spki, NULL);
}

static void dg15_rows_hold(void **state)
{
    struct view key = NEST("30{30{06{2A864886F70D010101}0500} 03{00}}");

    (void)state;
    for (size_t i = 0; i < COUNT(dg15s); i++) {
        struct view  file = NEST(dg15s[i].file), spki = { 0 };
        struct notes notes = { 0 };

        ROW(dg15s[i].name);
        EXPECT_CODE(dg15_read(file, &spki, &notes), dg15s[i].want);
        EXPECT(dg15s[i].want == OK ? view_eq(spki, key) : spki.len == 0);
        expect_notes(&notes, dg15s[i].notes);
        every_prefix_fails(file, parse15);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_hold),
        cmocka_unit_test(no_list_is_endless),
        cmocka_unit_test(identifiers_are_taken_apart),
        cmocka_unit_test(infos_keep_their_parts),
        cmocka_unit_test(dg14_rows_hold),
        cmocka_unit_test(dg15_rows_hold),
    };

    return cmocka_run_group_tests_name("lds.security_infos", tests, NULL, NULL);
}
