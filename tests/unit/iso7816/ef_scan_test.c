/*
 * ef_scan_test: reading files that do not say how long they are, as transcripts.
 *
 * Rows A.. are named after quirks met in the field.
 */
#include "iso7816/ef_scan.h"

#include "expect.h"

/* An answer is hex, status word last; "@4+223" stands for that many bytes of the file, "!" for
 * an answer with which the session was lost. */
struct turn {
    const char *command, *answer;
};

static const struct {
    const char    *name;
    struct ef_name ef;
    size_t         room, cap, got; /* bytes an answer carries, of the buffer, read */
    enum outcome   want;
    uint16_t       sw;
    struct turn    turn[12];
} rows[] = {
    /* clang-format off */
    { "all at once", { 0x2F01, 0x01 }, 256, 2048, 20, OK, 0, { { "00B0810000", "@0+20 9000" } } },
    { "end of file said with the data", { 0x2F01, 0x01 }, 256, 2048, 20, OK, 0, { { "00B0810000", "@0+20 6282" } } },
    { "an empty file", { 0x2F01, 0x01 }, 256, 2048, 0, OK, 0, { { "00B0810000", "9000" } } },
    { "an empty file, at its end", { 0x2F01, 0x01 }, 256, 2048, 0, OK, 0, { { "00B0810000", "6282" } } },
    { "by FID alone", { 0x2F00, 0 }, 256, 2048, 20, OK, 0,
      { { "00A4020C022F00", "9000" }, { "00B0000000", "@0+20 9000" } } },
    { "A6 SFI refused", { 0x2F01, 0x01 }, 256, 2048, 20, OK, 0,
      { { "00B0810000", "6A82" }, { "00A4020C022F01", "9000" }, { "00B0000000", "@0+20 9000" } } },
    { "absent", { 0x2F01, 0x01 }, 256, 2048, 0, E_REFUSED, 0x6A82,
      { { "00B0810000", "6A82" }, { "00A4020C022F01", "6A82" } } },
    { "A9 denied", { 0x2F00, 0x1E }, 256, 2048, 0, E_REFUSED, 0x6982,
      { { "00B09E0000", "6982" }, { "00A4020C022F00", "6982" } } },
    { "selected, but denied", { 0x2F00, 0 }, 256, 2048, 0, E_REFUSED, 0x6982,
      { { "00A4020C022F00", "9000" }, { "00B0000000", "6982" } } },
    { "SFI refused, FID not known", { 0, 0x01 }, 256, 2048, 0, E_REFUSED, 0x6A82, { { "00B0810000", "6A82" } } },
    { "the chip's own length", { 0x2F01, 0x01 }, 256, 2048, 20, OK, 0,
      { { "00B0810000", "6C14" }, { "00B0810014", "@0+20 9000" } } },
    { "256 are the chip's own length", { 0, 0x01 }, 256, 2048, 256, OK, 0,
      { { "00B0810000", "6C00" }, { "00B0810000", "@0+256 9000" }, { "00B0010000", "6B00" } } },
    { "not content with it either", { 0, 0x01 }, 256, 2048, 0, E_REFUSED, 0x6C14,
      { { "00B0810000", "6C14" }, { "00B0810014", "6C14" } } },
    { "by FID, the chip's own length", { 0x2F01, 0x01 }, 256, 2048, 20, OK, 0,
      { { "00B0810000", "6C14" }, { "00B0810014", "6700" }, { "00A4020C022F01", "9000" },
        { "00B0000000", "6C14" }, { "00B0000014", "@0+20 9000" } } },
    { "more than an answer carries", { 0x2F01, 0x01 }, 256, 2048, 300, OK, 0,
      { { "00B0810000", "@0+256 9000" }, { "00B0010000", "@256+44 9000" } } },
    { "more than a protected answer carries", { 0x2F01, 0x01 }, 223, 2048, 300, OK, 0,
      { { "00B0810000", "@0+231 9000" }, { "00B000E700", "@231+69 9000" } } },
    { "extended is of no use", { 0x2F01, 0x01 }, 4000, 2048, 230, OK, 0,
      { { "00B0810000", "@0+230 9000" }, { "00B000E600", "6282" } } },
    { "more is said to be waiting", { 0x2F01, 0x01 }, 256, 2048, 40, OK, 0,
      { { "00B0810000", "@0+16 6118" }, { "00B0001000", "@16+24 9000" } } },
    { "an answer that carries little", { 0x2F01, 0x01 }, 16, 2048, 40, OK, 0,
      { { "00B0810000", "@0+16 9000" }, { "00B0001000", "@16+16 9000" }, { "00B0002000", "@32+8 9000" } } },
    { "as long as an answer, end in other words", { 0x2F01, 0x01 }, 256, 2048, 256, OK, 0,
      { { "00B0810000", "@0+256 9000" }, { "00B0010000", "6A86" } } },
    { "as long as an answer, nothing further", { 0x2F01, 0x01 }, 256, 2048, 256, OK, 0,
      { { "00B0810000", "@0+256 9000" }, { "00B0010000", "9000" } } },
    { "session lost over the first read", { 0x2F01, 0x01 }, 231, 2048, 0, E_SM_BROKEN, 0x6982,
      { { "00B0810000", "!6982" } } },
    { "session lost over SELECT", { 0x2F00, 0 }, 231, 2048, 0, E_SM_BROKEN, 0x6982,
      { { "00A4020C022F00", "!6982" } } },
    { "A10 session lost over the end", { 0x2F01, 0x01 }, 231, 2048, 231, E_SM_BROKEN, 0x6B00,
      { { "00B0810000", "@0+231 9000" }, { "00B000E700", "!6B00" } } },
    { "beyond the buffer", { 0x2F01, 0x01 }, 256, 10, 0, E_NO_SPACE, 0, { { "00B0810000", "@0+20 9000" } } },
    { "beyond all limits", { 0x2F01, 0x01 }, 256, 4096, 2048, E_TOO_LONG, 0,
      { { "00B0810000", "@0+256 9000" }, { "00B0010000", "@0+256 9000" }, { "00B0020000", "@0+256 9000" },
        { "00B0030000", "@0+256 9000" }, { "00B0040000", "@0+256 9000" }, { "00B0050000", "@0+256 9000" },
        { "00B0060000", "@0+256 9000" }, { "00B0070000", "@0+256 9000" }, { "00B0080000", "@0+1 9000" } } },
    /* clang-format on */
};

