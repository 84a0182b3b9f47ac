/*
 * pace_test: PACE by the worked examples of the standard, and against answers of every wrong
 * kind at every step.  The chip that computes is in pace_chip_test.
 *
 * Vectors: tests/support/pace_vectors.h.
 * Rows G_xx are named after TR-03105-5.1 (ISO7816_G); A.., B.. without underscore after quirks
 * met in the field.
 */
#include "access/pace.h"

#include <openssl/bn.h>

#include "asn1.h"
#include "pace_vectors.h"

enum { STEPS = 5, G1 = 0, G2 = 1, H1 = 2, H2 = 3, I1 = 4 };

static const char *fmt(const char *form, ...)
{
    static char text[4][4096];
    static int  turn;
    va_list     list;

    turn = (turn + 1) % 4;
    va_start(list, form);
    EXPECT(vsnprintf(text[turn], sizeof text[turn], form, list) < (int)sizeof text[turn]);
    va_end(list);
    return text[turn];
}

/* The random bytes from which agreement_private() makes d: d - 1 mod n. */
static void random_of(const struct pace_vector *v, const char *d, uint8_t *out)
{
    struct agreement  a;
    BIGNUM           *n, *x;
    BN_CTX           *ctx = BN_CTX_new();
    const struct view bytes = HEX(d);

    EXPECT_CODE(agreement_of_id(v->kind, v->id, &a), OK);
    const struct view order = v->kind == AGREEMENT_ECDH ? ec_domain(a.group)->n : a.dh.q;

    n = BN_bin2bn(order.ptr, (int)order.len, NULL);
    x = BN_bin2bn(bytes.ptr, (int)bytes.len, NULL);
    EXPECT(BN_nnmod(x, x, n, ctx) == 1 && BN_sub_word(x, 1) == 1);
    EXPECT(BN_bn2binpad(x, out, AGREEMENT_RANDOM_LEN) == AGREEMENT_RANDOM_LEN);
    BN_free(n);
    BN_free(x);
    BN_CTX_free(ctx);
}

static struct pace_choice choice_of(const struct pace_vector *v)
{
    static uint8_t     oid[16];
    const struct view  bytes = HEX(v->oid);
    struct pace_choice c = { .mapping = v->mapping,
                             .suite = SM_SUITE_AES_128,
                             .id = v->id,
                             .has_id = true,
                             .other_way = true };

    memcpy(oid, bytes.ptr, bytes.len);
    c.oid = view_of(oid, bytes.len);
    EXPECT_CODE(agreement_of_id(v->kind, v->id, &c.domain), OK);
    return c;
}

struct run {
    struct pace         p;
    struct pace_outcome out;
    struct sm           sm;
};

static void begin_with(struct run *r, const struct pace_vector *v, const struct pace_choice *c)
{
    const struct pace_secret secret = { v->password, view_of(v->secret, strlen(v->secret)) };
    uint8_t                  random[PACE_RANDOM_LEN] = { 0 };

    if (v->t != NULL)
        memcpy(random, HEX(v->t).ptr, 16);
    else
        random_of(v, v->our_map, random);
    random_of(v, v->our, random + AGREEMENT_RANDOM_LEN);
    r->sm = (struct sm){ 0 };
    EXPECT_CODE(pace_begin(&r->p, c, &secret, VIEW(random), &r->sm, &r->out), OK);
}

static void begin(struct run *r, const struct pace_vector *v)
{
    const struct pace_choice c = choice_of(v);

    begin_with(r, v, &c);
}

static struct view command_of(const struct pace_vector *v, size_t step)
{
    const char *const data[] = {
        fmt("80{ %s } 83{ %02X }", v->oid, (unsigned)v->password),
        "7C{ }",
        fmt("7C{ 81{ %s } }", v->t != NULL ? v->t : v->our_map_key),
        fmt("7C{ 83{ %s } }", v->our_key),
        fmt("7C{ 85{ %s } }", v->t_ifd),
    };
    static const uint8_t heads[][4] = {
        { 0x00, 0x22, 0xC1, 0xA4 }, { 0x10, 0x86 }, { 0x10, 0x86 }, { 0x10, 0x86 }, { 0x00, 0x86 }
    };
    static uint8_t    whole[512];
    const struct view body = ASN1(data[step]);
    size_t            n = 5 + body.len;

    memcpy(whole, heads[step], 4);
    whole[4] = (uint8_t)body.len;
    memcpy(whole + 5, body.ptr, body.len);
    if (step != 0)
        whole[n++] = 0;
    return view_of(whole, n);
}

/* Without the status word. */
static struct view answer_of(const struct pace_vector *v, size_t step)
{
    static uint8_t    kept[512];
    const char *const data[] = {
        "",
        fmt("7C{ 80{ %s } }", v->z),
        fmt("7C{ 82{ %s } }", v->t != NULL ? "" : v->chip_map_key),
        fmt("7C{ 84{ %s } }", v->chip_key),
        fmt("7C{ 86{ %s } %s }", v->t_ic, v->rest),
    };
    const struct view a = ASN1(data[step]);

    memcpy(kept, a.ptr, a.len);
    return view_of(kept, a.len);
}

static struct err step(struct run *r, struct rapdu last, struct capdu *next, enum step *todo)
{
    return pace_step(&r->p, last, next, todo);
}

