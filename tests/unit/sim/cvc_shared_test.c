/*
 * cvc_shared_test: card verifiable certificates that others made, each taken apart, chained and
 * verified as the chip does it; and terminal authentication with two foreign PKIs.
 *
 * Sources: the public test certificates below data/cvc of VERSO_SHARED (AusweisApp, CardContact,
 * JMRTD, OpenPACE, vsmartcard); cvc_truth.tsv there says what they hold, by another reader;
 * BSI's worked example of EAC 2 from data/vectors.
 */
#include "chip/ca_chip.h"
#include "chip/cvc_chip.h"

#include <openssl/x509.h>

#include "chip/hextext.h"

#include "cv_maker.h"
#include "shared.h"

enum { CERTIFICATES = 128 };

struct one {
    char                name[96];
    uint8_t             bytes[2048];
    struct cvc_chip     c;
    struct cvc_chip_key key; /* key.key NULL: not known yet */
    bool                good;
};

static struct one all[CERTIFICATES];
static size_t     count;

static char root[SHARED_PATH];

/* Whole file, hex digits or not, into out. */
static struct view file_of(const char *name, uint8_t *out, size_t cap)
{
    char        path[SHARED_PATH];
    struct view v;
    struct buf  b = buf_of(out, cap);

    shared_join(path, root, name);
    v = shared_read(path);
    if (strstr(name, ".hex") != NULL) {
        char *text = calloc(v.len + 1, 1);

        memcpy(text, v.ptr, v.len);
        for (char *line = text; (line = strpbrk(line, "\r\n")) != NULL;)
            *line = ' ';
        EXPECT_CODE(hextext_read(text, &b), OK);
        free(text);
    } else {
        EXPECT_CODE(buf_put(&b, v), OK);
    }
    free((void *)(uintptr_t)v.ptr);
    return buf_view(&b);
}

/* A date of the table, "010300020106", one digit in every two. */
static uint32_t date_of(const char *text)
{
    uint32_t date = 20;

    for (size_t i = 1; i < 12; i += 2)
        date = date * 10 + (uint32_t)(text[i] - '0');
    return date;
}

/* One row of the table: file, CAR, CHR, OID, CHAT, dates, issuers, verdict. */
static void read_row(char *line)
{
    struct one *o = &all[count];
    char       *field[9], *next = line;
    struct view v, content;

    for (size_t i = 0; i < 9; i++) {
        field[i] = next;
        next += strcspn(next, "\t\r\n");
        if (*next != '\0')
            *next++ = '\0';
    }
    ROW(o->name);
    snprintf(o->name, sizeof o->name, "%s", field[0]);
    v = file_of(field[0], o->bytes, sizeof o->bytes);
    EXPECT_CODE(tlv_expect(&v, 0x7F21, &content), OK);
    EXPECT_CODE(cvc_chip_parse(content, &o->c), OK);
    EXPECT_BYTES(o->c.car, text_of(field[1]));
    EXPECT_BYTES(o->c.chr, text_of(field[2]));
    EXPECT(o->c.effective == date_of(field[5]) && o->c.expiry == date_of(field[6]));
    EXPECT(strcmp(field[8], "yes") == 0);
    count++;
}

/* Find the certificate's issuer and with it its key. */
static bool settle(struct one *o)
{
    if (o->key.key == NULL)
        (void)cvc_chip_key(&o->c, NULL, &o->key).code;
    for (size_t i = 0; i < count && !o->good; i++) {
        const struct one *by = &all[i];

        if (by->key.key == NULL || !view_eq(by->c.chr, o->c.car))
            continue;
        o->good = cvc_chip_good(&by->key, o->c.body, o->c.signature);
        if (o->good && o->key.key == NULL)
            EXPECT_CODE(cvc_chip_key(&o->c, by->key.key, &o->key), OK);
    }
    return o->good;
}

static void all_verify(void **state)
{
    uint8_t     table[32768];
    struct view v = file_of("cvc_truth.tsv", table, sizeof table - 1);
    size_t      good = 0, before;
    char       *line, *save = NULL;

    (void)state;
    table[v.len] = '\0';
    strtok_r((char *)table, "\n", &save); /* its head */
    while ((line = strtok_r(NULL, "\n", &save)) != NULL && count < CERTIFICATES)
        read_row(line);
    do {
        before = good;
        good = 0;
        for (size_t i = 0; i < count; i++)
            good += settle(&all[i]);
    } while (good > before);
    for (size_t i = 0; i < count; i++) {
        ROW(all[i].name);
        EXPECT(all[i].good);
        all[i].bytes[all[i].c.body.ptr - all[i].bytes + 20] ^= 1; /* and no longer if altered */
        for (size_t j = 0; j < count; j++)
            EXPECT(all[j].key.key == NULL ||
                   !cvc_chip_good(&all[j].key, all[i].c.body, all[i].c.signature));
        all[i].bytes[all[i].c.body.ptr - all[i].bytes + 20] ^= 1;
    }
    printf("%zu certificates\n", count);
    EXPECT(count >= 50);
    for (size_t i = 0; i < count; i++)
        EVP_PKEY_free(all[i].key.key);
}

