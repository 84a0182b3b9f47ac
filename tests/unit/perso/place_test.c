/*
 * place_test: what paths find, and what each change of a patch leaves behind.
 *
 * The encodings are written by hand after X.690; "want" is what the changed structure must be.
 */
#include "patch.h"
#include "place.h"

#include "expect.h"

/* 30 { 02 01, 04 { 30 { 02 02 } }, A0 { 30 { 06 1.2.3, 02 03 }, 30 { 06 1.2.4, 02 04 } }, 03 {00,
 * 02 05} } */
#define TREE                                                                                       \
    "3022 020101 0405 3003 020102 A010 3006 06022A03 0500 3006 06022A04 0500 0304 00 020105"

static const struct {
    const char  *name, *path, *change, *want;
    enum outcome code;
} rows[] = {
    /* clang-format off */
    { "set, same size",          "30/02", "set 09",
      "3022 020109 0405 3003 020102 A010 3006 06022A03 0500 3006 06022A04 0500 0304 00 020105", OK },
    { "set, longer: lengths grow", "30/04/30/02", "set 0009",
      "3023 020101 0406 3004 02020009 A010 3006 06022A03 0500 3006 06022A04 0500 0304 00 020105", OK },
    { "text",                    "30/02", "set \"AB\"",
      "3023 02024142 0405 3003 020102 A010 3006 06022A03 0500 3006 06022A04 0500 0304 00 020105", OK },
    { "below a BIT STRING",      "30/03/02", "set 07",
      "3022 020101 0405 3003 020102 A010 3006 06022A03 0500 3006 06022A04 0500 0304 00 020107", OK },
    { "chosen by OID",           "30/A0/30{1.2.4}/05", "replace 020104",
      "3023 020101 0405 3003 020102 A011 3006 06022A03 0500 3007 06022A04 020104 0304 00 020105", OK },
    { "the last of a tag",       "30/A0/30[-1]", "delete",
      "301A 020101 0405 3003 020102 A008 3006 06022A03 0500 0304 00 020105", OK },
    { "the n-th of any tag",     "30/*[1]", "delete",
      "301B 020101 A010 3006 06022A03 0500 3006 06022A04 0500 0304 00 020105", OK },
    { "before",                  "30/03", "before 0500",
      "3024 020101 0405 3003 020102 A010 3006 06022A03 0500 3006 06022A04 0500 0500 0304 00 020105", OK },
    { "after",                   "30/02", "after 0500",
      "3024 020101 0500 0405 3003 020102 A010 3006 06022A03 0500 3006 06022A04 0500 0304 00 020105", OK },
    { "prepend",                 "30/A0/30", "prepend 0500",
      "3024 020101 0405 3003 020102 A012 3008 0500 06022A03 0500 3006 06022A04 0500 0304 00 020105", OK },
    { "append",                  "30/04/30", "append 0500",
      "3024 020101 0407 3005 020102 0500 A010 3006 06022A03 0500 3006 06022A04 0500 0304 00 020105", OK },
    { "tag",                     "30/02", "tag 5F1F",
      "3023 5F1F0101 0405 3003 020102 A010 3006 06022A03 0500 3006 06022A04 0500 0304 00 020105", OK },
    { "length, one too many",    "30", "length +1",
      "3023 020101 0405 3003 020102 A010 3006 06022A03 0500 3006 06022A04 0500 0304 00 020105", OK },
    { "length, other octets",    "30", "length 8122",
      "308122 020101 0405 3003 020102 A010 3006 06022A03 0500 3006 06022A04 0500 0304 00 020105", OK },
    { "xor from the end",        "30/04", "xor -1 FF",
      "3022 020101 0405 3003 0201FD A010 3006 06022A03 0500 3006 06022A04 0500 0304 00 020105", OK },
    { "put at an offset",        "30/04", "put 3 01FE",
      "3022 020101 0405 3003 0201FE A010 3006 06022A03 0500 3006 06022A04 0500 0304 00 020105", OK },
    { "put inside",              "30/04", "put 4 FE",
      "3022 020101 0405 3003 0201FE A010 3006 06022A03 0500 3006 06022A04 0500 0304 00 020105", OK },
    { "indefinite",              "30/A0", "indefinite",
      "3024 020101 0405 3003 020102 A080 3006 06022A03 0500 3006 06022A04 0500 0000 0304 00 020105", OK },
    { "pieces",                  "30/04", "pieces 3",
      "3026 020101 2409 0403 300302 0402 0102 A010 3006 06022A03 0500 3006 06022A04 0500 0304 00 020105", OK },
    { "no such tag",             "30/31",    "delete",   NULL, E_UNEXPECTED },
    { "no such index",           "30/02[1]", "delete",   NULL, E_UNEXPECTED },
    { "no such OID",             "30/A0/30{1.2.5}", "delete", NULL, E_UNEXPECTED },
    { "LONG_MIN-th of a tag",    "30/02[-9223372036854775808]", "delete", NULL, E_UNEXPECTED },
    { "not a path",              "30//02",   "delete",   NULL, E_MALFORMED },
    { "bracket open",            "30/02[0",  "delete",   NULL, E_MALFORMED },
    { "not a change",            "30",       "erase",    NULL, E_MALFORMED },
    { "hex with a hole",         "30",       "set 0",    NULL, E_MALFORMED },
    { "delete takes nothing",    "30/02",    "delete 5", NULL, E_MALFORMED },
    { "offset behind the end",   "30/04",    "xor 5 FF", NULL, E_UNEXPECTED },
    { "no TLV below",            "30/02/05", "delete",   NULL, E_MALFORMED },
    /* clang-format on */
};

