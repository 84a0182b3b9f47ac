/*
 * stage_judge: what can be said once everything is read: the two faces of the document,
 * dates and states; then the report, and the end.
 *
 * Spec: TR-03135-1 v2.5 clause 5.6.4.5, 5.7.
 */
#include "stages.h"

static void enter_expiry(struct inspection *i, struct date expiry)
{
    fact_day(i, FACT_EXPIRY, expiry);
    if (date_order(expiry, i->today) < 0)
        evidence_set(&i->evidence, CHECK_COM_EXPIRY, FAILED, REASON_EXPIRED);
    else
        evidence_set(&i->evidence, CHECK_COM_EXPIRY, SUCCESSFUL, REASON_NONE);
}

/* TR-03135-1 5.7.1: from the printed MRZ, else from DG1. */
static void compare_expiry(struct inspection *i)
{
    const struct mrz *m = i->printed.format != MRZ_NONE ? &i->printed : &i->dg1.mrz;
    struct date       expiry;

    if (m->format == MRZ_NONE || i->today.year == 0)
        evidence_set(&i->evidence, CHECK_COM_EXPIRY, UNDETERMINED,
                     m->format == MRZ_NONE ? REASON_EXPIRY_UNREADABLE : REASON_CLOCK_UNKNOWN);
    else if (mrz_expiry(m, i->today, &expiry).code != OK)
        evidence_set(&i->evidence, CHECK_COM_EXPIRY, UNDETERMINED, REASON_EXPIRY_UNREADABLE);
    else
        enter_expiry(i, expiry);
}

/* TR-03135-1 5.7.2: exact, element by element; optional data alone leaves it open. */
static void compare_mrz(struct inspection *i)
{
    uint32_t differ;

    if (i->printed.format == MRZ_NONE) {
        evidence_set(&i->evidence, CHECK_COM_MRZDG1, NOT_SUPPORTED, REASON_MRZ_NOT_GIVEN);
        return;
    }
    if (i->dg1.text.len == 0) {
        evidence_set(&i->evidence, CHECK_COM_MRZDG1, UNDETERMINED, REASON_DG1_UNREADABLE);
        return;
    }
    differ = mrz_differences(&i->printed, &i->dg1.mrz);
    if (differ == 0)
        evidence_set(&i->evidence, CHECK_COM_MRZDG1, SUCCESSFUL, REASON_NONE);
    else if ((differ & ~(uint32_t)(MRZ_DIFFER_OPTIONAL | MRZ_DIFFER_COMPOSITE)) == 0)
        evidence_set(&i->evidence, CHECK_COM_MRZDG1, UNDETERMINED, REASON_MRZ_DG1_OPTIONAL);
    else
        evidence_set(&i->evidence, CHECK_COM_MRZDG1, FAILED, REASON_MRZ_DG1_MISMATCH);
}

/* TR-03135-1 5.6.4.5: DG1's issuer against the country of the signer's issuer. */
static void compare_states(struct inspection *i)
{
    struct country country;
    enum result    result = UNDETERMINED;

    if (i->dg1.text.len == 0 || i->ds.whole.len == 0) {
        evidence_set(&i->evidence, CHECK_ELE_ISSUINGSTATE, UNDETERMINED,
                     i->ds.whole.len == 0 ? REASON_SOD_NO_DS : REASON_DG1_UNREADABLE);
        return;
    }
    if (name_country(i->ds.issuer, &country).code == OK)
        result = states_agree(mrz_text(&i->dg1.mrz, MRZ_ISSUER), &country);
    evidence_set(&i->evidence, CHECK_ELE_ISSUINGSTATE, result,
                 result == SUCCESSFUL ? REASON_NONE
                 : result == FAILED   ? REASON_ISSUING_STATE
                                      : REASON_STATE_CODE_UNKNOWN);
}

/* Doc 9303-12 §7.1.1.6: a signer of identity cards is none of passports. */
static void compare_type(struct inspection *i)
{
    if (i->dg1.text.len == 0 || i->ds.whole.len == 0 ||
        cert_signs_type(&i->ds, mrz_text(&i->dg1.mrz, MRZ_CODE)))
        return;
    i->evidence.notes.place = PLACE_DSC;
    note_add(&i->evidence.notes, NOTE_SIGNER_OTHER_TYPES);
}

