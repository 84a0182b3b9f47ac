/* recipe: see recipe.h */
#include "recipe.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "quit.h"

enum { LINE_LONGEST = 16384, BASES_DEEPEST = 8 };

/* One file on its way in. */
struct source {
    FILE       *file;
    const char *path;
    const char *section; /* "" or as written: "csca", "rule.1", "case H_20" */
    const char *wanted;  /* the case asked for, or NULL */
    unsigned    line;
    bool        seen; /* it was there */
};

static bool is_passed_on(const char *section)
{
    static const char *const sections[] = { "document", "chip", "pace", "ca", "aa", "ta" };

    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        if (strcmp(section, sections[i]) == 0)
            return true;
    return strncmp(section, "rule.", 5) == 0 || strncmp(section, "frontend.", 9) == 0 ||
           strncmp(section, "air.", 4) == 0;
}

bool recipe_passed_on(const struct recipe_line *l)
{
    return l->section[0] != '\0';
}

static bool is_case(const char *section)
{
    return strncmp(section, "case ", 5) == 0;
}

static const struct recipe_key *key_of(const char *name)
{
    for (size_t i = 0; i < recipe_key_count; i++)
        if (strcmp(recipe_keys[i].name, name) == 0)
            return &recipe_keys[i];
    return NULL;
}

/* Letters to change, add or drop to make one of the other (Levenshtein). */
static size_t slips_between(const char *a, const char *b)
{
    size_t row[64], n = strlen(b);

    if (n >= 64)
        return n;
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 1; a[i - 1] != '\0'; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            const size_t change = diagonal + (a[i - 1] != b[j - 1]);
            size_t       least = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;

            diagonal = row[j];
            row[j] = change < least ? change : least;
        }
    }
    return row[n];
}

static const char *nearest(const char *name)
{
    const char *best = NULL;
    size_t      least = 4;

    for (size_t i = 0; i < recipe_key_count; i++) {
        const size_t slips = slips_between(name, recipe_keys[i].name);

        if (slips < least) {
            least = slips;
            best = recipe_keys[i].name;
        }
    }
    return best;
}

void recipe_refuse_line(const struct recipe_line *l, const char *why)
{
    if (l->line == 0)
        quit(QUIT_DATA, "--set %s=%s: %s", l->key, l->value, why);
    quit(QUIT_DATA, "%s:%u: %s = %s: %s", l->file, l->line, l->key, l->value, why);
}

static void check_key(const struct recipe_line *l)
{
    const char *meant;

    if (recipe_passed_on(l) || key_of(l->key) != NULL)
        return;
    meant = nearest(l->key);
    recipe_refuse_line(l, meant ? quit_text("unknown key (did you mean %s?)", meant)
                                : "unknown key (verso-perso --keys-help lists them)");
}

/* "chip.max_read", "rule.a.reply", "pace.fault": for document.ini, unless the tool has this key. */
static struct recipe_line sorted_out(struct recipe_line l)
{
    const char *dot = strrchr(l.key, '.');

    l.section = "";
    if (dot == NULL || key_of(l.key) != NULL)
        return l;
    const char *section = quit_text("%.*s", (int)(dot - l.key), l.key);

    if (is_passed_on(section)) {
        l.section = section;
        l.key = dot + 1;
    }
    return l;
}

static void add(struct recipe *r, const struct recipe_line *l)
{
    check_key(l);
    if (r->count == r->cap) {
        struct recipe_line *more = quit_memory((2 * r->cap + 32) * sizeof *more);

        if (r->count > 0)
            memcpy(more, r->lines, r->count * sizeof *more);
        r->lines = more;
        r->cap = 2 * r->cap + 32;
    }
    r->lines[r->count++] = *l;
}

static char *trimmed(char *text)
{
    char *end = text + strlen(text);

    while (isspace((unsigned char)*text))
        text++;
    while (end > text && isspace((unsigned char)end[-1]))
        end--;
    *end = '\0';
    return text;
}

