/* patch: see patch.h */
#include "patch.h"

#include <stdlib.h>
#include <string.h>

#include "place.h"
#include "quit.h"

/* clang-format off */
static const struct { const char *file, *stages; } patch_stages[] = {
    { "EF.SOD",        "before-hash after-hash before-sign after-sign" },
    { "EF.CardSecurity", "before-hash after-hash before-sign after-sign" },
    { "csca.cer",      "before-sign after-sign" },
    { "csca-old.cer",  "before-sign after-sign" },
    { "csca-link.cer", "before-sign after-sign" },
    { "ds.cer",        "before-sign after-sign" },
    { "cs.cer",        "before-sign after-sign" },
    { "csca.crl",      "before-sign after-sign" },
    { "EF.COM",        "unsigned" },
    { "EF.DIR",        "unsigned" },
    { "EF.CardAccess", "unsigned" },
    { "EF.ATR",        "unsigned" },
    { "EF.CVCA",       "unsigned" },
    { "cvc",           "before-sign after-sign" }, /* cvca-1.cvc, link-2.cvc, dv.cvc, is.cvc */
    { "DG",            "before-hash after-hash" }, /* DG1 to DG16 */
};
static const struct { const char *file, *name, *path; } nicknames[] = {
    { "EF.SOD", "signed", "77/30/A0/30" },
    { "EF.SOD", "lds",    "77/30/A0/30/30/A0/04/30" },
    { "EF.SOD", "hashes", "77/30/A0/30/30/A0/04/30/30[1]" },
    { "EF.SOD", "signer", "77/30/A0/30/31[-1]/30" },
    { "EF.SOD", "attrs",  "77/30/A0/30/31[-1]/30/A0" },
    { "EF.CardSecurity", "signed", "30/A0/30" },
    { "EF.CardSecurity", "infos",  "30/A0/30/30/A0/04/31" },
    { "EF.CardSecurity", "signer", "30/A0/30/31[-1]/30" },
    { "EF.CardSecurity", "attrs",  "30/A0/30/31[-1]/30/A0" },
    { "cer",    "tbs",    "30/30" },
    { "cer",    "ext",    "30/30/A3/30" },
    { "cvc",    "body", "7F21/7F4E" },
    { "crl",    "tbs",    "30/30" },
    { "DG2",    "face",   "75/7F61/7F60/5F2E" },
    { "DG2",    "header", "75/7F61/7F60/A1" },
};
/* clang-format on */

/* what a change works on */
struct change {
    struct blob *file;
    struct place at;
    const char  *value; /* what follows the word, or "" */
};

static const struct place_span *target(const struct change *c)
{
    return &c->at.span[c->at.depth - 1];
}

static struct err bytes_of(const char *text, struct blob *out)
{
    CHECK(blob_hex(out, text), E_MALFORMED);
    return SUCCESS;
}

static struct err exchange(struct change *c, size_t from, size_t to, size_t within)
{
    struct blob by = { 0 };

    TRY(bytes_of(c->value, &by));
    place_splice(c->file, &c->at, (struct place_cut){ within, from, to }, &by);
    return SUCCESS;
}

static size_t behind(const struct change *c)
{
    return target(c)->end + (target(c)->indefinite ? 2 : 0);
}

static struct err change_set(struct change *c)
{
    return exchange(c, target(c)->body, target(c)->end, c->at.depth);
}

static struct err change_replace(struct change *c)
{
    return exchange(c, target(c)->head, behind(c), c->at.depth - 1);
}

static struct err change_delete(struct change *c)
{
    CHECK(*c->value == '\0', E_MALFORMED);
    return change_replace(c);
}

static struct err change_before(struct change *c)
{
    return exchange(c, target(c)->head, target(c)->head, c->at.depth - 1);
}

static struct err change_after(struct change *c)
{
    return exchange(c, behind(c), behind(c), c->at.depth - 1);
}

static struct err change_prepend(struct change *c)
{
    return exchange(c, target(c)->body, target(c)->body, c->at.depth);
}

static struct err change_append(struct change *c)
{
    return exchange(c, target(c)->end, target(c)->end, c->at.depth);
}

