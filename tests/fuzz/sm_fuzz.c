/*
 * sm_fuzz: a hostile card answers under secure messaging.
 *
 * Input: one octet says how the rest is used, the rest is an answer.  0: as it is.  1: data
 * objects; a right MAC and the last status word are put behind them.  2: plaintext for a
 * DO'87', encrypted, then as 1.  3: data of a command to be wrapped.
 * Property: no read out of bounds; data only with a right MAC and inside the room; after any
 * failure the session is dead and holds no key; what is wrapped fits a short APDU.
 */
#include <stdlib.h>
#include <string.h>

#include "base/tlv.h"
#include "crypto/cipher.h"
#include "crypto/mac.h"
#include "iso7816/sm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { AS_IT_IS, SEALED, ENCRYPTED, WRAP, WAYS };

static const uint8_t key[16] = { 1,   35,  69,  103, 137, 171, 205, 239,
                                 254, 220, 186, 152, 118, 84,  50,  16 };
static const uint8_t zero[16], pad[8] = { 0x80 };
static const uint8_t ssc_before[8] = { 0, 0, 0, 0, 0, 0, 0, 0xFE },
                     ssc_answer[8] = { 0, 0, 0, 0, 0, 0, 0, 0xFF };

static struct err put_sealed(struct view body, struct buf *wire)
{
    const struct view part[] = { VIEW(ssc_answer), body, view_of(pad, 8 - body.len % 8) };
    uint8_t           bytes[MAC_RETAIL_LEN];
    struct buf        mac = BUF(bytes);

    TRY(mac_retail(VIEW(key), part, 3, &mac));
    TRY(buf_put(wire, body));
    TRY(tlv_put(wire, 0x8E, buf_view(&mac)));
    return buf_u16(wire, 0x9000);
}

static struct err put_encrypted(struct view plain, struct buf *body)
{
    const struct cipher c = { CIPHER_3DES, VIEW(key), view_of(zero, 8) };
    static uint8_t      bytes[600];
    struct buf          value = BUF(bytes);
    struct view         blocks;

    TRY(view_take(&plain, plain.len - plain.len % 8, &blocks));
    TRY(buf_u8(&value, 0x01));
    TRY(cipher_cbc(&c, CIPHER_ENCRYPT, blocks, &value));
    TRY(tlv_put(body, 0x87, buf_view(&value)));
    return tlv_put(body, 0x99, view_of("\x90", 2));
}

static void unwrap(struct sm *sm, struct view wire)
{
    static const struct sm dead = { .state = SM_DEAD, .suite = SM_SUITE_3DES };
    static uint8_t         room[600];
    struct buf             plain = BUF(room);
    struct rapdu           r = { 0 };
    const struct err       e = sm_unwrap(sm, wire, &plain, &r);

    if (e.code == OK && (r.data.len > plain.len || sm->state != SM_LIVE))
        abort();
    if (e.code == OK && wire.len <= 258 && r.data.len > sm_room(sm, wire.len) + 8)
        abort(); /* a block more only in DO'85', which has no indicator */
    if (e.code != OK && (e.code != E_SM_BROKEN || r.data.len != 0 || plain.len != 0))
        abort();
    if (e.code != OK && memcmp(sm, &dead, sizeof dead) != 0)
        abort();
}

static void wrap(struct sm *sm, struct view in)
{
    struct capdu c = { .ins = 0xB0 };
    uint8_t      bytes[261], le = 0;
    struct buf   out = BUF(bytes);

    if (view_u8(&in, &c.ins).code != OK || view_u8(&in, &le).code != OK)
        return;
    c.data = in;
    c.le = (uint32_t)le * 2;
    if (sm_wrap(sm, &c, &out).code == OK && out.len != 6 + (size_t)bytes[4])
        abort();
}

static struct err run(struct view in)
{
    static uint8_t       bytes[1200], more[1400];
    const struct sm_keys keys = { VIEW(key), VIEW(key), VIEW(ssc_before) };
    struct buf           body = BUF(bytes), wire = BUF(more);
    struct sm            sm;
    uint8_t              way;

    memset(&sm, 0, sizeof sm);
    TRY(sm_begin(&sm, SM_SUITE_3DES, keys));
    TRY(view_u8(&in, &way));
    switch (way % WAYS) {
    case SEALED:
        TRY(put_sealed(in, &wire));
        unwrap(&sm, buf_view(&wire));
        break;
    case ENCRYPTED:
        TRY(put_encrypted(in, &body));
        TRY(put_sealed(buf_view(&body), &wire));
        unwrap(&sm, buf_view(&wire));
        break;
    case WRAP:
        wrap(&sm, in);
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
