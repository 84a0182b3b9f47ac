/*
 * aa_chip_test: the chip's signatures, judged by OpenSSL's public operations; each fault; and
 * how much of a long signature which chip hands out.
 *
 * Vectors: Doc 9303-11 (8th ed.) Appendix F.1: for its M1 and RND.IFD the string F is printed
 * there, whatever key signs it.
 */
#include "chip/aa_chip.h"

#include <openssl/rand.h>

#include "paper.h"
#include "signer.h"

#define RND_IFD "F173589974BF40C6"

static const char m1_of_f[] =
    "9D2784A67F8E7C659973EA1AEA25D95B6C8F91E5002F369F0FBDCE8A3CEC1991B543F1696546C5524CF23A53"
    "03CD6C98599F40B79F377B5F3A1406B3B4D8F96784D23AA88DB7E1032A405E69325FA91A6E86F5C71AEA9782"
    "64C4A207446DAD4E7292E2DCDA3024B47DA8";
static const char f_of_f[] =
    "6A9D2784A67F8E7C659973EA1AEA25D95B6C8F91E5002F369F0FBDCE8A3CEC1991B543F1696546C5524CF23A"
    "5303CD6C98599F40B79F377B5F3A1406B3B4D8F96784D23AA88DB7E1032A405E69325FA91A6E86F5C71AEA97"
    "8264C4A207446DAD4E7292E2DCDA3024B47DA8C063AA1E6D22FBD976AB0FE73D94D2D9C6D88127BC";

static void draw_m1(uint8_t *out, size_t len)
{
    const struct view v = HEX(m1_of_f);

    for (size_t i = 0; i < len; i++)
        out[i] = v.ptr[i % v.len];
}

static void draw(uint8_t *out, size_t len)
{
    EXPECT(RAND_bytes(out, (int)len) == 1);
}

static void paper_key(const struct paper *p, const char *name, EVP_PKEY *key)
{
    uint8_t  *der = NULL;
    const int len = i2d_PrivateKey(key, &der);

    EXPECT(len > 0);
    paper_write(p, name, view_of(der, (size_t)len));
    OPENSSL_free(der);
}

/* The chip of [aa] with this key, which stays the caller's. */
static struct aa_chip aa_with(const char *lines, EVP_PKEY *key)
{
    struct paper    p;
    struct settings s;
    struct problem  why = { "" };
    struct aa_chip  a;
    char            ini[256];

    snprintf(ini, sizeof ini, "[aa]\n%s\n", lines);
    paper_folder(&p, ini);
    paper_key(&p, "aa.key", key);
    EXPECT_CODE(settings_parse(&s, "ini", text_of(ini), &why), OK);
    if (aa_chip_read(&a, &s, p.dir, &why).code != OK)
        fail_msg("[%s] %s", expect_row, why.text);
    EXPECT_CODE(settings_unused(&s, &why), OK);
    settings_free(&s);
    paper_remove(&p);
    return a;
}

/* Another key's signature may be no number below n. */
static bool is_below_n(EVP_PKEY *key, struct view s)
{
    BIGNUM    *n = NULL, *number = BN_bin2bn(s.ptr, (int)s.len, NULL);
    const bool below =
        EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n) == 1 && BN_cmp(number, n) < 0;

    BN_free(n);
    BN_free(number);
    return below;
}

/* s^e mod n, as long as n. */
static struct view recover(EVP_PKEY *key, struct view s, uint8_t *room)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
    size_t        len = AA_CHIP_MAX;

    EXPECT(EVP_PKEY_verify_recover_init(ctx) == 1);
    EXPECT(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING) == 1);
    EXPECT(EVP_PKEY_verify_recover(ctx, room, &len, s.ptr, s.len) == 1);
    EVP_PKEY_CTX_free(ctx);
    return view_of(room, len);
}

