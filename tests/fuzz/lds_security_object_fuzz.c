/* lds_security_object_fuzz: any bytes as the list of hashes.  Property: hashes stand where
 * the set of data groups says, and nowhere else. */
#include <stdlib.h>

#include "lds/lds_security_object.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct notes               notes = { 0 };
    struct lds_security_object so;

    if (lds_security_object_read(view_of(data, size), &so, &notes).code != OK)
        return 0;
    for (size_t dg = 0; dg <= LDS_DG_MAX; dg++) {
        if (so.hash[dg].len != 0 && (so.dgs >> dg & 1) == 0)
            abort();
    }
    if ((so.dgs & ~0x1FFFEU) != 0)
        abort();
    return 0;
}
