/*
 * tool_test: verso-trust as a user meets it: good input, bad input, exit status, messages.
 *
 * Keys, certificates, CRLs and master lists are made by OpenSSL while the test runs.
 */
#include "expect.h"
#include "run.h"

/* after ours: x509v3.h defines some of our names as macros */
#include <openssl/cms.h>
#include <openssl/pem.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "ca.h"

enum { ROOT = 1, LINKED, LIST_SIGNER, STATE, OTHER, STRANGER };

#define UTOPIA                                                                                     \
    {                                                                                              \
        "UT", "CSCA Utopia", false                                                                 \
    }
#define RENAMED                                                                                    \
    {                                                                                              \
        "UT", "CSCA Utopia the Newer", false                                                       \
    }
#define SIGNER                                                                                     \
    {                                                                                              \
        "UT", "Master List Signer", false                                                          \
    }
#define ZEMBLA                                                                                     \
    {                                                                                              \
        "ZE", "CSCA Zembla", false                                                                 \
    }

/* What a Utopian certificate is for, as its extendedKeyUsage says it. */
static const char FOR_LISTS[] = "critical,2.23.136.1.1.3",
                  FOR_SEALS[] = "critical,2.23.136.1.1.11.1", FOR_DOCUMENTS[] = "";
#define FOR_CERTIFICATES NULL

static const char *folder;

static EVP_PKEY *key(unsigned n)
{
    return ca_key("P-256", n);
}

static const char *mine(const char *name)
{
    return run_path(folder, name);
}

static struct view state_cert(unsigned n)
{
    return ca_make(&(struct ca_cert){ .subject = ZEMBLA,
                                      .issuer = ZEMBLA,
                                      .key = key(n),
                                      .signer = key(n),
                                      .ski = "zembla",
                                      .from = 2015,
                                      .until = 2035,
                                      .ca = true });
}

static struct view utopia(struct ca_name subject, unsigned n, unsigned signer, const char *use)
{
    struct ca_cert c = { .subject = subject,
                         .issuer = UTOPIA,
                         .key = key(n),
                         .signer = key(signer),
                         .ski = use == NULL ? NULL : "signer",
                         .from = 2015,
                         .until = 2035,
                         .serial = (long)n,
                         .ca = use == NULL,
                         .eku = use == FOR_DOCUMENTS ? NULL : use };

    if (signer == LINKED)
        c.issuer = (struct ca_name)RENAMED;
    return ca_make(&c);
}

/* Without a word of what it is for. */
static struct view silent(struct ca_name subject)
{
    return ca_make(&(struct ca_cert){ .subject = subject,
                                      .issuer = ZEMBLA,
                                      .key = key(OTHER),
                                      .signer = key(STATE),
                                      .from = 2015,
                                      .until = 2035,
                                      .serial = 77,
                                      .silent = true });
}

static X509 *parsed(struct view der)
{
    const unsigned char *p = der.ptr;
    X509                *x = d2i_X509(NULL, &p, (long)der.len);

    EXPECT(x != NULL);
    return x;
}

/* CscaMasterList { 0, SET { cert... } } */
static struct view bare_list(const struct view *cert, size_t n)
{
    struct buf set = buf_of(malloc(1 << 16), 1 << 16), list = buf_of(malloc(1 << 16), 1 << 16);
    uint8_t   *head = malloc(1 << 16);
    size_t     content = 3, total;

    for (size_t i = 0; i < n; i++)
        EXPECT_CODE(buf_put(&set, cert[i]), OK);
    content += 4 + set.len;
    const uint8_t start[] = { 0x30, 0x82, (uint8_t)(content >> 8), (uint8_t)content, 2, 1, 0,
                              0x31, 0x82, (uint8_t)(set.len >> 8), (uint8_t)set.len };
    total = sizeof start + set.len;
    EXPECT_CODE(buf_put(&list, VIEW(start)), OK);
    EXPECT_CODE(buf_put(&list, buf_view(&set)), OK);
    memcpy(head, list.ptr, total);
    return view_of(head, total);
}

