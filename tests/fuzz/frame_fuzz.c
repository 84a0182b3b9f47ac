/*
 * frame_fuzz: a host that sends anything.
 *
 * Property: the cursor only goes forward, a frame's payload lies within the input, and every
 * message decoder returns on it.
 */
#include <stdlib.h>

#include "link/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void decode_all(struct view payload)
{
    struct hello_request   hr;
    struct hello_answer    ha;
    struct inspect_request ir;
    struct progress_event  pe;
    struct file_event      fe;
    struct refusal         re;

    (void)hello_request_decode(payload, &hr).code;
    (void)hello_answer_decode(payload, &ha).code;
    (void)inspect_request_decode(payload, &ir).code;
    (void)progress_event_decode(payload, &pe).code;
    (void)file_event_decode(payload, &fe).code;
    (void)refusal_decode(payload, &re).code;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view  in = view_of(data, size);
    struct frame f;
    size_t       skipped;

    for (;;) {
        const size_t     before = in.len;
        const struct err e = frame_next(&in, &f, &skipped);

        if (in.len > before || skipped > before)
            abort();
        if (e.code == E_TRUNCATED)
            return 0;
        if (before - in.len < FRAME_HEADER)
            abort(); /* a frame was found: its header at least was consumed */
        if (e.code == OK)
            decode_all(f.payload);
    }
}
