/*
 * sig_alg_fuzz: a hostile AlgorithmIdentifier, as a signature's and as a digest's.
 *
 * Property: what is read names a scheme and can be printed; what is refused leaves the output
 * alone and the input where it was, or behind the identifier if it is merely not ours.
 */
#include <stdlib.h>

#include "keys/signature.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool held)
{
    if (!held)
        abort();
}

static void check_rest(struct err e, struct view in, size_t size)
{
    if (e.code == OK || e.code == E_UNSUPPORTED)
        must(in.len < size);
    else
        must(in.len == size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view    in = view_of(data, size);
    struct sig_alg alg = { 0 };
    struct notes   notes = { 0 };
    enum hash_alg  hash = HASH_NONE;
    char           text[SIG_ALG_TEXT_MAX];
    struct buf     t = BUF(text);
    struct err     e = sig_alg_read(&in, &alg, &notes);

    check_rest(e, in, size);
    must((e.code == OK) == (alg.scheme != SCHEME_NONE));
    must(alg.scheme != SCHEME_RSA_PSS || (hash_len(alg.hash) != 0 && hash_len(alg.mgf_hash) != 0));
    must(sig_alg_print(&alg, &t).code == OK);
    in = view_of(data, size);
    e = digest_alg_read(&in, &hash);
    check_rest(e, in, size);
    must((e.code == OK) == (hash_len(hash) != 0));
    return 0;
}