/* Until the answer of that step is due, all answers being right. */
static void reach(struct run *r, const struct pace_vector *v, size_t to)
{
    struct capdu next;
    enum step    todo;

    begin(r, v);
    EXPECT_CODE(step(r, (struct rapdu){ 0 }, &next, &todo), OK);
    for (size_t i = 0; i < to; i++) {
        const struct rapdu a = { .data = answer_of(v, i), .sw = SW_OK };

        EXPECT_CODE(step(r, a, &next, &todo), OK);
        EXPECT(todo == STEP_SEND);
    }
}

/* From that step on with this answer to it, the others as printed. */
static struct err finish_with(struct run *r, const struct pace_vector *v, size_t at,
                              struct rapdu answer)
{
    struct err e = SUCCESS;
    enum step  todo = STEP_SEND;

    for (size_t i = at; i < STEPS && e.code == OK; i++) {
        const struct rapdu right = { .data = answer_of(v, i), .sw = SW_OK };
        struct capdu       next;

        e = step(r, i == at ? answer : right, &next, &todo);
    }
    EXPECT(e.code != OK || todo == STEP_DONE);
    return e;
}

static void expect_wiped(const struct run *r)
{
    struct pace wiped;

    memset(&wiped, 0, sizeof wiped);
    wiped.state = PACE_SPENT;
    EXPECT_BYTES(view_of(&r->p, sizeof r->p), view_of(&wiped, sizeof wiped));
}

static void expect_failed(const struct run *r)
{
    expect_wiped(r);
    EXPECT(r->sm.state == SM_OFF);
    EXPECT(r->out.step != PACE_STEP_DONE && r->out.fault != PACE_FAULT_NONE);
    EXPECT(r->out.chip_key.len == 0 && r->out.ca_ic.len == 0 && !r->out.has_cam_data);
}

static void expect_stored(const struct pace_bytes *got, const char *want)
{
    EXPECT_BYTES(view_of(got->bytes, got->len), HEX(want));
}

/* What the struct holds while the answer of that step is awaited. */
static void expect_middle(const struct run *r, const struct pace_vector *v, size_t at)
{
    if (at == 2)
        EXPECT_BYTES(view_of(r->p.s, r->p.s_len), HEX(v->s));
    if (at == 3)
        expect_stored(&r->p.generator, v->generator);
    if (at == 4)
        expect_stored(&r->p.shared, v->shared);
}

static void worked_examples(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(pace_vectors); i++) {
        const struct pace_vector *v = &pace_vectors[i];
        struct run                r;
        struct capdu              next;
        enum step                 todo;
        struct rapdu              last = { 0 };

        ROW(v->name);
        begin(&r, v);
        for (size_t at = 0; at < STEPS; at++) {
            uint8_t    bytes[512];
            struct buf sent = BUF(bytes);

            EXPECT_CODE(step(&r, last, &next, &todo), OK);
            EXPECT(todo == STEP_SEND);
            EXPECT_CODE(capdu_encode(&next, &sent), OK);
            EXPECT_BYTES(buf_view(&sent), command_of(v, at));
            expect_middle(&r, v, at);
            EXPECT(r.sm.state == SM_OFF && (size_t)r.out.step == at);
            last = (struct rapdu){ .data = answer_of(v, at), .sw = SW_OK };
        }
        EXPECT_CODE(step(&r, last, &next, &todo), OK);
        EXPECT(todo == STEP_DONE && r.out.step == PACE_STEP_DONE && r.out.warning == 0);
        EXPECT(r.sm.state == SM_LIVE && r.sm.suite == SM_SUITE_AES_128);
        EXPECT_BYTES(view_of(r.sm.ks_enc, 16), HEX(v->ks_enc));
        EXPECT_BYTES(view_of(r.sm.ks_mac, 16), HEX(v->ks_mac));
        expect_stored(&r.out.own_key, v->our_key);
        expect_stored(&r.out.chip_key, v->chip_key);
        EXPECT(r.out.id == v->id && r.out.has_id && r.out.domain.generator.len == 0);
        expect_wiped(&r);
        EXPECT_CODE(step(&r, last, &next, &todo), E_BUG); /* spent */
    }
}

static void complete(struct run *r, const struct pace_vector *v)
{
    reach(r, v, 0);
    EXPECT_CODE(finish_with(r, v, 0, (struct rapdu){ .sw = SW_OK }), OK);
}

static void names_of_authorities(void **state)
{
    (void)state;
    struct run r;

    complete(&r, &pace_vectors[G2]);
    EXPECT_BYTES(view_of(r.out.car[0].bytes, r.out.car[0].len), TEXT("DETESTCVCA00003"));
    EXPECT(r.out.car[1].len == 0);
    reach(&r, &pace_vectors[G1], 4);
    EXPECT_CODE(
        finish_with(&r, &pace_vectors[G1], 4,
                    (struct rapdu){ .sw = SW_OK,
                                    .data = ASN1("7C{ 86{ 3ABB9674BCE93C08 } 87{ 'DECVCA00002' }"
                                                 " 88{ 'DECVCA0000000001' } }") }),
        OK);
    EXPECT_BYTES(view_of(r.out.car[0].bytes, r.out.car[0].len), TEXT("DECVCA00002"));
    EXPECT_BYTES(view_of(r.out.car[1].bytes, r.out.car[1].len), TEXT("DECVCA0000000001"));
}

