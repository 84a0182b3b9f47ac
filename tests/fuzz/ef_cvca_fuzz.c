/*
 * ef_cvca_fuzz: a hostile EF.CVCA.
 *
 * Input: the file.
 * Property: one or two references of 1 to 16 bytes, inside the input.
 */
#include <stdlib.h>

#include "lds/ef_cvca.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct notes   notes = { 0 };
    struct ef_cvca c;

    if (ef_cvca_read(view_of(data, size), &c, &notes).code != OK)
        return 0;
    if (c.n < 1 || c.n > EF_CVCA_CARS)
        abort();
    for (size_t i = 0; i < c.n; i++) {
        if (c.car[i].len < 1 || c.car[i].len > CAR_MAX || c.car[i].ptr < data ||
            c.car[i].ptr + c.car[i].len > data + size)
            abort();
    }
    return 0;
}
