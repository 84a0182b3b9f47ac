/*
 * ca_chip_test: chip authentication with a terminal made of OpenSSL: both agreements, all
 * suites, one command and two, several keys; what the chip refuses; each fault.
 *
 * Status words: BSI TR-03110-3 v2.21 clause B.2, B.3.
 */
#include "chip/ca_chip.h"

#include <openssl/x509.h>

#include "terminal.h"

#define PLAIN "[document]\naccess = plain\n"
#define BAC   "[document]\naccess = bac\n" PAPER_MRZ

static unsigned drawn;

/* What Appendix D draws. */
static void draw(uint8_t *out, size_t len)
{
    static const char *const values[] = { "4608F91988702212", "0B4F80323EB3191CB04970CB4052790B" };
    const struct view        v = HEX(values[drawn++ % 2]);

    EXPECT(v.len == len);
    memcpy(out, v.ptr, len);
}

/* A document with [ca] and its keys, laid down and, if it asks for it, entered by BAC. */
struct case_of_ca {
    struct paper    paper;
    struct terminal terminal;
    EVP_PKEY       *keys[2], *own; /* ca.key, ca-2.key; the ephemeral one */
    uint8_t         point[1024];
    struct view     wire; /* the ephemeral public key */
};

static void begin(struct case_of_ca *c, const char *head, const char *lines,
                  const char *const domains[2])
{
    static const char *const files[] = { "ca.key", "ca-2.key" };
    struct problem           why = { "" };
    char                     ini[512];

    drawn = 0;
    memset(c, 0, sizeof *c);
    snprintf(ini, sizeof ini, "%s[ca]\n%s\n", head, lines);
    paper_folder(&c->paper, ini);
    paper_write(&c->paper, "DG14.bin", HEX("6E023100"));
    for (size_t i = 0; i < 2 && domains[i] != NULL; i++) {
        c->keys[i] = terminal_key(domains[i]);
        terminal_file(&c->paper, files[i], c->keys[i]);
    }
    c->paper.chip = chip_new(c->paper.dir, &why);
    if (c->paper.chip == NULL)
        fail_msg("[%s] refused: %s", expect_row, why.text);
    chip_draw_from(c->paper.chip, draw);
    c->terminal = (struct terminal){ .paper = &c->paper };
    if (strcmp(head, BAC) == 0)
        terminal_of_d(&c->terminal);
    else
        terminal_ask(&c->terminal, "00A4040C", HEX("A0000002471001"), -1);
    c->own = terminal_ephemeral(c->keys[0]);
    c->wire = terminal_public(c->own, c->point);
}

static void end(struct case_of_ca *c)
{
    EVP_PKEY_free(c->keys[0]);
    EVP_PKEY_free(c->keys[1]);
    EVP_PKEY_free(c->own);
    paper_remove(&c->paper);
}

/* 91 key [84 id], or 80 OID [84 id], or 7C { 80 key }. */
static struct view kat_data(const struct case_of_ca *c, const char *id, uint8_t *room)
{
    size_t n = terminal_put(room, 0x91, c->wire);

    if (*id != '\0')
        n += terminal_put(room + n, 0x84, HEX(id));
    return view_of(room, n);
}

static struct view at_data(const char *oid, const char *id, uint8_t *room)
{
    size_t n = terminal_put(room, 0x80, HEX(oid));

    if (*id != '\0')
        n += terminal_put(room + n, 0x84, HEX(id));
    return view_of(room, n);
}

static struct view ga_data(const struct case_of_ca *c, uint8_t *room)
{
    uint8_t inner[1100];

    return view_of(room,
                   terminal_put(room, 0x7C, view_of(inner, terminal_put(inner, 0x80, c->wire))));
}

static void begin_anew(struct case_of_ca *c, int suite, size_t key)
{
    uint8_t           room[1024];
    const struct view secret = terminal_shared(c->own, c->keys[key], room);

    terminal_begin(&c->terminal, suite, secret);
}

