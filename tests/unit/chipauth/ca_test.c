/*
 * ca_test: Chip Authentication against a chip's side on OpenSSL alone: the same keys on both
 * sides, for every kind of key; which of DG14's offers is taken; and every wrong answer.
 *
 * Vectors: BSI's worked example for EAC 2 (its chip authentication: own key pair, the chip's, K).
 * Rows G_.. are the ICAO part of TR-03105 (ISO7816_D of part 5.1), D.. and A.. quirks of the field.
 */
#include "chipauth/ca.h"

#include "asn1.h"
#include "parse.h"
#include "signer.h"

#include <openssl/dh.h>

enum { NO_ID = -1, TEXT_LEN = 16384 };

/* ---- what DG14 offers ---- */

enum which {
    P256,
    P256_B,
    P256_OFF,
    P192,
    BP320,
    X942,
    X942_BAD,
    PKCS3,
    BROKEN,
    EDWARDS,
    WHICH_COUNT
};

static EVP_PKEY   *pkey[WHICH_COUNT];
static uint8_t     spki_bytes[WHICH_COUNT][2048];
static struct view spki[WHICH_COUNT];

static EVP_PKEY *dh_key(const char *type, const char *group)
{
    EVP_PKEY_CTX    *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    EVP_PKEY        *key = NULL;
    const OSSL_PARAM name[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)(uintptr_t)group, 0),
        OSSL_PARAM_construct_end(),
    };

    EXPECT(EVP_PKEY_keygen_init(ctx) == 1 && EVP_PKEY_CTX_set_params(ctx, name) == 1);
    EXPECT(EVP_PKEY_keygen(ctx, &key) == 1);
    EVP_PKEY_CTX_free(ctx);
    return key;
}

static void make_keys(void)
{
    static const struct view broken = { (const uint8_t *)"\x30\x03\x02\x01\x05", 5 };
    static uint8_t           edwards[64];

    pkey[P256] = signer_ec("P-256", "named_curve");
    pkey[P256_B] = signer_ec("P-256", "explicit");
    pkey[P256_OFF] = signer_ec("P-256", "named_curve");
    pkey[P192] = signer_ec("P-192", "named_curve");
    pkey[BP320] = signer_ec("brainpoolP320r1", "named_curve");
    pkey[X942] = dh_key("DHX", "dh_2048_224");
    pkey[X942_BAD] = dh_key("DHX", "dh_2048_256");
    pkey[PKCS3] = dh_key("DH", "modp_2048");
    for (int i = 0; i < BROKEN; i++)
        spki[i] = signer_spki(pkey[i], spki_bytes[i], sizeof spki_bytes[i]);
    spki_bytes[P256_OFF][spki[P256_OFF].len - 1] ^= 1; /* G_08: off the curve */
    spki_bytes[X942_BAD][spki[X942_BAD].len - 1] ^= 1; /* G_07: out of the subgroup */
    spki[BROKEN] = broken;
    spki[EDWARDS] = asn1("30{ 30{ 06{ 2B6570 } } 03{ 00 42 } }", edwards, sizeof edwards);
}

/* An info: agreement 1 DH, 2 ECDH; arc of the cipher 1 3DES .. 4 AES-256; or a key if cipher 0. */
struct item {
    int        agreement, cipher, version, id;
    enum which key;
};

#define INFO(a, c, id)                                                                             \
    {                                                                                              \
        a, c, 1, id, 0                                                                             \
    }
#define INFO_2(a, c, id)                                                                           \
    {                                                                                              \
        a, c, 2, id, 0                                                                             \
    }
#define KEY(a, which, id)                                                                          \
    {                                                                                              \
        a, 0, 0, id, which                                                                         \
    }

static struct view dg14(const struct item *items, uint8_t *bytes, size_t cap)
{
    static char text[TEXT_LEN], id[24];
    size_t      n = (size_t)snprintf(text, sizeof text, "31{");

    for (; items->agreement != 0; items++) {
        id[0] = '\0';
        if (items->id >= 0)
            snprintf(id, sizeof id, "02{ %02X }", (unsigned)items->id);
        if (items->cipher != 0) {
            n += (size_t)snprintf(text + n, sizeof text - n,
                                  "30{ 06{ 04007F00070202030%d0%d } 02{0%d} %s }", items->agreement,
                                  items->cipher, items->version, id);
            continue;
        }
        n += (size_t)snprintf(text + n, sizeof text - n, "30{ 06{ 04007F00070202010%d }",
                              items->agreement);
        for (size_t i = 0; i < spki[items->key].len; i++)
            n += (size_t)snprintf(text + n, sizeof text - n, "%02X", spki[items->key].ptr[i]);
        n += (size_t)snprintf(text + n, sizeof text - n, "%s }", id);
    }
    snprintf(text + n, sizeof text - n, "}");
    return asn1(text, bytes, cap);
}

