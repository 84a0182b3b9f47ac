/*
 * crl_test: revocation lists in the profile of Doc 9303-12, and one departure at a time.
 *
 * public_test.c compares real ones with OpenSSL's reading.
 */
#include "cert/crl.h"

#include "asn1.h"

enum part { VERSION, INNER, ISSUER, TIMES, ENTRIES, TAIL, PARTS };

#define ALG                 "30{ 06{2A8648CE3D040302} }"
#define NAME                "30{ 31{ 30{ 06{550406} 13{'UT'} } } 31{ 30{ 06{550403} 13{'CSCA'} } } }"
#define FROM                "17{'260101000000Z'}"
#define UNTIL               "17{'260401000000Z'}"
#define AKI                 "30{ 06{551D23} 04{ 30{ 80{A1A2} } } }"
#define NUMBER              "30{ 06{551D14} 04{ 02{07} } }"
#define EXTS(list)          "A0{ 30{" list "} }"
#define REASON(value)       "30{ 30{ 06{551D15} 04{" value "} } }"
#define ENTRY(serial, more) "30{ 02{" serial "} 17{'260102030405Z'}" more "}"

static const char *const usual[PARTS] = {
    "02{01}",
    ALG,
    NAME,
    FROM UNTIL,
    "30{" ENTRY("01", "") ENTRY("8002", REASON("0A{01}")) ENTRY("0403", "") "}",
    EXTS(AKI NUMBER),
};

static struct view list(enum part part, const char *text, uint8_t *bytes, size_t cap)
{
    const char *p[PARTS];
    char        all[2048];

    memcpy(p, usual, sizeof p);
    if (part != PARTS)
        p[part] = text;
    snprintf(all, sizeof all, "30{ 30{ %s %s %s %s %s %s } " ALG " 03{ 00 AA } }", p[VERSION],
             p[INNER], p[ISSUER], p[TIMES], p[ENTRIES], p[TAIL]);
    return asn1(all, bytes, cap);
}

static const struct {
    const char  *name;
    enum part    part;
    const char  *text;
    enum outcome want;
    enum note_id note; /* the only one, NOTE_NONE for none at all */
} rows[] = {
    /* clang-format off */
    { "in the profile",          PARTS,   "",              OK, NOTE_X509_SERIAL /* 8002 */ },
    { "version 1",               VERSION, "",              OK, NOTE_X509_VERSION },
    { "version 3",               VERSION, "02{02}",        OK, NOTE_X509_VERSION },
    { "version negative",        VERSION, "02{FF}",        E_MALFORMED, 0 },
    { "inner algorithm differs", INNER,   "30{ 06{2A8648CE3D040303} }", OK, NOTE_X509_ALG_DIFFERS },
    { "inner algorithm missing", INNER,   "",              E_UNEXPECTED, 0 },
    { "issuer missing",          ISSUER,  "",              E_UNEXPECTED, 0 },
    { "no nextUpdate",           TIMES,   FROM,            OK, NOTE_CRL_NO_NEXT_UPDATE },
    { "no thisUpdate",           TIMES,   "",              E_UNEXPECTED, 0 },
    { "four digits",             TIMES,   "18{'20260101000000Z'}" UNTIL, OK, NOTE_X509_TIME_FORM },
    { "unreadable date",         TIMES,   FROM "17{'x'}",  OK, NOTE_X509_TIME_UNREADABLE },
    { "nothing revoked",         ENTRIES, "",              OK, NOTE_NONE },
    { "an empty list",           ENTRIES, "30{}",          OK, NOTE_CRL_EMPTY_LIST },
    { "entry without date",      ENTRIES, "30{ 30{ 02{01} } }", E_TRUNCATED, 0 },
    { "entry without serial",    ENTRIES, "30{ 30{ 17{'260102030405Z'} } }", E_UNEXPECTED, 0 },
    { "entry with more",         ENTRIES, "30{" ENTRY("01", "30{} 00") "}", E_TRAILING, 0 },
    { "entry date unreadable",   ENTRIES, "30{ 30{ 02{01} 17{} } }", OK, NOTE_X509_TIME_UNREADABLE },
    { "reason unreadable",       ENTRIES, "30{" ENTRY("01", REASON("02{01}")) "}", OK, NOTE_X509_EXT_UNREADABLE },
    { "reason of two octets",    ENTRIES, "30{" ENTRY("01", REASON("0A{0001}")) "}", OK, NOTE_X509_EXT_UNREADABLE },
    { "invalidityDate",          ENTRIES, "30{" ENTRY("01", "30{ 30{ 06{551D18} 04{} } }") "}", OK, NOTE_NONE },
    { "an indirect entry",       ENTRIES, "30{" ENTRY("01", "30{ 30{ 06{551D1D} 01{FF} 04{} } }") "}", OK, NOTE_X509_UNKNOWN_CRITICAL },
    { "entry extension cut off", ENTRIES, "30{" ENTRY("01", "30{ 30{ 06{551D15} } }") "}", E_TRUNCATED, 0 },
    { "no extensions",           TAIL,    "",              OK, NOTE_X509_NO_AKI },
    { "AKI missing",             TAIL,    EXTS(NUMBER),    OK, NOTE_X509_NO_AKI },
    { "AKI unreadable",          TAIL,    EXTS("30{ 06{551D23} 04{ 02{01} } }"), OK, NOTE_X509_EXT_UNREADABLE },
    { "a delta CRL",             TAIL,    EXTS(AKI "30{ 06{551D1B} 01{FF} 04{ 02{01} } }"), OK, NOTE_X509_UNKNOWN_CRITICAL },
    { "a CRL for some only",     TAIL,    EXTS(AKI "30{ 06{551D1C} 01{FF} 04{ 30{} } }"), OK, NOTE_X509_UNKNOWN_CRITICAL },
    { "an unknown extension",    TAIL,    EXTS(AKI "30{ 06{2A03} 04{} }"), OK, NOTE_NONE },
    { "octets behind",           TAIL,    EXTS(AKI) "05{}", E_TRAILING, 0 },
    { "extensions twice wrapped",TAIL,    "A0{ 30{} 30{} }", E_TRAILING, 0 },
    /* clang-format on */
};

