/*
 * wycheproof: the rows of the Wycheproof files, read through wycheproof.py.
 *
 * Source: github.com/C2SP/wycheproof, testvectors_v1 (Apache-2.0), in $VERSO_SHARED.
 */
#ifndef TESTS_WYCHEPROOF_H
#define TESTS_WYCHEPROOF_H

#include "crypto/hash.h"
#include "expect.h"

enum wycheproof_field {
    WP_FILE,
    WP_ID,
    WP_RESULT,
    WP_FLAGS,
    WP_COMMENT,
    WP_KIND,
    WP_KEY,
    WP_HASH,
    WP_MGF_HASH,
    WP_SALT,
    WP_MESSAGE,
    WP_SIGNATURE,
    WP_FIELDS
};

enum { WYCHEPROOF_LINE = 1 << 16 };

struct wycheproof {
    char        line[WYCHEPROOF_LINE];
    const char *field[WP_FIELDS];
};

typedef void wycheproof_fn(const struct wycheproof *row);

__attribute__((unused)) static bool wycheproof_is(const struct wycheproof *w,
                                                  enum wycheproof_field f, const char *text)
{
    return strcmp(w->field[f], text) == 0;
}

__attribute__((unused)) static enum hash_alg wycheproof_hash(const char *name)
{
    static const char *const names[] = {
        [HASH_SHA1] = "SHA-1",     [HASH_SHA224] = "SHA-224", [HASH_SHA256] = "SHA-256",
        [HASH_SHA384] = "SHA-384", [HASH_SHA512] = "SHA-512",
    };

    for (size_t i = HASH_SHA1; i < COUNT(names); i++) {
        if (strcmp(names[i], name) == 0)
            return (enum hash_alg)i;
    }
    return HASH_NONE;
}

/* A field in hex, as bytes that hold until that field of another row is taken. */
__attribute__((unused)) static struct view wycheproof_bytes(const struct wycheproof *w,
                                                            enum wycheproof_field    f)
{
    static uint8_t room[WP_FIELDS][WYCHEPROOF_LINE / 2];

    return hex(w->field[f], room[f], sizeof room[f]);
}

static bool wycheproof_next(FILE *in, struct wycheproof *w)
{
    static char name[256];
    char       *at = w->line;

    if (fgets(w->line, sizeof w->line, in) == NULL)
        return false;
    w->line[strcspn(w->line, "\n")] = '\0';
    for (size_t i = 0; i < WP_FIELDS; i++) {
        EXPECT(at != NULL);
        w->field[i] = strsep(&at, "\t");
    }
    snprintf(name, sizeof name, "%s %s %s: %s", w->field[WP_FILE], w->field[WP_ID],
             w->field[WP_RESULT], w->field[WP_COMMENT]);
    ROW(name);
    return true;
}

/* Call try for every row of these files of the folder (a shell pattern); how many. */
__attribute__((unused)) static size_t wycheproof_each(const char *pattern, wycheproof_fn *try)
{
    static struct wycheproof row;
    char                     command[1024];
    size_t                   n = 0;

    snprintf(command, sizeof command, "python3 '%s' '%s'/data/wycheproof/%s", WYCHEPROOF_PY,
             getenv("VERSO_SHARED"), pattern);
    FILE *in = popen(command, "r"); /* NOLINT(cert-env33-c): a test, of our own files */

    EXPECT(in != NULL);
    for (; wycheproof_next(in, &row); n++)
        try(&row);
    EXPECT(pclose(in) == 0);
    return n;
}

/* Is the data there?  If not, say so: the caller exits with 77. */
__attribute__((unused)) static bool wycheproof_there(void)
{
    const char *shared = getenv("VERSO_SHARED");
    const bool  there = shared != NULL && shared[0] != '\0';

    if (!there)
        fprintf(stderr, "skipped: VERSO_SHARED names no folder of public test data\n");
    return there;
}

#endif
