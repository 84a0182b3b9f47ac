/*
 * activation_test: ATS and ATQB, as ISO/IEC 14443-4:2018 clause 5 and 14443-3:2018 clause 7.9
 * lay them out; the times are the standard's own figures.
 */
#include "isodep/activation.h"

#include "expect.h"
#include "parse.h"

static const struct {
    const char       *name, *ats;
    enum outcome      want;
    struct activation is;
} ats_rows[] = {
    /* clang-format off */
    { "TL alone: every default",      "01",           OK, { .fsc = 32, .fwi = 4, .cid = true } },
    { "T0 alone",                     "0205",         OK, { .fsc = 64, .fwi = 4, .cid = true } },
    { "all of it",                    "0578779402",   OK, { .fsc = 256, .fwi = 9, .sfgi = 4, .rates = 7, .cid = true } },
    { "TC: NAD, no CID",              "034001",       OK, { .fsc = 16, .fwi = 4, .nad = true } },
    { "TB alone",                     "0327E3",       OK, { .fsc = 128, .fwi = 14, .sfgi = 3, .cid = true } },
    { "historical bytes alone",       "05083132 33",  OK, { .fsc = 256, .fwi = 4, .cid = true, .historical = "123", .historical_len = 3 } },
    { "as many as are kept",          "1178779402 0102030405060708090A0B0C", OK,
      { .fsc = 256, .fwi = 9, .sfgi = 4, .rates = 7, .cid = true, .historical = "\1\2\3\4\5\6\7\10\11\12\13\14", .historical_len = 12 } },
    { "more than are kept",           "1208 303132333435363738393A3B3C3D3E3F", OK,
      { .fsc = 256, .fwi = 4, .cid = true, .historical = { 0x30,0x31,0x32,0x33,0x34,0x35,0x36,0x37,0x38,0x39,0x3A,0x3B,0x3C,0x3D,0x3E }, .historical_len = 15 } },
    { "FSCI 12: 4096, we send 256",   "020C",         OK, { .fsc = 256, .fwi = 4, .cid = true } },
    { "FSCI 15 is kept for later",    "020F",         OK, { .fsc = 256, .fwi = 4, .cid = true } },
    { "FWI 15 means 4, SFGI 15 0",    "0320FF",       OK, { .fsc = 16, .fwi = 4, .cid = true } },
    { "424 from the chip only",       "031820",       OK, { .fsc = 256, .fwi = 4, .cid = true } },
    { "212 and 424 both ways",        "031833",       OK, { .fsc = 256, .fwi = 4, .rates = RATE_212 | RATE_424, .cid = true } },
    { "only the same both ways",      "0318B3",       OK, { .fsc = 256, .fwi = 4, .rates = RATE_212 | RATE_424, .cid = true } },
    { "bit 4 of TA set: 106 only",    "03187F",       OK, { .fsc = 256, .fwi = 4, .cid = true } },
    { "the bit of T0 that is not used", "0288",       OK, { .fsc = 256, .fwi = 4, .cid = true } },
    { "nothing",                      "",             E_TRUNCATED, { 0 } },
    { "TL 0",                         "00",           E_MALFORMED, { 0 } },
    { "shorter than TL",              "06787794 02",  E_TRUNCATED, { 0 } },
    { "longer than TL",               "047877 9402",  E_TRAILING,  { 0 } },
    { "shorter than T0 announces",    "0270 ",        E_TRUNCATED, { 0 } },
    { "TC is missing",                "04787794",     E_TRUNCATED, { 0 } },
    /* clang-format on */
};

static bool same(const struct activation *a, const struct activation *b)
{
    return a->fsc == b->fsc && a->fwi == b->fwi && a->sfgi == b->sfgi && a->rates == b->rates &&
           a->cid == b->cid && a->nad == b->nad &&
           view_eq(view_of(a->historical, a->historical_len),
                   view_of(b->historical, b->historical_len));
}

static const struct activation untouched = { .fsc = 77 };

static struct err parse_ats(struct view v)
{
    struct activation a = untouched;
    const struct err  e = activation_read_ats(v, &a);

    EXPECT(e.code == OK || same(&a, &untouched));
    return e;
}

static void ats_holds(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(ats_rows); i++) {
        const struct view ats = HEX(ats_rows[i].ats);
        struct activation a = untouched;

        ROW(ats_rows[i].name);
        EXPECT_CODE(activation_read_ats(ats, &a), ats_rows[i].want);
        EXPECT(same(&a, ats_rows[i].want == OK ? &ats_rows[i].is : &untouched));
        if (ats_rows[i].want == OK)
            every_prefix_fails(ats, parse_ats);
    }
}

