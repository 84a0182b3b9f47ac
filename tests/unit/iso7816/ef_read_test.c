/*
 * ef_read_test: file reading, as transcripts of command and answer, and against a model of
 * a chip for long files and for faults at every step.
 *
 * Vectors: the EF.COM of Doc 9303-11 (8th ed.) appendix D.4, unprotected.  Rows C_xx are
 * named after TR-03105-5.1 (ISO7816_C), A.. after quirks met in the field.
 */
#include "iso7816/ef_read.h"

#include "expect.h"

#define EF_COM "60145F0104303130365F36063034303030305C026175"

/*
 * An answer is hex, status word last.  "@4+223" stands for that part of the row's file,
 * "!" for an answer with which the session was lost.  The command "REOPEN" is STEP_REOPEN.
 */
struct turn {
    const char *command, *answer;
};

static const struct {
    const char    *name;
    struct ef_name ef;
    size_t         room, cap; /* bytes an answer carries; bytes of the caller's buffer */
    size_t         file;      /* bytes of the file; 0: EF.COM of D.4 */
    enum outcome   want;
    uint16_t       sw;
    struct turn    turn[10];
} rows[] = {
    /* clang-format off */
    { "D.4 in two reads", { 0x011E, 0x1E }, 256, 64, 0, OK, 0,
      { { "00B09E0004", "@0+4 9000" }, { "00B0000412", "@4+18 9000" } } },
    { "by the ladder's first rung", { 0x011E, 0x1E }, 256, 512, 300, OK, 0,
      { { "00B09E0004", "@0+4 9000" }, { "00B00004DF", "@4+223 9000" }, { "00B000E349", "@227+73 9000" } } },
    { "an answer that carries little", { 0x011E, 0x1E }, 20, 64, 0, OK, 0,
      { { "00B09E0004", "@0+4 9000" }, { "00B0000410", "@4+16 9000" }, { "00B0001402", "@20+2 9000" } } },
    { "more than was asked for", { 0x011E, 0x1E }, 256, 64, 0, OK, 0, { { "00B09E0004", "@0+22 9000" } } },
    { "by FID alone", { 0x011E, 0 }, 256, 64, 0, OK, 0,
      { { "00A4020C02011E", "9000" }, { "00B0000004", "@0+4 9000" }, { "00B0000412", "@4+18 9000" } } },
    { "A6 SFI refused, FID taken", { 0x011E, 0x1E }, 256, 64, 0, OK, 0,
      { { "00B09E0004", "6A82" }, { "00A4020C02011E", "9000" }, { "00B0000004", "@0+4 9000" },
        { "00B0000412", "@4+18 9000" } } },
    { "A6 SFI unknown to the chip", { 0x011E, 0x1E }, 256, 64, 0, OK, 0,
      { { "00B09E0004", "6B00" }, { "00A4020C02011E", "9000" }, { "00B0000004", "@0+22 9000" } } },
    { "SFI refused, FID not known", { 0, 0x1E }, 256, 64, 0, E_REFUSED, 0x6A82, { { "00B09E0004", "6A82" } } },
    { "C_01 C2 absent", { 0x011E, 0x1E }, 256, 64, 0, E_REFUSED, 0x6A82,
      { { "00B09E0004", "6A82" }, { "00A4020C02011E", "6A82" } } },
    { "denied", { 0x011E, 0x1E }, 256, 64, 0, E_REFUSED, 0x6982,
      { { "00B09E0004", "6982" }, { "00A4020C02011E", "6982" } } },
    { "selected, but denied", { 0x011E, 0 }, 256, 64, 0, E_REFUSED, 0x6982,
      { { "00A4020C02011E", "9000" }, { "00B0000004", "6982" } } },
    { "denied in the middle", { 0x011E, 0x1E }, 256, 64, 0, E_REFUSED, 0x6982,
      { { "00B09E0004", "@0+4 9000" }, { "00B0000412", "6982" } } },

    { "C_05 end of file said with the data", { 0x011E, 0x1E }, 256, 64, 0, OK, 0,
      { { "00B09E0004", "@0+4 9000" }, { "00B0000412", "@4+18 6282" } } },
    { "C_05 end of file said without data", { 0x011E, 0x1E }, 256, 512, 300, OK, 0,
      { { "00B09E0004", "@0+4 9000" }, { "00B00004DF", "6282" }, { "00B00004A0", "@4+160 9000" },
        { "00B000A488", "@164+136 9000" } } },
    { "C_04 offset refused to the last", { 0x011E, 0x1E }, 256, 512, 300, E_REFUSED, 0x6B00,
      { { "00B09E0004", "@0+4 9000" }, { "00B00004DF", "6B00" }, { "00B00004A0", "6B00" }, { "00B0000470", "6B00" },
        { "00B0000460", "6B00" }, { "00B0000420", "6B00" }, { "00B0000410", "6B00" }, { "00B0000408", "6B00" } } },
    { "C_06 exact length in the header", { 0x011E, 0x1E }, 256, 64, 0, OK, 0,
      { { "00B09E0004", "6C16" }, { "00B09E0016", "@0+22 9000" } } },
    { "C_06 exact length in the header, twice", { 0, 0x1E }, 256, 64, 0, E_REFUSED, 0x6C16,
      { { "00B09E0004", "6C16" }, { "00B09E0016", "6C16" } } },
    { "more is waiting", { 0x011E, 0x1E }, 256, 64, 0, OK, 0,
      { { "00B09E0004", "@0+4 6112" }, { "00B0000412", "@4+10 6108" }, { "00B0000E08", "@14+8 9000" } } },
    { "last block padded", { 0x011E, 0x1E }, 256, 64, 0, OK, 0,
      { { "00B09E0004", "@0+4 9000" }, { "00B0000412", "@4+18 000080 6282" } } },

    { "A11 223 bytes refused", { 0x011E, 0x1E }, 256, 512, 300, OK, 0,
      { { "00B09E0004", "@0+4 9000" }, { "00B00004DF", "6700" }, { "00B00004A0", "@4+160 9000" },
        { "00B000A488", "@164+136 9000" } } },
    { "A1 A11 session dropped over 223 bytes", { 0x011E, 0x1E }, 256, 512, 300, OK, 0,
      { { "00B09E0004", "@0+4 9000" }, { "00B00004DF", "!6700" }, { "REOPEN", "" }, { "00B09E0004", "@0+4 9000" },
        { "00B00004A0", "@4+160 9000" }, { "00B000A488", "@164+136 9000" } } },
    { "A11 dropped in the middle, resumed there", { 0x011E, 0 }, 256, 512, 300, OK, 0,
      { { "00A4020C02011E", "9000" }, { "00B0000004", "@0+4 9000" }, { "00B00004DF", "@4+223 9000" },
        { "00B000E349", "!6988" }, { "REOPEN", "" }, { "00A4020C02011E", "9000" }, { "00B0000004", "@0+4 9000" },
        { "00B000E320", "@227+32 9000" }, { "00B0010329", "@259+41 9000" } } },
    { "A12 wants exactly 231", { 0x011E, 0x1E }, 256, 512, 300, OK, 0,
      { { "00B09E0004", "@0+4 9000" }, { "00B00004DF", "6CE7" }, { "00B00004E7", "@4+231 9000" },
        { "00B000EB41", "@235+65 9000" } } },
    { "A12 said in the clear", { 0x011E, 0x1E }, 256, 512, 300, OK, 0,
      { { "00B09E0004", "@0+4 9000" }, { "00B00004DF", "!6CE7" }, { "REOPEN", "" }, { "00B09E0004", "@0+4 9000" },
        { "00B00004E7", "@4+231 9000" }, { "00B000EB41", "@235+65 9000" } } },
    { "A12 not content with it either", { 0x011E, 0x1E }, 256, 512, 300, OK, 0,
      { { "00B09E0004", "@0+4 9000" }, { "00B00004DF", "6CE7" }, { "00B00004E7", "6CE7" },
        { "00B00004DF", "6700" }, { "00B00004A0", "@4+160 9000" }, { "00B000A488", "@164+136 9000" } } },
    { "A12 wants more than an answer carries", { 0x011E, 0x1E }, 200, 512, 300, OK, 0,
      { { "00B09E0004", "@0+4 9000" }, { "00B00004A0", "6CE7" }, { "00B0000470", "@4+112 9000" },
        { "00B0007470", "@116+112 9000" }, { "00B000E448", "@228+72 9000" } } },
    { "A14 short answer", { 0x011E, 0x1E }, 256, 512, 300, OK, 0,
      { { "00B09E0004", "@0+4 9000" }, { "00B00004DF", "@4+100 9000" }, { "00B00068C4", "@104+196 9000" } } },
    { "A15 an error's body is not the file", { 0x011E, 0x1E }, 256, 512, 300, OK, 0,
      { { "00B09E0004", "@0+4 9000" }, { "00B00004DF", "99026700 6700" }, { "00B00004A0", "@4+160 9000" },
        { "00B000A488", "@164+136 9000" } } },
    { "A16 last piece damaged", { 0x011E, 0x1E }, 256, 512, 300, OK, 0,
      { { "00B09E0004", "@0+4 9000" }, { "00B00004DF", "@4+223 9000" }, { "00B000E349", "!0000" }, { "REOPEN", "" },
        { "00B09E0004", "@0+4 9000" }, { "00B000E320", "@227+32 9000" }, { "00B0010329", "@259+41 9000" } } },
    { "A17 no bytes and 9000", { 0x011E, 0x1E }, 256, 512, 300, OK, 0,
      { { "00B09E0004", "@0+4 9000" }, { "00B00004DF", "9000" }, { "00B00004A0", "@4+160 9000" },
        { "00B000A488", "@164+136 9000" } } },
    { "A19 first answer empty", { 0x011E, 0x1E }, 256, 64, 0, OK, 0,
      { { "00B09E0004", "9000" }, { "00B09E0004", "@0+4 9000" }, { "00B0000412", "@4+18 9000" } } },
    { "A19 first answer zeroes", { 0x011E, 0x1E }, 256, 64, 0, OK, 0,
      { { "00B09E0004", "0000 9000" }, { "00B09E0004", "@0+4 9000" }, { "00B0000412", "@4+18 9000" } } },
    { "A19 first status word zeroes", { 0x011E, 0 }, 256, 64, 0, OK, 0,
      { { "00A4020C02011E", "9000" }, { "00B0000004", "0000" }, { "00A4020C02011E", "9000" },
        { "00B0000004", "@0+22 9000" } } },
    { "empty twice", { 0x011E, 0x1E }, 256, 64, 0, E_TRUNCATED, 0,
      { { "00B09E0004", "9000" }, { "00B09E0004", "6282" } } },
    { "an empty file: zeroes twice", { 0x011E, 0x1E }, 256, 64, 0, E_MALFORMED, 0,
      { { "00B09E0004", "00000000 9000" }, { "00B09E0004", "00000000 9000" } } },

    { "extended", { 0x011E, 0x1E }, 800, 1200, 1000, OK, 0,
      { { "00B09E0004", "@0+4 9000" }, { "00B00004000320", "@4+800 9000" }, { "00B00324C4", "@804+196 9000" } } },
    { "extended, more than a short answer carries under protection", { 0x011E, 0x1E }, 800, 1200, 1044, OK, 0,
      { { "00B09E0004", "@0+4 9000" }, { "00B00004000320", "@4+800 9000" }, { "00B003240000F0", "@804+240 9000" } } },
    { "extended, 256 bytes and not all there are", { 0x011E, 0x1E }, 800, 1200, 1060, OK, 0,
      { { "00B09E0004", "@0+4 9000" }, { "00B00004000320", "@4+800 9000" }, { "00B00324000100", "@804+256 9000" } } },
    { "extended, answered in parts", { 0x011E, 0x1E }, 800, 1200, 1000, OK, 0,
      { { "00B09E0004", "@0+4 9000" }, { "00B00004000320", "@4+500 9000" }, { "00B001F80001F0", "@504+496 6282" } } },
    { "A2 extended refused", { 0x011E, 0x1E }, 800, 1200, 700, OK, 0,
      { { "00B09E0004", "@0+4 9000" }, { "00B000040002B8", "6700" }, { "00B00004DF", "@4+223 9000" },
        { "00B000E3DF", "@227+223 9000" }, { "00B001C2DF", "@450+223 9000" }, { "00B002A11B", "@673+27 9000" } } },
    { "A1 session dropped over the extended form", { 0x011E, 0x1E }, 800, 1200, 450, OK, 0,
      { { "00B09E0004", "@0+4 9000" }, { "00B000040001BE", "!6700" }, { "REOPEN", "" }, { "00B09E0004", "@0+4 9000" },
        { "00B00004DF", "@4+223 9000" }, { "00B000E3DF", "@227+223 9000" } } },
    { "A11 and then over 223 bytes", { 0x011E, 0x1E }, 800, 1200, 450, OK, 0,
      { { "00B09E0004", "@0+4 9000" }, { "00B000040001BE", "6700" }, { "00B00004DF", "!6700" }, { "REOPEN", "" },
        { "00B09E0004", "@0+4 9000" }, { "00B00004A0", "@4+160 9000" }, { "00B000A4A0", "@164+160 9000" },
        { "00B001447E", "@324+126 9000" } } },
    { "A12 extended, and 231 are wanted", { 0x011E, 0x1E }, 800, 1200, 466, OK, 0,
      { { "00B09E0004", "@0+4 9000" }, { "00B000040001CE", "6CE7" }, { "00B000040000E7", "@4+231 9000" },
        { "00B000EB0000E7", "@235+231 9000" } } },
    { "A17 extended, no bytes and 9000", { 0x011E, 0x1E }, 800, 1200, 300, OK, 0,
      { { "00B09E0004", "@0+4 9000" }, { "00B00004000128", "9000" }, { "00B00004DF", "@4+223 9000" },
        { "00B000E349", "@227+73 9000" } } },

    { "session lost over the SFI", { 0x011E, 0x1E }, 256, 64, 0, OK, 0,
      { { "00B09E0004", "!6A82" }, { "REOPEN", "" }, { "00A4020C02011E", "9000" }, { "00B0000004", "@0+22 9000" } } },
    { "session lost over the SFI, FID not known", { 0, 0x1E }, 256, 64, 0, E_SM_BROKEN, 0x6982,
      { { "00B09E0004", "!6982" } } },
    { "C1 session lost over SFI and FID", { 0x0103, 0x03 }, 256, 64, 0, E_SM_BROKEN, 0x6982,
      { { "00B0830004", "!6982" }, { "REOPEN", "" }, { "00A4020C020103", "!6982" } } },
    { "session lost over the header", { 0x011E, 0 }, 256, 64, 0, E_SM_BROKEN, 0x6982,
      { { "00A4020C02011E", "9000" }, { "00B0000004", "!6982" } } },
    { "session lost and no less to ask for", { 0x011E, 0x1E }, 8, 64, 0, E_SM_BROKEN, 0x6700,
      { { "00B09E0004", "@0+4 9000" }, { "00B0000408", "!6700" } } },
    { "another file after reopening", { 0x011E, 0x1E }, 256, 512, 300, E_UNEXPECTED, 0,
      { { "00B09E0004", "@0+4 9000" }, { "00B00004DF", "!6700" }, { "REOPEN", "" },
        { "00B09E0004", "61820129 9000" } } },
    { "another beginning after reopening", { 0x011E, 0x1E }, 256, 512, 300, E_UNEXPECTED, 0,
      { { "00B09E0004", "@0+4 9000" }, { "00B00004DF", "@4+223 9000" }, { "00B000E349", "!6700" }, { "REOPEN", "" },
        { "00B09E0004", "61820128 AA 9000" } } },

    { "C11 shorter than its length says", { 0x011E, 0x1E }, 256, 512, 300, E_TRUNCATED, 0,
      { { "00B09E0004", "@0+4 9000" }, { "00B00004DF", "@4+96 6282" }, { "00B00064C8", "6282" },
        { "00B00064A0", "6282" }, { "00B0006470", "6282" }, { "00B0006460", "6282" }, { "00B0006420", "6282" },
        { "00B0006410", "6282" }, { "00B0006408", "6282" } } },
    { "file beyond the buffer", { 0x011E, 0x1E }, 256, 21, 0, E_NO_SPACE, 0, { { "00B09E0004", "@0+4 9000" } } },
    { "C11 file beyond all limits", { 0x011E, 0x1E }, 256, 512, 0, E_TOO_LONG, 0,
      { { "00B09E0004", "61830400 9000" }, { "00B09E0005", "6183040000 9000" } } },
    { "long header, in two goes", { 0x011E, 0x1E }, 256, 512, 0, E_NO_SPACE, 0,
      { { "00B09E0004", "61830100 9000" }, { "00B09E0005", "6183010000 9000" } } },
    { "the longest header", { 0x011E, 0x1E }, 256, 512, 0, E_NO_SPACE, 0,
      { { "00B09E0004", "7F618301 9000" }, { "00B09E0005", "7F61830100 9000" }, { "00B09E0006", "7F6183010000 9000" } } },
    { "header by drops", { 0x011E, 0x1E }, 256, 512, 0, E_TRUNCATED, 0,
      { { "00B09E0004", "6182 9000" }, { "00B09E0005", "6182 9000" }, { "00B09E0006", "6182 9000" } } },
    { "indefinite length", { 0x011E, 0x1E }, 256, 512, 0, E_UNSUPPORTED, 0, { { "00B09E0004", "30800000 9000" } } },
    /* clang-format on */
};

