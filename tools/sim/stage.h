/*
 * stage: the whole simulation: document, frontend or virtual card, host, time.
 */
#ifndef SIM_STAGE_H
#define SIM_STAGE_H

#include "line.h"
#include "outbox.h"
#include "pn532/frontend.h"
#include "vicc.h"

enum { STAGE_RULES_MAX = 64 };

struct stage_options {
    const char   *document, *beside, *pn532, *vpcd, *transcript, *faults;
    const char   *rules[STAGE_RULES_MAX], *frontend_rules[STAGE_RULES_MAX];
    const char   *air_rules[STAGE_RULES_MAX];
    size_t        rule_count, frontend_rule_count, air_rule_count;
    unsigned long present_after_ms;
    bool          control, once, verbose;
};

struct stage {
    struct stage_options o;
    struct chip         *beside; /* a second document, which stays there; NULL: none */
    struct chip         *chip;   /* the document; NULL: none was put */
    bool                 there;  /* it lies in the field */
    struct frontend     *frontend;
    struct line          line;
    struct vicc          vicc;
    struct outbox        outbox;
    FILE                *transcript;
    unsigned long long   present_at_ms; /* 0: not waiting for that */
    bool                 done;          /* the host went and --once was given, or quit */
    char                 typed[4200];   /* of a control line */
    size_t               typed_len;
};

/* Set everything up as the options say.  E_*, with why; then stage_close() all the same. */
struct err stage_open(struct stage *s, const struct stage_options *o, struct problem *why);
void       stage_close(struct stage *s);

/* Put the document at path into the field (NULL: the one that was there before); take it. */
struct err stage_put(struct stage *s, const char *path, struct problem *why);
void       stage_take(struct stage *s);

/* Unplug the PN532; plug it in again. */
void       stage_unplug(struct stage *s);
struct err stage_plug(struct stage *s, struct problem *why);

/* Obey one line of the control input and print the answer to standard output. */
void stage_obey(struct stage *s, char *text);

/* Wait for something to happen and deal with it; until a signal or the end. */
void stage_run(struct stage *s);

/* Tell the running stage to end; from a signal handler. */
void stage_stop(void);

#endif
