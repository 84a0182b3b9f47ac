/* isodep: see isodep.h. */
#include "isodep/isodep.h"

/* PCB, 14443-4 §7.1.1.1.  The bits that are fixed in each kind of block. */
enum {
    I_BLOCK = 0x02,
    R_ACK = 0xA2,
    R_NAK = 0xB2,
    S_DESELECT = 0xC2,
    S_WTX = 0xF2,

    MORE = 0x10, /* I-block: chaining */
    WITH_CID = 0x08,
    NUMBER = 0x01,

    WTXM_MAX = 59,
};

/* What a frame is to us; BAD is what §7.5.5 calls an invalid block, whatever the reason. */
enum kind { BAD, GOOD_I, GOOD_ACK, GOOD_WTX, GOOD_DESELECT };

struct block {
    enum kind   kind;
    uint8_t     number; /* GOOD_I, GOOD_ACK */
    bool        more;   /* GOOD_I */
    uint8_t     wtxm;   /* GOOD_WTX */
    bool        cid;
    struct view info; /* GOOD_I */
};

void isodep_begin(struct isodep *p, const struct activation *chip)
{
    *p = (struct isodep){
        .state = ISODEP_IDLE,
        .frame_max = (uint16_t)(chip->fsc - 2),
        .fwt_ms = activation_fwt_ms(chip),
    };
}

void isodep_end(struct isodep *p)
{
    wipe(p, sizeof *p);
}

static struct err begin(struct isodep *p, enum isodep_state state, struct view command)
{
    CHECK(p->state != ISODEP_SPENT, E_CARD_GONE);
    CHECK(p->state == ISODEP_IDLE, E_BUG);
    p->state = state;
    p->rest = command;
    p->piece = 0;
    p->begun = false;
    p->failures = p->repeats = 0;
    p->silent_ms = 0;
    p->wtxm = 1;
    return SUCCESS;
}

struct err isodep_start(struct isodep *p, struct view command)
{
    CHECK(command.len != 0, E_BUG);
    return begin(p, ISODEP_GIVING, command);
}

struct err isodep_leave(struct isodep *p)
{
    return begin(p, ISODEP_LEAVING, view_of(NULL, 0));
}

/* --- blocks that go out -------------------------------------------------- */

/* §7.3: a granted time is the chip's until the next block came, and never over FWT_MAX. */
static uint32_t wait_ms(const struct isodep *p)
{
    const uint32_t ms = p->fwt_ms * p->wtxm;

    return ms < ACTIVATION_FWT_MAX_MS ? ms : ACTIVATION_FWT_MAX_MS;
}

static struct err send(struct isodep *p, uint8_t pcb, struct view info, struct isodep_todo *todo)
{
    struct buf out = BUF(p->frame);

    TRY(buf_u8(&out, (uint8_t)(pcb | (p->cid ? WITH_CID : 0))));
    if (p->cid)
        TRY(buf_u8(&out, 0));
    TRY(buf_put(&out, info));
    *todo = (struct isodep_todo){ .frame = buf_view(&out), .wait_ms = wait_ms(p) };
    return SUCCESS;
}

static struct err send_r(struct isodep *p, uint8_t pcb, struct isodep_todo *todo)
{
    return send(p, pcb | p->number, view_of(NULL, 0), todo);
}

/* The current piece of the command. */
static struct err send_piece(struct isodep *p, struct isodep_todo *todo)
{
    const size_t room = p->frame_max - (p->cid ? 2U : 1U);
    const bool   more = p->rest.len > room;
    struct view  info;

    p->piece = more ? room : p->rest.len;
    TRY(view_sub(p->rest, 0, p->piece, &info));
    return send(p, (uint8_t)(I_BLOCK | p->number | (more ? MORE : 0)), info, todo);
}

static struct err send_wtx(struct isodep *p, uint8_t wtxm, struct isodep_todo *todo)
{
    p->wtxm = wtxm;
    return send(p, S_WTX, view_of(&p->wtxm, 1), todo);
}

/* --- blocks that come in ------------------------------------------------- */

static enum kind kind_of(uint8_t pcb)
{
    const uint8_t plain = (uint8_t)(pcb & ~WITH_CID);

    if ((plain & ~(MORE | NUMBER)) == I_BLOCK)
        return GOOD_I;
    if ((plain & ~NUMBER) == R_ACK)
        return GOOD_ACK; /* R(NAK) is only ours to send: §7.1.1.1 */
    if (plain == S_WTX)
        return GOOD_WTX;
    return plain == S_DESELECT ? GOOD_DESELECT : BAD;
}

/* Split a frame.  Fails where a block of its kind has other lengths or values. */
static struct err split(struct view frame, struct block *b)
{
    uint8_t pcb, cid, power_wtxm;

