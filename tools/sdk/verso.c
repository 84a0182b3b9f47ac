/* verso: requests and answers; see verso/verso.h. */
#include "verso/verso.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "host_report.h"
#include "link/message.h"
#include "transport.h"

enum {
    POLL_MS = 100,
    WRITE_MS = 2000,
    HELLO_MS = 5000,
    CHALLENGE_LEN = 8,       /* bytes */
    SILENCE_MS = 90000,      /* longer than any inspection is silent */
    REQUEST_MAX = 12 * 1024, /* bytes: terminal certificates and the rest */
};

struct verso {
    struct transport transport;
    uint16_t         id; /* of the last request */
    char             why[256];
    struct buf       in;
    uint8_t          in_store[FRAME_MAX], out_store[FRAME_HEADER + REQUEST_MAX];
    uint8_t          order_store[REQUEST_MAX];
    char             info[1024]; /* the strings of verso_info() */
};

const char *verso_why(const struct verso *v)
{
    return v == NULL ? "out of memory" : v->why;
}

static enum verso_status say(struct verso *v, enum verso_status s, const char *what)
{
    snprintf(v->why, sizeof v->why, "%s", what);
    return s;
}

enum verso_status verso_open(const char *where, struct verso **out)
{
    struct verso     *v = calloc(1, sizeof *v);
    enum verso_status s;

    *out = v;
    if (v == NULL)
        return VERSO_E_MEMORY;
    v->in = BUF(v->in_store);
    s = transport_open(&v->transport, where);
    return s == VERSO_OK ? s : say(v, s, v->transport.why);
}

void verso_close(struct verso *v)
{
    if (v == NULL)
        return;
    if (v->transport.ops != NULL)
        v->transport.ops->close(&v->transport);
    wipe(v, sizeof *v);
    free(v);
}

static int64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static enum verso_status send_request(struct verso *v, uint16_t type, struct view payload)
{
    struct buf         frame = BUF(v->out_store);
    const struct frame f = {
        .kind = FRAME_REQUEST, .id = ++v->id, .type = type, .payload = payload
    };
    enum verso_status s;

    if (v->transport.ops == NULL)
        return say(v, VERSO_E_GONE, "the reader is not open");
    if (frame_encode(&f, &frame).code != OK)
        return say(v, VERSO_E_PROTOCOL, "the request is too long");
    s = v->transport.ops->write(&v->transport, frame.ptr, frame.len, WRITE_MS);
    buf_wipe(&frame);
    return s == VERSO_OK ? s : say(v, s, v->transport.why);
}

/* Read until a whole frame is there; VERSO_E_TIMEOUT after POLL_MS without a byte. */
static enum verso_status next_frame(struct verso *v, struct frame *out, size_t *used)
{
    for (;;) {
        struct view left = buf_view(&v->in);
        size_t      skipped, n;

        if (frame_next(&left, out, &skipped).code == OK) {
            *used = v->in.len - left.len;
            return VERSO_OK;
        }
        buf_drop(&v->in, v->in.len - left.len);
        const enum verso_status s = v->transport.ops->read(&v->transport, v->in.ptr + v->in.len,
                                                           v->in.cap - v->in.len, POLL_MS, &n);
        if (s != VERSO_OK)
            return say(v, s, v->transport.why);
        if (n == 0)
            return VERSO_E_TIMEOUT;
        v->in.len += n;
    }
}

static enum verso_status refused(struct verso *v, struct view payload)
{
    struct refusal r;

    if (refusal_decode(payload, &r).code != OK)
        return say(v, VERSO_E_PROTOCOL, "a refusal that cannot be read");
    snprintf(v->why, sizeof v->why, "%.*s (%.*s)", (int)r.text.len, (const char *)r.text.ptr,
             (int)r.error.len, (const char *)r.error.ptr);
    return VERSO_E_REFUSED;
}

/* Copy text into one of the fixed places, ended by zero. */
static void copy_text(char *to, size_t cap, struct view text)
{
    snprintf(to, cap, "%.*s", (int)text.len, text.len == 0 ? "" : (const char *)text.ptr);
}