static const struct {
    const char       *name, *atqb;
    enum outcome      want;
    struct activation is;
} atqb_rows[] = {
    /* clang-format off */
    { "12 bytes",                   "50 01020304 00000000 7781B1",   OK, { .fsc = 256, .fwi = 11, .rates = 7, .cid = true } },
    { "13 bytes: SFGI",             "50 01020304 00000000 00516350", OK, { .fsc = 64, .fwi = 6, .sfgi = 5, .nad = true, .cid = true } },
    { "no CID, 106 only",           "50 01020304 00000000 0001 E0",  OK, { .fsc = 16, .fwi = 14 } },
    { "frame size kept for later",  "50 01020304 00000000 00F1 F0",  OK, { .fsc = 256, .fwi = 4 } },
    { "SFGI kept for later",        "50 01020304 00000000 00F1 F0F0", OK, { .fsc = 256, .fwi = 4 } },
    { "bit 4 of the rates",         "50 01020304 00000000 FFF1 F0",  OK, { .fsc = 256, .fwi = 4 } },
    { "not ISO 14443-4",            "50 01020304 00000000 7780B1",   E_UNSUPPORTED, { 0 } },
    { "not an ATQB",                "51 01020304 00000000 7781B1",   E_UNEXPECTED, { 0 } },
    { "14 bytes",                   "50 01020304 00000000 0051635000", E_TRAILING, { 0 } },
    { "nothing",                    "",                              E_TRUNCATED, { 0 } },
    /* clang-format on */
};

static void atqb_holds(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(atqb_rows); i++) {
        const struct view atqb = HEX(atqb_rows[i].atqb);
        struct activation a = untouched;

        ROW(atqb_rows[i].name);
        EXPECT_CODE(activation_read_atqb(atqb, &a), atqb_rows[i].want);
        EXPECT(same(&a, atqb_rows[i].want == OK ? &atqb_rows[i].is : &untouched));
        for (size_t len = 0; len < 12; len++) { /* 12 of 13 are whole again */
            uint8_t *exact = malloc(len != 0 ? len : 1);

            memcpy(exact, atqb.ptr, len < atqb.len ? len : atqb.len);
            a = untouched;
            EXPECT(activation_read_atqb(view_of(exact, len < atqb.len ? len : atqb.len), &a).code !=
                   OK);
            EXPECT(same(&a, &untouched));
            free(exact);
        }
    }
}

/* §5.2.5: FWI 4 is 4833 us, 14 is 4949 ms; SFGI 0 needs none. */
static void times_hold(void **state)
{
    static const struct {
        uint8_t  n;
        uint32_t fwt_ms, pause_ms;
    } rows[] = { { 0, 1, 0 },      { 4, 5, 5 },        { 8, 78, 78 },
                 { 11, 619, 619 }, { 13, 2475, 2475 }, { 14, 4950, 4950 } };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct activation a = { .fwi = rows[i].n, .sfgi = rows[i].n };
        char                    name[16];

        snprintf(name, sizeof name, "FWI %u", rows[i].n);
        ROW(name);
        EXPECT(activation_fwt_ms(&a) == rows[i].fwt_ms);
        EXPECT(activation_pause_ms(&a) == rows[i].pause_ms);
    }
}

static void rates_hold(void **state)
{
    static const struct {
        uint8_t  rates;
        uint16_t most, want;
    } rows[] = {
        { 0, 424, 106 },        { RATE_212, 424, 212 }, { RATE_212 | RATE_424, 424, 424 },
        { RATE_424, 424, 424 }, { RATE_424, 212, 106 }, { RATE_212 | RATE_424, 212, 212 },
        { 7, 106, 106 },        { RATE_848, 848, 106 }, /* no reader of ours can */
        { 7, 848, 424 },        { 7, 0, 106 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct activation a = { .rates = rows[i].rates };

        EXPECT(activation_rate(&a, rows[i].most) == rows[i].want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(ats_holds), cmocka_unit_test(atqb_holds),
                                        cmocka_unit_test(times_hold),
                                        cmocka_unit_test(rates_hold) };

    return cmocka_run_group_tests_name("isodep.activation", tests, NULL, NULL);
}
