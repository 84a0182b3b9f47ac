/* pn532_air: the PN532's commands that reach a card; see pn532_chip.h. */
#include <string.h>

#include "pn532_chip.h"

enum {
    AUTO_RATS = 0x10,
    MORE = 0x40,    /* in Tg and in the status: another part follows */
    PART_MAX = 262, /* bytes of the card's that one response carries */
    FSDI_OWN = 5,   /* frames of 64 bytes: what its own RATS and ATTRIB ask for */
    BRTY_A = 0x00,
    BRTY_B = 0x03,
    ACTIVATION_MS = 5,
};

void pn532_air_field(struct pn532_chip *p, bool on)
{
    if (!on) {
        for (size_t i = 0; i < FIELD_MAX; i++)
            picc_power_off(p->cards[i]);
        p->selected = false;
    }
    p->field_on = on;
}

static void forget_parts(struct pn532_chip *p)
{
    p->to_card_len = p->from_card_len = p->from_card_at = 0;
}

static void set_framing(struct pn532_chip *p, uint8_t framing)
{
    p->registers[REG_TX_MODE] = p->registers[REG_RX_MODE] = (uint8_t)(CRC_ON | framing);
}

static struct err activate_a(struct pn532_chip *p, enum picc_call call, struct view uid,
                             struct buf *out)
{
    TRY(picc_activate_a(p->card, call, uid, out));
    set_framing(p, FRAMING_A);
    p->rats = (p->parameters & AUTO_RATS) != 0 && picc_rats(p->card, FSDI_OWN, out).code == OK;
    return SUCCESS;
}

static struct err activate_b(struct pn532_chip *p, enum picc_call call, uint8_t afi,
                             struct buf *out)
{
    TRY(picc_activate_b(p->card, call, afi, FSDI_OWN, out));
    set_framing(p, FRAMING_B);
    return buf_put(out, view_of("\x01\x00", 2)); /* ATTRIB's answer: its length, MBLI and CID */
}

/* Call the current card; its data behind the target's number. */
static struct err call_card(struct pn532_chip *p, enum picc_call call, uint8_t kind,
                            struct view initiator, struct buf *out)
{
    struct buf draft = *out;
    struct err e = err_at(E_TIMEOUT, 0, WHERE);

    TRY(buf_u8(&draft, 0x01));
    if (kind == BRTY_A)
        e = activate_a(p, call, initiator, &draft);
    else if (kind == BRTY_B)
        e = activate_b(p, call, view_at(initiator, 0), &draft);
    TRY(e);
    p->selected = true;
    *out = draft;
    return SUCCESS;
}

/* Target 1 of that kind; nothing if there is none.  Of two, anticollision finds the one
 * that was placed first. */
static struct err look_for(struct pn532_chip *p, uint8_t kind, struct view initiator,
                           struct buf *out)
{
    p->field_on = true;
    p->selected = p->rats = false;
    forget_parts(p);
    for (size_t i = 0; i < FIELD_MAX && !p->selected; i++) {
        p->card = p->cards[i];
        const struct err e = call_card(p, PICC_REQ, kind, initiator, out);

        if (e.code != OK && e.code != E_TIMEOUT)
            return e;
    }
    return SUCCESS;
}

struct err pn532_air_list(struct pn532_chip *p, struct view in, struct pn532_answer *a)
{
    const struct buf before = a->bytes;
    uint8_t          most, kind;

    TRY(view_u8(&in, &most));
    TRY(view_u8(&in, &kind));
    CHECK(most >= 1 && most <= 2 && kind <= 4, E_UNEXPECTED);
    TRY(buf_u8(&a->bytes, 1));
    TRY(look_for(p, kind, in, &a->bytes));
    if (p->selected) {
        a->delay_ms = ACTIVATION_MS;
        return SUCCESS;
    }
    a->bytes = before;
    a->waits = p->activations == 0xFF;
    a->delay_ms = ACTIVATION_MS * (p->activations + 1UL);
    return buf_u8(&a->bytes, 0);
}

/* InAutoPoll: PollNr, period, then the kinds to look for. */
struct err pn532_air_poll(struct pn532_chip *p, struct view in, struct pn532_answer *a)
{
    uint8_t    rounds, period, kind, room[64];
    struct buf found = BUF(room);
    size_t     kinds;

