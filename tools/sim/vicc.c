/* vicc: see vicc.h. */
#include "vicc.h"

#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "outbox.h"

enum { AGAIN_MS = 200 };
enum { POWER_OFF = 0, POWER_ON = 1, RESET = 2, SEND_ATR = 4 };

static int try_connect(const struct vicc *v)
{
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
    struct addrinfo      *found = NULL;
    int                   fd = -1;

    if (getaddrinfo(v->host, v->port, &hints, &found) != 0)
        return -1;
    for (const struct addrinfo *a = found; a != NULL && fd < 0; a = a->ai_next) {
        fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, a->ai_protocol);
        if (fd >= 0 && connect(fd, a->ai_addr, a->ai_addrlen) != 0) {
            close(fd);
            fd = -1;
        }
    }
    freeaddrinfo(found);
    return fd;
}

void vicc_connect(struct vicc *v)
{
    if (v->fd >= 0 || outbox_now() < v->try_at_ms)
        return;
    v->in_len = 0;
    v->fd = try_connect(v);
    v->try_at_ms = outbox_now() + AGAIN_MS;
}

void vicc_leave(struct vicc *v)
{
    if (v->fd >= 0)
        close(v->fd);
    v->fd = -1;
    v->try_at_ms = outbox_now() + AGAIN_MS;
}

bool vicc_receive(struct vicc *v)
{
    const ssize_t n = read(v->fd, v->in + v->in_len, sizeof v->in - v->in_len);

    if (n < 0 && errno == EINTR)
        return true;
    if (n <= 0)
        return false;
    v->in_len += (size_t)n;
    return true;
}

/* What a PC/SC reader makes of a contactless card's historical bytes (PC/SC part 3, 3.1.3.2.3). */
static struct err put_atr(struct chip *c, struct buf *out)
{
    const struct traits *t = &chip_folder(c)->traits;
    const size_t         from = out->len;
    uint8_t              check = 0;

    TRY(buf_u8(out, 0x3B));
    TRY(buf_u8(out, (uint8_t)(0x80 | t->historical_len)));
    TRY(buf_put(out, view_of("\x80\x01", 2)));
    TRY(buf_put(out, view_of(t->historical, t->historical_len)));
    for (size_t i = from + 1; i < out->len; i++)
        check ^= out->ptr[i];
    return buf_u8(out, check);
}

static void control(struct chip *c, uint8_t what, struct buf *out)
{
    if (what == POWER_OFF || what == POWER_ON || what == RESET)
        chip_reset(c);
    if (what == SEND_ATR && put_atr(c, out).code != OK)
        out->len = 0;
}

bool vicc_work(struct vicc *v, struct chip *c, struct view *out, unsigned long *delay_ms)
{
    struct chip_answer answer = { .bytes = buf_of(v->out + 2, sizeof v->out - 2) };
    const size_t       len = v->in_len >= 2 ? (size_t)v->in[0] << 8 | v->in[1] : 0;

    *out = view_of(NULL, 0);
    *delay_ms = 0;
    if (v->in_len < 2 || v->in_len < 2 + len)
        return false;
    if (len == 1)
        control(c, v->in[2], &answer.bytes);
    else if (len > 1)
        chip_exchange(c, view_of(v->in + 2, len), &answer);
    v->in_len -= 2 + len;
    memmove(v->in, v->in + 2 + len, v->in_len);
    if (answer.fate == CHIP_LEFT)
        return false;
    *delay_ms = answer.delay_ms;
    if (answer.bytes.len == 0 || answer.bytes.len > 65535 || answer.fate != CHIP_ANSWERS)
        return true;
    v->out[0] = (uint8_t)(answer.bytes.len >> 8);
    v->out[1] = (uint8_t)answer.bytes.len;
    *out = view_of(v->out, 2 + answer.bytes.len);
    return true;
}
