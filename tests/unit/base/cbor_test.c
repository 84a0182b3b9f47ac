/*
 * cbor_test: RFC 8949 Appendix A in both directions where our subset has the item, and
 * libcbor reads what we write and we what it writes.
 */
#include "base/cbor.h"

#define cbor_type libcbor_type /* both name an enum so */
#include <cbor.h>
#undef cbor_type

#include "expect.h"

/* Appendix A: encoded, then type and number or content in hex. */
static const struct {
    const char    *encoded;
    enum cbor_type type;
    uint64_t       n;
    const char    *text;
} items[] = {
    /* clang-format off */
    { "00",                 CBOR_UINT,  0,                       "" },
    { "01",                 CBOR_UINT,  1,                       "" },
    { "0a",                 CBOR_UINT,  10,                      "" },
    { "17",                 CBOR_UINT,  23,                      "" },
    { "1818",               CBOR_UINT,  24,                      "" },
    { "1864",               CBOR_UINT,  100,                     "" },
    { "1903e8",             CBOR_UINT,  1000,                    "" },
    { "1a000f4240",         CBOR_UINT,  1000000,                 "" },
    { "1b000000e8d4a51000", CBOR_UINT,  1000000000000,           "" },
    { "1bffffffffffffffff", CBOR_UINT,  UINT64_MAX,              "" },
    { "3bffffffffffffffff", CBOR_NINT,  UINT64_MAX,              "" },
    { "20",                 CBOR_NINT,  0,                       "" },
    { "29",                 CBOR_NINT,  9,                       "" },
    { "3863",               CBOR_NINT,  99,                      "" },
    { "3903e7",             CBOR_NINT,  999,                     "" },
    { "f4",                 CBOR_BOOL,  0,                       "" },
    { "f5",                 CBOR_BOOL,  1,                       "" },
    { "f6",                 CBOR_NULL,  0,                       "" },
    { "40",                 CBOR_BYTES, 0,                       "" },
    { "4401020304",         CBOR_BYTES, 4,                       "01020304" },
    { "60",                 CBOR_TEXT,  0,                       "" },
    { "6161",               CBOR_TEXT,  1,                       "61" },
    { "6449455446",         CBOR_TEXT,  4,                       "49455446" },
    { "62225c",             CBOR_TEXT,  2,                       "225c" },
    { "62c3bc",             CBOR_TEXT,  2,                       "c3bc" },
    { "63e6b0b4",           CBOR_TEXT,  3,                       "e6b0b4" },
    { "64f0908591",         CBOR_TEXT,  4,                       "f0908591" },
    { "80",                 CBOR_ARRAY, 0,                       "" },
    { "a0",                 CBOR_MAP,   0,                       "" },
    /* clang-format on */
};

static struct err put(struct buf *out, size_t row)
{
    const struct view text = HEX(items[row].text);

    switch (items[row].type) {
    case CBOR_UINT:
        return cbor_put_uint(out, items[row].n);
    case CBOR_NINT:
        return cbor_put_int(out, -1 - (int64_t)items[row].n);
    case CBOR_BYTES:
        return cbor_put_bytes(out, text);
    case CBOR_TEXT:
        return cbor_put_text(out, text);
    case CBOR_ARRAY:
        return cbor_put_array(out, (size_t)items[row].n);
    case CBOR_MAP:
        return cbor_put_map(out, (size_t)items[row].n);
    case CBOR_BOOL:
        return cbor_put_bool(out, items[row].n != 0);
    case CBOR_NULL:
    default:
        return cbor_put_null(out);
    }
}

static void every_prefix(struct view whole)
{
    for (size_t n = 0; n < whole.len; n++) {
        uint8_t    *exact = malloc(n ? n : 1);
        struct view in = view_of(exact, n);
        struct cbor item;

        memcpy(exact, whole.ptr, n);
        EXPECT_CODE(cbor_next(&in, &item), E_TRUNCATED);
        EXPECT_CODE(cbor_skip(&in), E_TRUNCATED);
        EXPECT(in.ptr == exact && in.len == n);
        free(exact);
    }
}

