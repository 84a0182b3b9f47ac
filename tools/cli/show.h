/* show: an inspection for a person: progress while it runs, then the report. */
#ifndef CLI_SHOW_H
#define CLI_SHOW_H

#include "verso/verso.h"

struct show {
    bool on;    /* somebody looks: stderr is a terminal */
    bool drawn; /* a progress line stands there */
};

struct show show_begin(bool wanted);
void        show_progress(struct show *s, const struct verso_progress *p);
void        show_end(struct show *s);

/* The report as text on stdout; colours only on a terminal. */
void show_report(const struct verso_report *r);

#endif
