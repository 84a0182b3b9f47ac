/*
 * cvc_test: CV certificates: what is read, what is refused, which chain is found.
 *
 * The certificates are made by OpenSSL (cvc_maker.h, written from TR-03110-3 D apart from the
 * reader); those of other people are public_cvc_test's.
 */
#include "cert/cvc.h"

#include "asn1.h"
#include "cvc_maker.h"
#include "parse.h"

static EVP_PKEY *cvca_key, *cvca2_key, *dv_key, *is_key, *rsa_key;

#define DATES "260101", "261231"

static const struct date today = { 2026, 6, 1 };

static void read_ok(struct view der, struct cvc *out)
{
    EXPECT_CODE(cvc_read(&der, out), OK);
    EXPECT(der.len == 0);
}

static struct err parse(struct view in)
{
    struct cvc c;

    return cvc_read(&in, &c);
}

/* ---- reading ---- */

static void every_algorithm(void **state)
{
    (void)state;
    static const enum oid oids[] = {
        OID_TA_RSA_V1_5_SHA1,   OID_TA_RSA_V1_5_SHA256, OID_TA_RSA_PSS_SHA1, OID_TA_RSA_PSS_SHA256,
        OID_TA_RSA_V1_5_SHA512, OID_TA_RSA_PSS_SHA512,  OID_TA_ECDSA_SHA1,   OID_TA_ECDSA_SHA224,
        OID_TA_ECDSA_SHA256,    OID_TA_ECDSA_SHA384,    OID_TA_ECDSA_SHA512,
    };

    for (size_t i = 0; i < COUNT(cvc_algs); i++) {
        EVP_PKEY              *key = cvc_algs[i]->pad != 0 ? rsa_key : cvca_key;
        const struct cvc_order o = { "UTCVCA00001", "UTCVCA00001", 0xC3, DATES,      key,
                                     cvc_algs[i],   true,          key,  cvc_algs[i] };
        uint8_t                bytes[CVC_MADE_MAX];
        const struct view      der = cvc_make(&o, bytes);
        enum result            r = NOT_RUN;
        struct cvc             c;

        ROW(oid_name(oids[i]));
        read_ok(der, &c);
        EXPECT(c.key.alg == oids[i] && oid_of(c.key.oid) == oids[i]);
        EXPECT(c.key.key.kind == (cvc_algs[i]->pad != 0 ? KEY_RSA : KEY_EC));
        EXPECT(c.key.key.bits == (cvc_algs[i]->pad != 0 ? 1280 : 256));
        EXPECT_BYTES(c.whole, der);
        EXPECT_BYTES(c.car, TEXT("UTCVCA00001"));
        EXPECT(c.role == CVC_CVCA && c.type == OID_ROLE_IS && cvc_self_signed(&c));
        EXPECT_CODE(cvc_check(&c, &c.key, &r), OK);
        EXPECT(r == SUCCESSFUL);
        bytes[der.len - 1] ^= 1; /* E_17, E_18: the signature's last byte */
        EXPECT_CODE(cvc_check(&c, &c.key, &r), OK);
        EXPECT(r == FAILED);
        bytes[der.len - 1] ^= 1;
        bytes[30] ^= 1;
        EXPECT_CODE(cvc_check(&c, &c.key, &r), OK);
        EXPECT(r == FAILED);
        bytes[30] ^= 1;
        every_prefix_fails(der, parse);
        if (i % 5 == 0)
            every_flip_ends(der, parse);
    }
}

