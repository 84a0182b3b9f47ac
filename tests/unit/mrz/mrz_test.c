/*
 * mrz_test: the specimens of Doc 9303-4 to -7 and -11, each way to be wrong, every prefix.
 *
 * Vectors: Doc 9303-3 clause 4.9 and Appendix A (check digits), the specimen of Utopia in
 * 9303-4, -5, -6 and -7, the long number of 9303-11 Appendix; rows LDS_B_* by TR-03105-5.1.
 */
#include "mrz/mrz.h"
#include "mrz/mrz_layout.h"

#include "expect.h"

#define TD3_1                  "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
#define TD3_2                  "L898902C36UTO7408122F1204159ZE184226B<<<<<10"
#define TD1_1                  "I<UTOD231458907<<<<<<<<<<<<<<<"
#define TD1_2                  "7408122F1204159UTO<<<<<<<<<<<6"
#define TD1_3                  "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"
#define TD2_1                  "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<"
#define TD2_2                  "D231458907UTO7408122F1204159<<<<<<<6"
#define MVA_1                  "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
#define MVA_2                  "L8988901C4XXX4009078F96121096ZE184226B<<<<<<"
#define MVB_1                  "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<"
#define MVB_2                  "L8988901C4XXX4009078F9612109<<<<<<<<"

#define EXPECT_TEXT(got, want) EXPECT_BYTES(got, text_of(want))

/* One letter a check digit, in the order of enum mrz_digit. */
static const char *states(const struct mrz *m)
{
    static char out[MRZ_DIGITS + 1];

    for (unsigned d = 0; d < MRZ_DIGITS; d++)
        out[d] = "-rwa"[m->digit[d]];
    return out;
}

