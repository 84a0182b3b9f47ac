/* pace_choose: which of the PACE protocols that a chip offers, see pace.h. */
#include "access/pace.h"
#include "point_encoding.h"

enum { ID_STANDARDIZED_LAST = 31 }; /* 9303-11 §9.5.1: 0 to 31 are never explicit parameters */

/* What the whole list says about DO'84'. */
struct census {
    size_t   n;    /* PACEInfos, known to us or not: id-PACE, and two arcs more */
    bool     same; /* all of them name this one domain */
    uint32_t id;
};

static bool is_pace_info(const struct security_info *info)
{
    static const uint8_t id_pace[] = { 0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x04 };
    struct view          arc;

    return info->kind == INFO_PACE ||
           (info->kind == INFO_OTHER && info->oid_content.len == sizeof id_pace + 2 &&
            view_sub(info->oid_content, 0, sizeof id_pace, &arc).code == OK &&
            view_eq(arc, VIEW(id_pace)));
}

static struct census count(const struct security_infos *infos)
{
    struct census        c = { .same = true };
    struct security_info info;

    for (struct view list = infos->list; security_infos_next(&list, &info).code == OK;) {
        if (!is_pace_info(&info))
            continue;
        if (c.n++ == 0)
            c.id = info.id;
        c.same = c.same && info.has_id && info.id == c.id; /* of an unknown one has_id is false */
    }
    return c;
}

/* The explicit parameters that this PACEInfo means: those of its protocol and id, or the only
 * ones of its protocol if it has none.  9303-11 clause 9.2.1, 9.2.2. */
static struct err explicit_domain(const struct security_infos *infos,
                                  const struct security_info *info, struct agreement *out,
                                  struct notes *notes)
{
    struct security_info params, found = { 0 };
    size_t               n = 0;

    for (struct view list = infos->list; security_infos_next(&list, &params).code == OK;) {
        if (params.kind != INFO_PACE_PARAMS || params.agreement != info->agreement ||
            params.mapping != info->mapping)
            continue;
        if (info->has_id && (!params.has_id || params.id != info->id))
            continue;
        found = params;
        n++;
    }
    CHECK(n == 1, E_UNSUPPORTED);
    TRY(agreement_domain_read(found.key, out, notes));
    CHECK(out->kind == info->agreement, E_UNSUPPORTED);
    return SUCCESS;
}

static struct err domain_of(const struct security_infos *infos, const struct security_info *info,
                            struct agreement *out, struct notes *notes)
{
    struct agreement a;

    CHECK(info->version == 2, E_UNSUPPORTED); /* 9303-11 clause 9.2.1 */
    if (info->has_id && info->id <= ID_STANDARDIZED_LAST)
        TRY(agreement_of_id(info->agreement, info->id, &a));
    else
        TRY(explicit_domain(infos, info, &a, notes));
    CHECK(info->mapping != MAPPING_IM || a.kind == AGREEMENT_DH || point_encoding_exists(a.group),
          E_UNSUPPORTED);
    *out = a;
    return SUCCESS;
}

/* More is better. */
static uint32_t rank(const struct pace_choice *c)
{
    static const uint8_t mappings[] = { [MAPPING_IM] = 1, [MAPPING_GM] = 2, [MAPPING_CAM] = 3 };
    const bool           curve = c->domain.kind == AGREEMENT_ECDH;
    const size_t         bits = curve ? ec_domain(c->domain.group)->bits : c->domain.dh.p.len * 8;

    return (uint32_t)mappings[c->mapping] << 28 | (uint32_t)c->suite << 24 | (uint32_t)curve << 20 |
           (uint32_t)bits;
}

static struct pace_choice choice_of(const struct security_info *info, const struct census *c,
                                    const struct agreement *domain, unsigned index)
{
    const bool several = c->n > 1;

    return (struct pace_choice){
        .oid = info->oid_content,
        .mapping = info->mapping,
        .suite = suite_of(info->cipher),
        .domain = *domain,
        .id = info->id,
        .has_id = info->has_id,
        .name_id = several && info->has_id,
        .other_way = info->has_id && (!several || c->same), /* quirks B3 to B5 */
        .index = index,
    };
}

struct err pace_choose(const struct security_infos *infos, uint32_t tried, struct pace_choice *out,
                       struct notes *notes)
{
    const struct census  c = count(infos);
    struct security_info info;
    struct pace_choice   best = { 0 };
    unsigned             index = 0;

    for (struct view list = infos->list; security_infos_next(&list, &info).code == OK;) {
        struct agreement domain;

        if (info.kind != INFO_PACE || index >= PACE_INFOS_MAX)
            continue;
        if (domain_of(infos, &info, &domain, notes).code != OK) {
            note_add(notes, NOTE_PACE_INFO_UNUSABLE);
        } else if ((tried >> index & 1) == 0) {
            const struct pace_choice next = choice_of(&info, &c, &domain, index);

            if (best.oid.len == 0 || rank(&next) > rank(&best))
                best = next;
        }
        index++;
    }
    CHECK(best.oid.len != 0, E_UNSUPPORTED);
    *out = best;
    return SUCCESS;
}