static void curves_given_and_inherited(void **state)
{
    (void)state;
    static const char *const curves[] = { "P-192",           "P-224",           "P-256",
                                          "P-384",           "P-521",           "brainpoolP192r1",
                                          "brainpoolP224r1", "brainpoolP256r1", "brainpoolP320r1",
                                          "brainpoolP384r1", "brainpoolP512r1" };

    for (size_t i = 0; i < COUNT(curves); i++) {
        EVP_PKEY              *ca = signer_ec(curves[i], "named_curve");
        EVP_PKEY              *dv = signer_ec(curves[i], "named_curve");
        const struct cvc_order with = {
            "UTCVCA00001",    "UTCVCA00001", 0xC3, DATES, ca, &cvc_ecdsa_sha256, true, ca,
            &cvc_ecdsa_sha256
        };
        const struct cvc_order without = { "UTCVCA00001", "UTDV00001", 0x83,
                                           DATES,         dv,          &cvc_ecdsa_sha256,
                                           false,         ca,          &cvc_ecdsa_sha256 };
        uint8_t                a[CVC_MADE_MAX], b[CVC_MADE_MAX];
        enum result            r = NOT_RUN;
        struct cvc             c, d;

        ROW(curves[i]);
        read_ok(cvc_make(&with, a), &c);
        read_ok(cvc_make(&without, b), &d);
        EXPECT(c.key.key.kind == KEY_EC && !c.key.inherits);
        EXPECT(d.key.key.kind == KEY_NONE && d.key.inherits && d.role == CVC_DV_DOMESTIC);
        EXPECT_CODE(cvc_check(&d, &c.key, &r), OK);
        EXPECT(r == SUCCESSFUL);
        EXPECT_CODE(cvc_check(&c, &d.key, &r), OK); /* by a key whose curve is not known */
        EXPECT(r == UNDETERMINED);
        cvc_inherit(&d, &c.key);
        EXPECT(d.key.key.kind == KEY_EC && d.key.key.ec.group == c.key.key.ec.group);
        EXPECT_CODE(cvc_check(&c, &d.key, &r), OK);
        EXPECT(r == FAILED);
        EVP_PKEY_free(ca);
        EVP_PKEY_free(dv);
    }
}

/* One certificate as text; each row spoils one place. */
#define HEAD   "5F29{00} 42{ 'UTCVCA00001' }"
#define OID_EC "06{ 04007F00070202020203 }"
#define Q256                                                                                       \
    "86{ 04 6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296"                      \
    "4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5 }"
#define P256_TO(g, n, h)                                                                           \
    "81{ FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF }"                       \
    "82{ FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFC }"                       \
    "83{ 5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B }"                       \
    "84{ 04 6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296"                      \
    "4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51" g " }"                        \
    "85{ FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC6325" n " }" Q256 h
#define P256         P256_TO("F5", "51", "87{01}")
#define KEY(content) "7F49{" OID_EC content "}"
#define CHR          "5F20{ 'UTDV00001' }"
#define CHAT         "7F4C{ 06{ 04007F000703010201 } 53{ 83 } }"
#define FROM         "5F25{ 020600010001 }"
#define UNTIL        "5F24{ 020600010300 }" /* 30 January 2026 is 02 06 00 01 03 00 */
#define BODY                                                                                       \
    HEAD          KEY(P256)                                                                        \
    CHR CHAT FROM UNTIL
#define CERT(body) "7F21{ 7F4E{" body "} 5F37{ 0102030405060708 } }"

