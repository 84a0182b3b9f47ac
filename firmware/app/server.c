/* server: see server.h. */
#include "server.h"

#include <poll.h>
#include <stdio.h>

#include "base/cbor.h"

static void log_line(const struct server *s, const char *what)
{
    if (s->verbose)
        fprintf(stderr, "versod: %s\n", what);
}

/* What was begun for a host is for nobody else: whoever comes next is not served, nor even
 * heard, before it has ended. */
static void desert(struct server *s)
{
    s->deserted = true;
    s->cancelled = true;
}

/* Send a frame; head says all but the payload. */
static void send(struct server *s, struct frame head, struct buf *payload)
{
    head.payload = buf_view(payload);

    if (!s->deserted && frame_encode(&head, &s->out).code == OK &&
        host_write(s->board->host, buf_view(&s->out), clock_in(s->board->clock, SERVER_WRITE_MS))
                .code != OK) {
        log_line(s, "the host has gone");
        desert(s);
    }
    buf_wipe(&s->out); /* what passed through may be a traveller's: it does not stay */
    buf_wipe(payload);
}

static struct buf payload(struct server *s)
{
    return BUF(s->payload_store);
}

/* A frame about the request that f is, or was. */
static struct frame about(const struct frame *f, enum frame_kind kind)
{
    return (struct frame){ .kind = kind, .id = f->id, .type = f->type };
}

static void refuse(struct server *s, const struct frame *f, enum outcome code, const char *why)
{
    struct buf           p = payload(s);
    const struct refusal r = { .error = text_of(outcome_name(code)), .text = text_of(why) };

    if (refusal_encode(&r, &p).code == OK)
        send(s, about(f, FRAME_REFUSAL), &p);
}

static void answer_hello(struct server *s, const struct frame *f)
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
        send(s, about(f, FRAME_ANSWER), &p);
}

static struct frame event(const struct server *s, uint16_t type)
{
    return (struct frame){ .kind = FRAME_EVENT, .id = s->running.id, .type = type };
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

    if (at->stage == STAGE_CLOSE || s->deserted) /* the answer was the last word */
        return;
    if (at->stage == s->progress_stage && !whole && now - s->progress_ms < SERVER_PROGRESS_MS)
        return;
    s->progress_ms = now;
    s->progress_stage = at->stage;
    if (progress_event_encode(&e, &p).code == OK)
        send(s, event(s, MESSAGE_PROGRESS), &p);
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
        send(s, event(s, MESSAGE_FILE), &p);
    }
}

static void on_deliver(void *ctx, const struct inspection *i)
{
    struct server *s = ctx;
    struct buf     p = payload(s);

    if (s->deserted || !host_present(s->board->host))
        return; /* the result is kept for nobody, and is not for the next host */
    s->cancelled = false;
    for (unsigned dg = 1; s->send_files && dg <= DG_MAX; dg++)
        send_file(s, dg, inspect_verified(i, dg));
    if (report_encode(&i->evidence, i->order.profile, &p).code == OK)
        send(s, about(&s->running, FRAME_ANSWER), &p);
    else
        refuse(s, &s->running, E_NO_SPACE, "The report does not fit a message.");
}

static void take_frames(struct server *s);

static bool on_cancelled(void *ctx)
{
    struct server *s = ctx;

    if (!s->deserted)
        take_frames(s);
    return s->cancelled || *s->stop;
}

/* Wait until the host has said something, for a moment at most. */
static void await_host(struct server *s)
{
    struct pollfd fd = { .fd = host_pollable(s->board->host), .events = POLLIN };

    poll(&fd, 1, SERVER_POLL_MS);
}

/* The signature or, if it is empty, the host's refusal has come: take_signature(). */
static struct err on_sign(void *ctx, const struct inspect_sign *what, struct deadline d,
                          struct buf *signature)
{
    struct server          *s = ctx;
    struct clock_port      *clock = s->board->clock;
    struct buf              p = payload(s);
    const struct sign_event e = { .reference = what->reference,
                                  .algorithm = what->algorithm,
                                  .data = what->data,
                                  .timeout_ms = (uint32_t)(d.at_ms - clock_now_ms(clock)) };
    const size_t            before = signature->len;

    CHECK(clock_now_ms(clock) < d.at_ms, E_TIMEOUT);
    TRY(sign_event_encode(&e, &p));
    s->signature = *signature;
    s->asking = true;
    send(s, event(s, MESSAGE_SIGN), &p);
    while (s->asking && !on_cancelled(s) && clock_now_ms(clock) < d.at_ms)
        await_host(s);
    if (s->asking) {
        s->asking = false;
        FAIL(s->cancelled || *s->stop ? E_CANCELLED : E_TIMEOUT);
    }
    CHECK(s->signature.len != before, E_UNSUPPORTED);
    *signature = s->signature;
    return SUCCESS;
}

static void inspect(struct server *s, const struct inspect_order *order)
{
    s->progress_stage = STAGE_COUNT;
    inspect_begin(&s->inspection, &s->setup, order, BUF(s->arena_store));
    while (inspect_step(&s->inspection))
        ;
    log_line(s, s->inspection.evidence.cut.code == OK ? "an inspection is finished"
                                                      : "an inspection was cut off");
    wipe(&s->inspection, sizeof s->inspection);
}

static bool all_digits(struct view text)
{
    for (size_t n = 0; n < text.len; n++) {
        if (view_at(text, n) < '0' || view_at(text, n) > '9')
            return false;
    }
    return true;
}

