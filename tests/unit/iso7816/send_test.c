/*
 * send_test: long commands and long answers, over a model of a chip that takes or refuses the
 * extended form, puts chains together and cuts its answers; in the clear, and protected by
 * what was written apart (chip_side.h).
 *
 * Rows A.., B.., D.. are named after quirks met in the field.
 */
#include "chip_side.h"
#include "iso7816/ef_read.h"
#include "iso7816/exchange.h"

enum { GA = 0x86, MSE = 0x22, PSO = 0x2A, AA = 0x88, READ = 0xB0, MORE = 0xC0 };

/* How the chip cuts an answer that does not fit 256 bytes. */
enum cut { CUT_OUTSIDE, CUT_INSIDE };

struct chip {
    struct nfc        nfc; /* first: ops get a pointer to it */
    struct nfc_limits limits;
    bool              is_protected, lost;
    struct chip_side  side;

    /* behaviour */
    bool     refuses_extended; /* 6700 */
    bool     in_the_clear;     /* and what it refuses, it refuses in the clear */
    bool     refuses_chains;   /* 6884 */
    uint16_t more_sw;          /* to GET RESPONSE: this, and nothing */
    uint16_t bogus_sw;         /* at the end of every answer instead of 9000 */
    bool     drips;            /* GET RESPONSE: one byte a time, for ever */
    enum cut cut;
    size_t   fail_at; /* turn that gets no answer */

    /* what it answers, and what is left of it */
    size_t   answer_len, rest_from, rest_to;
    uint8_t  rest[CHIP_MAX];
    uint16_t rest_sw;

    /* what it has seen */
    size_t  turns, pieces, fetched, extended;
    uint8_t cla, data[4096];
    size_t  data_len;
    long    le;
};

static uint8_t sent[3000], answers[5000];

static struct view word(uint16_t sw, uint8_t *out)
{
    out[0] = (uint8_t)(sw >> 8);
    out[1] = (uint8_t)sw;
    return view_of(out, 2);
}

/* ISO/IEC 7816-4 clause 5.2, read backwards. */
static void parse(struct view wire, struct chip_command *c)
{
    const uint8_t *p = wire.ptr + 4;
    size_t         left = wire.len - 4;

    memcpy(c->header, wire.ptr, 4);
    c->data_len = 0;
    c->le = -1;
    c->extended = left > 1 && p[0] == 0;
    if (c->extended) {
        p++;
        left--;
        if (left > 2) {
            c->data_len = (size_t)p[0] << 8 | p[1];
            EXPECT(left == 2 + c->data_len || left == 4 + c->data_len);
            memcpy(c->data, p + 2, c->data_len);
            p += 2 + c->data_len;
            left -= 2 + c->data_len;
        }
        if (left != 0)
            c->le = (p[0] << 8 | p[1]) != 0 ? p[0] << 8 | p[1] : 65536;
        return;
    }
    if (left > 1) {
        c->data_len = p[0];
        EXPECT(left == 1 + c->data_len || left == 2 + c->data_len);
        memcpy(c->data, p + 1, c->data_len);
        p += 1 + c->data_len;
        left -= 1 + c->data_len;
    }
    if (left != 0)
        c->le = p[0] != 0 ? p[0] : 256;
}

static struct view say(struct chip *f, struct view data, uint16_t sw, uint8_t *out)
{
    if (f->is_protected)
        return chip_answer(&f->side, data, sw, out);
    if (data.len != 0)
        memcpy(out, data.ptr, data.len);
    return view_of(out, data.len + word(sw, out + data.len).len);
}

static struct view refuse(struct chip *f, uint16_t sw, uint8_t *out)
{
    if (f->is_protected && f->in_the_clear) {
        f->lost = true;
        return word(sw, out);
    }
    return say(f, view_of(NULL, 0), sw, out);
}

static uint16_t waiting(const struct chip *f)
{
    const size_t left = f->rest_to - f->rest_from;

    return (uint16_t)(0x6100 | (left < 256 ? left : 0));
}

/* The next part of what was cut outside; the status word of the whole comes with the last. */
static struct view next_part(struct chip *f, size_t most, uint8_t *out)
{
    const size_t left = f->rest_to - f->rest_from, n = left < most ? left : most;

