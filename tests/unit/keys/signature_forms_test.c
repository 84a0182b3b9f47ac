/*
 * signature_forms_test: what does not belong together, and how signatures are written.
 *
 * Signatures are OpenSSL's; the odd forms are the same numbers written otherwise.
 */
#include <openssl/ecdsa.h>

#include "base/der.h"
#include "keys/signature.h"
#include "signer.h"

static const uint8_t digest[32] = { 0x80, 1, 2, 3 };

static struct public_key read_key(EVP_PKEY *pkey, uint8_t *room, size_t cap)
{
    struct view       in = signer_spki(pkey, room, cap);
    struct public_key key;

    EXPECT_CODE(public_key_read(&in, &key, NULL), OK);
    return key;
}

/* Every scheme under every kind of key: only its own does anything but FAILED at once. */
static void strangers_fail(void **state)
{
    static const struct {
        enum scheme   scheme;
        enum key_kind key;
    } pairs[] = {
        { SCHEME_RSA_PKCS1, KEY_RSA },  { SCHEME_RSA_PSS, KEY_RSA }, { SCHEME_ECDSA, KEY_EC },
        { SCHEME_ECDSA_PLAIN, KEY_EC }, { SCHEME_DSA, KEY_DSA },
    };
    static const enum key_kind kinds[] = { KEY_RSA, KEY_EC, KEY_DSA };

    (void)state;
    for (size_t i = 0; i < COUNT(pairs); i++) {
        for (size_t k = 0; k < COUNT(kinds); k++) {
            const struct public_key    key = { .kind = kinds[k] }; /* no numbers: not touched */
            const struct sig_alg       alg = { .scheme = pairs[i].scheme, .hash = HASH_SHA256 };
            const struct signed_digest s = { HASH_SHA256, VIEW(digest), TEXT("signature") };
            enum result                got = NOT_RUN;
            struct notes               notes = { 0 };

            if (kinds[k] == pairs[i].key)
                continue;
            EXPECT_CODE(signature_check(&key, &alg, &s, &got, &notes), OK);
            EXPECT(got == FAILED && notes.n == 0);
        }
    }
}

static void unknown_is_undetermined(void **state)
{
    const struct signed_digest s = { HASH_SHA256, VIEW(digest), TEXT("signature") };
    const struct public_key    none = { 0 }, rsa = { .kind = KEY_RSA };
    const struct sig_alg       no_alg = { 0 }, pkcs1 = { .scheme = SCHEME_RSA_PKCS1 };
    enum result                got = NOT_RUN;

    (void)state;
    EXPECT_CODE(signature_check(&none, &pkcs1, &s, &got, NULL), OK);
    EXPECT(got == UNDETERMINED);
    got = NOT_RUN;
    EXPECT_CODE(signature_check(&rsa, &no_alg, &s, &got, NULL), OK);
    EXPECT(got == UNDETERMINED);
}

static void asked_wrongly(void **state)
{
    const struct public_key rsa = { .kind = KEY_RSA };
    const struct sig_alg    alg = { .scheme = SCHEME_RSA_PKCS1, .hash = HASH_SHA1 };
    const struct sig_alg    beyond = { .scheme = (enum scheme)99 };
    static const struct {
        enum hash_alg hash;
        size_t        len;
    } bad[] = { { HASH_SHA256, 32 }, { HASH_SHA1, 32 }, { HASH_SHA1, 0 }, { HASH_NONE, 0 } };
    enum result got = NOT_RUN;

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        const struct signed_digest s = { bad[i].hash, view_of(digest, bad[i].len), TEXT("s") };

        EXPECT_CODE(signature_check(&rsa, &alg, &s, &got, NULL), E_BUG);
    }
    const struct signed_digest s = { HASH_SHA256, VIEW(digest), TEXT("s") };

    EXPECT_CODE(signature_check(&rsa, &beyond, &s, &got, NULL), E_BUG);
    EXPECT(got == NOT_RUN);
}

