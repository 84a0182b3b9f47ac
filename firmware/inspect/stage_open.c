/*
 * stage_open: the printed MRZ, a chip, and what it says of itself in the clear.
 *
 * Spec: Doc 9303-11 (8th ed.) clause 4.2 steps 0 and 1; Doc 9303-10 clause 3.11.
 */
#include "iso7816/ef_scan.h"
#include "lds/atr_info.h"
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
    const int64_t      now = clock_now_ms(i->setup->clock);

    i->got = t->got.len;
    f->apdus++;
    f->bytes_sent += (uint32_t)t->sent.len;
    f->bytes_received += (uint32_t)t->got.len;
    f->ms_chip += (uint32_t)(now - i->command_ms);
    i->command_ms = now; /* an answer may take several turns */
    watch_progress(i);
}

static bool before_command(void *ctx)
{
    struct inspection          *i = ctx;
    const struct inspect_watch *w = &i->setup->watch;

    i->command_ms = clock_now_ms(i->setup->clock);
    return w->cancelled != NULL && w->cancelled(w->ctx);
}

enum { ATR_INFO_ROOM = 512 }; /* bytes; the file has some 20 */

/* Wait in short steps, so that a host can change its mind. */
static struct err wait_for_chip(struct inspection *i, struct deadline until)
{
    enum { STEP_MS = 500 };
    const struct inspect_watch *w = &i->setup->watch;
    struct err                  e;

    do {
        struct deadline step = clock_in(i->setup->clock, STEP_MS);

        if (w->cancelled != NULL && w->cancelled(w->ctx))
            FAIL(E_CANCELLED);
        if (step.at_ms > until.at_ms)
            step = until;
        e = entry_find_chip(i, step);
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
    i->exchange.reopen = (struct exchange_reopen){ entry_again, i };
    i->evidence.notes.place = PLACE_CHIP;
    return SUCCESS;
}

static void tell(struct inspection *i, struct atr_info a)
{
    exchange_told(&i->exchange, (struct exchange_word){ .known = a.known,
                                                        .extended = a.extended,
                                                        .chaining = a.chaining,
                                                        .command_max = a.command_max,
                                                        .answer_max = a.answer_max });
}

/* What the chip says of long commands: in EF.ATR/INFO, or else when it was activated.  Nobody
 * signed it, and nothing depends on it but how many commands a file takes. */
static struct err read_atr_info(struct inspection *i)
{
    const struct lds_file *f = lds_file_of(LDS_ATR_INFO);
    uint8_t                bytes[ATR_INFO_ROOM];
    struct buf             out = BUF(bytes);
    struct ef_scan         scan;
    struct atr_info        a = { 0 };
    struct err             e;

    TRY(ef_scan_begin(&scan, (struct ef_name){ .fid = f->fid, .sfi = f->sfi },
                      exchange_room(&i->exchange), &out));
    e = exchange_run(&i->exchange, ef_scan_step, &scan, step_deadline(i));
    if (e.code == E_REFUSED || about_the_file(i, e.code)) {
        tell(i, atr_info_of_historical(view_of(i->target.historical, i->target.historical_len)));
        return SUCCESS; /* no file that can be used */
    }
    TRY(e);
    i->evidence.notes.place = PLACE_ATR_INFO;
    if (atr_info_read(buf_view(&out), &a, &i->evidence.notes).code == OK)
        tell(i, a);
    return SUCCESS;
}

/* A chip that does not give EF.CardAccess, with whatever word, offers no PACE (quirks A7, A8);
 * whether it should have, compare_card_access() finds out. */
static struct err read_card_access(struct inspection *i)
{
    struct notes *notes = &i->evidence.notes;
    struct err    e;

    TRY(entry_master_file(i, step_deadline(i)));
    TRY(read_atr_info(i));
    e = file_read(i, LDS_CARD_ACCESS);
    if (e.code == E_REFUSED)
        return SUCCESS;
    notes->place = PLACE_CARD_ACCESS;
    if (e.code == OK)
        e = security_infos_read(i->file[LDS_CARD_ACCESS], &i->offered, notes);
    else if (e.code != E_UNEXPECTED)
        return e;
    if (e.code != OK) {
        i->offered = (struct security_infos){ 0 };
        note_add(notes, NOTE_CARDACCESS_MALFORMED);
    }
    return SUCCESS;
}

/* Where PACE is offered it comes first, for some chips refuse it once an application was
 * selected (quirk B2).  Else the application is selected now: a chip that has none may lie
 * beside one that has. */
struct err stage_card_access(struct inspection *i)
{
    struct err e;

    do {
        i->no_application = SUCCESS;
        TRY(read_card_access(i));
        if (i->offered.n[INFO_PACE] != 0)
            return SUCCESS;
        i->no_application = entry_application(i, step_deadline(i));
        if (i->no_application.code != E_REFUSED)
            return i->no_application;
        e = entry_next_chip(i, step_deadline(i));
    } while (e.code == OK);
    return e.code == E_TIMEOUT ? SUCCESS : e; /* none has it: stage_select() says so */
}
