/*
 * ef_scan_fuzz: a hostile card answers ef_scan.
 *
 * Input: three octets choose the room of an answer, the room of the caller's buffer and how
 * the file is called; then repeated { length octet, that many answer bytes }.  Length FF: two
 * bytes of answer follow, and the session is lost with them.  Length FE: 256 zeroes and 9000.
 * Property: no step reads out of bounds, the file never outgrows its buffer or the limit, and
 * every command is short and asks for what lies behind what has come.
 */
#include <stdlib.h>

#include "iso7816/ef_scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LOST = 0xFF, FULL = 0xFE };

static struct err card(struct view *in, struct rapdu *last)
{
    static const uint8_t zeroes[256];
    struct view          answer;
    uint8_t              n;

    TRY(view_u8(in, &n));
    if (n == FULL) {
        *last = (struct rapdu){ .data = VIEW(zeroes), .sw = SW_OK };
        return SUCCESS;
    }
    TRY(view_take(in, n == LOST ? 2 : n, &answer));
    TRY(rapdu_decode(answer, last));
    if (n == LOST)
        last->lost = err_at(E_SM_BROKEN, last->sw, WHERE);
    return SUCCESS;
}

static void check(const struct ef_scan *s, const struct buf *file, const struct capdu *next)
{
    const size_t at = (size_t)next->p1 << 8 | next->p2;

    if (file->len > EF_SCAN_MAX || next->le > 256 || next->extended)
        abort();
    if ((next->le == 0) != (next->ins == 0xA4))
        abort();
    if (next->ins == 0xB0 && (next->p1 & 0x80) == 0 && at != file->len - s->base)
        abort();
}

static struct err run(struct view in)
{
    static uint8_t room[EF_SCAN_MAX + 600];
    uint8_t        carries, cap, called;
    struct ef_scan s;
    struct rapdu   last = { 0 };
    struct capdu   next = { 0 };
    enum step      todo;

    TRY(view_u8(&in, &carries));
    TRY(view_u8(&in, &cap));
    TRY(view_u8(&in, &called));
    struct buf           file = { .ptr = room, .cap = (called & 4) != 0 ? sizeof room : cap };
    const struct ef_name name = { (called & 1) != 0 ? 0 : 0x2F01, (called & 2) != 0 ? 0 : 0x01 };

    TRY(ef_scan_begin(&s, name, carries, &file));
    for (;;) {
        TRY(ef_scan_step(&s, last, &next, &todo));
        if (todo == STEP_DONE)
            return SUCCESS;
        if (todo != STEP_SEND)
            abort();
        check(&s, &file, &next);
        TRY(card(&in, &last));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err e = run(view_of(data, size));

    (void)e; /* any failure is a right answer to a hostile card */
    return 0;
}
