/*
 * dg_items: what DG11 and DG12 have in common: a tag list, single items, and one list of
 * further names in A0.
 *
 * Real documents are loose here: A0 stands in the tag list, names stand outside A0, items are
 * listed and missing, there and not listed, empty, or of no known tag.  All are notes.
 *
 * Spec: Doc 9303-10 (8th ed.) clauses 4.7.11 and 4.7.12.
 */
#ifndef LDS_DG_ITEMS_H
#define LDS_DG_ITEMS_H

#include "base/date.h"
#include "lds/lds_file.h"

/* Further names: walk with dg_items_next(). */
struct dg_others {
    size_t      n;    /* as counted, not as claimed */
    struct view list; /* elements of the list, others between them possible */
    uint32_t    tag;  /* of one name */
};

/* Which tag goes to which item. */
struct dg_tag {
    uint32_t tag;
    size_t   item;
};

struct dg_schema {
    uint32_t             file_tag;  /* 6B, 6C */
    uint32_t             other_tag; /* 5F0F, 5F1A */
    const struct dg_tag *tags;
    size_t               n_tags;
};

enum { DG_ITEMS_MAX = 16 };

/* Read a file of that form into item[], which has room for every item of the schema, at most
 * DG_ITEMS_MAX, and is all zero.  On failure item and others are undefined: hand over a draft.
 * Fails as lds_file_open(); E_MALFORMED if the tag list ends inside a tag. */
struct err dg_items_read(struct view file, const struct dg_schema *schema, struct view *item,
                         struct dg_others *others, struct notes *notes);

/* The next name of a list, taken off it; E_TRUNCATED at the end. */
struct err dg_items_next(struct dg_others *others, struct view *name);

/* Eight digits YYYYMMDD, in ASCII or in four octets of BCD; both are met.  E_MALFORMED unless
 * a day that exists. */
struct err dg_items_date(struct view text, struct date *out);

/* The same for an item that may be missing: notes BCD and what is no day; out stays as it is
 * then. */
void dg_items_note_date(struct view text, struct date *out, struct notes *notes);

#endif
