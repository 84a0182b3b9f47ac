/* dg12_fuzz: any bytes as DG12.  Property: the further names can be walked as often as they
 * were counted, and a date is a day. */
#include <stdlib.h>

#include "lds/dg12.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct notes notes = { 0 };
    struct dg12  d;
    struct view  name;
    size_t       n = 0;

    if (dg12_read(view_of(data, size), &d, &notes).code != OK)
        return 0;
    while (dg_items_next(&d.other_persons, &name).code == OK)
        n++;
    if (n != d.other_persons.n)
        abort();
    if (d.issued.year != 0 && !date_exists(d.issued))
        abort();
    return 0;
}
