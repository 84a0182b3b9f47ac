/*
 * lists_test: every public CSCA master list of the test data in one bundle, and OpenSSL's word
 * on each certificate of it.
 *
 * Source: $VERSO_SHARED/data/masterlists, certs, crl, ldif; certs/dsc_chain_truth.tsv says
 * which CSCA signed which document signer.  Skipped without them.
 */
#include "census.h"
#include "expect.h"
#include "run.h"
#include "trust/path.h"
#include "truth.h"
#include "word.h"

/* after ours: x509v3.h defines some of our names as macros */
#include <openssl/cms.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

/* Who vouches for a list.  A root from a file, or (NULL) the CSCA that OpenSSL finds to have
 * issued the list's signer among those of the lists that are vouched for already. */
static const struct {
    const char *list, *root;
    const char *remark; /* what the compiler must say of it */
} lists[] = {
    /* clang-format off */
    { "DE_ML_2025-06-25-09-31-57.ml",      "masterlists/DE_ROOT_CA_CSCA07.cer", "signed by C=DE" },
    { "DE_ML_2026-01-08-12-20-54.ml",      "masterlists/DE_ROOT_CA_CSCA07.cer", "signed by C=DE" },
    { "NL_ML_2025-07-29.ml",               "masterlists/NL_ROOT_CA.cer",        "signed by SN=8" },
    { "NL_ML_2026-02-16.ml",               "masterlists/NL_ROOT_CA.cer",        "signed by SN=8" },
    { "NL_MASTERLIST_pbd.mls",             "masterlists/NL_ROOT_CA.cer",        "signed by SN=8" },
    { "ICAO_ml_01April2025.ml",            "certs/csca/UN_CSCA_2.pem",          "signed by C=UN" },
    { "ICAO_ml_March2023.ml",              "certs/csca/UN_CSCA_2.pem",          "DigestInfo leaves its NULL parameters out" },
    { "IT_MasterListCSCA_selfxyz.ml",      NULL, "CN=MasterListSigner" },
    { "DE_ML_2024-04-10-10-54-13.ml",      NULL, "signed by C=DE" },
    { "DE_ML_2024-08-07-07-38-24.ml",      NULL, "signed by C=DE" },
    { "pkd_ldif_2019/DE_MasterList.ml",    NULL, "signed by C=DE" }, /* ECDSA SHA-1 */
    { "pkd_ldif_2019/ES_MasterList.ml",    NULL, "signed by C=ES" },
    { "pkd_ldif_2019/FR_MasterList.ml",    NULL, "signed by C=FR" },
    /* clang-format on */
};

/* Without a signature: taken only when the user says so. */
static const char *const bare[] = {
    "DE_ML_tananaev_2020-04.ml",
    "DE_ML_tananaev_2022-01.ml",
    "DE_ML_tananaev_2023-06.ml",
    "bc_masterlist-content.data",
};

static const char *const pem[] = { "AndyQ_masterList.pem", "zkpassport_masterList.pem" };

/* The entries that public lists carry and that are no CSCA's: both have keyUsage
 * digitalSignature alone. */
static const struct {
    const char *country, *sha256;
} no_cscas[] = {
    { "UA", "8bfe4f0760eeca5429ad42be419c0092eb867f7658e874821be2e3b86ad73e2e" },
    { "CZ", "84004836ca5a1f7f4295123 4fbcaee46586bc50046796e89f206d7749c360458" },
};

/* The certificates that OpenSSL read stay until the process ends. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "detect_leaks=0";
}

static const char   *folder, *data;
static struct bundle bundle;
static X509        **x509; /* OpenSSL's reading of every anchor */

static const char *shared(const char *sub, const char *name)
{
    return run_path(run_path(data, sub), name);
}

static const char *mine(const char *name)
{
    return run_path(folder, name);
}

