/*
 * bundle_test: what is read is what was signed, and everything else has a name.
 *
 * Bundles are made by the compiler's writer.  What a reader must refuse is made from a good
 * one: every prefix, every bit, foreign keys, older counters, and headers that are signed but
 * crooked, as docs/trust-bundle.md forbids them.
 */
#include "trust/bundle.h"

#include "ca.h"
#include "expect.h"
#include "small.h"
#include "trust/revocation.h"

static struct small small;

/* Two CSCAs of one state, one of another, a CRL. */
static int set_up(void **state)
{
    static const char *const states[] = { "UT", "UT", "ZE" };

    (void)state;
    small_begin(&small);
    for (unsigned i = 0; i < 3; i++) {
        const struct ca_name name = { states[i], "CSCA", false };

        pool_add_cert(&small.pool, 0,
                      ca_make(&(struct ca_cert){ .subject = name,
                                                 .issuer = name,
                                                 .key = ca_key("P-256", i),
                                                 .signer = ca_key("P-256", i),
                                                 .ski = "key",
                                                 .from = 2015,
                                                 .until = 2035,
                                                 .ca = true }),
                      "anchor");
    }
    pool_add_crl(&small.pool, 0,
                 ca_make_crl(&(struct ca_crl){
                     { "UT", "CSCA", false }, ca_key("P-256", 0), 2024, 2030, { 5, 6, 0 } }),
                 "CRL");
    small_end(&small);
    return small.pool.n_anchors == 3 ? 0 : -1;
}

/* Everything a reader can ask for; the first failure. */
static struct err use_all(struct bundle *b)
{
    struct anchor_source source;
    struct anchor_run    run;
    struct anchor        a;

    for (uint32_t i = 0; i < anchor_count(b); i++) {
        TRY(anchor_at(b, i, &a));
        TRY(anchor_source(b, &a, 0, &source));
        TRY(anchor_by_fingerprint(b, a.fingerprint, &a));
    }
    TRY(anchor_find(b, BUNDLE_BY_COUNTRY, TEXT("UT"), &run));
    while (run.next < run.end)
        TRY(anchor_next(b, &run, &a));
    for (uint32_t i = 0; i < revocation_crl_count(b); i++) {
        struct revocation_crl crl;
        bool                  listed;

        TRY(revocation_crl_at(b, i, &crl));
        TRY(revocation_listed(b, &crl, HEX("05"), &listed));
    }
    return bundle_verify(b);
}

static void good_one_opens(void **state)
{
    (void)state;
    struct bundle_terms terms = small_terms(&small, 7);
    struct bundle       b = { .counter = 0 };
    enum bundle_why     why;

    EXPECT(bundle_state(&b) == BUNDLE_NOT_OPEN);
    EXPECT(!bundle_fresh_at(&b, ca_year(2026)));
    EXPECT_CODE(bundle_verify(&b), E_BUG);
    EXPECT_CODE(bundle_open(&b, small.file, &terms, &why), OK);
    EXPECT(why == BUNDLE_GOOD && bundle_state(&b) == BUNDLE_GOOD);
    EXPECT(b.counter == 7 && b.created.s == ca_year(2024).s);
    EXPECT(anchor_count(&b) == 3 && revocation_crl_count(&b) == 1);
    EXPECT(bundle_fresh_at(&b, ca_year(2034)) && !bundle_fresh_at(&b, ca_year(2035)));
    EXPECT(!bundle_fresh_at(&b, (struct moment){ 0 }));
    EXPECT_CODE(use_all(&b), OK);
}