static void appendix_a_holds(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(items); i++) {
        const struct view whole = HEX(items[i].encoded);
        struct view       in = whole, skipped = whole;
        struct cbor       item;
        uint8_t           room[16];
        struct buf        out = BUF(room);

        ROW(items[i].encoded);
        EXPECT_CODE(cbor_next(&in, &item), OK);
        EXPECT(item.type == items[i].type && item.n == items[i].n && in.len == 0);
        EXPECT_BYTES(item.text, HEX(items[i].text));
        EXPECT_CODE(cbor_skip(&skipped), OK);
        EXPECT(skipped.len == 0);
        every_prefix(whole);
        if (items[i].type == CBOR_NINT && items[i].n > INT64_MAX)
            continue; /* no int64_t says it */
        for (size_t cap = 0; cap < whole.len; cap++) {
            struct buf small = buf_of(room, cap);

            EXPECT_CODE(put(&small, i), E_NO_SPACE);
            EXPECT(small.len == 0);
        }
        EXPECT_CODE(put(&out, i), OK);
        EXPECT_BYTES(buf_view(&out), whole);
    }
}

static const struct {
    const char  *name, *input;
    enum outcome want;
} refused[] = {
    /* clang-format off */
    { "23 in two octets",                "1817",               E_MALFORMED },
    { "255 in three octets",             "1900ff",             E_MALFORMED },
    { "65535 in five octets",            "1a0000ffff",         E_MALFORMED },
    { "2^32-1 in nine octets",           "1b00000000ffffffff", E_MALFORMED },
    { "long length of a short text",     "780161",             E_MALFORMED },
    { "reserved 28",                     "1c",                 E_MALFORMED },
    { "reserved 30, text",               "7e",                 E_MALFORMED },
    { "reserved 31, integer",            "1f",                 E_MALFORMED },
    { "reserved 31, tag",                "df",                 E_MALFORMED },
    { "break alone",                     "ff",                 E_MALFORMED },
    { "reserved simple 28",              "fc",                 E_MALFORMED },
    { "simple 24 in two octets",         "f818",               E_MALFORMED },
    { "simple cut off",                  "f8",                 E_TRUNCATED },
    { "Appendix A 1.0",                  "f93c00",             E_UNSUPPORTED },
    { "Appendix A 100000.0",             "fa47c35000",         E_UNSUPPORTED },
    { "Appendix A 1.1",                  "fb3ff199999999999a", E_UNSUPPORTED },
    { "Appendix A undefined",            "f7",                 E_UNSUPPORTED },
    { "Appendix A simple(16)",           "f0",                 E_UNSUPPORTED },
    { "Appendix A simple(255)",          "f8ff",               E_UNSUPPORTED },
    { "Appendix A 1(1363896240)",        "c11a514b67b0",       E_UNSUPPORTED },
    { "Appendix A (_ h'0102')",          "5f42010243030405ff", E_UNSUPPORTED },
    { "Appendix A (_ \"strea\")",        "7f657374726561ff",   E_UNSUPPORTED },
    { "Appendix A [_ ]",                 "9fff",               E_UNSUPPORTED },
    { "Appendix A {_ }",                 "bfff",               E_UNSUPPORTED },
    { "array longer than the message",   "830102",             E_TRUNCATED },
    { "map longer than the message",     "a2010203",           E_TRUNCATED },
    { "array of 2^64-1",                 "9bffffffffffffffff", E_TRUNCATED },
    { "map of 2^63",                     "bb8000000000000000", E_TRUNCATED },
    { "bytes of 2^64-1",                 "5bffffffffffffffff", E_TRUNCATED },
    { "UTF-8 continuation alone",        "6180",               E_MALFORMED },
    { "UTF-8 cut off",                   "61c3",               E_MALFORMED },
    { "UTF-8 next is not a continuation","62c328",             E_MALFORMED },
    { "UTF-8 overlong NUL",              "62c080",             E_MALFORMED },
    { "UTF-8 overlong of 7FF",           "63e09fbf",           E_MALFORMED },
    { "UTF-8 overlong of FFFF",          "64f08fbfbf",         E_MALFORMED },
    { "UTF-8 surrogate D800",            "63eda080",           E_MALFORMED },
    { "UTF-8 surrogate DFFF",            "63edbfbf",           E_MALFORMED },
    { "UTF-8 110000",                    "64f4908080",         E_MALFORMED },
    { "UTF-8 F8",                        "65f888808080",       E_MALFORMED },
    /* clang-format on */
};