static const struct {
    const char     *name, *text;
    enum mrz_format format;
    const char     *primary, *secondary, *number, *states;
    uint32_t        odd;
} accepted[] = {
    /* clang-format off */
    { "9303-4 TD3, joined", TD3_1 TD3_2, MRZ_TD3,
      "ERIKSSON", "ANNA<MARIA", "L898902C3", "rrrrr", 0 },
    { "9303-4 TD3, LF", TD3_1 "\n" TD3_2 "\n", MRZ_TD3,
      "ERIKSSON", "ANNA<MARIA", "L898902C3", "rrrrr", 0 },
    { "9303-4 TD3, CRLF, spaces, empty lines", "\r\n" TD3_1 "  \r\n\r\n" TD3_2 " \r\n", MRZ_TD3,
      "ERIKSSON", "ANNA<MARIA", "L898902C3", "rrrrr", 0 },
    { "9303-5 TD1, joined", TD1_1 TD1_2 TD1_3, MRZ_TD1,
      "ERIKSSON", "ANNA<MARIA", "D23145890", "rrr-r", 0 },
    { "9303-5 TD1, CR", TD1_1 "\r" TD1_2 "\r" TD1_3, MRZ_TD1,
      "ERIKSSON", "ANNA<MARIA", "D23145890", "rrr-r", 0 },
    { "9303-6 TD2, joined, a space behind", TD2_1 TD2_2 " ", MRZ_TD2,
      "ERIKSSON", "ANNA<MARIA", "D23145890", "rrr-r", 0 },
    { "9303-7 MRV-A", MVA_1 MVA_2, MRZ_MRVA,
      "ERIKSSON", "ANNA<MARIA", "L8988901C", "rrr--", 0 },
    { "9303-7 MRV-B", MVB_1 "\n" MVB_2, MRZ_MRVB,
      "ERIKSSON", "ANNA<MARIA", "L8988901C", "rrr--", 0 },
    { "9303-11 D, long number, TD1",
      "I<UTOD23145890<7349<<<<<<<<<<<" "3407127M9507122UTO<<<<<<<<<<<2" "STEVENSON<<PETER<JOHN<<<<<<<<<",
      MRZ_TD1, "STEVENSON", "PETER<JOHN", "D23145890734", "rrr-r", 0 },
    { "long number, TD2",
      "I<UTOSTEVENSON<<PETER<<JOHN<<<<<<<<<" "D23145890<UTO3407127M95071227349<<<8",
      MRZ_TD2, "STEVENSON", "PETER<<JOHN", "D23145890734", "rrr-r", 0 },
    { "long number, digit over the printed filler too",
      "IDBEL600001795<0152<<<<<<<<<<<" "1301014F2311207BEL130101987398" "SPECIMEN<<SPECIMEN<<<<<<<<<<<<",
      MRZ_TD1, "SPECIMEN", "SPECIMEN", "600001795015", "rrr-r", 0 },
    { "long number, digit wrong both ways",
      "I<UTOD23145890<7348<<<<<<<<<<<" "3407127M9507122UTO<<<<<<<<<<<2" "STEVENSON<<PETER<JOHN<<<<<<<<<",
      MRZ_TD1, "STEVENSON", "PETER<JOHN", "D23145890734", "wrr-w", 0 },
    { "no long number: no ninth character", 
      "I<UTOD2314589<<7349<<<<<<<<<<<" "3407127M9507122UTO<<<<<<<<<<<2" "STEVENSON<<PETER<JOHN<<<<<<<<<",
      MRZ_TD1, "STEVENSON", "PETER<JOHN", "D2314589", "arr-r", 0 },
    { "no number at all", "I<USA<<<<<<<<<<<<<<<<<<<<<<<<<" "7607040F8107042USA<<<<<<<<<<<2" "PUBLIC<<JANE<Q<<<<<<<<<<<<<<<<",
      MRZ_TD1, "PUBLIC", "JANE<Q", "", "arr-r", 1U << MRZ_NUMBER },
    { "LDS_B_02 name to the last place", "P<UTONILAVADHANANANDA<<ARNPOL<PETCH<CHARONG<" TD3_2, MRZ_TD3,
      "NILAVADHANANANDA", "ARNPOL<PETCH<CHARONG", "L898902C3", "rrrrr", 0 },
    { "LDS_B_03 no secondary identifier", "P<UTOARKFREITH<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<" TD3_2, MRZ_TD3,
      "ARKFREITH", "", "L898902C3", "rrrrr", 0 },
    { "LDS_B_04 no optional data, digit 0", TD3_1 "L898902C36UTO7408122F1204159<<<<<<<<<<<<<<08", MRZ_TD3,
      "ERIKSSON", "ANNA<MARIA", "L898902C3", "rrrrr", 0 },
    { "no optional data, digit <", TD3_1 "L898902C36UTO7408122F1204159<<<<<<<<<<<<<<<8", MRZ_TD3,
      "ERIKSSON", "ANNA<MARIA", "L898902C3", "rrrrr", 0 },
    { "optional data, digit <", TD3_1 "L898902C36UTO7408122F1204159ZE184226B<<<<<<9", MRZ_TD3,
      "ERIKSSON", "ANNA<MARIA", "L898902C3", "rrrar", 0 },
    { "composite absent", TD3_1 "L898902C36UTO7408122F1204159ZE184226B<<<<<1<", MRZ_TD3,
      "ERIKSSON", "ANNA<MARIA", "L898902C3", "rrrra", 0 },
    { "LDS_B_13 number digit", TD3_1 "L898902C37UTO7408122F1204159ZE184226B<<<<<17", MRZ_TD3,
      "ERIKSSON", "ANNA<MARIA", "L898902C3", "wrrrr", 0 },
    { "LDS_B_17 birth digit", TD3_1 "L898902C36UTO7408123F1204159ZE184226B<<<<<13", MRZ_TD3,
      "ERIKSSON", "ANNA<MARIA", "L898902C3", "rwrrr", 0 },
    { "LDS_B_21 expiry digit", TD3_1 "L898902C36UTO7408122F1204150ZE184226B<<<<<11", MRZ_TD3,
      "ERIKSSON", "ANNA<MARIA", "L898902C3", "rrwrr", 0 },
    { "LDS_B_22 optional digit", TD3_1 "L898902C36UTO7408122F1204159ZE184226B<<<<<21", MRZ_TD3,
      "ERIKSSON", "ANNA<MARIA", "L898902C3", "rrrwr", 0 },
    { "LDS_B_23 composite digit", TD3_1 "L898902C36UTO7408122F1204159ZE184226B<<<<<11", MRZ_TD3,
      "ERIKSSON", "ANNA<MARIA", "L898902C3", "rrrrw", 0 },
    { "a letter for a digit", TD3_1 "L898902C36UTO7408122F1204159ZE184226B<<<<<1O", MRZ_TD3,
      "ERIKSSON", "ANNA<MARIA", "L898902C3", "rrrrw", 0 },
    /* clang-format on */
};

