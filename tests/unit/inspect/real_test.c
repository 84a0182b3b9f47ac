/*
 * real_test: public documents that others made, and what must be found in them.
 *
 * The documents are those of VERSO_SHARED; what is in them (signatures, hashes, signers) was
 * found out with other tools and stands in data/chips/truth.tsv, which each row cites.  What
 * follows from it is TR-03135-1's: 5.6.4.3.3 (no CSCA: undetermined), 5.6.4.3.4 (validity now),
 * 5.6.4.4.2 (states of data groups), 5.6.4.5 (issuing state), 5.7.1, 5.7.2.  None of their CSCAs
 * is public, so none may pass, on any day, in any profile.  And the chip that gives their files
 * here has not their keys: it is a copy, and must be found to be one (5.6.4.1.2).
 */
#include "documents.h"
#include "shared.h"

struct finds {
    enum check  check;
    enum result result;
    enum reason reason;
};

static const struct row {
    const char   *folder;
    struct date   today;
    bool          no_mrz;
    enum verdict  desk;
    struct finds  finds[10];
    enum dg_state dg[DG_MAX + 1];
    struct note   notes[4];
} rows[] = {
    /* truth.tsv: RSA-2048 PSS SHA-256, signature valid; DG1, 2, 3, 4, 14 match, DG15 not in SOD.
     * Signer valid from 2013-12-16 to 2014-12-11; document until 2023-10-31. */
    { "chips/bsi_tr03105_5",
      { 2014, 6, 1 },
      false,
      VERDICT_FAIL,
      { { CHECK_ELE_CA, FAILED, REASON_CHIPAUTH_REFUSED },
        { CHECK_ELE_SOD_HASH, SUCCESSFUL, REASON_NONE },
        { CHECK_ELE_SOD_SIG, SUCCESSFUL, REASON_NONE },
        { CHECK_ELE_DS_SIG, UNDETERMINED, REASON_CSCA_NOT_FOUND },
        { CHECK_ELE_TRUST, UNDETERMINED, REASON_CSCA_NOT_FOUND },
        { CHECK_ELE_DS_VALIDITY, SUCCESSFUL, REASON_NONE },
        { CHECK_ELE_DG, SUCCESSFUL, REASON_NONE },
        { CHECK_ELE_COMSOD, SUCCESSFUL, REASON_NONE },
        { CHECK_ELE_ISSUINGSTATE, SUCCESSFUL, REASON_NONE },
        { CHECK_COM_EXPIRY, SUCCESSFUL, REASON_NONE } },
      { [1] = DG_IDENTICAL,
        [2] = DG_IDENTICAL,
        [3] = DG_PRESENT,
        [4] = DG_PRESENT,
        [14] = DG_IDENTICAL,
        [15] = DG_NON_CONFORMANCE },
      { { NOTE_DG_NOT_SIGNED, PLACE_DG1 + 14 } } },
    /* The same before the signer's time, after it, and after the document's. */
    { "chips/bsi_tr03105_5",
      { 2012, 6, 1 },
      false,
      VERDICT_FAIL,
      { { CHECK_ELE_SOD_SIG, SUCCESSFUL, REASON_NONE },
        { CHECK_ELE_DS_VALIDITY, FAILED, REASON_DS_EXPIRED },
        { CHECK_ELE_TRUST, FAILED, REASON_DS_EXPIRED },
        { CHECK_COM_EXPIRY, SUCCESSFUL, REASON_NONE } },
      { [1] = DG_IDENTICAL, [2] = DG_IDENTICAL, [15] = DG_NON_CONFORMANCE },
      { { 0 } } },
    { "chips/bsi_tr03105_5",
      { 2020, 6, 1 },
      false,
      VERDICT_FAIL,
      { { CHECK_ELE_DS_VALIDITY, FAILED, REASON_DS_EXPIRED },
        { CHECK_COM_EXPIRY, SUCCESSFUL, REASON_NONE },
        { CHECK_COM_MRZDG1, SUCCESSFUL, REASON_NONE } },
      { [1] = DG_IDENTICAL },
      { { 0 } } },
    { "chips/bsi_tr03105_5",
      { 2026, 11, 21 },
      false,
      VERDICT_FAIL,
      { { CHECK_ELE_DS_VALIDITY, FAILED, REASON_DS_EXPIRED },
        { CHECK_COM_EXPIRY, FAILED, REASON_EXPIRED } },
      { [14] = DG_IDENTICAL },
      { { 0 } } },
    { "chips/bsi_tr03105_5", /* nobody vouches for a date */
      { 0, 0, 0 },
      false,
      VERDICT_FAIL,
      { { CHECK_ELE_CA, FAILED, REASON_CHIPAUTH_REFUSED },
        { CHECK_ELE_DS_VALIDITY, UNDETERMINED, REASON_CLOCK_UNKNOWN },
        { CHECK_COM_EXPIRY, UNDETERMINED, REASON_CLOCK_UNKNOWN } },
      { [1] = DG_IDENTICAL },
      { { 0 } } },
    /* truth.tsv: ECDSA SHA-1 on explicit brainpoolP224r1, signature valid; DG1, 2, 3, 14 match,
     * DG4 and DG15 not in SOD.  Signer from 2008-01-28 to 2009-01-27, its issuer has no country. */
    { "chips/bsi_tr03105_5_2008",
      { 2008, 6, 1 },
      false,
      VERDICT_FAIL,
      { { CHECK_ELE_CA, FAILED, REASON_CHIPAUTH_REFUSED },
        { CHECK_ELE_SOD_HASH, SUCCESSFUL, REASON_NONE },
        { CHECK_ELE_SOD_SIG, SUCCESSFUL, REASON_NONE },
        { CHECK_ELE_TRUST, UNDETERMINED, REASON_CSCA_NOT_FOUND },
        { CHECK_ELE_DS_VALIDITY, SUCCESSFUL, REASON_NONE },
        { CHECK_ELE_DG, SUCCESSFUL, REASON_NONE },
        { CHECK_ELE_ISSUINGSTATE, UNDETERMINED, REASON_STATE_CODE_UNKNOWN },
        { CHECK_COM_MRZDG1, SUCCESSFUL, REASON_NONE },
        { CHECK_COM_EXPIRY, SUCCESSFUL, REASON_NONE } },
      { [1] = DG_IDENTICAL,
        [2] = DG_IDENTICAL,
        [3] = DG_PRESENT,
        [14] = DG_IDENTICAL,
        [15] = DG_NON_CONFORMANCE },
      { { NOTE_WEAK_HASH, PLACE_SOD },
        { NOTE_X509_NAME, PLACE_DSC },
        { NOTE_DG_NOT_SIGNED, PLACE_DG1 + 14 } } },
    { "chips/bsi_tr03105_5_2008",
      { 2020, 6, 1 },
      false,
      VERDICT_FAIL,
      { { CHECK_ELE_DS_VALIDITY, FAILED, REASON_DS_EXPIRED },
        { CHECK_COM_EXPIRY, FAILED, REASON_EXPIRED } },
      { [1] = DG_IDENTICAL },
      { { 0 } } },
    /* truth.tsv: the same signer; DG5, 7, 11, 12, 15 are on the chip and not in SOD.  EF.COM
     * lists 1, 2, 3, 14, as SOD does.  No printed MRZ. */
    { "chips/tsemrtd_extended",
      { 2008, 6, 1 },
      true,
      VERDICT_FAIL,
      { { CHECK_ELE_CA, FAILED, REASON_CHIPAUTH_REFUSED },
        { CHECK_OPT_MRZ_CONSISTENCY, NOT_SUPPORTED, REASON_MRZ_NOT_GIVEN },
        { CHECK_ELE_SOD_SIG, SUCCESSFUL, REASON_NONE },
        { CHECK_ELE_COMSOD, SUCCESSFUL, REASON_NONE },
        { CHECK_ELE_DG, SUCCESSFUL, REASON_NONE },
        { CHECK_COM_MRZDG1, NOT_SUPPORTED, REASON_MRZ_NOT_GIVEN } },
      { [1] = DG_IDENTICAL,
        [2] = DG_IDENTICAL,
        [3] = DG_PRESENT,
        [14] = DG_IDENTICAL,
        [15] = DG_NON_CONFORMANCE },
      { { NOTE_WEAK_HASH, PLACE_SOD }, { NOTE_DG_NOT_SIGNED, PLACE_DG1 + 14 } } },
};