static const struct {
    const char   *name, *der;
    enum outcome  want;
    enum key_kind kind;
} rows[] = {
    /* clang-format off */
    { "as it should be",         CERT(BODY), OK, KEY_EC },
    { "with extensions",         CERT(BODY "65{ 73{ 06{2A} } }"), OK, KEY_EC },
    { "no cofactor",             CERT(HEAD KEY(P256_TO("F5", "51", "")) CHR CHAT FROM UNTIL), OK, KEY_EC },
    { "generator of another",    CERT(HEAD KEY(P256_TO("F4", "51", "87{01}")) CHR CHAT FROM UNTIL), OK, KEY_NONE },
    { "order of another",        CERT(HEAD KEY(P256_TO("F5", "52", "87{01}")) CHR CHAT FROM UNTIL), OK, KEY_NONE },
    { "cofactor 2",              CERT(HEAD KEY(P256_TO("F5", "51", "87{02}")) CHR CHAT FROM UNTIL), OK, KEY_NONE },
    { "an unknown algorithm",    CERT(HEAD "7F49{ 06{ 04007F00070202020206 } 81{01} 99{02} }" CHR CHAT FROM UNTIL), OK, KEY_NONE },
    { "unknown, cut",            CERT(HEAD "7F49{ 06{ 04007F00070202020206 } 8105 }" CHR CHAT FROM UNTIL), E_TRUNCATED, 0 },
    { "inherits",                CERT(HEAD KEY(Q256) CHR CHAT FROM UNTIL), OK, KEY_NONE },
    { "inherits, and more",      CERT(HEAD KEY(Q256 "87{01}") CHR CHAT FROM UNTIL), E_TRAILING, 0 },
    { "point compressed",        CERT(HEAD KEY("86{ 02 6B17D1F2 }") CHR CHAT FROM UNTIL), E_MALFORMED, 0 },
    { "point of even length",    CERT(HEAD KEY("86{ 04 6B17D1 }") CHR CHAT FROM UNTIL), E_MALFORMED, 0 },
    { "no point",                CERT(HEAD KEY("") CHR CHAT FROM UNTIL), E_TRUNCATED, 0 },
    { "parameters half",         CERT(HEAD KEY("81{01} 82{02} " Q256) CHR CHAT FROM UNTIL), E_UNEXPECTED, 0 },
    { "key and more",            CERT(HEAD KEY(P256 "88{01}") CHR CHAT FROM UNTIL), E_TRAILING, 0 },
    { "RSA",                     CERT(HEAD "7F49{ 06{ 04007F00070202020102 } 81{ 01 } 82{ 03 } }" CHR CHAT FROM UNTIL), OK, KEY_NONE },
    { "RSA, n even",             CERT(HEAD "7F49{ 06{ 04007F00070202020102 } 81{ 02 } 82{ 03 } }" CHR CHAT FROM UNTIL), E_MALFORMED, 0 },
    { "RSA, n empty",            CERT(HEAD "7F49{ 06{ 04007F00070202020102 } 81{ } 82{ 03 } }" CHR CHAT FROM UNTIL), E_MALFORMED, 0 },
    { "RSA, e zero",             CERT(HEAD "7F49{ 06{ 04007F00070202020102 } 81{ 03 } 82{ 00 } }" CHR CHAT FROM UNTIL), E_MALFORMED, 0 },
    { "RSA without e",           CERT(HEAD "7F49{ 06{ 04007F00070202020102 } 81{ 03 } }" CHR CHAT FROM UNTIL), E_TRUNCATED, 0 },
    { "RSA and more",            CERT(HEAD "7F49{ 06{ 04007F00070202020102 } 81{ 03 } 82{ 03 } 83{} }" CHR CHAT FROM UNTIL), E_TRAILING, 0 },
    { "profile 1",               CERT("5F29{01}" "42{ 'UTCVCA00001' }" KEY(P256) CHR CHAT FROM UNTIL), E_UNSUPPORTED, 0 },
    { "profile of two octets",   CERT("5F29{0000}" "42{ 'UTCVCA00001' }" KEY(P256) CHR CHAT FROM UNTIL), E_UNSUPPORTED, 0 },
    { "no profile",              CERT("42{ 'UTCVCA00001' }" KEY(P256) CHR CHAT FROM UNTIL), E_UNEXPECTED, 0 },
    { "no CAR",                  CERT("5F29{00}" KEY(P256) CHR CHAT FROM UNTIL), E_UNEXPECTED, 0 },
    { "CAR of 7",                CERT("5F29{00} 42{ 'UT00001' }" KEY(P256) CHR CHAT FROM UNTIL), E_MALFORMED, 0 },
    { "CAR of 17",               CERT("5F29{00} 42{ 'UTCVCA12345600001' }" KEY(P256) CHR CHAT FROM UNTIL), E_MALFORMED, 0 },
    { "CHR of 17",               CERT(HEAD KEY(P256) "5F20{ 'UTCVCA12345600001' }" CHAT FROM UNTIL), E_MALFORMED, 0 },
    { "CHR and CHAT exchanged",  CERT(HEAD KEY(P256) CHAT CHR FROM UNTIL), E_UNEXPECTED, 0 },
    { "no rights",               CERT(HEAD KEY(P256) CHR "7F4C{ 06{ 04007F000703010201 } 53{ } }" FROM UNTIL), E_MALFORMED, 0 },
    { "rights of 9",             CERT(HEAD KEY(P256) CHR "7F4C{ 06{ 04007F000703010201 } 53{ 830000000000000000 } }" FROM UNTIL), E_MALFORMED, 0 },
    { "rights and more",         CERT(HEAD KEY(P256) CHR "7F4C{ 06{ 04007F000703010201 } 53{ 83 } 53{} }" FROM UNTIL), E_TRAILING, 0 },
    { "month 13",                CERT(HEAD KEY(P256) CHR CHAT "5F25{ 020601030001 }" UNTIL), E_MALFORMED, 0 },
    { "30 February",             CERT(HEAD KEY(P256) CHR CHAT "5F25{ 020600020300 }" UNTIL), E_MALFORMED, 0 },
    { "29 February 2024",        CERT(HEAD KEY(P256) CHR CHAT "5F25{ 020400020209 }" UNTIL), OK, KEY_EC },
    { "day 00",                  CERT(HEAD KEY(P256) CHR CHAT "5F25{ 020600010000 }" UNTIL), E_MALFORMED, 0 },
    { "a digit of 10",           CERT(HEAD KEY(P256) CHR CHAT "5F25{ 02060001000A }" UNTIL), E_MALFORMED, 0 },
    { "packed decimals",         CERT(HEAD KEY(P256) CHR CHAT "5F25{ 260101 }" UNTIL), E_MALFORMED, 0 },
    { "no end",                  CERT(HEAD KEY(P256) CHR CHAT FROM), E_TRUNCATED, 0 },
    { "something behind",        CERT(BODY "66{ }"), E_UNEXPECTED, 0 },
    { "behind the extensions",   CERT(BODY "65{ } 65{ }"), E_TRAILING, 0 },
    { "no signature",            "7F21{ 7F4E{" BODY "} }", E_TRUNCATED, 0 },
    { "signature and more",      "7F21{ 7F4E{" BODY "} 5F37{ 01 } 00 00 }", E_TRAILING, 0 },
    { "a bare body",             "7F4E{" BODY "}", E_UNEXPECTED, 0 },
    { "length not the shortest", "7F21{ 7F4E{ 5F298101 00 42{ 'UTCVCA00001' }" KEY(P256) CHR CHAT FROM UNTIL "} 5F37{01} }", E_MALFORMED, 0 },
    /* clang-format on */
};

