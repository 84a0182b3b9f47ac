/*
 * isodep_test: conversations with a chip, written down.
 *
 * The scenarios are drawn after those of ISO/IEC 14443-4:2018 annex B, with bytes in place of
 * its symbols; the rules are those of clause 7.5.  In a conversation
 *
 *      ?HEX   a command begins             =HEX   done, and this is the answer
 *      >HEX   this frame goes out          !      E_CARD_GONE; !U with cause E_UNEXPECTED
 *      <HEX   this comes in                #      E_NO_SPACE
 *      <      nothing, or garbled          ~      S(DESELECT) begins;  . it is done
 *      @N     and N ms are given           X      nothing more may be begun
 */
#include "isodep/isodep.h"

#include "expect.h"

enum { ANSWER_MAX = 64 };

struct talk {
    struct isodep      p;
    struct isodep_todo todo;
    uint8_t            room[ANSWER_MAX], command[128], frame[300];
    struct buf         answer;
    struct err         e;
    bool               stepped;
};

static void step(struct talk *t, struct view came)
{
    /* exactly as long as it is, so that a sanitizer sees a byte read beyond */
    uint8_t *exact = malloc(came.len != 0 ? came.len : 1);

    if (came.len != 0)
        memcpy(exact, came.ptr, came.len);
    t->e = isodep_step(&t->p, view_of(exact, came.len), &t->answer, &t->todo);
    free(exact);
}

static void obey(struct talk *t, char what, const char *arg)
{
    const char *text = arg;

    switch (what) {
    case '?':
        t->answer = BUF(t->room);
        EXPECT_CODE(buf_u8(&t->answer, 0x77), OK); /* what stands before stays */
        EXPECT_CODE(isodep_start(&t->p, hex(text, t->command, sizeof t->command)), OK);
        step(t, HEX("FF"));
        break;
    case '~':
        EXPECT_CODE(isodep_leave(&t->p), OK);
        step(t, HEX("FF"));
        break;
    case '>':
        EXPECT_CODE(t->e, OK);
        EXPECT(!t->todo.done);
        EXPECT_BYTES(t->todo.frame, hex(text, t->frame, sizeof t->frame));
        break;
    case '<':
        step(t, hex(text, t->frame, sizeof t->frame));
        break;
    case '@':
        EXPECT(t->todo.wait_ms == strtoul(arg, NULL, 10));
        break;
    case '=':
        EXPECT_CODE(t->e, OK);
        EXPECT(t->todo.done);
        EXPECT_BYTES(view_of(t->room + 1, t->answer.len - 1), hex(text, t->frame, sizeof t->frame));
        break;
    case '.':
        EXPECT_CODE(t->e, OK);
        EXPECT(t->todo.done);
        break;
    case '!':
        EXPECT_CODE(t->e, E_CARD_GONE);
        EXPECT(t->e.cause == (*arg == 'U' ? E_UNEXPECTED : OK));
        EXPECT(t->answer.len == 1);
        break;
    case '#':
        EXPECT_CODE(t->e, E_NO_SPACE);
        EXPECT(t->answer.len == 1);
        break;
    case 'X':
        EXPECT(t->p.state == ISODEP_SPENT);
        EXPECT_CODE(isodep_start(&t->p, HEX("00")), E_CARD_GONE);
        EXPECT_CODE(isodep_leave(&t->p), E_CARD_GONE);
        break;
    default:
        fail_msg("[%s] what is '%c'?", expect_row, what);
    }
}

static void converse(const char *name, uint16_t fsc, uint8_t fwi, const char *lines)
{
    const struct activation chip = { .fsc = fsc, .fwi = fwi };
    struct talk             t = { .answer = BUF(t.room) };
    char                    copy[4096], *rest = copy, *word;

    ROW(name);
    EXPECT_CODE(buf_u8(&t.answer, 0x77), OK);
    EXPECT(strlen(lines) < sizeof copy);
    strcpy(copy, lines);
    isodep_begin(&t.p, &chip);
    while ((word = strtok_r(rest, " ", &rest)) != NULL)
        obey(&t, word[0], word + 1);
}

