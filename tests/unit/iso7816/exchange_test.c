/*
 * exchange_test: the loop between protocols and a chip, over a chip of our own that speaks
 * secure messaging (chip_side.h) and misbehaves on demand.
 *
 * Whatever the chip does: a file comes back whole and right or not at all, and nothing of a
 * session that was begun protected ever goes in the clear.
 */
#include "iso7816/exchange.h"

#include "chip_side.h"
#include "iso7816/ef_read.h"
#include "iso7816/select.h"

#define KS_ENC "979EC13B1CBFE9DCD01AB0FED307EAE5"
#define KS_MAC "F1CB1F1FB5ADF208806B89DC579DC1F8"

enum { FILE_LEN = 700, SFI = 0x02, FID = 0x0102 };

/* What the chip does instead of answering as it should. */
enum fault {
    NO_FAULT,
    PLAIN_6700,
    PLAIN_6982,
    PLAIN_6988,
    PLAIN_9000,
    PLAIN_6CE7,
    MAC_BIT,
    DATA_BIT,
    STATUS_BIT,
    NO_MAC,
    HALF,
    NOTHING,
    GARBAGE,
    OLD_ANSWER,
    SILENT,
    GONE,
    BUS,
    TOO_LONG,
    FAULTS
};

struct fake {
    struct nfc        nfc; /* first: ops get a pointer to it */
    struct nfc_limits limits;
    struct chip_side  side;
    bool              is_protected, dropped, selected;
    size_t            command, fault_at, drop_over; /* Le above drop_over ends the session */
    size_t            extended;                     /* commands of that form, which ... */
    bool              refuses_extended;             /* ... end the session */
    bool              for_ever;
    enum fault        fault;
    uint8_t           old[300];
    size_t            old_len;
    int               reopened, in_the_clear;
    bool              cancelled;
    enum outcome      reopen_fails;
    bool              reopen_stays_off, reopen_inside;
};

static uint8_t file[FILE_LEN];

static struct err not_called(struct nfc *n, struct deadline d, struct nfc_target *out)
{
    (void)n;
    (void)d;
    (void)out;
    FAIL(E_BUG);
}

static void no_field(struct nfc *n)
{
    (void)n;
}

static struct nfc_limits limits(struct nfc *n)
{
    return ((struct fake *)n)->limits;
}

/* The plain answer to a plain command. */
static size_t serve(struct fake *f, const struct chip_command *c, uint8_t *out, uint16_t *sw)
{
    const bool   sfi = (c->header[2] & 0x80) != 0;
    const size_t at = sfi ? c->header[3] : (size_t)c->header[2] << 8 | c->header[3];

    *sw = 0x9000;
    if (c->header[1] == 0xA4) {
        f->selected = true;
        return 0;
    }
    EXPECT(c->header[1] == 0xB0 && c->le > 0);
    if (sfi)
        f->selected = true;
    EXPECT(f->selected);
    if (f->fault == PLAIN_6CE7 && at + (size_t)c->le > FILE_LEN) {
        EXPECT(c->le == 0xE7); /* past the end only because it was told so */
        *sw = 0x6B00;
        return 0;
    }
    EXPECT(at + (size_t)c->le <= FILE_LEN);
    memcpy(out, file + at, (size_t)c->le);
    return (size_t)c->le;
}

static struct view plain_sw(uint16_t sw, uint8_t *out)
{
    out[0] = (uint8_t)(sw >> 8);
    out[1] = (uint8_t)sw;
    return view_of(out, 2);
}

static struct view right_answer(struct fake *f, struct view tx, uint8_t *wire)
{
    static struct chip_command c;
    uint8_t                    data[1024];
    uint16_t                   sw;
    size_t                     n;

