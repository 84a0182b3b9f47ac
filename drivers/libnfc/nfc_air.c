/* nfc_air: see nfc_air.h. */
#include "nfc_air.h"

#include <string.h>
#include <time.h>

/* libnfc exports this for programs that know which chip they speak to, and declares it in
 * no public header.  It is the one way to InPSL with an end: as a part of
 * nfc_initiator_select_passive_target() libnfc waits for its answer for ever. */
int pn53x_transceive(struct nfc_device *device, const uint8_t *tx, size_t tx_len, uint8_t *rx,
                     size_t rx_len, int timeout_ms);

enum {
    SAK_ISO_DEP = 0x20,  /* 14443-3 §6.5.3: answers to RATS */
    ROUND_PAUSE_MS = 20, /* between two looks for a chip */
    FIELD_PAUSE_MS = 10, /* for a chip to forget: 14443-3 §5.4 wants 5.1 */
    ATS_WAIT_MS = 5,     /* 14443-4 §5.6.1: 65536 / 13.56 MHz */
    RATS_TRIES = 2,      /* §5.6.1.1 */
    IN_PSL = 0x4E,       /* UM0701-02 §7.3.7 */
    PSL_WAIT_MS = 300,
};

_Static_assert(ISODEP_FRAME_MAX <= 262, "libnfc writes beyond an array of its own");

static int64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void sleep_ms(int64_t ms)
{
    const struct timespec t = { .tv_sec = (time_t)(ms / 1000),
                                .tv_nsec = (long)(ms % 1000 * 1000000) };

    if (ms > 0)
        nanosleep(&t, NULL);
}

static bool set(struct nfc_air *a, nfc_property what, bool on)
{
    return nfc_device_set_property_bool(a->device, what, on) >= 0;
}

/* --- frames -------------------------------------------------------------- */

/* Tell the PN532 how long to wait for a frame: what it can is 100 us times a power of two,
 * up to 3.3 s, or no limit; and libnfc chooses the step below what it is told. */
static bool set_patience(struct nfc_air *a, uint32_t wait_ms)
{
    static const struct {
        uint32_t reaches_ms;
        int      tell_ms;
    } steps[] = { { 51, 52 },   { 102, 103 },   { 204, 206 },   { 409, 411 },
                  { 819, 821 }, { 1638, 1641 }, { 3276, 3281 }, { UINT32_MAX, 0 } };
    size_t i = 0;

    while (steps[i].reaches_ms < wait_ms)
        i++;
    if (a->patience_ms == steps[i].reaches_ms)
        return true;
    a->patience_ms = steps[i].reaches_ms;
    return nfc_device_set_property_int(a->device, NP_TIMEOUT_COM, steps[i].tell_ms) >= 0;
}

/*
 * One frame there and, within wait_ms, one back; came is empty if it was garbled or did not
 * come.  Decided on libnfc's number alone: for some nfc_strerror() says "Success".
 */
static enum outcome send_frame(struct nfc_air *a, const struct isodep_todo *todo, int64_t until_ms,
                               struct view *came)
{
    const int64_t left = until_ms - now_ms();

    if (left <= 0)
        return E_TIMEOUT; /* 0 would be "without end" */
    if (!set_patience(a, todo->wait_ms))
        return E_BUS;
    const int n = nfc_initiator_transceive_bytes(a->device, todo->frame.ptr, todo->frame.len,
                                                 a->frame, sizeof a->frame, (int)left);

    *came = view_of(a->frame, n > 0 ? (size_t)n : 0);
    switch (n) {
    case NFC_ETIMEOUT: /* the PN532 itself did not answer in time */
        return E_TIMEOUT;
    case NFC_ERFTRANS: /* it heard nothing, or not a whole frame */
        return OK;
    case NFC_ETGRELEASED:
        return E_CARD_GONE;
    default:
        return n >= 0 ? OK : E_BUS;
    }
}

