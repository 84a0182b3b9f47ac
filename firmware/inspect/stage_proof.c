/*
 * stage_proof: is this chip the original one, or a copy of its files?
 *
 *   chip authentication    proved by the chip under a key of DG14, early; worth something once
 *                          DG14 is found to be as signed
 *   active authentication  the same under a key of DG15, after it is found to be as EF.SOD says
 *   PACE-CAM               the same under a key of EF.CardSecurity, once its signature holds
 *
 * One success is enough, for who holds one of the keys is the chip they were made for.
 *
 * Spec: Doc 9303-11 (8th ed.) clause 6, 4.4.3.5; TR-03135-1 v2.5 clause 5.6.4.1.
 */
#include "chipauth/aa.h"
#include "lds/dg14.h"
#include "lds/dg15.h"
#include "stages.h"

static void proof_finding(struct inspection *i, enum check check, enum result result,
                          enum reason reason, struct err why)
{
    i->evidence.check[check].why = why;
    evidence_set(&i->evidence, check, result, reason);
}

/* What a protocol's failure says of the chip.  Returns false if it says nothing: the way to the
 * chip failed, not the chip. */
static bool find(struct inspection *i, enum check check, struct err e)
{
    if (e.code == E_UNSUPPORTED || e.code == E_NO_SPACE) /* a limit of ours proves nothing */
        proof_finding(i, check, UNDETERMINED, REASON_CHIPAUTH_UNSUPPORTED, e);
    else if (e.code == E_REFUSED)
        proof_finding(i, check, FAILED, REASON_CHIPAUTH_REFUSED, e);
    else if (e.code == E_SM_BROKEN || about_the_chip(i, e.code))
        proof_finding(i, check, FAILED, REASON_CHIPAUTH_WRONG, e);
    else
        return false;
    return true;
}

/* DG14 or DG15 names a key that cannot be used. */
static bool find_key(struct inspection *i, enum check check, struct err e)
{
    if (e.code == E_CRYPTO || e.code == E_BUG)
        return false;
    if (e.code == E_UNSUPPORTED)
        proof_finding(i, check, UNDETERMINED, REASON_CHIPAUTH_UNSUPPORTED, e);
    else
        proof_finding(i, check, FAILED, REASON_CHIPAUTH_KEY, e);
    return true;
}

/* None of what DG14 offers can be tried, or none is left. */
static void none_usable(struct inspection *i, enum result offered)
{
    if (offered == FAILED)
        proof_finding(i, CHECK_ELE_CA, FAILED, REASON_CHIPAUTH_KEY, SUCCESS);
    else if (offered == UNDETERMINED)
        proof_finding(i, CHECK_ELE_CA, UNDETERMINED, REASON_CHIPAUTH_UNSUPPORTED, SUCCESS);
}

/* Chip authentication with a key that nobody has vouched for yet: prove_chipauth() does. */
static struct err authenticate_chip(struct inspection *i)
{
    enum result offered = NOT_RUN;
    struct err  e, refused = SUCCESS;

    for (unsigned skip = 0;; skip++) {
        TRY(ca_choose(&i->infos, skip, &i->entry.ca, &offered, &i->evidence.notes));
        if (offered != SUCCESSFUL)
            break;
        e = entry_chipauth(i, step_deadline(i));
        if (e.code == OK) {
            i->entry.chipauth = true;
            ca_note(&i->ca, &i->evidence.notes);
            fact_ca(i, FACT_CA_SUITE, &i->entry.ca);
            return SUCCESS;
        }
        if (e.code != E_UNSUPPORTED)
            return find(i, CHECK_ELE_CA, e) ? SUCCESS : e;
        refused = e;
    }
    if (refused.code != OK)
        proof_finding(i, CHECK_ELE_CA, FAILED, REASON_CHIPAUTH_REFUSED, refused);
    else
        none_usable(i, offered);
    return SUCCESS;
}

struct err stage_chipauth(struct inspection *i)
{
    const struct err e = file_read(i, LDS_DG14);

    if (e.code == E_REFUSED || e.code == E_UNEXPECTED)
        return SUCCESS; /* stage_groups() says what that means */
    TRY(e);
    i->evidence.notes.place = PLACE_DG1 + 13;
    if (dg14_read(i->file[LDS_DG14], &i->infos, &i->evidence.notes).code != OK) {
        i->infos = (struct security_infos){ 0 };
        return SUCCESS;
    }
    return i->infos.n[INFO_CA_KEY] != 0 ? authenticate_chip(i) : SUCCESS;
}