static const struct {
    const char   *name;
    struct item   item[8];
    unsigned      skip;
    enum result   offered;
    enum which    key;
    enum sm_suite suite;
    int           id;
    enum note_id  note[NOTES_EXPECTED];
} offers[] = {
    /* clang-format off */
    { "G_02 ECDH", { INFO(2, 2, NO_ID), KEY(2, P256, NO_ID) }, 0, SUCCESSFUL, P256, SM_SUITE_AES_128, NO_ID, { 0 } },
    { "G_01 DH, X9.42", { INFO(1, 1, NO_ID), KEY(1, X942, NO_ID) }, 0, SUCCESSFUL, X942, SM_SUITE_3DES, NO_ID, { 0 } },
    { "DH, PKCS#3", { INFO(1, 4, NO_ID), KEY(1, PKCS3, NO_ID) }, 0, SUCCESSFUL, PKCS3, SM_SUITE_AES_256, NO_ID, { 0 } },
    { "explicit parameters", { INFO(2, 3, NO_ID), KEY(2, P256_B, NO_ID) }, 0, SUCCESSFUL, P256_B, SM_SUITE_AES_192, NO_ID, { 0 } },
    { "G_03 one key reference", { INFO(2, 2, 41), KEY(2, P256, 41) }, 0, SUCCESSFUL, P256, SM_SUITE_AES_128, 41, { 0 } },
    { "G_04 two, the larger", { INFO(2, 2, 1), INFO(2, 2, 2), KEY(2, P256, 1), KEY(2, BP320, 2) }, 0, SUCCESSFUL, BP320, SM_SUITE_AES_128, 2, { 0 } },
    { "G_04 two, the next", { INFO(2, 2, 1), INFO(2, 2, 2), KEY(2, P256, 1), KEY(2, BP320, 2) }, 1, SUCCESSFUL, P256, SM_SUITE_AES_128, 1, { 0 } },
    { "G_04 two, none left", { INFO(2, 2, 1), INFO(2, 2, 2), KEY(2, P256, 1), KEY(2, BP320, 2) }, 2, NOT_SUPPORTED, 0, 0, 0, { 0 } },
    { "G_05 three", { KEY(1, X942, 3), KEY(2, P256, 1), KEY(2, BP320, 2), INFO(1, 1, 3), INFO(2, 1, 1), INFO(2, 4, 1), INFO(2, 3, 2) }, 0,
      SUCCESSFUL, P256, SM_SUITE_AES_256, 1, { 0 } },
    { "G_05 three, second", { KEY(1, X942, 3), KEY(2, P256, 1), KEY(2, BP320, 2), INFO(1, 1, 3), INFO(2, 1, 1), INFO(2, 4, 1), INFO(2, 3, 2) }, 1,
      SUCCESSFUL, BP320, SM_SUITE_AES_192, 2, { 0 } },
    { "G_05 three, third: a curve", { KEY(1, X942, 3), KEY(2, P256, 1), KEY(2, BP320, 2), INFO(1, 1, 3), INFO(2, 1, 1), INFO(2, 4, 1), INFO(2, 3, 2) }, 2,
      SUCCESSFUL, P256, SM_SUITE_3DES, 1, { 0 } },
    { "G_05 three, last", { KEY(1, X942, 3), KEY(2, P256, 1), KEY(2, BP320, 2), INFO(1, 1, 3), INFO(2, 1, 1), INFO(2, 4, 1), INFO(2, 3, 2) }, 3,
      SUCCESSFUL, X942, SM_SUITE_3DES, 3, { 0 } },
    { "G_05 three, none left", { KEY(1, X942, 3), KEY(2, P256, 1), KEY(2, BP320, 2), INFO(1, 1, 3), INFO(2, 1, 1), INFO(2, 4, 1), INFO(2, 3, 2) }, 4,
      NOT_SUPPORTED, 0, 0, 0, { 0 } },
    { "D10 a key alone", { KEY(2, P256, NO_ID) }, 0, SUCCESSFUL, P256, SM_SUITE_3DES, NO_ID, { 0 } },
    { "D10 a DH key alone", { KEY(1, PKCS3, 7) }, 0, SUCCESSFUL, PKCS3, SM_SUITE_3DES, 7, { 0 } },
    { "D11 the id in one of the two", { INFO(2, 2, 41), KEY(2, P256, NO_ID) }, 0, SUCCESSFUL, P256, SM_SUITE_AES_128, 41, { NOTE_CA_ID } },
    { "D11 the id in the key only", { INFO(2, 2, NO_ID), KEY(2, P256, 41) }, 0, SUCCESSFUL, P256, SM_SUITE_AES_128, 41, { NOTE_CA_ID } },
    { "no id, two keys with ids", { INFO(2, 2, NO_ID), KEY(2, P256, 1), KEY(2, BP320, 2) }, 0, FAILED, 0, 0, 0, { NOTE_CA_ID } },
    { "nothing", { { 0 } }, 0, NOT_SUPPORTED, 0, 0, 0, { 0 } },
    { "an info alone", { INFO(2, 2, NO_ID) }, 0, FAILED, 0, 0, 0, { NOTE_CA_ID } },
    { "G_13 ids differ", { INFO(2, 2, 1), KEY(2, P256, 2) }, 0, FAILED, 0, 0, 0, { NOTE_CA_ID } },
    { "G_13 of one key, not the other", { INFO(2, 2, 1), INFO(2, 4, 9), KEY(2, P256, 1), KEY(2, BP320, 2) }, 0,
      SUCCESSFUL, P256, SM_SUITE_AES_128, 1, { NOTE_CA_ID } },
    { "an info of the other kind", { INFO(1, 2, NO_ID), KEY(2, P256, NO_ID) }, 0, FAILED, 0, 0, 0, { NOTE_CA_ID } },
    { "G_07 not of the subgroup", { INFO(1, 1, NO_ID), KEY(1, X942_BAD, NO_ID) }, 0, FAILED, 0, 0, 0, { NOTE_CA_KEY_BAD } },
    { "G_08 off the curve", { INFO(2, 2, NO_ID), KEY(2, P256_OFF, NO_ID) }, 0, FAILED, 0, 0, 0, { NOTE_CA_KEY_BAD } },
    { "G_08 beside a good one", { INFO(2, 4, 1), INFO(2, 2, 2), KEY(2, P256_OFF, 1), KEY(2, P256, 2) }, 0,
      SUCCESSFUL, P256, SM_SUITE_AES_128, 2, { NOTE_CA_KEY_BAD } },
    { "G_11 a curve under id-PK-DH", { INFO(1, 1, NO_ID), KEY(1, P256, NO_ID) }, 0, FAILED, 0, 0, 0, { NOTE_CA_KEY_BAD } },
    { "G_12 integers under id-PK-ECDH", { INFO(2, 1, NO_ID), KEY(2, X942, NO_ID) }, 0, FAILED, 0, 0, 0, { NOTE_CA_KEY_BAD } },
    { "G_12 no key at all", { INFO(2, 2, NO_ID), KEY(2, BROKEN, NO_ID) }, 0, FAILED, 0, 0, 0, { NOTE_CA_KEY_BAD } },
    { "a curve not known", { INFO(2, 2, NO_ID), KEY(2, EDWARDS, NO_ID) }, 0, UNDETERMINED, 0, 0, 0, { 0 } },
    { "version 2 only", { INFO_2(2, 2, NO_ID), KEY(2, P256, NO_ID) }, 0, UNDETERMINED, 0, 0, 0, { 0 } },
    { "version 2 beside 1", { INFO_2(2, 4, NO_ID), INFO(2, 2, NO_ID), KEY(2, P256, NO_ID) }, 0, SUCCESSFUL, P256, SM_SUITE_AES_128, NO_ID, { 0 } },
    { "a weak curve", { INFO(2, 2, NO_ID), KEY(2, P192, NO_ID) }, 0, SUCCESSFUL, P192, SM_SUITE_AES_128, NO_ID, { NOTE_CA_WEAK_KEY } },
    /* clang-format on */
};

