/*
 * protocol_bench: what each protocol costs the reader: commands, bytes, CPU, stack.
 *
 * The firmware's modules run in this process against a chip whose answers were recorded in a
 * first run (the reader's random numbers are the same each time), so that nothing but the
 * reader's own work is counted.
 *
 *   APDUs, sent, got  commands; bytes on the wire
 *   ms                CPU of one run, the best of some rounds
 *   bare              CPU of the library operations that the protocol cannot do without: bare.h
 *   stack             deepest octet touched of a stack that was painted before, the library's
 *                     frames included; KiB
 *
 * usage: protocol_bench [MILLISECONDS per figure, 60]     a table
 *        protocol_bench grind                             each row once, for callgrind
 */
#include <time.h>
#include <ucontext.h>

#include <valgrind/callgrind.h>

#include "access/bac.h"
#include "bare.h"
#include "card.h"
#include "chipauth/aa.h"
#include "chipauth/ca.h"
#include "chipauth/ta.h"
#include "crypto/crypto.h"
#include "cvc_maker.h"
#include "iso7816/exchange.h"

enum { TURNS_MAX = 24, STACK_LEN = 128 * 1024, ROUNDS = 5 };

enum protocol { BAC, PACE, CA, AA, TA };

static const struct row {
    const char       *name;
    enum protocol     protocol;
    const char       *group; /* OpenSSL's; AA, TA: a curve, or "rsa" */
    unsigned          id;    /* RSA: bits */
    enum info_mapping mapping;
    enum sm_suite     suite;
} rows[] = {
    /* clang-format off */
    { "BAC",                           BAC,  "",                0,  0,           SM_SUITE_3DES },
    { "PACE GM P-256 AES-128",         PACE, "prime256v1",      12, MAPPING_GM,  SM_SUITE_AES_128 },
    { "PACE GM brainpoolP256r1 3DES",  PACE, "brainpoolP256r1", 13, MAPPING_GM,  SM_SUITE_3DES },
    { "PACE GM brainpoolP256r1 AES-128", PACE, "brainpoolP256r1", 13, MAPPING_GM, SM_SUITE_AES_128 },
    { "PACE GM P-384 AES-256",         PACE, "secp384r1",       15, MAPPING_GM,  SM_SUITE_AES_256 },
    { "PACE GM brainpoolP512r1 AES-256", PACE, "brainpoolP512r1", 17, MAPPING_GM, SM_SUITE_AES_256 },
    { "PACE GM modp1024-160 AES-128",  PACE, "dh_1024_160",     0,  MAPPING_GM,  SM_SUITE_AES_128 },
    { "PACE GM modp2048-256 AES-256",  PACE, "dh_2048_256",     2,  MAPPING_GM,  SM_SUITE_AES_256 },
    { "PACE IM P-256 AES-128",         PACE, "prime256v1",      12, MAPPING_IM,  SM_SUITE_AES_128 },
    { "PACE IM brainpoolP256r1 3DES",  PACE, "brainpoolP256r1", 13, MAPPING_IM,  SM_SUITE_3DES },
    { "PACE IM brainpoolP256r1 AES-128", PACE, "brainpoolP256r1", 13, MAPPING_IM, SM_SUITE_AES_128 },
    { "PACE IM P-384 AES-256",         PACE, "secp384r1",       15, MAPPING_IM,  SM_SUITE_AES_256 },
    { "PACE IM modp1024-160 AES-128",  PACE, "dh_1024_160",     0,  MAPPING_IM,  SM_SUITE_AES_128 },
    { "PACE IM modp2048-256 AES-256",  PACE, "dh_2048_256",     2,  MAPPING_IM,  SM_SUITE_AES_256 },
    { "PACE CAM P-256 AES-128",        PACE, "prime256v1",      12, MAPPING_CAM, SM_SUITE_AES_128 },
    { "PACE CAM brainpoolP256r1 AES-128", PACE, "brainpoolP256r1", 13, MAPPING_CAM, SM_SUITE_AES_128 },
    { "PACE CAM P-384 AES-256",        PACE, "secp384r1",       15, MAPPING_CAM, SM_SUITE_AES_256 },
    { "CA P-256 3DES",                 CA,   "prime256v1",      12, 0,           SM_SUITE_3DES },
    { "CA P-256 AES-128",              CA,   "prime256v1",      12, 0,           SM_SUITE_AES_128 },
    { "CA brainpoolP256r1 AES-128",    CA,   "brainpoolP256r1", 13, 0,           SM_SUITE_AES_128 },
    { "CA P-384 AES-256",              CA,   "secp384r1",       15, 0,           SM_SUITE_AES_256 },
    { "CA modp2048-256 3DES",          CA,   "dh_2048_256",     2,  0,           SM_SUITE_3DES },
    { "CA modp2048-256 AES-256",       CA,   "dh_2048_256",     2,  0,           SM_SUITE_AES_256 },
    { "AA RSA-1024",                   AA,   "rsa",          1024,  0,           0 },
    { "AA RSA-2048",                   AA,   "rsa",          2048,  0,           0 },
    { "AA ECDSA P-256",                AA,   "prime256v1",      0,  0,           0 },
    { "AA ECDSA brainpoolP256r1",      AA,   "brainpoolP256r1", 0,  0,           0 },
    { "AA ECDSA P-384",                AA,   "secp384r1",       0,  0,           0 },
    { "TA ECDSA brainpoolP256r1",      TA,   "brainpoolP256r1", 0,  0,           0 },
    { "TA RSA-2048",                   TA,   "rsa",          2048,  0,           0 },
    /* clang-format on */
};

