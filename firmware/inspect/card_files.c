/*
 * card_files: what the chip says of itself in EF.CardAccess and EF.CardSecurity, and who says so.
 *
 * EF.CardAccess is read in the clear and signed by nobody, so whoever stands between could
 * weaken or hide PACE in it.  What it said must stand again where the issuer signed: in DG14,
 * or in EF.CardSecurity.
 *
 * Spec: Doc 9303-11 (8th ed.) clause 4.2 step 5, 9.2.11; Doc 9303-10 clause 3.11.3, 3.11.4;
 *       cases TR-03105-5.1 LDS_J_01..03.
 */
#include "stages.h"

static void card_security_finding(struct inspection *i, enum result result, enum reason reason,
                                  struct err why)
{
    i->evidence.check[CHECK_ELE_CARDSECURITY].why = why;
    evidence_set(&i->evidence, CHECK_ELE_CARDSECURITY, result, reason);
}

struct err stage_card_security(struct inspection *i)
{
    struct err e;

    if (i->entry.by != ENTRY_PACE || !i->pace.has_cam_data)
        return SUCCESS;
    e = file_read(i, LDS_CARD_SECURITY);
    if (e.code == E_REFUSED)
        card_security_finding(i, UNDETERMINED, REASON_CARDSECURITY_MISSING, e);
    else if (e.code == E_UNEXPECTED)
        card_security_finding(i, FAILED, REASON_CARDSECURITY_MALFORMED, e);
    else
        TRY(e);
    return SUCCESS;
}

static struct err understand(struct inspection *i, struct signed_data *sd,
                             struct security_infos *infos)
{
    struct notes *notes = &i->evidence.notes;
    struct buf    scratch;
    struct err    e;

    arena_rest(&i->arena, &scratch);
    e = signed_data_read(i->file[LDS_CARD_SECURITY], &scratch, sd, notes);
    arena_keep(&i->arena, &scratch);
    TRY(e);
    CHECK(oid_of(sd->content_type) == OID_SECURITY_OBJECT, E_UNEXPECTED);
    return security_infos_read(sd->content, infos, notes);
}

/* The way from another signer than EF.SOD's to its state; EF.SOD's own is judged by itself. */
static struct err trust_in(struct inspection *i, const struct cert *signer, enum result *out)
{
    const struct moment now = i->today.year == 0 ? (struct moment){ 0 } : date_begins(i->today);
    struct bundle      *b = i->setup->bundle;
    struct path         path;
    struct revocation   r;

    *out = SUCCESSFUL;
    if (view_eq(signer->whole, i->ds.whole))
        return SUCCESS;
    *out = UNDETERMINED;
    if (b == NULL || bundle_state(b) == BUNDLE_NOT_OPEN)
        return SUCCESS;
    TRY(path_find(b, signer, now, &path, &i->evidence.notes));
    TRY(revocation_check(b, signer, &path, &r, &i->evidence.notes));
    if (path.signature == FAILED || path.ds_validity == FAILED || r.result == FAILED)
        *out = FAILED;
    else if (path.signature == SUCCESSFUL && path.ds_validity == SUCCESSFUL)
        *out = SUCCESSFUL;
    return SUCCESS;
}

static struct err judge_signer(struct inspection *i, const struct signed_data *sd,
                               const struct cert *signer)
{
    enum result hash = NOT_RUN, sig = NOT_RUN, trust = NOT_RUN;
    struct err  e = signed_data_check(sd, &signer->key, &hash, &sig, &i->evidence.notes);

    if (e.code == OK && (hash == FAILED || sig == FAILED)) {
        card_security_finding(i, FAILED, REASON_CARDSECURITY_SIGNATURE, SUCCESS);
        return SUCCESS;
    }
    if (e.code != OK || hash != SUCCESSFUL || sig != SUCCESSFUL) {
        card_security_finding(i, UNDETERMINED, REASON_SOD_ALG_UNSUPPORTED, e);
        return SUCCESS;
    }
    e = trust_in(i, signer, &trust);
    if (e.code != OK)
        card_security_finding(i, UNDETERMINED, REASON_BUNDLE_UNUSABLE, e);
    else if (trust == FAILED)
        card_security_finding(i, FAILED, REASON_DS_SIGNATURE, SUCCESS);
    else if (trust == UNDETERMINED)
        card_security_finding(i, UNDETERMINED, REASON_CSCA_NOT_FOUND, SUCCESS);
    else
        card_security_finding(i, SUCCESSFUL, REASON_NONE, SUCCESS);
    return SUCCESS;
}

