/*
 * agreement_test: keys and domains for key agreement.
 *
 * Vectors: Doc 9303-11 (8th ed.) appendix G (keys and secrets through pace_vectors.h); BSI's
 * "Worked Example for EAC 2" (ECDH key of Chip Authentication); FIPS 186-4 for the rest.
 */
#include "access/agreement.h"

#include <openssl/bn.h>
#include <openssl/evp.h>

#include "asn1.h"
#include "pace_vectors.h"

enum { G1 = 0, G2 = 1 };

static struct agreement domain(enum info_agreement kind, unsigned id)
{
    struct agreement a;

    EXPECT_CODE(agreement_of_id(kind, id, &a), OK);
    return a;
}

/* PK = SK * G, g^SK; both sides of the agreement come to the printed secret. */
static void printed_keys(void **state)
{
    (void)state;
    for (int i = G1; i <= G2; i++) {
        const struct pace_vector *v = &pace_vectors[i];
        struct agreement          a = domain(v->kind, v->id);
        uint8_t                   bytes[AGREEMENT_PUBLIC_MAX];
        struct buf                out = BUF(bytes);

        ROW(v->name);
        EXPECT_CODE(agreement_public(&a, HEX(v->our_map), &out), OK);
        EXPECT_BYTES(buf_view(&out), HEX(v->our_map_key));
        const struct view generator = HEX(v->generator);

        a.generator = generator;
        out.len = 0;
        EXPECT_CODE(agreement_public(&a, HEX(v->our), &out), OK);
        EXPECT_BYTES(buf_view(&out), HEX(v->our_key));
        out.len = 0;
        EXPECT_CODE(agreement_shared(&a, HEX(v->our), HEX(v->chip_key), &out), OK);
        EXPECT_BYTES(buf_view(&out), HEX(v->shared));
    }
}

/* BSI's worked example: the chip's key, the terminal's, and the secret. */
static void eac2_worked_example(void **state)
{
    (void)state;
    struct agreement  a;
    struct view       key;
    uint8_t           bytes[AGREEMENT_SECRET_MAX];
    struct buf        out = BUF(bytes);
    const struct view spki =
        ASN1("30{ 30{ 06{ 04007F00070102 } 02{ 0D } } 03{ 00"
             "04A44EBE5451DF7AADB01E459B8C928A87746A57927C8C28A6775C97A7E1FE8D9A"
             "  46FF4A1CC7E4D1389AEA19758E4F75C28C598FD734AEBEB135337CF95BE12E94 } }");
    bool good;

    EXPECT_CODE(agreement_read(spki, &a, &key, NULL), OK);
    EXPECT(a.kind == AGREEMENT_ECDH && a.group == EC_BP256);
    EXPECT_CODE(agreement_check(&a, key, &good), OK);
    EXPECT(good);
    EXPECT_CODE(
        agreement_shared(
            &a, HEX("A6A4D255C5BF7A77EC3D0553DB74F693CF044E18C98364D4977A296108AF19BD"), key, &out),
        OK);
    EXPECT_BYTES(buf_view(&out),
                 HEX("791DA04273CCFE862E52DF60347E2557192E1F8D7517822CE3D306056C1CDEB4"));
}

