/*
 * samples_test: documents, data groups and CardAccess files that others made.
 *
 * Vectors, under VERSO_SHARED: chips/ (which data groups a SOD lists: chips/truth.tsv; what
 * DG14 holds: openssl asn1parse; the face image: the image's own header, read here from its
 * first marker or box), dg_samples/, vectors/lds_9303-10_appA.txt (the standard's examples,
 * field by field), vectors/cardaccess_samples.txt (identifiers as decoded there).
 */
#include "base/der.h"
#include "lds/dg1.h"
#include "lds/dg11.h"
#include "lds/dg12.h"
#include "lds/dg14.h"
#include "lds/dg15.h"
#include "lds/dg2.h"
#include "lds/ef_com.h"
#include "lds/face_record.h"
#include "lds/lds_security_object.h"

#include "parse.h"

enum { FILE_MAX = 1 << 16 };

static struct view shared(const char *name)
{
    static uint8_t room[5][FILE_MAX]; /* the last five files stay valid */
    static size_t  turn;
    char           path[1024];
    uint8_t       *to = room[turn++ % 5];

    snprintf(path, sizeof path, "%s/data/%s", getenv("VERSO_SHARED"), name);
    FILE *f = fopen(path, "rb");
    if (f == NULL)
        fail_msg("%s is missing", path);
    const size_t n = fread(to, 1, FILE_MAX, f);
    fclose(f);
    EXPECT(n != 0 && n < FILE_MAX);
    return view_of(to, n);
}

static struct view in_folder(const char *folder, const char *file)
{
    char path[512];

    snprintf(path, sizeof path, "%s/%s", folder, file);
    return shared(path);
}

static bool has_text(struct view v, const char *text)
{
    return view_eq(v, view_of(text, strlen(text)));
}

/* ---- documents ---- */

static const struct {
    const char   *folder, *com, *sod, *dg1, *dg2;
    uint32_t      com_dgs, sod_dgs;
    enum hash_alg alg;
    const char   *number, *primary;
    uint16_t      image_width, image_height; /* in the JPEG 2000 header */
} documents[] = {
    /* clang-format off */
    { "chips/bsi_tr03105_5", "EF.COM.bin", "EF.SOD.bin", "DG1.bin", "DG2.bin",
      1U << 1 | 1U << 2 | 1U << 3 | 1U << 4 | 1U << 14, 1U << 1 | 1U << 2 | 1U << 3 | 1U << 4 | 1U << 14,
      HASH_SHA256, "C11T002JM", "MUSTERMANN", 413, 531 },
    { "chips/bsi_tr03105_5_2008", "EF.COM.bin", "EF.SOD.bin", "DG1.bin", "DG2.bin",
      1U << 1 | 1U << 2 | 1U << 3 | 1U << 14, 1U << 1 | 1U << 2 | 1U << 3 | 1U << 14,
      HASH_SHA1, "C11T002JM", "MUSTERMANN", 413, 531 },
    { "chips/tsemrtd_extended", "EF.COM.bin", "EF.SOD.bin", "DG1.bin", "DG2.bin",
      1U << 1 | 1U << 2 | 1U << 3 | 1U << 14, 1U << 1 | 1U << 2 | 1U << 3 | 1U << 14,
      HASH_SHA1, "C11T002JM", "MUSTERMANN", 413, 531 },
    { "chips/persosim/DefaultPersoGt_files", NULL, "MF_A0000002471001_011D.bin",
      "MF_A0000002471001_0101.bin", "MF_A0000002471001_0102.bin",
      0, 1U << 1 | 1U << 2 | 1U << 3 | 1U << 4, HASH_SHA256, "000000001", "MUSTERMANN", 413, 531 },
    /* clang-format on */
};

/* The eContent of EF.SOD, without a CMS reader: the path is always the same. */
static struct view econtent(struct view file)
{
    struct view rest, skipped, content;