    if (f->dropped)
        return plain_sw(0x6988, wire);
    if (f->is_protected) {
        chip_open(&f->side, tx, &c);
    } else {
        EXPECT((tx.ptr[0] & 0x0C) == 0);
        f->in_the_clear++;
        c = (struct chip_command){ .le = -1 };
        memcpy(c.header, tx.ptr, 4);
        if (c.header[1] != 0xA4)
            c.le = tx.ptr[4] != 0 ? tx.ptr[4] : 256;
    }
    f->extended += c.extended;
    if (c.extended && f->refuses_extended) {
        f->dropped = true;
        return plain_sw(0x6700, wire);
    }
    n = serve(f, &c, data, &sw);
    if (c.le > 0 && (size_t)c.le > f->drop_over) {
        f->dropped = f->is_protected;
        return plain_sw(0x6700, wire);
    }
    if (f->is_protected)
        return chip_answer(&f->side, view_of(data, n), sw, wire);
    memcpy(wire, data, n);
    return view_of(wire, n + plain_sw(sw, wire + n).len);
}

static const uint16_t plain_words[FAULTS] = {
    [PLAIN_6700] = 0x6700, [PLAIN_6982] = 0x6982, [PLAIN_6988] = 0x6988,
    [PLAIN_9000] = 0x9000, [PLAIN_6CE7] = 0x6CE7,
};

static const enum outcome transport[FAULTS] = {
    [SILENT] = E_TIMEOUT,
    [GONE] = E_CARD_GONE,
    [BUS] = E_BUS,
    [TOO_LONG] = E_NO_SPACE,
};

static struct view spoil(const struct fake *f, struct view answer, uint8_t *wire)
{
    static const uint8_t garbage[] = { 0x87, 0x82, 0xFF, 0xFF, 0x01, 0x99, 0x8E, 0x90, 0x00 };

    if (plain_words[f->fault] != 0)
        return plain_sw(plain_words[f->fault], wire);
    if (!f->is_protected && f->fault != STATUS_BIT && f->fault != NOTHING)
        return answer; /* the selection while reopening: nothing there to spoil */
    switch ((int)f->fault) {
    case MAC_BIT:
        wire[answer.len - 3] ^= 1;
        return answer;
    case DATA_BIT:
        wire[4] ^= 0x10;
        return answer;
    case STATUS_BIT:
        wire[answer.len - 1] ^= 0x80;
        return answer;
    case NO_MAC:
        return view_of(wire, answer.len - 12 + plain_sw(0x9000, wire + answer.len - 12).len);
    case HALF:
        return view_of(wire, answer.len / 2);
    case NOTHING:
        return view_of(wire, 0);
    case OLD_ANSWER:
        return view_of(f->old, f->old_len);
    case GARBAGE:
    default:
        return VIEW(garbage);
    }
}

static struct err transceive(struct nfc *n, struct view tx, struct deadline d, struct buf *rx)
{
    struct fake *f = (struct fake *)n;
    uint8_t      wire[1200];
    struct view  answer = right_answer(f, tx, wire);
    const bool   now = f->fault != NO_FAULT &&
                     (f->command == f->fault_at || (f->for_ever && f->command > f->fault_at));

    EXPECT(d.at_ms == 4711); /* handed down unchanged */
    EXPECT(++f->command < 300);
    if (now && transport[f->fault] != OK)
        return err_at(transport[f->fault], 0, WHERE);
    if (now) {
        EXPECT(answer.len >= 16 || !f->is_protected);
        answer = spoil(f, answer, wire);
        f->dropped = f->is_protected; /* both sides give up */
    } else if (answer.len <= sizeof f->old) {
        memcpy(f->old, answer.ptr, answer.len);
        f->old_len = answer.len;
    }
    return buf_put(rx, answer);
}

static const struct nfc_ops ops = {
    .activate = not_called, .transceive = transceive, .field_off = no_field, .limits = limits
};

static struct fake fake(void)
{
    struct fake f = {
        .nfc = { &ops }, .limits = { 262, 263 }, .fault_at = SIZE_MAX, .drop_over = 256
    };

    for (size_t i = 0; i < FILE_LEN; i++)
        file[i] = (uint8_t)(i * 31 + i / 251);
    memcpy(file, "\x61\x82\x02\xB8", 4); /* 4 + 696 */
    memcpy(f.side.enc, HEX(KS_ENC).ptr, 16);
    memcpy(f.side.mac, HEX(KS_MAC).ptr, 16);
    return f;
}

static const struct deadline when = { 4711 };

