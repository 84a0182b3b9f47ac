/*
 * signature_test: every algorithm of TR-03105-5.1 LDS_H, signed by OpenSSL and verified here;
 * then with bits changed in the signature, the digest and the key.
 *
 * The AlgorithmIdentifiers are OpenSSL's too, but for BSI's (TR-03111 5.2.1), which it does
 * not know, and the bare rsaEncryption.
 */
#include "keys/signature.h"

#include <openssl/ecdsa.h>

#include "signer.h"

#define RSA_BARE "300D06092A864886F70D0101010500"
#define PLAIN(n) "300C060A04007F0007010104010" n

enum { MESSAGE_LEN = 100 };

static const struct row {
    const char       *name;
    const char       *key;  /* "RSA bits", curve, "DSA group" */
    const char       *form; /* EC */
    unsigned          e;    /* RSA */
    struct signer_way way;
    const char       *alg; /* instead of OpenSSL's; NULL: its own */
    const char       *text, *key_text;
    bool              weak_hash, weak_key;
} rows[] = {
    /* clang-format off */
    { "H_01 PKCS#1 SHA-1",       "1024", NULL, 65537, { "SHA1", 0, 0, NULL }, NULL,
      "RSA SHA-1", "RSA-1024", true, true },
    { "H_02 PSS SHA-1",          "2048", NULL, 65537, { "SHA1", 6, 20, "SHA1" }, NULL,
      "RSASSA-PSS SHA-1 salt 20", "RSA-2048", true, false },
    { "H_03 PSS SHA-256",        "2048", NULL, 65537, { "SHA256", 6, 32, "SHA256" }, NULL,
      "RSASSA-PSS SHA-256 salt 32", "RSA-2048", false, false },
    { "H_04 PKCS#1 SHA-224",     "2048", NULL, 65537, { "SHA224", 0, 0, NULL }, NULL,
      "RSA SHA-224", "RSA-2048", false, false },
    { "H_05 PKCS#1 SHA-256 e=3", "2048", NULL, 3,     { "SHA256", 0, 0, NULL }, NULL,
      "RSA SHA-256", "RSA-2048 e=3", false, false },
    { "H_06 PKCS#1 SHA-384, Austrian e", "2048", NULL, 38129, { "SHA384", 0, 0, NULL }, NULL,
      "RSA SHA-384", "RSA-2048 e=38129", false, false },
    { "H_07 PKCS#1 SHA-512, Nigerian e", "2048", NULL, 107903, { "SHA512", 0, 0, NULL }, NULL,
      "RSA SHA-512", "RSA-2048 e=107903", false, false },
    { "an odd number of bits",   "2041", NULL, 65537, { "SHA256", 6, 32, "SHA256" }, NULL,
      "RSASSA-PSS SHA-256 salt 32", "RSA-2041", false, true },
    { "H_08 DSA SHA-1",          "DSA dh_1024_160", NULL, 0, { "SHA1", 0, 0, NULL }, NULL,
      "DSA SHA-1", "DSA-1024", true, true },
    { "H_09 ECDSA SHA-1",        "brainpoolP224r1", "explicit", 0, { "SHA1", 0, 0, NULL }, NULL,
      "ECDSA SHA-1", "brainpoolP224r1", true, false },
    { "H_10 BSI SHA-1",          "brainpoolP224r1", "explicit", 0, { "SHA1", 0, 0, NULL },
      PLAIN("1"), "ECDSA-plain SHA-1", "brainpoolP224r1", true, false },
    { "H_11 BSI SHA-224",        "P-224", "explicit", 0, { "SHA224", 0, 0, NULL }, PLAIN("2"),
      "ECDSA-plain SHA-224", "secp224r1", false, false },
    { "H_12 BSI SHA-256",        "brainpoolP256r1", "explicit", 0, { "SHA256", 0, 0, NULL },
      PLAIN("3"), "ECDSA-plain SHA-256", "brainpoolP256r1", false, false },
    { "H_13 BSI SHA-384",        "P-384", "explicit", 0, { "SHA384", 0, 0, NULL }, PLAIN("4"),
      "ECDSA-plain SHA-384", "secp384r1", false, false },
    { "H_14 BSI SHA-512",        "brainpoolP512r1", "explicit", 0, { "SHA512", 0, 0, NULL },
      PLAIN("5"), "ECDSA-plain SHA-512", "brainpoolP512r1", false, false },
    { "BSI SHA-512, P-521",      "P-521", "explicit", 0, { "SHA512", 0, 0, NULL }, PLAIN("5"),
      "ECDSA-plain SHA-512", "secp521r1", false, false },
    { "H_70 ECDSA SHA-224",      "brainpoolP192r1", "explicit", 0, { "SHA224", 0, 0, NULL }, NULL,
      "ECDSA SHA-224", "brainpoolP192r1", false, true },
    { "H_71 ECDSA SHA-256",      "P-256", "explicit", 0, { "SHA256", 0, 0, NULL }, NULL,
      "ECDSA SHA-256", "secp256r1", false, false },
    { "H_72 ECDSA SHA-384",      "brainpoolP384r1", "explicit", 0, { "SHA384", 0, 0, NULL }, NULL,
      "ECDSA SHA-384", "brainpoolP384r1", false, false },
    { "H_73 ECDSA SHA-512",      "brainpoolP512r1", "named_curve", 0, { "SHA512", 0, 0, NULL },
      NULL, "ECDSA SHA-512", "brainpoolP512r1", false, false },
    { "digest longer than n",    "P-192", "named_curve", 0, { "SHA512", 0, 0, NULL }, NULL,
      "ECDSA SHA-512", "secp192r1", false, true },
    { "digest longer than n, 320", "brainpoolP320r1", "explicit", 0, { "SHA512", 0, 0, NULL }, NULL,
      "ECDSA SHA-512", "brainpoolP320r1", false, false },
    { "digest shorter than n",   "P-521", "explicit", 0, { "SHA1", 0, 0, NULL }, NULL,
      "ECDSA SHA-1", "secp521r1", true, false },
    { "H_79 rsaEncryption SHA-1", "2048", NULL, 65537, { "SHA1", 0, 0, NULL }, RSA_BARE,
      "RSA", "RSA-2048", true, false },
    { "H_81 rsaEncryption SHA-256", "2048", NULL, 65537, { "SHA256", 0, 0, NULL }, RSA_BARE,
      "RSA", "RSA-2048", false, false },
    { "H_83 rsaEncryption SHA-512", "1024", NULL, 65537, { "SHA512", 0, 0, NULL }, RSA_BARE,
      "RSA", "RSA-1024", false, true },
    { "H_94 PSS SHA-224",        "2048", NULL, 65537, { "SHA224", 6, 28, "SHA224" }, NULL,
      "RSASSA-PSS SHA-224 salt 28", "RSA-2048", false, false },
    { "H_95 PSS SHA-384",        "3072", NULL, 3, { "SHA384", 6, 48, "SHA384" }, NULL,
      "RSASSA-PSS SHA-384 salt 48", "RSA-3072 e=3", false, false },
    { "H_96 PSS SHA-512",        "2048", NULL, 65537, { "SHA512", 6, 64, "SHA512" }, NULL,
      "RSASSA-PSS SHA-512 salt 64", "RSA-2048", false, false },
    { "PSS SHA-256, salt 64",    "2048", NULL, 65537, { "SHA256", 6, 64, "SHA256" }, NULL,
      "RSASSA-PSS SHA-256 salt 64", "RSA-2048", false, false },
    { "PSS SHA-256, salt 20",    "2048", NULL, 65537, { "SHA256", 6, 20, "SHA256" }, NULL,
      "RSASSA-PSS SHA-256 salt 20", "RSA-2048", false, false },
    { "PSS SHA-256, salt 0",     "2048", NULL, 65537, { "SHA256", 6, 0, "SHA256" }, NULL,
      "RSASSA-PSS SHA-256 salt 0", "RSA-2048", false, false },
    { "PSS SHA-256, MGF1 SHA-1", "2048", NULL, 65537, { "SHA256", 6, 32, "SHA1" }, NULL,
      "RSASSA-PSS SHA-256 MGF1 SHA-1 salt 32", "RSA-2048", false, false },
    { "H_97 DSA SHA-224",        "DSA dh_2048_224", NULL, 0, { "SHA224", 0, 0, NULL }, NULL,
      "DSA SHA-224", "DSA-2048", false, false },
    { "H_98 DSA SHA-256",        "DSA dh_2048_256", NULL, 0, { "SHA256", 0, 0, NULL }, NULL,
      "DSA SHA-256", "DSA-2048", false, false },
    /* clang-format on */
};

