/* dg14_fuzz: any bytes as DG14.  Property: the infos that were counted are those that are
 * walked, kind by kind. */
#include <stdlib.h>

#include "lds/dg14.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct notes          notes = { 0 };
    struct security_infos infos;
    struct security_info  info;

    if (dg14_read(view_of(data, size), &infos, &notes).code != OK)
        return 0;
    while (security_infos_next(&infos.list, &info).code == OK) {
        if (info.kind >= INFO_KINDS || infos.n[info.kind]-- == 0)
            abort();
    }
    for (unsigned k = 0; k < INFO_KINDS; k++) {
        if (infos.n[k] != 0)
            abort();
    }
    return 0;
}
