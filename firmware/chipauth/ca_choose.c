/*
 * ca_choose: which key and suite of DG14 to authenticate the chip by; see ca.h.
 *
 * Every info is paired with every key that it can mean.  The pairs are not kept: the best that
 * stands behind the one before is looked for anew, which for a handful of infos costs nothing.
 */
#include "base/der.h"
#include "chipauth/ca.h"

enum {
    WEAK_DH_BITS = 2048, /* under 112 bits of strength */
    WEAK_EC_BITS = 224,
    PAIRS_MAX = 32, /* four suites with eight keys; DG14 is not proved to be anybody's yet, and
                       each look at the pairs goes through all of them */
};

/* Of two pairs the one with more points goes first, then the one that stands first. */
struct rank {
    uint32_t points;
    unsigned at;
};

struct pair {
    struct rank      rank;
    struct ca_choice choice;
};

/* What was seen beside the pairs that can be used. */
struct seen {
    bool          bad, unknown;
    struct notes *notes;
};

static void is_bad(struct seen *seen, enum note_id note)
{
    seen->bad = true;
    note_add(seen->notes, note);
}

static bool before(struct rank a, struct rank b)
{
    return a.points != b.points ? a.points > b.points : a.at < b.at;
}

static uint32_t bits_of(const struct agreement *a)
{
    return a->kind == AGREEMENT_ECDH ? ec_domain(a->group)->bits : (uint32_t)(8 * a->dh.p.len);
}

/* AES-256, 192, 128, 3DES: the order of enum sm_suite; curves before integers; then size. */
static uint32_t points_of(const struct ca_choice *c)
{
    const uint32_t curve = c->domain.kind == AGREEMENT_ECDH;

    return (uint32_t)c->suite << 16 | curve << 15 | bits_of(&c->domain);
}

/* 9303-11 §6.2.4: the id is there where there are several keys.  Where there is but one, it is the
 * one meant, though only one of the two has an id (noted). */
static bool ids_go_together(const struct security_info *info, const struct security_info *key,
                            bool only_key, struct seen *seen)
{
    if (info->has_id && key->has_id)
        return info->id == key->id;
    if (!info->has_id && !key->has_id)
        return true;
    if (only_key)
        note_add(seen->notes, NOTE_CA_ID);
    return only_key;
}

/* The key as numbers; false: it cannot be used. */
static bool read_key(const struct security_info *info, const struct security_info *key,
                     struct ca_choice *out, struct seen *seen)
{
    struct err e = agreement_read(key->key, &out->domain, &out->public, seen->notes);

    if (e.code == E_UNSUPPORTED)
        seen->unknown = true;
    else if (e.code != OK || out->domain.kind != info->agreement)
        is_bad(seen, NOTE_CA_KEY_BAD);
    out->suite = suite_of(info->cipher);
    out->oid = info->oid_content;
    out->has_id = info->has_id || key->has_id;
    out->id = info->has_id ? info->id : key->id;
    return e.code == OK && out->domain.kind == info->agreement;
}

/* The best pair behind after, of this info with any key; at counts the pairs.
 * NOLINTNEXTLINE(readability-function-size): the loop of one caller, cut out of it */
static bool pair_keys(const struct security_infos *infos, const struct security_info *info,
                      struct rank after, struct seen *seen, struct pair *best, unsigned *at)
{
    struct view          list = infos->list;
    struct security_info key;
    bool                 any = false;

    while (*at < PAIRS_MAX && security_infos_next(&list, &key).code == OK) {
        struct pair p = { .rank = { 0 } };

        if (key.kind != INFO_CA_KEY || key.agreement != info->agreement ||
            !ids_go_together(info, &key, infos->n[INFO_CA_KEY] == 1, seen))
            continue;
        any = true;
        p.rank.at = ++*at;
        if (!read_key(info, &key, &p.choice, seen))
            continue;
        p.rank.points = points_of(&p.choice);
        if (before(after, p.rank) && before(p.rank, best->rank))
            *best = p;
    }
    return any;
}

/* Where no info says so, version 1 with 3DES is meant: quirk D10. */
static struct security_info meant_by(const struct security_info *key)
{
    static const uint8_t       dh[] = { 0x04, 0, 0x7F, 0, 0x07, 0x02, 0x02, 0x03, 0x01, 0x01 };
    static const uint8_t       ecdh[] = { 0x04, 0, 0x7F, 0, 0x07, 0x02, 0x02, 0x03, 0x02, 0x01 };
    const struct security_info info = {
        .kind = INFO_CA,
        .oid_content = key->agreement == AGREEMENT_DH ? VIEW(dh) : VIEW(ecdh),
        .agreement = key->agreement,
        .cipher = INFO_CIPHER_3DES,
        .version = 1,
        .has_id = key->has_id,
        .id = key->id,
    };

    return info;
}

/* The best pair behind after; best->rank.points 0: there is none. */
static void best_pair(const struct security_infos *infos, struct rank after, struct seen *seen,
                      struct pair *best)
{
    struct view          list = infos->list;
    struct security_info info;
    unsigned             at = 0;

    *best = (struct pair){ .rank = { 0, ~0U } };
    while (at < PAIRS_MAX && security_infos_next(&list, &info).code == OK) {
        if (infos->n[INFO_CA] == 0 && info.kind == INFO_CA_KEY)
            info = meant_by(&info);
        if (info.kind != INFO_CA)
            continue;
        if (info.version != 1)
            seen->unknown = true; /* version 2 wants terminal authentication first */
        else if (!pair_keys(infos, &info, after, seen, best, &at))
            is_bad(seen, NOTE_CA_ID); /* G_13 */
    }
}

static enum result without_a_pair(const struct security_infos *infos, const struct seen *seen,
                                  bool skipped)
{
    if (infos->n[INFO_CA] == 0 && infos->n[INFO_CA_KEY] == 0)
        return NOT_SUPPORTED;
    if (seen->bad)
        return FAILED;
    return skipped ? NOT_SUPPORTED : UNDETERMINED;
}

/* The key itself: G_07, G_08.  On the curve or in the group, and not of a small one. */
static struct err check_key(const struct ca_choice *c, struct seen *seen, bool *good)
{
    TRY(agreement_check(&c->domain, c->public, good));
    if (!*good)
        is_bad(seen, NOTE_CA_KEY_BAD);
    return SUCCESS;
}

static void note_weak(const struct ca_choice *c, struct notes *notes)
{
    const bool curve = c->domain.kind == AGREEMENT_ECDH;

    if (bits_of(&c->domain) < (curve ? WEAK_EC_BITS : WEAK_DH_BITS))
        note_add(notes, NOTE_CA_WEAK_KEY);
}

struct err ca_choose(const struct security_infos *infos, unsigned skip, struct ca_choice *out,
                     enum result *offered, struct notes *notes)
{
    struct seen    seen = { .notes = notes };
    struct rank    after = { UINT32_MAX, 0 };
    const unsigned wanted = skip;
    struct pair    p;
    bool           good;

    for (;;) {
        best_pair(infos, after, &seen, &p);
        if (p.rank.points == 0) {
            *offered = without_a_pair(infos, &seen, wanted != 0);
            return SUCCESS;
        }
        after = p.rank;
        TRY(check_key(&p.choice, &seen, &good));
        if (good && skip == 0)
            break;
        skip -= good;
    }
    note_weak(&p.choice, notes);
    *out = p.choice;
    *offered = SUCCESSFUL;
    return SUCCESS;
}
