/*
 * aa_check_test: the chip's signatures, made by OpenSSL, in every form that is met.
 *
 * Vectors: Doc 9303-11 (8th ed.) appendix F (M1, F; no key is published there, so that F is signed
 * with one made here).  Which forms must pass: clause 6.1.2; rows D.. are quirks of the field;
 * rows E_0x the ICAO part of TR-03105.
 */
#include "chipauth/aa.h"

#include "parse.h"
#include "signer.h"

#define CHALLENGE "F173589974BF40C6"
#define F_M1                                                                                       \
    "9D2784A67F8E7C659973EA1AEA25D95B6C8F91E5002F369F0FBDCE8A3CEC1991B543F1696546C5524CF23A5303CD" \
    "6C98599F40B79F377B5F3A1406B3B4D8F96784D23AA88DB7E1032A405E69325FA91A6E86F5C71AEA978264C4A207" \
    "446DAD4E7292E2DCDA3024B47DA8"
#define F_WHOLE "6A" F_M1 "C063AA1E6D22FBD976AB0FE73D94D2D9C6D88127BC"

enum { ROOM = 2048 };

static EVP_PKEY *rsa_1024;

/* As many primes as OpenSSL allows for the size: the public key is the same, and made sooner. */
static EVP_PKEY *rsa_of(int bits, unsigned long e)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    EVP_PKEY     *key = NULL;
    BIGNUM       *exponent = BN_new();

    EXPECT(BN_set_word(exponent, e) == 1 && EVP_PKEY_keygen_init(ctx) == 1);
    EXPECT(EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, bits) == 1);
    EXPECT(EVP_PKEY_CTX_set_rsa_keygen_primes(ctx, bits < 4096 ? 3 : 4) == 1);
    EXPECT(EVP_PKEY_CTX_set1_rsa_keygen_pubexp(ctx, exponent) == 1);
    EXPECT(EVP_PKEY_keygen(ctx, &key) == 1);
    BN_free(exponent);
    EVP_PKEY_CTX_free(ctx);
    return key;
}

static struct aa_key key_of(EVP_PKEY *key)
{
    static uint8_t spki[2048];
    struct aa_key  k;

    EXPECT_CODE(aa_key_read(signer_spki(key, spki, sizeof spki), NULL, &k, NULL), OK);
    return k;
}

/* As if the chip had answered so. */
static enum result verdict(const struct aa_key *key, struct view challenge, struct view answer,
                           struct notes *notes)
{
    struct aa    a;
    struct capdu next;
    enum step    todo;
    enum result  r = NOT_RUN;
    struct rapdu last = { 0 };

    EXPECT_CODE(aa_begin(&a, key, challenge, ROOM), OK);
    do {
        EXPECT_CODE(aa_step(&a, last, &next, &todo), OK);
        last = (struct rapdu){ .data = answer, .sw = SW_OK };
    } while (todo == STEP_SEND);
    a.again = false; /* Le is aa_test's */
    EXPECT_CODE(aa_check(&a, &r, notes), OK);
    return r;
}

/* f^d mod n.  ISO/IEC 9796-2 B.6; with_b4: the lesser of that and n less that. */
static struct view sign_raw(EVP_PKEY *key, struct view f, bool with_b4, uint8_t *sig)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    size_t        len = 1024;
    BIGNUM       *n = NULL, *s, *other = BN_new();

    EXPECT(EVP_PKEY_sign_init(ctx) == 1);
    EXPECT(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING) == 1);
    EXPECT(EVP_PKEY_sign(ctx, sig, &len, f.ptr, f.len) == 1);
    EXPECT(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n) == 1);
    s = BN_bin2bn(sig, (int)len, NULL);
    EXPECT(BN_sub(other, n, s) == 1);
    if (with_b4 && BN_cmp(other, s) < 0)
        EXPECT(BN_bn2binpad(other, sig, (int)len) == (int)len);
    BN_free(n);
    BN_free(s);
    BN_free(other);
    EVP_PKEY_CTX_free(ctx);
    return view_of(sig, len);
}

