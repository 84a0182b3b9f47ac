/*
 * dg2_test: the cases LDS_C of TR-03105-5.1, and what real documents do to lengths.
 *
 * The records are built here after ISO/IEC 19794-5:2005; images are their first bytes only.
 */
#include "lds/dg2.h"

#include "parse.h"

#define BHT   "A1{80{0101} 81{02} 82{00} 87{0101} 88{0008}}"
#define BHT39 "A1{87{0101} 88{002A}}"
#define JPEG  "FFD8FFE0 00104A46"         /* 8 bytes */
#define JP2   "0000000C6A502020 0D0A870A" /* 12 bytes */
#define J2K   "FF4FFF51 002F0000"         /* 8 bytes */
#define POINT "01 23 0010 0020 0000"      /* 8 bytes */
/* facial information behind the length: points, gender, eye, hair, mask, expression, pose,
 * uncertainty: 16 bytes */
#define INFO(points)      points "01 03 04 000000 0000 000000 000000"
#define IMAGE(type, data) type data "019D 0213 01 02 0000 0000" /* 413 x 531 */
#define DG2(bht, block)   "75{7F61{020101 7F60{" bht block "}}}"
/* one face of a JPEG of eight bytes: record 14 + 40 = 54, block 40 */
#define ONE(info, image) DG2(BHT, "5F2E{'FAC'00'010'00 00000036 0001 00000028" info image JPEG "}")
#define PLAIN            IMAGE("01", "00")

struct row {
    const char       *name, *file;
    enum outcome      want;
    enum image_format image;
    size_t            image_len;
    uint16_t          points;
    enum note_id      notes[NOTES_EXPECTED];
};

