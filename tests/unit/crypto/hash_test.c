/*
 * hash_test: digests of the standards' examples, in one part and in several.
 *
 * Vectors: FIPS 180-4 examples "abc" (csrc.nist.gov); Doc 9303-11 (8th ed.) appendix D.2.
 */
#include "crypto/hash.h"

#include "expect.h"

static const struct {
    const char   *name;
    enum hash_alg alg;
    const char   *text, *digest;
} rows[] = {
    /* clang-format off */
    { "FIPS 180-4 SHA-1 abc",   HASH_SHA1,   "abc",
      "A9993E36 4706816A BA3E2571 7850C26C 9CD0D89D" },
    { "FIPS 180-4 SHA-224 abc", HASH_SHA224, "abc",
      "23097D22 3405D822 8642A477 BDA255B3 2AADBCE4 BDA0B3F7 E36C9DA7" },
    { "FIPS 180-4 SHA-256 abc", HASH_SHA256, "abc",
      "BA7816BF 8F01CFEA 414140DE 5DAE2223 B00361A3 96177A9C B410FF61 F20015AD" },
    { "FIPS 180-4 SHA-384 abc", HASH_SHA384, "abc",
      "CB00753F45A35E8B B5A03D699AC65007 272C32AB0EDED163 1A8B605A43FF5BED"
      "8086072BA1E7CC23 58BAECA134C825A7" },
    { "FIPS 180-4 SHA-512 abc", HASH_SHA512, "abc",
      "DDAF35A193617ABA CC417349AE204131 12E6FA4E89A97EA2 0A9EEEE64B55D39A"
      "2192992A274FC1A8 36BA3C23A3FEEBBD 454D4423643CE80E 2A9AC94FA54CA49F" },
    { "FIPS 180-4 SHA-256 empty", HASH_SHA256, "",
      "E3B0C442 98FC1C14 9AFBF4C8 996FB924 27AE41E4 649B934C A495991B 7852B855" },
    { "9303-11 D.2 K_seed", HASH_SHA1, "L898902C<369080619406236",
      "239AB9CB282DAF66231DC5A4DF6BFBAEDF477565" },
    /* clang-format on */
};

static void rows_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct view text = view_of(rows[i].text, strlen(rows[i].text));
        const struct view want = HEX(rows[i].digest);

        ROW(rows[i].name);
        EXPECT(hash_len(rows[i].alg) == want.len);
        for (size_t cut = 0; cut <= text.len; cut++) {
            uint8_t           room[1 + HASH_MAX] = { 0x77 };
            struct buf        out = { .ptr = room, .cap = 1 + want.len, .len = 1 };
            const struct view parts[] = {
                view_of(text.ptr, cut),
                view_of(NULL, 0),
                view_of(text.ptr + cut, text.len - cut),
            };

            EXPECT_CODE(hash(rows[i].alg, parts, COUNT(parts), &out), OK);
            EXPECT(out.len == 1 + want.len && room[0] == 0x77); /* appended */
            EXPECT_BYTES(view_of(room + 1, want.len), want);
        }
    }
}

static void refused(void **state)
{
    (void)state;
    uint8_t           room[HASH_MAX];
    const struct view abc = TEXT("abc");
    struct buf        out = buf_of(room, 31);

    EXPECT_CODE(hash(HASH_SHA256, &abc, 1, &out), E_NO_SPACE);
    EXPECT_CODE(hash(HASH_NONE, &abc, 1, &out), E_BUG);
    EXPECT_CODE(hash((enum hash_alg)6, &abc, 1, &out), E_BUG);
    EXPECT(out.len == 0 && hash_len(HASH_NONE) == 0 && hash_len((enum hash_alg)6) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(rows_hold), cmocka_unit_test(refused) };

    return cmocka_run_group_tests_name("crypto.hash", tests, NULL, NULL);
}