/* The value of a line NAME=hex of the worked example. */
static struct view vector(const char *text, const char *name, uint8_t *out, size_t cap)
{
    const size_t wide = strlen(name);
    struct buf   b = buf_of(out, cap);

    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        char digits[4096];

        line += *line == '\n';
        if (strncmp(line, name, wide) != 0 || line[wide] != '=')
            continue;
        snprintf(digits, sizeof digits, "%.*s", (int)strcspn(line, "\r\n") - (int)wide - 1,
                 line + wide + 1);
        EXPECT_CODE(hextext_read(digits, &b), OK);
        return buf_view(&b);
    }
    fail_msg("no %s", name);
    return view_of(NULL, 0);
}

/* BSI's worked example of EAC 2: its certificates, and the signature over
 * Comp(chip's PACE key) | r_IC | Comp(terminal's ephemeral key), which version 1 signs alike. */
static void worked_example(void **state)
{
    static const char *const names[] = { "cvca_cert", "dv_cert", "ta_cert" };
    static uint8_t           bytes[3][2048];
    char                     path[SHARED_PATH], data[SHARED_PATH];
    uint8_t                  point[256], room[256], sig[256];
    struct buf               text = BUF(room);
    struct cvc_chip_key      key = { 0 };
    struct view              file, v, content;

    (void)state;
    shared_join(data, getenv("VERSO_SHARED"), "data/vectors");
    shared_join(path, data, "eac2_ecdh_bsi_worked_example.txt");
    file = shared_read(path);
    char *lines = calloc(file.len + 1, 1);

    memcpy(lines, file.ptr, file.len);
    for (size_t i = 0; i < COUNT(names); i++) {
        struct cvc_chip     c;
        struct cvc_chip_key own = { 0 };

        ROW(names[i]);
        v = vector(lines, names[i], bytes[i], sizeof bytes[i]);
        EXPECT_CODE(tlv_expect(&v, 0x7F21, &content), OK);
        EXPECT_CODE(cvc_chip_parse(content, &c), OK);
        EXPECT_CODE(cvc_chip_key(&c, key.key, &own), OK);
        EXPECT(cvc_chip_good(i == 0 ? &own : &key, c.body, c.signature));
        EVP_PKEY_free(key.key);
        key = own;
    }
    ROW("ta_pcd_signature");
    EXPECT_CODE(ca_chip_comp(true, vector(lines, "picc_pub_key", point, sizeof point), &text), OK);
    EXPECT_CODE(buf_put(&text, vector(lines, "ta_nonce", point, sizeof point)), OK);
    EXPECT_CODE(ca_chip_comp(true, vector(lines, "ca_pcd_pub_key", point, sizeof point), &text),
                OK);
    EXPECT(
        cvc_chip_good(&key, buf_view(&text), vector(lines, "ta_pcd_signature", sig, sizeof sig)));
    EVP_PKEY_free(key.key);
    free(lines);
    free((void *)(uintptr_t)file.ptr);
}

/* Chains whose terminal's key is public, from the CVCA's certificate to the terminal's. */
static const struct {
    const char            *name, *certificates[3], *key;
    const struct cv_suite *suite;
    uint16_t               dg3, dg4;
} chains[] = {
    { "CardContact, domestic DV",
      { "cardcontact_utopia/UTISCVCA_UTISCVCA00001.selfsigned.cvcert",
        "cardcontact_utopia/UTISCVCA_UTISDVCAOD_UTISDVCAOD00001.cvcert",
        "cardcontact_utopia/UTISCVCA_UTISDVCAOD_UTTERM_UTTERM00001.cvcert" },
      "cardcontact_utopia/UTISCVCA_UTISDVCAOD_UTTERM_UTTERM00001.pkcs8",
      &cv_suites[8],
      0x9000,
      0x9000 },
    { "CardContact, foreign DV",
      { "cardcontact_utopia/UTISCVCA_UTISCVCA00001.selfsigned.cvcert",
        "cardcontact_utopia/UTISCVCA_UTISDVCAOF_UTISDVCAOF00001.cvcert",
        "cardcontact_utopia/UTISCVCA_UTISDVCAOF_UTTERM_UTTERM00001.cvcert" },
      "cardcontact_utopia/UTISCVCA_UTISDVCAOF_UTTERM_UTTERM00001.pkcs8",
      &cv_suites[8],
      0x9000,
      0x9000 },
    { "JMRTD",
      { "jmrtd_rsa/orig_certCVCA_orig.cvcert", "jmrtd_rsa/orig_certDVD_orig.cvcert",
        "jmrtd_rsa/orig_certIS_orig.cvcert" },
      "jmrtd_rsa/orig_keyIS_orig.der",
      &cv_suites[7],
      0x9000,
      0x6982 },
};

