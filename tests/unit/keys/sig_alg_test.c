/*
 * sig_alg_test: AlgorithmIdentifiers that are on the list, and those that are not.
 *
 * Octets of the identifiers: RFC 3279, 4055, 5754, 5758; TR-03111 5.2.1.1; H_ names are
 * cases of TR-03105-5.1.  (signature_test reads OpenSSL's encodings of the same.)
 */
#include "base/der.h"
#include "expect.h"
#include "keys/signature.h"

#define RSA(n)          "06092A864886F70D0101" n
#define SHA1            "300906052B0E03021A0500"
#define SHA256          "300D06096086480165030402010500"
#define SHA256_NO       "300B0609608648016503040201"
#define SHA512          "300D06096086480165030402030500"
#define MD5_ID          "300C06082A864886F70D02050500"
#define MGF1(len, hash) "30" len "06092A864886F70D010108" hash

static const struct {
    const char   *name, *body; /* what stands in the SEQUENCE */
    enum outcome  want;
    enum scheme   scheme;
    enum hash_alg hash, mgf_hash;
    uint16_t      salt_len;
    bool          note;
    const char   *text;
} rows[] = {
    /* clang-format off */
    { "sha256WithRSA", RSA("0B") "0500", OK, SCHEME_RSA_PKCS1, HASH_SHA256, 0, 0, false,
      "RSA SHA-256" },
    { "sha256WithRSA, no NULL", RSA("0B"), OK, SCHEME_RSA_PKCS1, HASH_SHA256, 0, 0, true,
      "RSA SHA-256" },
    { "sha256WithRSA, a NULL that is not empty", RSA("0B") "050100", E_MALFORMED, 0, 0, 0, 0,
      false, NULL },
    { "sha256WithRSA, two NULLs", RSA("0B") "05000500", E_TRAILING, 0, 0, 0, 0, false, NULL },
    { "sha256WithRSA, other parameters", RSA("0B") "020101", E_UNEXPECTED, 0, 0, 0, 0, false,
      NULL },
    { "rsaEncryption", RSA("01") "0500", OK, SCHEME_RSA_PKCS1, HASH_NONE, 0, 0, false, "RSA" },
    { "H_36 md5WithRSA", RSA("04") "0500", E_UNSUPPORTED, 0, 0, 0, 0, false, NULL },
    { "md2WithRSA", RSA("02") "0500", E_UNSUPPORTED, 0, 0, 0, 0, false, NULL },
    { "ecdsa-with-SHA256", "06082A8648CE3D040302", OK, SCHEME_ECDSA, HASH_SHA256, 0, 0, false,
      "ECDSA SHA-256" },
    { "ecdsa-with-SHA256, NULL", "06082A8648CE3D0403020500", OK, SCHEME_ECDSA, HASH_SHA256, 0, 0,
      true, "ECDSA SHA-256" },
    { "ecdsa-with-Specified", "06072A8648CE3D0403", E_UNSUPPORTED, 0, 0, 0, 0, false, NULL },
    { "ecdsa-plain-SHA256", "060A04007F00070101040103", OK, SCHEME_ECDSA_PLAIN, HASH_SHA256, 0, 0,
      false, "ECDSA-plain SHA-256" },
    { "ecdsa-plain-RIPEMD160", "060A04007F00070101040106", E_UNSUPPORTED, 0, 0, 0, 0, false, NULL },
    { "dsa-with-sha1", "06072A8648CE380403", OK, SCHEME_DSA, HASH_SHA1, 0, 0, false, "DSA SHA-1" },
    { "dsa-with-sha512", "0609608648016503040304", E_UNSUPPORTED, 0, 0, 0, 0, false, NULL },
    { "Ed25519", "06032B6570", E_UNSUPPORTED, 0, 0, 0, 0, false, NULL },
    { "no identifier", "", E_TRUNCATED, 0, 0, 0, 0, false, NULL },
    { "identifier of no arcs", "0600", E_MALFORMED, 0, 0, 0, 0, false, NULL },

    { "PSS, no parameters: says nothing", RSA("0A"), E_TRUNCATED, 0, 0, 0, 0, false, NULL },
    { "PSS, NULL", RSA("0A") "0500", E_UNEXPECTED, 0, 0, 0, 0, false, NULL },
    { "PSS, all default", RSA("0A") "3000", OK, SCHEME_RSA_PSS, HASH_SHA1, HASH_SHA1, 20, false,
      "RSASSA-PSS SHA-1 salt 20" },
    { "PSS, SHA-256 throughout",
      RSA("0A") "3034 A00F" SHA256 "A11C" MGF1("1A", SHA256) "A203020120",
      OK, SCHEME_RSA_PSS, HASH_SHA256, HASH_SHA256, 32, false, "RSASSA-PSS SHA-256 salt 32" },
    { "PSS, SHA-256 without NULL",
      RSA("0A") "3030 A00D" SHA256_NO "A11A" MGF1("18", SHA256_NO) "A203020120",
      OK, SCHEME_RSA_PSS, HASH_SHA256, HASH_SHA256, 32, false, "RSASSA-PSS SHA-256 salt 32" },
    { "PSS, a length that lies",
      RSA("0A") "3035 A00B" SHA1 "A118" MGF1("16", SHA1) "A203020114A303020101",
      E_TRUNCATED, 0, 0, 0, 0, false, NULL },
    { "PSS, defaults written out",
      RSA("0A") "3031 A00B" SHA1 "A118" MGF1("16", SHA1) "A203020114A303020101",
      OK, SCHEME_RSA_PSS, HASH_SHA1, HASH_SHA1, 20, false, "RSASSA-PSS SHA-1 salt 20" },
    { "PSS, digest alone: MGF1 and salt default", RSA("0A") "3011 A00F" SHA256,
      OK, SCHEME_RSA_PSS, HASH_SHA256, HASH_SHA1, 20, false,
      "RSASSA-PSS SHA-256 MGF1 SHA-1 salt 20" },
    { "PSS, salt 0", RSA("0A") "3005 A203020100", OK, SCHEME_RSA_PSS, HASH_SHA1, HASH_SHA1, 0,
      false, "RSASSA-PSS SHA-1 salt 0" },
    { "PSS, salt negative", RSA("0A") "3005 A2030201FF", E_MALFORMED, 0, 0, 0, 0, false, NULL },
    { "PSS, salt 1024", RSA("0A") "3006 A20402020400", OK, SCHEME_RSA_PSS, HASH_SHA1, HASH_SHA1,
      1024, false, "RSASSA-PSS SHA-1 salt 1024" },
    { "PSS, salt 65568: 32 if cut to 16 bits", RSA("0A") "3007 A2050203010020", E_UNSUPPORTED,
      0, 0, 0, 0, false, NULL },
    { "PSS, trailer 2", RSA("0A") "3005 A303020102", E_UNSUPPORTED, 0, 0, 0, 0, false, NULL },
    { "PSS, MD5", RSA("0A") "3010 A00E" MD5_ID, E_UNSUPPORTED, 0, 0, 0, 0, false, NULL },
    { "PSS, MGF1 with MD5", RSA("0A") "301D A11B" MGF1("19", MD5_ID), E_UNSUPPORTED, 0, 0, 0, 0,
      false, NULL },
    { "PSS, MGF1 without digest", RSA("0A") "300F A10D" MGF1("0B", ""), E_TRUNCATED, 0, 0, 0, 0,
      false, NULL },
    { "PSS, another mask", RSA("0A") "301E A11C 301A 06092A864886F70D010109" SHA256, E_UNSUPPORTED,
      0, 0, 0, 0, false, NULL },
    { "PSS, out of order", RSA("0A") "300A A303020101 A203020120", E_TRAILING, 0, 0, 0, 0, false,
      NULL },
    { "PSS, something after", RSA("0A") "3000 0500", E_TRAILING, 0, 0, 0, 0, false, NULL },
    { "PSS, two digests in [0]", RSA("0A") "3018 A016" SHA1 SHA1, E_TRAILING, 0, 0, 0, 0, false,
      NULL },
    /* clang-format on */
};