static void found_by_every_index(void **state)
{
    (void)state;
    static const struct {
        enum bundle_section index;
        const char         *key;
        uint32_t            n;
    } rows[] = {
        { BUNDLE_BY_COUNTRY, "UT", 2 }, { BUNDLE_BY_COUNTRY, "ZE", 1 },
        { BUNDLE_BY_COUNTRY, "U", 0 },  { BUNDLE_BY_SKI, "key", 3 },
        { BUNDLE_BY_SKI, "ke", 0 },
    };
    struct anchor_run run;
    struct anchor     a;

    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(rows[i].key);
        EXPECT_CODE(anchor_find(&small.bundle, rows[i].index,
                                view_of(rows[i].key, strlen(rows[i].key)), &run),
                    OK);
        EXPECT(run.end - run.next == rows[i].n);
    }
    for (size_t i = 0; i < small.pool.n_anchors; i++) {
        const struct pool_anchor *want = &small.pool.anchor[i];

        EXPECT_CODE(anchor_find(&small.bundle, BUNDLE_BY_NAME, want->cert.subject, &run), OK);
        EXPECT(run.end - run.next == (strcmp(want->country.text, "UT") == 0 ? 2 : 1));
        EXPECT_CODE(anchor_find(&small.bundle, BUNDLE_BY_KEY, want->cert.spki, &run), OK);
        EXPECT(run.end - run.next == 1);
        EXPECT_CODE(anchor_next(&small.bundle, &run, &a), OK);
        EXPECT_BYTES(a.cert, want->cert.whole);
        EXPECT_CODE(anchor_next(&small.bundle, &run, &a), E_BUG);
        EXPECT_CODE(anchor_by_fingerprint(&small.bundle, VIEW(want->fingerprint), &a), OK);
        EXPECT_BYTES(a.cert, want->cert.whole);
    }
    EXPECT_CODE(anchor_by_fingerprint(&small.bundle, HEX("00"), &a), E_UNEXPECTED);
    EXPECT_CODE(anchor_at(&small.bundle, 3, &a), E_TRUNCATED);
}

static void every_prefix_is_refused(void **state)
{
    (void)state;
    const struct bundle_terms terms = small_terms(&small, 0);

    for (size_t n = 0; n < small.file.len; n += n < 2 * BUNDLE_PAGE ? EXPECT_STRIDE : 61) {
        uint8_t        *exact = malloc(n ? n : 1);
        struct bundle   b = { .counter = 99 };
        enum bundle_why why;
        struct err      e;

        memcpy(exact, small.file.ptr, n);
        e = bundle_open(&b, view_of(exact, n), &terms, &why);
        EXPECT(e.code == E_TRUNCATED);
        EXPECT(why == (n < 8 ? BUNDLE_ABSENT : BUNDLE_CUT));
        EXPECT(b.counter == 99 && b.n_data == 0); /* as it was */
        free(exact);
    }
}

static void longer_is_refused(void **state)
{
    (void)state;
    const struct bundle_terms terms = small_terms(&small, 0);
    uint8_t                  *more = malloc(small.file.len + 1);
    struct bundle             b;
    enum bundle_why           why;

    memcpy(more, small.file.ptr, small.file.len);
    more[small.file.len] = 0;
    EXPECT_CODE(bundle_open(&b, view_of(more, small.file.len + 1), &terms, &why), E_TRAILING);
    EXPECT(why == BUNDLE_CUT);
    free(more);
}

