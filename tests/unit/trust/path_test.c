/*
 * path_test: which CSCA is found for a signer, how, and what is said of it.
 *
 * Every certificate is made by OpenSSL while the test runs.  The rows follow Doc 9303-12
 * clause 5 and TR-03135-1 v2.5 5.6.4.3.3, and what real lists hold: one name over several
 * keys, one identifier over several keys, link certificates from RSA to EC.
 */
#include "trust/path.h"

#include "ca.h"
#include "expect.h"
#include "small.h"

/* Keys by number: of Utopia 1..6, of Zembla 7, of nobody in the bundle 8, of signers 9. */
enum { U1 = 1, U2, U3, U4, U5, U6, Z1, STRANGER, SIGNER, NOBODYS };

static EVP_PKEY *key(unsigned n)
{
    return ca_key(n == U1 ? "RSA" : n == U3 ? "brainpoolP256r1" : "P-256", n);
}

#define UTOPIA                                                                                     \
    {                                                                                              \
        "UT", "CSCA Utopia", false                                                                 \
    }
#define RENAMED                                                                                    \
    {                                                                                              \
        "UT", "Utopia CSCA", false                                                                 \
    }
#define STATELESS                                                                                  \
    {                                                                                              \
        NULL, "CSCA", false                                                                        \
    }
#define ZEMBLA                                                                                     \
    {                                                                                              \
        "ZE", "CSCA Zembla", false                                                                 \
    }

static const struct {
    const char    *name;
    struct ca_name subject, issuer;
    unsigned       key, signer;
    const char    *ski;
    int            from, until;
} anchors[] = {
    /* clang-format off */
    { "root 1",                      UTOPIA,  UTOPIA,  U1, U1, "id one",   2015, 2035 },
    { "root 2, same name",           UTOPIA,  UTOPIA,  U2, U2, "id two",   2018, 2035 },
    { "link from RSA to EC",         UTOPIA,  UTOPIA,  U2, U1, "id two",   2018, 2025 },
    { "root 3, identifier of 2",     UTOPIA,  UTOPIA,  U3, U3, "id two",   2018, 2035 },
    { "root 4, expired",             UTOPIA,  UTOPIA,  U4, U4, "id four",  2000, 2010 },
    { "root 5, another name",        RENAMED, RENAMED, U5, U5, "id five",  2018, 2035 },
    { "root 6, expired",             UTOPIA,  UTOPIA,  U6, U6, "id six",   2000, 2010 },
    { "link to 6, still valid",      UTOPIA,  UTOPIA,  U6, U1, "id six",   2000, 2035 },
    { "root of another state",       ZEMBLA,  ZEMBLA,  Z1, Z1, "id seven", 2018, 2035 },
    { "root of no state",            STATELESS, STATELESS, NOBODYS, NOBODYS, "id ten", 2018, 2035 },
    /* clang-format on */
};

#define NONE NOTE_NONE

