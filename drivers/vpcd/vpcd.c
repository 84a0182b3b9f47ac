/*
 * vpcd: see vpcd.h.
 *
 * An answer that comes after its deadline would be taken for the next one's, so every
 * failure drops the connection; the card connects again.
 */
#define _GNU_SOURCE /* accept4() */

#include "vpcd/vpcd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    ORDER_OFF = 0x00,
    ORDER_ON = 0x01,
    ORDER_ATR = 0x04,

    MESSAGE_MAX = 0xFFFF,
    ATR_MAX = 33, /* ISO 7816-3 §8.2.1 */
};

static void drop_card(struct vpcd *v)
{
    if (v->card >= 0)
        close(v->card);
    v->card = -1;
}

/* Until fd is ready for what is asked; E_TIMEOUT. */
static struct err wait_for(struct vpcd *v, int fd, short events, struct deadline d)
{
    struct pollfd p = { .fd = fd, .events = events };

    for (;;) {
        const int64_t left = d.at_ms - clock_now_ms(v->clock);

        if (poll(&p, 1, left < 0 ? 0 : left > 60000 ? 60000 : (int)left) > 0)
            return SUCCESS;
        CHECK(left > 0, E_TIMEOUT);
    }
}

/* As much as goes at once, or wait until some does. */
static struct err send_some(struct vpcd *v, struct view *bytes, struct deadline d)
{
    const ssize_t n = send(v->card, bytes->ptr, bytes->len, MSG_NOSIGNAL | MSG_DONTWAIT);
    struct view   sent;

    if (n > 0)
        return view_take(bytes, (size_t)n, &sent);
    CHECK(n < 0 && (errno == EAGAIN || errno == EINTR), E_CARD_GONE);
    return wait_for(v, v->card, POLLOUT, d);
}

static struct err send_all(struct vpcd *v, struct view bytes, struct deadline d)
{
    while (bytes.len != 0)
        TRY(send_some(v, &bytes, d));
    return SUCCESS;
}

static struct err receive_all(struct vpcd *v, size_t len, struct deadline d, struct buf *out)
{
    CHECK(len <= out->cap - out->len, E_NO_SPACE);
    while (len != 0) {
        TRY(wait_for(v, v->card, POLLIN, d));
        const ssize_t n = recv(v->card, out->ptr + out->len, len, MSG_DONTWAIT);

        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            continue;
        CHECK(n > 0, E_CARD_GONE);
        out->len += (size_t)n;
        len -= (size_t)n;
    }
    return SUCCESS;
}

static struct err send_message(struct vpcd *v, struct view bytes, struct deadline d)
{
    const uint8_t head[] = { (uint8_t)(bytes.len >> 8), (uint8_t)bytes.len };

    TRY(send_all(v, VIEW(head), d));
    return send_all(v, bytes, d);
}

static struct err send_order(struct vpcd *v, uint8_t order, struct deadline d)
{
    return send_message(v, view_of(&order, 1), d);
}

static struct err receive_message(struct vpcd *v, struct deadline d, struct buf *out)
{
    uint8_t    bytes[2];
    struct buf head = BUF(bytes);

    TRY(receive_all(v, sizeof bytes, d, &head));
    return receive_all(v, (size_t)bytes[0] << 8 | bytes[1], d, out);
}

static struct err accept_card(struct vpcd *v, struct deadline d)
{
    const int on = 1;

    while (v->card < 0) {
        TRY(wait_for(v, v->listener, POLLIN, d));
        v->card = accept4(v->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    }
    setsockopt(v->card, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return SUCCESS;
}

/* On, and wait for the ATR, which nothing here needs but the card's being awake. */
static struct err wake(struct vpcd *v, struct deadline d)
{
    uint8_t    bytes[ATR_MAX];
    struct buf atr = BUF(bytes);

    TRY(send_order(v, ORDER_ON, d));
    TRY(send_order(v, ORDER_ATR, d));
    return receive_message(v, d, &atr);
}

static struct err vpcd_activate(struct nfc *n, struct deadline d, struct nfc_target *out)
{
    struct vpcd *v = (struct vpcd *)n;

    for (;;) {
        TRY(accept_card(v, d));
        const struct err e = wake(v, d);

        if (e.code == OK)
            break;
        drop_card(v);
        CHECK(e.code == E_CARD_GONE, e.code == E_TIMEOUT ? E_TIMEOUT : E_BUS);
        /* it had gone while nobody looked: the next one, please */
    }
    *out = (struct nfc_target){ .type = NFC_TYPE_A, .uid_len = 4, .frame_max = 256 };
    return SUCCESS;
}

static struct err exchange(struct vpcd *v, struct view tx, struct deadline d, struct buf *rx)
{
    TRY(send_message(v, tx, d));
    return receive_message(v, d, rx);
}

static struct err vpcd_transceive(struct nfc *n, struct view tx, struct deadline d, struct buf *rx)
{
    struct vpcd *v = (struct vpcd *)n;
    struct buf   draft = *rx;

    CHECK(tx.len > 1, E_BUG); /* one byte is an order */
    CHECK(tx.len <= MESSAGE_MAX, E_TOO_LONG);
    CHECK(v->card >= 0, E_CARD_GONE);
    struct err e = exchange(v, tx, d, &draft);

    if (e.code == OK && draft.len - rx->len < 2)
        e = err_at(E_BUS, 0, WHERE); /* no status word: not an answer */
    if (e.code != OK) {
        wipe(rx->ptr + rx->len, draft.len - rx->len);
        drop_card(v);
        return e;
    }
    *rx = draft;
    return SUCCESS;
}

static void vpcd_field_off(struct nfc *n)
{
    struct vpcd *v = (struct vpcd *)n;

    if (v->card >= 0 && send_order(v, ORDER_OFF, clock_in(v->clock, 0)).code != OK)
        drop_card(v);
}

static struct nfc_limits vpcd_limits(struct nfc *n)
{
    (void)n;
    return (struct nfc_limits){ .tx_max = MESSAGE_MAX, .rx_max = MESSAGE_MAX };
}

struct err vpcd_open(struct vpcd *v, uint16_t port, struct clock_port *clock)
{
    static const struct nfc_ops ops = {
        .activate = vpcd_activate,
        .transceive = vpcd_transceive,
        .field_off = vpcd_field_off,
        .limits = vpcd_limits,
    };
    const struct sockaddr_in loopback = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    const int on = 1;
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    CHECK(fd >= 0, E_BUS);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (const struct sockaddr *)&loopback, sizeof loopback) != 0 || listen(fd, 16) != 0) {
        const int why = errno;

        close(fd);
        errno = why;
        FAIL(E_BUS);
    }
    *v = (struct vpcd){ .nfc = { &ops }, .clock = clock, .listener = fd, .card = -1 };
    return SUCCESS;
}

uint16_t vpcd_port(const struct vpcd *v)
{
    struct sockaddr_in at = { 0 };
    socklen_t          len = sizeof at;

    getsockname(v->listener, (struct sockaddr *)&at, &len);
    return ntohs(at.sin_port);
}

void vpcd_close(struct vpcd *v)
{
    drop_card(v);
    if (v->listener >= 0)
        close(v->listener);
    v->listener = -1;
}