static struct ca_choice choose(const struct item *items, unsigned skip, enum result want,
                               struct notes *notes)
{
    static uint8_t        bytes[8192];
    struct security_infos infos;
    struct ca_choice      c = { .suite = SM_SUITE_NONE };
    enum result           offered = NOT_RUN;

    EXPECT_CODE(security_infos_read(dg14(items, bytes, sizeof bytes), &infos, NULL), OK);
    EXPECT_CODE(ca_choose(&infos, skip, &c, &offered, notes), OK);
    EXPECT(offered == want);
    return c;
}

/* The octets of the key, as they stand at the end of its SubjectPublicKeyInfo. */
static bool is_key(struct view public, enum which which)
{
    return public.len < spki[which].len &&
           memcmp(public.ptr, spki[which].ptr + spki[which].len - public.len, public.len) == 0;
}

static void what_is_offered(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(offers); i++) {
        struct notes     notes = { .place = PLACE_DG1 + 13 };
        struct ca_choice c;

        ROW(offers[i].name);
        c = choose(offers[i].item, offers[i].skip, offers[i].offered, &notes);
        expect_notes(&notes, offers[i].note);
        EXPECT(c.suite == offers[i].suite);
        if (offers[i].offered != SUCCESSFUL)
            continue;
        EXPECT(is_key(c.public, offers[i].key));
        EXPECT(c.has_id == (offers[i].id != NO_ID));
        EXPECT(!c.has_id || c.id == (uint32_t)offers[i].id);
    }
}

