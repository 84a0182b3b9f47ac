/* folder: see folder.h. */
#include "chip/folder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "chip/words.h"

enum { FILE_LIMIT = 1 << 20, PATH_LIMIT = 1024 };

/* clang-format off */
static const struct folder_file known[] = {
    { .name = "EF.CardAccess",   PLACE_MF,  0x011C, 0x1C, false, false, NULL, 0 },
    { .name = "EF.CardSecurity", PLACE_MF,  0x011D, 0x1D, false, false, NULL, 0 },
    { .name = "EF.DIR",          PLACE_MF,  0x2F00, 0x1E, false, false, NULL, 0 },
    { .name = "EF.ATR",          PLACE_MF,  0x2F01, 0x01, false, false, NULL, 0 },
    { .name = "EF.COM",          PLACE_LDS, 0x011E, 0x1E, false, false, NULL, 0 },
    { .name = "EF.SOD",          PLACE_LDS, 0x011D, 0x1D, false, false, NULL, 0 },
    { .name = "EF.CVCA",         PLACE_LDS, 0x011C, 0x1C, false, false, NULL, 0 },
    /* DG1 to DG16: 0101 to 0110, added by list_files() */
};

static const struct rule_key acts[] = {
    { "reply",     ACT_REPLY,    RULE_HEX,    NULL },
    { "mutate",    ACT_MUTATE,   RULE_XOR,    NULL },
    { "cut",       ACT_CUT,      RULE_NUMBER, NULL },
    { "append",    ACT_APPEND,   RULE_HEX,    NULL },
    { "sm",        ACT_SM,       RULE_WORD,   "no99 other99 nomac badmac badpadding plain" },
    { "wire",      ACT_WIRE,     RULE_XOR,    NULL },
    { "wire_cut",  ACT_WIRE_CUT, RULE_NUMBER, NULL },
    { "delay_ms",  ACT_DELAY,    RULE_NUMBER, NULL },
    { "wtx",       ACT_WTX,      RULE_NUMBER, NULL },
    { "silence",   ACT_SILENCE,  RULE_FLAG,   NULL },
    { "vanish",    ACT_VANISH,   RULE_WORD,   "before after" },
    { "return_ms", ACT_RETURN,   RULE_NUMBER, NULL },
    { "lose",      ACT_LOSE,     RULE_FLAG,   NULL },
    { NULL, 0, RULE_FLAG, NULL },
};
/* clang-format on */

static const char *const dg_names[] = { "DG1",  "DG2",  "DG3",  "DG4",  "DG5",  "DG6",
                                        "DG7",  "DG8",  "DG9",  "DG10", "DG11", "DG12",
                                        "DG13", "DG14", "DG15", "DG16" };

static void list_files(struct folder *f)
{
    const size_t others = sizeof known / sizeof *known;

    memcpy(f->files, known, sizeof known);
    for (size_t i = 0; i < sizeof dg_names / sizeof *dg_names; i++)
        f->files[others + i] = (struct folder_file){
            .name = dg_names[i],
            .place = PLACE_LDS,
            .fid = (uint16_t)(0x0101 + i),
            .sfi = (uint8_t)(1 + i),
        };
}

/* The whole file, or here = false if there is none of that name. */
static struct err read_file(const char *path, struct folder_file *file, struct problem *why)
{
    FILE *in = fopen(path, "rb");
    long  len = -1;

    if (in == NULL && errno == ENOENT)
        return SUCCESS;
    if (in == NULL)
        return problem_set(why, E_TRUNCATED, "%s: %s", path, strerror(errno));
    if (fseek(in, 0, SEEK_END) == 0)
        len = ftell(in);
    if (len < 0 || len > FILE_LIMIT || fseek(in, 0, SEEK_SET) != 0) {
        fclose(in);
        return problem_set(why, E_TRUNCATED, "%s: not a file of at most 1 MiB", path);
    }
    file->bytes = malloc((size_t)len + 1);
    file->len = (size_t)len;
    file->here = file->bytes != NULL && fread(file->bytes, 1, file->len, in) == file->len;
    fclose(in);
    if (!file->here)
        return problem_set(why, E_TRUNCATED, "%s: cannot be read", path);
    return SUCCESS;
}

static struct err read_ini(struct folder *f, const char *path, struct problem *why)
{
    struct folder_file text = { 0 };
    char               name[PATH_LIMIT];
    struct err         e;

    if (snprintf(name, sizeof name, "%s/document.ini", path) >= PATH_LIMIT)
        return problem_set(why, E_TOO_LONG, "a path of more than %d characters", PATH_LIMIT);
    e = read_file(name, &text, why);
    if (e.code == OK && !text.here)
        e = problem_set(why, E_UNEXPECTED, "%s: no such file", name);
    if (e.code == OK)
        e = settings_parse(&f->ini, "document.ini", view_of(text.bytes, text.len), why);
    free(text.bytes);
    return e;
}