static const struct {
    const char *name;
    uint16_t    fsc;
    const char *lines;
} rows[] = {
    /* clang-format off */
    /* error free: scenarios 1 to 5 */
    { "1: exchange of I-blocks", 256,
      "?00A1 >0200A1 <029000 =9000 ?00A2 >0300A2 <039000 =9000 ?00A3 >0200A3 @78 <026A82 =6A82" },
    { "2: waiting time extension", 256,
      "?00A1 >0200A1 @78 <F203 >F203 @234 <029000 =9000 ?00A2 >0300A2 @78 <039000 =9000" },
    { "3: deselect", 256, "?00A1 >0200A1 <029000 =9000 ~ >C2 @78 <C2 . X" },
    { "4: we chain", 16,
      "?000102030405060708090A0B0C0D0E0F >12000102030405060708090A0B0C <A2 >030D0E0F <039000 =9000"
      " ?00A2 >0200A2 <029000 =9000" },
    { "4: a whole number of pieces", 16,
      "?000102030405060708090A0B0C >02000102030405060708090A0B0C <029000 =9000"
      " ?000102030405060708090A0B0C000102030405060708090A0B0C >13000102030405060708090A0B0C <A3"
      " >02000102030405060708090A0B0C <029000 =9000" },
    { "5: the chip chains", 256,
      "?00A1 >0200A1 <120102 >A3 <130304 >A2 <02059000 =01020304059000 ?00A2 >0300A2 <039000 =9000" },
    { "an answer of nothing", 256, "?00A1 >0200A1 <02 =" },
    { "an empty piece", 256, "?00A1 >0200A1 <12 >A3 <039000 =9000" },

    /* errors: scenarios 6 and on */
    { "6: our first block is lost", 256,
      "?00A1 >0200A1 < >B2 @78 <A3 >0200A1 <029000 =9000 ?00A2 >0300A2 <039000 =9000" },
    { "7: a later one is lost", 256,
      "?00A1 >0200A1 <029000 =9000 ?00A2 >0300A2 < >B3 <A2 >0300A2 <039000 =9000 ?00A3 >0200A3 <029000 =9000" },
    { "8: its answer is lost", 256,
      "?00A1 >0200A1 < >B2 <029000 =9000 ?00A2 >0300A2 <039000 =9000" },
    { "9: its answer, and R(NAK)", 256, "?00A1 >0200A1 < >B2 < >B2 <029000 =9000" },
    { "10: S(WTX) is lost", 256, "?00A1 >0200A1 < >B2 <F202 >F202 @156 <029000 =9000" },
    { "11: S(WTX), and R(NAK)", 256, "?00A1 >0200A1 < >B2 < >B2 <F202 >F202 <029000 =9000" },
    { "12: our S(WTX) is lost", 256,
      "?00A1 >0200A1 <F202 >F202 @156 < >B2 @156 <F202 >F202 <029000 =9000 ?00A2 >0300A2 @78 <039000 =9000" },
    { "13: the answer after S(WTX)", 256, "?00A1 >0200A1 <F202 >F202 < >B2 <029000 =9000" },
    { "14: that, and R(NAK)", 256, "?00A1 >0200A1 <F202 >F202 < >B2 < >B2 <029000 =9000" },
    { "15: S(DESELECT) is lost", 256, "~ >C2 < >C2 <C2 . X" },
    { "15: it is not answered", 256, "~ >C2 < >C2 < >C2 < ! X" },
    { "15: refused", 256, "~ >C2 <029000 >C2 <A2 >C2 <C3 !U X" },
    { "16: a piece of ours is lost", 16,
      "?000102030405060708090A0B0C0D0E0F >12000102030405060708090A0B0C < >B2 <A3"
      " >12000102030405060708090A0B0C <A2 >030D0E0F <039000 =9000" },
    { "17: its R(ACK) is lost", 16,
      "?000102030405060708090A0B0C0D0E0F >12000102030405060708090A0B0C < >B2 <A2 >030D0E0F <039000 =9000" },
    { "18: R(ACK), and R(NAK)", 16,
      "?000102030405060708090A0B0C0D0E0F >12000102030405060708090A0B0C < >B2 < >B2 <A2 >030D0E0F <039000 =9000" },
    { "19: our R(ACK) is lost", 256,
      "?00A1 >0200A1 <120102 >A3 < >A3 <130304 >A2 <02059000 =01020304059000 ?00A2 >0300A2 <039000 =9000" },
    { "20: a piece of its is lost", 256,
      "?00A1 >0200A1 <120102 >A3 < >A3 <039000 =01029000" },
    { "21: its first piece is lost", 256, "?00A1 >0200A1 < >B2 <120102 >A3 <039000 =01029000" },

    /* beyond the annex */
    { "nobody is there", 256, "?00A1 >0200A1 < >B2 < >B2 < ! X" },
    { "nobody is there any more, in its chain", 256, "?00A1 >0200A1 <1201 >A3 < >A3 < >A3 < ! X" },
    { "nobody is there any more, in ours", 16,
      "?000102030405060708090A0B0C0D0E0F >12000102030405060708090A0B0C <A2 >030D0E0F < >B3 < >B3 < ! X" },
    { "noise, then nothing", 256, "?00A1 >0200A1 <55 >B2 <55 >B2 < ! X" },
    { "noise", 256, "?00A1 >0200A1 < >B2 < >B2 <55 !U X" },
    { "a good block between: the count begins anew", 256,
      "?00A1 >0200A1 < >B2 < >B2 <1201 >A3 < >A3 < >A3 <1302 >A2 < >A2 < >A2 <029000 =01029000" },
    { "the block never gets through", 256,
      "?00A1 >0200A1 < >B2 <A3 >0200A1 < >B2 <A3 >0200A1 < ! X" },
    { "R(ACK) of the other number for ever", 256,
      "?00A1 >0200A1 <A3 >0200A1 <A3 >0200A1 <A3 >B2 <A3 >B2 <A3 !U X" },
    { "R(ACK) of our number, but nothing is left", 256, "?00A1 >0200A1 <A2 >B2 <A2 >B2 <A2 !U X" },
    { "R(ACK) in its chain", 256, "?00A1 >0200A1 <1201 >A3 <A3 >A3 <A2 >A3 <039000 =019000" },
    { "R(NAK) is not the chip's to send", 256, "?00A1 >0200A1 <B2 >B2 <B3 >B2 <B2 !U X" },
    { "an answer of the other number", 256, "?00A1 >0200A1 <039000 >B2 <029000 =9000" },
    { "a piece twice", 256, "?00A1 >0200A1 <1201 >A3 <1201 >A3 <039000 =019000" },
    { "an answer before the command is out", 16,
      "?000102030405060708090A0B0C0D0E0F >12000102030405060708090A0B0C <026700 >B2 <A2 >030D0E0F <039000 =9000" },
    { "S(WTX) while we chain", 16,
      "?000102030405060708090A0B0C0D0E0F >12000102030405060708090A0B0C <F201 >F201 <A2 >030D0E0F <039000 =9000" },
    { "S(WTX) while it chains", 256, "?00A1 >0200A1 <1201 >A3 <F23B >F23B @4602 <039000 =019000" },
    { "S(WTX) is for the next block only", 256, "?00A1 >0200A1 <F203 >F203 @234 <1201 >A3 @78 <039000 =019000" },
    { "S(WTX), and the chip's power", 256, "?00A1 >0200A1 <F2C1 >F201 <029000 =9000" },
    { "S(WTX) of 0, of 60", 256, "?00A1 >0200A1 <F200 >B2 <F23C >B2 <F201 >F201 <029000 =9000" },
    { "S(WTX) of 63", 256, "?00A1 >0200A1 <F23F >B2 <029000 =9000" },
    { "S(WTX) without a number, with two", 256, "?00A1 >0200A1 <F2 >B2 <F20101 >B2 <029000 =9000" },
    { "S(DESELECT) nobody asked for", 256, "?00A1 >0200A1 <C2 >B2 <029000 =9000" },
    { "S(PARAMETERS)", 256, "?00A1 >0200A1 <F0A000 >B2 <029000 =9000" },
    { "a NAD", 256, "?00A1 >0200A1 <06009000 >B2 <029000 =9000" },
    { "R(ACK) with information", 256, "?00A1 >0200A1 <A300 >B2 <029000 =9000" },
    { "bits that shall be 0 or 1", 256, "?00A1 >0200A1 <009000 >B2 <229000 >B2 <029000 =9000" },
    { "CID 0 is given back", 256,
      "?00A1 >0200A1 <0A009000 =9000 ?00A2 >0B0000A2 <1B0001 >AA00 < >AA00 <FA0001 >FA0001 <0A009000 =019000" },
    { "CID 0 and power", 256, "?00A1 >0200A1 <0AC09000 =9000" },
    { "CID 1 is another chip's", 256, "?00A1 >0200A1 <0A019000 >B2 <029000 =9000" },
    { "a CID that is missing", 256, "?00A1 >0200A1 <0A >B2 <029000 =9000" },
    { "the answer is longer than the room", 256,
      "?00A1 >0200A1 <12000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F >A3"
      " <13000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F # X" },
    /* clang-format on */
};