/* Access control, in short: both sides have keys; the counter is new each time. */
static void start_session(struct fake *f, struct exchange *x)
{
    const uint8_t        ssc[8] = { 0, 0, 0, 0, 0, 0, 0, (uint8_t)(0xA0 + f->reopened) };
    const struct sm_keys keys = { HEX(KS_ENC), HEX(KS_MAC), VIEW(ssc) };

    f->is_protected = true;
    f->side.ssc = ssc[7];
    EXPECT_CODE(sm_begin(&x->sm, SM_SUITE_3DES, keys), OK);
}

static struct err ask_again(void *self, struct rapdu last, struct capdu *next, enum step *todo)
{
    (void)self;
    (void)last;
    (void)next;
    *todo = STEP_REOPEN;
    return SUCCESS;
}

static struct err reopen(void *ctx, struct exchange *x, struct deadline d)
{
    struct fake  *f = ctx;
    struct select s;

    EXPECT(x->sm.state == SM_OFF);
    f->reopened++;
    f->is_protected = f->dropped = f->selected = false;
    if (f->reopen_fails != OK)
        return err_at(f->reopen_fails, f->reopen_fails == E_REFUSED ? 0x6A82 : 0, WHERE);
    if (f->reopen_inside)
        TRY(exchange_run(x, ask_again, NULL, d));
    TRY(select_aid_begin(&s, AID_LDS1));
    TRY(exchange_run(x, select_step, &s, d)); /* the loop inside the loop */
    if (!f->reopen_stays_off)
        start_session(f, x);
    return SUCCESS;
}

static bool is_cancelled(void *ctx)
{
    return ((struct fake *)ctx)->cancelled;
}

static struct err read_file(struct exchange *x, struct buf *out)
{
    struct ef_read r;

    TRY(ef_read_begin(&r, (struct ef_name){ FID, SFI }, exchange_room(x), out));
    return exchange_run(x, ef_read_step, &r, when);
}

struct seen {
    size_t turns, data, unanswered;
};

static void see(void *ctx, const struct turn *t)
{
    struct seen *s = ctx;

    s->turns++;
    s->data += t->answer.data.len;
    s->unanswered += t->got.len == 0;
    EXPECT(t->sent.len >= 4 && t->command.ins == view_at(t->sent, 1));
}

static void a_file_in_the_clear_and_protected(void **state)
{
    (void)state;
    for (int with_sm = 0; with_sm < 2; with_sm++) {
        struct fake     f = fake();
        struct exchange x;
        struct seen     seen = { 0 };
        uint8_t         bytes[1024];
        struct buf      out = BUF(bytes);

        ROW(with_sm ? "protected" : "in the clear");
        exchange_begin(&x, &f.nfc);
        x.seen = (struct exchange_seen){ see, &seen };
        EXPECT(exchange_room(&x) == 256);
        if (with_sm)
            start_session(&f, &x);
        EXPECT(exchange_room(&x) == (with_sm ? 231 : 256));
        EXPECT_CODE(read_file(&x, &out), OK);
        EXPECT_BYTES(buf_view(&out), VIEW(file));
        EXPECT(seen.turns == 5 && seen.data == FILE_LEN && seen.unanswered == 0);
        EXPECT(x.count.apdus == 5 && x.count.reopens == 0);
        /* in the clear a command has 5 bytes and an answer a status word; protected, a command
         * 19, an answer 16 and DO'87' with padding: 4 -> 11, 223 -> 228, 27 -> 35 */
        EXPECT(x.count.sent == (with_sm ? 5 * 19 : 5 * 5));
        EXPECT(x.count.got == (with_sm ? 5 * 16 + 11 + 3 * 228 + 35 : FILE_LEN + 5 * 2));
        exchange_end(&x);
    }
}