static void forms(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct view der = ASN1(rows[i].der);
        struct view       rest = der;
        struct cvc        c = { .role = CVC_DV_FOREIGN };

        ROW(rows[i].name);
        EXPECT_CODE(cvc_read(&rest, &c), rows[i].want);
        if (rows[i].want == OK) {
            EXPECT(c.key.key.kind == rows[i].kind && rest.len == 0);
            EXPECT(c.until.year == 2026 && c.until.month == 1 && c.until.day == 30);
        } else {
            EXPECT(c.role == CVC_DV_FOREIGN && rest.len == der.len); /* unchanged */
        }
        if (rows[i].want == OK)
            every_prefix_fails(der, parse);
    }
}

static void too_long(void **state)
{
    (void)state;
    static uint8_t big[CVC_MAX + 64];
    uint8_t       *at = big;
    const uint8_t  head[] = { 0x7F, 0x21, 0x82, 0x10, 0x00 };

    memcpy(at, head, sizeof head);
    struct view in = view_of(big, sizeof head + 0x1000);
    struct cvc  c;

    EXPECT_CODE(cvc_read(&in, &c), E_TOO_LONG);
}

static void roles(void **state)
{
    (void)state;
    static const struct {
        const char   *oid, *rights;
        enum oid      type;
        enum cvc_role role;
    } chats[] = {
        { "04007F000703010201", "C3", OID_ROLE_IS, CVC_CVCA },
        { "04007F000703010201", "83", OID_ROLE_IS, CVC_DV_DOMESTIC },
        { "04007F000703010201", "43", OID_ROLE_IS, CVC_DV_FOREIGN },
        { "04007F000703010201", "03", OID_ROLE_IS, CVC_TERMINAL },
        { "04007F000703010202", "801FFFFF10", OID_ROLE_AT, CVC_DV_DOMESTIC },
        { "04007F000703010203", "FF", OID_ROLE_ST, CVC_CVCA },
        { "2A03", "FF", OID_UNKNOWN, CVC_CVCA },
    };

    for (size_t i = 0; i < COUNT(chats); i++) {
        char        text[2000];
        struct cvc  c;
        struct view der;

        snprintf(text, sizeof text, CERT(HEAD KEY(P256) CHR "7F4C{ 06{ %s } 53{ %s } }" FROM UNTIL),
                 chats[i].oid, chats[i].rights);
        der = ASN1(text);
        EXPECT_CODE(cvc_read(&der, &c), OK);
        EXPECT(c.type == chats[i].type && c.role == chats[i].role);
        EXPECT_BYTES(c.rights, HEX(chats[i].rights));
    }
}

/* ---- chains ---- */