static struct err draw_challenge(struct inspection *i, struct buf *out)
{
    if (i->order.challenge.len != 0)
        return buf_put(out, i->order.challenge);
    return entropy_fill(i->setup->entropy, INSPECT_CHALLENGE, out);
}

static struct err run_active(struct inspection *i, const struct aa_key *key, struct aa *aa)
{
    uint8_t    challenge[INSPECT_CHALLENGE];
    struct buf c = BUF(challenge);

    TRY(draw_challenge(i, &c));
    TRY(aa_begin(aa, key, buf_view(&c), exchange_room(&i->exchange)));
    return exchange_run(&i->exchange, aa_step, aa, step_deadline(i));
}

/* The chip holds the key of DG14 or DG15: whose key is that? */
static void holds_key(struct inspection *i, enum check check, unsigned dg)
{
    if (i->evidence.dg[dg] == DG_IDENTICAL && hashes_hold(&i->evidence))
        proof_finding(i, check, SUCCESSFUL, REASON_NONE, SUCCESS);
    else
        proof_finding(i, check, UNDETERMINED, REASON_CHIPAUTH_UNPROVED, SUCCESS);
}

static struct err judge_active(struct inspection *i, const struct aa *aa)
{
    enum result result = NOT_RUN;

    fact_hex(i, FACT_AA_CHALLENGE, aa_challenge(aa));
    fact_hex(i, FACT_AA_RESPONSE, aa_answer(aa));
    i->evidence.notes.place = PLACE_DG1 + 14;
    TRY(aa_check(aa, &result, &i->evidence.notes));
    if (result == SUCCESSFUL)
        holds_key(i, CHECK_ELE_AA, 15);
    else if (result == FAILED)
        proof_finding(i, CHECK_ELE_AA, FAILED, REASON_CHIPAUTH_WRONG, SUCCESS);
    else
        proof_finding(i, CHECK_ELE_AA, UNDETERMINED, REASON_CHIPAUTH_UNSUPPORTED, SUCCESS);
    return SUCCESS;
}

static struct err authenticate_actively(struct inspection *i)
{
    const bool    dg14 = i->evidence.dg[14] == DG_IDENTICAL;
    struct view   spki;
    struct aa_key key;
    struct aa     aa;
    struct err    e = dg15_read(i->file[LDS_DG15], &spki, NULL);

    i->evidence.notes.place = PLACE_DG1 + 14;
    if (e.code == OK)
        e = aa_key_read(spki, dg14 ? &i->infos : NULL, &key, &i->evidence.notes);
    if (e.code != OK)
        return find_key(i, CHECK_ELE_AA, e) ? SUCCESS : e;
    fact_public_key(i, FACT_AA_ALG, &key.key);
    e = run_active(i, &key, &aa);
    if (e.code == OK)
        e = judge_active(i, &aa);
    else if (find(i, CHECK_ELE_AA, e))
        e = SUCCESS;
    wipe(&aa, sizeof aa);
    return e;
}

struct err stage_active(struct inspection *i)
{
    return i->evidence.dg[15] == DG_IDENTICAL ? authenticate_actively(i) : SUCCESS;
}

static struct err fits_a_key(struct inspection *i, enum result *out)
{
    struct view          list = i->card_security.list;
    struct security_info info;

    *out = FAILED;
    while (*out != SUCCESSFUL && security_infos_next(&list, &info).code == OK) {
        enum result      one = NOT_RUN;
        const struct err e = info.kind == INFO_CA_KEY
                                 ? pace_cam_check(&i->pace, info.key, &one, &i->evidence.notes)
                                 : SUCCESS;

        if (e.code == E_CRYPTO || e.code == E_BUG)
            return e;
        if (one == SUCCESSFUL)
            *out = SUCCESSFUL;
    }
    return SUCCESS;
}

static bool names_mapping(const struct security_infos *infos)
{
    struct view          list = infos->list;
    struct security_info info;

    while (security_infos_next(&list, &info).code == OK) {
        if (info.kind == INFO_PACE && info.mapping == MAPPING_CAM)
            return true;
    }
    return false;
}