struct form {
    const char *md;
    const char *trailer; /* hex */
    uint8_t     header;
};

/* header | M1 | H(M1 | RND.IFD) | trailer, as long as the modulus; M1 counts up from salt. */
static struct view representative(const struct form *form, size_t len, unsigned salt, uint8_t *f)
{
    const struct view trailer = HEX(form->trailer);
    const size_t      hash_size = (size_t)EVP_MD_get_size(EVP_get_digestbyname(form->md));
    const size_t      m1 = len - 1 - hash_size - trailer.len;
    uint8_t           message[1024];
    unsigned          n = 0;

    f[0] = form->header;
    for (size_t i = 0; i < m1; i++)
        f[1 + i] = (uint8_t)(salt * 31 + i * (7 + (salt >> 8)));
    memcpy(message, f + 1, m1);
    memcpy(message + m1, HEX(CHALLENGE).ptr, 8);
    EXPECT(EVP_Digest(message, m1 + 8, f + 1 + m1, &n, EVP_get_digestbyname(form->md), NULL) == 1);
    memcpy(f + 1 + m1 + hash_size, trailer.ptr, trailer.len);
    return view_of(f, len);
}

static const struct {
    const char  *name;
    struct form  form;
    enum result  want;
    enum note_id note[NOTES_EXPECTED];
} forms[] = {
    /* clang-format off */
    { "E_01 BC, SHA-1",           { "SHA1",   "BC",   0x6A }, SUCCESSFUL, { NOTE_WEAK_HASH } },
    { "33CC, SHA-1",              { "SHA1",   "33CC", 0x6A }, SUCCESSFUL, { NOTE_WEAK_HASH } },
    { "E_03 38CC, SHA-224",       { "SHA224", "38CC", 0x6A }, SUCCESSFUL, { NOTE_NONE } },
    { "E_04 34CC, SHA-256",       { "SHA256", "34CC", 0x6A }, SUCCESSFUL, { NOTE_NONE } },
    { "E_05 36CC, SHA-384",       { "SHA384", "36CC", 0x6A }, SUCCESSFUL, { NOTE_NONE } },
    { "E_06 35CC, SHA-512",       { "SHA512", "35CC", 0x6A }, SUCCESSFUL, { NOTE_NONE } },
    { "E_07 trailer of another",  { "SHA256", "35CC", 0x6A }, FAILED, { NOTE_NONE } },
    { "E_07 BC and SHA-256",      { "SHA256", "BC",   0x6A }, FAILED, { NOTE_NONE } },
    { "E_07 trailer 31CC",        { "SHA1",   "31CC", 0x6A }, FAILED, { NOTE_NONE } },
    { "E_07 trailer 37CC",        { "SHA512", "37CC", 0x6A }, FAILED, { NOTE_NONE } },
    { "E_07 trailer 00CC",        { "SHA256", "00CC", 0x6A }, FAILED, { NOTE_NONE } },
    { "E_07 trailer 0C",          { "SHA1",   "0C",   0x6A }, FAILED, { NOTE_NONE } },
    { "all recovered, no RND.IFD", { "SHA1",  "BC",   0x4A }, FAILED, { NOTE_NONE } },
    { "header 6B",                { "SHA1",   "BC",   0x6B }, FAILED, { NOTE_NONE } },
    { "header 00",                { "SHA1",   "BC",   0x00 }, FAILED, { NOTE_NONE } },
    /* clang-format on */
};

/* Weak keys are noted whatever comes out. */
static void expect_result(enum result want, const enum note_id want_notes[NOTES_EXPECTED],
                          bool weak, enum result got, const struct notes *notes)
{
    enum note_id all[NOTES_EXPECTED];
    size_t       n = 0;

    memcpy(all, want_notes, sizeof all);
    while (all[n] != NOTE_NONE)
        n++;
    if (weak)
        all[n] = NOTE_AA_WEAK_KEY;
    EXPECT(got == want);
    expect_notes(notes, all);
}