enum who {
    NOBODY,
    CVCA,
    LINK,
    LINK_WITHOUT,
    LINK_2,
    LINK_OLD,
    LINK_FUTURE,
    DV,
    DV_FOREIGN,
    DV_DG3,
    DV_OLD,
    DV_FUTURE,
    DV_FORGED,
    DV_UNDER_2,
    IS,
    IS_LONGER,
    IS_DG4,
    IS_OLD,
    IS_FORGED,
    IS_BY_CVCA,
    IS_OF_NOBODY,
    DV_BY_DV,
    RING_A,
    RING_B
};

#define EC256 &cvc_ecdsa_sha256

/* clang-format off */
static const struct made {
    const char *car, *chr;
    uint8_t     rights;
    const char *from, *until;
    EVP_PKEY  **subject, **issuer;
    bool        params;
} made[] = {
    [CVCA]         = { "UTCVCA00001", "UTCVCA00001", 0xC3, "250101", "271231", &cvca_key, &cvca_key, true },
    [LINK]         = { "UTCVCA00001", "UTCVCA00002", 0xC3, "260101", "281231", &cvca2_key, &cvca_key, true },
    [LINK_WITHOUT] = { "UTCVCA00001", "UTCVCA00002", 0xC3, "260101", "281231", &cvca2_key, &cvca_key, false },
    [LINK_2]       = { "UTCVCA00002", "UTCVCA00003", 0xC1, "260102", "281231", &cvca_key, &cvca2_key, true },
    [LINK_OLD]     = { "UTCVCA00001", "UTCVCA00002", 0xC3, "240101", "251231", &cvca2_key, &cvca_key, true },
    [LINK_FUTURE]  = { "UTCVCA00001", "UTCVCA00002", 0xC3, "260602", "281231", &cvca2_key, &cvca_key, true },
    [DV]           = { "UTCVCA00001", "UTDV00001",   0x83, "260501", "260731", &dv_key,   &cvca_key, false },
    [DV_FOREIGN]   = { "UTCVCA00001", "UTDV00001",   0x43, "260501", "260731", &dv_key,   &cvca_key, false },
    [DV_DG3]       = { "UTCVCA00001", "UTDV00001",   0x81, "260501", "260731", &dv_key,   &cvca_key, false },
    [DV_OLD]       = { "UTCVCA00001", "UTDV00001",   0x83, "260301", "260531", &dv_key,   &cvca_key, false },
    [DV_FUTURE]    = { "UTCVCA00001", "UTDV00001",   0x83, "260602", "260731", &dv_key,   &cvca_key, false },
    [DV_FORGED]    = { "UTCVCA00001", "UTDV00001",   0x83, "260501", "260731", &dv_key,   &is_key,   false },
    [DV_UNDER_2]   = { "UTCVCA00002", "UTDV00001",   0x83, "260501", "260731", &dv_key,   &cvca2_key, false },
    [IS]           = { "UTDV00001",   "UTIS00001",   0x03, "260601", "260601", &is_key,   &dv_key,   false },
    [IS_LONGER]    = { "UTDV00001",   "UTIS00002",   0x03, "260520", "260620", &is_key,   &dv_key,   false },
    [IS_DG4]       = { "UTDV00001",   "UTIS00003",   0x02, "260520", "260620", &is_key,   &dv_key,   false },
    [IS_OLD]       = { "UTDV00001",   "UTIS00004",   0x03, "260501", "260531", &is_key,   &dv_key,   false },
    [IS_FORGED]    = { "UTDV00001",   "UTIS00005",   0x03, "260501", "260630", &is_key,   &is_key,   false },
    [IS_BY_CVCA]   = { "UTCVCA00001", "UTIS00006",   0x03, "260501", "260630", &is_key,   &cvca_key, false },
    [IS_OF_NOBODY] = { "UTDV00099",   "UTIS00007",   0x03, "260501", "260630", &is_key,   &dv_key,   false },
    [DV_BY_DV]     = { "UTDV00001",   "UTDV00002",   0x83, "260501", "260731", &is_key,   &dv_key,   false },
    [RING_A]       = { "UTCVCA00009", "UTCVCA00001", 0xC3, "260101", "281231", &cvca_key, &cvca2_key, true },
    [RING_B]       = { "UTCVCA00001", "UTCVCA00009", 0xC3, "260101", "281231", &cvca2_key, &cvca_key, true },
};
/* clang-format on */

