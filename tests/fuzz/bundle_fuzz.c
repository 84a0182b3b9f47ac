/*
 * bundle_fuzz: a trust bundle whose every number is anyone's, but signed.
 *
 * A fuzzer cannot sign or hash, so the target does.  Input: per section { count, offset,
 * length } of four octets each, then the data; it is filled up to whole pages and sealed with
 * a key of the run.  What begins with a V, as a bundle does, is opened as it is.
 * Property: nothing is read out of bounds and every search ends.
 */
#include <stdlib.h>
#include <string.h>

#include "bundle_write.h"
#include "trust/revocation.h"

enum { DATA_MAX = 8 * BUNDLE_PAGE };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* C=UT, as a whole Name. */
static const uint8_t name[] = { 0x30, 0x0D, 0x31, 0x0B, 0x30, 0x09, 0x06, 0x03,
                                0x55, 0x04, 0x06, 0x13, 0x02, 0x55, 0x54 };

/* Sections of records: everything in them, up to a bound that keeps one input short. */
static void walk(struct bundle *b)
{
    for (uint32_t i = 0; i < anchor_count(b) && i < 64; i++) {
        struct anchor        a;
        struct anchor_source s;
        struct err           e = anchor_at(b, i, &a);

        if (e.code == OK)
            e = anchor_source(b, &a, a.n_sources - 1, &s);
        if (e.code == OK)
            e = anchor_by_fingerprint(b, a.fingerprint, &a);
    }
    for (uint32_t i = 0; i < revocation_crl_count(b) && i < 64; i++) {
        struct revocation_crl crl;
        struct err            e = revocation_crl_at(b, i, &crl);
        bool                  listed;

        if (e.code == OK)
            e = revocation_listed(b, &crl, TEXT("\x05"), &listed);
    }
}

/* A finding agrees with its reason, whatever the list was. */
static void look_up(struct bundle *b, const struct cert *ds, const struct path *p)
{
    struct notes      notes = { .n = 0 };
    struct revocation r;
    const struct err  e = revocation_check(b, ds, p, &r, &notes);

    if (e.code != OK)
        return;
    if ((r.result == SUCCESSFUL) != (r.why == REVOCATION_CLEAR) ||
        (r.result == FAILED) != (r.why == REVOCATION_LISTED) ||
        revocation_why_text(r.why) == revocation_why_name(r.why))
        abort();
}

static void search(struct bundle *b, const struct cert *ds)
{
    struct path p;
    struct err  e = path_find(b, ds, (struct moment){ .s = 1710000000 }, &p, NULL);

    if (e.code != OK)
        return;
    if (p.signature == SUCCESSFUL || bundle_state(b) != BUNDLE_GOOD)
        abort(); /* the signer has no signature, and every page was sealed */
    look_up(b, ds, &p);
    p.signature = SUCCESSFUL; /* and the ways of a known issuer: now, later, without a clock */
    look_up(b, ds, &p);
    p.at.s = 2000000000;
    look_up(b, ds, &p);
    p.at.s = 0;
    look_up(b, ds, &p);
    e = bundle_verify(b);
    if (e.code != OK)
        abort();
}

static void search_all(struct bundle *b)
{
    const struct cert ds[] = {
        { .aki = TEXT("key"), .issuer = VIEW(name), .serial = TEXT("\x05") },
        { .issuer = VIEW(name), .serial = TEXT("longer than any serial number") },
        { .serial = TEXT("\x05") }, /* nameless */
    };

    for (size_t i = 0; i < sizeof ds / sizeof *ds; i++)
        search(b, &ds[i]);
}

static struct err seal(const struct signer *signer, struct view in, struct bytes *out)
{
    const struct bundle_terms_written terms = { .counter = 1, .valid_until = { .s = 1 } };
    struct bundle_layout              l = { .n_data = 0 };
    struct bytes                      data = { 0 };

    for (unsigned s = BUNDLE_ANCHORS; s < BUNDLE_SECTION_COUNT; s++) {
        TRY(view_u32(&in, &l.part[s].count));
        TRY(view_u32(&in, &l.part[s].offset));
        TRY(view_u32(&in, &l.part[s].len));
    }
    CHECK(in.len > 0 && in.len <= DATA_MAX, E_TOO_LONG);
    bytes_put(&data, in);
    bytes_zero(&data, (BUNDLE_PAGE - data.n % BUNDLE_PAGE) % BUNDLE_PAGE);
    l.n_data = (uint32_t)(data.n / BUNDLE_PAGE);
    return bundle_seal(&terms, signer, &l, &data, out);
}

static struct err run(struct view in)
{
    static struct signer signer;
    struct bundle_terms  terms;
    struct bundle        b;
    struct view          own, other;
    struct bytes         sealed = { 0 };
    enum bundle_why      why;

    if (signer.key == NULL) {
        TRY(signer_new(&own, &other));
        TRY(signer_private(own, &signer));
    }
    terms = (struct bundle_terms){ .key = VIEW(signer.point) };
    if (view_at(in, 0) != 'V')
        TRY(seal(&signer, in, &sealed));
    const struct err e = bundle_open(&b, sealed.p ? view_of(sealed.p, sealed.n) : in, &terms, &why);
    if ((e.code == OK) != (why == BUNDLE_GOOD) || bundle_why_text(why) == bundle_why_name(why))
        abort();
    if (e.code == OK) {
        walk(&b);
        search_all(&b);
    }
    free(sealed.p);
    return e;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct err e = run(view_of(data, size));

    (void)e; /* any failure is a right answer */
    return 0;
}
