/* hsu: see hsu.h. */
#include "pn532/hsu.h"

const uint8_t hsu_ack[6] = { 0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00 };
const uint8_t hsu_nak[6] = { 0x00, 0x00, 0xFF, 0xFF, 0x00, 0x00 };
const uint8_t hsu_error[8] = { 0x00, 0x00, 0xFF, 0x01, 0xFF, 0x7F, 0x81, 0x00 };

static uint8_t sum(const uint8_t *bytes, size_t len)
{
    uint8_t all = 0;

    while (len-- != 0)
        all = (uint8_t)(all + *bytes++);
    return all;
}

static enum hsu_event done(struct hsu *h, enum hsu_event what)
{
    h->inside = false;
    h->before = 0xFF;
    return what;
}

/* The frame's data stand at from; DCS follows them.  Wait until it is here, then judge. */
static enum hsu_event judge(struct hsu *h, size_t from, size_t len)
{
    if (len == 0 || len > HSU_DATA_MAX)
        return done(h, HSU_WRONG);
    if (h->len < from + len + 1)
        return HSU_NOTHING;
    if (sum(h->bytes + from, len + 1) != 0)
        return done(h, HSU_WRONG);
    h->data = view_of(h->bytes + from, len);
    return done(h, HSU_FRAME);
}

static enum hsu_event look(struct hsu *h)
{
    const uint8_t *b = h->bytes;

    if (h->len < 2)
        return HSU_NOTHING;
    if (b[0] == 0x00 && b[1] == 0xFF)
        return done(h, HSU_ACK);
    if (b[0] == 0xFF && b[1] == 0x00)
        return done(h, HSU_NAK);
    if (b[0] == 0xFF && b[1] == 0xFF) {
        if (h->len < 5)
            return HSU_NOTHING;
        if (sum(b + 2, 3) != 0)
            return done(h, HSU_WRONG);
        return judge(h, 5, (size_t)b[2] << 8 | b[3]);
    }
    if (sum(b, 2) != 0)
        return done(h, HSU_WRONG);
    return judge(h, 2, b[0]);
}

enum hsu_event hsu_take(struct hsu *h, uint8_t byte)
{
    if (!h->inside) {
        h->inside = h->before == 0x00 && byte == 0xFF;
        h->woken = h->woken || byte == 0x55;
        h->before = byte;
        h->len = 0;
        return HSU_NOTHING;
    }
    h->bytes[h->len++] = byte;
    return look(h);
}

struct err hsu_put(struct view data, struct buf *out)
{
    const uint8_t high = (uint8_t)(data.len >> 8), low = (uint8_t)data.len;
    struct buf    draft = *out;

    CHECK(data.len <= HSU_DATA_MAX, E_TOO_LONG);
    TRY(buf_put(&draft, view_of("\x00\x00\xFF", 3)));
    if (data.len > 255) {
        TRY(buf_put(&draft, view_of("\xFF\xFF", 2)));
        TRY(buf_u8(&draft, high));
    }
    TRY(buf_u8(&draft, low));
    TRY(buf_u8(&draft, (uint8_t) - (high + low)));
    TRY(buf_put(&draft, data));
    TRY(buf_u8(&draft, (uint8_t)-sum(data.ptr, data.len)));
    TRY(buf_u8(&draft, 0x00));
    *out = draft;
    return SUCCESS;
}
