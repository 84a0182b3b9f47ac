/*
 * terminal: who may read fingers and irises: EF.CVCA and the trust points on the chip's side, a
 * chain of certificates and its private key on the terminal's.
 *
 *      cvca-1.cvc --link--> cvca-2.cvc --link--> cvca-3.cvc     generations, ta.links + 1 of them
 *                                                    |
 *                                                    +--> DV --> IS
 *
 * Spec: TR-03110-3 2.2, A.6; TR-03110-1 4.3.1 (EF.CVCA).
 */
#include <stdlib.h>
#include <string.h>

#include "cvc.h"
#include "patch.h"
#include "quit.h"

enum { GENERATIONS = 3, EF_CVCA_LEN = 36 };

/* Somebody with a key and a name. */
struct holder {
    const char             *name;
    EVP_PKEY               *key;
    const struct cvc_suite *suite;
};

struct chain {
    struct holder cvca[GENERATIONS], dv, is;
    int           links;
    int           sent; /* certificates for the terminal so far */
};

static EVP_PKEY *take_key(struct making *m, const char *role, const char *key, const char *text)
{
    return making_chip_key(m, &(struct making_wish){ .role = role, .key = key, .text = text });
}

/* The KEY of a generation: ta.key; from the second on ta.new_key, if it says anything. */
static const char *cvca_key(const struct recipe *r, int i, const struct cvc_suite *suite)
{
    const bool other_suite = i > 0 && !recipe_is(r, "ta.new_suite", "same");

    if (i > 0 && !recipe_is(r, "ta.new_key", "same"))
        return recipe_get(r, "ta.new_key");
    return other_suite || recipe_is(r, "ta.key", "auto") ? cvc_default_key(suite)
                                                         : recipe_get(r, "ta.key");
}

static void take_cvca(struct making *m, struct chain *c, int i)
{
    const struct recipe *r = &m->recipe;
    const bool           renewed = i > 0 && !recipe_is(r, "ta.new_suite", "same");
    struct holder       *h = &c->cvca[i];

    h->name = quit_text("%s%05ld", recipe_get(r, "ta.cvca"), recipe_number(r, "ta.number") + i);
    h->suite = cvc_suite(r, renewed ? "ta.new_suite" : "ta.suite");
    h->key = take_key(m, quit_text("cvca-%d", i + 1), i > 0 ? "ta.new_key" : "ta.key",
                      cvca_key(r, i, h->suite));
}

/* DV and IS: the same kind of key as the last CVCA unless the recipe names another. */
static void take_holder(struct making *m, const struct chain *c, const char *who,
                        struct holder *out)
{
    const char *key = quit_text("ta.%s_key", who);

    out->name = recipe_get(&m->recipe, quit_text("ta.%s", who));
    out->suite = c->cvca[c->links].suite;
    out->key = take_key(
        m, who, key,
        recipe_is(&m->recipe, key, "same") ? cvca_key(&m->recipe, c->links, out->suite) : NULL);
}

static void take_holders(struct making *m, struct chain *c)
{
    for (int i = 0; i <= c->links; i++)
        take_cvca(m, c, i);
    take_holder(m, c, "dv", &c->dv);
    take_holder(m, c, "is", &c->is);
}

static struct cvc certificate(const char *file, const struct holder *by, const struct holder *of)
{
    return (struct cvc){ .file = file,
                         .car = by->name,
                         .chr = of->name,
                         .issuer = by->key,
                         .subject = of->key,
                         .issuer_suite = by->suite,
                         .subject_suite = of->suite };
}

/* Dates and rights of a kind: "cvca", "dv", "is". */
static void finish(const struct making *m, struct cvc *c, const char *kind)
{
    const struct recipe *r = &m->recipe;

    c->rights = recipe_get(r, quit_text("ta.%s_rights", kind));
    c->from = when_of(r, quit_text("ta.%s_from", kind), m->today);
    c->to = when_of(r, quit_text("ta.%s_to", kind), m->today);
    c->parameters = strcmp(kind, "cvca") == 0;
}

/* Into the terminal's folder, in the order of sending, unless the recipe withholds this kind. */
static void send(struct making *m, struct chain *c, const struct cvc *cvc, const char *kind)
{
    struct blob bytes = { 0 };

    cvc_make(m, cvc, &bytes);
    if (recipe_has_word(recipe_get(&m->recipe, "ta.terminal"), kind))
        making_add(m, quit_text("terminal/%02d-%s", ++c->sent, cvc->file), &bytes);
}