/* Each bit of the first page: the header, the signature and what is reserved between. */
static void every_bit_of_the_header(void **state)
{
    (void)state;
    const struct bundle_terms terms = small_terms(&small, 0);
    uint8_t                  *copy = malloc(small.file.len);
    unsigned                  seen[BUNDLE_WHY_COUNT] = { 0 };

    memcpy(copy, small.file.ptr, small.file.len);
    for (size_t bit = 0; bit < BUNDLE_PAGE * 8; bit++) {
        struct bundle   b;
        enum bundle_why why;
        struct err      e;

        if (bit / 8 >= 320 && bit / 8 < BUNDLE_PAGE - BUNDLE_SIG && bit % 8 != bit / 8 % 8)
            continue; /* zeroes: one bit of each octet */
        copy[bit / 8] ^= (uint8_t)(1U << bit % 8);
        e = bundle_open(&b, view_of(copy, small.file.len), &terms, &why);
        EXPECT(e.code != OK);
        seen[why]++;
        copy[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    EXPECT(seen[BUNDLE_ABSENT] == 64);     /* the magic */
    EXPECT(seen[BUNDLE_NEWER_FORM] == 64); /* version, sizes, features */
    EXPECT(seen[BUNDLE_FOREIGN] > 64 * 8); /* all else */
    EXPECT(seen[BUNDLE_GOOD] + seen[BUNDLE_CUT] + seen[BUNDLE_CROOKED] == 0);
    free(copy);
}

/* Each bit of every other page: found when that page is used, and for good. */
static void every_bit_of_the_pages(void **state)
{
    (void)state;
    const struct bundle_terms terms = small_terms(&small, 0);
    uint8_t                  *copy = malloc(small.file.len);
    struct bundle             fresh;
    enum bundle_why           why;

    memcpy(copy, small.file.ptr, small.file.len);
    EXPECT_CODE(bundle_open(&fresh, view_of(copy, small.file.len), &terms, &why), OK);
    for (size_t bit = BUNDLE_PAGE * 8; bit < small.file.len * 8; bit += EXPECT_STRIDE) {
        struct bundle b = fresh;
        struct view   v;

        copy[bit / 8] ^= (uint8_t)(1U << bit % 8);
        EXPECT_CODE(bundle_verify(&b), E_ALTERED);
        EXPECT(bundle_state(&b) == BUNDLE_ALTERED);
        copy[bit / 8] ^= (uint8_t)(1U << bit % 8);
        EXPECT_CODE(bundle_get(&b, BUNDLE_ANCHORS, &v, 0, 1), E_ALTERED);
    }
    free(copy);
}

static void refused_by_terms(void **state)
{
    (void)state;
    struct bundle_terms terms = small_terms(&small, 8);
    struct bundle       b;
    struct view         own, other;
    struct signer       stranger;
    enum bundle_why     why;

    EXPECT_CODE(bundle_open(&b, small.file, &terms, &why), E_ALTERED);
    EXPECT(why == BUNDLE_OLDER);
    EXPECT_CODE(signer_new(&own, &other), OK);
    EXPECT_CODE(signer_public(other, &stranger), OK);
    terms = (struct bundle_terms){ .key = VIEW(stranger.point) };
    EXPECT_CODE(bundle_open(&b, small.file, &terms, &why), E_ALTERED);
    EXPECT(why == BUNDLE_FOREIGN);
    signer_end(&stranger);
}

/* Headers that an operator's broken tool might sign.  Offsets as in docs/trust-bundle.md. */
static const struct {
    const char     *name;
    size_t          offset;
    const char     *octets;
    enum outcome    code;
    enum bundle_why why;
} crooked[] = {
    /* clang-format off */
    { "version 2",                       8, "0002",     E_UNSUPPORTED, BUNDLE_NEWER_FORM },
    { "pages of 8192",                  10, "0D",       E_UNSUPPORTED, BUNDLE_NEWER_FORM },
    { "a feature",                      12, "00000001", E_UNSUPPORTED, BUNDLE_NEWER_FORM },
    { "made before 1970",               40, "80",       E_MALFORMED,   BUNDLE_CROOKED },
    { "valid until before 1970",        48, "80",       E_MALFORMED,   BUNDLE_CROOKED },
    { "no data",                        56, "00000000", E_MALFORMED,   BUNDLE_CROOKED },
    { "more data than the file has",    56, "00000009", E_TRUNCATED,   BUNDLE_CUT },
    { "too much data",                  56, "00004001", E_TOO_LONG,    BUNDLE_TOO_LARGE },
    { "tree of another size",           60, "00000002", E_MALFORMED,   BUNDLE_CROOKED },
    { "too many sections",              96, "00000021", E_MALFORMED,   BUNDLE_CROOKED },
    { "a section without a type",      104, "00000000", E_MALFORMED,   BUNDLE_CROOKED },
    { "two sections of one type",      104, "00000002", E_MALFORMED,   BUNDLE_CROOKED },
    { "a section behind the data",     112, "00010000", E_MALFORMED,   BUNDLE_CROOKED },
    { "a section longer than the data", 116, "FFFFFFFF", E_MALFORMED,  BUNDLE_CROOKED },
    { "a section for newer readers",   104, "00000063", OK,            BUNDLE_GOOD },
    { "reserved octets used",          100, "00000001", OK,            BUNDLE_GOOD },
    /* clang-format on */
};

static struct view sign_again(const uint8_t *file, size_t len)
{
    uint8_t   *copy = malloc(len);
    struct buf sig = buf_of(copy + BUNDLE_PAGE - BUNDLE_SIG, BUNDLE_SIG);

    memcpy(copy, file, len);
    EXPECT_CODE(signer_sign(&small.signer, view_of(copy, BUNDLE_PAGE - BUNDLE_SIG), &sig), OK);
    return view_of(copy, len);
}

static void signed_but_crooked(void **state)
{
    (void)state;
    const struct bundle_terms terms = small_terms(&small, 0);
    uint8_t                  *copy = malloc(small.file.len);

    for (size_t i = 0; i < COUNT(crooked); i++) {
        const struct view octets = HEX(crooked[i].octets);
        struct bundle     b = { .counter = 0 };
        enum bundle_why   why;
        struct view       file;

        ROW(crooked[i].name);
        memcpy(copy, small.file.ptr, small.file.len);
        memcpy(copy + crooked[i].offset, octets.ptr, octets.len);
        file = sign_again(copy, small.file.len);
        EXPECT_CODE(bundle_open(&b, file, &terms, &why), crooked[i].code);
        EXPECT(why == crooked[i].why);
    }
    free(copy);
}

/* Records whose count, offsets or lengths lead elsewhere: refused where they are used. */
static void records_that_lie(void **state)
{
    (void)state;
    struct bundle               b = small.bundle;
    struct anchor               a;
    struct anchor_source        s;
    struct revocation_crl       crl;
    struct view                 v;
    bool                        listed;
    const struct revocation_crl far = { .offset = UINT32_MAX, .n = 2, .width = 3 };

    b.part[BUNDLE_ANCHORS].count = 1000;
    EXPECT_CODE(anchor_at(&b, 3, &a), E_TRUNCATED);
    b = small.bundle;
    b.part[BUNDLE_CERTS].len = 10;
    EXPECT_CODE(anchor_at(&b, 0, &a), E_TRUNCATED);
    b = small.bundle;
    b.part[BUNDLE_CRLS].offset = b.part[BUNDLE_CERTS].offset; /* a certificate as a CRL record */
    EXPECT_CODE(revocation_crl_at(&b, 0, &crl), E_MALFORMED);
    EXPECT_CODE(revocation_listed(&small.bundle, &far, HEX("05"), &listed), E_TRUNCATED);
    EXPECT_CODE(bundle_get(&small.bundle, BUNDLE_TEXT, &v, SIZE_MAX, 2), E_TRUNCATED);
    EXPECT_CODE(bundle_get(&small.bundle, BUNDLE_TEXT, &v, 2, SIZE_MAX), E_TRUNCATED);
    EXPECT_CODE(anchor_source_at(&small.bundle, 1, &s), E_TRUNCATED);
    EXPECT_CODE(anchor_at(&small.bundle, 0, &a), OK);
    EXPECT_CODE(anchor_source(&small.bundle, &a, 1, &s), E_TRUNCATED);
}

/* A tree of two levels: 300 pages of data.  A page of its lower level, altered, spoils the 128
 * pages below it and is seen by none but them. */
static void two_levels(void **state)
{
    (void)state;
    static struct small big;
    const size_t        len = 300UL * BUNDLE_PAGE;
    char               *text = malloc(len + 1);
    struct bundle_terms terms;
    struct bundle       b;
    enum bundle_why     why;
    struct view         v;
    uint8_t            *copy;

    memset(text, 'x', len);
    text[len] = '\0';
    small_begin(&big);
    pool_source(&big.pool, text, ANCHOR_FROM_FILE, TEXT(""));
    small_end(&big);
    EXPECT(big.bundle.n_data > 300 && big.bundle.n_tree == 4);
    EXPECT_CODE(bundle_verify(&big.bundle), OK);
    copy = malloc(big.file.len);
    memcpy(copy, big.file.ptr, big.file.len);
    copy[(1 + big.bundle.n_data + 1) * BUNDLE_PAGE + 5] ^= 1;
    terms = small_terms(&big, 0);
    EXPECT_CODE(bundle_open(&b, view_of(copy, big.file.len), &terms, &why), OK);
    EXPECT_CODE(bundle_get(&b, BUNDLE_TEXT, &v, 0, 100), OK);
    EXPECT_CODE(bundle_get(&b, BUNDLE_TEXT, &v, 290UL * BUNDLE_PAGE, 100), OK);
    EXPECT_CODE(bundle_get(&b, BUNDLE_TEXT, &v, 200UL * BUNDLE_PAGE, 100), E_ALTERED);
    EXPECT_CODE(bundle_get(&b, BUNDLE_TEXT, &v, 0, 100), E_ALTERED);
    free(copy);
    free(text);
}

static void names_hold(void **state)
{
    (void)state;
    EXPECT(strcmp(bundle_why_name(BUNDLE_OLDER), "BUNDLE_OLDER") == 0);
    EXPECT(strlen(bundle_why_text(BUNDLE_ALTERED)) > 10);
    EXPECT(strcmp(bundle_why_name(BUNDLE_WHY_COUNT), "BUNDLE_UNKNOWN") == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_one_opens),
        cmocka_unit_test(found_by_every_index),
        cmocka_unit_test(every_prefix_is_refused),
        cmocka_unit_test(longer_is_refused),
        cmocka_unit_test(every_bit_of_the_header),
        cmocka_unit_test(every_bit_of_the_pages),
        cmocka_unit_test(refused_by_terms),
        cmocka_unit_test(signed_but_crooked),
        cmocka_unit_test(records_that_lie),
        cmocka_unit_test(two_levels),
        cmocka_unit_test(names_hold),
    };

    return cmocka_run_group_tests_name("trust.bundle", tests, set_up, NULL);
}