    EXPECT_CODE(lds_file_open(file, 0x77, &rest, NULL), OK);
    EXPECT_CODE(der_expect(&rest, DER_SEQUENCE, &rest), OK);
    EXPECT_CODE(der_oid(&rest, &skipped), OK);
    EXPECT_CODE(der_expect(&rest, DER_CONTEXT_C(0), &rest), OK);
    EXPECT_CODE(der_expect(&rest, DER_SEQUENCE, &rest), OK);
    EXPECT_CODE(der_integer(&rest, &skipped), OK);
    EXPECT_CODE(der_expect(&rest, DER_SET, &skipped), OK);
    EXPECT_CODE(der_expect(&rest, DER_SEQUENCE, &rest), OK);
    EXPECT_CODE(der_oid(&rest, &skipped), OK);
    EXPECT_CODE(der_expect(&rest, DER_CONTEXT_C(0), &rest), OK);
    EXPECT_CODE(der_expect(&rest, DER_OCTET_STRING, &content), OK);
    return content;
}

static const enum note_id none[NOTES_EXPECTED] = { NOTE_NONE };

/* Height and width in the ihdr box of a JP2 file: 4 bytes each behind its name. */
static void expect_jp2_size(struct view image, uint32_t width, uint32_t height)
{
    size_t      at = 0;
    struct view box;
    uint32_t    w, h;

    while (at + 4 <= image.len && memcmp(image.ptr + at, "ihdr", 4) != 0)
        at++;
    EXPECT_CODE(view_sub(image, at + 4, 8, &box), OK);
    EXPECT_CODE(view_u32(&box, &h), OK);
    EXPECT_CODE(view_u32(&box, &w), OK);
    EXPECT(w == width && h == height);
    /* the last two octets of a codestream are its end marker */
    EXPECT(view_at(image, image.len - 2) == 0xFF && view_at(image, image.len - 1) == 0xD9);
}

static void documents_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(documents); i++) {
        struct notes               notes = { 0 };
        struct ef_com              com = { 0 };
        struct dg1                 dg1;
        struct dg2                 dg2;
        struct lds_security_object so;
        uint8_t                    room[MRZ_NUMBER_MAX];
        struct buf                 number = BUF(room);
        const char                *folder = documents[i].folder;

        ROW(folder);
        if (documents[i].com != NULL)
            EXPECT_CODE(ef_com_read(in_folder(folder, documents[i].com), &com, &notes), OK);
        EXPECT(com.dgs == documents[i].com_dgs);
        const struct view content = econtent(in_folder(folder, documents[i].sod));
        EXPECT_CODE(lds_security_object_read(content, &so, &notes), OK);
        EXPECT(so.version == 0 && so.dgs == documents[i].sod_dgs);
        EXPECT(so.hash_alg == documents[i].alg);
        EXPECT_CODE(dg1_read(in_folder(folder, documents[i].dg1), &dg1, &notes), OK);
        EXPECT_CODE(mrz_number(&dg1.mrz, &number), OK);
        EXPECT(has_text(buf_view(&number), documents[i].number));
        EXPECT(has_text(dg1.mrz.primary, documents[i].primary));
        EXPECT_CODE(dg2_read(in_folder(folder, documents[i].dg2), &dg2, &notes), OK);
        EXPECT(dg2.n == 1 && dg2.face[0].image_format == IMAGE_JP2);
        expect_jp2_size(dg2.face[0].image, documents[i].image_width, documents[i].image_height);
        expect_notes(&notes, none);
    }
}

/* ---- single data groups ---- */