static const struct row rows[] = {
    /* clang-format off */
    { "LDS_C_01 JPEG 2000", DG2(BHT, "5F2E{'FAC'00'010'00 0000003A 0001 0000002C" INFO("0000") IMAGE("01", "01") JP2 "}"), OK, IMAGE_JP2, 12, 0, { 0 } },
    { "LDS_C_02 JPEG", ONE(INFO("0000"), PLAIN), OK, IMAGE_JPEG, 8, 0, { 0 } },
    { "LDS_C_03 JPEG 2000, two feature points", DG2(BHT, "5F2E{'FAC'00'010'00 0000004A 0001 0000003C" INFO("0002") POINT POINT IMAGE("01", "01") JP2 "}"), OK, IMAGE_JP2, 12, 2, { 0 } },
    { "token image", ONE(INFO("0000"), IMAGE("02", "00")), OK, IMAGE_JPEG, 8, 0, { 0 } },
    { "all unspecified", ONE("0000 00 00 00 000000 0000 000000 000000", PLAIN), OK, IMAGE_JPEG, 8, 0, { 0 } },
    { "all unknown, extreme poses", ONE("0000 FF FF FF 000000 0000 B4B4B4 B5B5B5", PLAIN), OK, IMAGE_JPEG, 8, 0, { 0 } },
    { "a bare codestream", DG2(BHT, "5F2E{'FAC'00'010'00 00000036 0001 00000028" INFO("0000") IMAGE("01", "01") J2K "}"), OK, IMAGE_J2K, 8, 0, { NOTE_FACE_CODESTREAM } },
    { "19794 in a constructed block", DG2(BHT, "7F2E{'FAC'00'010'00 00000036 0001 00000028" INFO("0000") PLAIN JPEG "}"), OK, IMAGE_JPEG, 8, 0, { 0 } },
    { "39794-5", DG2(BHT39, "7F2E{A1{65{A0{800103}}}}"), OK, IMAGE_UNKNOWN, 0, 0, { NOTE_FACE_39794 } },
    { "39794-5 under a 19794 header", DG2(BHT, "7F2E{A1{65{A0{800103}}}}"), OK, IMAGE_UNKNOWN, 0, 0, { NOTE_FACE_39794, NOTE_DG2_HEADER } },
    { "LDS_C_04 tag 76", "76{7F61{020101 7F60{" BHT "5F2E{00}}}}", E_UNEXPECTED, 0, 0, 0, { 0 } },
    { "LDS_C_06 length too big", "7508 7F61{020101}", E_TRUNCATED, 0, 0, 0, { 0 } },
    { "LDS_C_07 no number of instances", "75{7F61{7F60{" BHT "5F2E{'FAC'00'010'00 00000036 0001 00000028" INFO("0000") PLAIN JPEG "}}}}", OK, IMAGE_JPEG, 8, 0, { NOTE_DG2_COUNT } },
    { "number of instances wrong", "75{7F61{020102 7F60{" BHT "5F2E{'FAC'00'010'00 00000036 0001 00000028" INFO("0000") PLAIN JPEG "}}}}", OK, IMAGE_JPEG, 8, 0, { NOTE_DG2_COUNT } },
    { "LDS_C_08 format owner", DG2("A1{81{02} 87{01FF} 88{0008}}", "5F2E{'FAC'00'010'00 00000036 0001 00000028" INFO("0000") PLAIN JPEG "}"), OK, IMAGE_JPEG, 8, 0, { NOTE_DG2_HEADER } },
    { "LDS_C_09 no format owner", DG2("A1{81{02} 88{0008}}", "5F2E{'FAC'00'010'00 00000036 0001 00000028" INFO("0000") PLAIN JPEG "}"), OK, IMAGE_JPEG, 8, 0, { NOTE_DG2_HEADER } },
    { "LDS_C_10 format type", DG2("A1{81{02} 87{0101} 88{0009}}", "5F2E{'FAC'00'010'00 00000036 0001 00000028" INFO("0000") PLAIN JPEG "}"), OK, IMAGE_JPEG, 8, 0, { NOTE_DG2_HEADER } },
    { "LDS_C_11 no format type", DG2("A1{81{02} 87{0101}}", "5F2E{'FAC'00'010'00 00000036 0001 00000028" INFO("0000") PLAIN JPEG "}"), OK, IMAGE_JPEG, 8, 0, { NOTE_DG2_HEADER } },
    { "LDS_C_13 biometric type", DG2("A1{81{08} 87{0101} 88{0008}}", "5F2E{'FAC'00'010'00 00000036 0001 00000028" INFO("0000") PLAIN JPEG "}"), OK, IMAGE_JPEG, 8, 0, { NOTE_DG2_HEADER } },
    { "empty biometric type", DG2("A1{81{} 87{0101} 88{0008}}", "5F2E{'FAC'00'010'00 00000036 0001 00000028" INFO("0000") PLAIN JPEG "}"), OK, IMAGE_JPEG, 8, 0, { NOTE_DG2_HEADER } },
    { "a header that breaks off", DG2("A1{87{0101} 88{0008} 8105}", "5F2E{'FAC'00'010'00 00000036 0001 00000028" INFO("0000") PLAIN JPEG "}"), OK, IMAGE_JPEG, 8, 0, { NOTE_DG2_HEADER } },
    { "no header at all", DG2("", "5F2E{'FAC'00'010'00 00000036 0001 00000028" INFO("0000") PLAIN JPEG "}"), OK, IMAGE_JPEG, 8, 0, { NOTE_DG2_HEADER } },
    { "LDS_C_14 format identifier", DG2(BHT, "5F2E{'FIR'00'010'00 00000036 0001 00000028" INFO("0000") PLAIN JPEG "}"), E_UNEXPECTED, 0, 0, 0, { 0 } },
    { "LDS_C_15 version 020", DG2(BHT, "5F2E{'FAC'00'020'00 00000036 0001 00000028" INFO("0000") PLAIN JPEG "}"), E_UNSUPPORTED, 0, 0, 0, { 0 } },
    { "LDS_C_16 facial block without its points", DG2(BHT, "5F2E{'FAC'00'010'00 0000003E 0001 00000028" INFO("0001") POINT PLAIN JPEG "}"), OK, IMAGE_JPEG, 8, 1, { NOTE_FACE_LENGTH } },
    { "record length eight short (NZ)", DG2(BHT, "5F2E{'FAC'00'010'00 0000002E 0001 00000028" INFO("0000") PLAIN JPEG "}"), OK, IMAGE_JPEG, 8, 0, { NOTE_FACE_LENGTH } },
    { "record length one short (GB)", DG2(BHT, "5F2E{'FAC'00'010'00 00000035 0001 00000028" INFO("0000") PLAIN JPEG "}"), OK, IMAGE_JPEG, 8, 0, { NOTE_FACE_LENGTH } },
    { "bytes behind the image", DG2(BHT, "5F2E{'FAC'00'010'00 00000036 0001 00000028" INFO("0000") PLAIN JPEG "0000}"), OK, IMAGE_JPEG, 10, 0, { NOTE_FACE_LENGTH } },
    { "LDS_C_17 gender", ONE("0000 03 03 04 000000 0000 000000 000000", PLAIN), OK, IMAGE_JPEG, 8, 0, { NOTE_FACE_VALUE } },
    { "LDS_C_18 eye colour", ONE("0000 01 08 04 000000 0000 000000 000000", PLAIN), OK, IMAGE_JPEG, 8, 0, { NOTE_FACE_VALUE } },
    { "LDS_C_19 hair colour", ONE("0000 01 03 0A 000000 0000 000000 000000", PLAIN), OK, IMAGE_JPEG, 8, 0, { NOTE_FACE_VALUE } },
    { "LDS_C_20 yaw", ONE("0000 01 03 04 000000 0000 B50000 000000", PLAIN), OK, IMAGE_JPEG, 8, 0, { NOTE_FACE_VALUE } },
    { "LDS_C_21 pitch", ONE("0000 01 03 04 000000 0000 00FF00 000000", PLAIN), OK, IMAGE_JPEG, 8, 0, { NOTE_FACE_VALUE } },
    { "LDS_C_22 roll", ONE("0000 01 03 04 000000 0000 0000B5 000000", PLAIN), OK, IMAGE_JPEG, 8, 0, { NOTE_FACE_VALUE } },
    { "LDS_C_23 yaw uncertainty", ONE("0000 01 03 04 000000 0000 000000 B60000", PLAIN), OK, IMAGE_JPEG, 8, 0, { NOTE_FACE_VALUE } },
    { "LDS_C_24 pitch uncertainty", ONE("0000 01 03 04 000000 0000 000000 00B600", PLAIN), OK, IMAGE_JPEG, 8, 0, { NOTE_FACE_VALUE } },
    { "LDS_C_25 roll uncertainty", ONE("0000 01 03 04 000000 0000 000000 0000FF", PLAIN), OK, IMAGE_JPEG, 8, 0, { NOTE_FACE_VALUE } },
    { "LDS_C_26 image type", ONE(INFO("0000"), IMAGE("03", "00")), OK, IMAGE_JPEG, 8, 0, { NOTE_FACE_IMAGE_TYPE } },
    { "LDS_C_27 image data type", ONE(INFO("0000"), IMAGE("01", "02")), OK, IMAGE_JPEG, 8, 0, { NOTE_FACE_DATA_TYPE } },
    { "JPEG called JPEG 2000", ONE(INFO("0000"), IMAGE("01", "01")), OK, IMAGE_JPEG, 8, 0, { NOTE_FACE_DATA_TYPE } },
    { "neither JPEG nor JPEG 2000", DG2(BHT, "5F2E{'FAC'00'010'00 00000036 0001 00000028" INFO("0000") PLAIN "8950 4E47 0D0A 1A0A}"), OK, IMAGE_UNKNOWN, 8, 0, { NOTE_FACE_IMAGE_UNKNOWN } },
    { "image of no byte", DG2(BHT, "5F2E{'FAC'00'010'00 0000002E 0001 00000020" INFO("0000") PLAIN "}"), OK, IMAGE_UNKNOWN, 0, 0, { NOTE_FACE_IMAGE_UNKNOWN } },
    { "LDS_C_28 no 5F2E", DG2(BHT, "5F2D{00}"), E_UNEXPECTED, 0, 0, 0, { 0 } },
    { "LDS_C_28 nothing behind the header", DG2(BHT, ""), E_TRUNCATED, 0, 0, 0, { 0 } },
    { "more behind the block", DG2(BHT, "5F2E{'FAC'00'010'00 00000036 0001 00000028" INFO("0000") PLAIN JPEG "} 0400"), OK, IMAGE_JPEG, 8, 0, { NOTE_DG2_EXTRA } },
    { "more in the group", "75{7F61{020101 5300 7F60{" BHT "5F2E{'FAC'00'010'00 00000036 0001 00000028" INFO("0000") PLAIN JPEG "}}}}", OK, IMAGE_JPEG, 8, 0, { NOTE_DG2_EXTRA } },
    { "more behind the group", "75{7F61{020101 7F60{" BHT "5F2E{'FAC'00'010'00 00000036 0001 00000028" INFO("0000") PLAIN JPEG "}}} 0400}", OK, IMAGE_JPEG, 8, 0, { NOTE_DG2_EXTRA } },
    { "no template", "75{7F61{020100}}", E_UNEXPECTED, 0, 0, 0, { 0 } },
    { "no face in the record", DG2(BHT, "5F2E{'FAC'00'010'00 0000000E 0000}"), E_UNEXPECTED, 0, 0, 0, { 0 } },
    { "more points than bytes", ONE(INFO("FFFF"), PLAIN), E_TRUNCATED, 0, 0, 0, { 0 } },
    { "record ends in its header", DG2(BHT, "5F2E{'FAC'00'010'00 0000000E 00}"), E_TRUNCATED, 0, 0, 0, { 0 } },
    { "block ends in the image header", DG2(BHT, "5F2E{'FAC'00'010'00 00000036 0001 00000028" INFO("0000") "0100}"), E_TRUNCATED, 0, 0, 0, { NOTE_FACE_LENGTH } },
    { "39794 of another body part", DG2(BHT39, "7F2E{A1{64{A0{800103}}}}"), E_UNEXPECTED, 0, 0, 0, { 0 } },
    { "7F2E with neither", DG2(BHT39, "7F2E{0400}"), E_UNEXPECTED, 0, 0, 0, { 0 } },
    /* clang-format on */
};

