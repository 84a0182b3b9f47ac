/*
 * dg_items_test: DG11 and DG12: the example of Doc 9303-10 Appendix A, and what real documents
 * do to tag lists, further names and dates.
 *
 * The example is printed there with two wrong lengths; here they are right.
 */
#include "lds/dg11.h"
#include "lds/dg12.h"

#include "parse.h"

struct row {
    const char  *name, *file;
    enum outcome want;
    const char  *full_name; /* DG11_NAME, DG12_AUTHORITY */
    size_t       others;
    struct date  date;
    enum note_id notes[NOTES_EXPECTED];
};

static const struct row rows11[] = {
    /* clang-format off */
    { "9303-10 A", "6B605C0A5F0E5F115F425F125F135F0E0D534D4954483C3C4A4F484E3C4A5F110A414E59544F574E3C4D4E5F4217313233204D41504C452052443C414E59544F574E3C4D4E5F120B31363132353535313231325F130C54524156454C3C4147454E54",
      OK, "SMITH<<JOHN<J", 0, { 0 }, { 0 } },
    { "date in ASCII", "6B{5C{5F2B} 5F2B{'19740812'}}", OK, "", 0, { 1974, 8, 12 }, { 0 } },
    { "date in BCD", "6B{5C{5F2B} 5F2B{19740812}}", OK, "", 0, { 1974, 8, 12 }, { NOTE_DETAILS_DATE_BCD } },
    { "day unknown", "6B{5C{5F2B} 5F2B{'19740800'}}", OK, "", 0, { 0 }, { NOTE_DETAILS_DATE } },
    { "no day at all", "6B{5C{5F2B} 5F2B{'1974<<<<'}}", OK, "", 0, { 0 }, { NOTE_DETAILS_DATE } },
    { "no decimal in BCD", "6B{5C{5F2B} 5F2B{1974FFFF}}", OK, "", 0, { 0 }, { NOTE_DETAILS_DATE_BCD, NOTE_DETAILS_DATE } },
    { "six digits", "6B{5C{5F2B} 5F2B{'740812'}}", OK, "", 0, { 0 }, { NOTE_DETAILS_DATE } },
    { "further names", "6B{5C{5F0E5F0F} 5F0E{'DOE'} A0{020102 5F0F{'ROE'} 5F0F{'BLOGGS'}}}", OK, "DOE", 2, { 0 }, { 0 } },
    { "A0 in the tag list (BSI)", "6B{5C{A05F0E} 5F0E{'DOE'} A0{020101 5F0F{'ROE'}}}", OK, "DOE", 1, { 0 }, { 0 } },
    { "names outside their list", "6B{5C{5F0E5F0F} 5F0E{'DOE'} 5F0F{'ROE'} 5F0F{'BLOGGS'}}", OK, "DOE", 2, { 0 }, { NOTE_DETAILS_OTHERS } },
    { "a name outside, then the list", "6B{5C{5F0F} 5F0F{'ROE'} A0{020101 5F0F{'BLOGGS'}}}", OK, "", 1, { 0 }, { NOTE_DETAILS_OTHERS } },
    { "the list, then a name outside", "6B{5C{5F0F} A0{020101 5F0F{'BLOGGS'}} 5F0F{'ROE'}}", OK, "", 1, { 0 }, { NOTE_DETAILS_OTHERS } },
    { "more names counted than there", "6B125C025F0FA00C0201025F0F06414141413C3C", OK, "", 1, { 0 }, { NOTE_DETAILS_OTHERS } },
    { "names not counted", "6B{5C{5F0F} A0{5F0F{'ROE'}}}", OK, "", 1, { 0 }, { NOTE_DETAILS_OTHERS } },
    { "a count of two octets", "6B{5C{5F0F} A0{02020001 5F0F{'ROE'}}}", OK, "", 1, { 0 }, { NOTE_DETAILS_OTHERS } },
    { "something between the names", "6B{5C{5F0F} A0{020102 5F0F{'ROE'} 0400 5F0F{'BLOGGS'}}}", OK, "", 2, { 0 }, { 0 } },
    { "names that break off", "6B{5C{5F0F} A0{020102 5F0F{'ROE'} 5F0F08'B'}}", OK, "", 1, { 0 }, { NOTE_DETAILS_OTHERS } },
    { "two lists of names", "6B{5C{5F0F} A0{020101 5F0F{'ROE'}} A0{020101 5F0F{'BLOGGS'}}}", OK, "", 1, { 0 }, { NOTE_DETAILS_TWICE } },
    { "empty item", "6B{5C{5F0E5F12} 5F0E{'DOE'} 5F12{}}", OK, "DOE", 0, { 0 }, { NOTE_DETAILS_EMPTY } },
    { "item twice", "6B{5C{5F0E} 5F0E{'DOE'} 5F0E{'ROE'}}", OK, "DOE", 0, { 0 }, { NOTE_DETAILS_TWICE } },
    { "listed and missing", "6B{5C{5F0E5F12} 5F0E{'DOE'}}", OK, "DOE", 0, { 0 }, { NOTE_DETAILS_LIST } },
    { "there and not listed", "6B{5C{5F0E} 5F0E{'DOE'} 5F12{'1'}}", OK, "DOE", 0, { 0 }, { NOTE_DETAILS_LIST } },
    { "no tag list (5F85 too)", "6B{5F0E{'DOE'} 5F75{'1'}}", OK, "DOE", 0, { 0 }, { NOTE_DETAILS_NO_LIST, NOTE_DETAILS_TAG } },
    { "unknown tag listed", "6B{5C{5F0E5F005A} 5F0E{'DOE'}}", OK, "DOE", 0, { 0 }, { NOTE_DETAILS_TAG } },
    { "unknown tag listed, nothing there", "6B045C025F00", OK, "", 0, { 0 }, { NOTE_DETAILS_TAG } },
    { "bytes behind the file", "6B{5C{5F0E} 5F0E{'DOE'}} 00", OK, "DOE", 0, { 0 }, { NOTE_FILE_TRAILING } },
    { "empty file", "6B{}", OK, "", 0, { 0 }, { NOTE_DETAILS_NO_LIST } },
    { "half a tag in the list", "6B055C035F0E5F", E_MALFORMED, "", 0, { 0 }, { 0 } },
    { "tag of DG12", "6C{5C{5F0E} 5F0E{'DOE'}}", E_UNEXPECTED, "", 0, { 0 }, { 0 } },
    { "an element beyond the file", "6B{5C{5F0E} 5F0E09'DOE'}", E_TRUNCATED, "", 0, { 0 }, { 0 } },
    /* clang-format on */
};