static void name_of_the_chip(void **state)
{
    (void)state;
    uint8_t    bytes[AGREEMENT_COMP_MAX];
    struct buf id = BUF(bytes);
    struct run r;

    complete(&r, &pace_vectors[G1]);
    EXPECT_CODE(pace_id_ic(&r.out, &id), OK);
    EXPECT_BYTES(buf_view(&id),
                 HEX("9E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB"));
    id.len = 0;
    complete(&r, &pace_vectors[G2]);
    EXPECT_CODE(pace_id_ic(&r.out, &id), OK);
    EXPECT(id.len == 20); /* SHA-1: agreement_test */
    r.out = (struct pace_outcome){ 0 };
    EXPECT_CODE(pace_id_ic(&r.out, &id), E_BUG);
}

/* I.1: PK_Map,IC = CA_IC * PK_IC. */
static void originality(void **state)
{
    (void)state;
    const struct pace_vector *v = &pace_vectors[I1];
    const struct view         spki = HEX(v->spki);
    uint8_t                   other[256];
    struct run                r;
    enum result               result = NOT_RUN;

    complete(&r, v);
    EXPECT(r.out.has_cam_data);
    expect_stored(&r.out.ca_ic, v->ca_ic);
    expect_stored(&r.out.chip_mapping_key, v->chip_map_key);
    EXPECT_CODE(pace_cam_check(&r.out, spki, &result, NULL), OK);
    EXPECT(result == SUCCESSFUL);

    uint8_t    point[EC_POINT_MAX];
    struct buf key = BUF(point);

    EXPECT_CODE(pace_cam_key(&r.out, &key), OK); /* the same, the other way round */
    EXPECT_BYTES(buf_view(&key), view_of(spki.ptr + spki.len - 65, 65));

    for (size_t i = 0; i < 65; i++) { /* G_37: any other key, most of them off the curve */
        memcpy(other, spki.ptr, spki.len);
        other[spki.len - 65 + i] ^= (uint8_t)(1 << i % 8);
        EXPECT_CODE(pace_cam_check(&r.out, view_of(other, spki.len), &result, NULL), OK);
        EXPECT(result == FAILED);
    }
    for (size_t i = 0; i < r.out.ca_ic.len; i++) {
        struct pace_outcome o = r.out;

        o.ca_ic.bytes[i] ^= (uint8_t)(1 << i % 8);
        EXPECT_CODE(pace_cam_check(&o, spki, &result, NULL), OK);
        EXPECT(result == FAILED);
        key.len = 0;
        EXPECT_CODE(pace_cam_key(&o, &key), OK);
        EXPECT(!view_eq(buf_view(&key), view_of(spki.ptr + spki.len - 65, 65)));
        o = r.out;
        o.chip_mapping_key.bytes[2 * i + 1] ^= (uint8_t)(1 << i % 8);
        EXPECT_CODE(pace_cam_check(&o, spki, &result, NULL), OK);
        EXPECT(result == FAILED);
    }
    r.out.ca_ic = (struct pace_bytes){ .len = 1 }; /* zero: infinity */
    EXPECT_CODE(pace_cam_check(&r.out, spki, &result, NULL), OK);
    EXPECT(result == FAILED);
    key.len = 0;
    EXPECT_CODE(pace_cam_key(&r.out, &key), E_UNEXPECTED);
    complete(&r, &pace_vectors[G1]);
    EXPECT_CODE(pace_cam_key(&r.out, &key), OK);
    EXPECT(key.len == 0);
}

static const struct {
    const char  *name, *spki;
    enum outcome want;
    enum result  result;
} keys[] = {
    /* clang-format off */
    { "another group, P-256", "30{ 30{ 06{ 04007F00070102 } 02{ 0C } } 03{ 00"
      "04 6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296"
      "   4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5 } }", OK, FAILED },
    { "point too short", "30{ 30{ 06{ 04007F00070102 } 02{ 0D } } 03{ 00 041872 } }", OK, FAILED },
    { "no point",        "30{ 30{ 06{ 04007F00070102 } 02{ 0D } } 03{ 00 } }", OK, FAILED },
    { "RSA",             "30{ 30{ 06{ 2A864886F70D010101 } 05{ } } 03{ 00 } }", E_UNSUPPORTED, NOT_RUN },
    { "reserved id",     "30{ 30{ 06{ 04007F00070102 } 02{ 13 } } 03{ 00 04 } }", E_UNSUPPORTED, NOT_RUN },
    { "no key",          "30{ 30{ 06{ 04007F00070102 } 02{ 0D } } }", E_TRUNCATED, NOT_RUN },
    /* clang-format on */
};

static void originality_by_other_keys(void **state)
{
    (void)state;
    struct run  r;
    enum result result;

    complete(&r, &pace_vectors[I1]);
    for (size_t i = 0; i < COUNT(keys); i++) {
        ROW(keys[i].name);
        result = NOT_RUN;
        EXPECT_CODE(pace_cam_check(&r.out, ASN1(keys[i].spki), &result, NULL), keys[i].want);
        EXPECT(result == keys[i].result);
    }
    complete(&r, &pace_vectors[G1]);
    EXPECT_CODE(pace_cam_check(&r.out, HEX(pace_vectors[I1].spki), &result, NULL), OK);
    EXPECT(result == NOT_SUPPORTED);
}

