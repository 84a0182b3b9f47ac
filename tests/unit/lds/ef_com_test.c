/*
 * ef_com_test: the example of Doc 9303-10 Appendix A and the cases LDS_A of TR-03105-5.1.
 */
#include "lds/ef_com.h"

#include "parse.h"

static const struct {
    const char  *name, *file;
    enum outcome want;
    uint32_t     dgs;
    enum note_id notes[NOTES_EXPECTED];
} rows[] = {
    /* clang-format off */
    { "version 1.7", "60{5F01{'0107'} 5F36{'040000'} 5C{6175}}", OK, 0x6, { 0 } },
    { "LDS_A_10 version 1.8", "60{5F01{'0108'} 5F36{'040000'} 5C{61756E}}", OK, 0x4006, { 0 } },
    { "9303-10 Appendix A, version 1.6", "60145F0104303130365F36063034303030305C026175", OK, 0x6, { NOTE_COM_VERSION } },
    { "all data groups", "60{5F01{'0107'} 5F36{'040000'} 5C{6175637665666768696A6B6C6D6E6F70}}", OK, 0x1FFFE, { 0 } },
    { "another order", "60{5C{7561} 5F36{'040000'} 5F01{'0107'}}", OK, 0x6, { 0 } },
    { "LDS_A_01 tag 61", "61{5F01{'0107'} 5F36{'040000'} 5C{6175}}", E_UNEXPECTED, 0, { 0 } },
    { "LDS_A_02 length too small", "6013 5F0104'0107' 5F3606'040000' 5C026175", E_TRUNCATED, 0, { NOTE_FILE_TRAILING } },
    { "LDS_A_03 length too big", "6015 5F0104'0107' 5F3606'040000' 5C026175", E_TRUNCATED, 0, { 0 } },
    { "LDS_A_04 LDS version 3.0", "60{5F01{'0300'} 5F36{'040000'} 5C{6175}}", OK, 0x6, { NOTE_COM_VERSION } },
    { "LDS_A_05 LDS version missing", "60{5F36{'040000'} 5C{6175}}", OK, 0x6, { NOTE_COM_NO_VERSION } },
    { "LDS_A_06 Unicode 5.0.0", "60{5F01{'0107'} 5F36{'050000'} 5C{6175}}", OK, 0x6, { NOTE_COM_UNICODE } },
    { "LDS_A_07 Unicode version missing", "60{5F01{'0107'} 5C{6175}}", OK, 0x6, { NOTE_COM_NO_VERSION } },
    { "LDS_A_08 DG1 not listed", "60{5F01{'0107'} 5F36{'040000'} 5C{75}}", OK, 0x4, { NOTE_COM_MANDATORY } },
    { "LDS_A_09 tag list missing", "60{5F01{'0107'} 5F36{'040000'}}", OK, 0, { NOTE_COM_NO_LIST } },
    { "tag list empty", "60{5F01{'0107'} 5F36{'040000'} 5C{}}", OK, 0, { NOTE_COM_NO_LIST } },
    { "nothing inside", "60{}", OK, 0, { NOTE_COM_NO_VERSION, NOTE_COM_NO_LIST } },
    { "no data group's tag in the list", "60{5F01{'0107'} 5F36{'040000'} 5C{617577}}", OK, 0x6, { NOTE_COM_TAG } },
    { "a tag of two octets in the list", "60{5F01{'0107'} 5F36{'040000'} 5C{61755F0E}}", OK, 0x6, { NOTE_COM_TAG } },
    { "half a tag in the list", "60{5F01{'0107'} 5F36{'040000'} 5C{61755F}}", E_TRUNCATED, 0, { 0 } },
    { "a tag twice in the list", "60{5F01{'0107'} 5F36{'040000'} 5C{617561}}", OK, 0x6, { NOTE_COM_TAG } },
    { "an element that does not belong", "60{5F01{'0107'} 5F36{'040000'} 5C{6175} 04{01}}", OK, 0x6, { NOTE_COM_EXTRA } },
    { "two versions", "60{5F01{'0107'} 5F01{'0108'} 5F36{'040000'} 5C{6175}}", OK, 0x6, { NOTE_COM_EXTRA } },
    { "LDS version of five letters", "60155F010530313036305F36063034303030305C026175", E_MALFORMED, 0, { 0 } },
    { "Unicode version of five letters", "60{5F01{'0107'} 5F36{'04000'} 5C{6175}}", E_MALFORMED, 0, { 0 } },
    { "Unicode length eats the next tag", "60135F0104303130365F360534303030305C026175", E_MALFORMED, 0, { 0 } },
    /* clang-format on */
};

static struct err parse(struct view in)
{
    struct notes  notes = { 0 };
    struct ef_com com;

    return ef_com_read(in, &com, &notes);
}

static void rows_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct view   file = NEST(rows[i].file);
        struct notes  notes = { 0 };
        struct ef_com com = { .dgs = 0x55 };

        ROW(rows[i].name);
        EXPECT_CODE(ef_com_read(file, &com, &notes), rows[i].want);
        EXPECT(com.dgs == (rows[i].want == OK ? rows[i].dgs : 0x55)); /* unchanged on failure */
        expect_notes(&notes, rows[i].notes);
        every_prefix_fails(file, parse);
    }
}

static void values_are_views(void **state)
{
    struct view   file = HEX("60145F0104303130365F36063034303030305C026175");
    struct ef_com com;

    (void)state;
    EXPECT_CODE(ef_com_read(file, &com, NULL), OK);
    EXPECT_BYTES(com.lds_version, TEXT("0106"));
    EXPECT_BYTES(com.unicode_version, TEXT("040000"));
    EXPECT_BYTES(com.tags, HEX("6175"));
}

/* Nobody signs EF.COM, so a flipped bit in a right one must at least be noticed, or change
 * the list of data groups, which is compared with the signed one. */
static void no_flipped_bit_is_missed(void **state)
{
    uint8_t      bytes[64];
    struct view  file = nest("60{5F01{'0107'} 5F36{'040000'} 5C{6175637E}}", bytes, sizeof bytes);
    const size_t len = file.len;

    (void)state;
    file = nest("60{5F01{'0107'} 5F36{'040000'} 5C{6175636E}}", bytes, sizeof bytes);
    EXPECT(file.len == len);
    for (size_t bit = 0; bit < len * 8; bit++) {
        struct notes  notes = { 0 };
        struct ef_com com = { 0 };
        char          name[64];

        snprintf(name, sizeof name, "bit %zu of byte %zu", bit % 8, bit / 8);
        ROW(name);
        bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
        EXPECT(ef_com_read(file, &com, &notes).code != OK || notes.n != 0 || com.dgs != 0x400E);
        bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(rows_hold),
                                        cmocka_unit_test(values_are_views),
                                        cmocka_unit_test(no_flipped_bit_is_missed) };

    return cmocka_run_group_tests_name("lds.ef_com", tests, NULL, NULL);
}