static void begin_compile(struct run_args *a, const char *out)
{
    a->n = 0;
    run_add(a, VERSO_TRUST);
    run_add(a, "compile");
    run_add(a, "--out");
    run_add(a, out);
    run_add(a, "--key");
    run_add(a, mine("key"));
    run_add(a, "--report-json");
    run_add(a, mine("report.json"));
}

static void add_root(struct run_args *a, const char *path)
{
    run_add(a, "--root");
    run_add(a, path);
}

static void open_bundle(const char *path)
{
    const struct view   file = run_read(path), text = run_read(mine("key.pub"));
    BIO                *bio = BIO_new_mem_buf(text.ptr, (int)text.len);
    EVP_PKEY           *key = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
    unsigned char      *point = NULL;
    const size_t        n = EVP_PKEY_get1_encoded_public_key(key, &point);
    struct bundle_terms terms = { .key = view_of(point, n) };
    enum bundle_why     why;

    EXPECT_CODE(bundle_open(&bundle, file, &terms, &why), OK);
    x509 = calloc(anchor_count(&bundle), sizeof *x509);
    for (uint32_t i = 0; i < anchor_count(&bundle); i++) {
        struct anchor        a;
        const unsigned char *p;

        EXPECT_CODE(anchor_at(&bundle, i, &a), OK);
        p = a.cert.ptr;
        x509[i] = d2i_X509(NULL, &p, (long)a.cert.len);
        EXPECT(x509[i] != NULL && p == a.cert.ptr + a.cert.len);
    }
    BIO_free(bio);
    EVP_PKEY_free(key);
    OPENSSL_free(point);
}

static X509 *signer_of(CMS_ContentInfo *cms)
{
    CMS_SignerInfo *si = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms), 0);
    STACK_OF(X509) *certs = CMS_get1_certs(cms);

    for (int i = 0; i < sk_X509_num(certs); i++)
        if (CMS_SignerInfo_cert_cmp(si, sk_X509_value(certs, i)) == 0)
            return sk_X509_value(certs, i);
    return NULL;
}

/* The CSCA of the first bundle that issued this list's signer, by OpenSSL's verification, as
 * a file. */
static const char *root_for(size_t n)
{
    const char          *list = lists[n].list;
    const struct view    file = run_read(shared("masterlists", list));
    const unsigned char *p = file.ptr;
    CMS_ContentInfo     *cms = d2i_CMS_ContentInfo(NULL, &p, (long)file.len);
    X509                *signer = cms ? signer_of(cms) : NULL;
    char                 name[32];

    ROW(list);
    EXPECT(signer != NULL);
    snprintf(name, sizeof name, "root-%zu.cer", n);
    for (uint32_t i = 0; i < anchor_count(&bundle); i++) {
        struct anchor a;

        if (X509_NAME_cmp(X509_get_issuer_name(signer), X509_get_subject_name(x509[i])) != 0 ||
            X509_verify(signer, X509_get0_pubkey(x509[i])) != 1)
            continue;
        EXPECT_CODE(anchor_at(&bundle, i, &a), OK);
        run_write(mine(name), a.cert);
        return mine(name);
    }
    fail_msg("[%s] no CSCA of the first bundle issued its signer", list);
    return NULL;
}

/* Lists whose roots are files; then, with the CSCAs found in them, everything. */
static int compile_all(struct run_args *a)
{
    begin_compile(a, mine("first"));
    for (size_t i = 0; i < COUNT(lists); i++)
        if (lists[i].root != NULL) {
            add_root(a, run_path(data, lists[i].root));
            run_add(a, shared("masterlists", lists[i].list));
        }
    if (run_program(a, folder) != 0)
        return -1;
    open_bundle(mine("first"));
    begin_compile(a, mine("all"));
    for (size_t i = 0; i < COUNT(lists); i++) {
        add_root(a, lists[i].root ? run_path(data, lists[i].root) : root_for(i));
        run_add(a, shared("masterlists", lists[i].list));
    }
    for (size_t i = 0; i < COUNT(pem); i++)
        run_add(a, shared("masterlists", pem[i]));
    for (size_t i = 0; i < COUNT(bare); i++) {
        run_add(a, "--unsigned-list");
        run_add(a, shared("masterlists", bare[i]));
    }
    run_add(a, shared("crl", "IT_CRL_CSCA.crl"));
    run_add(a, shared("crl", "PassID_de.crl"));
    return run_program(a, folder);
}