static const struct {
    const char    *name;
    struct ca_name issuer;
    const char    *aki;
    unsigned       signer;
    int            until, at; /* years */
    enum result    signature;
    enum path_why  why;
    enum found_by  by;
    enum result    ds, csca;
    enum note_id   note[3];
} rows[] = {
    /* clang-format off */
    { "by key identifier, RSA",            UTOPIA,  "id one",   U1, 2030, 2026, SUCCESSFUL, PATH_SIGNED, FOUND_BY_AKI, SUCCESSFUL, SUCCESSFUL, { NONE } },
    { "one identifier, two keys: first",   UTOPIA,  "id two",   U2, 2030, 2026, SUCCESSFUL, PATH_SIGNED, FOUND_BY_AKI, SUCCESSFUL, SUCCESSFUL, { NONE } },
    { "one identifier, two keys: second",  UTOPIA,  "id two",   U3, 2030, 2026, SUCCESSFUL, PATH_SIGNED, FOUND_BY_AKI, SUCCESSFUL, SUCCESSFUL, { NONE } },
    { "no key identifier",                 UTOPIA,  NULL,       U2, 2030, 2026, SUCCESSFUL, PATH_SIGNED, FOUND_BY_NAME, SUCCESSFUL, SUCCESSFUL, { NONE } },
    { "name in other letters",             { "ut", "csca  UTOPIA", false }, NULL, U1, 2030, 2026, SUCCESSFUL, PATH_SIGNED, FOUND_BY_NAME, SUCCESSFUL, SUCCESSFUL, { NOTE_ISSUER_NAME_FOLDED } },
    { "name in another string type",       { "UT", "CSCA Utopia", true }, "id one", U1, 2030, 2026, SUCCESSFUL, PATH_SIGNED, FOUND_BY_AKI, SUCCESSFUL, SUCCESSFUL, { NOTE_ISSUER_NAME_FOLDED } },
    { "name of nobody, identifier right",  { "UT", "Somebody", false }, "id one", U1, 2030, 2026, SUCCESSFUL, PATH_SIGNED, FOUND_BY_AKI, SUCCESSFUL, SUCCESSFUL, { NOTE_ISSUER_NAME_OTHER } },
    { "name and identifier of nobody",     { "UT", "Somebody", false }, "id none", U5, 2030, 2026, SUCCESSFUL, PATH_SIGNED, FOUND_BY_COUNTRY, SUCCESSFUL, SUCCESSFUL, { NOTE_ISSUER_BY_STATE_ONLY, NOTE_ISSUER_KEY_ID_WRONG, NOTE_ISSUER_NAME_OTHER } },
    { "identifier of a key that did not",  UTOPIA,  "id one",   U2, 2030, 2026, SUCCESSFUL, PATH_SIGNED, FOUND_BY_NAME, SUCCESSFUL, SUCCESSFUL, { NOTE_ISSUER_KEY_ID_WRONG } },
    { "forged under a known identifier",   UTOPIA,  "id one",   STRANGER, 2030, 2026, FAILED, PATH_BAD, FOUND_BY_AKI, SUCCESSFUL, UNDETERMINED, { NONE } },
    { "forged under a known name",         UTOPIA,  NULL,       STRANGER, 2030, 2026, UNDETERMINED, PATH_NO_KEY, FOUND_NOT, SUCCESSFUL, UNDETERMINED, { NONE } },
    { "identifier not known, of the state", UTOPIA, "id none",  STRANGER, 2030, 2026, UNDETERMINED, PATH_NO_KEY, FOUND_NOT, SUCCESSFUL, UNDETERMINED, { NONE } },
    { "state not known",                   { "QQ", "CSCA Quirm", false }, "id none", STRANGER, 2030, 2026, UNDETERMINED, PATH_NO_STATE, FOUND_NOT, SUCCESSFUL, UNDETERMINED, { NONE } },
    { "signed by a CSCA of another state", UTOPIA,  "id seven", Z1, 2030, 2026, UNDETERMINED, PATH_NO_KEY, FOUND_NOT, SUCCESSFUL, UNDETERMINED, { NOTE_ISSUER_OF_OTHER_STATE } },
    { "signed by a CSCA of no state",      UTOPIA,  "id ten",   NOBODYS, 2030, 2026, SUCCESSFUL, PATH_SIGNED, FOUND_BY_AKI, SUCCESSFUL, SUCCESSFUL, { NOTE_ISSUER_WITHOUT_STATE, NOTE_ISSUER_NAME_OTHER } },
    { "CSCA expired over a valid signer",  UTOPIA,  "id four",  U4, 2030, 2026, SUCCESSFUL, PATH_SIGNED, FOUND_BY_AKI, SUCCESSFUL, FAILED, { NONE } },
    { "root expired, link valid",          UTOPIA,  "id six",   U6, 2030, 2026, SUCCESSFUL, PATH_SIGNED, FOUND_BY_AKI, SUCCESSFUL, SUCCESSFUL, { NONE } },
    { "signer expired",                    UTOPIA,  "id one",   U1, 2025, 2026, SUCCESSFUL, PATH_SIGNED, FOUND_BY_AKI, FAILED, SUCCESSFUL, { NONE } },
    { "no clock",                          UTOPIA,  "id one",   U1, 2030, 0,    SUCCESSFUL, PATH_SIGNED, FOUND_BY_AKI, UNDETERMINED, UNDETERMINED, { NONE } },
    { "bundle to be replaced by then",     UTOPIA,  "id one",   U1, 2040, 2034, SUCCESSFUL, PATH_SIGNED, FOUND_BY_AKI, SUCCESSFUL, SUCCESSFUL, { NONE } },
    { "bundle that should be replaced",    UTOPIA,  "id one",   U1, 2040, 2036, SUCCESSFUL, PATH_SIGNED, FOUND_BY_AKI, SUCCESSFUL, FAILED, { NOTE_BUNDLE_STALE } },
    /* clang-format on */
};

