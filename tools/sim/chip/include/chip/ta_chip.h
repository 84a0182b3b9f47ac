/*
 * ta_chip: Terminal Authentication version 1, the chip's end, section [ta] of document.ini.
 *
 *      MSE:Set DST  83 CAR        ┐ for each certificate, from a
 *      PSO:Verify Certificate     ┘ trust point to the terminal
 *      MSE:Set AT   83 CHR
 *      GET CHALLENGE              r_IC
 *      EXTERNAL AUTHENTICATE      signature over ID_IC | r_IC | Comp(ephemeral key)
 *
 * What link certificates bring (trust points, the clock) stays as long as the chip does; all
 * else ends with the session.
 *
 * Spec: BSI TR-03110-1 v2.21 clause 3.5; TR-03110-3 v2.21 clause 2.4, 2.5, A.6, B.11, C.4.
 */
#ifndef CHIP_TA_CHIP_H
#define CHIP_TA_CHIP_H

#include "chip/command.h"
#include "chip/cvc_chip.h"
#include "chip/settings.h"

enum { TA_CHIP_POINTS = 2, TA_CHIP_CHALLENGE = 8, TA_CHIP_ID = 72 };

enum ta_id { TA_ID_AUTO, TA_ID_NUMBER, TA_ID_DYNAMIC, TA_ID_CAN };
enum ta_fault {
    TA_FAULTLESS,
    TA_CHALLENGE_7,
    TA_CHALLENGE_9,
    TA_REFUSES_GOOD_SIGNATURE,
    TA_OTHER_ID,
    TA_DST_ACCEPTS_UNKNOWN,
    TA_FORGETS_RIGHTS,
};

/* A key that the chip believes in, from a trust point or an imported certificate. */
struct ta_point {
    struct cvc_chip_key key; /* key.key NULL: there is none */
    uint8_t             name[CVC_CHIP_NAME];
    size_t              name_len;
    uint8_t             role;   /* enum cvc_role */
    uint8_t             rights; /* of this one and all above it */
    bool                clock;  /* what it issues may move the chip's clock */
    uint32_t            effective;
};

struct ta_chip {
    bool            offered;
    struct ta_point trust[TA_CHIP_POINTS]; /* the newest first */
    uint32_t        date;                  /* the chip's clock, 20261121 */
    long            id, fault;             /* enum ta_id, ta_fault */
    const char     *protects;              /* names of files, in the settings' text */
    uint8_t         number[TA_CHIP_ID];
    size_t          number_len; /* document number and check digit, or the CAN */
    struct {
        struct ta_point        imported;      /* only the last one */
        const struct ta_point *dst;           /* that verifies the next certificate */
        bool                   terminal;      /* MSE:Set AT named the imported one */
        size_t                 challenge_len; /* 0: none waits for its answer */
        uint8_t                challenge[TA_CHIP_CHALLENGE + 1];
        bool                   spent; /* once per session */
        bool                   done;
        uint8_t                rights;
    } session;
};

/* Read [ta] and the trust points in folder; the document's number from [document].  On
 * success the caller frees t with ta_chip_free(); on failure nothing is held.  s must outlive
 * t.  E_MALFORMED, E_TRUNCATED, with why. */
struct err ta_chip_read(struct ta_chip *t, struct settings *s, const char *folder,
                        struct problem *why);

/* Release it. */
void ta_chip_free(struct ta_chip *t);

/* The session is over. */
void ta_chip_reset(struct ta_chip *t);

/* Each obeys its command and hands back the status word. */
uint16_t ta_chip_set_dst(struct ta_chip *t, struct view data);
uint16_t ta_chip_verify(struct ta_chip *t, struct view certificate);
uint16_t ta_chip_set_at(struct ta_chip *t, struct view data);

/* Where the challenge comes from. */
typedef void ta_chip_random(uint8_t *out, size_t len);

uint16_t ta_chip_challenge(struct ta_chip *t, const struct command *cmd, ta_chip_random *random,
                           struct buf *out);

/* dynamic: Comp() of the chip's ephemeral key of PACE, empty if there was none.  comp: Comp()
 * of the terminal's newest ephemeral key. */
uint16_t ta_chip_authenticate(struct ta_chip *t, struct view signature, struct view dynamic,
                              struct view comp);

/* May a file of the application ("DG3") be read? */
bool ta_chip_open(const struct ta_chip *t, const char *file);

#endif