    memcpy(out, f->rest + f->rest_from, n);
    f->rest_from += n;
    return view_of(out, n + word(n < left ? waiting(f) : f->rest_sw, out + n).len);
}

/* All of an answer, or the first 256 bytes of it. */
static struct view cut_outside(struct chip *f, bool extended, struct view whole, uint8_t *out)
{
    if (whole.len <= 258 || extended) {
        memmove(out, whole.ptr, whole.len);
        return view_of(out, whole.len);
    }
    memcpy(f->rest, whole.ptr, whole.len);
    f->rest_from = 0;
    f->rest_to = whole.len - 2;
    f->rest_sw = (uint16_t)(whole.ptr[whole.len - 2] << 8 | whole.ptr[whole.len - 1]);
    return next_part(f, 256, out);
}

static struct view cut_inside(struct chip *f, size_t most, uint8_t *out)
{
    const size_t left = f->answer_len - f->rest_from, n = left < most ? left : most;
    struct view  part = view_of(answers + f->rest_from, n);

    f->rest_from += n;
    f->rest_to = f->answer_len;
    return say(f, part, n < left ? waiting(f) : 0x9000, out);
}

static struct view get_response(struct chip *f, const struct chip_command *c, bool is_protected,
                                uint8_t *out)
{
    f->fetched++;
    EXPECT(c->data_len == 0 && c->le > 0 && c->header[0] == (is_protected ? 0x0C : 0));
    if (f->more_sw != 0 && f->is_protected && !is_protected)
        return word(f->more_sw, out);
    if (f->more_sw != 0)
        return refuse(f, f->more_sw, out);
    if (f->drips && f->is_protected && !is_protected) {
        out[0] = 0x8E;
        return view_of(out, 1 + word(0x6101, out + 1).len);
    }
    if (f->drips)
        return say(f, view_of(answers, 1), 0x6101, out);
    EXPECT(f->rest_from < f->rest_to);
    EXPECT(c->le == ((waiting(f) & 0xFF) != 0 ? waiting(f) & 0xFF : 256)); /* as it was told */
    return f->cut == CUT_INSIDE ? cut_inside(f, 200, out) : next_part(f, (size_t)c->le, out);
}

/* Is what has come of a GENERAL AUTHENTICATE whole?  DO'7C' says. */
static bool is_whole(const struct chip *f, const struct chip_command *c)
{
    if ((c->header[0] & 0x10) == 0)
        return true;
    EXPECT(f->data[0] == 0x7C && f->data[1] == 0x82);
    return f->data_len == 4 + ((size_t)f->data[2] << 8 | f->data[3]);
}

static struct view serve(struct chip *f, const struct chip_command *c, uint8_t *out)
{
    static uint8_t whole[CHIP_MAX];
    const uint16_t sw = f->bogus_sw != 0 ? f->bogus_sw : 0x9000;

    f->extended += c->extended;
    if (c->extended && f->refuses_extended)
        return refuse(f, 0x6700, out);
    if ((c->header[0] & 0x10) != 0 && f->refuses_chains)
        return refuse(f, 0x6884, out);
    EXPECT(f->data_len + c->data_len <= sizeof f->data);
    memcpy(f->data + f->data_len, c->data, c->data_len);
    f->data_len += c->data_len;
    f->pieces++;
    if (!is_whole(f, c)) {
        EXPECT(c->le == -1);
        return say(f, view_of(NULL, 0), 0x9000, out);
    }
    f->cla = c->header[0] & 0xF3;
    f->le = c->le;
    f->rest_from = 0;
    if (c->le == -1)
        return say(f, view_of(NULL, 0), sw, out);
    if (f->cut == CUT_INSIDE)
        return cut_inside(f, 200, out);
    return cut_outside(f, c->extended, say(f, view_of(answers, f->answer_len), sw, whole), out);
}

static struct err transceive(struct nfc *n, struct view tx, struct deadline d, struct buf *rx)
{
    static struct chip_command c;
    static uint8_t             out[CHIP_MAX];
    struct chip               *f = (struct chip *)n;
    const bool                 sm = (view_at(tx, 0) & 0x0C) == 0x0C;