static size_t tag_end(const struct change *c)
{
    return target(c)->head + ((c->file->at[target(c)->head] & 0x1F) == 0x1F ? 2 : 1);
}

static struct err change_tag(struct change *c)
{
    return exchange(c, target(c)->head, tag_end(c), c->at.depth - 1);
}

/* "+1" or "-1": the same octets, another number; hex: these octets.  Nothing else is corrected,
 * not even around it when the size stays. */
static struct err change_length(struct change *c)
{
    const size_t from = tag_end(c), to = target(c)->body;
    struct blob  by = { 0 };

    if (*c->value != '+' && *c->value != '-')
        return exchange(c, from, to, c->at.depth - 1);
    const long len = (long)(target(c)->end - target(c)->body) + strtol(c->value, NULL, 10);

    CHECK(len >= 0, E_MALFORMED);
    if (to - from == 1) {
        CHECK(len < 128, E_MALFORMED);
        c->file->at[from] = (uint8_t)len;
        return SUCCESS;
    }
    blob_u(&by, (unsigned long long)len, (unsigned)(to - from - 1));
    memcpy(c->file->at + from + 1, by.at, by.len);
    return SUCCESS;
}

/* "OFFSET HEX": from the content's beginning, or from its end when negative. */
static struct err read_offset(struct change *c, size_t *offset, struct blob *by)
{
    const long size = (long)(target(c)->end - target(c)->body);
    char      *end;
    long       n = strtol(c->value, &end, 10);

    CHECK(end != c->value && *end == ' ', E_MALFORMED);
    TRY(bytes_of(end + strspn(end, " "), by));
    n = n < 0 ? n + size : n;
    CHECK(n >= 0 && n + (long)by->len <= size, E_UNEXPECTED);
    *offset = target(c)->body + (size_t)n;
    return SUCCESS;
}

static struct err change_put(struct change *c)
{
    struct blob by = { 0 };
    size_t      offset;

    TRY(read_offset(c, &offset, &by));
    memcpy(c->file->at + offset, by.at, by.len);
    return SUCCESS;
}

static struct err change_xor(struct change *c)
{
    struct blob by = { 0 };
    size_t      offset;

    TRY(read_offset(c, &offset, &by));
    for (size_t i = 0; i < by.len; i++)
        c->file->at[offset + i] ^= by.at[i];
    return SUCCESS;
}

/* All of an element of definite length. */
static void replace_whole(struct change *c, const struct blob *by)
{
    const struct place_cut cut = { c->at.depth - 1, target(c)->head, target(c)->end };

    place_splice(c->file, &c->at, cut, by);
}

/* BER: length 80, closed by 0000. */
static struct err change_indefinite(struct change *c)
{
    struct blob whole = { 0 };

    CHECK(*c->value == '\0' && !target(c)->indefinite, E_MALFORMED);
    blob_put(&whole, c->file->at + target(c)->head, tag_end(c) - target(c)->head);
    blob_u(&whole, 0x80, 1);
    blob_put(&whole, c->file->at + target(c)->body, target(c)->end - target(c)->body);
    blob_u(&whole, 0, 2);
    replace_whole(c, &whole);
    return SUCCESS;
}

/* BER: a string in pieces of N bytes inside its constructed form. */
static struct err change_pieces(struct change *c)
{
    const uint8_t tag = c->file->at[target(c)->head];
    const size_t  n = strtoul(c->value, NULL, 10);
    struct blob   whole = { 0 };
    const size_t  mark = blob_open(&whole, tag | 0x20U);

    CHECK(n > 0 && tag_end(c) - target(c)->head == 1, E_MALFORMED);
    for (size_t at = target(c)->body; at < target(c)->end; at += n)
        blob_tlv(&whole, tag, c->file->at + at, target(c)->end - at < n ? target(c)->end - at : n);
    blob_close(&whole, mark);
    replace_whole(c, &whole);
    return SUCCESS;
}

