/*
 * pn532_chip: the commands that concern the PN532 itself, and the table of all.
 *
 * Each takes its parameters and appends what follows the response code.  E_UNSUPPORTED or
 * E_TRUNCATED becomes an error frame.
 */
#include "pn532_chip.h"

#include <string.h>

enum { PARAM_AUTO_RATS = 0x10, TIMEOUT_51_MS = 0x0A };

void pn532_chip_reset(struct pn532_chip *p)
{
    struct picc       *cards[FIELD_MAX];
    const struct rules air = p->air;

    memcpy(cards, p->cards, sizeof cards);
    memset(p, 0, sizeof *p);
    memcpy(p->cards, cards, sizeof cards);
    p->air = air;
    p->card = cards[0];
    p->parameters = PARAM_AUTO_RATS | 0x04;
    p->retry_timeout = TIMEOUT_51_MS;
    p->activations = 0xFF;
    for (size_t i = 0; i < FIELD_MAX; i++)
        picc_power_off(cards[i]);
}

static struct err diagnose(struct pn532_chip *p, struct view in, struct pn532_answer *a)
{
    const struct view whole = in;
    uint8_t           test;

    TRY(view_u8(&in, &test));
    switch (test) {
    case 0x00: /* the line: everything comes back */
        return buf_put(&a->bytes, whole);
    case 0x01: /* ROM */
    case 0x02: /* RAM */
        return buf_u8(&a->bytes, 0x00);
    case 0x06:
        return pn532_air_attend(p, a);
    default:
        FAIL(E_UNSUPPORTED);
    }
}

static struct err firmware_version(struct pn532_chip *p, struct view in, struct pn532_answer *a)
{
    (void)p;
    (void)in;
    return buf_put(&a->bytes, view_of("\x32\x01\x06\x07", 4)); /* PN532 1.6; A, B and 18092 */
}

static struct err general_status(struct pn532_chip *p, struct view in, struct pn532_answer *a)
{
    (void)in;
    TRY(buf_u8(&a->bytes, 0x00));
    TRY(buf_u8(&a->bytes, p->field_on));
    TRY(buf_u8(&a->bytes, p->selected));
    if (p->selected) {
        TRY(buf_u8(&a->bytes, 0x01)); /* target 1, its rates, ISO 14443 */
        TRY(buf_u8(&a->bytes, (uint8_t)pn532_rate(p, REG_RX_MODE)));
        TRY(buf_u8(&a->bytes, (uint8_t)pn532_rate(p, REG_TX_MODE)));
        TRY(buf_u8(&a->bytes, 0x00));
    }
    return buf_u8(&a->bytes, 0x80); /* SAM */
}

static struct err read_register(struct pn532_chip *p, struct view in, struct pn532_answer *a)
{
    uint16_t address;

    while (in.len != 0) {
        TRY(view_u16(&in, &address));
        TRY(buf_u8(&a->bytes, p->registers[address]));
    }
    return SUCCESS;
}

static struct err write_register(struct pn532_chip *p, struct view in, struct pn532_answer *a)
{
    uint16_t address;

    (void)a;
    while (in.len != 0) {
        TRY(view_u16(&in, &address));
        TRY(view_u8(&in, &p->registers[address]));
    }
    return SUCCESS;
}

static struct err set_parameters(struct pn532_chip *p, struct view in, struct pn532_answer *a)
{
    (void)a;
    return view_u8(&in, &p->parameters);
}

static struct err silently(struct pn532_chip *p, struct view in, struct pn532_answer *a)
{
    (void)p;
    (void)in;
    (void)a;
    return SUCCESS;
}

static struct err power_down(struct pn532_chip *p, struct view in, struct pn532_answer *a)
{
    (void)in;
    pn532_air_field(p, false);
    a->sleeps = true;
    return buf_u8(&a->bytes, ST_OK);
}

static struct err rf_configuration(struct pn532_chip *p, struct view in, struct pn532_answer *a)
{
    uint8_t item, first;

    (void)a;
    TRY(view_u8(&in, &item));
    TRY(view_u8(&in, &first));
    switch (item) {
    case 0x01:
        pn532_air_field(p, (first & 1) != 0);
        return SUCCESS;
    case 0x02: /* not used, ATR_RES timeout, retry timeout */
        TRY(view_u8(&in, &first));
        return view_u8(&in, &p->retry_timeout);
    case 0x05: /* tries: ATR, PSL, passive activation */
        TRY(view_u8(&in, &first));
        return view_u8(&in, &p->activations);
    case 0x04:
    case 0x0A:
    case 0x0B:
    case 0x0C:
    case 0x0D:
        return SUCCESS;
    default:
        FAIL(E_UNSUPPORTED);
    }
}

/* Commands for peers that are no cards: nobody of that kind is ever there. */
static struct err nobody(struct pn532_chip *p, struct view in, struct pn532_answer *a)
{
    (void)p;
    (void)in;
    return buf_u8(&a->bytes, ST_TIMEOUT);
}

static const struct {
    uint8_t code;
    struct err (*obey)(struct pn532_chip *p, struct view in, struct pn532_answer *a);
} commands[] = {
    /* clang-format off */
    { CMD_DIAGNOSE,               diagnose },
    { 0x02,                       firmware_version },
    { 0x04,                       general_status },
    { 0x06,                       read_register },
    { 0x08,                       write_register },
    { 0x12,                       set_parameters },
    { 0x14,                       silently },         /* SAMConfiguration */
    { 0x16,                       power_down },
    { 0x32,                       rf_configuration },
    { CMD_IN_DATA_EXCHANGE,       pn532_air_exchange },
    { CMD_IN_COMMUNICATE_THRU,    pn532_air_thru },
    { 0x44,                       pn532_air_deselect }, /* InDeselect */
    { 0x46,                       nobody },             /* InJumpForPSL */
    { CMD_IN_LIST_PASSIVE_TARGET, pn532_air_list },
    { 0x4E,                       pn532_air_psl },
    { 0x50,                       nobody },             /* InATR */
    { 0x52,                       pn532_air_deselect }, /* InRelease */
    { 0x54,                       pn532_air_select },
    { 0x56,                       nobody },             /* InJumpForDEP */
    { CMD_IN_AUTO_POLL,           pn532_air_poll },
    /* clang-format on */
};

void pn532_chip_obey(struct pn532_chip *p, struct view command, struct pn532_answer *a)
{
    uint8_t code;

    a->syntax = true;
    if (view_u8(&command, &code).code != OK)
        return;
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (commands[i].code != code)
            continue;
        if (buf_u8(&a->bytes, (uint8_t)(code + 1)).code == OK)
            a->syntax = commands[i].obey(p, command, a).code != OK;
        return;
    }
}
