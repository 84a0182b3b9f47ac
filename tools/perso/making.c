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
EVP_PKEY *making_key(struct making *m, const char *role, const char *key, const char *params)
{
    const char *name = recipe_get(&m->recipe, key);
    const bool  by_value = recipe_is(&m->recipe, params, "explicit");
    char       *path = NULL;
    EVP_PKEY   *made;
    struct blob der = { 0 };

    if (!by_value && !recipe_is(&m->recipe, params, "named"))
        recipe_refuse(&m->recipe, params, "explicit or named");
    if (m->keys != NULL) {
        path = quit_text("%s/%s.%s%s.key", m->keys, role, name,
                         strncmp(name, "ec:", 3) == 0 && !by_value ? ".named" : "");
        if ((made = filing_read_key(path)) != NULL)
            return made;
    }
    seeded_purpose(role);
    made = algo_make_key(&m->recipe, key, by_value);
    if (path != NULL) {
        filing_make(m->keys);
        algo_put_private(&der, made);
        filing_write(path, &der, true);
    }
    return made;
}

void making_document(struct making *m)
{
    page_make(m);
    issue_all(m);
    seeded_purpose("groups");
    datagroup_all(m);
    seeded_purpose("sod");
    sodmake(m);
    patch_all_done(m);
}

void making_end(struct making *m)
{
    EVP_PKEY_free(m->csca);
    EVP_PKEY_free(m->ds);
    m->csca = m->ds = NULL;
}
