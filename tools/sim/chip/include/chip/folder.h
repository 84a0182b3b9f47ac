/*
 * folder: a document folder in memory: document.ini and one file per EF.
 *
 * Spec: Doc 9303-10 (8th ed.) clause 3.11, 4.1 (file and short identifiers).
 */
#ifndef CHIP_FOLDER_H
#define CHIP_FOLDER_H

#include "chip/bac_chip.h"
#include "chip/pace_ini.h"
#include "chip/rule.h"
#include "chip/traits.h"

enum { FOLDER_FILES = 24 };

enum place { PLACE_MF, PLACE_LDS }; /* the master file; the eMRTD application */

struct folder_file {
    const char *name;
    enum place  place;
    uint16_t    fid;
    uint8_t     sfi;
    bool        here;   /* the folder has it */
    bool        denied; /* never readable: what needs terminal authentication */
    uint8_t    *bytes;
    size_t      len;
};

struct folder {
    struct settings    ini;
    struct traits      traits;
    struct rules       rules;
    bool               locked; /* false: everything is readable at once */
    bool               bac;    /* Basic Access Control is a way in      */
    struct pace_ini    pace;   /* its count is 0 if PACE is none        */
    struct bac_chip    keys;
    struct folder_file files[FOLDER_FILES];
};

/*
 * Load the folder at path.  On success the caller frees f with folder_free(); on failure
 * nothing is held.  Keys of other programs' sections stay unasked in f->ini.
 * E_MALFORMED, E_UNEXPECTED, E_TRUNCATED (cannot be read), with why.
 */
struct err folder_load(struct folder *f, const char *path, struct problem *why);

/* Release it. */
void folder_free(struct folder *f);

/* The file with that identifier in that place, or NULL if the document has none. */
const struct folder_file *folder_by_fid(const struct folder *f, enum place place, uint16_t fid);
const struct folder_file *folder_by_sfi(const struct folder *f, enum place place, uint8_t sfi);

/* Append a chip rule written in one line (see rule.h).  E_MALFORMED, with why. */
struct err folder_add_rule(struct folder *f, const char *line, struct problem *why);

/* What a chip rule can do. */
enum chip_act {
    ACT_REPLY = 1,
    ACT_MUTATE,
    ACT_CUT,
    ACT_APPEND,
    ACT_SM,
    ACT_WIRE,
    ACT_WIRE_CUT,
    ACT_DELAY,
    ACT_WTX,
    ACT_SILENCE,
    ACT_VANISH,
    ACT_RETURN,
    ACT_LOSE,
};

/* The words of ACT_SM and ACT_VANISH, in the order of their numbers. */
enum { SM_NO_99, SM_OTHER_99, SM_NO_MAC, SM_BAD_MAC, SM_BAD_PADDING, SM_PLAIN };
enum { VANISH_BEFORE, VANISH_AFTER };

#endif
