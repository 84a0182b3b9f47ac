/* run: start verso-trust as a user does, in a folder of its own. */
#ifndef TESTS_TRUST_RUN_H
#define TESTS_TRUST_RUN_H

#include "base/bytes.h"

/* Arguments to be, from the name of the program on. */
struct run_args {
    const char *arg[256];
    size_t      n;
};

/* A new folder under $TMPDIR or /tmp; and what is in it is removed. */
const char *run_folder(void);
void        run_clean(const char *folder);

/* "folder/name", kept until the program ends. */
const char *run_path(const char *folder, const char *name);

void run_add(struct run_args *a, const char *arg);

/* Run it, its output into folder/out and folder/err; the exit status, or -1. */
int run_program(const struct run_args *a, const char *folder);

/* A whole file; empty if there is none.  Kept until the program ends. */
struct view run_read(const char *path);
void        run_write(const char *path, struct view content);

/* Does the file hold this text? */
bool run_says(const char *path, const char *text);

#endif
