/*
 * aa_test: Active Authentication's commands: which Le is asked with, and what each answer leads to.
 *
 * Rows D.. are quirks met in the field (README of the row); lengths are those of the keys.  What
 * an answer is worth is aa_check_test's.
 */
#include "chipauth/aa.h"

#include "asn1.h"
#include "nest.h"
#include "parse.h"

#define CHALLENGE "F173589974BF40C6" /* Doc 9303-11 appendix F */

enum { LOST = -1, TURNS = 7, ROOM = 231 };

/* A command by its Le, and the answer: so many bytes and a status word; or the session lost. */
struct turn {
    uint32_t le;
    int      len;
    uint16_t sw;
};

static const struct {
    const char  *name;
    size_t       signature; /* bytes of the modulus; 0: P-256, r || s of 64 */
    enum outcome want;
    uint16_t     sw;
    int          got; /* bytes of the answer at the end */
    bool         again;
    struct turn  turn[TURNS];
} rows[] = {
    /* clang-format off */
    { "RSA-1024",                   128, OK, 0, 128, false, { { 256, 128, 0x9000 } } },
    { "RSA-2048 in the clear",      256, OK, 0, 256, false, { { 256, 256, 0x9000 } } },
    { "RSA-4096",                   512, OK, 0, 512, false, { { 65536, 512, 0x9000 } } },
    { "ECDSA plain",                0, OK, 0, 64, false, { { 256, 64, 0x9000 } } },
    { "D1 cut to 231, then whole",  256, OK, 0, 256, true, { { 256, 231, 0x9000 }, { 65536, 256, 0x9000 } } },
    { "D1 cut always",              256, OK, 0, 231, true,
      { { 256, 231, 0x9000 }, { 65536, 231, 0x9000 }, { 231, 231, 0x9000 } } },
    { "D1 extended refused",        256, OK, 0, 231, true,
      { { 256, 231, 0x9000 }, { 65536, 0, 0x6700 }, { 231, 0, 0x6F00 } } },
    { "D2 nothing to a long Le",    512, OK, 0, 512, true, { { 65536, 0, 0x9000 }, { 512, 512, 0x9000 } } },
    { "D2 nothing, then Le 00",     512, OK, 0, 512, true,
      { { 65536, 0, 0x9000 }, { 512, 0, 0x9000 }, { 256, 512, 0x9000 } } },
    { "D2 Le 231 in the end",       128, OK, 0, 128, true,
      { { 256, 0, 0x9000 }, { 128, 0, 0x9000 }, { 65536, 0, 0x9000 }, { 231, 128, 0x9000 } } },
    { "D2 nothing to any Le",       128, OK, 0, 0, true,
      { { 256, 0, 0x9000 }, { 128, 0, 0x9000 }, { 65536, 0, 0x9000 }, { 231, 0, 0x9000 } } },
    { "D3 the rest never came",     256, OK, 0, 256, true, { { 256, 229, 0x611B }, { 65536, 256, 0x9000 } } },
    { "one byte too many",          128, OK, 0, 128, true, { { 256, 129, 0x9000 }, { 128, 128, 0x9000 } } },
    { "a page too many, for ever",  128, OK, 0, 0, true,
      { { 256, 600, 0x9000 }, { 128, 600, 0x9000 }, { 65536, 600, 0x9000 }, { 231, 600, 0x9000 } } },
    { "exact length named",         128, OK, 0, 128, false, { { 256, 0, 0x6C80 }, { 128, 128, 0x9000 } } },
    { "exact length 00 named",      512, OK, 0, 512, true,
      { { 65536, 0, 0x6C00 }, { 256, 256, 0x9000 }, { 512, 512, 0x9000 } } },
    { "exact length named twice",   128, OK, 0, 128, true,
      { { 256, 0, 0x6C80 }, { 128, 0, 0x6C80 }, { 128, 128, 0x9000 } } },
    { "Le 00 refused",              128, OK, 0, 128, true, { { 256, 0, 0x6700 }, { 128, 128, 0x9000 } } },
    { "every Le refused",           128, E_REFUSED, 0x6700, 0, false,
      { { 256, 0, 0x6700 }, { 128, 0, 0x6700 }, { 65536, 0, 0x6700 }, { 231, 0, 0x6700 } } },
    { "no such command",            128, E_REFUSED, 0x6D00, 0, false, { { 256, 0, 0x6D00 } } },
    { "not allowed",                128, E_REFUSED, 0x6982, 0, false, { { 256, 0, 0x6982 } } },
    { "conditions of use",          0,   E_REFUSED, 0x6985, 0, false, { { 256, 0, 0x6985 } } },
    { "no key",                     0,   E_REFUSED, 0x6A88, 0, false, { { 256, 0, 0x6A88 } } },
    { "a warning is no answer",     0,   E_REFUSED, 0x6300, 0, false, { { 256, 64, 0x6300 } } },
    { "A1 session lost, next Le",   256, OK, 0, 256, true,
      { { 256, 231, 0x9000 }, { 65536, LOST, 0x6700 }, { 231, 256, 0x9000 } } },
    { "A1 session lost at once",    128, OK, 0, 128, true, { { 256, LOST, 0x6988 }, { 128, 128, 0x9000 } } },
    { "session lost twice",         128, E_SM_BROKEN, 0x6988, 0, false,
      { { 256, LOST, 0x6988 }, { 128, LOST, 0x6988 } } },
    /* clang-format on */
};