/* A file of total bytes: 61, its length, then bytes that differ from place to place. */
static struct view file_of(size_t total)
{
    static uint8_t bytes[EF_MAX];

    if (total == 0)
        return hex(EF_COM, bytes, sizeof bytes);
    const size_t head = total - 4 > 0xFFFF ? 5 : 4, len = total - head;
    for (size_t i = 0; i < total; i++)
        bytes[i] = (uint8_t)(i * 31 + i / 251);
    bytes[0] = 0x61;
    bytes[1] = head == 5 ? 0x83 : 0x82;
    bytes[head - 3] = head == 5 ? (uint8_t)(len >> 16) : bytes[1];
    bytes[head - 2] = (uint8_t)(len >> 8);
    bytes[head - 1] = (uint8_t)len;
    if (head == 5)
        bytes[1] = 0x83;
    return view_of(bytes, total);
}

static struct rapdu answer_of(const char *text, struct view file)
{
    static uint8_t bytes[2048];
    const bool     lost = *text == '!';
    size_t         n = 0;
    struct rapdu   r;

    text += lost;
    if (*text == '@') {
        char        *end;
        const size_t from = strtoul(text + 1, &end, 10), len = strtoul(end + 1, &end, 10);

        EXPECT(from + len <= file.len);
        memcpy(bytes, file.ptr + from, len);
        n = len;
        text = end;
    }
    n += hex(text, bytes + n, sizeof bytes - n).len;
    EXPECT_CODE(rapdu_decode(view_of(bytes, n), &r), OK);
    if (lost)
        r.lost = (struct err){ .code = E_SM_BROKEN, .sw = r.sw };
    return r;
}