static void every_trailer_and_size(void **state)
{
    (void)state;
    static const int sizes[] = { 1024, 1280, 1536, 1792, 2048, 3072 };

    for (size_t s = 0; s < COUNT(sizes); s++) {
        EVP_PKEY     *pkey = rsa_of(sizes[s], s == 1 ? 3 : 65537);
        struct aa_key key = key_of(pkey);

        for (size_t i = 0; i < 2 * COUNT(forms); i++) {
            struct notes notes = { .place = PLACE_DG1 + 14 };
            uint8_t      f[512], sig[1024];

            ROW(forms[i / 2].name);
            const struct view answer = sign_raw(
                pkey, representative(&forms[i / 2].form, (size_t)sizes[s] / 8, (unsigned)i, f),
                i % 2 == 0, sig);

            expect_result(forms[i / 2].want, forms[i / 2].note, sizes[s] < 2048,
                          verdict(&key, HEX(CHALLENGE), answer, &notes), &notes);
        }
        EVP_PKEY_free(pkey);
    }
}

/* The document says SHA-256, the trailer says that it is agreed on. */
static void an_agreed_hash(void **state)
{
    (void)state;
    static const struct form sha256 = { "SHA256", "BC", 0x6A }, sha1 = { "SHA1", "BC", 0x6A };
    struct aa_key            key = key_of(rsa_1024);
    struct notes             notes = { 0 };
    uint8_t                  f[512], sig[1024];

    key.hash = HASH_SHA256;
    EXPECT(verdict(&key, HEX(CHALLENGE),
                   sign_raw(rsa_1024, representative(&sha256, 128, 1, f), false, sig),
                   &notes) == SUCCESSFUL);
    expect_notes(&notes,
                 (enum note_id[NOTES_EXPECTED]){ NOTE_AA_TRAILER, NOTE_AA_WEAK_KEY, NOTE_NONE });
    notes = (struct notes){ 0 };
    EXPECT(verdict(&key, HEX(CHALLENGE),
                   sign_raw(rsa_1024, representative(&sha1, 128, 1, f), false, sig),
                   &notes) == SUCCESSFUL);
    expect_notes(&notes,
                 (enum note_id[NOTES_EXPECTED]){ NOTE_WEAK_HASH, NOTE_AA_WEAK_KEY, NOTE_NONE });
    key.hash = HASH_SHA384;
    EXPECT(verdict(&key, HEX(CHALLENGE),
                   sign_raw(rsa_1024, representative(&sha256, 128, 1, f), false, sig),
                   NULL) == FAILED);
}

static void the_largest_key(void **state)
{
    (void)state;
    EVP_PKEY           *pkey = rsa_of(4096, 65537);
    const struct aa_key key = key_of(pkey);
    uint8_t             f[512], sig[1024];

    for (size_t i = 0; i < 12; i++) {
        ROW(forms[i / 2].name);
        EXPECT(verdict(&key, HEX(CHALLENGE),
                       sign_raw(pkey, representative(&forms[i / 2].form, 512, (unsigned)i, f),
                                i % 2 == 0, sig),
                       NULL) == SUCCESSFUL);
    }
    EVP_PKEY_free(pkey);
}

/* Appendix F: the representative is the standard's own. */
static void worked_example(void **state)
{
    (void)state;
    const struct aa_key key = key_of(rsa_1024);
    uint8_t             sig[1024];

    for (int b4 = 0; b4 < 2; b4++)
        EXPECT(verdict(&key, HEX(CHALLENGE), sign_raw(rsa_1024, HEX(F_WHOLE), b4, sig), NULL) ==
               SUCCESSFUL);
    EXPECT(verdict(&key, HEX("F173589974BF40C7"), sign_raw(rsa_1024, HEX(F_WHOLE), false, sig),
                   NULL) == FAILED); /* a recorded answer to another challenge */
}

