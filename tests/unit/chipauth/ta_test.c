/*
 * ta_test: Terminal Authentication against a chip that is written down: every command, every
 * answer, and a signature that the test makes with OpenSSL as a host would.
 *
 * Rows E_.. are named after TR-03105-5.1 (ISO7816_E).  The message that is signed is checked
 * against BSI's worked example for EAC 2 as far as version 1 has the same parts.
 */
#include "chipauth/ta.h"

#include "base/tlv.h"
#include "cvc_maker.h"
#include "parse.h"

#define CAR_1 "UTCVCA00001"
#define CAR_2 "UTCVCA00002"

#define ID_IC "4C383938393032433336" /* a document number and its digit */
#define COMP  "5A7A377FC9CAFC03AC7FF45441A8B2909D88EAB8E6B0173847AB49B949DF3799"
#define R_IC  "547E4EAB03B235D2"

enum who { CVCA, LINK, DV, DV_2, IS, MADE };

static EVP_PKEY   *ca_key, *ca2_key, *dv_key, *is_key;
static uint8_t     made_bytes[MADE][CVC_MADE_MAX], all_bytes[MADE * CVC_MADE_MAX];
static struct view made[MADE], all;

static void make(enum who who, const struct cvc_order *o)
{
    made[who] = cvc_make(o, made_bytes[who]);
    memcpy(all_bytes + all.len, made[who].ptr, made[who].len);
    all = view_of(all_bytes, all.len + made[who].len);
}

/* A CVCA, its link to a second one, a DV under each, a terminal; all under one algorithm. */
static void make_all(const struct cvc_alg *alg)
{
#define DATES "260101", "261231"
    all = view_of(all_bytes, 0);
    make(CVCA, &(struct cvc_order){ CAR_1, CAR_1, 0xC3, DATES, ca_key, alg, true, ca_key, alg });
    make(LINK, &(struct cvc_order){ CAR_1, CAR_2, 0xC3, DATES, ca2_key, alg, true, ca_key, alg });
    make(DV,
         &(struct cvc_order){ CAR_1, "UTDV00001", 0x83, DATES, dv_key, alg, false, ca_key, alg });
    make(DV_2,
         &(struct cvc_order){ CAR_2, "UTDV00001", 0x82, DATES, dv_key, alg, false, ca2_key, alg });
    make(IS, &(struct cvc_order){ "UTDV00001", "UTIS00001", 0x03, DATES, is_key, alg, false, dv_key,
                                  alg });
}

static struct ta_terms terms_of(const char *first, const char *second)
{
    static uint8_t id_ic[TA_ID_MAX], comp[TA_COMP_MAX];

    return (struct ta_terms){
        .certificates = all,
        .car = { text_of(first), text_of(second) },
        .id_ic = hex(ID_IC, id_ic, sizeof id_ic),
        .comp = hex(COMP, comp, sizeof comp),
        .today = { 2026, 6, 1 },
    };
}

enum cmd {
    END,
    DST_1,
    DST_2,
    DST_DV,
    PSO_LINK,
    PSO_DV,
    PSO_DV_2,
    PSO_IS,
    SET_AT,
    CHALLENGE,
    ASK,
    PROVE
};

enum { LOST = 1 };

struct turn {
    enum cmd    cmd;
    uint16_t    sw; /* 0: 9000 */
    int         lost;
    const char *data;
};

/* clang-format off */
#define OKAY(cmd)   { cmd, 0, 0, "" }
#define CHAIN_1     OKAY(DST_1), OKAY(PSO_DV), OKAY(DST_DV), OKAY(PSO_IS)
#define CHAIN_2     OKAY(DST_2), OKAY(PSO_DV_2), OKAY(DST_DV), OKAY(PSO_IS)
#define TO_THE_ASK  OKAY(SET_AT), { CHALLENGE, 0, 0, R_IC }, OKAY(ASK)

