/* arena_test: what was taken is zero after closing, and never handed out twice. */
#include "base/arena.h"

#include "expect.h"

static void closing_wipes(void **state)
{
    (void)state;
    static const uint8_t zero[32];
    static uint8_t       store[32];
    struct arena         a = { .bytes = store, .cap = sizeof store };
    struct buf           sod, dg1, more;

    EXPECT_CODE(arena_take(&a, 20, &sod), OK);
    EXPECT_CODE(arena_take(&a, 12, &dg1), OK);
    EXPECT_CODE(arena_take(&a, 1, &more), E_NO_SPACE);
    EXPECT_CODE(buf_put(&sod, HEX("5361 6D70 6C65")), OK);
    EXPECT_CODE(buf_put(&dg1, HEX("504C 5554 4F")), OK);
    arena_close(&a);
    EXPECT(view_eq(VIEW(store), VIEW(zero)));
    EXPECT_CODE(arena_take(&a, 32, &more), OK);
}

static void the_rest_is_kept_as_written(void **state)
{
    static const uint8_t zero[16];
    static uint8_t       store[16];
    struct arena         a;
    struct buf           first, rest;

    (void)state;
    arena_begin(&a, BUF(store));
    EXPECT_CODE(arena_take(&a, 4, &first), OK);
    arena_rest(&a, &rest);
    EXPECT(rest.cap == 12 && rest.len == 0);
    EXPECT_CODE(buf_put(&rest, HEX("53 61 6D")), OK);
    arena_keep(&a, &rest);
    EXPECT_CODE(arena_take(&a, 10, &first), E_NO_SPACE);
    EXPECT_CODE(arena_take(&a, 9, &first), OK);
    arena_close(&a);
    EXPECT_BYTES(VIEW(store), VIEW(zero));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(closing_wipes),
                                        cmocka_unit_test(the_rest_is_kept_as_written) };

    return cmocka_run_group_tests_name("base.arena", tests, NULL, NULL);
}