/* All of one row that a check needs. */
struct made {
    EVP_PKEY            *pkey;
    struct signed_by     by;
    uint8_t              spki_bytes[1024], sig_bytes[SIGNER_MAX], digest_bytes[HASH_MAX];
    struct view          spki;
    struct public_key    key;
    struct sig_alg       alg;
    struct signed_digest s;
};

static const uint8_t message[MESSAGE_LEN] = "what was signed";

static EVP_PKEY *key_of(const struct row *r)
{
    static EVP_PKEY *usual; /* drawn once: finding primes takes longest */

    if (strcmp(r->key, "2048") == 0 && r->e == 65537) {
        usual = usual != NULL ? usual : signer_rsa(2048, 65537);
        EXPECT(EVP_PKEY_up_ref(usual) == 1);
        return usual;
    }
    if (strncmp(r->key, "DSA ", 4) == 0)
        return signer_dsa(r->key + 4);
    return r->e != 0 ? signer_rsa((unsigned)atoi(r->key), r->e) : signer_ec(r->key, r->form);
}

static enum hash_alg hash_of(const char *md)
{
    static const char *const names[] = {
        [HASH_SHA1] = "SHA1",     [HASH_SHA224] = "SHA224", [HASH_SHA256] = "SHA256",
        [HASH_SHA384] = "SHA384", [HASH_SHA512] = "SHA512",
    };