static void others_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(refused); i++) {
        const struct view whole = HEX(refused[i].input);
        struct view       in = whole;
        struct cbor       item;

        ROW(refused[i].name);
        EXPECT_CODE(cbor_next(&in, &item), refused[i].want);
        EXPECT_CODE(cbor_skip(&in), refused[i].want);
        EXPECT(in.ptr == whole.ptr && in.len == whole.len);
    }
}

static void edges_of_utf8(void **state)
{
    (void)state;
    static const char *const good[] = { "63ed9fbf", "63ee8080", "64f48fbfbf", "6200 7f",
                                        "62c280",   "63e0a080", "64f0908080" };

    for (size_t i = 0; i < COUNT(good); i++) {
        struct view in = HEX(good[i]), text;

        ROW(good[i]);
        EXPECT_CODE(cbor_text(&in, &text), OK);
    }
}

static void readers_want_their_type(void **state)
{
    (void)state;
    const struct view one = HEX("01"), text = HEX("6161"), other = HEX("20");
    struct view       in, v;
    uint64_t          u;
    size_t            n;
    bool              b;

    in = text;
    EXPECT_CODE(cbor_uint(&in, &u), E_UNEXPECTED);
    EXPECT_CODE(cbor_bytes(&in, &v), E_UNEXPECTED);
    EXPECT_CODE(cbor_array(&in, &n), E_UNEXPECTED);
    EXPECT_CODE(cbor_map(&in, &n), E_UNEXPECTED);
    EXPECT_CODE(cbor_bool(&in, &b), E_UNEXPECTED);
    EXPECT(view_eq(in, text));
    EXPECT_CODE(cbor_text(&in, &v), OK);
    in = one;
    EXPECT_CODE(cbor_text(&in, &v), E_UNEXPECTED);
    EXPECT_CODE(cbor_uint(&in, &u), OK);
    in = other;
    EXPECT_CODE(cbor_uint(&in, &u), E_UNEXPECTED);
    in = HEX("f5");
    EXPECT_CODE(cbor_bool(&in, &b), OK);
    EXPECT(b);
    in = HEX("4101");
    EXPECT_CODE(cbor_bytes(&in, &v), OK);
    in = HEX("8101");
    EXPECT_CODE(cbor_array(&in, &n), OK);
    EXPECT(n == 1 && in.len == 1);
    in = HEX("a10102");
    EXPECT_CODE(cbor_map(&in, &n), OK);
    EXPECT(n == 1 && in.len == 2);
}

static void skipping_is_bounded(void **state)
{
    (void)state;
    struct view in = HEX("a26161 820102 6162 8301 20 a1 6163 f6 05"), v;
    uint64_t    five;

    ROW("a map with members of every kind");
    EXPECT_CODE(cbor_skip(&in), OK);
    EXPECT_CODE(cbor_uint(&in, &five), OK);
    EXPECT(five == 5 && in.len == 0);

    ROW("as deep as allowed");
    in = HEX("81818181 81818181 01");
    EXPECT_CODE(cbor_skip(&in), OK);
    EXPECT(in.len == 0);

    ROW("one deeper");
    v = in = HEX("81818181 81818181 81 01");
    EXPECT_CODE(cbor_skip(&in), E_TOO_LONG);
    EXPECT(view_eq(in, v));

    ROW("a member missing");
    in = HEX("82 8101");
    EXPECT_CODE(cbor_skip(&in), E_TRUNCATED);
}

