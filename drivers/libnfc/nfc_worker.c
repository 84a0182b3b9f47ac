/*
 * nfc_worker: the process that calls libnfc; see nfc_wire.h for what it is told.
 *
 * One frontend, opened at the first request.  It believes nothing to be worth saving:
 * after a failure its parent lets it go and takes another.
 */
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "libnfc/nfc_child.h"
#include "libnfc/nfc_wire.h"
#include "nfc_air.h"

static int64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static enum outcome serve_one(struct nfc_air *air, const char *name, struct view request,
                              struct buf *reply)
{
    uint8_t  op;
    uint16_t rate;
    uint32_t allowed_ms;

    if (view_u8(&request, &op).code != OK || view_u32(&request, &allowed_ms).code != OK ||
        allowed_ms > INT32_MAX)
        return E_BUS;
    const int64_t      until_ms = now_ms() + allowed_ms;
    const enum outcome opened = nfc_air_open(air, name);

    if (opened != OK)
        return opened;
    switch ((enum nfc_op)op) {
    case NFC_OP_ACTIVATE:
        return view_u16(&request, &rate).code == OK ? nfc_air_activate(air, rate, until_ms, reply)
                                                    : E_BUS;
    case NFC_OP_NEXT:
        return nfc_air_next(air, until_ms, reply);
    case NFC_OP_TRANSCEIVE:
        return nfc_air_transceive(air, request, until_ms, reply);
    case NFC_OP_OFF:
        return nfc_air_off(air);
    }
    return E_BUS;
}

void nfc_worker_serve(int socket, const char *device)
{
    static uint8_t        in[NFC_REQUEST_MAX], out[NFC_REPLY_MAX];
    static struct nfc_air air;

    /* NOLINTBEGIN(concurrency-mt-unsafe): this process has one thread */
    setenv("LIBNFC_LOG_LEVEL", "0", 0); /* its log holds what chips say */
    setenv("LIBNFC_AUTO_SCAN", "false", 1);
    /* NOLINTEND(concurrency-mt-unsafe) */
    for (;;) {
        const ssize_t n = recv(socket, in, sizeof in, 0);
        struct buf    reply = { .ptr = out, .cap = sizeof out, .len = 1 };

        if (n <= 0)
            break;
        out[0] = (uint8_t)serve_one(&air, device, view_of(in, (size_t)n), &reply);
        const size_t len = out[0] == OK ? reply.len : 1;

        if (send(socket, out, len, MSG_NOSIGNAL) < 0)
            break;
        wipe(in, sizeof in);
        wipe(out, sizeof out);
    }
    nfc_air_close(&air);
}