/* Doc 9303-12 §7.1.1: privateKeyUsagePeriod, against the date of issue that DG12 names. */
static void compare_use(struct inspection *i)
{
    const struct moment until = i->ds.use_until;

    if (i->issued.year == 0 || until.s == 0 || date_begins(i->issued).s <= until.s)
        return;
    i->evidence.notes.place = PLACE_DSC;
    note_add(&i->evidence.notes, NOTE_SIGNED_LATE);
}

/* The chip has said all it has to say: does another lie beside it? */
static void look_for_others(struct inspection *i)
{
    enum { LOOK_MS = 300 };
    struct nfc_target t;

    if (!i->several && nfc_next(i->setup->nfc, clock_in(i->setup->clock, LOOK_MS), &t).code == OK)
        say_others(i, &t);
}

struct err stage_compare(struct inspection *i)
{
    look_for_others(i);
    compare_expiry(i);
    compare_mrz(i);
    compare_states(i);
    compare_type(i);
    compare_use(i);
    return SUCCESS;
}

/* The way ended at a finding: no such application, no way in, no EF.SOD to be had. */
static enum reason way_ended(const struct inspection *i)
{
    const struct finding *sod = &i->evidence.check[CHECK_ELE_SOD];
    const struct finding *access = &i->evidence.check[CHECK_ELE_ACCESS];

    if (i->evidence.cut.code != OK || sod->result == SUCCESSFUL)
        return REASON_NONE;
    return sod->result != NOT_RUN ? sod->reason : access->reason;
}

/* What lay behind is open for the same reason.  As "not run" it would ask for the document to
 * be presented again, and end there again; only an MRZ that was not given may come yet. */
static void leave_open(struct inspection *i)
{
    static const enum check behind[] = { CHECK_ELE_CHIPAUTH,
                                         CHECK_ELE_SOD,
                                         CHECK_ELE_SOD_HASH,
                                         CHECK_ELE_SOD_SIG,
                                         CHECK_ELE_DS_SIG,
                                         CHECK_ELE_DS_VALIDITY,
                                         CHECK_ELE_CSCA_VALIDITY,
                                         CHECK_ELE_DS_REVOCATION,
                                         CHECK_ELE_TRUST,
                                         CHECK_ELE_COMSOD,
                                         CHECK_ELE_DG };
    const enum reason       reason = way_ended(i);

    if (reason == REASON_NONE || reason == REASON_MRZ_NOT_GIVEN)
        return;
    for (size_t n = 0; n < sizeof behind / sizeof *behind; n++) {
        if (evidence_result(&i->evidence, behind[n]) == NOT_RUN)
            evidence_set(&i->evidence, behind[n], UNDETERMINED, reason);
    }
}

struct err stage_report(struct inspection *i)
{
    const struct inspect_watch *w = &i->setup->watch;

    leave_open(i);
    if (i->today.year != 0)
        fact_day(i, FACT_TODAY, i->today);
    i->evidence.notes.place = PLACE_NONE;
    if (w->deliver != NULL)
        w->deliver(w->ctx, i);
    return SUCCESS;
}

/* On every path: what was the traveller's is gone when this returns. */
struct err stage_close(struct inspection *i)
{
    nfc_field_off(i->setup->nfc);
    exchange_end(&i->exchange);
    arena_close(&i->arena);
    wipe(i->evidence.fact, sizeof i->evidence.fact);
    wipe(i->info, sizeof i->info);
    i->info_len = 0;
    wipe(i->file, sizeof i->file);
    wipe(&i->printed, sizeof i->printed);
    wipe(&i->com, sizeof i->com);
    wipe(&i->sd, sizeof i->sd);
    wipe(&i->lso, sizeof i->lso);
    wipe(&i->ds, sizeof i->ds);
    wipe(&i->path, sizeof i->path);
    wipe(&i->dg1, sizeof i->dg1);
    wipe(&i->issued, sizeof i->issued);
    wipe(&i->infos, sizeof i->infos);
    wipe(&i->offered, sizeof i->offered);
    wipe(&i->card_security, sizeof i->card_security);
    wipe(&i->entry, sizeof i->entry);
    wipe(&i->pace, sizeof i->pace);
    wipe(&i->ca, sizeof i->ca);
    wipe(&i->target, sizeof i->target);
    i->order.mrz = i->order.can = i->order.challenge = i->order.terminal = view_of(NULL, 0);
    return SUCCESS;
}