    TRY(view_u8(&frame, &pcb));
    b->kind = kind_of(pcb);
    b->number = pcb & NUMBER;
    b->more = (pcb & MORE) != 0;
    b->cid = (pcb & WITH_CID) != 0;
    if (b->cid) {
        TRY(view_u8(&frame, &cid));
        CHECK((cid & 0x0F) == 0, E_UNEXPECTED); /* another chip's; above it power, §7.1.1.2 */
    }
    b->info = frame;
    if (b->kind == GOOD_WTX) {
        TRY(view_u8(&frame, &power_wtxm));
        b->wtxm = power_wtxm & 0x3F;
        CHECK(b->wtxm >= 1 && b->wtxm <= WTXM_MAX, E_UNEXPECTED); /* §7.3 */
    }
    CHECK(b->kind == GOOD_I || frame.len == 0, E_TRAILING);
    return SUCCESS;
}

static struct block read_block(struct view frame)
{
    struct block b = { .kind = BAD };

    if (frame.len > ISODEP_FRAME_MAX || split(frame, &b).code != OK)
        b.kind = BAD;
    return b;
}

/* A good block that is due: what went wrong before it does not count any more. */
static void progress(struct isodep *p, const struct block *b)
{
    p->failures = 0;
    p->silent_ms = 0;
    p->wtxm = 1;
    p->cid = p->cid || b->cid;
}

/* Is it in vain to ask once more?  Silence that lasts is a chip that has left. */
static bool in_vain(struct isodep *p, bool silent)
{
    p->failures++;
    p->silent_ms += silent ? wait_ms(p) : 0;
    return p->failures > ISODEP_RETRIES ||
           (silent && p->failures > 1 && p->silent_ms > ISODEP_SILENT_MS);
}

/* Rules 4, 5 and 8: nothing came, or nothing that was due. */
static struct err ask_again(struct isodep *p, struct view came, struct isodep_todo *todo)
{
    if (in_vain(p, came.len == 0)) {
        p->state = ISODEP_SPENT;
        CHECK(came.len != 0, E_CARD_GONE);
        return err_as(E_CARD_GONE, err_at(E_UNEXPECTED, 0, WHERE));
    }
    if (p->state == ISODEP_LEAVING)
        return send(p, S_DESELECT, view_of(NULL, 0), todo);
    return send_r(p, p->state == ISODEP_TAKING ? R_ACK : R_NAK, todo);
}

/* A piece of the answer, with the number that is due. */
static struct err take_piece(struct isodep *p, const struct block *b, struct buf *answer,
                             struct isodep_todo *todo)
{
    const struct err put = buf_put(answer, b->info);

    progress(p, b);
    p->number ^= 1; /* rule B */
    if (put.code != OK) {
        p->state = ISODEP_SPENT; /* it is in the middle of its answer */
        return put;
    }
    p->state = b->more ? ISODEP_TAKING : ISODEP_IDLE;
    if (b->more)
        return send_r(p, R_ACK, todo); /* rule 2 */
    *todo = (struct isodep_todo){ .done = true };
    return SUCCESS;
}

/* The chip has the current piece, and there are more: rule 7. */
static struct err give_next(struct isodep *p, const struct block *b, struct isodep_todo *todo)
{
    struct view given;

    progress(p, b);
    p->repeats = 0;
    p->number ^= 1; /* rule B */
    TRY(view_take(&p->rest, p->piece, &given));
    return send_piece(p, todo);
}

static struct err take(struct isodep *p, struct view came, struct buf *answer,
                       struct isodep_todo *todo)
{
    const struct block b = read_block(came);
    const bool         current = b.number == p->number;
    const bool         last = p->piece == p->rest.len; /* the whole command is out */

    if (p->state == ISODEP_LEAVING && b.kind == GOOD_DESELECT) {
        p->state = ISODEP_SPENT;
        *todo = (struct isodep_todo){ .done = true };
        return SUCCESS;
    }
    if (p->state == ISODEP_LEAVING)
        return ask_again(p, came, todo);
    if (b.kind == GOOD_I && current && last)
        return take_piece(p, &b, answer, todo);
    if (b.kind == GOOD_WTX) { /* rules 3, 9; at any time */
        progress(p, &b);
        return send_wtx(p, b.wtxm, todo);
    }
    if (b.kind == GOOD_ACK && p->state == ISODEP_GIVING && current && !last)
        return give_next(p, &b, todo);
    if (b.kind == GOOD_ACK && p->state == ISODEP_GIVING && !current &&
        p->repeats++ < ISODEP_RETRIES)
        return send_piece(p, todo); /* rule 6: the chip never had it */
    return ask_again(p, came, todo);
}

struct err isodep_step(struct isodep *p, struct view came, struct buf *answer,
                       struct isodep_todo *todo)
{
    CHECK(p->state != ISODEP_SPENT && p->state != ISODEP_IDLE, E_BUG);
    if (!p->begun) {
        p->begun = true;
        p->answer_from = answer->len;
        return p->state == ISODEP_GIVING ? send_piece(p, todo)
                                         : send(p, S_DESELECT, view_of(NULL, 0), todo);
    }
    const struct err e = take(p, came, answer, todo);

    if (e.code != OK)
        answer->len = p->answer_from;
    return e;
}
