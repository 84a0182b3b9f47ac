/*
 * revocation_test: what the lists of a bundle say of a signer.
 *
 * Certificates and CRLs are made by OpenSSL while the test runs.  The rows follow Doc 9303-12
 * clause 4.4 (one CRL by the newest key covers earlier keys) and the states that share a
 * country code without sharing an authority.
 */
#include "trust/revocation.h"

#include "ca.h"
#include "expect.h"
#include "small.h"

/* A state per question; keys by number. */
enum { A1 = 1, A2, B1, C1, D1, E1, E2, F1, G1, STRANGER, SIGNER, H1 };

static EVP_PKEY *key(unsigned n)
{
    return ca_key("P-256", n);
}

#define NAME(c, cn)                                                                                \
    {                                                                                              \
        c, cn, false                                                                               \
    }

static const struct {
    struct ca_name name;
    unsigned       key, signer;
    long           serial;
} anchors[] = {
    /* clang-format off */
    { NAME("AA", "CSCA A"),      A1, A1, 100 },
    { NAME("AA", "CSCA A"),      A2, A2, 101 }, /* renewed: the CRL is signed with this one */
    { NAME("BB", "CSCA B"),      B1, B1, 100 }, /* no CRL */
    { NAME("CC", "CSCA C"),      C1, C1, 100 }, /* a CRL without nextUpdate, itself on it */
    { NAME("DD", "CSCA D"),      D1, D1, 100 }, /* a CRL that nobody known signed */
    { NAME("EE", "CSCA E"),      E1, E1, 100 }, /* one country, two authorities; */
    { NAME("EE", "CSCA Island"), E2, E2, 100 }, /* only this one has a CRL */
    { NAME("FF", "CSCA Old"),    F1, F1, 100 }, /* a new name, tied by a link certificate */
    { NAME("FF", "CSCA New"),    G1, F1, 101 },
    { NAME("HH", "CSCA H"),      H1, H1, 100 }, /* one key, two certificates; */
    { NAME("HH", "CSCA H"),      H1, H1, 101 }, /* the one or the other is on the CRL */
    { NAME("HH", "CSCA H"),      H1, H1, 102 },
    /* clang-format on */
};

static const struct ca_crl crls[] = {
    /* clang-format off */
    { NAME("AA", "CSCA A"),      NULL, 2024, 2030, { 0x55, 0x1234, 0 } },
    { NAME("AA", "CSCA A"),      NULL, 2020, 2023, { 0x66, 0 } }, /* replaced */
    { NAME("CC", "CSCA C"),      NULL, 2024, 0,    { 100, 0x77, 0 } },
    { NAME("DD", "CSCA D"),      NULL, 2024, 2030, { 0x55, 0 } },
    { NAME("EE", "CSCA Island"), NULL, 2024, 2030, { 0x55, 0 } },
    { NAME("FF", "CSCA New"),    NULL, 2024, 2030, { 0x55, 0 } },
    { NAME("HH", "CSCA H"),      NULL, 2024, 2030, { 101, 0 } },
    /* clang-format on */
};

static const unsigned crl_signer[COUNT(crls)] = { A2, A1, C1, STRANGER, E2, G1, H1 };

#define NONE NOTE_NONE

