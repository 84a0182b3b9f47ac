/*
 * chip_state: what a chip knows between two commands, for the files that obey them.
 *
 * Private to chip/.
 *
 *      chip.c        commands in, answers out: tunnel, rules, pieces of answers, the field
 *      chip_obey.c   which instruction is whose, pieces of commands, BAC
 *      chip_files.c  SELECT and READ BINARY
 *      chip_proofs.c the commands of proofs.h
 *      chip_pace.c   MSE:Set AT and GENERAL AUTHENTICATE of PACE
 */
#ifndef CHIP_STATE_H
#define CHIP_STATE_H

#include "chip/chip.h"
#include "chip/pace_chip.h"
#include "chip/proofs.h"
#include "chip_files.h"

/* How access was gained since the chip was activated; a chip takes one way at most. */
enum chip_way { WAY_NONE, WAY_BAC, WAY_PACE };

/* What MANAGE SECURITY ENVIRONMENT prepared for the commands that follow. */
enum chip_env { ENV_NONE, ENV_PACE };

/* A command that arrives in pieces, ISO/IEC 7816-4 clause 5.3.3. */
struct chip_chain {
    bool    open;
    bool    joined; /* the command being obeyed came in pieces */
    uint8_t ins, p1, p2;
    size_t  len;
    uint8_t bytes[COMMAND_MAX];
};

struct chip {
    struct folder        folder;
    struct chip_files    files;
    struct tunnel        tunnel; /* of the command and answer now on their way */
    struct tunnel        next;   /* open: takes its place once the answer has gone */
    enum chip_way        way;
    enum chip_env        env;
    struct chip_chain    chain;
    struct proofs        proofs;
    struct pace_chip     pace;
    struct bac_chip_draw draw;
    bool                 challenged; /* draw.rnd_ic waits for its answer */
    bool                 inside;     /* access gained */
    bool                 bare;       /* a fault: the session's answers go out in plain */
    bool                 mute;       /* this command gets no answer at all */
    bool                 away;
    unsigned long long   back_at_ms; /* while away; 0: not by itself */
    unsigned long        commands, leave_at;
    chip_random         *random;
    FILE                *transcript;
    size_t               rest_at, rest_len; /* what GET RESPONSE has still to fetch */
    uint8_t              plain[COMMAND_MAX], result[ANSWER_MAX + 64], rest[ANSWER_MAX + 64];
};

/* One instruction: append the data to out, hand back the status word. */
typedef uint16_t chip_handler(struct chip *c, const struct command *cmd, struct chip_reader *r,
                              struct buf *out);

/*
 * Secure messaging from the next command on: keys of that suite from the shared secret,
 * counter zero.  This command's answer still goes out as it came in: in plain, or under the
 * keys before.  E_CRYPTO.
 */
struct err chip_begin_session(struct chip *c, enum suite suite, struct view secret);

/* Obey one plain command; the status word is the answer's. */
uint16_t chip_obey(struct chip *c, struct view plain, struct chip_reader *r, struct buf *out);

/* Obey a command of PACE; 0: it is none. */
uint16_t chip_pace(struct chip *c, const struct command *cmd, struct buf *out);

/* Obey a command by which chip or terminal proves itself; 0: it is none of these. */
uint16_t chip_proofs(struct chip *c, const struct command *cmd, struct chip_reader *r,
                     struct buf *out);

/* Write a line of what else happened into the transcript. */
void chip_note(const struct chip *c, const char *what, const char *detail);

#endif