/* As a state signs it; the envelope carries the signer's certificate and one more. */
static struct view signed_list(struct view content, struct view signer, struct view more)
{
    BIO             *bio = BIO_new_mem_buf(content.ptr, (int)content.len);
    const unsigned   flags = CMS_BINARY | CMS_PARTIAL | CMS_NOSMIMECAP;
    CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL, flags);
    unsigned char   *der = NULL;
    int              n;

    EXPECT(CMS_set1_eContentType(cms, OBJ_txt2obj("2.23.136.1.1.2", 1)) == 1);
    EXPECT(CMS_add1_signer(cms, parsed(signer), key(LIST_SIGNER), EVP_sha256(), flags) != NULL);
    if (more.len > 0)
        EXPECT(CMS_add1_cert(cms, parsed(more)) == 1);
    EXPECT(CMS_final(cms, bio, NULL, flags) == 1);
    n = i2d_CMS_ContentInfo(cms, &der);
    EXPECT(n > 0);
    BIO_free(bio);
    return view_of(der, (size_t)n);
}

static void write_pem(const char *name, struct view a, struct view b, const char *spoil)
{
    FILE *f = fopen(mine(name), "w");
    char *text;

    PEM_write_X509(f, parsed(a));
    PEM_write_X509(f, parsed(b));
    fclose(f);
    if (spoil == NULL)
        return;
    const struct view v = run_read(mine(name));
    text = strndup((const char *)v.ptr, v.len);
    memcpy(strstr(strstr(text, "-----END"), "-----BEGIN") + 40, spoil, strlen(spoil));
    run_write(mine(name), view_of(text, v.len));
}

static int run(const char *const *args)
{
    struct run_args a = { .n = 0 };

    run_add(&a, VERSO_TRUST);
    for (; *args != NULL; args++)
        run_add(&a, *args);
    return run_program(&a, folder);
}

#define RUN(...) run((const char *const[]){ __VA_ARGS__, NULL })

static void write_all_inputs(void)
{
    const struct view   zembla = state_cert(STATE), other = state_cert(OTHER);
    const struct view   root = utopia((struct ca_name)UTOPIA, ROOT, ROOT, FOR_CERTIFICATES);
    const struct view   link = utopia((struct ca_name)RENAMED, LINKED, ROOT, FOR_CERTIFICATES);
    const struct view   signer = utopia((struct ca_name)SIGNER, LIST_SIGNER, ROOT, FOR_LISTS);
    const struct view   linked = utopia((struct ca_name)SIGNER, LIST_SIGNER, LINKED, FOR_LISTS);
    const struct view   stray = utopia((struct ca_name)SIGNER, LIST_SIGNER, STRANGER, FOR_LISTS);
    const struct view   document = utopia((struct ca_name)SIGNER, LIST_SIGNER, ROOT, FOR_DOCUMENTS);
    const struct view   seal = utopia((struct ca_name)SIGNER, LIST_SIGNER, ROOT, FOR_SEALS);
    const struct view   list = bare_list((struct view[]){ zembla, other }, 2);
    const struct ca_crl crl = { ZEMBLA, key(STATE), 2025, 2030, { 0 } };
    struct view         good = signed_list(list, signer, (struct view){ .len = 0 }), altered;
    uint8_t            *copy = malloc(good.len);

    memcpy(copy, good.ptr, good.len);
    altered = view_of(copy, good.len);
    copy[(const uint8_t *)memmem(copy, good.len, "CSCA Zembla", 11) - copy] ^= 0x20;
    run_write(mine("zembla.cer"), zembla);
    run_write(mine("other.cer"), other);
    run_write(mine("root.cer"), root);
    run_write(mine("signer.cer"), signer);
    run_write(mine("silent-ds.cer"), silent((struct ca_name){ "ZE", "Document Signer", false }));
    run_write(mine("silent-csca.cer"), silent((struct ca_name)ZEMBLA));
    run_write(mine("cut.cer"), view_of(zembla.ptr, zembla.len - 1));
    run_write(mine("long.cer"), view_of(good.ptr, good.len - 100));
    run_write(mine("rubbish"), TEXT("this is not a certificate"));
    run_write(mine("empty"), TEXT(""));
    run_write(mine("bare.ml"), list);
    run_write(mine("good.ml"), good);
    run_write(mine("altered.ml"), altered);
    run_write(mine("linked.ml"), signed_list(list, linked, link));
    run_write(mine("unlinked.ml"), signed_list(list, linked, (struct view){ .len = 0 }));
    run_write(mine("document.ml"), signed_list(list, document, (struct view){ .len = 0 }));
    run_write(mine("seal.ml"), signed_list(list, seal, (struct view){ .len = 0 }));
    run_write(mine("stray.ml"), signed_list(list, stray, root));
    run_write(mine("good.crl"),
              ca_make_crl(&(struct ca_crl){ ZEMBLA, key(STATE), 2024, 2030, { 5, 0 } }));
    run_write(mine("stray.crl"),
              ca_make_crl(&(struct ca_crl){ ZEMBLA, key(STRANGER), 2024, 2030, { 5, 0 } }));
    run_write(mine("foreign.crl"),
              ca_make_crl(&(struct ca_crl){ UTOPIA, key(STATE), 2024, 2030, { 5, 0 } }));
    run_write(mine("delta.crl"), ca_make_critical_crl(&crl, "2.5.29.27"));
    run_write(mine("partial.crl"), ca_make_critical_crl(&crl, "2.5.29.28"));
    write_pem("two.pem", zembla, other, NULL);
    write_pem("spoilt.pem", zembla, other, "!!!!");
}

