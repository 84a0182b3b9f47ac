/*
 * primitive_bench: what key agreement and secure messaging ask of the crypto backend.
 *
 *   ours   the call of crypto/, from bytes to bytes
 *   bare   OpenSSL's own function with everything ready, for scale; none where "ours" is
 *          nothing more than the library's own call
 *
 * usage: primitive_bench [MILLISECONDS per figure, 100]
 *
 * Fields are parted by tabs; tests/bench/backends.py puts those of both backends side by side.
 */
#include <time.h>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/objects.h>

#include "crypto/cipher.h"
#include "crypto/crypto.h"
#include "crypto/ec.h"
#include "crypto/hash.h"
#include "crypto/mac.h"
#include "crypto/modular.h"
#include "expect.h"

enum { ROUNDS = 5, PLAIN = 1024, LONG = 16384 };

/* One thing measured: a group, and OpenSSL's own objects of it. */
struct subject {
    enum ec_group group;
    enum dh_group dh;
    struct view   scalar, point;
    EC_GROUP     *curve;
    EC_POINT     *p, *r;
    BIGNUM       *k, *m, *g, *y;
    BN_CTX       *ctx;
};

static uint8_t noise[LONG], room[LONG];

static bool ours_generator(struct subject *u)
{
    struct buf out = BUF(room);

    return ec_multiply(u->group, u->scalar, view_of(NULL, 0), &out).code == OK;
}

static bool bare_generator(struct subject *u)
{
    return EC_POINT_mul(u->curve, u->r, u->k, NULL, NULL, u->ctx) == 1;
}

static bool ours_point(struct subject *u)
{
    struct buf out = BUF(room);

    return ec_multiply(u->group, u->scalar, u->point, &out).code == OK;
}

static bool bare_point(struct subject *u)
{
    return EC_POINT_mul(u->curve, u->r, NULL, u->p, u->k, u->ctx) == 1;
}

static bool ours_power(struct subject *u)
{
    struct buf out = BUF(room);

    return mod_exp(dh_domain(u->dh)->p, dh_domain(u->dh)->g, u->scalar, &out).code == OK;
}

static bool bare_power(struct subject *u)
{
    return BN_mod_exp_mont_consttime(u->y, u->g, u->k, u->m, u->ctx, NULL) == 1;
}

static bool ours_sha1(struct subject *u)
{
    const struct view part = VIEW(noise);
    struct buf        out = BUF(room);

    (void)u;
    return hash(HASH_SHA1, &part, 1, &out).code == OK;
}

static bool ours_sha256(struct subject *u)
{
    const struct view part = VIEW(noise);
    struct buf        out = BUF(room);

    (void)u;
    return hash(HASH_SHA256, &part, 1, &out).code == OK;
}

static bool ours_cipher(enum cipher_alg alg, size_t key_len)
{
    const struct cipher c = { alg, view_of(noise, key_len), view_of(noise, cipher_block(alg)) };
    struct buf          out = BUF(room);

    return cipher_cbc(&c, CIPHER_DECRYPT, view_of(noise, PLAIN), &out).code == OK;
}

static bool ours_3des(struct subject *u)
{
    (void)u;
    return ours_cipher(CIPHER_3DES, 16);
}

static bool ours_aes(struct subject *u)
{
    (void)u;
    return ours_cipher(CIPHER_AES, 16);
}

static bool ours_retail(struct subject *u)
{
    const struct view part = view_of(noise, PLAIN);
    struct buf        out = BUF(room);

    (void)u;
    return mac_retail(view_of(noise, 16), &part, 1, &out).code == OK;
}

static bool ours_cmac(struct subject *u)
{
    const struct view part = view_of(noise, PLAIN);
    struct buf        out = BUF(room);

    (void)u;
    return mac_cmac(view_of(noise, 16), &part, 1, &out).code == OK;
}

typedef bool run_fn(struct subject *u);

static double now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* Microseconds of CPU a call: the best of some rounds, as a busy machine disturbs them. */
static double best_of(run_fn *run, struct subject *u, double budget_us)
{
    double best = 1e12;

    for (int round = 0; round < ROUNDS; round++) {
        const double from = now_us();
        double       spent;
        unsigned     n = 0;

        do {
            EXPECT(run(u));
            n++;
            spent = now_us() - from;
        } while (spent < budget_us / ROUNDS);
        best = spent / n < best ? spent / n : best;
    }
    return best;
}

