/* chip_files: see chip_files.h. */
#include "chip_files.h"

#include "base/tlv.h"

enum {
    SW_DONE = 0x9000,
    SW_LENGTH = 0x6700,
    SW_NO_CURRENT = 0x6986,
    SW_BAD_DATA = 0x6A80,
    SW_BAD_P1P2 = 0x6A86,
    SW_EXACT = 0x6C00,
};

static const uint8_t lds_aid[] = { 0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01 };

static uint16_t word(struct view v)
{
    return (uint16_t)(view_at(v, 0) << 8 | view_at(v, 1));
}

/* May it be read?  What stands in the MF may always but CardSecurity, which needs PACE. */
static bool readable(const struct chip_reader *r, const struct folder_file *file)
{
    if (file->denied)
        return false;
    if (file->place == PLACE_MF && file->fid != 0x011D)
        return true;
    if (file->place == PLACE_MF)
        return r->inside && r->pace;
    return r->inside && proofs_open(r->proofs, file->name);
}

/* P2 says what the terminal wants to hear of the file: nothing, FCI or FCP. */
static uint16_t describe(const struct command *c, const struct folder_file *file, struct buf *out)
{
    uint8_t    room[32];
    struct buf body = BUF(room);
    uint8_t    number[2];
    bool       good;

    if (c->p2 == 0x0C)
        return SW_DONE;
    if (c->p2 != 0x00 && c->p2 != 0x04)
        return SW_BAD_P1P2;
    if (file == NULL) {
        good = tlv_put(&body, 0x84, VIEW(lds_aid)).code == OK;
    } else {
        number[0] = (uint8_t)(file->len >> 8);
        number[1] = (uint8_t)file->len;
        good = tlv_put(&body, 0x80, VIEW(number)).code == OK;
        number[0] = (uint8_t)(file->fid >> 8);
        number[1] = (uint8_t)file->fid;
        good = good && tlv_put(&body, 0x83, VIEW(number)).code == OK;
    }
    good = good && tlv_put(out, c->p2 == 0x00 ? 0x6F : 0x62, buf_view(&body)).code == OK;
    return good ? SW_DONE : SW_LENGTH;
}

static uint16_t select_ef(struct chip_files *s, struct chip_reader *r, const struct command *c,
                          struct buf *out)
{
    const struct folder_file *file;

    if (c->data.len != 2)
        return SW_LENGTH;
    file = folder_by_fid(r->folder, s->place, word(c->data));
    if (file == NULL)
        return (uint16_t)r->folder->traits.sw_no_file;
    if (!readable(r, file))
        return (uint16_t)r->folder->traits.sw_denied;
    s->current = file;
    return describe(c, file, out);
}

static uint16_t select_place(struct chip_files *s, enum place place)
{
    s->place = place;
    s->current = NULL;
    return SW_DONE;
}

uint16_t chip_files_select(struct chip_files *s, struct chip_reader *r, const struct command *c,
                           struct buf *out)
{
    const struct traits *t = &r->folder->traits;

    if (c->wants && c->p2 == 0x0C && !t->select_le)
        return SW_LENGTH;
    switch (c->p1) {
    case 0x00:
        if (c->data.len != 0 && (c->data.len != 2 || word(c->data) != 0x3F00))
            return select_ef(s, r, c, out);
        if (t->sw_select_mf != SW_DONE)
            return (uint16_t)t->sw_select_mf;
        return select_place(s, PLACE_MF);
    case 0x02:
        return select_ef(s, r, c, out);
    case 0x04:
        if (!view_eq(c->data, VIEW(lds_aid)))
            return (uint16_t)t->sw_no_file;
        if (!r->inside && t->sw_select_app != SW_DONE)
            return (uint16_t)t->sw_select_app;
        select_place(s, PLACE_LDS);
        return describe(c, NULL, out);
    default:
        return SW_BAD_P1P2;
    }
}

/* The file that a short identifier (0: the current one) means, made current. */
static uint16_t find(struct chip_files *s, const struct chip_reader *r, uint8_t sfi)
{
    const struct traits *t = &r->folder->traits;

    if (sfi != 0 && !t->sfi)
        return (uint16_t)t->sw_no_file;
    if (sfi != 0) {
        const struct folder_file *file = folder_by_sfi(r->folder, s->place, sfi);

        if (file == NULL)
            return (uint16_t)t->sw_no_file;
        if (!readable(r, file))
            return (uint16_t)t->sw_denied;
        s->current = file;
    }
    if (s->current == NULL)
        return SW_NO_CURRENT;
    return readable(r, s->current) ? SW_DONE : (uint16_t)t->sw_denied;
}

