/*
 * save: keep the verified files of one document because the user said so.
 *
 * Files are written as <NAME>.part and renamed when they are complete; a folder that holds
 * anything is not written into.
 */
#ifndef CLI_SAVE_H
#define CLI_SAVE_H

#include "verso/verso.h"

struct save {
    const char *dir; /* NULL: nothing is kept */
    bool        made, failed;
    size_t      next;      /* offset that the current file's next chunk must have */
    char        why[1280]; /* a path and a reason */
};

struct save save_begin(const char *dir);
void        save_chunk(struct save *s, const struct verso_chunk *c);

/* Write the report beside the files. 0, or an exit status after saying on stderr why. */
int save_end(struct save *s, const struct verso_report *r);

/* No report came: say so if files were written. */
void save_drop(struct save *s);

#endif
