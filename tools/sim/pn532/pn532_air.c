/* pn532_air: the PN532's commands that reach a card; see pn532_chip.h. */
#include <string.h>

#include "pn532_chip.h"

enum {
    REG_TX_MODE = 0x6302, /* CIU_TxMode: CRC on at bit 7, framing in bits 1 and 0 */
    REG_RX_MODE = 0x6303,
    CRC_ON = 0x80,
    FRAMING = 0x03,
    FRAMING_A = 0x00,
    FRAMING_B = 0x03,
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
        picc_power_off(p->card);
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

static struct err activate_a(struct pn532_chip *p, struct view uid, struct buf *out)
{
    TRY(picc_activate_a(p->card, uid, out));
    set_framing(p, FRAMING_A);
    if ((p->parameters & AUTO_RATS) == 0)
        return SUCCESS;
    return picc_rats(p->card, FSDI_OWN, out);
}

static struct err activate_b(struct pn532_chip *p, uint8_t afi, struct buf *out)
{
    TRY(picc_activate_b(p->card, afi, FSDI_OWN, out));
    set_framing(p, FRAMING_B);
    return buf_put(out, view_of("\x01\x00", 2)); /* ATTRIB's answer: its length, MBLI and CID */
}

/* Target 1 of that kind, appended behind its number; nothing if there is none. */
static struct err look_for(struct pn532_chip *p, uint8_t kind, struct view initiator,
                           struct buf *out)
{
    struct buf draft = *out;
    struct err e = err_at(E_TIMEOUT, 0, WHERE);

    p->field_on = true;
    p->selected = false;
    forget_parts(p);
    TRY(buf_u8(&draft, 0x01));
    if (kind == BRTY_A)
        e = activate_a(p, initiator, &draft);
    else if (kind == BRTY_B)
        e = activate_b(p, view_at(initiator, 0), &draft);
    if (e.code == E_TIMEOUT)
        return SUCCESS;
    TRY(e);
    p->selected = true;
    *out = draft;
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

/* 14443-3 annex B: both polynomials are the same, what differs is the beginning and the end. */
static uint16_t crc(struct view v, bool type_b)
{
    uint16_t sum = type_b ? 0xFFFF : 0x6363;

    for (size_t i = 0; i < v.len; i++) {
        sum ^= view_at(v, i);
        for (int bit = 0; bit < 8; bit++)
            sum = (uint16_t)((sum & 1) != 0 ? sum >> 1 ^ 0x8408 : sum >> 1);
    }
    return type_b ? (uint16_t)~sum : sum;
}

/* The host's bytes as a frame without CRC; false: the card would not understand it. */
static bool on_air(const struct pn532_chip *p, struct view *bytes, bool type_b)
{
    const uint8_t mode = p->registers[REG_TX_MODE];
    struct view   whole = *bytes;
    uint16_t      sum;

    if ((mode & FRAMING) != (type_b ? FRAMING_B : FRAMING_A))
        return false;
    if ((mode & CRC_ON) != 0)
        return true;
    if (whole.len < 2)
        return false;
    *bytes = view_of(whole.ptr, whole.len - 2);
    sum = crc(*bytes, type_b);
    return view_at(whole, whole.len - 2) == (sum & 0xFF) &&
           view_at(whole, whole.len - 1) == sum >> 8;
}

/* What fRetryTimeout's code means: 100 us, doubled with each step; 0: no limit. */
static unsigned long patience_ms(const struct pn532_chip *p)
{
    const unsigned code = p->retry_timeout;

    return code == 0 || code > 24 ? 3600000UL : (100UL << (code - 1)) / 1000 + 1;
}

struct err pn532_air_thru(struct pn532_chip *p, struct view in, struct pn532_answer *a)
{
    struct picc_reply  *r = &p->reply;
    const unsigned long patience = patience_ms(p);
    bool                type_b = false;
    uint16_t            sum;

    r->len = 0;
    p->field_on = true;
    if (picc_present(p->card)) {
        type_b = picc_is_type_b(p->card);
        if (on_air(p, &in, type_b))
            picc_frame(p->card, in, r);
    }
    if (r->len == 0 || r->delay_ms > patience) {
        a->delay_ms = patience;
        return buf_u8(&a->bytes, ST_TIMEOUT);
    }
    a->delay_ms = r->delay_ms;
    TRY(buf_u8(&a->bytes, ST_OK));
    if (buf_put(&a->bytes, view_of(r->bytes, r->len)).code != OK)
        return buf_u8(&a->bytes, ST_BUFFER);
    if ((p->registers[REG_RX_MODE] & CRC_ON) != 0)
        return SUCCESS;
    sum = crc(view_of(r->bytes, r->len), type_b);
    TRY(buf_u8(&a->bytes, (uint8_t)sum));
    return buf_u8(&a->bytes, (uint8_t)(sum >> 8));
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
    TRY(look_for(p, kind, view_of(NULL, 0), &found));
    return buf_u8(&a->bytes, p->selected ? ST_OK : ST_CONTEXT);
}

/* InPSL: rates up to 424 kbit/s, type A only. */
struct err pn532_air_psl(struct pn532_chip *p, struct view in, struct pn532_answer *a)
{
    uint8_t target, up, down;

    TRY(view_u8(&in, &target));
    TRY(view_u8(&in, &up));
    TRY(view_u8(&in, &down));
    CHECK(up <= 2 && down <= 2, E_UNEXPECTED);
    if (!p->selected || picc_state(p->card) != PICC_PROTOCOL || picc_is_type_b(p->card))
        return buf_u8(&a->bytes, p->selected ? ST_TIMEOUT : ST_CONTEXT);
    return buf_u8(&a->bytes, ST_OK);
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