static int set_up(void **state)
{
    FILE *f;

    (void)state;
    folder = run_folder();
    write_all_inputs();
    f = fopen(mine("p384.key"), "w");
    PEM_write_PKCS8PrivateKey(f, ca_key("P-384", 20), NULL, NULL, 0, NULL, NULL);
    fclose(f);
    if (RUN("keygen", "--out", mine("key")) != 0)
        return -1;
    return RUN("keygen", "--out", mine("key2"));
}

static int clean_up(void **state)
{
    (void)state;
    run_clean(folder);
    return 0;
}

/* One input beside a good one: the bundle is made, and the message says what was wrong. */
static const struct {
    const char *name, *option, *input;
    int         status;
    unsigned    certificates, crls; /* in the bundle */
    const char *says;
} inputs[] = {
    /* clang-format off */
    { "DER certificate",              NULL,              "zembla.cer",  0, 1, 0, NULL },
    { "PEM with two",                 NULL,              "two.pem",     0, 2, 0, NULL },
    { "PEM, second one spoilt",       NULL,              "spoilt.pem",  1, 1, 0, "spoilt.pem: entry 2: left out: unreadable PEM" },
    { "signed list",                  NULL,              "good.ml",     0, 2, 0, "good.ml: signer: signed by C=UT, CN=Master List Signer" },
    { "signed list, by a linked key", NULL,              "linked.ml",   0, 2, 0, "linked.ml: signer: signed by" },
    { "signed list, link not there",  NULL,              "unlinked.ml", 1, 1, 0, "unlinked.ml: whole list: left out: its signer C=UT, CN=Master List Signer was issued by C=UT, CN=CSCA Utopia the Newer, which is no --root" },
    { "signed list, signer's issuer in name only", NULL, "stray.ml",    1, 1, 0, "which is no --root" },
    { "signed list, by a document signer", NULL,         "document.ml", 1, 1, 0, "document.ml: whole list: left out: its signer C=UT, CN=Master List Signer may not sign master lists" },
    { "signed list, by a seal signer", NULL,             "seal.ml",     1, 1, 0, "seal.ml: whole list: left out: its signer C=UT, CN=Master List Signer may not sign master lists" },
    { "signed list, altered",         NULL,              "altered.ml",  1, 1, 0, "its content is not what was signed" },
    { "bare list",                    NULL,              "bare.ml",     1, 1, 0, "bare.ml: offset 0: left out: a master list that nobody signed" },
    { "bare list, wanted",            "--unsigned-list", "bare.ml",     0, 2, 0, NULL },
    { "no bare list at all",          "--unsigned-list", "good.ml",     1, 1, 0, "not a bare CscaMasterList" },
    { "CRL",                          NULL,              "good.crl",    0, 1, 1, NULL },
    { "CRL, not by its state's key",  NULL,              "stray.crl",   1, 1, 1, "stray.crl: CRL: left out: no CSCA of ZE given here signed it" },
    { "CRL of another country",       NULL,              "foreign.crl", 1, 1, 1, "no CSCA of UT given here signed it" },
    { "CRL of the latest changes only",  NULL,           "delta.crl",   1, 1, 0, "delta.crl: offset 0: left out: a CRL that does not stand for itself" },
    { "CRL of some certificates only",   NULL,           "partial.crl", 1, 1, 0, "partial.crl: offset 0: left out: a CRL that does not stand for itself" },
    { "certificate cut short",        NULL,              "cut.cer",     1, 1, 0, "cut.cer: offset 0: left out: " },
    { "list cut short",               NULL,              "long.cer",    1, 1, 0, "long.cer: " },
    { "rubbish",                      NULL,              "rubbish",     1, 1, 0, "rubbish: offset 0: left out: neither certificate nor CRL nor master list" },
    { "empty file",                   NULL,              "empty",       1, 1, 0, "empty: offset 0: left out: " },
    { "no file",                      NULL,              "absent",      1, 1, 0, "absent: file: left out: No such file or directory" },
    { "a signer, no CSCA",            NULL,              "signer.cer",  1, 1, 0, "signer.cer: offset 0: left out: not a CSCA certificate" },
    { "a signer that says nothing",      NULL,           "silent-ds.cer", 1, 1, 0, "silent-ds.cer: offset 0: left out: not a CSCA certificate" },
    { "a CSCA that says nothing",        NULL,           "silent-csca.cer", 0, 2, 0, NULL },
    { "a private key",                NULL,              "key",         1, 1, 0, "key: entry 1: left out: a PRIVATE KEY is not for a trust bundle" },
    /* clang-format on */
};

