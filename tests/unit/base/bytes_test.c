/* bytes_test: edges of views and bufs: nothing is taken that is not there, nothing is
 * written that does not fit, and a failure changes nothing. */
#include "base/bytes.h"

#include "expect.h"

static void numbers_are_big_endian(void **state)
{
    (void)state;
    struct view in = HEX("01 0203 04050607 08090A0B0C0D0E0F");
    uint8_t     n8;
    uint16_t    n16;
    uint32_t    n32;
    uint64_t    n64;

    ROW("read");
    EXPECT_CODE(view_u8(&in, &n8), OK);
    EXPECT_CODE(view_u16(&in, &n16), OK);
    EXPECT_CODE(view_u32(&in, &n32), OK);
    EXPECT_CODE(view_u64(&in, &n64), OK);
    EXPECT(n8 == 0x01 && n16 == 0x0203 && n32 == 0x04050607 && n64 == 0x08090A0B0C0D0E0F);
    EXPECT_CODE(view_u8(&in, &n8), E_TRUNCATED);

    ROW("write");
    uint8_t    room[15];
    struct buf out = BUF(room);

    EXPECT_CODE(buf_u8(&out, n8), OK);
    EXPECT_CODE(buf_u16(&out, n16), OK);
    EXPECT_CODE(buf_u32(&out, n32), OK);
    EXPECT_CODE(buf_u64(&out, n64), OK);
    EXPECT_BYTES(buf_view(&out), HEX("01 0203 04050607 08090A0B0C0D0E0F"));
    EXPECT_CODE(buf_u8(&out, 0), E_NO_SPACE);
}

static void a_failure_changes_nothing(void **state)
{
    (void)state;
    uint8_t     room[8] = { 0 };
    struct view in = HEX("01020304050607"), whole = in, piece = in;
    uint64_t    n64 = 42;

    EXPECT_CODE(view_u64(&in, &n64), E_TRUNCATED);
    EXPECT(n64 == 42 && view_eq(in, whole));
    EXPECT_CODE(view_take(&in, 8, &piece), E_TRUNCATED);
    EXPECT_CODE(view_sub(in, 3, 5, &piece), E_TRUNCATED);
    EXPECT_CODE(view_sub(in, SIZE_MAX, 1, &piece), E_TRUNCATED);
    EXPECT_CODE(view_sub(in, 1, SIZE_MAX, &piece), E_TRUNCATED);
    EXPECT(view_eq(in, whole) && view_eq(piece, whole));

    for (size_t cap = 0; cap < 8; cap++) {
        struct buf out = buf_of(room, cap);

        EXPECT_CODE(buf_u64(&out, UINT64_MAX), E_NO_SPACE);
        EXPECT_CODE(buf_fill(&out, 0xFF, cap + 1), E_NO_SPACE);
        EXPECT(out.len == 0);
    }
    EXPECT_CODE(view_sub(in, 7, 0, &piece), OK);
    EXPECT(piece.len == 0);
}

static const struct {
    const char *name, *a, *b;
    int         order;
} orders[] = {
    { "equal", "0102", "0102", 0 },          { "empty", "", "", 0 },
    { "prefix first", "01", "0102", -1 },    { "unsigned octets", "7F", "80", -1 },
    { "longer but less", "0102", "02", -1 },
};

static void views_compare(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(orders); i++) {
        const struct view a = HEX(orders[i].a), b = HEX(orders[i].b);

        ROW(orders[i].name);
        EXPECT(view_order(a, b) == orders[i].order);
        EXPECT(view_order(b, a) == -orders[i].order);
        EXPECT(view_eq(a, b) == (orders[i].order == 0));
        EXPECT(view_same(a, b) == (orders[i].order == 0));
    }
    EXPECT(view_at(HEX("0A0B"), 1) == 0x0B && view_at(HEX("0A0B"), 2) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(numbers_are_big_endian),
                                        cmocka_unit_test(a_failure_changes_nothing),
                                        cmocka_unit_test(views_compare) };

    return cmocka_run_group_tests_name("base.bytes", tests, NULL, NULL);
}