/* What the chip said, in order. */
struct tape {
    struct nfc   nfc;  /* first: the port */
    struct card *card; /* asked while it is recorded; then NULL */
    size_t       n, at;
    struct {
        size_t  sent, got;
        uint8_t said[600];
    } turn[TURNS_MAX];
};

struct subject {
    const struct row *row;
    struct exchange   x;
    struct tape       tape;
    struct card       card;
    struct pace_side  side;
    struct bare       bare;
    EVP_PKEY         *key, *chain[3];
    uint8_t           random[PACE_RANDOM_LEN], oid[10];
    struct agreement  domain;
    uint8_t           spki_bytes[1200], dg14_bytes[1400], signature[512];
    struct view       spki, dg14;
    uint8_t           cvc_bytes[3 * CVC_MADE_MAX];
    size_t            cvc_len, signature_len;
};

static struct subject u;

static struct err transceive(struct nfc *n, struct view tx, struct deadline d, struct buf *rx)
{
    struct tape *t = (struct tape *)n;

    EXPECT(t->at < TURNS_MAX);
    if (t->card != NULL) {
        const size_t from = rx->len;

        TRY(nfc_transceive(&t->card->nfc, tx, d, rx));
        EXPECT(rx->len - from <= sizeof t->turn->said);
        t->turn[t->at].sent = tx.len;
        t->turn[t->at].got = rx->len - from;
        memcpy(t->turn[t->at].said, rx->ptr + from, rx->len - from);
        t->n = ++t->at;
        return SUCCESS;
    }
    EXPECT(t->at < t->n && tx.len == t->turn[t->at].sent);
    t->at++;
    return buf_put(rx, view_of(t->turn[t->at - 1].said, t->turn[t->at - 1].got));
}

static struct nfc_limits limits(struct nfc *n)
{
    (void)n;
    return (struct nfc_limits){ 2048, 4096 };
}

static void field_off(struct nfc *n)
{
    (void)n;
}

/* ---- one run of each protocol ---- */

static const char mrz_info[] = "T22000129364081251010318";

static void run_bac(void)
{
    struct bac b;

    EXPECT_CODE(
        bac_begin(&b, TEXT("T22000129364081251010318"), view_of(u.random, BAC_RANDOM_LEN), &u.x.sm),
        OK);
    EXPECT_CODE(exchange_run(&u.x, bac_step, &b, (struct deadline){ 0 }), OK);
}

static void run_pace(void)
{
    const struct pace_choice   choice = { .oid = VIEW(u.oid),
                                          .mapping = u.row->mapping,
                                          .suite = u.row->suite,
                                          .domain = u.domain,
                                          .id = u.row->id };
    const struct pace_secret   secret = { PACE_MRZ, TEXT("T22000129364081251010318") };
    static struct pace_outcome out;
    struct pace                p;
    enum result                r = NOT_RUN;

    EXPECT_CODE(pace_begin(&p, &choice, &secret, VIEW(u.random), &u.x.sm, &out), OK);
    EXPECT_CODE(exchange_run(&u.x, pace_step, &p, (struct deadline){ 0 }), OK);
    if (u.row->mapping != MAPPING_CAM)
        return;
    EXPECT_CODE(pace_cam_check(&out, u.spki, &r, NULL), OK);
    EXPECT(r == SUCCESSFUL);
}

