/*
 * stage_open: from the printed MRZ to a chip that lets us read.
 *
 * Getting in is also what reopening means: field off and on, select, access again, with the
 * same key.  A key that was refused is not tried a second time.
 */
#include <string.h>

#include "iso7816/select.h"
#include "iso7816/status.h"
#include "stages.h"

struct err stage_mrz(struct inspection *i)
{
    struct buf info = BUF(i->info);

    if (i->order.mrz.len == 0) {
        evidence_set(&i->evidence, CHECK_OPT_MRZ_CONSISTENCY, NOT_SUPPORTED, REASON_MRZ_NOT_GIVEN);
        return SUCCESS;
    }
    if (mrz_read(i->order.mrz, &i->printed, NULL).code != OK) {
        i->printed.format = MRZ_NONE;
        evidence_set(&i->evidence, CHECK_OPT_MRZ_CONSISTENCY, UNDETERMINED, REASON_MRZ_FORMAT);
        return SUCCESS;
    }
    if (mrz_digits_hold(&i->printed))
        evidence_set(&i->evidence, CHECK_OPT_MRZ_CONSISTENCY, SUCCESSFUL, REASON_NONE);
    else
        evidence_set(&i->evidence, CHECK_OPT_MRZ_CONSISTENCY, FAILED, REASON_MRZ_CHECK_DIGIT);
    TRY(mrz_info(&i->printed, &info));
    i->info_len = info.len;
    return SUCCESS;
}

static void count_turn(void *ctx, const struct turn *t)
{
    struct inspection *i = ctx;
    struct effort     *f = &i->evidence.effort;

    i->got = t->got.len;
    f->apdus++;
    f->bytes_sent += (uint32_t)t->sent.len;
    f->bytes_received += (uint32_t)t->got.len;
    f->ms_chip += (uint32_t)(clock_now_ms(i->setup->clock) - i->command_ms);
    watch_progress(i);
}

static bool before_command(void *ctx)
{
    struct inspection          *i = ctx;
    const struct inspect_watch *w = &i->setup->watch;

    i->command_ms = clock_now_ms(i->setup->clock);
    return w->cancelled != NULL && w->cancelled(w->ctx);
}

static struct err reopen(void *ctx, struct exchange *x, struct deadline d);

/* Wait in short steps, so that a host can change its mind. */
static struct err wait_for_chip(struct inspection *i, struct deadline until)
{
    enum { STEP_MS = 500 };
    const struct inspect_watch *w = &i->setup->watch;
    struct nfc_target           target;
    struct err                  e;

    do {
        struct deadline step = clock_in(i->setup->clock, STEP_MS);

        if (w->cancelled != NULL && w->cancelled(w->ctx))
            FAIL(E_CANCELLED);
        if (step.at_ms > until.at_ms)
            step = until;
        e = nfc_activate(i->setup->nfc, step, &target);
    } while (e.code == E_TIMEOUT && clock_now_ms(i->setup->clock) < until.at_ms);
    return e;
}

struct err stage_chip(struct inspection *i)
{
    const uint32_t wait = i->order.wait_ms != 0 ? i->order.wait_ms : INSPECT_WAIT_MS;

    TRY(wait_for_chip(i, clock_in(i->setup->clock, wait)));
    i->limit = clock_in(i->setup->clock, INSPECT_LIMIT_MS);
    exchange_begin(&i->exchange, i->setup->nfc);
    i->exchange.notes = &i->evidence.notes;
    i->exchange.seen = (struct exchange_seen){ count_turn, i };
    i->exchange.cancel = (struct exchange_cancel){ before_command, i };
    i->exchange.reopen = (struct exchange_reopen){ reopen, i };
    return SUCCESS;
}

static struct err select_application(struct inspection *i, struct deadline d)
{
    struct select s;

    struct err e;

    TRY(select_aid_begin(&s, AID_LDS1));
    e = exchange_run(&i->exchange, select_step, &s, d);
    if (e.code == E_REFUSED && status_of(e.sw) == STATUS_DENIED)
        return SUCCESS; /* some refuse and select it all the same (9303-11 §4.2) */
    return e;
}

struct err stage_select(struct inspection *i)
{
    const struct err e = select_application(i, step_deadline(i));