/* A list made to keep the reader busy. */
static void not_everything_is_looked_at(void **state)
{
    static struct item items[35];

    (void)state;
    for (size_t bad = 31; bad <= 32; bad++) {
        struct notes notes = { .place = PLACE_DG1 + 13 };

        memset(items, 0, sizeof items);
        items[0] = (struct item)INFO(2, 2, NO_ID);
        for (size_t i = 0; i < bad; i++)
            items[1 + i] = (struct item)KEY(2, P256_OFF, NO_ID);
        items[1 + bad] = (struct item)KEY(2, P256, NO_ID);
        choose(items, 0, bad == 31 ? SUCCESSFUL : FAILED, &notes);
        EXPECT(note_seen(&notes, NOTE_CA_KEY_BAD));
    }
}

/* ---- the protocol ---- */

enum cmd { END, KAT, AT, GA, PROOF, REOPENED };

#define LOST 1 /* no status word of a card */

struct turn {
    enum cmd    cmd;
    uint16_t    sw; /* 0: 9000 */
    int         lost;
    const char *data;
};

static const struct item ecdh_3des[] = { INFO(2, 1, NO_ID), KEY(2, P256, NO_ID), { 0 } };
static const struct item ecdh_aes[] = { INFO(2, 2, 0x41), KEY(2, P256, 0x41), { 0 } };

static const struct {
    const char  *name;
    enum outcome want;
    uint16_t     sw;
    enum result  result;
    bool         aes, odd, by_at;
    struct turn  turn[6];
} rows[] = {
    /* clang-format off */
    { "3DES",                        OK, 0, SUCCESSFUL, false, false, false, { { KAT, 0, 0, "" }, { PROOF, 0, 0, "" } } },
    { "AES",                         OK, 0, SUCCESSFUL, true,  false, false, { { AT, 0, 0, "" }, { GA, 0, 0, "7C00" }, { PROOF, 0, 0, "" } } },
    { "proof by an error",           OK, 0, SUCCESSFUL, true,  false, false, { { AT, 0, 0, "" }, { GA, 0, 0, "7C00" }, { PROOF, 0x6A82, 0, "" } } },
    { "GA answered by nothing",      OK, 0, SUCCESSFUL, true,  true,  false, { { AT, 0, 0, "" }, { GA, 0, 0, "" }, { PROOF, 0, 0, "" } } },
    { "GA answered as version 2",    OK, 0, SUCCESSFUL, true,  true,  false, { { AT, 0, 0, "" }, { GA, 0, 0, "7C0A 8108 0102030405060708" }, { PROOF, 0, 0, "" } } },
    { "3DES by AT",                  OK, 0, SUCCESSFUL, false, false, true,
      { { KAT, 0x6A86, 0, "" }, { AT, 0, 0, "" }, { GA, 0, 0, "7C00" }, { PROOF, 0, 0, "" } } },
    { "3DES by AT, key refused",     OK, 0, SUCCESSFUL, false, false, true,
      { { KAT, 0x6A80, 0, "" }, { AT, 0, 0, "" }, { GA, 0, 0, "7C00" }, { PROOF, 0, 0, "" } } },
    { "D12 KAT kills the session",   OK, 0, SUCCESSFUL, false, false, true,
      { { KAT, 0x6F00, LOST, "" }, { REOPENED, 0, 0, "" }, { AT, 0, 0, "" }, { GA, 0, 0, "7C00" }, { PROOF, 0, 0, "" } } },
    { "D12 and AT, too",             E_SM_BROKEN, 0x6F00, FAILED, false, false, true,
      { { KAT, 0x6F00, LOST, "" }, { REOPENED, 0, 0, "" }, { AT, 0x6F00, LOST, "" } } },
    { "3DES refused both ways",      E_UNSUPPORTED, 0x6D00, FAILED, false, false, true, { { KAT, 0x6D00, 0, "" }, { AT, 0x6D00, 0, "" } } },
    { "G_06 key id unknown",         E_UNSUPPORTED, 0x6A88, FAILED, true, false, false, { { AT, 0x6A88, 0, "" } } },
    { "G_15 6A80",                   E_UNSUPPORTED, 0x6A80, FAILED, true, false, false, { { AT, 0x6A80, 0, "" } } },
    { "G_15 6300",                   E_UNSUPPORTED, 0x6300, FAILED, true, false, false, { { AT, 0x6300, 0, "" } } },
    { "session dies at AT",          E_SM_BROKEN, 0x6988, FAILED, true, false, false, { { AT, 0x6988, LOST, "" } } },
    { "GA 6300",                     E_REFUSED, 0x6300, FAILED, true, false, false, { { AT, 0, 0, "" }, { GA, 0x6300, 0, "" } } },
    { "GA 6A80: our key refused",    E_REFUSED, 0x6A80, FAILED, true, false, false, { { AT, 0, 0, "" }, { GA, 0x6A80, 0, "" } } },
    { "session dies at GA",          E_SM_BROKEN, 0x6987, FAILED, true, false, false, { { AT, 0, 0, "" }, { GA, 0x6987, LOST, "" } } },
    { "G_09 old keys, 3DES",         E_SM_BROKEN, 0x6988, FAILED, false, false, false, { { KAT, 0, 0, "" }, { PROOF, 0x6988, LOST, "" } } },
    { "G_09 old keys, AES",          E_SM_BROKEN, 0x6988, FAILED, true, false, false, { { AT, 0, 0, "" }, { GA, 0, 0, "7C00" }, { PROOF, 0x6988, LOST, "" } } },
    { "proof in the clear",          E_SM_BROKEN, 0x9000, FAILED, true, false, false, { { AT, 0, 0, "" }, { GA, 0, 0, "7C00" }, { PROOF, 0x9000, LOST, "" } } },
    { "proof with a wrong MAC",      E_SM_BROKEN, 0, FAILED, true, false, false, { { AT, 0, 0, "" }, { GA, 0, 0, "7C00" }, { PROOF, 0, LOST, "" } } },
    /* clang-format on */
};

