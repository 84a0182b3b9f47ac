/*
 * ctgrind: every protocol that holds a secret, run under valgrind with the secrets marked.
 *
 *      reader (firmware, marked)  │ wire: public │  card.c (never sees a mark)
 *
 * Secret: the password (MRZ information, CAN), every byte from the entropy port, and all that
 * is computed from them: K_pi, the nonce s, the mapped generator, private keys, shared
 * secrets, session keys, what was decrypted.  A branch on one of these in our own code, or an
 * address made of one, is an error that valgrind reports; the crypto library's own are not
 * ours (libraries.supp).  What becomes public on the way stands in taint.c.
 *
 * No secrets, and so not here: active authentication (the challenge is sent, the key public)
 * and terminal authentication (the private key is elsewhere; it signs what the wire shows).
 * Both go through secure messaging, which is here.
 *
 * usage: ctgrind [CONTROL]      CONTROL: a step that leaks, which valgrind must report
 */
#include "access/bac.h"
#include "card.h"
#include "chipauth/ca.h"
#include "iso7816/ef_read.h"
#include "iso7816/exchange.h"
#include "taint.h"

static const char mrz_info[] = "T22000129364081251010318", can[] = "123456";

struct reader {
    struct exchange x;
    struct card     card;
    uint8_t         secret[32];
    size_t          secret_len;
    uint8_t         random[PACE_RANDOM_LEN];
};

/* The text of files is no key: parsers branch on it. */
static void seen(void *ctx, const struct turn *t)
{
    (void)ctx;
    taint_public(t->answer.data.ptr, t->answer.data.len);
}

/* Other bytes in each run, the same each time. */
static void draw(struct reader *r, unsigned seed)
{
    for (unsigned i = 0; i < sizeof r->random; i++) {
        const unsigned in[] = { seed, i };
        uint8_t        digest[32];

        EXPECT(EVP_Digest(in, sizeof in, digest, NULL, EVP_sha256(), NULL) == 1);
        r->random[i] = digest[0];
    }
    taint_secret(r->random, sizeof r->random);
}

static void begin(struct reader *r, const char *secret, unsigned seed)
{
    r->secret_len = strlen(secret);
    memcpy(r->secret, secret, r->secret_len);
    taint_secret(r->secret, r->secret_len);
    draw(r, seed);
    card_begin(&r->card);
    r->card.heard = taint_public;
    exchange_begin(&r->x, &r->card.nfc);
    r->x.seen.fn = seen;
}

/* Secret keys, or the marks were lost on the way and the test would say nothing. */
static void expect_session(const struct reader *r, enum sm_suite suite)
{
    EXPECT(r->x.sm.state == SM_LIVE && r->x.sm.suite == suite);
    EXPECT(taint_is_secret(r->x.sm.ks_enc, kdf_len(suite)));
    EXPECT(taint_is_secret(r->x.sm.ks_mac, kdf_len(suite)));
}

/* Commands and answers of several blocks, with and without data. */
static void read_file(struct reader *r)
{
    static uint8_t bytes[CARD_FILE_LEN];
    struct buf     file = BUF(bytes);
    struct ef_read read;

    for (int by_fid = 0; by_fid < 2; by_fid++) {
        const struct ef_name name = { .fid = 0x011E, .sfi = by_fid ? 0 : 0x1E };

        file.len = 0;
        EXPECT_CODE(ef_read_begin(&read, name, exchange_room(&r->x), &file), OK);
        EXPECT_CODE(exchange_run(&r->x, ef_read_step, &read, (struct deadline){ 0 }), OK);
        taint_public(bytes, file.len); /* the copy of what seen() saw too late */
        EXPECT_BYTES(buf_view(&file), VIEW(r->card.file));
    }
}

static void end(struct reader *r)
{
    exchange_end(&r->x);
    EVP_PKEY_free(r->card.ca_key);
}

static void open_by_bac(struct reader *r)
{
    struct bac b;

    r->card.mrz_info = mrz_info;
    begin(r, mrz_info, 1);
    EXPECT_CODE(bac_begin(&b, view_of(r->secret, r->secret_len), view_of(r->random, BAC_RANDOM_LEN),
                          &r->x.sm),
                OK);
    EXPECT_CODE(exchange_run(&r->x, bac_step, &b, (struct deadline){ 0 }), OK);
    expect_session(r, SM_SUITE_3DES);
}

static void basic_access_control(void **state)
{
    (void)state;
    struct reader r = { 0 };

    ROW("BAC");
    open_by_bac(&r);
    read_file(&r);
    end(&r);
}

/* Every mapping over integers and curves, over the curves with code of their own in the
 * library and over those without, of whole and of broken words; every suite. */
