/*
 * ta_chip_test: terminal authentication with certificates made by OpenSSL: every suite, links,
 * the chip's clock, rights, identifiers; what the chip refuses; each fault.
 *
 * Status words: BSI TR-03110-3 v2.21 clause B.3, B.11; Spec: TR-03110-1 v2.21 clause 3.5.
 */
#include "chip/ta_chip.h"

#include <openssl/x509.h>

#include "cv_maker.h"

#define HEAD                                                                                       \
    "[document]\naccess = bac\n" PAPER_MRZ "can = 123456\n[ca]\nkeys = ecdh-3des:1:ca.key\n[ta]\n"

#define CVCA "UTCVCA00001"
#define LINK "UTCVCA00002"
#define DV   "UTDVDE00001"
#define IS   "UTTERM00001"

static unsigned drawn;
static uint8_t  challenge[16];

/* Appendix D's, then random ones; the last is kept. */
static void draw(uint8_t *out, size_t len)
{
    static const char *const values[] = { "4608F91988702212", "0B4F80323EB3191CB04970CB4052790B" };

    if (drawn < 2)
        memcpy(out, HEX(values[drawn++]).ptr, len);
    else
        EXPECT(RAND_bytes(out, (int)len) == 1);
    if (len <= sizeof challenge)
        memcpy(challenge, out, len);
}

/* One PKI of three keys: CVCA, DV, terminal. */
struct pki {
    const struct cv_suite *suite;
    EVP_PKEY              *cvca, *dv, *is;
};

static EVP_PKEY *key_of(const struct cv_suite *s)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    EVP_PKEY     *key = NULL;

    if (s->kind == 2) {
        EVP_PKEY_CTX_free(ctx);
        return terminal_key(s->number == 5 ? "brainpoolP512r1" : "brainpoolP256r1");
    }
    EXPECT(EVP_PKEY_keygen_init(ctx) == 1 && EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, 1280) == 1);
    EXPECT(EVP_PKEY_generate(ctx, &key) == 1);
    EVP_PKEY_CTX_free(ctx);
    return key;
}

static struct pki pki_of(const struct cv_suite *s)
{
    return (struct pki){ s, key_of(s), key_of(s), key_of(s) };
}

static void pki_free(struct pki *p)
{
    EVP_PKEY_free(p->cvca);
    EVP_PKEY_free(p->dv);
    EVP_PKEY_free(p->is);
}

static struct pki ec; /* the one that most tests use */

static int make_ec(void **state)
{
    (void)state;
    ec = pki_of(&cv_suites[8]);
    return 0;
}

static int free_ec(void **state)
{
    (void)state;
    pki_free(&ec);
    return 0;
}

/* The certificates of a faultless chain. */
static const struct cv_spec cvca_spec = { CVCA, CVCA, "260101", "280101", 0xC3, true, NULL };
static const struct cv_spec dv_spec = { CVCA, DV, "260601", "261201", 0x83, false, NULL };
static const struct cv_spec is_spec = { DV, IS, "260701", "260801", 0x03, false, NULL };

/* The chip, its session already begun anew by chip authentication. */
struct scene {
    struct paper    paper;
    struct terminal t;
    EVP_PKEY       *ca, *own;
    uint8_t         comp[32];
};

static void authenticate_chip(struct scene *s)
{
    uint8_t     point[200], data[300], room[1024];
    struct view wire;

    EVP_PKEY_free(s->own);
    s->own = terminal_ephemeral(s->ca);
    wire = terminal_public(s->own, point);
    memcpy(s->comp, wire.ptr + 1, 32); /* Comp(): the X coordinate */
    terminal_ask(&s->t, "002241A6", view_of(data, terminal_put(data, 0x91, wire)), -1);
    EXPECT(s->t.sw == 0x9000);
    terminal_begin(&s->t, TERMINAL_3DES, terminal_shared(s->own, s->ca, room));
}

static void enter(struct scene *s)
{
    drawn = 0;
    chip_reset(s->paper.chip);
    s->t = (struct terminal){ .paper = &s->paper };
    terminal_of_d(&s->t);
}

