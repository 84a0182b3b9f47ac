/* send: see send.h. */
#include "send.h"

enum {
    CLA_CHAIN = 0x10, /* not the last piece */
    INS_GENERAL_AUTHENTICATE = 0x86,
    INS_READ_BINARY = 0xB0, /* and the odd one */
    INS_GET_RESPONSE = 0xC0,
    SW_LENGTH = 0x6700,
    SW_MORE = 0x6100, /* 61XX: XX more bytes are waiting, 00: 256 or more */
    SHORT_LE_MAX = 256,
    LE_MAX = 65536,
    MORE_MAX = 32, /* times GET RESPONSE for one answer */
};

/* One command on its way: as it is on the wire, and what has come back so far. */
struct sending {
    const struct capdu *c;
    struct deadline     d;
    struct buf          tx, rx;
    size_t              from;     /* where in rx the last answer begins */
    bool                extended; /* the form on the wire               */
};

static struct err encode(struct exchange *x, const struct capdu *c, struct buf *tx)
{
    if (x->sm.state == SM_LIVE)
        return sm_wrap(&x->sm, c, tx);
    CHECK(x->sm.state == SM_OFF, E_SM_BROKEN); /* never in the clear what was begun protected */
    return capdu_encode(c, tx);
}

static void see(const struct exchange *x, const struct sending *s, struct rapdu answer)
{
    struct turn t = { .sent = buf_view(&s->tx), .command = *s->c, .answer = answer };

    if (x->seen.fn == NULL)
        return;
    if (view_sub(buf_view(&s->rx), s->from, s->rx.len - s->from, &t.got).code == OK)
        x->seen.fn(x->seen.ctx, &t);
}

/* Transmit and append the answer to s->rx. */
static struct err transmit(struct exchange *x, struct sending *s)
{
    struct err e;

    s->from = s->rx.len;
    x->count.apdus++;
    x->count.sent += s->tx.len;
    e = nfc_transceive(x->chip, buf_view(&s->tx), s->d, &s->rx);
    if (e.code == OK) {
        x->count.got += s->rx.len - s->from;
        return SUCCESS;
    }
    if (x->sm.state == SM_LIVE) { /* has the chip seen the command?  Nobody knows */
        sm_kill(&x->sm);
        x->lost = err_as(E_SM_BROKEN, e);
    }
    see(x, s, (struct rapdu){ 0 });
    return e;
}

/* The status word at the end of what has come; 0 if there is none. */
static uint16_t last_word(const struct sending *s)
{
    struct rapdu r;

    return rapdu_decode(buf_view(&s->rx), &r).code == OK ? r.sw : 0;
}

static bool says_more(uint16_t sw)
{
    return (sw & 0xFF00) == SW_MORE;
}

static uint32_t how_many_more(uint16_t sw)
{
    return (sw & 0xFF) != 0 ? sw & 0xFF : SHORT_LE_MAX;
}

/* Has all come that was asked for?  Then 61XX is said for no reason.  A file is read on from
 * where the answer ended. */
static bool enough(const struct capdu *c, size_t n)
{
    const bool all = c->extended ? c->le == LE_MAX : c->le == SHORT_LE_MAX;

    if ((c->ins & 0xFE) == INS_READ_BINARY && n != 0)
        return true;
    return c->le != 0 && !all && n >= c->le;
}

/* Is more to be fetched under the protection, or where there is none? */
static bool wire_waits(const struct exchange *x, const struct sending *s)
{
    if (!says_more(last_word(s)))
        return false;
    return x->sm.state == SM_LIVE ? !sm_complete(buf_view(&s->rx)) : !enough(s->c, s->rx.len - 2);
}

/* One GET RESPONSE, in the clear: the status word that stood there gives way to the rest. */
static struct err fetch(struct exchange *x, struct sending *s, bool *came)
{
    const uint16_t     sw = last_word(s);
    const struct capdu more = { .ins = INS_GET_RESPONSE, .le = how_many_more(sw) };

    s->tx.len = 0;
    s->rx.len -= sizeof sw;
    TRY(capdu_encode(&more, &s->tx));
    TRY(transmit(x, s));
    *came = s->rx.len > s->from + sizeof sw;
    if (*came)
        return SUCCESS;
    s->rx.len = s->from; /* there is no more: it stays with what had come */
    return buf_u16(&s->rx, sw);
}

static struct err collect(struct exchange *x, struct sending *s)
{
    bool came = true;

    TRY(transmit(x, s));
    for (int i = 0; came && i < MORE_MAX && wire_waits(x, s); i++) {
        see(x, s, (struct rapdu){ .sw = last_word(s) });
        TRY(fetch(x, s, &came));
    }
    return SUCCESS;
}

/* A chip that does not want the extended form: never again but where nothing else would do. */
static void remember_refusal(struct exchange *x, const struct sending *s, const struct rapdu *r)
{
    if (!s->extended || (r->sw != SW_LENGTH && r->lost.cause != E_REFUSED))
        return;
    x->extended = false;
    x->refused = true;
}

