/*
 * chip_obey: which instruction does what; pieces of commands; Basic Access Control.
 *
 * Spec: ISO/IEC 7816-4:2020 clause 5.3.3 (command chaining), 5.4.1 (class); Doc 9303-11 (8th
 *       ed.) clause 4.3.
 */
#include <string.h>

#include "base/tlv.h"
#include "chip_state.h"

enum { CHAINED = 0x10, INS_MSE = 0x22, INS_GET_CHALLENGE = 0x84, INS_GENERAL_AUTH = 0x86 };

/* GET CHALLENGE and EXTERNAL AUTHENTICATE open a session; within one, and after another way
 * in, they are out of place. */
static uint16_t bac_refused(const struct chip *c)
{
    if (!c->folder.bac)
        return c->folder.locked ? 0x6985 : 0x6D00;
    return c->tunnel.open || c->way != WAY_NONE ? 0x6985 : 0;
}

static uint16_t get_challenge(struct chip *c, const struct command *cmd, struct chip_reader *r,
                              struct buf *out)
{
    const uint16_t refused = bac_refused(c);

    (void)r;
    if (refused != 0)
        return refused;
    if (cmd->data.len != 0 || !cmd->wants || (cmd->le != BAC_CHIP_NONCE && cmd->le < 256))
        return 0x6700;
    c->random(c->draw.rnd_ic, BAC_CHIP_NONCE);
    c->challenged = true;
    return buf_put(out, VIEW(c->draw.rnd_ic)).code == OK ? 0x9000 : 0x6700;
}

static uint16_t external_authenticate(struct chip *c, const struct command *cmd,
                                      struct chip_reader *r, struct buf *out)
{
    const uint16_t          refused = bac_refused(c);
    struct bac_chip_session session;
    struct err              e;

    (void)r;
    if (refused != 0 || !c->challenged)
        return refused != 0 ? refused : 0x6985;
    c->challenged = false; /* a challenge is good for one answer */
    c->random(c->draw.k_ic, BAC_CHIP_SECRET);
    e = bac_chip_meet(&c->folder.keys, &c->draw, cmd->data, &session, out);
    if (e.code == E_REFUSED && e.sw == 0x6300)
        return (uint16_t)c->folder.traits.sw_bac;
    if (e.code != OK || tunnel_open(&c->next, VIEW(session.seed), session.ssc).code != OK)
        return e.code == E_REFUSED ? e.sw : 0x6F00;
    wipe(&session, sizeof session);
    c->way = WAY_BAC;
    c->inside = true;
    return 0x9000;
}

static uint16_t select_file(struct chip *c, const struct command *cmd, struct chip_reader *r,
                            struct buf *out)
{
    return chip_files_select(&c->files, r, cmd, out);
}

static uint16_t read_binary(struct chip *c, const struct command *cmd, struct chip_reader *r,
                            struct buf *out)
{
    return chip_files_read(&c->files, r, cmd, out);
}

static uint16_t read_binary_odd(struct chip *c, const struct command *cmd, struct chip_reader *r,
                                struct buf *out)
{
    return chip_files_read_odd(&c->files, r, cmd, out);
}

/* MANAGE SECURITY ENVIRONMENT for what this chip has not got. */
static uint16_t manage_environment(struct chip *c, const struct command *cmd, struct chip_reader *r,
                                   struct buf *out)
{
    (void)cmd, (void)r, (void)out;
    return c->folder.pace.count != 0 ? 0x6A86 : 0x6D00;
}

/* GENERAL AUTHENTICATE that nothing has prepared. */
static uint16_t general_authenticate(struct chip *c, const struct command *cmd,
                                     struct chip_reader *r, struct buf *out)
{
    (void)cmd, (void)r, (void)out;
    return c->folder.pace.count != 0 ? 0x6985 : 0x6D00;
}

static const struct {
    uint8_t       ins;
    chip_handler *obey;
} instructions[] = {
    /* clang-format off */
    { 0x82,              external_authenticate },
    { INS_GET_CHALLENGE, get_challenge },
    { 0xA4,              select_file },
    { 0xB0,              read_binary },
    { 0xB1,              read_binary_odd },
    { INS_MSE,           manage_environment },
    { INS_GENERAL_AUTH,  general_authenticate },
    /* clang-format on */
};

static void begin(struct chip_chain *k, const struct command *cmd)
{
    k->open = true;
    k->ins = cmd->ins;
    k->p1 = cmd->p1;
    k->p2 = cmd->p2;
    k->len = 0;
}

/* PACE's own commands are linked in the same way as pieces are; of those one is whole when its
 * data object is. */
static bool whole_of_pace(struct view data)
{
    size_t len;

    return tlv_whole_len(data, &len).code != OK || len <= data.len;
}

/* One more piece, after which the chain may be at its end. */
static uint16_t add(struct chip_chain *k, struct command *cmd, bool pace)
{
    const bool more = (cmd->cla & CHAINED) != 0;

    if (cmd->data.len > sizeof k->bytes - k->len) {
        k->open = false;
        return 0x6700;
    }
    if (cmd->data.len != 0)
        memcpy(k->bytes + k->len, cmd->data.ptr, cmd->data.len);
    k->len += cmd->data.len;
    if (pace ? !whole_of_pace(view_of(k->bytes, k->len)) && more : more)
        return 0x9000;
    k->open = false;
    k->joined = true;
    cmd->data = view_of(k->bytes, k->len);
    return 0;
}

/* Put the pieces of a command together.  0: it is whole, and its data in cmd; otherwise the
 * answer to this piece. */
static uint16_t gather(struct chip *c, struct command *cmd)
{
    struct chip_chain *k = &c->chain;
    const bool         pace = c->env == ENV_PACE && cmd->ins == INS_GENERAL_AUTH;

    k->joined = false;
    if (cmd->ins == INS_GENERAL_AUTH && !pace && c->proofs.ca.chosen == NULL)
        return 0; /* nothing is prepared: no chain begins */
    if (k->open && (cmd->ins != k->ins || cmd->p1 != k->p1 || cmd->p2 != k->p2)) {
        k->open = false;
        return 0x6883; /* the last command of the chain was expected */
    }
    if (!k->open && ((cmd->cla & CHAINED) == 0 || (pace && whole_of_pace(cmd->data))))
        return 0;
    if (!c->folder.traits.chaining)
        return 0x6884;
    if (!k->open)
        begin(k, cmd);
    return add(k, cmd, pace);
}

uint16_t chip_obey(struct chip *c, struct view plain, struct chip_reader *r, struct buf *out)
{
    struct command cmd;
    uint16_t       piece, sw;

    if (command_split(plain, &cmd).code != OK)
        return 0x6700;
    if ((cmd.cla & ~CHAINED) != 0)
        return (cmd.cla & 0x0C) == 0x0C && cmd.cla < 0x20 ? (uint16_t)c->folder.traits.sw_no_session
                                                          : 0x6E00;
    piece = gather(c, &cmd);
    if (piece != 0)
        return piece;
    sw = chip_pace(c, &cmd, out);
    if (sw == 0)
        sw = chip_proofs(c, &cmd, r, out);
    if (sw != 0)
        return sw;
    for (size_t i = 0; i < sizeof instructions / sizeof *instructions; i++)
        if (instructions[i].ins == cmd.ins)
            return instructions[i].obey(c, &cmd, r, out);
    return 0x6D00;
}