static const struct {
    const char   *name, *car, *second;
    enum outcome  want;
    uint16_t      sw;
    enum ta_stage stage;
    uint8_t       used, sent, rights;
    bool          doubtful;
    struct turn   turn[16];
} rows[] = {
    { "E_07 all well", CAR_1, "", OK, 0, TA_AT_END, 0, 2, 3, false, { CHAIN_1, TO_THE_ASK, OKAY(PROVE) } },
    { "the second CAR not needed", CAR_1, CAR_2, OK, 0, TA_AT_END, 0, 2, 3, false, { CHAIN_1, TO_THE_ASK, OKAY(PROVE) } },
    { "the newer CVCA", CAR_2, CAR_1, OK, 0, TA_AT_END, 0, 2, 2, false, { CHAIN_2, TO_THE_ASK, OKAY(PROVE) } },
    { "no chain for the first CAR", "UTCVCA00009", CAR_1, OK, 0, TA_AT_END, 1, 2, 3, false, { CHAIN_1, TO_THE_ASK, OKAY(PROVE) } },
    { "first key unknown, second taken", CAR_2, CAR_1, OK, 0, TA_AT_END, 1, 2, 3, false,
      { { DST_2, 0x6A88, 0, "" }, CHAIN_1, TO_THE_ASK, OKAY(PROVE) } },
    { "first chain refused late", CAR_2, CAR_1, OK, 0, TA_AT_END, 1, 2, 3, false,
      { OKAY(DST_2), { PSO_DV_2, 0x6300, 0, "" }, CHAIN_1, TO_THE_ASK, OKAY(PROVE) } },
    { "E_08 key unknown", CAR_1, "", E_REFUSED, 0x6A88, TA_AT_CERTIFICATES, 0, 0, 0, false, { { DST_1, 0x6A88, 0, "" } } },
    { "E_08 both unknown", CAR_1, CAR_2, E_REFUSED, 0x6A88, TA_AT_CERTIFICATES, 1, 0, 2, false,
      { { DST_1, 0x6A88, 0, "" }, { DST_2, 0x6A88, 0, "" } } },
    { "E_17 DV refused", CAR_1, "", E_REFUSED, 0x6300, TA_AT_CERTIFICATES, 0, 0, 0, false, { OKAY(DST_1), { PSO_DV, 0x6300, 0, "" } } },
    { "E_18 terminal refused", CAR_1, "", E_REFUSED, 0x6982, TA_AT_CERTIFICATES, 0, 1, 3, false,
      { OKAY(DST_1), OKAY(PSO_DV), OKAY(DST_DV), { PSO_IS, 0x6982, 0, "" } } },
    { "E_19 the chip's clock", CAR_1, "", E_REFUSED, 0x6985, TA_AT_CERTIFICATES, 0, 1, 3, false,
      { OKAY(DST_1), OKAY(PSO_DV), OKAY(DST_DV), { PSO_IS, 0x6985, 0, "" } } },
    { "MSE:Set AT refused", CAR_1, "", E_REFUSED, 0x6A88, TA_AT_TERMINAL, 0, 2, 3, false, { CHAIN_1, { SET_AT, 0x6A88, 0, "" } } },
    { "no challenge", CAR_1, "", E_REFUSED, 0x6985, TA_AT_CHALLENGE, 0, 2, 3, false, { CHAIN_1, OKAY(SET_AT), { CHALLENGE, 0x6985, 0, "" } } },
    { "E_12 challenge of 7", CAR_1, "", E_UNEXPECTED, 0, TA_AT_CHALLENGE, 0, 2, 3, false, { CHAIN_1, OKAY(SET_AT), { CHALLENGE, 0, 0, "547E4EAB03B235" } } },
    { "E_13 challenge of 9", CAR_1, "", E_UNEXPECTED, 0, TA_AT_CHALLENGE, 0, 2, 3, false, { CHAIN_1, OKAY(SET_AT), { CHALLENGE, 0, 0, R_IC "00" } } },
    { "challenge empty", CAR_1, "", E_UNEXPECTED, 0, TA_AT_CHALLENGE, 0, 2, 3, false, { CHAIN_1, OKAY(SET_AT), { CHALLENGE, 0, 0, "" } } },
    { "E_11 signature refused", CAR_1, "", E_REFUSED, 0x6300, TA_AT_SIGNATURE, 0, 2, 3, true, { CHAIN_1, TO_THE_ASK, { PROVE, 0x6300, 0, "" } } },
    { "E_11 with a counter", CAR_1, "", E_REFUSED, 0x63C2, TA_AT_SIGNATURE, 0, 2, 3, true, { CHAIN_1, TO_THE_ASK, { PROVE, 0x63C2, 0, "" } } },
    { "done before", CAR_1, "", E_REFUSED, 0x6982, TA_AT_SIGNATURE, 0, 2, 3, false, { CHAIN_1, TO_THE_ASK, { PROVE, 0x6982, 0, "" } } },
    { "not this terminal", CAR_1, "", E_REFUSED, 0x6985, TA_AT_SIGNATURE, 0, 2, 3, false, { CHAIN_1, TO_THE_ASK, { PROVE, 0x6985, 0, "" } } },
    { "session dies at Set DST", CAR_1, CAR_2, E_SM_BROKEN, 0x6988, TA_AT_CERTIFICATES, 0, 0, 3, false, { { DST_1, 0x6988, LOST, "" } } },
    { "session dies at a certificate", CAR_1, CAR_2, E_SM_BROKEN, 0x6700, TA_AT_CERTIFICATES, 0, 0, 3, false, { OKAY(DST_1), { PSO_DV, 0x6700, LOST, "" } } },
    { "session dies at Set AT", CAR_1, "", E_SM_BROKEN, 0x6988, TA_AT_TERMINAL, 0, 2, 3, false, { CHAIN_1, { SET_AT, 0x6988, LOST, "" } } },
    { "session dies at the challenge", CAR_1, "", E_SM_BROKEN, 0x6988, TA_AT_CHALLENGE, 0, 2, 3, false, { CHAIN_1, OKAY(SET_AT), { CHALLENGE, 0x6988, LOST, "" } } },
    { "session dies at the proof", CAR_1, "", E_SM_BROKEN, 0x6988, TA_AT_SIGNATURE, 0, 2, 3, false, { CHAIN_1, TO_THE_ASK, { PROVE, 0x6988, LOST, "" } } },
};
/* clang-format on */

