/* status: see status.h. */
#include "iso7816/status.h"

#include <stddef.h>

static const struct {
    uint16_t    mask, word;
    enum status meaning;
} rows[] = {
    /* clang-format off */
    { 0xFFFF, 0x9000, STATUS_OK },
    { 0xFF00, 0x6100, STATUS_PART },   /* XX more bytes are waiting                          */
    { 0xFFFF, 0x6282, STATUS_PART },   /* end of file before Le bytes                        */
    { 0xFFFF, 0x6283, STATUS_ABSENT }, /* deactivated; seen for EF.CardAccess                */
    { 0xFFFF, 0x6700, STATUS_LENGTH }, /* wrong length                                       */
    { 0xFFFF, 0x6982, STATUS_DENIED }, /* security status not satisfied                      */
    { 0xFFFF, 0x6985, STATUS_DENIED }, /* conditions of use not satisfied                    */
    { 0xFFFF, 0x6A82, STATUS_ABSENT }, /* file or application not found                      */
    { 0xFFFF, 0x6A83, STATUS_ABSENT }, /* record not found                                   */
    { 0xFFFF, 0x6A88, STATUS_ABSENT }, /* referenced data not found                          */
    { 0xFFFF, 0x6B00, STATUS_LENGTH }, /* P1-P2 wrong: said of an offset, or offset plus Le  */
    { 0xFF00, 0x6C00, STATUS_EXACT },
    /* clang-format on */
};

enum status status_of(uint16_t sw)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if ((sw & rows[i].mask) == rows[i].word)
            return rows[i].meaning;
    }
    return STATUS_OTHER;
}

const char *status_name(unsigned status)
{
    static const char *const names[STATUS_COUNT] = {
        [STATUS_OTHER] = "error",        [STATUS_OK] = "ok",
        [STATUS_PART] = "part",          [STATUS_ABSENT] = "absent",
        [STATUS_DENIED] = "denied",      [STATUS_LENGTH] = "wrong length",
        [STATUS_EXACT] = "exact length",
    };

    return status < STATUS_COUNT ? names[status] : "error";
}
