/*
 * pace_chip_test: PACE against a chip's side written apart (pace_side.h): every mapping over
 * every group under every suite, and what is rare: leading zeros in shared secrets, in public
 * keys, in the proof of originality; keys that are none, in every group.
 *
 * G_xx are rows of TR-03105-5.1 (ISO7816_G), B9 a quirk met in the field.
 */
#include "pace_side.h"

static const struct group {
    const char         *name; /* OpenSSL's */
    enum info_agreement kind;
    unsigned            id;
    bool                no_im;
} groups[] = {
    /* clang-format off */
    { "dh_1024_160",     AGREEMENT_DH,   0,  false },
    { "dh_2048_224",     AGREEMENT_DH,   1,  false },
    { "dh_2048_256",     AGREEMENT_DH,   2,  false },
    { "prime192v1",      AGREEMENT_ECDH, 8,  false },
    { "brainpoolP192r1", AGREEMENT_ECDH, 9,  false },
    { "secp224r1",       AGREEMENT_ECDH, 10, true },
    { "brainpoolP224r1", AGREEMENT_ECDH, 11, false },
    { "prime256v1",      AGREEMENT_ECDH, 12, false },
    { "brainpoolP256r1", AGREEMENT_ECDH, 13, false },
    { "brainpoolP320r1", AGREEMENT_ECDH, 14, false },
    { "secp384r1",       AGREEMENT_ECDH, 15, false },
    { "brainpoolP384r1", AGREEMENT_ECDH, 16, false },
    { "brainpoolP512r1", AGREEMENT_ECDH, 17, false },
    { "secp521r1",       AGREEMENT_ECDH, 18, false },
    /* clang-format on */
};

static const char *const mapping_names[] = { "", "GM", "IM", "CAM" };
static const char *const suite_names[] = { "", "3DES", "AES-128", "AES-192", "AES-256" };

struct run {
    struct pace         p;
    struct pace_outcome out;
    struct sm           sm;
};

static void name_row(const struct group *g, const struct pace_side *c)
{
    static char name[64];

    snprintf(name, sizeof name, "%s %s %s", g->name, mapping_names[c->mapping],
             suite_names[c->suite]);
    ROW(name);
}

/* id-PACE, then DH-GM 1, ECDH-GM 2, DH-IM 3, ECDH-IM 4, ECDH-CAM 6. */
static struct pace_choice choice_of(const struct group *g, const struct pace_side *c)
{
    static uint8_t     oid[] = { 0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x04, 0, 0 };
    const bool         curve = g->kind == AGREEMENT_ECDH;
    struct pace_choice choice = { .mapping = c->mapping, .suite = c->suite, .id = g->id };

    oid[8] = c->mapping == MAPPING_CAM ? 6 : (uint8_t)(2 * (c->mapping - MAPPING_GM) + 1 + curve);
    oid[9] = (uint8_t)c->suite;
    choice.oid = VIEW(oid);
    EXPECT_CODE(agreement_of_id(g->kind, g->id, &choice.domain), OK);
    return choice;
}

static void begin(struct run *r, const struct group *g, struct pace_side *c)
{
    const struct pace_choice choice = choice_of(g, c);
    const struct pace_secret secret = { c->can ? PACE_CAN : PACE_MRZ,
                                        c->can ? TEXT("123456")
                                               : TEXT("T22000129364081251010318") };
    uint8_t random[PACE_RANDOM_LEN];

    c->group = g->name;
    if (c->password == NULL)
        c->password = c->can ? "123456" : "T22000129364081251010318";
    pace_side_begin(c);
    side_draw(c, random, sizeof random);
    r->sm = (struct sm){ 0 };
    EXPECT_CODE(pace_begin(&r->p, &choice, &secret, VIEW(random), &r->sm, &r->out), OK);
}

/* The answer to GENERAL AUTHENTICATE at may be changed before it is given. */
struct change {
    int at; /* 1 .. 4; 0: none */
    void (*fn)(struct pace_side *c, const struct run *r, struct side_bytes *answer);
};

