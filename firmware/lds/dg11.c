/* dg11: see dg11.h. */
#include "lds/dg11.h"

static const struct dg_tag tags[] = {
    { 0x5F0E, DG11_NAME },        { 0x5F10, DG11_PERSONAL_NUMBER }, { 0x5F2B, DG11_BIRTH },
    { 0x5F11, DG11_BIRTH_PLACE }, { 0x5F42, DG11_ADDRESS },         { 0x5F12, DG11_TELEPHONE },
    { 0x5F13, DG11_PROFESSION },  { 0x5F14, DG11_TITLE },           { 0x5F15, DG11_SUMMARY },
    { 0x5F16, DG11_CITIZENSHIP }, { 0x5F17, DG11_OTHER_DOCUMENTS }, { 0x5F18, DG11_CUSTODY },
};

static const struct dg_schema schema = {
    .file_tag = 0x6B, .other_tag = 0x5F0F, .tags = tags, .n_tags = sizeof tags / sizeof *tags
};

_Static_assert((unsigned)DG11_ITEMS <= (unsigned)DG_ITEMS_MAX, "raise DG_ITEMS_MAX");

struct err dg11_read(struct view file, struct dg11 *out, struct notes *notes)
{
    struct dg11 d = { 0 };

    TRY(dg_items_read(file, &schema, d.item, &d.other_names, notes));
    dg_items_note_date(d.item[DG11_BIRTH], &d.birth, notes);
    *out = d;
    return SUCCESS;
}
