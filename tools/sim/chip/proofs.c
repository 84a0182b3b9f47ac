/* proofs: see proofs.h. */
#include "chip/proofs.h"

#include <string.h>

#include "chip/words.h"

enum {
    INS_MANAGE_ENVIRONMENT = 0x22,
    INS_PERFORM_SECURITY_OPERATION = 0x2A,
    INS_EXTERNAL_AUTHENTICATE = 0x82,
    INS_GET_CHALLENGE = 0x84,
    INS_GENERAL_AUTHENTICATE = 0x86,
    INS_INTERNAL_AUTHENTICATE = 0x88,
    INS_GET_RESPONSE = 0xC0,
};

/* P1 P2 of MANAGE SECURITY ENVIRONMENT. */
enum { SET_KAT = 0x41A6, SET_CHIP_AT = 0x41A4, SET_DST = 0x81B6, SET_TERMINAL_AT = 0x81A4 };

enum {
    NONE_OF_THESE = 0,
    SW_DONE = 0x9000,
    SW_LENGTH = 0x6700,
    SW_DENIED = 0x6982,
    SW_BAD_P1P2 = 0x6A86,
    SW_INTERNAL = 0x6F00,
};

struct err proofs_read(struct proofs *p, struct settings *s, const char *folder,
                       struct problem *why)
{
    struct err e;

    memset(p, 0, sizeof *p);
    p->comp = BUF(p->comp_room);
    p->id = BUF(p->id_room);
    TRY(aa_chip_read(&p->aa, s, folder, why));
    e = ca_chip_read(&p->ca, s, folder, why);
    if (e.code == OK)
        e = ta_chip_read(&p->ta, s, folder, why);
    if (e.code != OK)
        proofs_free(p);
    return e;
}

void proofs_free(struct proofs *p)
{
    aa_chip_free(&p->aa);
    ca_chip_free(&p->ca);
    ta_chip_free(&p->ta);
    wipe(p, sizeof *p);
}

void proofs_reset(struct proofs *p)
{
    leftover_drop(&p->inside);
    buf_wipe(&p->comp);
    buf_wipe(&p->id);
    ta_chip_reset(&p->ta);
    p->ca.chosen = NULL;
    p->genuine = p->mute = false;
}

void proofs_paced(struct proofs *p, bool cam, bool ecdh, struct view chips, struct view terminals)
{
    buf_wipe(&p->comp);
    buf_wipe(&p->id);
    p->genuine = ca_chip_comp(ecdh, chips, &p->id).code == OK &&
                 ca_chip_comp(ecdh, terminals, &p->comp).code == OK && cam;
}

bool proofs_open(const struct proofs *p, const char *file)
{
    static const char most[] = "EF.COM EF.SOD EF.CVCA DG1 DG2 DG14 DG15";

    if (!p->genuine && p->ca.protects != CA_PROTECTS_NOTHING &&
        words_place(p->ca.protects == CA_PROTECTS_ALL ? "DG14" : most, file, strlen(file)) < 0)
        return false;
    return ta_chip_open(&p->ta, file);
}

/* How much of the signature goes into this answer, as the chip at hand deals with it. */
static uint16_t portion(struct proofs *p, const struct proofs_call *call, size_t from,
                        struct buf *out)
{
    const size_t asked = call->cmd->le, most = asked < call->payload ? asked : call->payload;

    if (p->aa.le == AA_LE_NOTHING && asked == 65536)
        out->len = from;
    if (out->len - from <= most)
        return SW_DONE;
    switch (p->aa.le) {
    case AA_LE_CUT:
        out->len = from + most;
        return SW_DONE;
    case AA_LE_REST:
        return SW_DONE; /* in portions on the wire, as all that is long: see chip.c */
    case AA_LE_REST_INSIDE:
        return leftover_keep(&p->inside, most, from, SW_DONE, out);
    default:
        out->len = from;
        return SW_LENGTH;
    }
}

static uint16_t internal_authenticate(struct proofs *p, const struct proofs_call *call,
                                      struct buf *out)
{
    const struct command *c = call->cmd;
    const size_t          from = out->len;

    if (p->aa.key == NULL)
        return NONE_OF_THESE;
    if (!call->allowed)
        return SW_DENIED;
    if (c->p1 != 0 || c->p2 != 0)
        return SW_BAD_P1P2;
    if (c->data.len != AA_CHIP_CHALLENGE || !c->wants)
        return SW_LENGTH;
    if (aa_chip_sign(&p->aa, c->data, call->random, out).code != OK)
        return SW_INTERNAL;
    return portion(p, call, from, out);
}

