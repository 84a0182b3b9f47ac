/*
 * crypto_bench: what our verification costs beside OpenSSL's own of the same signature.
 *
 *   ours   signature_check() from numbers, as after reading a certificate
 *   read   public_key_read() and signature_check() from a SubjectPublicKeyInfo
 *   EVP    EVP_PKEY_verify() with a ready EVP_PKEY that has verified before
 *   hot    the same with a ready EVP_PKEY_CTX too: the arithmetic and nothing else
 *
 * usage: crypto_bench [MILLISECONDS per figure, 200]
 */
#include <time.h>

#include "crypto/crypto.h"
#include "keys/signature.h"
#include "signer.h"

static const struct row {
    const char       *name;
    unsigned          rsa_bits;
    const char       *curve, *dsa;
    struct signer_way way;
    enum hash_alg     hash;
} rows[] = {
    /* clang-format off */
    { "RSA-2048 PKCS#1 SHA-256", 2048, NULL, NULL, { "SHA256", 0, 0, NULL }, HASH_SHA256 },
    { "RSA-2048 PSS SHA-256",    2048, NULL, NULL, { "SHA256", 6, 32, "SHA256" }, HASH_SHA256 },
    { "RSA-3072 PKCS#1 SHA-256", 3072, NULL, NULL, { "SHA256", 0, 0, NULL }, HASH_SHA256 },
    { "RSA-3072 PSS SHA-256",    3072, NULL, NULL, { "SHA256", 6, 32, "SHA256" }, HASH_SHA256 },
    { "RSA-4096 PKCS#1 SHA-256", 4096, NULL, NULL, { "SHA256", 0, 0, NULL }, HASH_SHA256 },
    { "RSA-4096 PSS SHA-256",    4096, NULL, NULL, { "SHA256", 6, 32, "SHA256" }, HASH_SHA256 },
    { "P-256 SHA-256",           0, "P-256", NULL, { "SHA256", 0, 0, NULL }, HASH_SHA256 },
    { "P-384 SHA-384",           0, "P-384", NULL, { "SHA384", 0, 0, NULL }, HASH_SHA384 },
    { "P-521 SHA-512",           0, "P-521", NULL, { "SHA512", 0, 0, NULL }, HASH_SHA512 },
    { "brainpoolP224r1 SHA-224", 0, "brainpoolP224r1", NULL, { "SHA224", 0, 0, NULL }, HASH_SHA224 },
    { "brainpoolP256r1 SHA-256", 0, "brainpoolP256r1", NULL, { "SHA256", 0, 0, NULL }, HASH_SHA256 },
    { "brainpoolP384r1 SHA-384", 0, "brainpoolP384r1", NULL, { "SHA384", 0, 0, NULL }, HASH_SHA384 },
    { "brainpoolP512r1 SHA-512", 0, "brainpoolP512r1", NULL, { "SHA512", 0, 0, NULL }, HASH_SHA512 },
    { "DSA-1024 SHA-1",          0, NULL, "dh_1024_160", { "SHA1", 0, 0, NULL }, HASH_SHA1 },
    { "DSA-2048 SHA-256",        0, NULL, "dh_2048_256", { "SHA256", 0, 0, NULL }, HASH_SHA256 },
    /* clang-format on */
};

struct subject {
    const struct row    *row;
    EVP_PKEY            *pkey;
    EVP_PKEY_CTX        *hot;
    struct signed_by     by;
    uint8_t              spki_bytes[2048], digest_bytes[HASH_MAX];
    struct view          spki;
    struct public_key    key;
    struct sig_alg       alg;
    struct signed_digest s;
};

static EVP_PKEY_CTX *ready(const struct subject *u)
{
    const struct signer_way *way = &u->row->way;
    EVP_PKEY_CTX            *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, u->pkey, NULL);

    EXPECT(EVP_PKEY_verify_init(ctx) == 1);
    EXPECT(EVP_PKEY_CTX_set_signature_md(ctx, EVP_get_digestbyname(way->md)) == 1);
    if (way->pad != 0)
        EXPECT(EVP_PKEY_CTX_set_rsa_padding(ctx, way->pad) == 1);
    if (way->pad == RSA_PKCS1_PSS_PADDING)
        EXPECT(EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, way->salt) == 1);
    return ctx;
}

static bool run_ours(struct subject *u)
{
    enum result r = NOT_RUN;

    return signature_check(&u->key, &u->alg, &u->s, &r, NULL).code == OK && r == SUCCESSFUL;
}