static void draw(uint8_t *out, size_t len)
{
    EXPECT(RAND_bytes(out, (int)len) == 1);
}

static uint16_t ask(struct terminal *t, const char *header, unsigned tag, struct view value)
{
    uint8_t data[64];

    terminal_ask(t, header, view_of(data, terminal_put(data, tag, value)), -1);
    return t->sw;
}

/* Chip authentication; the X coordinate of the ephemeral key into comp. */
static void agree(struct terminal *t, EVP_PKEY *ca, uint8_t comp[32])
{
    EVP_PKEY   *own = terminal_ephemeral(ca);
    uint8_t     point[200], data[300], room[1024];
    struct view wire = terminal_public(own, point);

    memcpy(comp, wire.ptr + 1, 32);
    terminal_ask(t, "002241A6", view_of(data, terminal_put(data, 0x91, wire)), -1);
    EXPECT(t->sw == 0x9000);
    terminal_begin(t, TERMINAL_3DES, terminal_shared(own, ca, room));
    EVP_PKEY_free(own);
}

static void prove(struct terminal *t, size_t row, const uint8_t comp[32])
{
    uint8_t              data[128], sig[600], der[4096];
    struct view          key = file_of(chains[row].key, der, sizeof der), r;
    const unsigned char *at = key.ptr;
    EVP_PKEY            *is = d2i_AutoPrivateKey(NULL, &at, (long)key.len);

    EXPECT(is != NULL);
    r = terminal_ask(t, "00840000", view_of(NULL, 0), 8);
    EXPECT(r.len == 8);
    memcpy(data, "L898902C<3", 10);
    memcpy(data + 10, r.ptr, 8);
    memcpy(data + 18, comp, 32);
    terminal_ask(t, "00820000", cv_sign(chains[row].suite, is, view_of(data, 50), sig), -1);
    EXPECT(t->sw == 0x9000);
    EVP_PKEY_free(is);
}

static void foreign_chains(void **state)
{
    EVP_PKEY *ca = terminal_key("P-256");

    (void)state;
    for (size_t i = 0; i < COUNT(chains); i++) {
        struct paper    p;
        struct problem  why = { "" };
        struct terminal t = { .paper = &p };
        uint8_t         bytes[2048], comp[32];

        ROW(chains[i].name);
        paper_folder(&p, "[document]\naccess = plain\n" PAPER_MRZ
                         "[ca]\nkeys = ecdh-3des:1:ca.key\n[ta]\ntrust = cvca-1.cvc\n");
        paper_write(&p, "DG4.bin", HEX("7600"));
        paper_write(&p, "cvca-1.cvc", file_of(chains[i].certificates[0], bytes, sizeof bytes));
        terminal_file(&p, "ca.key", ca);
        p.chip = chip_new(p.dir, &why);
        EXPECT(p.chip != NULL);
        chip_draw_from(p.chip, draw);
        terminal_ask(&t, "00A4040C", HEX("A0000002471001"), -1);
        agree(&t, ca, comp);
        for (size_t k = 1; k < 3; k++) {
            struct view     v = file_of(chains[i].certificates[k], bytes, sizeof bytes);
            struct cvc_chip c;

            EXPECT_CODE(cvc_chip_parse(cv_content(v), &c), OK);
            EXPECT(ask(&t, "002281B6", 0x83, c.car) == 0x9000);
            terminal_ask(&t, "002A00BE", cv_content(v), -1);
            EXPECT(t.sw == 0x9000);
            if (k == 2)
                EXPECT(ask(&t, "002281A4", 0x83, c.chr) == 0x9000);
        }
        prove(&t, i, comp);
        terminal_ask(&t, "00B08300", view_of(NULL, 0), 256);
        EXPECT(t.sw == chains[i].dg3);
        terminal_ask(&t, "00B08400", view_of(NULL, 0), 256);
        EXPECT(t.sw == chains[i].dg4);
        paper_remove(&p);
    }
    EVP_PKEY_free(ca);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_verify),
        cmocka_unit_test(worked_example),
        cmocka_unit_test(foreign_chains),
    };
    char data[SHARED_PATH];

    if (!shared_is_there())
        return 77;
    shared_join(data, getenv("VERSO_SHARED"), "data");
    shared_join(root, data, "cvc");
    return cmocka_run_group_tests_name("sim.cvc_shared", tests, NULL, NULL);
}
