/*
 * frame_fuzz: a host that sends anything.
 *
 * Property: the cursor only goes forward, a frame's payload lies within the input, and
 * whatever can be read can be written and reads the same again.
 */
#include <stdlib.h>

#include "link/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was decoded can be written again, and reads the same. */
#define AGAIN(message, payload)                                                                    \
    do {                                                                                           \
        struct message m_, n_;                                                                     \
        struct buf     out_ = BUF(room);                                                           \
                                                                                                   \
        if (message##_decode(payload, &m_).code != OK)                                             \
            break;                                                                                 \
        if (message##_encode(&m_, &out_).code != OK ||                                             \
            message##_decode(buf_view(&out_), &n_).code != OK)                                     \
            abort();                                                                               \
    } while (0)

static void messages_again(struct view payload)
{
    static uint8_t room[2 * FRAME_PAYLOAD_MAX];

    AGAIN(hello_request, payload);
    AGAIN(hello_answer, payload);
    AGAIN(inspect_request, payload);
    AGAIN(progress_event, payload);
    AGAIN(file_event, payload);
    AGAIN(sign_event, payload);
    AGAIN(signature_request, payload);
    AGAIN(refusal, payload);
}

static void frame_again(const struct frame *f)
{
    static uint8_t room[FRAME_MAX];
    struct buf     out = BUF(room);
    struct view    in;
    struct frame   g;
    size_t         skipped;

    if (frame_encode(f, &out).code != OK)
        abort();
    in = buf_view(&out);
    if (frame_next(&in, &g, &skipped).code != OK || skipped != 0 || in.len != 0 ||
        g.kind != f->kind || g.id != f->id || g.type != f->type || !view_eq(g.payload, f->payload))
        abort();
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
        if (e.code != OK)
            continue;
        frame_again(&f);
        messages_again(f.payload);
    }
}
