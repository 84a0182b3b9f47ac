/* rule: see rule.h. */
#include "chip/rule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chip/hextext.h"

enum { VALUE_MAX = 8192 }; /* bytes one action may carry */

static struct err bad(struct problem *why, const struct settings *s, const struct setting *at)
{
    return problem_set(why, E_MALFORMED, "%s:%u: [%s] %s cannot be \"%s\"", s->origin, at->line,
                       at->section, at->key, at->value);
}

/* "00B0??04*": digits, ? for any digit, * for whatever follows. */
static bool read_pattern(struct rule *rule, const char *text)
{
    size_t nibbles = 0;

    for (; *text != '\0' && !rule->open; text++) {
        const int digit = hextext_digit(*text);
        size_t    at = nibbles / 2;

        if (*text == ' ')
            continue;
        if (*text == '*') {
            rule->open = true;
            continue;
        }
        if ((digit < 0 && *text != '?') || at >= RULE_PATTERN_MAX)
            return false;
        rule->value[at] = (uint8_t)(rule->value[at] << 4 | (digit < 0 ? 0 : digit));
        rule->mask[at] = (uint8_t)(rule->mask[at] << 4 | (digit < 0 ? 0 : 15));
        nibbles++;
    }
    rule->len = nibbles / 2;
    return *text == '\0' && nibbles % 2 == 0;
}

static bool read_number(const char *text, long *out)
{
    char *end;

    *out = strtol(text, &end, 0);
    return end != text && *end == '\0';
}

static bool read_bytes(const char *text, struct rule_action *a)
{
    static uint8_t room[VALUE_MAX];
    struct buf     bytes = BUF(room);

    if (hextext_read(text, &bytes).code != OK)
        return false;
    a->bytes = malloc(bytes.len + 1);
    if (a->bytes == NULL)
        return false;
    memcpy(a->bytes, room, bytes.len);
    a->len = bytes.len;
    return true;
}

static bool read_word(const char *text, const char *words, long *out)
{
    const size_t len = strlen(text);

    for (*out = 0; len != 0 && words != NULL; ++*out) {
        if (strncmp(words, text, len) == 0 && (words[len] == ' ' || words[len] == '\0'))
            return true;
        words = strchr(words, ' ');
        words = words != NULL ? words + 1 : NULL;
    }
    return false;
}

/* One "OFFSET:HEX" at the front of text; steps over it. */
static bool read_xor(const char **text, struct rule_action *a)
{
    char   part[256];
    size_t len = strcspn(*text, " ");
    char  *colon;

    if (len >= sizeof part)
        return false;
    memcpy(part, *text, len);
    part[len] = '\0';
    *text += len;
    *text += strspn(*text, " ");
    colon = strchr(part, ':');
    if (colon == NULL || colon[1] == '\0')
        return false;
    *colon = '\0';
    return read_number(part, &a->number) && read_bytes(colon + 1, a);
}

static bool read_value(const struct rule_key *key, const char *text, struct rule_action *a)
{
    switch (key->form) {
    case RULE_FLAG:
        a->number = strcmp(text, "yes") == 0;
        return a->number != 0 || strcmp(text, "no") == 0;
    case RULE_NUMBER:
        return read_number(text, &a->number) && a->number >= 0;
    case RULE_HEX:
        return read_bytes(text, a);
    case RULE_WORD:
        return read_word(text, key->words, &a->number);
    case RULE_XOR:
    default:
        return false; /* read_actions() reads these itself: there may be several */
    }
}

/* The actions that one line asks for: one, or several of RULE_XOR. */
static bool read_actions(struct rule *rule, const struct rule_key *key, const char *text)
{
    do {
        struct rule_action *a = &rule->actions[rule->count];

        if (rule->count == RULE_ACTIONS_MAX)
            return false;
        a->act = key->act;
        if (key->form == RULE_XOR ? !read_xor(&text, a) : !read_value(key, text, a))
            return false;
        rule->count += key->form != RULE_FLAG || a->number != 0;
    } while (key->form == RULE_XOR && *text != '\0');
    return true;
}