static const struct {
    const char  *name;
    enum fault   fault;
    enum outcome in_the_clear; /* at a read in the middle, no reopening */
    bool         heals;        /* protected, once, in the middle, with reopening */
    enum note_id note;
} faults[] = {
    /* clang-format off */
    { "A11 wrong length",      PLAIN_6700, OK,           true,  NOTE_SESSION_DROPPED },
    { "denied",                PLAIN_6982, E_REFUSED,    true,  NOTE_SESSION_DROPPED },
    { "D_01 SM error",         PLAIN_6988, E_REFUSED,    true,  NOTE_SESSION_DROPPED },
    { "9000 in the clear",     PLAIN_9000, OK,           true,  NOTE_SESSION_DROPPED },
    { "A12 6CE7 in the clear", PLAIN_6CE7, OK,           true,  NOTE_SESSION_DROPPED },
    { "D_05 MAC wrong",        MAC_BIT,    OK,           true,  NOTE_SESSION_DAMAGED },
    { "D_06 data wrong",       DATA_BIT,   OK,           true,  NOTE_SESSION_DAMAGED },
    { "status word wrong",     STATUS_BIT, E_REFUSED,    true,  NOTE_SESSION_DAMAGED },
    { "D_02 MAC missing",      NO_MAC,     OK,           true,  NOTE_SESSION_DAMAGED },
    { "half an answer",        HALF,       OK,           true,  NOTE_SESSION_DAMAGED },
    { "nothing",               NOTHING,    E_TRUNCATED,  true,  NOTE_SESSION_DAMAGED },
    { "garbage",               GARBAGE,    OK,           true,  NOTE_SESSION_DAMAGED },
    { "the answer before",     OLD_ANSWER, OK,           true,  NOTE_SESSION_DAMAGED },
    { "silent",                SILENT,     E_TIMEOUT,    false, NOTE_NONE },
    { "pulled away",           GONE,       E_CARD_GONE,  false, NOTE_NONE },
    { "reader gone",           BUS,        E_BUS,        false, NOTE_NONE },
    { "answer too long",       TOO_LONG,   E_NO_SPACE,   false, NOTE_NONE },
    /* clang-format on */
};

static void protected_fault(size_t i, size_t at, bool may_reopen)
{
    struct fake     f = fake();
    struct exchange x;
    struct notes    notes = { 0 };
    uint8_t         bytes[1024];
    struct buf      out = BUF(bytes);
    struct err      e;

    f.fault = faults[i].fault;
    f.fault_at = at;
    exchange_begin(&x, &f.nfc);
    x.notes = &notes;
    if (may_reopen)
        x.reopen = (struct exchange_reopen){ reopen, &f };
    start_session(&f, &x);
    e = read_file(&x, &out);
    if (e.code == OK)
        EXPECT_BYTES(buf_view(&out), VIEW(file));
    EXPECT((e.code == OK) == (may_reopen && faults[i].heals));
    EXPECT(f.in_the_clear == f.reopened); /* nothing but the selection while reopening */
    EXPECT(note_seen(&notes, faults[i].note) == (may_reopen && faults[i].heals));
    if (e.code != OK) {
        const struct sm dead = { .state = SM_DEAD, .suite = SM_SUITE_3DES };

        EXPECT(e.code == (transport[f.fault] != OK ? transport[f.fault] : E_SM_BROKEN));
        EXPECT(e.sw == plain_words[f.fault]);
        EXPECT_BYTES(view_of(&x.sm, sizeof x.sm), view_of(&dead, sizeof dead));
        x.reopen.fn = NULL;
        out.len = 0;
        EXPECT_CODE(read_file(&x, &out), E_SM_BROKEN); /* and it stays dead */
        EXPECT(f.in_the_clear == f.reopened);
    }
}

static void every_fault_at_every_protected_command(void **state)
{
    (void)state;
    EXPECT(COUNT(faults) == FAULTS - 1);
    for (size_t i = 0; i < COUNT(faults); i++) {
        ROW(faults[i].name);
        for (size_t at = 0; at < 5; at++) {
            protected_fault(i, at, true);
            protected_fault(i, at, false);
        }
    }
}

/* In the clear nothing tells data from data; but an error is an error. */
static void every_fault_in_the_clear(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(faults); i++) {
        struct fake     f = fake();
        struct exchange x;
        uint8_t         bytes[1024];
        struct buf      out = BUF(bytes);

        ROW(faults[i].name);
        f.fault = faults[i].fault;
        f.fault_at = 2;
        exchange_begin(&x, &f.nfc);
        x.reopen = (struct exchange_reopen){ reopen, &f };
        if (faults[i].fault < MAC_BIT || faults[i].in_the_clear != OK)
            EXPECT_CODE(read_file(&x, &out), faults[i].in_the_clear);
        EXPECT(f.reopened == 0 && x.sm.state == SM_OFF);
    }
}