static int set_up(void **state)
{
    static struct run_args a;

    (void)state;
    folder = run_folder();
    run_add(&a, VERSO_TRUST);
    run_add(&a, "keygen");
    run_add(&a, "--out");
    run_add(&a, mine("key"));
    if (run_program(&a, folder) != 0 || compile_all(&a) != 1)
        return -1;
    open_bundle(mine("all"));
    return 0;
}

static int clean_up(void **state)
{
    (void)state;
    run_clean(folder);
    return 0;
}

/* Each list was taken, and nothing was left out but the two that are no CSCAs. */
static void every_list_is_taken(void **state)
{
    (void)state;
    const struct view err = run_read(mine("err"));
    size_t            left_out = 0;
    const char       *text = strndup((const char *)err.ptr, err.len);

    for (size_t i = 0; i < COUNT(lists); i++) {
        char *want = malloc(1024);

        ROW(lists[i].list);
        snprintf(want, 1024, "%s: ", shared("masterlists", lists[i].list));
        const char *line = strstr(text, want);
        bool        said = false;

        for (; line != NULL; line = strstr(line + 1, want)) {
            const char *said_here = strstr(line, lists[i].remark);

            said |= said_here != NULL && said_here < strchr(line, '\n');
        }
        EXPECT(said);
        free(want);
    }
    for (const char *at = text; (at = strstr(at, "left out: ")) != NULL; at++) {
        left_out++;
        EXPECT(strncmp(at, "left out: not a CSCA certificate", 32) == 0);
    }
    EXPECT(left_out > 0);
    printf("%zu entries left out, none for a reason but not being a CSCA's\n", left_out);
    for (size_t i = 0; i < COUNT(no_cscas); i++) {
        struct anchor a;

        ROW(no_cscas[i].country);
        EXPECT_CODE(anchor_by_fingerprint(&bundle, HEX(no_cscas[i].sha256), &a), E_UNEXPECTED);
    }
}

/* ---- one by one ---- */

static struct tally t_country, t_algorithm, t_key, t_curve, t_link;

static void tally(struct tally *t, const char *name)
{
    size_t i = 0;

    while (i < t->n && strcmp(t->row[i].name, name) != 0)
        i++;
    EXPECT(i < TALLY_ROWS);
    if (i == t->n)
        snprintf(t->row[t->n++].name, TALLY_NAME, "%s", name);
    t->row[i].n++;
}

static void same_text(uint32_t i, const char *what, const char *ours, const char *theirs)
{
    if (strcmp(ours, theirs) != 0)
        fail_msg("anchor %u: %s is \"%s\" for us, \"%s\" for OpenSSL", i, what, ours, theirs);
}

static const char *printed(struct buf *b)
{
    EXPECT_CODE(buf_u8(b, 0), OK);
    return (const char *)b->ptr;
}

