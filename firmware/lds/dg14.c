/* dg14: see dg14.h. */
#include "lds/dg14.h"

struct err dg14_read(struct view file, struct security_infos *out, struct notes *notes)
{
    struct security_infos infos;
    struct view           content;

    TRY(lds_file_open(file, 0x6E, &content, notes)); /* LDS_F_01..03 */
    TRY(security_infos_read(content, &infos, notes));
    if (infos.n[INFO_CA_KEY] != 0 && infos.n[INFO_CA] == 0) /* 9303-11 clause 6.2.2 */
        note_add(notes, NOTE_INFO_CA_KEY_ALONE);
    *out = infos;
    return SUCCESS;
}
