/* ef_dir: see ef_dir.h. */
#include "lds/ef_dir.h"

enum { TAG_TEMPLATE = 0x61, TAG_AID = 0x4F };

/* Zeros or FF to the end. */
static bool is_filler(struct view rest)
{
    const uint8_t first = view_at(rest, 0);
    uint8_t       octet;

    while (view_u8(&rest, &octet).code == OK) {
        if (octet != first || (octet != 0 && octet != 0xFF))
            return false;
    }
    return true;
}

/* The first identifier in a template; empty if there is none of a length that can be. */
static struct view aid_of(struct tlv t)
{
    static const struct view none;
    struct tlv               inner;

    if (t.tag != TAG_TEMPLATE)
        return none;
    while (tlv_next(&t.value, &inner).code == OK) {
        if (inner.tag == TAG_AID)
            return inner.value.len >= AID_MIN && inner.value.len <= AID_MAX ? inner.value : none;
    }
    return none;
}

struct err ef_dir_next(struct view *list, struct view *aid)
{
    struct view found = { 0 };
    struct tlv  t;

    while (found.len == 0) {
        CHECK(!is_filler(*list), E_TRUNCATED);
        TRY(tlv_next(list, &t));
        found = aid_of(t);
    }
    *aid = found;
    return SUCCESS;
}

/* 9303-10 clause 3.11.2: one application each. */
static bool is_lds2(struct view aid)
{
    return view_eq(aid, view_of("\xA0\x00\x00\x02\x47\x20\x01", 7)) ||
           view_eq(aid, view_of("\xA0\x00\x00\x02\x47\x20\x02", 7)) ||
           view_eq(aid, view_of("\xA0\x00\x00\x02\x47\x20\x03", 7));
}

struct err ef_dir_read(struct view file, struct ef_dir *out, struct notes *notes)
{
    struct ef_dir dir = { .list = file };
    bool          odd = false;
    struct tlv    t;

    while (!is_filler(file)) {
        TRY(tlv_next(&file, &t));
        const struct view aid = aid_of(t);

        odd = odd || aid.len == 0;
        dir.n += aid.len != 0;
        dir.lds1 = dir.lds1 || view_eq(aid, view_of("\xA0\x00\x00\x02\x47\x10\x01", 7));
        dir.lds2 = dir.lds2 || is_lds2(aid);
    }
    if (odd)
        note_add(notes, NOTE_DIR_TEMPLATE);
    if (!dir.lds1)
        note_add(notes, NOTE_DIR_NO_EMRTD);
    *out = dir;
    return SUCCESS;
}
