/*
 * der_test: what DER allows and what only BER does, by the clauses of X.690 (02/2021);
 * examples are X.690's own where a row names a clause that has one.
 */
#include "base/der.h"

#include "expect.h"

/* One reader for every row: returns its code and leaves what it read as octets. */
enum kind { NEXT, BOOLEAN, INTEGER, UNSIGNED, U32, DEROID, BITS, OCTETS };

static const struct {
    const char  *name;
    enum kind    kind;
    const char  *input, *value;
    enum outcome want;
} rows[] = {
    /* clang-format off */
    { "empty SEQUENCE",                       NEXT, "3000",       "",       OK },
    { "long form of 80",                      NEXT, "0481",       NULL,     E_TRUNCATED },
    { "10.1 long form where short fits",      NEXT, "04817F",     NULL,     E_TRUNCATED },
    { "10.1 81 01",                           NEXT, "048101AA",   NULL,     E_MALFORMED },
    { "10.1 82 00 01",                        NEXT, "04820001AA", NULL,     E_MALFORMED },
    { "10.1 indefinite length",               NEXT, "30800000",   NULL,     E_MALFORMED },
    { "tag of two octets",                    NEXT, "5F1F0141",   NULL,     E_MALFORMED },
    { "tag of three octets",                  NEXT, "7F818101",   NULL,     E_MALFORMED },
    { "end-of-contents",                      NEXT, "0000",       NULL,     E_MALFORMED },
    { "four length octets",                   NEXT, "048401000000", NULL,   E_TOO_LONG },

    { "TRUE",                                 BOOLEAN, "0101FF", "FF",      OK },
    { "FALSE",                                BOOLEAN, "010100", "00",      OK },
    { "11.1 TRUE is FF",                      BOOLEAN, "010101", NULL,      E_MALFORMED },
    { "empty BOOLEAN",                        BOOLEAN, "0100",   NULL,      E_MALFORMED },
    { "BOOLEAN of two",                       BOOLEAN, "0102FFFF", NULL,    E_MALFORMED },
    { "not a BOOLEAN",                        BOOLEAN, "0201FF", NULL,      E_UNEXPECTED },

    { "zero",                                 INTEGER, "020100", "00",      OK },
    { "-1",                                   INTEGER, "0201FF", "FF",      OK },
    { "-128",                                 INTEGER, "020180", "80",      OK },
    { "-129",                                 INTEGER, "0202FF7F", "FF7F",  OK },
    { "128",                                  INTEGER, "02020080", "0080",  OK },
    { "8.3.1 empty INTEGER",                  INTEGER, "0200",   NULL,      E_MALFORMED },
    { "8.3.2 leading 00",                     INTEGER, "0202007F", NULL,    E_MALFORMED },
    { "8.3.2 leading FF",                     INTEGER, "0202FF80", NULL,    E_MALFORMED },

    { "unsigned zero",                        UNSIGNED, "020100", "00",     OK },
    { "unsigned 128",                         UNSIGNED, "02020080", "80",   OK },
    { "unsigned 127",                         UNSIGNED, "02017F", "7F",     OK },
    { "negative",                             UNSIGNED, "020180", NULL,     E_MALFORMED },

    { "u32 zero",                             U32, "020100", "00000000",    OK },
    { "u32 largest",                          U32, "020500FFFFFFFF", "FFFFFFFF", OK },
    { "u32 and one",                          U32, "02050100000000", NULL,  E_TOO_LONG },
    { "u32 negative",                         U32, "0201FF", NULL,          E_MALFORMED },

    { "8.19.5 {2 999 3}",                     DEROID, "0603883703", "883703", OK },
    { "8.19.2 leading 80",                    DEROID, "06032A8001", NULL,   E_MALFORMED },
    { "8.19.2 leading 80 at the front",       DEROID, "06028001", NULL,     E_MALFORMED },
    { "8.19.2 last octet goes on",            DEROID, "06022A86", NULL,     E_MALFORMED },
    { "80 inside an arc",                     DEROID, "0604818001 01", "81800101", OK },
    { "empty OID",                            DEROID, "0600", NULL,         E_MALFORMED },

    { "8.6.4.2 0A3B5F291CD, primitive",       BITS, "0307040A3B5F291CD0", "04 0A3B5F291CD0", OK },
    { "11.2.1 unused bits are zero",          BITS, "0307040A3B5F291CD1", NULL, E_MALFORMED },
    { "no bits",                              BITS, "030100", "00",         OK },
    { "8.6.2.3 no bits, some unused",         BITS, "030101", NULL,         E_MALFORMED },
    { "8.6.2.2 eight unused",                 BITS, "03020800", NULL,       E_MALFORMED },
    { "no count of unused bits",              BITS, "0300", NULL,           E_MALFORMED },
    { "keyUsage 06",                          BITS, "03020106", "01 06",    OK },
    { "constructed BIT STRING",               BITS, "230403020000", NULL,   E_UNEXPECTED },

    { "whole octets",                         OCTETS, "03030004 FF", "04FF", OK },
    { "a bit missing",                        OCTETS, "030201FE", NULL,     E_MALFORMED },
    /* clang-format on */
};

static struct err read_one(enum kind kind, struct view *in, struct buf *out)
{
    struct tlv  t;
    struct view v = { 0 };
    bool        truth = true;
    uint32_t    n = 0;
    uint8_t     unused = 0;

