/* frame: see frame.h. */
#include "link/frame.h"

enum { MAGIC = 0x5672, CHECKED = 12 };

/* CRC-32 as in IEEE 802.3, bit by bit: twelve bytes a frame need no table. */
static uint32_t crc32_of(struct view v)
{
    uint32_t crc = 0xFFFFFFFF;

    for (size_t i = 0; i < v.len; i++) {
        crc ^= view_at(v, i);
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xEDB88320 : 0);
    }
    return ~crc;
}

struct err frame_encode(const struct frame *f, struct buf *out)
{
    struct buf draft = *out;
    uint8_t    bytes[CHECKED];
    struct buf head = BUF(bytes);

    CHECK(f->payload.len <= FRAME_PAYLOAD_MAX, E_TOO_LONG);
    TRY(buf_u16(&head, MAGIC));
    TRY(buf_u8(&head, FRAME_VERSION));
    TRY(buf_u8(&head, (uint8_t)f->kind));
    TRY(buf_u16(&head, f->id));
    TRY(buf_u16(&head, f->type));
    TRY(buf_u32(&head, (uint32_t)f->payload.len));
    TRY(buf_put(&draft, buf_view(&head)));
    TRY(buf_u32(&draft, crc32_of(buf_view(&head))));
    TRY(buf_put(&draft, f->payload));
    *out = draft;
    return SUCCESS;
}

struct header {
    uint8_t  version, kind;
    uint16_t id, type;
    uint32_t len;
};

/* E_MALFORMED if these are not a header: wrong magic, wrong check, absurd length. */
static struct err read_header(struct view in, struct header *out)
{
    struct view checked;
    uint16_t    magic;
    uint32_t    check;

    TRY(view_sub(in, 0, CHECKED, &checked));
    TRY(view_u16(&in, &magic));
    CHECK(magic == MAGIC, E_MALFORMED);
    TRY(view_u8(&in, &out->version));
    TRY(view_u8(&in, &out->kind));
    TRY(view_u16(&in, &out->id));
    TRY(view_u16(&in, &out->type));
    TRY(view_u32(&in, &out->len));
    TRY(view_u32(&in, &check));
    CHECK(check == crc32_of(checked), E_MALFORMED);
    CHECK(out->len <= FRAME_PAYLOAD_MAX, E_MALFORMED);
    return SUCCESS;
}

/* Step to the first place where a header stands, or could begin once more bytes come. */
static struct err find_header(struct view *in, struct header *out, size_t *skipped)
{
    for (;;) {
        const struct err e = read_header(*in, out);
        struct view      one;

        if (e.code != E_MALFORMED)
            return e;
        TRY(view_take(in, 1, &one));
        (*skipped)++;
    }
}

struct err frame_next(struct view *in, struct frame *out, size_t *skipped)
{
    struct header h;
    struct view   rest, head;

    *skipped = 0;
    TRY(find_header(in, &h, skipped));
    rest = *in;
    TRY(view_take(&rest, FRAME_HEADER, &head));
    TRY(view_take(&rest, h.len, &out->payload));
    *in = rest;
    *out = (struct frame){
        .kind = (enum frame_kind)h.kind, .id = h.id, .type = h.type, .payload = out->payload
    };
    CHECK(h.version == FRAME_VERSION, E_UNSUPPORTED);
    return SUCCESS;
}
