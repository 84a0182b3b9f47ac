/*
 * facefile: the portrait as DG2 carries it: JPEG in an ISO 19794-5 record.
 *
 * Spec: ISO/IEC 19794-5:2005 clause 5 (format), Doc 9303-10 4.7.2.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include "face.h"
#include "making.h"
#include "quit.h"

/* What a passport's portrait weighs (Doc 9303-9 asks for 15 to 20 kB after compression). */
enum { PORTRAIT_MOST = 19800, PORTRAIT_LEAST = 15400 };

/* The pixels are only read; libjpeg does not know const. */
static void encode(uint8_t *rgb, int quality, struct blob *out)
{
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr       errors;
    unsigned char              *bytes = NULL;
    unsigned long               n = 0;

    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    jpeg_mem_dest(&jpeg, &bytes, &n);
    jpeg.image_width = FACE_WIDTH;
    jpeg.image_height = FACE_HEIGHT;
    jpeg.input_components = 3;
    jpeg.in_color_space = JCS_RGB;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, quality, TRUE);
    jpeg.optimize_coding = TRUE;
    jpeg.density_unit = 1;
    jpeg.X_density = jpeg.Y_density = 300;
    jpeg_start_compress(&jpeg, TRUE);
    for (size_t y = 0; y < FACE_HEIGHT; y++) {
        JSAMPROW row = rgb + y * FACE_WIDTH * 3;

        jpeg_write_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_compress(&jpeg);
    out->len = 0;
    blob_put(out, bytes, n);
    jpeg_destroy_compress(&jpeg);
    free(bytes);
}

/* The best quality that fits: the size grows with it. */
static void portrait(const struct recipe *r, struct blob *out)
{
    uint8_t *rgb = quit_memory((size_t)FACE_WIDTH * FACE_HEIGHT * 3);
    int      low = 30, high = 96;

    face_draw(rgb, (uint64_t)recipe_number(r, "person.seed"), recipe_is(r, "person.sex", "F"));
    while (low < high) {
        const int middle = (low + high + 1) / 2;

        encode(rgb, middle, out);
        if (out->len <= PORTRAIT_MOST)
            low = middle;
        else
            high = middle - 1;
    }
    encode(rgb, low, out);
    if (out->len > PORTRAIT_MOST || out->len < PORTRAIT_LEAST)
        quit(QUIT_SOFTWARE, "the portrait of seed %s came out at %zu bytes",
             recipe_get(r, "person.seed"), out->len);
}

/* Comments behind the picture's beginning, until it is so long: for chips with room and readers
 * with patience. */
static void lengthen(const struct recipe *r, struct blob *jpeg)
{
    enum { COMMENT = 60000, FRAME = 4 };
    const size_t wanted = (size_t)recipe_number(r, "face.size");

    while (jpeg->len + FRAME < wanted) {
        struct blob  comment = { 0 };
        const size_t missing = wanted - jpeg->len - FRAME;
        const size_t n = missing < COMMENT ? missing : COMMENT;

        blob_u(&comment, 0xFFFE, 2);
        blob_u(&comment, n + 2, 2);
        blob_fill(&comment, ' ', n);
        blob_splice(jpeg, 2, 0, comment.at, comment.len); /* behind FFD8 */
    }
}

static unsigned gender(const struct recipe *r)
{
    return recipe_is(r, "person.sex", "M") ? 1 : recipe_is(r, "person.sex", "F") ? 2 : 0;
}

void facefile_put(struct making *m, struct blob *out)
{
    struct blob  image = { 0 };
    const size_t head = 14, facial = 20, info = 12;

    portrait(&m->recipe, &image);
    lengthen(&m->recipe, &image);
    blob_put(out,
             "FAC\0"
             "010\0",
             8);
    blob_u(out, head + facial + info + image.len, 4);
    blob_u(out, 1, 2); /* facial images */

    blob_u(out, facial + info + image.len, 4);
    blob_u(out, 0, 2); /* feature points */
    blob_u(out, gender(&m->recipe), 1);
    blob_u(out, 0, 2); /* eye and hair colour: unspecified */
    blob_u(out, 0, 3); /* feature mask */
    blob_u(out, 1, 2); /* expression: neutral */
    blob_u(out, 0, 3); /* pose angles: unspecified */
    blob_u(out, 0, 3); /* and their uncertainty */

    blob_u(out, 1, 1); /* full frontal */
    blob_u(out, 0, 1); /* JPEG */
    blob_u(out, FACE_WIDTH, 2);
    blob_u(out, FACE_HEIGHT, 2);
    blob_u(out, 1, 1); /* colour space: 24-bit RGB */
    blob_u(out, 2, 1); /* source: static photograph, digital camera */
    blob_u(out, 0, 2); /* device type: unspecified */
    blob_u(out, 0, 2); /* quality: unspecified */
    blob_add(out, &image);
}