/* What the terminal sent as its public key, and the commands' form. */
struct chip {
    const struct ca_choice *choice;
    uint8_t public[1024];
    size_t public_len;
};

static void expect_command(struct chip *chip, enum cmd cmd, const struct capdu *c)
{
    static const uint8_t ins[] = { [KAT] = 0x22, [AT] = 0x22, [GA] = 0x86, [PROOF] = 0xA4 };
    static const uint8_t p1[] = { [KAT] = 0x41, [AT] = 0x41, [GA] = 0x00, [PROOF] = 0x02 };
    static const uint8_t p2[] = { [KAT] = 0xA6, [AT] = 0xA4, [GA] = 0x00, [PROOF] = 0x0C };
    struct view          data = c->data, value = { 0 }, id;

    EXPECT(c->cla == 0 && c->ins == ins[cmd] && c->p1 == p1[cmd] && c->p2 == p2[cmd]);
    EXPECT(c->le == (cmd == GA ? 256 : 0)); /* A5, D12: no Le where nothing is due */
    if (cmd == PROOF) {
        EXPECT_BYTES(data, HEX("011E"));
        return;
    }
    if (cmd == AT) {
        EXPECT_CODE(tlv_expect(&data, 0x80, &value), OK);
        EXPECT_BYTES(value, chip->choice->oid);
    } else {
        if (cmd == GA)
            EXPECT_CODE(tlv_expect(&data, 0x7C, &data), OK);
        EXPECT_CODE(tlv_expect(&data, cmd == GA ? 0x80 : 0x91, &value), OK);
        memcpy(chip->public, value.ptr, value.len);
        chip->public_len = value.len;
    }
    if (cmd != GA && chip->choice->has_id) {
        EXPECT_CODE(tlv_expect(&data, 0x84, &id), OK);
        EXPECT(id.len == 1 && view_at(id, 0) == chip->choice->id);
    }
    EXPECT(data.len == 0);
}

static struct rapdu answer_of(const struct turn *t)
{
    static uint8_t bytes[64];
    struct rapdu   r = { .sw = t->sw };

    if (t->lost)
        r.lost = (struct err){ .code = E_SM_BROKEN, .cause = E_REFUSED, .sw = t->sw };
    else
        r.data = hex(t->data, bytes, sizeof bytes);
    if (!t->lost && t->sw == 0)
        r.sw = SW_OK;
    return r;
}

static struct err play(struct ca *ca, struct chip *chip, const struct turn *t)
{
    struct rapdu last = { 0 };

    for (;; t++) {
        struct capdu next;
        enum step    todo;
        struct err   e = ca_step(ca, last, &next, &todo);

        if (e.code != OK || todo == STEP_DONE) {
            EXPECT(t->cmd == END);
            return e;
        }
        if (todo == STEP_REOPEN) {
            EXPECT(t->cmd == REOPENED);
            last = (struct rapdu){ 0 };
            continue;
        }
        EXPECT(todo == STEP_SEND && t->cmd != END && t->cmd != REOPENED);
        expect_command(chip, t->cmd, &next);
        last = answer_of(t);
    }
}

