/*
 * pace_chip_test: PACE at the chip's door: the worked examples of Doc 9303-11 (8th ed.), what
 * MSE:Set AT and GENERAL AUTHENTICATE refuse, and what a run opens and closes.
 *
 * Vectors: Appendix G.1 (ECDH, generic mapping), G.2 (DH, generic), H.1 (ECDH, integrated); the
 * chip draws what it draws there.  Status words: clause 4.4.4.
 */
#include "terminal.h"

#define MRZ                                                                                        \
    "mrz1 = P<UTOMUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<\n"                                        \
    "mrz2 = T220001293UTO6408125F1010318<<<<<<<<<<<<<<06\n"
#define PACE_INI "[document]\n" MRZ "can = 123456\naccess = pace\n[pace]\n"

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

static const struct paper_line g2[] = {
    { "G.2 MSE:Set AT",
      "0022C1A412800A04007F00070202040102830101840100",
      "9000" },
    { "G.2 nonce",
      "10860000027C0000",
      "7C128010854D8DF5827FA6852D1A4FA701CDDDCA9000" },
    { "G.2 mapping",
      "10860000867C818381818023FB3749EA030D2A25B278D2A562047ADE3F01B74F17A15402CB7352CA7D2B3EB71C34"
      "3DB13D1DEBCE9A3666DBCFC920B49174A602CB47965CAA73DC702489A44D41DB914DE9613DC5E98C94160551C0DF"
      "86274B9359BC0490D01B03AD54022DCB4F57FAD6322497D7A1E28D46710F461AFE710FBBBC5F8BA166F4311975EC"
      "6C00",
      "7C818382818078879F57225AA8080D52ED0FC890A4B25336F699AA89A2D3A189654AF70729E623EA5738B26381E4"
      "DA19E004706FACE7B235C2DBF2F38748312F3C98C2DD4882A41947B324AA1259AC22579DB93F7085655AF30889DB"
      "B845D9E6783FE42C9F2449400306254C8AE8EE9DD812A804C0B66E8CAFC14F84D8258950A91B44126EE69000" },
    { "G.2 ephemeral keys",
      "10860000867C8183838180907D89E2D425A178AA81AF4A7774EC8E388C115CAE67031E85EECE520BD911551B9AE4"
      "D04369F29A02626C86FBC6747CC7BC352645B6161A2A42D44EDA80A08FA8D61B76D3A154AD8A5A51786B0BC07147"
      "057871A922212C5F67F43173172236B7747D1671E6D692A3C7D40A0C3C5CE397545D015C175EB5130551EDBC2EE5"
      "D400",
      "7C8183848180075693D9AE941877573E634B6E644F8E60AF17A0076B8B123D9201074D36152BD8B3A213F53820C4"
      "2ADC79AB5D0AEEC3AEFB91394DA476BD97B9B14D0A65C1FC71A0E019CB08AF55E1F729005FBA7E3FA5DC41899238"
      "A250767A6D46DB974064386CD456743585F8E5D90CC8B4004B1F6D866C79CE0584E49687FF61BC29AEA19000" },
    { "G.2 tokens",
      "008600000C7C0A8508B46DD9BD4D98381F00",
      "7C0A8608917F37B5C0E6D8D19000" },
};

static const struct paper_line h1[] = {
    { "H.1 MSE:Set AT",
      "0022C1A40F800A04007F00070202040402830102",
      "9000" },
    { "H.1 nonce",
      "10860000027C0000",
      "7C128010143DC40C08C8E891FBED7DEDB92B64AD9000" },
    { "H.1 mapping",
      "10860000147C1281105DD4CBFC96F5453B130D890A1CDBAE3200",
      "7C0282009000" },
    { "H.1 ephemeral keys",
      "10860000457C4383410489CBA23FFE96AA18D824627C3E934E54A9FD0B87A95D1471DC1C0ABFDCD640D46755DE9B"
      "7B778280B6BEBD57439ADFEB0E21FD4ED6DF42578C13418A59B34C3700",
      "7C4384410467F78E5F7F7686082B293E8D087E056916D0F74BC01A5F8957D0DE45691E51E8932B69A962B52A0985"
      "AD2C0A271EE6A13A8ADDDCD1A3A994B9DED257F4D227539000" },
    { "H.1 tokens",
      "008600000C7C0A8508450F02B86F6A090900",
      "7C0A860875D4D96E8D5B03089000" },
};

