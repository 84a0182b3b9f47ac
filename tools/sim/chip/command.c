/* command: see command.h. */
#include "chip/command.h"

static uint32_t or_most(uint32_t le, uint32_t most)
{
    return le != 0 ? le : most; /* zero asks for as much as the form can say */
}

/* Behind the header stand L1 (and perhaps data and Le), all lengths in one byte. */
static struct err split_short(struct view body, struct command *c)
{
    uint8_t first = 0, le = 0;

    TRY(view_u8(&body, &first));
    if (body.len == 0) {
        c->wants = true;
        c->le = or_most(first, 256);
        return SUCCESS;
    }
    CHECK(view_take(&body, first, &c->data).code == OK, E_MALFORMED);
    if (body.len == 0)
        return SUCCESS;
    TRY(view_u8(&body, &le));
    c->wants = true;
    c->le = or_most(le, 256);
    CHECK(body.len == 0, E_MALFORMED);
    return SUCCESS;
}

/* Behind the header stands 00 and then lengths in two bytes. */
static struct err split_extended(struct view body, struct command *c)
{
    uint8_t  zero;
    uint16_t first, le;

    c->extended = true;
    TRY(view_u8(&body, &zero));
    CHECK(view_u16(&body, &first).code == OK, E_MALFORMED);
    if (body.len == 0) {
        c->wants = true;
        c->le = or_most(first, 65536);
        return SUCCESS;
    }
    CHECK(first != 0 && view_take(&body, first, &c->data).code == OK, E_MALFORMED);
    if (body.len == 0)
        return SUCCESS;
    CHECK(body.len == 2, E_MALFORMED);
    TRY(view_u16(&body, &le));
    c->wants = true;
    c->le = or_most(le, 65536);
    return SUCCESS;
}

struct err command_split(struct view wire, struct command *out)
{
    struct view    rest = wire, head;
    struct command c = { 0 };

    CHECK(view_take(&rest, 4, &head).code == OK, E_MALFORMED);
    c.cla = view_at(head, 0);
    c.ins = view_at(head, 1);
    c.p1 = view_at(head, 2);
    c.p2 = view_at(head, 3);
    if (rest.len > 1 && view_at(rest, 0) == 0)
        TRY(split_extended(rest, &c));
    else if (rest.len != 0)
        TRY(split_short(rest, &c));
    *out = c;
    return SUCCESS;
}

static struct err length(struct buf *out, const struct command *c, bool lead, size_t n)
{
    if (!c->extended)
        return buf_u8(out, (uint8_t)n);
    if (lead)
        TRY(buf_u8(out, 0));
    return buf_u16(out, (uint16_t)n);
}

struct err command_join(const struct command *c, struct buf *out)
{
    struct command wide = *c;

    wide.extended = c->extended || c->data.len > 255 || c->le > 256;
    TRY(buf_u8(out, c->cla));
    TRY(buf_u8(out, c->ins));
    TRY(buf_u8(out, c->p1));
    TRY(buf_u8(out, c->p2));
    if (c->data.len != 0) {
        TRY(length(out, &wide, true, c->data.len));
        TRY(buf_put(out, c->data));
    }
    if (c->wants)
        TRY(length(out, &wide, c->data.len == 0, c->le));
    return SUCCESS;
}
