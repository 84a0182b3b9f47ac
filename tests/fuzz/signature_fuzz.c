/*
 * signature_fuzz: a hostile signature under each scheme.
 *
 * Input: one octet that chooses the scheme, then the signature.  The EC key's private part
 * is 1 (its point is the generator), so that good signatures can be in the corpus.
 * Property: it comes to SUCCESSFUL or FAILED, never to a failure.
 */
#include <stdlib.h>
#include <string.h>

#include "keys/signature.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct sig_alg algs[] = {
    { .scheme = SCHEME_ECDSA, .hash = HASH_SHA256 },
    { .scheme = SCHEME_ECDSA_PLAIN, .hash = HASH_SHA256 },
    { .scheme = SCHEME_RSA_PKCS1, .hash = HASH_SHA256 },
    { .scheme = SCHEME_RSA_PSS, .hash = HASH_SHA256, .mgf_hash = HASH_SHA1, .salt_len = 20 },
};

static struct err run(struct view in, enum result *out)
{
    static const uint8_t    digest[32] = { 1 }, e[] = { 3 };
    static uint8_t          point[65] = { 4 }, n[128];
    const struct ec_domain *d = ec_domain(EC_P256);
    struct public_key       key = { .kind = KEY_EC, .bits = 256 };
    struct notes            notes = { 0 };
    uint8_t                 choice;

    TRY(view_u8(&in, &choice));
    const struct sig_alg      *alg = &algs[choice % 4];
    const struct signed_digest s = { HASH_SHA256, VIEW(digest), in };

    memcpy(point + 1, d->x.ptr, 32);
    memcpy(point + 33, d->y.ptr, 32);
    key.ec = (struct ec_key){ EC_P256, VIEW(point) };
    if (choice % 4 >= 2) {
        memset(n, 0xFF, sizeof n); /* 2^1024 - 1 is odd, which is all that is asked of it */
        key = (struct public_key){ .kind = KEY_RSA, .bits = 1024 };
        key.rsa = (struct rsa_key){ VIEW(n), VIEW(e) };
    }
    return signature_check(&key, alg, &s, out, &notes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum result      r = FAILED;
    const struct err e = run(view_of(data, size), &r);

    if ((e.code != OK && size != 0) || (r != FAILED && r != SUCCESSFUL))
        abort();
    return 0;
}