/* What the chip draws: nonce, mapping key, ephemeral key. */
static const struct {
    const char              *name, *offers;
    const struct paper_line *lines;
    const char              *draws[3];
} examples[] = {
    { "G.1", "ecdh-gm-aes-128:13", g1,
      { "3F00C4D39D153F2B2A214A078D899B22",
        "498FF49756F2DC1587840041839A85982BE7761D14715FB091EFA7BCE9058560",
        "107CF58696EF6155053340FD633392BA81909DF7B9706F226F32086C7AFF974A" } },
    { "G.2", "dh-gm-aes-128:0", g2,
      { "FA5B7E3E49753A0DB9178B7B9BD898C8", "66DDAFEAC1609CB5B963BB0CB3FF8B3E047F336C",
        "A5B780126B7C980E9FCEA1D4539DA1D27C342DFA" } },
    { "H.1", "ecdh-im-aes-128:13", h1,
      { "2923BE84E16CD6AE529049F1F1BBE9EB",
        "107CF58696EF6155053340FD633392BA81909DF7B9706F226F32086C7AFF974A", NULL } },
};
/* clang-format on */

static const char *const *draws;

static void draw_next(uint8_t *out, size_t len)
{
    const struct view v = HEX(*draws);

    draws++;
    EXPECT(v.len == len);
    memcpy(out, v.ptr, len);
}

static void begin(struct paper *p, const char *ini)
{
    struct problem why = { "" };

    paper_make(p, ini, &why);
    if (p->chip == NULL)
        fail_msg("[%s] refused: %s", expect_row, why.text);
}

static void worked_examples(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(examples); i++) {
        struct paper p;
        char         ini[512];

        ROW(examples[i].name);
        snprintf(ini, sizeof ini, PACE_INI "offers = %s\n", examples[i].offers);
        begin(&p, ini);
        draws = examples[i].draws;
        chip_draw_from(p.chip, draw_next);
        paper_talk(&p, examples[i].lines, COUNT(g1));
        paper_remove(&p);
    }
}

#define NONCE_1 "10860000027C0000"
#define SET_13  "0022C1A412800A04007F0007020204020283010284010D"
#define SET     "0022C1A40F800A04007F00070202040202830102"
#define OFFER   "offers = ecdh-gm-aes-128:13\n"