static void begin(struct scene *s, const struct pki *p, const char *lines)
{
    struct problem why = { "" };
    uint8_t        room[2000];
    char           ini[512];

    memset(s, 0, sizeof *s);
    snprintf(ini, sizeof ini, HEAD "%s\n", lines);
    paper_folder(&s->paper, ini);
    paper_write(&s->paper, "DG4.bin", HEX("7600"));
    paper_write(&s->paper, "DG11.bin", HEX("6B00"));
    paper_write(&s->paper, "cvca-1.cvc", cv_make(&cvca_spec, p->suite, p->cvca, p->cvca, room));
    s->ca = terminal_key("P-256");
    terminal_file(&s->paper, "ca.key", s->ca);
    s->paper.chip = chip_new(s->paper.dir, &why);
    if (s->paper.chip == NULL)
        fail_msg("[%s] refused: %s", expect_row, why.text);
    chip_draw_from(s->paper.chip, draw);
    enter(s);
    authenticate_chip(s);
}

static void end(struct scene *s)
{
    EVP_PKEY_free(s->ca);
    EVP_PKEY_free(s->own);
    paper_remove(&s->paper);
}

static uint16_t set_name(struct scene *s, const char *header, const char *name)
{
    uint8_t data[32];

    terminal_ask(&s->t, header, view_of(data, terminal_put(data, 0x83, text_of(name))), -1);
    return s->t.sw;
}

static uint16_t set_dst(struct scene *s, const char *name)
{
    return set_name(s, "002281B6", name);
}

static uint16_t verify(struct scene *s, struct view certificate)
{
    terminal_ask(&s->t, "002A00BE", cv_content(certificate), -1);
    return s->t.sw;
}

/* Set DST and verify one certificate; its first status word that is not 9000. */
static uint16_t offer(struct scene *s, const struct cv_spec *spec, const struct pki *p,
                      EVP_PKEY *key, EVP_PKEY *issuer)
{
    uint8_t        room[2000];
    const uint16_t sw = set_dst(s, spec->car);

    return sw != 0x9000 ? sw : verify(s, cv_make(spec, p->suite, key, issuer, room));
}

/* EXTERNAL AUTHENTICATE for a challenge asked just now. */
static uint16_t prove(struct scene *s, const struct cv_suite *suite, EVP_PKEY *key, struct view id)
{
    uint8_t     data[256], sig[600];
    size_t      n = id.len;
    struct view r;

    r = terminal_ask(&s->t, "00840000", view_of(NULL, 0), 8);
    if (s->t.sw != 0x9000)
        return s->t.sw;
    EXPECT(memcmp(r.ptr, challenge, r.len) == 0);
    memcpy(data, id.ptr, n);
    memcpy(data + n, r.ptr, r.len);
    n += r.len;
    memcpy(data + n, s->comp, 32);
    terminal_ask(&s->t, "00820000", cv_sign(suite, key, view_of(data, n + 32), sig), -1);
    return s->t.sw;
}

/* The whole of it. */
static uint16_t authenticate(struct scene *s, const struct pki *p, const struct cv_spec *dv,
                             const struct cv_spec *is)
{
    uint16_t sw = offer(s, dv, p, p->dv, p->cvca);

    if (sw == 0x9000)
        sw = offer(s, is, p, p->is, p->dv);
    if (sw == 0x9000)
        sw = set_name(s, "002281A4", is->chr);
    return sw != 0x9000 ? sw : prove(s, p->suite, p->is, TEXT("L898902C<3"));
}

static uint16_t reads(struct scene *s, const char *header)
{
    terminal_ask(&s->t, header, view_of(NULL, 0), 256);
    EXPECT(!s->t.bare);
    return s->t.sw;
}

#define DG3  "00B08300"
#define DG4  "00B08400"
#define DG11 "00B08B00"

static void all_suites(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cv_suites); i++) {
        struct pki   p = pki_of(&cv_suites[i]);
        struct scene s;

        ROW(cv_suites[i].name);
        begin(&s, &p, "trust = cvca-1.cvc");
        EXPECT(reads(&s, DG3) == 0x6982 && reads(&s, DG4) == 0x6982);
        EXPECT(authenticate(&s, &p, &dv_spec, &is_spec) == 0x9000);
        EXPECT(reads(&s, DG3) == 0x9000 && reads(&s, DG4) == 0x9000);
        ROW("once per session");
        EXPECT(prove(&s, p.suite, p.is, TEXT("L898902C<3")) == 0x6982);
        end(&s);
        pki_free(&p);
    }
}

