/*
 * frontend: see frontend.h.
 *
 *      host                            PN532
 *       │ ── frame ──────────────────►  │
 *       │ ◄───────────────────── ACK ── │   at once
 *       │ ◄────────────────── answer ── │   when it is ready; a new frame or an ACK from the
 *       │                               │   host before that makes it forget the old command
 */
#include "pn532/frontend.h"

#include <stdlib.h>
#include <string.h>

#include "pn532_chip.h"

enum act {
    DO_NAK = 1,
    DO_IGNORE,
    DO_SILENCE,
    DO_ERROR,
    DO_GARBAGE,
    DO_BEFORE,
    DO_TRUNCATE,
    DO_CHECKSUM,
    DO_HEADER,
    DO_FLIP,
    DO_STATUS,
    DO_ANSWER,
    DO_DELAY,
    DO_BYTEWISE,
    DO_CLOSE,
};

/* clang-format off */
static const struct rule_key acts[] = {
    { "nak",      DO_NAK,      RULE_FLAG,   NULL },
    { "ignore",   DO_IGNORE,   RULE_FLAG,   NULL },
    { "silence",  DO_SILENCE,  RULE_FLAG,   NULL },
    { "error",    DO_ERROR,    RULE_FLAG,   NULL },
    { "garbage",  DO_GARBAGE,  RULE_HEX,    NULL },
    { "before",   DO_BEFORE,   RULE_HEX,    NULL },
    { "truncate", DO_TRUNCATE, RULE_NUMBER, NULL },
    { "checksum", DO_CHECKSUM, RULE_FLAG,   NULL },
    { "header",   DO_HEADER,   RULE_FLAG,   NULL },
    { "flip",     DO_FLIP,     RULE_XOR,    NULL },
    { "status",   DO_STATUS,   RULE_HEX,    NULL },
    { "answer",   DO_ANSWER,   RULE_HEX,    NULL },
    { "delay_ms", DO_DELAY,    RULE_NUMBER, NULL },
    { "bytewise", DO_BYTEWISE, RULE_FLAG,   NULL },
    { "close",    DO_CLOSE,    RULE_WORD,   "before after" },
    { NULL, 0, RULE_FLAG, NULL },
};
/* clang-format on */

enum { CLOSE_BEFORE, CLOSE_AFTER };

struct frontend {
    struct frontend_hooks hooks;
    struct hsu            line;
    struct rules          faults;
    struct pn532_chip     chip;
    uint8_t               waiting[HSU_DATA_MAX]; /* a command that looks for a card without end */
    size_t                waiting_len;
    uint8_t               last[HSU_FRAME_MAX]; /* the last answer, for a host that says NAK */
    size_t                last_len;
};

struct frontend *frontend_new(struct frontend_hooks hooks)
{
    struct frontend *f = calloc(1, sizeof *f);

    if (f == NULL)
        return NULL;
    f->hooks = hooks;
    for (size_t i = 0; i < FIELD_MAX; i++) {
        f->chip.cards[i] = picc_new();
        if (f->chip.cards[i] == NULL) {
            frontend_free(f);
            return NULL;
        }
    }
    frontend_power_up(f);
    return f;
}

void frontend_free(struct frontend *f)
{
    if (f == NULL)
        return;
    for (size_t i = 0; i < FIELD_MAX; i++)
        picc_free(f->chip.cards[i]);
    rules_free(&f->faults);
    rules_free(&f->chip.air);
    wipe(f, sizeof *f);
    free(f);
}

struct err frontend_read_faults(struct frontend *f, struct settings *s, struct problem *why)
{
    TRY(rules_read(&f->faults, s, "frontend.", acts, why));
    return rules_read(&f->chip.air, s, "air.", pn532_air_acts, why);
}

struct err frontend_add_air_fault(struct frontend *f, const char *line, struct problem *why)
{
    return rules_read_line(&f->chip.air, line, pn532_air_acts, why);
}

struct err frontend_add_fault(struct frontend *f, const char *line, struct problem *why)
{
    return rules_read_line(&f->faults, line, acts, why);
}

void frontend_place(struct frontend *f, struct chip *c)
{
    picc_place(f->chip.cards[0], c);
}

void frontend_place_beside(struct frontend *f, struct chip *c)
{
    picc_place(f->chip.cards[1], c);
}

void frontend_power_up(struct frontend *f)
{
    memset(&f->line, 0, sizeof f->line);
    f->waiting_len = f->last_len = 0;
    pn532_chip_reset(&f->chip);
}

static void send(struct frontend *f, struct view bytes, unsigned long delay_ms, bool late)
{
    f->hooks.send(f->hooks.to, bytes, delay_ms, late);
}

/* Changes to what the answer says, before it is framed: everything behind the response code. */
static void bend_answer(const struct rule *rule, struct buf *payload)
{
    const struct rule_action *status = rule_action(rule, DO_STATUS);
    const struct rule_action *whole = rule_action(rule, DO_ANSWER);

    if (status != NULL && payload->len > 2 && status->len == 1)
        payload->ptr[2] = status->bytes[0]; /* TFI, response code, status */
    if (whole == NULL || payload->len < 2)
        return;
    payload->len = 2;
    if (buf_put(payload, view_of(whole->bytes, whole->len)).code != OK)
        payload->len = 2;
}