/* A11: a chip that ends the session over any read of more than so many bytes. */
static void a_chip_that_bears_only_short_reads(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t      bears;
        int         reopens;
    } rows[] = {
        { "223", 223, 0 }, { "160", 160, 1 }, { "112", 112, 2 }, { "96", 96, 3 }, { "32", 32, 4 },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fake     f = fake();
        struct exchange x;
        uint8_t         bytes[1024];
        struct buf      out = BUF(bytes);

        ROW(rows[i].name);
        f.drop_over = rows[i].bears;
        exchange_begin(&x, &f.nfc);
        x.reopen = (struct exchange_reopen){ reopen, &f };
        start_session(&f, &x);
        EXPECT_CODE(read_file(&x, &out), OK);
        EXPECT_BYTES(buf_view(&out), VIEW(file));
        EXPECT(f.reopened == rows[i].reopens);
        EXPECT(x.reopens_left == REOPEN_MAX - rows[i].reopens);
        EXPECT((int)x.count.reopens == rows[i].reopens);
    }
}

static void files_in_the_extended_form(void **state)
{
    (void)state;
    struct fake     f = fake();
    struct exchange x;
    uint8_t         bytes[1024];
    struct buf      out = BUF(bytes);

    f.limits = (struct nfc_limits){ 4096, 4096 };
    f.drop_over = SIZE_MAX;
    exchange_begin(&x, &f.nfc);
    start_session(&f, &x);
    exchange_told(&x, (struct exchange_word){ .extended = true });
    EXPECT_CODE(read_file(&x, &out), OK);
    EXPECT_BYTES(buf_view(&out), VIEW(file));
    EXPECT(f.command == 2 && f.extended == 1); /* the header, and the rest at once */
    exchange_told(&x, (struct exchange_word){ .extended = true, .answer_max = 600 });
    f.command = f.extended = out.len = 0;
    EXPECT_CODE(read_file(&x, &out), OK);
    EXPECT_BYTES(buf_view(&out), VIEW(file));
    EXPECT(f.command == 3 && f.extended == 1);
}

/* A1, OUR_RD_04: EF.ATR/INFO says extended, and the chip ends the session over it. */
static void a_chip_that_does_not_keep_its_word(void **state)
{
    (void)state;
    struct fake     f = fake();
    struct exchange x;
    uint8_t         bytes[1024];
    struct buf      out = BUF(bytes);

    f.limits = (struct nfc_limits){ 4096, 4096 };
    f.refuses_extended = true;
    exchange_begin(&x, &f.nfc);
    x.reopen = (struct exchange_reopen){ reopen, &f };
    start_session(&f, &x);
    exchange_told(&x, (struct exchange_word){ .extended = true });
    for (int files = 0; files < 3; files++) {
        out.len = 0;
        EXPECT_CODE(read_file(&x, &out), OK);
        EXPECT_BYTES(buf_view(&out), VIEW(file));
        EXPECT(f.extended == 1 && f.reopened == 1); /* once, and for the next file remembered */
        EXPECT(x.refused && !x.extended && exchange_room(&x) == 231);
    }
}

static void reopening_is_bounded(void **state)
{
    (void)state;
    struct fake     f = fake();
    struct exchange x;
    uint8_t         bytes[1024];
    struct buf      out = BUF(bytes);

    f.fault = MAC_BIT;
    f.fault_at = 2;
    f.for_ever = true;
    exchange_begin(&x, &f.nfc);
    x.reopen = (struct exchange_reopen){ reopen, &f };
    start_session(&f, &x);
    for (int i = 0; i < 20; i++) {
        out.len = 0;
        EXPECT_CODE(read_file(&x, &out), E_SM_BROKEN);
    }
    EXPECT(f.reopened == REOPEN_MAX && x.reopens_left == 0);
}

