/* chip_proofs: what the chip tells its proofs, and what follows from them. */
#include "chip_state.h"

uint16_t chip_proofs(struct chip *c, const struct command *cmd, struct chip_reader *r,
                     struct buf *out)
{
    const struct proofs_call call = {
        .cmd = cmd,
        .allowed = r->inside,
        .payload = r->payload,
        .random = c->random,
    };
    struct proofs_effect effect;
    struct view          secret;
    uint16_t             sw = proofs_obey(&c->proofs, &call, &effect, out);

    r->lost = effect.lost;
    c->mute = effect.mute;
    secret = view_of(effect.session.secret, effect.session.secret_len);
    if (secret.len != 0 && chip_begin_session(c, effect.session.suite, secret).code != OK)
        sw = 0x6F00;
    wipe(&effect, sizeof effect);
    return sw;
}
