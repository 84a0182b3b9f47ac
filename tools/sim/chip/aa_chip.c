/* aa_chip: see aa_chip.h. */
#include "chip/aa_chip.h"

#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>

#include "chip/words.h"

/* The hashes in the order of the words, each with ISO/IEC 10118's number for the trailer. */
static const struct {
    const char *name;
    uint8_t     number;
} hashes[] = {
    /* clang-format off */
    { "SHA1",   0x33 },
    { "SHA224", 0x38 },
    { "SHA256", 0x34 },
    { "SHA384", 0x36 },
    { "SHA512", 0x35 },
    /* clang-format on */
};

enum { HASH_SHA1 = 0, HASH_SHA256 = 2 };
enum { TRAILER_AUTO, TRAILER_IMPLICIT };
enum { FORM_PLAIN, FORM_DER };
enum { BY_B6, BY_B4 };

static const struct words settings_of_aa[] = {
    /* clang-format off */
    { "aa", "hash",           "sha1 sha224 sha256 sha384 sha512",      HASH_SHA256 },
    { "aa", "trailer",        "auto bc 33cc 38cc 34cc 36cc 35cc",      TRAILER_AUTO },
    { "aa", "form",           "plain der",                             FORM_PLAIN },
    { "aa", "representative", "b6 b4",                                 BY_B6 },
    { "aa", "le",             "whole cut nothing rest rest-inside",    AA_LE_WHOLE },
    { "aa", "fault",          "none wrong-signature wrong-challenge wrong-hash wrong-trailer "
                              "wrong-header other-key short long",     AA_FAULTLESS },
    /* clang-format on */
};

static struct err read_key(struct aa_chip *a, const char *folder, const char *name,
                           struct problem *why)
{
    EVP_PKEY *other;

    TRY(key_file_read(folder, name, &a->key, why));
    if (!EVP_PKEY_is_a(a->key, "RSA") && !EVP_PKEY_is_a(a->key, "EC"))
        return problem_set(why, E_MALFORMED, "%s/%s: neither RSA nor EC", folder, name);
    if (EVP_PKEY_is_a(a->key, "RSA") && EVP_PKEY_get_bits(a->key) % 8 != 0)
        return problem_set(why, E_MALFORMED, "%s/%s: not whole bytes of modulus", folder, name);
    if (EVP_PKEY_is_a(a->key, "EC") &&
        (a->fault == AA_WRONG_TRAILER || a->fault == AA_WRONG_HEADER))
        return problem_set(why, E_MALFORMED, "document.ini: [aa] fault needs an RSA key");
    if (a->fault != AA_OTHER_KEY)
        return SUCCESS;
    other = key_file_another(a->key);
    EVP_PKEY_free(a->key);
    a->key = other;
    return other != NULL ? SUCCESS : problem_set(why, E_CRYPTO, "no other key could be made");
}

struct err aa_chip_read(struct aa_chip *a, struct settings *s, const char *folder,
                        struct problem *why)
{
    long *const fields[] = {
        &a->hash, &a->trailer, &a->form, &a->representative, &a->le, &a->fault
    };
    struct err e;

    *a = (struct aa_chip){ 0 };
    if (settings_find(s, "aa", "") == NULL)
        return SUCCESS;
    for (size_t i = 0; i < sizeof settings_of_aa / sizeof *settings_of_aa; i++)
        TRY(words_read(&settings_of_aa[i], s, fields[i], why));
    e = read_key(a, folder, settings_text(s, "aa", "key", "aa.key"), why);
    if (e.code != OK)
        aa_chip_free(a);
    return e;
}

void aa_chip_free(struct aa_chip *a)
{
    EVP_PKEY_free(a->key);
    *a = (struct aa_chip){ 0 };
}

/* The hash that is computed, which a fault makes another than the one that is told. */
static const char *hash_used(const struct aa_chip *a)
{
    if (a->fault != AA_WRONG_HASH)
        return hashes[a->hash].name;
    return a->hash == HASH_SHA256 ? "SHA224" : "SHA256";
}

static struct err digest(const struct aa_chip *a, struct view m1, struct view m2, struct buf *out)
{
    EVP_MD_CTX  *ctx = EVP_MD_CTX_new();
    EVP_MD      *md = EVP_MD_fetch(NULL, hash_used(a), NULL);
    uint8_t      value[EVP_MAX_MD_SIZE];
    unsigned int len = 0;
    const bool   good = ctx != NULL && md != NULL && EVP_DigestInit_ex2(ctx, md, NULL) == 1 &&
                      EVP_DigestUpdate(ctx, m1.ptr, m1.len) == 1 &&
                      EVP_DigestUpdate(ctx, m2.ptr, m2.len) == 1 &&
                      EVP_DigestFinal_ex(ctx, value, &len) == 1;

    EVP_MD_free(md);
    EVP_MD_CTX_free(ctx);
    CHECK(good, E_CRYPTO);
    return buf_put(out, view_of(value, len));
}

static size_t hash_len(const struct aa_chip *a)
{
    EVP_MD   *md = EVP_MD_fetch(NULL, hash_used(a), NULL);
    const int len = md != NULL ? EVP_MD_get_size(md) : 0;

    EVP_MD_free(md);
    return (size_t)len;
}

