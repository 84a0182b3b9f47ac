/*
 * atr_info_fuzz: any bytes as EF.ATR/INFO, and as the historical bytes of an ATS.
 * Property: sizes come in pairs, and what is promised of them and missing takes the extended
 * form away.
 */
#include <stdlib.h>

#include "lds/atr_info.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct atr_info other = atr_info_of_historical(view_of(data, size));
    struct notes          notes = { 0 };
    struct atr_info       info;

    if (other.command_max != 0 || other.answer_max != 0)
        abort();
    if (!other.known && (other.chaining || other.extended))
        abort();
    if (atr_info_read(view_of(data, size), &info, &notes).code != OK)
        return 0;
    if ((info.command_max == 0) != (info.answer_max == 0))
        abort();
    if (info.extended && (!info.known || notes.n != 0))
        abort();
    return 0;
}