static struct err play(size_t row, struct view file, struct buf *out)
{
    struct ef_read r;
    struct rapdu   last = { 0 };

    TRY(ef_read_begin(&r, rows[row].ef, rows[row].room, out));
    for (const struct turn *t = rows[row].turn;; t++) {
        uint8_t      sent_bytes[64];
        struct buf   sent = BUF(sent_bytes);
        struct capdu next;
        enum step    todo;
        struct err   e = ef_read_step(&r, last, &next, &todo);

        if (e.code != OK || todo == STEP_DONE) {
            EXPECT(t - rows[row].turn >= (ptrdiff_t)COUNT(rows[row].turn) || t->command == NULL);
            return e;
        }
        if (t - rows[row].turn >= (ptrdiff_t)COUNT(rows[row].turn) || t->command == NULL)
            fail_msg("[%s] goes on after the last turn", expect_row);
        if (strcmp(t->command, "REOPEN") == 0) {
            EXPECT(todo == STEP_REOPEN);
            last = (struct rapdu){ 0 };
            continue;
        }
        EXPECT(todo == STEP_SEND);
        EXPECT_CODE(capdu_encode(&next, &sent), OK);
        EXPECT_BYTES(buf_view(&sent), HEX(t->command));
        last = answer_of(t->answer, file);
    }
}

