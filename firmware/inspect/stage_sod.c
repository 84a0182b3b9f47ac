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
    struct err e = SUCCESS;

    i->evidence.notes.place = PLACE_COM;
    if (i->file[LDS_SOD].len != 0) /* EF.COM was refused when getting in */
        e = i->evidence.check[CHECK_ELE_COMSOD].why;
    else if (i->file[LDS_COM].len == 0)
        e = file_read(i, LDS_COM);
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

static bool is_the_signer(const struct signer_id *sid, const struct cert *c)
{
    if (sid->ski.len != 0)
        return view_eq(sid->ski, c->ski);
    return view_eq(sid->serial, c->serial) && name_same(sid->issuer, c->issuer);
}

/* The identifier names no certificate that is there, or not in the certificate's own letters. */
static void note_signer_id(struct notes *notes, const struct signer_id *sid, const struct cert *c,
                           bool found)
{
    if (!found)
        note_add(notes, NOTE_SOD_SIGNER_ID);
    else if (sid->ski.len == 0 && !view_eq(sid->issuer, c->issuer))
        note_add(notes, NOTE_SOD_SIGNER_FOLDED);
}

static struct err read_signer(struct inspection *i, struct view der)
{
    struct err e;

    i->evidence.notes.place = PLACE_DSC;
    e = cert_read(der, &i->ds, &i->evidence.notes);
    i->evidence.notes.place = PLACE_SOD;
    return e.code == OK ? e : err_as(E_MALFORMED, e);
}

/*
 * Read the certificate that the signer identifier names; failing that, the first one, with a
 * note: states have got the identifier wrong (quirk E3), and the signature decides anyway.
 * What is odd about a certificate counts only if it is the one.
 *
 * E_UNSUPPORTED if EF.SOD carries none, E_MALFORMED if the one that counts cannot be read.
 */
static struct err choose_signer(struct inspection *i)
{
    struct notes *notes = &i->evidence.notes;
    struct view   certs = i->sd.certificates, first = view_of(NULL, 0), der;

    while (signed_data_next_cert(&certs, &der, notes).code == OK) {
        const struct notes before = *notes;

        if (first.len == 0)
            first = der;
        if (read_signer(i, der).code == OK && is_the_signer(&i->sd.sid, &i->ds)) {
            note_signer_id(notes, &i->sd.sid, &i->ds, true);
            return SUCCESS;
        }
        *notes = before;
    }
    CHECK(first.len != 0, E_UNSUPPORTED);
    note_signer_id(notes, &i->sd.sid, &i->ds, false);
    return read_signer(i, first);
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
    const struct err e = choose_signer(i);

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
    struct err e = SUCCESS;

    i->evidence.notes.place = PLACE_SOD;
    if (i->file[LDS_SOD].len == 0)
        e = file_read(i, LDS_SOD);
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
