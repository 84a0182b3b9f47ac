/* nfc_child: see nfc_child.h.  What comes from the worker is read as if a stranger had
 * sent it: it may have been talked into anything by what it received. */
#include "libnfc/nfc_child.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "libnfc/nfc_wire.h"

enum {
    DEVICE_MAX = 1023, /* libnfc's own limit */

    /* The worker keeps the deadline itself; beyond it this long, and it hangs. */
    GRACE_MS = 500,
    OFF_MS = 1500,
};

static void drop_worker(struct nfc_child *c, bool at_once)
{
    if (c->socket < 0)
        return;
    close(c->socket);
    c->socket = -1;
    c->used = false;
    if (at_once)
        nfc_keeper_kill(&c->keeper);
}

static struct err begin_keeper(struct nfc_child *c)
{
    const struct nfc_keeper_config config = {
        .worker = c->config.worker != NULL ? c->config.worker : nfc_worker_serve,
        .device = c->config.device,
        .loud = c->config.loud,
    };

    return nfc_keeper_begin(&c->keeper, &config);
}

/* A worker to talk to.  A keeper that somebody killed is replaced too: later than it
 * should be, but between two documents there is nothing in memory to inherit. */
static struct err want_worker(struct nfc_child *c)
{
    if (c->socket >= 0)
        return SUCCESS;
    if (nfc_keeper_start(&c->keeper, &c->socket).code == OK)
        return SUCCESS;
    nfc_keeper_end(&c->keeper);
    TRY(begin_keeper(c));
    return nfc_keeper_start(&c->keeper, &c->socket);
}

/* Wait until a reply is there; E_TIMEOUT when the worker hangs. */
static struct err wait_reply(struct nfc_child *c, struct deadline d)
{
    struct pollfd p = { .fd = c->socket, .events = POLLIN };

    for (;;) {
        const int64_t left = d.at_ms + GRACE_MS - clock_now_ms(c->config.clock);

        CHECK(left > 0, E_TIMEOUT);
        if (poll(&p, 1, left > 60000 ? 60000 : (int)left) > 0)
            return SUCCESS;
    }
}

/* Outcomes a worker may report; any other byte is not from our worker's code. */
static bool may_report(uint8_t code)
{
    return code == OK || code == E_TIMEOUT || code == E_CARD_GONE || code == E_NO_SPACE ||
           code == E_BUS;
}

static struct err read_reply(struct nfc_child *c, struct buf *room)
{
    const ssize_t n = recv(c->socket, room->ptr, room->cap, MSG_DONTWAIT | MSG_TRUNC);

    CHECK(n > 0, E_BUS); /* it died */
    CHECK((size_t)n <= room->cap, E_BUS);
    room->len = (size_t)n;
    const uint8_t code = room->ptr[0];

    CHECK(may_report(code), E_BUS);
    CHECK(code == OK, (enum outcome)code);
    return SUCCESS;
}

/* What follows the outcome of a reply that was OK. */
static struct view body_of(const struct buf *reply)
{
    return view_of(reply->ptr + 1, reply->len - 1);
}

/* Is this reply the worker's own word that it failed?  Then it is able to end. */
static bool is_report(const struct buf *reply)
{
    return reply->len == 1 && may_report(reply->ptr[0]);
}

static struct err exchange(struct nfc_child *c, struct view request, struct deadline d,
                           struct buf *room)
{
    TRY(want_worker(c));
    const ssize_t n = send(c->socket, request.ptr, request.len, MSG_NOSIGNAL | MSG_DONTWAIT);

    CHECK(n == (ssize_t)request.len, E_BUS);
    TRY(wait_reply(c, d));
    return read_reply(c, room);
}

/* One request and its reply.  After anything but an answer or the chip's failing, the
 * worker is not trusted any more: after a hang or nonsense not even to end by itself. */
static struct err talk(struct nfc_child *c, enum nfc_op op, struct view tx, struct deadline d,
                       struct buf *room)
{
    struct buf    request = BUF(c->request);
    const int64_t left = d.at_ms - clock_now_ms(c->config.clock);

    CHECK(left > 0, E_TIMEOUT);
    TRY(buf_u8(&request, (uint8_t)op));
    TRY(buf_u32(&request, left > INT32_MAX ? INT32_MAX : (uint32_t)left));
    TRY(buf_put(&request, tx));
    const struct err e = exchange(c, buf_view(&request), d, room);

    buf_wipe(&request);
    if (e.code != OK && e.code != E_CARD_GONE && e.code != E_NO_SPACE)
        drop_worker(c, !is_report(room));
    return e;
}

static struct err read_target(struct view body, struct nfc_target *out)
{
    struct nfc_target t = { 0 };
    struct buf        uid = BUF(t.uid), historical = BUF(t.historical);
    struct view       id;
    uint8_t           type;