/* Every row but the first revokes nothing irregular, so that its note stands alone. */
static void rows_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint8_t           bytes[1024];
        const struct view der = list(rows[i].part, rows[i].text, bytes, sizeof bytes);
        struct notes      notes = { .place = PLACE_CRL };
        struct crl        c = { .whole = { .len = 77 } };
        size_t            n = 0;

        ROW(rows[i].name);
        EXPECT_CODE(crl_read(der, &c, &notes), rows[i].want);
        if (rows[i].want != OK) {
            EXPECT(c.whole.len == 77);
            continue;
        }
        for (size_t k = 0; k < notes.n; k++) {
            n += notes.item[k].id == rows[i].note;
            EXPECT(notes.item[k].id == rows[i].note ||
                   (notes.item[k].id == NOTE_X509_SERIAL && rows[i].part != ENTRIES));
        }
        EXPECT(n == (rows[i].note != NOTE_NONE));
    }
}

static void fields_are_there(void **state)
{
    (void)state;
    uint8_t        bytes[1024];
    struct crl     c;
    struct revoked r;
    enum result    result;

    EXPECT_CODE(crl_read(list(PARTS, "", bytes, sizeof bytes), &c, NULL), OK);
    EXPECT_BYTES(c.issuer, ASN1(NAME));
    EXPECT(c.this_update.s == 1767225600 && c.next_update.s == 1775001600); /* date -u +%s */
    EXPECT_BYTES(c.aki, HEX("A1A2"));
    EXPECT_BYTES(c.signature, HEX("AA"));
    EXPECT_CODE(crl_next(&c.revoked, &r), OK);
    EXPECT_BYTES(r.serial, HEX("01"));
    EXPECT(r.when.s == 1767323045 && r.reason == 0);
    EXPECT_CODE(crl_next(&c.revoked, &r), OK);
    EXPECT_BYTES(r.serial, HEX("8002"));
    EXPECT(r.reason == 1);
    EXPECT_CODE(crl_next(&c.revoked, &r), OK);
    EXPECT_BYTES(r.serial, HEX("0403"));
    EXPECT_CODE(crl_next(&c.revoked, &r), E_TRUNCATED);
    EXPECT_CODE(crl_check(&c, &(struct public_key){ 0 }, &result, NULL), OK);
    EXPECT(result == UNDETERMINED);
}

static void every_prefix(void **state)
{
    (void)state;
    uint8_t           bytes[1024];
    const struct view whole = list(PARTS, "", bytes, sizeof bytes);

    for (size_t n = 0; n < whole.len; n++) {
        uint8_t   *exact = malloc(n ? n : 1);
        struct crl c;

        memcpy(exact, whole.ptr, n);
        EXPECT_CODE(crl_read(view_of(exact, n), &c, NULL), E_TRUNCATED);
        free(exact);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(rows_hold),
                                        cmocka_unit_test(fields_are_there),
                                        cmocka_unit_test(every_prefix) };

    return cmocka_run_group_tests_name("cert.crl", tests, NULL, NULL);
}