/* EF.COM comes, protected by the keys as the terminal has them. */
static bool reads(struct case_of_ca *c)
{
    const struct view v = terminal_ask(&c->terminal, "00B09E00", view_of(NULL, 0), 256);

    return c->terminal.sw == 0x9000 && !c->terminal.bare && !c->terminal.mute &&
           view_eq(v, HEX(PAPER_EF_COM));
}

#define ID_CA "04007F0007020203"

static const struct {
    const char *name, *domain, *keys, *oid; /* oid NULL: by KAT */
    int         suite;
} ways[] = {
    /* clang-format off */
    { "ECDH, 3DES, KAT",       "brainpoolP256r1", "ecdh-3des:-:ca.key",     NULL,         TERMINAL_3DES },
    { "ECDH, 3DES, AT",        "P-224",           "ecdh-3des:-:ca.key",     ID_CA "0201", TERMINAL_3DES },
    { "ECDH, AES-128",         "brainpoolP224r1", "ecdh-aes-128:-:ca.key",  ID_CA "0202", TERMINAL_AES_128 },
    { "ECDH, AES-192",         "brainpoolP384r1", "ecdh-aes-192:-:ca.key",  ID_CA "0203", TERMINAL_AES_192 },
    { "ECDH, AES-256",         "P-521",           "ecdh-aes-256:-:ca.key",  ID_CA "0204", TERMINAL_AES_256 },
    { "brainpoolP320r1",       "brainpoolP320r1", "ecdh-aes-128:-:ca.key",  ID_CA "0202", TERMINAL_AES_128 },
    { "DH, 3DES, KAT",         "dh_2048_224",     "dh-3des:-:ca.key",       NULL,         TERMINAL_3DES },
    { "DH, 3DES, AT",          "dh_1024_160",     "dh-3des:-:ca.key",       ID_CA "0101", TERMINAL_3DES },
    { "DH, PKCS#3",            "pkcs3",           "dh-3des:-:ca.key",       NULL,         TERMINAL_3DES },
    { "DH, AES-128",           "dh_2048_256",     "dh-aes-128:-:ca.key",    ID_CA "0102", TERMINAL_AES_128 },
    { "DH, AES-192",           "dh_2048_224",     "dh-aes-192:-:ca.key",    ID_CA "0103", TERMINAL_AES_192 },
    { "DH, AES-256",           "dh_2048_256",     "dh-aes-256:-:ca.key",    ID_CA "0104", TERMINAL_AES_256 },
    /* clang-format on */
};

static void all_suites(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * COUNT(ways); i++) {
        struct case_of_ca c;
        char              lines[64];
        uint8_t           room[1200];
        struct view       v;

        ROW(ways[i / 2].name);
        snprintf(lines, sizeof lines, "keys = %s", ways[i / 2].keys);
        begin(&c, i % 2 ? BAC : PLAIN, lines, (const char *[]){ ways[i / 2].domain, NULL });
        if (ways[i / 2].oid == NULL) {
            terminal_ask(&c.terminal, "002241A6", kat_data(&c, "", room), -1);
            EXPECT(c.terminal.sw == 0x9000);
        } else {
            terminal_ask(&c.terminal, "002241A4", at_data(ways[i / 2].oid, "", room), -1);
            EXPECT(c.terminal.sw == 0x9000);
            v = terminal_ask(&c.terminal, "00860000", ga_data(&c, room), 256);
            EXPECT(c.terminal.sw == 0x9000);
            EXPECT_BYTES(v, HEX("7C00"));
        }
        begin_anew(&c, ways[i / 2].suite, 0);
        EXPECT(reads(&c));
        EXPECT(reads(&c));
        end(&c);
    }
}

