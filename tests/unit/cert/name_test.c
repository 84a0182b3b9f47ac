/*
 * name_test: names that are one and the same, names that are not, and the country in them.
 *
 * The pairs follow what public master lists hold (other case, other string type, other
 * blanks); public_test.c compares every public name with OpenSSL's reading.
 */
#include "cert/name.h"

#include "asn1.h"

#define C(text)  "31{ 30{ 06{ 550406 } " text " } }"
#define O(text)  "31{ 30{ 06{ 55040A } " text " } }"
#define CN(text) "31{ 30{ 06{ 550403 } " text " } }"

static const struct {
    const char *name, *a, *b;
    bool        same;
} pairs[] = {
    /* clang-format off */
    { "octet for octet",         "30{" C("13{'UT'}") "}",         "30{" C("13{'UT'}") "}",            true  },
    { "empty names",             "30{}",                          "30{}",                             true  },
    { "country in small letters","30{" C("13{'UT'}") "}",         "30{" C("13{'ut'}") "}",            true  },
    { "Printable and UTF8",      "30{" O("13{'Gov'}") "}",        "30{" O("0C{'gov'}") "}",           true  },
    { "Printable and T61",       "30{" O("13{'Gov'}") "}",        "30{" O("14{'Gov'}") "}",           true  },
    { "Printable and IA5",       "30{" O("13{'Gov'}") "}",        "30{" O("16{'Gov'}") "}",           true  },
    { "Printable and BMP",       "30{" O("13{'Gov'}") "}",        "30{" O("1E{0047006F0076}") "}",    true  },
    { "Printable and Universal", "30{" O("13{'G'}") "}",          "30{" O("1C{00000047}") "}",        true  },
    { "Numeric and Visible",     "30{" O("12{'1 2'}") "}",        "30{" O("1A{'1 2'}") "}",           true  },
    { "umlaut, T61 and UTF8",    "30{" O("14{D6}") "}",           "30{" O("0C{C3B6}") "}",            true  },
    { "Cyrillic capital",        "30{" O("0C{D091}") "}",         "30{" O("0C{D0B1}") "}",            true  },
    { "Cyrillic Ye with grave",  "30{" O("0C{D080}") "}",         "30{" O("0C{D190}") "}",            true  },
    { "Greek capital, BMP",      "30{" O("1E{0391}") "}",         "30{" O("0C{CEB1}") "}",            true  },
    { "Latin extended pair",     "30{" O("0C{C490}") "}",         "30{" O("0C{C491}") "}",            true  },
    { "outside the BMP",         "30{" O("0C{F0908080}") "}",     "30{" O("1C{00010000}") "}",        true  },
    { "three octets of UTF-8",   "30{" O("0C{E282AC}") "}",       "30{" O("1E{20AC}") "}",            true  },
    { "blanks at the ends",      "30{" O("13{'Gov'}") "}",        "30{" O("13{'  Gov '}") "}",        true  },
    { "two blanks inside",       "30{" O("13{'My Gov'}") "}",     "30{" O("0C{'My' 20 09 'Gov'}") "}",true  },
    { "no blank inside",         "30{" O("13{'My Gov'}") "}",     "30{" O("13{'MyGov'}") "}",         false },
    { "other text",              "30{" O("13{'Gov'}") "}",        "30{" O("13{'Gow'}") "}",           false },
    { "other type",              "30{" O("13{'Gov'}") "}",        "30{" CN("13{'Gov'}") "}",          false },
    { "a prefix",                "30{" C("13{'UT'}") "}",         "30{" C("13{'UT'}") O("13{'G'}") "}", false },
    { "other order",             "30{" C("13{'UT'}") O("13{'G'}") "}", "30{" O("13{'G'}") C("13{'UT'}") "}", false },
    { "one part or two",
      "30{ 31{ 30{ 06{550406} 13{'UT'} } 30{ 06{55040A} 13{'G'} } } }", "30{" C("13{'UT'}") O("13{'G'}") "}", false },
    { "zero octet is a blank",   "30{" O("13{'A' 00 'B'}") "}",   "30{" O("13{'A B'}") "}",           true  },
    { "no string, same",         "30{" O("03{00AA}") C("13{'UT'}") "}", "30{" O("03{00AA}") C("13{'ut'}") "}", true },
    { "no string, other",        "30{" O("03{00AA}") "}",         "30{" O("03{00AB}") "}",            false },
    { "value and a string of it","30{" O("04{'gov'}") "}",        "30{" O("0C{'gov'}") "}",           false },
    { "malformed, same octets",  "30{" O("0C{FF}") "}",           "30{" O("0C{FF}") "}",              true  },
    { "malformed, other octets", "30{" O("0C{FF}") "}",           "30{" O("0C{FE}") "}",              false },
    { "UTF-8 overlong",          "30{" O("0C{C1A1}") "}",         "30{" O("0C{'a'}") "}",             false },
    { "UTF-8 cut off",           "30{" O("0C{C3}") "}",           "30{" O("0C{C3B6}") "}",            false },
    { "UTF-8 surrogate",         "30{" O("0C{EDA080}") "}",       "30{" O("1E{D800}") "}",            false },
    { "UTF-8 bad follower",      "30{" O("0C{C341}") "}",         "30{" O("0C{C3B6}") "}",            false },
    { "BMP of odd length",       "30{" O("1E{00}") "}",           "30{" O("13{''}") "}",              false },
    { "nothing, no name at all", "",                              "30{}",                             false },
    { "octets of a folded name", "31 060355040A 0C 6100",         "30{" O("13{'a'}") "}",            false },
    { "not a name",              "31{}",                          "30{}",                             false },
    { "trailing octets",         "30{} 00",                       "30{}",                             false },
    /* clang-format on */
};

