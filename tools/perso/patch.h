/*
 * patch: one change to one file at one moment of its making.
 *
 *      patch = FILE STAGE PATH CHANGE...
 *
 * Stages: before-hash (then hashed and signed), after-hash or before-sign (the hash is old, then
 * signed), after-sign (nothing follows).  Which a file knows: patch_stages in patch.c.
 */
#ifndef PERSO_PATCH_H
#define PERSO_PATCH_H

#include "base/outcome.h"

#include "making.h"

/* Carry out this file's patches of this stage, in the order of the recipe. */
void patch_run(struct making *m, const char *file, const char *stage, struct blob *bytes);

/* Refuse a recipe with a patch that was never carried out (no such file in this document). */
void patch_all_done(const struct making *m);

/* One change, "set 05": E_MALFORMED no such change, E_UNEXPECTED no such place. */
struct err patch_change(const char *path, const char *change, struct blob *bytes);

/* A path's first word may be a nickname: "lds/02" in EF.SOD is 77/30/A0/30/30/A0/04/30/02. */
char *patch_full_path(const char *file, const char *path);

#endif