    EXPECT(d.at_ms == 4711 && tx.len <= f->limits.tx_max);
    EXPECT(++f->turns < 200);
    if (f->turns == f->fail_at)
        FAIL(E_CARD_GONE);
    if (f->lost)
        return buf_put(rx, word(0x6988, out));
    EXPECT(sm == f->is_protected || view_at(tx, 1) == MORE);
    if (sm)
        chip_open(&f->side, tx, &c);
    else
        parse(tx, &c);
    return buf_put(rx, c.header[1] == MORE ? get_response(f, &c, sm, out) : serve(f, &c, out));
}

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
    return ((struct chip *)n)->limits;
}

static const struct nfc_ops ops = {
    .activate = not_called, .transceive = transceive, .field_off = no_field, .limits = limits
};

static const struct deadline when = { 4711 };

/* 0: in the clear; then the suites. */
static const struct {
    const char   *name;
    enum sm_suite suite;
    size_t        key_len, block;
} covers[] = {
    { "in the clear", SM_SUITE_NONE, 0, 0 },
    { "3DES", SM_SUITE_3DES, 16, 8 },
    { "AES-128", SM_SUITE_AES_128, 16, 16 },
    { "AES-256", SM_SUITE_AES_256, 32, 16 },
};

static void protect(struct chip *f, struct exchange *x, size_t cover)
{
    static const uint8_t zero[16], key[32] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 };
    const struct view    k = view_of(key, covers[cover].key_len);

    sm_off(&x->sm);
    f->lost = false;
    f->is_protected = covers[cover].suite != SM_SUITE_NONE;
    if (!f->is_protected)
        return;
    memcpy(f->side.enc, key, 32);
    memcpy(f->side.mac, key, 32);
    f->side.ssc = 0;
    f->side.aes = covers[cover].block == 16 ? covers[cover].key_len : 0;
    EXPECT_CODE(sm_begin(&x->sm, covers[cover].suite,
                         (struct sm_keys){ k, k, view_of(zero, covers[cover].block) }),
                OK);
}

static void start(struct chip *f, struct exchange *x, size_t cover)
{
    memset(f, 0, sizeof *f);
    f->nfc.ops = &ops;
    f->limits = (struct nfc_limits){ 4096, 4096 };
    exchange_begin(x, &f->nfc);
    protect(f, x, cover);
}

/* A protocol of one command that keeps its answer. */
struct one {
    struct capdu command;
    bool         is_sent;
    uint8_t      data[5000];
    size_t       len;
    uint16_t     sw;
};

static struct err one_step(void *self, struct rapdu last, struct capdu *next, enum step *todo)
{
    struct one *o = self;
    struct buf  out = BUF(o->data);

    if (!o->is_sent) {
        o->is_sent = true;
        *next = o->command;
        *todo = STEP_SEND;
        return SUCCESS;
    }
    TRY(last.lost);
    TRY(buf_put(&out, last.data));
    o->len = out.len;
    o->sw = last.sw;
    *todo = STEP_DONE;
    return SUCCESS;
}

/* DO'7C' of n bytes in all, that differ from place to place. */
static struct view data_of(size_t n)
{
    for (size_t i = 0; i < sizeof sent; i++)
        sent[i] = (uint8_t)(i * 7 + i / 251);
    for (size_t i = 0; i < sizeof answers; i++)
        answers[i] = (uint8_t)(i * 11 + i / 253 + 1);
    memcpy(sent, "\x7C\x82", 2);
    sent[2] = (uint8_t)((n - 4) >> 8);
    sent[3] = (uint8_t)(n - 4);
    return view_of(sent, n);
}

static struct err run_one(struct exchange *x, struct one *o, uint8_t cla, uint8_t ins, size_t n,
                          uint32_t le, bool extended)
{
    memset(o, 0, sizeof *o);
    o->command = (struct capdu){
        .cla = cla, .ins = ins, .data = data_of(n), .le = le, .extended = extended
    };
    return exchange_run(x, one_step, o, when);
}

enum { EXT = 1, CHAIN = 2, SAYS_NO = 4, SAYS_YES = 8, SAYS_CHAIN = 16, SMALL = 32, LIMIT = 64 };

