/* main: verso-perso's command line. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filing.h"
#include "ini.h"
#include "making.h"
#include "quit.h"
#include "seeded.h"

static const char help[] =
    "verso-perso - make a synthetic travel document\n"
    "\n"
    "usage: verso-perso [--out DIR] [option]... [RECIPE]\n"
    "       verso-perso [--out DIR] [option]... --case NAME CASES\n"
    "       verso-perso --list CASES\n"
    "\n"
    "Makes a document folder: one file for each file of the chip, csca.cer, ds.cer, csca.crl, and\n"
    "document.ini with what is printed on the page.  Without a recipe it is a passport of Utopia,\n"
    "complete and faultless.  Recipes and the language of their faults: docs/recipes.md.\n"
    "\n"
    "  -o, --out DIR          where to; default \"document\"; a document that is there is "
    "replaced\n"
    "  -s, --set KEY=VALUE    as if it were the recipe's last line; may be repeated\n"
    "  -c, --case NAME        this case of a file of cases\n"
    "  -l, --list             the cases of a file: name, expected result, title\n"
    "      --keys-help        every key a recipe may set, with its default\n"
    "  -i, --issuer DIR       issue with the keys and certificates in DIR; what is missing is "
    "made\n"
    "                         and kept there, so that the next document has the same issuer\n"
    "  -k, --keys DIR         take keys from DIR by role and algorithm; missing ones are kept "
    "there\n"
    "      --no-keep-keys     leave no issuer/ (the issuer's keys and certificates) in the folder\n"
    "      --date YYYY-MM-DD  the day the document is made for; default today\n"
    "      --seed TEXT        no chance: the same document to the byte, keys included, each time\n"
    "      --no-patches       the document as it was before its faults\n"
    "  -f, --force            replace a folder that is no document\n"
    "  -h, --help             this text\n"
    "\n"
    "examples:\n"
    "  verso-perso --out anna\n"
    "  verso-perso --out berta --issuer anna/issuer --set person.given=BERTA --set person.seed=7\n"
    "  verso-perso --out fake tests/recipes/altered-dg2.recipe\n"
    "  verso-perso --out h20 --case H_20 tests/recipes/lds_h.cases\n"
    "\n"
    "exit status: 0 made; 64 wrong usage; 65 the recipe is wrong; 73, 74 files; 70 anything else.\n"
    "The keys guard nothing: these documents are for tests.\n";

enum { OPTION_SEED = 256, OPTION_DATE, OPTION_NO_KEEP, OPTION_KEYS_HELP, OPTION_NO_PATCHES };

static const struct option options[] = {
    /* clang-format off */
    { "out",          required_argument, NULL, 'o' },
    { "set",          required_argument, NULL, 's' },
    { "case",         required_argument, NULL, 'c' },
    { "list",         no_argument,       NULL, 'l' },
    { "issuer",       required_argument, NULL, 'i' },
    { "keys",         required_argument, NULL, 'k' },
    { "force",        no_argument,       NULL, 'f' },
    { "help",         no_argument,       NULL, 'h' },
    { "seed",         required_argument, NULL, OPTION_SEED },
    { "date",         required_argument, NULL, OPTION_DATE },
    { "no-keep-keys", no_argument,       NULL, OPTION_NO_KEEP },
    { "keys-help",    no_argument,       NULL, OPTION_KEYS_HELP },
    { "no-patches",   no_argument,       NULL, OPTION_NO_PATCHES },
    { NULL, 0, NULL, 0 },
    /* clang-format on */
};

/* What the command line asks for, beside what goes into struct making. */
struct order {
    const char   *out, *recipe, *wanted_case;
    struct recipe sets;
    bool          list, force, drop_keys;
};

static void print_keys(void)
{
    for (size_t i = 0; i < recipe_key_count; i++)
        printf("%-20s %-26s %s\n", recipe_keys[i].name, recipe_keys[i].value, recipe_keys[i].about);
}