static uint8_t     made_bytes[COUNT(made)][CVC_MADE_MAX];
static struct view made_der[COUNT(made)];

static void make_all(void)
{
    for (size_t i = 1; i < COUNT(made); i++) {
        const struct made     *m = &made[i];
        const struct cvc_order o = { m->car,      m->chr, m->rights, m->from,    m->until,
                                     *m->subject, EC256,  m->params, *m->issuer, EC256 };

        made_der[i] = cvc_make(&o, made_bytes[i]);
    }
}

static const struct {
    const char  *name, *car;
    struct date  today;
    enum who     store[8];
    enum outcome want;
    enum who     chain[6];
    uint8_t      rights;
    enum note_id note[NOTES_EXPECTED];
} chains[] = {
    /* clang-format off */
    { "DV, terminal",              "UTCVCA00001", { 2026, 6, 1 }, { CVCA, DV, IS }, OK, { DV, IS }, 3, { 0 } },
    { "in any order",              "UTCVCA00001", { 2026, 6, 1 }, { IS, DV, CVCA }, OK, { DV, IS }, 3, { 0 } },
    { "the CVCA's own is not there", "UTCVCA00001", { 2026, 6, 1 }, { DV, IS }, OK, { DV, IS }, 3, { 0 } },
    { "by a foreign DV",           "UTCVCA00001", { 2026, 6, 1 }, { CVCA, DV_FOREIGN, IS }, OK, { DV_FOREIGN, IS }, 3, { 0 } },
    { "E_15 rights of the DV",     "UTCVCA00001", { 2026, 6, 1 }, { CVCA, DV_DG3, IS }, OK, { DV_DG3, IS }, 1, { 0 } },
    { "E_16 no right in common",   "UTCVCA00001", { 2026, 6, 1 }, { CVCA, DV_DG3, IS_DG4 }, OK, { DV_DG3, IS_DG4 }, 0, { 0 } },
    { "E_32 link",                 "UTCVCA00001", { 2026, 6, 1 }, { CVCA, LINK, DV_UNDER_2, IS }, OK, { LINK, DV_UNDER_2, IS }, 3, { 0 } },
    { "link that inherits",        "UTCVCA00001", { 2026, 6, 1 }, { CVCA, LINK_WITHOUT, DV_UNDER_2, IS }, OK, { LINK_WITHOUT, DV_UNDER_2, IS }, 3, { 0 } },
    { "E_34 link not needed",      "UTCVCA00002", { 2026, 6, 1 }, { CVCA, LINK, DV_UNDER_2, IS }, OK, { DV_UNDER_2, IS }, 3, { 0 } },
    { "E_34 link not needed, either", "UTCVCA00001", { 2026, 6, 1 }, { LINK, CVCA, DV, IS }, OK, { DV, IS }, 3, { 0 } },
    { "an expired link leads on",  "UTCVCA00001", { 2026, 6, 1 }, { CVCA, LINK_OLD, DV_UNDER_2, IS }, OK, { LINK_OLD, DV_UNDER_2, IS }, 3, { 0 } },
    { "a link of tomorrow",        "UTCVCA00001", { 2026, 6, 1 }, { CVCA, LINK_FUTURE, DV_UNDER_2, IS }, E_UNSUPPORTED, { 0 }, 0, { NOTE_CVC_FUTURE } },
    { "two links that lead nowhere", "UTCVCA00001", { 2026, 6, 1 }, { CVCA, LINK, LINK_2 }, E_UNSUPPORTED, { 0 }, 0, { 0 } },
    { "E_08 another CAR",          "UTCVCA00007", { 2026, 6, 1 }, { CVCA, DV, IS }, E_UNSUPPORTED, { 0 }, 0, { 0 } },
    { "E_24 no DV",                "UTCVCA00001", { 2026, 6, 1 }, { CVCA, IS }, E_UNSUPPORTED, { 0 }, 0, { 0 } },
    { "E_24 no terminal",          "UTCVCA00001", { 2026, 6, 1 }, { CVCA, DV }, E_UNSUPPORTED, { 0 }, 0, { 0 } },
    { "E_24 nothing",              "UTCVCA00001", { 2026, 6, 1 }, { 0 }, E_UNSUPPORTED, { 0 }, 0, { 0 } },
    { "E_17 DV forged",            "UTCVCA00001", { 2026, 6, 1 }, { CVCA, DV_FORGED, IS }, E_UNSUPPORTED, { 0 }, 0, { NOTE_CVC_SIGNATURE } },
    { "E_18 terminal forged",      "UTCVCA00001", { 2026, 6, 1 }, { CVCA, DV, IS_FORGED }, E_UNSUPPORTED, { 0 }, 0, { NOTE_CVC_SIGNATURE } },
    { "a forged one beside the right", "UTCVCA00001", { 2026, 6, 1 }, { CVCA, DV_FORGED, DV, IS_FORGED, IS }, OK, { DV, IS }, 3, { 0 } },
    { "who can tell without the CVCA", "UTCVCA00001", { 2026, 6, 1 }, { DV_FORGED, IS }, OK, { DV_FORGED, IS }, 3, { 0 } },
    { "E_19 terminal expired",     "UTCVCA00001", { 2026, 6, 2 }, { CVCA, DV, IS }, E_UNSUPPORTED, { 0 }, 0, { NOTE_CVC_EXPIRED } },
    { "on its last day",           "UTCVCA00001", { 2026, 6, 1 }, { CVCA, DV, IS_OLD, IS }, OK, { DV, IS }, 3, { 0 } },
    { "DV expired",                "UTCVCA00001", { 2026, 6, 1 }, { CVCA, DV_OLD, IS }, E_UNSUPPORTED, { 0 }, 0, { NOTE_CVC_EXPIRED } },
    { "DV of tomorrow",            "UTCVCA00001", { 2026, 6, 1 }, { CVCA, DV_FUTURE, IS }, E_UNSUPPORTED, { 0 }, 0, { NOTE_CVC_FUTURE } },
    { "DV expired and renewed",    "UTCVCA00001", { 2026, 6, 1 }, { CVCA, DV_OLD, DV, IS }, OK, { DV, IS }, 3, { 0 } },
    { "no clock",                  "UTCVCA00001", { 0, 0, 0 }, { CVCA, DV_OLD, IS_OLD }, OK, { DV_OLD, IS_OLD }, 3, { 0 } },
    { "the terminal valid longest", "UTCVCA00001", { 2026, 6, 1 }, { CVCA, DV, IS, IS_LONGER, IS_OLD }, OK, { DV, IS_LONGER }, 3, { 0 } },
    { "a CVCA signs no terminal",  "UTCVCA00001", { 2026, 6, 1 }, { CVCA, IS_BY_CVCA }, E_UNSUPPORTED, { 0 }, 0, { 0 } },
    { "a DV signs no DV",          "UTCVCA00001", { 2026, 6, 1 }, { CVCA, DV, DV_BY_DV, IS_OF_NOBODY }, E_UNSUPPORTED, { 0 }, 0, { 0 } },
    { "a ring of links",           "UTCVCA00001", { 2026, 6, 1 }, { RING_A, RING_B, IS }, E_UNSUPPORTED, { 0 }, 0, { 0 } },
    /* clang-format on */
};