/* 7F4E and 5F37: what is in the certificate. */
static struct view content_of(enum who who)
{
    struct view in = made[who], value;

    EXPECT_CODE(tlv_expect(&in, 0x7F21, &value), OK);
    return value;
}

static void expect_command(enum cmd cmd, const struct capdu *c)
{
    static const struct {
        uint8_t     ins, p1, p2;
        const char *name;
        enum who    who;
    } commands[] = {
        [DST_1] = { 0x22, 0x81, 0xB6, CAR_1, 0 },
        [DST_2] = { 0x22, 0x81, 0xB6, CAR_2, 0 },
        [DST_DV] = { 0x22, 0x81, 0xB6, "UTDV00001", 0 },
        [PSO_LINK] = { 0x2A, 0x00, 0xBE, NULL, LINK },
        [PSO_DV] = { 0x2A, 0x00, 0xBE, NULL, DV },
        [PSO_DV_2] = { 0x2A, 0x00, 0xBE, NULL, DV_2 },
        [PSO_IS] = { 0x2A, 0x00, 0xBE, NULL, IS },
        [SET_AT] = { 0x22, 0x81, 0xA4, "UTIS00001", 0 },
        [CHALLENGE] = { 0x84, 0x00, 0x00, NULL, 0 },
        [PROVE] = { 0x82, 0x00, 0x00, NULL, 0 },
    };
    struct view data = c->data, value;

    EXPECT(c->cla == 0 && c->ins == commands[cmd].ins);
    EXPECT(c->p1 == commands[cmd].p1 && c->p2 == commands[cmd].p2);
    EXPECT(c->le == (cmd == CHALLENGE ? 8 : 0)); /* A5 */
    if (commands[cmd].name != NULL) {
        EXPECT_CODE(tlv_expect(&data, 0x83, &value), OK);
        EXPECT_BYTES(value, text_of(commands[cmd].name));
        EXPECT(data.len == 0);
    }
    if (commands[cmd].ins == 0x2A)
        EXPECT_BYTES(c->data, content_of(commands[cmd].who));
}