/* A DigestInfo as the row has it, padded and signed by OpenSSL.  RFC 8017 clause 9.2. */
static const struct {
    const char *name, *before_digest, *after_digest;
    enum result want;
    bool        note;
} infos[] = {
    /* clang-format off */
    { "RFC 8017 9.2 note 1", "3031300D060960864801650304020105000420", "", SUCCESSFUL, false },
    { "without NULL",        "302F300B06096086480165030402010420",     "", SUCCESSFUL, true  },
    { "SHA-512's identifier", "3031300D060960864801650304020305000420", "", FAILED, false },
    { "BER length",          "308131300D060960864801650304020105000420", "", FAILED, false },
    { "something after (CVE-2006-4339)", "3031300D060960864801650304020105000420", "00", FAILED,
      false },
    { "parameters not NULL", "3031300D060960864801650304020104000420", "", FAILED, false },
    { "the digest alone",    "", "", FAILED, false },
    /* clang-format on */
};

static void sign_info(EVP_PKEY *pkey, struct view info, uint8_t *sig, size_t *len)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);

    EXPECT(EVP_PKEY_sign_init(ctx) == 1); /* no digest named: what is given is padded as it is */
    EXPECT(EVP_PKEY_sign(ctx, sig, len, info.ptr, info.len) == 1);
    EVP_PKEY_CTX_free(ctx);
}

static void digest_infos(void **state)
{
    EVP_PKEY               *pkey = signer_rsa(2048, 65537);
    uint8_t                 spki[1024];
    const struct public_key key = read_key(pkey, spki, sizeof spki);
    const struct sig_alg    alg = { .scheme = SCHEME_RSA_PKCS1, .hash = HASH_SHA256 };

    (void)state;
    for (size_t i = 0; i < COUNT(infos); i++) {
        uint8_t      info_bytes[128], sig[256];
        struct buf   info = BUF(info_bytes);
        size_t       len = sizeof sig;
        struct notes notes = { 0 };
        enum result  got = NOT_RUN;

        ROW(infos[i].name);
        EXPECT_CODE(buf_put(&info, HEX(infos[i].before_digest)), OK);
        EXPECT_CODE(buf_put(&info, VIEW(digest)), OK);
        EXPECT_CODE(buf_put(&info, HEX(infos[i].after_digest)), OK);
        sign_info(pkey, buf_view(&info), sig, &len);
        const struct signed_digest s = { HASH_SHA256, VIEW(digest), view_of(sig, len) };

        EXPECT_CODE(signature_check(&key, &alg, &s, &got, &notes), OK);
        EXPECT(got == infos[i].want);
        EXPECT(note_seen(&notes, NOTE_DIGEST_INFO_NO_NULL) == infos[i].note);
    }
    EVP_PKEY_free(pkey);
}

/* E6: a key of id-RSASSA-PSS that signs under PKCS#1 is verified, and noted. */
static void pss_key_signs_otherwise(void **state)
{
    EVP_PKEY            *pkey = signer_rsa(2048, 65537);
    uint8_t              spki[1024], sig[256];
    struct public_key    key = read_key(pkey, spki, sizeof spki);
    uint8_t              info_bytes[128];
    struct buf           info = BUF(info_bytes);
    size_t               len = sizeof sig;
    const struct sig_alg alg = { .scheme = SCHEME_RSA_PKCS1, .hash = HASH_SHA256 };
    struct notes         notes = { 0 };
    enum result          got = NOT_RUN;

    (void)state;
    key.pss_only = true;
    EXPECT_CODE(buf_put(&info, HEX(infos[0].before_digest)), OK);
    EXPECT_CODE(buf_put(&info, VIEW(digest)), OK);
    sign_info(pkey, buf_view(&info), sig, &len);
    const struct signed_digest s = { HASH_SHA256, VIEW(digest), view_of(sig, len) };

    EXPECT_CODE(signature_check(&key, &alg, &s, &got, &notes), OK);
    EXPECT(got == SUCCESSFUL && note_seen(&notes, NOTE_PSS_KEY_OTHERWISE));
    EVP_PKEY_free(pkey);
}