/* GENERAL AUTHENTICATE in pieces, as a transport that carries little has it. */
static void in_pieces(void **state)
{
    struct case_of_ca c;
    uint8_t           room[1200];
    struct view       all, piece;

    (void)state;
    ROW("chained");
    begin(&c, BAC, "keys = dh-aes-128:-:ca.key", (const char *[]){ "dh_2048_256", NULL });
    terminal_ask(&c.terminal, "002241A4", at_data(ID_CA "0102", "", room), -1);
    all = ga_data(&c, room);
    while (all.len > 200) {
        EXPECT_CODE(view_take(&all, 200, &piece), OK);
        terminal_ask(&c.terminal, "10860000", piece, -1);
        EXPECT(c.terminal.sw == 0x9000);
    }
    EXPECT_BYTES(terminal_ask(&c.terminal, "00860000", all, 256), HEX("7C00"));
    begin_anew(&c, TERMINAL_AES_128, 0);
    EXPECT(reads(&c));
    end(&c);
}

static const struct {
    const char *name, *keys, *oid, *id;
    uint16_t    sw;
    int         suite;
    size_t      key; /* with sw 9000: which one is used */
} keyed[] = {
    /* clang-format off */
    { "first of two",        "ecdh-3des:1:ca.key ecdh-3des:2:ca-2.key",       NULL,         "01",   0x9000, TERMINAL_3DES, 0 },
    { "second of two",       "ecdh-3des:1:ca.key ecdh-3des:2:ca-2.key",       NULL,         "02",   0x9000, TERMINAL_3DES, 1 },
    { "none of two",         "ecdh-3des:1:ca.key ecdh-3des:2:ca-2.key",       NULL,         "03",   0x6A88, 0, 0 },
    { "which of two?",       "ecdh-3des:1:ca.key ecdh-3des:2:ca-2.key",       NULL,         "",     0x6A88, 0, 0 },
    { "one, not named",      "ecdh-3des:41:ca.key",                           NULL,         "",     0x9000, TERMINAL_3DES, 0 },
    { "41 is hex 29",        "ecdh-3des:41:ca.key ecdh-3des:1:ca-2.key",      NULL,         "29",   0x9000, TERMINAL_3DES, 0 },
    { "of two bytes",        "ecdh-3des:0x1234:ca.key ecdh-3des:1:ca-2.key",  NULL,         "1234", 0x9000, TERMINAL_3DES, 0 },
    { "it has no id",        "ecdh-3des:-:ca.key",                            NULL,         "01",   0x6A88, 0, 0 },
    { "the AES key",         "ecdh-3des:1:ca.key ecdh-aes-128:2:ca-2.key",    ID_CA "0202", "02",   0x9000, TERMINAL_AES_128, 1 },
    { "one key, two suites", "ecdh-3des:1:ca.key ecdh-aes-256:1:ca.key",      ID_CA "0204", "01",   0x9000, TERMINAL_AES_256, 0 },
    { "the id of another",   "ecdh-3des:1:ca.key ecdh-aes-128:2:ca-2.key",    ID_CA "0202", "01",   0x6A88, 0, 0 },
    { "suite not offered",   "ecdh-aes-128:-:ca.key",                         ID_CA "0203", "",     0x6A80, 0, 0 },
    { "DH not offered",      "ecdh-aes-128:-:ca.key",                         ID_CA "0102", "",     0x6A80, 0, 0 },
    { "KAT for AES",         "ecdh-aes-128:-:ca.key",                         NULL,         "",     0x6A80, 0, 0 },
    { "OID of PACE",         "ecdh-aes-128:-:ca.key",           "04007F00070202040202",   "",     0x6A80, 0, 0 },
    { "kat = no",            "ecdh-3des:-:ca.key\nkat = no",                  NULL,         "",     0x6A86, 0, 0 },
    { "kat = no, AT",        "ecdh-3des:-:ca.key\nkat = no",                  ID_CA "0201", "",     0x9000, TERMINAL_3DES, 0 },
    { "at = no",             "ecdh-3des:-:ca.key\nat = no",                   ID_CA "0201", "",     0x6A80, 0, 0 },
    { "at = no, KAT",        "ecdh-3des:-:ca.key\nat = no",                   NULL,         "",     0x9000, TERMINAL_3DES, 0 },
    /* clang-format on */
};