/* Verified as the chip would, by OpenSSL, with the terminal's key. */
static bool chip_verifies(const struct cvc_alg *alg, struct view signature)
{
    const struct view message = HEX(ID_IC R_IC COMP);
    EVP_MD_CTX       *ctx = EVP_MD_CTX_new();
    EVP_PKEY_CTX     *pctx = NULL;
    uint8_t           der[200], *at = der;
    const uint8_t    *sig = signature.ptr;
    size_t            len = signature.len;

    EXPECT(EVP_DigestVerifyInit_ex(ctx, &pctx, alg->md, NULL, NULL, is_key, NULL) == 1);
    if (alg->pad != 0) {
        EXPECT(EVP_PKEY_CTX_set_rsa_padding(pctx, alg->pad) == 1);
    } else {
        ECDSA_SIG *rs = ECDSA_SIG_new();
        const int  half = (int)len / 2;

        EXPECT(ECDSA_SIG_set0(rs, BN_bin2bn(sig, half, NULL), BN_bin2bn(sig + half, half, NULL)));
        len = (size_t)i2d_ECDSA_SIG(rs, &at);
        sig = der;
        ECDSA_SIG_free(rs);
    }
    const bool good = EVP_DigestVerify(ctx, sig, len, message.ptr, message.len) == 1;

    EVP_MD_CTX_free(ctx);
    return good;
}

/* The host: signs what it is asked to. */
static void host(struct ta *t, const struct cvc_alg *alg)
{
    uint8_t sig[1024], other[1024];
    size_t  len = cvc_sign(is_key, alg, t->ask.data, sig), other_len;

    EXPECT_BYTES(t->ask.chr, TEXT("UTIS00001"));
    EXPECT_BYTES(t->ask.data, HEX(ID_IC R_IC COMP));
    EXPECT(oid_of(t->ask.oid) == t->ask.alg && view_at(t->ask.oid, 8) == alg->arc[0] &&
           view_at(t->ask.oid, 9) == alg->arc[1]);
    other_len = cvc_sign(dv_key, alg, t->ask.data, other);
    EXPECT_CODE(ta_answer(t, view_of(other, other_len)), E_ALTERED); /* by another key */
    EXPECT_CODE(ta_answer(t, view_of(sig, len - 1)), E_ALTERED);
    EXPECT_CODE(ta_answer(t, view_of(sig, 0)), E_ALTERED);
    sig[0] ^= 1;
    EXPECT_CODE(ta_answer(t, view_of(sig, len)), E_ALTERED);
    sig[0] ^= 1;
    EXPECT_CODE(ta_answer(t, view_of(sig, len)), OK);
    EXPECT_CODE(ta_answer(t, view_of(sig, len)), E_BUG); /* once */
}

static struct rapdu answer_of(const struct turn *t)
{
    static uint8_t bytes[64];
    struct rapdu   r = { .sw = t->sw == 0 ? SW_OK : t->sw };

    if (t->lost)
        r.lost = (struct err){ .code = E_SM_BROKEN, .cause = E_REFUSED, .sw = t->sw };
    else
        r.data = hex(t->data, bytes, sizeof bytes);
    return r;
}

static struct err play(struct ta *ta, const struct turn *t, const struct cvc_alg *alg)
{
    struct rapdu last = { 0 };

    for (;; t++) {
        struct capdu next;
        enum step    todo;
        struct err   e = ta_step(ta, last, &next, &todo);

        if (e.code != OK || todo == STEP_DONE) {
            EXPECT(t->cmd == END);
            return e;
        }
        if (todo == STEP_ASK) {
            EXPECT(t->cmd == ASK);
            host(ta, alg);
            last = (struct rapdu){ 0 };
            continue;
        }
        EXPECT(todo == STEP_SEND && t->cmd != END && t->cmd != ASK);
        expect_command(t->cmd, &next);
        if (t->cmd == PROVE)
            EXPECT(chip_verifies(alg, next.data));
        last = answer_of(t);
    }
}