static void conversations_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        converse(rows[i].name, rows[i].fsc, 8, rows[i].lines); /* FWI 8: 78 ms */
}

/* FWI 11, 619 ms: after one retry a second of silence is over; noise has two all the same. */
static void long_silence_is_absence(void **state)
{
    static const struct {
        const char *name, *lines;
    } slow[] = {
        { "silence", "?00A1 >0200A1 < >B2 @619 < ! X" },
        { "noise", "?00A1 >0200A1 <55 >B2 <55 >B2 <55 !U X" },
        { "silence between noise", "?00A1 >0200A1 <55 >B2 < >B2 < ! X" },
        { "a good block between", "?00A1 >0200A1 < >B2 <1201 >A3 < >A3 <039000 =019000" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(slow); i++)
        converse(slow[i].name, 256, 11, slow[i].lines);
}

/* A frame of the size the chip takes, and not one byte more; 14443-4 table 1. */
static void frames_fit_the_chip(void **state)
{
    static const uint16_t sizes[] = { 16, 24, 32, 40, 48, 64, 96, 128, 256 };
    static uint8_t        command[1500];

    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        const struct activation chip = { .fsc = sizes[i] };
        struct isodep           p;
        struct isodep_todo      todo;
        uint8_t                 room[4];
        struct buf              answer = BUF(room);
        size_t                  given = 0;

        isodep_begin(&p, &chip);
        EXPECT_CODE(isodep_start(&p, VIEW(command)), OK);
        EXPECT_CODE(isodep_step(&p, view_of(NULL, 0), &answer, &todo), OK);
        for (;;) {
            const uint8_t ack = 0xA2 | (todo.frame.ptr[0] & 1);

            given += todo.frame.len - 1;
            if ((todo.frame.ptr[0] & 0x10) == 0)
                break;
            EXPECT(todo.frame.len + 2 == sizes[i]);
            EXPECT_CODE(isodep_step(&p, view_of(&ack, 1), &answer, &todo), OK);
        }
        EXPECT(given == sizeof command && todo.frame.len + 2 <= sizes[i]);
    }
}