static const struct {
    const char  *name;
    uint8_t      cla, ins;
    size_t       n, answer;
    uint32_t     le;
    unsigned     chip; /* EXT, CHAIN: what it takes; SAYS_..: its word; SMALL: the transport */
    enum outcome want;
    uint16_t     sw;
    size_t       extended, pieces; /* commands in the extended form it gets; pieces it puts
                                      together, in the clear */
} longs[] = {
    /* clang-format off */
    { "B11 PACE, DH-2048, extended",        0x10, GA,  264, 264, 256, EXT | CHAIN,       OK, 0x9000, 1, 1 },
    { "B11 PACE, DH-2048, refused",         0x10, GA,  264, 264, 256, CHAIN,             OK, 0x9000, 1, 2 },
    { "B11 PACE, DH-2048, small transport", 0x10, GA,  264, 264, 256, CHAIN | SMALL,     OK, 0x9000, 0, 2 },
    { "PACE, the chip says no",             0x10, GA,  264, 264, 256, CHAIN | SAYS_NO,   OK, 0x9000, 0, 2 },
    { "PACE, longer than the chip says",    0x10, GA,  264, 264, 256, CHAIN | SAYS_YES | LIMIT, OK, 0x9000, 0, 2 },
    { "PACE, as the chip says",             0x10, GA,  264, 264, 256, EXT | CHAIN | SAYS_YES, OK, 0x9000, 1, 1 },
    { "DH-4096, refused",                   0x10, GA,  524, 524, 256, CHAIN,             OK, 0x9000, 1, 3 },
    { "the last GENERAL AUTHENTICATE",      0x00, GA,  264, 264, 256, CHAIN,             OK, 0x9000, 1, 2 },
    { "neither form is taken",              0x00, GA,  264, 264, 256, 0,                 OK, 0x6884, 1, 0 },
    { "MSE:Set KAT, DH-2048",               0x00, MSE, 270, 0,   0,   EXT,               OK, 0x9000, 1, 1 },
    { "MSE:Set KAT, though the chip says no", 0x00, MSE, 270, 0, 0,   EXT | SAYS_NO,     OK, 0x9000, 1, 1 },
    { "MSE:Set KAT, refused",               0x00, MSE, 270, 0,   0,   CHAIN,             OK, 0x6700, 1, 0 },
    { "MSE:Set KAT, refused, chip chains",  0x00, MSE, 270, 0,   0,   CHAIN | SAYS_CHAIN, OK, 0x9000, 0, 2 },
    { "MSE:Set KAT, small transport",       0x00, MSE, 270, 0,   0,   EXT | SMALL,       E_NO_SPACE, 0, 0, 0 },
    { "PSO:VERIFY CERTIFICATE, RSA-4096",   0x00, PSO, 1200, 0,  0,   EXT,               OK, 0x9000, 1, 1 },
    { "the same in pieces",                 0x00, PSO, 1200, 0,  0,   CHAIN | SAYS_CHAIN | SMALL, OK, 0x9000, 0, 5 },
    { "longer than our buffer",             0x00, PSO, 2100, 0,  0,   EXT,               E_NO_SPACE, 0, 0, 0 },
    /* clang-format on */
};

static void one_long(size_t i, size_t cover)
{
    static struct chip     f;
    static struct exchange x;
    static struct one      o;
    const unsigned         how = longs[i].chip;

    start(&f, &x, cover);
    f.refuses_extended = (how & EXT) == 0;
    f.refuses_chains = (how & CHAIN) == 0;
    f.answer_len = longs[i].answer;
    if ((how & SMALL) != 0)
        f.limits = x.limits = (struct nfc_limits){ 261, 4096 };
    if ((how & (SAYS_NO | SAYS_YES | SAYS_CHAIN)) != 0)
        exchange_told(&x, (struct exchange_word){ .extended = (how & SAYS_YES) != 0,
                                                  .chaining = (how & SAYS_CHAIN) != 0,
                                                  .command_max = (how & LIMIT) != 0 ? 260 : 0 });
    EXPECT_CODE(run_one(&x, &o, longs[i].cla, longs[i].ins, longs[i].n, longs[i].le, false),
                longs[i].want);
    EXPECT(f.extended == longs[i].extended);
    if (longs[i].want != OK)
        return;
    EXPECT(o.sw == longs[i].sw);
    EXPECT(cover != 0 ? f.pieces >= longs[i].pieces : f.pieces == longs[i].pieces);
    EXPECT(x.refused == (longs[i].extended != 0 && (how & EXT) == 0));
    EXPECT(!f.is_protected || x.sm.state == SM_LIVE);
    if (o.sw != 0x9000)
        return;
    EXPECT_BYTES(view_of(f.data, f.data_len), view_of(sent, longs[i].n));
    EXPECT_BYTES(view_of(o.data, o.len), view_of(answers, longs[i].answer));
    EXPECT(f.cla == longs[i].cla);
    EXPECT(f.le == (longs[i].le == 0 ? -1 : f.pieces == 1 ? 65536 : 256));
}

