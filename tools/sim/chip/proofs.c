/* proofs: see proofs.h. */
#include "chip/proofs.h"

#include <string.h>

enum {
    INS_INTERNAL_AUTHENTICATE = 0x88,
    INS_GET_RESPONSE = 0xC0,
};

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
    memset(p, 0, sizeof *p);
    return aa_chip_read(&p->aa, s, folder, why);
}

void proofs_free(struct proofs *p)
{
    aa_chip_free(&p->aa);
    wipe(p, sizeof *p);
}

void proofs_reset(struct proofs *p)
{
    leftover_drop(&p->inside);
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

uint16_t proofs_obey(struct proofs *p, const struct proofs_call *call, struct buf *out)
{
    if (call->cmd->ins == INS_GET_RESPONSE && leftover_waits(&p->inside))
        return leftover_serve(&p->inside, call->cmd, call->payload, out);
    leftover_drop(&p->inside);
    switch (call->cmd->ins) {
    case INS_INTERNAL_AUTHENTICATE:
        return internal_authenticate(p, call, out);
    default:
        return NONE_OF_THESE;
    }
}