/* A chip that is perfect but for one frame, lost on its way there or back, at each place in
 * turn: the answer is the same, and the chip obeys each command once. */
struct chip {
    unsigned number, obeyed;
    size_t   got, sent; /* bytes of the command, of the answer */
    uint8_t  last[16];
    size_t   last_len;
};

enum { COMMAND_LEN = 40, ANSWER_LEN = 30, PIECE = 8 };

static void chip_says(struct chip *c, uint8_t pcb, size_t info)
{
    c->last[0] = pcb;
    for (size_t i = 0; i < info; i++)
        c->last[1 + i] = (uint8_t)(c->sent + i);
    c->last_len = 1 + info;
}

static void chip_goes_on(struct chip *c)
{
    const size_t left = ANSWER_LEN - c->sent, len = left < PIECE ? left : PIECE;

    chip_says(c, (uint8_t)(0x02 | c->number | (len < left ? 0x10 : 0)), len);
    c->sent += len;
}

static void chip_hears(struct chip *c, struct view f)
{
    const uint8_t pcb = f.ptr[0];

    if ((pcb & 0xE2) == 0x02) {
        c->number ^= 1; /* rule D */
        c->got += f.len - 1;
        if ((pcb & 0x10) != 0) {
            chip_says(c, (uint8_t)(0xA2 | c->number), 0);
            return;
        }
        EXPECT(c->got == COMMAND_LEN);
        c->obeyed++;
        c->got = c->sent = 0;
        chip_says(c, 0xF2, 0); /* asks for time first */
        c->last[1] = 1;
        c->last_len = 2;
    } else if (pcb == 0xF2) {
        chip_goes_on(c);
    } else if ((pcb & 1) != c->number && (pcb & 0x10) != 0) {
        chip_says(c, (uint8_t)(0xA2 | c->number), 0); /* rule 12 */
    } else if ((pcb & 1) != c->number) {
        c->number ^= 1; /* rule E */
        chip_goes_on(c);
    } /* else rule 11: the last block once more */
}