static struct err read_rule(struct rule *rule, struct settings *s, const char *section,
                            const struct rule_key *keys, struct problem *why)
{
    const struct setting *line = settings_find(s, section, "command");
    long                  nth = 0;

    snprintf(rule->name, sizeof rule->name, "%s", section);
    if (line == NULL)
        return problem_set(why, E_MALFORMED, "%s: [%s] has no command", s->origin, section);
    if (!read_pattern(rule, line->value))
        return bad(why, s, line);
    line = settings_find(s, section, "nth");
    if (line != NULL && (!read_number(line->value, &nth) || nth < 0))
        return bad(why, s, line);
    rule->nth = (unsigned long)nth;
    for (; keys->key != NULL; keys++) {
        line = settings_find(s, section, keys->key);
        if (line != NULL && !read_actions(rule, keys, line->value))
            return bad(why, s, line);
    }
    if (rule->count == 0)
        return problem_set(why, E_MALFORMED, "%s: [%s] does nothing", s->origin, section);
    return SUCCESS;
}

struct err rules_read(struct rules *r, struct settings *s, const char *prefix,
                      const struct rule_key *keys, struct problem *why)
{
    const char *section;

    for (size_t at = 0; (section = settings_section(s, prefix, &at)) != NULL;) {
        struct rule *grown = realloc(r->all, (r->count + 1) * sizeof *grown);

        if (grown == NULL)
            return problem_set(why, E_NO_SPACE, "out of memory");
        r->all = grown;
        memset(&grown[r->count], 0, sizeof *grown);
        r->count++;
        TRY(read_rule(&grown[r->count - 1], s, section, keys, why));
    }
    return SUCCESS;
}

struct err rules_read_line(struct rules *r, const char *line, const struct rule_key *keys,
                           struct problem *why)
{
    char            text[1024];
    struct settings s;
    struct err      e;
    int             len = snprintf(text, sizeof text, "[option]\n%s", line);

    if (len < 0 || (size_t)len >= sizeof text)
        return problem_set(why, E_TOO_LONG, "a rule of more than 1000 characters");
    for (char *at = strchr(text, ';'); at != NULL; at = strchr(at, ';'))
        *at = '\n';
    TRY(settings_parse(&s, line, view_of(text, (size_t)len), why));
    e = rules_read(r, &s, "option", keys, why);
    if (e.code == OK)
        e = settings_unused(&s, why);
    settings_free(&s);
    return e;
}

void rules_free(struct rules *r)
{
    for (size_t i = 0; i < r->count; i++)
        for (size_t k = 0; k < RULE_ACTIONS_MAX; k++)
            free(r->all[i].actions[k].bytes);
    free(r->all);
    *r = (struct rules){ 0 };
}

static bool fits(const struct rule *rule, struct view command)
{
    if (command.len < rule->len || (command.len > rule->len && !rule->open))
        return false;
    for (size_t i = 0; i < rule->len; i++)
        if ((command.ptr[i] & rule->mask[i]) != rule->value[i])
            return false;
    return true;
}

const struct rule *rules_match(struct rules *r, struct view command)
{
    const struct rule *first = NULL;

    for (size_t i = 0; i < r->count; i++) {
        struct rule *rule = &r->all[i];

        if (!fits(rule, command))
            continue;
        rule->seen++;
        if (first == NULL && (rule->nth == 0 || rule->nth == rule->seen))
            first = rule;
    }
    return first;
}

const struct rule_action *rule_action(const struct rule *rule, int act)
{
    for (size_t i = 0; rule != NULL && i < rule->count; i++)
        if (rule->actions[i].act == act)
            return &rule->actions[i];
    return NULL;
}

long rule_number(const struct rule *rule, int act, long otherwise)
{
    const struct rule_action *a = rule_action(rule, act);

    return a != NULL ? a->number : otherwise;
}

static bool xor_one(const struct rule_action *a, struct buf *bytes)
{
    const long from = a->number < 0 ? (long)bytes->len + a->number : a->number;

    if (from < 0 || (size_t)from + a->len > bytes->len)
        return false;
    for (size_t i = 0; i < a->len; i++)
        bytes->ptr[(size_t)from + i] ^= a->bytes[i];
    return true;
}

bool rule_xor(const struct rule *rule, int act, struct buf *bytes)
{
    bool all = true;

    for (size_t i = 0; rule != NULL && i < rule->count; i++)
        if (rule->actions[i].act == act && !xor_one(&rule->actions[i], bytes))
            all = false;
    return all;
}