static void tell_progress(const struct verso_order *o, struct view payload)
{
    struct progress_event e;
    char                  stage[32], file[16];

    if (o->progress == NULL || progress_event_decode(payload, &e).code != OK)
        return;
    copy_text(stage, sizeof stage, e.stage);
    copy_text(file, sizeof file, e.file);
    o->progress(o->ctx, &(struct verso_progress){ stage, file, e.done, e.total });
}

static void tell_chunk(const struct verso_order *o, struct view payload)
{
    struct file_event e;
    char              file[16];

    if (o->chunk == NULL || file_event_decode(payload, &e).code != OK)
        return;
    copy_text(file, sizeof file, e.file);
    o->chunk(o->ctx, &(struct verso_chunk){ file, e.offset, e.total, e.data.len, e.data.ptr });
}

/* Ask whoever holds the terminal's key, and send what comes. */
static enum verso_status pass_on_signature(struct verso *v, const struct verso_order *o,
                                           struct view payload)
{
    struct sign_event e;
    char              reference[32];
    uint8_t           signature[VERSO_SIGNATURE_MAX], bytes[VERSO_SIGNATURE_MAX + 32];
    size_t            len = 0;
    struct buf        p = BUF(bytes);

    if (sign_event_decode(payload, &e).code != OK)
        return say(v, VERSO_E_PROTOCOL, "a request for a signature that cannot be read");
    copy_text(reference, sizeof reference, e.reference);
    const struct verso_sign what = { .reference = reference,
                                     .algorithm = e.algorithm.ptr,
                                     .algorithm_len = e.algorithm.len,
                                     .data = e.data.ptr,
                                     .data_len = e.data.len,
                                     .timeout_ms = e.timeout_ms };
    if (o->sign == NULL || !o->sign(o->ctx, &what, signature, &len) || len > sizeof signature)
        len = 0;
    const struct signature_request r = { .signature = view_of(signature, len) };
    if (signature_request_encode(&r, &p).code != OK)
        return say(v, VERSO_E_PROTOCOL, "a signature that cannot be sent");
    return send_request(v, MESSAGE_SIGNATURE, buf_view(&p));
}

/* What to do until the answer to request id is there. */
struct waiting {
    const struct verso_order *order; /* NULL: none but the answer is of interest */
    uint16_t                  id;
    int64_t                   silence_ms;
    bool                      cancel_sent;
};

static enum verso_status maybe_cancel(struct verso *v, struct waiting *w)
{
    const struct verso_order *o = w->order;

    if (o == NULL || o->cancelled == NULL || w->cancel_sent || !o->cancelled(o->ctx))
        return VERSO_OK;
    w->cancel_sent = true;
    return send_request(v, MESSAGE_CANCEL, TEXT("\xA0"));
}

static enum verso_status take_event(struct verso *v, const struct waiting *w, const struct frame *f)
{
    if (w->order == NULL || f->id != w->id)
        return VERSO_OK;
    if (f->type == MESSAGE_SIGN)
        return pass_on_signature(v, w->order, f->payload);
    if (f->type == MESSAGE_PROGRESS)
        tell_progress(w->order, f->payload);
    else if (f->type == MESSAGE_FILE)
        tell_chunk(w->order, f->payload);
    return VERSO_OK;
}

/* A frame that is not ours to wait for any more, or an event on the way. */
static enum verso_status take_frame(struct verso *v, const struct waiting *w, const struct frame *f)
{
    if (f->id == w->id && f->kind == FRAME_REFUSAL)
        return refused(v, f->payload);
    return f->kind == FRAME_EVENT ? take_event(v, w, f) : VERSO_OK;
}

