/*
 * nfc_worker: the process that calls libnfc; see nfc_wire.h for what it is told.
 *
 * One frontend, opened at the first request.  It believes nothing to be worth saving:
 * after a failure its parent lets it go and takes another.
 */
#include <nfc/nfc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "libnfc/nfc_child.h"
#include "libnfc/nfc_wire.h"

enum {
    SAK_ISO_DEP = 0x20,  /* 14443-3 §6.5.3: answers to RATS */
    ROUND_PAUSE_MS = 20, /* between two looks for a chip */
    FSC_NOT_STATED = 32, /* 14443-4 §5.2.3 */
};

struct worker {
    nfc_context *context;
    nfc_device  *device;
};

static int64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* What libnfc's result means to the parent.  Decided on the number alone: for some of
 * them nfc_strerror() says "Success". */
static enum outcome outcome_of(int result)
{
    switch (result) {
    case NFC_ETIMEOUT:
        return E_TIMEOUT;
    case NFC_ERFTRANS: /* the PN532 heard nothing, or not a whole frame */
    case NFC_ETGRELEASED:
        return E_CARD_GONE;
    default:
        return result >= 0 ? OK : E_BUS;
    }
}

/* FSCI to bytes; 14443-4 §5.2.3, 14443-3 §7.9.4.4. */
static uint16_t frame_max(unsigned fsci)
{
    static const uint16_t sizes[] = { 16, 24, 32, 40, 48, 64, 96, 128, 256 };

    return sizes[fsci < 8 ? fsci : 8];
}

static enum outcome open_device(struct worker *w, const char *name)
{
    static nfc_connstring connection;

    if (w->device != NULL)
        return OK;
    if (w->context == NULL)
        nfc_init(&w->context);
    if (w->context == NULL)
        return E_BUS;
    strncpy(connection, name, sizeof connection - 1);
    w->device = nfc_open(w->context, connection);
    if (w->device == NULL)
        return E_BUS;
    if (nfc_initiator_init(w->device) < 0 ||
        nfc_device_set_property_bool(w->device, NP_INFINITE_SELECT, false) < 0 ||
        nfc_device_set_property_bool(w->device, NP_EASY_FRAMING, true) < 0 ||
        nfc_device_set_property_bool(w->device, NP_AUTO_ISO14443_4, true) < 0)
        return E_BUS;
    return OK;
}

/* Put a chip into a reply; false if it is none that speaks ISO 14443-4. */
static bool put_target(const nfc_target *t, struct buf *reply)
{
    const bool  is_a = t->nm.nmt == NMT_ISO14443A;
    struct buf  draft = *reply;
    uint16_t    fsc = FSC_NOT_STATED;
    struct view uid;

    if (is_a) {
        const nfc_iso14443a_info *a = &t->nti.nai;

        if ((a->btSak & SAK_ISO_DEP) == 0 || a->szUidLen > sizeof a->abtUid)
            return false;
        uid = view_of(a->abtUid, a->szUidLen);
        if (a->szAtsLen > 0) /* libnfc gives the ATS without its length: T0 first */
            fsc = frame_max(a->abtAts[0] & 0x0F);
    } else {
        uid = VIEW(t->nti.nbi.abtPupi);
        fsc = frame_max(t->nti.nbi.abtProtocolInfo[1] >> 4);
    }
    if (buf_u8(&draft, is_a ? NFC_TYPE_A : NFC_TYPE_B).code != OK ||
        buf_u16(&draft, fsc).code != OK || buf_put(&draft, uid).code != OK)
        return false;
    *reply = draft;
    return true;
}

/* One look for a chip of one type: found, not there (E_TIMEOUT), or E_BUS. */
static enum outcome look(struct worker *w, nfc_modulation_type type, struct buf *reply)
{
    const nfc_modulation modulation = { .nmt = type, .nbr = NBR_106 };
    static nfc_target    target;
    const int n = nfc_initiator_select_passive_target(w->device, modulation, NULL, 0, &target);