/* What isodep has begun, to its end. */
static enum outcome run_blocks(struct nfc_air *a, int64_t until_ms, struct buf *answer)
{
    struct isodep_todo todo;
    struct view        came = { 0 };

    for (;;) {
        const struct err e = isodep_step(&a->blocks, came, answer, &todo);

        if (e.code != OK || todo.done)
            return e.code;
        const enum outcome sent = send_frame(a, &todo, until_ms, &came);

        if (sent != OK) {
            isodep_end(&a->blocks);
            return sent;
        }
    }
}

enum outcome nfc_air_transceive(struct nfc_air *a, struct view tx, int64_t until_ms,
                                struct buf *reply)
{
    struct buf         answer = { reply->ptr, reply->cap, reply->len };
    const struct err   begun = isodep_start(&a->blocks, tx);
    const enum outcome e = begun.code != OK ? begun.code : run_blocks(a, until_ms, &answer);

    wipe(a->frame, sizeof a->frame);
    wipe(a->blocks.frame, sizeof a->blocks.frame);
    if (e == OK)
        reply->len = answer.len;
    return e;
}

/* --- activation ---------------------------------------------------------- */

/* A chip that was found. */
struct found {
    struct air_seen   id;
    struct activation says;
    uint16_t          rate_kbit;
    bool              iso_dep;
};

/* Remember it; false if it was seen before. */
static bool note(struct nfc_air *a, const struct air_seen *id)
{
    for (unsigned i = 0; i < a->seen_count; i++) {
        if (memcmp(&a->seen[i], id, sizeof *id) == 0)
            return false;
    }
    if (a->seen_count < AIR_SEEN_MAX)
        a->seen[a->seen_count++] = *id;
    return true;
}

static bool put_found(const struct nfc_air *a, const struct found *f, struct buf *reply)
{
    struct buf draft = *reply;

    if (buf_u8(&draft, f->id.type).code != OK || buf_u16(&draft, f->says.fsc).code != OK ||
        buf_u16(&draft, f->rate_kbit).code != OK || buf_u8(&draft, a->seen_count).code != OK ||
        buf_u8(&draft, f->id.len).code != OK ||
        buf_put(&draft, view_of(f->id.uid, f->id.len)).code != OK ||
        buf_put(&draft, view_of(f->says.historical, f->says.historical_len)).code != OK)
        return false;
    *reply = draft;
    return true;
}

/* RATS of our own. */
static enum outcome rats(struct nfc_air *a, int64_t until_ms, struct found *f)
{
    static const uint8_t     request[] = { 0xE0, 0x80 }; /* FSDI 8, CID 0 */
    const struct isodep_todo todo = { .frame = VIEW(request), .wait_ms = ATS_WAIT_MS };

    for (unsigned n = 0; n < RATS_TRIES; n++) {
        struct view        ats = { 0 };
        const enum outcome e = send_frame(a, &todo, until_ms, &ats);

        if (e != OK)
            return e;
        if (activation_read_ats(ats, &f->says).code == OK)
            return OK;
    }
    return E_CARD_GONE;
}

/* The ATS that the PN532 fetched; libnfc gives it without its length byte.  Then PPS. */
static enum outcome take_ats(struct nfc_air *a, const nfc_iso14443a_info *info, struct found *f)
{
    uint8_t    room[sizeof info->abtAts + 1];
    struct buf ats = BUF(room);

    if (info->szAtsLen == 0 || info->szAtsLen > sizeof info->abtAts ||
        buf_u8(&ats, (uint8_t)(info->szAtsLen + 1)).code != OK ||
        buf_put(&ats, view_of(info->abtAts, info->szAtsLen)).code != OK ||
        activation_read_ats(buf_view(&ats), &f->says).code != OK)
        return E_CARD_GONE;
    f->rate_kbit = activation_rate(&f->says, a->rate_max);
    if (f->rate_kbit == 106)
        return OK;
    const uint8_t code = f->rate_kbit == 212 ? 1 : 2;
    const uint8_t psl[] = { IN_PSL, 0x01, code, code };
    const int     n = pn53x_transceive(a->device, psl, sizeof psl, NULL, 0, PSL_WAIT_MS);

