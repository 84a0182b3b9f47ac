/*
 * stage_sod: EF.COM, EF.SOD, and who signed it.
 *
 * Spec: Doc 9303-10 (8th ed.) clause 4.6.1, 4.6.2; Doc 9303-11 clause 5.1.
 */
#include "stages.h"

/* TR-03135-1 5.6.4.4.1: not supported without EF.COM; one that is there and is not given
 * leaves open what it says. */
static struct err com_refused(struct inspection *i, struct err why)
{
    const bool absent = file_absent(why);

    i->evidence.check[CHECK_ELE_COMSOD].why = why;
    evidence_set(&i->evidence, CHECK_ELE_COMSOD, absent ? NOT_SUPPORTED : UNDETERMINED,
                 absent ? REASON_COM_MISSING : REASON_FILE_DENIED);
    return SUCCESS;
}

struct err stage_com(struct inspection *i)
{
    struct err e = file_read(i, LDS_COM);

    i->evidence.notes.place = PLACE_COM;
    if (e.code == E_REFUSED)
        return com_refused(i, e);
    if (e.code == OK)
        e = ef_com_read(i->file[LDS_COM], &i->com, &i->evidence.notes);
    else if (e.code != E_UNEXPECTED)
        return e;
    if (e.code != OK) {
        i->evidence.check[CHECK_ELE_COMSOD].why = e;
        evidence_set(&i->evidence, CHECK_ELE_COMSOD, FAILED, REASON_FILE_MALFORMED);
    }
    return SUCCESS;
}

static struct err sod_finding(struct inspection *i, enum result result, enum reason reason,
                              struct err why)
{
    i->evidence.check[CHECK_ELE_SOD].why = why;
    evidence_set(&i->evidence, CHECK_ELE_SOD, result, reason);
    FAIL(E_UNSUPPORTED);
}

/* Doc 9303-10 §4.6.2.2; the older identifiers are met in the field (quirk E1). */
static bool content_type_known(struct view type, struct notes *notes)
{
    switch ((unsigned)oid_of(type)) {
    case OID_ICAO_LDS_SECURITY_OBJECT:
        return true;
    case OID_ICAO_LDS_SECURITY_OBJECT_OLD:
    case OID_ICAO_LDS_SECURITY_OBJECT_NL:
    case OID_CMS_DATA:
        note_add(notes, NOTE_SOD_OLD_TYPE);
        return true;
    default:
        return false;
    }
}

static struct err understand(struct inspection *i)
{
    struct notes *notes = &i->evidence.notes;
    struct view   der;
    struct buf    scratch;
    struct err    e;

    TRY(lds_file_open(i->file[LDS_SOD], lds_file_of(LDS_SOD)->tag, &der, notes));
    arena_rest(&i->arena, &scratch);
    e = signed_data_read(der, &scratch, &i->sd, notes);
    if (e.code != OK) /* pieces may lie there all the same: taken, so that they are wiped */
        scratch.len = der.len < scratch.cap ? der.len : scratch.cap;
    arena_keep(&i->arena, &scratch);
    TRY(e);
    CHECK(content_type_known(i->sd.content_type, notes), E_UNEXPECTED);
    return lds_security_object_read(i->sd.content, &i->lso, notes);
}

static void check_signature(struct inspection *i)
{
    enum result      hash = NOT_RUN, sig = NOT_RUN;
    const struct err e = signed_data_check(&i->sd, &i->ds.key, &hash, &sig, &i->evidence.notes);
    static const struct {
        enum result result;
        enum reason hash, sig;
    } reasons[] = {
        { SUCCESSFUL, REASON_NONE, REASON_NONE },
        { FAILED, REASON_SOD_HASH, REASON_SOD_SIGNATURE },
        { UNDETERMINED, REASON_SOD_ALG_UNSUPPORTED, REASON_SOD_ALG_UNSUPPORTED },
    };

    if (e.code != OK) {
        i->evidence.check[CHECK_ELE_SOD_SIG].why = e;
        hash = sig = UNDETERMINED;
    }
    for (size_t n = 0; n < sizeof reasons / sizeof *reasons; n++) {
        if (hash == reasons[n].result)
            evidence_set(&i->evidence, CHECK_ELE_SOD_HASH, hash, reasons[n].hash);
        if (sig == reasons[n].result)
            evidence_set(&i->evidence, CHECK_ELE_SOD_SIG, sig, reasons[n].sig);
    }
}

static void describe_signer(struct inspection *i)
{
    fact_algorithm(i, FACT_SOD_ALG, &i->sd.sig_alg);
    fact_distinguished_name(i, FACT_DS_SUBJECT, i->ds.subject);
    fact_distinguished_name(i, FACT_DS_ISSUER, i->ds.issuer);
    fact_public_key(i, FACT_DS_KEY, &i->ds.key);
    fact_day(i, FACT_DS_UNTIL, date_of(i->ds.not_after));
}

/* Without the signer's certificate nothing is proved, and nothing disproved. */
static void no_signer(struct inspection *i, enum result result, enum reason reason, struct err why)
{
    i->evidence.check[CHECK_ELE_DS_SIG].why = why;
    evidence_set(&i->evidence, CHECK_ELE_SOD_HASH, UNDETERMINED, reason);
    evidence_set(&i->evidence, CHECK_ELE_SOD_SIG, UNDETERMINED, reason);
    evidence_set(&i->evidence, CHECK_ELE_DS_SIG, result, reason);
}

static void check_signer(struct inspection *i)
{
    const struct err e = signer_choose(i, &i->sd, &i->ds);

    if (e.code != OK) {
        wipe(&i->ds, sizeof i->ds);
        if (e.code == E_UNSUPPORTED)
            no_signer(i, UNDETERMINED, REASON_SOD_NO_DS, e);
        else
            no_signer(i, FAILED, REASON_DS_MALFORMED, e);
        return;
    }
    check_signature(i);
    describe_signer(i);
}

struct err stage_sod(struct inspection *i)
{
    struct err e = file_read(i, LDS_SOD);

    i->evidence.notes.place = PLACE_SOD;
    if (e.code == E_REFUSED)
        return sod_finding(i, file_absent(e) ? FAILED : UNDETERMINED,
                           file_absent(e) ? REASON_FILE_MISSING : REASON_FILE_DENIED, e);
    if (e.code == OK)
        e = understand(i);
    else if (e.code != E_UNEXPECTED)
        return e;
    if (e.code != OK)
        return sod_finding(i, FAILED, REASON_SOD_MALFORMED, e);
    evidence_set(&i->evidence, CHECK_ELE_SOD, SUCCESSFUL, REASON_NONE);
    fact_text(i, FACT_DG_DIGEST, text_of(oid_name(oid_of(i->lso.hash_oid))));
    fact_text(i, FACT_LDS_VERSION,
              i->lso.lds_version.len != 0 ? i->lso.lds_version : i->com.lds_version);
    check_signer(i);
    return SUCCESS;
}