static void transcripts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct view file = file_of(rows[i].file), before = HEX("AABB");
        uint8_t           bytes[2 + 1200];
        struct buf        out = buf_of(bytes, before.len + rows[i].cap);
        struct err        e;

        ROW(rows[i].name);
        EXPECT_CODE(buf_put(&out, before), OK); /* the file comes behind what is there */
        e = play(i, file, &out);
        EXPECT_CODE(e, rows[i].want);
        EXPECT(e.sw == rows[i].sw);
        EXPECT_BYTES(view_of(bytes, before.len), before);
        if (e.code == OK)
            EXPECT_BYTES(view_of(bytes + before.len, out.len - before.len), file);
    }
}

/* A chip with one file, selected or not.  At step fault_at it answers with fault instead; and
 * at all later ones, if for_ever. */
struct model {
    struct view  file;
    size_t       fault_at, step, commands;
    bool         for_ever, selected;
    struct rapdu fault;
    size_t       room;      /* 0: 231 */
    struct view  first_odd; /* the first odd READ BINARY it got */
    uint8_t      odd_bytes[16], answer[4096];
};

static struct rapdu model_odd(struct model *m, const struct capdu *c, struct view wire)
{
    const size_t n = c->le, head = n > 259 ? 4 : n > 129 ? 3 : 2, len = n - head;
    size_t       offset = 0;