static void specimens_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(accepted); i++) {
        uint8_t            room[MRZ_NUMBER_MAX];
        struct buf         number = BUF(room);
        struct mrz_trouble t;
        struct mrz         m;

        ROW(accepted[i].name);
        EXPECT_CODE(mrz_read(text_of(accepted[i].text), &m, &t), OK);
        EXPECT(t.fault == MRZ_FAULT_NONE);
        EXPECT(m.format == accepted[i].format);
        EXPECT_TEXT(m.primary, accepted[i].primary);
        EXPECT_TEXT(m.secondary, accepted[i].secondary);
        EXPECT_CODE(mrz_number(&m, &number), OK);
        EXPECT_TEXT(buf_view(&number), accepted[i].number);
        EXPECT_TEXT(text_of(states(&m)), accepted[i].states);
        EXPECT(m.odd == accepted[i].odd);
        EXPECT(mrz_digits_hold(&m) == (strpbrk(accepted[i].states, "wa") == NULL));
    }
}

/* All fields of one specimen of each format, as Doc 9303 names them. */
static const struct {
    const char *text, *field[MRZ_FIELDS];
} fields[] = {
    /* clang-format off */
    { TD3_1 TD3_2, { "P", "UTO", "ERIKSSON<<ANNA<MARIA", "L898902C3", "UTO", "740812", "F", "120415", "ZE184226B", "" } },
    { "I<UTOD231458907ABC<<<<<<<<<<<<" "7408122F1204159UTOX<<<<<<<<<<1" TD1_3,
      { "I", "UTO", "ERIKSSON<<ANNA<MARIA", "D23145890", "UTO", "740812", "F", "120415", "ABC", "X" } },
    { TD2_1 "D231458907D<<7408122M1204159OPTIONA6",
      { "I", "UTO", "ERIKSSON<<ANNA<MARIA", "D23145890", "D", "740812", "M", "120415", "OPTIONA", "" } },
    { MVA_1 MVA_2, { "V", "UTO", "ERIKSSON<<ANNA<MARIA", "L8988901C", "XXX", "400907", "F", "961210", "6ZE184226B", "" } },
    { MVB_1 "L8988901C4XXX4009078<961210912345678", { "V", "UTO", "ERIKSSON<<ANNA<MARIA", "L8988901C", "XXX", "400907", "", "961210", "12345678", "" } },
    /* clang-format on */
};

static void fields_stand_where_they_should(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(fields); i++) {
        struct mrz m;

        EXPECT_CODE(mrz_read(text_of(fields[i].text), &m, NULL), OK);
        for (unsigned f = 0; f < MRZ_FIELDS; f++) {
            const struct mrz_spot s = mrz_where(m.format, (enum mrz_field)f);

            ROW(mrz_field_name(f));
            EXPECT_TEXT(mrz_text(&m, (enum mrz_field)f), fields[i].field[f]);
            EXPECT(m.field[f].len == s.len);
        }
    }
}

/* Every character of every format belongs to one field or check digit, and only one. */
static void layouts_are_whole(void **state)
{
    (void)state;
    for (unsigned f = MRZ_TD1; f < MRZ_FORMATS; f++) {
        const struct mrz_layout *l = mrz_layout_of(f);
        unsigned                 seen[MRZ_LINES_MAX][44] = { 0 };

        ROW(mrz_format_name(f));
        for (unsigned i = 0; i < MRZ_FIELDS + MRZ_DIGITS; i++) {
            const struct mrz_spot s = i < MRZ_FIELDS ? l->field[i] : l->digit[i - MRZ_FIELDS];

            for (unsigned k = 0; k < s.len; k++)
                seen[s.line - 1][s.column - 1 + k]++;
        }
        for (unsigned line = 0; line < l->lines; line++) {
            for (unsigned k = 0; k < l->width; k++)
                EXPECT(seen[line][k] == 1);
        }
    }
}

