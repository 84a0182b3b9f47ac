/*
 * stage_access: past the chip's access control, by the strongest way it offers.
 *
 * PACE if the chip offers it, else BAC, else nothing.  PACE and BAC never meet in one session:
 * whatever becomes of a PACE that failed, the field goes off first.
 *
 * Spec: Doc 9303-11 (8th ed.) clause 4.2 to 4.4; TR-03135-1 v2.5 clause 5.6.3.1.
 */
#include "iso7816/status.h"
#include "stages.h"

bool about_the_chip(const struct inspection *i, enum outcome code)
{
    if (no_answer(i))
        return false;
    return code == E_UNEXPECTED || code == E_MALFORMED || code == E_TRUNCATED || code == E_NO_SPACE;
}

static struct err denied(struct inspection *i, enum result result, enum reason reason)
{
    evidence_set(&i->evidence, CHECK_ELE_ACCESS, result, reason);
    FAIL(E_UNSUPPORTED);
}

static struct err granted(struct inspection *i, struct view how)
{
    evidence_set(&i->evidence, CHECK_ELE_ACCESS, SUCCESSFUL, REASON_NONE);
    fact_text(i, FACT_ACCESS, how);
    return SUCCESS;
}

/* PACE did not come about: that is the end, unless the host has said that BAC may follow. */
static struct err without_pace(struct inspection *i, enum reason reason, struct err why)
{
    evidence_set(&i->evidence, CHECK_ELE_PACE, FAILED, reason);
    i->evidence.check[CHECK_ELE_PACE].why = why;
    if (!i->order.allow_bac) {
        i->evidence.check[CHECK_ELE_ACCESS].why = why;
        return denied(i, FAILED, reason);
    }
    i->fell_back = true;
    return entry_fresh_field(i, step_deadline(i));
}

static struct err pace_failed(struct inspection *i, struct err why)
{
    if (why.code == E_REFUSED)
        return without_pace(
            i, i->order.can.len != 0 ? REASON_ACCESS_CAN_DENIED : REASON_ACCESS_DENIED, why);
    if (about_the_chip(i, why.code))
        return without_pace(i, REASON_ACCESS_CHIP_ERROR, why);
    return why;
}

static struct err pace_done(struct inspection *i)
{
    struct buf       key = BUF(i->entry.cam_key);
    const struct err e = pace_cam_key(&i->pace, &key);

    if (e.code != OK && e.code != E_UNEXPECTED) /* it proves none: prove_mapping() says so */
        return e;
    i->entry.cam_key_len = key.len;
    i->entry.by = ENTRY_PACE;
    evidence_set(&i->evidence, CHECK_ELE_PACE, SUCCESSFUL, REASON_NONE);
    fact_pace(i, FACT_ACCESS_SUITE, &i->entry.pace);
    return SUCCESS;
}

/* The chip refused what was preferred: the next one begins in a fresh field. */
static struct err prepare_next(struct inspection *i)
{
    note_add(&i->evidence.notes, NOTE_PACE_NEXT);
    return entry_fresh_field(i, step_deadline(i));
}

/* Try what the chip offers, best first, until it takes one. */
static struct err try_choices(struct inspection *i)
{
    struct notes *notes = &i->evidence.notes;
    uint32_t      tried = 0;
    struct err    e, refused = SUCCESS;

    while ((e = pace_choose(&i->offered, tried, &i->entry.pace, notes)).code == OK) {
        e = tried != 0 ? prepare_next(i) : SUCCESS;
        if (e.code != OK)
            return e;
        e = entry_pace(i, step_deadline(i));
        if (e.code == OK)
            return pace_done(i);
        i->cam_refused = i->cam_refused || i->entry.pace.mapping == MAPPING_CAM;
        if (e.code != E_UNSUPPORTED)
            return pace_failed(i, e);
        tried |= 1U << i->entry.pace.index;
        refused = e;
    }
    if (e.code != E_UNSUPPORTED)
        return e;
    if (tried != 0)
        return without_pace(i, REASON_ACCESS_PACE_FAILED, refused);
    evidence_set(&i->evidence, CHECK_ELE_PACE, NOT_SUPPORTED, REASON_ACCESS_PACE_ONLY);
    return SUCCESS; /* none that we know: as if it offered none */
}

struct err stage_pace(struct inspection *i)
{
    i->evidence.notes.place = PLACE_CARD_ACCESS;
    if (i->offered.n[INFO_PACE] == 0) {
        evidence_set(&i->evidence, CHECK_ELE_PACE, NOT_SUPPORTED, REASON_NONE);
        return SUCCESS;
    }
    if (entry_password(i).bytes.len == 0)
        return SUCCESS; /* stage_access() says what is missing */
    return try_choices(i);
}

struct err stage_select(struct inspection *i)
{
    struct err e = i->no_application;

    if (e.code == OK && !i->entry.application)
        e = entry_application(i, step_deadline(i));
    i->evidence.notes.place = PLACE_CHIP;
    if (e.code != E_REFUSED)
        return e;
    if (i->entry.by == ENTRY_PACE) { /* it let us in, and has no travel document: quirk B19 */
        evidence_set(&i->evidence, CHECK_ELE_ACCESS, SUCCESSFUL, REASON_NONE);
        evidence_set(&i->evidence, CHECK_ELE_SOD, UNDETERMINED, REASON_NO_EMRTD);
        FAIL(E_UNSUPPORTED);
    }
    return denied(i, NOT_SUPPORTED, REASON_NO_EMRTD);
}

/* Does the chip give EF.COM or EF.SOD to anybody?  Doc 9303-11 §4.2: only trying tells. */
static struct err try_plain(struct inspection *i)
{
    const struct err e = file_read(i, LDS_COM);

    if (e.code != E_REFUSED || status_of(e.sw) == STATUS_DENIED)
        return e;
    return file_read(i, LDS_SOD); /* EF.COM may be missing: Doc 9303-10 §4.6.1 */
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
    return e.code == E_REFUSED ? denied(i, result, if_closed) : e;
}

/* Did the chip refuse our message?  With whatever word: which one says that a key is wrong
 * differs from maker to maker (quirk B17), and a mistyped MRZ must not pass for a forged chip. */
static bool refused_key(struct err e)
{
    return e.code == E_REFUSED || (e.code == E_UNEXPECTED && e.sw != 0);
}

static struct err bac_done(struct inspection *i)
{
    i->entry.by = ENTRY_BAC;
    if (i->fell_back)
        note_add(&i->evidence.notes, NOTE_PACE_FELL_BACK);
    evidence_set(&i->evidence, CHECK_ELE_BAC, SUCCESSFUL, REASON_NONE);
    return granted(i, TEXT("BAC"));
}

static struct err bac_failed(struct inspection *i, struct err e)
{
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
    return denied(i, FAILED, REASON_ACCESS_CHIP_ERROR);
}

struct err stage_access(struct inspection *i)
{
    struct err e;

    if (i->entry.by == ENTRY_PACE)
        return granted(i, TEXT("PACE"));
    if (i->info_len == 0)
        return open_plain(i, i->order.can.len != 0 ? REASON_ACCESS_NO_PACE : REASON_MRZ_NOT_GIVEN,
                          UNDETERMINED);
    e = entry_bac(i, step_deadline(i));
    return e.code == OK ? bac_done(i) : bac_failed(i, e);
}