/* The agreement came about: what the chip at hand makes of it. */
static void agreed(struct proofs *p, const struct ca_agreed *new, struct proofs_effect *effect)
{
    buf_wipe(&p->comp);
    if (buf_put(&p->comp, view_of(new->comp, new->comp_len)).code != OK)
        return; /* as large as any */
    ta_chip_reset(&p->ta);
    p->genuine = true;
    p->mute = p->ca.fault == CA_NO_ANSWER_AFTER;
    effect->lost = p->ca.fault == CA_SESSION_LOST;
    if (p->ca.fault != CA_OLD_KEYS_KEPT)
        effect->session = *new;
}

static uint16_t set_kat(struct proofs *p, const struct command *c, struct proofs_effect *effect)
{
    struct ca_agreed new = { 0 };
    const uint16_t sw = ca_chip_set_kat(&p->ca, c, &new);

    effect->lost = sw == SW_INTERNAL; /* a chip that does not know KAT loses itself */
    if (new.secret_len != 0)
        agreed(p, &new, effect);
    return sw;
}

static uint16_t manage_environment(struct proofs *p, const struct proofs_call *call,
                                   struct proofs_effect *effect)
{
    const struct command *c = call->cmd;
    const unsigned        what = (unsigned)c->p1 << 8 | c->p2;
    const bool            chips = what == SET_KAT || what == SET_CHIP_AT;
    const bool            terminals = what == SET_DST || what == SET_TERMINAL_AT;

    p->ca.chosen = NULL;
    if (!(chips && p->ca.count != 0) && !(terminals && p->ta.offered))
        return NONE_OF_THESE;
    if (!call->allowed || (terminals && !p->genuine))
        return SW_DENIED;
    if (what == SET_KAT)
        return set_kat(p, c, effect);
    if (what == SET_CHIP_AT)
        return ca_chip_set_at(&p->ca, c);
    return what == SET_DST ? ta_chip_set_dst(&p->ta, c->data) : ta_chip_set_at(&p->ta, c->data);
}

static uint16_t perform_security_operation(struct proofs *p, const struct proofs_call *call)
{
    if (!p->ta.offered)
        return NONE_OF_THESE;
    if (!p->genuine)
        return SW_DENIED;
    if (call->cmd->p1 != 0x00 || call->cmd->p2 != 0xBE)
        return SW_BAD_P1P2;
    return ta_chip_verify(&p->ta, call->cmd->data);
}

/* Before chip authentication these two are BAC's. */
static uint16_t get_challenge(struct proofs *p, const struct proofs_call *call, struct buf *out)
{
    if (!p->ta.offered || !p->genuine)
        return NONE_OF_THESE;
    return ta_chip_challenge(&p->ta, call->cmd, call->random, out);
}

static uint16_t external_authenticate(struct proofs *p, const struct proofs_call *call)
{
    if (!p->ta.offered || !p->genuine)
        return NONE_OF_THESE;
    if (call->cmd->p1 != 0 || call->cmd->p2 != 0)
        return SW_BAD_P1P2;
    return ta_chip_authenticate(&p->ta, call->cmd->data, buf_view(&p->id), buf_view(&p->comp));
}

static uint16_t general_authenticate(struct proofs *p, const struct proofs_call *call,
                                     struct proofs_effect *effect, struct buf *out)
{
    struct ca_agreed new = { 0 };
    uint16_t sw;

    if (p->ca.chosen == NULL)
        return NONE_OF_THESE;
    sw = ca_chip_agree(&p->ca, call->cmd, &new, out);
    if (new.secret_len != 0)
        agreed(p, &new, effect);
    return sw;
}

uint16_t proofs_obey(struct proofs *p, const struct proofs_call *call, struct proofs_effect *effect,
                     struct buf *out)
{
    memset(effect, 0, sizeof *effect);
    effect->mute = p->mute;
    p->mute = false;
    if (call->cmd->ins == INS_GET_RESPONSE && leftover_waits(&p->inside))
        return leftover_serve(&p->inside, call->cmd, call->payload, out);
    leftover_drop(&p->inside);
    switch (call->cmd->ins) {
    case INS_INTERNAL_AUTHENTICATE:
        return internal_authenticate(p, call, out);
    case INS_MANAGE_ENVIRONMENT:
        return manage_environment(p, call, effect);
    case INS_GENERAL_AUTHENTICATE:
        return general_authenticate(p, call, effect, out);
    case INS_PERFORM_SECURITY_OPERATION:
        return perform_security_operation(p, call);
    case INS_GET_CHALLENGE:
        return get_challenge(p, call, out);
    case INS_EXTERNAL_AUTHENTICATE:
        return external_authenticate(p, call);
    default:
        return NONE_OF_THESE;
    }
}