static struct view in_sequence(struct view body, uint8_t *room, size_t cap)
{
    struct buf out = buf_of(room, cap);

    EXPECT_CODE(tlv_put(&out, DER_SEQUENCE, body), OK);
    return buf_view(&out);
}

/* Each prefix is read from an allocation of exactly its length. */
static void every_prefix(struct view whole)
{
    for (size_t n = 0; n < whole.len; n++) {
        uint8_t       *exact = malloc(n ? n : 1);
        struct view    in = view_of(exact, n);
        struct sig_alg alg;
        enum hash_alg  hash;

        memcpy(exact, whole.ptr, n);
        EXPECT_CODE(sig_alg_read(&in, &alg, NULL), E_TRUNCATED);
        EXPECT_CODE(digest_alg_read(&in, &hash), E_TRUNCATED);
        EXPECT(in.ptr == exact && in.len == n);
        free(exact);
    }
}

static void check_row(size_t i, const struct sig_alg *alg, const struct notes *notes)
{
    char       room[SIG_ALG_TEXT_MAX];
    struct buf text = BUF(room);

    EXPECT(alg->scheme == rows[i].scheme && alg->hash == rows[i].hash);
    EXPECT(alg->mgf_hash == rows[i].mgf_hash && alg->salt_len == rows[i].salt_len);
    EXPECT(alg->oid != OID_UNKNOWN);
    EXPECT(note_seen(notes, NOTE_ALG_PARAMS) == rows[i].note);
    EXPECT_CODE(sig_alg_print(alg, &text), OK);
    EXPECT_BYTES(buf_view(&text), view_of(rows[i].text, strlen(rows[i].text)));
    for (size_t cap = 0; cap < text.len; cap++) {
        struct buf small = buf_of(room, cap);

        EXPECT_CODE(sig_alg_print(alg, &small), E_NO_SPACE);
        EXPECT(small.len == 0);
    }
}

