/* making: see making.h */
#include "making.h"

#include <string.h>

#include "filing.h"
#include "patch.h"
#include "quit.h"
#include "seeded.h"

void making_add(struct making *m, const char *name, const struct blob *bytes)
{
    if (m->file_count == MAKING_FILES)
        quit(QUIT_SOFTWARE, "more than %d files", MAKING_FILES);
    m->files[m->file_count].name = name;
    m->files[m->file_count++].bytes = *bytes;
}

/* One file per role, algorithm and encoding: "csca.rsa-3072.key". */
static char *key_path(const struct making *m, const char *role, const char *text, bool by_value)
{
    const bool named = strncmp(text, "ec:", 3) == 0 && !by_value;

    return quit_text("%s/%s.%s%s.key", m->keys, role, text, named ? ".named" : "");
}

static EVP_PKEY *take_key(struct making *m, const struct making_wish *w, bool by_value)
{
    const char *text = w->text ? w->text : recipe_get(&m->recipe, w->key);
    char       *path = m->keys ? key_path(m, w->role, text, by_value) : NULL;
    EVP_PKEY   *made = path ? filing_read_key(path) : NULL;
    struct blob der = { 0 };

    if (made != NULL)
        return made;
    seeded_purpose(w->role);
    made = algo_make_key(&m->recipe, w->key, text, by_value);
    if (path != NULL) {
        filing_make(m->keys);
        algo_put_private(&der, made);
        filing_write(path, &der, true);
    }
    return made;
}

EVP_PKEY *making_key(struct making *m, const char *role, const char *key, const char *params)
{
    const bool by_value = recipe_is(&m->recipe, params, "explicit");

    if (!by_value && !recipe_is(&m->recipe, params, "named"))
        recipe_refuse(&m->recipe, params, "explicit or named");
    return take_key(m, &(struct making_wish){ .role = role, .key = key }, by_value);
}

EVP_PKEY *making_chip_key(struct making *m, const struct making_wish *w)
{
    return take_key(m, w, false);
}

void making_add_key(struct making *m, const char *name, EVP_PKEY *key)
{
    struct blob der = { 0 };

    algo_put_private(&der, key);
    making_add(m, name, &der);
}

void making_document(struct making *m)
{
    page_make(m);
    issue_all(m);
    infos_keys(m);
    seeded_purpose("groups");
    datagroup_all(m);
    access_all(m);
    terminal_all(m);
    seeded_purpose("sod");
    cmsmake_sod(m);
    patch_all_done(m);
}

void making_end(struct making *m)
{
    EVP_PKEY_free(m->csca);
    EVP_PKEY_free(m->ds.key);
    EVP_PKEY_free(m->cs.key);
    EVP_PKEY_free(m->aa);
    EVP_PKEY_free(m->cam);
    for (size_t i = 0; i < MAKING_CA_KEYS; i++)
        EVP_PKEY_free(m->ca[i]);
    m->csca = m->ds.key = m->cs.key = NULL;
}
