/* report: what went into a bundle and what was left out, and why. */
#ifndef TRUST_REPORT_H
#define TRUST_REPORT_H

#include <stdio.h>

#include "census.h"
#include "pool.h"

struct report {
    const char          *out;
    const struct pool   *pool;
    const struct bundle *bundle;
    const struct census *census;
    size_t               len; /* of the bundle */
};

/* For people; and one JSON object with a line end. */
void report_text(const struct report *r, FILE *out);
void report_json(const struct report *r, FILE *out);

/* Every remark, a line each: "file: where: text". */
void report_remarks(const struct pool *p, FILE *out);

/* How many things were left out. */
size_t report_left_out(const struct pool *p);

#endif
