/* tunnel: see tunnel.h. */
#include "chip/tunnel.h"

#include <string.h>

#include "base/tlv.h"

enum { SM_MISSING = 0x6987, SM_WRONG = 0x6988 };

struct err tunnel_begin(struct tunnel *t, enum suite suite, struct view secret)
{
    struct tunnel fresh = { .open = true, .suite = suite };

    TRY(suite_key(suite, secret, SUITE_USE_ENC, fresh.k_enc));
    TRY(suite_key(suite, secret, SUITE_USE_MAC, fresh.k_mac));
    *t = fresh;
    wipe(&fresh, sizeof fresh);
    return SUCCESS;
}

struct err tunnel_open(struct tunnel *t, struct view seed, const uint8_t *ssc)
{
    TRY(tunnel_begin(t, SUITE_3DES, seed));
    memcpy(t->ssc, ssc, suite_block(SUITE_3DES));
    return SUCCESS;
}

void tunnel_close(struct tunnel *t)
{
    wipe(t, sizeof *t);
}

static void count_up(struct tunnel *t)
{
    for (size_t i = suite_block(t->suite); i-- > 0;)
        if (++t->ssc[i] != 0)
            return;
}

/* The IV of this counter: 9303-11 §9.8.6.1 (zeros), §9.8.6.2 (the counter enciphered). */
static struct err iv_now(const struct tunnel *t, uint8_t iv[SUITE_BLOCK_MAX])
{
    struct buf out = buf_of(iv, SUITE_BLOCK_MAX);

    if (t->suite == SUITE_3DES)
        return buf_fill(&out, 0, SUITE_BLOCK_MAX);
    return suite_encrypt(t->suite, t->k_enc, NULL, view_of(t->ssc, SUITE_BLOCK_MAX), &out);
}

/* Vouch for head and objects under this counter.  AES: padded like triple DES before CMAC. */
static struct err vouch(const struct tunnel *t, struct view head, struct view objects,
                        uint8_t mac[SUITE_MAC])
{
    static const uint8_t padding[SUITE_BLOCK_MAX] = { 0x80 };
    const size_t         block = suite_block(t->suite);
    const size_t         used = objects.len % block;
    const struct view    parts[] = { view_of(t->ssc, block), head,
                                     view_of(padding, head.len == 0 ? 0 : block - head.len), objects,
                                     view_of(padding, block - used) };

    return suite_mac(t->suite, t->k_mac, parts, t->suite == SUITE_3DES ? 4 : 5, mac);
}

/* The data objects of one command, in the one order that they may come in. */
struct objects {
    struct tlv  cipher, le, mac; /* tag 0: absent */
    struct view vouched;         /* all before the MAC */
};

static struct err sort_out(struct view data, struct objects *o)
{
    struct view rest = data;
    struct tlv  t;

    *o = (struct objects){ 0 };
    while (rest.len != 0) {
        if (tlv_next(&rest, &t).code != OK)
            FAIL_SW(SM_WRONG);
        if ((t.tag == 0x87 || t.tag == 0x85) && o->cipher.tag + o->le.tag + o->mac.tag == 0)
            o->cipher = t;
        else if (t.tag == 0x97 && o->le.tag + o->mac.tag == 0)
            o->le = t;
        else if (t.tag == 0x8E && o->mac.tag == 0)
            o->mac = t;
        else
            FAIL_SW(SM_WRONG);
    }
    if (o->mac.tag == 0)
        FAIL_SW(SM_MISSING);
    o->vouched = view_of(data.ptr, data.len - o->mac.whole.len);
    return SUCCESS;
}

static struct err check_mac(const struct tunnel *t, const struct command *c,
                            const struct objects *o)
{
    const uint8_t head[] = { c->cla, c->ins, c->p1, c->p2 };
    uint8_t       mac[SUITE_MAC];

    TRY(vouch(t, VIEW(head), o->vouched, mac));
    if (!view_same(VIEW(mac), o->mac.value))
        FAIL_SW(SM_WRONG);
    return SUCCESS;
}

static struct err decipher(const struct tunnel *t, const struct command *c, const struct objects *o,
                           struct buf *room, struct view *plain)
{
    const bool  odd = c->ins % 2 != 0;
    struct view text = o->cipher.value;
    uint8_t     indicator = 0, iv[SUITE_BLOCK_MAX];