static void appendix_f(void **state)
{
    EVP_PKEY      *key = signer_rsa(1024, 65537);
    struct aa_chip a = aa_with("hash = sha1", key);
    uint8_t        room[AA_CHIP_MAX], opened[AA_CHIP_MAX];
    struct buf     s = BUF(room);

    (void)state;
    ROW("F.1");
    EXPECT_CODE(aa_chip_sign(&a, HEX(RND_IFD), draw_m1, &s), OK);
    EXPECT(s.len == 128);
    EXPECT_BYTES(recover(key, buf_view(&s), opened), HEX(f_of_f));
    aa_chip_free(&a);
    EVP_PKEY_free(key);
}

/* Is it a signature of scheme 1 over the challenge?  trailer "" is BC. */
static bool good_rsa(EVP_PKEY *key, struct view s, const char *md, const char *trailer, bool b4)
{
    uint8_t           room[AA_CHIP_MAX], message[AA_CHIP_MAX], digest[EVP_MAX_MD_SIZE];
    struct view       f;
    const struct view tail = HEX(trailer);
    unsigned          hash = 0;
    BIGNUM           *n = NULL, *j;

    if (!is_below_n(key, s))
        return false;
    f = recover(key, s, room);
    j = BN_bin2bn(f.ptr, (int)f.len, NULL);
    EXPECT(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n) == 1);
    if (b4 && (f.ptr[f.len - 1] & 15) != 12) { /* B.4: f or n - f */
        EXPECT(BN_sub(j, n, j) == 1 && BN_bn2binpad(j, room, (int)f.len) == (int)f.len);
    }
    BN_free(n);
    BN_free(j);
    hash = (unsigned)EVP_MD_get_size(EVP_get_digestbyname(md));
    const size_t more = f.len - 1 - hash - tail.len;

    memcpy(message, f.ptr + 1, more);
    memcpy(message + more, HEX(RND_IFD).ptr, 8);
    EXPECT(EVP_Digest(message, more + 8, digest, &hash, EVP_get_digestbyname(md), NULL) == 1);
    return s.len == f.len && f.ptr[0] == 0x6A && memcmp(f.ptr + 1 + more, digest, hash) == 0 &&
           memcmp(f.ptr + f.len - tail.len, tail.ptr, tail.len) == 0;
}

/* Annex B.4 hands out the smaller of s and n - s. */
static bool in_lower_half(EVP_PKEY *key, struct view s)
{
    BIGNUM    *n = NULL, *one = BN_bin2bn(s.ptr, (int)s.len, NULL);
    const bool lower = EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n) == 1 &&
                       BN_lshift1(one, one) == 1 && BN_cmp(one, n) < 0;

    BN_free(n);
    BN_free(one);
    return lower;
}

static const struct {
    const char *name, *lines, *md, *trailer;
    unsigned    bits;
    bool        b4;
} rsa_rows[] = {
    /* clang-format off */
    { "1024, SHA-1, BC",      "hash = sha1",                              "SHA1",   "BC",   1024, false },
    { "1024, SHA-1, 33CC",    "hash = sha1\ntrailer = 33cc",              "SHA1",   "33CC", 1024, false },
    { "1024, SHA-224",        "hash = sha224",                            "SHA224", "38CC", 1024, false },
    { "1024, SHA-256",        "hash = sha256",                            "SHA256", "34CC", 1024, false },
    { "1024, SHA-384",        "hash = sha384",                            "SHA384", "36CC", 1024, false },
    { "1024, SHA-512",        "hash = sha512",                            "SHA512", "35CC", 1024, false },
    { "SHA-256 under BC",     "hash = sha256\ntrailer = bc",              "SHA256", "BC",   1024, false },
    { "1280, B.4",            "hash = sha256\nrepresentative = b4",       "SHA256", "34CC", 1280, true },
    { "1024, BC, B.4",        "hash = sha1\nrepresentative = b4",         "SHA1",   "BC",   1024, true },
    { "1792",                 "hash = sha1",                              "SHA1",   "BC",   1792, false },
    { "2048",                 "hash = sha256",                            "SHA256", "34CC", 2048, false },
    { "4096",                 "hash = sha512",                            "SHA512", "35CC", 4096, false },
    /* clang-format on */
};