/* Rights of CVCA (always both), DV and terminal, and what is readable then. */
static void rights_are_anded(void **state)
{
    static const uint16_t sws[] = { 0x6982, 0x9000 };

    (void)state;
    for (unsigned i = 0; i < 16; i++) {
        struct cv_spec dv = dv_spec, is = is_spec;
        struct scene   s;
        char           name[32];

        snprintf(name, sizeof name, "DV %u, IS %u", i / 4, i % 4);
        ROW(name);
        dv.bits = (uint8_t)(0x80 | i / 4);
        is.bits = (uint8_t)(i % 4);
        begin(&s, &ec, "trust = cvca-1.cvc\nprotects = DG3 DG4 DG11");
        EXPECT(reads(&s, DG11) == 0x6982);
        EXPECT(authenticate(&s, &ec, &dv, &is) == 0x9000);
        EXPECT(reads(&s, DG3) == sws[(i / 4 & i & 1) != 0]);
        EXPECT(reads(&s, DG4) == sws[(i / 4 & i & 2) != 0]);
        EXPECT(reads(&s, DG11) == 0x9000);
        end(&s);
    }
}

static const struct {
    const char *name, *lines, *id;
    uint16_t    sw;
} ids[] = {
    /* clang-format off */
    { "number",              "id = number",       "L898902C<3", 0x9000 },
    { "no check digit",      "id = number",       "L898902C<",  0x6300 },
    { "CAN",                 "id = can",          "123456",     0x9000 },
    { "number for CAN",      "id = can",          "L898902C<3", 0x6300 },
    { "E_11 another number", "fault = other-id",  "L898902C<3", 0x6300 },
    { "that number",         "fault = other-id",  "M11T002JM4", 0x9000 },
    /* clang-format on */
};

/* A failed one costs rights, never the session. */
static void identifiers(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(ids); i++) {
        struct scene s;
        char         lines[128];

        ROW(ids[i].name);
        snprintf(lines, sizeof lines, "trust = cvca-1.cvc\n%s", ids[i].lines);
        begin(&s, &ec, lines);
        EXPECT(offer(&s, &dv_spec, &ec, ec.dv, ec.cvca) == 0x9000);
        EXPECT(offer(&s, &is_spec, &ec, ec.is, ec.dv) == 0x9000);
        EXPECT(set_name(&s, "002281A4", IS) == 0x9000);
        EXPECT(prove(&s, ec.suite, ec.is, text_of(ids[i].id)) == ids[i].sw);
        EXPECT(reads(&s, DG3) == (ids[i].sw == 0x9000 ? 0x9000 : 0x6982));
        EXPECT(reads(&s, "00B09E00") == 0x9000);
        EXPECT(prove(&s, ec.suite, ec.is, text_of(ids[i].id)) == 0x6982);
        end(&s);
    }
}

/* Certificates that the chip takes, or not, as the first after the CVCA or after the DV. */
static const struct {
    const char    *name;
    struct cv_spec spec;
    bool           after_dv;
    uint16_t       sw;
} certificates[] = {
    /* clang-format off */
    { "foreign DV",            { CVCA, DV, "260601", "261201", 0x43, false, NULL }, false, 0x9000 },
    { "terminal from CVCA",    { CVCA, IS, "260601", "261201", 0x03, false, NULL }, false, 0x6985 },
    { "DV from DV",            { DV,   IS, "260601", "261201", 0x83, false, NULL }, true,  0x6985 },
    { "CVCA from DV",          { DV,   IS, "260601", "261201", 0xC3, true,  NULL }, true,  0x6985 },
    { "issuer unknown",        { "UTCVCA00009", DV, "260601", "261201", 0x83, false, NULL }, false, 0x6A88 },
    { "DV expired yesterday",  { CVCA, DV, "251201", "260131", 0x83, false, NULL }, false, 0x6985 },
    { "DV expires today",      { CVCA, DV, "251201", "260201", 0x83, false, NULL }, false, 0x9000 },
    { "DV begins tomorrow",    { CVCA, DV, "260202", "261201", 0x83, false, NULL }, false, 0x9000 },
    { "link expired",          { CVCA, LINK, "250101", "260101", 0xC3, true, NULL }, false, 0x9000 },
    { "IS expired by the DV",  { DV,   IS, "260501", "260531", 0x03, false, NULL }, true,  0x6985 },
    { "DV with parameters",    { CVCA, DV, "260601", "261201", 0x83, true,  NULL }, false, 0x6A80 },
    { "an authentication terminal's", { CVCA, DV, "260601", "261201", 0x83, false, "04007F000703010202" }, false, 0x6985 },
    /* clang-format on */
};