static void expect_count(const char *member, unsigned want)
{
    char text[64];

    snprintf(text, sizeof text, "\"%s\":%u,", member, want);
    if (!run_says(mine("out"), text))
        fail_msg("[%s] expected %s", expect_row, text);
}

static void inputs_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(inputs); i++) {
        const char *out = mine("row.bundle"), *in = mine(inputs[i].input);

        ROW(inputs[i].name);
        unlink(out);
        EXPECT(RUN("compile", "--out", out, "--key", mine("key"), "--root", mine("root.cer"),
                   mine("zembla.cer"), inputs[i].option ? inputs[i].option : in,
                   in) == inputs[i].status);
        if (inputs[i].says != NULL && !run_says(mine("err"), inputs[i].says))
            fail_msg("[%s] expected \"%s\"", inputs[i].name, inputs[i].says);
        EXPECT(RUN("show", out, "--key", mine("key.pub"), "--json") == 0);
        expect_count("certificates", inputs[i].certificates);
        expect_count("crl_count", inputs[i].crls);
        EXPECT(run_says(mine("out"), "\"signature\":\"good\""));
    }
}

static void usage_is_told(void **state)
{
    (void)state;
    EXPECT(RUN("--help") == 0);
    EXPECT(RUN("nonsense") == EX_USAGE);
    EXPECT(RUN("compile") == EX_USAGE);
    EXPECT(RUN("compile", "--nonsense") == EX_USAGE);
    EXPECT(RUN("compile", "--out", mine("x"), "--key", mine("key"), "--counter", "-1",
               mine("zembla.cer")) == EX_USAGE);
    EXPECT(RUN("compile", "--out", mine("x"), "--key", mine("key"), "--valid-days", "1x",
               mine("zembla.cer")) == EX_USAGE);
    EXPECT(RUN("show") == EX_USAGE);
    EXPECT(RUN("keygen") == EX_USAGE);
}