static struct blob blob_of(struct view v)
{
    struct blob b = { 0 };

    blob_put(&b, v.ptr, v.len);
    return b;
}

static void rows_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct blob b = blob_of(HEX(TREE));

        ROW(rows[i].name);
        EXPECT_CODE(patch_change(rows[i].path, rows[i].change, &b), rows[i].code);
        EXPECT_BYTES(view_of(b.at, b.len), rows[i].code == OK ? HEX(rows[i].want) : HEX(TREE));
    }
}

static size_t with_head(size_t n)
{
    return n + (n < 128 ? 2 : n < 256 ? 3 : 4);
}

/* A length that crosses 127 and 255 grows its own octets, and so what lies around it. */
static void long_lengths(void **state)
{
    (void)state;
    for (size_t n = 0; n < 300; n++) {
        struct blob  b = blob_of(HEX("3004 3002 0400")), value = { 0 };
        struct place p;

        blob_fill(&value, 0xAA, n);
        place_put_value(&b, "30/30/04", &value);
        EXPECT_CODE(place_find(&b, "30/30/04", &p), OK);
        EXPECT(p.span[2].end - p.span[2].body == n && p.span[0].end == b.len);
        EXPECT(b.len == with_head(with_head(with_head(n))));
    }
}

static void indefinite_is_read(void **state)
{
    struct blob b = blob_of(HEX("3080 A080 0401AA 0000 0205 0000000000 020107 0000"));

    (void)state;
    EXPECT_CODE(patch_change("30/02[1]", "set 08", &b), OK);
    EXPECT_BYTES(view_of(b.at, b.len), HEX("3080 A080 0401AA 0000 0205 0000000000 020108 0000"));
    EXPECT_CODE(patch_change("30/A0/04", "set AABB", &b), OK);
    EXPECT_BYTES(view_of(b.at, b.len), HEX("3080 A080 0402AABB 0000 0205 0000000000 020108 0000"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_hold),
        cmocka_unit_test(long_lengths),
        cmocka_unit_test(indefinite_is_read),
    };

    return cmocka_run_group_tests_name("perso.place", tests, NULL, NULL);
}