/* From the bytes of DG14 on. */
static void run_ca(void)
{
    struct security_infos infos;
    struct ca_choice      choice;
    struct ca_outcome     out;
    enum result           offered = NOT_RUN;
    struct ca             ca;

    EXPECT_CODE(security_infos_read(u.dg14, &infos, NULL), OK);
    EXPECT_CODE(ca_choose(&infos, 0, &choice, &offered, NULL), OK);
    EXPECT(offered == SUCCESSFUL);
    EXPECT_CODE(ca_begin(&ca, &choice, view_of(u.random, AGREEMENT_RANDOM_LEN), &u.x.sm, &out), OK);
    EXPECT_CODE(exchange_run(&u.x, ca_step, &ca, (struct deadline){ 0 }), OK);
    EXPECT(out.result == SUCCESSFUL);
}

/* From the bytes of DG15 on. */
static void run_aa(void)
{
    struct aa_key key;
    struct aa     aa;
    enum result   r = NOT_RUN;

    EXPECT_CODE(aa_key_read(u.spki, NULL, &key, NULL), OK);
    EXPECT_CODE(aa_begin(&aa, &key, view_of(u.random, AA_CHALLENGE_LEN), 4094), OK);
    EXPECT_CODE(exchange_run(&u.x, aa_step, &aa, (struct deadline){ 0 }), OK);
    EXPECT_CODE(aa_check(&aa, &r, NULL), OK);
    EXPECT(r == SUCCESSFUL);
}

/* The host signs; not counted but for what the reader does with it. */
static struct err sign(void *ctx, void *self, struct deadline d)
{
    struct ta *ta = self;

    (void)ctx;
    (void)d;
    if (u.tape.card != NULL)
        u.signature_len = cvc_sign(u.chain[2], u.row->id != 0 ? &cvc_rsa_sha256 : &cvc_ecdsa_sha256,
                                   ta->ask.data, u.signature);
    return ta_answer(ta, view_of(u.signature, u.signature_len));
}

static void run_ta(void)
{
    static const uint8_t  comp[32];
    const struct ta_terms terms = { .certificates = view_of(u.cvc_bytes, u.cvc_len),
                                    .car = { TEXT("UTCVCA00001") },
                                    .id_ic = TEXT("L898902C36"),
                                    .comp = VIEW(comp),
                                    .today = { 2026, 6, 1 } };
    struct ta_outcome     out;
    static struct ta      ta;

    EXPECT_CODE(ta_begin(&ta, &terms, &out, NULL), OK);
    EXPECT_CODE(exchange_run(&u.x, ta_step, &ta, (struct deadline){ 0 }), OK);
}

static void run(void)
{
    static void (*const by[])(void) = { run_bac, run_pace, run_ca, run_aa, run_ta };

    sm_off(&u.x.sm);
    u.x.refused = u.x.extended = false;
    u.tape.at = 0;
    by[u.row->protocol]();
}

/* ---- getting ready ---- */

static void der(struct buf *out, uint32_t tag, struct view value)
{
    EXPECT_CODE(tlv_put(out, tag, value), OK);
}

/* SET { SEQUENCE { id-CA-.., 1 }, SEQUENCE { id-PK-.., key } } */
static void make_dg14(bool curve)
{
    uint8_t    ca[] = { 0x04, 0, 0x7F, 0, 0x07, 2, 2, 3, curve ? 2 : 1, (uint8_t)u.row->suite };
    uint8_t    pk[] = { 0x04, 0, 0x7F, 0, 0x07, 2, 2, 1, curve ? 2 : 1 };
    uint8_t    info[1300], set[1350];
    struct buf i = BUF(info), s = BUF(set), all = BUF(u.dg14_bytes);

    der(&i, 0x06, VIEW(ca));
    der(&i, 0x02, HEX("01"));
    der(&s, 0x30, buf_view(&i));
    i.len = 0;
    der(&i, 0x06, VIEW(pk));
    EXPECT_CODE(buf_put(&i, u.spki), OK);
    der(&s, 0x30, buf_view(&i));
    der(&all, 0x31, buf_view(&s));
    u.dg14 = buf_view(&all);
}