    *plain = view_of(NULL, 0);
    if (o->cipher.tag == 0)
        return SUCCESS;
    /* 9303-11 §9.8.4: DO'85' belongs to odd instructions, DO'87' with indicator 01 to even. */
    if (o->cipher.tag != (odd ? 0x85 : 0x87) ||
        (!odd && (view_u8(&text, &indicator).code != OK || indicator != 1)))
        FAIL_SW(SM_WRONG);
    TRY(iv_now(t, iv));
    if (text.len == 0 || suite_decrypt(t->suite, t->k_enc, iv, text, room).code != OK)
        FAIL_SW(SM_WRONG);
    *plain = buf_view(room);
    if (suite_unpad(t->suite, plain).code != OK)
        FAIL_SW(SM_WRONG);
    return SUCCESS;
}

static struct err expected(const struct objects *o, struct command *plain)
{
    struct view le = o->le.value;
    uint16_t    wide = 0;
    uint8_t     narrow = 0;

    if (o->le.tag == 0)
        return SUCCESS;
    plain->wants = true;
    if (le.len == 1) {
        TRY(view_u8(&le, &narrow));
        plain->le = narrow != 0 ? narrow : 256;
        return SUCCESS;
    }
    if (le.len != 2)
        FAIL_SW(SM_WRONG);
    TRY(view_u16(&le, &wide));
    plain->le = wide != 0 ? wide : 65536;
    return SUCCESS;
}

static struct err unwrap(struct tunnel *t, const struct command *wire, struct buf *out)
{
    static uint8_t room[COMMAND_MAX];
    struct buf     text = BUF(room);
    struct objects o;
    struct command plain = {
        .cla = wire->cla & 0x10, .ins = wire->ins, .p1 = wire->p1, .p2 = wire->p2
    };

    TRY(sort_out(wire->data, &o));
    TRY(check_mac(t, wire, &o));
    TRY(decipher(t, wire, &o, &text, &plain.data));
    TRY(expected(&o, &plain));
    return command_join(&plain, out);
}

struct err tunnel_unwrap(struct tunnel *t, const struct command *wire, struct buf *out)
{
    struct err e;

    count_up(t);
    e = unwrap(t, wire, out);
    if (e.code != OK)
        tunnel_close(t);
    return e;
}

static struct err put_cipher(const struct tunnel *t, bool odd, struct view data, unsigned bends,
                             struct buf *out)
{
    static uint8_t padded[ANSWER_MAX + 32], value[ANSWER_MAX + 32];
    struct buf     p = BUF(padded), v = BUF(value);
    uint8_t        iv[SUITE_BLOCK_MAX];

    TRY(buf_put(&p, data));
    TRY(suite_pad(t->suite, &p, 0));
    if ((bends & TUNNEL_BAD_PADDING) != 0)
        padded[data.len] = 0;
    if (!odd)
        TRY(buf_u8(&v, 1));
    TRY(iv_now(t, iv));
    TRY(suite_encrypt(t->suite, t->k_enc, iv, buf_view(&p), &v));
    return tlv_put(out, odd ? 0x85 : 0x87, buf_view(&v));
}

struct err tunnel_wrap(struct tunnel *t, bool odd, struct view answer, unsigned bends,
                       struct buf *out)
{
    const size_t from = out->len;
    struct view  data, status;
    uint8_t      told[2], mac[SUITE_MAC];

    CHECK(answer.len >= 2, E_BUG);
    count_up(t);
    data = view_of(answer.ptr, answer.len - 2);
    status = view_of(answer.ptr + data.len, 2);
    memcpy(told, status.ptr, 2);
    if ((bends & TUNNEL_OTHER_STATUS) != 0)
        told[1] ^= 1;
    if (data.len != 0)
        TRY(put_cipher(t, odd, data, bends, out));
    if ((bends & TUNNEL_NO_STATUS) == 0)
        TRY(tlv_put(out, 0x99, VIEW(told)));
    TRY(vouch(t, view_of(NULL, 0), view_of(out->ptr + from, out->len - from), mac));
    if ((bends & TUNNEL_BAD_MAC) != 0)
        mac[0] ^= 0x10;
    if ((bends & TUNNEL_NO_MAC) == 0)
        TRY(tlv_put(out, 0x8E, VIEW(mac)));
    return buf_put(out, status);
}

size_t tunnel_payload(const struct tunnel *t, size_t room)
{
    /* DO'99' takes 4 bytes, DO'8E' 10; DO'87' its tag, up to four of length, the indicator. */
    const size_t block = suite_block(t->suite);
    const size_t head = room <= 256 ? 4 : 6;
    const size_t left = room > 14 + head ? room - 14 - head : 0;

    return block == 0 || left < block ? 0 : left / block * block - 1;
}