static struct err parse(struct view in)
{
    struct dg2 d;

    return dg2_read(in, &d, NULL);
}

static void rows_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct row *r = &rows[i];
        struct view       file = NEST(r->file);
        struct notes      notes = { 0 };
        struct dg2        d = { .n = 99 };

        ROW(r->name);
        EXPECT_CODE(dg2_read(file, &d, &notes), r->want);
        every_flip_ends(file, parse);
        if (r->want != OK) {
            EXPECT(d.n == 99);
            continue;
        }
        expect_notes(&notes, r->notes);
        every_prefix_fails(file, parse);
        EXPECT(d.n == 1);
        EXPECT(d.face[0].image_format == r->image && d.face[0].image.len == r->image_len);
        EXPECT(d.face[0].points == r->points);
        if (d.face[0].format == FACE_ISO_19794_5)
            EXPECT(d.face[0].width == 413 && d.face[0].height == 531);
        else
            EXPECT_BYTES(d.face[0].block, NEST("A1{65{A0{800103}}}"));
    }
}

#define FACE40 "00000028" INFO("0000") PLAIN JPEG

static const struct {
    const char  *name, *file;
    enum outcome want;
    size_t       n;
    enum note_id notes[NOTES_EXPECTED];
} several[] = {
    /* clang-format off */
    { "two faces in a record", DG2(BHT, "5F2E{'FAC'00'010'00 0000005E 0002" FACE40 FACE40 "}"), OK, 2, { 0 } },
    { "the first is shorter than its header", DG2(BHT, "5F2E{'FAC'00'010'00 0000005E 0002 0000001F" INFO("0000") PLAIN JPEG FACE40 "}"), E_MALFORMED, 0, { 0 } },
    { "the first goes beyond the block", DG2(BHT, "5F2E{'FAC'00'010'00 0000005E 0002 00000128" INFO("0000") PLAIN JPEG FACE40 "}"), E_TRUNCATED, 0, { 0 } },
    { "two promised, one there", DG2(BHT, "5F2E{'FAC'00'010'00 00000036 0002" FACE40 "}"), E_TRUNCATED, 0, { 0 } },
    { "five faces", DG2(BHT, "5F2E{'FAC'00'010'00 000000D6 0005" FACE40 FACE40 FACE40 FACE40 FACE40 "}"), OK, 4, { NOTE_DG2_MORE_FACES } },
    { "two templates", "75{7F61{020102 7F60{" BHT "5F2E{'FAC'00'010'00 00000036 0001" FACE40 "}} 7F60{" BHT39 "7F2E{A1{6500}}}}}", OK, 2, { NOTE_FACE_39794 } },
    { "five templates", "75{7F61{020105 7F60{" BHT39 "7F2E{A1{6500}}} 7F60{" BHT39 "7F2E{A1{6500}}} 7F60{" BHT39 "7F2E{A1{6500}}} 7F60{" BHT39 "7F2E{A1{6500}}} 7F60{" BHT39 "7F2E{A1{6500}}}}}",
      OK, 4, { NOTE_FACE_39794, NOTE_DG2_MORE_FACES } },
    /* clang-format on */
};

static void several_faces_are_kept(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(several); i++) {
        struct notes notes = { 0 };
        struct dg2   d = { 0 };

        ROW(several[i].name);
        EXPECT_CODE(dg2_read(NEST(several[i].file), &d, &notes), several[i].want);
        EXPECT(d.n == several[i].n);
        expect_notes(&notes, several[i].notes);
    }
}

static void formats_have_names(void **state)
{
    (void)state;
    EXPECT(strcmp(image_format_name(IMAGE_JPEG), "JPEG") == 0);
    EXPECT(strcmp(image_format_name(IMAGE_J2K), "JPEG 2000 codestream") == 0);
    EXPECT(strcmp(image_format_name((enum image_format)77), "unknown") == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(rows_hold),
                                        cmocka_unit_test(several_faces_are_kept),
                                        cmocka_unit_test(formats_have_names) };

    return cmocka_run_group_tests_name("lds.dg2", tests, NULL, NULL);
}
