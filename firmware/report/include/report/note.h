/*
 * note: something irregular that was met and read over.
 *
 * A parser never decides whether an irregularity matters.  It says what it saw
 * (note_add) and goes on; what the note is worth, in which policy, is a column of
 * notes.def that only the verdict engine reads.
 */
#ifndef REPORT_NOTE_H
#define REPORT_NOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum note_id {
    NOTE_NONE,
#define NOTE(name, operational, conformance, text) NOTE_##name,
#include "report/notes.def"
#undef NOTE
    NOTE_COUNT
};

/* Where it was seen.  PLACE_DG1 + n - 1 is DGn. */
enum place {
    PLACE_NONE,
    PLACE_MRZ,
    PLACE_CHIP, /* an answer of the chip, no file yet */
    PLACE_CARD_ACCESS,
    PLACE_COM,
    PLACE_SOD,
    PLACE_DG1,
    PLACE_DG16 = PLACE_DG1 + 15,
    PLACE_DSC,
    PLACE_CSCA,
    PLACE_CRL,
    PLACE_LIST, /* a master list, in the compiler */
    PLACE_CARD_SECURITY,
    PLACE_CVCA,
    PLACE_ATR_INFO,
    PLACE_TERMINAL, /* a certificate of the terminal's */
    PLACE_COUNT
};

struct note {
    uint8_t id;    /* enum note_id */
    uint8_t place; /* enum place   */
};

enum { NOTES_MAX = 48 };

/* The notes of one inspection, in the order seen; the same note at the same place is
 * kept once.  All zero is empty. */
struct notes {
    enum place  place; /* where the parser now running is; set by who calls it */
    struct note item[NOTES_MAX];
    size_t      n;
    bool        overflow; /* more were seen than fit: the verdict must not be a pass */
};

/* Remember id at notes->place.  NULL is allowed and remembers nothing. */
void note_add(struct notes *notes, enum note_id id);

/* Was it seen, anywhere? */
bool note_seen(const struct notes *notes, enum note_id id);

/* "SOD_BER"; and the sentence.  Never NULL. */
const char *note_name(unsigned id);
const char *note_text(unsigned id);

/* "EF.SOD", "DG2", "DSC"; never NULL. */
const char *place_name(unsigned place);

#endif
