/* cli_show: an inspection for a person: progress while it runs, then the report. */
#ifndef CLI_CLI_SHOW_H
#define CLI_CLI_SHOW_H

#include "verso/verso.h"

struct cli_show {
    bool on;    /* somebody looks: stderr is a terminal */
    bool drawn; /* a progress line stands there */
};

struct cli_show cli_show_begin(bool wanted);
void            cli_show_progress(struct cli_show *s, const struct verso_progress *p);
void            cli_show_end(struct cli_show *s);

/* The report as text on stdout; colours only on a terminal. */
void cli_show_report(const struct verso_report *r);

#endif
