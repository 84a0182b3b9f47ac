/* pace_ini: see pace_ini.h. */
#include "chip/pace_ini.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chip/key_file.h"
#include "chip/mapping.h"
#include "chip/words.h"

static const struct {
    const char       *name;
    enum pace_mapping mapping;
    bool              curve;
} mappings[] = {
    { "dh-gm", PACE_DH_GM, false },      { "ecdh-gm", PACE_ECDH_GM, true },
    { "dh-im", PACE_DH_IM, false },      { "ecdh-im", PACE_ECDH_IM, true },
    { "ecdh-cam", PACE_ECDH_CAM, true },
};

bool pace_offer_integrates(const struct pace_offer *o)
{
    return o->mapping == PACE_DH_IM || o->mapping == PACE_ECDH_IM;
}

void pace_offer_oid(const struct pace_offer *o, uint8_t oid[PACE_OID])
{
    static const uint8_t id_pace[] = { 0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x04 };

    memcpy(oid, id_pace, sizeof id_pace);
    oid[8] = (uint8_t)o->mapping;
    oid[9] = (uint8_t)(o->suite + 1);
}

static unsigned nature(const struct pace_offer *o)
{
    return (realm_is_curve(o->realm) ? NEEDS_CURVE : NEEDS_DH) |
           (pace_offer_integrates(o) ? NEEDS_INTEGRATED : NEEDS_GENERIC) |
           (o->mapping == PACE_ECDH_CAM ? NEEDS_CAM : 0U);
}

const struct pace_fault *pace_ini_fault(const struct pace_ini *p, const struct pace_offer *o)
{
    const bool shows = p->fault != NULL && (nature(o) & p->fault->needs) == p->fault->needs;

    return shows ? p->fault : NULL;
}

void pace_ini_free(struct pace_ini *p)
{
    for (size_t i = 0; i < REALM_IDS; i++)
        realm_free(p->realms[i]);
    BN_clear_free(p->cam);
    wipe(p, sizeof *p);
}

/* "ecdh-gm-aes-128:13": the mapping's name, the suite's, the number. */
static bool read_offer(struct pace_ini *p, const char *word, size_t len, struct pace_offer *o)
{
    const char  *colon = memchr(word, ':', len);
    const size_t head = colon != NULL ? (size_t)(colon - word) : 0;
    char        *end;
    bool         curve = false;
    size_t       name = 0;

    for (size_t i = 0; i < sizeof mappings / sizeof *mappings && name == 0; i++) {
        const size_t n = strlen(mappings[i].name);

        if (head > n + 1 && memcmp(word, mappings[i].name, n) == 0 && word[n] == '-') {
            o->mapping = mappings[i].mapping;
            curve = mappings[i].curve;
            name = n + 1;
        }
    }
    if (name == 0)
        return false;
    o->suite = suite_named(view_of(word + name, head - name));
    o->id = (unsigned)strtoul(colon + 1, &end, 10);
    if (o->suite == SUITE_COUNT || end != word + len || end == colon + 1 || o->id >= REALM_IDS ||
        (o->mapping == PACE_ECDH_CAM && o->suite == SUITE_3DES))
        return false;
    if (p->realms[o->id] == NULL)
        p->realms[o->id] = realm_standard(o->id);
    o->realm = p->realms[o->id];
    return o->realm != NULL && realm_is_curve(o->realm) == curve &&
           (!pace_offer_integrates(o) || mapping_can_integrate(o->realm));
}

static struct err read_offers(struct pace_ini *p, struct settings *s, struct problem *why)
{
    const struct setting *line = settings_find(s, "pace", "offers");
    const char           *list = line != NULL ? line->value : "", *word;
    size_t                len;

    while (line != NULL && words_next(&list, &word, &len)) {
        if (p->count == PACE_OFFERS_MAX || !read_offer(p, word, len, &p->offers[p->count]))
            return problem_set(why, E_MALFORMED,
                               "%s:%u: [pace] offers cannot be \"%.*s\": MAPPING-CIPHER:ID with "
                               "dh-gm, dh-im (0 to 2), ecdh-gm, ecdh-im, ecdh-cam (8 to 18)",
                               s->origin, line->line, (int)len, word);
        p->count++;
    }
    if (p->count == 0)
        return problem_set(why, E_MALFORMED, "%s: [document] access has PACE, [pace] offers none",
                           s->origin);
    return SUCCESS;
}

/* One number: its bounds and what holds without it. */
struct number {
    const char *key;
    int         base;
    long        most, otherwise;
};

static struct err read_number(const struct number *n, struct settings *s, long *out,
                              struct problem *why)
{
    const struct setting *line = settings_find(s, "pace", n->key);
    char                 *end;

    *out = n->otherwise;
    if (line == NULL)
        return SUCCESS;
    *out = strtol(line->value, &end, n->base);
    if (end == line->value || *end != '\0' || *out < 0 || *out > n->most)
        return problem_set(why, E_MALFORMED, "%s:%u: [pace] %s cannot be \"%s\"", s->origin,
                           line->line, n->key, line->value);
    return SUCCESS;
}