/* The session was lost over an earlier file: the next run gets in again by itself. */
static void a_dead_session_is_reopened_first(void **state)
{
    (void)state;
    struct fake     f = fake();
    struct exchange x;
    uint8_t         bytes[1024];
    struct buf      out = BUF(bytes);

    exchange_begin(&x, &f.nfc);
    x.reopen = (struct exchange_reopen){ reopen, &f };
    start_session(&f, &x);
    sm_kill(&x.sm);
    EXPECT_CODE(read_file(&x, &out), OK);
    EXPECT_BYTES(buf_view(&out), VIEW(file));
    EXPECT(f.reopened == 1);
}

static const struct {
    const char  *name;
    enum outcome fails;
    bool         stays_off, inside;
    enum outcome want, cause;
} reopens[] = {
    /* clang-format off */
    { "the chip is gone",              E_CARD_GONE,  false, false, E_CARD_GONE, OK },
    { "the host has lost patience",    E_CANCELLED,  false, false, E_CANCELLED, OK },
    { "B17 the key is refused",        E_REFUSED,    false, false, E_SM_BROKEN, E_REFUSED },
    { "another chip, without BAC",     E_UNSUPPORTED, false, false, E_SM_BROKEN, E_UNSUPPORTED },
    { "it comes back in the clear",    OK,           true,  false, E_SM_BROKEN, E_REFUSED },
    { "it asks to be reopened itself", OK,           false, true,  E_SM_BROKEN, E_REFUSED },
    /* clang-format on */
};

static void reopening_that_fails_leaves_it_dead(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(reopens); i++) {
        struct fake     f = fake();
        struct exchange x;
        uint8_t         bytes[1024];
        struct buf      out = BUF(bytes);

        ROW(reopens[i].name);
        f.fault = PLAIN_6700;
        f.fault_at = 2;
        f.reopen_fails = reopens[i].fails;
        f.reopen_stays_off = reopens[i].stays_off;
        f.reopen_inside = reopens[i].inside;
        exchange_begin(&x, &f.nfc);
        x.reopen = (struct exchange_reopen){ reopen, &f };
        start_session(&f, &x);
        const struct err e = read_file(&x, &out);
        EXPECT_CODE(e, reopens[i].want);
        EXPECT(e.cause == reopens[i].cause);
        EXPECT(e.sw == 0); /* no word about the file */
        EXPECT(x.sm.state == SM_DEAD && !x.reopening);
        EXPECT(f.reopened == 1);
    }
}

static void cancelling_stops_before_the_next_command(void **state)
{
    (void)state;
    struct fake     f = fake();
    struct exchange x;
    uint8_t         bytes[1024];
    struct buf      out = BUF(bytes);

    exchange_begin(&x, &f.nfc);
    x.cancel = (struct exchange_cancel){ is_cancelled, &f };
    start_session(&f, &x);
    EXPECT_CODE(read_file(&x, &out), OK);
    f.cancelled = true;
    out.len = 0;
    EXPECT_CODE(read_file(&x, &out), E_CANCELLED);
    EXPECT(f.command == 5 && x.sm.state == SM_LIVE);
    f.cancelled = false;
    EXPECT_CODE(read_file(&x, &out), OK); /* the session is none the worse */
}

static void the_readers_limits_are_kept(void **state)
{
    (void)state;
    struct fake     f = fake();
    struct exchange x;
    uint8_t         bytes[1024];
    struct buf      out = BUF(bytes);

    f.limits = (struct nfc_limits){ 64, 128 };
    exchange_begin(&x, &f.nfc);
    EXPECT(exchange_room(&x) == 126);
    start_session(&f, &x);
    EXPECT(exchange_room(&x) == 103); /* 128 - SW 2 - 99 4 - 8E 10 = 112; 87 L 01, 104, padding */
    EXPECT_CODE(read_file(&x, &out), OK);
    EXPECT_BYTES(buf_view(&out), VIEW(file));

    f.limits = (struct nfc_limits){ 18, 128 }; /* a protected READ BINARY has 19 bytes */
    exchange_begin(&x, &f.nfc);
    start_session(&f, &x);
    f.command = 0;
    out.len = 0;
    EXPECT_CODE(read_file(&x, &out), E_NO_SPACE);
    EXPECT(f.command == 0 && x.sm.state == SM_LIVE);

    f.limits = (struct nfc_limits){ 100000, 100000 }; /* more than our buffers */
    exchange_begin(&x, &f.nfc);
    EXPECT(exchange_room(&x) == 256);
}

