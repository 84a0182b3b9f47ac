/*
 * rule: "when this command comes for the nth time, do that": the language of faults.
 *
 * The same form serves the chip ([rule.NAME], the plain command) and the PN532
 * ([frontend.NAME], the PN532's command); which actions there are is the caller's table.
 * docs/recipes.md is the manual of the text form.
 */
#ifndef CHIP_RULE_H
#define CHIP_RULE_H

#include "base/bytes.h"
#include "chip/problem.h"
#include "chip/settings.h"

enum { RULE_PATTERN_MAX = 64, RULE_ACTIONS_MAX = 8 };

enum rule_form {
    RULE_FLAG,   /* yes; no is as if it were not there    -> number 1      */
    RULE_NUMBER, /* decimal                               -> number        */
    RULE_HEX,    /* bytes                                 -> bytes         */
    RULE_XOR,    /* OFFSET:HEX, several with blanks; an offset below zero counts from the end
                                                          -> number, bytes */
    RULE_WORD,   /* one of words                          -> number, its place from 0 */
};

struct rule_key {
    const char    *key;
    int            act; /* the caller's number, not 0 */
    enum rule_form form;
    const char    *words; /* RULE_WORD: separated by blanks */
};

struct rule_action {
    int      act;
    long     number;
    uint8_t *bytes;
    size_t   len;
};

struct rule {
    char               name[40];
    uint8_t            value[RULE_PATTERN_MAX], mask[RULE_PATTERN_MAX];
    size_t             len;
    bool               open; /* ended with *: more bytes may follow */
    unsigned long      nth;  /* 0: always */
    unsigned long      seen; /* commands that fitted the pattern so far */
    struct rule_action actions[RULE_ACTIONS_MAX];
    size_t             count;
};

struct rules {
    struct rule *all;
    size_t       count;
};

/* Append the rules of the sections [PREFIX...].  keys ends with a row whose key is NULL.
 * E_MALFORMED, with why. */
struct err rules_read(struct rules *r, struct settings *s, const char *prefix,
                      const struct rule_key *keys, struct problem *why);

/* The same from one line, "command=00B0*;nth=2;vanish=before".  E_MALFORMED, with why. */
struct err rules_read_line(struct rules *r, const char *line, const struct rule_key *keys,
                           struct problem *why);

/* Release what was read. */
void rules_free(struct rules *r);

/* Let every rule count this command; hand out the first that fits and whose turn it is, or
 * NULL. */
const struct rule *rules_match(struct rules *r, struct view command);

/* The first action of that kind, or NULL; rule may be NULL. */
const struct rule_action *rule_action(const struct rule *rule, int act);

/* The number of that action, or otherwise. */
long rule_number(const struct rule *rule, int act, long otherwise);

/* XOR what the actions of that kind say into bytes.  false if one of them reaches beyond
 * the end, which is then left out. */
bool rule_xor(const struct rule *rule, int act, struct buf *bytes);

#endif