    for (size_t i = HASH_SHA1; i < COUNT(names); i++) {
        if (strcmp(names[i], md) == 0)
            return (enum hash_alg)i;
    }
    return HASH_NONE;
}

/* SEQUENCE { r, s } to r || s, by OpenSSL. */
static struct view to_plain(struct view der, size_t len, uint8_t *room)
{
    const unsigned char *p = der.ptr;
    ECDSA_SIG           *sig = d2i_ECDSA_SIG(NULL, &p, (long)der.len);

    EXPECT(sig != NULL);
    EXPECT(BN_bn2binpad(ECDSA_SIG_get0_r(sig), room, (int)len) == (int)len);
    EXPECT(BN_bn2binpad(ECDSA_SIG_get0_s(sig), room + len, (int)len) == (int)len);
    ECDSA_SIG_free(sig);
    return view_of(room, 2 * len);
}

static void make(const struct row *r, struct made *m)
{
    const struct view part = VIEW(message);
    struct buf        digest = BUF(m->digest_bytes);
    struct view       in;

    m->pkey = key_of(r);
    m->spki = signer_spki(m->pkey, m->spki_bytes, sizeof m->spki_bytes);
    in = m->spki;
    EXPECT_CODE(public_key_read(&in, &m->key, NULL), OK);
    EXPECT(in.len == 0);
    signer_sign(m->pkey, &r->way, part, &m->by);
    in = r->alg != NULL ? HEX(r->alg) : m->by.alg;
    EXPECT_CODE(sig_alg_read(&in, &m->alg, NULL), OK);
    EXPECT(in.len == 0);
    m->s.hash = hash_of(r->way.md);
    EXPECT_CODE(hash(m->s.hash, &part, 1, &digest), OK);
    m->s.digest = buf_view(&digest);
    m->s.sig = m->by.sig;
    if (m->alg.scheme == SCHEME_ECDSA_PLAIN)
        m->s.sig = to_plain(m->by.sig, ec_domain(m->key.ec.group)->n.len, m->sig_bytes);
}

static void expect_result(const struct made *m, const struct signed_digest *s, enum result want)
{
    enum result got = NOT_RUN;

    EXPECT_CODE(signature_check(&m->key, &m->alg, s, &got, NULL), OK);
    if (got != want)
        fail_msg("[%s] %s, expected %s", expect_row, result_name(got), result_name(want));
}

/* One bit of every byte, a different one from byte to byte. */
static void flip_each(const struct made *m, bool in_sig)
{
    const struct view whole = in_sig ? m->s.sig : m->s.digest;
    uint8_t           bytes[SIGNER_MAX];

    for (size_t i = 0; i < whole.len; i += EXPECT_STRIDE) {
        struct signed_digest    s = m->s;
        const struct ec_domain *d = m->key.kind == KEY_EC ? ec_domain(m->key.ec.group) : NULL;

        memcpy(bytes, whole.ptr, whole.len);
        bytes[i] ^= (uint8_t)(1U << (i * 5 % 8));
        if (in_sig)
            s.sig = view_of(bytes, whole.len);
        else
            s.digest = view_of(bytes, whole.len);
        const size_t used = m->key.kind == KEY_DSA ? m->key.dsa.q.len : d != NULL ? d->n.len : 64;

        /* What is beyond the order's length is cut off (FIPS 186-4 §6.4). */
        expect_result(m, &s, !in_sig && i >= used ? SUCCESSFUL : FAILED);
    }
}