/* One bit of every octet of every answer: no session, but where nothing protects the bit. */
static void every_flipped_octet(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(pace_vectors); i++) {
        const struct pace_vector *v = &pace_vectors[i];

        ROW(v->name);
        for (size_t at = 1; at < STEPS; at++) {
            const size_t len = answer_of(v, at).len;
            /* names of authorities and A_IC stand behind T_IC */
            const size_t open = at == 4 && v->rest[0] != '\0' ? 14 : len;

            for (size_t n = 0; n < len; n += EXPECT_STRIDE) {
                uint8_t     flipped[512];
                struct run  r;
                enum result result = NOT_RUN;
                struct err  e;

                reach(&r, v, at);
                memcpy(flipped, answer_of(v, at).ptr, len);
                flipped[n] ^= (uint8_t)(1 << n % 8);
                e = finish_with(&r, v, at,
                                (struct rapdu){ .data = view_of(flipped, len), .sw = SW_OK });
                EXPECT(e.code == E_UNEXPECTED || (e.code == OK && n >= open));
                if (e.code == E_UNEXPECTED) {
                    expect_failed(&r);
                    EXPECT(e.cause != OK && e.sw == 0);
                } else if (v->mapping == MAPPING_CAM) {
                    EXPECT_CODE(pace_cam_check(&r.out, HEX(v->spki), &result, NULL), OK);
                    EXPECT(result == FAILED); /* G_31 */
                }
            }
        }
    }
}

/* From an allocation of exactly its length. */
static void every_prefix(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(pace_vectors); i++) {
        const struct pace_vector *v = &pace_vectors[i];

        ROW(v->name);
        for (size_t at = 1; at < STEPS; at++) {
            for (size_t n = 0; n < answer_of(v, at).len; n += EXPECT_STRIDE) {
                uint8_t   *exact = malloc(n + !n);
                struct run r;

                reach(&r, v, at);
                EXPECT(exact != NULL);
                memcpy(exact, answer_of(v, at).ptr, n);
                EXPECT_CODE(finish_with(&r, v, at,
                                        (struct rapdu){ .data = view_of(exact, n), .sw = SW_OK }),
                            E_UNEXPECTED);
                EXPECT(r.out.fault == PACE_FAULT_ENCODING && (size_t)r.out.step == at);
                expect_failed(&r);
                free(exact);
            }
        }
    }
}

#define P256R1_OFF                                                                                 \
    "04 824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F57"                          \
    "   30D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C55"
#define ZEROS32 "0000000000000000000000000000000000000000000000000000000000000000"
#define P_BP256 "A9FB57DBA1EEA9BC3E660A909D838D726E3BF623D52620282013481D1F6E5377"
#define G_P256                                                                                     \
    "04 6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296"                          \
    "   4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5"
#define OUR_MAP                                                                                    \
    "047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E544552DCB6725218799115B55C" \
    "9BAA6D9F6BC3A9618E70C25AF71777A9C4922D"
#define OUR_KEY                                                                                    \
    "042DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF0D5EDD301C3556F3B3B186DF10B857B58F6A" \
    "7EB80F20BA5DC7BE1D43D9BF850149FBB36462"
#define P_1024                                                                                     \
    "B10B8F96A080E01DDE92DE5EAE5D54EC52C99FBCFB06A3C69A6A9DCA52D23B61"                             \
    "6073E28675A23D189838EF1E2EE652C013ECB4AEA906112324975C3CD49B83BF"                             \
    "ACCBDD7D90C4BD7098488E9C219A73724EFFD6FAE5644738FAA31A4FF55BCCC0"                             \
    "A151AF5F0DC8B4BD45BF37DF365C1A65E68CFDA76D4DA708DF1FB2BC2E4A43"
#define T_IC     "3ABB9674BCE93C08"
#define CAM_T_IC "8596CF055C67C1A3"