/* The notes this module may give; a row lists those it must, and no others of these. */
static const enum note_id all_notes[] = {
    NOTE_ISSUER_KEY_ID_WRONG, NOTE_ISSUER_OF_OTHER_STATE, NOTE_ISSUER_BY_STATE_ONLY,
    NOTE_ISSUER_NAME_FOLDED,  NOTE_ISSUER_NAME_OTHER,     NOTE_BUNDLE_STALE,
    NOTE_SIGNER_IS_CA,        NOTE_SIGNER_FOR_OTHERS,     NOTE_ISSUER_WITHOUT_STATE,
};

static struct small small;

static struct view anchor_der(size_t i)
{
    return ca_make(&(struct ca_cert){
        .subject = anchors[i].subject,
        .issuer = anchors[i].issuer,
        .key = key(anchors[i].key),
        .signer = key(anchors[i].signer),
        .ski = anchors[i].ski,
        .aki = anchors[i].signer == anchors[i].key ? NULL : "id one",
        .from = anchors[i].from,
        .until = anchors[i].until,
        .serial = (long)i + 1,
        .ca = true,
    });
}

static int set_up(void **state)
{
    (void)state;
    small_begin(&small);
    for (size_t i = 0; i < COUNT(anchors); i++)
        pool_add_cert(&small.pool, 0, anchor_der(i), anchors[i].name);
    small_end(&small);
    return small.pool.n_anchors == COUNT(anchors) ? 0 : -1;
}

static struct moment at_of(int year)
{
    struct moment m = ca_year(year);

    m.s += year == 2034 ? 0 : 1;
    return year == 0 ? (struct moment){ 0 } : m;
}

static void expect_notes(const struct notes *notes, const enum note_id *want)
{
    for (size_t i = 0; i < COUNT(all_notes); i++) {
        bool wanted = false;

        for (size_t k = 0; k < 3; k++)
            wanted |= want[k] == all_notes[i];
        if (note_seen(notes, all_notes[i]) != wanted)
            fail_msg("[%s] note %s %s", expect_row, note_name(all_notes[i]),
                     wanted ? "is missing" : "was not expected");
    }
    EXPECT(notes->place == PLACE_SOD); /* given back */
}

static void rows_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct view der = ca_make(&(struct ca_cert){
            .subject = { "UT", "Document Signer", false },
            .issuer = rows[i].issuer,
            .key = key(SIGNER),
            .signer = key(rows[i].signer),
            .aki = rows[i].aki,
            .from = 2016,
            .until = rows[i].until,
        });
        struct notes      notes = { .place = PLACE_SOD };
        struct cert       ds;
        struct path       p;

        ROW(rows[i].name);
        EXPECT_CODE(cert_read(der, &ds, NULL), OK);
        EXPECT_CODE(path_find(&small.bundle, &ds, at_of(rows[i].at), &p, &notes), OK);
        EXPECT(p.signature == rows[i].signature);
        EXPECT(p.why == rows[i].why);
        EXPECT(p.by == rows[i].by);
        EXPECT(p.ds_validity == rows[i].ds);
        EXPECT(p.csca_validity == rows[i].csca);
        expect_notes(&notes, rows[i].note);
    }
}

