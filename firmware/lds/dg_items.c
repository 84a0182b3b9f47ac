/* dg_items: see dg_items.h. */
#include "lds/dg_items.h"

static const uint32_t OTHERS = 0xA0; /* the list of further names */

/* What the tag list says and what is there: 1 << item, and one bit for the further names. */
struct seen {
    uint32_t listed, there;
    bool     has_list, has_others;
};

enum { OTHERS_BIT = DG_ITEMS_MAX };

/* The bit of a tag; DG_ITEMS_MAX + 1 if it is none of the schema's. */
static size_t bit_of(const struct dg_schema *s, uint32_t tag)
{
    for (size_t i = 0; i < s->n_tags; i++) {
        if (s->tags[i].tag == tag)
            return s->tags[i].item;
    }
    return tag == OTHERS || tag == s->other_tag ? OTHERS_BIT : DG_ITEMS_MAX + 1;
}

static struct err read_list(struct view list, const struct dg_schema *s, struct seen *seen,
                            struct notes *notes)
{
    seen->has_list = true;
    while (list.len != 0) {
        uint8_t  first, second = 0;
        uint32_t tag;

        TRY(view_u8(&list, &first));
        tag = first;
        if ((first & 0x1F) == 0x1F) {
            CHECK(list.len != 0, E_MALFORMED);
            TRY(view_u8(&list, &second));
            tag = tag << 8 | second;
        }
        const size_t bit = bit_of(s, tag);

        if (bit > OTHERS_BIT)
            note_add(notes, NOTE_DETAILS_TAG);
        else
            seen->listed |= (uint32_t)1 << bit;
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
static void take_others(struct view list, const struct dg_schema *s, struct seen *seen,
                        struct dg_others *others, struct notes *notes)
{
    struct view rest = list, n = { 0 };

    if (seen->has_others) {
        note_add(notes, NOTE_DETAILS_TWICE);
        return;
    }
    seen->has_others = true;
    seen->there |= (uint32_t)1 << OTHERS_BIT;
    *others = (struct dg_others){ .list = list, .tag = s->other_tag };
    others->n = count(*others);
    if (tlv_expect(&rest, 0x02, &n).code != OK || n.len != 1 || view_at(n, 0) != others->n)
        note_add(notes, NOTE_DETAILS_OTHERS);
}

static void take_item(const struct tlv *t, size_t bit, struct view *item, struct seen *seen,
                      struct notes *notes)
{
    if ((seen->there & (uint32_t)1 << bit) != 0)
        note_add(notes, NOTE_DETAILS_TWICE);
    else
        item[bit] = t->value;
    if (t->value.len == 0)
        note_add(notes, NOTE_DETAILS_EMPTY);
    seen->there |= (uint32_t)1 << bit;
}

/* A name outside its list, as old documents have it: the whole file is the list then. */
static void take_stray(struct view all, const struct dg_schema *s, struct seen *seen,
                       struct dg_others *others, struct notes *notes)
{
    note_add(notes, NOTE_DETAILS_OTHERS);
    seen->there |= (uint32_t)1 << OTHERS_BIT;
    if (others->tag != 0)
        return;
    *others = (struct dg_others){ .list = all, .tag = s->other_tag };
    others->n = count(*others);
}

/* What the list names and what stands there must be the same, as far as it is known. */
static void judge(const struct seen *seen, struct notes *notes)
{
    if (!seen->has_list)
        note_add(notes, NOTE_DETAILS_NO_LIST);
    else if (seen->listed != seen->there)
        note_add(notes, NOTE_DETAILS_LIST);
}

struct err dg_items_read(struct view file, const struct dg_schema *schema, struct view *item,
                         struct dg_others *others, struct notes *notes)
{
    struct seen seen = { 0 };
    struct view all, rest;
    struct tlv  t;

    TRY(lds_file_open(file, schema->file_tag, &all, notes));
    rest = all;
    while (rest.len != 0) {
        TRY(tlv_next(&rest, &t));
        const size_t bit = bit_of(schema, t.tag);

        if (t.tag == 0x5C) {
            TRY(read_list(t.value, schema, &seen, notes));
        } else if (t.tag == OTHERS) {
            take_others(t.value, schema, &seen, others, notes);
        } else if (t.tag == schema->other_tag) {
            take_stray(all, schema, &seen, others, notes);
        } else if (bit < OTHERS_BIT) {
            take_item(&t, bit, item, &seen, notes);
        } else {
            note_add(notes, NOTE_DETAILS_TAG);
        }
    }
    judge(&seen, notes);
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