static const struct {
    const char         *name;
    struct ca_name      issuer;
    unsigned            signer;
    long                serial;
    int                 at;
    enum result         result;
    enum revocation_why why;
    bool                csca_listed;
    enum note_id        note;
} rows[] = {
    /* clang-format off */
    { "not on the list",                   NAME("AA", "CSCA A"),      A1, 0x54,   2026, SUCCESSFUL,   REVOCATION_CLEAR,     false, NONE },
    { "on the list, signed by a newer key", NAME("AA", "CSCA A"),     A1, 0x55,   2026, FAILED,       REVOCATION_LISTED,    false, NONE },
    { "on the list, two octets",           NAME("AA", "CSCA A"),      A2, 0x1234, 2026, FAILED,       REVOCATION_LISTED,    false, NONE },
    { "a serial that begins like one",     NAME("AA", "CSCA A"),      A2, 0x12,   2026, SUCCESSFUL,   REVOCATION_CLEAR,     false, NONE },
    { "a serial longer than any",          NAME("AA", "CSCA A"),      A2, 0x123456, 2026, SUCCESSFUL, REVOCATION_CLEAR,     false, NONE },
    { "only on the list that was replaced", NAME("AA", "CSCA A"),     A1, 0x66,   2026, SUCCESSFUL,   REVOCATION_CLEAR,     false, NONE },
    { "stale",                             NAME("AA", "CSCA A"),      A1, 0x54,   2031, UNDETERMINED, REVOCATION_STALE,     false, NONE },
    { "stale, but listed",                 NAME("AA", "CSCA A"),      A1, 0x55,   2031, FAILED,       REVOCATION_LISTED,    false, NONE },
    { "no clock",                          NAME("AA", "CSCA A"),      A1, 0x54,   0,    UNDETERMINED, REVOCATION_NO_CLOCK,  false, NONE },
    { "no clock, but listed",              NAME("AA", "CSCA A"),      A1, 0x55,   0,    FAILED,       REVOCATION_LISTED,    false, NONE },
    { "no CRL of that state",              NAME("BB", "CSCA B"),      B1, 0x55,   2026, UNDETERMINED, REVOCATION_NO_CRL,    false, NONE },
    { "CRL without nextUpdate",            NAME("CC", "CSCA C"),      C1, 0x55,   2026, UNDETERMINED, REVOCATION_STALE,     true,  NOTE_CSCA_ON_CRL },
    { "CRL of an unknown signer",          NAME("DD", "CSCA D"),      D1, 0x55,   2026, UNDETERMINED, REVOCATION_UNPROVEN,  false, NONE },
    { "CRL of another authority, clear",   NAME("EE", "CSCA E"),      E1, 0x54,   2026, SUCCESSFUL,   REVOCATION_CLEAR,     false, NOTE_CRL_OF_OTHER_ISSUER },
    { "CRL of another authority, listed",  NAME("EE", "CSCA E"),      E1, 0x55,   2026, UNDETERMINED, REVOCATION_ELSEWHERE, false, NONE },
    { "the other authority's own signer",  NAME("EE", "CSCA Island"), E2, 0x55,   2026, FAILED,       REVOCATION_LISTED,    false, NONE },
    { "a new name's CRL, old key",         NAME("FF", "CSCA Old"),    F1, 0x55,   2026, FAILED,       REVOCATION_LISTED,    false, NONE },
    { "a new name's CRL clears the old",   NAME("FF", "CSCA Old"),    F1, 0x54,   2026, SUCCESSFUL,   REVOCATION_CLEAR,     false, NONE },
    { "another certificate of the CSCA's key", NAME("HH", "CSCA H"),  H1, 0x54,   2026, SUCCESSFUL,   REVOCATION_CLEAR,     true,  NOTE_CSCA_ON_CRL },
    { "issuer not known, clear",           NAME("AA", "CSCA A"),      STRANGER, 0x54, 2026, UNDETERMINED, REVOCATION_NO_ISSUER, false, NONE },
    { "issuer not known, name listed",     NAME("AA", "CSCA A"),      STRANGER, 0x55, 2026, FAILED,   REVOCATION_LISTED,    false, NONE },
    { "state without anything",            NAME("QQ", "CSCA Q"),      STRANGER, 0x55, 2026, UNDETERMINED, REVOCATION_NO_ISSUER, false, NONE },
    { "no country at all",                 { NULL, "CSCA A", false }, STRANGER, 0x55, 2026, UNDETERMINED, REVOCATION_NO_ISSUER, false, NONE },
    /* clang-format on */
};

static struct small small;

static int set_up(void **state)
{
    (void)state;
    small_begin(&small);
    for (size_t i = 0; i < COUNT(anchors); i++)
        pool_add_cert(&small.pool, 0,
                      ca_make(&(struct ca_cert){
                          .subject = anchors[i].name,
                          .issuer = anchors[i].signer == F1 ? anchors[7].name : anchors[i].name,
                          .key = key(anchors[i].key),
                          .signer = key(anchors[i].signer),
                          .serial = anchors[i].serial,
                          .from = 2015,
                          .until = 2035,
                          .ca = true,
                      }),
                      "anchor");
    for (size_t i = 0; i < COUNT(crls); i++) {
        struct ca_crl crl = crls[i];

        crl.signer = key(crl_signer[i]);
        pool_add_crl(&small.pool, 0, ca_make_crl(&crl), "CRL");
    }
    small_end(&small);
    return small.pool.n_anchors == COUNT(anchors) ? 0 : -1;
}

static void rows_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct view   der = ca_make(&(struct ca_cert){ .subject = NAME("UT", "Signer"),
                                                             .issuer = rows[i].issuer,
                                                             .key = key(SIGNER),
                                                             .signer = key(rows[i].signer),
                                                             .serial = rows[i].serial,
                                                             .from = 2016,
                                                             .until = 2030 });
        const struct moment at = rows[i].at ? ca_year(rows[i].at) : (struct moment){ 0 };
        struct notes        notes = { .place = PLACE_SOD };
        struct revocation   r;
        struct path         p;
        struct cert         ds;

        ROW(rows[i].name);
        EXPECT_CODE(cert_read(der, &ds, NULL), OK);
        EXPECT_CODE(path_find(&small.bundle, &ds, at, &p, NULL), OK);
        EXPECT((p.signature == SUCCESSFUL) == (rows[i].signer != STRANGER));
        EXPECT_CODE(revocation_check(&small.bundle, &ds, &p, &r, &notes), OK);
        EXPECT(r.result == rows[i].result);
        EXPECT(r.why == rows[i].why);
        EXPECT(r.csca_listed == rows[i].csca_listed);
        EXPECT(notes.n == (rows[i].note != NONE));
        EXPECT(rows[i].note == NONE || note_seen(&notes, rows[i].note));
        EXPECT(notes.place == PLACE_SOD);
    }
}

/* The replaced list is not in the bundle; the unproven one is there without its serials. */
static void lists_kept(void **state)
{
    (void)state;
    unsigned unproven = 0;

    EXPECT(revocation_crl_count(&small.bundle) == COUNT(crls) - 1);
    for (uint32_t i = 0; i < revocation_crl_count(&small.bundle); i++) {
        struct revocation_crl crl;

        EXPECT_CODE(revocation_crl_at(&small.bundle, i, &crl), OK);
        EXPECT(crl.flags == 0 || crl.n == 0);
        unproven += crl.flags & CRL_UNPROVEN;
    }
    EXPECT(unproven == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_hold),
        cmocka_unit_test(lists_kept),
    };

    return cmocka_run_group_tests_name("trust.revocation", tests, set_up, NULL);
}