/* What is wrong with the request's values; NULL if nothing is. */
static const char *wrong_value(const struct inspect_request *r)
{
    if (!all_digits(r->can))
        return "A card access number has digits only.";
    if (r->challenge.len != 0 && r->challenge.len != INSPECT_CHALLENGE)
        return "A challenge has 8 bytes.";
    return NULL;
}

/* Copy what the frame's own bytes say, for they go before the inspection ends.  Returns what
 * is too long, as a sentence; NULL if nothing is. */
static const char *keep_order(struct server *s, const struct inspect_request *r,
                              struct inspect_order *order)
{
    const struct {
        struct view  from;
        struct buf   store;
        struct view *to;
        const char  *too_long;
    } rows[] = {
        { r->mrz, BUF(s->mrz_store), &order->mrz,
          "An MRZ has at most 90 characters in three lines." },
        { r->can, BUF(s->can_store), &order->can, "A card access number has at most 16 digits." },
        { r->challenge, BUF(s->challenge_store), &order->challenge, "A challenge has 8 bytes." },
        { r->terminal, BUF(s->terminal_store), &order->terminal,
          "The terminal's certificates may have 8192 bytes at most." },
    };

    for (size_t n = 0; n < sizeof rows / sizeof *rows; n++) {
        struct buf store = rows[n].store;

        if (buf_put(&store, rows[n].from).code != OK)
            return rows[n].too_long;
        *rows[n].to = buf_view(&store);
    }
    order->allow_bac = r->allow_bac;
    order->wait_ms = r->wait_ms;
    return NULL;
}

static void wipe_order(struct server *s)
{
    wipe(s->mrz_store, sizeof s->mrz_store);
    wipe(s->can_store, sizeof s->can_store);
    wipe(s->challenge_store, sizeof s->challenge_store);
    wipe(s->terminal_store, sizeof s->terminal_store);
}

static void begin_inspect(struct server *s, const struct frame *f)
{
    struct inspect_request r;
    struct inspect_order   order = { .profile = PROFILE_desk };
    const char            *wrong;

    if (inspect_request_decode(f->payload, &r).code != OK) {
        refuse(s, f, E_MALFORMED, "This is no inspect request.");
        return;
    }
    if (r.profile.len != 0 && profile_of(r.profile, &order.profile).code != OK) {
        refuse(s, f, E_UNSUPPORTED, "This reader has no profile of that name.");
        return;
    }
    if ((wrong = wrong_value(&r)) != NULL) {
        refuse(s, f, E_MALFORMED, wrong);
        return;
    }
    if ((wrong = keep_order(s, &r, &order)) != NULL) {
        wipe_order(s);
        refuse(s, f, E_TOO_LONG, wrong);
        return;
    }
    s->send_files = r.files;
    s->next = order;
    s->running = about(f, FRAME_REQUEST);
    s->busy = true;
    s->cancelled = false;
}

static void cancel(struct server *s, const struct frame *f)
{
    struct buf p = payload(s);

    if (cbor_put_map(&p, 0).code == OK)
        send(s, about(f, FRAME_ANSWER), &p);
    s->cancelled = true;
}

static void take_signature(struct server *s, const struct frame *f)
{
    struct signature_request r;
    struct buf               p = payload(s);

    if (!s->asking) {
        refuse(s, f, E_UNEXPECTED, "No signature is being waited for.");
        return;
    }
    if (signature_request_decode(f->payload, &r).code != OK) {
        refuse(s, f, E_MALFORMED, "This is no signature request.");
        return;
    }
    if (buf_put(&s->signature, r.signature).code != OK) {
        refuse(s, f, E_TOO_LONG, "A signature has at most 512 bytes.");
        return;
    }
    s->asking = false;
    if (cbor_put_map(&p, 0).code == OK)
        send(s, about(f, FRAME_ANSWER), &p);
}

static void serve(struct server *s, const struct frame *f)
{
    if (f->kind != FRAME_REQUEST)
        return;
    if (f->type == MESSAGE_CANCEL)
        cancel(s, f);
    else if (f->type == MESSAGE_SIGNATURE)
        take_signature(s, f);
    else if (s->busy)
        refuse(s, f, E_UNEXPECTED, "The reader is busy with another request.");
    else if (f->type == MESSAGE_HELLO)
        answer_hello(s, f);
    else if (f->type == MESSAGE_INSPECT)
        begin_inspect(s, f);
    else
        refuse(s, f, E_UNSUPPORTED, "This reader does not know that request.");
}

static void take_frames(struct server *s)
{
    struct view  left;
    struct frame f;
    size_t       skipped;
    struct err   e;

    if (!host_present(s->board->host) || host_read(s->board->host, &s->in).code != OK) {
        desert(s);
        return;
    }
    left = buf_view(&s->in);
    while (!s->deserted && (e = frame_next(&left, &f, &skipped)).code != E_TRUNCATED) {
        if (skipped != 0)
            log_line(s, "bytes from the host that are no frame were passed over");
        if (e.code == OK)
            serve(s, &f);
        else
            refuse(s, &f, E_UNSUPPORTED, "This reader speaks version 1 of the protocol.");
    }
    buf_drop(&s->in, s->in.len - left.len);
}

void server_begin(struct server *s, struct board *board, struct trust_file *trust,
                  const volatile sig_atomic_t *stop)
{
    s->stop = stop;
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
                   .sign = on_sign,
                   .deliver = on_deliver },
    };
}

void server_work(struct server *s)
{
    s->deserted = false;
    take_frames(s);
    if (s->busy && !s->deserted)
        inspect(s, &s->next);
    s->busy = false;
    wipe_order(s);
    if (s->deserted)
        buf_wipe(&s->in); /* the next host begins anew */
}
