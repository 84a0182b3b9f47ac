/*
 * pace_fuzz: a hostile card answers PACE.
 *
 * Input: one octet, then repeated { length octet, that many answer bytes }.  The octet's low
 * three bits choose the protocol, bit 6 whether DO'84' may be tried the other way.  With bit 3
 * the card knows the password: an answer to the token is put into 7C behind the right token;
 * with bit 4, it is what is to be encrypted in DO'8A'.
 * Property: no read out of bounds; at most six commands; when it ends, well or badly, no
 * secret is left; a session is open only after a right token; originality is never proved.
 */
#include <stdlib.h>
#include <string.h>

#include "access/pace.h"
#include "base/tlv.h"
#include "crypto/cipher.h"
#include "crypto/mac.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { WHICH = 7, KNOWS_PASSWORD = 8, SEALS_CAM = 16, OTHER_WAY = 64, COMMANDS_MAX = 6 };

static const struct {
    enum info_agreement kind;
    enum info_mapping   mapping;
    enum sm_suite       suite;
    unsigned            id;
} protocols[] = {
    { AGREEMENT_ECDH, MAPPING_GM, SM_SUITE_AES_128, 12 },
    { AGREEMENT_ECDH, MAPPING_IM, SM_SUITE_AES_192, 12 },
    { AGREEMENT_ECDH, MAPPING_CAM, SM_SUITE_AES_256, 12 },
    { AGREEMENT_DH, MAPPING_GM, SM_SUITE_3DES, 0 },
    { AGREEMENT_DH, MAPPING_IM, SM_SUITE_AES_128, 0 },
    { AGREEMENT_ECDH, MAPPING_GM, SM_SUITE_3DES, 12 },
    { AGREEMENT_ECDH, MAPPING_IM, SM_SUITE_3DES, 12 },
    { AGREEMENT_ECDH, MAPPING_CAM, SM_SUITE_AES_128, 12 },
};

static const uint8_t oid[] = { 4, 0, 0x7F, 0, 7, 2, 2, 4, 2, 2 };

struct run {
    struct pace         p;
    struct pace_outcome out;
    struct sm           sm;
    uint8_t             mode;
};

/* The right token; the secret is lifted out of the reader. */
static struct err put_token(const struct pace *p, struct buf *out)
{
    static const uint8_t pad[8] = { 0x80 };
    const bool           curve = p->domain.kind == AGREEMENT_ECDH;
    uint8_t              bytes[3][300], key_bytes[32];
    struct buf           inner = BUF(bytes[0]), data = BUF(bytes[1]), mac = BUF(bytes[2]);
    struct buf           key = BUF(key_bytes);

    TRY(kdf(p->suite, view_of(p->shared.bytes, p->shared.len), KEY_MAC, &key));
    TRY(tlv_put(&inner, 0x06, VIEW(oid)));
    TRY(tlv_put(&inner, curve ? 0x86 : 0x84, view_of(p->own_key.bytes, p->own_key.len)));
    TRY(tlv_put(&data, 0x7F49, buf_view(&inner)));

    const struct view part[] = { buf_view(&data), view_of(pad, 8 - data.len % 8) };

    if (p->suite == SM_SUITE_3DES)
        TRY(mac_retail(buf_view(&key), part, 2, &mac));
    else
        TRY(mac_cmac(buf_view(&key), part, 1, &mac));
    return tlv_put(out, 0x86, view_of(mac.ptr, PACE_TOKEN_LEN));
}

static struct err put_cam(const struct pace *p, struct view plain, struct buf *out)
{
    static const uint8_t zero[16];
    uint8_t              ones[16], iv_bytes[16], sealed_bytes[256], key_bytes[32];
    struct buf           iv = BUF(iv_bytes), sealed = BUF(sealed_bytes), key = BUF(key_bytes);

    memset(ones, 0xFF, sizeof ones);
    TRY(kdf(p->suite, view_of(p->shared.bytes, p->shared.len), KEY_ENC, &key));
    const struct cipher for_iv = { CIPHER_AES, buf_view(&key), VIEW(zero) };

    TRY(cipher_cbc(&for_iv, CIPHER_ENCRYPT, VIEW(ones), &iv));
    const struct cipher c = { CIPHER_AES, buf_view(&key), buf_view(&iv) };

    TRY(cipher_cbc(&c, CIPHER_ENCRYPT, plain, &sealed));
    return tlv_put(out, 0x8A, buf_view(&sealed));
}

static struct err card(const struct run *r, struct view *in, struct rapdu *last)
{
    static uint8_t bytes[2][700];
    struct buf     inner = BUF(bytes[0]), wire = BUF(bytes[1]);
    struct view    answer;
    uint8_t        n;

