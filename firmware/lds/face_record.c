/*
 * face_record: see face_record.h.
 *
 * The lengths inside the record are often wrong by a few bytes (by the header, by the feature
 * points), so they bound nothing but the step from one face to the next; the last face ends
 * where the block ends.
 */
#include "lds/face_record.h"

enum {
    FACE_HEADER_LEN = 20, /* facial information block */
    IMAGE_HEADER_LEN = 12,
    POINT_LEN = 8,
};

static bool begins(struct view v, struct view magic)
{
    struct view      start;
    const struct err e = view_sub(v, 0, magic.len, &start);

    return e.code == OK && view_eq(start, magic);
}

static enum image_format sniff(struct view image)
{
    static const uint8_t jpeg[] = { 0xFF, 0xD8, 0xFF };
    static const uint8_t jp2[] = { 0x00, 0x00, 0x00, 0x0C, 0x6A, 0x50, 0x20, 0x20 };
    static const uint8_t j2k[] = { 0xFF, 0x4F, 0xFF };

    if (begins(image, VIEW(jpeg)))
        return IMAGE_JPEG;
    if (begins(image, VIEW(jp2)))
        return IMAGE_JP2;
    return begins(image, VIEW(j2k)) ? IMAGE_J2K : IMAGE_UNKNOWN;
}

static void judge_image(const struct face *f, uint8_t data_type, struct notes *notes)
{
    const bool jpeg = f->image_format == IMAGE_JPEG;

    if (f->image_format == IMAGE_UNKNOWN)
        note_add(notes, NOTE_FACE_IMAGE_UNKNOWN);
    if (f->image_format == IMAGE_J2K)
        note_add(notes, NOTE_FACE_CODESTREAM);
    if (data_type > 1 || (f->image_format != IMAGE_UNKNOWN && jpeg != (data_type == 0)))
        note_add(notes, NOTE_FACE_DATA_TYPE); /* LDS_C_27 */
    if (f->image_type > 2)
        note_add(notes, NOTE_FACE_IMAGE_TYPE); /* LDS_C_26 */
}

/* ISO/IEC 19794-5:2005 clause 5.5, by offset in the facial information block; 0xFF is
 * "unknown" where the table allows it.  LDS_C_17..25. */
static void judge_header(struct view header, struct notes *notes)
{
    static const struct {
        uint8_t at, max;
        bool    unknown;
    } rules[] = {
        { 6, 2, true },     /* gender */
        { 7, 7, true },     /* eye colour */
        { 8, 9, true },     /* hair colour */
        { 14, 180, false }, /* pose: yaw, pitch, roll in steps of two degrees */
        { 15, 180, false }, /**/
        { 16, 180, false }, /**/
        { 17, 181, false }, /* their uncertainty */
        { 18, 181, false }, /**/
        { 19, 181, false }, /**/
    };

    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        const uint8_t v = view_at(header, rules[i].at);

        if (v > rules[i].max && !(rules[i].unknown && v == 0xFF))
            note_add(notes, NOTE_FACE_VALUE);
    }
}

static struct err read_image_header(struct view *rest, struct face *f, uint8_t *data_type)
{
    struct view header, unused;

    TRY(view_take(rest, IMAGE_HEADER_LEN, &header));
    TRY(view_u8(&header, &f->image_type));
    TRY(view_u8(&header, data_type));
    TRY(view_u16(&header, &f->width));
    TRY(view_u16(&header, &f->height));
    return view_take(&header, header.len, &unused); /* colour, source, device, quality */
}

static struct err read_face(struct view *rest, bool last, struct face *f, struct notes *notes)
{
    const size_t whole = rest->len;
    struct view  header, fields, points;
    uint32_t     len;
    uint8_t      data_type = 0;

    TRY(view_take(rest, FACE_HEADER_LEN, &header));
    fields = header;
    TRY(view_u32(&fields, &len));
    TRY(view_u16(&fields, &f->points));
    TRY(view_take(rest, (size_t)f->points * POINT_LEN, &points));
    TRY(read_image_header(rest, f, &data_type));
    const size_t before = whole - rest->len;

    if (last && len != whole)
        note_add(notes, NOTE_FACE_LENGTH); /* LDS_C_16 */
    CHECK(last || len >= before, E_MALFORMED);
    TRY(view_take(rest, last ? rest->len : len - before, &f->image));
    f->image_format = sniff(f->image);
    judge_header(header, notes);
    judge_image(f, data_type, notes);
    return SUCCESS;
}

struct err face_record_read(struct view block, struct dg2 *to, struct notes *notes)
{
    struct view rest = block, id, version;
    uint32_t    len;
    uint16_t    faces;

    TRY(view_take(&rest, 4, &id));
    CHECK(view_eq(id, view_of("FAC", 4)), E_UNEXPECTED); /* LDS_C_14 */
    TRY(view_take(&rest, 4, &version));
    CHECK(view_eq(version, view_of("010", 4)), E_UNSUPPORTED); /* LDS_C_15 */
    TRY(view_u32(&rest, &len));
    TRY(view_u16(&rest, &faces));
    if (len != block.len)
        note_add(notes, NOTE_FACE_LENGTH);
    for (size_t i = 0; i < faces; i++) {
        struct face f = { .format = FACE_ISO_19794_5, .block = block };

        if (to->n == DG2_FACES_MAX) {
            note_add(notes, NOTE_DG2_MORE_FACES);
            return SUCCESS;
        }
        TRY(read_face(&rest, i + 1 == faces, &f, notes));
        to->face[to->n++] = f;
    }
    return SUCCESS;
}