    switch (kind) {
    case BOOLEAN:
        TRY(der_boolean(in, &truth));
        return buf_u8(out, truth ? 0xFF : 0);
    case U32:
        TRY(der_u32(in, &n));
        return buf_u32(out, n);
    case BITS:
        TRY(der_bit_string(in, &v, &unused));
        TRY(buf_u8(out, unused));
        return buf_put(out, v);
    case INTEGER:
        TRY(der_integer(in, &v));
        return buf_put(out, v);
    case UNSIGNED:
        TRY(der_unsigned(in, &v));
        return buf_put(out, v);
    case DEROID:
        TRY(der_oid(in, &v));
        return buf_put(out, v);
    case OCTETS:
        TRY(der_bit_octets(in, &v));
        return buf_put(out, v);
    case NEXT:
    default:
        TRY(der_next(in, &t));
        return buf_put(out, t.value);
    }
}

/* Each prefix from an allocation of exactly its length: truncated, nothing consumed. */
static void every_prefix(enum kind kind, struct view whole)
{
    for (size_t n = 0; n < whole.len; n++) {
        uint8_t    *exact = malloc(n ? n : 1);
        struct view in = view_of(exact, n);
        uint8_t     room[16];
        struct buf  out = BUF(room);

        memcpy(exact, whole.ptr, n);
        EXPECT_CODE(read_one(kind, &in, &out), E_TRUNCATED);
        EXPECT(in.ptr == exact && in.len == n && out.len == 0);
        free(exact);
    }
}

static void rows_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct view whole = HEX(rows[i].input);
        struct view       in = whole;
        uint8_t           room[16];
        struct buf        out = BUF(room);

        ROW(rows[i].name);
        EXPECT_CODE(read_one(rows[i].kind, &in, &out), rows[i].want);
        if (rows[i].want == OK) {
            EXPECT_BYTES(buf_view(&out), HEX(rows[i].value));
            EXPECT_CODE(der_end(in), OK);
            every_prefix(rows[i].kind, whole);
        } else {
            EXPECT(in.ptr == whole.ptr && in.len == whole.len);
        }
    }
}

/* The boundaries of the length form: 7F, 80, FF, 100, FFFF, 10000. */
static void lengths_are_shortest(void **state)
{
    (void)state;
    static const struct {
        size_t      len;
        const char *shortest, *longer;
    } forms[] = {
        { 0x7F, "047F", "04817F" },           { 0x80, "048180", "04820080" },
        { 0xFF, "0481FF", "048200FF" },       { 0x100, "04820100", "0483000100" },
        { 0xFFFF, "0482FFFF", "048300FFFF" }, { 0x10000, "0483010000", NULL },
    };
    static uint8_t bytes[0x10010], content[0x10000];

    for (size_t i = 0; i < COUNT(forms); i++) {
        struct buf  out = BUF(bytes), ours = BUF(bytes);
        struct tlv  t;
        struct view in;

        ROW(forms[i].shortest);
        EXPECT_CODE(buf_put(&out, HEX(forms[i].shortest)), OK);
        EXPECT_CODE(buf_fill(&out, 0, forms[i].len), OK);
        in = buf_view(&out);
        EXPECT_CODE(der_next(&in, &t), OK);
        EXPECT(t.value.len == forms[i].len && t.whole.len == out.len);
        EXPECT_CODE(tlv_put(&ours, 0x04, view_of(content, forms[i].len)), OK);
        EXPECT_BYTES(view_of(bytes, out.len - forms[i].len), HEX(forms[i].shortest));
        EXPECT(ours.len == out.len);
        if (forms[i].longer == NULL)
            continue;
        out = BUF(bytes);
        EXPECT_CODE(buf_put(&out, HEX(forms[i].longer)), OK);
        EXPECT_CODE(buf_fill(&out, 0, forms[i].len), OK);
        in = buf_view(&out);
        EXPECT_CODE(der_next(&in, &t), E_MALFORMED);
    }
}

static void at_and_expect(void **state)
{
    (void)state;
    struct view in = HEX("A003020102 0500"), whole, v;
    struct tlv  t;

    EXPECT(der_at(in, DER_CONTEXT_C(0)) && !der_at(in, DER_NULL));
    EXPECT(!der_at(HEX("A00302"), DER_CONTEXT_C(0))); /* malformed is not "there" */
    EXPECT(!der_at(HEX(""), DER_NULL));
    whole = in;
    EXPECT_CODE(der_expect(&in, DER_SEQUENCE, &v), E_UNEXPECTED);
    EXPECT(view_eq(in, whole));
    EXPECT_CODE(der_expect_whole(&in, DER_CONTEXT_C(0), &t), OK);
    EXPECT_BYTES(t.whole, HEX("A003020102"));
    EXPECT_CODE(der_end(in), E_TRAILING);
    EXPECT_CODE(der_expect(&in, DER_NULL, &v), OK);
    EXPECT_CODE(der_end(in), OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(rows_hold),
                                        cmocka_unit_test(lengths_are_shortest),
                                        cmocka_unit_test(at_and_expect) };

    return cmocka_run_group_tests_name("base.der", tests, NULL, NULL);
}