/* Steps that a protocol must not take. */
static struct err asks(void *self, struct rapdu last, struct capdu *next, enum step *todo)
{
    (void)self;
    (void)last;
    (void)next;
    *todo = STEP_ASK;
    return SUCCESS;
}

/* A protocol that asks, then wants what was asked to be there. */
struct asking {
    int          step;
    bool         answered, saw_data;
    enum outcome fails;
    int          asked;
};

static struct err asks_then_reads(void *self, struct rapdu last, struct capdu *next,
                                  enum step *todo)
{
    struct asking *a = self;

    *next = (struct capdu){ .ins = 0xB0, .p1 = 0x80 | SFI, .le = 4 };
    switch (a->step++) {
    case 0:
        *todo = STEP_SEND;
        return SUCCESS;
    case 1:
        a->saw_data = last.data.len == 4;
        *todo = STEP_ASK;
        return SUCCESS;
    case 2:
        EXPECT(last.data.len == 0 && last.sw == 0 && last.lost.code == OK); /* an empty answer */
        *todo = STEP_SEND;
        return SUCCESS;
    default:
        EXPECT(last.data.len == 4 && last.sw == SW_OK);
        *todo = STEP_DONE;
        return SUCCESS;
    }
}

static struct err answer(void *ctx, void *self, struct deadline d)
{
    struct asking *a = self;

    EXPECT(d.at_ms == 4711 && ctx == a);
    a->asked++;
    if (a->fails != OK)
        return err_at(a->fails, 0, WHERE);
    a->answered = true;
    return SUCCESS;
}

static void what_is_asked_outside_is_answered(void **state)
{
    (void)state;
    static const enum outcome fails[] = { OK, E_TIMEOUT, E_CANCELLED, E_UNSUPPORTED };

    for (size_t i = 0; i < COUNT(fails); i++) {
        struct fake     f = fake();
        struct exchange x;
        struct asking   a = { .fails = fails[i] };
        uint8_t         bytes[1024];
        struct buf      out = BUF(bytes);

        exchange_begin(&x, &f.nfc);
        x.ask = (struct exchange_ask){ answer, &a };
        start_session(&f, &x);
        EXPECT_CODE(exchange_run(&x, asks_then_reads, &a, when), fails[i]);
        EXPECT(a.saw_data && a.asked == 1 && a.answered == (fails[i] == OK));
        EXPECT(f.command == (fails[i] == OK ? 2 : 1) && x.sm.state == SM_LIVE);
        EXPECT_CODE(read_file(&x, &out), OK); /* the session is none the worse */
    }
}

static void nobody_is_asked_after_cancelling(void **state)
{
    (void)state;
    struct fake     f = fake();
    struct exchange x;
    struct asking   a = { .step = 1 };

    exchange_begin(&x, &f.nfc);
    f.cancelled = true;
    x.ask = (struct exchange_ask){ answer, &a };
    x.cancel = (struct exchange_cancel){ is_cancelled, &f };
    EXPECT_CODE(exchange_run(&x, asks_then_reads, &a, when), E_CANCELLED);
    EXPECT(a.asked == 0);
}

/* An answer was lost with the session: nobody outside is troubled for it. */
static struct err reads_then_asks(void *self, struct rapdu last, struct capdu *next,
                                  enum step *todo)
{
    int *step = self;

    (void)last;
    *next = (struct capdu){ .ins = 0xB0, .p1 = 0x80 | SFI, .le = 4 };
    *todo = (*step)++ == 0 ? STEP_SEND : STEP_ASK;
    return SUCCESS;
}

static struct err must_not_ask(void *ctx, void *self, struct deadline d)
{
    (void)self;
    (void)d;
    ++*(int *)ctx;
    return SUCCESS;
}