    if (m->first_odd.len == 0) {
        memcpy(m->odd_bytes, wire.ptr, wire.len);
        m->first_odd = view_of(m->odd_bytes, wire.len);
    }
    EXPECT(c->p1 == 0 && c->p2 == 0 && view_at(c->data, 0) == 0x54);
    EXPECT(view_at(c->data, 1) == c->data.len - 2);
    for (size_t i = 2; i < c->data.len; i++)
        offset = offset << 8 | view_at(c->data, i);
    EXPECT(offset > 0x7FFF && offset < m->file.len);
    EXPECT(n > head && offset + len <= m->file.len); /* not past the end */
    m->answer[0] = 0x53;
    m->answer[1] = head == 4 ? 0x82 : 0x81;
    m->answer[2] = (uint8_t)(len >> 8);
    m->answer[head - 1] = (uint8_t)len;
    memcpy(m->answer + head, m->file.ptr + offset, len);
    return (struct rapdu){ .data = view_of(m->answer, n), .sw = SW_OK };
}

static struct rapdu model_read(struct model *m, const struct capdu *c)
{
    const bool   sfi = (c->p1 & 0x80) != 0;
    const size_t offset = sfi ? c->p2 : (size_t)c->p1 << 8 | c->p2;
    const size_t n = c->le;