static void private_keys(void **state)
{
    (void)state;
    static const struct {
        const char         *name;
        enum info_agreement kind;
        unsigned            id;
    } rows[] = {
        { "modp1024-160", AGREEMENT_DH, 0 },
        { "modp2048-224", AGREEMENT_DH, 1 },
        { "P-192", AGREEMENT_ECDH, 8 },
        { "P-224", AGREEMENT_ECDH, 10 },
        { "brainpoolP320r1", AGREEMENT_ECDH, 14 },
        { "P-521", AGREEMENT_ECDH, 18 },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct agreement a = domain(rows[i].kind, rows[i].id);
        const struct view      n = a.kind == AGREEMENT_DH ? a.dh.q : ec_domain(a.group)->n;
        BIGNUM                *c, *less = BN_bin2bn(n.ptr, (int)n.len, NULL);
        BN_CTX                *ctx = BN_CTX_new();

        ROW(rows[i].name);
        BN_sub_word(less, 1);
        for (unsigned turn = 0; turn < 3; turn++) { /* all 00, all FF, mixed */
            uint8_t    random[AGREEMENT_RANDOM_LEN], bytes[AGREEMENT_PRIVATE_MAX], want[80];
            struct buf d = BUF(bytes);

            memset(random, turn == 1 ? 0xFF : 0, sizeof random);
            for (size_t k = 0; turn == 2 && k < sizeof random; k++)
                random[k] = (uint8_t)(k * 37 + 11);
            EXPECT_CODE(agreement_private(&a, VIEW(random), &d), OK);
            c = BN_bin2bn(random, sizeof random, NULL);
            EXPECT(BN_mod(c, c, less, ctx) == 1 && BN_add_word(c, 1) == 1);
            EXPECT(BN_bn2binpad(c, want, (int)n.len) == (int)n.len);
            EXPECT_BYTES(buf_view(&d), view_of(want, n.len));
            BN_free(c);
        }
        BN_free(less);
        BN_CTX_free(ctx);
    }
    EXPECT_CODE(agreement_private(&(struct agreement){ .kind = AGREEMENT_ECDH, .group = EC_P256 },
                                  HEX("00"), &(struct buf){ 0 }),
                E_BUG);
}

/* Made of other random: SHA-512 of 01, a count and the random, cut. */
static void expect_independent(const struct agreement *a, struct view random, struct view pair_d)
{
    uint8_t    other[2][64], in[2 + AGREEMENT_RANDOM_LEN] = { 1 }, bytes[AGREEMENT_PRIVATE_MAX];
    struct buf d = BUF(bytes);

    memcpy(in + 2, random.ptr, random.len);
    for (uint8_t i = 0; i < 2; i++) {
        in[1] = i;
        EXPECT(EVP_Digest(in, sizeof in, other[i], NULL, EVP_sha512(), NULL) == 1);
    }
    EXPECT_CODE(agreement_private(a, view_of(other, AGREEMENT_RANDOM_LEN), &d), OK);
    EXPECT_BYTES(pair_d, buf_view(&d));
}

/* A public number never begins with 00: another key is taken then. */
static void pairs_move_on(void **state)
{
    (void)state;
    const struct agreement a = domain(AGREEMENT_DH, 0);
    unsigned               moved = 0;

    for (unsigned i = 0; i < 1024 && moved < 2; i++) {
        uint8_t    random[AGREEMENT_RANDOM_LEN] = { 0 }, bytes[5][AGREEMENT_PUBLIC_MAX];
        struct buf d = BUF(bytes[0]), y = BUF(bytes[1]), pair_d = BUF(bytes[2]);
        struct buf pair_y = BUF(bytes[3]), again = BUF(bytes[4]);

        random[78] = (uint8_t)(i >> 8);
        random[79] = (uint8_t)i;
        EXPECT_CODE(agreement_private(&a, VIEW(random), &d), OK);
        EXPECT_CODE(agreement_public(&a, buf_view(&d), &y), OK);
        EXPECT_CODE(agreement_pair(&a, VIEW(random), &pair_d, &pair_y), OK);
        EXPECT(pair_y.len == 128 && pair_y.ptr[0] != 0);
        EXPECT_CODE(agreement_public(&a, buf_view(&pair_d), &again), OK);
        EXPECT_BYTES(buf_view(&again), buf_view(&pair_y));
        EXPECT(view_eq(buf_view(&d), buf_view(&pair_d)) == (y.ptr[0] != 0));
        if (y.ptr[0] == 0) {
            expect_independent(&a, VIEW(random), buf_view(&pair_d));
            moved++;
        }
    }
    EXPECT(moved == 2);
}

static void a_generator_that_is_none(void **state)
{
    (void)state;
    struct agreement  a = domain(AGREEMENT_DH, 0);
    const struct view one = HEX("01"), zero = HEX("00");
    const struct view random =
        HEX("11111111111111111111111111111111111111111111111111111111111111111111111111111111"
            "11111111111111111111111111111111111111111111111111111111111111111111111111111111");
    uint8_t    bytes[2][AGREEMENT_PUBLIC_MAX];
    struct buf d = BUF(bytes[0]), y = BUF(bytes[1]);

    a.generator = one;
    EXPECT_CODE(agreement_public(&a, HEX("1234"), &y), E_UNEXPECTED);
    EXPECT_CODE(agreement_pair(&a, random, &d, &y), E_UNEXPECTED);
    a.generator = zero;
    EXPECT_CODE(agreement_public(&a, HEX("1234"), &y), E_UNEXPECTED);
    a = domain(AGREEMENT_ECDH, 12);
    EXPECT_CODE(agreement_public(&a, zero, &y), E_UNEXPECTED); /* infinity */
    EXPECT(d.len == 0 && y.len == 0);
}