/* PACE came about without CAM, or not at all.  Where the chip or its issuer says that there is
 * CAM, a copy that cannot do it would look just so; but a chip that can may have its reasons. */
static void mapping_not_done(struct inspection *i)
{
    const bool signed_so = i->evidence.dg[14] == DG_IDENTICAL && names_mapping(&i->infos);

    if (signed_so || names_mapping(&i->offered))
        proof_finding(i, CHECK_ELE_CAM, UNDETERMINED,
                      i->cam_refused ? REASON_CHIPAUTH_REFUSED : REASON_CHIPAUTH_UNSUPPORTED,
                      SUCCESS);
}

/* 9303-11 §4.4.3.5.2: the chip's part is in the PACE outcome, the issuer's in EF.CardSecurity. */
static struct err prove_mapping(struct inspection *i)
{
    const struct finding *file = &i->evidence.check[CHECK_ELE_CARDSECURITY];
    enum result           fits = NOT_RUN;

    if (i->entry.by != ENTRY_PACE || !i->pace.has_cam_data) {
        mapping_not_done(i);
        return SUCCESS;
    }
    if (i->card_security.list.len == 0) { /* none, or none that somebody signed */
        proof_finding(i, CHECK_ELE_CAM, file->result == FAILED ? FAILED : UNDETERMINED,
                      file->reason, file->why);
        return SUCCESS;
    }
    TRY(fits_a_key(i, &fits));
    if (fits != SUCCESSFUL)
        proof_finding(i, CHECK_ELE_CAM, FAILED, REASON_CHIPAUTH_WRONG, SUCCESS);
    else
        proof_finding(i, CHECK_ELE_CAM, file->result == SUCCESSFUL ? SUCCESSFUL : UNDETERMINED,
                      file->result == SUCCESSFUL ? REASON_NONE : REASON_CHIPAUTH_UNPROVED, SUCCESS);
    return SUCCESS;
}

/* The issuer signed a key and the chip does not give the file in which it stands. */
static bool proof_hidden(const struct inspection *i)
{
    static const unsigned proofs[] = { 14, 15 };

    for (size_t n = 0; n < sizeof proofs / sizeof *proofs; n++) {
        if ((i->lso.dgs & 1U << proofs[n]) != 0 && i->evidence.dg[proofs[n]] != DG_IDENTICAL)
            return true;
    }
    return false;
}

/* The first of the proofs that came to that. */
static const struct finding *proof_with(const struct inspection *i, enum result result)
{
    static const enum check proofs[] = { CHECK_ELE_CA, CHECK_ELE_CAM, CHECK_ELE_AA };

    for (size_t p = 0; p < sizeof proofs / sizeof *proofs; p++) {
        if (i->evidence.check[proofs[p]].result == result)
            return &i->evidence.check[proofs[p]];
    }
    return NULL;
}

static void conclude(struct inspection *i)
{
    const struct finding *f = proof_with(i, SUCCESSFUL);

    if (f == NULL)
        f = proof_with(i, FAILED);
    if (f == NULL)
        f = proof_with(i, UNDETERMINED);
    if (f != NULL)
        evidence_set(&i->evidence, CHECK_ELE_CHIPAUTH, f->result, f->reason);
    else if (proof_hidden(i))
        evidence_set(&i->evidence, CHECK_ELE_CHIPAUTH, UNDETERMINED, REASON_DG_MISSING);
    else
        evidence_set(&i->evidence, CHECK_ELE_CHIPAUTH, NOT_SUPPORTED, REASON_CHIPAUTH_ABSENT);
}

struct err stage_proof(struct inspection *i)
{
    static const enum check proofs[] = { CHECK_ELE_CA, CHECK_ELE_CAM, CHECK_ELE_AA };

    TRY(judge_card_security(i));
    if (i->entry.chipauth)
        holds_key(i, CHECK_ELE_CA, 14);
    TRY(prove_mapping(i));
    conclude(i);
    for (size_t p = 0; p < sizeof proofs / sizeof *proofs; p++) {
        if (evidence_result(&i->evidence, proofs[p]) == NOT_RUN)
            evidence_set(&i->evidence, proofs[p], NOT_SUPPORTED, REASON_NONE);
    }
    compare_card_access(i);
    return SUCCESS;
}
