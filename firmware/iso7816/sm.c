/* sm: see sm.h for the picture. */
#include "iso7816/sm.h"

#include "base/tlv.h"
#include "crypto/cipher.h"
#include "crypto/mac.h"

enum {
    DO_CRYPTOGRAM = 0x87,     /* padding indicator, cryptogram: even INS */
    DO_CRYPTOGRAM_ODD = 0x85, /* cryptogram: odd INS                     */
    DO_LE = 0x97,
    DO_STATUS = 0x99,
    DO_MAC = 0x8E,
    PADDED = 0x01, /* the padding indicator: ISO/IEC 7816-4 padding */
    CLA_SM = 0x0C, /* command header authenticated                  */

    MAC_LEN = 8, /* bytes kept of any MAC              */
    LE_DO_LEN = 3,
    STATUS_DO_LEN = 4,
    MAC_DO_LEN = 2 + MAC_LEN,
    SHORT_LC_MAX = 255,
    SHORT_LE_MAX = 256,
};

/* 9303-11 clause 9.8.6 (3DES), 9.8.7 (AES). */
static const struct {
    enum cipher_alg cipher;
    size_t          key_len;
    bool            iv_of_ssc; /* IV = E(KS_Enc, SSC); else zero */
    struct err (*mac)(struct view key, const struct view *part, size_t n_parts, struct buf *out);
} suites[SM_SUITE_COUNT] = {
    [SM_SUITE_3DES] = { CIPHER_3DES, 16, false, mac_retail },
    [SM_SUITE_AES_128] = { CIPHER_AES, 16, true, mac_cmac },
    [SM_SUITE_AES_192] = { CIPHER_AES, 24, true, mac_cmac },
    [SM_SUITE_AES_256] = { CIPHER_AES, 32, true, mac_cmac },
};

static size_t block_of(const struct sm *sm)
{
    return cipher_block(suites[sm->suite].cipher);
}

static struct view key_of(const struct sm *sm, const uint8_t key[SM_KEY_MAX])
{
    return view_of(key, suites[sm->suite].key_len);
}

struct err sm_begin(struct sm *sm, enum sm_suite suite, struct sm_keys keys)
{
    CHECK(suite > SM_SUITE_NONE && suite < SM_SUITE_COUNT, E_BUG);
    CHECK(keys.ks_enc.len == suites[suite].key_len, E_BUG);
    CHECK(keys.ks_mac.len == suites[suite].key_len, E_BUG);
    CHECK(keys.ssc.len == cipher_block(suites[suite].cipher), E_BUG);

    wipe(sm, sizeof *sm);

    struct buf enc = BUF(sm->ks_enc), mac = BUF(sm->ks_mac), ssc = BUF(sm->ssc.bytes);

    TRY(buf_put(&enc, keys.ks_enc));
    TRY(buf_put(&mac, keys.ks_mac));
    TRY(buf_put(&ssc, keys.ssc));
    sm->suite = suite;
    sm->state = SM_LIVE;
    return SUCCESS;
}

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

static void count_up(struct sm *sm)
{
    for (size_t i = block_of(sm); i > 0; i--) {
        if (++sm->ssc.bytes[i - 1] != 0)
            return;
    }
}

/* 80 00 ..: what is missing after len bytes to whole blocks, always at least one byte. */
static struct view padding(const struct sm *sm, size_t len)
{
    static const uint8_t pad[CIPHER_BLOCK_MAX] = { 0x80 };

    return view_of(pad, block_of(sm) - len % block_of(sm));
}

/* The MAC over SSC, a command's header (empty: an answer) and the data objects. */
static struct err put_mac(const struct sm *sm, struct view header, struct view body,
                          struct buf *out)
{
    const struct view part[] = {
        view_of(sm->ssc.bytes, block_of(sm)),
        header,
        header.len != 0 ? padding(sm, header.len) : header,
        body,
        padding(sm, body.len),
    };
    uint8_t     whole[MAC_CMAC_LEN];
    struct buf  m = BUF(whole);
    struct view kept;

