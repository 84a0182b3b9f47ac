/*
 * lds_file_test: the table of files, and how a file is opened.
 *
 * Vectors: Doc 9303-10 (8th ed.) clauses 3.10, 3.11 and 4.7 (tags, file identifiers).
 */
#include "lds/lds_file.h"

#include "parse.h"

static const struct {
    enum lds_file_id id;
    const char      *name;
    uint16_t         fid;
    uint8_t          sfi, tag, dg;
} known[] = {
    /* clang-format off */
    { LDS_ATR_INFO, "EF.ATR", 0x2F01, 0x01, 0, 0 },     { LDS_DIR, "EF.DIR", 0x2F00, 0x1E, 0, 0 },
    { LDS_CARD_ACCESS, "EF.CardAccess", 0x011C, 0x1C, 0x31, 0 },
    { LDS_CARD_SECURITY, "EF.CardSecurity", 0x011D, 0x1D, 0x30, 0 },
    { LDS_COM, "EF.COM", 0x011E, 0x1E, 0x60, 0 },       { LDS_SOD, "EF.SOD", 0x011D, 0x1D, 0x77, 0 },
    { LDS_DG1, "DG1", 0x0101, 0x01, 0x61, 1 },          { LDS_DG2, "DG2", 0x0102, 0x02, 0x75, 2 },
    { LDS_DG3, "DG3", 0x0103, 0x03, 0x63, 3 },          { LDS_DG4, "DG4", 0x0104, 0x04, 0x76, 4 },
    { LDS_DG4 + 1, "DG5", 0x0105, 0x05, 0x65, 5 },      { LDS_DG4 + 2, "DG6", 0x0106, 0x06, 0x66, 6 },
    { LDS_DG4 + 3, "DG7", 0x0107, 0x07, 0x67, 7 },      { LDS_DG4 + 4, "DG8", 0x0108, 0x08, 0x68, 8 },
    { LDS_DG4 + 5, "DG9", 0x0109, 0x09, 0x69, 9 },      { LDS_DG4 + 6, "DG10", 0x010A, 0x0A, 0x6A, 10 },
    { LDS_DG11, "DG11", 0x010B, 0x0B, 0x6B, 11 },       { LDS_DG12, "DG12", 0x010C, 0x0C, 0x6C, 12 },
    { LDS_DG12 + 1, "DG13", 0x010D, 0x0D, 0x6D, 13 },   { LDS_DG14, "DG14", 0x010E, 0x0E, 0x6E, 14 },
    { LDS_DG15, "DG15", 0x010F, 0x0F, 0x6F, 15 },       { LDS_DG16, "DG16", 0x0110, 0x10, 0x70, 16 },
    /* clang-format on */
};

static void files_are_those_of_the_standard(void **state)
{
    (void)state;
    EXPECT(COUNT(known) == LDS_FILES - 1);
    for (size_t i = 0; i < COUNT(known); i++) {
        const struct lds_file *f = lds_file_of(known[i].id);

        ROW(known[i].name);
        EXPECT(strcmp(f->name, known[i].name) == 0);
        EXPECT(f->fid == known[i].fid && f->sfi == known[i].sfi);
        EXPECT(f->tag == known[i].tag && f->dg == known[i].dg);
        EXPECT(f->in_mf == (known[i].id < LDS_COM));
        if (f->dg == 0)
            continue;
        EXPECT(lds_file_of_tag(f->tag) == known[i].id && lds_file_of_dg(f->dg) == known[i].id);
        EXPECT(strcmp(place_name(f->place), f->name) == 0);
    }
    EXPECT(lds_file_of_tag(0x60) == LDS_NO_FILE && lds_file_of_tag(0) == LDS_NO_FILE);
    EXPECT(lds_file_of_dg(0) == LDS_NO_FILE && lds_file_of_dg(17) == LDS_NO_FILE);
    EXPECT(lds_file_of(LDS_FILES)->fid == 0 && lds_file_of(LDS_NO_FILE)->fid == 0);
}

static const struct {
    const char  *name, *file;
    enum outcome want;
    enum note_id notes[NOTES_EXPECTED];
} rows[] = {
    { "as it should be", "61{01 02}", OK, { 0 } },
    { "empty", "61{}", OK, { 0 } },
    { "length in a longer form", "61 82 0001 AA", OK, { 0 } },
    { "a byte behind it", "61{01} 00", OK, { NOTE_FILE_TRAILING } },
    { "another tag", "62{01 02}", E_UNEXPECTED, { 0 } },
    { "shorter than it says", "61 03 01 02", E_TRUNCATED, { 0 } },
    { "nothing", "", E_TRUNCATED, { 0 } },
};

static void files_are_opened(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct notes notes = { 0 };
        struct view  value;

        ROW(rows[i].name);
        EXPECT_CODE(lds_file_open(NEST(rows[i].file), 0x61, &value, &notes), rows[i].want);
        expect_notes(&notes, rows[i].notes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_those_of_the_standard),
        cmocka_unit_test(files_are_opened),
    };

    return cmocka_run_group_tests_name("lds.lds_file", tests, NULL, NULL);
}