static void rows_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint8_t        room[256];
        struct view    in = in_sequence(HEX(rows[i].body), room, sizeof room), whole = in;
        struct sig_alg alg = { 0 };
        struct notes   notes = { 0 };

        ROW(rows[i].name);
        EXPECT_CODE(sig_alg_read(&in, &alg, &notes), rows[i].want);
        EXPECT(in.len == (rows[i].want == OK || rows[i].want == E_UNSUPPORTED ? 0 : whole.len));
        if (rows[i].want == OK) {
            check_row(i, &alg, &notes);
            every_prefix(whole);
        } else {
            EXPECT(alg.scheme == SCHEME_NONE);
        }
    }
}

static const struct {
    const char   *name, *der;
    enum outcome  want;
    enum hash_alg hash;
} digest_rows[] = {
    /* clang-format off */
    { "SHA-1",              SHA1,                                   OK, HASH_SHA1   },
    { "SHA-224",            "300D06096086480165030402040500",       OK, HASH_SHA224 },
    { "SHA-256",            SHA256,                                 OK, HASH_SHA256 },
    { "SHA-256, no NULL",   SHA256_NO,                              OK, HASH_SHA256 },
    { "SHA-384",            "300D06096086480165030402020500",       OK, HASH_SHA384 },
    { "SHA-512",            SHA512,                                 OK, HASH_SHA512 },
    { "H_30 MD5",           MD5_ID,                                 E_UNSUPPORTED, HASH_NONE },
    { "RIPEMD-160",         "300906052B240302010500",               E_UNSUPPORTED, HASH_NONE },
    { "SHA3-256",           "300B0609608648016503040208",           E_UNSUPPORTED, HASH_NONE },
    { "SHA-256, INTEGER",   "300E0609608648016503040201020100",     E_UNEXPECTED,  HASH_NONE },
    { "SHA-256, and more",  "300F060960864801650304020105000500",   E_TRAILING,    HASH_NONE },
    { "no SEQUENCE",        "0609608648016503040201",               E_UNEXPECTED,  HASH_NONE },
    /* clang-format on */
};

static void digest_rows_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(digest_rows); i++) {
        struct view   in = HEX(digest_rows[i].der), whole = in;
        enum hash_alg hash = HASH_NONE;

        ROW(digest_rows[i].name);
        EXPECT_CODE(digest_alg_read(&in, &hash), digest_rows[i].want);
        EXPECT(hash == digest_rows[i].hash);
        EXPECT(in.len ==
               (digest_rows[i].want == OK || digest_rows[i].want == E_UNSUPPORTED ? 0 : whole.len));
    }
}

static void none_is_unknown(void **state)
{
    const struct sig_alg none = { 0 };
    char                 room[SIG_ALG_TEXT_MAX];
    struct buf           text = BUF(room);

    (void)state;
    EXPECT_CODE(sig_alg_print(&none, &text), OK);
    EXPECT_BYTES(buf_view(&text), TEXT("unknown"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_hold),
        cmocka_unit_test(digest_rows_hold),
        cmocka_unit_test(none_is_unknown),
    };

    return cmocka_run_group_tests_name("keys.sig_alg", tests, NULL, NULL);
}
