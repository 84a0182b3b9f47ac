/* ef_com: see ef_com.h. */
#include "lds/ef_com.h"

enum { LDS_VERSION_LEN = 4, UNICODE_VERSION_LEN = 6 };

/* Which data groups the list names; one octet each, 9303-10 clause 4.6.1. */
static struct err read_list(struct ef_com *com, struct notes *notes)
{
    struct view rest = com->tags;
    uint8_t     tag, second;

    while (rest.len != 0) {
        TRY(view_u8(&rest, &tag));
        if ((tag & 0x1F) == 0x1F)
            TRY(view_u8(&rest, &second)); /* no data group, but a tag of two octets */
        const unsigned dg = lds_file_of(lds_file_of_tag(tag))->dg;

        if (dg == 0 || (com->dgs & 1U << dg) != 0)
            note_add(notes, NOTE_COM_TAG);
        else
            com->dgs |= 1U << dg;
    }
    return SUCCESS;
}

static struct err take_element(struct ef_com *com, const struct tlv *t, struct notes *notes)
{
    struct view *const to = t->tag == 0x5F01   ? &com->lds_version
                            : t->tag == 0x5F36 ? &com->unicode_version
                            : t->tag == 0x5C   ? &com->tags
                                               : NULL;

    if (to == NULL || to->len != 0) {
        note_add(notes, NOTE_COM_EXTRA);
        return SUCCESS;
    }
    CHECK(t->tag != 0x5F01 || t->value.len == LDS_VERSION_LEN, E_MALFORMED);
    CHECK(t->tag != 0x5F36 || t->value.len == UNICODE_VERSION_LEN, E_MALFORMED);
    *to = t->value;
    return t->tag == 0x5C ? read_list(com, notes) : SUCCESS;
}

static void judge(const struct ef_com *com, struct notes *notes)
{
    static const uint32_t mandatory = 1U << 1 | 1U << 2;

    if (com->lds_version.len == 0 || com->unicode_version.len == 0) /* LDS_A_05, A_07 */
        note_add(notes, NOTE_COM_NO_VERSION);
    if (com->lds_version.len != 0 && !view_eq(com->lds_version, TEXT("0107")) &&
        !view_eq(com->lds_version, TEXT("0108"))) /* LDS_A_04, A_10 */
        note_add(notes, NOTE_COM_VERSION);
    if (com->unicode_version.len != 0 && !view_eq(com->unicode_version, TEXT("040000")))
        note_add(notes, NOTE_COM_UNICODE); /* LDS_A_06 */
    if (com->tags.len == 0)
        note_add(notes, NOTE_COM_NO_LIST); /* LDS_A_09 */
    else if ((com->dgs & mandatory) != mandatory)
        note_add(notes, NOTE_COM_MANDATORY); /* LDS_A_08 */
}

struct err ef_com_read(struct view file, struct ef_com *out, struct notes *notes)
{
    struct ef_com com = { 0 };
    struct view   rest;
    struct tlv    t;

    TRY(lds_file_open(file, 0x60, &rest, notes));
    while (rest.len != 0) {
        TRY(tlv_next(&rest, &t));
        TRY(take_element(&com, &t, notes));
    }
    judge(&com, notes);
    *out = com;
    return SUCCESS;
}