static struct err play(struct run *r, struct pace_side *c, const struct change *change)
{
    struct rapdu      last = { 0 };
    struct side_bytes answer;
    struct capdu      next;
    enum step         todo;

    for (int at = 0;; at++) {
        const struct err e = pace_step(&r->p, last, &next, &todo);

        if (e.code != OK || todo == STEP_DONE)
            return e;
        EXPECT(todo == STEP_SEND && at < 5);
        last.sw = pace_side_answer(c, &next, &answer);
        if (change != NULL && change->at == at)
            change->fn(c, r, &answer);
        last.data = view_of(answer.at, last.sw == 0x9000 ? answer.len : 0);
    }
}

static enum result originality(const struct group *g, struct pace_side *c, const struct run *r)
{
    const struct side_bytes spki = side_spki(c, g->id);
    enum result             result = NOT_RUN;

    EXPECT_CODE(pace_cam_check(&r->out, view_of(spki.at, spki.len), &result, NULL), OK);
    return result;
}

static void expect_session(const struct group *g, struct pace_side *c, const struct run *r)
{
    uint8_t enc[32], mac[32];
    size_t  n = side_key_len(c->suite);

    EXPECT(r->sm.state == SM_LIVE && r->sm.suite == c->suite);
    memcpy(enc, c->sm.enc, n);
    memcpy(mac, c->sm.mac, n);
    for (size_t i = 0; c->suite == SM_SUITE_3DES && i < n; i++) { /* parity does not matter */
        enc[i] = (uint8_t)((enc[i] & 0xFE) | (r->sm.ks_enc[i] & 1));
        mac[i] = (uint8_t)((mac[i] & 0xFE) | (r->sm.ks_mac[i] & 1));
    }
    EXPECT_BYTES(view_of(r->sm.ks_enc, n), view_of(enc, n));
    EXPECT_BYTES(view_of(r->sm.ks_mac, n), view_of(mac, n));
    EXPECT_BYTES(view_of(r->out.chip_key.bytes, r->out.chip_key.len),
                 view_of(c->own.at, c->own.len));
    EXPECT_BYTES(view_of(r->out.own_key.bytes, r->out.own_key.len),
                 view_of(c->peer.at, c->peer.len));
    EXPECT(originality(g, c, r) == (c->mapping == MAPPING_CAM ? SUCCESSFUL : NOT_SUPPORTED));
}

static bool exists(const struct group *g, enum info_mapping m, enum sm_suite s)
{
    if (m == MAPPING_CAM)
        return g->kind == AGREEMENT_ECDH && s != SM_SUITE_3DES;
    return m != MAPPING_IM || !g->no_im;
}

/* G_02, G_03, G_04, G_41. */
static void every_cell(void **state)
{
    (void)state;
    unsigned cells = 0;

    for (size_t i = 0; i < COUNT(groups); i++) {
        /* a stride: another mapping and suite from group to group */
        for (unsigned cell = (unsigned)i % EXPECT_STRIDE % 12; cell < 12; cell += EXPECT_STRIDE) {
            struct pace_side c = { .mapping = MAPPING_GM + cell / 4,
                                   .suite = SM_SUITE_3DES + cell % 4,
                                   .can = (cell & 1) != 0 };
            struct run       r;

            if (!exists(&groups[i], c.mapping, c.suite))
                continue;
            name_row(&groups[i], &c);
            begin(&r, &groups[i], &c);
            EXPECT_CODE(play(&r, &c, NULL), OK);
            expect_session(&groups[i], &c, &r);
            pace_side_end(&c);
            cells++;
        }
    }
    EXPECT(EXPECT_STRIDE > 1 ? cells > 7 : cells == 3 * 8 + 11 * 4 + 10 * 4 + 11 * 3);
}