    if (sfi)
        m->selected = true;
    if (!m->selected)
        return (struct rapdu){ .sw = 0x6986 };
    if (offset + n > m->file.len) { /* C_03: never past the end, unless told so by 6CXX */
        EXPECT(m->fault.sw == (0x6C00 | (n & 0xFF)));
        return (struct rapdu){ .sw = 0x6B00 };
    }
    memcpy(m->answer, m->file.ptr + offset, n);
    return (struct rapdu){ .data = view_of(m->answer, n), .sw = SW_OK };
}

static struct rapdu model_answer(struct model *m, const struct capdu *c)
{
    uint8_t    sent_bytes[64];
    struct buf sent = BUF(sent_bytes);

    EXPECT(++m->commands < 1500);
    EXPECT_CODE(capdu_encode(c, &sent), OK);
    if (m->step++ == m->fault_at) {
        m->fault_at += m->for_ever;
        return m->fault;
    }
    switch (c->ins) {
    case 0xA4:
        EXPECT_BYTES(buf_view(&sent), HEX("00A4020C020102"));
        m->selected = true;
        return (struct rapdu){ .sw = SW_OK };
    case 0xB0:
        return model_read(m, c);
    case 0xB1:
        return model_odd(m, c, buf_view(&sent));
    default:
        fail_msg("instruction %02X", c->ins);
        return (struct rapdu){ 0 };
    }
}

static struct err run_model(struct model *m, struct ef_name name, struct buf *out)
{
    struct ef_read r;
    struct rapdu   last = { 0 };
    struct capdu   next;
    enum step      todo;

    EXPECT_CODE(ef_read_begin(&r, name, m->room != 0 ? m->room : 231, out), OK);
    for (int reopens = 0;;) {
        TRY(ef_read_step(&r, last, &next, &todo));
        if (todo == STEP_DONE)
            return SUCCESS;
        if (todo == STEP_REOPEN) {
            EXPECT(++reopens < 20);
            m->selected = false;
            last = (struct rapdu){ 0 };
            continue;
        }
        last = model_answer(m, &next);
    }
}

