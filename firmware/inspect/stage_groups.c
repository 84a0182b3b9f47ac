/*
 * stage_groups: read the data groups that the profile asks for, hash each as it was read,
 * and only then look inside.
 *
 * Spec: Doc 9303-11 (8th ed.) clause 5.1; TR-03135-1 v2.5 clause 5.6.4.4.
 */
#include "iso7816/status.h"
#include "lds/dg11.h"
#include "lds/dg12.h"
#include "lds/dg15.h"
#include "lds/dg2.h"
#include "stages.h"

/* DG2 last: it is long, and whoever waits has everything else by then. */
static const uint8_t order[] = { 14, 1, 15, 11, 12, 13, 16, 5, 7, 2 };

/* Files that prove originality are looked for even if nobody signed them: so that one that
 * proves nothing is named (TR-03105-5.1 EACAA). */
enum { PROBED = 1U << 14 | 1U << 15 };

static struct err look_into_dg1(struct inspection *i, struct view file)
{
    TRY(dg1_read(file, &i->dg1, &i->evidence.notes));
    fact_text(i, FACT_MRZ, i->dg1.text);
    fact_text(i, FACT_TYPE, mrz_text(&i->dg1.mrz, MRZ_CODE));
    fact_text(i, FACT_ISSUER, mrz_text(&i->dg1.mrz, MRZ_ISSUER));
    return SUCCESS;
}

static struct err look_into_dg2(struct inspection *i, struct view file)
{
    struct dg2 dg2;

    TRY(dg2_read(file, &dg2, &i->evidence.notes));
    fact_text(i, FACT_PORTRAIT, text_of(image_format_name(dg2.face[0].image_format)));
    return SUCCESS;
}

static struct err look_into_dg11(struct inspection *i, struct view file)
{
    struct dg11 dg11;

    return dg11_read(file, &dg11, &i->evidence.notes);
}

static struct err look_into_dg12(struct inspection *i, struct view file)
{
    struct dg12 dg12;

    TRY(dg12_read(file, &dg12, &i->evidence.notes));
    i->issued = dg12.issued;
    return SUCCESS;
}

static struct err look_into_dg15(struct inspection *i, struct view file)
{
    struct view spki;

    return dg15_read(file, &spki, &i->evidence.notes);
}

static struct err (*const look_into[DG_MAX + 1])(struct inspection *i, struct view file) = {
    [1] = look_into_dg1,   [2] = look_into_dg2,   [11] = look_into_dg11,
    [12] = look_into_dg12, [15] = look_into_dg15,
};

static void dg_finding(struct inspection *i, unsigned dg, enum dg_state state, enum reason reason)
{
    static const enum result results[DG_STATE_COUNT] = {
        [DG_IDENTICAL] = SUCCESSFUL,         [DG_NOT_IDENTICAL] = FAILED,
        [DG_PRESENT] = UNDETERMINED,         [DG_NOT_PRESENT] = UNDETERMINED,
        [DG_NON_CONFORMANCE] = UNDETERMINED,
    };

    i->evidence.dg[dg] = state;
    evidence_set(&i->evidence, CHECK_ELE_DG, results[state], reason);
}

static struct err compare_hash(struct inspection *i, unsigned dg, struct view file)
{
    uint8_t    digest[HASH_MAX];
    struct buf d = BUF(digest);

    if (i->lso.hash_alg == HASH_NONE) {
        dg_finding(i, dg, DG_NON_CONFORMANCE, REASON_DG_HASH_ALG);
        return SUCCESS;
    }
    TRY(hash(i->lso.hash_alg, &file, 1, &d));
    if (view_eq(buf_view(&d), i->lso.hash[dg]))
        dg_finding(i, dg, DG_IDENTICAL, REASON_NONE);
    else
        dg_finding(i, dg, DG_NOT_IDENTICAL, REASON_DG_HASH);
    return SUCCESS;
}

/* Content that the issuer signed and that still cannot be read is a note, not a forgery. */
static void look(struct inspection *i, unsigned dg, struct view file)
{
    if (i->evidence.dg[dg] == DG_IDENTICAL && dg == 14 && i->infos.list.len == 0)
        note_add(&i->evidence.notes, NOTE_DG_UNREADABLE); /* stage_chipauth() tried */
    if (i->evidence.dg[dg] != DG_IDENTICAL || look_into[dg] == NULL)
        return;
    if (look_into[dg](i, file).code != OK)
        note_add(&i->evidence.notes, NOTE_DG_UNREADABLE);
}