/* Comp(): EC x, as long as the field; DH SHA-1 of the octets: 9303-11 clause 7.1.2, TR-03110-3. */
static void compressed(void **state)
{
    (void)state;
    struct agreement a = domain(AGREEMENT_ECDH, 13);
    uint8_t          bytes[AGREEMENT_COMP_MAX];
    struct buf       out = BUF(bytes);

    EXPECT_CODE(agreement_comp(&a, HEX(pace_vectors[G1].chip_key), &out), OK);
    EXPECT_BYTES(buf_view(&out),
                 HEX("9E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB"));
    out.len = 0;
    EXPECT_CODE(agreement_comp(&a, HEX("04"), &out), E_UNEXPECTED);
    EXPECT_CODE(agreement_comp(&a, HEX(""), &out), E_UNEXPECTED);
    a = domain(AGREEMENT_DH, 0);
    EXPECT_CODE(agreement_comp(&a, TEXT("abc"), &out), OK); /* FIPS 180's example */
    EXPECT_BYTES(buf_view(&out), HEX("A9993E364706816ABA3E25717850C26C9CD0D89D"));
    EXPECT_CODE(agreement_comp(&a, HEX(""), &out), E_UNEXPECTED);
}

#define P_1024                                                                                     \
    "B10B8F96A080E01DDE92DE5EAE5D54EC52C99FBCFB06A3C69A6A9DCA52D23B61"                             \
    "6073E28675A23D189838EF1E2EE652C013ECB4AEA906112324975C3CD49B83BF"                             \
    "ACCBDD7D90C4BD7098488E9C219A73724EFFD6FAE5644738FAA31A4FF55BCCC0"                             \
    "A151AF5F0DC8B4BD45BF37DF365C1A65E68CFDA76D4DA708DF1FB2BC2E4A43"
#define G_1024                                                                                     \
    "A4D1CBD5C3FD34126765A442EFB99905F8104DD258AC507FD6406CFF14266D31"                             \
    "266FEA1E5C41564B777E690F5504F213160217B4B01B886A5E91547F9E2749F4"                             \
    "D7FBD7D3B9A92EE1909D0D2263F80A76A6A24C087A091F531DBF0A0169B6A28A"                             \
    "D662A4D18E73AFA32D779D5918D08BC8858F4DCEF97C2A24855E6EEB22B3B2E5"
#define Q_160   "00F518AA8781A8DF278ABA4E7D64B7CB9D49462353"
#define PKCS3   "06{ 2A864886F70D010301 }"
#define X942    "06{ 2A8648CE3E0201 }"
#define KEY     "03{ 00 02{ 00" G_1024 " } }"
#define NUMBERS "02{ 00" P_1024 "71 } 02{ 00" G_1024 " }"