    a->rate_max = n >= 0 ? a->rate_max : 106; /* whatever it was: not again with this chip */
    if (n == NFC_ERFTRANS || n == NFC_EINVARG || n == NFC_ECHIP)
        return E_CARD_GONE;
    return n >= 0 ? OK : E_BUS;
}

/* 14443-4 §5.2.5: SFGT. */
static void pause_after_ats(int64_t pause_ms, int64_t until_ms)
{
    const int64_t left = until_ms - now_ms();

    sleep_ms(pause_ms < left ? pause_ms : left);
}

/* Anticollision is done: into the protocol. */
static enum outcome enter_a(struct nfc_air *a, const nfc_iso14443a_info *info, int64_t until_ms,
                            struct found *f)
{
    enum outcome e;

    if (info->szUidLen != 4 && info->szUidLen != 7 && info->szUidLen != 10)
        return E_TIMEOUT;
    f->id.type = NFC_TYPE_A;
    f->id.len = (uint8_t)info->szUidLen;
    memcpy(f->id.uid, info->abtUid, info->szUidLen);
    f->iso_dep = (info->btSak & SAK_ISO_DEP) != 0;
    if (!f->iso_dep)
        return OK;
    e = a->rate_max > 106 ? take_ats(a, info, f) : rats(a, until_ms, f);
    if (e == OK)
        pause_after_ats(activation_pause_ms(&f->says), until_ms);
    return e;
}

static enum outcome enter_b(const nfc_iso14443b_info *info, struct found *f)
{
    uint8_t    room[12];
    struct buf atqb = BUF(room);

    f->id.type = NFC_TYPE_B;
    f->id.len = sizeof info->abtPupi;
    memcpy(f->id.uid, info->abtPupi, sizeof info->abtPupi);
    if (buf_u8(&atqb, 0x50).code != OK || buf_put(&atqb, VIEW(info->abtPupi)).code != OK ||
        buf_put(&atqb, VIEW(info->abtApplicationData)).code != OK ||
        buf_put(&atqb, VIEW(info->abtProtocolInfo)).code != OK)
        return E_BUS;
    f->iso_dep = activation_read_atqb(buf_view(&atqb), &f->says).code == OK;
    return OK;
}

/* One look for a chip of one type: found, not there (E_TIMEOUT), or E_BUS. */
static enum outcome select_one(struct nfc_air *a, nfc_modulation_type type, int64_t until_ms,
                               struct found *f)
{
    const nfc_modulation modulation = { .nmt = type, .nbr = NBR_106 };
    static nfc_target    target;

    *f = (struct found){ .rate_kbit = 106 };
    if (!set(a, NP_AUTO_ISO14443_4, a->rate_max > 106))
        return E_BUS;
    const int n = nfc_initiator_select_passive_target(a->device, modulation, NULL, 0, &target);

    if (n < 0)
        return n == NFC_ERFTRANS || n == NFC_ETGRELEASED ? E_TIMEOUT : E_BUS;
    if (n == 0)
        return E_TIMEOUT;
    return type == NMT_ISO14443A ? enter_a(a, &target.nti.nai, until_ms, f)
                                 : enter_b(&target.nti.nbi, f);
}

/* Lay the chip that is active to rest.  One that does not go is left alone: rule 8. */
static enum outcome rest(struct nfc_air *a, int64_t until_ms)
{
    struct buf   nothing = buf_of(NULL, 0);
    enum outcome e = OK;

    if (!a->active)
        return OK;
    a->active = false;
    if (isodep_leave(&a->blocks).code == OK)
        e = run_blocks(a, until_ms, &nothing);
    return e == E_CARD_GONE ? OK : e;
}

/* Look for one, and take it if it is new and speaks the protocol.  E_CARD_GONE: one was there
 * and did not come so far; it may hear nothing now but the field's going. */