static struct view concatenate(const enum who *who, size_t max, uint8_t *bytes)
{
    size_t n = 0;

    for (size_t i = 0; i < max && who[i] != NOBODY; i++) {
        memcpy(bytes + n, made_der[who[i]].ptr, made_der[who[i]].len);
        n += made_der[who[i]].len;
    }
    return view_of(bytes, n);
}

static void which_chain(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(chains); i++) {
        static uint8_t   bytes[8 * CVC_MADE_MAX];
        struct cvc_store store;
        struct cvc_chain chain = { .n = 77 };
        struct notes     notes = { 0 };
        size_t           n = 0;

        ROW(chains[i].name);
        EXPECT_CODE(cvc_store_read(concatenate(chains[i].store, 8, bytes), &store), OK);
        EXPECT_CODE(cvc_chain_find(&store, text_of(chains[i].car), chains[i].today, &chain, &notes),
                    chains[i].want);
        expect_notes(&notes, chains[i].note);
        if (chains[i].want != OK) {
            EXPECT(chain.n == 77); /* unchanged */
            continue;
        }
        for (; chains[i].chain[n] != NOBODY; n++)
            EXPECT_BYTES(chain.item[n], made_der[chains[i].chain[n]]);
        EXPECT(chain.n == n && chain.rights == chains[i].rights);
        EXPECT_BYTES(chain.terminal.whole, chain.item[n - 1]);
    }
}