static void expect_wiped(const struct ca *c)
{
    struct ca wiped;

    memset(&wiped, 0, sizeof wiped);
    wiped.state = CA_SPENT;
    EXPECT_BYTES(view_of(c, sizeof *c), view_of(&wiped, sizeof wiped));
}

/* SHA-1 or SHA-256 of K and a counter, cut: 9303-11 clause 9.7.1, without 3DES' parity. */
static void kdf_of(struct view k, uint8_t counter, enum sm_suite suite, uint8_t out[32])
{
    uint8_t       in[600];
    unsigned      n;
    const EVP_MD *md = suite >= SM_SUITE_AES_192 ? EVP_sha256() : EVP_sha1();

    memcpy(in, k.ptr, k.len);
    memset(in + k.len, 0, 3);
    in[k.len + 3] = counter;
    EXPECT(EVP_Digest(in, k.len + 4, out, &n, md, NULL) == 1);
}

static void expect_keys(const struct sm *sm, enum sm_suite suite, struct view k)
{
    static const size_t  len[] = { [SM_SUITE_3DES] = 16,
                                   [SM_SUITE_AES_128] = 16,
                                   [SM_SUITE_AES_192] = 24,
                                   [SM_SUITE_AES_256] = 32 };
    static const uint8_t zero[SM_SSC_MAX];
    const uint8_t        parity = suite == SM_SUITE_3DES ? 0xFE : 0xFF;
    uint8_t              enc[32], mac[32];

    kdf_of(k, 1, suite, enc);
    kdf_of(k, 2, suite, mac);
    EXPECT(sm->state == SM_LIVE && sm->suite == suite);
    for (size_t i = 0; i < len[suite]; i++) {
        EXPECT((sm->ks_enc[i] & parity) == (enc[i] & parity));
        EXPECT((sm->ks_mac[i] & parity) == (mac[i] & parity));
    }
    EXPECT(memcmp(sm->ssc.bytes, zero, sizeof zero) == 0);
}

/* K, as the chip computes it from what the terminal sent. */
static struct view derive(EVP_PKEY *chip_key, const struct chip *chip, uint8_t *k)
{
    EVP_PKEY     *peer = EVP_PKEY_new();
    EVP_PKEY_CTX *ctx;
    size_t        len = 512;

    EXPECT(EVP_PKEY_copy_parameters(peer, chip_key) == 1);
    EXPECT(EVP_PKEY_set1_encoded_public_key(peer, chip->public, chip->public_len) == 1);
    ctx = EVP_PKEY_CTX_new_from_pkey(NULL, chip_key, NULL);
    EXPECT(EVP_PKEY_derive_init(ctx) == 1);
    if (!EVP_PKEY_is_a(chip_key, "EC"))
        EXPECT(EVP_PKEY_CTX_set_dh_pad(ctx, 1) == 1);
    EXPECT(EVP_PKEY_derive_set_peer(ctx, peer) == 1 && EVP_PKEY_derive(ctx, k, &len) == 1);
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(peer);
    return view_of(k, len);
}

static const uint8_t old_key[16] = { 0x01, 0x01 }, old_ssc[8] = { 0x42 };

static void live(struct sm *sm)
{
    *sm = (struct sm){ 0 };
    EXPECT_CODE(sm_begin(sm, SM_SUITE_3DES,
                         (struct sm_keys){ VIEW(old_key), VIEW(old_key), VIEW(old_ssc) }),
                OK);
}

/* Bytes that are never the same. */
static struct view fresh(void)
{
    static uint8_t bytes[AGREEMENT_RANDOM_LEN], count;

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(bytes[i] * 5 + 113 * i + count);
    count++;
    return VIEW(bytes);
}

static void transcripts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ca_choice  choice;
        struct ca_outcome out;
        struct chip       chip = { .choice = &choice };
        struct capdu      next;
        enum step         todo;
        struct sm         sm;
        struct ca         ca;
        struct err        e;

        ROW(rows[i].name);
        choice = choose(rows[i].aes ? ecdh_aes : ecdh_3des, 0, SUCCESSFUL, NULL);
        live(&sm);
        EXPECT_CODE(ca_begin(&ca, &choice, fresh(), &sm, &out), OK);
        EXPECT(out.result == NOT_RUN);
        e = play(&ca, &chip, rows[i].turn);
        EXPECT_CODE(e, rows[i].want);
        EXPECT(e.sw == rows[i].sw && out.result == rows[i].result);
        EXPECT(out.odd == rows[i].odd && out.by_at == rows[i].by_at);
        expect_wiped(&ca);
        EXPECT_CODE(ca_step(&ca, (struct rapdu){ 0 }, &next, &todo), E_BUG);
        if (e.code == OK) {
            struct notes notes = { 0 };

            ca_note(&out, &notes);
            EXPECT(note_seen(&notes, NOTE_CA_ANSWER) == rows[i].odd);
            EXPECT(note_seen(&notes, NOTE_CA_BY_AT) == rows[i].by_at);
        }
    }
}