static void keys_are_chosen(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(keyed); i++) {
        struct case_of_ca c;
        char              lines[128];
        uint8_t           room[1200];

        ROW(keyed[i].name);
        snprintf(lines, sizeof lines, "keys = %s", keyed[i].keys);
        begin(&c, BAC, lines, (const char *[]){ "P-256", "P-256" });
        if (keyed[i].oid == NULL)
            terminal_ask(&c.terminal, "002241A6", kat_data(&c, keyed[i].id, room), -1);
        else
            terminal_ask(&c.terminal, "002241A4", at_data(keyed[i].oid, keyed[i].id, room), -1);
        EXPECT(c.terminal.sw == keyed[i].sw && !c.terminal.bare);
        if (keyed[i].oid != NULL && keyed[i].sw == 0x9000)
            EXPECT_BYTES(terminal_ask(&c.terminal, "00860000", ga_data(&c, room), 256),
                         HEX("7C00"));
        if (keyed[i].sw == 0x9000)
            begin_anew(&c, keyed[i].suite, keyed[i].key);
        EXPECT(reads(&c)); /* under the new keys, or still under the old */
        end(&c);
    }
}

/* Ephemeral keys that are none, and data that says nothing: 6A80, and the old keys hold. */
static const struct {
    const char *name, *domain, *key; /* key as hex, FILL: as many of a byte as the prime has */
    uint16_t    sw;
} bad_keys[] = {
    /* clang-format off */
    { "(1,1) on P-256", "P-256",
      "040000000000000000000000000000000000000000000000000000000000000001"
        "0000000000000000000000000000000000000000000000000000000000000001", 0x6A80 },
    { "infinity",           "P-256",       "00",   0x6A80 },
    { "nothing",            "P-256",       "",     0x6A80 },
    { "compressed G", "P-256", "036B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296", 0x6A80 },
    { "DH: short",          "dh_1024_160", "05",   0x6A80 },
    /* clang-format on */
};

static void bad_keys_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * COUNT(bad_keys); i++) {
        const bool        dh = strncmp(bad_keys[i / 2].domain, "dh", 2) == 0;
        struct case_of_ca c;
        uint8_t           room[1200];

        ROW(bad_keys[i / 2].name);
        begin(&c, BAC, dh ? "keys = dh-3des:-:ca.key" : "keys = ecdh-3des:-:ca.key",
              (const char *[]){ bad_keys[i / 2].domain, NULL });
        c.wire = HEX(bad_keys[i / 2].key);
        if (i % 2 == 0) {
            terminal_ask(&c.terminal, "002241A6", kat_data(&c, "", room), -1);
        } else {
            terminal_ask(&c.terminal, "002241A4",
                         at_data(dh ? ID_CA "0101" : ID_CA "0201", "", room), -1);
            EXPECT(c.terminal.sw == 0x9000);
            EXPECT(terminal_ask(&c.terminal, "00860000", ga_data(&c, room), 256).len == 0);
        }
        EXPECT(c.terminal.sw == bad_keys[i / 2].sw);
        EXPECT(reads(&c));
        end(&c);
    }
}

/* 0, 1, p - 1, p and an element outside the subgroup, each as long as the prime. */
static void bad_dh_values(void **state)
{
    static const char *const names[] = { "zero", "one", "p - 1", "p", "2, not of order q" };

    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        struct case_of_ca c;
        uint8_t           room[1200], value[128] = { 0 };
        BIGNUM           *p = NULL;

        ROW(names[i]);
        begin(&c, BAC, "keys = dh-3des:-:ca.key", (const char *[]){ "dh_1024_160", NULL });
        EXPECT(EVP_PKEY_get_bn_param(c.keys[0], "p", &p) == 1);
        if (i == 2 || i == 3)
            EXPECT(BN_bn2binpad(p, value, sizeof value) == sizeof value);
        value[127] = (uint8_t)(i == 1 ? 1 : i == 2 ? value[127] - 1 : i == 4 ? 2 : value[127]);
        BN_free(p);
        c.wire = VIEW(value);
        terminal_ask(&c.terminal, "002241A6", kat_data(&c, "", room), -1);
        EXPECT(c.terminal.sw == 0x6A80);
        EXPECT(reads(&c));
        end(&c);
    }
}

