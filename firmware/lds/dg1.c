/* dg1: see dg1.h. */
#include "lds/dg1.h"

struct err dg1_read(struct view file, struct dg1 *out, struct notes *notes)
{
    struct dg1  d = { 0 };
    struct view rest;

    TRY(lds_file_open(file, 0x61, &rest, notes));
    TRY(tlv_expect(&rest, 0x5F1F, &d.text)); /* LDS_B_24 */
    if (rest.len != 0)
        note_add(notes, NOTE_DG1_EXTRA);
    TRY(mrz_read(d.text, &d.mrz, NULL));
    if (!mrz_digits_hold(&d.mrz)) /* LDS_B_13, 17, 21..23 */
        note_add(notes, NOTE_DG1_DIGIT);
    if (d.mrz.odd != 0) /* LDS_B_08..10, 14..16, 18..20 */
        note_add(notes, NOTE_DG1_FORM);
    *out = d;
    return SUCCESS;
}
