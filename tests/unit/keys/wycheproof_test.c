/*
 * wycheproof_test: ECDSA, plain ECDSA, RSA-PSS and RSA PKCS#1 on Wycheproof's vectors.
 *
 * "valid" verifies, without a note on how the signature is written; "invalid" does not.
 * A few are read over, each with its note, and listed in tolerated[]; nothing else may be.
 */
#include "wycheproof.h"

#include "keys/signature.h"

static const struct {
    const char  *result, *comment;
    enum note_id note;
    const char  *why;
} tolerated[] = {
    /* clang-format off */
    { "acceptable", "Missing NULL in the ASN encoding", NOTE_DIGEST_INFO_NO_NULL,
      "RFC 8017 A.2.4: a DigestInfo without NULL must be accepted too" },
    { "invalid", "Legacy: ASN encoding of s misses leading 0", NOTE_SIGNATURE_NOT_DER,
      "the number is the same, and signers in the field write so" },
    { "invalid", "prepending 0's to r", NOTE_SIGNATURE_NOT_DER, "likewise" },
    { "invalid", "prepending 0's to s", NOTE_SIGNATURE_NOT_DER, "likewise" },
    /* clang-format on */
};

static unsigned met[COUNT(tolerated)], n_valid, n_invalid;

static const struct {
    const char *name;
    enum scheme scheme;
} kinds[] = {
    { "ECDSA", SCHEME_ECDSA },
    { "PLAIN", SCHEME_ECDSA_PLAIN },
    { "PSS", SCHEME_RSA_PSS },
    { "PKCS1", SCHEME_RSA_PKCS1 },
};

static enum scheme scheme_of(const char *name)
{
    for (size_t i = 0; i < COUNT(kinds); i++) {
        if (strcmp(kinds[i].name, name) == 0)
            return kinds[i].scheme;
    }
    return SCHEME_NONE;
}

static enum result check(const struct wycheproof *w, struct notes *notes)
{
    const struct view    message = wycheproof_bytes(w, WP_MESSAGE);
    const enum hash_alg  alg_hash = wycheproof_hash(w->field[WP_HASH]);
    const struct sig_alg alg = {
        .scheme = scheme_of(w->field[WP_KIND]),
        .hash = alg_hash,
        .mgf_hash = wycheproof_hash(w->field[WP_MGF_HASH]),
        .salt_len = (uint16_t)atoi(w->field[WP_SALT]),
    };
    uint8_t           digest_bytes[HASH_MAX];
    struct buf        digest = BUF(digest_bytes);
    struct view       in = wycheproof_bytes(w, WP_KEY);
    struct public_key key;
    enum result       got = NOT_RUN;

    EXPECT(alg.scheme != SCHEME_NONE);
    EXPECT_CODE(public_key_read(&in, &key, NULL), OK);
    EXPECT_CODE(hash(alg_hash, &message, 1, &digest), OK);
    const struct signed_digest s = { alg_hash, buf_view(&digest),
                                     wycheproof_bytes(w, WP_SIGNATURE) };

    EXPECT_CODE(signature_check(&key, &alg, &s, &got, notes), OK);
    return got;
}

/* Every row but a tolerated one says what has to come out. */
static void try_row(const struct wycheproof *w)
{
    struct notes      notes = { 0 };
    const enum result got = check(w, &notes);
    const bool        valid = wycheproof_is(w, WP_RESULT, "valid");
    const bool        noted =
        note_seen(&notes, NOTE_DIGEST_INFO_NO_NULL) || note_seen(&notes, NOTE_SIGNATURE_NOT_DER);

    for (size_t i = 0; noted && i < COUNT(tolerated); i++) {
        if (wycheproof_is(w, WP_RESULT, tolerated[i].result) &&
            wycheproof_is(w, WP_COMMENT, tolerated[i].comment) &&
            note_seen(&notes, tolerated[i].note)) {
            EXPECT(got == SUCCESSFUL);
            met[i]++;
            return;
        }
    }
    EXPECT(!noted);
    if (got != (valid ? SUCCESSFUL : FAILED))
        fail_msg("[%s] %s", expect_row, result_name(got));
    n_valid += valid;
    n_invalid += !valid;
}

static void rows_hold(void **state)
{
    (void)state;
    EXPECT(wycheproof_each("ecdsa_*_test.json", try_row) > 0);
    EXPECT(wycheproof_each("rsa_pss_*_test.json", try_row) > 0);
    EXPECT(wycheproof_each("rsa_signature_*_test.json", try_row) > 0);
    printf("%u valid, %u invalid\n", n_valid, n_invalid);
    EXPECT(n_valid > 1000 && n_invalid > 1000);
    for (size_t i = 0; i < COUNT(tolerated); i++) {
        printf("%u %s \"%s\" read over: %s\n", met[i], tolerated[i].result, tolerated[i].comment,
               tolerated[i].why);
        EXPECT(met[i] > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(rows_hold) };

    if (!wycheproof_there())
        return 77;
    return cmocka_run_group_tests_name("keys.wycheproof", tests, NULL, NULL);
}