/* Every kind of key under every suite: the chip derives the same keys, the old ones are gone. */
static void both_sides_agree(void **state)
{
    (void)state;
    static const enum which  whiches[] = { P256, P256_B, P192, BP320, X942, PKCS3 };
    static const struct turn kat[] = { { KAT, 0, 0, "" }, { PROOF, 0, 0, "" }, { END, 0, 0, "" } };
    static const struct turn at[] = {
        { AT, 0, 0, "" }, { GA, 0, 0, "7C00" }, { PROOF, 0, 0, "" }, { END, 0, 0, "" }
    };

    for (size_t w = 0; w < COUNT(whiches); w++) {
        for (int cipher = 1; cipher <= 4; cipher++) {
            const int         a = whiches[w] == X942 || whiches[w] == PKCS3 ? 1 : 2;
            const struct item items[] = { INFO(a, cipher, NO_ID),
                                          KEY(a, whiches[w], NO_ID),
                                          { 0 } };
            struct ca_choice  choice;
            struct ca_outcome out;
            struct chip       chip = { .choice = &choice };
            struct sm         sm;
            struct ca         ca;
            uint8_t           k[512], comp[20];
            unsigned          n;

            choice = choose(items, 0, SUCCESSFUL, NULL);
            live(&sm);
            EXPECT_CODE(ca_begin(&ca, &choice, fresh(), &sm, &out), OK);
            EXPECT_CODE(play(&ca, &chip, cipher == 1 ? kat : at), OK);
            expect_keys(&sm, choice.suite, derive(pkey[whiches[w]], &chip, k));
            if (a == 2) { /* Comp(): the x-coordinate */
                EXPECT_BYTES(view_of(out.comp, out.comp_len),
                             view_of(chip.public + 1, (chip.public_len - 1) / 2));
            } else { /* SHA-1 of the number as it was sent */
                EXPECT(EVP_Digest(chip.public, chip.public_len, comp, &n, EVP_sha1(), NULL) == 1);
                EXPECT_BYTES(view_of(out.comp, out.comp_len), VIEW(comp));
            }
        }
    }
}

/* BSI's worked example: a private key is (random mod n-1) + 1, so that random is the key less 1. */
static void worked_example(void **state)
{
    (void)state;
    static const struct turn at[] = {
        { AT, 0, 0, "" }, { GA, 0, 0, "7C00" }, { PROOF, 0, 0, "" }, { END, 0, 0, "" }
    };
    uint8_t           random[AGREEMENT_RANDOM_LEN] = { 0 };
    struct ca_choice  choice = { .domain = { .kind = AGREEMENT_ECDH, .group = EC_BP256 },
                                 .suite = SM_SUITE_AES_128,
                                 .oid = HEX("04007F00070202030202"),
                                 .has_id = true,
                                 .id = 0x41 };
    struct chip       chip = { .choice = &choice };
    struct ca_outcome out;
    struct sm         sm = { 0 };
    struct ca         ca;

    choice.public = HEX("04A44EBE5451DF7AADB01E459B8C928A87746A57927C8C28A6775C97A7E1FE8D9A"
                        "46FF4A1CC7E4D1389AEA19758E4F75C28C598FD734AEBEB135337CF95BE12E94");
    memcpy(random + 48, HEX("A6A4D255C5BF7A77EC3D0553DB74F693CF044E18C98364D4977A296108AF19BC").ptr,
           32);
    EXPECT_CODE(ca_begin(&ca, &choice, VIEW(random), &sm, &out), OK);
    EXPECT_CODE(play(&ca, &chip, at), OK);
    EXPECT_BYTES(view_of(chip.public, chip.public_len),
                 HEX("045A7A377FC9CAFC03AC7FF45441A8B2909D88EAB8E6B0173847AB49B949DF3799"
                     "A34EE57EC55268CF8B1C3EC489F8BF4CF4C68D3FD9670E89C0D5D3FFF1AAF89F"));
    EXPECT_BYTES(view_of(out.comp, out.comp_len),
                 HEX("5A7A377FC9CAFC03AC7FF45441A8B2909D88EAB8E6B0173847AB49B949DF3799"));
    expect_keys(&sm, SM_SUITE_AES_128,
                HEX("791DA04273CCFE862E52DF60347E2557192E1F8D7517822CE3D306056C1CDEB4"));
}