static void ready_pace(size_t aes)
{
    const uint8_t     oid[] = { 0x04, 0, 0x7F, 0, 0x07, 2, 2, 4, 0, (uint8_t)u.row->suite };
    const bool        curve = u.row->id >= 8, cam = u.row->mapping == MAPPING_CAM;
    const bool        im = u.row->mapping == MAPPING_IM;
    struct bare_work  w = { .hash = 4, .cipher = 1, .mac = 2 };
    struct side_bytes key;

    memcpy(u.oid, oid, sizeof oid);
    u.oid[8] = cam ? 6 : (uint8_t)(2 * (u.row->mapping - MAPPING_GM) + 1 + curve);
    u.side = (struct pace_side){ .group = u.row->group,
                                 .mapping = u.row->mapping,
                                 .suite = u.row->suite,
                                 .password = mrz_info };
    pace_side_begin(&u.side);
    u.card.pace = &u.side;
    if (curve && !im)
        w.base = 2, w.multiply = 3 + cam, w.add = 1, w.cipher += 2 * cam;
    else if (curve)
        w.multiply = 2, w.field_exp = 2, w.field_multiply = 11, w.cipher += 6;
    else if (!im)
        w.secret_exp = 5, w.public_exp = 2;
    else
        w.secret_exp = 2, w.public_exp = 1, w.cofactor_exp = 1, w.cipher += 20;
    w.mac_len = (agreement_len(&u.domain) * (curve ? 2 : 1) + 20) / 16 * 16 + 16;
    bare_begin(&u.bare, u.row->group, aes, 0, w);
    if (!cam)
        return;
    key = side_spki(&u.side, u.row->id);
    memcpy(u.spki_bytes, key.at, key.len);
    u.spki = view_of(u.spki_bytes, key.len);
}

static EVP_PKEY *dh_key(const char *group)
{
    EVP_PKEY_CTX    *ctx = EVP_PKEY_CTX_new_from_name(NULL, "DHX", NULL);
    EVP_PKEY        *key = NULL;
    const OSSL_PARAM name[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)(uintptr_t)group, 0),
        OSSL_PARAM_construct_end(),
    };

    EXPECT(EVP_PKEY_keygen_init(ctx) == 1 && EVP_PKEY_CTX_set_params(ctx, name) == 1);
    EXPECT(EVP_PKEY_generate(ctx, &key) == 1);
    EVP_PKEY_CTX_free(ctx);
    return key;
}

static void ready_ca(size_t aes)
{
    const bool       curve = u.row->id >= 8;
    struct bare_work w = { .hash = 2, .cipher = aes != 0 ? 2 : 1, .mac = 2, .mac_len = 48 };

    if (curve)
        w.base = 1, w.multiply = 1;
    else
        w.secret_exp = 2, w.public_exp = 1;
    bare_begin(&u.bare, u.row->group, aes, 0, w);
    u.key = curve ? signer_ec(u.row->group, "named_curve") : dh_key(u.row->group);
    u.spki = signer_spki(u.key, u.spki_bytes, sizeof u.spki_bytes);
    u.card.ca_key = u.key;
    u.card.ca_aes = aes;
    make_dg14(curve);
}

static EVP_PKEY *new_key(void)
{
    return u.row->id != 0 ? signer_rsa(u.row->id, 65537) : signer_ec(u.row->group, "named_curve");
}

static void ready_aa(void)
{
    bare_begin(&u.bare, "", 0, 0,
               (struct bare_work){ .rsa = u.row->id != 0, .ecdsa = u.row->id == 0, .hash = 1 });
    u.key = new_key();
    bare_verify(&u.bare, u.key);
    u.spki = signer_spki(u.key, u.spki_bytes, sizeof u.spki_bytes);
    u.card.aa_key = u.key;
}

/* CVCA, DV, terminal: two certificates to verify, and the terminal's signature. */
static void ready_ta(void)
{
    static const char *const names[] = { "UTCVCA00001", "UTDV00001", "UTIS00001" };
    static const uint8_t     rights[] = { 0xC3, 0x83, 0x03 };
    const struct cvc_alg    *alg = u.row->id != 0 ? &cvc_rsa_sha256 : &cvc_ecdsa_sha256;

    bare_begin(&u.bare, "", 24, 0,
               (struct bare_work){
                   .rsa = u.row->id != 0 ? 3 : 0, .ecdsa = u.row->id == 0 ? 3 : 0, .hash = 3 });
    for (int i = 0; i < 3; i++) {
        const int above = i == 0 ? 0 : i - 1;

        u.chain[i] = new_key();

        const struct cvc_order o = { names[above], names[i], rights[i], "260101",       "261231",
                                     u.chain[i],   alg,      i == 0,    u.chain[above], alg };

        u.cvc_len += cvc_make(&o, u.cvc_bytes + u.cvc_len).len;
    }
    bare_verify(&u.bare, u.chain[0]);
}

