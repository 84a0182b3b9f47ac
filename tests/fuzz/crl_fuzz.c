/*
 * crl_fuzz: a hostile revocation list.
 *
 * Input: the list.
 * Property: a list that was read is walked to its end without a failure.
 */
#include <stdlib.h>

#include "cert/crl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct notes   notes = { .place = PLACE_CRL };
    struct crl     c;
    struct revoked r;
    enum result    result;

    if (crl_read(view_of(data, size), &c, &notes).code != OK)
        return 0;
    while (c.revoked.len != 0) {
        if (crl_next(&c.revoked, &r).code != OK || r.serial.len == 0)
            abort();
    }
    if (crl_next(&c.revoked, &r).code != E_TRUNCATED)
        abort();
    if (crl_check(&c, &(struct public_key){ 0 }, &result, &notes).code != OK ||
        result != UNDETERMINED)
        abort();
    return 0;
}
