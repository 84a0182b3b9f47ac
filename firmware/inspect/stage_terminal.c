/*
 * stage_terminal: the reader proves that it may see what not everybody may, and sees it.
 *
 * Fingerprints (DG3) and irises (DG4) are read only if the host brings certificates for it
 * and signs; without them, everything else has been read already and nothing is lost.
 *
 * Spec: TR-03110-1 v2.21 clause 3.5, B.3; TR-03135-1 v2.5 clause 5.6.3.2.
 */
#include "chipauth/ta.h"
#include "iso7816/ef_scan.h"
#include "iso7816/status.h"
#include "lds/ef_cvca.h"
#include "stages.h"

enum {
    INFO_DATES_LEN = 14, /* bytes of the MRZ information behind the document number's digit */
    CVCA_ROOM = 256,     /* bytes: the file has 36, some chips pad it further */
};

/* What the protocol needs, gathered in one place; the views below point into it or the files. */
struct terminal {
    struct ta_terms   terms;
    struct ta_outcome outcome;
    uint8_t           cvca[CVCA_ROOM];
    uint8_t           id[TA_ID_MAX], comp[TA_COMP_MAX];
};

static struct err finding(struct inspection *i, enum result result, enum reason reason,
                          struct err why)
{
    i->evidence.check[CHECK_ELE_TA].why = why;
    evidence_set(&i->evidence, CHECK_ELE_TA, result, reason);
    return SUCCESS;
}

/* Does the document keep something for terminals that may see it? */
static bool wants_terminal(const struct inspection *i)
{
    return i->infos.n[INFO_TA] != 0 || (i->lso.dgs & (1U << 3 | 1U << 4)) != 0;
}

/* The session that terminal authentication builds on: 9303-11 §7.1, after CA or PACE-CAM. */
static bool chip_proved(const struct inspection *i)
{
    return i->entry.chipauth || (i->entry.by == ENTRY_PACE && i->pace.has_cam_data);
}

/* Where DG14 says EF.CVCA is. */
static struct ef_name cvca_name(const struct inspection *i)
{
    struct view          list = i->infos.list;
    struct security_info info;
    struct ef_name       name = { .fid = EF_CVCA_FID, .sfi = EF_CVCA_SFI };

    while (security_infos_next(&list, &info).code == OK) {
        if (info.kind != INFO_TA || info.fid.len != 2)
            continue;
        name.fid = (uint16_t)(view_at(info.fid, 0) << 8 | view_at(info.fid, 1));
        name.sfi = info.sfi.len == 1 ? view_at(info.sfi, 0) : 0;
    }
    return name;
}

static struct err read_names(struct inspection *i, struct terminal *t)
{
    struct buf     out = BUF(t->cvca);
    struct ef_scan scan;
    struct ef_cvca names;

    if (i->entry.by == ENTRY_PACE && i->pace.car[0].len != 0) { /* it said so in PACE */
        for (unsigned n = 0; n < TA_CARS; n++)
            t->terms.car[n] = view_of(i->pace.car[n].bytes, i->pace.car[n].len);
        return SUCCESS;
    }
    TRY(ef_scan_begin(&scan, cvca_name(i), exchange_room(&i->exchange), &out));
    TRY(exchange_run(&i->exchange, ef_scan_step, &scan, step_deadline(i)));
    i->evidence.notes.place = PLACE_CVCA;
    TRY(ef_cvca_read(buf_view(&out), &names, &i->evidence.notes));
    for (unsigned n = 0; n < TA_CARS; n++)
        t->terms.car[n] = names.car[n];
    return SUCCESS;
}

/* ID_IC after BAC, and of some states after PACE: the document number and its check digit. */
static struct view document_number(const struct inspection *i)
{
    return view_of(i->info, i->info_len > INFO_DATES_LEN ? i->info_len - INFO_DATES_LEN : 0);
}

static struct err put_terms(struct inspection *i, struct terminal *t, bool by_number)
{
    struct buf id = BUF(t->id), comp = BUF(t->comp);

