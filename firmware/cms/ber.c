/* ber: see ber.h. */
#include "ber.h"

enum { CONSTRUCTED = 0x20, PIECES = DER_OCTET_STRING | CONSTRUCTED };

/* Tag and length octets of an indefinite form, or nothing at all. */
static bool take_open(struct view *in)
{
    const uint8_t tag = view_at(*in, 0);
    struct view   head;

    if (in->len < 2 || (tag & CONSTRUCTED) == 0 || (tag & 0x1F) == 0x1F || view_at(*in, 1) != 0x80)
        return false;
    return view_take(in, 2, &head).code == OK;
}

/* End-of-contents, or nothing at all. */
static bool take_close(struct view *in)
{
    struct view both;

    if (in->len < 2 || view_at(*in, 0) != 0 || view_at(*in, 1) != 0)
        return false;
    return view_take(in, 2, &both).code == OK;
}

/* One step towards the end of contents that closes depth forms. */
static struct err skip_one(struct view *in, unsigned *depth)
{
    struct tlv t;

    if (take_close(in)) {
        --*depth;
        return SUCCESS;
    }
    if (!take_open(in))
        return tlv_next(in, &t);
    CHECK(*depth < BER_DEPTH, E_TOO_LONG);
    ++*depth;
    return SUCCESS;
}

/* in stands behind the opening octets; it is left behind the closing ones that match. */
static struct err skip_to_close(struct view *in)
{
    unsigned depth = 1;

    while (depth != 0)
        TRY(skip_one(in, &depth));
    return SUCCESS;
}

static struct err next_indefinite(struct view *in, struct tlv *out)
{
    struct view rest = *in, inside;
    struct tlv  t = { .tag = view_at(*in, 0) };

    CHECK(take_open(&rest), E_UNSUPPORTED); /* a tag of three octets, or a primitive */
    inside = rest;
    TRY(skip_to_close(&rest));
    TRY(view_take(&inside, inside.len - rest.len - 2, &t.value));
    TRY(view_sub(*in, 0, in->len - rest.len, &t.whole));
    *in = rest;
    *out = t;
    return SUCCESS;
}

struct err ber_next(struct view *in, struct tlv *out, bool *ber)
{
    struct err e;

    if (der_next(in, out).code == OK)
        return SUCCESS;
    e = tlv_next(in, out);
    if (e.code == E_UNSUPPORTED)
        e = next_indefinite(in, out);
    if (e.code == OK)
        *ber = true;
    return e;
}

struct err ber_expect(struct view *in, uint32_t tag, struct view *value, bool *ber)
{
    struct view rest = *in;
    struct tlv  t;

    TRY(ber_next(&rest, &t, ber));
    CHECK(t.tag == tag, E_UNEXPECTED);
    *in = rest;
    *value = t.value;
    return SUCCESS;
}

bool ber_at(struct view in, uint32_t tag)
{
    return in.len != 0 && view_at(in, 0) == tag;
}

/* Pieces may be in pieces themselves; a short stack stands for recursion. */
struct pieces {
    struct view left[4]; /* of each level */
    size_t      depth;
};

static struct err join_one(struct pieces *p, struct buf *out)
{
    struct view *top = &p->left[p->depth - 1];
    struct tlv   t;
    bool         ber = true;

    if (top->len == 0) {
        p->depth--;
        return SUCCESS;
    }
    TRY(ber_next(top, &t, &ber));
    if (t.tag == DER_OCTET_STRING)
        return buf_put(out, t.value);
    CHECK(t.tag == PIECES, E_UNEXPECTED);
    CHECK(p->depth < sizeof p->left / sizeof *p->left, E_TOO_LONG);
    p->left[p->depth++] = t.value;
    return SUCCESS;
}

static struct err join(struct view pieces, struct buf *out)
{
    struct pieces p = { .left = { pieces }, .depth = 1 };

    while (p.depth != 0)
        TRY(join_one(&p, out));
    return SUCCESS;
}

struct err ber_octets(struct view *in, struct buf *scratch, struct view *out, bool *ber)
{
    struct view pieces;
    struct buf  draft = *scratch;

    if (!ber_at(*in, PIECES))
        return ber_expect(in, DER_OCTET_STRING, out, ber);
    TRY(ber_expect(in, PIECES, &pieces, ber));
    TRY(join(pieces, &draft));
    TRY(view_sub(buf_view(&draft), scratch->len, draft.len - scratch->len, out));
    *scratch = draft;
    *ber = true;
    return SUCCESS;
}