static void bend_frame(const struct frontend *f, const struct rule *rule, struct buf *frame)
{
    const size_t keep = (size_t)rule_number(rule, DO_TRUNCATE, HSU_FRAME_MAX);

    if (!rule_xor(rule, DO_FLIP, frame))
        f->hooks.log(f->hooks.to, "NOTHING TO FLIP THERE", buf_view(frame));
    if (rule_action(rule, DO_CHECKSUM) != NULL && frame->len >= 2)
        frame->ptr[frame->len - 2] ^= 0x01;
    if (rule_action(rule, DO_HEADER) != NULL && frame->len >= 5)
        frame->ptr[4] ^= 0x01;
    if (frame->len > keep)
        frame->len = keep;
}

static void deliver(struct frontend *f, const struct rule *rule, struct view frame,
                    unsigned long delay_ms)
{
    const struct rule_action *before = rule_action(rule, DO_BEFORE);
    const struct rule_action *delay = rule_action(rule, DO_DELAY);
    const bool                late = delay != NULL;

    delay_ms += late ? (unsigned long)delay->number : 0;
    if (before != NULL)
        send(f, view_of(before->bytes, before->len), delay_ms, late);
    if (rule_action(rule, DO_BYTEWISE) == NULL) {
        send(f, frame, delay_ms, late);
        return;
    }
    for (size_t i = 0; i < frame.len; i++)
        send(f, view_of(frame.ptr + i, 1), delay_ms + i, late);
}

static void answer(struct frontend *f, const struct rule *rule, const struct pn532_answer *a)
{
    const struct rule_action *garbage = rule_action(rule, DO_GARBAGE);
    uint8_t                   data[HSU_DATA_MAX];
    struct buf                payload = BUF(data), frame = BUF(f->last);
    struct err                e = buf_u8(&payload, HSU_TO_HOST);

    if (e.code == OK)
        e = buf_put(&payload, buf_view(&a->bytes));
    bend_answer(rule, &payload);
    if (garbage != NULL)
        e = buf_put(&frame, view_of(garbage->bytes, garbage->len));
    else if (a->syntax || rule_action(rule, DO_ERROR) != NULL)
        e = buf_put(&frame, VIEW(hsu_error));
    else if (e.code == OK)
        e = hsu_put(buf_view(&payload), &frame);
    if (e.code != OK)
        f->hooks.log(f->hooks.to, "ANSWER TOO LONG", buf_view(&a->bytes));
    bend_frame(f, rule, &frame);
    f->last_len = frame.len;
    deliver(f, rule, buf_view(&frame), a->delay_ms);
}

static void run(struct frontend *f, const struct rule *rule, struct view command)
{
    uint8_t             room[HSU_DATA_MAX];
    struct pn532_answer a = { .bytes = BUF(room) };

    pn532_chip_obey(&f->chip, command, &a);
    f->waiting_len = 0;
    if (a.waits) {
        memcpy(f->waiting, command.ptr, command.len);
        f->waiting_len = command.len;
        return;
    }
    if (rule_action(rule, DO_SILENCE) == NULL)
        answer(f, rule, &a);
    f->chip.asleep = a.sleeps;
}

static void obey(struct frontend *f, struct view command)
{
    const struct rule *rule = rules_match(&f->faults, command);
    const long         close = rule_number(rule, DO_CLOSE, -1);

    f->hooks.log(f->hooks.to, ">", command);
    if (rule != NULL)
        f->hooks.log(f->hooks.to, rule->name, view_of(NULL, 0));
    f->hooks.cancel(f->hooks.to); /* UM §6.2.1.3: a new command ends the old one */
    f->waiting_len = 0;
    if (rule_action(rule, DO_NAK) != NULL)
        send(f, VIEW(hsu_nak), 0, true);
    else if (rule_action(rule, DO_IGNORE) == NULL && close != CLOSE_BEFORE) {
        send(f, VIEW(hsu_ack), 0, true);
        run(f, rule, command);
    }
    if (close >= 0)
        f->hooks.unplug(f->hooks.to);
}

static void take(struct frontend *f, enum hsu_event what)
{
    struct view data = f->line.data;
    uint8_t     tfi = 0;

    if (f->line.woken)
        f->chip.asleep = f->line.woken = false;
    if (what == HSU_NOTHING || f->chip.asleep)
        return;
    if (what == HSU_ACK) { /* the host gives the command up */
        f->hooks.cancel(f->hooks.to);
        f->waiting_len = 0;
    }
    if (what == HSU_NAK && f->last_len != 0)
        send(f, view_of(f->last, f->last_len), 0, true);
    if (what == HSU_WRONG)
        f->hooks.log(f->hooks.to, "wrong frame", view_of(NULL, 0));
    if (what == HSU_FRAME && view_u8(&data, &tfi).code == OK && tfi == HSU_TO_CHIP && data.len != 0)
        obey(f, data);
}

void frontend_bytes(struct frontend *f, struct view bytes)
{
    uint8_t byte;

    while (view_u8(&bytes, &byte).code == OK)
        take(f, hsu_take(&f->line, byte));
}

bool frontend_waits(const struct frontend *f)
{
    return f->waiting_len != 0;
}

void frontend_look(struct frontend *f)
{
    uint8_t command[HSU_DATA_MAX];

    if (f->waiting_len == 0)
        return;
    memcpy(command, f->waiting, f->waiting_len);
    run(f, NULL, view_of(command, f->waiting_len));
}