/* What a report might look like: ours, read by libcbor, and written again by it. */
static void libcbor_agrees(void **state)
{
    (void)state;
    uint8_t                 room[256], *theirs = NULL;
    struct buf              out = BUF(room);
    size_t                  size = 0;
    struct cbor_load_result result;

    EXPECT_CODE(cbor_put_map(&out, 4), OK);
    EXPECT_CODE(cbor_put_string(&out, "verdict"), OK);
    EXPECT_CODE(cbor_put_uint(&out, 70000), OK);
    EXPECT_CODE(cbor_put_string(&out, "name"), OK);
    EXPECT_CODE(cbor_put_text(&out, TEXT("M\xC3\xBCller")), OK);
    EXPECT_CODE(cbor_put_string(&out, "files"), OK);
    EXPECT_CODE(cbor_put_array(&out, 3), OK);
    EXPECT_CODE(cbor_put_bytes(&out, HEX("60145F01")), OK);
    EXPECT_CODE(cbor_put_int(&out, INT64_MIN), OK);
    EXPECT_CODE(cbor_put_int(&out, -1), OK);
    EXPECT_CODE(cbor_put_string(&out, "done"), OK);
    EXPECT_CODE(cbor_put_bool(&out, false), OK);

    cbor_item_t *item = cbor_load(room, out.len, &result);

    EXPECT(item != NULL && result.read == out.len);
    EXPECT(cbor_isa_map(item) && cbor_map_size(item) == 4);
    const struct cbor_pair *pair = cbor_map_handle(item);

    EXPECT(cbor_get_int(pair[0].value) == 70000);
    EXPECT(cbor_string_codepoint_count(pair[1].value) == 6);
    EXPECT(cbor_isa_negint(cbor_array_handle(pair[2].value)[1]));
    EXPECT(cbor_get_uint64(cbor_array_handle(pair[2].value)[1]) == (uint64_t)INT64_MAX);
    EXPECT(cbor_is_bool(pair[3].value) && !cbor_get_bool(pair[3].value));
    const size_t len = cbor_serialize_alloc(item, &theirs, &size);

    EXPECT_BYTES(view_of(theirs, len), buf_view(&out));
    free(theirs);
    cbor_decref(&item);
}

/* libcbor writes numbers of every width; we read the same value or, where its form is
 * not the shortest, refuse. */
static void libcbor_numbers(void **state)
{
    (void)state;
    for (unsigned shift = 0; shift < 64; shift++) {
        for (int off = -1; off <= 1; off++) {
            const uint64_t n = (UINT64_C(1) << shift) + (uint64_t)(int64_t)off;
            uint8_t        bytes[16], room[16];
            struct buf     ours = BUF(room);
            struct view    in = view_of(bytes, cbor_encode_uint(n, bytes, sizeof bytes));
            uint64_t       got;

            EXPECT_CODE(cbor_put_uint(&ours, n), OK);
            EXPECT_BYTES(buf_view(&ours), in);
            EXPECT_CODE(cbor_uint(&in, &got), OK);
            EXPECT(got == n);
            in = view_of(bytes, cbor_encode_uint64(n, bytes, sizeof bytes));
            EXPECT_CODE(cbor_uint(&in, &got), n > UINT32_MAX ? OK : E_MALFORMED);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appendix_a_holds),    cmocka_unit_test(others_are_refused),
        cmocka_unit_test(edges_of_utf8),       cmocka_unit_test(readers_want_their_type),
        cmocka_unit_test(skipping_is_bounded), cmocka_unit_test(libcbor_agrees),
        cmocka_unit_test(libcbor_numbers),
    };

    return cmocka_run_group_tests_name("base.cbor", tests, NULL, NULL);
}
