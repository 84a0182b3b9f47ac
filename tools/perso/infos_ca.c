/*
 * infos_ca: the infos of chip authentication, of up to three keys.
 *
 * Spec: Doc 9303-11 9.2.7, 9.2.8; TR-03110-3 A.1.1.2.
 */
#include <string.h>

#include "infos.h"
#include "quit.h"

#include "domain.h"

/* clang-format off */
static const struct cipher { const char *name, *oid; } ciphers[] = {
    { "3des", "1" }, { "aes-128", "2" }, { "aes-192", "3" }, { "aes-256", "4" },
};
/* clang-format on */

static const char *const prefixes[MAKING_CA_KEYS] = { "ca", "ca2", "ca3" };

static const char *key_of(size_t i, const char *key)
{
    return quit_text("%s.%s", prefixes[i], key);
}

static const char *file_of(size_t i)
{
    return i == 0 ? "ca.key" : quit_text("ca-%zu.key", i + 1);
}

static const struct cipher *cipher_of(const struct recipe *r, const char *key, const char *word)
{
    for (size_t i = 0; i < sizeof ciphers / sizeof *ciphers; i++)
        if (strcmp(ciphers[i].name, word) == 0)
            return &ciphers[i];
    recipe_refuse(r, key, "words of 3des, aes-128, aes-192, aes-256");
}

static void put_id(struct blob *info, const struct recipe *r, const char *key)
{
    if (!recipe_is(r, key, "none"))
        blob_int(info, recipe_number(r, key));
}

/* "1" for DH, "2" for ECDH: the last arc but one of both OIDs. */
static const char *kind_of(EVP_PKEY *key)
{
    return EVP_PKEY_is_a(key, "EC") ? "2" : "1";
}

void infos_add_public_key(struct infos *l, const struct recipe *r, const struct infos_key *k)
{
    struct blob *info = infos_open(l, quit_text("0.4.0.127.0.7.2.2.1.%s", kind_of(k->key)), 0);

    if (!domain_put_public(info, k->key, recipe_get(r, k->params)))
        recipe_refuse(r, k->params, "EC: explicit, named or standard; DH: x942, pkcs3 or standard");
    put_id(info, r, k->id);
    infos_close(info);
}

static void add_info(struct infos *l, const struct making *m, size_t i, const char *word)
{
    const struct recipe *r = &m->recipe;
    const char          *other = key_of(i, "info_id");
    const struct cipher *c = cipher_of(r, key_of(i, "cipher"), word);
    struct blob         *info =
        infos_open(l, quit_text("0.4.0.127.0.7.2.2.3.%s.%s", kind_of(m->ca[i]), c->oid), 1);

    put_id(info, r, recipe_is(r, other, "same") ? key_of(i, "id") : other);
    infos_close(info);
}

static void add_infos(struct infos *l, const struct making *m, size_t i)
{
    char *words = quit_text("%s", recipe_get(&m->recipe, key_of(i, "cipher")));

    if (!recipe_yes(&m->recipe, key_of(i, "info")))
        return;
    for (char *w = strtok(words, " "); w != NULL; w = strtok(NULL, " "))
        add_info(l, m, i, w);
}

void infos_add_ca(struct infos *l, const struct making *m)
{
    for (size_t i = 0; i < MAKING_CA_KEYS; i++)
        if (m->ca[i] != NULL) {
            add_infos(l, m, i);
            infos_add_public_key(
                l, &m->recipe,
                &(struct infos_key){ m->ca[i], key_of(i, "params"), key_of(i, "id") });
        }
}

/* One entry of document.ini's list behind the others. */
static char *say_one(const struct making *m, size_t i, const char *cipher, const char *before)
{
    const char *id = recipe_get(&m->recipe, key_of(i, "id"));

    return quit_text("%s%s%s-%s:%s:%s", before, *before ? " " : "",
                     EVP_PKEY_is_a(m->ca[i], "EC") ? "ecdh" : "dh", cipher,
                     strcmp(id, "none") == 0 ? "-" : id, file_of(i));
}

/* An entry for each ChipAuthenticationInfo; 3DES where there is none (Doc 9303-11 9.2.7). */
static char *say_key(const struct making *m, size_t i, char *before)
{
    const bool told = recipe_yes(&m->recipe, key_of(i, "info"));
    char      *words = quit_text("%s", told ? recipe_get(&m->recipe, key_of(i, "cipher")) : "3des");

    for (char *w = strtok(words, " "); w != NULL; w = strtok(NULL, " "))
        before = say_one(m, i, w, before);
    return before;
}

void infos_make_ca(struct making *m)
{
    char *keys = quit_text("%s", "");

    for (size_t i = 0; i < MAKING_CA_KEYS; i++) {
        if (recipe_is(&m->recipe, key_of(i, "key"), "none"))
            continue;
        m->ca[i] = making_chip_key(
            m, &(struct making_wish){ .role = prefixes[i], .key = key_of(i, "key") });
        making_add_key(m, file_of(i), m->ca[i]);
        keys = say_key(m, i, keys);
    }
    if (*keys != '\0')
        recipe_say(&m->chip, "ca", "keys", keys);
}
