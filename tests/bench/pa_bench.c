/*
 * pa_bench: what passive authentication costs beside the signature verifications in it.
 *
 *   ours   everything from the bytes of EF.SOD and the data groups to the results: SignedData
 *          and LDSSecurityObject read, the signer's certificate found and read, the signature
 *          checked, the CSCA searched in the bundle and its signature checked, the CRL looked
 *          at, all data groups hashed; with notes, as the inspection does it
 *   raw    OpenSSL alone, its keys read before: the same hashes by EVP_Digest(), the same
 *          signatures by EVP_PKEY_verify() in a context made for each
 *   hot    the same in contexts that have verified before: the arithmetic and nothing else
 *
 * Microseconds of CPU, the least of many rounds in which the ways take turns, all pages of
 * the bundle verified.  "hits" are the signatures that verify: EF.SOD's, and the signer's
 * when the bundle holds its CSCA.
 *
 * usage: pa_bench BUNDLE DOCUMENT-FOLDER...
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cms/signed_data.h"
#include "crypto/crypto.h"
#include "disk.h"
#include "lds/lds_security_object.h"
#include "trust/revocation.h"
#include "unproved.h"

/* after ours: x509v3.h defines some of our names as macros */
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

enum { ROUNDS = 60, CALLS = 8, PATH_LEN = 1024 };

/* One signature for OpenSSL. */
struct raw {
    EVP_PKEY      *key;
    EVP_PKEY_CTX  *hot;
    struct sig_alg alg;
    struct view    covered, sig;
};

struct document {
    struct view                file[LDS_FILES];
    struct signed_data         sd;
    struct lds_security_object lso;
    struct cert                ds;
    struct path                path;
    struct notes               notes;
    enum hash_alg              attrs_hash;
    struct raw                 raw[2];
    size_t                     n_raw;
};

static struct bundle       bundle;
static const struct moment now = { .s = 1790000000 };

static void must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "pa_bench: %s\n", what);
    exit(1);
}

/* ---- ours ---- */

static bool read_sod(struct document *d)
{
    static uint8_t pieces[8192];
    struct buf     scratch = BUF(pieces);
    struct view    der;

    d->notes = (struct notes){ .place = PLACE_SOD };
    return lds_file_open(d->file[LDS_SOD], lds_file_of(LDS_SOD)->tag, &der, &d->notes).code == OK &&
           signed_data_read(der, &scratch, &d->sd, &d->notes).code == OK && scratch.len == 0 &&
           lds_security_object_read(d->sd.content, &d->lso, &d->notes).code == OK;
}

/* As the inspection does: what is odd about a certificate counts only if it is the one. */
static bool read_signer(struct document *d)
{
    struct view certs = d->sd.certificates, der;

    d->notes.place = PLACE_DSC;
    while (signed_data_next_cert(&certs, &der, NULL).code == OK) {
        const struct notes before = d->notes;

        if (cert_read(der, &d->ds, &d->notes).code == OK &&
            view_eq(d->ds.serial, d->sd.sid.serial) && name_same(d->ds.issuer, d->sd.sid.issuer))
            return true;
        d->notes = before;
    }
    return false;
}

static bool check_sod(struct document *d)
{
    enum result hash = NOT_RUN, sig = NOT_RUN;

    return signed_data_check(&d->sd, &d->ds.key, &hash, &sig, &d->notes).code == OK &&
           hash == SUCCESSFUL && sig == SUCCESSFUL;
}

static bool find_csca(struct document *d)
{
    return path_find(&bundle, &d->ds, now, &d->path, &d->notes).code == OK;
}

static bool look_at_crl(struct document *d)
{
    struct revocation r;

    return revocation_check(&bundle, &d->ds, &d->path, &r, &d->notes).code == OK;
}

static bool hash_groups(struct document *d)
{
    for (unsigned dg = 1; dg <= LDS_DG_MAX; dg++) {
        const struct view *file = &d->file[lds_file_of_dg(dg)];
        uint8_t            bytes[HASH_MAX];
        struct buf         out = BUF(bytes);

        if ((d->lso.dgs & 1U << dg) != 0 && file->len != 0 &&
            (hash(d->lso.hash_alg, file, 1, &out).code != OK ||
             !view_eq(buf_view(&out), d->lso.hash[dg])))
            return false;
    }
    return true;
}

static bool ours(struct document *d)
{
    return read_sod(d) && read_signer(d) && check_sod(d) && find_csca(d) && look_at_crl(d) &&
           hash_groups(d);
}