static void rsa_signatures(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rsa_rows); i++) {
        ROW(rsa_rows[i].name);
        EVP_PKEY      *key = signer_rsa(rsa_rows[i].bits, 65537);
        struct aa_chip a = aa_with(rsa_rows[i].lines, key);

        for (int round = 0; round < 8; round++) { /* B.4: both of s and n - s come up */
            uint8_t    room[AA_CHIP_MAX];
            struct buf s = BUF(room);

            EXPECT_CODE(aa_chip_sign(&a, HEX(RND_IFD), draw, &s), OK);
            EXPECT(
                good_rsa(key, buf_view(&s), rsa_rows[i].md, rsa_rows[i].trailer, rsa_rows[i].b4));
            EXPECT(!rsa_rows[i].b4 || in_lower_half(key, buf_view(&s)));
        }
        aa_chip_free(&a);
        EVP_PKEY_free(key);
    }
}

/* Does OpenSSL take it?  plain: r and s side by side, each as long as the order. */
static bool good_ec(EVP_PKEY *key, struct view s, const char *md, bool plain)
{
    const size_t half = ((size_t)EVP_PKEY_get_bits(key) + 7) / 8;
    EVP_MD_CTX  *ctx = EVP_MD_CTX_new();
    uint8_t     *der = NULL;
    int          len;
    bool         good;

    if (plain) {
        ECDSA_SIG *sig = ECDSA_SIG_new();

        EXPECT(ECDSA_SIG_set0(sig, BN_bin2bn(s.ptr, (int)half, NULL),
                              BN_bin2bn(s.ptr + half, (int)half, NULL)) == 1);
        len = i2d_ECDSA_SIG(sig, &der);
        ECDSA_SIG_free(sig);
    } else {
        der = OPENSSL_memdup(s.ptr, s.len);
        len = (int)s.len;
    }
    EXPECT(EVP_DigestVerifyInit_ex(ctx, NULL, md, NULL, NULL, key, NULL) == 1);
    good = (!plain || s.len == 2 * half) &&
           EVP_DigestVerify(ctx, der, (size_t)len, HEX(RND_IFD).ptr, 8) == 1;
    OPENSSL_free(der);
    EVP_MD_CTX_free(ctx);
    return good;
}

static const struct {
    const char *name, *curve, *lines, *md;
    bool        plain;
} ec_rows[] = {
    /* clang-format off */
    { "P-256",                 "P-256",           "",                           "SHA256", true },
    { "P-224, SHA-224",        "P-224",           "hash = sha224",              "SHA224", true },
    { "P-521, SHA-512",        "P-521",           "hash = sha512",              "SHA512", true },
    { "brainpoolP320r1",       "brainpoolP320r1", "hash = sha256",              "SHA256", true },
    { "brainpoolP384r1",       "brainpoolP384r1", "hash = sha384",              "SHA384", true },
    { "hash over the order",   "brainpoolP224r1", "hash = sha256",              "SHA256", true },
    { "DER",                   "P-256",           "form = der",                 "SHA256", false },
    { "P-521 in DER",          "P-521",           "hash = sha512\nform = der",  "SHA512", false },
    /* clang-format on */
};

static void ec_signatures(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(ec_rows); i++) {
        ROW(ec_rows[i].name);
        EVP_PKEY      *key = signer_ec(ec_rows[i].curve, i % 2 ? "explicit" : "named_curve");
        struct aa_chip a = aa_with(ec_rows[i].lines, key);
        uint8_t        room[AA_CHIP_MAX];
        struct buf     s = BUF(room);

        EXPECT_CODE(aa_chip_sign(&a, HEX(RND_IFD), draw, &s), OK);
        EXPECT(good_ec(key, buf_view(&s), ec_rows[i].md, ec_rows[i].plain));
        aa_chip_free(&a);
        EVP_PKEY_free(key);
    }
}

/* What a fault leaves right: with other eyes the signature is a good one. */
static const struct {
    const char *fault;
    bool        ec;
    int         more; /* bytes beside the right length */
} faults[] = {
    { "wrong-signature", true, 0 }, { "wrong-challenge", true, 0 },
    { "wrong-hash", true, 0 },      { "wrong-trailer", false, 0 },
    { "wrong-header", false, 0 },   { "other-key", true, 0 },
    { "short", true, -1 },          { "long", true, 1 },
};