static uint8_t room[EF_MAX];

static const struct {
    const char *name;
    size_t      total;
    const char *first_odd; /* NULL: none */
    size_t      room;
} long_files[] = {
    /* clang-format off */
    { "C_02 last byte at offset 32767",   32768, NULL, 0 },
    { "C_02 read from 32562 beyond 32768", 32780, NULL, 0 },
    { "C_02 C_07 beyond 15 bits",         33000, "00B10000 04 54028011 DA", 0 },
    { "C_07 offset in three octets",      70000, "00B10000 04 54028012 DF", 0 },
    { "C_07 the longest",                 EF_MAX, "00B10000 04 54028012 DF", 0 },
    { "C_07 extended",                    70000, "00B10000 000004 54028CA5 0FA0", 4000 },
    { "C_07 extended, 255 bytes left",    36003 + 256, "00B10000 000004 54028CA4 0102", 4000 },
    { "C_07 extended, the longest",       EF_MAX, "00B10000 000004 54028CA5 0FA0", 4000 },
    /* clang-format on */
};

static void files_of_more_than_32_kib(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(long_files); i++) {
        struct model m = { .file = file_of(long_files[i].total),
                           .fault_at = SIZE_MAX,
                           .room = long_files[i].room };
        struct buf   out = BUF(room);

        ROW(long_files[i].name);
        EXPECT_CODE(run_model(&m, (struct ef_name){ 0x0102, 0x02 }, &out), OK);
        EXPECT_BYTES(buf_view(&out), m.file);
        EXPECT_BYTES(m.first_odd, HEX(long_files[i].first_odd ? long_files[i].first_odd : ""));
    }
}

static const struct {
    const char  *name, *answer;
    enum outcome want;
} odd_answers[] = {
    /* clang-format off */
    { "no DO'53'",              "0011223344 9000",   E_TRUNCATED },
    { "another data object",    "5401 11 9000",      E_UNEXPECTED },
    { "DO'53' that lies",       "53 7F 11 9000",     E_TRUNCATED },
    { "bytes after DO'53'",     "53 01 11 00 9000",  E_TRAILING },
    { "DO'53' empty, for ever", "5300 9000",         E_TRUNCATED },
    { "nothing, for ever",      "9000",              E_TRUNCATED },
    { "refused, for ever",      "6D00",              E_REFUSED },
    /* clang-format on */
};

static void odd_answers_of_every_wrong_kind(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(odd_answers); i++) {
        struct model m = { .file = file_of(33000), .fault_at = 148, .for_ever = true };
        struct buf   out = BUF(room);

        ROW(odd_answers[i].name);
        m.fault = answer_of(odd_answers[i].answer, m.file);
        EXPECT_CODE(run_model(&m, (struct ef_name){ 0x0102, 0x02 }, &out), odd_answers[i].want);
        EXPECT(m.first_odd.len == 0 && m.step > 148); /* it was the first odd one that failed */
    }
}

/* Faults at every step of a reading by SFI and of one by FID; once and for ever. */
static const struct {
    const char  *name, *answer;
    bool         healed;   /* once in the middle of a file: read all the same */
    enum outcome for_ever; /* by FID, in the middle */
} faults[] = {
    /* clang-format off */
    { "wrong length",       "6700",  true,  E_REFUSED },
    { "wrong offset",       "6B00",  true,  E_REFUSED },
    { "exact length",       "6C20",  true,  E_REFUSED },
    { "exactly 256",        "6C00",  true,  E_REFUSED },
    { "empty",              "9000",  true,  E_TRUNCATED },
    { "end of file",        "6282",  true,  E_TRUNCATED },
    { "more is waiting",    "6110",  true,  E_REFUSED },
    { "zeroes",             "0000",  false, E_REFUSED },
    { "memory",             "6281",  false, E_REFUSED },
    { "deactivated",        "6283",  false, E_REFUSED },
    { "authentication",     "6300",  false, E_REFUSED },
    { "execution",          "6400",  false, E_REFUSED },
    { "memory failure",     "6581",  false, E_REFUSED },
    { "logical channel",    "6881",  false, E_REFUSED },
    { "security status",    "6982",  false, E_REFUSED },
    { "not allowed",        "6986",  false, E_REFUSED },
    { "SM objects",         "6988",  false, E_REFUSED },
    { "function",           "6A81",  false, E_REFUSED },
    { "not found",          "6A82",  false, E_REFUSED },
    { "parameters",         "6A86",  false, E_REFUSED },
    { "instruction",        "6D00",  false, E_REFUSED },
    { "class",              "6E00",  false, E_REFUSED },
    { "no diagnosis",       "6F00",  false, E_REFUSED },
    { "lost, wrong length", "!6700", true,  E_SM_BROKEN },
    { "lost, exact length", "!6C20", true,  E_SM_BROKEN },
    { "lost, denied",       "!6982", true,  E_SM_BROKEN },
    { "lost, SM objects",   "!6988", true,  E_SM_BROKEN },
    { "lost, 9000",         "!9000", true,  E_SM_BROKEN },
    { "lost, MAC wrong",    "!0000", true,  E_SM_BROKEN },
    /* clang-format on */
};

