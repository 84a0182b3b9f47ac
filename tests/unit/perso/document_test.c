/*
 * document_test: the default document, judged by OpenSSL and libjpeg, and the tool's manners.
 */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jpeglib.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/x509.h>

#include "filing.h"

#include "expect.h"

static char home[] = "/tmp/verso-perso-test-XXXXXX";

/* The program's exit status; its words go to the file "said". */
static int run(const char *arguments)
{
    char command[1024];
    int  status;

    snprintf(command, sizeof command, "cd %s && %s %s >said 2>&1", home, PERSO_PROGRAM, arguments);
    status = system(command);
    assert_true(status >= 0);
    return status >> 8;
}

static struct blob file(const char *name)
{
    struct blob b = { 0 };
    char        path[256];

    snprintf(path, sizeof path, "%s/%s", home, name);
    if (!filing_read(path, &b))
        fail_msg("%s is missing", path);
    return b;
}

static bool says(const char *text)
{
    struct blob b = file("said");

    blob_u(&b, 0, 1);
    return strstr((const char *)b.at, text) != NULL;
}

static bool exists(const char *name)
{
    char        path[256];
    struct stat s;

    snprintf(path, sizeof path, "%s/%s", home, name);
    return stat(path, &s) == 0;
}

static X509 *certificate(const char *name)
{
    struct blob          b = file(name);
    const unsigned char *at = b.at;
    X509                *x = d2i_X509(NULL, &at, (long)b.len);

    EXPECT(x != NULL && at == b.at + b.len);
    return x;
}

/* d2i then i2d gives the same bytes: OpenSSL found nothing to write otherwise. */
static void chain_and_crl(void **state)
{
    X509           *csca = certificate("doc/csca.cer"), *ds = certificate("doc/ds.cer");
    struct blob     b = file("doc/csca.crl");
    const uint8_t  *at = b.at;
    X509_CRL       *crl = d2i_X509_CRL(NULL, &at, (long)b.len);
    X509_STORE     *store = X509_STORE_new();
    X509_STORE_CTX *ctx = X509_STORE_CTX_new();

    (void)state;
    EXPECT(crl != NULL);
    EXPECT(X509_self_signed(csca, 1) == 1);
    EXPECT(X509_CRL_verify(crl, X509_get0_pubkey(csca)) == 1);
    X509_STORE_add_cert(store, csca);
    X509_STORE_add_crl(store, crl);
    X509_STORE_CTX_init(ctx, store, ds, NULL);
    X509_STORE_CTX_set_flags(ctx, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_X509_STRICT);
    X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(ctx), 1792000000); /* October 2026 */
    if (X509_verify_cert(ctx) != 1)
        fail_msg("%s", X509_verify_cert_error_string(X509_STORE_CTX_get_error(ctx)));
    X509_STORE_CTX_free(ctx);
    X509_STORE_free(store);
    X509_CRL_free(crl);
    X509_free(csca);
    X509_free(ds);
}

/* The SOD's content after CMS_verify, which also compares the message digest. */
static struct blob lds_object(void)
{
    struct blob      sod = file("doc/EF.SOD.bin"), content = { 0 };
    const uint8_t   *at = sod.at + 4; /* 77 82 xx xx */
    CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &at, (long)sod.len - 4);
    BIO             *out = BIO_new(BIO_s_mem());
    char            *bytes;

    EXPECT(sod.at[0] == 0x77 && sod.at[1] == 0x82 && cms != NULL && at == sod.at + sod.len);
    EXPECT(CMS_verify(cms, NULL, NULL, NULL, out, CMS_NO_SIGNER_CERT_VERIFY | CMS_BINARY) == 1);
    blob_put(&content, "", 0);
    const long n = BIO_get_mem_data(out, &bytes);

    blob_put(&content, bytes, (size_t)n);
    BIO_free(out);
    CMS_ContentInfo_free(cms);
    return content;
}

