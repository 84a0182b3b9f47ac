/*
 * trust_bench: what it costs to find a signer's CSCA in a bundle.
 *
 *   first    path_find() when no page has been verified yet
 *   find     path_find() with all its pages verified, the signature verification included
 *   verify   cert_check() of the same two certificates
 *   search   find - verify: three indexes, the candidate and the chosen certificate parsed
 *   X509     OpenSSL's X509_verify() of the same pair, its objects ready
 *   vain     path_find() for a signer whose algorithm is none: every candidate of every way is
 *            found and parsed, no signature is computed; the worst a search can be
 *
 * Signers are the DER certificates named, or else all link certificates of the bundle.
 *
 * usage: trust_bench BUNDLE [DSC...]
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "disk.h"
#include "trust/path.h"
#include "unproved.h"

/* after ours: x509v3.h defines some of our names as macros */
#include <openssl/x509.h>

enum { SIGNERS_MAX = 4096, ROUNDS = 50 };

struct figures {
    double us[SIGNERS_MAX];
    size_t n;
};

static struct bundle       bundle;
static struct figures      first, find, verify, search, openssl, vain;
static const struct moment now = { .s = 1790000000 };

static void must(struct err e)
{
    if (e.code == OK)
        return;
    fprintf(stderr, "trust_bench: %s at %s\n", outcome_name(e.code), e.where);
    exit(1);
}

static double us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static double keep(struct figures *f, double value)
{
    if (f->n < SIGNERS_MAX)
        f->us[f->n++] = value;
    return value;
}

/* The least of many: other programs only ever add. */
static double least(double least_yet, double start)
{
    const double took = us() - start;

    return least_yet == 0 || took < least_yet ? took : least_yet;
}

static double time_find(struct bundle *b, const struct cert *ds, struct path *p)
{
    double took = 0;

    for (int i = 0; i < ROUNDS; i++) {
        const double start = us();

        must(path_find(b, ds, now, p, NULL));
        took = least(took, start);
    }
    return took;
}

static double time_verify(const struct cert *ds, const struct path *p)
{
    double      took = 0;
    enum result r;

    for (int i = 0; i < ROUNDS; i++) {
        const double start = us();

        must(cert_check(ds, &p->csca.key, &r, NULL));
        took = least(took, start);
    }
    return took;
}

static X509 *parsed(struct view der)
{
    const unsigned char *p = der.ptr;

    return d2i_X509(NULL, &p, (long)der.len);
}

static double time_openssl(const struct cert *ds, const struct path *p)
{
    X509     *x = parsed(ds->whole), *csca = parsed(p->csca.whole);
    EVP_PKEY *key = X509_get0_pubkey(csca);
    double    took = 0;

    for (int i = 0; i < ROUNDS; i++) {
        const double start = us();

        X509_verify(x, key); /* keeps nothing of the signature */
        took = least(took, start);
    }
    X509_free(x);
    X509_free(csca);
    return took;
}

static void one_signer(const struct cert *ds)
{
    struct bundle *cold = malloc(sizeof *cold);
    struct cert    without = *ds;
    struct path    p;
    double         start, whole;

    *cold = bundle; /* opened, no page seen */
    start = us();
    must(path_find(cold, ds, now, &p, NULL));
    if (p.signature == SUCCESSFUL && p.tried == 1) {
        keep(&first, us() - start);
        whole = keep(&find, time_find(cold, ds, &p));
        keep(&search, whole - keep(&verify, time_verify(ds, &p)));
        keep(&openssl, time_openssl(ds, &p));
    }
    without.sig_alg.scheme = SCHEME_NONE;
    must(path_find(cold, &without, now, &p, NULL));
    keep(&vain, time_find(cold, &without, &p));
    free(cold);
}

static int order(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void print(const char *name, struct figures *f)
{
    qsort(f->us, f->n, sizeof *f->us, order);
    if (f->n > 0)
        printf("%-8s %6zu %10.1f %10.1f %10.1f\n", name, f->n, f->us[f->n / 2],
               f->us[f->n * 95 / 100], f->us[f->n - 1]);
}

static void signers_of_bundle(void)
{
    struct bundle *b = malloc(sizeof *b);

    *b = bundle;
    for (uint32_t i = 0; i < anchor_count(b); i++) {
        struct anchor a;
        struct cert   c;

        must(anchor_at(b, i, &a));
        must(cert_read(a.cert, &c, NULL));
        if (a.flags & ANCHOR_LINK)
            one_signer(&c);
    }
    free(b);
}

static void signer_file(const char *path)
{
    struct view der;
    struct cert c;

    must(disk_read(path, &der));
    if (cert_read(der, &c, NULL).code == OK)
        one_signer(&c);
}

int main(int argc, char **argv)
{
    struct view     file;
    enum bundle_why why;

    if (argc < 2) {
        fputs("usage: trust_bench BUNDLE [DSC...]\n", stderr);
        return 64;
    }
    must(disk_read(argv[1], &file));
    must(unproved_open(&bundle, file, &why));
    printf("%u anchors, %u pages; microseconds:\n", anchor_count(&bundle), bundle.n_data);
    printf("%-8s %6s %10s %10s %10s\n", "", "n", "median", "95 %", "most");
    for (int i = 2; i < argc; i++)
        signer_file(argv[i]);
    if (argc == 2)
        signers_of_bundle();
    print("first", &first);
    print("find", &find);
    print("verify", &verify);
    print("search", &search);
    print("X509", &openssl);
    print("vain", &vain);
    return 0;
}