static void long_commands(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(longs); i++) {
        ROW(longs[i].name);
        for (size_t cover = 0; cover < COUNT(covers); cover++)
            one_long(i, cover);
    }
}

/* What was refused once is not tried again where there is another way. */
static void a_refusal_is_remembered(void **state)
{
    (void)state;
    for (size_t cover = 0; cover < COUNT(covers); cover++) {
        static struct chip     f;
        static struct exchange x;
        static struct one      o;

        ROW(covers[cover].name);
        start(&f, &x, cover);
        f.refuses_extended = true;
        f.answer_len = 20;
        for (size_t i = 0; i < 3; i++) {
            f.data_len = 0;
            EXPECT_CODE(run_one(&x, &o, 0, GA, 264, 256, false), OK);
            EXPECT(o.sw == 0x9000 && o.len == 20 && f.extended == 1);
        }
        exchange_told(&x, (struct exchange_word){ .extended = true });
        EXPECT(!x.extended && exchange_room(&x) <= 256); /* whatever it says now */
        f.data_len = 0;
        EXPECT_CODE(run_one(&x, &o, 0, MSE, 270, 0, false), OK); /* there is no other way */
        EXPECT(o.sw == 0x6700 && f.extended == 2);
    }
}

/* A1, D12: refused in the clear, and the session is gone; known after reopening. */
static void a_refusal_in_the_clear_is_remembered(void **state)
{
    (void)state;
    for (size_t cover = 1; cover < COUNT(covers); cover++) {
        static struct chip     f;
        static struct exchange x;
        static struct one      o;
        struct err             e;

        ROW(covers[cover].name);
        start(&f, &x, cover);
        f.refuses_extended = f.in_the_clear = true;
        f.answer_len = 20;
        e = run_one(&x, &o, 0, GA, 264, 256, false);
        EXPECT_CODE(e, E_SM_BROKEN);
        EXPECT(e.sw == 0x6700 && x.sm.state == SM_DEAD && x.refused && f.turns == 1);
        protect(&f, &x, cover);
        EXPECT_CODE(run_one(&x, &o, 0, GA, 264, 256, false), OK);
        EXPECT(o.sw == 0x9000 && o.len == 20 && f.extended == 1);
    }
}

/* A short command that is lost says nothing about the extended form. */
static void other_losses_are_not_remembered(void **state)
{
    (void)state;
    static struct chip     f;
    static struct exchange x;
    static struct one      o;

    start(&f, &x, 1);
    exchange_told(&x, (struct exchange_word){ .extended = true });
    f.lost = true;
    EXPECT_CODE(run_one(&x, &o, 0, GA, 100, 256, false), E_SM_BROKEN);
    EXPECT(!x.refused && x.extended);
    start(&f, &x, 1);
    f.fail_at = 1;
    EXPECT_CODE(run_one(&x, &o, 0, GA, 264, 256, false), E_CARD_GONE);
    EXPECT(!x.refused && x.sm.state == SM_DEAD);
}