static bool check_ds(struct document *d)
{
    enum result r = NOT_RUN;

    return d->n_raw < 2 || cert_check(&d->ds, &d->path.csca.key, &r, NULL).code == OK;
}

/* ---- OpenSSL ---- */

static const EVP_MD *md_of(enum hash_alg alg)
{
    static const char *const names[] = {
        [HASH_SHA1] = "SHA1",     [HASH_SHA224] = "SHA224", [HASH_SHA256] = "SHA256",
        [HASH_SHA384] = "SHA384", [HASH_SHA512] = "SHA512",
    };
    static EVP_MD *fetched[HASH_SHA512 + 1];

    if (fetched[alg] == NULL)
        fetched[alg] = EVP_MD_fetch(NULL, names[alg], NULL);
    return fetched[alg];
}

static EVP_PKEY_CTX *ready(const struct raw *r)
{
    EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_pkey(NULL, r->key, NULL);
    bool          good =
        EVP_PKEY_verify_init(c) == 1 && EVP_PKEY_CTX_set_signature_md(c, md_of(r->alg.hash)) == 1;

    if (good && r->alg.scheme == SCHEME_RSA_PSS)
        good = EVP_PKEY_CTX_set_rsa_padding(c, RSA_PKCS1_PSS_PADDING) == 1 &&
               EVP_PKEY_CTX_set_rsa_mgf1_md(c, md_of(r->alg.mgf_hash)) == 1 &&
               EVP_PKEY_CTX_set_rsa_pss_saltlen(c, r->alg.salt_len) == 1;
    must(good, "OpenSSL does not take the key or the algorithm");
    return c;
}

static bool verify(EVP_PKEY_CTX *c, const struct raw *r)
{
    uint8_t  digest[EVP_MAX_MD_SIZE];
    unsigned len;

    return EVP_Digest(r->covered.ptr, r->covered.len, digest, &len, md_of(r->alg.hash), NULL) ==
               1 &&
           EVP_PKEY_verify(c, r->sig.ptr, r->sig.len, digest, len) == 1;
}

static bool raw_hashes(struct document *d)
{
    const EVP_MD *md = md_of(d->lso.hash_alg);
    uint8_t       digest[EVP_MAX_MD_SIZE];
    bool          good = EVP_Digest(d->sd.content.ptr, d->sd.content.len, digest, NULL,
                                    md_of(d->sd.digest_alg), NULL) == 1;

    for (unsigned dg = 1; dg <= LDS_DG_MAX; dg++) {
        const struct view *file = &d->file[lds_file_of_dg(dg)];

        if ((d->lso.dgs & 1U << dg) != 0 && file->len != 0)
            good = good && EVP_Digest(file->ptr, file->len, digest, NULL, md, NULL) == 1;
    }
    return good;
}

static bool raw(struct document *d)
{
    bool good = raw_hashes(d);

    for (size_t i = 0; i < d->n_raw; i++) {
        EVP_PKEY_CTX *c = ready(&d->raw[i]);

        good = good && verify(c, &d->raw[i]);
        EVP_PKEY_CTX_free(c);
    }
    return good;
}

static bool hot(struct document *d)
{
    bool good = raw_hashes(d);

    for (size_t i = 0; i < d->n_raw; i++)
        good = good && verify(d->raw[i].hot, &d->raw[i]);
    return good;
}

/* ---- the documents ---- */

/* r || s as the SEQUENCE that OpenSSL wants. */
static struct view as_sequence(struct view rs)
{
    const int      half = (int)(rs.len / 2);
    ECDSA_SIG     *sig = ECDSA_SIG_new();
    unsigned char *der = NULL;
    int            len;

    must(ECDSA_SIG_set0(sig, BN_bin2bn(rs.ptr, half, NULL), BN_bin2bn(rs.ptr + half, half, NULL)) ==
             1,
         "no memory");
    len = i2d_ECDSA_SIG(sig, &der); /* kept: the program is short */
    ECDSA_SIG_free(sig);
    must(len > 0, "no memory");
    return view_of(der, (size_t)len);
}

static void add_raw(struct document *d, const struct cert *signer, const struct sig_alg *alg,
                    struct view covered, struct view sig)
{
    struct raw          *r = &d->raw[d->n_raw++];
    const unsigned char *p = signer->whole.ptr;
    X509                *x = d2i_X509(NULL, &p, (long)signer->whole.len);

    must(x != NULL, "OpenSSL does not read a certificate");
    *r = (struct raw){ .key = X509_get_pubkey(x), .alg = *alg, .covered = covered, .sig = sig };
    X509_free(x);
    if (alg->scheme == SCHEME_ECDSA_PLAIN)
        r->sig = as_sequence(sig);
    must(r->key != NULL, "OpenSSL does not read a key");
    r->hot = ready(r);
}