/* The last of a few commands is the one that counts; the others answer 9000 or data. */
static const struct {
    const char *name, *ini, *commands[3];
    uint16_t    sw;
} refusals[] = {
    /* clang-format off */
    { "as it should be",       OFFER, { SET_13 }, 0x9000 },
    { "CHAT is passed over",   OFFER, { "0022C1A414800A04007F00070202040202 830102 7F4C020600" }, 0x9000 },
    { "without DO'84'",        OFFER, { SET }, 0x9000 },
    { "MRZ",                   OFFER, { "0022C1A40F800A04007F00070202040202830101" }, 0x9000 },
    { "PIN",                   OFFER, { "0022C1A40F800A04007F00070202040202830103" }, 0x6A88 },
    { "another id",            OFFER, { "0022C1A412800A04007F0007020204020283010284010C" }, 0x6A88 },
    { "another cipher",        OFFER, { "0022C1A40F800A04007F00070202040204830102" }, 0x6A80 },
    { "DH-CAM, without sense", OFFER, { "0022C1A40F800A04007F00070202040502830102" }, 0x6A80 },
    { "no OID",                OFFER, { "0022C1A403830102" }, 0x6A80 },
    { "no password",           OFFER, { "0022C1A40C800A04007F00070202040202" }, 0x6A80 },
    { "OID twice",             OFFER, { "0022C1A41B800A04007F00070202040202800A04007F00070202040202830102" }, 0x6A80 },
    { "unknown object",        OFFER, { "0022C1A412800A04007F00070202040202830102850100" }, 0x6A80 },
    { "not TLV",               OFFER, { "0022C1A4028003" }, 0x6A80 },
    { "MSE of another kind",   OFFER, { "0022C1B603830102" }, 0x6A86 },
    { "in the application",    OFFER, { "00A4040C07A0000002471001", SET }, 0x6A88 },
    { "allowed there",         OFFER "in_application = yes\n", { "00A4040C07A0000002471001", SET }, 0x9000 },
    { "B3: must have 84",      OFFER "require_84 = yes\n", { SET }, 0x6A87 },
    { "B3: and has",           OFFER "require_84 = yes\n", { SET_13 }, 0x9000 },
    { "B5: must not have 84",  OFFER "require_84 = never\n", { SET_13 }, 0x6A80 },
    { "B5: and has not",       OFFER "require_84 = never\n", { SET }, 0x9000 },
    { "A5: Le on MSE",         OFFER "[chip]\nselect_le = no\n", { SET "00" }, 0x6700 },
    { "GA without MSE",        OFFER, { NONCE_1 }, 0x6985 },
    { "GA after a bad MSE",    OFFER, { SET, "0022C1A403830102", NONCE_1 }, 0x6985 },
    { "first GA",              OFFER, { SET, NONCE_1 }, 0x9000 },
    { "first GA, class 00",    OFFER, { SET, "00860000027C0000" }, 0x6985 },
    { "first GA, without Le",  OFFER, { SET, "10860000027C00" }, 0x6700 },
    { "first GA, P2 01",       OFFER, { SET, "10860001027C0000" }, 0x6A86 },
    { "first GA with data",    OFFER, { SET, "10860000047C02810000" }, 0x6A80 },
    { "first GA, no 7C",       OFFER, { SET, "1086000000" }, 0x6A80 },
    { "nonce twice",           OFFER, { SET, NONCE_1, NONCE_1 }, 0x6A80 },
    { "tokens too early",      OFFER, { SET, NONCE_1, "008600000C7C0A8508000000000000000000" }, 0x6985 },
    { "no point",              OFFER, { SET, NONCE_1, "10860000047C02810000" }, 0x6A80 },
    { "SELECT in between",     OFFER, { SET, "00A4000C", NONCE_1 }, 0x6985 },
    { "a piece, chaining off", OFFER "[chip]\nchaining = no\n", { SET, "10860000027C04" }, 0x6884 },
    { "a piece",               OFFER, { SET, "10860000027C04" }, 0x9000 },
    { "B10: SELECT in a chain", OFFER, { SET, "10860000027C04", "00A4000C" }, 0x6883 },
    { "IM: t of 15 bytes", "offers = ecdh-im-aes-128:13\n",
      { "0022C1A40F800A04007F00070202040402830102", NONCE_1,
        "10860000137C11810F00112233445566778899AABBCCDDEE00" }, 0x6A80 },
    { "no BAC on this chip",   OFFER, { "0084000008" }, 0x6985 },
    { "a rule at the nonce",   OFFER "[rule.x]\ncommand = 1086*\nreply = 6A80\n", { SET, NONCE_1 }, 0x6A80 },
    { "a rule at MSE",         OFFER "[rule.x]\ncommand = 0022C1A4*\nreply = 63C1\n", { SET }, 0x63C1 },
    /* clang-format on */
};

static void refusals_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(refusals); i++) {
        struct paper       p;
        struct chip_answer a;
        struct view        got = { 0 };
        char               ini[512];

        ROW(refusals[i].name);
        snprintf(ini, sizeof ini, PACE_INI "%s", refusals[i].ini);
        begin(&p, ini);
        for (size_t k = 0; k < 3 && refusals[i].commands[k] != NULL; k++)
            got = paper_ask(&p, HEX(refusals[i].commands[k]), &a);
        EXPECT(got.len >= 2);
        EXPECT((got.ptr[got.len - 2] << 8 | got.ptr[got.len - 1]) == refusals[i].sw);
        paper_remove(&p);
    }
}

/* G.1 up to the tokens, and a terminal with its session. */
static void run_g1(struct paper *p, struct terminal *t, const char *ini)
{
    begin(p, ini);
    paper_write(p, "EF.CardSecurity.bin", HEX("3000"));
    chip_free(p->chip);
    p->chip = chip_new(p->dir, &(struct problem){ "" });
    draws = examples[0].draws;
    chip_draw_from(p->chip, draw_next);
    paper_talk(p, g1, COUNT(g1));
    *t = (struct terminal){ .paper = p };
    terminal_begin(t, TERMINAL_AES_128,
                   HEX("28768D20701247DAE81804C9E780EDE582A9996DB4A315020B2733197DB84925"));
}