static void nobody_is_asked_when_the_session_is_lost(void **state)
{
    (void)state;
    struct fake     f = fake();
    struct exchange x;
    int             step = 0, asked = 0;

    f.fault = PLAIN_6988;
    f.fault_at = 0;
    exchange_begin(&x, &f.nfc);
    start_session(&f, &x);
    x.ask = (struct exchange_ask){ must_not_ask, &asked };
    EXPECT_CODE(exchange_run(&x, reads_then_asks, &step, when), E_SM_BROKEN);
    EXPECT(asked == 0);
}

static struct err never_minds(void *self, struct rapdu last, struct capdu *next, enum step *todo)
{
    int *steps = self;

    (void)last;
    *next = (struct capdu){ .ins = 0xB0, .p1 = 0x80 | SFI, .le = 4 };
    *todo = (*steps)++ < 3 ? STEP_SEND : STEP_DONE;
    return SUCCESS;
}

static struct err kills_and_sends(void *self, struct rapdu last, struct capdu *next,
                                  enum step *todo)
{
    struct exchange *x = self;

    (void)last;
    sm_kill(&x->sm);
    *next = (struct capdu){ .ins = 0xB0, .p1 = 0x80 | SFI, .le = 4 };
    *todo = STEP_SEND;
    return SUCCESS;
}

static void protocols_that_break_the_rules(void **state)
{
    (void)state;
    struct fake     f = fake();
    struct exchange x;

    exchange_begin(&x, &f.nfc);
    EXPECT_CODE(exchange_run(&x, asks, NULL, when), E_UNSUPPORTED);
    EXPECT_CODE(exchange_run(&x, ask_again, NULL, when), E_SM_BROKEN);
    start_session(&f, &x);
    EXPECT_CODE(exchange_run(&x, kills_and_sends, &x, when), E_SM_BROKEN);
    EXPECT(f.command == 0);
    for (int done = 2; done < 4; done++) { /* goes on sending, or calls itself done */
        int steps = done;

        f = fake();
        f.fault = PLAIN_9000;
        f.fault_at = 0;
        exchange_begin(&x, &f.nfc);
        start_session(&f, &x);
        steps = done - 1;
        EXPECT_CODE(exchange_run(&x, never_minds, &steps, when), E_SM_BROKEN);
        EXPECT(f.command == 1);
    }
}

static void nothing_stays_behind(void **state)
{
    (void)state;
    static const uint8_t zero[RX_MAX + TX_MAX + sizeof(struct sm)];
    struct fake          f = fake();
    struct exchange      x;
    uint8_t              bytes[1024];
    struct buf           out = BUF(bytes);

    exchange_begin(&x, &f.nfc);
    start_session(&f, &x);
    EXPECT_CODE(read_file(&x, &out), OK);
    exchange_end(&x);
    EXPECT_BYTES(VIEW(x.tx), view_of(zero, sizeof x.tx));
    EXPECT_BYTES(VIEW(x.rx), view_of(zero, sizeof x.rx));
    EXPECT_BYTES(VIEW(x.plain), view_of(zero, sizeof x.plain));
    EXPECT_BYTES(view_of(&x.sm, sizeof x.sm), view_of(zero, sizeof x.sm));
    EXPECT(x.count.apdus == 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_in_the_clear_and_protected),
        cmocka_unit_test(every_fault_at_every_protected_command),
        cmocka_unit_test(every_fault_in_the_clear),
        cmocka_unit_test(a_chip_that_bears_only_short_reads),
        cmocka_unit_test(files_in_the_extended_form),
        cmocka_unit_test(a_chip_that_does_not_keep_its_word),
        cmocka_unit_test(reopening_is_bounded),
        cmocka_unit_test(a_dead_session_is_reopened_first),
        cmocka_unit_test(reopening_that_fails_leaves_it_dead),
        cmocka_unit_test(cancelling_stops_before_the_next_command),
        cmocka_unit_test(the_readers_limits_are_kept),
        cmocka_unit_test(protocols_that_break_the_rules),
        cmocka_unit_test(what_is_asked_outside_is_answered),
        cmocka_unit_test(nobody_is_asked_after_cancelling),
        cmocka_unit_test(nobody_is_asked_when_the_session_is_lost),
        cmocka_unit_test(nothing_stays_behind),
    };

    return cmocka_run_group_tests_name("iso7816.exchange", tests, NULL, NULL);
}
