/*
 * pn532_raw: InCommunicateThru and InPSL: frames as they are, and the rate they go at.
 *
 *      host ──► CRC, framing, rate ──► rule? ──► every card that hears it
 *      host ◄── CRC ◄── rule's changes ◄── the one that answers (two: nobody is understood)
 */
#include <string.h>

#include "pn532_chip.h"

enum act { DO_LOSE = 1, DO_STATUS, DO_ANSWER, DO_AGAIN, DO_FLIP, DO_CUT, DO_DELAY };
enum { LOSE_THERE, LOSE_BACK };

/* clang-format off */
const struct rule_key pn532_air_acts[] = {
    { "lose",     DO_LOSE,   RULE_WORD,   "there back" },
    { "status",   DO_STATUS, RULE_HEX,    NULL },
    { "answer",   DO_ANSWER, RULE_HEX,    NULL },
    { "again",    DO_AGAIN,  RULE_FLAG,   NULL },
    { "flip",     DO_FLIP,   RULE_XOR,    NULL },
    { "cut",      DO_CUT,    RULE_NUMBER, NULL },
    { "delay_ms", DO_DELAY,  RULE_NUMBER, NULL },
    { NULL, 0, RULE_FLAG, NULL },
};
/* clang-format on */

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

/* Let every card hear the frame.  Two that answer at once are not understood. */
static uint8_t say_to_all(struct pn532_chip *p, struct view bytes)
{
    bool answered = false;

    p->reply.len = 0;
    for (size_t i = 0; i < FIELD_MAX; i++) {
        struct picc *card = p->cards[i];
        struct view  frame = bytes;

        if (!picc_present(card) ||
            !picc_hears(card, pn532_rate(p, REG_TX_MODE), pn532_rate(p, REG_RX_MODE)) ||
            !on_air(p, &frame, picc_is_type_b(card)))
            continue;
        picc_frame(card, frame, &p->other);
        if (p->other.len == 0)
            continue;
        if (answered)
            return ST_CRC;
        answered = true;
        p->card = card;
        p->reply = p->other;
    }
    return answered ? ST_OK : ST_TIMEOUT;
}

static void replace(struct pn532_chip *p, const struct rule_action *by)
{
    p->reply = p->said;
    if (by == NULL)
        return;
    memcpy(p->reply.bytes, by->bytes, by->len);
    p->reply.len = by->len;
    p->reply.delay_ms = 0;
}

/* The frame's way there and back, with what a rule does to it. */
static uint8_t exchange(struct pn532_chip *p, const struct rule *rule, struct view bytes)
{
    const struct rule_action *instead = rule_action(rule, DO_ANSWER);
    const struct rule_action *status = rule_action(rule, DO_STATUS);
    const long                lose = rule_number(rule, DO_LOSE, -1);
    const size_t              cut = (size_t)rule_number(rule, DO_CUT, PICC_FRAME_MAX);
    uint8_t                   result = ST_OK;
    struct buf                answer = BUF(p->reply.bytes);

    if (lose == LOSE_THERE)
        return ST_TIMEOUT;
    if (instead != NULL || rule_action(rule, DO_AGAIN) != NULL)
        replace(p, instead);
    else
        result = say_to_all(p, bytes);
    if (result == ST_OK)
        p->said = p->reply;
    if (lose == LOSE_BACK)
        return ST_TIMEOUT;
    if (status != NULL && status->len == 1)
        return status->bytes[0];
    answer.len = p->reply.len;
    rule_xor(rule, DO_FLIP, &answer);
    p->reply.len = p->reply.len < cut ? p->reply.len : cut;
    p->reply.delay_ms += (unsigned long)rule_number(rule, DO_DELAY, 0);
    return result;
}

/* What a rule is about: the frame without the CRC that the host may have put there. */
static struct view without_crc(const struct pn532_chip *p, struct view bytes)
{
    const bool by_host = (p->registers[REG_TX_MODE] & CRC_ON) == 0 && bytes.len >= 2;

    return view_of(bytes.ptr, bytes.len - (by_host ? 2 : 0));
}

struct err pn532_air_thru(struct pn532_chip *p, struct view in, struct pn532_answer *a)
{
    const struct rule  *rule = rules_match(&p->air, without_crc(p, in));
    const unsigned long patience = patience_ms(p);
    uint8_t             result;
    uint16_t            sum;
    struct view         frame;

    p->field_on = true;
    result = exchange(p, rule, in);
    a->delay_ms = p->reply.delay_ms;
    if (result == ST_TIMEOUT || p->reply.len == 0 || p->reply.delay_ms > patience) {
        a->delay_ms = patience;
        return buf_u8(&a->bytes, ST_TIMEOUT);
    }
    TRY(buf_u8(&a->bytes, result));
    frame = view_of(p->reply.bytes, p->reply.len);
    if (result != ST_OK)
        return SUCCESS;
    if (buf_put(&a->bytes, frame).code != OK)
        return buf_u8(&a->bytes, ST_BUFFER);
    if ((p->registers[REG_RX_MODE] & CRC_ON) != 0)
        return SUCCESS;
    sum = crc(frame, picc_present(p->card) && picc_is_type_b(p->card));
    TRY(buf_u8(&a->bytes, (uint8_t)sum));
    return buf_u8(&a->bytes, (uint8_t)(sum >> 8));
}

/* InPSL: PPS to a card that the PN532 itself sent RATS to, then its own rates; type A only,
 * up to 424 kbit/s. */
struct err pn532_air_psl(struct pn532_chip *p, struct view in, struct pn532_answer *a)
{
    uint8_t target, to_card, from_card;

    TRY(view_u8(&in, &target));
    TRY(view_u8(&in, &to_card));
    TRY(view_u8(&in, &from_card));
    CHECK(to_card <= 2 && from_card <= 2, E_UNEXPECTED);
    if (!p->selected || !p->rats)
        return buf_u8(&a->bytes, p->selected ? ST_TIMEOUT : ST_CONTEXT);
    const uint8_t pps[] = { 0xD0, 0x11, (uint8_t)(from_card << 2 | to_card) };
    const uint8_t result = exchange(p, rules_match(&p->air, VIEW(pps)), VIEW(pps));

    if (result != ST_OK || p->reply.len != 1 || p->reply.bytes[0] != 0xD0) {
        a->delay_ms = patience_ms(p);
        return buf_u8(&a->bytes, ST_TIMEOUT);
    }
    p->registers[REG_TX_MODE] = (uint8_t)(CRC_ON | to_card << 4 | FRAMING_A);
    p->registers[REG_RX_MODE] = (uint8_t)(CRC_ON | from_card << 4 | FRAMING_A);
    return buf_u8(&a->bytes, ST_OK);
}
