/*
 * scene: one document on the reader, at inspect's API: a plain chip, a set clock, a bundle.
 *
 * scene_run() goes through the whole plan and leaves what was found, what each profile makes
 * of it, and whether anything of the document stayed in memory.
 */
#ifndef TESTS_SCENE_H
#define TESTS_SCENE_H

#include <stdio.h>

#include "inspect/inspect.h"
#include "plain_chip.h"
#include "report/verdict.h"

enum { SCENE_FACT = 512, SCENE_MRZ = 160 };

struct count_entropy {
    struct entropy port;
    uint8_t        next;
};

struct scene {
    struct set_clock     clock;
    struct plain_chip    chip;
    struct count_entropy entropy;
    struct bundle        bundle;
    uint8_t             *mapping;        /* of the bundle; NULL: none */
    char                 mrz[SCENE_MRZ]; /* printed; empty: none */
    uint8_t             *store;
    struct inspect_setup setup;
    struct inspection    i;
    enum profile_id      profile; /* whose files are read */

    /* what came of it */
    struct evidence  evidence;
    unsigned         steps;
    bool             delivered;
    uint32_t         given; /* 1 << n: inspect_verified() gave DGn out */
    struct judgement judgement[PROFILE_COUNT];
    char             fact[FACT_COUNT][SCENE_FACT];
};

/* The document of that folder, its MRZ out of document.ini; bundle: "FILE" beside "KEY.pub",
 * either NULL for none. */
struct scene *scene_open(const char *folder, const char *bundle, const char *key,
                         struct date today);
void          scene_close(struct scene *s);

/* Inspect.  Fails the test if the plan does not end, nothing is delivered, the field stays on
 * or anything of the document is left in the arena or in the inspection. */
void scene_run(struct scene *s);

enum verdict scene_verdict(const struct scene *s, enum profile_id p);

/* Same results, reasons, states and notes? */
bool same_evidence(const struct evidence *a, const struct evidence *b);

/* The notes of b that a has not, by name and place, with commas; "none".  In a static text. */
const char *more_notes(const struct evidence *a, const struct evidence *b);

/* Print results, notes and verdicts: for people. */
void scene_print(const struct scene *s, FILE *out);

#endif
