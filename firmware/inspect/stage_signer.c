/*
 * stage_signer: is the one who signed EF.SOD a document signer of a state we trust?
 *
 * Spec: Doc 9303-12 (8th ed.) clause 5; TR-03135-1 v2.5 clause 5.6.4.3.3 to 5.6.4.3.6.
 */
#include "stages.h"

/* What could not be asked, is open: for one and the same reason. */
static void all_open(struct inspection *i, enum reason reason, struct err why)
{
    static const enum check open[] = { CHECK_ELE_DS_SIG, CHECK_ELE_DS_VALIDITY,
                                       CHECK_ELE_CSCA_VALIDITY, CHECK_ELE_DS_REVOCATION,
                                       CHECK_ELE_TRUST };

    for (size_t n = 0; n < sizeof open / sizeof *open; n++) {
        i->evidence.check[open[n]].why = why;
        evidence_set(&i->evidence, open[n], UNDETERMINED, reason);
    }
}

static enum reason reason_of_open(const struct inspection *i)
{
    return i->today.year == 0 ? REASON_CLOCK_UNKNOWN : REASON_VALIDITY_UNREADABLE;
}

static void enter_validity(struct inspection *i, enum check check, enum result result,
                           enum reason expired)
{
    enum reason reason = REASON_NONE;

    if (result == FAILED)
        reason = expired;
    else if (result == UNDETERMINED)
        reason = i->path.signature == SUCCESSFUL || check == CHECK_ELE_DS_VALIDITY
                     ? reason_of_open(i)
                     : REASON_CSCA_NOT_FOUND;
    evidence_set(&i->evidence, check, result, reason);
}

static enum reason reason_of_revocation(enum revocation_why why)
{
    switch (why) {
    case REVOCATION_LISTED:
        return REASON_DS_REVOKED;
    case REVOCATION_NO_CRL:
        return REASON_CRL_MISSING;
    case REVOCATION_STALE:
        return REASON_CRL_STALE;
    case REVOCATION_NO_ISSUER:
        return REASON_CSCA_NOT_FOUND;
    case REVOCATION_NO_CLOCK:
        return REASON_CLOCK_UNKNOWN;
    case REVOCATION_UNPROVEN:
        return REASON_CRL_UNPROVEN;
    case REVOCATION_ELSEWHERE:
        return REASON_DS_REVOKED_ELSEWHERE;
    case REVOCATION_CLEAR:
    case REVOCATION_NOT_RUN:
    case REVOCATION_WHY_COUNT:
        break;
    }
    return REASON_NONE;
}

static void describe_csca(struct inspection *i)
{
    static const struct {
        enum found_by by;
        const char   *text;
    } rows[] = { { FOUND_BY_AKI, "key identifier" },
                 { FOUND_BY_NAME, "name" },
                 { FOUND_BY_COUNTRY, "country" } };

    if (i->path.by == FOUND_NOT)
        return;
    for (size_t n = 0; n < sizeof rows / sizeof *rows; n++) {
        if (rows[n].by == i->path.by)
            fact_text(i, FACT_CSCA_FOUND_BY, text_of(rows[n].text));
    }
    fact_distinguished_name(i, FACT_CSCA_SUBJECT, i->path.csca.subject);
    fact_public_key(i, FACT_CSCA_KEY, &i->path.csca.key);
    fact_hex(i, FACT_CSCA_SHA256, i->path.anchor.fingerprint);
}

/* TR-03135-1 5.6.4.3.6: not trusted if anything failed; trusted if the signer is a
 * state's, valid, and not known to be revoked; else open. */
static void conclude(struct inspection *i, const struct revocation *r, bool fresh)
{
    const enum result ds = evidence_result(&i->evidence, CHECK_ELE_DS_VALIDITY);

    if (i->path.signature == FAILED)
        evidence_set(&i->evidence, CHECK_ELE_TRUST, FAILED, REASON_DS_SIGNATURE);
    else if (r->result == FAILED)
        evidence_set(&i->evidence, CHECK_ELE_TRUST, FAILED, REASON_DS_REVOKED);
    else if (ds == FAILED)
        evidence_set(&i->evidence, CHECK_ELE_TRUST, FAILED, REASON_DS_EXPIRED);
    else if (i->path.signature != SUCCESSFUL)
        evidence_set(&i->evidence, CHECK_ELE_TRUST, UNDETERMINED, REASON_CSCA_NOT_FOUND);
    else if (ds != SUCCESSFUL)
        evidence_set(&i->evidence, CHECK_ELE_TRUST, UNDETERMINED, reason_of_open(i));
    else if (!fresh)
        evidence_set(&i->evidence, CHECK_ELE_TRUST, UNDETERMINED, REASON_BUNDLE_STALE);
    else
        evidence_set(&i->evidence, CHECK_ELE_TRUST, SUCCESSFUL, REASON_NONE);
}

static struct err ask_the_bundle(struct inspection *i, struct moment now)
{
    struct bundle    *b = i->setup->bundle;
    struct notes     *notes = &i->evidence.notes;
    struct revocation r;

    TRY(path_find(b, &i->ds, now, &i->path, notes));
    TRY(revocation_check(b, &i->ds, &i->path, &r, notes));
    evidence_set(&i->evidence, CHECK_ELE_DS_SIG, i->path.signature,
                 i->path.signature == SUCCESSFUL ? REASON_NONE
                 : i->path.signature == FAILED   ? REASON_DS_SIGNATURE
                                                 : REASON_CSCA_NOT_FOUND);
    enter_validity(i, CHECK_ELE_DS_VALIDITY, i->path.ds_validity, REASON_DS_EXPIRED);
    enter_validity(i, CHECK_ELE_CSCA_VALIDITY, i->path.csca_validity, REASON_CSCA_EXPIRED);
    evidence_set(&i->evidence, CHECK_ELE_DS_REVOCATION, r.result, reason_of_revocation(r.why));
    conclude(i, &r, bundle_fresh_at(b, now));
    describe_csca(i);
    fact_number(i, FACT_BUNDLE, b->counter);
    return SUCCESS;
}

struct err stage_signer(struct inspection *i)
{
    const struct moment now = i->today.year == 0 ? (struct moment){ 0 } : date_begins(i->today);
    struct err          e;

    if (i->ds.whole.len == 0) {
        all_open(i, REASON_SOD_NO_DS, SUCCESS);
        return SUCCESS;
    }
    if (i->setup->bundle == NULL || bundle_state(i->setup->bundle) == BUNDLE_NOT_OPEN) {
        all_open(i, REASON_NO_BUNDLE, SUCCESS);
        return SUCCESS;
    }
    e = ask_the_bundle(i, now);
    if (e.code != OK)
        all_open(i, REASON_BUNDLE_UNUSABLE, e);
    return SUCCESS;
}