static void every_flipped_bit_fails(void **state)
{
    (void)state;
    const struct aa_key key = key_of(rsa_1024);
    uint8_t             sig[1024];
    const struct view   right = sign_raw(rsa_1024, HEX(F_WHOLE), false, sig);

    for (size_t bit = 0; bit < 8 * right.len; bit += EXPECT_STRIDE) {
        sig[bit / 8] ^= (uint8_t)(1U << bit % 8);
        EXPECT(verdict(&key, HEX(CHALLENGE), right, NULL) == FAILED);
        sig[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    EXPECT(verdict(&key, HEX(CHALLENGE), right, NULL) == SUCCESSFUL);
}

/* D4: numbers that begin with a zero octet, both what comes and what is recovered. */
static void leading_zeros(void **state)
{
    (void)state;
    static const struct form sha1 = { "SHA1", "BC", 0x6A };
    const struct aa_key      key = key_of(rsa_1024);
    uint8_t                  f[512], sig[1024];
    unsigned                 met = 0;

    for (unsigned salt = 0; met < 2 && salt < 5000; salt++) {
        const struct view answer =
            sign_raw(rsa_1024, representative(&sha1, 128, salt, f), salt % 2 == 0, sig);

        if (sig[0] != 0)
            continue;
        met++;
        EXPECT(verdict(&key, HEX(CHALLENGE), answer, NULL) == SUCCESSFUL);
        EXPECT(verdict(&key, HEX(CHALLENGE), view_of(sig + 1, 127), NULL) ==
               FAILED); /* no length */
    }
    EXPECT(met > 0);
}

/* Not below the modulus, of any other length, zero, one, the modulus less one. */
static void numbers_that_are_no_signature(void **state)
{
    (void)state;
    const struct aa_key key = key_of(rsa_1024);
    uint8_t             sig[1024], all[130];
    const struct view   right = sign_raw(rsa_1024, HEX(F_WHOLE), false, sig);

    for (size_t n = 0; n < right.len; n++)
        EXPECT(verdict(&key, HEX(CHALLENGE), view_of(right.ptr, n), NULL) == FAILED);
    memcpy(all, key.key.rsa.n.ptr, 128);
    EXPECT(verdict(&key, HEX(CHALLENGE), view_of(all, 128), NULL) == FAILED);
    all[127] ^= 1;
    EXPECT(verdict(&key, HEX(CHALLENGE), view_of(all, 128), NULL) == FAILED);
    memset(all, 0xFF, sizeof all);
    EXPECT(verdict(&key, HEX(CHALLENGE), view_of(all, 128), NULL) == FAILED);
    EXPECT(verdict(&key, HEX(CHALLENGE), view_of(all, 130), NULL) == FAILED);
    memset(all, 0, sizeof all);
    EXPECT(verdict(&key, HEX(CHALLENGE), view_of(all, 128), NULL) == FAILED);
    all[127] = 1;
    EXPECT(verdict(&key, HEX(CHALLENGE), view_of(all, 128), NULL) == FAILED);
}

/* D1: a short answer is never verified; it is undetermined only if no longer one could come. */
static void cut_by_the_reader(void **state)
{
    (void)state;
    static const struct {
        size_t      room, len;
        enum result want;
    } cuts[] = { { 100, 100, UNDETERMINED }, { 127, 127, UNDETERMINED }, { 128, 127, FAILED },
                 { 100, 128, SUCCESSFUL },   { 0, 0, UNDETERMINED },     { 231, 0, FAILED } };
    const struct aa_key key = key_of(rsa_1024);
    uint8_t             sig[1024];

    for (size_t i = 0; i < COUNT(cuts); i++) {
        struct aa    a;
        struct capdu next;
        enum step    todo;
        enum result  r = NOT_RUN;
        struct rapdu last = { 0 };

        EXPECT_CODE(aa_begin(&a, &key, HEX(CHALLENGE), cuts[i].room), OK);
        do {
            EXPECT_CODE(aa_step(&a, last, &next, &todo), OK);
            last.data = view_of(sign_raw(rsa_1024, HEX(F_WHOLE), false, sig).ptr, cuts[i].len);
            last.sw = SW_OK;
        } while (todo == STEP_SEND);
        EXPECT_CODE(aa_check(&a, &r, NULL), OK);
        EXPECT(r == cuts[i].want);
    }
}

static const struct {
    const char   *name, *curve, *md;
    enum hash_alg said;
    bool          der;
    enum result   want;
    enum note_id  note[NOTES_EXPECTED];
} curves[] = {
    /* clang-format off */
    { "E_02 P-256, SHA-256",       "P-256",           "SHA256", HASH_SHA256, false, SUCCESSFUL, { 0 } },
    { "P-224, SHA-224",            "P-224",           "SHA224", HASH_SHA224, false, SUCCESSFUL, { 0 } },
    { "P-192, SHA-1",              "P-192",           "SHA1",   HASH_SHA1, false, SUCCESSFUL, { NOTE_AA_WEAK_KEY, NOTE_WEAK_HASH } },
    { "P-384, SHA-384",            "P-384",           "SHA384", HASH_SHA384, false, SUCCESSFUL, { 0 } },
    { "P-521, SHA-512",            "P-521",           "SHA512", HASH_SHA512, false, SUCCESSFUL, { 0 } },
    { "brainpoolP224r1, SHA-224",  "brainpoolP224r1", "SHA224", HASH_SHA224, false, SUCCESSFUL, { 0 } },
    { "brainpoolP256r1, SHA-256",  "brainpoolP256r1", "SHA256", HASH_SHA256, false, SUCCESSFUL, { 0 } },
    { "brainpoolP320r1, SHA-256",  "brainpoolP320r1", "SHA256", HASH_SHA256, false, SUCCESSFUL, { 0 } },
    { "brainpoolP384r1, SHA-384",  "brainpoolP384r1", "SHA384", HASH_SHA384, false, SUCCESSFUL, { 0 } },
    { "brainpoolP512r1, SHA-512",  "brainpoolP512r1", "SHA512", HASH_SHA512, false, SUCCESSFUL, { 0 } },
    { "D5 DER",                    "P-256",           "SHA256", HASH_SHA256, true, SUCCESSFUL, { NOTE_AA_DER } },
    { "D5 DER, P-521",             "P-521",           "SHA512", HASH_SHA512, true, SUCCESSFUL, { NOTE_AA_DER } },
    { "hash longer than the key",  "P-224",           "SHA256", HASH_SHA256, false, SUCCESSFUL, { NOTE_AA_HASH_LONG } },
    { "SHA-1, and says so",        "P-256",           "SHA1",   HASH_SHA1, false, SUCCESSFUL, { NOTE_WEAK_HASH } },
    { "another hash than said",    "P-256",           "SHA224", HASH_SHA256, false, FAILED, { 0 } },
    { "D6 P-384 by SHA-256",       "P-384",           "SHA256", HASH_NONE, false, SUCCESSFUL, { NOTE_AA_HASH_FOUND } },
    { "D6 P-384 by SHA-384",       "P-384",           "SHA384", HASH_NONE, false, SUCCESSFUL, { NOTE_AA_HASH_FOUND } },
    { "D6 P-521 by SHA-512",       "P-521",           "SHA512", HASH_NONE, false, SUCCESSFUL, { NOTE_AA_HASH_FOUND } },
    { "D6 P-256 by SHA-224",       "P-256",           "SHA224", HASH_NONE, false, SUCCESSFUL, { NOTE_AA_HASH_FOUND } },
    { "D6 P-256 by SHA-1",         "P-256",           "SHA1",   HASH_NONE, false, SUCCESSFUL, { NOTE_AA_HASH_FOUND, NOTE_WEAK_HASH } },
    { "D6 and D5",                 "P-384",           "SHA384", HASH_NONE, true, SUCCESSFUL, { NOTE_AA_HASH_FOUND, NOTE_AA_DER } },
    { "D6 too long is not tried",  "P-256",           "SHA384", HASH_NONE, false, FAILED, { 0 } },
    /* clang-format on */
};

/* r || s of an ECDSA signature in DER, each of half bytes. */
static struct view plain_of(struct view der, size_t half, uint8_t *out)
{
    const uint8_t *at = der.ptr;
    ECDSA_SIG     *sig = d2i_ECDSA_SIG(NULL, &at, (long)der.len);

    EXPECT(sig != NULL && BN_bn2binpad(ECDSA_SIG_get0_r(sig), out, (int)half) == (int)half);
    EXPECT(BN_bn2binpad(ECDSA_SIG_get0_s(sig), out + half, (int)half) == (int)half);
    ECDSA_SIG_free(sig);
    return view_of(out, 2 * half);
}

static void every_curve(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(curves); i++) {
        EVP_PKEY *pkey = signer_ec(curves[i].curve, i % 2 ? "named_curve" : "explicit");
        const struct signer_way way = { .md = curves[i].md };
        struct aa_key           key = key_of(pkey);
        struct notes            notes = { 0 };
        struct signed_by        by;
        uint8_t                 bytes[160];

        ROW(curves[i].name);
        key.hash = curves[i].said;
        signer_sign(pkey, &way, HEX(CHALLENGE), &by);
        const size_t      half = ec_domain(key.key.ec.group)->n.len;
        const struct view plain = plain_of(by.sig, half, bytes);
        const struct view answer = curves[i].der ? by.sig : plain;

        EXPECT(verdict(&key, HEX(CHALLENGE), answer, &notes) == curves[i].want);
        expect_notes(&notes, curves[i].note);
        EXPECT(verdict(&key, HEX("F173589974BF40C7"), answer, NULL) == FAILED);
        EVP_PKEY_free(pkey);
    }
}

static void ecdsa_answers_that_are_none(void **state)
{
    (void)state;
    EVP_PKEY           *pkey = signer_ec("P-256", "named_curve");
    const struct aa_key key = key_of(pkey);
    struct signed_by    by;
    uint8_t             bytes[160], zero[64] = { 0 };

    signer_sign(pkey, &(struct signer_way){ .md = "SHA256" }, HEX(CHALLENGE), &by);
    const struct view plain = plain_of(by.sig, 32, bytes);

    for (size_t n = 0; n < plain.len; n++)
        EXPECT(verdict(&key, HEX(CHALLENGE), view_of(plain.ptr, n), NULL) == FAILED);
    for (size_t bit = 0; bit < 8 * plain.len; bit += 3) {
        bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
        EXPECT(verdict(&key, HEX(CHALLENGE), plain, NULL) == FAILED);
        bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    EXPECT(verdict(&key, HEX(CHALLENGE), VIEW(zero), NULL) == FAILED);
    EVP_PKEY_free(pkey);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_trailer_and_size),
        cmocka_unit_test(the_largest_key),
        cmocka_unit_test(an_agreed_hash),
        cmocka_unit_test(worked_example),
        cmocka_unit_test(every_flipped_bit_fails),
        cmocka_unit_test(leading_zeros),
        cmocka_unit_test(numbers_that_are_no_signature),
        cmocka_unit_test(cut_by_the_reader),
        cmocka_unit_test(every_curve),
        cmocka_unit_test(ecdsa_answers_that_are_none),
    };

    rsa_1024 = signer_rsa(1024, 65537);
    const int failed = cmocka_run_group_tests_name("chipauth.aa_check", tests, NULL, NULL);

    EVP_PKEY_free(rsa_1024);
    return failed;
}