/* G_10: two runs, two ephemeral keys. */
static void fresh_keys(void **state)
{
    (void)state;
    struct ca_choice  choice = choose(ecdh_aes, 0, SUCCESSFUL, NULL);
    struct ca_outcome out;
    struct sm         sm = { 0 };
    struct ca         one, two;

    EXPECT_CODE(ca_begin(&one, &choice, fresh(), &sm, &out), OK);
    EXPECT_CODE(ca_begin(&two, &choice, fresh(), &sm, &out), OK);
    EXPECT(memcmp(one.public, two.public, one.public_len) != 0);
}

/* A word that is not 9000 is never a success, at any step before the proof. */
static void no_other_word_will_do(void **state)
{
    (void)state;
    const struct ca_choice aes = choose(ecdh_aes, 0, SUCCESSFUL, NULL);
    const struct view      random = fresh();

    for (uint32_t sw = 0x6000; sw <= 0xFFFF; sw += 0x35) {
        for (int good = 0; good < 2; good++) {
            struct ca_outcome out;
            struct capdu      next;
            enum step         todo;
            struct sm         sm = { 0 };
            struct ca         ca;
            struct err        e = SUCCESS;
            struct rapdu      r = { 0 };

            if (sw == SW_OK)
                continue;
            EXPECT_CODE(ca_begin(&ca, &aes, random, &sm, &out), OK);
            EXPECT_CODE(ca_step(&ca, r, &next, &todo), OK);
            r.sw = SW_OK;
            if (good)
                EXPECT_CODE(ca_step(&ca, r, &next, &todo), OK);
            r.sw = (uint16_t)sw;
            e = ca_step(&ca, r, &next, &todo);
            EXPECT(e.code == (good ? E_REFUSED : E_UNSUPPORTED) && e.sw == sw);
            EXPECT(out.result == FAILED && out.sw == sw && sm.state == SM_OFF);
        }
        sw = sw >= 0x7000 && sw < 0x8FF0 ? 0x8FF0 : sw;
    }
}

static void key_ids(void **state)
{
    (void)state;
    static const struct {
        uint32_t    id;
        const char *want;
    } ids[] = {
        { 0, "840100" }, { 0xFF, "8401FF" }, { 0x100, "84020100" }, { 0xFFFFFFFF, "8404FFFFFFFF" }
    };

    for (size_t i = 0; i < COUNT(ids); i++) {
        struct ca_choice  choice = choose(ecdh_aes, 0, SUCCESSFUL, NULL);
        struct ca_outcome out;
        struct capdu      next;
        enum step         todo;
        struct sm         sm = { 0 };
        struct ca         ca;
        struct view       data, value;

        choice.id = ids[i].id;
        EXPECT_CODE(ca_begin(&ca, &choice, fresh(), &sm, &out), OK);
        EXPECT_CODE(ca_step(&ca, (struct rapdu){ 0 }, &next, &todo), OK);
        data = next.data;
        EXPECT_CODE(tlv_expect(&data, 0x80, &value), OK);
        EXPECT_BYTES(data, HEX(ids[i].want));
    }
}

static void arguments(void **state)
{
    (void)state;
    struct ca_choice  choice = choose(ecdh_aes, 0, SUCCESSFUL, NULL);
    struct ca_outcome out;
    struct sm         dead = { .state = SM_DEAD }, off = { 0 };
    struct ca         ca;

    EXPECT_CODE(ca_begin(&ca, &choice, fresh(), &dead, &out), E_BUG);
    EXPECT_CODE(ca_begin(&ca, &choice, HEX("0102"), &off, &out), E_BUG);
    choice.suite = SM_SUITE_NONE;
    EXPECT_CODE(ca_begin(&ca, &choice, fresh(), &off, &out), E_BUG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_offered),
        cmocka_unit_test(not_everything_is_looked_at),
        cmocka_unit_test(transcripts),
        cmocka_unit_test(both_sides_agree),
        cmocka_unit_test(worked_example),
        cmocka_unit_test(fresh_keys),
        cmocka_unit_test(no_other_word_will_do),
        cmocka_unit_test(key_ids),
        cmocka_unit_test(arguments),
    };

    make_keys();
    const int failed = cmocka_run_group_tests_name("chipauth.ca", tests, NULL, NULL);

    for (int i = 0; i < WHICH_COUNT; i++)
        EVP_PKEY_free(pkey[i]);
    return failed;
}