static void pairs_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(pairs); i++) {
        const struct view a = ASN1(pairs[i].a), b = ASN1(pairs[i].b);
        uint8_t           room_a[32], room_b[32];
        struct buf        digest_a = BUF(room_a), digest_b = BUF(room_b);

        ROW(pairs[i].name);
        EXPECT(name_same(a, b) == pairs[i].same);
        EXPECT(name_same(b, a) == pairs[i].same);
        EXPECT_CODE(name_digest(a, &digest_a), OK);
        EXPECT_CODE(name_digest(b, &digest_b), OK);
        EXPECT(view_eq(buf_view(&digest_a), buf_view(&digest_b)) == pairs[i].same);
    }
}

/* A name whose folded form does not fit is as good as malformed: octets decide. */
static void long_names(void **state)
{
    (void)state;
    static char text[3000] = "30{ 31{ 30{ 06{55040A} 13{'";
    uint8_t     room_a[2048], room_b[2048], digest[2][32];
    size_t      at = strlen(text);
    struct view a, b;

    memset(text + at, 'A', 1100);
    strcpy(text + at + 1100, "'} } } }");
    a = asn1(text, room_a, sizeof room_a);
    text[at] = 'a';
    b = asn1(text, room_b, sizeof room_b);
    struct buf da = BUF(digest[0]), db = BUF(digest[1]), none = { 0 };

    EXPECT(name_same(a, a));
    EXPECT(!name_same(a, b));
    EXPECT_CODE(name_digest(a, &da), OK);
    EXPECT_CODE(name_digest(b, &db), OK);
    EXPECT(!view_eq(buf_view(&da), buf_view(&db)));
    EXPECT_CODE(name_digest(a, &none), E_NO_SPACE);
}

static const struct {
    const char  *name, *input, *want;
    enum outcome code;
    bool         in_profile;
} countries[] = {
    /* clang-format off */
    { "two capitals",          "30{" C("13{'UT'}") CN("13{'x'}") "}",       "UT",  OK, true },
    { "no common name",        "30{" C("13{'UT'}") "}",                     "UT",  OK, false },
    { "small letters",         "30{" C("13{'ut'}") CN("13{'x'}") "}",       "UT",  OK, false },
    { "three letters",         "30{" C("13{'UTO'}") CN("13{'x'}") "}",      "UTO", OK, false },
    { "UTF8String",            "30{" C("0C{'UT'}") CN("13{'x'}") "}",       "UT",  OK, false },
    { "BMPString",             "30{" C("1E{00550054}") CN("13{'x'}") "}",   "UT",  OK, false },
    { "blank behind",          "30{" C("13{'UT '}") CN("13{'x'}") "}",      "UT",  OK, false },
    { "twice the same",        "30{" C("13{'UT'}") C("13{'ut'}") "}",       "UT",  OK, false },
    { "two that differ",       "30{" C("13{'UT'}") C("13{'DE'}") "}",       "",    E_UNEXPECTED, false },
    { "none",                  "30{" CN("13{'x'}") "}",                     "",    E_UNEXPECTED, false },
    { "one letter",            "30{" C("13{'D'}") "}",                      "",    E_UNEXPECTED, false },
    { "four letters",          "30{" C("13{'UTOP'}") "}",                   "",    E_UNEXPECTED, false },
    { "five letters",          "30{" C("13{'UTOPI'}") "}",                  "",    E_UNEXPECTED, false },
    { "digits",                "30{" C("13{'49'}") "}",                     "",    E_UNEXPECTED, false },
    { "no string",             "30{" C("03{0055}") "}",                     "",    E_UNEXPECTED, false },
    { "not a name",            "04{}",                                      "",    E_UNEXPECTED, false },
    { "part is no SET",        "30{ 30{} }",                                "",    E_UNEXPECTED, false },
    { "attribute cut off",     "30{ 31{ 30{ 06{550406} } } }",              "",    E_TRUNCATED,  false },
    { "attribute with more",   "30{ 31{ 30{ 06{550406} 13{'UT'} 00 } } }",  "",    E_TRAILING,   false },
    /* clang-format on */
};

