/* dg2_fuzz: any bytes as the face.  Property: images lie within their blocks, faces are
 * counted. */
#include <stdlib.h>

#include "lds/dg2.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct notes notes = { 0 };
    struct dg2   d;

    if (dg2_read(view_of(data, size), &d, &notes).code != OK)
        return 0;
    if (d.n == 0 || d.n > DG2_FACES_MAX)
        abort();
    for (size_t i = 0; i < d.n; i++) {
        if (d.face[i].image.len > d.face[i].block.len || d.face[i].format == FACE_FORMAT_NONE)
            abort();
        if (image_format_name(d.face[i].image_format) == NULL)
            abort();
    }
    return 0;
}
