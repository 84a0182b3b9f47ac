/* ef_cvca: see ef_cvca.h. */
#include "lds/ef_cvca.h"

enum { TAG_CAR = 0x42 };

static struct err read_car(struct view *in, struct view *out)
{
    struct view rest = *in, car;

    TRY(tlv_expect(&rest, TAG_CAR, &car));
    CHECK(car.len != 0 && car.len <= CAR_MAX, E_MALFORMED); /* E_09 */
    *in = rest;
    *out = car;
    return SUCCESS;
}

static bool is_zeros(struct view v)
{
    size_t i = 0;

    while (i < v.len && view_at(v, i) == 0)
        i++;
    return i == v.len;
}

struct err ef_cvca_read(struct view file, struct ef_cvca *out, struct notes *notes)
{
    struct ef_cvca c = { .n = 1 };
    struct view    more;

    TRY(read_car(&file, &c.car[0])); /* LDS_G_01, LDS_G_02 */
    if (read_car(&file, &c.car[1]).code == OK)
        c.n = EF_CVCA_CARS;
    if (c.n == EF_CVCA_CARS && read_car(&file, &more).code == OK)
        note_add(notes, NOTE_CVCA_MORE); /* E_10 */
    else if (!is_zeros(file))
        note_add(notes, NOTE_CVCA_PADDING);
    *out = c;
    return SUCCESS;
}
