/*
 * pace_choose_fuzz: EF.CardAccess of a hostile card.
 *
 * Input: the file.
 * Property: no read out of bounds; a choice is one that is not tried yet, over a group of our
 * tables, for that mapping; trying one after the other comes to an end.
 */
#include <stdlib.h>

#include "access/pace.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool of_our_tables(const struct agreement *a)
{
    if (a->kind == AGREEMENT_ECDH)
        return ec_domain(a->group) != NULL;
    for (enum dh_group g = DH_NONE + 1; g < DH_GROUP_COUNT; g++) {
        if (view_eq(a->dh.p, dh_domain(g)->p) && view_eq(a->dh.g, dh_domain(g)->g) &&
            view_eq(a->dh.q, dh_domain(g)->q))
            return true;
    }
    return false;
}

static void check(const struct pace_choice *c, uint32_t tried)
{
    if (c->index >= PACE_INFOS_MAX || (tried >> c->index & 1) != 0)
        abort();
    if (!of_our_tables(&c->domain) || kdf_len(c->suite) == 0 || c->mapping == MAPPING_NONE)
        abort();
    if (c->mapping == MAPPING_IM && c->domain.kind == AGREEMENT_ECDH && c->domain.group == EC_P224)
        abort();
    if (c->mapping == MAPPING_CAM &&
        (c->domain.kind != AGREEMENT_ECDH || c->suite == SM_SUITE_3DES))
        abort();
    if (c->oid.len == 0 || (c->name_id && !c->has_id))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct security_infos infos;
    struct notes          notes = { 0 };
    struct pace_choice    c;
    uint32_t              tried = 0;

    if (security_infos_read(view_of(data, size), &infos, &notes).code != OK)
        return 0;
    for (int turns = 0; pace_choose(&infos, tried, &c, &notes).code == OK; turns++) {
        check(&c, tried);
        if (turns > PACE_INFOS_MAX)
            abort();
        tried |= 1U << c.index;
    }
    return 0;
}
