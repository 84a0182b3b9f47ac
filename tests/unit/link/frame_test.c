/*
 * frame_test: frames come back whole, are found behind garbage, and never before their time.
 *
 * zlib judges the CRC-32: the checks in the literal frames below are its own.
 */
#include "expect.h"
#include "link/frame.h"

/* python3 -c "import zlib; print('%08X' % zlib.crc32(bytes.fromhex('567201010007000200000003')))"
 */
#define HELLO "5672 01 01 0007 0002 00000003 D00A9198 A10102"

static void bytes_are_as_documented(void **state)
{
    uint8_t            bytes[64];
    struct buf         out = BUF(bytes);
    const struct frame f = { .kind = FRAME_REQUEST, .id = 7, .type = 2, .payload = HEX("A10102") };

    (void)state;
    EXPECT_CODE(frame_encode(&f, &out), OK);
    EXPECT_BYTES(buf_view(&out), HEX(HELLO));
}

static const struct {
    const char  *name, *input;
    enum outcome want;
    size_t       skipped, left; /* bytes */
} rows[] = {
    /* clang-format off */
    { "a frame",                       HELLO,                  OK,            0, 0 },
    { "a frame and the next one's begin", HELLO "5672",        OK,            0, 2 },
    { "garbage before it",             "00FF56" HELLO,         OK,            3, 0 },
    { "a magic in the garbage",        "5672567256" HELLO,     OK,            5, 0 },
    { "a header whose check is wrong", "5672 01 01 0007 0002 00000003 D00A9199" HELLO, OK, 16, 0 },
    { "another version",               "5672 02 01 0007 0002 00000003 3B3D2A9B A10102", E_UNSUPPORTED, 0, 0 },
    { "only garbage",                  "00112233445566778899AABBCCDDEEFF0011", E_TRUNCATED, 7, 11 },
    { "nothing",                       "",                     E_TRUNCATED,   0, 0 },
    /* clang-format on */
};

static void forms_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct view  in = HEX(rows[i].input);
        struct frame f;
        size_t       skipped;

        ROW(rows[i].name);
        EXPECT_CODE(frame_next(&in, &f, &skipped), rows[i].want);
        EXPECT(skipped == rows[i].skipped && in.len == rows[i].left);
        if (rows[i].want != OK)
            continue;
        EXPECT(f.kind == FRAME_REQUEST && f.id == 7 && f.type == 2);
        EXPECT_BYTES(f.payload, HEX("A10102"));
    }
}

/* However the wire cuts it, a frame is there when its last byte is, and not before. */
static void every_prefix_waits(void **state)
{
    const struct view whole = HEX(HELLO);

    (void)state;
    for (size_t n = 0; n < whole.len; n++) {
        uint8_t     *exact = malloc(n ? n : 1);
        struct view  in = view_of(exact, n);
        struct frame f;
        size_t       skipped;

        memcpy(exact, whole.ptr, n);
        EXPECT_CODE(frame_next(&in, &f, &skipped), E_TRUNCATED);
        EXPECT(in.len == n && skipped == 0);
        free(exact);
    }
}

/* One bit of the header wrong: never a frame with another meaning. */
static void every_flip_of_the_header_is_found(void **state)
{
    const struct view whole = HEX(HELLO);

    (void)state;
    for (size_t bit = 0; bit < FRAME_HEADER * 8; bit++) {
        uint8_t      bytes[32];
        struct view  in = view_of(bytes, whole.len);
        struct frame f;
        size_t       skipped;

        memcpy(bytes, whole.ptr, whole.len);
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        EXPECT(frame_next(&in, &f, &skipped).code != OK);
    }
}

static void lengths_have_a_limit(void **state)
{
    static uint8_t payload[FRAME_PAYLOAD_MAX + 1], bytes[FRAME_MAX];
    struct buf     out = BUF(bytes);
    struct frame   f = { .kind = FRAME_EVENT, .payload = VIEW(payload) };
    struct view    in;
    size_t         skipped;

    (void)state;
    EXPECT_CODE(frame_encode(&f, &out), E_TOO_LONG);
    f.payload.len = FRAME_PAYLOAD_MAX;
    EXPECT_CODE(frame_encode(&f, &out), OK);
    EXPECT(out.len == FRAME_MAX);
    in = buf_view(&out);
    EXPECT_CODE(frame_next(&in, &f, &skipped), OK);
    EXPECT_CODE(frame_encode(&f, &out), E_NO_SPACE);
    EXPECT(out.len == FRAME_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_as_documented),
        cmocka_unit_test(forms_hold),
        cmocka_unit_test(every_prefix_waits),
        cmocka_unit_test(every_flip_of_the_header_is_found),
        cmocka_unit_test(lengths_have_a_limit),
    };

    return cmocka_run_group_tests_name("link.frame", tests, NULL, NULL);
}
