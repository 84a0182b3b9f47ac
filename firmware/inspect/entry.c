/*
 * entry: getting into the chip, and getting in again.
 *
 *   CLEAR   select the application
 *   BAC     select the application, BAC
 *   PACE    PACE, select the application
 *           and after each, once it was done: chip authentication
 *
 * PACE with chip authentication mapping must prove the same key again.
 *
 * A key that was refused is not tried a second time: what i->entry names did work.
 */
#include <string.h>

#include "iso7816/select.h"
#include "iso7816/status.h"
#include "stages.h"

struct pace_secret entry_password(const struct inspection *i)
{
    if (i->order.can.len != 0)
        return (struct pace_secret){ PACE_CAN, i->order.can };
    return (struct pace_secret){ PACE_MRZ, view_of(i->info, i->info_len) };
}

/* Is the application on the chip that is active?  Its files need not be open for that. */
static struct err has_application(struct inspection *i, struct deadline d, bool *has)
{
    const struct err e = entry_application(i, d);

    i->entry.application = false; /* it was only asked for */
    *has = e.code == OK;
    return e.code == E_REFUSED ? SUCCESS : e;
}

/* Several chips lie in the field (a passport with a bank card in it, say): back to the first
 * that has the application. */
static struct err choose_chip(struct inspection *i, struct deadline d)
{
    struct nfc_target *t = &i->target;
    bool               has = false;
    struct err         e = has_application(i, d, &has);

    while (e.code == OK && !has) {
        e = nfc_next(i->setup->nfc, d, t);
        if (e.code == E_TIMEOUT) { /* that was the last */
            nfc_field_off(i->setup->nfc);
            return nfc_activate(i->setup->nfc, d, t);
        }
        if (e.code == OK)
            e = has_application(i, d, &has);
    }
    return e;
}

struct err entry_find_chip(struct inspection *i, struct deadline d)
{
    i->entry.application = false;
    return nfc_activate(i->setup->nfc, d, &i->target);
}

struct err entry_next_chip(struct inspection *i, struct deadline d)
{
    sm_off(&i->exchange.sm);
    i->entry.application = false;
    TRY(nfc_next(i->setup->nfc, d, &i->target));
    say_others(i, &i->target);
    /* nothing that was learnt of the other one counts for this one */
    exchange_told(&i->exchange, (struct exchange_word){ 0 });
    memset(i->file, 0, sizeof i->file);
    memset(i->refused, 0, sizeof i->refused);
    i->chunk = 0;
    i->by_fid = false;
    return SUCCESS;
}

void say_others(struct inspection *i, const struct nfc_target *t)
{
    const enum place before = i->evidence.notes.place;

    i->several = true;
    i->evidence.notes.place = PLACE_CHIP;
    note_add(&i->evidence.notes, NOTE_TWO_CHIPS);
    i->evidence.notes.place = before;
    fact_number(i, FACT_CHIPS_SEEN, t->seen);
}

struct err entry_fresh_field(struct inspection *i, struct deadline d)
{
    nfc_field_off(i->setup->nfc);
    sm_off(&i->exchange.sm);
    TRY(entry_find_chip(i, d));
    if (!i->several)
        return SUCCESS;
    TRY(choose_chip(i, d));
    return entry_master_file(i, d); /* an application was selected, and PACE comes before: B2 */
}

struct err entry_master_file(struct inspection *i, struct deadline d)
{
    struct select s;

    i->entry.application = false;
    TRY(select_mf_begin(&s));
    return exchange_run(&i->exchange, select_step, &s, d);
}

struct err entry_application(struct inspection *i, struct deadline d)
{
    struct select s;
    struct err    e;

    TRY(select_aid_begin(&s, AID_LDS1));
    e = exchange_run(&i->exchange, select_step, &s, d);
    if (e.code == E_REFUSED && status_of(e.sw) == STATUS_DENIED)
        e = SUCCESS; /* some refuse and select it all the same (9303-11 §4.2) */
    if (e.code == OK)
        i->entry.application = true;
    return e;
}

struct err entry_bac(struct inspection *i, struct deadline d)
{
    uint8_t    random[BAC_RANDOM_LEN];
    struct buf r = BUF(random);
    struct bac bac;
    struct err e;

    TRY(entropy_fill(i->setup->entropy, BAC_RANDOM_LEN, &r));
    e = bac_begin(&bac, view_of(i->info, i->info_len), buf_view(&r), &i->exchange.sm);
    wipe(random, sizeof random);
    if (e.code == OK)
        e = exchange_run(&i->exchange, bac_step, &bac, d);
    wipe(&bac, sizeof bac);
    return e;
}

struct err entry_pace(struct inspection *i, struct deadline d)
{
    const struct pace_secret secret = entry_password(i);
    uint8_t                  random[PACE_RANDOM_LEN];
    struct buf               r = BUF(random);
    struct pace              pace;
    struct err               e;

    TRY(entropy_fill(i->setup->entropy, PACE_RANDOM_LEN, &r));
    e = pace_begin(&pace, &i->entry.pace, &secret, buf_view(&r), &i->exchange.sm, &i->pace);
    wipe(random, sizeof random);
    if (e.code == OK)
        e = exchange_run(&i->exchange, pace_step, &pace, d);
    wipe(&pace, sizeof pace);
    return e;
}

/* Chip authentication mapping proves one session.  In the next one another chip might do the
 * reading, or the proving; who proves another key is another chip. */
static struct err pace_again(struct inspection *i, struct deadline d)
{
    uint8_t    bytes[EC_POINT_MAX];
    struct buf key = BUF(bytes);

    TRY(entry_pace(i, d));
    TRY(pace_cam_key(&i->pace, &key));
    CHECK(view_eq(buf_view(&key), view_of(i->entry.cam_key, i->entry.cam_key_len)), E_UNEXPECTED);
    return SUCCESS;
}

struct err entry_chipauth(struct inspection *i, struct deadline d)
{
    uint8_t    random[AGREEMENT_RANDOM_LEN];
    struct buf r = BUF(random);
    struct ca  ca;
    struct err e;

    TRY(entropy_fill(i->setup->entropy, AGREEMENT_RANDOM_LEN, &r));
    e = ca_begin(&ca, &i->entry.ca, buf_view(&r), &i->exchange.sm, &i->ca);
    wipe(random, sizeof random);
    if (e.code == OK)
        e = exchange_run(&i->exchange, ca_step, &ca, d);
    wipe(&ca, sizeof ca);
    return e;
}

static struct err get_in(struct inspection *i, bool into_application, struct deadline d)
{
    TRY(entry_fresh_field(i, d));
    if (i->entry.by == ENTRY_PACE)
        TRY(pace_again(i, d));
    if (!into_application)
        return SUCCESS;
    TRY(entry_application(i, d));
    if (i->entry.by == ENTRY_BAC)
        TRY(entry_bac(i, d));
    return i->entry.chipauth ? entry_chipauth(i, d) : SUCCESS;
}

struct err entry_again(void *ctx, struct exchange *x, struct deadline d)
{
    struct inspection *i = ctx;
    const bool         in_application = i->entry.application;
    const struct err   e = get_in(i, in_application, d);

    (void)x;
    i->entry.application = in_application; /* what did not come about now still must next time */
    return e;
}