static void hashes_are_of_the_files(void **state)
{
    static const int numbers[] = { 1, 2, 11, 12, 14 };
    struct blob      content = lds_object();
    size_t           at = 0;

    (void)state;
    for (size_t i = 0; i < COUNT(numbers); i++) {
        char        name[32];
        uint8_t     want[5 + 2 + 32] = { 0x30, 0x25, 0x02, 0x01, (uint8_t)numbers[i], 0x04, 0x20 };
        struct blob dg;

        snprintf(name, sizeof name, "doc/DG%d.bin", numbers[i]);
        dg = file(name);
        EVP_Digest(dg.at, dg.len, want + 7, NULL, EVP_sha256(), NULL);
        while (at + sizeof want <= content.len && memcmp(content.at + at, want, sizeof want) != 0)
            at++;
        ROW(name);
        EXPECT(at + sizeof want <= content.len);
    }
}

static void portrait_is_a_jpeg(void **state)
{
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr         errors;
    struct blob                   dg2 = file("doc/DG2.bin");
    size_t                        at = 0;
    static uint8_t                row[4096 * 3];
    JSAMPROW                      rows[] = { row };

    (void)state;
    while (at + 3 < dg2.len && memcmp(dg2.at + at, "\xFF\xD8\xFF", 3) != 0)
        at++;
    EXPECT(dg2.len - at >= 15 * 1024 && dg2.len - at <= 20000);
    EXPECT(memcmp(dg2.at + dg2.len - 2, "\xFF\xD9", 2) == 0);
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&jpeg);
    jpeg_mem_src(&jpeg, dg2.at + at, dg2.len - at);
    EXPECT(jpeg_read_header(&jpeg, TRUE) == JPEG_HEADER_OK);
    EXPECT(jpeg.image_width >= 413 && jpeg.image_height >= 531 && !jpeg.progressive_mode);
    jpeg_start_decompress(&jpeg);
    while (jpeg.output_scanline < jpeg.output_height)
        jpeg_read_scanlines(&jpeg, rows, 1);
    EXPECT(jpeg.err->num_warnings == 0);
    jpeg_finish_decompress(&jpeg);
    jpeg_destroy_decompress(&jpeg);
}

static void seed_leaves_nothing_to_chance(void **state)
{
    static const char *const names[] = { "EF.SOD.bin", "DG2.bin", "csca.cer", "csca.crl",
                                         "issuer/ds.key" };

    (void)state;
    EXPECT(run("--out again --seed 1 --date 2026-10-01 --set csca.key=rsa-2048") == 0);
    for (size_t i = 0; i < COUNT(names); i++) {
        char        one[64], two[64];
        struct blob a, b;

        snprintf(one, sizeof one, "doc/%s", names[i]);
        snprintf(two, sizeof two, "again/%s", names[i]);
        a = file(one), b = file(two);
        ROW(names[i]);
        EXPECT_BYTES(view_of(a.at, a.len), view_of(b.at, b.len));
    }
}

static void same_issuer_again(void **state)
{
    struct blob a, b;

    (void)state;
    EXPECT(run("--out berta --issuer doc/issuer --set person.given=BERTA --date 2026-10-01") == 0);
    a = file("doc/csca.cer"), b = file("berta/csca.cer");
    EXPECT_BYTES(view_of(a.at, a.len), view_of(b.at, b.len));
    a = file("doc/ds.cer"), b = file("berta/ds.cer");
    EXPECT_BYTES(view_of(a.at, a.len), view_of(b.at, b.len));
}

static void write_text(const char *name, const char *text)
{
    struct blob b = { 0 };
    char        path[256];

    snprintf(path, sizeof path, "%s/%s", home, name);
    blob_put(&b, text, strlen(text));
    filing_write(path, &b, false);
}