/* On success out's payload stays in v->in until buf_drop(&v->in, used). */
static enum verso_status wait_for_answer(struct verso *v, struct waiting *w, struct frame *out,
                                         size_t *used)
{
    int64_t           heard = now_ms();
    enum verso_status s = VERSO_OK;

    while (s == VERSO_OK) {
        s = next_frame(v, out, used);
        if (s == VERSO_OK && out->id == w->id && out->kind == FRAME_ANSWER)
            return VERSO_OK;
        if (s == VERSO_OK) {
            heard = now_ms();
            s = take_frame(v, w, out);
            buf_drop(&v->in, *used);
        } else if (s == VERSO_E_TIMEOUT && now_ms() - heard <= w->silence_ms) {
            s = VERSO_OK; /* nothing came in this slice of the time */
        }
        if (s == VERSO_OK)
            s = maybe_cancel(v, w);
    }
    return s == VERSO_E_TIMEOUT ? say(v, s, "the reader does not answer") : s;
}

/* Lay the texts end to end into v->info and hand them out. */
static void keep_info(struct verso *v, const struct hello_answer *a, struct verso_info *out)
{
    const struct {
        struct view  text;
        const char **to;
    } rows[] = { { a->firmware, &out->firmware }, { a->serial, &out->serial },
                 { a->frontend, &out->frontend }, { a->profiles, &out->profiles },
                 { a->bundle, &out->bundle },     { a->today, &out->today } };
    size_t at = 0;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        *rows[i].to = v->info + at;
        copy_text(v->info + at, sizeof v->info - at, rows[i].text);
        at += strlen(v->info + at) + (at + 1 < sizeof v->info);
    }
}

enum verso_status verso_info(struct verso *v, struct verso_info *out)
{
    uint8_t             bytes[64];
    struct buf          p = BUF(bytes);
    struct frame        f;
    struct hello_answer a;
    size_t              used;
    enum verso_status   s = VERSO_E_PROTOCOL;

    if (hello_request_encode(&(struct hello_request){ .client = TEXT("libverso") }, &p).code == OK)
        s = send_request(v, MESSAGE_HELLO, buf_view(&p));
    if (s == VERSO_OK)
        s = wait_for_answer(v, &(struct waiting){ .id = v->id, .silence_ms = HELLO_MS }, &f, &used);
    if (s != VERSO_OK)
        return s;
    if (hello_answer_decode(f.payload, &a).code == OK)
        keep_info(v, &a, out);
    else
        s = say(v, VERSO_E_PROTOCOL, "the reader's answer cannot be read");
    buf_drop(&v->in, used);
    return s;
}

static struct view text_or_empty(const char *s)
{
    return s == NULL ? view_of(NULL, 0) : text_of(s);
}

static enum verso_status send_order(struct verso *v, const struct verso_order *o)
{
    const struct inspect_request r = {
        .mrz = text_or_empty(o->mrz),
        .can = text_or_empty(o->can),
        .profile = text_or_empty(o->profile),
        .files = o->chunk != NULL,
        .allow_bac = o->allow_bac,
        .challenge = view_of(o->challenge, o->challenge == NULL ? 0 : CHALLENGE_LEN),
        .terminal = view_of(o->terminal, o->terminal_len),
        .wait_ms = o->wait_ms,
    };
    struct buf        p = BUF(v->order_store);
    enum verso_status s;

    if (inspect_request_encode(&r, &p).code != OK)
        return say(v, VERSO_E_REFUSED,
                   "the order is far too long: look at the terminal's "
                   "certificates, the MRZ, the profile's name");
    s = send_request(v, MESSAGE_INSPECT, buf_view(&p));
    buf_wipe(&p);
    return s;
}

enum verso_status verso_inspect(struct verso *v, const struct verso_order *o,
                                struct verso_report **out)
{
    struct frame      f;
    size_t            used;
    enum verso_status s = send_order(v, o);
    const uint16_t    id = v->id;

    *out = NULL;
    if (s == VERSO_OK)
        s = wait_for_answer(
            v, &(struct waiting){ .order = o, .id = id, .silence_ms = SILENCE_MS + o->wait_ms }, &f,
            &used);
    if (s != VERSO_OK)
        return s;
    s = host_report_of(f.payload, out);
    buf_drop(&v->in, used);
    return s == VERSO_OK ? s : say(v, s, "the reader's report cannot be read");
}