    TRY(view_u8(&body, &type));
    TRY(view_u16(&body, &t.frame_max));
    TRY(view_u16(&body, &t.rate_kbit));
    TRY(view_u8(&body, &t.seen));
    TRY(view_u8(&body, &t.uid_len));
    CHECK(type <= NFC_TYPE_B && t.frame_max >= 16 && t.frame_max <= 256, E_BUS);
    CHECK(t.rate_kbit == 106 || t.rate_kbit == 212 || t.rate_kbit == 424, E_BUS);
    CHECK(t.uid_len == 4 || t.uid_len == 7 || t.uid_len == 10, E_BUS);
    TRY(view_take(&body, t.uid_len, &id));
    TRY(buf_put(&uid, id));
    TRY(buf_put(&historical, body));
    t.type = type == NFC_TYPE_A ? NFC_TYPE_A : NFC_TYPE_B;
    t.historical_len = (uint8_t)historical.len;
    *out = t;
    return SUCCESS;
}

/* Activate or next: a chip, as the worker found it. */
static struct err find(struct nfc_child *c, enum nfc_op op, struct view what, struct deadline d,
                       struct nfc_target *out)
{
    struct buf room = BUF(c->reply);

    CHECK(d.at_ms > clock_now_ms(c->config.clock), E_TIMEOUT);
    const struct err e = talk(c, op, what, d, &room);
    const bool       hung = e.code == E_TIMEOUT && !is_report(&room);

    /* A frontend that is not there has nothing to switch off. */
    c->powered = c->powered || e.code == OK || e.code == E_TIMEOUT;
    if (hung)
        return err_as(E_BUS, e); /* it did not look and find nothing: it did not look */
    TRY(e);
    const struct err read = read_target(body_of(&room), out);

    buf_wipe(&room);
    if (read.code != OK) {
        drop_worker(c, true);
        return err_as(E_BUS, read);
    }
    c->fast = out->rate_kbit > 106;
    return SUCCESS;
}

static struct err child_activate(struct nfc *n, struct deadline d, struct nfc_target *out)
{
    struct nfc_child *c = (struct nfc_child *)n;
    const uint16_t    rate = c->careful || c->config.rate_max == 0 ? 106 : c->config.rate_max;
    uint8_t           bytes[2];
    struct buf        what = BUF(bytes);

    TRY(buf_u16(&what, rate));
    return find(c, NFC_OP_ACTIVATE, buf_view(&what), d, out);
}

static struct err child_next(struct nfc *n, struct deadline d, struct nfc_target *out)
{
    struct nfc_child *c = (struct nfc_child *)n;

    CHECK(c->socket >= 0, E_TIMEOUT); /* whoever it was that had the field is dead */
    return find(c, NFC_OP_NEXT, view_of(NULL, 0), d, out);
}

static struct err child_transceive(struct nfc *n, struct view tx, struct deadline d, struct buf *rx)
{
    struct nfc_child *c = (struct nfc_child *)n;
    struct buf        room = BUF(c->reply);

    CHECK(tx.len != 0, E_BUG);
    CHECK(tx.len <= NFC_TX_MAX, E_TOO_LONG);
    CHECK(c->socket >= 0, E_CARD_GONE); /* whoever it was that had the chip is dead */
    c->used = true;
    struct err e = talk(c, NFC_OP_TRANSCEIVE, tx, d, &room);

    c->failed = c->failed || e.code != OK;
    if (e.code == OK && room.len == 1) {
        drop_worker(c, true);
        e = err_at(E_BUS, 0, WHERE);
    }
    if (e.code == OK)
        e = buf_put(rx, body_of(&room));
    buf_wipe(&room);
    return e;
}

static void child_field_off(struct nfc *n)
{
    struct nfc_child *c = (struct nfc_child *)n;
    struct buf        room = BUF(c->reply);

    c->careful = c->fast && c->failed;
    c->fast = c->failed = false;
    if (!c->powered)
        return;
    c->powered = false; /* one attempt: an absent frontend has no field */
    const struct err e =
        talk(c, NFC_OP_OFF, view_of(NULL, 0), clock_in(c->config.clock, OFF_MS), &room);

    if (e.code == OK && c->used)
        drop_worker(c, false); /* and with it what the chip said */
}

static struct nfc_limits child_limits(struct nfc *n)
{
    (void)n;
    return (struct nfc_limits){ .tx_max = NFC_TX_MAX, .rx_max = NFC_RX_MAX };
}

struct err nfc_child_open(struct nfc_child *c, const struct nfc_child_config *config)
{
    static const struct nfc_ops ops = {
        .activate = child_activate,
        .next = child_next,
        .transceive = child_transceive,
        .field_off = child_field_off,
        .limits = child_limits,
    };
    size_t len = 0;

    while (config->device[len] != '\0')
        len++;
    CHECK(len <= DEVICE_MAX, E_TOO_LONG);
    memset(c, 0, sizeof *c);
    c->nfc.ops = &ops;
    c->config = *config;
    c->socket = -1;
    return begin_keeper(c);
}

void nfc_child_close(struct nfc_child *c)
{
    child_field_off(&c->nfc);
    drop_worker(c, false);
    nfc_keeper_end(&c->keeper);
}