/* q: how many octets are known of it. */
static const struct {
    const char  *name, *spki;
    enum outcome want;
    size_t       q;
    enum outcome domain; /* agreement_domain_read() of the same algorithm */
} spkis[] = {
    /* clang-format off */
    { "PKCS#3, known",            "30{ 30{ " PKCS3 " 30{ " NUMBERS " } } " KEY " }", OK, 20, OK },
    { "PKCS#3, length",           "30{ 30{ " PKCS3 " 30{ " NUMBERS " 02{ 00A0 } } } " KEY " }", OK, 20, OK },
    { "PKCS#3, another generator", "30{ 30{ " PKCS3 " 30{ 02{ 00" P_1024 "71 } 02{ 02 } } } " KEY " }", OK, 0, E_UNSUPPORTED },
    { "PKCS#3, another p",        "30{ 30{ " PKCS3 " 30{ 02{ 00" P_1024 "73 } 02{ 02 } } } " KEY " }", OK, 0, E_UNSUPPORTED },
    { "X9.42, known",             "30{ 30{ " X942 " 30{ " NUMBERS " 02{ " Q_160 " } } } " KEY " }", OK, 20, OK },
    { "X9.42, j, validation",     "30{ 30{ " X942 " 30{ " NUMBERS " 02{ " Q_160 " } 02{ 04 } 30{ 03{ 00 11 } 02{ 01 } } } } " KEY " }", OK, 20, OK },
    { "X9.42, another q",         "30{ 30{ " X942 " 30{ " NUMBERS " 02{ 00F518AA8781A8DF278ABA4E7D64B7CB9D49462355 } } } " KEY " }", OK, 20, E_UNSUPPORTED },
    { "by id 0",                  "30{ 30{ 06{ 04007F00070102 } 02{ 00 } } " KEY " }", OK, 20, OK },
    { "by id 2",                  "30{ 30{ 06{ 04007F00070102 } 02{ 02 } } " KEY " }", OK, 32, OK },
    { "by reserved id",           "30{ 30{ 06{ 04007F00070102 } 02{ 04 } } " KEY " }", E_UNSUPPORTED, 0, E_UNSUPPORTED },
    { "q too short to hide in",   "30{ 30{ " X942 " 30{ 02{ 00" P_1024 "73 } 02{ 02 } 02{ 1F } } } " KEY " }", E_UNSUPPORTED, 0, E_UNSUPPORTED },
    { "p of 1016 bits",           "30{ 30{ " PKCS3 " 30{ 02{ 00" P_1024 " } 02{ 02 } } } " KEY " }", E_UNSUPPORTED, 0, E_UNSUPPORTED },
    { "p even",                   "30{ 30{ " PKCS3 " 30{ 02{ 00" P_1024 "72 } 02{ 02 } } } " KEY " }", E_MALFORMED, 0, E_MALFORMED },
    { "g is 1",                   "30{ 30{ " PKCS3 " 30{ 02{ 00" P_1024 "71 } 02{ 01 } } } " KEY " }", E_MALFORMED, 0, E_MALFORMED },
    { "g is p",                   "30{ 30{ " PKCS3 " 30{ 02{ 00" P_1024 "71 } 02{ 00" P_1024 "71 } } } " KEY " }", E_MALFORMED, 0, E_MALFORMED },
    { "g longer than p",          "30{ 30{ " PKCS3 " 30{ 02{ 00" P_1024 "71 } 02{ 01" P_1024 "71 } } } " KEY " }", E_MALFORMED, 0, E_MALFORMED },
    { "p negative",               "30{ 30{ " PKCS3 " 30{ 02{ " P_1024 "71 } 02{ 02 } } } " KEY " }", E_MALFORMED, 0, E_MALFORMED },
    { "no numbers",               "30{ 30{ " PKCS3 " 30{ } } " KEY " }", E_TRUNCATED, 0, E_TRUNCATED },
    { "a number too many",        "30{ 30{ " PKCS3 " 30{ " NUMBERS " 02{ 01 } 02{ 01 } } } " KEY " }", E_TRAILING, 0, E_TRAILING },
    { "NULL for numbers",         "30{ 30{ " PKCS3 " 05{ } } " KEY " }", E_UNEXPECTED, 0, E_UNEXPECTED },
    { "behind the numbers",       "30{ 30{ " X942 " 30{ " NUMBERS " 02{ " Q_160 " } } 05{ } } " KEY " }", E_TRAILING, 0, E_TRAILING },
    { "RSA",                      "30{ 30{ 06{ 2A864886F70D010101 } 05{ } } " KEY " }", E_UNSUPPORTED, 0, E_UNSUPPORTED },
    { "the key is no INTEGER",    "30{ 30{ " PKCS3 " 30{ " NUMBERS " } } 03{ 00 04{ 01 } } }", E_UNEXPECTED, 0, OK },
    { "behind the key",           "30{ 30{ " PKCS3 " 30{ " NUMBERS " } } 03{ 00 02{ 02 } 00 } }", E_TRAILING, 0, OK },
    { "bits unused",              "30{ 30{ " PKCS3 " 30{ " NUMBERS " } } 03{ 04 0200 } }", E_MALFORMED, 0, OK },
    { "behind the whole",         "30{ 30{ " PKCS3 " 30{ " NUMBERS " } } " KEY " } 00", E_TRAILING, 0, OK },
    { "curve by name",            "30{ 30{ 06{ 2A8648CE3D0201 } 06{ 2A8648CE3D030107 } } 03{ 00 04 } }", OK, 0, OK },
    { "unknown curve",            "30{ 30{ 06{ 2A8648CE3D0201 } 06{ 2A8648CE3D030101 00 } } 03{ 00 04 } }", E_UNSUPPORTED, 0, E_UNSUPPORTED },
    { "behind the curve",         "30{ 30{ 06{ 2A8648CE3D0201 } 06{ 2A8648CE3D030107 } 05{ } } 03{ 00 04 } }", E_TRAILING, 0, E_TRAILING },
    /* clang-format on */
};