/* Quirk B9: what is padded wrongly agrees 255 times in 256. */
static void leading_zeros(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(groups); i++) {
        struct pace_side c = { .mapping = MAPPING_GM,
                               .suite = SM_SUITE_AES_128,
                               .zero_shared = true };
        struct run       r;

        if (groups[i].id == 1 || groups[i].id == 18) /* slow; P-521 begins with 00 half the time */
            continue;
        name_row(&groups[i], &c);
        begin(&r, &groups[i], &c);
        EXPECT_CODE(play(&r, &c, NULL), OK);
        EXPECT(c.shared.at[0] == 0);
        expect_session(&groups[i], &c, &r);
        pace_side_end(&c);
    }
}

/* The standard leaves the zeros out, some chips send them: 9303-11 clause 9.4.1. */
static void leading_zeros_of_a_public_number(void **state)
{
    (void)state;
    for (int stripped = 0; stripped < 2; stripped++) {
        struct pace_side c = { .mapping = MAPPING_IM,
                               .suite = SM_SUITE_AES_256,
                               .zero_public = true,
                               .stripped = stripped != 0 };
        struct run       r;

        ROW(stripped ? "without" : "with");
        begin(&r, &groups[0], &c);
        EXPECT_CODE(play(&r, &c, NULL), OK);
        EXPECT(c.own.len == (stripped ? 127 : 128));
        expect_session(&groups[0], &c, &r);
        pace_side_end(&c);
    }
}

static void leading_zeros_of_the_proof(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(groups); i++) {
        struct pace_side c = { .mapping = MAPPING_CAM,
                               .suite = SM_SUITE_AES_128,
                               .zero_ca_ic = true };
        struct run       r;

        if (groups[i].kind != AGREEMENT_ECDH)
            continue;
        name_row(&groups[i], &c);
        begin(&r, &groups[i], &c);
        EXPECT_CODE(play(&r, &c, NULL), OK);
        EXPECT(r.out.ca_ic.bytes[0] == 0);
        expect_session(&groups[i], &c, &r);
        pace_side_end(&c);
    }
}

/* A chip of another document, a misread MRZ: the chip finds our token wrong. */
static void another_password(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(groups); i++) {
        for (enum info_mapping m = MAPPING_GM; m <= MAPPING_CAM; m++) {
            struct pace_side c = { .mapping = m,
                                   .suite = SM_SUITE_AES_128,
                                   .password = "T22000129364081251010319" };
            struct run       r;
            struct err       e;

            if (!exists(&groups[i], m, c.suite))
                continue;
            name_row(&groups[i], &c);
            begin(&r, &groups[i], &c);
            e = play(&r, &c, NULL);
            EXPECT_CODE(e, E_REFUSED);
            EXPECT(e.sw == 0x6300 && r.out.step == PACE_STEP_TOKEN && r.sm.state == SM_OFF);
            pace_side_end(&c);
        }
    }
}

/* CAM: the chip computed with another static key than the one signed: a clone. */
static void another_static_key(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(groups); i++) {
        struct pace_side c = { .mapping = MAPPING_CAM, .suite = SM_SUITE_AES_256 };
        struct run       r;

        if (groups[i].kind != AGREEMENT_ECDH)
            continue;
        name_row(&groups[i], &c);
        begin(&r, &groups[i], &c);
        EXPECT_CODE(play(&r, &c, NULL), OK);
        EXPECT(BN_add_word(c.static_key, 1) == 1);
        EXPECT(originality(&groups[i], &c, &r) == FAILED);
        pace_side_end(&c);
    }
}

/* Replace the value of the one object in the answer. */
static void give(struct side_bytes *answer, const uint8_t *value, size_t n)
{
    const uint8_t     tag = answer->at[answer->at[1] < 0x80 ? 2 : answer->at[1] - 0x80 + 2];
    struct side_bytes inner = { 0 };

    side_object(&inner, tag, value, n);
    answer->len = 0;
    side_object(answer, 0x7C, inner.at, inner.len);
}

/* The value of the answer, to be spoiled. */
static struct side_bytes value_of(const struct side_bytes *answer)
{
    struct side_bytes b = { 0 };
    const uint8_t     tag = answer->at[answer->at[1] < 0x80 ? 2 : answer->at[1] - 0x80 + 2];
    const struct view v = side_open(view_of(answer->at, answer->len), tag);