static void dg14_holds_what_asn1parse_shows(void **state)
{
    static const struct {
        const char         *file;
        enum info_agreement agreement;
        size_t              spki_len; /* asn1parse: header and content */
    } rows[] = {
        { "chips/bsi_tr03105_5/DG14.bin", AGREEMENT_ECDH, 279 },
        { "chips/bsi_tr03105_5_2008/DG14.bin", AGREEMENT_ECDH, 279 },
        { "chips/tsemrtd_extended/DG14.bin", AGREEMENT_ECDH, 279 },
        { "dg_samples/jmrtd_doc9303_sample_dg14.bin", AGREEMENT_DH, 425 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct notes          notes = { 0 };
        struct security_infos infos;
        struct security_info  info;

        ROW(rows[i].file);
        EXPECT_CODE(dg14_read(shared(rows[i].file), &infos, &notes), OK);
        EXPECT(infos.n[INFO_CA_KEY] == 1 && infos.n[INFO_CA] == 1 && infos.n[INFO_TA] == 1);
        EXPECT(infos.n[INFO_PACE] == 0 && infos.n[INFO_OTHER] == 0);
        EXPECT_CODE(security_infos_next(&infos.list, &info), OK);
        EXPECT(info.kind == INFO_CA_KEY && info.agreement == rows[i].agreement);
        EXPECT(info.key.len == rows[i].spki_len && !info.has_id);
        EXPECT_CODE(security_infos_next(&infos.list, &info), OK);
        EXPECT(info.kind == INFO_CA && info.cipher == INFO_CIPHER_3DES && info.version == 1);
        EXPECT(info.agreement == rows[i].agreement);
        EXPECT_CODE(security_infos_next(&infos.list, &info), OK);
        EXPECT(info.kind == INFO_TA && info.version == 1 && info.fid.len == 0);
        expect_notes(&notes, none);
    }
}

static void dg15_is_a_key(void **state)
{
    static const struct {
        const char *file;
        size_t      len;
    } rows[] = { { "chips/bsi_tr03105_5/DG15.bin", 162 },
                 { "chips/bsi_tr03105_5_2008/DG15.bin", 161 },
                 { "chips/tsemrtd_extended/DG15.bin", 161 } };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct notes notes = { 0 };
        struct view  spki;

        ROW(rows[i].file);
        EXPECT_CODE(dg15_read(shared(rows[i].file), &spki, &notes), OK);
        EXPECT(spki.len == rows[i].len && der_at(spki, DER_SEQUENCE));
        expect_notes(&notes, none);
    }
}

static void details_of_the_extended_document(void **state)
{
    /* its tag list leaves out 5F17 */
    static const enum note_id listed[NOTES_EXPECTED] = { NOTE_DETAILS_DATE_BCD, NOTE_DETAILS_LIST };
    static const enum note_id unlisted[NOTES_EXPECTED] = { NOTE_DETAILS_DATE_BCD,
                                                           NOTE_DETAILS_NO_LIST };
    struct notes              notes = { 0 }, notes12 = { 0 };
    struct dg11               d11;
    struct dg12               d12;
    struct view               name;

    (void)state;
    ROW("DG11");
    EXPECT_CODE(dg11_read(shared("chips/tsemrtd_extended/DG11.bin"), &d11, &notes), OK);
    EXPECT(has_text(d11.item[DG11_NAME], "Doe John"));
    EXPECT(has_text(d11.item[DG11_PERSONAL_NUMBER], "123"));
    EXPECT(has_text(d11.item[DG11_OTHER_DOCUMENTS], "123<123"));
    EXPECT(date_order(d11.birth, (struct date){ 1970, 1, 1 }) == 0);
    EXPECT(d11.other_names.n == 1);
    EXPECT_CODE(dg_items_next(&d11.other_names, &name), OK);
    EXPECT(has_text(name, "William"));
    expect_notes(&notes, listed);

    ROW("DG12");
    EXPECT_CODE(dg12_read(shared("chips/tsemrtd_extended/DG12.bin"), &d12, &notes12), OK);
    EXPECT(has_text(d12.item[DG12_AUTHORITY], "TEST"));
    EXPECT(date_order(d12.issued, (struct date){ 2024, 1, 1 }) == 0);
    EXPECT(d12.other_persons.n == 1 && d12.item[DG12_PERSONALIZED].len == 7);
    expect_notes(&notes12, unlisted);
}

