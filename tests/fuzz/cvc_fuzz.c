/*
 * cvc_fuzz: hostile CV certificates, and a chip that knows any key.
 *
 * Input: { octet: bit 0, the reader has no clock }, { length octet, CAR }, then certificates.
 * Property: whatever is read lies inside the input; a chain that is found begins at the CAR, each
 * is issued by the one before, the last is a terminal; rights never grow; nothing but the permitted
 * failures comes out.
 */
#include <stdlib.h>

#include "cert/cvc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void inside(struct view whole, struct view part)
{
    if (part.len != 0 && (part.ptr < whole.ptr || part.ptr + part.len > whole.ptr + whole.len))
        abort();
}

static struct err read_one(struct view in, struct cvc *out)
{
    TRY(cvc_read(&in, out));
    const struct view parts[] = { out->content, out->body,    out->signature, out->car,
                                  out->chr,     out->key.oid, out->key.point, out->rights };

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        inside(out->whole, parts[i]);
    if (!date_exists(out->from) || !date_exists(out->until))
        abort();
    return SUCCESS;
}

static struct err check(const struct cvc *c)
{
    enum result r = NOT_RUN;

    TRY(cvc_check(c, &c->key, &r));
    if (r != SUCCESSFUL && r != FAILED && r != UNDETERMINED)
        abort();
    return SUCCESS;
}

static struct err follow(const struct cvc_chain *chain, struct view car)
{
    uint8_t    rights = 0x3F;
    struct cvc c = { 0 };

    if (chain->n < 2 || chain->n > CVC_CHAIN_MAX)
        abort();
    for (size_t i = 0; i < chain->n; i++) {
        TRY(read_one(chain->item[i], &c));
        if (!view_eq(c.car, car))
            abort();
        car = c.chr;
        rights &= view_at(c.rights, c.rights.len - 1);
    }
    if (c.role != CVC_TERMINAL || (chain->rights & ~rights) != 0)
        abort();
    return SUCCESS;
}

static struct err run(struct view in)
{
    struct cvc_store store;
    struct cvc_chain chain;
    struct notes     notes = { 0 };
    struct cvc       c;
    struct view      car;
    uint8_t          flags, n;

    TRY(view_u8(&in, &flags));
    TRY(view_u8(&in, &n));
    TRY(view_take(&in, n, &car));
    TRY(cvc_store_read(in, &store));
    for (size_t i = 0; i < store.n; i++) {
        TRY(read_one(store.item[i], &c));
        TRY(check(&c));
    }
    TRY(cvc_chain_find(&store, car, (struct date){ (flags & 1) != 0 ? 0 : 2026, 6, 1 }, &chain,
                       &notes));
    return follow(&chain, car);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct err e = run(view_of(data, size));

    if (e.code == E_BUG)
        abort();
    return 0;
}