static const struct {
    const char    *name, *text;
    enum outcome   want;
    enum mrz_fault fault;
    uint8_t        line, column;
    enum mrz_field field;
    const char    *sentence;
} refused[] = {
    /* clang-format off */
    { "nothing", "", E_UNEXPECTED, MRZ_FAULT_LINES, 0, 0, MRZ_FIELDS, "0 lines instead of 2 or 3" },
    { "only spaces", "  \r\n \n", E_UNEXPECTED, MRZ_FAULT_LINES, 0, 0, MRZ_FIELDS, "0 lines instead of 2 or 3" },
    { "four lines", "A\nB\nC\nD\nE\n", E_UNEXPECTED, MRZ_FAULT_LINES, 0, 0, MRZ_FIELDS, "4 lines or more instead of 2 or 3" },
    { "one line of 87", TD3_1 "L898902C36UTO7408122F1204159ZE184226B<<<<<1", E_UNEXPECTED, MRZ_FAULT_LENGTH, 0, 0, MRZ_FIELDS,
      "87 characters in one line instead of 72, 88 or 90" },
    { "one line of 300", "123456789012345678901234567890123456789012345678901234567890" "123456789012345678901234567890123456789012345678901234567890"
      "123456789012345678901234567890123456789012345678901234567890" "123456789012345678901234567890123456789012345678901234567890"
      "123456789012345678901234567890123456789012345678901234567890", E_UNEXPECTED, MRZ_FAULT_LENGTH, 0, 0, MRZ_FIELDS,
      "more than 254 characters in one line instead of 72, 88 or 90" },
    { "second line short", TD3_1 "\nL898902C36UTO7408122F1204159ZE184226B<<<<<1", E_UNEXPECTED, MRZ_FAULT_LENGTH, 2, 0, MRZ_FIELDS,
      "line 2 has 43 characters; two lines have 44 or 36 each, three have 30" },
    { "first line long", "X" TD3_1 "\n" TD3_2, E_UNEXPECTED, MRZ_FAULT_LENGTH, 1, 0, MRZ_FIELDS,
      "line 1 has 45 characters; two lines have 44 or 36 each, three have 30" },
    { "third line short", TD1_1 "\n" TD1_2 "\nERIKSSON", E_UNEXPECTED, MRZ_FAULT_LENGTH, 3, 0, MRZ_FIELDS,
      "line 3 has 8 characters; two lines have 44 or 36 each, three have 30" },
    { "two lines of a card's three", TD1_1 "\n" TD1_2, E_UNEXPECTED, MRZ_FAULT_LENGTH, 1, 0, MRZ_FIELDS,
      "line 1 has 30 characters; two lines have 44 or 36 each, three have 30" },
    { "small letter in the birth date", TD3_1 "L898902C36UTOo408122F1204159ZE184226B<<<<<10", E_MALFORMED, MRZ_FAULT_CHARACTER, 2, 14, MRZ_BIRTH,
      "line 2, column 14 (date of birth): 'o' is not A to Z, 0 to 9 or <" },
    { "space in the name", "P<UTOERIKSSON ANNA<MARIA<<<<<<<<<<<<<<<<<<<<" TD3_2, E_MALFORMED, MRZ_FAULT_CHARACTER, 1, 14, MRZ_NAME,
      "line 1, column 14 (name): a space is not A to Z, 0 to 9 or <" },
    { "no character at all", TD1_1 TD1_2 "ERIKSSON\x07<ANNA<MARIA<<<<<<<<<<", E_MALFORMED, MRZ_FAULT_CHARACTER, 3, 9, MRZ_NAME,
      "line 3, column 9 (name): byte 07 is not A to Z, 0 to 9 or <" },
    { "in a check digit", TD3_1 "L898902C36UTO7408122F1204159ZE184226B<<<<<1*", E_MALFORMED, MRZ_FAULT_CHARACTER, 2, 44, MRZ_FIELDS,
      "line 2, column 44 (check digit): '*' is not A to Z, 0 to 9 or <" },
    /* clang-format on */
};

static void trouble_is_explained(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(refused); i++) {
        uint8_t            room[MRZ_SENTENCE_MAX];
        struct buf         out = BUF(room);
        struct mrz_trouble t;
        struct mrz         m = { .format = MRZ_TD2 };

        ROW(refused[i].name);
        EXPECT_CODE(mrz_read(text_of(refused[i].text), &m, &t), refused[i].want);
        EXPECT_CODE(mrz_read(text_of(refused[i].text), &m, NULL), refused[i].want);
        EXPECT(m.format == MRZ_TD2 && m.n_lines == 0); /* unchanged */
        EXPECT(t.fault == refused[i].fault && t.field == refused[i].field);
        EXPECT(t.line == refused[i].line && t.column == refused[i].column);
        EXPECT_CODE(mrz_explain(&t, &out), OK);
        EXPECT_TEXT(buf_view(&out), refused[i].sentence);
        for (size_t cap = 0; cap < strlen(refused[i].sentence); cap++) {
            struct buf small = buf_of(room, cap);

            EXPECT_CODE(mrz_explain(&t, &small), E_NO_SPACE);
            EXPECT(small.len == 0);
        }
    }
}

