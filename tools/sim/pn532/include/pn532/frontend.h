/*
 * frontend: a PN532: its commands, its registers, the field with cards in it.
 *
 * Bytes of the host go in at frontend_bytes(); what the PN532 says comes out at the hooks,
 * with the time it takes to come.  Faults of the frontend itself are rules (chip/rule.h)
 * over the PN532's commands, faults of the radio over the frames; docs/recipes.md lists what
 * they do.
 *
 * Spec: PN532 user manual UM0701-02, clause 6 and 7.
 */
#ifndef PN532_FRONTEND_H
#define PN532_FRONTEND_H

#include "chip/chip.h"
#include "pn532/hsu.h"

struct frontend;

struct frontend_hooks {
    /* Send these bytes delay_ms from now.  late: even if the host gives up meanwhile. */
    void (*send)(void *to, struct view bytes, unsigned long delay_ms, bool late);
    /* The host gave up: what was not sent yet is not to be sent. */
    void (*cancel)(void *to);
    /* The PN532 is unplugged, once what stands in the queue is out. */
    void (*unplug)(void *to);
    /* A line for the log. */
    void (*log)(void *to, const char *what, struct view bytes);
    void *to;
};

/* A PN532 just powered up, its field empty.  NULL: no memory. */
struct frontend *frontend_new(struct frontend_hooks hooks);
void             frontend_free(struct frontend *f);

/* Rules from the sections [frontend.NAME] and [air.NAME]; from one line.  E_MALFORMED, with
 * why. */
struct err frontend_read_faults(struct frontend *f, struct settings *s, struct problem *why);
struct err frontend_add_fault(struct frontend *f, const char *line, struct problem *why);
struct err frontend_add_air_fault(struct frontend *f, const char *line, struct problem *why);

/* Put a chip into the field, or take it away (NULL).  The caller keeps it. */
void frontend_place(struct frontend *f, struct chip *c);

/* The same for a second chip beside it.  Of two that are called, the first is found first. */
void frontend_place_beside(struct frontend *f, struct chip *c);

/* Power went and came back. */
void frontend_power_up(struct frontend *f);

/* Bytes from the host. */
void frontend_bytes(struct frontend *f, struct view bytes);

/* Is it looking for a card without end?  Then call frontend_look() now and then. */
bool frontend_waits(const struct frontend *f);
void frontend_look(struct frontend *f);

#endif