/* ISO/IEC 9796-2 §9.2.3: BC says nothing of the hash (SHA-1 by agreement), xxCC names it. */
static size_t put_trailer(const struct aa_chip *a, uint8_t out[2])
{
    static const uint8_t by_word[] = { 0, 0, 0x33, 0x38, 0x34, 0x36, 0x35 };
    const bool           one =
        a->trailer == TRAILER_IMPLICIT || (a->trailer == TRAILER_AUTO && a->hash == HASH_SHA1);
    size_t len = 0;

    if (!one)
        out[len++] = a->trailer == TRAILER_AUTO ? hashes[a->hash].number : by_word[a->trailer];
    out[len++] = one ? 0xBC : 0xCC;
    if (a->fault == AA_WRONG_TRAILER)
        out[len - 1] ^= 0x06; /* ends with A, which no trailer does */
    return len;
}

/* F, as long as the modulus. */
static struct err recoverable(const struct aa_chip *a, struct view challenge,
                              aa_chip_random *random, struct buf *f)
{
    const size_t whole = (size_t)EVP_PKEY_get_bits(a->key) / 8;
    uint8_t      trailer[2], m1[AA_CHIP_MAX];
    const size_t tail = put_trailer(a, trailer), hash = hash_len(a);
    size_t       more;

    CHECK(hash != 0 && whole <= sizeof m1 && whole > 1 + hash + tail, E_CRYPTO);
    more = whole - 1 - hash - tail;
    random(m1, more);
    /* 01 partial recovery, more data, padding 0, and 1010 at its end. */
    TRY(buf_u8(f, a->fault == AA_WRONG_HEADER ? 0x4A : 0x6A));
    TRY(buf_put(f, view_of(m1, more)));
    TRY(digest(a, view_of(m1, more), challenge, f));
    return buf_put(f, view_of(trailer, tail));
}

static bool raw_power(EVP_PKEY *key, struct view f, uint8_t *s, size_t len)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    const bool    good = ctx != NULL && EVP_PKEY_sign_init(ctx) == 1 &&
                      EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING) == 1 &&
                      EVP_PKEY_sign(ctx, s, &len, f.ptr, f.len) == 1 && len == f.len;

    EVP_PKEY_CTX_free(ctx);
    return good;
}

/* Annex B.4: of s and n - s the smaller. */
static bool take_smaller(EVP_PKEY *key, uint8_t *s, size_t len)
{
    BIGNUM *n = NULL, *one = BN_bin2bn(s, (int)len, NULL), *two = BN_new();
    bool    good = one != NULL && two != NULL &&
                EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n) == 1 &&
                BN_sub(two, n, one) == 1;

    if (good && BN_cmp(two, one) < 0)
        good = BN_bn2binpad(two, s, (int)len) == (int)len;
    BN_free(n);
    BN_free(one);
    BN_free(two);
    return good;
}

static struct err sign_rsa(const struct aa_chip *a, struct view challenge, aa_chip_random *random,
                           struct buf *out)
{
    uint8_t    room[AA_CHIP_MAX], s[AA_CHIP_MAX];
    struct buf f = BUF(room);

    TRY(recoverable(a, challenge, random, &f));
    CHECK(raw_power(a->key, buf_view(&f), s, sizeof s), E_CRYPTO);
    CHECK(a->representative == BY_B6 || take_smaller(a->key, s, f.len), E_CRYPTO);
    return buf_put(out, view_of(s, f.len));
}

/* TR-03111 §5.2.1: r and s, each as long as the group's order. */
static struct err put_plain(EVP_PKEY *key, struct view der, struct buf *out)
{
    const unsigned char *at = der.ptr;
    ECDSA_SIG           *sig = d2i_ECDSA_SIG(NULL, &at, (long)der.len);
    const int            half = (EVP_PKEY_get_bits(key) + 7) / 8;
    uint8_t              rs[2 * 72];
    const bool           good = sig != NULL && half <= 72 &&
                      BN_bn2binpad(ECDSA_SIG_get0_r(sig), rs, half) == half &&
                      BN_bn2binpad(ECDSA_SIG_get0_s(sig), rs + half, half) == half;

    ECDSA_SIG_free(sig);
    CHECK(good, E_CRYPTO);
    return buf_put(out, view_of(rs, 2 * (size_t)half));
}

static struct err sign_ec(const struct aa_chip *a, struct view challenge, struct buf *out)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    uint8_t     der[AA_CHIP_MAX];
    size_t      len = sizeof der;
    const bool  good =
        ctx != NULL &&
        EVP_DigestSignInit_ex(ctx, NULL, hash_used(a), NULL, NULL, a->key, NULL) == 1 &&
        EVP_DigestSign(ctx, der, &len, challenge.ptr, challenge.len) == 1;

    EVP_MD_CTX_free(ctx);
    CHECK(good, E_CRYPTO);
    if (a->form == FORM_DER)
        return buf_put(out, view_of(der, len));
    return put_plain(a->key, view_of(der, len), out);
}

struct err aa_chip_sign(const struct aa_chip *a, struct view challenge, aa_chip_random *random,
                        struct buf *out)
{
    const size_t from = out->len;
    uint8_t      asked[AA_CHIP_CHALLENGE];

    CHECK(challenge.len == sizeof asked, E_BUG);
    memcpy(asked, challenge.ptr, sizeof asked);
    if (a->fault == AA_WRONG_CHALLENGE)
        asked[7] ^= 1;
    if (EVP_PKEY_is_a(a->key, "RSA"))
        TRY(sign_rsa(a, VIEW(asked), random, out));
    else
        TRY(sign_ec(a, VIEW(asked), out));
    if (a->fault == AA_WRONG_SIGNATURE)
        out->ptr[from + (out->len - from) / 2] ^= 1;
    if (a->fault == AA_SHORT)
        out->len--;
    if (a->fault == AA_LONG)
        TRY(buf_u8(out, 0));
    return SUCCESS;
}