static void keys_of_chips(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(spkis); i++) {
        const struct view spki = ASN1(spkis[i].spki);
        struct view       whole = spki, body, key;
        struct tlv        algorithm;
        struct agreement  a;

        ROW(spkis[i].name);
        EXPECT_CODE(agreement_read(spki, &a, &key, NULL), spkis[i].want);
        if (spkis[i].want == OK && a.kind == AGREEMENT_DH)
            EXPECT(a.dh.q.len == spkis[i].q && view_eq(key, HEX(G_1024)));
        EXPECT_CODE(tlv_expect(&whole, 0x30, &body), OK);
        EXPECT_CODE(tlv_next(&body, &algorithm), OK);
        EXPECT_CODE(agreement_domain_read(algorithm.whole, &a, NULL), spkis[i].domain);
        for (size_t n = 0; n < spki.len && spkis[i].want == OK; n++) { /* every prefix */
            uint8_t *exact = malloc(n + !n);

            EXPECT(exact != NULL);
            memcpy(exact, spki.ptr, n);
            EXPECT(agreement_read(view_of(exact, n), &a, &key, NULL).code != OK);
            free(exact);
        }
    }
}

/* PKCS#3 of unknown order: keys of 512 bits, agreement both ways. */
static void unknown_order(void **state)
{
    (void)state;
    const struct view spki =
        ASN1("30{ 30{ " PKCS3 " 30{ 02{ 00" P_1024 "73 } 02{ 02 } } } " KEY " }");
    struct agreement a;
    struct view      key;
    uint8_t          random[AGREEMENT_RANDOM_LEN], bytes[6][AGREEMENT_PUBLIC_MAX];
    struct buf       d1 = BUF(bytes[0]), y1 = BUF(bytes[1]), d2 = BUF(bytes[2]), y2 = BUF(bytes[3]);
    struct buf       k1 = BUF(bytes[4]), k2 = BUF(bytes[5]);
    bool             good;

    EXPECT_CODE(agreement_read(spki, &a, &key, NULL), OK);
    memset(random, 0x5A, sizeof random);
    EXPECT_CODE(agreement_pair(&a, VIEW(random), &d1, &y1), OK);
    random[40] ^= 0xFF;
    EXPECT_CODE(agreement_pair(&a, VIEW(random), &d2, &y2), OK);
    EXPECT(d1.len == 64 && y1.len == 128);
    EXPECT_CODE(agreement_shared(&a, buf_view(&d1), buf_view(&y2), &k1), OK);
    EXPECT_CODE(agreement_shared(&a, buf_view(&d2), buf_view(&y1), &k2), OK);
    EXPECT_BYTES(buf_view(&k1), buf_view(&k2));
    EXPECT_CODE(agreement_check(&a, HEX("02"), &good), OK);
    EXPECT(good); /* the order is not known: nothing speaks against 2 */
    EXPECT_CODE(agreement_check(&a, HEX("01"), &good), OK);
    EXPECT(!good);
    EXPECT_CODE(agreement_check(&a, HEX(P_1024 "72"), &good), OK);
    EXPECT(!good);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(printed_keys),
        cmocka_unit_test(eac2_worked_example),
        cmocka_unit_test(private_keys),
        cmocka_unit_test(pairs_move_on),
        cmocka_unit_test(a_generator_that_is_none),
        cmocka_unit_test(compressed),
        cmocka_unit_test(keys_of_chips),
        cmocka_unit_test(unknown_order),
    };

    return cmocka_run_group_tests_name("access.agreement", tests, NULL, NULL);
}