static void certificates_are_judged(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(certificates); i++) {
        const bool   dv = certificates[i].after_dv;
        struct scene s;

        ROW(certificates[i].name);
        begin(&s, &ec, "trust = cvca-1.cvc\ndate = 2026-02-01");
        if (dv)
            EXPECT(offer(&s, &dv_spec, &ec, ec.dv, ec.cvca) == 0x9000);
        EXPECT(offer(&s, &certificates[i].spec, &ec, ec.is, dv ? ec.dv : ec.cvca) ==
               certificates[i].sw);
        EXPECT(reads(&s, "00B09E00") == 0x9000);
        end(&s);
    }
}

/* One bit of the body, of the signature; a signature by another key. */
static void spoiled_certificates(void **state)
{
    uint8_t      room[2000];
    struct view  v = cv_make(&dv_spec, ec.suite, ec.dv, ec.cvca, room);
    struct scene s;

    (void)state;
    begin(&s, &ec, "trust = cvca-1.cvc");
    ROW("E_17 last byte of the signature");
    room[v.len - 1] ^= 1;
    EXPECT(set_dst(&s, CVCA) == 0x9000 && verify(&s, v) == 0x6300);
    room[v.len - 1] ^= 1;
    ROW("last digit of the expiry date");
    room[v.len - 64 - 4] ^= 1;
    EXPECT(set_dst(&s, CVCA) == 0x9000 && verify(&s, v) == 0x6300);
    room[v.len - 64 - 4] ^= 1;
    ROW("signed by another");
    EXPECT(offer(&s, &dv_spec, &ec, ec.dv, ec.dv) == 0x6300);
    ROW("a signature of 65 bytes");
    EXPECT(set_dst(&s, CVCA) == 0x9000);
    room[v.len] = 0;
    terminal_ask(&s.t, "002A00BE", view_of(cv_content(v).ptr, cv_content(v).len + 1), -1);
    EXPECT(s.t.sw == 0x6A80);
    ROW("no DST");
    EXPECT(verify(&s, v) == 0x6985);
    ROW("as it was");
    EXPECT(set_dst(&s, CVCA) == 0x9000 && verify(&s, v) == 0x9000);
    end(&s);
}

/* Every prefix of a good one, from an allocation of its length. */
static void every_prefix(void **state)
{
    uint8_t           room[2000];
    const struct view v = cv_content(cv_make(&cvca_spec, ec.suite, ec.cvca, ec.cvca, room));
    struct cvc_chip   c;

    (void)state;
    EXPECT_CODE(cvc_chip_parse(v, &c), OK);
    EXPECT(c.effective == 20260101 && c.expiry == 20280101);
    EXPECT_BYTES(c.chr, TEXT(CVCA));
    for (size_t n = 0; n < v.len; n++) {
        uint8_t *exact = malloc(n != 0 ? n : 1);

        memcpy(exact, v.ptr, n);
        EXPECT(cvc_chip_parse(view_of(exact, n), &c).code != OK);
        free(exact);
    }
}

/* A link: the new CVCA vouches from now on, in later sessions too, and the chip's clock goes
 * forward with it. */