static void one_certificate(uint32_t i)
{
    enum { CAP = 128 };
    char           text[CAP], key[CAP], curve[CAP], ours[CAP];
    struct buf     b = buf_of(ours, CAP);
    struct country country;
    struct anchor  a;
    struct cert    c;

    EXPECT_CODE(anchor_at(&bundle, i, &a), OK);
    EXPECT_CODE(cert_read(a.cert, &c, NULL), OK);
    word_country(x509[i], text);
    tally(&t_country, text);
    same_text(i, "country", name_country(c.subject, &country).code == OK ? country.text : "-",
              text);
    word_algorithm(x509[i], text, CAP);
    tally(&t_algorithm, text);
    EXPECT_CODE(sig_alg_print(&c.sig_alg, &b), OK);
    same_text(i, "algorithm", printed(&b), text);
    word_key(x509[i], key, curve, CAP);
    tally(&t_key, key);
    if (curve[0])
        tally(&t_curve, curve);
    b = buf_of(ours, CAP);
    EXPECT_CODE(public_key_print(&c.key, &b), OK);
    same_text(i, "key", printed(&b), key);
    tally(&t_link, word_link(x509, anchor_count(&bundle), i));
    same_text(i, "kind", census_link(&a), word_link(x509, anchor_count(&bundle), i));
}

static void same_tally(const char *what, const struct tally *ours, const struct tally *theirs)
{
    EXPECT(ours->n == theirs->n);
    printf("%s (%zu):", what, ours->n);
    for (size_t i = 0; i < ours->n; i++) {
        size_t k = 0;

        ROW(ours->row[i].name);
        while (k < theirs->n && strcmp(theirs->row[k].name, ours->row[i].name) != 0)
            k++;
        EXPECT(k < theirs->n && theirs->row[k].n == ours->row[i].n);
        printf(" %s=%u", ours->row[i].name, ours->row[i].n);
    }
    printf("\n");
}

static void openssl_reads_the_same(void **state)
{
    (void)state;
    static struct census c;

    for (uint32_t i = 0; i < anchor_count(&bundle); i++)
        one_certificate(i);
    EXPECT_CODE(census_of(&bundle, (struct moment){ 0 }, &c), OK);
    EXPECT(c.anchors == anchor_count(&bundle));
    same_tally("countries", &c.country, &t_country);
    same_tally("algorithms", &c.algorithm, &t_algorithm);
    same_tally("keys", &c.key, &t_key);
    same_tally("curves", &c.curve, &t_curve);
    same_tally("kinds", &c.link, &t_link);
}

/* ---- document signers ---- */

static void judge(const struct truth *t, struct view der)
{
    struct path    p;
    struct cert    ds;
    struct notes   notes = { .n = 0 };
    char           hex16[17];
    const uint8_t *f;

    ROW(t->source);
    EXPECT_CODE(cert_read(der, &ds, NULL), OK);
    EXPECT_CODE(path_find(&bundle, &ds, date_begins((struct date){ 2026, 1, 1 }), &p, &notes), OK);
    EXPECT((p.signature == SUCCESSFUL) == (t->n_verifying > 0));
    EXPECT(p.signature != FAILED);
    if (p.signature != SUCCESSFUL)
        return;
    f = p.anchor.fingerprint.ptr;
    for (int i = 0; i < 8; i++)
        snprintf(hex16 + 2 * i, 3, "%02x", f[i]);
    EXPECT(strstr(t->cscas, hex16) != NULL);
}

static void signers_meet_the_truth(void **state)
{
    (void)state;
    size_t n = truth_read(shared("certs", "dsc_chain_truth.tsv")), judged = 0;

    truth_add_files(shared("certs", "dsc"));
    truth_add_ldif(shared("ldif", "icaopkd-003-complete-000090.ldif"));
    for (size_t i = 0; i < n; i++) {
        const struct truth *t = truth_row(i);

        if (t->der.len == 0)
            continue;
        judge(t, t->der);
        judged++;
    }
    printf("%zu of %zu document signers judged\n", judged, n);
    EXPECT(judged > 130);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_list_is_taken),
        cmocka_unit_test(openssl_reads_the_same),
        cmocka_unit_test(signers_meet_the_truth),
    };
    const char *top = getenv("VERSO_SHARED");

    if (top == NULL || *top == '\0') {
        puts("skipped: VERSO_SHARED does not name the public test data");
        return 77;
    }
    data = run_path(top, "data");
    return cmocka_run_group_tests_name("trust.lists", tests, set_up, clean_up);
}