static const struct {
    const char *name, *recipe, *arguments, *says;
    int         status;
} refused[] = {
    /* clang-format off */
    { "typo in a key", "# x\n[csca]\nkeyy = rsa-2048\n", "r", "r:3: csca.keyy = rsa-2048: unknown key (did you mean csca.key?)", 65 },
    { "typo in --set", "", "--set sod.dijest=sha1 r", "did you mean sod.digest?", 65 },
    { "no key = value", "[ds]\nrsa\n", "r", "r:2:", 65 },
    { "no such key type", "csca.key = rsa-x\n", "r", "r:1: csca.key = rsa-x", 65 },
    { "signature of another kind of key", "csca.key = ec:brainpoolP256r1\ncsca.sign = pkcs1-sha256\n", "r", "r:2:", 65 },
    { "no such place", "base = fast\npatch = EF.SOD after-sign signed/31[7] delete\n", "r", "r:2: patch", 65 },
    { "no such stage", "base = fast\npatch = DG2 before-sign 75 delete\n", "r", "stages: before-hash after-hash", 65 },
    { "no such file in this document", "base = fast\npatch = DG15 before-hash 6F delete\n", "r", "never carried out", 65 },
    { "no such date", "base = fast\nds.to = tomorrow\n", "r", "r:2: ds.to", 65 },
    { "a sign in a date", "base = fast\nds.to = +026-10-01\n", "r", "r:2: ds.to", 65 },
    { "a date cut short", "base = fast\nds.to = 2026-10-1\n", "r", "r:2: ds.to", 65 },
    { "no such case", "[case A]\ntitle = x\n", "--case B r", "no [case B]", 65 },
    { "cases without a case", "[case A]\ntitle = x\n", "r", "--case NAME", 64 },
    { "a base that bites its tail", "base = r\n", "r", "nested", 65 },
    { "no such recipe", "", "none.recipe", "none.recipe", 74 },
    { "another CSCA than --issuer's", "csca.name = Other\n", "--issuer doc/issuer r", "r:1: csca.name", 65 },
    { "PACE info without sense", "base = fast\npace.infos = ecdh-gm-des:13\n", "r", "ecdh-gm-des:13: MAPPING-CIPHER", 65 },
    { "group that is reserved", "base = fast\npace.infos = ecdh-gm:standard:7\n", "r", "ecdh-gm:standard:7", 65 },
    { "form a group has not", "base = fast\npace.infos = ecdh-gm:pkcs3:13\n", "r", "no form pkcs3", 65 },
    { "cipher that is none", "base = fast\nca.key = ec:secp256r1\nca.cipher = des\n", "r", "r:3: ca.cipher", 65 },
    { "form a key has not", "base = fast\nca.key = ec:brainpoolP160r1\nca.params = standard\n", "r", "r:3: ca.params", 65 },
    { "key of no kind", "base = fast\nca.key = dh:dh_1\n", "r", "dh_1", 65 },
    { "suite that is none", "base = fast\nta.suite = ecdsa\n", "r", "r:2: ta.suite", 65 },
    { "three link certificates", "base = fast\nta.suite = ecdsa-sha256\nta.links = 3\n", "r", "r:3: ta.links", 65 },
    { "trust in nobody", "base = fast\nta.suite = ecdsa-sha256\nta.trusts = 2\n", "r", "r:3: ta.trusts", 65 },
    { "iris in WSQ", "base = fast\nlds.groups = 1 4\ndg4.images = wsq\n", "r", "r:3: dg4.images", 65 },
    { "folder of somebody else", "base = fast\n", "--out taken r", "--force", 73 },
    /* clang-format on */
};

static void refusals_leave_nothing(void **state)
{
    char command[256];

    (void)state;
    setenv("ASAN_OPTIONS", "detect_leaks=0", 1); /* a refusal ends the program where it stands */
    write_text("fast", "csca.key = rsa-1024\nds.key = rsa-1024\n");
    assert_int_equal(run("--help"), 0);
    for (size_t i = 0; i < COUNT(refused); i++) {
        char arguments[256];

        ROW(refused[i].name);
        write_text("r", refused[i].recipe);
        snprintf(arguments, sizeof arguments, "%s%s",
                 strstr(refused[i].arguments, "--out") ? "" : "--out no ", refused[i].arguments);
        if (run(arguments) != refused[i].status || !says(refused[i].says))
            fail_msg("[%s] said \"%s\"", refused[i].name, (const char *)file("said").at);
        EXPECT(!exists("no") && !exists("no/EF.SOD.bin"));
    }
    EXPECT(exists("taken/letter"));
    write_text("r", "base = fast\n");
    assert_int_equal(run("--force --out taken r"), 0);
    EXPECT(!exists("taken/letter") && exists("taken/EF.SOD.bin"));
    unsetenv("ASAN_OPTIONS");
    snprintf(command, sizeof command, "ls -d %s/*unfinished* >/dev/null 2>&1", home);
    EXPECT(system(command) != 0);
}