/* Octets put before r and s, and whether the sign octet that DER wants is left out. */
static const struct {
    const char *name, *before_r, *before_s;
    bool        bare; /* the magnitude without its sign octet */
    enum result want;
    bool        note;
} written[] = {
    /* clang-format off */
    { "as DER has it",        "",     "",   false, SUCCESSFUL, false },
    { "E12 zero before r",    "00",   "",   false, SUCCESSFUL, true  },
    { "E12 zeros before both", "0000", "00", false, SUCCESSFUL, true },
    { "E12 negative",         "",     "",   true,  SUCCESSFUL, true  },
    { "FF before r",          "FF",   "",   false, FAILED,     false },
    { "01 before s",          "",     "01", false, FAILED,     false },
    /* clang-format on */
};

/* OpenSSL signs until both r and s have their first bit set, so that every row differs. */
static void sign_high(EVP_PKEY *pkey, uint8_t r[32], uint8_t s[32])
{
    do {
        uint8_t              der[128];
        size_t               len = sizeof der;
        const unsigned char *p = der;

        sign_info(pkey, VIEW(digest), der, &len);
        ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &p, (long)len);

        EXPECT(BN_bn2binpad(ECDSA_SIG_get0_r(sig), r, 32) == 32);
        EXPECT(BN_bn2binpad(ECDSA_SIG_get0_s(sig), s, 32) == 32);
        ECDSA_SIG_free(sig);
    } while ((r[0] & s[0] & 0x80) == 0);
}

static void put_integer(struct buf *out, const char *before, bool bare, const uint8_t n[32])
{
    uint8_t    bytes[64];
    struct buf b = BUF(bytes);

    EXPECT_CODE(buf_put(&b, HEX(before)), OK);
    if (!bare)
        EXPECT_CODE(buf_u8(&b, 0), OK);
    EXPECT_CODE(buf_put(&b, view_of(n, 32)), OK);
    EXPECT_CODE(tlv_put(out, DER_INTEGER, buf_view(&b)), OK);
}

static void ecdsa_written(void **state)
{
    EVP_PKEY               *pkey = signer_ec("P-256", "named_curve");
    uint8_t                 spki[1024], r[32], s[32];
    const struct public_key key = read_key(pkey, spki, sizeof spki);
    const struct sig_alg    alg = { .scheme = SCHEME_ECDSA, .hash = HASH_SHA256 };

    (void)state;
    sign_high(pkey, r, s);
    for (size_t i = 0; i < COUNT(written); i++) {
        uint8_t      body_bytes[256], sig_bytes[256];
        struct buf   body = BUF(body_bytes), sig = BUF(sig_bytes);
        struct notes notes = { 0 };
        enum result  got = NOT_RUN;

        ROW(written[i].name);
        put_integer(&body, written[i].before_r, written[i].bare, r);
        put_integer(&body, written[i].before_s, written[i].bare, s);
        EXPECT_CODE(tlv_put(&sig, DER_SEQUENCE, buf_view(&body)), OK);
        const struct signed_digest sd = { HASH_SHA256, VIEW(digest), buf_view(&sig) };

        EXPECT_CODE(signature_check(&key, &alg, &sd, &got, &notes), OK);
        EXPECT(got == written[i].want);
        EXPECT(note_seen(&notes, NOTE_SIGNATURE_NOT_DER) == written[i].note);
    }
    EVP_PKEY_free(pkey);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strangers_fail),          cmocka_unit_test(unknown_is_undetermined),
        cmocka_unit_test(asked_wrongly),           cmocka_unit_test(digest_infos),
        cmocka_unit_test(pss_key_signs_otherwise), cmocka_unit_test(ecdsa_written),
    };

    return cmocka_run_group_tests_name("keys.signature_forms", tests, NULL, NULL);
}