static void transcripts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct ta_terms terms = terms_of(rows[i].car, rows[i].second);
        struct ta_outcome     out;
        struct capdu          next;
        enum step             todo;
        struct ta             ta, wiped;
        struct err            e;

        ROW(rows[i].name);
        EXPECT_CODE(ta_begin(&ta, &terms, &out, NULL), OK);
        EXPECT_CODE(ta_answer(&ta, HEX("01")), E_BUG); /* nothing asked yet */
        e = play(&ta, rows[i].turn, &cvc_ecdsa_sha256);
        EXPECT_CODE(e, rows[i].want);
        EXPECT(e.sw == rows[i].sw && out.stage == rows[i].stage && out.sent == rows[i].sent);
        EXPECT(ta_binding_doubtful(&out) == rows[i].doubtful);
        EXPECT(out.car == rows[i].used && (e.code != OK || out.rights == rows[i].rights));
        memset(&wiped, 0, sizeof wiped);
        wiped.state = TA_SPENT;
        EXPECT_BYTES(view_of(&ta, sizeof ta), view_of(&wiped, sizeof wiped));
        EXPECT_CODE(ta_step(&ta, (struct rapdu){ 0 }, &next, &todo), E_BUG);
    }
}

/* E_01 to E_07, E_35 to E_38: every suite, through to a signature that the chip verifies. */
static void every_suite(void **state)
{
    (void)state;
    static const struct turn all_well[] = { CHAIN_1, TO_THE_ASK, OKAY(PROVE), OKAY(END) };
    EVP_PKEY *const          ec[] = { ca_key, ca2_key, dv_key, is_key };
    EVP_PKEY                *rsa[4];

    for (int i = 0; i < 4; i++)
        rsa[i] = signer_rsa(1280, 65537);
    for (size_t i = 0; i < COUNT(cvc_algs); i++) {
        EVP_PKEY *const  *keys = cvc_algs[i]->pad != 0 ? rsa : ec;
        struct ta_terms   terms;
        struct ta_outcome out;
        struct ta         ta;

        ROW(cvc_algs[i]->md);
        ca_key = keys[0];
        ca2_key = keys[1];
        dv_key = keys[2];
        is_key = keys[3];
        make_all(cvc_algs[i]);
        terms = terms_of(CAR_1, "");
        EXPECT_CODE(ta_begin(&ta, &terms, &out, NULL), OK);
        EXPECT_CODE(play(&ta, all_well, cvc_algs[i]), OK);
        EXPECT(out.stage == TA_AT_END && out.rights == 3);
    }
    ca_key = ec[0];
    ca2_key = ec[1];
    dv_key = ec[2];
    is_key = ec[3];
    for (int i = 0; i < 4; i++)
        EVP_PKEY_free(rsa[i]);
    make_all(&cvc_ecdsa_sha256);
}

/* E_32: the chip knows the old CVCA only; the link goes first. */
static void trust_anchor_update(void **state)
{
    (void)state;
    static const struct turn turns[] = { OKAY(DST_1),    OKAY(PSO_LINK), OKAY(DST_2),
                                         OKAY(PSO_DV_2), OKAY(DST_DV),   OKAY(PSO_IS),
                                         TO_THE_ASK,     OKAY(PROVE),    OKAY(END) };
    static uint8_t           bytes[4 * CVC_MADE_MAX];
    static const enum who    store[] = { IS, DV_2, LINK, CVCA };
    struct ta_terms          terms = terms_of(CAR_1, "");
    struct ta_outcome        out;
    struct ta                ta;
    size_t                   n = 0;

    for (size_t i = 0; i < COUNT(store); i++) {
        memcpy(bytes + n, made[store[i]].ptr, made[store[i]].len);
        n += made[store[i]].len;
    }
    terms.certificates = view_of(bytes, n);
    EXPECT_CODE(ta_begin(&ta, &terms, &out, NULL), OK);
    EXPECT_CODE(play(&ta, turns, &cvc_ecdsa_sha256), OK);
    EXPECT(out.sent == 3 && out.rights == CVC_READ_DG4);
}