/* One place of the TD3 specimen overwritten; which field becomes odd. */
static const struct {
    const char *name;
    uint8_t     line, column;
    const char *with;
    uint32_t    odd;
} forms[] = {
    /* clang-format off */
    { "as it is",                             1, 1,  "P<",     0 },
    { "document code of two letters",         1, 1,  "PD",     0 },
    { "LDS_B_08 document type unknown",       1, 1,  "X<",     1U << MRZ_CODE },
    { "a digit in the document code",         1, 1,  "P1",     1U << MRZ_CODE },
    { "LDS_B_09 issuing state",               1, 3,  "U1O",    1U << MRZ_ISSUER },
    { "Germany",                              1, 3,  "D<<",    0 },
    { "two letters of a state",               1, 3,  "DE<",    1U << MRZ_ISSUER },
    { "LDS_B_10 name is void",                1, 6,  "<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", 1U << MRZ_NAME },
    { "primary identifier is void",           1, 6,  "<<ANNA<<", 1U << MRZ_NAME },
    { "a digit in the name",                  1, 12, "0",      1U << MRZ_NAME },
    { "LDS_B_14 nationality",                 2, 11, "1TO",    1U << MRZ_NATIONALITY },
    { "no nationality",                       2, 11, "<<<",    1U << MRZ_NATIONALITY },
    { "LDS_B_15 date of birth, letters",      2, 14, "74A812", 1U << MRZ_BIRTH },
    { "date of birth, half a filler",         2, 14, "74081<", 1U << MRZ_BIRTH },
    { "LDS_B_16 date of birth, 30 February",  2, 14, "740230", 1U << MRZ_BIRTH },
    { "date of birth, 13th month",            2, 14, "741312", 1U << MRZ_BIRTH },
    { "date of birth, day 0",                 2, 14, "740800", 1U << MRZ_BIRTH },
    { "29 February of a leap year",           2, 14, "720229", 0 },
    { "29 February of no leap year",          2, 14, "730229", 1U << MRZ_BIRTH },
    { "29 February of 00",                    2, 14, "000229", 0 },
    { "29 February of an unknown year",       2, 14, "<<0229", 0 },
    { "LDS_B_25 day unknown",                 2, 14, "7408<<", 0 },
    { "LDS_B_26 month unknown",               2, 14, "74<<12", 0 },
    { "LDS_B_27 year unknown",                2, 14, "<<0812", 0 },
    { "LDS_B_28 birth date unknown",          2, 14, "<<<<<<", 0 },
    { "sex not given",                        2, 21, "<",      0 },
    { "LDS_B_18 sex X",                       2, 21, "X",      1U << MRZ_SEX },
    { "LDS_B_19 date of expiry, letters",     2, 22, "1204I5", 1U << MRZ_EXPIRY },
    { "LDS_B_20 date of expiry, 31 April",    2, 22, "120431", 1U << MRZ_EXPIRY },
    { "date of expiry unknown",               2, 22, "<<<<<<", 1U << MRZ_EXPIRY },
    { "number unknown",                       2, 1,  "<<<<<<<<<", 1U << MRZ_NUMBER },
    { "optional data empty",                  2, 29, "<<<<<<<<<<<<<<", 0 },
    /* clang-format on */
};

static void odd_fields_are_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(forms); i++) {
        char text[] = TD3_1 TD3_2;
        struct mrz          m;

        ROW(forms[i].name);
        memcpy(text + (forms[i].line - 1) * 44 + forms[i].column - 1, forms[i].with,
               strlen(forms[i].with));
        EXPECT_CODE(mrz_read(text_of(text), &m, NULL), OK);
        EXPECT(m.odd == forms[i].odd);
    }
}