/* What EF.SOD's signature covers: the attributes as a SET OF; RFC 5652 clause 5.4. */
static struct view covered_by_sod(const struct signed_data *sd)
{
    const size_t len = sd->signed_attrs.len;
    struct buf   out = buf_of(malloc(len + 8), len + 8);

    must(sd->has_attrs && out.ptr != NULL && tlv_put(&out, 0x31, sd->signed_attrs).code == OK,
         "no signed attributes");
    return buf_view(&out);
}

static void load(struct document *d, const char *folder)
{
    char           path[PATH_LEN];
    struct sig_alg alg;

    memset(d, 0, sizeof *d);
    for (unsigned f = LDS_COM; f < LDS_FILES; f++) {
        snprintf(path, sizeof path, "%s/%s.bin", folder, lds_file_of(f)->name);
        if (disk_read(path, &d->file[f]).code != OK)
            d->file[f] = view_of(NULL, 0);
    }
    must(ours(d), "passive authentication does not succeed");
    alg = d->sd.sig_alg;
    alg.hash = alg.hash != HASH_NONE ? alg.hash : d->sd.digest_alg;
    add_raw(d, &d->ds, &alg, covered_by_sod(&d->sd), d->sd.signature);
    if (d->path.signature == SUCCESSFUL)
        add_raw(d, &d->path.csca, &d->ds.sig_alg, d->ds.tbs, d->ds.signature);
    must(raw(d) && hot(d), "OpenSSL does not verify what we did");
}

static void unload(struct document *d)
{
    for (size_t i = 0; i < d->n_raw; i++) {
        EVP_PKEY_CTX_free(d->raw[i].hot);
        EVP_PKEY_free(d->raw[i].key);
    }
    free((void *)(uintptr_t)d->raw[0].covered.ptr);
}

/* ---- the figures ---- */

static double cpu_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

typedef bool way_fn(struct document *d);

enum { OURS, RAW, HOT, SOD, SIGNER, CHECK_SOD, PATH, CHECK_DS, CRL, GROUPS, WAYS };

static way_fn *const ways[WAYS] = {
    ours, raw, hot, read_sod, read_signer, check_sod, find_csca, check_ds, look_at_crl, hash_groups,
};

static void measure(struct document *d, double best[WAYS])
{
    for (int round = 0; round < ROUNDS; round++) {
        for (int w = 0; w < WAYS; w++) {
            const double from = cpu_us();

            for (int i = 0; i < CALLS; i++)
                must(ways[w](d), "a result changed");
            const double took = (cpu_us() - from) / CALLS;

            best[w] = round == 0 || took < best[w] ? took : best[w];
        }
    }
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}

static void one_document(const char *folder)
{
    static struct document d;
    double                 t[WAYS];

    load(&d, folder);
    measure(&d, t);
    printf("%-20s %4zu %8.1f %8.1f %8.1f %6.2f %6.2f %6.0f | %5.1f %6.1f %6.1f %6.1f %6.1f %5.1f "
           "%6.1f\n",
           last_part(folder), d.n_raw, t[OURS], t[RAW], t[HOT], t[OURS] / t[RAW], t[OURS] / t[HOT],
           1e6 / t[OURS], t[SOD], t[SIGNER], t[CHECK_SOD], d.n_raw == 2 ? t[CHECK_DS] : 0.0,
           t[PATH] - (d.n_raw == 2 ? t[CHECK_DS] : 0.0), t[CRL], t[GROUPS]);
    unload(&d);
}

int main(int argc, char **argv)
{
    struct view     file;
    enum bundle_why why;

    if (argc < 3) {
        fputs("usage: pa_bench BUNDLE DOCUMENT-FOLDER...\n", stderr);
        return 64;
    }
    must(crypto_start().code == OK, "the backend does not start");
    must(disk_read(argv[1], &file).code == OK, "the bundle cannot be read");
    must(unproved_open(&bundle, file, &why).code == OK, "this is no bundle");
    printf("%-20s %4s %8s %8s %8s %6s %6s %6s | %5s %6s %6s %6s %6s %5s %6s\n", "", "hits", "ours",
           "raw", "hot", "/raw", "/hot", "per s", "sod", "signer", "sodsig", "dssig", "search",
           "crl", "hashes");
    for (int i = 2; i < argc; i++)
        one_document(argv[i]);
    return 0;
}