static enum outcome look(struct nfc_air *a, nfc_modulation_type type, int64_t until_ms,
                         struct buf *reply)
{
    struct found f;
    enum outcome e = select_one(a, type, until_ms, &f);

    if (e != OK)
        return e;
    const bool is_new = note(a, &f.id);

    if (!f.iso_dep)
        return nfc_initiator_deselect_target(a->device) < 0 ? E_BUS : E_TIMEOUT;
    isodep_begin(&a->blocks, &f.says);
    a->active = true;
    if (is_new)
        return put_found(a, &f, reply) ? OK : E_BUS;
    e = rest(a, until_ms); /* it woke again, instead of another */
    return e == OK ? E_TIMEOUT : E_BUS;
}

/* Field off and on: every chip in it begins anew. */
static bool field_anew(struct nfc_air *a)
{
    a->seen_count = 0;
    if (!set(a, NP_ACTIVATE_FIELD, false))
        return false;
    sleep_ms(FIELD_PAUSE_MS);
    return set(a, NP_ACTIVATE_FIELD, true);
}

static const nfc_modulation_type types[] = { NMT_ISO14443A, NMT_ISO14443B };

enum outcome nfc_air_activate(struct nfc_air *a, uint16_t rate_max, int64_t until_ms,
                              struct buf *reply)
{
    bool stuck = false;

    a->rate_max = rate_max;
    a->active = false;
    a->seen_count = 0;
    isodep_end(&a->blocks);
    if (!set(a, NP_ACTIVATE_FIELD, true))
        return E_BUS;
    for (unsigned turn = 0; now_ms() < until_ms; turn++) {
        const enum outcome found = look(a, types[turn % 2], until_ms, reply);

        if (found != E_TIMEOUT && found != E_CARD_GONE)
            return found;
        stuck = stuck || found == E_CARD_GONE;
        if (turn % 2 == 1)
            sleep_ms(ROUND_PAUSE_MS);
        if (stuck && turn % 4 == 3) { /* two rounds for others beside it to be found */
            if (!field_anew(a))
                return E_BUS;
            stuck = false;
        }
    }
    return E_TIMEOUT;
}

enum outcome nfc_air_next(struct nfc_air *a, int64_t until_ms, struct buf *reply)
{
    const enum outcome rested = rest(a, until_ms);

    if (rested != OK)
        return rested == E_TIMEOUT ? E_BUS : rested;
    /* twice, for a look that finds a chip of no use to us finds no other */
    for (unsigned turn = 0; turn < 4 && now_ms() < until_ms; turn++) {
        const enum outcome found = look(a, types[turn % 2], until_ms, reply);

        if (found != E_TIMEOUT && found != E_CARD_GONE)
            return found;
    }
    return E_TIMEOUT;
}

/* --- the frontend -------------------------------------------------------- */

enum outcome nfc_air_open(struct nfc_air *a, const char *name)
{
    static nfc_connstring connection;

    if (a->device != NULL)
        return OK;
    if (a->context == NULL)
        nfc_init(&a->context);
    if (a->context == NULL)
        return E_BUS;
    strncpy(connection, name, sizeof connection - 1);
    a->device = nfc_open(a->context, connection);
    if (a->device == NULL)
        return E_BUS;
    if (nfc_initiator_init(a->device) < 0 || !set(a, NP_INFINITE_SELECT, false) ||
        !set(a, NP_EASY_FRAMING, false))
        return E_BUS;
    return OK;
}

enum outcome nfc_air_off(struct nfc_air *a)
{
    a->active = false;
    isodep_end(&a->blocks);
    return set(a, NP_ACTIVATE_FIELD, false) ? OK : E_BUS;
}

void nfc_air_close(struct nfc_air *a)
{
    if (a->device != NULL) {
        nfc_device_set_property_bool(a->device, NP_ACTIVATE_FIELD, false);
        nfc_close(a->device);
    }
    if (a->context != NULL)
        nfc_exit(a->context);
    wipe(a, sizeof *a);
}