static void take_letter(struct order *o, struct making *m, int letter)
{
    switch (letter) {
    case 'o':
        o->out = optarg;
        break;
    case 's':
        recipe_set(&o->sets, optarg);
        break;
    case 'c':
        o->wanted_case = optarg;
        break;
    case 'l':
        o->list = true;
        break;
    case 'i':
        m->issuer = optarg;
        break;
    case 'k':
        m->keys = optarg;
        break;
    case 'f':
        o->force = true;
        break;
    case 'h':
        fputs(help, stdout);
        exit(0);
    default:
        quit(QUIT_USAGE, "try verso-perso --help");
    }
}

static void take_word(struct order *o, struct making *m, int option)
{
    switch (option) {
    case OPTION_SEED:
        seeded_begin(optarg);
        break;
    case OPTION_DATE:
        if (!when_parse(optarg, &m->today))
            quit(QUIT_USAGE, "--date %s: a day is 2026-11-21", optarg);
        break;
    case OPTION_NO_KEEP:
        o->drop_keys = true;
        break;
    case OPTION_NO_PATCHES:
        m->no_patches = true;
        break;
    case OPTION_KEYS_HELP:
        print_keys();
        exit(0);
    default:
        take_letter(o, m, option);
    }
}

static void read_order(struct order *o, struct making *m, int argc, char **argv)
{
    int option;

    while ((option = getopt_long(argc, argv, "o:s:c:li:k:fh", options, NULL)) != -1)
        take_word(o, m, option);
    if (argc - optind > 1)
        quit(QUIT_USAGE, "one recipe only: %s", argv[optind + 1]);
    o->recipe = argv[optind];
    if (o->recipe == NULL && (o->list || o->wanted_case != NULL))
        quit(QUIT_USAGE, "name the file of cases");
}

static bool is_chip_file(const char *name)
{
    return strncmp(name, "EF.", 3) == 0 || strncmp(name, "DG", 2) == 0;
}

static void keep_key(const char *dir, const char *name, EVP_PKEY *key)
{
    struct blob der = { 0 };

    algo_put_private(&der, key);
    filing_write(quit_text("%s/%s", dir, name), &der, true);
}

static void keep_issuer(const struct making *m, const char *dir)
{
    filing_make(dir);
    keep_key(dir, "csca.key", m->csca);
    keep_key(dir, "ds.key", m->ds.key);
    filing_write(quit_text("%s/csca.cer", dir), &m->csca_cer, false);
    filing_write(quit_text("%s/ds.cer", dir), &m->ds.cer, false);
}

static void write_folder(const struct making *m, const struct order *o)
{
    const char *dir = filing_begin(o->out, o->force);
    struct blob ini = { 0 };

    for (size_t i = 0; i < m->file_count; i++) {
        const char *name = m->files[i].name, *slash = strchr(name, '/');

        if (slash != NULL)
            filing_make(quit_text("%s/%.*s", dir, (int)(slash - name), name));
        filing_write(quit_text("%s/%s%s", dir, name, is_chip_file(name) ? ".bin" : ""),
                     &m->files[i].bytes, strstr(name, ".key") != NULL);
    }
    ini_put(m, &ini);
    filing_write(quit_text("%s/document.ini", dir), &ini, false);
    if (!o->drop_keys)
        keep_issuer(m, quit_text("%s/issuer", dir));
    if (m->issuer != NULL && !filing_read(quit_text("%s/csca.key", m->issuer), &ini))
        keep_issuer(m, m->issuer);
    filing_finish();
}

int main(int argc, char **argv)
{
    static struct making m;
    struct order         o = { .out = "document" };

    m.today = when_today();
    read_order(&o, &m, argc, argv);
    if (o.list) {
        recipe_list(o.recipe);
        return 0;
    }
    if (o.recipe != NULL)
        recipe_read(&m.recipe, o.recipe, o.wanted_case);
    recipe_join(&m.recipe, &o.sets);
    making_document(&m);
    write_folder(&m, &o);
    making_end(&m);
    return 0;
}
