/*
 * ef_cvca_test: EF.CVCA as chips fill it, rightly and wrongly.
 *
 * Rows E_.. and LDS_G_.. are named after TR-03105-5.1; the form is TR-03110-3 A.1.2.1's.
 */
#include "lds/ef_cvca.h"

#include "asn1.h"
#include "parse.h"

#define CAR_1 "42{ 'DECVCA00001' }"
#define CAR_2 "42{ 'DECVCA00002' }"

static const struct {
    const char  *name, *file;
    enum outcome want;
    const char  *first, *second;
    enum note_id note[NOTES_EXPECTED];
} rows[] = {
    /* clang-format off */
    { "one, filled up",      CAR_1 "0000000000000000000000000000000000000000000000", OK, "DECVCA00001", "", { 0 } },
    { "two, filled up",      CAR_2 CAR_1 "00000000000000000000", OK, "DECVCA00002", "DECVCA00001", { 0 } },
    { "two of 16: full",     "42{ 'DECVCAeID1200002' } 42{ 'DECVCAeID1200001' }", OK, "DECVCAeID1200002", "DECVCAeID1200001", { 0 } },
    { "not filled up",       CAR_1, OK, "DECVCA00001", "", { 0 } },
    { "E_09 no reference",   "42 00 00 00 00", E_MALFORMED, "", "", { 0 } },
    { "E_10 three",          "42{ 'DECV00001' } 42{ 'DECV00002' } 42{ 'DECV00003' } 000000", OK, "DECV00001", "DECV00002", { NOTE_CVCA_MORE } },
    { "LDS_G_01 tag 00",     "00 0B 'DECVCA00001' 0000", E_UNEXPECTED, "", "", { 0 } },
    { "LDS_G_02 all zero",   "000000000000000000000000000000000000000000000000000000000000000000000000", E_UNEXPECTED, "", "", { 0 } },
    { "no byte",             "", E_TRUNCATED, "", "", { 0 } },
    { "of 17",               "42{ 'DECVCAeID12000021' }", E_MALFORMED, "", "", { 0 } },
    { "cut",                 "42 0B 'DECVCA'", E_TRUNCATED, "", "", { 0 } },
    { "the second empty",    CAR_1 "4200 0000", OK, "DECVCA00001", "", { NOTE_CVCA_PADDING } },
    { "the second cut",      CAR_1 "42 20 'DECVCA'", OK, "DECVCA00001", "", { NOTE_CVCA_PADDING } },
    { "filled up with FF",   CAR_1 "FFFFFF", OK, "DECVCA00001", "", { NOTE_CVCA_PADDING } },
    { "something behind two", CAR_1 CAR_2 "00 01", OK, "DECVCA00001", "DECVCA00002", { NOTE_CVCA_PADDING } },
    /* clang-format on */
};

static struct err parse(struct view in)
{
    struct ef_cvca c;

    return ef_cvca_read(in, &c, NULL);
}

static void files(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct view file = ASN1(rows[i].file);
        struct notes      notes = { 0 };
        struct ef_cvca    c = { .n = 77 };

        ROW(rows[i].name);
        EXPECT_CODE(ef_cvca_read(file, &c, &notes), rows[i].want);
        expect_notes(&notes, rows[i].note);
        if (rows[i].want != OK) {
            EXPECT(c.n == 77); /* unchanged */
            continue;
        }
        EXPECT(c.n == (*rows[i].second ? 2 : 1));
        EXPECT_BYTES(c.car[0], text_of(rows[i].first));
        EXPECT_BYTES(c.car[1], text_of(rows[i].second));
    }
    every_prefix_fails(ASN1(CAR_1), parse);
    every_flip_ends(ASN1(CAR_1 CAR_2 "0000"), parse);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(files) };

    return cmocka_run_group_tests_name("lds.ef_cvca", tests, NULL, NULL);
}
