/*
 * recipe: what a document shall be, read from a text file.  Format: docs/recipes.md.
 *
 * Everything a recipe may say is one row of recipe_keys in recipe_keys.c, with its default.
 */
#ifndef PERSO_RECIPE_H
#define PERSO_RECIPE_H

#include <stdbool.h>
#include <stddef.h>

struct recipe_line {
    const char *section; /* "": the tool's own; otherwise document.ini's section */
    const char *key;     /* the tool's: "csca.key"; document.ini's: the bare key */
    const char *value;
    const char *file;
    unsigned    line; /* 0: from the command line */
    bool        used; /* a patch that was carried out */
};

struct recipe {
    struct recipe_line
          *lines; /* a base's lines before its user's; of two equal keys the later holds */
    size_t count, cap;
};

/* The keys, for --keys-help and for the check against slips. */
struct recipe_key {
    const char *name, *value, *about;
};
extern const struct recipe_key recipe_keys[];
extern const size_t            recipe_key_count;

/* Read a recipe, its base first.  A file of cases needs the name of one, a recipe takes NULL. */
void recipe_read(struct recipe *r, const char *path, const char *wanted_case);

/* One "key=value" of the command line. */
void recipe_set(struct recipe *r, const char *assignment);

/* A line for document.ini that no recipe wrote; both strings live on. */
void recipe_say(struct recipe *r, const char *section, const char *key, const char *value);

/* The lines of the second behind those of the first. */
void recipe_join(struct recipe *r, const struct recipe *more);

/* Print one line per case: id, expected, title, separated by tabs. */
void recipe_list(const char *path);

/* The value that holds, or the default; the key must be in the table. */
const char *recipe_get(const struct recipe *r, const char *key);
bool        recipe_yes(const struct recipe *r, const char *key);
bool        recipe_is(const struct recipe *r, const char *key, const char *value);
long        recipe_number(const struct recipe *r, const char *key);

/* Is it a line for document.ini?  That takes over [document], [chip], [rule.*], [frontend.*], and
 * of [pace], [ca], [aa], [ta] what is no key of the table. */
bool recipe_passed_on(const struct recipe_line *l);

/* What the recipe writes into document.ini at this place, or NULL. */
const char *recipe_says(const struct recipe *r, const char *section, const char *key);

/* Is any key of this section set ("csca.")? */
bool recipe_sets(const struct recipe *r, const char *prefix);

/* Does a word stand in a value's list, separated by spaces? */
bool recipe_has_word(const char *list, const char *word);

/* End the program over this key's value: says file, line and key. */
_Noreturn void recipe_refuse(const struct recipe *r, const char *key, const char *why);
_Noreturn void recipe_refuse_line(const struct recipe_line *l, const char *why);

#endif
