/*
 * pn532_chip: the inside of the simulated PN532, shared by its commands.
 *
 * Private to pn532/.
 */
#ifndef PN532_PN532_CHIP_H
#define PN532_PN532_CHIP_H

#include "chip/rule.h"
#include "pn532/frontend.h"
#include "pn532/picc.h"

enum { FIELD_MAX = 2 }; /* cards in the field */

enum {
    CMD_DIAGNOSE = 0x00,
    CMD_IN_DATA_EXCHANGE = 0x40,
    CMD_IN_COMMUNICATE_THRU = 0x42,
    CMD_IN_LIST_PASSIVE_TARGET = 0x4A,
    CMD_IN_AUTO_POLL = 0x60,
};

/* Status bytes of the commands that have one. */
enum {
    ST_OK = 0x00,
    ST_TIMEOUT = 0x01,
    ST_CRC = 0x02,
    ST_BUFFER = 0x09,
    ST_CONTEXT = 0x27,
};

struct pn532_chip {
    struct picc *cards[FIELD_MAX];
    struct picc *card; /* of these, the one that is target 1 or was last */
    struct rules air;  /* faults over the air: pn532_raw.c */
    uint8_t      registers[0x10000];
    bool         field_on, asleep, selected; /* selected: target 1 is known */
    bool         rats;                       /* and the PN532 itself sent RATS */
    uint8_t      parameters;                 /* of SetParameters */
    uint8_t      retry_timeout;              /* RFConfiguration item 2, code of fRetryTimeout */
    uint8_t      activations; /* item 5: tries of a passive activation, FF: without end */

    /* InDataExchange in several parts. */
    uint8_t           to_card[COMMAND_MAX];
    size_t            to_card_len;
    uint8_t           from_card[ANSWER_MAX + 64];
    size_t            from_card_len, from_card_at;
    struct picc_reply reply, other; /* one frame over the air, from one card or two */
    struct picc_reply said;         /* the last one that a card sent */
};

/* An answer on its way: what follows the response code. */
struct pn532_answer {
    struct buf    bytes;
    unsigned long delay_ms;
    bool          syntax; /* not a command, or not its parameters: error frame */
    bool          waits;  /* no answer until a card comes */
    bool          sleeps; /* asleep once the answer is out */
};

/* Forget everything, as after power-up. */
void pn532_chip_reset(struct pn532_chip *p);

/* Obey one command: code and parameters. */
void pn532_chip_obey(struct pn532_chip *p, struct view command, struct pn532_answer *a);

enum {
    REG_TX_MODE = 0x6302, /* CIU_TxMode: CRC on at bit 7, rate from bit 4, framing from bit 0 */
    REG_RX_MODE = 0x6303,
    CRC_ON = 0x80,
    FRAMING = 0x03,
    FRAMING_A = 0x00,
    FRAMING_B = 0x03,
};

/* The rate of a mode register: 0 to 3. */
static inline unsigned pn532_rate(const struct pn532_chip *p, unsigned reg)
{
    return p->registers[reg] >> 4 & 3;
}

/* A table for rules over the air. */
extern const struct rule_key pn532_air_acts[];

/* The commands that reach a card: pn532_air.c; frames and rates: pn532_raw.c. */
struct err pn532_air_list(struct pn532_chip *p, struct view in, struct pn532_answer *a);
struct err pn532_air_poll(struct pn532_chip *p, struct view in, struct pn532_answer *a);
struct err pn532_air_exchange(struct pn532_chip *p, struct view in, struct pn532_answer *a);
struct err pn532_air_thru(struct pn532_chip *p, struct view in, struct pn532_answer *a);
struct err pn532_air_deselect(struct pn532_chip *p, struct view in, struct pn532_answer *a);
struct err pn532_air_select(struct pn532_chip *p, struct view in, struct pn532_answer *a);
struct err pn532_air_psl(struct pn532_chip *p, struct view in, struct pn532_answer *a);
struct err pn532_air_attend(struct pn532_chip *p, struct pn532_answer *a);

/* Field on or off. */
void pn532_air_field(struct pn532_chip *p, bool on);

#endif