/* How much of the file the answer gets (*len bytes are asked for; 0: none) and what is said. */
static uint16_t portion(struct chip_reader *r, const struct folder_file *file, size_t offset,
                        const struct command *c, size_t *len)
{
    const struct traits *t = &r->folder->traits;
    const size_t         left = offset < file->len ? file->len - offset : 0;
    const bool           all = c->le == (c->extended ? 65536U : 256U);
    size_t               want = *len;

    *len = 0;
    if (t->max_read != 0 && want > (size_t)t->max_read && !all) {
        r->lost = t->over_max == OVER_LOSE;
        if (t->over_max == OVER_TELL)
            return (uint16_t)(SW_EXACT | (t->max_read & 0xFF));
        if (t->over_max != OVER_SHORT)
            return SW_LENGTH;
    }
    if (t->max_read != 0 && want > (size_t)t->max_read)
        want = (size_t)t->max_read;
    if (left == 0) {
        r->lost = t->lose_past_end;
        return (uint16_t)t->sw_past_end;
    }
    *len = want < left ? want : left;
    return want > left && !all ? (uint16_t)t->sw_eof : SW_DONE;
}

uint16_t chip_files_read(struct chip_files *s, struct chip_reader *r, const struct command *c,
                         struct buf *out)
{
    const bool by_sfi = (c->p1 & 0x80) != 0;
    size_t     offset = (size_t)c->p1 << 8 | c->p2, len = c->le;
    uint16_t   sw;

    if (!c->wants || c->data.len != 0)
        return SW_LENGTH;
    if (by_sfi && ((c->p1 & 0x60) != 0 || (c->p1 & 0x1F) == 0))
        return SW_BAD_P1P2;
    sw = find(s, r, by_sfi ? c->p1 & 0x1F : 0);
    if (sw != SW_DONE)
        return sw;
    if (by_sfi)
        offset = c->p2;
    sw = portion(r, s->current, offset, c, &len);
    if (len == 0)
        return sw;
    if (len > r->payload) {
        len = r->payload; /* more does not fit into this answer */
        sw = SW_DONE;
    }
    return buf_put(out, view_of(s->current->bytes + offset, len)).code == OK ? sw : SW_LENGTH;
}

/* The DO'54' of an odd READ BINARY: an offset of one to four bytes. */
static bool read_offset(struct view data, size_t *offset)
{
    struct view value;

    if (tlv_expect(&data, 0x54, &value).code != OK || data.len != 0 || value.len == 0 ||
        value.len > 4)
        return false;
    *offset = 0;
    for (size_t i = 0; i < value.len; i++)
        *offset = *offset << 8 | view_at(value, i);
    return true;
}

/* The largest value that, with tag 53 and its length, takes room bytes. */
static size_t inside_53(size_t room)
{
    if (room <= 129)
        return room > 2 ? room - 2 : 0;
    if (room <= 258)
        return room - 3;
    return room - 4 > 65535 ? 65535 : room - 4;
}

uint16_t chip_files_read_odd(struct chip_files *s, struct chip_reader *r, const struct command *c,
                             struct buf *out)
{
    const uint16_t which = (uint16_t)(c->p1 << 8 | c->p2);
    size_t         offset, len;
    uint16_t       sw;

    if (!r->folder->traits.odd_ins)
        return 0x6D00;
    if (!c->wants)
        return SW_LENGTH;
    if (!read_offset(c->data, &offset))
        return SW_BAD_DATA;
    if (which > 0x1F) { /* 7816-4 §11.3.3: a file identifier */
        s->current = folder_by_fid(r->folder, s->place, which);
        if (s->current == NULL)
            return (uint16_t)r->folder->traits.sw_no_file;
    }
    sw = find(s, r, which > 0x1F ? 0 : (uint8_t)which);
    if (sw != SW_DONE)
        return sw;
    len = inside_53(c->le);
    sw = portion(r, s->current, offset, c, &len);
    if (len == 0)
        return sw;
    if (len > inside_53(r->payload)) {
        len = inside_53(r->payload);
        sw = SW_DONE;
    }
    return tlv_put(out, 0x53, view_of(s->current->bytes + offset, len)).code == OK ? sw : SW_LENGTH;
}
