/*
 * isodep_fuzz: a hostile chip is activated and answers blocks.
 *
 * Input: one octet says how the rest is used.  0: an ATS.  1: an ATQB.  Otherwise the frame
 * size of the chip (FSCI), and frames, each behind an octet with its length; 0 is silence.
 * Property: no read out of bounds; what goes out fits the chip's frames and begins with a
 * right PCB; the answer is no longer than what came in; it ends.
 */
#include <stdlib.h>

#include "isodep/isodep.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void want(bool cond)
{
    if (!cond)
        abort();
}

static void activate(struct view v, bool type_b)
{
    struct activation a;
    const struct err  e = type_b ? activation_read_atqb(v, &a) : activation_read_ats(v, &a);

    if (e.code != OK)
        return;
    want(a.fsc >= 16 && a.fsc <= 256 && a.fwi <= 14 && a.sfgi <= 14);
    want(a.historical_len <= ACTIVATION_HISTORICAL_MAX);
    want(activation_fwt_ms(&a) >= 1 && activation_fwt_ms(&a) <= ACTIVATION_FWT_MAX_MS);
    want(activation_pause_ms(&a) <= ACTIVATION_FWT_MAX_MS);
    want(activation_rate(&a, 424) >= 106);
}

static void check_todo(const struct isodep_todo *todo, uint16_t fsc)
{
    const uint8_t pcb = view_at(todo->frame, 0);

    want(todo->frame.len >= 1 && todo->frame.len + 2U <= fsc);
    want((pcb & 0xE6) == 0x02 || (pcb & 0xE6) == 0xA2 || (pcb & 0xF7) == 0xC2 ||
         (pcb & 0xF7) == 0xF2);
    want(todo->wait_ms >= 1 && todo->wait_ms <= ACTIVATION_FWT_MAX_MS);
}

static struct view next_frame(struct view *in)
{
    struct view frame = { 0 };
    uint8_t     len;

    if (view_u8(in, &len).code == OK && view_take(in, len, &frame).code != OK)
        frame = view_of(NULL, 0);
    return frame;
}

static void converse(struct view in, uint8_t fsci)
{
    static const uint8_t command[300] = { 0 };
    const uint8_t        ats[] = { 0x02, fsci & 0x0F };
    uint8_t              room[200];
    struct buf           answer = BUF(room);
    struct activation    chip;
    struct isodep        p;
    struct isodep_todo   todo;
    struct view          came = { 0 };
    const size_t         size = in.len;

    want(activation_read_ats(VIEW(ats), &chip).code == OK);
    isodep_begin(&p, &chip);
    want((fsci & 0x80) != 0 ? isodep_leave(&p).code == OK
                            : isodep_start(&p, VIEW(command)).code == OK);
    while (isodep_step(&p, came, &answer, &todo).code == OK && !todo.done) {
        check_todo(&todo, chip.fsc);
        came = next_frame(&in); /* at the end: silence, which ends it */
    }
    want(answer.len <= size);
    want(p.state == ISODEP_SPENT || p.state == ISODEP_IDLE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view in = view_of(data, size);
    uint8_t     way;

    if (view_u8(&in, &way).code != OK)
        return 0;
    if (way < 2)
        activate(in, way == 1);
    else
        converse(in, way);
    return 0;
}