    if (i->entry.by == ENTRY_PACE && !by_number)
        TRY(pace_id_ic(&i->pace, &id));
    else
        TRY(buf_put(&id, document_number(i)));
    if (i->entry.chipauth)
        TRY(buf_put(&comp, view_of(i->ca.comp, i->ca.comp_len)));
    else
        TRY(agreement_comp(&i->pace.domain, view_of(i->pace.own_key.bytes, i->pace.own_key.len),
                           &comp));
    t->terms.id_ic = buf_view(&id);
    t->terms.comp = buf_view(&comp);
    t->terms.certificates = i->order.terminal;
    t->terms.today = i->today;
    return SUCCESS;
}

/* STEP_ASK: the key is with the host. */
static struct err ask_host(void *ctx, void *self, struct deadline d)
{
    struct inspection          *i = ctx;
    const struct inspect_watch *w = &i->setup->watch;
    struct ta                  *ta = self;
    const struct inspect_sign   what = { ta->ask.chr, ta->ask.oid, ta->ask.data };
    struct deadline             until = clock_in(i->setup->clock, INSPECT_SIGN_MS);
    uint8_t                     bytes[TA_SIGNATURE_MAX];
    struct buf                  signature = BUF(bytes);

    CHECK(w->sign != NULL, E_UNSUPPORTED);
    if (d.at_ms < until.at_ms)
        until = d;
    TRY(w->sign(w->ctx, &what, until, &signature));
    i->signature_came = true;
    fact_text(i, FACT_TA_TERMINAL, ta->ask.chr);
    return ta_answer(ta, buf_view(&signature));
}

static struct err run_once(struct inspection *i, struct terminal *t, bool by_number)
{
    struct ta  ta;
    struct err e;

    i->signature_came = false;
    TRY(put_terms(i, t, by_number));
    i->evidence.notes.place = PLACE_TERMINAL;
    e = ta_begin(&ta, &t->terms, &t->outcome, &i->evidence.notes);
    i->exchange.ask = (struct exchange_ask){ ask_host, i };
    if (e.code == OK)
        e = exchange_run(&i->exchange, ta_step, &ta, step_deadline(i));
    ta_end(&ta);
    return e;
}

/* Some states bound the document number after PACE, too: once more, in a new session. */
static struct err run(struct inspection *i, struct terminal *t)
{
    struct err e = run_once(i, t, false);

    if (e.code == OK || i->entry.by != ENTRY_PACE || document_number(i).len == 0 ||
        !ta_binding_doubtful(&t->outcome))
        return e;
    e = entry_again(i, &i->exchange, step_deadline(i));
    if (e.code != OK) {
        sm_kill(&i->exchange.sm); /* what was begun protected never goes on in the clear */
        return e;
    }
    e = run_once(i, t, true);
    if (e.code == OK)
        note_add(&i->evidence.notes, NOTE_TA_STATIC);
    return e;
}

static struct err failed(struct inspection *i, const struct terminal *t, struct err e)
{
    const bool asked = t->outcome.stage == TA_AT_SIGNATURE && !i->signature_came;

    if (asked && (e.code == E_UNSUPPORTED || e.code == E_TIMEOUT))
        return finding(i, UNDETERMINED, REASON_TA_NO_SIGNATURE, e);
    if (e.code == E_UNSUPPORTED)
        return finding(i, UNDETERMINED, REASON_TA_NO_CHAIN, e);
    if (e.code == E_ALTERED) /* the host's doing, not the chip's: it was not sent */
        return finding(i, UNDETERMINED, REASON_TA_SIGNATURE_WRONG, e);
    if (e.code == E_REFUSED)
        return finding(i, FAILED, REASON_TA_REFUSED, e);
    if (e.code == E_SM_BROKEN || about_the_chip(i, e.code))
        return finding(i, FAILED, REASON_TA_CHIP_ERROR, e);
    return e;
}

/* A group that stays closed in spite of a right to it: the issuer's or the chip's own business,
 * and nothing said against the document (TR-03105-5.1 ISO7816_E_14 to E_16). */
