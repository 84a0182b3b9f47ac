/* picc: see picc.h. */
#include "pn532/picc.h"

#include <stdlib.h>
#include <string.h>

enum { CRC_LEN = 2, AFI_MRTD = 0xE1 };

struct picc {
    struct chip      *chip;
    enum picc_state   state;
    uint8_t           uid[10];
    size_t            uid_len, fsd;
    unsigned          number;   /* the card's current block number */
    unsigned          dri, dsi; /* rates from the reader and to it, 0: 106 kbit/s */
    uint8_t           in[COMMAND_MAX], out[ANSWER_MAX + 64];
    size_t            in_len, out_len, out_at;
    bool              waiting;           /* S(WTX) went out and was not granted yet */
    bool              answering;         /* out holds an answer not wholly sent */
    unsigned long     wtx_left, owed_ms; /* waiting still to be asked for, then to be spent */
    struct picc_reply last;
};

/* ISO 14443-4 table 1: bytes of a frame, CRC included. */
static const size_t frame_sizes[] = { 16, 24, 32, 40, 48, 64, 96, 128, 256, 512, 1024, 2048, 4096 };

static size_t frame_size(unsigned code)
{
    return frame_sizes[code < 12 ? code : 12];
}

struct picc *picc_new(void)
{
    return calloc(1, sizeof(struct picc));
}

void picc_free(struct picc *p)
{
    if (p != NULL)
        wipe(p, sizeof *p);
    free(p);
}

static const struct traits *traits(struct picc *p)
{
    return &chip_folder(p->chip)->traits;
}

static void forget(struct picc *p, enum picc_state state)
{
    p->state = state;
    p->in_len = p->out_len = p->out_at = 0;
    p->answering = p->waiting = false;
    p->last.len = 0;
    if (p->chip != NULL)
        chip_reset(p->chip);
}

void picc_place(struct picc *p, struct chip *c)
{
    p->chip = c;
    p->state = PICC_IDLE;
    p->in_len = p->out_len = p->out_at = 0;
    p->answering = p->waiting = false;
    p->last.len = 0;
}

bool picc_present(struct picc *p)
{
    const bool here = p->chip != NULL && chip_present(p->chip);

    if (!here)
        p->state = PICC_IDLE;
    return here;
}

bool picc_is_type_b(struct picc *p)
{
    return traits(p)->type_b != 0;
}

struct chip *picc_chip(struct picc *p)
{
    return p->chip;
}

enum picc_state picc_state(struct picc *p)
{
    return picc_present(p) ? p->state : PICC_IDLE;
}

void picc_power_off(struct picc *p)
{
    if (p->state != PICC_IDLE)
        forget(p, PICC_IDLE);
    p->uid_len = 0;
}

unsigned long picc_fwt_ms(struct picc *p)
{
    /* 14443-4 §5.2.5: 256 * 16 / 13.56 MHz times two to the power of FWI. */
    return p->chip == NULL ? 1 : (302UL << traits(p)->fwi) / 1000 + 1;
}

/* 9303-11 §4.1: an identifier drawn anew each time the field comes on; type A's begins
 * with 08 (14443-3 §6.5.4). */
static void choose_uid(struct picc *p)
{
    const struct traits *t = traits(p);

    if (p->uid_len != 0)
        return;
    p->uid_len = t->uid_len != 0 ? t->uid_len : 4;
    if (t->uid_len != 0) {
        memcpy(p->uid, t->uid, t->uid_len);
        return;
    }
    chip_draw(p->chip, p->uid, 4);
    if (!picc_is_type_b(p))
        p->uid[0] = 0x08;
}

static bool is_called(struct picc *p, enum picc_call call)
{
    return p->state == PICC_IDLE || p->state == PICC_READY ||
           (p->state == PICC_HALT && call == PICC_WUP);
}

struct err picc_activate_a(struct picc *p, enum picc_call call, struct view uid, struct buf *out)
{
    uint8_t atqa[2] = { 0x00, 0x08 };

    CHECK(picc_present(p) && !picc_is_type_b(p) && is_called(p, call), E_TIMEOUT);
    choose_uid(p);
    CHECK(uid.len == 0 || view_eq(uid, view_of(p->uid, p->uid_len)), E_TIMEOUT);
    forget(p, PICC_READY);
    if (p->uid_len > 4)
        atqa[1] = p->uid_len == 7 ? 0x44 : 0x84;
    TRY(buf_put(out, VIEW(atqa)));
    TRY(buf_u8(out, (uint8_t)traits(p)->sak)); /* 20: 14443-4 compliant */
    TRY(buf_u8(out, (uint8_t)p->uid_len));
    return buf_put(out, view_of(p->uid, p->uid_len));
}

static void begin_protocol(struct picc *p, unsigned fsdi)
{
    p->state = PICC_PROTOCOL;
    p->fsd = frame_size(fsdi);
    p->number = 1; /* 14443-4 rule C */
    p->dri = p->dsi = 0;
}

struct err picc_rats(struct picc *p, unsigned fsdi, struct buf *out)
{
    const struct traits *t;