    if (n < 0)
        return n == NFC_ERFTRANS || n == NFC_ETGRELEASED ? E_TIMEOUT : E_BUS;
    if (n == 0)
        return E_TIMEOUT;
    if (put_target(&target, reply))
        return OK;
    return nfc_initiator_deselect_target(w->device) < 0 ? E_BUS : E_TIMEOUT;
}

static enum outcome activate(struct worker *w, int64_t until_ms, struct buf *reply)
{
    static const nfc_modulation_type types[] = { NMT_ISO14443A, NMT_ISO14443B };
    const struct timespec            pause = { .tv_nsec = ROUND_PAUSE_MS * 1000000L };

    if (nfc_device_set_property_bool(w->device, NP_ACTIVATE_FIELD, true) < 0)
        return E_BUS;
    for (unsigned turn = 0; now_ms() < until_ms; turn++) {
        const enum outcome found = look(w, types[turn % 2], reply);

        if (found != E_TIMEOUT)
            return found;
        if (turn % 2 == 1)
            nanosleep(&pause, NULL);
    }
    return E_TIMEOUT;
}

static enum outcome transceive(struct worker *w, struct view tx, uint32_t allowed_ms,
                               struct buf *reply)
{
    const size_t room = reply->cap - reply->len;
    /* 0 would be "without end" */
    const int n = nfc_initiator_transceive_bytes(w->device, tx.ptr, tx.len, reply->ptr + reply->len,
                                                 room, allowed_ms == 0 ? 1 : (int)allowed_ms);

    if (n > 0)
        reply->len += (size_t)n;
    return n == 0 ? E_BUS : outcome_of(n);
}

static enum outcome serve_one(struct worker *w, const char *name, struct view request,
                              struct buf *reply)
{
    uint8_t  op;
    uint32_t allowed_ms;

    if (view_u8(&request, &op).code != OK || view_u32(&request, &allowed_ms).code != OK ||
        allowed_ms > INT32_MAX)
        return E_BUS;
    const int64_t      until_ms = now_ms() + allowed_ms;
    const enum outcome opened = open_device(w, name);

    if (opened != OK)
        return opened;
    switch ((enum nfc_op)op) {
    case NFC_OP_ACTIVATE:
        return activate(w, until_ms, reply);
    case NFC_OP_TRANSCEIVE:
        return transceive(w, request, allowed_ms, reply);
    case NFC_OP_OFF:
        return nfc_device_set_property_bool(w->device, NP_ACTIVATE_FIELD, false) < 0 ? E_BUS : OK;
    }
    return E_BUS;
}

void nfc_worker_serve(int socket, const char *device)
{
    static uint8_t in[NFC_REQUEST_MAX], out[NFC_REPLY_MAX];
    struct worker  w = { 0 };

    /* NOLINTBEGIN(concurrency-mt-unsafe): this process has one thread */
    setenv("LIBNFC_LOG_LEVEL", "0", 0); /* its log holds what chips say */
    setenv("LIBNFC_AUTO_SCAN", "false", 1);
    /* NOLINTEND(concurrency-mt-unsafe) */
    for (;;) {
        const ssize_t n = recv(socket, in, sizeof in, 0);
        struct buf    reply = { .ptr = out, .cap = sizeof out, .len = 1 };

        if (n <= 0)
            break;
        out[0] = (uint8_t)serve_one(&w, device, view_of(in, (size_t)n), &reply);
        const size_t len = out[0] == OK ? reply.len : 1;

        if (send(socket, out, len, MSG_NOSIGNAL) < 0)
            break;
        wipe(in, sizeof in);
        wipe(out, sizeof out);
    }
    if (w.device != NULL) {
        nfc_device_set_property_bool(w.device, NP_ACTIVATE_FIELD, false);
        nfc_close(w.device);
    }
    if (w.context != NULL)
        nfc_exit(w.context);
}