/* The terminal's curve comes from its CVCA, through the DV; without the CVCA nobody knows it. */
static void the_terminals_curve(void **state)
{
    (void)state;
    static const enum who all[] = { CVCA, DV, IS }, fewer[] = { DV, IS };
    static uint8_t        bytes[8 * CVC_MADE_MAX];
    struct cvc_store      store;
    struct cvc_chain      chain;

    EXPECT_CODE(cvc_store_read(concatenate(all, 3, bytes), &store), OK);
    EXPECT_CODE(cvc_chain_find(&store, TEXT("UTCVCA00001"), today, &chain, NULL), OK);
    EXPECT(chain.terminal.key.key.kind == KEY_EC && chain.terminal.key.key.ec.group == EC_BP256);
    EXPECT_CODE(cvc_store_read(concatenate(fewer, 2, bytes), &store), OK);
    EXPECT_CODE(cvc_chain_find(&store, TEXT("UTCVCA00001"), today, &chain, NULL), OK);
    EXPECT(chain.terminal.key.key.kind == KEY_NONE);
}

/* Eight generations, and not one more: E_33 and beyond. */
static void long_chains(void **state)
{
    (void)state;
    static uint8_t   bytes[10 * CVC_MADE_MAX];
    struct cvc_store store;
    struct cvc_chain chain;

    for (unsigned links = 5; links <= 7; links++) {
        size_t n = 0;

        for (unsigned i = 1; i <= links; i++) {
            char                   car[20], chr[20];
            const struct cvc_order o = { car,      chr,   0xC3,   "260101", "281231",
                                         cvca_key, EC256, i == 1, cvca_key, EC256 };

            snprintf(car, sizeof car, "UTCVCA%05u", i);
            snprintf(chr, sizeof chr, "UTCVCA%05u", i + 1);
            n += cvc_make(&o, bytes + n).len;
        }
        char                   last[20];
        const struct cvc_order dv = { last,   "UTDV00001", 0x83,  "260501", "260731",
                                      dv_key, EC256,       false, cvca_key, EC256 };

        snprintf(last, sizeof last, "UTCVCA%05u", links + 1);
        n += cvc_make(&dv, bytes + n).len;
        memcpy(bytes + n, made_der[IS].ptr, made_der[IS].len);
        n += made_der[IS].len;
        EXPECT_CODE(cvc_store_read(view_of(bytes, n), &store), OK);
        EXPECT_CODE(cvc_chain_find(&store, TEXT("UTCVCA00001"), today, &chain, NULL),
                    links <= 6 ? OK : E_UNSUPPORTED);
        if (links <= 6)
            EXPECT(chain.n == links + 2);
    }
}

static void stores(void **state)
{
    (void)state;
    static uint8_t   bytes[33 * CVC_MADE_MAX];
    struct cvc_store store = { .n = 77 };
    size_t           n = 0;

    for (int i = 0; i <= CVC_STORE_MAX; i++) {
        if (i == CVC_STORE_MAX) {
            EXPECT_CODE(cvc_store_read(view_of(bytes, n), &store), OK);
            EXPECT(store.n == CVC_STORE_MAX);
        }
        memcpy(bytes + n, made_der[DV].ptr, made_der[DV].len);
        n += made_der[DV].len;
    }
    store.n = 77;
    EXPECT_CODE(cvc_store_read(view_of(bytes, n), &store), E_TOO_LONG);
    EXPECT_CODE(cvc_store_read(view_of(bytes, made_der[DV].len + 1), &store), E_TRUNCATED);
    EXPECT(store.n == 77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_algorithm),
        cmocka_unit_test(curves_given_and_inherited),
        cmocka_unit_test(forms),
        cmocka_unit_test(too_long),
        cmocka_unit_test(roles),
        cmocka_unit_test(which_chain),
        cmocka_unit_test(the_terminals_curve),
        cmocka_unit_test(long_chains),
        cmocka_unit_test(stores),
    };

    cvca_key = signer_ec("brainpoolP256r1", "named_curve");
    cvca2_key = signer_ec("brainpoolP256r1", "named_curve");
    dv_key = signer_ec("brainpoolP256r1", "named_curve");
    is_key = signer_ec("brainpoolP256r1", "named_curve");
    rsa_key = signer_rsa(1280, 65537);
    make_all();
    return cmocka_run_group_tests_name("cert.cvc", tests, NULL, NULL);
}