    CHECK(picc_state(p) == PICC_READY && (traits(p)->sak & 0x20) != 0, E_TIMEOUT);
    t = traits(p);
    begin_protocol(p, fsdi);
    TRY(buf_u8(out, (uint8_t)(5 + t->historical_len)));
    TRY(buf_u8(out, (uint8_t)(0x70 | t->fsci)));        /* T0: TA, TB and TC follow */
    TRY(buf_u8(out, (uint8_t)t->rates));                /* TA: 77 is 106 to 848 kbit/s both ways */
    TRY(buf_u8(out, (uint8_t)(t->fwi << 4 | t->sfgi))); /* TB */
    TRY(buf_u8(out, 0x02));                             /* TC: CID yes, NAD no */
    return buf_put(out, view_of(t->historical, t->historical_len));
}

struct err picc_activate_b(struct picc *p, enum picc_call call, uint8_t afi, unsigned fsdi,
                           struct buf *out)
{
    const struct traits *t;

    CHECK(picc_present(p) && picc_is_type_b(p) && is_called(p, call), E_TIMEOUT);
    CHECK(afi == 0 || afi == AFI_MRTD, E_TIMEOUT);
    t = traits(p);
    choose_uid(p);
    forget(p, PICC_READY);
    begin_protocol(p, fsdi);
    TRY(buf_u8(out, 0x50));
    TRY(buf_put(out, view_of(p->uid, 4)));
    TRY(buf_fill(out, 0, 4));                       /* application data: proprietary */
    TRY(buf_u8(out, (uint8_t)t->rates));            /* bit rates */
    TRY(buf_u8(out, (uint8_t)(t->fsci << 4 | 1)));  /* frame size, 14443-4 */
    return buf_u8(out, (uint8_t)(t->fwi << 4 | 1)); /* waiting time, CID yes */
}

void picc_deselect(struct picc *p)
{
    if (picc_state(p) == PICC_PROTOCOL || picc_state(p) == PICC_READY)
        forget(p, PICC_HALT);
}

bool picc_hears(struct picc *p, unsigned from_reader, unsigned to_reader)
{
    const bool raised = picc_state(p) == PICC_PROTOCOL;

    return from_reader == (raised ? p->dri : 0) && to_reader == (raised ? p->dsi : 0);
}

void picc_exchange(struct picc *p, struct view command, struct chip_answer *answer)
{
    if (picc_state(p) != PICC_PROTOCOL) {
        answer->fate = CHIP_LEFT;
        return;
    }
    chip_exchange(p->chip, command, answer);
}

/* Blocks.  A block is PCB, [CID], information. */
struct block {
    uint8_t     pcb;
    bool        cid;
    struct view info;
};

static bool read_block(struct view frame, struct block *b)
{
    uint8_t cid = 0;

    if (view_u8(&frame, &b->pcb).code != OK)
        return false;
    b->cid = (b->pcb & 0x08) != 0;
    if (b->cid && (view_u8(&frame, &cid).code != OK || (cid & 0x0F) != 0))
        return false; /* another card's */
    b->info = frame;
    return true;
}

static void say(struct picc *p, const struct block *to, uint8_t pcb, struct view info)
{
    struct picc_reply *r = &p->last;
    struct buf         out = BUF(r->bytes);
    bool               good;

    good = buf_u8(&out, (uint8_t)(pcb | (to->cid ? 0x08 : 0))).code == OK;
    if (to->cid)
        good = good && buf_u8(&out, 0).code == OK;
    good = good && buf_put(&out, info).code == OK;
    r->len = good ? out.len : 0;
    r->delay_ms = 0;
}

/* The next piece of the answer as an I-block. */
static void say_piece(struct picc *p, const struct block *to)
{
    const size_t room = p->fsd - CRC_LEN - (to->cid ? 2 : 1), left = p->out_len - p->out_at;
    const size_t len = left < room ? left : room;
    const bool   more = len < left;

    say(p, to, (uint8_t)(0x02 | p->number | (more ? 0x10 : 0)), view_of(p->out + p->out_at, len));
    p->out_at += len;
    p->answering = more;
}

/* Ask for time while some is still needed; then the answer. */
static void go_on(struct picc *p, const struct block *to)
{
    const unsigned long step = picc_fwt_ms(p) * 3 / 4;

    p->waiting = p->wtx_left != 0 || p->owed_ms > step;
    if (!p->waiting) {
        say_piece(p, to);
        p->last.delay_ms = p->owed_ms;
        p->owed_ms = 0;
        return;
    }
    say(p, to, 0xF2, view_of("\x01", 1)); /* S(WTX), multiplier 1 */
    p->last.delay_ms = p->owed_ms < step ? p->owed_ms : step;
    p->owed_ms -= p->last.delay_ms;
    p->wtx_left -= p->wtx_left != 0;
}

static void obey(struct picc *p, const struct block *b)
{
    struct chip_answer answer = { .bytes = BUF(p->out) };

    chip_exchange(p->chip, view_of(p->in, p->in_len), &answer);
    p->in_len = 0;
    p->out_len = answer.bytes.len;
    p->out_at = 0;
    p->owed_ms = answer.delay_ms;
    p->wtx_left = answer.wtx;
    p->last.len = 0;
    if (answer.fate == CHIP_ANSWERS)
        go_on(p, b);
}