static const struct {
    const char *name, *header, *data;
    long        le;
    uint16_t    sw;
} bad_commands[] = {
    /* clang-format off */
    { "KAT without 91",         "002241A6", "840101",                   -1,  0x6A80 },
    { "84 before 91",           "002241A6", "8401019101FF",             -1,  0x6A80 },
    { "KAT with more",          "002241A6", "9101FF8401018401 02",      -1,  0x6A80 },
    { "AT without OID",         "002241A4", "840101",                   -1,  0x6A80 },
    { "AT, not TLV",            "002241A4", "80FF",                     -1,  0x6A80 },
    { "GA without AT",          "00860000", "7C0280 00",                256, 0x6D00 },
    { "AT of another kind",     "002241B8", "8301 02",                  -1,  0x6D00 },
    /* clang-format on */
};

static void bad_commands_are_refused(void **state)
{
    struct case_of_ca c;

    (void)state;
    begin(&c, BAC, "keys = ecdh-3des:1:ca.key", (const char *[]){ "P-256", NULL });
    for (size_t i = 0; i < COUNT(bad_commands); i++) {
        ROW(bad_commands[i].name);
        terminal_ask(&c.terminal, bad_commands[i].header, HEX(bad_commands[i].data),
                     bad_commands[i].le);
        EXPECT(c.terminal.sw == bad_commands[i].sw);
        EXPECT(reads(&c));
    }
    end(&c);
}

static const struct {
    const char *name, *data;
    long        le;
    uint16_t    sw;
} bad_agreements[] = {
    /* clang-format off */
    { "no Le",             "7C028000",     -1,  0x6700 },
    { "not dynamic data",  "7D028000",     256, 0x6A80 },
    { "tag 81",            "7C028100",     256, 0x6A80 },
    { "two keys",          "7C0480008000", 256, 0x6A80 },
    { "trailing",          "7C02800000",   256, 0x6A80 },
    /* clang-format on */
};

static void bad_agreements_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bad_agreements); i++) {
        struct case_of_ca c;
        uint8_t           room[64];

        ROW(bad_agreements[i].name);
        begin(&c, BAC, "keys = ecdh-aes-128:1:ca.key", (const char *[]){ "P-256", NULL });
        terminal_ask(&c.terminal, "002241A4", at_data(ID_CA "0202", "01", room), -1);
        EXPECT(c.terminal.sw == 0x9000);
        terminal_ask(&c.terminal, "00860000", HEX(bad_agreements[i].data), bad_agreements[i].le);
        EXPECT(c.terminal.sw == bad_agreements[i].sw);
        EXPECT(reads(&c));
        end(&c);
    }
}

/* Without access there is no chip authentication. */
static void not_from_outside(void **state)
{
    struct case_of_ca  c;
    struct chip_answer a;

    (void)state;
    ROW("before BAC");
    begin(&c, BAC, "keys = ecdh-3des:1:ca.key", (const char *[]){ "P-256", NULL });
    chip_reset(c.paper.chip);
    EXPECT_BYTES(paper_ask(&c.paper, HEX("002241A6039101FF"), &a), HEX("6982"));
    end(&c);
}

