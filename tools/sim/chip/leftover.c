/* leftover: see leftover.h. */
#include "chip/leftover.h"

#include <string.h>

static uint16_t so_much_more(size_t len)
{
    return (uint16_t)(0x6100 | (len < 256 ? len : 0));
}

uint16_t leftover_keep(struct leftover *l, size_t piece, size_t from, uint16_t sw, struct buf *out)
{
    const size_t data = out->len - from;

    if (data <= piece || data - piece > sizeof l->bytes)
        return sw;
    l->at = 0;
    l->len = data - piece;
    l->sw = sw;
    memcpy(l->bytes, out->ptr + from + piece, l->len);
    out->len = from + piece;
    return so_much_more(l->len);
}

bool leftover_waits(const struct leftover *l)
{
    return l->at < l->len;
}

void leftover_drop(struct leftover *l)
{
    l->at = l->len = 0;
}

uint16_t leftover_serve(struct leftover *l, const struct command *c, size_t most, struct buf *out)
{
    size_t len = l->len - l->at;

    if (!c->wants || c->data.len != 0 || c->p1 != 0 || c->p2 != 0)
        return 0x6700;
    if (len > c->le)
        len = c->le;
    if (len > most)
        len = most;
    if (buf_put(out, view_of(l->bytes + l->at, len)).code != OK)
        return 0x6700;
    l->at += len;
    if (leftover_waits(l))
        return so_much_more(l->len - l->at);
    return l->sw;
}