static struct aa_key key_of(size_t signature)
{
    static uint8_t n[512];
    struct aa_key  k = { .key = { .kind = KEY_EC, .bits = 256, .ec = { EC_P256, { 0 } } } };

    memset(n, 0xFF, sizeof n);
    if (signature != 0)
        k.key = (struct public_key){ .kind = KEY_RSA,
                                     .bits = (uint16_t)(8 * signature),
                                     .rsa = { .n = view_of(n, signature) } };
    return k;
}

static struct rapdu answer_of(const struct turn *t)
{
    static const uint8_t bytes[600] = { 0x42 };
    struct rapdu         r = { .sw = t->sw };

    if (t->len == LOST)
        r.lost = (struct err){ .code = E_SM_BROKEN, .cause = E_REFUSED, .sw = t->sw };
    else
        r.data = view_of(bytes, (size_t)t->len);
    return r;
}

/* One step; what it may be followed by. */
static struct err play(struct aa *a, const struct turn *t)
{
    struct rapdu last = { 0 };

    for (;;) {
        struct capdu next;
        enum step    todo;
        struct err   e = aa_step(a, last, &next, &todo);

        if (e.code == OK && todo == STEP_REOPEN) {
            EXPECT(last.lost.code != OK);
            last = (struct rapdu){ 0 };
            continue;
        }
        if (e.code != OK || todo == STEP_DONE) {
            EXPECT(t->le == 0);
            return e;
        }
        EXPECT(todo == STEP_SEND && next.cla == 0 && next.ins == 0x88);
        EXPECT(next.p1 == 0 && next.p2 == 0);
        EXPECT_BYTES(next.data, HEX(CHALLENGE));
        if (next.le != t->le)
            fail_msg("[%s] Le %u, expected %u", expect_row, next.le, t->le);
        last = answer_of(t++);
    }
}

static void transcripts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct aa_key key = key_of(rows[i].signature);
        struct aa           a;
        struct capdu        next;
        enum step           todo;
        struct err          e;

        ROW(rows[i].name);
        EXPECT_CODE(aa_begin(&a, &key, HEX(CHALLENGE), ROOM), OK);
        e = play(&a, rows[i].turn);
        EXPECT_CODE(e, rows[i].want);
        EXPECT(e.sw == rows[i].sw);
        EXPECT(aa_answer(&a).len == (size_t)rows[i].got);
        EXPECT(a.again == rows[i].again);
        if (e.code == OK)
            EXPECT_BYTES(aa_challenge(&a), HEX(CHALLENGE));
        EXPECT_CODE(aa_step(&a, (struct rapdu){ 0 }, &next, &todo), E_BUG); /* over */
    }
}

/* Whatever word comes, always: it ends, and never as if the chip had signed. */
static void every_word_ends(void **state)
{
    (void)state;
    static const size_t signatures[] = { 0, 128, 256, 512 };

    for (size_t s = 0; s < COUNT(signatures); s++) {
        const struct aa_key key = key_of(signatures[s]);

        for (uint32_t sw = 0; sw <= 0xFFFF; sw++) {
            struct aa    a;
            struct rapdu last = { 0 };
            struct capdu next;
            enum step    todo = STEP_SEND;
            struct err   e = SUCCESS;

            if (sw == SW_OK)
                continue;
            EXPECT_CODE(aa_begin(&a, &key, HEX(CHALLENGE), ROOM), OK);
            for (int turns = 0; e.code == OK; turns++) {
                EXPECT(turns <= 6 && todo == STEP_SEND);
                e = aa_step(&a, last, &next, &todo);
                last = (struct rapdu){ .sw = (uint16_t)sw };
            }
            EXPECT(e.code == E_REFUSED && e.sw == sw);
            EXPECT_CODE(aa_check(&a, &(enum result){ NOT_RUN }, NULL), E_BUG);
        }
    }
}

/* ECDSA in DER (D5) is as long as it says; cut, it is not. */
static void der_is_whole_or_not(void **state)
{
    (void)state;
    const struct aa_key key = key_of(0);
    const struct view   der = ASN1("30{ 02{ 0102030405060708 } 02{ 0102030405060708 } }");
    struct capdu        next;
    enum step           todo;

    for (size_t n = 1; n <= der.len; n++) {
        struct aa a;

        EXPECT_CODE(aa_begin(&a, &key, HEX(CHALLENGE), ROOM), OK);
        EXPECT_CODE(aa_step(&a, (struct rapdu){ 0 }, &next, &todo), OK);
        EXPECT_CODE(
            aa_step(&a, (struct rapdu){ view_of(der.ptr, n), SW_OK, SUCCESS }, &next, &todo), OK);
        EXPECT(todo == (n == der.len ? STEP_DONE : STEP_SEND));
    }
}

