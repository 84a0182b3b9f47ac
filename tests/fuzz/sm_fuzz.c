/*
 * sm_fuzz: a hostile card answers under secure messaging.
 *
 * Input: one octet says how the rest is used, the rest is an answer.  Bits 1 and 0: 0, as it is;
 * 1, data objects: a right MAC and the last status word are put behind them; 2, plaintext for
 * a DO'87': encrypted, then as 1; 3, a command to be wrapped.  Bits 3 and 2: the suite.  Bit 4:
 * the command is asked for in the extended form.
 * Property: no read out of bounds; data only with a right MAC and inside the room; after any
 * failure the session is dead and holds no key; an answer that is taken was complete; what is
 * wrapped has the length foretold.
 */
#include <stdlib.h>
#include <string.h>

#include "base/tlv.h"
#include "crypto/cipher.h"
#include "crypto/mac.h"
#include "iso7816/sm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { AS_IT_IS, SEALED, ENCRYPTED, WRAP, WAYS };

static const uint8_t key[32] = { 1,   35,  69,  103, 137, 171, 205, 239,
                                 254, 220, 186, 152, 118, 84,  50,  16 };
static const uint8_t zero[16], pad[16] = { 0x80 };
/* 3DES has the last eight bytes. */
static const uint8_t ssc_before[16] = { [15] = 0xFE }, ssc_answer[16] = { [15] = 0xFF };

static const struct kit {
    enum sm_suite   suite;
    enum cipher_alg cipher;
    size_t          key_len, block;
    struct err (*mac)(struct view key, const struct view *part, size_t n_parts, struct buf *out);
} kits[] = {
    { SM_SUITE_3DES, CIPHER_3DES, 16, 8, mac_retail },
    { SM_SUITE_AES_128, CIPHER_AES, 16, 16, mac_cmac },
    { SM_SUITE_AES_192, CIPHER_AES, 24, 16, mac_cmac },
    { SM_SUITE_AES_256, CIPHER_AES, 32, 16, mac_cmac },
};

static struct err put_sealed(const struct kit *k, struct view body, struct buf *wire)
{
    const struct view part[] = { view_of(ssc_answer + 16 - k->block, k->block), body,
                                 view_of(pad, k->block - body.len % k->block) };
    uint8_t           bytes[MAC_CMAC_LEN];
    struct buf        mac = BUF(bytes);

    TRY(k->mac(view_of(key, k->key_len), part, 3, &mac));
    TRY(buf_put(wire, body));
    TRY(tlv_put(wire, 0x8E, view_of(bytes, 8)));
    return buf_u16(wire, 0x9000);
}

static struct err put_encrypted(const struct kit *k, struct view plain, struct buf *body)
{
    const struct view   ks = view_of(key, k->key_len);
    const struct cipher first = { k->cipher, ks, view_of(zero, k->block) };
    uint8_t             iv_bytes[16] = { 0 };
    struct buf          iv = BUF(iv_bytes);
    struct cipher       c = { k->cipher, ks, view_of(iv_bytes, k->block) };
    static uint8_t      bytes[600];
    struct buf          value = BUF(bytes);
    struct view         blocks;

    if (k->block == 16)
        TRY(cipher_cbc(&first, CIPHER_ENCRYPT, VIEW(ssc_answer), &iv));
    TRY(view_take(&plain, plain.len - plain.len % k->block, &blocks));
    TRY(buf_u8(&value, 0x01));
    TRY(cipher_cbc(&c, CIPHER_ENCRYPT, blocks, &value));
    TRY(tlv_put(body, 0x87, buf_view(&value)));
    return tlv_put(body, 0x99, view_of("\x90", 2));
}

static void unwrap(struct sm *sm, struct view wire)
{
    const struct sm  dead = { .state = SM_DEAD, .suite = sm->suite };
    static uint8_t   room[600];
    struct buf       plain = BUF(room);
    struct rapdu     r = { 0 };
    const bool       complete = sm_complete(wire);
    const struct err e = sm_unwrap(sm, wire, &plain, &r);

    if (e.code == OK && !complete)
        abort();
    if (e.code == OK && (r.data.len > plain.len || sm->state != SM_LIVE))
        abort();
    if (e.code == OK && wire.len <= 258 && r.data.len > sm_room(sm, wire.len) + 16)
        abort(); /* a block more only in DO'85', which has no indicator */
    if (e.code != OK && (e.code != E_SM_BROKEN || r.data.len != 0 || plain.len != 0))
        abort();
    if (e.code != OK && memcmp(sm, &dead, sizeof dead) != 0)
        abort();
}

static void wrap(struct sm *sm, struct view in, bool extended)
{
    struct capdu   c = { .ins = 0xB0 };
    static uint8_t bytes[1200];
    uint8_t        le = 0;
    struct buf     out = BUF(bytes);

    if (view_u8(&in, &c.ins).code != OK || view_u8(&in, &le).code != OK)
        return;
    c.data = in;
    c.le = (uint32_t)le * 2;
    c.extended = extended;
    if (c.data.len <= sm_piece(sm, 261) && c.le <= 256 && !extended && sm_extended(sm, &c))
        abort(); /* a piece fits a short command */
    if (sm_wrap(sm, &c, &out).code != OK)
        return;
    if (out.len != sm_len(sm, &c) || (bytes[4] == 0) != sm_extended(sm, &c))
        abort();
}

static struct err run(struct view in)
{
    static uint8_t bytes[1200], more[1400];
    struct buf     body = BUF(bytes), wire = BUF(more);
    struct sm      sm;
    uint8_t        way;

    memset(&sm, 0, sizeof sm);
    TRY(view_u8(&in, &way));

    const struct kit    *k = &kits[way >> 2 & 3];
    const struct view    ks = view_of(key, k->key_len);
    const struct sm_keys keys = { ks, ks, view_of(ssc_before + 16 - k->block, k->block) };

    TRY(sm_begin(&sm, k->suite, keys));
    switch (way % WAYS) {
    case SEALED:
        TRY(put_sealed(k, in, &wire));
        unwrap(&sm, buf_view(&wire));
        break;
    case ENCRYPTED:
        TRY(put_encrypted(k, in, &body));
        TRY(put_sealed(k, buf_view(&body), &wire));
        unwrap(&sm, buf_view(&wire));
        break;
    case WRAP:
        wrap(&sm, in, (way & 16) != 0);
        break;
    case AS_IT_IS:
    default:
        unwrap(&sm, in);
        break;
    }
    sm_off(&sm);
    if (sm.state != SM_OFF || sm_room(&sm, 258) != 256)
        abort();
    return SUCCESS;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err e = run(view_of(data, size));

    (void)e; /* too large an input for this harness */
    return 0;
}