static void links(void **state)
{
    const struct cv_spec link = { CVCA, LINK, "270101", "290101", 0xC1, true, NULL };
    const struct cv_spec dv = { LINK, DV, "270201", "270501", 0x83, false, NULL };
    const struct cv_spec is = { DV, IS, "270301", "270331", 0x03, false, NULL };
    struct pki new = pki_of(&cv_suites[10]); /* on another curve */
    struct scene s;

    (void)state;
    begin(&s, &ec, "trust = cvca-1.cvc");
    ROW("not yet");
    EXPECT(set_dst(&s, LINK) == 0x6A88);
    ROW("link");
    EXPECT(set_dst(&s, CVCA) == 0x9000);
    uint8_t     room[2000], body[2000], sig[600], content[2000];
    struct view v = cv_make(&link, new.suite, new.cvca, new.cvca, room); /* signed anew below */
    size_t      head, n;

    v = cv_content(v);
    n = terminal_len(view_of(v.ptr + 1, v.len - 1), &head) + head + 1;
    memcpy(body, v.ptr, n);
    memcpy(content, body, n);
    n += terminal_put(content + n, 0x5F37, cv_sign(ec.suite, ec.cvca, view_of(body, n), sig));
    terminal_ask(&s.t, "002A00BE", view_of(content, n), -1);
    EXPECT(s.t.sw == 0x9000);
    ROW("the next session");
    enter(&s);
    authenticate_chip(&s);
    EXPECT(authenticate(&s, &new, &dv, &is) == 0x9000);
    ROW("the new CVCA grants DG3 only");
    EXPECT(reads(&s, DG3) == 0x9000 && reads(&s, DG4) == 0x6982);
    ROW("the old one is still believed, but its DV has expired by now");
    enter(&s);
    authenticate_chip(&s);
    EXPECT(offer(&s, &dv_spec, &ec, ec.dv, ec.cvca) == 0x6985);
    end(&s);
    pki_free(&new);
}

/* Terminals of foreign DVs do not move the clock, those of domestic ones do. */
static void clocks(void **state)
{
    (void)state;
    for (unsigned domestic = 0; domestic < 2; domestic++) {
        struct cv_spec dv = { CVCA, DV, "260115", "261201", domestic ? 0x83 : 0x43, false, NULL };
        struct cv_spec is = { DV, IS, "260601", "261201", 0x03, false, NULL };
        struct cv_spec late = { CVCA, DV, "260101", "260301", 0x83, false, NULL };
        struct scene   s;

        ROW(domestic ? "domestic" : "foreign");
        begin(&s, &ec, "trust = cvca-1.cvc");
        EXPECT(authenticate(&s, &ec, &dv, &is) == 0x9000);
        EXPECT(offer(&s, &late, &ec, ec.dv, ec.cvca) == (domestic ? 0x6985 : 0x9000));
        end(&s);
    }
}

static void out_of_turn(void **state)
{
    struct scene s;

    (void)state;
    begin(&s, &ec, "trust = cvca-1.cvc");
    ROW("AT without a terminal's certificate");
    EXPECT(set_name(&s, "002281A4", IS) == 0x6A88);
    ROW("the DV is no terminal");
    EXPECT(offer(&s, &dv_spec, &ec, ec.dv, ec.cvca) == 0x9000);
    EXPECT(set_name(&s, "002281A4", DV) == 0x6A88);
    ROW("only the last imported key is known");
    EXPECT(offer(&s, &is_spec, &ec, ec.is, ec.dv) == 0x9000);
    EXPECT(set_dst(&s, DV) == 0x6A88);
    ROW("EXTERNAL AUTHENTICATE without challenge");
    EXPECT(set_name(&s, "002281A4", IS) == 0x9000);
    terminal_ask(&s.t, "00820000", HEX("0102"), -1);
    EXPECT(s.t.sw == 0x6985);
    ROW("challenges have eight bytes");
    terminal_ask(&s.t, "00840000", view_of(NULL, 0), 7);
    EXPECT(s.t.sw == 0x6700);
    ROW("data that is no name");
    terminal_ask(&s.t, "002281B6", HEX("840101"), -1);
    EXPECT(s.t.sw == 0x6A80);
    ROW("another operation");
    terminal_ask(&s.t, "002A9E9A", HEX("840101"), -1);
    EXPECT(s.t.sw == 0x6A86);
    ROW("it still works");
    EXPECT(prove(&s, ec.suite, ec.is, TEXT("L898902C<3")) == 0x9000);
    ROW("chip authentication ends it");
    authenticate_chip(&s);
    EXPECT(reads(&s, DG3) == 0x6982);
    ROW("before chip authentication");
    enter(&s);
    EXPECT(set_dst(&s, CVCA) == 0x6982);
    EXPECT(reads(&s, DG3) == 0x6982);
    end(&s);
}