static const char *data_path(const char *name)
{
    static char path[SHARED_PATH];

    snprintf(path, sizeof path, "%s/data/%s", getenv("VERSO_SHARED"), name);
    return path;
}

static struct scene *open_real(const char *folder, struct date today)
{
    return scene_open(data_path(folder), VERSO_DOCUMENTS "/utopia.bundle",
                      VERSO_DOCUMENTS "/operator.key.pub", today);
}

static void expect_no_pass(const struct scene *s)
{
    for (unsigned p = 0; p < PROFILE_COUNT; p++)
        EXPECT(s->judgement[p].verdict != VERDICT_PASS);
}

static bool noted(const struct evidence *e, struct note n)
{
    for (size_t k = 0; k < e->notes.n; k++) {
        if (e->notes.item[k].id == n.id && e->notes.item[k].place == n.place)
            return true;
    }
    return n.id == NOTE_NONE;
}

static bool as_expected(const struct scene *s, const struct row *r)
{
    const struct evidence *e = &s->evidence;
    bool                   good = scene_verdict(s, PROFILE_desk) == r->desk;

    for (size_t k = 0; k < COUNT(r->finds) && r->finds[k].result != NOT_RUN; k++) {
        const struct finding *f = &e->check[r->finds[k].check];

        good = good && f->result == r->finds[k].result && f->reason == r->finds[k].reason;
    }
    for (unsigned dg = 1; dg <= DG_MAX; dg++)
        good = good && (r->dg[dg] == DG_NOT_RUN || e->dg[dg] == r->dg[dg]);
    for (size_t k = 0; k < COUNT(r->notes); k++)
        good = good && noted(e, r->notes[k]);
    return good;
}