static void after_pace(void **state)
{
    struct paper       p;
    struct terminal    t;
    struct chip_answer a;

    (void)state;
    run_g1(&p, &t, PACE_INI OFFER);
    ROW("the MF is current, EF.CardSecurity readable");
    EXPECT_BYTES(terminal_ask(&t, "00B09D00", view_of(NULL, 0), 256), HEX("3000"));
    ROW("PACE in the session");
    terminal_ask(&t, "0022C1A4", HEX("800A04007F00070202040202830102"), -1);
    EXPECT(t.sw == 0x6985 && t.live);
    ROW("BAC in the session");
    terminal_ask(&t, "00840000", view_of(NULL, 0), 8);
    EXPECT(t.sw == 0x6985);
    ROW("the application under secure messaging");
    terminal_ask(&t, "00A4040C", HEX("A0000002471001"), -1);
    EXPECT(t.sw == 0x9000);
    EXPECT_BYTES(terminal_ask(&t, "00B09E00", view_of(NULL, 0), 4), HEX("60145F01"));
    ROW("long: 600 bytes of DG2 in one answer");
    EXPECT(terminal_ask(&t, "00B08200", view_of(NULL, 0), 65536).len == 600);
    ROW("a plain command ends it");
    EXPECT_BYTES(paper_ask(&p, HEX("00B09E0004"), &a), HEX("6982"));
    EXPECT_BYTES(paper_ask(&p, HEX("00A4000C"), &a), HEX("9000"));
    EXPECT_BYTES(paper_ask(&p, HEX("00B09D0000"), &a), HEX("6982"));
    ROW("and PACE may begin anew");
    EXPECT_BYTES(paper_ask(&p, HEX(SET), &a), HEX("9000"));
    paper_remove(&p);
}

#define TOKEN_OF_D                                                                                 \
    "008200002872C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F25F1448EEA8AD90A728"

/* One way in until the field goes off. */
static void pace_or_bac(void **state)
{
    static const char *const way_in[] = { "00A4040C07A0000002471001", "0084000008", TOKEN_OF_D };
    static const char *const draws_of_d[] = { "4608F91988702212",
                                              "0B4F80323EB3191CB04970CB4052790B" };
    struct paper             p;
    struct terminal          t;
    struct chip_answer       a;

    (void)state;
    ROW("BAC after PACE");
    run_g1(&p, &t, "[document]\n" MRZ "access = bac+pace\n[pace]\n" OFFER);
    EXPECT_BYTES(paper_ask(&p, HEX("0084000008"), &a), HEX("6985"));
    chip_reset(p.chip);
    draws = draws_of_d;
    EXPECT(paper_ask(&p, HEX("0084000008"), &a).len == 10);
    paper_remove(&p);

    ROW("PACE after BAC"); /* Appendix D's */
    begin(&p, "[document]\n" PAPER_MRZ "access = bac+pace\n[pace]\n" OFFER);
    draws = draws_of_d;
    chip_draw_from(p.chip, draw_next);
    for (size_t i = 0; i < COUNT(way_in); i++)
        EXPECT(paper_ask(&p, HEX(way_in[i]), &a).len >= 2);
    EXPECT(a.bytes.len == 42);
    EXPECT_BYTES(paper_ask(&p, HEX("0022C1A40F800A04007F00070202040202830101"), &a), HEX("6985"));
    EXPECT_BYTES(paper_ask(&p, HEX("00B09D0000"), &a),
                 HEX("6A82")); /* the application is current */
    paper_remove(&p);
}

/* G.1 with one bit of the terminal's token turned, as often as the document bears it. */
static void wrong_passwords(void **state)
{
    static const struct {
        const char *name, *ini;
        uint16_t    set[4], token[4];
    } cases[] = {
        { "no counter",
          "",
          { 0x9000, 0x9000, 0x9000, 0x9000 },
          { 0x6300, 0x6300, 0x6300, 0x6300 } },
        { "another word",
          "wrong_password_sw = 6985\n",
          { 0x9000, 0x9000, 0x9000, 0x9000 },
          { 0x6985, 0x6985, 0x6985, 0x6985 } },
        { "two tries",
          "tries = 2\n",
          { 0x9000, 0x63C1, 0x63C0, 0x63C0 },
          { 0x63C1, 0x63C0, 0x63C0, 0x63C0 } },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct paper       p;
        struct chip_answer a;
        char               ini[512], bad[64];

        ROW(cases[i].name);
        snprintf(ini, sizeof ini, PACE_INI OFFER "%s", cases[i].ini);
        snprintf(bad, sizeof bad, "%s", g1[4].command);
        EXPECT(strlen(bad) == 36);
        bad[33] = bad[33] == '0' ? '1' : '0'; /* the token's last digit */
        begin(&p, ini);
        chip_draw_from(p.chip, draw_next);
        for (size_t n = 0; n < 4; n++) {
            const uint16_t set = cases[i].set[n], token = cases[i].token[n];
            const uint8_t  sws[] = { (uint8_t)(set >> 8), (uint8_t)set, (uint8_t)(token >> 8),
                                     (uint8_t)token };

            draws = examples[0].draws;
            EXPECT_BYTES(paper_ask(&p, HEX(g1[0].command), &a), view_of(sws, 2));
            paper_talk(&p, g1 + 1, 3);
            ROW(cases[i].name);
            EXPECT_BYTES(paper_ask(&p, HEX(bad), &a), view_of(sws + 2, 2));
        }
        chip_reset(p.chip);
        draws = examples[0].draws;
        EXPECT(paper_ask(&p, HEX(g1[0].command), &a).len == 2);
        paper_talk(&p, g1 + 1, 3);
        EXPECT((paper_ask(&p, HEX(g1[4].command), &a).len == 2) == (i == 2)); /* none is left */
        paper_remove(&p);
    }
}