/* What the terminal sees after an agreement: by KAT, then by AT and GENERAL AUTHENTICATE. */
static const struct {
    const char *fault;
    bool        at;
    uint16_t    sw;
    bool        bare;
    const char *answer;
    bool        new_keys, old_keys; /* do they serve afterwards? */
} faults[] = {
    /* clang-format off */
    { "none",                false, 0x9000, false, "",     true,  false },
    { "none",                true,  0x9000, false, "7C00", true,  false },
    { "old-keys-kept",       false, 0x9000, false, "",     false, true },
    { "old-keys-kept",       true,  0x9000, false, "7C00", false, true },
    { "wrong-shared-secret", false, 0x9000, false, "",     false, false },
    { "wrong-shared-secret", true,  0x9000, false, "7C00", false, false },
    { "ga-answer-extra",     true,  0x9000, false, "7C0A81080102030405060708", true, false },
    { "kat-refused",         false, 0x6F00, true,  "",     false, false },
    { "kat-refused",         true,  0x9000, false, "7C00", true,  false },
    { "no-le",               false, 0x9000, false, "",     true,  false },
    { "session-lost",        false, 0x9000, true,  "",     false, false },
    { "session-lost",        true,  0x9000, true,  NULL,   false, false },
    /* clang-format on */
};

static void faults_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * COUNT(faults); i++) {
        struct case_of_ca c;
        char              lines[128];
        uint8_t           room[1200];
        struct view       v;

        ROW(faults[i / 2].fault);
        snprintf(lines, sizeof lines, "keys = ecdh-3des:1:ca.key\nfault = %s", faults[i / 2].fault);
        begin(&c, BAC, lines, (const char *[]){ "P-256", NULL });
        if (faults[i / 2].at) {
            terminal_ask(&c.terminal, "002241A4", at_data(ID_CA "0201", "01", room), -1);
            EXPECT(c.terminal.sw == 0x9000);
        }
        if (faults[i / 2].at && faults[i / 2].answer == NULL) {
            struct chip_answer a; /* in plain, so it is seen as it is */
            uint8_t            wire[512];
            const size_t       n =
                terminal_seal(&c.terminal, HEX("00860000"), ga_data(&c, room), 256, wire);

            EXPECT_BYTES(paper_ask(&c.paper, view_of(wire, n), &a), HEX("7C009000"));
        } else {
            v = faults[i / 2].at
                    ? terminal_ask(&c.terminal, "00860000", ga_data(&c, room), 256)
                    : terminal_ask(&c.terminal, "002241A6", kat_data(&c, "01", room), -1);
            EXPECT(c.terminal.sw == faults[i / 2].sw && c.terminal.bare == faults[i / 2].bare);
            EXPECT_BYTES(v, HEX(faults[i / 2].answer));
        }
        if (i % 2 != 0)
            begin_anew(&c, TERMINAL_3DES, 0);
        EXPECT(reads(&c) == (i % 2 != 0 ? faults[i / 2].new_keys : faults[i / 2].old_keys));
        end(&c);
    }
}

static void no_answer_after(void **state)
{
    struct case_of_ca c;
    uint8_t           room[1200];

    (void)state;
    ROW("no-answer-after");
    begin(&c, BAC, "keys = ecdh-3des:1:ca.key\nfault = no-answer-after",
          (const char *[]){ "P-256", NULL });
    terminal_ask(&c.terminal, "002241A6", kat_data(&c, "01", room), -1);
    EXPECT(c.terminal.sw == 0x9000);
    begin_anew(&c, TERMINAL_3DES, 0);
    EXPECT(!reads(&c) && c.terminal.mute);
    end(&c);
}

/* D12: a chip that KAT with an Le field kills. */
static void no_le(void **state)
{
    struct case_of_ca c;
    uint8_t           room[1200];

    (void)state;
    ROW("no-le, with Le");
    begin(&c, BAC, "keys = ecdh-3des:1:ca.key\nfault = no-le", (const char *[]){ "P-256", NULL });
    terminal_ask(&c.terminal, "002241A6", kat_data(&c, "01", room), 256);
    EXPECT(c.terminal.sw == 0x6F00 && c.terminal.bare);
    EXPECT(!reads(&c) && c.terminal.sw == 0x6988);
    end(&c);
}