static void keys_are_checked(void **state)
{
    (void)state;
    struct stat st;

    EXPECT(stat(mine("key"), &st) == 0 && (st.st_mode & 0777) == 0600);
    EXPECT(RUN("keygen", "--out", mine("key")) == EX_CANTCREAT); /* never overwritten */
    EXPECT(RUN("compile", "--out", mine("x"), "--key", mine("absent"), mine("zembla.cer")) ==
           EX_NOINPUT);
    EXPECT(RUN("compile", "--out", mine("x"), "--key", mine("rubbish"), mine("zembla.cer")) ==
           EX_DATAERR);
    EXPECT(RUN("compile", "--out", mine("x"), "--key", mine("p384.key"), mine("zembla.cer")) ==
           EX_DATAERR);
    EXPECT(run_says(mine("err"), "not on P-256"));
    EXPECT(RUN("compile", "--out", mine("x"), "--key", mine("key"), mine("rubbish")) == EX_DATAERR);
    EXPECT(RUN("compile", "--out", mine("nowhere/x"), "--key", mine("key"), mine("zembla.cer")) ==
           EX_CANTCREAT);
    EXPECT(stat(mine("x"), &st) != 0); /* none of them left a file */
}

/* The counter goes on from the bundle that is there, and never back. */
static void counters_rise(void **state)
{
    (void)state;
    const char *out = mine("count.bundle");

    EXPECT(RUN("compile", "--out", out, "--key", mine("key"), "--counter", "41",
               mine("zembla.cer")) == 0);
    EXPECT(run_says(mine("out"), "counter 41"));
    EXPECT(RUN("compile", "--out", out, "--key", mine("key"), mine("zembla.cer")) == 0);
    EXPECT(run_says(mine("out"), "counter 42"));
    EXPECT(RUN("compile", "--out", out, "--key", mine("key"), "--counter", "42",
               mine("zembla.cer")) == EX_DATAERR);
    EXPECT(run_says(mine("err"), "has counter 42; the next must be higher"));
    EXPECT(RUN("compile", "--out", out, "--key", mine("key2"), mine("zembla.cer")) == EX_CANTCREAT);
    EXPECT(RUN("show", out, "--key", mine("key.pub")) == 0);
    EXPECT(run_says(mine("out"), "counter 42"));
}

static void show_proves(void **state)
{
    (void)state;
    const char *out = mine("show.bundle");
    struct view file;
    uint8_t    *copy;

    EXPECT(RUN("compile", "--out", out, "--key", mine("key"), mine("two.pem")) == 0);
    EXPECT(RUN("show", out) == 0);
    EXPECT(run_says(mine("out"), "signature NOT CHECKED"));
    EXPECT(RUN("show", out, "--key", mine("key2.pub")) == 1);
    EXPECT(run_says(mine("err"), "not signed by the operator's key"));
    EXPECT(RUN("show", mine("rubbish"), "--key", mine("key.pub")) == 1);
    EXPECT(RUN("show", mine("absent")) == EX_NOINPUT);
    file = run_read(out);
    copy = malloc(file.len);
    memcpy(copy, file.ptr, file.len);
    copy[5000] ^= 1;
    run_write(mine("bent.bundle"), view_of(copy, file.len));
    EXPECT(RUN("show", mine("bent.bundle"), "--key", mine("key.pub")) == 1);
    EXPECT(run_says(mine("err"), "a page is not what the operator signed"));
    run_write(mine("cut.bundle"), view_of(copy, file.len - 1));
    EXPECT(RUN("show", mine("cut.bundle"), "--key", mine("key.pub")) == 1);
    EXPECT(run_says(mine("err"), "shorter or longer than it says"));
    free(copy);
}

/* The report names every source and every remark; it is JSON to Python too. */
static void report_is_json(void **state)
{
    (void)state;
    char command[512];

    EXPECT(RUN("compile", "--out", mine("report.bundle"), "--key", mine("key"), "--report-json",
               mine("report.json"), mine("two.pem"), mine("rubbish"), mine("signer.cer")) == 1);
    EXPECT(run_says(mine("report.json"), "\"left_out\":2,"));
    EXPECT(run_says(mine("report.json"), "\"entries\":2,\"taken\":2,\"new\":2}"));
    snprintf(command, sizeof command, "python3 -m json.tool '%s' >/dev/null", mine("report.json"));
    EXPECT(system(command) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inputs_hold),      cmocka_unit_test(usage_is_told),
        cmocka_unit_test(keys_are_checked), cmocka_unit_test(counters_rise),
        cmocka_unit_test(show_proves),      cmocka_unit_test(report_is_json),
    };

    return cmocka_run_group_tests_name("trust.tool", tests, set_up, clean_up);
}
