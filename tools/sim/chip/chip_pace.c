/*
 * chip_pace: the commands of PACE, and what follows from it.
 *
 * Spec: Doc 9303-11 (8th ed.) clause 4.4.4 (commands), 4.2 (afterwards the MF is current).
 */
#include "chip_state.h"

enum { INS_MSE = 0x22, INS_GENERAL_AUTHENTICATE = 0x86, SW_CONDITIONS = 0x6985 };

/* The names of the trust points go out with the last answer, unless the document has others. */
static void name_cars(struct chip *c)
{
    struct pace_ini *ini = &c->folder.pace;

    for (size_t i = 0; i < 2 && !ini->cars_given && c->proofs.ta.offered; i++) {
        const struct ta_point *point = &c->proofs.ta.trust[i];
        const int              len = point->key.key != NULL ? (int)point->name_len : 0;

        snprintf(ini->car[i], sizeof ini->car[i], "%.*s", len, (const char *)point->name);
    }
}

/* 9303-11 §4.2: one way in, in the master file, and before any session. */
static uint16_t set_at(struct chip *c, const struct command *cmd)
{
    uint16_t sw;

    if (cmd->wants && !c->folder.traits.select_le)
        return 0x6700;
    if (c->tunnel.open || c->way == WAY_BAC)
        return SW_CONDITIONS;
    if (c->files.place != PLACE_MF && !c->folder.pace.in_application)
        return 0x6A88;
    name_cars(c);
    c->pace.ini = &c->folder.pace;
    c->pace.random = c->random;
    sw = pace_chip_set(&c->pace, cmd->data);
    c->env = c->pace.step != 0 ? ENV_PACE : ENV_NONE;
    return sw;
}

static void finish(struct chip *c)
{
    const struct pace_chip *p = &c->pace;

    c->way = WAY_PACE;
    c->inside = true;
    c->bare = pace_fault_is(c->folder.pace.fault, 0, SPOIL_PLAIN);
    c->files = (struct chip_files){ PLACE_MF, NULL };
    proofs_paced(&c->proofs, p->offer->mapping == PACE_ECDH_CAM, realm_is_curve(p->offer->realm),
                 view_of(p->sent.bytes, p->sent.len), view_of(p->theirs.bytes, p->theirs.len));
    if (chip_begin_session(c, p->offer->suite, view_of(p->secret.bytes, p->secret.len)).code != OK)
        chip_note(c, "NO SESSION", "");
}

static uint16_t general_authenticate(struct chip *c, const struct command *cmd, struct buf *out)
{
    const bool chained = (cmd->cla & 0x10) != 0, last = c->pace.step == 4;
    uint16_t   sw;

    c->env = ENV_NONE;
    if (cmd->p1 != 0 || cmd->p2 != 0)
        return 0x6A86;
    if (!cmd->wants)
        return 0x6700;
    if (!c->chain.joined && chained == last)
        return last ? 0x6883 : SW_CONDITIONS;
    sw = pace_chip_step(&c->pace, cmd->data, out);
    c->mute = c->pace.silent;
    if (c->pace.step != 0)
        c->env = ENV_PACE;
    if (c->pace.done)
        finish(c);
    if (c->env == ENV_NONE)
        pace_chip_drop(&c->pace);
    return sw;
}

uint16_t chip_pace(struct chip *c, const struct command *cmd, struct buf *out)
{
    if (cmd->ins == INS_GENERAL_AUTHENTICATE && c->env == ENV_PACE)
        return general_authenticate(c, cmd, out);
    if (c->env == ENV_PACE) {
        c->env = ENV_NONE; /* any other command ends the run */
        pace_chip_drop(&c->pace);
    }
    if (cmd->ins == INS_MSE && cmd->p1 == 0xC1 && cmd->p2 == 0xA4 && c->folder.pace.count != 0)
        return set_at(c, cmd);
    return 0;
}
