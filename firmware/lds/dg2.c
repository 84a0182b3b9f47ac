/* dg2: see dg2.h. */
#include "lds/dg2.h"
#include "lds/face_record.h"

/* The biometric header: whose format, which.  9303-10 clause 4.7.2.2; LDS_C_08..13. */
static void judge_header(struct view header, uint8_t format, struct notes *notes)
{
    static const uint8_t owner[] = { 0x01, 0x01 };
    const uint8_t        type[] = { 0x00, format };
    bool                 owner_right = false, type_right = false, face = true;
    struct tlv           t;

    while (header.len != 0) {
        if (tlv_next(&header, &t).code != OK) {
            face = false;
            break;
        }
        if (t.tag == 0x87)
            owner_right = view_eq(t.value, VIEW(owner));
        if (t.tag == 0x88)
            type_right = view_eq(t.value, VIEW(type));
        if (t.tag == 0x81) /* bit 2 is facial features; the deprecated longer form begins so */
            face = face && view_at(t.value, t.value.len - 1) == 0x02;
    }
    if (!owner_right || !type_right || !face)
        note_add(notes, NOTE_DG2_HEADER);
}

/* 7F2E { A1 { 65 ... } }: kept closed. */
static struct err take_39794(struct view block, struct dg2 *to, struct notes *notes)
{
    struct view rest = block, choice, record;

    TRY(tlv_expect(&rest, 0xA1, &choice));
    TRY(tlv_expect(&choice, 0x65, &record));
    note_add(notes, NOTE_FACE_39794);
    if (to->n == DG2_FACES_MAX) {
        note_add(notes, NOTE_DG2_MORE_FACES);
        return SUCCESS;
    }
    to->face[to->n++] = (struct face){ .format = FACE_ISO_39794_5, .block = block };
    return SUCCESS;
}

static struct err read_template(struct view in, struct dg2 *to, struct notes *notes)
{
    enum { ISO_19794_5 = 0x08, ISO_39794_5 = 0x2A };
    struct view header = { 0 };
    struct tlv  t;

    TRY(tlv_next(&in, &t));
    if (t.tag == 0xA1) {
        header = t.value;
        TRY(tlv_next(&in, &t)); /* LDS_C_28 */
    }
    CHECK(t.tag == 0x5F2E || t.tag == 0x7F2E, E_UNEXPECTED);
    if (in.len != 0)
        note_add(notes, NOTE_DG2_EXTRA);
    /* a 19794 record may stand in the constructed 7F2E too: its own first letter tells */
    if (t.tag == 0x7F2E && view_at(t.value, 0) != 'F') {
        judge_header(header, ISO_39794_5, notes);
        return take_39794(t.value, to, notes);
    }
    judge_header(header, ISO_19794_5, notes);
    return face_record_read(t.value, to, notes);
}

struct tally {
    size_t claimed, there; /* templates */
};

static struct err take_element(const struct tlv *t, struct tally *n, struct dg2 *to,
                               struct notes *notes)
{
    if (t->tag == 0x7F60) {
        n->there++;
        return read_template(t->value, to, notes);
    }
    if (t->tag == 0x02 && t->value.len == 1)
        n->claimed = view_at(t->value, 0);
    else
        note_add(notes, NOTE_DG2_EXTRA);
    return SUCCESS;
}

static struct err read_group(struct view in, struct dg2 *to, struct notes *notes)
{
    struct tally n = { 0 };
    struct tlv   t;

    while (in.len != 0) {
        TRY(tlv_next(&in, &t));
        TRY(take_element(&t, &n, to, notes));
    }
    if (n.claimed != n.there) /* LDS_C_07 */
        note_add(notes, NOTE_DG2_COUNT);
    return SUCCESS;
}

struct err dg2_read(struct view file, struct dg2 *out, struct notes *notes)
{
    struct dg2  d = { 0 };
    struct view rest, group;

    TRY(lds_file_open(file, 0x75, &rest, notes));
    TRY(tlv_expect(&rest, 0x7F61, &group));
    if (rest.len != 0)
        note_add(notes, NOTE_DG2_EXTRA);
    TRY(read_group(group, &d, notes));
    CHECK(d.n != 0, E_UNEXPECTED);
    *out = d;
    return SUCCESS;
}

const char *image_format_name(enum image_format format)
{
    static const char *const names[] = {
        [IMAGE_UNKNOWN] = "unknown",
        [IMAGE_JPEG] = "JPEG",
        [IMAGE_JP2] = "JPEG 2000",
        [IMAGE_J2K] = "JPEG 2000 codestream",
    };

    return names[(unsigned)format <= IMAGE_J2K ? format : IMAGE_UNKNOWN];
}