static bool run_read(struct subject *u)
{
    struct view in = u->spki;

    return public_key_read(&in, &u->key, NULL).code == OK && run_ours(u);
}

static bool run_hot(struct subject *u)
{
    return EVP_PKEY_verify(u->hot, u->s.sig.ptr, u->s.sig.len, u->s.digest.ptr, u->s.digest.len) ==
           1;
}

static bool run_evp(struct subject *u)
{
    EVP_PKEY_CTX *ctx = ready(u);
    const bool    ok =
        EVP_PKEY_verify(ctx, u->s.sig.ptr, u->s.sig.len, u->s.digest.ptr, u->s.digest.len) == 1;

    EVP_PKEY_CTX_free(ctx);
    return ok;
}

static double now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* Microseconds of CPU a call, for about so long. */
static double once(bool (*run)(struct subject *), struct subject *u, double budget_us)
{
    const double from = now_us();
    double       spent;
    unsigned     n = 0;

    do {
        for (int i = 0; i < 8; i++, n++)
            EXPECT(run(u));
        spent = now_us() - from;
    } while (spent < budget_us);
    return spent / n;
}

enum { WAYS = 4, ROUNDS = 5 };

/* The best of some rounds, each way in turn, so that a busy machine disturbs all alike. */
static void measure(struct subject *u, double budget_us)
{
    static bool (*const ways[WAYS])(struct subject *) = { run_ours, run_read, run_evp, run_hot };
    double best[WAYS] = { 1e12, 1e12, 1e12, 1e12 };

    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < WAYS; i++) {
            const double t = once(ways[i], u, budget_us / ROUNDS);

            best[i] = t < best[i] ? t : best[i];
        }
    }
    printf("%-26s %8.1f %8.1f %8.1f %8.1f   %5.2f  %5.2f\n", u->row->name, best[0], best[1],
           best[2], best[3], best[0] / best[2], best[0] / best[3]);
}

/* The public half alone, as it comes from a certificate. */
static EVP_PKEY *public_half(EVP_PKEY *key)
{
    unsigned char       *der = NULL;
    const int            len = i2d_PUBKEY(key, &der);
    const unsigned char *p = der;
    EVP_PKEY            *pub = d2i_PUBKEY(NULL, &p, len);

    OPENSSL_free(der);
    EVP_PKEY_free(key);
    return pub;
}

static void set_up(const struct row *r, struct subject *u)
{
    static const uint8_t message[100];
    const struct view    part = VIEW(message);
    struct buf           digest = BUF(u->digest_bytes);
    struct view          in;

    u->row = r;
    u->pkey = r->rsa_bits != 0   ? signer_rsa(r->rsa_bits, 65537)
              : r->curve != NULL ? signer_ec(r->curve, "explicit")
                                 : signer_dsa(r->dsa);
    signer_sign(u->pkey, &r->way, part, &u->by);
    u->spki = signer_spki(u->pkey, u->spki_bytes, sizeof u->spki_bytes);
    u->pkey = public_half(u->pkey);
    in = u->spki;
    EXPECT_CODE(public_key_read(&in, &u->key, NULL), OK);
    in = u->by.alg;
    EXPECT_CODE(sig_alg_read(&in, &u->alg, NULL), OK);
    EXPECT_CODE(hash(r->hash, &part, 1, &digest), OK);
    u->s = (struct signed_digest){ r->hash, buf_view(&digest), u->by.sig };
    u->hot = ready(u);
}

static void bench(void **state)
{
    static struct subject u;

    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(rows[i].name);
        set_up(&rows[i], &u);
        measure(&u, *(const double *)*state);
        EVP_PKEY_CTX_free(u.hot);
        EVP_PKEY_free(u.pkey);
    }
}

int main(int argc, char **argv)
{
    double                  budget_us = 1e3 * (argc > 1 ? atoi(argv[1]) : 200);
    const struct CMUnitTest tests[] = { cmocka_unit_test_prestate(bench, &budget_us) };

    if (crypto_start().code != OK) {
        fprintf(stderr, "the backend does not start\n");
        return 1;
    }
    printf("microseconds of CPU a signature; %s\n", OpenSSL_version(OPENSSL_VERSION));
    printf("%-26s %8s %8s %8s %8s   %5s  %5s\n", "", "ours", "read", "EVP", "hot", "/EVP", "/hot");
    return cmocka_run_group_tests_name("bench.crypto", tests, NULL, NULL);
}