static uint8_t file[300];

static struct rapdu answer_of(const char *text)
{
    static uint8_t bytes[512];
    const bool     lost = *text == '!';
    size_t         n = 0;
    struct rapdu   r;

    text += lost;
    if (*text == '@') {
        char        *end;
        const size_t from = strtoul(text + 1, &end, 10), len = strtoul(end + 1, &end, 10);

        EXPECT(from + len <= sizeof file);
        memcpy(bytes, file + from, len);
        n = len;
        text = end;
    }
    n += hex(text, bytes + n, sizeof bytes - n).len;
    EXPECT_CODE(rapdu_decode(view_of(bytes, n), &r), OK);
    if (lost)
        r.lost = (struct err){ .code = E_SM_BROKEN, .sw = r.sw };
    return r;
}

static struct err play(size_t row, struct buf *out)
{
    struct ef_scan s;
    struct rapdu   last = { 0 };

    TRY(ef_scan_begin(&s, rows[row].ef, rows[row].room, out));
    for (const struct turn *t = rows[row].turn;; t++) {
        uint8_t      sent_bytes[64];
        struct buf   sent = BUF(sent_bytes);
        struct capdu next;
        enum step    todo;
        struct err   e = ef_scan_step(&s, last, &next, &todo);
        const bool   over = t - rows[row].turn >= (ptrdiff_t)COUNT(rows[row].turn);

        if (e.code != OK || todo == STEP_DONE) {
            EXPECT(over || t->command == NULL);
            return e;
        }
        EXPECT(!over && t->command != NULL && todo == STEP_SEND);
        EXPECT_CODE(capdu_encode(&next, &sent), OK);
        EXPECT_BYTES(buf_view(&sent), HEX(t->command));
        last = answer_of(t->answer);
    }
}

static void transcripts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof file; i++)
        file[i] = (uint8_t)(i * 31 + i / 251);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct view before = HEX("AABB");
        uint8_t           bytes[2 + 4096];
        struct buf        out = buf_of(bytes, before.len + rows[i].cap);
        struct err        e;

        ROW(rows[i].name);
        EXPECT_CODE(buf_put(&out, before), OK); /* the file comes behind what is there */
        e = play(i, &out);
        EXPECT_CODE(e, rows[i].want);
        EXPECT(e.sw == rows[i].sw && out.len == before.len + rows[i].got);
        EXPECT_BYTES(view_of(bytes, before.len), before);
        if (rows[i].got <= sizeof file)
            EXPECT_BYTES(view_of(bytes + before.len, rows[i].got), view_of(file, rows[i].got));
    }
}

static void arguments_out_of_range(void **state)
{
    (void)state;
    uint8_t        bytes[8];
    struct buf     out = BUF(bytes);
    struct ef_scan s;

    EXPECT_CODE(ef_scan_begin(&s, (struct ef_name){ 0, 0 }, 256, &out), E_BUG);
    EXPECT_CODE(ef_scan_begin(&s, (struct ef_name){ 0x2F01, 0x1F }, 256, &out), E_BUG);
    EXPECT_CODE(ef_scan_begin(&s, (struct ef_name){ 0x2F01, 0x01 }, 7, &out), E_BUG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transcripts),
        cmocka_unit_test(arguments_out_of_range),
    };

    return cmocka_run_group_tests_name("iso7816.ef_scan", tests, NULL, NULL);
}