    TRY(view_u8(&in, &rounds));
    TRY(view_u8(&in, &period));
    kinds = in.len;
    CHECK(rounds != 0 && period >= 1 && period <= 15 && kinds >= 1, E_UNEXPECTED);
    while (in.len != 0 && found.len == 0) {
        TRY(view_u8(&in, &kind));
        TRY(look_for(p, kind & 0x0F, view_of(NULL, 0), &found));
        if (found.len == 0)
            continue;
        TRY(buf_u8(&a->bytes, 1));
        TRY(buf_u8(&a->bytes, kind));
        TRY(buf_u8(&a->bytes, (uint8_t)found.len));
        return buf_put(&a->bytes, buf_view(&found));
    }
    a->waits = rounds == 0xFF;
    a->delay_ms = 150UL * period * rounds * kinds;
    return buf_u8(&a->bytes, 0);
}

static struct err next_part(struct pn532_chip *p, struct pn532_answer *a)
{
    const size_t left = p->from_card_len - p->from_card_at;
    const size_t len = left < PART_MAX ? left : PART_MAX;

    TRY(buf_u8(&a->bytes, len < left ? MORE : ST_OK));
    TRY(buf_put(&a->bytes, view_of(p->from_card + p->from_card_at, len)));
    p->from_card_at += len;
    return SUCCESS;
}

static struct err no_answer(struct pn532_chip *p, struct pn532_answer *a)
{
    a->delay_ms = picc_fwt_ms(p->card);
    return buf_u8(&a->bytes, ST_TIMEOUT);
}

struct err pn532_air_exchange(struct pn532_chip *p, struct view in, struct pn532_answer *a)
{
    struct chip_answer answer = { .bytes = BUF(p->from_card) };
    struct buf         parts = { p->to_card, sizeof p->to_card, p->to_card_len };
    uint8_t            target;

    TRY(view_u8(&in, &target));
    if (!p->selected || (target & 0x07) != 1)
        return buf_u8(&a->bytes, ST_CONTEXT);
    if (in.len == 0 && p->from_card_at < p->from_card_len)
        return next_part(p, a);
    if (buf_put(&parts, in).code != OK)
        return buf_u8(&a->bytes, ST_BUFFER);
    p->to_card_len = parts.len;
    if ((target & MORE) != 0)
        return buf_u8(&a->bytes, ST_OK);
    forget_parts(p);
    picc_exchange(p->card, buf_view(&parts), &answer);
    if (answer.fate != CHIP_ANSWERS)
        return no_answer(p, a);
    p->from_card_len = answer.bytes.len;
    a->delay_ms = answer.delay_ms; /* its waiting-time extensions are granted in here */
    return next_part(p, a);
}

struct err pn532_air_deselect(struct pn532_chip *p, struct view in, struct pn532_answer *a)
{
    uint8_t target;

    TRY(view_u8(&in, &target)); /* 0: all */
    picc_deselect(p->card);
    forget_parts(p);
    p->selected = false;
    return buf_u8(&a->bytes, ST_OK);
}

/* InSelect: wake the target that InDeselect laid to sleep. */
struct err pn532_air_select(struct pn532_chip *p, struct view in, struct pn532_answer *a)
{
    uint8_t    target, kind, room[64];
    struct buf found = BUF(room);

    TRY(view_u8(&in, &target));
    if (p->selected)
        return buf_u8(&a->bytes, ST_OK);
    kind = picc_present(p->card) && picc_is_type_b(p->card) ? BRTY_B : BRTY_A;
    if (call_card(p, PICC_WUP, kind, view_of(NULL, 0), &found).code != OK)
        p->selected = false;
    return buf_u8(&a->bytes, p->selected ? ST_OK : ST_CONTEXT);
}

/* Diagnose 06: is the card still there? */
struct err pn532_air_attend(struct pn532_chip *p, struct pn532_answer *a)
{
    if (!p->selected)
        return buf_u8(&a->bytes, ST_CONTEXT);
    if (picc_state(p->card) != PICC_PROTOCOL)
        return no_answer(p, a);
    return buf_u8(&a->bytes, ST_OK);
}