static char *beside(const char *path, const char *name)
{
    const char *slash = strrchr(path, '/');

    if (name[0] == '/' || slash == NULL)
        return quit_text("%s", name);
    return quit_text("%.*s/%s", (int)(slash - path), path, name);
}

static struct recipe_line line_of(const struct source *s, const char *key, const char *value)
{
    const bool bare = s->section[0] == '\0' || is_case(s->section);

    return sorted_out((struct recipe_line){
        .key = bare ? quit_text("%s", key) : quit_text("%s.%s", s->section, key),
        .value = quit_text("%s", value),
        .file = s->path,
        .line = s->line,
    });
}

static bool skipped(const struct source *s)
{
    return is_case(s->section) && (s->wanted == NULL || strcmp(s->section + 5, s->wanted) != 0);
}

/* One line into the recipe; what it returns is the path of a base to read now, or NULL. */
static const char *take_line(struct recipe *r, struct source *s, char *text)
{
    char *equals = strchr(text, '=');

    if (*text == '[') {
        if (text[strlen(text) - 1] != ']')
            quit(QUIT_DATA, "%s:%u: a section's name stands in brackets: %s", s->path, s->line,
                 text);
        text[strlen(text) - 1] = '\0';
        s->section = quit_text("%s", trimmed(text + 1));
        s->seen = s->seen || (s->wanted && is_case(s->section) && !skipped(s));
        return NULL;
    }
    if (equals == NULL)
        quit(QUIT_DATA, "%s:%u: neither \"key = value\" nor \"[section]\": %s", s->path, s->line,
             text);
    *equals = '\0';
    const struct recipe_line l = line_of(s, trimmed(text), trimmed(equals + 1));

    if (skipped(s)) {
        check_key(&l);
        return NULL;
    }
    if (strcmp(l.key, "base") == 0 && !recipe_passed_on(&l))
        return beside(s->path, l.value);
    add(r, &l);
    return NULL;
}

static struct source opened(const char *path)
{
    struct source s = { .file = fopen(path, "r"), .path = path, .section = "" };

    if (s.file == NULL)
        quit(QUIT_IO, "%s: %s", path, strerror(errno));
    return s;
}

/* The next line that says something, in text; NULL at the end. */
static char *next_line(struct source *s, char text[static LINE_LONGEST])
{
    while (fgets(text, LINE_LONGEST, s->file) != NULL) {
        char *content = trimmed(text);

        s->line++;
        if (*content != '\0' && *content != '#' && *content != ';')
            return content;
    }
    return NULL;
}

static void finish(const struct source *s)
{
    fclose(s->file);
    if (s->wanted != NULL && !s->seen)
        quit(QUIT_DATA, "%s: no [case %s] (verso-perso --list %s)", s->path, s->wanted, s->path);
    if (s->wanted == NULL && is_case(s->section))
        quit(QUIT_USAGE, "%s: a file of cases: say --case NAME, or --list to see them", s->path);
}

void recipe_read(struct recipe *r, const char *path, const char *wanted_case)
{
    struct source stack[1 + BASES_DEEPEST] = { opened(path) }; /* each the base of the one before */
    size_t        open = 1;
    char         *text = quit_memory(LINE_LONGEST);

    stack[0].wanted = wanted_case;
    while (open > 0) {
        struct source *s = &stack[open - 1];
        char          *line = next_line(s, text);
        const char    *base = line != NULL ? take_line(r, s, line) : NULL;

        if (line == NULL) {
            finish(s);
            open--;
        } else if (base != NULL) {
            if (open > BASES_DEEPEST)
                quit(QUIT_DATA, "%s: bases nested more than %d deep", base, BASES_DEEPEST);
            stack[open++] = opened(base);
        }
    }
}