static void set_up(const struct row *row)
{
    static const struct nfc_ops ops = { .transceive = transceive,
                                        .field_off = field_off,
                                        .limits = limits };
    const size_t                aes = row->suite > SM_SUITE_3DES ? kdf_len(row->suite) : 0;

    memset(&u, 0, sizeof u);
    u.row = row;
    u.tape.nfc.ops = &ops;
    u.tape.card = &u.card;
    for (size_t i = 0; i < sizeof u.random; i++)
        u.random[i] = (uint8_t)(i * i * 37 + i * 11 + 5);
    if (row->protocol == PACE || row->protocol == CA)
        EXPECT_CODE(
            agreement_of_id(row->id >= 8 ? AGREEMENT_ECDH : AGREEMENT_DH, row->id, &u.domain), OK);
    if (row->protocol == BAC) {
        u.card.mrz_info = mrz_info;
        bare_begin(&u.bare, "", 0, 0,
                   (struct bare_work){ .hash = 5, .cipher = 2, .mac = 2, .mac_len = 40 });
    } else if (row->protocol == PACE) {
        ready_pace(aes);
    } else if (row->protocol == CA) {
        ready_ca(aes);
    } else if (row->protocol == AA) {
        ready_aa();
    } else {
        ready_ta();
    }
    card_begin(&u.card);
    exchange_begin(&u.x, &u.tape.nfc);
    u.x.ask.fn = sign;
    run(); /* records */
    u.tape.card = NULL;
}

static void tear_down(void)
{
    exchange_end(&u.x);
    bare_end(&u.bare);
    if (u.row->protocol == PACE)
        pace_side_end(&u.side);
    EVP_PKEY_free(u.key);
    for (int i = 0; i < 3; i++)
        EVP_PKEY_free(u.chain[i]);
}

/* ---- measuring ---- */

static double now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void run_bare(void)
{
    bare_run(&u.bare);
}

static double once(void (*what)(void), double budget_ms)
{
    const double from = now_ms();
    double       spent;
    unsigned     n = 0;

    do {
        what();
        n++;
        spent = now_ms() - from;
    } while (spent < budget_ms);
    return spent / n;
}

static uint8_t    stack[STACK_LEN];
static ucontext_t here, there;

/* Bytes of a painted stack that one run touches. */
static size_t stack_of_run(void)
{
    size_t untouched = 0;

    memset(stack, 0xA5, sizeof stack);
    EXPECT(getcontext(&there) == 0);
    there.uc_stack.ss_sp = stack;
    there.uc_stack.ss_size = sizeof stack;
    there.uc_link = &here;
    makecontext(&there, run, 0);
    EXPECT(swapcontext(&here, &there) == 0);
    while (untouched < sizeof stack && stack[untouched] == 0xA5)
        untouched++;
    return sizeof stack - untouched;
}

static void measure(double budget_ms)
{
    double ours = 1e9, bare = 1e9;
    size_t sent = 0, got = 0;

    for (int round = 0; round < ROUNDS; round++) { /* in turn: a busy machine disturbs both */
        const double a = once(run, budget_ms / ROUNDS), b = once(run_bare, budget_ms / ROUNDS);

        ours = a < ours ? a : ours;
        bare = b < bare ? b : bare;
    }
    for (size_t i = 0; i < u.tape.n; i++) {
        sent += u.tape.turn[i].sent;
        got += u.tape.turn[i].got;
    }
    printf("%-33s %5zu %5zu %5zu %8.3f %8.3f %6.2f %7.1f\n", u.row->name, u.tape.n, sent, got, ours,
           bare, ours / bare, (double)stack_of_run() / 1024);
}

static void grind(void)
{
    run(); /* what the library makes once and keeps */
    CALLGRIND_ZERO_STATS;
    CALLGRIND_TOGGLE_COLLECT;
    run();
    CALLGRIND_TOGGLE_COLLECT;
    CALLGRIND_DUMP_STATS_AT(u.row->name);
}

static void bench(void **state)
{
    const double budget_ms = *(const double *)*state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(rows[i].name);
        set_up(&rows[i]);
        if (budget_ms == 0)
            grind();
        else
            measure(budget_ms);
        tear_down();
    }
}

int main(int argc, char **argv)
{
    const bool              grinds = argc > 1 && strcmp(argv[1], "grind") == 0;
    double                  budget_ms = grinds ? 0 : argc > 1 ? atoi(argv[1]) : 60;
    const struct CMUnitTest tests[] = { cmocka_unit_test_prestate(bench, &budget_ms) };

    if (crypto_start().code != OK) {
        fprintf(stderr, "the backend does not start\n");
        return 1;
    }
    if (!grinds)
        printf("%-33s %5s %5s %5s %8s %8s %6s %7s\n", "", "APDUs", "sent", "got", "ms", "bare",
               "/bare", "stack");
    return cmocka_run_group_tests_name("bench.protocol", tests, NULL, NULL);
}