static const struct row rows12[] = {
    /* clang-format off */
    { "authority and date", "6C{5C{5F195F26} 5F19{'UTOPIA'} 5F26{'20240131'}}", OK, "UTOPIA", 0, { 2024, 1, 31 }, { 0 } },
    { "all there is", "6C{5C{5F195F265F1A5F1B5F1C5F1D5F1E5F555F56} 5F19{'UTOPIA'} 5F26{20240131} A0{020101 5F1A{'ROE'}} 5F1B{'1'} 5F1C{'2'} 5F1D{'3'} 5F1E{'4'} 5F55{'20240131120000'} 5F56{'5'}}",
      OK, "UTOPIA", 1, { 2024, 1, 31 }, { NOTE_DETAILS_DATE_BCD } },
    { "no tag list (BSI)", "6C{5F19{'TEST'}}", OK, "TEST", 0, { 0 }, { NOTE_DETAILS_NO_LIST } },
    { "a name of DG11", "6C{5C{5F0F} 5F0F{'ROE'}}", OK, "", 0, { 0 }, { NOTE_DETAILS_TAG } },
    { "tag of DG11", "6B{5C{5F19} 5F19{'UTOPIA'}}", E_UNEXPECTED, "", 0, { 0 }, { 0 } },
    /* clang-format on */
};

static struct err parse11(struct view in)
{
    struct dg11 d;

    return dg11_read(in, &d, NULL);
}

static struct err parse12(struct view in)
{
    struct dg12 d;

    return dg12_read(in, &d, NULL);
}

static size_t walked(struct dg_others others)
{
    struct view name;
    size_t      n = 0;

    while (dg_items_next(&others, &name).code == OK)
        n += name.len != 0;
    return n;
}

static void expect_read(const struct row *r, struct view name, const struct dg_others *others,
                        struct date date)
{
    EXPECT_BYTES(name, view_of(r->full_name, strlen(r->full_name)));
    EXPECT(others->n == r->others && walked(*others) == r->others);
    EXPECT(date_order(date, r->date) == 0);
}

static void dg11_rows_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows11); i++) {
        struct view  file = NEST(rows11[i].file);
        struct notes notes = { 0 };
        struct dg11  d = { 0 };

        ROW(rows11[i].name);
        EXPECT_CODE(dg11_read(file, &d, &notes), rows11[i].want);
        expect_read(&rows11[i], d.item[DG11_NAME], &d.other_names, d.birth);
        every_flip_ends(file, parse11);
        if (rows11[i].want != OK)
            continue;
        expect_notes(&notes, rows11[i].notes);
        if (!note_seen(&notes, NOTE_FILE_TRAILING))
            every_prefix_fails(file, parse11);
    }
}

static void dg12_rows_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows12); i++) {
        struct view  file = NEST(rows12[i].file);
        struct notes notes = { 0 };
        struct dg12  d = { 0 };

        ROW(rows12[i].name);
        EXPECT_CODE(dg12_read(file, &d, &notes), rows12[i].want);
        expect_read(&rows12[i], d.item[DG12_AUTHORITY], &d.other_persons, d.issued);
        every_flip_ends(file, parse12);
        if (rows12[i].want != OK)
            continue;
        expect_notes(&notes, rows12[i].notes);
        every_prefix_fails(file, parse12);
    }
}

static void each_tag_has_its_item(void **state)
{
    struct view file11 = NEST("6B{5F0E{00}5F10{01}5F2B{02}5F11{03}5F42{04}5F12{05}5F13{06}5F14{07}"
                              "5F15{08}5F16{09}5F17{0A}5F18{0B}}");
    struct view file12 =
        NEST("6C{5F19{00}5F26{01}5F1B{02}5F1C{03}5F1D{04}5F1E{05}5F55{06}5F56{07}}");
    struct dg11 d11;
    struct dg12 d12;

    (void)state;
    EXPECT_CODE(dg11_read(file11, &d11, NULL), OK);
    for (unsigned i = 0; i < DG11_ITEMS; i++)
        EXPECT(d11.item[i].len == 1 && view_at(d11.item[i], 0) == i);
    EXPECT_CODE(dg12_read(file12, &d12, NULL), OK);
    for (unsigned i = 0; i < DG12_ITEMS; i++)
        EXPECT(d12.item[i].len == 1 && view_at(d12.item[i], 0) == i);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(dg11_rows_hold),
                                        cmocka_unit_test(dg12_rows_hold),
                                        cmocka_unit_test(each_tag_has_its_item) };

    return cmocka_run_group_tests_name("lds.dg_items", tests, NULL, NULL);
}
