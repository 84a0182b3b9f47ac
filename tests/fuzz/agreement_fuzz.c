/*
 * agreement_fuzz: a hostile key for key agreement, a SubjectPublicKeyInfo.
 *
 * Property: no read out of bounds; what is read has a domain that can be computed with; a key
 * that is found good agrees on a secret as long as the field or the prime.
 */
#include <stdlib.h>

#include "access/agreement.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct err agree(const struct agreement *a, struct view key)
{
    static const uint8_t random[AGREEMENT_RANDOM_LEN] = { 1, 2, 3, [60] = 4 };
    static uint8_t       bytes[3][AGREEMENT_SECRET_MAX + 2];
    struct buf private = BUF(bytes[0]), public = BUF(bytes[1]), secret = BUF(bytes[2]);
    const size_t len = a->kind == AGREEMENT_ECDH ? ec_domain(a->group)->p.len : a->dh.p.len;
    bool         good;

    TRY(agreement_check(a, key, &good));
    if (!good)
        return SUCCESS;
    TRY(agreement_pair(a, VIEW(random), &private, &public));
    if (private.len > AGREEMENT_PRIVATE_MAX || public.len > AGREEMENT_PUBLIC_MAX)
        abort();
    TRY(agreement_shared(a, buf_view(&private), key, &secret));
    if (secret.len != len)
        abort();
    return SUCCESS;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct view spki = view_of(data, size);
    struct agreement  a;
    struct view       key;
    struct notes      notes = { 0 };

    if (agreement_read(spki, &a, &key, &notes).code == OK) {
        const struct err e = agree(&a, key);

        (void)e; /* the numbers may be no prime and no generator */
    }
    if (agreement_domain_read(spki, &a, &notes).code == OK && a.kind == AGREEMENT_NONE)
        abort();
    return 0;
}