static void measure(const char *name, const char *what, run_fn *const run[2], struct subject *u,
                    double budget_us)
{
    ROW(name);
    printf("%s %s\t%.1f\t", name, what, best_of(run[0], u, budget_us));
    if (run[1] != NULL)
        printf("%.1f", best_of(run[1], u, budget_us));
    printf("\n");
    fflush(stdout);
}

static void bench_curve(enum ec_group group, double budget_us)
{
    static run_fn *const    generator[] = { ours_generator, bare_generator };
    static run_fn *const    point[] = { ours_point, bare_point };
    const struct ec_domain *d = ec_domain(group);
    uint8_t                 bytes[EC_POINT_MAX];
    struct buf              p = BUF(bytes);
    struct subject          u = { .group = group, .scalar = view_of(noise, d->p.len) };

    u.curve = EC_GROUP_new_by_curve_name(OBJ_txt2nid(oid_dotted(d->oid)));
    u.ctx = BN_CTX_new();
    u.k = BN_bin2bn(u.scalar.ptr, (int)u.scalar.len, NULL);
    EXPECT(BN_nnmod(u.k, u.k, EC_GROUP_get0_order(u.curve), u.ctx) == 1);
    u.p = EC_POINT_new(u.curve);
    u.r = EC_POINT_new(u.curve);
    EXPECT_CODE(ec_multiply(group, HEX("0123456789ABCDEF"), view_of(NULL, 0), &p), OK);
    u.point = buf_view(&p);
    EXPECT(EC_POINT_oct2point(u.curve, u.p, bytes, p.len, u.ctx) == 1);
    measure(d->name, "k*G", generator, &u, budget_us);
    measure(d->name, "k*P", point, &u, budget_us);
    EC_POINT_free(u.r);
    EC_POINT_free(u.p);
    BN_free(u.k);
    BN_CTX_free(u.ctx);
    EC_GROUP_free(u.curve);
}

static void bench_modp(enum dh_group group, double budget_us)
{
    static run_fn *const    power[] = { ours_power, bare_power };
    const struct dh_domain *d = dh_domain(group);
    struct subject          u = { .dh = group, .scalar = view_of(noise, d->q.len) };

    u.ctx = BN_CTX_new();
    u.k = BN_bin2bn(u.scalar.ptr, (int)u.scalar.len, NULL);
    u.m = BN_bin2bn(d->p.ptr, (int)d->p.len, NULL);
    u.g = BN_bin2bn(d->g.ptr, (int)d->g.len, NULL);
    u.y = BN_new();
    measure(d->name, "g^x", power, &u, budget_us);
    BN_free(u.y);
    BN_free(u.g);
    BN_free(u.m);
    BN_free(u.k);
    BN_CTX_free(u.ctx);
}

static void bench(void **state)
{
    static const struct {
        const char *name, *what;
        run_fn     *run[2];
    } rows[] = {
        { "SHA-1", "16 KiB", { ours_sha1, NULL } },
        { "SHA-256", "16 KiB", { ours_sha256, NULL } },
        { "3DES-CBC", "1 KiB", { ours_3des, NULL } },
        { "AES-128-CBC", "1 KiB", { ours_aes, NULL } },
        { "Retail-MAC", "1 KiB", { ours_retail, NULL } },
        { "AES-CMAC", "1 KiB", { ours_cmac, NULL } },
    };
    const double   budget_us = *(const double *)*state;
    struct subject none = { 0 };

    for (size_t i = 0; i < COUNT(rows); i++)
        measure(rows[i].name, rows[i].what, rows[i].run, &none, budget_us);
    for (unsigned i = EC_NONE + 1; i < EC_GROUP_COUNT; i++)
        bench_curve((enum ec_group)i, budget_us);
    for (unsigned i = DH_NONE + 1; i < DH_GROUP_COUNT; i++)
        bench_modp((enum dh_group)i, budget_us);
}

int main(int argc, char **argv)
{
    double                  budget_us = 1e3 * (argc > 1 ? atoi(argv[1]) : 100);
    const struct CMUnitTest tests[] = { cmocka_unit_test_prestate(bench, &budget_us) };

    if (crypto_start().code != OK) {
        fprintf(stderr, "the backend does not start\n");
        return 1;
    }
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (uint8_t)(0x5D + 167 * i + i / 251);
    return cmocka_run_group_tests_name("bench.primitive", tests, NULL, NULL);
}