static const struct {
    const char     *name;
    int             vector, at;
    const char     *answer;
    enum pace_fault fault;
    enum outcome    cause;
} wrongs[] = {
    /* clang-format off */
    { "G_11 step 1, 90 for 80", G1, 1, "7C{ 90{ 95A3A016522EE98D01E76CB6B98B42C3 } }", PACE_FAULT_ENCODING, E_UNEXPECTED },
    { "step 1, no 7C",          G1, 1, "80{ 95A3A016522EE98D01E76CB6B98B42C3 }", PACE_FAULT_ENCODING, E_UNEXPECTED },
    { "step 1, empty 7C",       G1, 1, "7C{ }", PACE_FAULT_ENCODING, E_TRUNCATED },
    { "step 1, nothing",        G1, 1, "", PACE_FAULT_ENCODING, E_TRUNCATED },
    { "step 1, twice",          G1, 1, "7C{ 80{ 95A3A016522EE98D01E76CB6B98B42C3 } 80{ 00 } }", PACE_FAULT_ENCODING, E_TRAILING },
    { "step 1, bytes behind",   G1, 1, "7C{ 80{ 95A3A016522EE98D01E76CB6B98B42C3 } } 00", PACE_FAULT_ENCODING, E_TRAILING },
    { "nonce empty",            G1, 1, "7C{ 80{ } }", PACE_FAULT_LENGTH, E_MALFORMED },
    { "nonce of 15",            G1, 1, "7C{ 80{ 95A3A016522EE98D01E76CB6B98B42 } }", PACE_FAULT_LENGTH, E_MALFORMED },
    { "nonce of 17",            G1, 1, "7C{ 80{ 95A3A016522EE98D01E76CB6B98B42C300 } }", PACE_FAULT_LENGTH, E_MALFORMED },
    { "nonce of 48",            G1, 1, "7C{ 80{ 95A3A016522EE98D01E76CB6B98B42C3 " ZEROS32 " } }", PACE_FAULT_LENGTH, E_MALFORMED },
    { "IM: nonce of 32",        H1, 1, "7C{ 80{ " ZEROS32 " } }", PACE_FAULT_LENGTH, E_MALFORMED },

    { "G_13 step 2, 92 for 82", G1, 2, "7C{ 92{ " G_P256 " } }", PACE_FAULT_ENCODING, E_UNEXPECTED },
    { "step 2, answer of 3",    G1, 2, "7C{ 84{ " G_P256 " } }", PACE_FAULT_ENCODING, E_UNEXPECTED },
    { "G_16 off the curve",     G1, 2, "7C{ 82{ " P256R1_OFF " } }", PACE_FAULT_GROUP, E_UNEXPECTED },
    { "G_16 of another curve",  G1, 2, "7C{ 82{ " G_P256 " } }", PACE_FAULT_GROUP, E_UNEXPECTED },
    { "G_16 zero",              G1, 2, "7C{ 82{ 04" ZEROS32 ZEROS32 " } }", PACE_FAULT_GROUP, E_UNEXPECTED },
    { "G_16 x is p",            G1, 2, "7C{ 82{ 04" P_BP256 ZEROS32 " } }", PACE_FAULT_GROUP, E_UNEXPECTED },
    { "G_16 infinity",          G1, 2, "7C{ 82{ 00 } }", PACE_FAULT_LENGTH, E_MALFORMED },
    { "G_16 empty",             G1, 2, "7C{ 82{ } }", PACE_FAULT_LENGTH, E_MALFORMED },
    { "G_16 compressed",        G1, 2, "7C{ 82{ 02824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F57 } }", PACE_FAULT_LENGTH, E_MALFORMED },
    { "G_16 hybrid",            G1, 2, "7C{ 82{ 06824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F5730D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C54 } }", PACE_FAULT_GROUP, E_UNEXPECTED },
    { "G_16 x alone",           G1, 2, "7C{ 82{ 824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F57 } }", PACE_FAULT_LENGTH, E_MALFORMED },
    { "G_16 one octet more",    G1, 2, "7C{ 82{ " P256R1_OFF "00 } }", PACE_FAULT_LENGTH, E_MALFORMED },
    { "our mapping key back",   G1, 2, "7C{ 82{ " OUR_MAP " } }", PACE_FAULT_ECHO, E_UNEXPECTED },
    { "G_17 zero",              G2, 2, "7C{ 82{ 00 } }", PACE_FAULT_GROUP, E_UNEXPECTED },
    { "G_17 one",               G2, 2, "7C{ 82{ 01 } }", PACE_FAULT_GROUP, E_UNEXPECTED },
    { "G_17 not in the subgroup", G2, 2, "7C{ 82{ 02 } }", PACE_FAULT_GROUP, E_UNEXPECTED },
    { "G_17 p - 1, order 2",    G2, 2, "7C{ 82{ " P_1024 "70 } }", PACE_FAULT_GROUP, E_UNEXPECTED },
    { "G_17 p",                 G2, 2, "7C{ 82{ " P_1024 "71 } }", PACE_FAULT_GROUP, E_UNEXPECTED },
    { "G_17 p + 1",             G2, 2, "7C{ 82{ " P_1024 "72 } }", PACE_FAULT_GROUP, E_UNEXPECTED },
    { "G_17 longer than p",     G2, 2, "7C{ 82{ 00 " P_1024 "70 } }", PACE_FAULT_LENGTH, E_MALFORMED },
    { "G_17 empty",             G2, 2, "7C{ 82{ } }", PACE_FAULT_LENGTH, E_MALFORMED },
    { "G_15 IM: an answer",     H1, 2, "7C{ 82{ 00 } }", PACE_FAULT_ENCODING, E_TRAILING },
    { "G_15 IM: empty 7C",      H1, 2, "7C{ }", PACE_FAULT_ENCODING, E_TRUNCATED },
    { "G_15 IM: 92 for 82",     H1, 2, "7C{ 92{ } }", PACE_FAULT_ENCODING, E_UNEXPECTED },

    { "G_19 step 3, 94 for 84", G1, 3, "7C{ 94{ " G_P256 " } }", PACE_FAULT_ENCODING, E_UNEXPECTED },
    { "G_21 off the curve",     G1, 3, "7C{ 84{ " P256R1_OFF " } }", PACE_FAULT_GROUP, E_UNEXPECTED },
    { "G_21 zero",              G1, 3, "7C{ 84{ 04" ZEROS32 ZEROS32 " } }", PACE_FAULT_GROUP, E_UNEXPECTED },
    { "G_21 infinity",          G1, 3, "7C{ 84{ 00 } }", PACE_FAULT_LENGTH, E_MALFORMED },
    { "G_22 zero",              G2, 3, "7C{ 84{ 00 } }", PACE_FAULT_GROUP, E_UNEXPECTED },
    { "G_22 one",               G2, 3, "7C{ 84{ 01 } }", PACE_FAULT_GROUP, E_UNEXPECTED },
    { "G_22 p - 1, order 2",    G2, 3, "7C{ 84{ " P_1024 "70 } }", PACE_FAULT_GROUP, E_UNEXPECTED },
    { "G_22 not in the subgroup", G2, 3, "7C{ 84{ 03 } }", PACE_FAULT_GROUP, E_UNEXPECTED },
    { "G_23 our own key back",  G1, 3, "7C{ 84{ " OUR_KEY " } }", PACE_FAULT_ECHO, E_UNEXPECTED },

    { "G_25 step 4, 96 for 86", G1, 4, "7C{ 96{ " T_IC " } }", PACE_FAULT_ENCODING, E_UNEXPECTED },
    { "G_26 wrong token",       G1, 4, "7C{ 86{ 3ABB9674BCE93C09 } }", PACE_FAULT_TOKEN, E_ALTERED },
    { "our token back",         G1, 4, "7C{ 86{ C2B0BD78D94BA866 } }", PACE_FAULT_TOKEN, E_ALTERED },
    { "token of zeros",         G1, 4, "7C{ 86{ 0000000000000000 } }", PACE_FAULT_TOKEN, E_ALTERED },
    { "token empty",            G1, 4, "7C{ 86{ } }", PACE_FAULT_LENGTH, E_MALFORMED },
    { "token of 7",             G1, 4, "7C{ 86{ 3ABB9674BCE93C } }", PACE_FAULT_LENGTH, E_MALFORMED },
    { "token of 16",            G1, 4, "7C{ 86{ " T_IC T_IC " } }", PACE_FAULT_LENGTH, E_MALFORMED },
    { "no token",               G1, 4, "7C{ }", PACE_FAULT_ENCODING, E_TRUNCATED },
    { "no token, but a name",   G1, 4, "7C{ 87{ 'DECVCA00001' } }", PACE_FAULT_ENCODING, E_TRUNCATED },
    { "two tokens",             G1, 4, "7C{ 86{ " T_IC " } 86{ " T_IC " } }", PACE_FAULT_ENCODING, E_UNEXPECTED },
    { "two names in one tag",   G1, 4, "7C{ 86{ " T_IC " } 87{ 'DEA' } 87{ 'DEB' } }", PACE_FAULT_ENCODING, E_UNEXPECTED },
    { "a name of 17",           G1, 4, "7C{ 86{ " T_IC " } 87{ 'DE345678901234567' } }", PACE_FAULT_ENCODING, E_UNEXPECTED },
    { "a name of 0",            G1, 4, "7C{ 86{ " T_IC " } 88{ } }", PACE_FAULT_ENCODING, E_UNEXPECTED },
    { "an unknown object",      G1, 4, "7C{ 86{ " T_IC " } 89{ 00 } }", PACE_FAULT_ENCODING, E_UNEXPECTED },

    { "G_29 CAM without 8A",    I1, 4, "7C{ 86{ " CAM_T_IC " } }", PACE_FAULT_CAM_MISSING, E_TRUNCATED },
    { "G_32 8B for 8A",         I1, 4, "7C{ 86{ " CAM_T_IC " } 8B{ 1EEA964DAAE372AC990E3EFDE6333353BFC89A6704D93DA8798CF77F5B7A54BD10CBA372B42BE0B9B5F28AA8DE2F4F92 } }", PACE_FAULT_ENCODING, E_UNEXPECTED },
    { "G_33 8A empty",          I1, 4, "7C{ 86{ " CAM_T_IC " } 8A{ } }", PACE_FAULT_CAM_DATA, E_TRUNCATED },
    { "8A half a block",        I1, 4, "7C{ 86{ " CAM_T_IC " } 8A{ 1EEA964DAAE372AC990E3EFDE6333353BFC89A6704D93DA8 } }", PACE_FAULT_CAM_DATA, E_MALFORMED },
    { "8A cut: bad padding",    I1, 4, "7C{ 86{ " CAM_T_IC " } 8A{ 1EEA964DAAE372AC990E3EFDE6333353BFC89A6704D93DA8798CF77F5B7A54BD } }", PACE_FAULT_CAM_DATA, E_MALFORMED },
    { "G_30 8A too long",       I1, 4, "7C{ 86{ " CAM_T_IC " } 8A{ " ZEROS32 ZEROS32 ZEROS32 " } }", PACE_FAULT_CAM_DATA, E_TOO_LONG },
    { "G_30 8A constructed",    I1, 4, "7C{ 86{ " CAM_T_IC " } AA{ 04{ 00 } } }", PACE_FAULT_ENCODING, E_UNEXPECTED },
    { "CAM: token wrong first", I1, 4, "7C{ 86{ 0000000000000000 } 8A{ } }", PACE_FAULT_TOKEN, E_ALTERED },
    /* clang-format on */
};