static const struct pace_row {
    const char       *name, *group;
    unsigned          id;
    enum info_mapping mapping;
    enum sm_suite     suite;
    bool              can;
} pace_rows[] = {
    /* clang-format off */
    { "GM brainpoolP256r1 AES-128", "brainpoolP256r1", 13, MAPPING_GM,  SM_SUITE_AES_128, false },
    { "GM P-256 3DES",              "prime256v1",      12, MAPPING_GM,  SM_SUITE_3DES,    true },
    { "GM P-224 AES-192",           "secp224r1",       10, MAPPING_GM,  SM_SUITE_AES_192, false },
    { "GM P-521 AES-256",           "secp521r1",       18, MAPPING_GM,  SM_SUITE_AES_256, false },
    { "GM modp1024-160 AES-192",    "dh_1024_160",     0,  MAPPING_GM,  SM_SUITE_AES_192, true },
    { "GM modp2048-256 AES-256",    "dh_2048_256",     2,  MAPPING_GM,  SM_SUITE_AES_256, false },
    { "IM brainpoolP256r1 3DES",    "brainpoolP256r1", 13, MAPPING_IM,  SM_SUITE_3DES,    false },
    { "IM P-384 AES-192",           "secp384r1",       15, MAPPING_IM,  SM_SUITE_AES_192, true },
    { "IM P-521 AES-256",           "secp521r1",       18, MAPPING_IM,  SM_SUITE_AES_256, false },
    { "IM modp1024-160 AES-128",    "dh_1024_160",     0,  MAPPING_IM,  SM_SUITE_AES_128, false },
    { "IM modp2048-224 3DES",       "dh_2048_224",     1,  MAPPING_IM,  SM_SUITE_3DES,    true },
    { "CAM P-256 AES-256",          "prime256v1",      12, MAPPING_CAM, SM_SUITE_AES_256, false },
    { "CAM brainpoolP320r1 AES-128","brainpoolP320r1", 14, MAPPING_CAM, SM_SUITE_AES_128, true },
    /* clang-format on */
};

static void expect_original(const struct pace_row *row, struct pace_side *c,
                            const struct pace_outcome *out)
{
    const struct side_bytes spki = side_spki(c, row->id);
    enum result             result = NOT_RUN;

    EXPECT(out->ca_ic.len != 0 && taint_is_secret(out->ca_ic.bytes, out->ca_ic.len));
    EXPECT_CODE(pace_cam_check(out, view_of(spki.at, spki.len), &result, NULL), OK);
    EXPECT(result == SUCCESSFUL);
}

static void run_pace(struct reader *r, const struct pace_row *row, unsigned seed)
{
    static uint8_t      oid[] = { 0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x04, 0, 0 };
    const bool          curve = row->id >= 8;
    struct pace_side    side = { .group = row->group,
                                 .mapping = row->mapping,
                                 .suite = row->suite,
                                 .can = row->can,
                                 .password = row->can ? can : mrz_info };
    struct pace_choice  choice = { .mapping = row->mapping, .suite = row->suite, .id = row->id };
    struct pace_secret  secret;
    struct pace_outcome out;
    struct pace         p;

    oid[8] =
        row->mapping == MAPPING_CAM ? 6 : (uint8_t)(2 * (row->mapping - MAPPING_GM) + 1 + curve);
    oid[9] = (uint8_t)row->suite;
    choice.oid = VIEW(oid);
    EXPECT_CODE(agreement_of_id(curve ? AGREEMENT_ECDH : AGREEMENT_DH, row->id, &choice.domain),
                OK);
    pace_side_begin(&side);
    r->card.pace = &side;
    begin(r, side.password, seed);
    secret =
        (struct pace_secret){ row->can ? PACE_CAN : PACE_MRZ, view_of(r->secret, r->secret_len) };
    EXPECT_CODE(pace_begin(&p, &choice, &secret, VIEW(r->random), &r->x.sm, &out), OK);
    EXPECT_CODE(exchange_run(&r->x, pace_step, &p, (struct deadline){ 0 }), OK);
    expect_session(r, row->suite);
    if (row->mapping == MAPPING_CAM)
        expect_original(row, &side, &out);
    pace_side_end(&side);
}

static void password_authenticated(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(pace_rows); i++) {
        struct reader r = { 0 };

        ROW(pace_rows[i].name);
        run_pace(&r, &pace_rows[i], 2);
        read_file(&r);
        end(&r);
    }
}

/* A public number that begins with zero is thrown away and another made: the seed was sought
 * so that it happens, one in 256. */
static void thrown_away(void **state)
{
    (void)state;
    static const struct pace_row row = { "IM modp1024-160 AES-256", "dh_1024_160", 0, MAPPING_IM,
                                         SM_SUITE_AES_256,          false };
    const unsigned               before = taint_powers();
    struct reader                r = { 0 };

    ROW(row.name);
    run_pace(&r, &row, 211);
    EXPECT(taint_powers() - before == 2);
    end(&r);
}