static void one_fault(size_t i, size_t at, bool by_fid, bool for_ever, size_t room_for)
{
    struct model m = {
        .file = file_of(700), .fault_at = at, .for_ever = for_ever, .room = room_for
    };
    const struct buf     empty = BUF(room);
    struct buf           out = empty;
    const bool           middle = at > (size_t)by_fid;
    const struct ef_name name = { 0x0102, by_fid ? 0 : 0x02 };
    struct err           e;

    m.fault = answer_of(faults[i].answer, m.file);
    e = run_model(&m, name, &out);
    if (e.code == OK)
        EXPECT_BYTES(buf_view(&out), m.file); /* never anything but the file */
    if (middle && !for_ever)
        EXPECT_CODE(e, faults[i].healed ? OK : E_REFUSED);
    if (middle && for_ever && by_fid)
        EXPECT_CODE(e, faults[i].for_ever);
    if (for_ever)
        EXPECT(e.code != OK);
    if (!by_fid && at == 0 && !for_ever)
        EXPECT_CODE(e, OK); /* the FID is another way in */
}

static void faults_at_every_step(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(faults); i++) {
        ROW(faults[i].name);
        for (size_t at = 0; at < 6; at++) {
            for (int way = 0; way < 4; way++) {
                if (at < 5 + (size_t)(way & 1)) /* commands of a reading: 5, by FID 6 */
                    one_fault(i, at, (way & 1) != 0, (way & 2) != 0, 0);
                if (at < 3 + (size_t)(way & 1)) /* extended: 3, by FID 4 */
                    one_fault(i, at, (way & 1) != 0, (way & 2) != 0, 400);
            }
        }
    }
}

static void arguments_out_of_range(void **state)
{
    (void)state;
    struct buf     out = BUF(room);
    struct ef_read r;

    EXPECT_CODE(ef_read_begin(&r, (struct ef_name){ 0, 0 }, 256, &out), E_BUG);
    EXPECT_CODE(ef_read_begin(&r, (struct ef_name){ 0x011E, 0x1F }, 256, &out), E_BUG);
    EXPECT_CODE(ef_read_begin(&r, (struct ef_name){ 0x011E, 0x1E }, 7, &out), E_BUG);
    EXPECT_CODE(ef_read_begin(&r, (struct ef_name){ 0x011E, 0x1E }, 8, &out), OK);
    EXPECT_CODE(ef_read_begin(&r, (struct ef_name){ 0x011E, 0x1E }, 100000, &out), OK);
    EXPECT(r.chunk == 0x7FFF && r.room == 0x7FFF); /* in the extended form */
    EXPECT_CODE(ef_read_begin(&r, (struct ef_name){ 0x011E, 0x1E }, 256, &out), OK);
    EXPECT(r.chunk == 223);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transcripts),
        cmocka_unit_test(files_of_more_than_32_kib),
        cmocka_unit_test(odd_answers_of_every_wrong_kind),
        cmocka_unit_test(faults_at_every_step),
        cmocka_unit_test(arguments_out_of_range),
    };

    return cmocka_run_group_tests_name("iso7816.ef_read", tests, NULL, NULL);
}