static void i_block(struct picc *p, const struct block *b)
{
    struct buf in = { p->in, sizeof p->in, p->in_len };

    p->number ^= 1; /* rule D */
    p->answering = p->waiting = false;
    if (buf_put(&in, b->info).code != OK) {
        p->last.len = 0;
        return;
    }
    p->in_len = in.len;
    if ((b->pcb & 0x10) != 0)
        say(p, b, (uint8_t)(0xA2 | p->number), view_of(NULL, 0)); /* rule 2: chaining */
    else
        obey(p, b);
}

static void r_block(struct picc *p, const struct block *b)
{
    const bool nak = (b->pcb & 0x10) != 0, same = (b->pcb & 1U) == p->number;

    if (same)
        return; /* rule 11: the last block once more; it still stands in last */
    if (nak) {
        say(p, b, (uint8_t)(0xA2 | p->number), view_of(NULL, 0)); /* rule 12 */
        return;
    }
    p->number ^= 1; /* rule E */
    if (p->answering)
        say_piece(p, b); /* rule 13 */
    else
        p->last.len = 0;
}

static void s_block(struct picc *p, const struct block *b)
{
    if ((b->pcb & 0x30) == 0x30) {
        if (p->waiting)
            go_on(p, b); /* the time is granted */
        else
            p->last.len = 0;
        return;
    }
    say(p, b, 0xC2, view_of(NULL, 0));
    p->state = PICC_HALT;
    chip_reset(p->chip);
}

static void block(struct picc *p, struct view frame)
{
    struct block b;

    p->last.delay_ms = 0;
    if (!read_block(frame, &b)) {
        p->last.len = 0;
        return;
    }
    if ((b.pcb & 0xE6) == 0x02) /* 000x.x01x */
        i_block(p, &b);
    else if ((b.pcb & 0xE6) == 0xA2 && b.info.len == 0)
        r_block(p, &b);
    else if ((b.pcb & 0xF7) == 0xC2 || ((b.pcb & 0xF7) == 0xF2 && b.info.len == 1))
        s_block(p, &b);
    else
        p->last.len = 0; /* rule 7.5.6: an invalid block gets no answer */
}

/* Between anticollision and the protocol: RATS, or HLTA. */
static void ready(struct picc *p, struct view frame)
{
    struct buf out = BUF(p->last.bytes);

    p->last.len = 0;
    p->last.delay_ms = 0;
    if (frame.len == 2 && view_at(frame, 0) == 0xE0 && (view_at(frame, 1) & 0x0F) == 0 &&
        picc_rats(p, view_at(frame, 1) >> 4, &out).code == OK)
        p->last.len = out.len;
    else if (frame.len == 2 && view_at(frame, 0) == 0x50 && view_at(frame, 1) == 0)
        forget(p, PICC_HALT);
}

/* Right after RATS a PPS may come: PPSS, PPS0 that says whether PPS1 follows. */
static bool is_pps(const struct picc *p, struct view frame)
{
    return p->in_len == 0 && p->number == 1 && view_at(frame, 0) == 0xD0 && frame.len >= 2 &&
           frame.len == (view_at(frame, 1) == 0x11 ? 3 : 2);
}

/* Is the rate of that code among those that TA offers in these three bits? */
static bool offered(unsigned bits, unsigned code)
{
    return code == 0 || (bits >> (code - 1) & 1) != 0;
}

/* 14443-4 §5.3: a PPS that asks for what was not offered is not answered. */
static void pps(struct picc *p, struct view frame)
{
    const unsigned pps1 = frame.len == 3 ? view_at(frame, 2) : 0;
    const unsigned dri = pps1 & 3, dsi = pps1 >> 2 & 3, ta = (unsigned)traits(p)->rates;

    p->last.len = 0;
    p->last.delay_ms = 0;
    if ((pps1 & 0xF0) != 0 || !offered(ta & 7, dri) || !offered(ta >> 4 & 7, dsi) ||
        ((ta & 0x80) != 0 && dri != dsi))
        return;
    p->last.bytes[0] = 0xD0;
    p->last.len = 1;
    p->dri = dri;
    p->dsi = dsi;
}

void picc_frame(struct picc *p, struct view frame, struct picc_reply *reply)
{
    const enum picc_state state = picc_state(p);

    reply->len = 0;
    reply->delay_ms = 0;
    if (state == PICC_READY)
        ready(p, frame);
    else if (state == PICC_PROTOCOL && is_pps(p, frame))
        pps(p, frame);
    else if (state == PICC_PROTOCOL && frame.len <= frame_size((unsigned)traits(p)->fsci) - CRC_LEN)
        block(p, frame);
    else
        return;
    if (!picc_present(p) && p->last.len == 0)
        return;
    memcpy(reply->bytes, p->last.bytes, p->last.len);
    reply->len = p->last.len;
    reply->delay_ms = p->last.delay_ms;
}