    i->evidence.notes.place = PLACE_CHIP;
    if (e.code != E_REFUSED)
        return e;
    evidence_set(&i->evidence, CHECK_ELE_ACCESS, NOT_SUPPORTED, REASON_NO_EMRTD);
    FAIL(E_UNSUPPORTED);
}

static struct err run_bac(struct inspection *i, struct deadline d)
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

/* Does the chip give EF.COM or EF.SOD to anybody?  Doc 9303-11 §4.2: only trying tells. */
static struct err try_plain(struct inspection *i)
{
    const struct err e = file_read(i, LDS_COM);

    if (e.code != E_REFUSED || status_of(e.sw) == STATUS_DENIED)
        return e;
    i->evidence.check[CHECK_ELE_COMSOD].why = e; /* for stage_com() */
    return file_read(i, LDS_SOD);                /* EF.COM may be missing: Doc 9303-10 §4.6.1 */
}

/* The key was refused or could not be made: what is left is a document that needs none. */
static struct err open_plain(struct inspection *i, enum reason if_closed, enum result result)
{
    const struct err e = try_plain(i);

    if (e.code == OK || e.code == E_UNEXPECTED) {
        evidence_set(&i->evidence, CHECK_ELE_ACCESS, NOT_SUPPORTED, REASON_ACCESS_NOT_NEEDED);
        fact_text(i, FACT_ACCESS, TEXT("none"));
        return SUCCESS;
    }
    if (e.code != E_REFUSED)
        return e;
    evidence_set(&i->evidence, CHECK_ELE_ACCESS, result, if_closed);
    FAIL(E_UNSUPPORTED);
}

/* Failures that mean "this chip does not keep to BAC", not "could not talk to it". */
static bool about_the_chip(const struct inspection *i, enum outcome code)
{
    if (no_answer(i))
        return false;
    return code == E_UNEXPECTED || code == E_MALFORMED || code == E_TRUNCATED || code == E_NO_SPACE;
}

/* Did the chip refuse our message?  With whatever word: which one says that a key is wrong
 * differs from maker to maker (quirk B17), and a mistyped MRZ must not pass for a forged chip. */
static bool refused_key(struct err e)
{
    return e.code == E_REFUSED || (e.code == E_UNEXPECTED && e.sw != 0);
}

struct err stage_access(struct inspection *i)
{
    struct err e;

    if (i->info_len == 0)
        return open_plain(i, REASON_MRZ_NOT_GIVEN, UNDETERMINED);
    e = run_bac(i, step_deadline(i));
    if (e.code == OK) {
        evidence_set(&i->evidence, CHECK_ELE_BAC, SUCCESSFUL, REASON_NONE);
        evidence_set(&i->evidence, CHECK_ELE_ACCESS, SUCCESSFUL, REASON_NONE);
        fact_text(i, FACT_ACCESS, TEXT("BAC"));
        return SUCCESS;
    }
    i->evidence.check[CHECK_ELE_BAC].why = e;
    i->evidence.check[CHECK_ELE_ACCESS].why = e;
    if (e.code == E_UNSUPPORTED) {
        evidence_set(&i->evidence, CHECK_ELE_BAC, NOT_SUPPORTED, REASON_NONE);
        return open_plain(i, REASON_ACCESS_PACE_ONLY, UNDETERMINED);
    }
    if (refused_key(e)) {
        evidence_set(&i->evidence, CHECK_ELE_BAC, FAILED, REASON_ACCESS_DENIED);
        return open_plain(i, REASON_ACCESS_DENIED, FAILED);
    }
    if (!about_the_chip(i, e.code))
        return e;
    evidence_set(&i->evidence, CHECK_ELE_BAC, FAILED, REASON_ACCESS_CHIP_ERROR);
    evidence_set(&i->evidence, CHECK_ELE_ACCESS, FAILED, REASON_ACCESS_CHIP_ERROR);
    FAIL(E_UNSUPPORTED);
}

static struct err reopen(void *ctx, struct exchange *x, struct deadline d)
{
    struct inspection *i = ctx;
    struct nfc_target  target;

    (void)x;
    nfc_field_off(i->setup->nfc);
    TRY(nfc_activate(i->setup->nfc, d, &target));
    TRY(select_application(i, d));
    if (evidence_result(&i->evidence, CHECK_ELE_BAC) == SUCCESSFUL)
        return run_bac(i, d);
    return SUCCESS;
}
