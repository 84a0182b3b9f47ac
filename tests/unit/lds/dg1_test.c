/*
 * dg1_test: the examples of Doc 9303-10 Appendix A and the cases LDS_B of TR-03105-5.1, at the
 * level of the file; what is a right field or digit is tested with mrz.
 */
#include "lds/dg1.h"

#include "parse.h"

#define LINE1 "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
#define LINE2 "L898902C36UTO7408122F1204159ZE184226B<<<<<10"

static const struct {
    const char     *name, *file;
    enum outcome    want;
    enum mrz_format format;
    enum note_id    notes[NOTES_EXPECTED];
} rows[] = {
    /* clang-format off */
    { "A TD1, whose composite digit is wrong in the standard", "61{5F1F{'I<NLDXI85935F86999999990<<<<<<7208148F1108268NLD<<<<<<<<<<<4VAN<DER<STEEN<<MARIANNE<LOUISE'}}", OK, MRZ_TD1, { NOTE_DG1_DIGIT } },
    { "A TD2, long number", "61{5F1F{'I<ATASMITH<<JOHN<T<<<<<<<<<<<<<<<<<<123456789<HMD7406221M10123120122<<<0'}}", OK, MRZ_TD2, { 0 } },
    { "A TD3", "61{5F1F{'" LINE1 LINE2 "'}}", OK, MRZ_TD3, { 0 } },
    { "LDS_B_05 tag 62", "62{5F1F{'" LINE1 LINE2 "'}}", E_UNEXPECTED, 0, { 0 } },
    { "LDS_B_06 length too small", "61 5A 5F1F58'" LINE1 LINE2 "'", E_TRUNCATED, 0, { NOTE_FILE_TRAILING } },
    { "LDS_B_07 length too big", "61 5C 5F1F58'" LINE1 LINE2 "'", E_TRUNCATED, 0, { 0 } },
    { "LDS_B_08 document type unknown", "61{5F1F{'X<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<" LINE2 "'}}", OK, MRZ_TD3, { NOTE_DG1_FORM } },
    { "LDS_B_10 name is void", "61{5F1F{'P<UTO<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<" LINE2 "'}}", OK, MRZ_TD3, { NOTE_DG1_FORM } },
    { "LDS_B_13 number digit", "61{5F1F{'" LINE1 "L898902C37UTO7408122F1204159ZE184226B<<<<<17'}}", OK, MRZ_TD3, { NOTE_DG1_DIGIT } },
    { "LDS_B_18 sex, LDS_B_23 composite", "61{5F1F{'" LINE1 "L898902C36UTO7408122X1204159ZE184226B<<<<<11'}}", OK, MRZ_TD3, { NOTE_DG1_FORM, NOTE_DG1_DIGIT } },
    { "LDS_B_24 no MRZ", "61{}", E_TRUNCATED, 0, { 0 } },
    { "LDS_B_24 another object", "61{5F01{'0107'}}", E_UNEXPECTED, 0, { 0 } },
    { "more than the MRZ", "61{5F1F{'" LINE1 LINE2 "'} 5F01{'0107'}}", OK, MRZ_TD3, { NOTE_DG1_EXTRA } },
    { "one character short", "61{5F1F{'" LINE1 "L898902C36UTO7408122F1204159ZE184226B<<<<<1'}}", E_UNEXPECTED, 0, { 0 } },
    { "a character of no MRZ", "61{5F1F{'" LINE1 "l898902C36UTO7408122F1204159ZE184226B<<<<<10'}}", E_MALFORMED, 0, { 0 } },
    /* clang-format on */
};

static struct err parse(struct view in)
{
    struct dg1 d;

    return dg1_read(in, &d, NULL);
}

static void rows_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct view  file = NEST(rows[i].file);
        struct notes notes = { 0 };
        struct dg1   d = { 0 };

        ROW(rows[i].name);
        EXPECT_CODE(dg1_read(file, &d, &notes), rows[i].want);
        EXPECT(d.mrz.format == rows[i].format);
        expect_notes(&notes, rows[i].notes);
        every_prefix_fails(file, parse);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(rows_hold) };

    return cmocka_run_group_tests_name("lds.dg1", tests, NULL, NULL);
}
