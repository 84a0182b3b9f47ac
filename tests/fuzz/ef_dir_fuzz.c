/* ef_dir_fuzz: any bytes as EF.DIR.  Property: the walk finds the identifiers that were counted. */
#include <stdlib.h>

#include "lds/ef_dir.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct notes  notes = { 0 };
    struct ef_dir dir;
    struct view   list, aid;
    size_t        n = 0;

    if (ef_dir_read(view_of(data, size), &dir, &notes).code != OK)
        return 0;
    list = dir.list;
    while (ef_dir_next(&list, &aid).code == OK) {
        if (aid.len < AID_MIN || aid.len > AID_MAX)
            abort();
        n++;
    }
    if (n != dir.n || ((dir.lds1 || dir.lds2) && n == 0))
        abort();
    return 0;
}