static void wrong_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(wrongs); i++) {
        const struct pace_vector *v = &pace_vectors[wrongs[i].vector];
        const struct rapdu        a = { .data = ASN1(wrongs[i].answer), .sw = SW_OK };
        const size_t              at = (size_t)wrongs[i].at;
        struct run                r;
        struct capdu              next;
        enum step                 todo;
        struct err                e;

        ROW(wrongs[i].name);
        reach(&r, v, at);
        e = step(&r, a, &next, &todo); /* at once, not at a later step */
        EXPECT_CODE(e, E_UNEXPECTED);
        if (e.cause != wrongs[i].cause)
            fail_msg("[%s] cause %s", expect_row, outcome_name(e.cause));
        EXPECT(e.sw == 0 && r.out.fault == wrongs[i].fault && (size_t)r.out.step == at);
        expect_failed(&r);
        EXPECT_CODE(step(&r, a, &next, &todo), E_BUG);
    }
}

static const struct {
    const char *name;
    int         vector;
    const char *answer;
} rights[] = {
    /* clang-format off */
    { "G_35 stray 8A with GM",      G1, "7C{ 86{ " T_IC " } 8A{ 0102 } }" },
    { "stray 8A with IM, empty",    H1, "7C{ 86{ 75D4D96E8D5B0308 } 8A{ } }" },
    { "objects in another order",   G1, "7C{ 88{ 'DEB' } 87{ 'DEA' } 86{ " T_IC " } }" },
    { "a length in the long form",  G1, "7C 81 0A 86{ " T_IC " }" },
    /* clang-format on */
};

