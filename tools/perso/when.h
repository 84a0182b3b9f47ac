/*
 * when: dates of a document, counted from the day it is made for.
 */
#ifndef PERSO_WHEN_H
#define PERSO_WHEN_H

#include "blob.h"
#include "recipe.h"

struct when {
    int year, month, day;
};

/* "2026-11-21"; false if it is no day. */
bool when_parse(const char *text, struct when *out);

/* The clock's day, UTC. */
struct when when_today(void);

/* A recipe's DATE: a day, or signed steps from today: "+10y-1d". */
struct when when_of(const struct recipe *r, const char *key, struct when today);

/* "20261121", and the two forms of X.509: UTCTime to 2049, GeneralizedTime from 2050 on. */
char *when_digits(struct when w);
void  when_put(struct blob *out, struct when w); /* UTCTime or GeneralizedTime */
void  when_put_general(struct blob *out, unsigned tag, struct when w); /* GeneralizedTime's text */

#endif