/* clang-format off */
static const struct { const char *word; struct err (*run)(struct change *); } changes[] = {
    { "set",     change_set },     { "replace",    change_replace },    { "delete", change_delete },
    { "before",  change_before },  { "after",      change_after },      { "tag",    change_tag },
    { "prepend", change_prepend }, { "append",     change_append },     { "length", change_length },
    { "put",     change_put },     { "xor",        change_xor },        { "pieces", change_pieces },
    { "indefinite", change_indefinite },
};
/* clang-format on */

struct err patch_change(const char *path, const char *change, struct blob *bytes)
{
    const size_t  n = strcspn(change, " ");
    struct change c = { .file = bytes, .value = change + n };

    while (*c.value == ' ')
        c.value++;
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        if (strlen(changes[i].word) != n || strncmp(changes[i].word, change, n) != 0)
            continue;
        TRY(place_find(bytes, path, &c.at));
        return changes[i].run(&c);
    }
    FAIL(E_MALFORMED);
}

/* A name, "DG" for DG1 to DG16, or what follows the dot: "cer", "crl", "cvc". */
static bool is_file(const char *pattern, const char *file)
{
    const size_t n = strlen(pattern), len = strlen(file);

    if (strcmp(pattern, file) == 0)
        return true;
    if (strcmp(pattern, "DG") == 0)
        return strncmp(file, "DG", 2) == 0 && len > 2;
    return strlen(pattern) == 3 && len > n && strcmp(file + len - n, pattern) == 0;
}

char *patch_full_path(const char *file, const char *path)
{
    const size_t n = strcspn(path, "/[{");

    for (size_t i = 0; i < sizeof nicknames / sizeof *nicknames; i++)
        if (is_file(nicknames[i].file, file) && strlen(nicknames[i].name) == n &&
            strncmp(nicknames[i].name, path, n) == 0)
            return quit_text("%s%s", nicknames[i].path, path + n);
    return quit_text("%s", path);
}

/* The next word of a patch line, which must be there. */
static char *word(const struct recipe_line *l, char **text)
{
    char *begin = *text + strspn(*text, " "), *end = begin + strcspn(begin, " ");

    if (*end == '\0')
        recipe_refuse_line(l, "a patch is FILE STAGE PATH CHANGE");
    *end = '\0';
    *text = end + 1;
    return begin;
}

static void check_stage(const struct recipe_line *l, const char *file, const char *stage)
{
    for (size_t i = 0; i < sizeof patch_stages / sizeof *patch_stages; i++)
        if (is_file(patch_stages[i].file, file)) {
            if (!recipe_has_word(patch_stages[i].stages, stage))
                recipe_refuse_line(l, quit_text("this file's stages: %s", patch_stages[i].stages));
            return;
        }
    recipe_refuse_line(l, "no file of this name can be patched");
}

static void run_line(struct recipe_line *l, const char *file, const char *stage, struct blob *bytes)
{
    char       *text = quit_text("%s", l->value);
    const char *its_file = word(l, &text), *its_stage = word(l, &text), *path = word(l, &text);
    struct err  e;

    check_stage(l, its_file, its_stage);
    if (strcmp(its_file, file) != 0 || strcmp(its_stage, stage) != 0)
        return;
    e = patch_change(patch_full_path(file, path), text + strspn(text, " "), bytes);
    if (e.code == E_UNEXPECTED)
        recipe_refuse_line(l, "the file has no such place");
    if (e.code != OK)
        recipe_refuse_line(l, "neither a path nor a change (docs/recipes.md), or no TLV");
    l->used = true;
}

void patch_run(struct making *m, const char *file, const char *stage, struct blob *bytes)
{
    for (size_t i = 0; i < m->recipe.count; i++)
        if (strcmp(m->recipe.lines[i].key, "patch") == 0 && !m->no_patches)
            run_line(&m->recipe.lines[i], file, stage, bytes);
}

void patch_all_done(const struct making *m)
{
    for (size_t i = 0; i < m->recipe.count; i++) {
        const struct recipe_line *l = &m->recipe.lines[i];

        if (strcmp(l->key, "patch") == 0 && !l->used && !m->no_patches)
            recipe_refuse_line(l, "never carried out: this document has no such file");
    }
}