#define P256_POINT                                                                                 \
    "04 6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296"                          \
    "4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5"
#define P256_SPKI   "30{ 30{ 06{ 2A8648CE3D0201 } 06{ 2A8648CE3D030107 } } 03{ 00" P256_POINT "} }"
#define INFO(oid)   "31{ 30{ 06{ 678108010105 } 02{01} 06{" oid "} } }"
#define OTHER       "30{ 06{ 04007F000702020202 } 02{01} }"
#define PLAIN       "04007F00070101040103" /* ecdsa-plain-SHA256 */
#define X509_SHA384 "2A8648CE3D040303"     /* ecdsa-with-SHA384 */
#define RSA_SHA256  "2A864886F70D01010B"

static const struct {
    const char   *name, *infos;
    enum hash_alg hash;
    enum note_id  note[NOTES_EXPECTED];
} infos[] = {
    { "no DG14", NULL, HASH_NONE, { NOTE_NONE } },
    { "D6 no info", "31{" OTHER "}", HASH_NONE, { NOTE_NONE } },
    { "plain SHA-256", INFO(PLAIN), HASH_SHA256, { NOTE_NONE } },
    { "behind another",
      "31{" OTHER "30{ 06{ 678108010105 } 02{01} 06{" PLAIN "} } }",
      HASH_SHA256,
      { NOTE_NONE } },
    { "as X.509 names it", INFO(X509_SHA384), HASH_SHA384, { NOTE_AA_INFO_DER } },
    { "E_08 an algorithm for RSA", INFO(RSA_SHA256), HASH_NONE, { NOTE_AA_INFO } },
    { "E_08 an algorithm unknown", INFO("2A030405"), HASH_NONE, { NOTE_AA_INFO } },
};

static void what_the_document_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(infos); i++) {
        struct notes          notes = { .place = PLACE_DG1 + 14 };
        struct security_infos read;
        struct aa_key         key;
        const struct view     der = ASN1(infos[i].infos ? infos[i].infos : "");

        ROW(infos[i].name);
        if (infos[i].infos != NULL)
            EXPECT_CODE(security_infos_read(der, &read, NULL), OK);
        EXPECT_CODE(aa_key_read(ASN1(P256_SPKI), infos[i].infos ? &read : NULL, &key, &notes), OK);
        EXPECT(key.hash == infos[i].hash && key.key.kind == KEY_EC && key.key.bits == 256);
        expect_notes(&notes, infos[i].note);
    }
}

static struct err read_spki(struct view in)
{
    struct aa_key key;

    return aa_key_read(in, NULL, &key, NULL);
}

static const struct {
    const char  *name, *spki;
    enum outcome want;
} keys[] = {
    { "an algorithm unknown", "30{ 30{ 06{ 2A0304 } } 03{ 00 04 } }", E_UNSUPPORTED },
    { "bytes behind it", P256_SPKI "00", E_TRAILING },
    { "no key at all", "30{ }", E_TRUNCATED },
    { "Edwards curve", "30{ 30{ 06{ 2B6570 } } 03{ 00 42 } }", E_UNSUPPORTED },
};

static void keys_refused(void **state)
{
    (void)state;
    uint8_t big[600];
    char    hex_n[1300] = "00", text[1500];

    for (size_t i = 0; i < COUNT(keys); i++) {
        ROW(keys[i].name);
        EXPECT_CODE(read_spki(ASN1(keys[i].spki)), keys[i].want);
    }
    ROW("RSA-4104");
    memset(big, 0xFF, sizeof big);
    for (int i = 0; i < 513; i++)
        strcat(hex_n, "FF");
    snprintf(text, sizeof text,
             "30{ 30{ 06{ 2A864886F70D010101 } 05{} } 03{ 00 30{ 02{ %s } 02{ 010001 } } } }",
             hex_n);
    EXPECT_CODE(read_spki(ASN1(text)), E_UNSUPPORTED);
    every_prefix_fails(ASN1(P256_SPKI), read_spki);
    every_flip_ends(ASN1(P256_SPKI), read_spki);
}

static void arguments(void **state)
{
    (void)state;
    const struct aa_key key = key_of(0), none = { .key = { .kind = KEY_NONE } };
    struct aa           a;

    EXPECT_CODE(aa_begin(&a, &none, HEX(CHALLENGE), ROOM), E_BUG);
    EXPECT_CODE(aa_begin(&a, &key, HEX("F173589974BF40"), ROOM), E_BUG);
    EXPECT_CODE(aa_begin(&a, &key, HEX(CHALLENGE "00"), ROOM), E_BUG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transcripts),         cmocka_unit_test(every_word_ends),
        cmocka_unit_test(der_is_whole_or_not), cmocka_unit_test(what_the_document_says),
        cmocka_unit_test(keys_refused),        cmocka_unit_test(arguments),
    };

    return cmocka_run_group_tests_name("chipauth.aa", tests, NULL, NULL);
}