static void last_answers_that_are_right(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rights); i++) {
        const struct pace_vector *v = &pace_vectors[rights[i].vector];
        const struct rapdu        a = { .data = ASN1(rights[i].answer), .sw = SW_OK };
        struct run                r;

        ROW(rights[i].name);
        reach(&r, v, 4);
        EXPECT_CODE(finish_with(&r, v, 4, a), OK);
        EXPECT(r.sm.state == SM_LIVE && !r.out.has_cam_data && r.out.ca_ic.len == 0);
    }
}

/* Status words; {first, last} of a range. */
static const struct {
    const char *name;
    uint16_t    first, last;
    bool        parameters, denied;
} words[] = {
    /* clang-format off */
    { "more to fetch, warnings",    0x6100, 0x62FF, false, false },
    { "B17 authentication failed",  0x6300, 0x63BF, false, true },
    { "B17 tries left",             0x63C0, 0x63CF, false, true },
    { "execution errors",           0x6400, 0x66FF, false, false },
    { "length",                     0x6700, 0x6700, true,  false },
    { "B10 chaining",               0x6800, 0x68FF, false, false },
    { "not allowed",                0x6900, 0x6983, false, true },
    { "reference, conditions",      0x6984, 0x6985, true,  true },
    { "no EF, SM objects",          0x6986, 0x69FF, false, true },
    { "6A00 .. 6A7F",               0x6A00, 0x6A7F, false, true },
    { "B3 parameters",              0x6A80, 0x6A8F, true,  true },
    { "6A90 .. 6AFF",               0x6A90, 0x6AFF, false, true },
    { "offset, Le, INS, CLA",       0x6B00, 0x6EFF, false, false },
    { "no diagnosis",               0x6F00, 0x6F00, true,  true },
    { "6F01 .. 6FFF",               0x6F01, 0x6FFF, false, true },
    /* clang-format on */
};

static struct err last_step(struct run *r, const struct pace_vector *v, size_t at, uint16_t sw,
                            enum step *todo)
{
    const struct rapdu a = { .data = answer_of(v, at), .sw = sw };
    struct capdu       next;

    return step(r, a, &next, todo);
}

/* G_08: MSE:Set AT. */
static void words_at_selection(void **state)
{
    (void)state;
    const struct pace_vector *v = &pace_vectors[G1];

    for (size_t i = 0; i < COUNT(words); i++) {
        ROW(words[i].name);
        for (uint32_t sw = words[i].first; sw <= words[i].last; sw++) {
            const bool warning = (sw & 0xFFF0) == 0x63C0;
            struct run r;
            enum step  todo;
            struct err e;

            reach(&r, v, 0);
            e = last_step(&r, v, 0, (uint16_t)sw, &todo);
            if (warning || words[i].parameters) {
                EXPECT(e.code == OK && todo == STEP_SEND);
                EXPECT(r.out.warning == (warning ? sw : 0));
                EXPECT(r.p.state == (warning ? PACE_NONCE : PACE_SELECT));
                if (warning)
                    continue;
                e = last_step(&r, v, 0, (uint16_t)sw, &todo); /* refused the other way too */
            }
            EXPECT_CODE(e, E_UNSUPPORTED);
            EXPECT(e.sw == sw && r.out.fault == PACE_FAULT_STATUS);
            expect_failed(&r);
        }
    }
}

/* G_10, G_12, G_18: errors at steps 1 to 3; G_24: at the last. */
static void words_at_the_steps(void **state)
{
    (void)state;
    const struct pace_vector *v = &pace_vectors[H1];

    for (size_t at = 1; at < STEPS; at++) {
        struct run reached;

        reach(&reached, v, at);
        for (size_t i = 0; i < COUNT(words); i++) {
            ROW(words[i].name);
            for (uint32_t sw = words[i].first; sw <= words[i].last; sw++) {
                struct run r = reached;
                enum step  todo;

                r.p.out = &r.out;
                r.p.sm = &r.sm;
                const struct err e = last_step(&r, v, at, (uint16_t)sw, &todo);

                EXPECT_CODE(e, at == 4 && words[i].denied ? E_REFUSED : E_UNEXPECTED);
                EXPECT(e.sw == sw && r.out.fault == PACE_FAULT_STATUS);
                EXPECT((size_t)r.out.step == at);
                expect_failed(&r);
            }
        }
    }
}

#define OID "04007F00070202040202"

/* Quirks B3 to B5. */
static const struct {
    const char *name;
    bool        name_id, other_way;
    uint32_t    id;
    const char *first, *second; /* what is sent; second NULL: nothing after a refusal */
} domains[] = {
    /* clang-format off */
    { "B3 one PACEInfo: without, then with", false, true,  13, "80{ " OID " } 83{ 01 }", "80{ " OID " } 83{ 01 } 84{ 0D }" },
    { "one without an id: never",            false, false, 0,  "80{ " OID " } 83{ 01 }", NULL },
    { "B4 several: always with",             true,  false, 16, "80{ " OID " } 83{ 01 } 84{ 10 }", NULL },
    { "several of one domain",               true,  true,  13, "80{ " OID " } 83{ 01 } 84{ 0D }", "80{ " OID " } 83{ 01 }" },
    { "id 0",                                true,  false, 0,  "80{ " OID " } 83{ 01 } 84{ 00 }", NULL },
    { "id 300",                              true,  false, 300, "80{ " OID " } 83{ 01 } 84{ 012C }", NULL },
    { "id of four octets",                   true,  false, 0xFEDCBA98, "80{ " OID " } 83{ 01 } 84{ FEDCBA98 }", NULL },
    /* clang-format on */
};

