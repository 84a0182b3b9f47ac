/* ef_com_fuzz: any bytes as EF.COM.  Property: what is listed is a set of data groups. */
#include <stdlib.h>

#include "lds/ef_com.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct notes  notes = { 0 };
    struct ef_com com;

    if (ef_com_read(view_of(data, size), &com, &notes).code != OK)
        return 0;
    if ((com.dgs & ~0x1FFFEU) != 0 || (com.dgs != 0 && com.tags.len == 0))
        abort();
    return 0;
}