static size_t run_with_loss(size_t lost, bool on_the_way_back)
{
    const struct activation info = { .fsc = 16 };
    uint8_t                 command[COMMAND_LEN], want[ANSWER_LEN], room[64];
    struct chip             c = { .number = 1 };
    struct isodep           p;
    struct isodep_todo      todo;
    size_t                  frames = 0;

    for (uint8_t i = 0; i < COMMAND_LEN; i++)
        command[i] = i;
    for (uint8_t i = 0; i < ANSWER_LEN; i++)
        want[i] = i;
    isodep_begin(&p, &info);
    for (unsigned round = 1; round <= 3; round++) {
        struct view came = { 0 };
        struct buf  answer = BUF(room);

        EXPECT_CODE(isodep_start(&p, VIEW(command)), OK);
        for (;;) {
            EXPECT_CODE(isodep_step(&p, came, &answer, &todo), OK);
            if (todo.done)
                break;
            if (frames != lost || on_the_way_back)
                chip_hears(&c, todo.frame);
            came = frames == lost ? view_of(NULL, 0) : view_of(c.last, c.last_len);
            frames++;
        }
        EXPECT_BYTES(buf_view(&answer), VIEW(want));
        EXPECT(c.obeyed == round);
    }
    return frames;
}

static void any_frame_may_be_lost(void **state)
{
    const size_t all = run_with_loss(SIZE_MAX, false);

    (void)state;
    EXPECT(all == 3 * (4 + 1 + 3)); /* pieces of ours, S(WTX), R(ACK)s */
    for (size_t i = 0; i < all; i++) {
        char name[32];

        snprintf(name, sizeof name, "frame %zu of %zu", i, all);
        ROW(name);
        EXPECT(run_with_loss(i, false) > all);
        EXPECT(run_with_loss(i, true) > all);
    }
}

static void misuse_is_told(void **state)
{
    const struct activation chip = { .fsc = 256 };
    struct isodep           p;
    struct isodep_todo      todo;
    struct buf              none = buf_of(NULL, 0);

    (void)state;
    isodep_begin(&p, &chip);
    EXPECT_CODE(isodep_step(&p, view_of(NULL, 0), &none, &todo), E_BUG);
    EXPECT_CODE(isodep_start(&p, view_of(NULL, 0)), E_BUG);
    EXPECT_CODE(isodep_start(&p, HEX("00")), OK);
    EXPECT_CODE(isodep_start(&p, HEX("00")), E_BUG);
    EXPECT_CODE(isodep_leave(&p), E_BUG);
    isodep_end(&p);
    EXPECT_CODE(isodep_start(&p, HEX("00")), E_CARD_GONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conversations_hold),  cmocka_unit_test(long_silence_is_absence),
        cmocka_unit_test(frames_fit_the_chip), cmocka_unit_test(any_frame_may_be_lost),
        cmocka_unit_test(misuse_is_told),
    };

    return cmocka_run_group_tests_name("isodep.isodep", tests, NULL, NULL);
}
