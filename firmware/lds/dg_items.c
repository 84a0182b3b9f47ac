/* dg_items: see dg_items.h. */
#include "lds/dg_items.h"

static const uint32_t OTHERS = 0xA0; /* the list of further names */

enum { OTHERS_BIT = DG_ITEMS_MAX };

/* One reading: what it fills, and what the tag list says beside what is there, as 1 << item
 * and one bit for the further names. */
struct reading {
    const struct dg_schema *schema;
    struct view             all; /* content of the file */
    struct view            *item;
    struct dg_others       *others;
    struct notes           *notes;
    uint32_t                listed, there;
    bool                    has_list, has_others;
};

/* The bit of a tag; DG_ITEMS_MAX + 1 if it is none of the schema's. */
static size_t bit_of(const struct dg_schema *s, uint32_t tag)
{
    for (size_t i = 0; i < s->n_tags; i++) {
        if (s->tags[i].tag == tag)
            return s->tags[i].item;
    }
    return tag == OTHERS || tag == s->other_tag ? OTHERS_BIT : DG_ITEMS_MAX + 1;
}

/* A tag of the list: one octet, or two. */
static struct err take_tag(struct view *list, uint32_t *tag)
{
    uint8_t first, second;

    TRY(view_u8(list, &first));
    *tag = first;
    if ((first & 0x1F) != 0x1F)
        return SUCCESS;
    CHECK(list->len != 0, E_MALFORMED);
    TRY(view_u8(list, &second));
    *tag = *tag << 8 | second;
    return SUCCESS;
}

static struct err take_list(struct reading *r, struct view list)
{
    uint32_t tag;

    r->has_list = true;
    while (list.len != 0) {
        TRY(take_tag(&list, &tag));
        const size_t bit = bit_of(r->schema, tag);

        if (bit > OTHERS_BIT)
            note_add(r->notes, NOTE_DETAILS_TAG);
        else
            r->listed |= (uint32_t)1 << bit;
    }
    return SUCCESS;
}

static size_t count(struct dg_others others)
{
    struct view name;
    size_t      n = 0;

    while (dg_items_next(&others, &name).code == OK)
        n++;
    return n;
}

/* A0 { 02 n, name .. } */
static void take_others(struct reading *r, struct view list)
{
    struct view rest = list, n = { 0 };

    if (r->has_others) {
        note_add(r->notes, NOTE_DETAILS_TWICE);
        return;
    }
    r->has_others = true;
    r->there |= (uint32_t)1 << OTHERS_BIT;
    *r->others = (struct dg_others){ .list = list, .tag = r->schema->other_tag };
    r->others->n = count(*r->others);
    if (tlv_expect(&rest, 0x02, &n).code != OK || n.len != 1 || view_at(n, 0) != r->others->n)
        note_add(r->notes, NOTE_DETAILS_OTHERS);
}

/* A name outside its list, as old documents have it: the whole file is the list then. */
static void take_stray(struct reading *r)
{
    note_add(r->notes, NOTE_DETAILS_OTHERS);
    r->there |= (uint32_t)1 << OTHERS_BIT;
    if (r->others->tag != 0)
        return;
    *r->others = (struct dg_others){ .list = r->all, .tag = r->schema->other_tag };
    r->others->n = count(*r->others);
}

static void take_item(struct reading *r, size_t bit, struct view value)
{
    if ((r->there & (uint32_t)1 << bit) != 0)
        note_add(r->notes, NOTE_DETAILS_TWICE);
    else
        r->item[bit] = value;
    if (value.len == 0)
        note_add(r->notes, NOTE_DETAILS_EMPTY);
    r->there |= (uint32_t)1 << bit;
}

static struct err take_element(struct reading *r, const struct tlv *t)
{
    const size_t bit = bit_of(r->schema, t->tag);

    if (t->tag == 0x5C)
        return take_list(r, t->value);
    if (t->tag == OTHERS)
        take_others(r, t->value);
    else if (bit == OTHERS_BIT)
        take_stray(r);
    else if (bit < OTHERS_BIT)
        take_item(r, bit, t->value);
    else
        note_add(r->notes, NOTE_DETAILS_TAG);
    return SUCCESS;
}

struct err dg_items_read(struct view file, const struct dg_schema *schema, struct view *item,
                         struct dg_others *others, struct notes *notes)
{
    struct reading r = { .schema = schema, .item = item, .others = others, .notes = notes };
    struct view    rest;
    struct tlv     t;

    TRY(lds_file_open(file, schema->file_tag, &r.all, notes));
    rest = r.all;
    while (rest.len != 0) {
        TRY(tlv_next(&rest, &t));
        TRY(take_element(&r, &t));
    }
    /* what the list names and what stands there must be the same, as far as it is known */
    if (!r.has_list)
        note_add(notes, NOTE_DETAILS_NO_LIST);
    else if (r.listed != r.there)
        note_add(notes, NOTE_DETAILS_LIST);
    return SUCCESS;
}

struct err dg_items_next(struct dg_others *others, struct view *name)
{
    struct view rest = others->list;
    struct tlv  t;

    do {
        TRY(tlv_next(&rest, &t));
    } while (t.tag != others->tag);
    others->list = rest;
    *name = t.value;
    return SUCCESS;
}

/* Eight decimal digits from four octets of BCD; a digit above nine comes out as no digit. */
static struct err unpack(struct view bcd, struct buf *out)
{
    while (bcd.len != 0) {
        uint8_t octet;

        TRY(view_u8(&bcd, &octet));
        TRY(buf_u8(out, (uint8_t)('0' + (octet >> 4))));
        TRY(buf_u8(out, (uint8_t)('0' + (octet & 15))));
    }
    return SUCCESS;
}

struct err dg_items_date(struct view text, struct date *out)
{
    enum { BCD_LEN = 4, TEXT_LEN = 8 };
    uint8_t     room[TEXT_LEN];
    struct buf  digits = BUF(room);
    unsigned    n = 0;
    struct date d;

    if (text.len == BCD_LEN)
        TRY(unpack(text, &digits));
    else
        CHECK(text.len == TEXT_LEN && buf_put(&digits, text).code == OK, E_MALFORMED);
    for (size_t i = 0; i < TEXT_LEN; i++) {
        const uint8_t c = view_at(buf_view(&digits), i);

        CHECK(c >= '0' && c <= '9', E_MALFORMED);
        n = n * 10 + (c - (unsigned)'0');
    }
    d.year = (uint16_t)(n / 10000);
    d.month = (uint8_t)(n / 100 % 100);
    d.day = (uint8_t)(n % 100);
    CHECK(date_exists(d), E_MALFORMED);
    *out = d;
    return SUCCESS;
}

void dg_items_note_date(struct view text, struct date *out, struct notes *notes)
{
    if (text.len == 0)
        return;
    if (text.len == 4)
        note_add(notes, NOTE_DETAILS_DATE_BCD);
    if (dg_items_date(text, out).code != OK)
        note_add(notes, NOTE_DETAILS_DATE);
}