    side_put(&b, v.ptr, v.len);
    return b;
}

static void off_the_group(struct pace_side *c, const struct run *r, struct side_bytes *answer)
{
    struct side_bytes b = value_of(answer);

    (void)c;
    (void)r;
    b.at[b.len - 1] ^= 1;
    give(answer, b.at, b.len);
}

static void zero_element(struct pace_side *c, const struct run *r, struct side_bytes *answer)
{
    struct side_bytes b = value_of(answer);

    (void)r;
    memset(b.at + (c->curve ? 1 : 0), 0, b.len - (c->curve ? 1 : 0));
    give(answer, b.at, b.len);
}

static void identity_element(struct pace_side *c, const struct run *r, struct side_bytes *answer)
{
    static const uint8_t infinity[] = { 0 }, one[] = { 1 };

    (void)r;
    give(answer, c->curve ? infinity : one, 1);
}

static void one_octet_less(struct pace_side *c, const struct run *r, struct side_bytes *answer)
{
    const struct side_bytes b = value_of(answer);

    (void)c;
    (void)r;
    give(answer, b.at, b.len - 1);
}

static void one_octet_more(struct pace_side *c, const struct run *r, struct side_bytes *answer)
{
    const struct side_bytes b = value_of(answer);

    (void)c;
    (void)r;
    give(answer, b.at, b.len + 1);
}

static void echoed(struct pace_side *c, const struct run *r, struct side_bytes *answer)
{
    const struct pace_bytes *own = r->p.state == PACE_MAP ? &r->p.own_mapping_key : &r->p.own_key;

    (void)c;
    give(answer, own->bytes, own->len);
}

/* Curves: y = 0, what would have order 2.  Numbers: an element of a small odd order. */
static void small_subgroup(struct pace_side *c, const struct run *r, struct side_bytes *answer)
{
    struct side_bytes b = value_of(answer);
    BIGNUM           *e = BN_dup(c->p), *y = BN_new(), *base = BN_new();
    BN_ULONG          order = 3;

    (void)r;
    BN_sub_word(e, 1);
    while (!c->curve && BN_mod_word(e, order) != 0)
        order += 2;
    BN_div_word(e, order);
    for (BN_ULONG n = 2; !c->curve && (n == 2 || BN_is_one(y)); n++) {
        BN_set_word(base, n);
        EXPECT(BN_mod_exp(y, base, e, c->p, c->ctx) == 1);
    }
    if (c->curve)
        memset(b.at + 1 + c->len, 0, c->len);
    else
        side_number(y, c->len, &b);
    give(answer, b.at, b.len);
    BN_free(e);
    BN_free(y);
    BN_free(base);
}

/* G_16, G_17, G_21 to G_23 in every group. */
static const struct {
    const char *name;
    void (*fn)(struct pace_side *c, const struct run *r, struct side_bytes *answer);
    enum pace_fault curve, number;
} spoilt[] = {
    /* clang-format off */
    { "off the curve, outside the subgroup", off_the_group,    PACE_FAULT_GROUP,  PACE_FAULT_GROUP },
    { "zero",                                zero_element,     PACE_FAULT_GROUP,  PACE_FAULT_GROUP },
    { "identity",                            identity_element, PACE_FAULT_LENGTH, PACE_FAULT_GROUP },
    { "one octet less",                      one_octet_less,   PACE_FAULT_LENGTH, PACE_FAULT_GROUP },
    { "one octet more",                      one_octet_more,   PACE_FAULT_LENGTH, PACE_FAULT_LENGTH },
    { "our own",                             echoed,           PACE_FAULT_ECHO,   PACE_FAULT_ECHO },
    { "small order",                         small_subgroup,   PACE_FAULT_GROUP,  PACE_FAULT_GROUP },
    /* clang-format on */
};