static struct err read_if_given(struct inspection *i, unsigned dg)
{
    const struct err e = file_read(i, lds_file_of_dg(dg));

    i->evidence.notes.place = PLACE_DG1 + dg - 1;
    if (e.code == E_REFUSED && status_of(e.sw) == STATUS_DENIED)
        return SUCCESS;
    return group_check(i, dg);
}

/* What the rights are for: never anything else, and never more than the issuer signed. */
static struct err read_protected(struct inspection *i, uint8_t rights)
{
    static const struct {
        uint8_t  right;
        unsigned dg;
    } rows[] = { { CVC_READ_DG3, 3 }, { CVC_READ_DG4, 4 } };

    for (size_t n = 0; n < sizeof rows / sizeof *rows; n++) {
        if ((rights & rows[n].right) != 0 && (i->lso.dgs & 1U << rows[n].dg) != 0)
            TRY(read_if_given(i, rows[n].dg));
    }
    return SUCCESS;
}

/* Groups that the chip denied to a reader that had proved nothing yet (TR-03110-1 clause 2.2:
 * others than DG3 and DG4 may be protected, too). */
static struct err read_denied(struct inspection *i)
{
    for (unsigned dg = 1; dg <= DG_MAX; dg++) {
        if ((i->later & 1U << dg) == 0)
            continue;
        i->later &= ~(1U << dg);
        i->refused[lds_file_of_dg(dg)] = SUCCESS; /* it may say otherwise now */
        i->evidence.notes.place = PLACE_DG1 + dg - 1;
        TRY(group_check(i, dg));
    }
    return SUCCESS;
}

static struct err authenticate_terminal(struct inspection *i, struct terminal *t)
{
    struct err e = read_names(i, t);

    if (e.code != OK)
        return failed(i, t, e);
    e = run(i, t);
    if (e.code != OK)
        return failed(i, t, e);
    TRY(finding(i, SUCCESSFUL, REASON_NONE, SUCCESS));
    TRY(read_denied(i)); /* before DG3 and DG4, over which some chips drop the session (C1) */
    return read_protected(i, t->outcome.rights);
}

/* Fingerprints and irises are nothing for a profile that leaves out even the portrait. */
static bool asked_for(const struct inspection *i)
{
    return (profile_reads(i->order.profile) & 1U << 2) != 0;
}

/* ID_IC can be made: after BAC it is the document number, which then opened the chip. */
static bool can_be_named(const struct inspection *i)
{
    return i->entry.by == ENTRY_PACE || document_number(i).len != 0;
}

bool terminal_follows(const struct inspection *i)
{
    return wants_terminal(i) && asked_for(i) && i->order.terminal.len != 0 && chip_proved(i) &&
           can_be_named(i) && evidence_result(&i->evidence, CHECK_ELE_TA) == NOT_RUN;
}

static struct err run_stage(struct inspection *i)
{
    struct terminal t = { .outcome = { 0 } };
    struct err      e;

    if (!wants_terminal(i))
        return finding(i, NOT_SUPPORTED, REASON_TA_ABSENT, SUCCESS);
    if (!asked_for(i))
        return finding(i, UNDETERMINED, REASON_TA_NOT_ASKED, SUCCESS);
    if (i->order.terminal.len == 0)
        return finding(i, UNDETERMINED, REASON_TA_NO_CERTIFICATES, SUCCESS);
    if (!chip_proved(i))
        return finding(i, UNDETERMINED, REASON_CHIPAUTH_UNPROVED, SUCCESS);
    if (!can_be_named(i))
        return finding(i, UNDETERMINED, REASON_MRZ_NOT_GIVEN, SUCCESS);
    e = authenticate_terminal(i, &t);
    wipe(&t, sizeof t);
    return e;
}

struct err stage_terminal(struct inspection *i)
{
    TRY(run_stage(i));
    TRY(read_denied(i)); /* what is still closed, in whatever way it ended */
    groups_conclude(i);
    return evidence_result(&i->evidence, CHECK_ELE_AA) == NOT_RUN ? stage_active(i) : SUCCESS;
}
