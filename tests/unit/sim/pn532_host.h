/*
 * pn532_host: a host in front of the simulated PN532.
 *
 * Commands are written as data (without frame); they are framed here, and the answer is taken
 * out of what comes back, so that faults of the framing show as they are.
 */
#ifndef TESTS_PN532_HOST_H
#define TESTS_PN532_HOST_H

#include "paper.h"
#include "pn532/frontend.h"

/* What the PN532 sent since the last command. */
static struct {
    uint8_t       bytes[2048];
    size_t        len;
    unsigned long delay_ms;
    unsigned      pieces, cancels, unplugs;
    bool          late;
} heard;

static void hear(void *to, struct view bytes, unsigned long delay_ms, bool late)
{
    (void)to;
    EXPECT(heard.len + bytes.len <= sizeof heard.bytes);
    memcpy(heard.bytes + heard.len, bytes.ptr, bytes.len);
    heard.len += bytes.len;
    heard.delay_ms = delay_ms;
    heard.late = late;
    heard.pieces++;
}

static void cancelled(void *to)
{
    (void)to;
    heard.cancels++;
}

static void unplugged(void *to)
{
    (void)to;
    heard.unplugs++;
}

static void logged(void *to, const char *what, struct view bytes)
{
    (void)to;
    (void)what;
    (void)bytes;
}

static const struct frontend_hooks hooks = { hear, cancelled, unplugged, logged, NULL };

/* Frame a command and send it; heard is what it brings. */
static void ask(struct frontend *f, const char *command)
{
    uint8_t     room[HSU_FRAME_MAX], data[HSU_DATA_MAX] = { HSU_TO_CHIP };
    struct buf  frame = BUF(room);
    struct view v = HEX(command);

    memcpy(data + 1, v.ptr, v.len);
    memset(&heard, 0, sizeof heard);
    EXPECT_CODE(hsu_put(view_of(data, v.len + 1), &frame), OK);
    frontend_bytes(f, buf_view(&frame));
}

/* The data of the frame behind the ACK. */
static struct view told(void)
{
    static struct hsu h;
    enum hsu_event    what = HSU_NOTHING;

    memset(&h, 0, sizeof h);
    EXPECT(heard.len > 6 && memcmp(heard.bytes, hsu_ack, 6) == 0);
    for (size_t i = 6; i < heard.len && what == HSU_NOTHING; i++)
        what = hsu_take(&h, heard.bytes[i]);
    EXPECT(what == HSU_FRAME);
    return h.data;
}

struct exchange {
    const char *name, *command, *answer; /* answer with TFI and code */
};

static void converse(struct frontend *f, const struct exchange *lines, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        ROW(lines[i].name);
        ask(f, lines[i].command);
        EXPECT_BYTES(told(), HEX(lines[i].answer));
    }
}

static void begin(struct paper *p, struct frontend **f, const char *chip)
{
    struct problem why = { "" };
    char           ini[512];

    snprintf(ini, sizeof ini, "[document]\naccess = plain\n[chip]\nuid = 01020304\n%s", chip);
    paper_make(p, ini, &why);
    if (p->chip == NULL)
        fail_msg("refused: %s", why.text);
    *f = frontend_new(hooks);
    frontend_place(*f, p->chip);
}

static void end(struct paper *p, struct frontend *f)
{
    frontend_free(f);
    paper_remove(p);
}

#endif