static void keys_that_are_none(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(groups); i++) {
        for (size_t k = i % EXPECT_STRIDE % 14; k < COUNT(spoilt) * 2; k += EXPECT_STRIDE) {
            const struct change change = { .at = k % 2 != 0 ? 2 : 3, .fn = spoilt[k / 2].fn };
            struct pace_side    c = { .mapping = MAPPING_GM, .suite = SM_SUITE_AES_128 };
            struct run          r;

            ROW(spoilt[k / 2].name);
            begin(&r, &groups[i], &c);
            EXPECT_CODE(play(&r, &c, &change), E_UNEXPECTED);
            EXPECT(r.out.fault == (c.curve ? spoilt[k / 2].curve : spoilt[k / 2].number));
            EXPECT(r.out.step == (k % 2 != 0 ? PACE_STEP_MAP : PACE_STEP_AGREE));
            EXPECT(r.sm.state == SM_OFF);
            pace_side_end(&c);
        }
    }
}

/* G_09: another nonce than the one the chip goes on with: the password seems wrong. */
static void change_nonce(struct pace_side *c, const struct run *r, struct side_bytes *answer)
{
    (void)c;
    (void)r;
    answer->at[answer->len - 1] ^= 0x40;
}

/* G_26. */
static void change_token(struct pace_side *c, const struct run *r, struct side_bytes *answer)
{
    (void)c;
    (void)r;
    answer->at[4] ^= 0x40;
}

static void nonce_and_token_changed_on_the_way(void **state)
{
    (void)state;
    static const struct change nonce = { 1, change_nonce }, token = { 4, change_token };

    for (enum info_mapping m = MAPPING_GM; m <= MAPPING_CAM; m++) {
        struct pace_side c = { .mapping = m, .suite = SM_SUITE_AES_192 };
        struct run       r;

        ROW(mapping_names[m]);
        begin(&r, &groups[8], &c);
        EXPECT_CODE(play(&r, &c, &nonce), E_REFUSED);
        pace_side_end(&c);
        c = (struct pace_side){ .mapping = m, .suite = SM_SUITE_AES_192 };
        begin(&r, &groups[8], &c);
        EXPECT_CODE(play(&r, &c, &token), E_UNEXPECTED);
        EXPECT(r.out.fault == PACE_FAULT_TOKEN && r.sm.state == SM_OFF);
        pace_side_end(&c);
    }
}

/* A_IC under the right key, of wrong content. */
static void proofs_of_wrong_form(void **state)
{
    (void)state;
    static const struct {
        const char  *name;
        size_t       more, pad;
        bool         none;
        enum outcome cause;
    } forms[] = {
        { "padding of a block too many", 0, 16, false, E_MALFORMED },
        { "a zero before CA_IC", 1, 0, false, E_TOO_LONG },
        { "a block of zeros before CA_IC", 16, 0, false, E_TOO_LONG },
        { "no CA_IC", 0, 0, true, E_TRUNCATED },
    };

    for (size_t i = 0; i < COUNT(forms); i++) {
        struct pace_side c = { .mapping = MAPPING_CAM,
                               .suite = SM_SUITE_AES_128,
                               .ca_ic_more = forms[i].more,
                               .pad_more = forms[i].pad,
                               .no_ca_ic = forms[i].none };
        struct run       r;
        struct err       e;

        ROW(forms[i].name);
        begin(&r, &groups[8], &c);
        e = play(&r, &c, NULL);
        EXPECT_CODE(e, E_UNEXPECTED);
        EXPECT(e.cause == forms[i].cause && r.out.fault == PACE_FAULT_CAM_DATA);
        EXPECT(r.sm.state == SM_OFF && r.out.ca_ic.len == 0);
        pace_side_end(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell),
        cmocka_unit_test(leading_zeros),
        cmocka_unit_test(leading_zeros_of_a_public_number),
        cmocka_unit_test(leading_zeros_of_the_proof),
        cmocka_unit_test(proofs_of_wrong_form),
        cmocka_unit_test(another_password),
        cmocka_unit_test(another_static_key),
        cmocka_unit_test(keys_that_are_none),
        cmocka_unit_test(nonce_and_token_changed_on_the_way),
    };

    return cmocka_run_group_tests_name("access.pace_chip", tests, NULL, NULL);
}
