/* dg11_fuzz: any bytes as DG11.  Property: the further names can be walked as often as they
 * were counted, and a date is a day. */
#include <stdlib.h>

#include "lds/dg11.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct notes notes = { 0 };
    struct dg11  d;
    struct view  name;
    size_t       n = 0;

    if (dg11_read(view_of(data, size), &d, &notes).code != OK)
        return 0;
    while (dg_items_next(&d.other_names, &name).code == OK)
        n++;
    if (n != d.other_names.n)
        abort();
    if (d.birth.year != 0 && !date_exists(d.birth))
        abort();
    return 0;
}