static void wrong_lengths(const struct made *m)
{
    struct signed_digest s = m->s;
    uint8_t              bytes[SIGNER_MAX + 1] = { 0 };

    memcpy(bytes, m->s.sig.ptr, m->s.sig.len);
    for (size_t n = 0; n <= m->s.sig.len + 1; n += EXPECT_STRIDE) {
        s.sig = view_of(bytes, n);
        expect_result(m, &s, n == m->s.sig.len ? SUCCESSFUL : FAILED);
    }
    memcpy(bytes + 1, m->s.sig.ptr, m->s.sig.len);
    bytes[0] = 0;
    s.sig = view_of(bytes, m->s.sig.len + 1);
    expect_result(m, &s, FAILED);
}

static bool same_text(const struct buf *b, const char *want)
{
    return view_eq(buf_view(b), view_of(want, strlen(want)));
}

static void check_texts(const struct row *r, const struct made *m)
{
    char       room[SIG_ALG_TEXT_MAX];
    struct buf text = BUF(room);

    EXPECT_CODE(sig_alg_print(&m->alg, &text), OK);
    EXPECT(same_text(&text, r->text));
    text.len = 0;
    EXPECT_CODE(public_key_print(&m->key, &text), OK);
    EXPECT(same_text(&text, r->key_text));
}

static void check_notes(const struct row *r, const struct made *m)
{
    struct notes notes = { .place = PLACE_SOD };
    enum result  got;

    EXPECT_CODE(signature_check(&m->key, &m->alg, &m->s, &got, &notes), OK);
    EXPECT(got == SUCCESSFUL);
    EXPECT(note_seen(&notes, NOTE_WEAK_HASH) == r->weak_hash);
    EXPECT(note_seen(&notes, NOTE_WEAK_KEY) == r->weak_key);
    EXPECT(notes.n == (size_t)r->weak_hash + r->weak_key);
}

static bool same_key(const struct public_key *a, const struct public_key *b)
{
    if (a->kind != b->kind)
        return false;
    if (a->kind == KEY_EC)
        return a->ec.group == b->ec.group && view_eq(a->ec.point, b->ec.point);
    if (a->kind == KEY_RSA)
        return view_eq(a->rsa.n, b->rsa.n) && view_eq(a->rsa.e, b->rsa.e);
    return view_eq(a->dsa.p, b->dsa.p) && view_eq(a->dsa.q, b->dsa.q) &&
           view_eq(a->dsa.g, b->dsa.g) && view_eq(a->dsa.y, b->dsa.y);
}

/* A changed key is refused, or does not verify, or is the same key: the version and the
 * seed of explicit parameters, which nothing is computed from. */
static void flip_key(const struct made *m)
{
    uint8_t bytes[sizeof m->spki_bytes];

    for (size_t i = 0; i < m->spki.len; i += EXPECT_STRIDE) {
        struct view       in = view_of(bytes, m->spki.len);
        struct public_key key;
        enum result       got = FAILED;

        memcpy(bytes, m->spki.ptr, m->spki.len);
        bytes[i] ^= (uint8_t)(1U << (i * 5 % 8));
        if (public_key_read(&in, &key, NULL).code != OK)
            continue;
        const struct err e = signature_check(&key, &m->alg, &m->s, &got, NULL);

        EXPECT(e.code == OK || e.code == E_CRYPTO);
        EXPECT(e.code != OK || got == FAILED || (got == SUCCESSFUL && same_key(&key, &m->key)));
    }
}

static void rows_hold(void **state)
{
    static struct made m;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(rows[i].name);
        make(&rows[i], &m);
        expect_result(&m, &m.s, SUCCESSFUL);
        check_texts(&rows[i], &m);
        check_notes(&rows[i], &m);
        flip_each(&m, true);
        flip_each(&m, false);
        flip_key(&m);
        wrong_lengths(&m);
        EVP_PKEY_free(m.pkey);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(rows_hold) };

    return cmocka_run_group_tests_name("keys.signature", tests, NULL, NULL);
}
