/*
 * cert_fuzz: a hostile certificate, as a chip or a list may hold one.
 *
 * Input: the certificate.
 * Property: whatever is read lies inside the input; every question about it has an answer;
 * nothing but the two permitted failures comes out of the signature check, under its own key.
 */
#include <stdlib.h>

#include "cert/cert.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void inside(struct view whole, struct view part)
{
    if (part.len != 0 && (part.ptr < whole.ptr || part.ptr + part.len > whole.ptr + whole.len))
        abort();
}

static void all_inside(const struct cert *c)
{
    const struct view parts[] = { c->tbs,      c->serial,         c->issuer,
                                  c->subject,  c->spki,           c->aki,
                                  c->ski,      c->document_types, c->extended_key_usage,
                                  c->signature };

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        inside(c->whole, parts[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct notes notes = { .place = PLACE_DSC };
    struct cert  c;
    enum result  r = NOT_RUN;

    if (cert_read(view_of(data, size), &c, &notes).code != OK)
        return 0;
    if (notes.overflow)
        abort(); /* one certificate alone must not fill the list */
    all_inside(&c);
    (void)cert_valid_at(&c, (struct moment){ 1767225600 });
    (void)cert_signs_type(&c, TEXT("P"));
    (void)cert_self_issued(&c);
    const struct err e = cert_check(&c, &c.key, &r, &notes);

    if (e.code != OK && e.code != E_CRYPTO)
        abort();
    if (e.code == OK && r != SUCCESSFUL && r != FAILED && r != UNDETERMINED)
        abort();
    return 0;
}