/* OpenSSL says the same of every pair of signer key and anchor that the rows touch. */
static void openssl_agrees(void **state)
{
    (void)state;
    for (unsigned signer = U1; signer <= STRANGER; signer++) {
        const struct view    der = ca_make(&(struct ca_cert){ .subject = UTOPIA,
                                                              .issuer = { "UT", "x", false },
                                                              .key = key(SIGNER),
                                                              .signer = key(signer),
                                                              .from = 2016,
                                                              .until = 2030 });
        const unsigned char *p = der.ptr;
        X509                *x = d2i_X509(NULL, &p, (long)der.len);
        struct cert          ds;
        struct path          path;

        ROW("signer");
        EXPECT(x != NULL);
        EXPECT_CODE(cert_read(der, &ds, NULL), OK);
        EXPECT_CODE(path_find(&small.bundle, &ds, ca_year(2026), &path, NULL), OK);
        EXPECT((path.signature == SUCCESSFUL) == (signer <= U6));
        if (path.signature == SUCCESSFUL) {
            const unsigned char *c = path.anchor.cert.ptr;
            X509                *csca = d2i_X509(NULL, &c, (long)path.anchor.cert.len);

            EXPECT(X509_verify(x, X509_get0_pubkey(csca)) == 1);
            X509_free(csca);
        }
        X509_free(x);
    }
}

/* No key is tried twice: Utopia has six keys in eight certificates. */
static void no_key_twice(void **state)
{
    (void)state;
    const struct view der = ca_make(&(struct ca_cert){ .subject = UTOPIA,
                                                       .issuer = UTOPIA,
                                                       .key = key(SIGNER),
                                                       .signer = key(STRANGER),
                                                       .aki = "id two",
                                                       .from = 2016,
                                                       .until = 2030 });
    struct cert       ds;
    struct path       p;

    EXPECT_CODE(cert_read(der, &ds, NULL), OK);
    EXPECT_CODE(path_find(&small.bundle, &ds, ca_year(2026), &p, NULL), OK);
    EXPECT(p.tried == 6);
}

/* A certificate that its CSCA did sign, and that is none for documents. */
static const struct {
    const char  *name;
    unsigned     key;
    bool         ca;
    const char  *eku;
    enum note_id note[3];
} purposes[] = {
    /* clang-format off */
    { "document signer",         SIGNER, false, NULL,                         { NONE } },
    { "master list signer",      SIGNER, false, "critical,2.23.136.1.1.3",    { NOTE_SIGNER_FOR_OTHERS } },
    { "bar code signer",         SIGNER, false, "critical,2.23.136.1.1.11.1", { NOTE_SIGNER_FOR_OTHERS } },
    { "server of the same CSCA", SIGNER, false, "serverAuth",                 { NOTE_SIGNER_FOR_OTHERS } },
    { "CA",                      SIGNER, true,  NULL,                         { NOTE_SIGNER_IS_CA } },
    { "CSCA, made out as a signer", U2,  false, NULL,                         { NOTE_SIGNER_IS_CA } },
    { "CSCA",                    U2,     true,  NULL,                         { NOTE_SIGNER_IS_CA } },
    /* clang-format on */
};

static void purposes_are_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(purposes); i++) {
        const struct view der = ca_make(&(struct ca_cert){ .subject = UTOPIA,
                                                           .issuer = UTOPIA,
                                                           .key = key(purposes[i].key),
                                                           .signer = key(U2),
                                                           .aki = "id two",
                                                           .from = 2016,
                                                           .until = 2030,
                                                           .ca = purposes[i].ca,
                                                           .eku = purposes[i].eku });
        struct notes      notes = { .place = PLACE_SOD };
        struct cert       ds;
        struct path       p;

        ROW(purposes[i].name);
        EXPECT_CODE(cert_read(der, &ds, NULL), OK);
        EXPECT_CODE(path_find(&small.bundle, &ds, ca_year(2026), &p, &notes), OK);
        EXPECT(p.signature == SUCCESSFUL);
        expect_notes(&notes, purposes[i].note);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_hold),
        cmocka_unit_test(openssl_agrees),
        cmocka_unit_test(no_key_twice),
        cmocka_unit_test(purposes_are_told),
    };

    return cmocka_run_group_tests_name("trust.path", tests, set_up, NULL);
}