    TRY(suites[sm->suite].mac(key_of(sm, sm->ks_mac), part, sizeof part / sizeof *part, &m));
    TRY(view_sub(buf_view(&m), 0, MAC_LEN, &kept));
    return buf_put(out, kept);
}

/* Tag and length of a data object whose value follows; under 256 bytes in a short APDU. */
static struct err put_head(struct buf *out, uint8_t tag, size_t len)
{
    TRY(buf_u8(out, tag));
    if (len > 0x7F)
        TRY(buf_u8(out, 0x81));
    return buf_u8(out, (uint8_t)len);
}

/* The IV of this command or answer: 9303-11 clauses 9.8.6.1, 9.8.7.1. */
static struct err put_iv(const struct sm *sm, struct buf *out)
{
    static const uint8_t zero[CIPHER_BLOCK_MAX];
    const size_t         block = block_of(sm);
    const struct cipher  c = { suites[sm->suite].cipher, key_of(sm, sm->ks_enc),
                               view_of(zero, block) };

    if (!suites[sm->suite].iv_of_ssc)
        return buf_fill(out, 0, block);
    return cipher_cbc(&c, CIPHER_ENCRYPT, view_of(sm->ssc.bytes, block), out);
}

/* Pad and encrypt.  All but the last block straight from data, so that no copy is made. */
static struct err put_cryptogram(const struct sm *sm, struct view data, struct buf *out)
{
    const size_t  block = block_of(sm);
    uint8_t       first[CIPHER_BLOCK_MAX], next[CIPHER_BLOCK_MAX];
    struct buf    iv = BUF(first), iv_copy = BUF(next);
    struct cipher c = { .alg = suites[sm->suite].cipher, .key = key_of(sm, sm->ks_enc) };
    struct view   whole_blocks, chained;
    SECRET        last;
    struct buf    tail = BUF(last.bytes);

    TRY(put_iv(sm, &iv));
    c.iv = buf_view(&iv);
    TRY(view_take(&data, data.len - data.len % block, &whole_blocks));
    if (whole_blocks.len != 0) {
        TRY(cipher_cbc(&c, CIPHER_ENCRYPT, whole_blocks, out));
        TRY(view_sub(buf_view(out), out->len - block, block, &chained));
        TRY(buf_put(&iv_copy, chained));
        c.iv = buf_view(&iv_copy);
    }
    TRY(buf_put(&tail, data));
    TRY(buf_put(&tail, padding(sm, data.len)));
    return cipher_cbc(&c, CIPHER_ENCRYPT, buf_view(&tail), out);
}

static struct err put_data(const struct sm *sm, const struct capdu *c, struct buf *out)
{
    const size_t padded = c->data.len + padding(sm, c->data.len).len;

    if (c->data.len == 0)
        return SUCCESS;
    if ((c->ins & 1) != 0) {
        TRY(put_head(out, DO_CRYPTOGRAM_ODD, padded));
    } else {
        TRY(put_head(out, DO_CRYPTOGRAM, 1 + padded));
        TRY(buf_u8(out, PADDED));
    }
    return put_cryptogram(sm, c->data, out);
}

/* Bytes that put_data() will append. */
static size_t data_len(const struct sm *sm, const struct capdu *c)
{
    const size_t value = c->data.len + padding(sm, c->data.len).len + ((c->ins & 1) == 0);

    if (c->data.len == 0)
        return 0;
    return (value > 0x7F ? 3 : 2) + value;
}

static struct err protect(const struct sm *sm, const struct capdu *c, struct buf *out)
{
    const uint8_t header[] = { (uint8_t)(c->cla | CLA_SM), c->ins, c->p1, c->p2 };
    const size_t  body_len = data_len(sm, c) + (c->le != 0 ? LE_DO_LEN : 0);
    struct view   body;