static void faces_of_others(void **state)
{
    struct view  record = shared("dg_samples/iso19794/gmrtd_ISO19794_Test1_Data.bin");
    struct view  jpeg = shared("dg_samples/iso19794/gmrtd_ISO19794_Test1_Face.jpg");
    struct notes notes = { 0 };
    struct dg2   d = { 0 };

    (void)state;
    ROW("19794-5 with a JPEG, which is 148 x 70 by its own frame header");
    EXPECT_CODE(face_record_read(record, &d, &notes), OK);
    EXPECT(d.n == 1 && d.face[0].image_format == IMAGE_JPEG);
    EXPECT_BYTES(d.face[0].image, jpeg);
    EXPECT(d.face[0].width == 148 && d.face[0].height == 70);

    static const char *const files[] = {
        "dg_samples/iso39794/gmrtd_ICAO_39794_5_AP_DG2_MandFields.dat",
        "dg_samples/dg2_silver_mandatory_fields.bin",
    };
    static const enum note_id closed[NOTES_EXPECTED] = { NOTE_FACE_39794 };

    struct view block = shared("dg_samples/iso39794/gmrtd_ICAO_39794_5_AP_MandFields.dat");
    for (size_t i = 0; i < COUNT(files); i++) {
        struct notes seen = { 0 };

        ROW(files[i]);
        EXPECT_CODE(dg2_read(shared(files[i]), &d, &seen), OK);
        EXPECT(d.n == 1 && d.face[0].format == FACE_ISO_39794_5 && d.face[0].image.len == 0);
        EXPECT_BYTES(d.face[0].block, block);
        expect_notes(&seen, closed);
    }
}

/* ---- the standard's examples, key=value ---- */

static char *value_of(const char *key)
{
    static char  value[4][1024];
    static int   turn;
    char        *to = value[turn++ % 4];
    struct view  all = shared("vectors/lds_9303-10_appA.txt");
    const size_t n = strlen(key);
    const char  *text = (const char *)all.ptr, *end = text + all.len;

    for (const char *line = text; line < end; line = strchr(line, '\n') + 1) {
        if (strncmp(line, key, n) == 0 && line[n] == '=') {
            snprintf(to, sizeof value[0], "%.*s", (int)strcspn(line + n + 1, "\n"), line + n + 1);
            return to;
        }
        if (strchr(line, '\n') == NULL)
            break;
    }
    fail_msg("no %s in the examples", key);
    return to;
}

static void examples_of_appendix_a(void **state)
{
    static const struct {
        const char     *file, *mrz;
        enum mrz_format format;
    } zones[] = { { "dg1_td1", "dg1_td1.mrz", MRZ_TD1 },
                  { "dg1_td2", "dg1_td2.mrz", MRZ_TD2 },
                  { "dg1_td3", "dg1_td3.mrz", MRZ_TD3 } };
    static const struct {
        const char    *key;
        enum dg11_item item;
    } items[] = { { "dg11.5F0E", DG11_NAME },
                  { "dg11.5F11", DG11_BIRTH_PLACE },
                  { "dg11.5F42", DG11_ADDRESS },
                  { "dg11.5F12", DG11_TELEPHONE },
                  { "dg11.5F13", DG11_PROFESSION } };
    struct view   com_file = HEX(value_of("ef_com")), dg11_file = HEX(value_of("dg11"));
    struct ef_com com;
    struct dg11   d11;

    (void)state;
    ROW("EF.COM");
    EXPECT_CODE(ef_com_read(com_file, &com, NULL), OK);
    EXPECT(has_text(com.lds_version, value_of("ef_com.lds_version")));
    EXPECT(has_text(com.unicode_version, value_of("ef_com.unicode_version")));
    EXPECT_BYTES(com.tags, HEX(value_of("ef_com.tag_list")));
    EXPECT_CODE(dg11_read(dg11_file, &d11, NULL), OK);
    for (size_t i = 0; i < COUNT(items); i++) {
        ROW(items[i].key);
        EXPECT(has_text(d11.item[items[i].item], value_of(items[i].key)));
    }
    for (size_t i = 0; i < COUNT(zones); i++) {
        struct view file = HEX(value_of(zones[i].file));
        struct dg1  d;

        ROW(zones[i].file);
        EXPECT_CODE(dg1_read(file, &d, NULL), OK);
        EXPECT(has_text(d.text, value_of(zones[i].mrz)) && d.mrz.format == zones[i].format);
    }
}

/* "must be rejected without a crash", says their collector.  We refuse what cannot be read,
 * and note what can. */