/* 9303-11 G.1: PACE, whose ephemeral key of the chip is then the identifier. */
/* clang-format off */
static const struct paper_line g1[] = {
    { "G.1 MSE:Set AT",
      "0022C1A412800A04007F0007020204020283010184010D",
      "9000" },
    { "G.1 nonce",
      "10860000027C0000",
      "7C12801095A3A016522EE98D01E76CB6B98B42C39000" },
    { "G.1 mapping",
      "10860000457C438141047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E544552DC"
      "B6725218799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D00",
      "7C43824104824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F5730D8C879AAA9C9F739"
      "91E61B58F4D52EB87A0A0C709A49DC63719363CCD13C549000" },
    { "G.1 ephemeral keys",
      "10860000457C438341042DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF0D5EDD301C3556F3B3"
      "B186DF10B857B58F6A7EB80F20BA5DC7BE1D43D9BF850149FBB3646200",
      "7C438441049E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB7764B22277A2EDDC3C"
      "265A9F018F9CB852E111B768B326904B59A0193776F0949000" },
    { "G.1 tokens",
      "008600000C7C0A8508C2B0BD78D94BA86600",
      "7C0A86083ABB9674BCE93C089000" },
};

static const char *const draws_of_g1[] = { "3F00C4D39D153F2B2A214A078D899B22",
        "498FF49756F2DC1587840041839A85982BE7761D14715FB091EFA7BCE9058560",
        "107CF58696EF6155053340FD633392BA81909DF7B9706F226F32086C7AFF974A" };
/* clang-format on */

static void draw_of_g1(uint8_t *out, size_t len)
{
    if (drawn < COUNT(draws_of_g1)) {
        const struct view v = HEX(draws_of_g1[drawn++]);

        EXPECT(v.len == len);
        memcpy(out, v.ptr, len);
        return;
    }
    EXPECT(RAND_bytes(out, (int)len) == 1);
    if (len <= sizeof challenge)
        memcpy(challenge, out, len);
}

#define PACE_HEAD                                                                                  \
    "[document]\nmrz1 = P<UTOMUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<\n"                            \
    "mrz2 = T220001293UTO6408125F1010318<<<<<<<<<<<<<<06\ncan = 123456\naccess = pace\n"           \
    "[pace]\noffers = ecdh-gm-aes-128:13\ncars =\n[ca]\nkeys = ecdh-3des:1:ca.key\n"               \
    "[ta]\ntrust = cvca-1.cvc\nid = "
#define G1_CHIPS_X "9E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB"

static const struct {
    const char *id, *hex; /* the setting; what the terminal signs */
    uint16_t    sw;
} bound[] = {
    { "auto", G1_CHIPS_X, 0x9000 },
    { "dynamic", G1_CHIPS_X, 0x9000 },
    { "number", "54323230303031323933", 0x9000 },
    { "number", G1_CHIPS_X, 0x6300 },
    { "auto", "54323230303031323933", 0x6300 },
    { "can", "313233343536", 0x9000 },
};

static void after_pace(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bound); i++) {
        struct problem why = { "" };
        struct scene   s = { 0 };
        uint8_t        room[2000];
        char           ini[512];

        ROW(bound[i].id);
        snprintf(ini, sizeof ini, PACE_HEAD "%s\n", bound[i].id);
        paper_folder(&s.paper, ini);
        paper_write(&s.paper, "cvca-1.cvc", cv_make(&cvca_spec, ec.suite, ec.cvca, ec.cvca, room));
        s.ca = terminal_key("P-256");
        terminal_file(&s.paper, "ca.key", s.ca);
        s.paper.chip = chip_new(s.paper.dir, &why);
        if (s.paper.chip == NULL)
            fail_msg("[%s] refused: %s", expect_row, why.text);
        drawn = 0;
        chip_draw_from(s.paper.chip, draw_of_g1);
        paper_talk(&s.paper, g1, COUNT(g1));
        ROW(bound[i].id);
        s.t = (struct terminal){ .paper = &s.paper };
        terminal_begin(&s.t, TERMINAL_AES_128,
                       HEX("28768D20701247DAE81804C9E780EDE582A9996DB4A315020B2733197DB84925"));
        terminal_ask(&s.t, "00A4040C", HEX("A0000002471001"), -1);
        EXPECT(s.t.sw == 0x9000 && !s.t.bare);
        EXPECT(set_dst(&s, CVCA) == 0x6982); /* PACE alone proves nothing of the chip */
        authenticate_chip(&s);
        EXPECT(offer(&s, &dv_spec, &ec, ec.dv, ec.cvca) == 0x9000);
        EXPECT(offer(&s, &is_spec, &ec, ec.is, ec.dv) == 0x9000);
        EXPECT(set_name(&s, "002281A4", IS) == 0x9000);
        EXPECT(prove(&s, ec.suite, ec.is, HEX(bound[i].hex)) == bound[i].sw);
        EXPECT(reads(&s, DG3) == (bound[i].sw == 0x9000 ? 0x9000 : 0x6982));
        end(&s);
    }
}