static const struct {
    const char *name, *text;
    uint32_t    odd;
} codes[] = {
    /* clang-format off */
    { "A on a card",            "A<UTOD231458907<<<<<<<<<<<<<<<" TD1_2 TD1_3, 0 },
    { "crew member",            "ACUTOD231458907<<<<<<<<<<<<<<<" TD1_2 TD1_3, 0 },
    { "C on a card",            "C<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<" TD2_2, 0 },
    { "IV is kept free",        "IVUTOD231458907<<<<<<<<<<<<<<<" TD1_2 TD1_3, 1U << MRZ_CODE },
    { "P on a card",            "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<" TD2_2, 1U << MRZ_CODE },
    { "I on a passport",        "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<" TD3_2, 1U << MRZ_CODE },
    { "V on three lines",       "V<UTOD231458907<<<<<<<<<<<<<<<" TD1_2 TD1_3, 1U << MRZ_CODE },
    /* clang-format on */
};

static void codes_go_with_formats(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(codes); i++) {
        struct mrz m;

        ROW(codes[i].name);
        EXPECT_CODE(mrz_read(text_of(codes[i].text), &m, NULL), OK);
        EXPECT(m.odd == codes[i].odd);
    }
}

static void every_prefix_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(accepted); i++) {
        const size_t len = strlen(accepted[i].text);

        ROW(accepted[i].name);
        for (size_t n = 0; n < len; n++) {
            char       *exact = malloc(n ? n : 1);
            struct mrz  m = { 0 };
            struct view in = view_of(exact, n);

            memcpy(exact, accepted[i].text, n);
            /* what is cut off may be the end of a line only, or leave a shorter format */
            if (mrz_read(in, &m, NULL).code == OK)
                EXPECT(strspn(accepted[i].text + n, "\r\n ") == len - n || n == 72 || n == 88);
            else
                EXPECT(m.format == MRZ_NONE);
            free(exact);
        }
    }
}

static const struct {
    const char *data;
    char        digit;
} digits[] = {
    /* clang-format off */
    { "520727", '3' }, { "AB2134<<<", '5' }, { "690806", '1' }, { "940623", '6' },
    { "HA672242<658022549601086<<<<<<<<<<<<<<0", '8' },
    { "D231458907<<<<<<<<<<<<<<<34071279507122<<<<<<<<<<<", '2' },
    { "HA672242<658022549601086<<<<<<<", '8' }, { "L898902C<", '3' }, { "L898902C3", '6' },
    { "740812", '2' }, { "120415", '9' }, { "ZE184226B<<<<<", '1' },
    { "L898902C3674081221204159ZE184226B<<<<<1", '0' }, { "D23145890", '7' },
    { "T22000129", '3' }, { "640812", '5' }, { "101031", '8' }, { "<<<<<<", '0' }, { "", '0' },
    { "abc", 0 }, { "12 ", 0 },
    /* clang-format on */
};

static void check_digits_are_right(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(digits); i++) {
        ROW(digits[i].data);
        EXPECT(mrz_check_digit(text_of(digits[i].data)) == (uint8_t)digits[i].digit);
    }
}

static void names_are_there(void **state)
{
    uint8_t            room[MRZ_SENTENCE_MAX];
    struct buf         out = BUF(room);
    struct mrz_trouble none = { .fault = MRZ_FAULT_NONE };
    struct mrz         empty = { 0 };

    (void)state;
    EXPECT_TEXT(text_of(mrz_format_name(MRZ_MRVA)), "MRV-A");
    EXPECT_TEXT(text_of(mrz_format_name(99)), "none");
    EXPECT_TEXT(text_of(mrz_field_name(MRZ_OPTIONAL_2)), "second optional data");
    EXPECT_TEXT(text_of(mrz_field_name(99)), "check digit");
    EXPECT(mrz_where(MRZ_TD3, MRZ_FIELDS).len == 0);
    EXPECT(mrz_text(&empty, MRZ_FIELDS).len == 0);
    EXPECT(!mrz_digits_hold(&empty)); /* zero is never good */
    EXPECT_CODE(mrz_explain(&none, &out), OK);
    EXPECT_TEXT(buf_view(&out), "nothing is wrong");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(specimens_read),          cmocka_unit_test(fields_stand_where_they_should),
        cmocka_unit_test(layouts_are_whole),       cmocka_unit_test(trouble_is_explained),
        cmocka_unit_test(odd_fields_are_named),    cmocka_unit_test(codes_go_with_formats),
        cmocka_unit_test(every_prefix_is_refused), cmocka_unit_test(check_digits_are_right),
        cmocka_unit_test(names_are_there),
    };

    return cmocka_run_group_tests_name("mrz.mrz", tests, NULL, NULL);
}