static void malformed_examples(void **state)
{
    static const struct {
        const char  *key;
        enum outcome want;
        bool         dg11;
        enum note_id note;
    } rows[] = {
        { "neg.com_version_len5", E_MALFORMED, false, NOTE_NONE },
        { "neg.com_unicode_len5", E_MALFORMED, false, NOTE_NONE },
        { "neg.com_taglist_truncated", E_TRUNCATED, false, NOTE_NONE },
        { "neg.dg11_taglist_partial", E_MALFORMED, true, NOTE_NONE },
        { "neg.dg11_unknown_tag", OK, true, NOTE_DETAILS_TAG },
        { "neg.dg11_count_mismatch", OK, true, NOTE_DETAILS_OTHERS },
        { "neg.overrun", E_TRUNCATED, true, NOTE_NONE },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct view   file = HEX(value_of(rows[i].key));
        struct notes  notes = { 0 };
        struct ef_com com;
        struct dg11   d11;

        ROW(rows[i].key);
        if (rows[i].dg11)
            EXPECT_CODE(dg11_read(file, &d11, &notes), rows[i].want);
        else
            EXPECT_CODE(ef_com_read(file, &com, &notes), rows[i].want);
        EXPECT(rows[i].note == NOTE_NONE || note_seen(&notes, rows[i].note));
    }
}

/* ---- EF.CardAccess ---- */

/* The identifiers of one line "oid:rest oid:rest", in its order. */
static void expect_identifiers(struct view list, char *decoded)
{
    struct security_info info;

    for (char *item; (item = strsep(&decoded, " ")) != NULL;) {
        uint8_t    room[OID_TEXT_MAX];
        struct buf out = BUF(room);

        const char *rest = strchr(item, ':') + 1; /* "02010202010d": version, parameterId */
        item[strcspn(item, ":")] = '\0';
        EXPECT_CODE(security_infos_next(&list, &info), OK);
        EXPECT_CODE(oid_print(info.oid_content, &out), OK);
        EXPECT(has_text(buf_view(&out), item));
        if (info.kind != INFO_PACE && info.kind != INFO_CA && info.kind != INFO_TA)
            continue;
        EXPECT(strncmp(rest, "0201", 4) == 0);
        EXPECT(info.version == (uint32_t)(rest[5] - '0'));
        EXPECT(info.kind == INFO_TA || info.has_id == (strlen(rest) > 6));
    }
    EXPECT_CODE(security_infos_next(&list, &info), E_TRUNCATED);
}

/* Made wrong on purpose: a length beyond the info (asn1parse stops there too), a negative
 * parameterId. */
static bool is_malformed(const char *sample)
{
    return strncmp(sample, "sample15=", 9) == 0 || strncmp(sample, "sample21=", 9) == 0;
}

static void card_access_of_others(void **state)
{
    char   sample[2048] = "", line[4096], path[1024];
    size_t done = 0;

    (void)state;
    snprintf(path, sizeof path, "%s/data/vectors/cardaccess_samples.txt", getenv("VERSO_SHARED"));
    FILE *f = fopen(path, "r");
    EXPECT(f != NULL);
    while (fgets(line, sizeof line, f) != NULL) {
        line[strcspn(line, "\r\n")] = '\0';
        if (strncmp(line, "sample", 6) == 0)
            snprintf(sample, sizeof sample, "%.2000s", line);
        if (strncmp(line, "#   0.", 6) != 0)
            continue;
        struct view           der = HEX(strchr(sample, '=') + 1);
        struct security_infos infos;
        struct notes          notes = { 0 };

        ROW(sample);
        EXPECT_CODE(security_infos_read(der, &infos, &notes), OK);
        EXPECT(note_seen(&notes, NOTE_INFO_MALFORMED) == is_malformed(sample));
        if (is_malformed(sample))
            EXPECT(infos.n[INFO_PACE] == 0);
        else
            expect_identifiers(infos.list, line + 4);
        done++;
    }
    fclose(f);
    EXPECT(done >= 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents_read),     cmocka_unit_test(dg14_holds_what_asn1parse_shows),
        cmocka_unit_test(dg15_is_a_key),      cmocka_unit_test(details_of_the_extended_document),
        cmocka_unit_test(faces_of_others),    cmocka_unit_test(examples_of_appendix_a),
        cmocka_unit_test(malformed_examples), cmocka_unit_test(card_access_of_others),
    };
    const char *root = getenv("VERSO_SHARED");

    if (root == NULL || *root == '\0') {
        printf("skipped: VERSO_SHARED does not name the public test data\n");
        return 77;
    }
    return cmocka_run_group_tests_name("lds.samples", tests, NULL, NULL);
}
