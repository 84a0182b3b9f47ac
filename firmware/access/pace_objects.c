/* pace_objects: see pace_objects.h. */
#include "pace_objects.h"

#include "crypto/mac.h"

enum {
    DO_DYNAMIC = 0x7C,
    DO_PUBLIC_KEY = 0x7F49,
    DO_PUBLIC_OID = 0x06,
    DO_PUBLIC_NUMBER = 0x84,
    DO_PUBLIC_POINT = 0x86,

    PUBLIC_KEY_MAX = PACE_PUBLIC_MAX + PACE_OID_MAX + 12, /* bytes of 7F49{ .. } */
    DES_BLOCK = 8,
};

struct err pace_objects_domain(uint32_t id, struct buf *out)
{
    uint8_t    bytes[4];
    struct buf octets = BUF(bytes);

    for (int shift = 24; shift >= 0; shift -= 8) {
        if (shift == 0 || id >> shift != 0)
            TRY(buf_u8(&octets, (uint8_t)(id >> shift)));
    }
    return tlv_put(out, DO_DOMAIN, buf_view(&octets));
}

struct err pace_objects_dynamic(uint32_t tag, struct view value, struct buf *out)
{
    uint8_t    bytes[PACE_COMMAND_MAX];
    struct buf inner = BUF(bytes);

    if (tag != 0)
        TRY(tlv_put(&inner, tag, value));
    return tlv_put(out, DO_DYNAMIC, buf_view(&inner));
}

struct err pace_objects_one(struct view data, uint32_t tag, struct view *value)
{
    struct view inner, v;

    TRY(tlv_expect(&data, DO_DYNAMIC, &inner));
    TRY(tlv_end(data));
    TRY(tlv_expect(&inner, tag, &v));
    TRY(tlv_end(inner));
    *value = v;
    return SUCCESS;
}

static struct err read_name(struct view v, struct pace_name *out)
{
    struct buf name = BUF(out->bytes);

    CHECK(v.len != 0 && v.len <= PACE_CAR_MAX, E_UNEXPECTED); /* 9303-12 clause 8.3 */
    TRY(buf_put(&name, v));
    out->len = (uint8_t)name.len;
    return SUCCESS;
}

static struct err take(const struct tlv *t, struct pace_final *f)
{
    switch (t->tag) {
    case DO_TOKEN_ANSWER:
        f->token = t->value;
        return SUCCESS;
    case DO_CAR:
        return read_name(t->value, &f->car[0]);
    case DO_CAR_PREVIOUS:
        return read_name(t->value, &f->car[1]);
    case DO_CAM:
        f->has_cam = true;
        f->cam = t->value;
        return SUCCESS;
    default:
        FAIL(E_UNEXPECTED);
    }
}

struct err pace_objects_final(struct view data, struct pace_final *out)
{
    struct pace_final f = { 0 };
    struct view       inner;
    uint32_t          seen = 0;

    TRY(tlv_expect(&data, DO_DYNAMIC, &inner));
    TRY(tlv_end(data));
    while (inner.len != 0) {
        struct tlv t;

        TRY(tlv_next(&inner, &t));
        TRY(take(&t, &f));
        CHECK((seen >> (t.tag & 0xF) & 1) == 0, E_UNEXPECTED);
        seen |= 1U << (t.tag & 0xF);
    }
    CHECK((seen >> (DO_TOKEN_ANSWER & 0xF) & 1) != 0, E_TRUNCATED);
    *out = f;
    return SUCCESS;
}

static struct err put_public_key(const struct pace_token *t, struct buf *out)
{
    uint8_t    bytes[PUBLIC_KEY_MAX];
    struct buf inner = BUF(bytes);

    TRY(tlv_put(&inner, DO_PUBLIC_OID, t->oid));
    TRY(tlv_put(&inner, t->curve ? DO_PUBLIC_POINT : DO_PUBLIC_NUMBER, t->key));
    return tlv_put(out, DO_PUBLIC_KEY, buf_view(&inner));
}

struct err pace_objects_token(const struct pace_token *t, struct buf *out)
{
    static const uint8_t pad[DES_BLOCK] = { 0x80 };
    uint8_t              bytes[PUBLIC_KEY_MAX], mac_bytes[MAC_CMAC_LEN];
    struct buf           data = BUF(bytes), mac = BUF(mac_bytes);
    SECRET               secret;
    struct buf           ks_mac = BUF(secret.bytes);
    struct view          token;

    TRY(kdf(t->suite, t->shared, KEY_MAC, &ks_mac));
    TRY(put_public_key(t, &data));
    const struct view part[] = { buf_view(&data), view_of(pad, DES_BLOCK - data.len % DES_BLOCK) };

    if (t->suite == SM_SUITE_3DES)
        return mac_retail(buf_view(&ks_mac), part, 2, out);
    TRY(mac_cmac(buf_view(&ks_mac), part, 1, &mac));
    TRY(view_sub(buf_view(&mac), 0, PACE_TOKEN_LEN, &token));
    return buf_put(out, token);
}