static struct err read_numbers(struct pace_ini *p, struct settings *s, struct problem *why)
{
    TRY(words_read(&(struct words){ "pace", "require_84", "no yes never", PACE_84_MAY }, s,
                   &p->need_84, why));
    TRY(words_read(&(struct words){ "pace", "im_answer", "empty none", PACE_IM_EMPTY }, s,
                   &p->im_answer, why));
    TRY(words_read(&(struct words){ "pace", "in_application", "no yes", 0 }, s, &p->in_application,
                   why));
    TRY(words_read(&(struct words){ "pace", "dh_zeros", "drop keep", PACE_ZEROS_DROP }, s,
                   &p->dh_zeros, why));
    TRY(words_read(&(struct words){ "pace", "leading_zero", "any none key secret", PACE_ZERO_ANY },
                   s, &p->leading_zero, why));
    TRY(read_number(&(struct number){ "wrong_password_sw", 16, 0xFFFF, 0x6300 }, s, &p->sw_wrong,
                    why));
    TRY(read_number(&(struct number){ "tries", 10, 15, 0 }, s, &p->tries, why));
    TRY(read_number(&(struct number){ "nonce", 10, PACE_NONCE_MAX, 0 }, s, &p->nonce, why));
    p->left = p->tries;
    if (p->nonce % 16 != 0)
        return problem_set(why, E_MALFORMED, "%s:%u: [pace] nonce is 16, 32, 48 or 64", s->origin,
                           settings_find(s, "pace", "nonce")->line);
    return SUCCESS;
}

static struct err read_fault(struct pace_ini *p, struct settings *s, struct problem *why)
{
    const struct setting *line = settings_find(s, "pace", "fault");
    bool                  shows = false;

    if (line == NULL)
        return SUCCESS;
    p->fault = pace_fault_named(line->value);
    if (p->fault == NULL)
        return problem_set(why, E_MALFORMED, "%s:%u: [pace] there is no fault %s", s->origin,
                           line->line, line->value);
    for (size_t i = 0; i < p->count; i++)
        shows = shows || pace_ini_fault(p, &p->offers[i]) != NULL;
    if (!shows)
        return problem_set(why, E_MALFORMED, "%s:%u: [pace] no offer can have the fault %s",
                           s->origin, line->line, line->value);
    return SUCCESS;
}

static struct err read_cars(struct pace_ini *p, struct settings *s, struct problem *why)
{
    const struct setting *line = settings_find(s, "pace", "cars");
    const char           *list = line != NULL ? line->value : "", *word;
    size_t                len;

    p->cars_given = line != NULL;
    for (size_t i = 0; line != NULL && words_next(&list, &word, &len); i++) {
        if (i == 2 || len > PACE_CAR_MAX)
            return problem_set(why, E_MALFORMED,
                               "%s:%u: [pace] cars are one or two names of up to %d characters",
                               s->origin, line->line, PACE_CAR_MAX);
        snprintf(p->car[i], sizeof p->car[i], "%.*s", (int)len, word);
    }
    return SUCCESS;
}

/* The key of chip authentication mapping belongs to every group it is offered for. */
static struct err read_cam(struct pace_ini *p, struct settings *s, const char *folder,
                           struct problem *why)
{
    const char   *name = settings_text(s, "pace", "cam_key", "cam.key");
    struct realm *realm = NULL;
    EVP_PKEY     *key = NULL;
    bool          wanted = false, fits = true;

    for (size_t i = 0; i < p->count; i++)
        wanted = wanted || p->offers[i].mapping == PACE_ECDH_CAM;
    if (!wanted)
        return SUCCESS;
    TRY(key_file_read(folder, name, &key, why));
    if (realm_of_key(key, &realm, &p->cam).code != OK) {
        EVP_PKEY_free(key);
        return problem_set(why, E_MALFORMED, "%s/%s: no EC key of a known curve", folder, name);
    }
    for (size_t i = 0; i < p->count; i++)
        if (p->offers[i].mapping == PACE_ECDH_CAM)
            fits = fits && realm_same(p->offers[i].realm, realm);
    realm_free(realm);
    EVP_PKEY_free(key);
    if (!fits)
        return problem_set(why, E_MALFORMED, "%s/%s: its curve is not that of [pace] offers",
                           folder, name);
    return SUCCESS;
}

static struct err read_all(struct pace_ini *p, struct settings *s, const char *folder,
                           struct problem *why)
{
    settings_find(s, "pace", "");
    if (p->mrz.len + p->can.len == 0)
        return problem_set(why, E_MALFORMED, "%s: [document] PACE needs mrz1 and mrz2, or can",
                           s->origin);
    TRY(read_offers(p, s, why));
    TRY(read_numbers(p, s, why));
    TRY(read_fault(p, s, why));
    TRY(read_cars(p, s, why));
    return read_cam(p, s, folder, why);
}

struct err pace_ini_read(struct pace_ini *p, struct settings *s, const char *folder,
                         struct problem *why)
{
    const struct err e = read_all(p, s, folder, why);

    if (e.code != OK)
        pace_ini_free(p);
    return e;
}