/* READ BINARY of EF.COM, DG1, DG3 and DG14 before chip authentication, and after it. */
static void files_wait_for_it(void **state)
{
    static const char *const reading[] = { "00B09E00", "00B08100", "00B08300", "00B08E00" };
    /* clang-format off */
    static const struct {
        const char *lines;
        uint16_t    before[4];
    } rows[] = {
        { "protects = no",  { 0x9000, 0x9000, 0x9000, 0x9000 } },
        { "protects = yes", { 0x9000, 0x9000, 0x6982, 0x9000 } },
        { "protects = all", { 0x6982, 0x6982, 0x6982, 0x9000 } },
    };
    /* clang-format on */

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct case_of_ca c;
        char              lines[128];
        uint8_t           room[1200];

        ROW(rows[i].lines);
        snprintf(lines, sizeof lines, "keys = ecdh-3des:1:ca.key\n%s", rows[i].lines);
        begin(&c, BAC "deny =\n", lines, (const char *[]){ "P-256", NULL });
        terminal_of_d(&c.terminal);
        for (size_t f = 0; f < COUNT(reading); f++) {
            terminal_ask(&c.terminal, reading[f], view_of(NULL, 0), 256);
            EXPECT(c.terminal.sw == rows[i].before[f]);
        }
        terminal_ask(&c.terminal, "002241A6", kat_data(&c, "01", room), -1);
        begin_anew(&c, TERMINAL_3DES, 0);
        for (size_t f = 0; f < COUNT(reading); f++) {
            terminal_ask(&c.terminal, reading[f], view_of(NULL, 0), 256);
            EXPECT(c.terminal.sw == 0x9000);
        }
        end(&c);
    }
}

static const struct {
    const char *name, *lines;
} refused[] = {
    /* clang-format off */
    { "no keys",          "kat = yes" },
    { "unknown suite",    "keys = ecdh-des:1:ca.key" },
    { "unknown kind",     "keys = rsa-3des:1:ca.key" },
    { "no identifier",    "keys = ecdh-3des:ca.key" },
    { "empty identifier", "keys = ecdh-3des::ca.key" },
    { "not a number",     "keys = ecdh-3des:1x:ca.key" },
    { "no file",          "keys = ecdh-3des:1:" },
    { "no such file",     "keys = ecdh-3des:1:cb.key" },
    { "EC key for DH",    "keys = dh-3des:1:ca.key" },
    { "unknown fault",    "keys = ecdh-3des:1:ca.key\nfault = tired" },
    /* clang-format on */
};

static void others_are_refused(void **state)
{
    EVP_PKEY *key = terminal_key("P-256");

    (void)state;
    for (size_t i = 0; i < COUNT(refused); i++) {
        struct paper   p;
        struct problem why = { "" };
        char           ini[128];

        ROW(refused[i].name);
        snprintf(ini, sizeof ini, PLAIN "[ca]\n%s\n", refused[i].lines);
        paper_folder(&p, ini);
        terminal_file(&p, "ca.key", key);
        EXPECT(chip_new(p.dir, &why) == NULL && why.text[0] != '\0');
        paper_remove(&p);
    }
    EVP_PKEY_free(key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_suites),
        cmocka_unit_test(in_pieces),
        cmocka_unit_test(keys_are_chosen),
        cmocka_unit_test(bad_keys_are_refused),
        cmocka_unit_test(bad_dh_values),
        cmocka_unit_test(bad_commands_are_refused),
        cmocka_unit_test(bad_agreements_are_refused),
        cmocka_unit_test(not_from_outside),
        cmocka_unit_test(faults_hold),
        cmocka_unit_test(no_answer_after),
        cmocka_unit_test(no_le),
        cmocka_unit_test(files_wait_for_it),
        cmocka_unit_test(others_are_refused),
    };

    return cmocka_run_group_tests_name("sim.ca_chip", tests, NULL, NULL);
}