static const struct {
    const char  *name;
    size_t       answer;
    uint32_t     le;
    bool         extended;
    enum cut     cut;
    uint16_t     more_sw, bogus_sw;
    bool         drips, in_the_clear;
    size_t       fetched[2]; /* GET RESPONSE: in the clear, protected */
    uint16_t     sw;
    size_t       kept;    /* bytes of the answer that are told */
    enum outcome sm;      /* under secure messaging */
    bool         sm_dead; /* and the session is gone afterwards */
} answers_cut[] = {
    /* clang-format off */
    { "short enough",                 200, 256, false, CUT_OUTSIDE, 0, 0, false, false, { 0, 0 }, 0x9000, 200, OK, false },
    { "RSA-2048, extended",           256, 65536, true, CUT_OUTSIDE, 0, 0, false, false, { 0, 0 }, 0x9000, 256, OK, false },
    { "RSA-4096, extended",           512, 65536, true, CUT_OUTSIDE, 0, 0, false, false, { 0, 0 }, 0x9000, 512, OK, false },
    { "RSA-2048, Le 00, cut outside", 256, 256, false, CUT_OUTSIDE, 0, 0, false, false, { 0, 1 }, 0x9000, 256, OK, false },
    { "RSA-4096, Le 00, cut outside", 512, 256, false, CUT_OUTSIDE, 0, 0, false, false, { 1, 2 }, 0x9000, 512, OK, false },
    { "no more is given",             512, 256, false, CUT_OUTSIDE, 0x6D00, 0, false, false, { 1, 1 }, 0x6100, 256, E_SM_BROKEN, true },
    { "cut inside",                   256, 0x1FF, false, CUT_INSIDE, 0, 0, false, false, { 1, 1 }, 0x9000, 256, OK, false },
    { "cut inside twice",             500, 0x1FF, false, CUT_INSIDE, 0, 0, false, false, { 2, 2 }, 0x9000, 500, OK, false },
    { "cut inside, no more given",    256, 0x1FF, false, CUT_INSIDE, 0x6D00, 0, false, false, { 1, 1 }, 0x6138, 200, OK, false },
    { "cut inside, lost over it",     256, 0x1FF, false, CUT_INSIDE, 0x6D00, 0, false, true,  { 1, 1 }, 0x6138, 200, OK, true },
    { "D3 61XX for no reason",        256, 256, false, CUT_OUTSIDE, 0x6F00, 0x611B, false, false, { 1, 1 }, 0x611B, 256, E_SM_BROKEN, true },
    { "D3 extended, 61XX for no reason", 256, 65536, true, CUT_OUTSIDE, 0x6F00, 0x611B, false, false, { 1, 1 }, 0x611B, 256, OK, false },
    { "D3 the same, in the clear",    256, 65536, true, CUT_OUTSIDE, 0x6F00, 0x611B, false, true, { 1, 1 }, 0x611B, 256, OK, true },
    { "61XX though all has come",     200, 200, false, CUT_OUTSIDE, 0x6F00, 0x611B, false, true, { 0, 0 }, 0x611B, 200, OK, false },
    { "a byte a time, for ever",      10, 256, false, CUT_OUTSIDE, 0, 0x6101, true, false, { 32, 32 }, 0x6101, 42, OK, false },
    /* clang-format on */
};

static void one_answer(size_t i, size_t cover)
{
    static struct chip     f;
    static struct exchange x;
    static struct one      o;
    struct err             e;

    start(&f, &x, cover);
    f.answer_len = answers_cut[i].answer;
    f.cut = answers_cut[i].cut;
    f.more_sw = answers_cut[i].more_sw;
    f.bogus_sw = answers_cut[i].bogus_sw;
    f.drips = answers_cut[i].drips;
    f.in_the_clear = answers_cut[i].in_the_clear;
    e = run_one(&x, &o, 0, AA, 8, answers_cut[i].le, answers_cut[i].extended);
    EXPECT(f.fetched == answers_cut[i].fetched[cover != 0]);
    EXPECT(cover == 0 || (x.sm.state == SM_DEAD) == answers_cut[i].sm_dead);
    EXPECT_CODE(e, cover != 0 ? answers_cut[i].sm : OK);
    if (e.code != OK)
        return;
    EXPECT(o.sw == answers_cut[i].sw && o.len == answers_cut[i].kept);
    if (!answers_cut[i].drips)
        EXPECT_BYTES(view_of(o.data, o.len), view_of(answers, o.len));
}

static void long_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(answers_cut); i++) {
        ROW(answers_cut[i].name);
        for (size_t cover = 0; cover < COUNT(covers); cover++)
            one_answer(i, cover);
    }
}

/* READ BINARY goes on from where the answer ended: no GET RESPONSE, but where the protection
 * itself was cut. */
static void reading_goes_on_by_itself(void **state)
{
    (void)state;
    for (size_t cover = 0; cover < COUNT(covers); cover++) {
        static struct chip     f;
        static struct exchange x;
        static struct one      o;

        ROW(covers[cover].name);
        start(&f, &x, cover);
        f.answer_len = 500;
        f.cut = CUT_INSIDE;
        EXPECT_CODE(run_one(&x, &o, 0, READ, 4, 400, true), OK);
        EXPECT(f.fetched == 0 && o.sw == 0x6100 && o.len == 200);
        f.cut = CUT_OUTSIDE;
        f.data_len = 0;
        f.answer_len = 250;
        EXPECT_CODE(run_one(&x, &o, 0, READ, 4, 256, false), OK);
        EXPECT(f.fetched == (cover != 0 ? 1 : 0) && o.sw == 0x9000 && o.len == 250);
    }
}