/* Step 4's answer of a chip with terminal authentication: G.1's token, then the names. */
static void references(void **state)
{
    struct paper       p;
    struct chip_answer a;

    (void)state;
    ROW("DO'87', DO'88'");
    begin(&p, PACE_INI OFFER "cars = DECVCA00002 DECVCA00001\n");
    draws = examples[0].draws;
    chip_draw_from(p.chip, draw_next);
    paper_talk(&p, g1, 4);
    EXPECT_BYTES(paper_ask(&p, HEX(g1[4].command), &a),
                 HEX("7C24 86083ABB9674BCE93C08 870B4445435643413030303032"
                     "880B4445435643413030303031 9000"));
    paper_remove(&p);
}

static const struct {
    const char *name, *ini;
} unusable[] = {
    /* clang-format off */
    { "no offers",               "[document]\ncan = 1\naccess = pace\n" },
    { "no password",             "[document]\naccess = pace\n[pace]\n" OFFER },
    { "[pace] without PACE",     "[document]\naccess = plain\n[pace]\n" OFFER },
    { "bac+pace without MRZ",    "[document]\ncan = 1\naccess = bac+pace\n[pace]\n" OFFER },
    { "unknown mapping",         PACE_INI "offers = dh-cam-aes-128:0\n" },
    { "unknown suite",           PACE_INI "offers = ecdh-gm-aes-512:13\n" },
    { "curve for DH",            PACE_INI "offers = dh-gm-aes-128:13\n" },
    { "DH group for ECDH",       PACE_INI "offers = ecdh-gm-aes-128:2\n" },
    { "reserved id",             PACE_INI "offers = ecdh-gm-aes-128:7\n" },
    { "no id",                   PACE_INI "offers = ecdh-gm-aes-128\n" },
    { "empty id",                PACE_INI "offers = ecdh-gm-aes-128:\n" },
    { "IM over P-224",           PACE_INI "offers = ecdh-im-aes-128:10\n" },
    { "CAM with 3DES",           PACE_INI "offers = ecdh-cam-3des:13\n" },
    { "CAM without its key",     PACE_INI "offers = ecdh-cam-aes-128:13\n" },
    { "unknown fault",           PACE_INI OFFER "fault = none\n" },
    { "fault of no offer",       PACE_INI OFFER "fault = dh-one\n" },
    { "fault of CAM",            PACE_INI OFFER "fault = cam-missing\n" },
    { "nonce of 15",             PACE_INI OFFER "nonce = 15\n" },
    { "sixteen tries",           PACE_INI OFFER "tries = 16\n" },
    { "three references",        PACE_INI OFFER "cars = A B C\n" },
    { "require_84 maybe",        PACE_INI OFFER "require_84 = maybe\n" },
    /* clang-format on */
};

static void unusable_settings(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(unusable); i++) {
        struct paper   p;
        struct problem why = { "" };

        ROW(unusable[i].name);
        paper_make(&p, unusable[i].ini, &why);
        EXPECT(p.chip == NULL && why.text[0] != '\0');
        paper_remove(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(worked_examples),   cmocka_unit_test(refusals_hold),
        cmocka_unit_test(after_pace),        cmocka_unit_test(pace_or_bac),
        cmocka_unit_test(wrong_passwords),   cmocka_unit_test(references),
        cmocka_unit_test(unusable_settings),
    };

    return cmocka_run_group_tests_name("sim.pace_chip", tests, NULL, NULL);
}