/* A group that the issuer signed. */
struct err group_check(struct inspection *i, unsigned dg)
{
    const enum lds_file_id id = lds_file_of_dg(dg);
    const struct err       e = file_read(i, id);

    if (e.code == E_REFUSED && status_of(e.sw) == STATUS_DENIED && terminal_follows(i)) {
        i->later |= 1U << dg;
        return SUCCESS;
    }
    if (e.code == E_REFUSED && status_of(e.sw) == STATUS_DENIED) {
        dg_finding(i, dg, DG_PRESENT, REASON_FILE_DENIED);
        return SUCCESS;
    }
    if (e.code == E_REFUSED) {
        dg_finding(i, dg, DG_NOT_PRESENT, REASON_DG_MISSING);
        return SUCCESS;
    }
    if (e.code == E_UNEXPECTED && (e.cause == E_NO_SPACE || e.cause == E_TOO_LONG)) {
        i->evidence.check[CHECK_ELE_DG].why = e; /* our limit proves nothing */
        dg_finding(i, dg, DG_PRESENT, REASON_FILE_TOO_LARGE);
        return SUCCESS;
    }
    if (e.code == E_UNEXPECTED) { /* no file with a sound header can have been hashed so */
        i->evidence.check[CHECK_ELE_DG].why = e;
        dg_finding(i, dg, DG_NOT_IDENTICAL, REASON_FILE_MALFORMED);
        return SUCCESS;
    }
    if (e.code != OK)
        i->evidence.dg[dg] = DG_ABORTED;
    TRY(e);
    TRY(compare_hash(i, dg, i->file[id]));
    look(i, dg, i->file[id]);
    return SUCCESS;
}

/* A group that nobody signed: is it there all the same? */
static struct err unsigned_group(struct inspection *i, unsigned dg)
{
    const struct err e = file_read(i, lds_file_of_dg(dg));

    i->evidence.dg[dg] = e.code == E_REFUSED ? DG_NOT_PRESENT : DG_NON_CONFORMANCE;
    if (e.code == E_REFUSED)
        return SUCCESS;
    if (e.code == OK || e.code == E_UNEXPECTED) {
        note_add(&i->evidence.notes, NOTE_DG_NOT_SIGNED);
        return SUCCESS;
    }
    return e;
}

static void compare_lists(struct inspection *i)
{
    if (evidence_result(&i->evidence, CHECK_ELE_COMSOD) != NOT_RUN)
        return; /* EF.COM is missing or was not understood */
    if (i->com.tags.len != 0 && i->com.dgs == i->lso.dgs)
        evidence_set(&i->evidence, CHECK_ELE_COMSOD, SUCCESSFUL, REASON_NONE);
    else
        evidence_set(&i->evidence, CHECK_ELE_COMSOD, FAILED, REASON_COM_SOD_MISMATCH);
}

void groups_conclude(struct inspection *i)
{
    if (i->later == 0 && evidence_result(&i->evidence, CHECK_ELE_DG) == NOT_RUN)
        evidence_set(&i->evidence, CHECK_ELE_DG, UNDETERMINED, REASON_DG_MISSING);
}

struct err stage_groups(struct inspection *i)
{
    const uint32_t reads = profile_reads(i->order.profile);

    compare_lists(i);
    for (unsigned dg = 1; dg <= DG_MAX; dg++) {
        if ((i->lso.dgs & 1U << dg) != 0)
            i->evidence.dg[dg] = DG_PRESENT;
    }
    for (size_t n = 0; n < sizeof order; n++) {
        const unsigned dg = order[n];
        const bool     named = (i->lso.dgs & 1U << dg) != 0;

        if ((reads & 1U << dg) == 0)
            continue;
        i->evidence.notes.place = lds_file_of(lds_file_of_dg(dg))->place;
        if (named)
            TRY(group_check(i, dg));
        else if ((PROBED & 1U << dg) != 0)
            TRY(unsigned_group(i, dg));
    }
    groups_conclude(i);
    return SUCCESS;
}
