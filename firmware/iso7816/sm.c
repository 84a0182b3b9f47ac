/* sm: see sm.h for the picture. */
#include "iso7816/sm.h"

#include "base/tlv.h"
#include "sm_crypt.h"

enum {
    DO_CRYPTOGRAM = 0x87,     /* padding indicator, cryptogram: even INS */
    DO_CRYPTOGRAM_ODD = 0x85, /* cryptogram: odd INS                     */
    DO_LE = 0x97,
    DO_STATUS = 0x99,
    DO_MAC = 0x8E,
    PADDED = 0x01, /* the padding indicator: ISO/IEC 7816-4 padding */
    CLA_SM = 0x0C, /* command header authenticated                  */

    STATUS_DO_LEN = 4,
    MAC_DO_LEN = 2 + SM_MAC_LEN,
    SHORT_LC_MAX = 255,
    LC_MAX = 65535,
};

void sm_off(struct sm *sm)
{
    wipe(sm, sizeof *sm);
}

void sm_kill(struct sm *sm)
{
    const enum sm_suite suite = sm->suite; /* sm_room() still answers for the session to come */

    wipe(sm, sizeof *sm);
    sm->suite = suite;
    sm->state = SM_DEAD;
}

/* Bytes of tag and length before a value. */
static size_t head_len(size_t value_len)
{
    return value_len > 0xFF ? 4 : value_len > 0x7F ? 3 : 2;
}

/* Tag and length of a data object whose value, under 64 KiB, follows. */
static struct err put_head(struct buf *out, uint8_t tag, size_t len)
{
    TRY(buf_u8(out, tag));
    if (len > 0xFF) {
        TRY(buf_u8(out, 0x82));
        return buf_u16(out, (uint16_t)len);
    }
    if (len > 0x7F)
        TRY(buf_u8(out, 0x81));
    return buf_u8(out, (uint8_t)len);
}

static struct err put_data(const struct sm *sm, const struct capdu *c, struct buf *out)
{
    const size_t padded = c->data.len + sm_padding(sm, c->data.len).len;

    if (c->data.len == 0)
        return SUCCESS;
    if ((c->ins & 1) != 0) {
        TRY(put_head(out, DO_CRYPTOGRAM_ODD, padded));
    } else {
        TRY(put_head(out, DO_CRYPTOGRAM, 1 + padded));
        TRY(buf_u8(out, PADDED));
    }
    return sm_encrypt(sm, c->data, out);
}

/* Bytes that put_data() will append. */
static size_t data_len(const struct sm *sm, const struct capdu *c)
{
    const size_t value = c->data.len + sm_padding(sm, c->data.len).len + ((c->ins & 1) == 0);

    return c->data.len == 0 ? 0 : head_len(value) + value;
}

/* DO'97': Le as it stands in the command that is being protected. */
static struct err put_le(const struct capdu *c, struct buf *out)
{
    uint8_t    bytes[2];
    struct buf le = BUF(bytes);

    if (c->le == 0)
        return SUCCESS;
    TRY(capdu_put_le(c, &le));
    TRY(put_head(out, DO_LE, le.len));
    return buf_put(out, buf_view(&le));
}

static size_t le_len(const struct capdu *c)
{
    return c->le == 0 ? 0 : capdu_extended(c) ? 4 : 3;
}

/* Lc of the protected command. */
static size_t lc_of(const struct sm *sm, const struct capdu *c)
{
    return data_len(sm, c) + le_len(c) + MAC_DO_LEN;
}

bool sm_extended(const struct sm *sm, const struct capdu *c)
{
    return capdu_extended(c) || (sm->state == SM_LIVE && lc_of(sm, c) > SHORT_LC_MAX);
}

size_t sm_len(const struct sm *sm, const struct capdu *c)
{
    if (sm->state != SM_LIVE)
        return capdu_len(c);
    return 4 + (sm_extended(sm, c) ? 3U + 2U : 1U + 1U) + lc_of(sm, c);
}

/* Lc, and at the end Le: all there is. */
static struct err put_outer(bool extended, size_t n, struct buf *out)
{
    if (!extended)
        return buf_u8(out, (uint8_t)n);
    return buf_u16(out, (uint16_t)n);
}

static struct err protect(const struct sm *sm, const struct capdu *c, struct buf *out)
{
    const uint8_t header[] = { (uint8_t)(c->cla | CLA_SM), c->ins, c->p1, c->p2 };
    const size_t  lc = lc_of(sm, c), body_len = lc - MAC_DO_LEN;
    const bool    extended = sm_extended(sm, c);
    struct view   body;

    CHECK(c->data.len <= LC_MAX && lc <= LC_MAX, E_TOO_LONG);
    TRY(buf_put(out, VIEW(header)));
    if (extended)
        TRY(buf_u8(out, 0));
    TRY(put_outer(extended, lc, out));
    TRY(put_data(sm, c, out));
    TRY(put_le(c, out));
    TRY(view_sub(buf_view(out), out->len - body_len, body_len, &body));
    TRY(put_head(out, DO_MAC, SM_MAC_LEN));
    TRY(sm_put_mac(sm, VIEW(header), body, out));
    return put_outer(extended, 0, out);
}