/* The chip leaves in each turn of a chained command whose answer is cut. */
static void gone_at_every_turn(void **state)
{
    (void)state;
    for (size_t cover = 0; cover < COUNT(covers); cover++) {
        static struct chip     f;
        static struct exchange x;
        static struct one      o;
        enum outcome           e = E_CARD_GONE;

        ROW(covers[cover].name);
        for (size_t at = 1; e == E_CARD_GONE; at++) {
            EXPECT(at < 12);
            start(&f, &x, cover);
            f.refuses_extended = true;
            f.answer_len = 524;
            f.fail_at = at;
            e = run_one(&x, &o, 0x10, GA, 524, 256, false).code;
            EXPECT((e == OK) == (f.turns < at));
            EXPECT(cover == 0 || x.sm.state == (e == OK ? SM_LIVE : SM_DEAD));
        }
        EXPECT(e == OK && o.len == 524);
    }
}

struct seen {
    size_t turns, got, parts;
};

static void see(void *ctx, const struct turn *t)
{
    struct seen *s = ctx;

    s->turns++;
    s->got += t->got.len;
    s->parts += t->answer.sw >> 8 == 0x61;
    EXPECT(t->sent.len != 0 && t->got.len <= 258);
}

/* Observers and counters see what was on the wire, each turn once. */
static void every_turn_is_seen_once(void **state)
{
    (void)state;
    for (size_t cover = 0; cover < COUNT(covers); cover++) {
        static struct chip     f;
        static struct exchange x;
        static struct one      o;
        struct seen            s = { 0 };

        ROW(covers[cover].name);
        start(&f, &x, cover);
        x.seen = (struct exchange_seen){ see, &s };
        f.refuses_extended = true;
        f.answer_len = 524;
        EXPECT_CODE(run_one(&x, &o, 0x10, GA, 524, 256, false), OK);
        EXPECT(s.turns == f.turns && s.turns == x.count.apdus && s.got == x.count.got);
        EXPECT(s.parts == f.fetched && f.fetched == 2);
    }
}

static void what_the_chip_says_bounds_the_room(void **state)
{
    (void)state;
    static struct chip     f;
    static struct exchange x;

    start(&f, &x, 0);
    EXPECT(exchange_room(&x) == 256);
    exchange_told(&x, (struct exchange_word){ .extended = true });
    EXPECT(x.extended && exchange_room(&x) == 4094);
    exchange_told(&x, (struct exchange_word){ .extended = true, .answer_max = 1000 });
    EXPECT(x.extended && exchange_room(&x) == 998);
    exchange_told(&x, (struct exchange_word){ .extended = true, .answer_max = 300 });
    EXPECT(!x.extended && exchange_room(&x) == 256); /* no gain */
    exchange_told(&x, (struct exchange_word){ .chaining = true });
    EXPECT(!x.extended && exchange_room(&x) == 256);
    x.limits.rx_max = 263; /* a transport of short answers */
    exchange_told(&x, (struct exchange_word){ .extended = true });
    EXPECT(!x.extended && exchange_room(&x) == 256);
    start(&f, &x, 1);
    exchange_told(&x, (struct exchange_word){ .extended = true });
    EXPECT(exchange_room(&x) == 4071); /* 4094 - 14 = 4080; 87 82 LL LL 01 and 4072 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_commands),
        cmocka_unit_test(a_refusal_is_remembered),
        cmocka_unit_test(a_refusal_in_the_clear_is_remembered),
        cmocka_unit_test(other_losses_are_not_remembered),
        cmocka_unit_test(long_answers),
        cmocka_unit_test(reading_goes_on_by_itself),
        cmocka_unit_test(gone_at_every_turn),
        cmocka_unit_test(every_turn_is_seen_once),
        cmocka_unit_test(what_the_chip_says_bounds_the_room),
    };

    return cmocka_run_group_tests_name("iso7816.send", tests, NULL, NULL);
}
