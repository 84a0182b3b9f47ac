/* dg12: see dg12.h. */
#include "lds/dg12.h"

static const struct dg_tag tags[] = {
    { 0x5F19, DG12_AUTHORITY },    { 0x5F26, DG12_ISSUED }, { 0x5F1B, DG12_ENDORSEMENTS },
    { 0x5F1C, DG12_TAX_EXIT },     { 0x5F1D, DG12_FRONT },  { 0x5F1E, DG12_REAR },
    { 0x5F55, DG12_PERSONALIZED }, { 0x5F56, DG12_DEVICE },
};

static const struct dg_schema schema = {
    .file_tag = 0x6C, .other_tag = 0x5F1A, .tags = tags, .n_tags = sizeof tags / sizeof *tags
};

_Static_assert((unsigned)DG12_ITEMS <= (unsigned)DG_ITEMS_MAX, "raise DG_ITEMS_MAX");

struct err dg12_read(struct view file, struct dg12 *out, struct notes *notes)
{
    struct dg12 d = { 0 };

    TRY(dg_items_read(file, &schema, d.item, &d.other_persons, notes));
    dg_items_note_date(d.item[DG12_ISSUED], &d.issued, notes);
    *out = d;
    return SUCCESS;
}
