/*
 * ef_dir_test: EF.DIR as Doc 9303-10 clause 3.11.2 has it, as chips have it, and otherwise.
 *
 * The row "9303-10" is the example of that clause.
 */
#include "lds/ef_dir.h"

#include "parse.h"

#define LDS1           "61{4F{A0000002471001}}"
#define TRAVEL_RECORDS "61{4F{A0000002472001}}"

static const struct {
    const char  *name, *file;
    enum outcome want;
    size_t       n;
    bool         lds1, lds2;
    enum note_id notes[NOTES_EXPECTED];
} rows[] = {
    /* clang-format off */
    { "9303-10, LDS1 alone",       "61094F07A0000002471001", OK, 1, true, false, { 0 } },
    { "9303-10, all four",         LDS1 TRAVEL_RECORDS "61{4F{A0000002472002}} 61{4F{A0000002472003}}", OK, 4, true, true, { 0 } },
    { "A9 several, one of others", "61{4F{E80704007F00070302} 50{'CIA'} 73{}}" LDS1, OK, 2, true, false, { 0 } },
    { "label before identifier",   "61{50{'eMRTD'} 4F{A0000002471001}}", OK, 1, true, false, { 0 } },
    { "filled up with zeros",      LDS1 "00000000", OK, 1, true, false, { 0 } },
    { "filled up with FF",         LDS1 "FFFFFF", OK, 1, true, false, { 0 } },
    { "LDS1 not named",            TRAVEL_RECORDS, OK, 1, false, true, { NOTE_DIR_NO_EMRTD } },
    { "visa records",              LDS1 "61{4F{A0000002472002}}", OK, 2, true, true, { 0 } },
    { "additional biometrics",     LDS1 "61{4F{A0000002472003}}", OK, 2, true, true, { 0 } },
    { "nothing",                   "", OK, 0, false, false, { NOTE_DIR_NO_EMRTD } },
    { "nothing but zeros",         "000000", OK, 0, false, false, { NOTE_DIR_NO_EMRTD } },
    { "identifier without template", "4F{A0000002471001}", OK, 0, false, false, { NOTE_DIR_TEMPLATE, NOTE_DIR_NO_EMRTD } },
    { "template without identifier", "61{50{'X'}}" LDS1, OK, 1, true, false, { NOTE_DIR_TEMPLATE } },
    { "empty template",            "61{}" LDS1, OK, 1, true, false, { NOTE_DIR_TEMPLATE } },
    { "identifier too short",      "61{4F{A0000002}}" LDS1, OK, 1, true, false, { NOTE_DIR_TEMPLATE } },
    { "identifier of 16",          "61{4F{A0000002471001000000000000000000}}" LDS1, OK, 2, true, false, { 0 } },
    { "identifier of 17",          "61{4F{A000000247100100000000000000000000}}" LDS1, OK, 1, true, false, { NOTE_DIR_TEMPLATE } },
    { "template that breaks off",  "61 04 4F07A000" LDS1, OK, 1, true, false, { NOTE_DIR_TEMPLATE } },
    { "identifier a byte longer than LDS1's", "61{4F{A000000247100100}}", OK, 1, false, false, { NOTE_DIR_NO_EMRTD } },
    { "cut",                       "61094F07A00000024710", E_TRUNCATED, 0, false, false, { 0 } },
    { "bytes behind",              LDS1 "01", E_TRUNCATED, 0, false, false, { 0 } },
    { "indefinite length",         "6180 4F07A0000002471001 0000", E_UNSUPPORTED, 0, false, false, { 0 } },
    /* clang-format on */
};

static struct err parse(struct view in)
{
    struct ef_dir dir;

    return ef_dir_read(in, &dir, NULL);
}

/* The walk finds what was counted. */
static void walk(const struct ef_dir *dir)
{
    struct view list = dir->list, aid;
    size_t      n = 0;

    while (ef_dir_next(&list, &aid).code == OK) {
        EXPECT(aid.len >= AID_MIN && aid.len <= AID_MAX);
        n++;
    }
    EXPECT(n == dir->n);
}

static void rows_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct view   file = NEST(rows[i].file);
        struct notes  notes = { 0 };
        struct ef_dir dir = { .n = 77 };

        ROW(rows[i].name);
        EXPECT_CODE(ef_dir_read(file, &dir, &notes), rows[i].want);
        expect_notes(&notes, rows[i].notes);
        if (rows[i].want != OK) {
            EXPECT(dir.n == 77); /* unchanged */
            continue;
        }
        EXPECT(dir.n == rows[i].n && dir.lds1 == rows[i].lds1 && dir.lds2 == rows[i].lds2);
        walk(&dir);
        every_flip_ends(file, parse);
    }
}

static void prefixes_end_between_elements(void **state)
{
    const struct view whole = NEST(LDS1 TRAVEL_RECORDS);

    (void)state;
    for (size_t n = 0; n <= whole.len; n++) {
        uint8_t      *exact = malloc(n != 0 ? n : 1);
        struct ef_dir dir = { 0 };

        memcpy(exact, whole.ptr, n);
        EXPECT((ef_dir_read(view_of(exact, n), &dir, NULL).code == OK) ==
               (n == 0 || n == whole.len / 2 || n == whole.len));
        free(exact);
    }
}

static void identifiers_in_their_order(void **state)
{
    const struct view file = NEST("61{4F{E80704007F00070302}} 61{}" LDS1 "0000");
    struct ef_dir     dir;
    struct view       list, aid;

    (void)state;
    EXPECT_CODE(ef_dir_read(file, &dir, NULL), OK);
    list = dir.list;
    EXPECT_CODE(ef_dir_next(&list, &aid), OK);
    EXPECT_BYTES(aid, HEX("E80704007F00070302"));
    EXPECT_CODE(ef_dir_next(&list, &aid), OK);
    EXPECT_BYTES(aid, HEX("A0000002471001"));
    EXPECT_CODE(ef_dir_next(&list, &aid), E_TRUNCATED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_hold),
        cmocka_unit_test(prefixes_end_between_elements),
        cmocka_unit_test(identifiers_in_their_order),
    };

    return cmocka_run_group_tests_name("lds.ef_dir", tests, NULL, NULL);
}
