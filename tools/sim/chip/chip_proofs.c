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

    return proofs_obey(&c->proofs, &call, out);
}