struct err judge_card_security(struct inspection *i)
{
    struct signed_data    sd = { 0 };
    struct security_infos infos = { 0 };
    struct cert           signer;
    struct err            e;

    if (i->file[LDS_CARD_SECURITY].len == 0)
        return SUCCESS;
    i->evidence.notes.place = PLACE_CARD_SECURITY;
    e = understand(i, &sd, &infos);
    if (e.code != OK) {
        card_security_finding(i, FAILED, REASON_CARDSECURITY_MALFORMED, e);
        return SUCCESS;
    }
    e = signer_choose(i, &sd, &signer);
    if (e.code != OK) {
        card_security_finding(i, e.code == E_UNSUPPORTED ? UNDETERMINED : FAILED,
                              e.code == E_UNSUPPORTED ? REASON_SOD_NO_DS : REASON_DS_MALFORMED, e);
        return SUCCESS;
    }
    TRY(judge_signer(i, &sd, &signer));
    if (evidence_result(&i->evidence, CHECK_ELE_CARDSECURITY) != FAILED)
        i->card_security = infos;
    return SUCCESS;
}

static bool stands_in(struct view list, struct view whole)
{
    struct security_info info;

    while (security_infos_next(&list, &info).code == OK) {
        if (view_eq(info.whole, whole))
            return true;
    }
    return false;
}

/* Does the list hold every info about PACE, or every PACEInfo, that the other one holds? */
static bool all_stand_in(struct view list, struct view infos, bool domains_too)
{
    struct security_info info;

    while (security_infos_next(&infos, &info).code == OK) {
        const bool counts =
            info.kind == INFO_PACE || (domains_too && info.kind == INFO_PACE_PARAMS);

        if (counts && !stands_in(list, info.whole))
            return false;
    }
    return true;
}

static void card_access_finding(struct inspection *i, enum result result, enum reason reason)
{
    evidence_set(&i->evidence, CHECK_ELE_CARDACCESS, result, reason);
}

/* EF.CardSecurity may say more than EF.CardAccess (LDS_J_01), and less not (J_02, J_03).  DG14
 * may not say more either: what is missing in the clear, somebody may have taken away. */
void compare_card_access(struct inspection *i)
{
    const bool        dg14 = i->evidence.dg[14] == DG_IDENTICAL && i->infos.n[INFO_PACE] != 0;
    const bool        security = i->card_security.n[INFO_PACE] != 0;
    const struct view offered = i->offered.list;

    if (dg14 && !all_stand_in(offered, i->infos.list, false))
        card_access_finding(i, FAILED, REASON_CARDACCESS_HIDDEN);
    if (i->offered.n[INFO_PACE] == 0) {
        card_access_finding(i, NOT_SUPPORTED, REASON_NONE);
        return;
    }
    i->evidence.notes.place = PLACE_DG1 + 13;
    if (!dg14 && i->evidence.dg[14] == DG_IDENTICAL)
        note_add(&i->evidence.notes, NOTE_PACE_NOT_IN_DG14);
    if ((dg14 && !all_stand_in(i->infos.list, offered, true)) ||
        (security && !all_stand_in(i->card_security.list, offered, true)))
        card_access_finding(i, FAILED, REASON_CARDACCESS_DIFFERS);
    else if (dg14 || security)
        card_access_finding(i, SUCCESSFUL, REASON_NONE);
    else
        card_access_finding(i, UNDETERMINED, REASON_CARDACCESS_UNSIGNED);
}