static void public_documents(void **state)
{
    (void)state;
    for (size_t n = 0; n < COUNT(rows); n++) {
        const struct row *r = &rows[n];
        struct scene     *s = open_real(r->folder, r->today);
        char              name[64];

        snprintf(name, sizeof name, "%s in %d", r->folder, (int)r->today.year);
        ROW(name);
        EXPECT(r->no_mrz == (s->mrz[0] == '\0'));
        scene_run(s);
        if (!as_expected(s, r)) {
            scene_print(s, stderr);
            fail_msg("[%s] is not as expected", name);
        }
        expect_no_pass(s);
        EXPECT(s->evidence.dg[11] == DG_NOT_RUN && s->evidence.dg[12] == DG_NOT_RUN);
        scene_close(s);
    }
}

static void take(struct scene *s, const char *file, const char *path)
{
    struct chip_file *f = plain_chip_file(&s->chip, file);

    f->bytes = disk_read(data_path(path), "", &f->len);
    EXPECT(f->bytes != NULL);
    f->cut = f->len;
}

/* The files of sods/ are bare SignedData: put EF.SOD's tag around. */
static void wrap(struct chip_file *f)
{
    const size_t len = f->len;
    uint8_t     *file = malloc(len + 4);

    EXPECT(file != NULL && len > 0xFF && len <= 0xFFFF && f->bytes[0] == 0x30);
    memcpy(file, (uint8_t[]){ 0x77, 0x82, (uint8_t)(len >> 8), (uint8_t)len }, 4);
    memcpy(file + 4, f->bytes, len);
    free(f->bytes);
    f->bytes = file;
    f->len = f->cut = len + 4;
}

/* truth.tsv: signature valid, no data group matches. */
static void persosim_must_fail(void **state)
{
    static const char *const files[][2] = {
        { "EF.SOD", "011D" }, { "DG1", "0101" }, { "DG2", "0102" },
        { "DG3", "0103" },    { "DG4", "0104" },
    };
    struct scene *s = open_real("chips/persosim", (struct date){ 2014, 6, 1 });
    char          path[128];

    (void)state;
    ROW("persosim");
    for (size_t n = 0; n < COUNT(files); n++) {
        snprintf(path, sizeof path, "chips/persosim/DefaultPersoGt_files/MF_A0000002471001_%s.bin",
                 files[n][1]);
        take(s, files[n][0], path);
    }
    scene_run(s);
    EXPECT(evidence_result(&s->evidence, CHECK_ELE_SOD_SIG) == SUCCESSFUL);
    EXPECT(evidence_result(&s->evidence, CHECK_ELE_DG) == FAILED);
    EXPECT(s->evidence.dg[1] == DG_NOT_IDENTICAL && s->evidence.dg[2] == DG_NOT_IDENTICAL);
    EXPECT(s->evidence.dg[3] == DG_PRESENT && s->evidence.dg[4] == DG_PRESENT);
    EXPECT((s->given & 0x1E) == 0);
    for (unsigned p = 0; p < PROFILE_COUNT; p++)
        EXPECT(s->judgement[p].verdict == VERDICT_FAIL);
    scene_close(s);
}

/* truth.tsv: the signer identifier is a key identifier of zeroes that no certificate has; the RSA
 * signature is valid, the ECDSA ones are not in the form that their identifier names. */
static void nameless_signers(void **state)
{
    static const struct {
        const char *file;
        enum result sig;
    } sods[] = {
        { "sods/zkr_johnny-silverhand-rsa-2048-sha256.sod", SUCCESSFUL },
        { "sods/zkr_johnny-silverhand-ecdsa-p256-sha256.sod", FAILED },
        { "sods/john-doe-us-tbs-700/john-doe-us-passport-tbs-700.sod", FAILED },
    };

    (void)state;
    for (size_t n = 0; n < COUNT(sods); n++) {
        struct scene *s = open_real("sods", (struct date){ 2024, 11, 1 });

        ROW(sods[n].file);
        take(s, "EF.SOD", sods[n].file);
        wrap(plain_chip_file(&s->chip, "EF.SOD"));
        scene_run(s);
        if (evidence_result(&s->evidence, CHECK_ELE_SOD_SIG) != sods[n].sig ||
            !note_seen(&s->evidence.notes, NOTE_SOD_SIGNER_ID)) {
            scene_print(s, stderr);
            fail_msg("[%s] is not as expected", sods[n].file);
        }
        expect_no_pass(s);
        scene_close(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(public_documents),
        cmocka_unit_test(persosim_must_fail),
        cmocka_unit_test(nameless_signers),
    };

    if (!shared_is_there())
        return 77;
    return cmocka_run_group_tests_name("inspect.real", tests, NULL, NULL);
}