struct err sm_wrap(struct sm *sm, const struct capdu *c, struct buf *out)
{
    const struct sm_ssc before = sm->ssc;
    struct buf          draft = *out;
    struct err          e;

    CHECK(sm->state == SM_LIVE, E_BUG);
    sm_count_up(sm);
    e = protect(sm, c, &draft);
    if (e.code == OK)
        *out = draft;
    else
        sm->ssc = before;
    return e;
}

/* An answer's data objects, taken apart. */
struct answer {
    struct view cryptogram; /* empty if there is none */
    struct view body;       /* what the MAC covers    */
    struct view mac;
    uint16_t    sw;
};

static bool is_cryptogram(struct tlv t)
{
    return t.tag == DO_CRYPTOGRAM || t.tag == DO_CRYPTOGRAM_ODD;
}

static struct err take_cryptogram(struct tlv t, struct view *out)
{
    uint8_t indicator = PADDED;

    if (t.tag == DO_CRYPTOGRAM)
        TRY(view_u8(&t.value, &indicator));
    CHECK(indicator == PADDED, E_UNEXPECTED);
    CHECK(t.value.len != 0, E_MALFORMED);
    *out = t.value;
    return SUCCESS;
}

static struct err take_apart(struct view objects, struct answer *a)
{
    struct view rest = objects;
    struct tlv  t;

    TRY(tlv_next(&rest, &t));
    if (is_cryptogram(t)) {
        TRY(take_cryptogram(t, &a->cryptogram));
        TRY(tlv_next(&rest, &t));
    }
    CHECK(t.tag == DO_STATUS, E_UNEXPECTED); /* mandatory: 9303-11 clause 9.8.4 */
    TRY(view_u16(&t.value, &a->sw));
    TRY(tlv_end(t.value));
    TRY(view_take(&objects, objects.len - rest.len, &a->body));
    TRY(tlv_expect(&rest, DO_MAC, &a->mac));
    return tlv_end(rest);
}

static struct err check_mac(const struct sm *sm, const struct answer *a)
{
    uint8_t    bytes[SM_MAC_LEN];
    struct buf mac = BUF(bytes);

    TRY(sm_put_mac(sm, view_of(NULL, 0), a->body, &mac));
    CHECK(view_same(buf_view(&mac), a->mac), E_UNEXPECTED);
    return SUCCESS;
}

static struct err open_answer(struct sm *sm, struct view wire, struct buf *plain, struct rapdu *out)
{
    struct rapdu  outer, inner = { 0 };
    struct answer a = { 0 };

    sm_count_up(sm);
    TRY(rapdu_decode(wire, &outer));
    if (outer.data.len == 0)
        FAIL_SW(outer.sw); /* in the clear: whatever it says, the session is over */
    TRY(take_apart(outer.data, &a));
    TRY(check_mac(sm, &a));
    CHECK(a.sw == outer.sw, E_UNEXPECTED);
    if (a.cryptogram.len != 0)
        TRY(sm_decrypt(sm, a.cryptogram, plain, &inner.data));
    inner.sw = a.sw;
    *out = inner;
    return SUCCESS;
}

struct err sm_unwrap(struct sm *sm, struct view wire, struct buf *plain, struct rapdu *out)
{
    struct buf draft = *plain;
    struct err e;

    CHECK(sm->state == SM_LIVE, E_BUG);
    e = open_answer(sm, wire, &draft, out);
    if (e.code != OK) {
        sm_kill(sm);
        return err_as(E_SM_BROKEN, e);
    }
    *plain = draft;
    return SUCCESS;
}

bool sm_complete(struct view wire)
{
    struct rapdu outer;
    struct tlv   t = { 0 };

    if (rapdu_decode(wire, &outer).code != OK)
        return false;
    while (outer.data.len != 0) {
        if (tlv_next(&outer.data, &t).code != OK)
            return false;
    }
    return t.tag == DO_MAC;
}

/* The longest plaintext whose cryptogram, DO'87' and all, fits this many bytes. */
static size_t longest(const struct sm *sm, size_t fits)
{
    const size_t block = sm_block(sm);
    size_t       blocks = fits / block;

    while (blocks != 0 && head_len(1 + blocks * block) + 1 + blocks * block > fits)
        blocks--;
    return blocks != 0 ? blocks * block - 1 : 0; /* one byte of padding at least */
}

size_t sm_room(const struct sm *sm, size_t wire_max)
{
    const size_t sw_len = 2, around = STATUS_DO_LEN + MAC_DO_LEN;
    const size_t most = wire_max > sw_len ? wire_max - sw_len : 0;

    if (sm->state == SM_OFF)
        return most;
    return most > around ? longest(sm, most - around) : 0;
}

size_t sm_piece(const struct sm *sm, size_t wire_max)
{
    const size_t header_lc_le = 4 + 1 + 1, around = 3 + MAC_DO_LEN; /* DO'97' */
    const size_t most = wire_max > header_lc_le ? wire_max - header_lc_le : 0;
    const size_t fits = most < SHORT_LC_MAX ? most : SHORT_LC_MAX;

    if (sm->state == SM_OFF)
        return fits;
    return fits > around ? longest(sm, fits - around) : 0;
}
