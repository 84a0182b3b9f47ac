/* unproved: see unproved.h. */
#include "unproved.h"

#include "heap.h"
#include "signer.h"

struct err unproved_open(struct bundle *b, struct view file, enum bundle_why *why)
{
    struct view   own, other, covered;
    struct signer key;
    struct buf    copy, sig;
    struct err    e;

    if (file.len < BUNDLE_PAGE) /* too short to sign; let the reader say what it is */
        return bundle_open(b, file, &(struct bundle_terms){ .counter = 0 }, why);
    *why = BUNDLE_NOT_OPEN;
    TRY(signer_new(&own, &other));
    TRY(signer_private(own, &key));
    copy = buf_of(heap_zero(file.len), file.len);
    TRY(buf_put(&copy, file));
    covered = view_of(copy.ptr, BUNDLE_PAGE - BUNDLE_SIG);
    sig = buf_of(copy.ptr + covered.len, BUNDLE_SIG);
    e = signer_sign(&key, covered, &sig);
    if (e.code == OK)
        e = bundle_open(b, buf_view(&copy), &(struct bundle_terms){ .key = VIEW(key.point) }, why);
    signer_end(&key);
    return e;
}