static void countries_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(countries); i++) {
        const struct view name = ASN1(countries[i].input);
        struct country    c = { "" };

        ROW(countries[i].name);
        EXPECT_CODE(name_country(name, &c), countries[i].code);
        EXPECT(strcmp(c.text, countries[i].want) == 0);
        EXPECT(name_in_profile(name) == countries[i].in_profile);
    }
}

static const struct {
    const char  *name, *input, *want;
    enum outcome code;
} prints[] = {
    /* clang-format off */
    { "the header's example",
      "30{" C("13{'UT'}") O("0C{'Government'}") CN("13{'CSCA Utopia'}") "}",
      "C=UT, O=Government, CN=CSCA Utopia", OK },
    { "every short name",
      "30{ 31{ 30{ 06{550407} 13{'1'} } } 31{ 30{ 06{550408} 13{'2'} } } 31{ 30{ 06{55040B} 13{'3'} } }"
      " 31{ 30{ 06{550405} 13{'4'} } } 31{ 30{ 06{0992268993F22C640119} 16{'5'} } } }",
      "L=1, ST=2, OU=3, SN=4, DC=5", OK },
    { "a type without a short name", "30{ 31{ 30{ 06{2A864886F70D010901} 16{'a@b'} } } }",
      "1.2.840.113549.1.9.1=a@b", OK },
    { "comma, backslash, umlaut", "30{" O("0C{'a,\\' C3B6}") "}", "O=a\\2C\\5C\\C3\\B6", OK },
    { "T61 and BMP as UTF-8", "30{" O("14{F6}") O("1E{00F6}") "}", "O=\\C3\\B6, O=\\C3\\B6", OK },
    { "no string", "30{" O("03{00}") "}", "O=\\00", OK },
    { "end of line", "30{" O("13{0A}") "}", "O=\\0A", OK },
    { "bad UTF-8", "30{" C("13{'UT'}") O("0C{FF}") "}", "", E_MALFORMED },
    { "bad type", "30{ 31{ 30{ 06{80} 13{'1'} } } }", "", E_MALFORMED },
    /* clang-format on */
};

static void prints_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(prints); i++) {
        const struct view name = ASN1(prints[i].input);
        uint8_t           room[128];
        struct buf        out = BUF(room);

        ROW(prints[i].name);
        EXPECT_CODE(name_print(name, &out), prints[i].code);
        EXPECT_BYTES(buf_view(&out), view_of(prints[i].want, strlen(prints[i].want)));
        for (size_t cap = 0; cap < out.len; cap++) { /* too little room writes nothing */
            struct buf less = buf_of(room, cap);

            EXPECT_CODE(name_print(name, &less), E_NO_SPACE);
            EXPECT(less.len == 0);
        }
    }
}

/* Whatever is read of a cut name is from inside it; only the sanitizer sees more. */
static void every_prefix(void **state)
{
    (void)state;
    const struct view whole = ASN1("30{" C("13{'UT'}") O("0C{'G' C3B6}") CN("1E{00430053}") "}");

    for (size_t n = 0; n < whole.len; n++) {
        uint8_t          *exact = malloc(n ? n : 1);
        const struct view cut = view_of(exact, n);
        uint8_t           room[64];
        struct buf        out = BUF(room);
        struct country    c;

        memcpy(exact, whole.ptr, n);
        EXPECT_CODE(name_country(cut, &c), E_TRUNCATED);
        EXPECT_CODE(name_print(cut, &out), E_TRUNCATED);
        EXPECT(!name_same(cut, whole));
        free(exact);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_hold),     cmocka_unit_test(long_names),
        cmocka_unit_test(countries_hold), cmocka_unit_test(prints_hold),
        cmocka_unit_test(every_prefix),
    };

    return cmocka_run_group_tests_name("cert.name", tests, NULL, NULL);
}
