/* note: see note.h. */
#include "report/note.h"

static const struct {
    const char *name, *text;
} table[] = {
    { "NONE", "nothing irregular" },
#define NOTE(name, operational, conformance, text) { #name, text },
#include "report/notes.def"
#undef NOTE
};

static const char *const places[] = {
    "nowhere",       "MRZ",         "chip",
    "EF.CardAccess", "EF.COM",      "EF.SOD",
    "DG1",           "DG2",         "DG3",
    "DG4",           "DG5",         "DG6",
    "DG7",           "DG8",         "DG9",
    "DG10",          "DG11",        "DG12",
    "DG13",          "DG14",        "DG15",
    "DG16",          "DSC",         "CSCA",
    "CRL",           "list",        "EF.CardSecurity",
    "EF.CVCA",       "EF.ATR/INFO", "terminal",
};

_Static_assert(sizeof places / sizeof *places == PLACE_COUNT, "a name for each place");

void note_add(struct notes *notes, enum note_id id)
{
    if (notes == NULL)
        return;
    for (size_t i = 0; i < notes->n; i++) {
        if (notes->item[i].id == id && notes->item[i].place == notes->place)
            return;
    }
    if (notes->n == NOTES_MAX) {
        notes->overflow = true;
        return;
    }
    notes->item[notes->n++] = (struct note){ .id = (uint8_t)id, .place = (uint8_t)notes->place };
}

bool note_seen(const struct notes *notes, enum note_id id)
{
    for (size_t i = 0; i < notes->n; i++) {
        if (notes->item[i].id == id)
            return true;
    }
    return false;
}

const char *note_name(unsigned id)
{
    return id < NOTE_COUNT ? table[id].name : "UNKNOWN";
}

const char *note_text(unsigned id)
{
    return id < NOTE_COUNT ? table[id].text : "not a note of this firmware";
}

const char *place_name(unsigned place)
{
    return place < PLACE_COUNT ? places[place] : "nowhere";
}
