/*
 * infos: the lists of SecurityInfos, the chip's keys, and the files that hold the lists.
 *
 * Spec: Doc 9303-11 9.2; Doc 9303-10 3.11 (EF.ATR/INFO, EF.CardAccess, EF.CardSecurity), 4.7.14.
 */
#include "infos.h"

#include <stdlib.h>
#include <string.h>

#include "domain.h"
#include "patch.h"
#include "quit.h"
#include "seeded.h"

struct blob *infos_open(struct infos *l, const char *oid, long version)
{
    struct blob *info;

    if (l->count == INFOS_MAX)
        quit(QUIT_DATA, "more than %d SecurityInfos", INFOS_MAX);
    info = &l->one[l->count++];
    blob_oid(info, oid);
    if (version > 0)
        blob_int(info, version);
    return info;
}

void infos_close(struct blob *info)
{
    struct blob whole = { 0 };

    blob_tlv(&whole, 0x30, info->at, info->len);
    *info = whole;
}

/* X.690 11.6: octet by octet, the shorter one first where all of it is equal. */
static int in_order(const void *one, const void *other)
{
    const struct blob *a = one, *b = other;
    const int          c = memcmp(a->at, b->at, a->len < b->len ? a->len : b->len);

    return c != 0 ? c : (a->len > b->len) - (a->len < b->len);
}

void infos_put(const struct infos *l, struct blob *out)
{
    struct infos sorted = *l;
    const size_t mark = blob_open(out, 0x31);

    qsort(sorted.one, sorted.count, sizeof *sorted.one, in_order);
    for (size_t i = 0; i < sorted.count; i++)
        blob_add(out, &sorted.one[i]);
    blob_close(out, mark);
}

/* EFDIRInfo: what EF.DIR says, under the signature */
static void add_dir(struct infos *l)
{
    struct blob *info = infos_open(l, "2.23.136.1.1.13", 0);

    blob_hex(info, "040B 6109 4F07A0000002471001");
    infos_close(info);
}

/* "yes", "no", or the default "auto". */
static bool wanted(const struct recipe *r, const char *key, bool automatic)
{
    return recipe_is(r, key, "auto") ? automatic : recipe_yes(r, key);
}

/* ActiveAuthenticationInfo: names the plain ECDSA of the chip; RSA needs none. */
static void add_aa(struct infos *l, const struct making *m)
{
    static const char *const digests[] = { "sha1", "sha224", "sha256", "sha384", "sha512" };
    const struct recipe     *r = &m->recipe;

    if (m->aa == NULL || !wanted(r, "aa.info", EVP_PKEY_is_a(m->aa, "EC")))
        return;
    for (int i = 0; i < 5; i++)
        if (recipe_is(r, "aa.digest", digests[i])) {
            struct blob *info = infos_open(l, "2.23.136.1.1.5", 1);

            blob_oid(info, quit_text("0.4.0.127.0.7.1.1.4.1.%d", i + 1));
            infos_close(info);
            return;
        }
    recipe_refuse(r, "aa.digest", "sha1, sha224, sha256, sha384 or sha512");
}

/* TerminalAuthenticationInfo; where EF.CVCA lies only if the recipe says it. */
static void add_ta(struct infos *l, const struct recipe *r)
{
    const bool   fid = !recipe_is(r, "ta.fid", "none"), sfi = !recipe_is(r, "ta.sfi", "none");
    struct blob *info, value = { 0 };

    if (!wanted(r, "ta.info", !recipe_is(r, "ta.suite", "none")))
        return;
    info = infos_open(l, "0.4.0.127.0.7.2.2.2", 1);
    if (fid) {
        const size_t mark = blob_open(info, 0x30);

        if (!blob_hex(&value, recipe_get(r, "ta.fid")))
            recipe_refuse(r, "ta.fid", "hex");
        blob_tlv(info, 0x04, value.at, value.len);
        value.len = 0;
        if (sfi && !blob_hex(&value, recipe_get(r, "ta.sfi")))
            recipe_refuse(r, "ta.sfi", "hex");
        if (sfi)
            blob_tlv(info, 0x04, value.at, value.len);
        blob_close(info, mark);
    }
    infos_close(info);
}

void datagroup_info(struct making *m, struct blob *out)
{
    struct infos l = { 0 };

    if (recipe_yes(&m->recipe, "lds.dir"))
        add_dir(&l);
    add_aa(&l, m);
    infos_add_ca(&l, m);
    add_ta(&l, &m->recipe);
    infos_add_pace_as(&l, &m->recipe, "pace.dg14");
    infos_put(&l, out);
}

void infos_keys(struct making *m)
{
    const struct recipe *r = &m->recipe;
    const bool           automatic = recipe_is(r, "cam.key", "auto");
    const long           group = infos_cam_domain(r);
    struct making_wish   cam = { .role = "cam", .key = "cam.key" };

    infos_say_pace(m);
    if (!recipe_is(r, "aa.key", "none")) {
        m->aa = making_chip_key(m, &(struct making_wish){ .role = "aa", .key = "aa.key" });
        making_add_key(m, "aa.key", m->aa);
        recipe_say(&m->chip, "aa", "key", "aa.key");
        recipe_say(&m->chip, "aa", "hash", recipe_get(r, "aa.digest"));
    }
    infos_make_ca(m);
    if (automatic && group < 0)
        return;
    if (automatic)
        cam.text = domain_key_name(group);
    m->cam = making_chip_key(m, &cam);
    making_add_key(m, "cam.key", m->cam);
}

static void make_card_access(struct making *m)
{
    struct infos l = { 0 };
    struct blob  file = { 0 };

    infos_add_pace(&l, &m->recipe, "pace.infos");
    infos_put(&l, &file);
    patch_run(m, "EF.CardAccess", "unsigned", &file);
    making_add(m, "EF.CardAccess", &file);
}

static void make_card_security(struct making *m)
{
    struct infos l = { 0 };
    struct blob  content = { 0 };

    infos_add_pace_as(&l, &m->recipe, "cs.infos");
    if (m->cam != NULL)
        infos_add_public_key(&l, &m->recipe, &(struct infos_key){ m->cam, "cam.params", "cam.id" });
    infos_put(&l, &content);
    cmsmake_card_security(m, &content);
}

/* Card capabilities (selection by name, FID and SFI; chaining; extended length, told here), and
 * the longest command and answer. */
static void make_atr(struct making *m)
{
    struct blob file = { 0 };

    blob_hex(&file, "4703 9401E0");
    const size_t mark = blob_open(&file, 0x7F66);

    blob_int(&file, recipe_number(&m->recipe, "atr.command"));
    blob_int(&file, recipe_number(&m->recipe, "atr.answer"));
    blob_close(&file, mark);
    patch_run(m, "EF.ATR", "unsigned", &file);
    making_add(m, "EF.ATR", &file);
}

void access_all(struct making *m)
{
    const struct recipe *r = &m->recipe;

    seeded_purpose("access");
    if (*recipe_get(r, "pace.infos") != '\0' && recipe_yes(r, "pace.card_access"))
        make_card_access(m);
    if (wanted(r, "cs.make", m->cam != NULL))
        make_card_security(m);
    if (recipe_yes(r, "lds.atr"))
        make_atr(m);
}