static const struct {
    const char *fault;
    uint16_t    sw, dg3;
    size_t      challenge;
} faults[] = {
    { "none", 0x9000, 0x9000, 8 },        { "challenge-7", 0x9000, 0x9000, 7 },
    { "challenge-9", 0x9000, 0x9000, 9 }, { "refuses-good-signature", 0x6300, 0x6982, 8 },
    { "other-id", 0x6300, 0x6982, 8 },    { "forgets-rights", 0x9000, 0x6982, 8 },
};

static void faults_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(faults); i++) {
        struct scene s;
        char         lines[128];

        ROW(faults[i].fault);
        snprintf(lines, sizeof lines, "trust = cvca-1.cvc\nfault = %s", faults[i].fault);
        begin(&s, &ec, lines);
        EXPECT(authenticate(&s, &ec, &dv_spec, &is_spec) == faults[i].sw);
        EXPECT(reads(&s, DG3) == faults[i].dg3);
        EXPECT(terminal_ask(&s.t, "00840000", view_of(NULL, 0), 8).len == faults[i].challenge);
        end(&s);
    }
}

static void unknown_dst_accepted(void **state)
{
    struct scene s;

    (void)state;
    ROW("dst-accepts-unknown");
    begin(&s, &ec, "trust = cvca-1.cvc\nfault = dst-accepts-unknown");
    EXPECT(set_dst(&s, "UTCVCA00009") == 0x9000);
    EXPECT(offer(&s, &(struct cv_spec){ "UTCVCA00009", DV, "260601", "261201", 0x83, false, NULL },
                 &ec, ec.dv, ec.cvca) == 0x6985);
    EXPECT(authenticate(&s, &ec, &dv_spec, &is_spec) == 0x9000);
    end(&s);
}

/* E_19: a chip whose clock runs ahead. */
static void clock_ahead(void **state)
{
    struct scene s;

    (void)state;
    ROW("date");
    begin(&s, &ec, "trust = cvca-1.cvc\ndate = 2026-08-02");
    EXPECT(authenticate(&s, &ec, &dv_spec, &is_spec) == 0x6985);
    end(&s);
}

static const struct {
    const char *name, *lines;
} refused[] = {
    { "three trust points", "trust = cvca-1.cvc cvca-1.cvc cvca-1.cvc" },
    { "no such file", "trust = cvca-7.cvc" },
    { "no certificate", "trust = EF.COM.bin" },
    { "not a date", "trust = cvca-1.cvc\ndate = 21.11.2026" },
    { "unknown fault", "fault = late" },
    { "unknown id", "id = name" },
};

static void others_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(refused); i++) {
        struct paper   p;
        struct problem why = { "" };
        uint8_t        room[2000];
        char           ini[256];

        ROW(refused[i].name);
        snprintf(ini, sizeof ini, "[document]\naccess = bac\n" PAPER_MRZ "[ta]\n%s\n",
                 refused[i].lines);
        paper_folder(&p, ini);
        paper_write(&p, "cvca-1.cvc", cv_make(&cvca_spec, ec.suite, ec.cvca, ec.cvca, room));
        EXPECT(chip_new(p.dir, &why) == NULL && why.text[0] != '\0');
        paper_remove(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_suites),
        cmocka_unit_test(rights_are_anded),
        cmocka_unit_test(identifiers),
        cmocka_unit_test(certificates_are_judged),
        cmocka_unit_test(spoiled_certificates),
        cmocka_unit_test(every_prefix),
        cmocka_unit_test(links),
        cmocka_unit_test(clocks),
        cmocka_unit_test(out_of_turn),
        cmocka_unit_test(after_pace),
        cmocka_unit_test(faults_hold),
        cmocka_unit_test(unknown_dst_accepted),
        cmocka_unit_test(clock_ahead),
        cmocka_unit_test(others_are_refused),
    };

    return cmocka_run_group_tests_name("sim.ta_chip", tests, make_ec, free_ec);
}