/* Every word but 9000 at every step is a refusal with that word. */
static void every_word_at_every_step(void **state)
{
    (void)state;
    const struct ta_terms terms = terms_of(CAR_1, "");

    for (uint32_t sw = 0x6100; sw <= 0x6FFF; sw += 61 * EXPECT_STRIDE) {
        for (int good = 0; good <= 5; good++) {
            struct rapdu      r = { .sw = SW_OK };
            struct ta_outcome out;
            struct capdu      next;
            enum step         todo;
            struct ta         ta;

            EXPECT_CODE(ta_begin(&ta, &terms, &out, NULL), OK);
            for (int i = 0; i <= good; i++) {
                EXPECT_CODE(ta_step(&ta, r, &next, &todo), OK);
                EXPECT(todo == STEP_SEND);
            }
            r.sw = (uint16_t)sw;
            const struct err e = ta_step(&ta, r, &next, &todo);

            EXPECT(e.code == E_REFUSED && e.sw == sw && out.sw == sw);
        }
    }
}

static void no_chain(void **state)
{
    (void)state;
    struct ta_terms   terms = terms_of("UTCVCA00008", "UTCVCA00009");
    struct ta_outcome out;
    struct notes      notes = { 0 };
    struct ta         ta;

    EXPECT_CODE(ta_begin(&ta, &terms, &out, &notes), E_UNSUPPORTED); /* E_08, E_24 */
    terms = terms_of(CAR_1, CAR_2);
    terms.today = (struct date){ 2027, 1, 1 };
    EXPECT_CODE(ta_begin(&ta, &terms, &out, &notes), E_UNSUPPORTED); /* E_19 */
    EXPECT(note_seen(&notes, NOTE_CVC_EXPIRED));
    terms.today = (struct date){ 2026, 6, 1 };
    terms.certificates = view_of(NULL, 0);
    EXPECT_CODE(ta_begin(&ta, &terms, &out, &notes), E_UNSUPPORTED);
    terms.certificates = HEX("7F2100");
    EXPECT_CODE(ta_begin(&ta, &terms, &out, &notes), E_TRUNCATED);
}

static void arguments(void **state)
{
    (void)state;
    static const uint8_t  big[TA_DATA_MAX];
    const struct ta_terms right = terms_of(CAR_1, CAR_2);
    struct ta_terms       terms = terms_of("", CAR_1);
    struct ta_outcome     out;
    struct capdu          next;
    enum step             todo;
    struct rapdu          r = { .sw = SW_OK };
    struct ta             ta;

    EXPECT_CODE(ta_begin(&ta, &terms, &out, NULL), E_BUG);
    terms = terms_of(CAR_1, "UTCVCA12345600001");
    EXPECT_CODE(ta_begin(&ta, &terms, &out, NULL), E_BUG);
    terms = right;
    terms.id_ic = view_of(big, 0);
    EXPECT_CODE(ta_begin(&ta, &terms, &out, NULL), E_BUG);
    terms.id_ic = view_of(big, TA_ID_MAX + 1);
    EXPECT_CODE(ta_begin(&ta, &terms, &out, NULL), E_BUG);
    terms = right;
    terms.comp = view_of(big, TA_COMP_MAX + 1);
    EXPECT_CODE(ta_begin(&ta, &terms, &out, NULL), E_BUG);
    terms.comp = view_of(big, 0);
    EXPECT_CODE(ta_begin(&ta, &terms, &out, NULL), E_BUG);

    EXPECT_CODE(ta_begin(&ta, &right, &out, NULL), OK); /* the host did not answer */
    do {
        EXPECT_CODE(ta_step(&ta, r, &next, &todo), OK);
        r.data = todo == STEP_SEND && next.ins == 0x84 ? TEXT("8 octets") : TEXT("");
    } while (todo != STEP_ASK);
    EXPECT_CODE(ta_step(&ta, (struct rapdu){ 0 }, &next, &todo), E_BUG);
    EXPECT(ta.state == TA_SPENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transcripts),
        cmocka_unit_test(every_suite),
        cmocka_unit_test(trust_anchor_update),
        cmocka_unit_test(every_word_at_every_step),
        cmocka_unit_test(no_chain),
        cmocka_unit_test(arguments),
    };

    ca_key = signer_ec("brainpoolP256r1", "named_curve");
    ca2_key = signer_ec("brainpoolP256r1", "named_curve");
    dv_key = signer_ec("brainpoolP256r1", "named_curve");
    is_key = signer_ec("brainpoolP256r1", "named_curve");
    make_all(&cvc_ecdsa_sha256);
    return cmocka_run_group_tests_name("chipauth.ta", tests, NULL, NULL);
}