/* "DG3 DG4": the files that stay shut, for want of terminal authentication. */
static struct err deny(struct folder *f, const char *list, struct problem *why)
{
    while (*list != '\0') {
        const size_t len = strcspn(list, " ");
        bool         found = len == 0;

        for (size_t i = 0; i < FOLDER_FILES && f->files[i].name != NULL; i++) {
            struct folder_file *file = &f->files[i];

            if (strlen(file->name) == len && memcmp(file->name, list, len) == 0)
                found = file->denied = true;
        }
        if (!found)
            return problem_set(why, E_MALFORMED, "document.ini: [document] deny: no file %.*s",
                               (int)len, list);
        list += len + (list[len] == ' ');
    }
    return SUCCESS;
}

/* The MRZ information: BAC's keys, and the SHA-1 that is PACE's password (9303-11 §9.7.3). */
static struct err read_mrz(struct folder *f, bool pace, struct problem *why)
{
    const char *lines[] = { settings_text(&f->ini, "document", "mrz1", ""),
                            settings_text(&f->ini, "document", "mrz2", ""),
                            settings_text(&f->ini, "document", "mrz3", "") };
    uint8_t     room[BAC_CHIP_INFO_MAX];
    struct buf  info = BUF(room);
    unsigned    len = 0;

    if (!f->bac && (!pace || *lines[0] == '\0'))
        return SUCCESS;
    TRY(bac_chip_info(lines[0], lines[1], lines[2], &info, why));
    CHECK(EVP_Digest(info.ptr, info.len, f->pace.mrz.bytes, &len, EVP_sha1(), NULL) == 1, E_CRYPTO);
    f->pace.mrz.len = len;
    return f->bac ? bac_chip_keys(buf_view(&info), &f->keys) : SUCCESS;
}

static struct err read_can(struct folder *f, struct problem *why)
{
    const struct setting *line = settings_find(&f->ini, "document", "can");
    const size_t          len = line != NULL ? strlen(line->value) : 0;

    if (len > sizeof f->pace.can.bytes)
        return problem_set(why, E_TOO_LONG, "document.ini:%u: [document] can is too long",
                           line->line);
    if (len != 0)
        memcpy(f->pace.can.bytes, line->value, len);
    f->pace.can.len = len;
    return SUCCESS;
}

static struct err read_access(struct folder *f, const char *path, struct problem *why)
{
    static const struct words ways = { "document", "access", "plain bac pace bac+pace", -1 };
    long                      way;

    settings_find(&f->ini, "document", "");
    TRY(words_read(&ways, &f->ini, &way, why));
    if (way < 0)
        return problem_set(why, E_MALFORMED, "document.ini: [document] access is missing: %s",
                           ways.all);
    f->locked = way != 0;
    f->bac = way == 1 || way == 3;
    /* With [ta] it is terminal authentication that opens them. */
    const bool ta = settings_find(&f->ini, "ta", "") != NULL;

    TRY(deny(f, settings_text(&f->ini, "document", "deny", ta ? "" : "DG3 DG4"), why));
    TRY(read_mrz(f, way >= 2, why));
    TRY(read_can(f, why));
    if (way < 2 && settings_find(&f->ini, "pace", "") != NULL)
        return problem_set(why, E_MALFORMED,
                           "document.ini:%u: [pace], but [document] access has "
                           "no PACE",
                           settings_find(&f->ini, "pace", "")->line);
    return way >= 2 ? pace_ini_read(&f->pace, &f->ini, path, why) : SUCCESS;
}

static struct err load(struct folder *f, const char *path, struct problem *why)
{
    char name[PATH_LIMIT + 32];

    TRY(read_ini(f, path, why));
    TRY(read_access(f, path, why));
    TRY(traits_read(&f->traits, &f->ini, why));
    TRY(rules_read(&f->rules, &f->ini, "rule.", acts, why));
    for (size_t i = 0; i < FOLDER_FILES && f->files[i].name != NULL; i++) {
        snprintf(name, sizeof name, "%s/%s.bin", path, f->files[i].name);
        TRY(read_file(name, &f->files[i], why));
    }
    return SUCCESS;
}

struct err folder_load(struct folder *f, const char *path, struct problem *why)
{
    struct err e;

    memset(f, 0, sizeof *f);
    list_files(f);
    snprintf(why->text, sizeof why->text, "%s: cannot be loaded", path);
    e = load(f, path, why);
    if (e.code != OK)
        folder_free(f);
    return e;
}

void folder_free(struct folder *f)
{
    for (size_t i = 0; i < FOLDER_FILES; i++)
        free(f->files[i].bytes);
    rules_free(&f->rules);
    pace_ini_free(&f->pace);
    settings_free(&f->ini);
    wipe(f, sizeof *f);
}

const struct folder_file *folder_by_fid(const struct folder *f, enum place place, uint16_t fid)
{
    for (size_t i = 0; i < FOLDER_FILES; i++)
        if (f->files[i].here && f->files[i].place == place && f->files[i].fid == fid)
            return &f->files[i];
    return NULL;
}

const struct folder_file *folder_by_sfi(const struct folder *f, enum place place, uint8_t sfi)
{
    for (size_t i = 0; i < FOLDER_FILES; i++)
        if (f->files[i].here && f->files[i].place == place && f->files[i].sfi == sfi)
            return &f->files[i];
    return NULL;
}

struct err folder_add_rule(struct folder *f, const char *line, struct problem *why)
{
    return rules_read_line(&f->rules, line, acts, why);
}