static void faults_hold(void **state)
{
    EVP_PKEY *rsa = signer_rsa(1024, 65537), *ec = signer_ec("P-256", "named_curve");

    (void)state;
    for (size_t i = 0; i < 2 * COUNT(faults); i++) {
        const bool on_ec = i % 2 != 0;
        char       lines[64];
        uint8_t    room[AA_CHIP_MAX];
        struct buf s = BUF(room);

        ROW(faults[i / 2].fault);
        if (on_ec && !faults[i / 2].ec)
            continue;
        snprintf(lines, sizeof lines, "fault = %s", faults[i / 2].fault);
        struct aa_chip a = aa_with(lines, on_ec ? ec : rsa);

        EXPECT_CODE(aa_chip_sign(&a, HEX(RND_IFD), draw, &s), OK);
        EXPECT((int)s.len == (on_ec ? 64 : 128) + faults[i / 2].more);
        if (on_ec)
            EXPECT(!good_ec(ec, buf_view(&s), "SHA256", true));
        else if (faults[i / 2].more == 0)
            EXPECT(!good_rsa(rsa, buf_view(&s), "SHA256", "34CC", false));
        if (strcmp(faults[i / 2].fault, "wrong-hash") == 0 && !on_ec) /* else all is as told */
            EXPECT(good_rsa(rsa, buf_view(&s), "SHA224", "34CC", false));
        if (strcmp(faults[i / 2].fault, "wrong-trailer") == 0)
            EXPECT(good_rsa(rsa, buf_view(&s), "SHA256", "34CA", false));
        aa_chip_free(&a);
    }
    EVP_PKEY_free(rsa);
    EVP_PKEY_free(ec);
}

/* The chip's answer to INTERNAL AUTHENTICATE: bytes of data, status word; then the rest. */
static const struct {
    const char *name, *le, *command;
    size_t      len;
    uint16_t    sw;
    const char *then; /* GET RESPONSE */
    size_t      then_len;
} le_rows[] = {
    /* clang-format off */
    { "short Le, 384 bytes",            "whole",       "0088000008" RND_IFD "00",           0,   0x6700, NULL, 0 },
    { "extended",                       "whole",       "00880000000008" RND_IFD "0000",     384, 0x9000, NULL, 0 },
    { "extended, exactly",              "whole",       "00880000000008" RND_IFD "0180",     384, 0x9000, NULL, 0 },
    { "extended, one too few",          "whole",       "00880000000008" RND_IFD "017F",     0,   0x6700, NULL, 0 },
    { "cut: D1",                        "cut",         "0088000008" RND_IFD "00",           256, 0x9000, NULL, 0 },
    { "cut, Le 231",                    "cut",         "0088000008" RND_IFD "E7",           231, 0x9000, NULL, 0 },
    { "cut, extended",                  "cut",         "00880000000008" RND_IFD "0000",     384, 0x9000, NULL, 0 },
    { "nothing for the most: D2",       "nothing",     "00880000000008" RND_IFD "0000",     0,   0x9000, NULL, 0 },
    { "nothing, exactly",               "nothing",     "00880000000008" RND_IFD "0180",     384, 0x9000, NULL, 0 },
    { "the rest after 61xx: D3",        "rest",        "0088000008" RND_IFD "00",           256, 0x6180, "00C0000080", 128 },
    { "the rest, Le 00",                "rest",        "0088000008" RND_IFD "00",           256, 0x6180, "00C0000000", 128 },
    { "the rest, extended",             "rest",        "00880000000008" RND_IFD "0000",     384, 0x9000, NULL, 0 },
    { "the rest inside",                "rest-inside", "0088000008" RND_IFD "00",           256, 0x6180, "00C0000080", 128 },
    { "no Le",                          "whole",       "0088000008" RND_IFD,                0,   0x6700, NULL, 0 },
    { "a challenge of seven bytes",     "whole",       "0088000007F173589974BF4000",        0,   0x6700, NULL, 0 },
    { "P2 01",                          "whole",       "0088000108" RND_IFD "00",           0,   0x6A86, NULL, 0 },
    /* clang-format on */
};