static void the_domain_is_named(void **state)
{
    (void)state;
    const struct pace_vector *v = &pace_vectors[G1];

    for (size_t i = 0; i < COUNT(domains); i++) {
        const struct rapdu refused = { .sw = 0x6A87 };
        struct pace_choice c = choice_of(v);
        struct run         r;
        struct capdu       next;
        enum step          todo;

        ROW(domains[i].name);
        c.name_id = domains[i].name_id;
        c.other_way = domains[i].other_way;
        c.id = domains[i].id;
        begin_with(&r, v, &c);
        EXPECT_CODE(step(&r, (struct rapdu){ 0 }, &next, &todo), OK);
        EXPECT_BYTES(next.data, ASN1(domains[i].first));
        EXPECT(next.le == 0); /* quirk A5 */
        if (domains[i].second == NULL) {
            EXPECT_CODE(step(&r, refused, &next, &todo), E_UNSUPPORTED);
            continue;
        }
        EXPECT_CODE(step(&r, refused, &next, &todo), OK);
        EXPECT(todo == STEP_SEND);
        EXPECT_BYTES(next.data, ASN1(domains[i].second));
        EXPECT_CODE(finish_with(&r, v, 0, (struct rapdu){ .sw = SW_OK }), OK);
        EXPECT(r.sm.state == SM_LIVE);
    }
}

/* The warning stays, the run goes on. */
static void tries_left_is_no_error(void **state)
{
    (void)state;
    const struct pace_vector *v = &pace_vectors[G1];
    struct run                r;

    reach(&r, v, 0);
    EXPECT_CODE(finish_with(&r, v, 0, (struct rapdu){ .sw = 0x63C2 }), OK);
    EXPECT(r.sm.state == SM_LIVE && r.out.warning == 0x63C2);
}

static void a_lost_session(void **state)
{
    (void)state;
    const struct rapdu lost = { .sw = SW_OK, .lost = { .code = E_SM_BROKEN } };

    for (size_t at = 0; at < STEPS; at++) {
        struct run   r;
        struct capdu next;
        enum step    todo;

        reach(&r, &pace_vectors[G1], at);
        EXPECT_CODE(step(&r, lost, &next, &todo), E_SM_BROKEN);
        expect_wiped(&r);
        EXPECT(r.sm.state == SM_OFF);
    }
}

static void arguments(void **state)
{
    (void)state;
    static const uint8_t     random[PACE_RANDOM_LEN] = { 1 };
    const struct pace_choice good = choice_of(&pace_vectors[G1]);
    const struct pace_secret mrz = { PACE_MRZ, TEXT("T22000129364081251010318") };
    const struct pace_secret none = { PACE_MRZ, { 0 } }, pin = { (enum pace_password)3, mrz.bytes };
    struct pace_choice       bad = good;
    struct sm                off = { 0 }, live = { .state = SM_LIVE }, dead = { .state = SM_DEAD };
    struct pace_outcome      out;
    struct pace              p;

    EXPECT_CODE(pace_begin(&p, &good, &mrz, VIEW(random), &off, &out), OK);
    EXPECT_CODE(pace_begin(&p, &good, &mrz, view_of(random, 159), &off, &out), E_BUG);
    EXPECT_CODE(pace_begin(&p, &good, &none, VIEW(random), &off, &out), E_BUG);
    EXPECT_CODE(pace_begin(&p, &good, &pin, VIEW(random), &off, &out), E_BUG);
    EXPECT_CODE(pace_begin(&p, &good, &mrz, VIEW(random), &live, &out), E_BUG);
    EXPECT_CODE(pace_begin(&p, &good, &mrz, VIEW(random), &dead, &out), E_BUG);
    bad.suite = SM_SUITE_NONE;
    EXPECT_CODE(pace_begin(&p, &bad, &mrz, VIEW(random), &off, &out), E_BUG);
}

static void faults_have_texts(void **state)
{
    (void)state;
    for (unsigned i = 0; i < PACE_FAULT_COUNT; i++)
        EXPECT(strlen(pace_fault_text(i)) > 0);
    EXPECT(strcmp(pace_fault_text(PACE_FAULT_COUNT), "unknown") == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(worked_examples),
        cmocka_unit_test(names_of_authorities),
        cmocka_unit_test(name_of_the_chip),
        cmocka_unit_test(originality),
        cmocka_unit_test(originality_by_other_keys),
        cmocka_unit_test(every_flipped_octet),
        cmocka_unit_test(every_prefix),
        cmocka_unit_test(wrong_answers),
        cmocka_unit_test(last_answers_that_are_right),
        cmocka_unit_test(words_at_selection),
        cmocka_unit_test(words_at_the_steps),
        cmocka_unit_test(the_domain_is_named),
        cmocka_unit_test(tries_left_is_no_error),
        cmocka_unit_test(a_lost_session),
        cmocka_unit_test(arguments),
        cmocka_unit_test(faults_have_texts),
    };

    return cmocka_run_group_tests_name("access.pace", tests, NULL, NULL);
}
