/* lds_file: see lds_file.h. */
#include "lds/lds_file.h"

#define DG(n, outer)                                                                               \
    [LDS_DG1 + (n)-1] = { "DG" #n,        .fid = 0x0100 + (n), .sfi = (n),                         \
                          .tag = (outer), .dg = (n),           .place = PLACE_DG1 + (n)-1 }

/* 9303-10 clauses 3.10 and 3.11, tables of files; FIDs 011C and 011D mean two files each. */
static const struct lds_file files[LDS_FILES] = {
    /* clang-format off */
    [LDS_NO_FILE]       = { .name = "" },
    [LDS_ATR_INFO]      = { "EF.ATR",          0x2F01, 0x01, 0,    0, true,  PLACE_ATR_INFO },
    [LDS_DIR]           = { "EF.DIR",          0x2F00, 0x1E, 0,    0, true,  PLACE_CHIP },
    [LDS_CARD_ACCESS]   = { "EF.CardAccess",   0x011C, 0x1C, 0x31, 0, true,  PLACE_CARD_ACCESS },
    [LDS_CARD_SECURITY] = { "EF.CardSecurity", 0x011D, 0x1D, 0x30, 0, true,  PLACE_CARD_SECURITY },
    [LDS_COM]           = { "EF.COM",          0x011E, 0x1E, 0x60, 0, false, PLACE_COM },
    [LDS_SOD]           = { "EF.SOD",          0x011D, 0x1D, 0x77, 0, false, PLACE_SOD },
    DG(1, 0x61),  DG(2, 0x75),  DG(3, 0x63),  DG(4, 0x76),  DG(5, 0x65),  DG(6, 0x66),
    DG(7, 0x67),  DG(8, 0x68),  DG(9, 0x69),  DG(10, 0x6A), DG(11, 0x6B), DG(12, 0x6C),
    DG(13, 0x6D), DG(14, 0x6E), DG(15, 0x6F), DG(16, 0x70),
    /* clang-format on */
};

const struct lds_file *lds_file_of(enum lds_file_id id)
{
    return &files[(unsigned)id < LDS_FILES ? id : LDS_NO_FILE];
}

enum lds_file_id lds_file_of_tag(uint32_t tag)
{
    for (unsigned i = LDS_DG1; i < LDS_FILES; i++) {
        if (files[i].tag == tag)
            return (enum lds_file_id)i;
    }
    return LDS_NO_FILE;
}

enum lds_file_id lds_file_of_dg(unsigned dg)
{
    return dg >= 1 && dg <= LDS_DG_MAX ? (enum lds_file_id)(LDS_DG1 + dg - 1) : LDS_NO_FILE;
}

struct err lds_file_open(struct view file, uint32_t tag, struct view *value, struct notes *notes)
{
    TRY(tlv_expect(&file, tag, value));
    if (file.len != 0)
        note_add(notes, NOTE_FILE_TRAILING);
    return SUCCESS;
}