    TRY(view_u8(in, &n));
    TRY(view_take(in, n, &answer));
    if (r->p.state != PACE_TOKEN || (r->mode & KNOWS_PASSWORD) == 0)
        return rapdu_decode(answer, last);
    TRY(put_token(&r->p, &inner));
    if ((r->mode & SEALS_CAM) != 0 && r->p.suite != SM_SUITE_3DES && answer.len % 16 == 0)
        TRY(put_cam(&r->p, answer, &inner));
    else
        TRY(buf_put(&inner, answer));
    TRY(tlv_put(&wire, 0x7C, buf_view(&inner)));
    TRY(buf_u16(&wire, 0x9000));
    return rapdu_decode(buf_view(&wire), last);
}

static void check_end(const struct run *r, struct err e)
{
    static const uint8_t spki[] = {
        0x30, 0x52, 0x30, 0x0C, 0x06, 0x07, 0x04, 0x00, 0x7F, 0x00, 0x07, 0x01, 0x02, 0x02,
        0x01, 0x0C, 0x03, 0x42, 0x00, 0x04, 0x6B, 0x17, 0xD1, 0xF2, 0xE1, 0x2C, 0x42, 0x47,
        0xF8, 0xBC, 0xE6, 0xE5, 0x63, 0xA4, 0x40, 0xF2, 0x77, 0x03, 0x7D, 0x81, 0x2D, 0xEB,
        0x33, 0xA0, 0xF4, 0xA1, 0x39, 0x45, 0xD8, 0x98, 0xC2, 0x96, 0x4F, 0xE3, 0x42, 0xE2,
        0xFE, 0x1A, 0x7F, 0x9B, 0x8E, 0xE7, 0xEB, 0x4A, 0x7C, 0x0F, 0x9E, 0x16, 0x2B, 0xCE,
        0x33, 0x57, 0x6B, 0x31, 0x5E, 0xCE, 0xCB, 0xB6, 0x40, 0x68, 0x37, 0xBF, 0x51, 0xF5
    };
    struct pace wiped;
    enum result result;
    uint8_t     bytes[EC_POINT_MAX];
    struct buf  key = BUF(bytes);

    memset(&wiped, 0, sizeof wiped);
    wiped.state = PACE_SPENT;
    if (memcmp(&r->p, &wiped, sizeof wiped) != 0)
        abort();
    if ((e.code == OK) != (r->sm.state == SM_LIVE) ||
        (e.code == OK && (r->mode & KNOWS_PASSWORD) == 0))
        abort();
    if ((e.code == OK) != (r->out.step == PACE_STEP_DONE) ||
        (e.code != OK && r->out.ca_ic.len != 0))
        abort();
    if (pace_cam_check(&r->out, VIEW(spki), &result, NULL).code == OK && result == SUCCESSFUL &&
        r->out.ca_ic.len == 0)
        abort();
    if (pace_cam_key(&r->out, &key).code == OK && r->out.has_cam_data != (key.len != 0))
        abort();
}

static struct err run(struct run *r, struct view in)
{
    static const uint8_t random[PACE_RANDOM_LEN] = { 0x5D, 0xD4, [40] = 7, [100] = 9 };
    struct pace_choice   choice = { .oid = VIEW(oid), .id = 13, .has_id = true };
    struct rapdu         last = { 0 };
    struct capdu         next;
    enum step            todo;

    TRY(view_u8(&in, &r->mode));
    choice.mapping = protocols[r->mode & WHICH].mapping;
    choice.suite = protocols[r->mode & WHICH].suite;
    choice.other_way = (r->mode & OTHER_WAY) != 0;
    TRY(agreement_of_id(protocols[r->mode & WHICH].kind, protocols[r->mode & WHICH].id,
                        &choice.domain));
    const struct pace_secret secret = { PACE_CAN, TEXT("123456") };

    TRY(pace_begin(&r->p, &choice, &secret, VIEW(random), &r->sm, &r->out));
    for (int commands = 0;; commands++) {
        const struct err e = pace_step(&r->p, last, &next, &todo);

        if (e.code != OK || todo == STEP_DONE) {
            check_end(r, e);
            return e;
        }
        if (todo != STEP_SEND || commands == COMMANDS_MAX || r->sm.state != SM_OFF)
            abort();
        TRY(card(r, &in, &last));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct run r;

    memset(&r, 0, sizeof r);
    const struct err e = run(&r, view_of(data, size));

    (void)e; /* any failure is a right answer to a hostile card */
    return 0;
}
