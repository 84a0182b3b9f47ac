/* server: see server.h. */
#include "server.h"

#include <stdio.h>

#include "base/cbor.h"

static void log_line(const struct server *s, const char *what)
{
    if (s->verbose)
        fprintf(stderr, "versod: %s\n", what);
}

static void send(struct server *s, enum frame_kind kind, uint16_t type, struct buf *payload)
{
    const struct frame f = {
        .kind = kind, .id = s->request, .type = type, .payload = buf_view(payload)
    };

    if (frame_encode(&f, &s->out).code == OK &&
        host_write(s->board->host, buf_view(&s->out), clock_in(s->board->clock, SERVER_WRITE_MS))
                .code != OK) {
        log_line(s, "the host has gone");
        s->cancelled = s->gone = true;
    }
    buf_wipe(&s->out); /* what passed through may be a traveller's: it does not stay */
    buf_wipe(payload);
}

static struct buf payload(struct server *s)
{
    return BUF(s->payload_store);
}

static void refuse(struct server *s, uint16_t type, enum outcome code, const char *why)
{
    struct buf           p = payload(s);
    const struct refusal r = { .error = text_of(outcome_name(code)), .text = text_of(why) };

    if (refusal_encode(&r, &p).code == OK)
        send(s, FRAME_REFUSAL, type, &p);
}

static void answer_hello(struct server *s)
{
    uint8_t             day_bytes[16];
    struct buf          p = payload(s), day = BUF(day_bytes);
    const struct date   today = clock_today(s->board->clock);
    struct hello_answer a = { .firmware = TEXT(VERSO_VERSION),
                              .frontend = text_of(s->frontend),
                              .profiles = TEXT("desk gate counter conformance"),
                              .bundle = text_of(s->trust->line) };

    if (today.year != 0 && date_print(today, &day).code == OK)
        a.today = buf_view(&day);
    if (hello_answer_encode(&a, &p).code == OK)
        send(s, FRAME_ANSWER, MESSAGE_HELLO, &p);
}

static void on_progress(void *ctx, const struct inspect_progress *at)
{
    struct server        *s = ctx;
    const int64_t         now = clock_now_ms(s->board->clock);
    const bool            whole = at->total != 0 && at->done == at->total;
    struct buf            p = payload(s);
    struct progress_event e = { .stage = text_of(inspect_plan[at->stage].name),
                                .file = text_of(at->file == NULL ? "" : at->file),
                                .done = (uint32_t)at->done,
                                .total = (uint32_t)at->total };

    if (at->stage == STAGE_CLOSE || s->gone) /* the answer was the last word */
        return;
    if (at->stage == s->progress_stage && !whole && now - s->progress_ms < SERVER_PROGRESS_MS)
        return;
    s->progress_ms = now;
    s->progress_stage = at->stage;
    if (progress_event_encode(&e, &p).code == OK)
        send(s, FRAME_EVENT, MESSAGE_PROGRESS, &p);
}

static void send_file(struct server *s, unsigned dg, struct view file)
{
    const uint32_t total = (uint32_t)file.len;

    while (file.len != 0 && !s->cancelled) {
        struct buf        p = payload(s);
        struct file_event e = { .file = text_of(place_name(PLACE_DG1 + dg - 1)),
                                .offset = total - (uint32_t)file.len,
                                .total = total };
        const size_t      n = file.len < MESSAGE_CHUNK ? file.len : MESSAGE_CHUNK;

        if (view_take(&file, n, &e.data).code != OK || file_event_encode(&e, &p).code != OK)
            return;
        send(s, FRAME_EVENT, MESSAGE_FILE, &p);
    }
}

static void on_deliver(void *ctx, const struct inspection *i)
{
    struct server *s = ctx;
    struct buf     p = payload(s);

    if (s->gone || !host_present(s->board->host))
        return; /* the result is kept for nobody, and is not for the next host */
    s->cancelled = false;
    for (unsigned dg = 1; s->send_files && dg <= DG_MAX; dg++)
        send_file(s, dg, inspect_verified(i, dg));
    if (report_encode(&i->evidence, i->order.profile, &p).code == OK)
        send(s, FRAME_ANSWER, MESSAGE_INSPECT, &p);
    else
        refuse(s, MESSAGE_INSPECT, E_NO_SPACE, "The report does not fit a message.");
}

static void take_frames(struct server *s);

static bool on_cancelled(void *ctx)
{
    struct server *s = ctx;

    take_frames(s);
    return s->cancelled || !host_present(s->board->host);
}