static const struct ca_row {
    const char   *name, *group; /* OpenSSL's */
    unsigned      id;
    enum sm_suite suite;
    bool          refuses_kat, without_q;
} ca_rows[] = {
    /* clang-format off */
    { "CA ECDH 3DES by KAT",       "P-256",           12, SM_SUITE_3DES,    false, false },
    { "CA ECDH 3DES by AT",        "brainpoolP256r1", 13, SM_SUITE_3DES,    true,  false },
    { "CA ECDH AES-256",           "brainpoolP384r1", 16, SM_SUITE_AES_256, false, false },
    { "CA DH 3DES by KAT",         "dh_2048_224",     1,  SM_SUITE_3DES,    false, false },
    { "CA DH AES-128",             "dh_2048_256",     2,  SM_SUITE_AES_128, false, false },
    { "CA DH AES-192, q not said", "dh_2048_256",     2,  SM_SUITE_AES_192, false, true },
    /* clang-format on */
};

static EVP_PKEY *static_key(const char *group)
{
    const bool       dh = strncmp(group, "dh_", 3) == 0;
    EVP_PKEY_CTX    *ctx = EVP_PKEY_CTX_new_from_name(NULL, dh ? "DHX" : "EC", NULL);
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

static void run_ca(struct reader *r, const struct ca_row *row)
{
    static const uint8_t oid[] = { 0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x03, 0x02, 0x02 };
    const bool           curve = row->id >= 8;
    struct ca_choice     choice = { .suite = row->suite, .oid = VIEW(oid) };
    uint8_t *public = NULL;
    const size_t      len = EVP_PKEY_get1_encoded_public_key(r->card.ca_key, &public);
    struct ca_outcome out;
    struct ca         ca;

    EXPECT(len != 0);
    choice.public = view_of(public, len);
    EXPECT_CODE(agreement_of_id(curve ? AGREEMENT_ECDH : AGREEMENT_DH, row->id, &choice.domain),
                OK);
    if (row->without_q)
        choice.domain.dh.q = view_of(NULL, 0);
    EXPECT_CODE(ca_begin(&ca, &choice, view_of(r->random, AGREEMENT_RANDOM_LEN), &r->x.sm, &out),
                OK);
    EXPECT_CODE(exchange_run(&r->x, ca_step, &ca, (struct deadline){ 0 }), OK);
    EXPECT(out.result == SUCCESSFUL && out.by_at == row->refuses_kat);
    OPENSSL_free(public);
}

static void chip_authentication(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(ca_rows); i++) {
        struct reader r = { 0 };

        ROW(ca_rows[i].name);
        r.card.ca_key = static_key(ca_rows[i].group);
        r.card.refuses_kat = ca_rows[i].refuses_kat;
        r.card.ca_aes = ca_rows[i].suite == SM_SUITE_3DES ? 0 : kdf_len(ca_rows[i].suite);
        open_by_bac(&r);
        draw(&r, 3);
        run_ca(&r, &ca_rows[i]);
        expect_session(&r, ca_rows[i].suite);
        read_file(&r);
        end(&r);
    }
}

/* ---- what must be reported ---- */

static volatile unsigned found;

/* A MAC compared octet by octet, until one differs. */
__attribute__((noinline)) static void leak_by_branch(const struct sm *sm)
{
    for (size_t i = 0; i < kdf_len(sm->suite); i++) {
        if (sm->ks_mac[i] == 0x55) {
            found++;
            break;
        }
    }
}

/* A table read at a secret place. */
__attribute__((noinline)) static void leak_by_address(const struct sm *sm)
{
    static volatile uint8_t table[256];

    found += table[sm->ks_enc[0]];
}

/* Firmware's own, used where it must not be. */
__attribute__((noinline)) static void leak_by_firmware(const struct sm *sm)
{
    static const uint8_t zero[SM_KEY_MAX];

    found += view_eq(VIEW(sm->ks_enc), VIEW(zero));
}

static const struct {
    const char *name;
    void (*leak)(const struct sm *sm);
} controls[] = {
    { "branch", leak_by_branch },
    { "address", leak_by_address },
    { "firmware", leak_by_firmware },
};

static void control(void **state)
{
    const char   *name = *(char **)*state;
    bool          known = false;
    struct reader r = { 0 };

    open_by_bac(&r);
    for (size_t i = 0; i < COUNT(controls); i++) {
        if (strcmp(controls[i].name, name) == 0) {
            controls[i].leak(&r.x.sm);
            known = true;
        }
    }
    EXPECT(known);
    end(&r);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(basic_access_control),
        cmocka_unit_test(password_authenticated),
        cmocka_unit_test(thrown_away),
        cmocka_unit_test(chip_authentication),
    };
    const struct CMUnitTest leaks[] = { cmocka_unit_test_prestate(control, &argv[1]) };

    if (argc > 1)
        return cmocka_run_group_tests_name("ctgrind.control", leaks, NULL, NULL);
    return cmocka_run_group_tests_name("ctgrind", tests, NULL, NULL);
}
