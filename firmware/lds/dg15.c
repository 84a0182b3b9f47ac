/* dg15: see dg15.h. */
#include "lds/dg15.h"

#include "base/der.h"

struct err dg15_read(struct view file, struct view *spki, struct notes *notes)
{
    struct view content;
    struct tlv  key;

    TRY(lds_file_open(file, 0x6F, &content, notes));
    TRY(der_expect_whole(&content, DER_SEQUENCE, &key));
    if (content.len != 0)
        note_add(notes, NOTE_FILE_TRAILING);
    *spki = key.whole;
    return SUCCESS;
}