static void make_certificates(struct making *m, struct chain *c)
{
    for (int i = 0; i <= c->links; i++) {
        struct cvc  self = certificate(quit_text("cvca-%d.cvc", i + 1), &c->cvca[i], &c->cvca[i]);
        struct blob bytes = { 0 };

        finish(m, &self, "cvca");
        cvc_make(m, &self, &bytes);
        making_add(m, self.file, &bytes);
    }
    for (int i = 1; i <= c->links; i++) {
        struct cvc link =
            certificate(quit_text("link-%d.cvc", i + 1), &c->cvca[i - 1], &c->cvca[i]);

        finish(m, &link, "cvca");
        send(m, c, &link, "link");
    }
    struct cvc dv = certificate("dv.cvc", &c->cvca[c->links], &c->dv);
    struct cvc is = certificate("is.cvc", &c->dv, &c->is);

    finish(m, &dv, "dv");
    finish(m, &is, "is");
    send(m, c, &dv, "dv");
    send(m, c, &is, "is");
    making_add_key(m, "terminal/is.key", c->is.key);
}

/* The generation that a word of ta.trusts numbers. */
static int generation(const struct recipe *r, const struct chain *c, const char *word)
{
    const long n = strtol(word, NULL, 10);

    if (n < 1 || n > c->links + 1)
        recipe_refuse(r, "ta.trusts", "numbers of CVCA generations, from 1 to ta.links + 1");
    return (int)n - 1;
}

/* What the chip trusts, newest first; its names in the same order. */
static void say_trust(struct making *m, const struct chain *c, char **names)
{
    const struct recipe *r = &m->recipe;
    char       *words = quit_text("%s", recipe_get(r, "ta.trusts")), *files = quit_text("%s", "");
    struct when clock =
        when_of(r, recipe_is(r, "ta.date", "auto") ? "ta.cvca_from" : "ta.date", m->today);

    *names = quit_text("%s", "");
    for (char *w = strtok(words, " "); w != NULL; w = strtok(NULL, " ")) {
        const int i = generation(r, c, w);

        files = quit_text("%s%scvca-%d.cvc", files, *files ? " " : "", i + 1);
        *names = quit_text("%s%s%s", *names, **names ? " " : "", c->cvca[i].name);
    }
    recipe_say(&m->chip, "ta", "trust", files);
    recipe_say(&m->chip, "ta", "date",
               quit_text("%04d-%02d-%02d", clock.year, clock.month, clock.day));
}

/* References of the keys the chip knows, zeros behind them. */
static void make_ef_cvca(struct making *m, const char *names)
{
    const struct recipe *r = &m->recipe;
    const bool           automatic = recipe_is(r, "ta.cars", "auto");
    char                *words = quit_text("%s", automatic ? names : recipe_get(r, "ta.cars"));
    struct blob          file = { 0 };

    for (char *w = strtok(words, " "); w != NULL; w = strtok(NULL, " "))
        blob_text(&file, 0x42, w);
    if (file.len < EF_CVCA_LEN)
        blob_fill(&file, 0, EF_CVCA_LEN - file.len);
    patch_run(m, "EF.CVCA", "unsigned", &file);
    if (!recipe_is(r, "ta.ef_cvca", "auto")) {
        file.len = 0;
        if (!blob_hex(&file, recipe_get(r, "ta.ef_cvca")))
            recipe_refuse(r, "ta.ef_cvca", "auto or hex");
    }
    making_add(m, "EF.CVCA", &file);
}

static void forget(struct chain *c)
{
    for (int i = 0; i < GENERATIONS; i++)
        EVP_PKEY_free(c->cvca[i].key);
    EVP_PKEY_free(c->dv.key);
    EVP_PKEY_free(c->is.key);
}

void terminal_all(struct making *m)
{
    struct chain c = { .links = (int)recipe_number(&m->recipe, "ta.links") };
    char        *names;

    if (recipe_is(&m->recipe, "ta.suite", "none"))
        return;
    if (c.links >= GENERATIONS)
        recipe_refuse(&m->recipe, "ta.links", "two at most");
    take_holders(m, &c);
    make_certificates(m, &c);
    say_trust(m, &c, &names);
    make_ef_cvca(m, names);
    forget(&c);
}