static void answers_of_all_lengths(void **state)
{
    EVP_PKEY *key = signer_rsa(3072, 65537);

    (void)state;
    for (size_t i = 0; i < COUNT(le_rows); i++) {
        struct paper       p;
        struct problem     why = { "" };
        struct chip_answer a;
        char               ini[128];
        uint8_t            whole[AA_CHIP_MAX];
        struct buf         s = BUF(whole);
        struct view        v;

        ROW(le_rows[i].name);
        snprintf(ini, sizeof ini, "[document]\naccess = plain\n[aa]\nle = %s\n", le_rows[i].le);
        paper_folder(&p, ini);
        paper_key(&p, "aa.key", key);
        p.chip = chip_new(p.dir, &why);
        EXPECT(p.chip != NULL);
        v = paper_ask(&p, HEX(le_rows[i].command), &a);
        EXPECT(v.len == le_rows[i].len + 2);
        EXPECT((v.ptr[v.len - 2] << 8 | v.ptr[v.len - 1]) == le_rows[i].sw);
        EXPECT_CODE(buf_put(&s, view_of(v.ptr, v.len - 2)), OK);
        if (le_rows[i].then != NULL) {
            v = paper_ask(&p, HEX(le_rows[i].then), &a);
            EXPECT(v.len == le_rows[i].then_len + 2);
            EXPECT_BYTES(view_of(v.ptr + v.len - 2, 2), HEX("9000"));
            EXPECT_CODE(buf_put(&s, view_of(v.ptr, v.len - 2)), OK);
        }
        if (s.len == 384)
            EXPECT(good_rsa(key, buf_view(&s), "SHA256", "34CC", false));
        ROW("nothing is left over");
        EXPECT_BYTES(paper_ask(&p, HEX("00C0000000"), &a), HEX("6D00"));
        paper_remove(&p);
    }
    EVP_PKEY_free(key);
}

static const struct {
    const char *name, *lines;
    bool        ec;
} refused[] = {
    { "hash md5", "hash = md5", false },
    { "trailer 31CC", "trailer = 31cc", false },
    { "no such fault", "fault = worn", false },
    { "EC has no trailer", "fault = wrong-trailer", true },
    { "no such key", "key = bb.key", false },
    { "EF.COM is no key", "key = EF.COM.bin", false },
};

static void others_are_refused(void **state)
{
    EVP_PKEY *rsa = signer_rsa(1024, 65537), *ec = signer_ec("P-256", "named_curve");

    (void)state;
    for (size_t i = 0; i < COUNT(refused); i++) {
        struct paper   p;
        struct problem why = { "" };
        char           ini[128];

        ROW(refused[i].name);
        snprintf(ini, sizeof ini, "[document]\naccess = plain\n[aa]\n%s\n", refused[i].lines);
        paper_folder(&p, ini);
        paper_key(&p, "aa.key", refused[i].ec ? ec : rsa);
        EXPECT(chip_new(p.dir, &why) == NULL && why.text[0] != '\0');
        paper_remove(&p);
    }
    EVP_PKEY_free(rsa);
    EVP_PKEY_free(ec);
}

static void others_have_none(void **state)
{
    struct paper       p;
    struct problem     why = { "" };
    struct chip_answer a;

    (void)state;
    paper_make(&p, "[document]\naccess = plain\n", &why);
    EXPECT_BYTES(paper_ask(&p, HEX("0088000008" RND_IFD "00"), &a), HEX("6D00"));
    paper_remove(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appendix_f),         cmocka_unit_test(rsa_signatures),
        cmocka_unit_test(ec_signatures),      cmocka_unit_test(faults_hold),
        cmocka_unit_test(others_are_refused), cmocka_unit_test(answers_of_all_lengths),
        cmocka_unit_test(others_have_none),
    };

    return cmocka_run_group_tests_name("sim.aa_chip", tests, NULL, NULL);
}