static void inspect(struct server *s, const struct inspect_order *order)
{
    s->running = true;
    s->progress_stage = STAGE_COUNT;
    inspect_begin(&s->inspection, &s->setup, order, BUF(s->arena_store));
    while (inspect_step(&s->inspection))
        ;
    s->running = false;
    log_line(s, s->inspection.evidence.cut.code == OK ? "an inspection is finished"
                                                      : "an inspection was cut off");
    wipe(&s->inspection, sizeof s->inspection);
}

static void begin_inspect(struct server *s, const struct frame *f)
{
    struct inspect_request r;
    struct inspect_order   order = { .profile = PROFILE_desk };
    struct buf             mrz = BUF(s->mrz_store);
    if (inspect_request_decode(f->payload, &r).code != OK) {
        refuse(s, f->type, E_MALFORMED, "This is no inspect request.");
        return;
    }
    if (r.profile.len != 0 && profile_of(r.profile, &order.profile).code != OK) {
        refuse(s, f->type, E_UNSUPPORTED, "This reader has no profile of that name.");
        return;
    }
    if (buf_put(&mrz, r.mrz).code != OK) {
        refuse(s, f->type, E_TOO_LONG, "An MRZ has at most 90 characters in three lines.");
        return;
    }
    order.mrz = buf_view(&mrz); /* the frame's own bytes go before the inspection ends */
    order.wait_ms = r.wait_ms;
    s->send_files = r.files;
    s->next = order;
    s->due = true;
    s->cancelled = s->gone = false;
}

static void cancel(struct server *s, const struct frame *f)
{
    const uint16_t running = s->request;
    struct buf     p = payload(s);

    s->request = f->id;
    if (cbor_put_map(&p, 0).code == OK)
        send(s, FRAME_ANSWER, MESSAGE_CANCEL, &p);
    s->request = running;
    s->cancelled = true;
}

static void serve(struct server *s, const struct frame *f)
{
    const uint16_t running = s->request;
    const bool     busy = s->running || s->due;

    if (f->kind != FRAME_REQUEST)
        return;
    if (f->type == MESSAGE_CANCEL) {
        cancel(s, f);
        return;
    }
    s->request = f->id;
    if (busy)
        refuse(s, f->type, E_UNEXPECTED, "The reader is busy with another request.");
    else if (f->type == MESSAGE_HELLO)
        answer_hello(s);
    else if (f->type == MESSAGE_INSPECT)
        begin_inspect(s, f);
    else
        refuse(s, f->type, E_UNSUPPORTED, "This reader does not know that request.");
    if (busy)
        s->request = running;
}

/* A frame of another version: only its header can be read. */
static void turn_away(struct server *s, const struct frame *f)
{
    const uint16_t running = s->request;

    s->request = f->id;
    refuse(s, f->type, E_UNSUPPORTED, "This reader speaks version 1 of the protocol.");
    s->request = running;
}

static void take_frames(struct server *s)
{
    struct view  left;
    struct frame f;
    size_t       skipped;
    struct err   e;

    if (!host_present(s->board->host) || host_read(s->board->host, &s->in).code != OK) {
        buf_wipe(&s->in);
        s->cancelled = s->gone = true;
        return;
    }
    left = buf_view(&s->in);
    while ((e = frame_next(&left, &f, &skipped)).code != E_TRUNCATED) {
        if (skipped != 0)
            log_line(s, "bytes from the host that are no frame were passed over");
        if (e.code == OK)
            serve(s, &f);
        else
            turn_away(s, &f);
    }
    buf_drop(&s->in, s->in.len - left.len);
}

void server_begin(struct server *s, struct board *board, struct trust_file *trust)
{
    wipe(s, sizeof *s);
    s->board = board;
    s->trust = trust;
    s->in = BUF(s->in_store);
    s->out = BUF(s->out_store);
    s->setup = (struct inspect_setup){
        .nfc = board->nfc,
        .clock = board->clock,
        .entropy = board->entropy,
        .bundle = trust->map == NULL ? NULL : &trust->bundle,
        .watch = { .ctx = s,
                   .progress = on_progress,
                   .cancelled = on_cancelled,
                   .deliver = on_deliver },
    };
}

void server_work(struct server *s)
{
    take_frames(s);
    if (!s->due)
        return;
    s->due = false;
    inspect(s, &s->next);
    wipe(s->mrz_store, sizeof s->mrz_store);
}