void recipe_set(struct recipe *r, const char *assignment)
{
    char *text = quit_text("%s", assignment), *equals = strchr(text, '=');

    if (equals == NULL)
        quit(QUIT_USAGE, "--set wants key=value, not \"%s\"", assignment);
    *equals = '\0';
    const struct recipe_line l = sorted_out((struct recipe_line){
        .key = trimmed(text), .value = trimmed(equals + 1), .file = "--set" });

    add(r, &l);
}

void recipe_say(struct recipe *r, const char *section, const char *key, const char *value)
{
    add(r, &(struct recipe_line){ .section = section, .key = key, .value = value, .file = "" });
}

void recipe_join(struct recipe *r, const struct recipe *more)
{
    for (size_t i = 0; i < more->count; i++)
        add(r, &more->lines[i]);
}

static void print_case(const char *name, struct recipe *r)
{
    if (name != NULL)
        printf("%s\t%s\t%s\n", name, recipe_get(r, "expected"), recipe_get(r, "title"));
    r->count = 0;
}

void recipe_list(const char *path)
{
    struct source s = opened(path);
    struct recipe r = { 0 };
    char         *text = quit_memory(LINE_LONGEST), *line;

    while ((line = next_line(&s, text)) != NULL) {
        if (*line == '[')
            print_case(s.wanted, &r);
        take_line(&r, &s, line); /* the list needs no base */
        s.wanted = is_case(s.section) ? s.section + 5 : NULL;
    }
    print_case(s.wanted, &r);
    fclose(s.file);
}

static const struct recipe_line *find(const struct recipe *r, const char *key)
{
    for (size_t i = r->count; i-- > 0;)
        if (!recipe_passed_on(&r->lines[i]) && strcmp(r->lines[i].key, key) == 0)
            return &r->lines[i];
    return NULL;
}

const char *recipe_get(const struct recipe *r, const char *key)
{
    const struct recipe_line *l = find(r, key);
    const struct recipe_key  *k = key_of(key);

    if (k == NULL)
        quit(QUIT_SOFTWARE, "no such key in the table: %s", key);
    return l ? l->value : k->value;
}

void recipe_refuse(const struct recipe *r, const char *key, const char *why)
{
    const struct recipe_line *l = find(r, key);

    if (l != NULL)
        recipe_refuse_line(l, why);
    quit(QUIT_DATA, "%s = %s (the default): %s", key, recipe_get(r, key), why);
}

bool recipe_is(const struct recipe *r, const char *key, const char *value)
{
    return strcmp(recipe_get(r, key), value) == 0;
}

bool recipe_yes(const struct recipe *r, const char *key)
{
    if (!recipe_is(r, key, "yes") && !recipe_is(r, key, "no"))
        recipe_refuse(r, key, "yes or no");
    return recipe_is(r, key, "yes");
}

long recipe_number(const struct recipe *r, const char *key)
{
    const char *value = recipe_get(r, key);
    char       *end;
    const long  n = strtol(value, &end, 10);

    if (end == value || *end != '\0' || n < 0)
        recipe_refuse(r, key, "not a number");
    return n;
}

const char *recipe_says(const struct recipe *r, const char *section, const char *key)
{
    for (size_t i = r->count; i-- > 0;)
        if (strcmp(r->lines[i].section, section) == 0 && strcmp(r->lines[i].key, key) == 0)
            return r->lines[i].value;
    return NULL;
}

bool recipe_sets(const struct recipe *r, const char *prefix)
{
    for (size_t i = 0; i < r->count; i++)
        if (!recipe_passed_on(&r->lines[i]) &&
            strncmp(r->lines[i].key, prefix, strlen(prefix)) == 0)
            return true;
    return false;
}

bool recipe_has_word(const char *list, const char *word)
{
    const size_t n = strlen(word);

    for (const char *at = list; (at = strstr(at, word)) != NULL; at += n)
        if ((at == list || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0'))
            return true;
    return false;
}