static int begin(void **state)
{
    char path[256];

    (void)state;
    if (mkdtemp(home) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/taken", home);
    mkdir(path, 0755);
    write_text("taken/letter", "dear");
    return run("--out doc --seed 1 --date 2026-10-01 --set csca.key=rsa-2048");
}

static int end(void **state)
{
    char command[256];

    (void)state;
    snprintf(command, sizeof command, "rm -rf %s", home);
    return system(command);
}

/* What the chip's sections say goes through; the last of two equal keys holds, once. */
static void ini_is_passed_on(void **state)
{
    static const char want[] = "; a title\n"
                               "[document]\n"
                               "mrz1 = P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n"
                               "access = plain\n"
                               "mrz2 = ANOTHER\n"
                               "\n[chip]\n"
                               "max_read = 64\n"
                               "\n[rule.a]\n"
                               "command = 00B0*\n"
                               "vanish = before\n";
    struct blob       ini;

    (void)state;
    write_text("b", "base = fast\n[document]\naccess = bac\n[chip]\nmax_read = 32\n"
                    "[rule.a]\ncommand = 00B0*\n");
    write_text("r", "base = b\ntitle = a title\n[document]\naccess = plain\nmrz2 = ANOTHER\n"
                    "[chip]\nmax_read = 64\n[rule.a]\nvanish = before\n");
    assert_int_equal(run("--out ini r"), 0);
    ini = file("ini/document.ini");
    EXPECT_BYTES(view_of(ini.at, ini.len), view_of(want, sizeof want - 1));
}

/* By its full name a line for document.ini may stand in a case and behind --set, and overrules what
 * the tool says by itself. */
static void ini_by_full_names(void **state)
{
    static const char want[] = "; a title\n"
                               "[document]\n"
                               "mrz1 = P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n"
                               "mrz2 = L898902C36UTO7408122F3609301ZE184226B<<<<<16\n"
                               "can = 501290\n"
                               "access = pace\n"
                               "\n[pace]\n"
                               "offers = ecdh-gm-aes-128:13 ecdh-im-3des:12 dh-gm-aes-256:2\n"
                               "fault = wrong-token\n"
                               "\n[rule.late]\n"
                               "command = 0084*\n"
                               "reply = 6F00\n";
    struct blob       ini;

    (void)state;
    write_text("c", "base = fast\n[case one]\ntitle = a title\n"
                    "pace.infos = ecdh-gm-aes-128:13 ecdh-im-3des:44 unknown dh-cam-aes-128:2 "
                    "dh-gm-aes-256:2 ecdh-im:standard:12:44\n"
                    "pace.fault = wrong-token\nrule.late.command = 0084*\n");
    assert_int_equal(run("--out full --date 2026-10-01 --case one --set document.access=pace "
                         "--set rule.late.reply=6F00 c"),
                     0);
    ini = file("full/document.ini");
    EXPECT_BYTES(view_of(ini.at, ini.len), view_of(want, sizeof want - 1));
}

/* A base has a base, eight deep and no deeper; what stands behind "base" comes after it. */
static void bases_go_eight_deep(void **state)
{
    (void)state;
    write_text("base0", "title = innermost\ncsca.key = rsa-1024\nds.key = rsa-1024\n");
    for (int i = 1; i <= 9; i++) {
        char name[32], text[64];

        snprintf(name, sizeof name, "base%d", i);
        snprintf(text, sizeof text, "title = %d\nbase = base%d\nmrz.optional = %d\n", i, i - 1, i);
        write_text(name, text);
    }
    assert_int_equal(run("--out deep base8"), 0);
    struct blob ini = file("deep/document.ini");

    blob_u(&ini, 0, 1);
    EXPECT(strncmp((const char *)ini.at, "; innermost\n", 12) == 0);
    EXPECT(strstr((const char *)ini.at, "8<<<<<<<<<<<<<") != NULL);
    assert_int_equal(run("--out deeper base9"), 65);
    EXPECT(says("base0: bases nested more than 8 deep") && !exists("deeper"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chain_and_crl),      cmocka_unit_test(hashes_are_of_the_files),
        cmocka_unit_test(portrait_is_a_jpeg), cmocka_unit_test(seed_leaves_nothing_to_chance),
        cmocka_unit_test(same_issuer_again),  cmocka_unit_test(refusals_leave_nothing),
        cmocka_unit_test(ini_is_passed_on),   cmocka_unit_test(bases_go_eight_deep),
        cmocka_unit_test(ini_by_full_names),
    };

    return cmocka_run_group_tests_name("perso.document", tests, begin, end);
}