/* Open the answer; its data goes behind what is in plain already. */
static struct err decode(struct exchange *x, const struct sending *s, struct buf *plain,
                         struct rapdu *out)
{
    const size_t before = plain->len;

    if (x->sm.state != SM_LIVE)
        return rapdu_decode(buf_view(&s->rx), out);
    x->lost = sm_unwrap(&x->sm, buf_view(&s->rx), plain, out);
    if (x->lost.code != OK)
        *out = (struct rapdu){ .sw = x->lost.sw, .lost = x->lost };
    else
        plain->len = before + out->data.len; /* the padding gives way to what follows */
    return SUCCESS;
}

/* One command, one answer, however the chip cuts the latter. */
static struct err one_turn(struct exchange *x, const struct capdu *c, struct deadline d,
                           struct buf *plain, struct rapdu *out)
{
    struct sending s = {
        .c = c,
        .d = d,
        .tx = buf_of(x->tx, x->limits.tx_max),
        .rx = buf_of(x->rx, x->limits.rx_max),
        .extended = sm_extended(&x->sm, c),
    };
    struct rapdu answer = { 0 };
    struct err   e;

    CHECK(x->cancel.fn == NULL || !x->cancel.fn(x->cancel.ctx), E_CANCELLED);
    TRY(encode(x, c, &s.tx));
    TRY(collect(x, &s));
    e = decode(x, &s, plain, &answer);
    remember_refusal(x, &s, &answer);
    see(x, &s, answer);
    *out = answer;
    return e;
}

/*
 * 61XX inside the protection: fetch the rest, protected.  If the chip does not give it, in
 * whatever way, what came before still counts, and the protocol is told 61XX.
 */
static struct err fetch_protected(struct exchange *x, const struct capdu *c, struct deadline d,
                                  struct buf *plain, struct rapdu *out)
{
    for (int i = 0; i < MORE_MAX && says_more(out->sw) && !enough(c, plain->len); i++) {
        const struct capdu more = { .ins = INS_GET_RESPONSE, .le = how_many_more(out->sw) };
        const size_t       before = plain->len;
        struct rapdu       rest;

        TRY(one_turn(x, &more, d, plain, &rest));
        if (rest.lost.code != OK || plain->len == before)
            return SUCCESS;
        out->data = buf_view(plain);
        out->sw = rest.sw;
    }
    return SUCCESS;
}

static struct err whole(struct exchange *x, const struct capdu *c, struct deadline d,
                        struct rapdu *out)
{
    struct buf plain = BUF(x->plain);

    TRY(one_turn(x, c, d, &plain, out));
    return x->sm.state == SM_LIVE ? fetch_protected(x, c, d, &plain, out) : SUCCESS;
}

/* Command chaining: class byte and Le of the command itself are those of the last piece. */
static struct err chain(struct exchange *x, const struct capdu *c, struct deadline d,
                        struct rapdu *out)
{
    const size_t piece_max = sm_piece(&x->sm, x->limits.tx_max);
    struct view  rest = c->data;
    struct capdu piece = *c;

    CHECK(piece_max != 0, E_NO_SPACE);
    piece.extended = false;
    piece.cla |= CLA_CHAIN;
    piece.le = 0;
    while (rest.len > piece_max) {
        TRY(view_take(&rest, piece_max, &piece.data));
        TRY(whole(x, &piece, d, out));
        if (out->lost.code != OK || out->sw != SW_OK)
            return SUCCESS; /* the protocol is told */
    }
    piece.cla = c->cla;
    piece.le = c->le < SHORT_LE_MAX ? c->le : SHORT_LE_MAX;
    piece.data = rest;
    return whole(x, &piece, d, out);
}

/* Chaining is for GENERAL AUTHENTICATE, and for what else the chip says: 9303-11 4.4.4.3. */
static bool may_chain(const struct exchange *x, const struct capdu *c)
{
    return c->data.len > sm_piece(&x->sm, x->limits.tx_max) &&
           (c->ins == INS_GENERAL_AUTHENTICATE || x->word.chaining);
}

static bool may_go_whole(const struct exchange *x, const struct capdu *c)
{
    const size_t len = sm_len(&x->sm, c);

    if (len > x->limits.tx_max)
        return false;
    if (!sm_extended(&x->sm, c))
        return true;
    if (x->refused || (x->word.known && !x->word.extended))
        return false;
    return x->word.command_max == 0 || len <= x->word.command_max;
}

struct err send_command(struct exchange *x, const struct capdu *c, struct deadline d,
                        struct rapdu *out)
{
    const bool chains = x->sm.state != SM_DEAD && may_chain(x, c);

    if (chains && !may_go_whole(x, c))
        return chain(x, c, d, out);
    TRY(whole(x, c, d, out));
    if (chains && out->lost.code == OK && out->sw == SW_LENGTH)
        return chain(x, c, d, out);
    return SUCCESS;
}