    CHECK(body_len != 0, E_UNSUPPORTED);
    CHECK(c->le <= SHORT_LE_MAX && body_len + MAC_DO_LEN <= SHORT_LC_MAX, E_TOO_LONG);
    TRY(buf_put(out, VIEW(header)));
    TRY(buf_u8(out, (uint8_t)(body_len + MAC_DO_LEN)));
    TRY(put_data(sm, c, out));
    if (c->le != 0) {
        TRY(put_head(out, DO_LE, 1));
        TRY(buf_u8(out, (uint8_t)c->le)); /* 256 is written as zero */
    }
    TRY(view_sub(buf_view(out), out->len - body_len, body_len, &body));
    TRY(put_head(out, DO_MAC, MAC_LEN));
    TRY(put_mac(sm, VIEW(header), body, out));
    return buf_u8(out, 0); /* Le of the protected command: 256 */
}

struct err sm_wrap(struct sm *sm, const struct capdu *c, struct buf *out)
{
    const struct sm_ssc before = sm->ssc;
    struct buf          draft = *out;
    struct err          e;

    CHECK(sm->state == SM_LIVE, E_BUG);
    count_up(sm);
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
    uint8_t    bytes[MAC_LEN];
    struct buf mac = BUF(bytes);

    TRY(put_mac(sm, view_of(NULL, 0), a->body, &mac));
    CHECK(view_same(buf_view(&mac), a->mac), E_UNEXPECTED);
    return SUCCESS;
}

/* Cut 80 00 .. off, which must begin in the last block. */
static struct err unpad(const struct sm *sm, struct view padded, struct view *data)
{
    size_t n = padded.len;

    while (n > 0 && view_at(padded, n - 1) == 0)
        n--;
    CHECK(n > padded.len - block_of(sm) && view_at(padded, n - 1) == 0x80, E_MALFORMED);
    return view_take(&padded, n - 1, data);
}

static struct err decrypt(const struct sm *sm, struct view cryptogram, struct buf *plain,
                          struct view *data)
{
    uint8_t       bytes[CIPHER_BLOCK_MAX];
    struct buf    iv = BUF(bytes);
    struct cipher c = { .alg = suites[sm->suite].cipher, .key = key_of(sm, sm->ks_enc) };
    struct view   padded;

    TRY(put_iv(sm, &iv));
    c.iv = buf_view(&iv);
    CHECK(cryptogram.len % block_of(sm) == 0, E_MALFORMED);
    TRY(cipher_cbc(&c, CIPHER_DECRYPT, cryptogram, plain));
    TRY(view_sub(buf_view(plain), plain->len - cryptogram.len, cryptogram.len, &padded));
    return unpad(sm, padded, data);
}

static struct err open_answer(struct sm *sm, struct view wire, struct buf *plain, struct rapdu *out)
{
    struct rapdu  outer, inner = { 0 };
    struct answer a = { 0 };

    count_up(sm);
    TRY(rapdu_decode(wire, &outer));
    if (outer.data.len == 0)
        FAIL_SW(outer.sw); /* in the clear: whatever it says, the session is over */
    TRY(take_apart(outer.data, &a));
    TRY(check_mac(sm, &a));
    CHECK(a.sw == outer.sw, E_UNEXPECTED);
    if (a.cryptogram.len != 0)
        TRY(decrypt(sm, a.cryptogram, plain, &inner.data));
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

size_t sm_room(const struct sm *sm, size_t wire_max)
{
    const size_t sw_len = 2, around = STATUS_DO_LEN + MAC_DO_LEN;
    const size_t most = wire_max > sw_len ? wire_max - sw_len : 0;
    const size_t fits = most < SHORT_LE_MAX ? most : SHORT_LE_MAX;

    if (sm->state == SM_OFF)
        return fits;

    const size_t left = fits > around ? fits - around : 0;
    const size_t head = left > 130 ? 4 : 3; /* 87 [81] L 01 */
    const size_t blocks = left > head ? (left - head) / block_of(sm) : 0;

    return blocks != 0 ? blocks * block_of(sm) - 1 : 0; /* one byte of padding at least */
}
