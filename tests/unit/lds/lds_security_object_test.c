/*
 * lds_security_object_test: both versions, and the cases LDS_H_39..47, 86..89 of
 * TR-03105-5.1 as far as they belong to reading.
 */
#include "lds/lds_security_object.h"

#include "parse.h"

#define SHA256 "30{06{608648016503040201} 0500}"
#define HASHES "30{30{020101 04{AA01}} 30{020102 04{BB02}}}"
#define V18    "30{13{'0108'} 13{'040000'}}"

static const struct {
    const char   *name, *der;
    enum outcome  want;
    uint32_t      version, dgs;
    enum hash_alg alg;
    enum note_id  notes[NOTES_EXPECTED];
} rows[] = {
    /* clang-format off */
    { "LDS 1.7", "30{020100" SHA256 HASHES "}", OK, 0, 0x6, HASH_SHA256, { 0 } },
    { "LDS_H_86 LDS 1.8", "30{020101" SHA256 HASHES V18 "}", OK, 1, 0x6, HASH_SHA256, { 0 } },
    { "no parameters", "30{020100 30{06{608648016503040203}}" HASHES "}", OK, 0, 0x6, HASH_SHA512, { 0 } },
    { "SHA-1", "30{020100 30{06{2B0E03021A} 0500}" HASHES "}", OK, 0, 0x6, HASH_SHA1, { 0 } },
    { "SHA-224", "30{020100 30{06{608648016503040204} 0500}" HASHES "}", OK, 0, 0x6, HASH_SHA224, { 0 } },
    { "SHA-384", "30{020100 30{06{608648016503040202} 0500}" HASHES "}", OK, 0, 0x6, HASH_SHA384, { 0 } },
    { "DG1 to DG16, any order", "30{020100" SHA256 "30{30{020110 04{01}} 30{020102 04{01}} 30{020101 04{01}}}}", OK, 0, 0x10006, HASH_SHA256, { 0 } },
    { "LDS_H_39 version 5", "30{020105" SHA256 HASHES "}", OK, 5, 0x6, HASH_SHA256, { NOTE_SO_VERSION } },
    { "LDS_H_87 LDS 1.8 with version 0", "30{020100" SHA256 HASHES V18 "}", OK, 0, 0x6, HASH_SHA256, { NOTE_SO_VERSION } },
    { "LDS_H_88 LDS 1.7 with version 1", "30{020101" SHA256 HASHES "}", OK, 1, 0x6, HASH_SHA256, { NOTE_SO_VERSION } },
    { "LDS_H_89 LDS 1.9", "30{020101" SHA256 HASHES "30{13{'0109'} 13{'040000'}}}", OK, 1, 0x6, HASH_SHA256, { NOTE_SO_LDS_VERSION } },
    { "Unicode 5", "30{020101" SHA256 HASHES "30{13{'0108'} 13{'050000'}}}", OK, 1, 0x6, HASH_SHA256, { NOTE_SO_LDS_VERSION } },
    { "LDS_H_41 MD5", "30{020100 30{06{2A864886F70D0205} 0500}" HASHES "}", OK, 0, 0x6, HASH_NONE, { NOTE_SO_HASH_UNKNOWN } },
    { "LDS_H_44 no hash of DG1", "30{020100" SHA256 "30{30{020102 04{BB02}} 30{020103 04{CC}}}}", OK, 0, 0xC, HASH_SHA256, { NOTE_SO_FEW } },
    { "no hash at all", "30{020100" SHA256 "3000}", OK, 0, 0, HASH_SHA256, { NOTE_SO_FEW } },
    { "LDS_H_40 version missing", "30{" SHA256 HASHES "}", E_UNEXPECTED, 0, 0, 0, { 0 } },
    { "LDS_H_42 algorithm missing", "30{020100" HASHES "}", E_UNEXPECTED, 0, 0, 0, { 0 } },
    { "LDS_H_46 data group number FF", "30{020100" SHA256 "30{30{020200FF 04{AA01}} 30{020102 04{BB02}}}}", E_UNEXPECTED, 0, 0, 0, { 0 } },
    { "data group number 0", "30{020100" SHA256 "30{30{020100 04{AA01}} 30{020102 04{BB02}}}}", E_UNEXPECTED, 0, 0, 0, { 0 } },
    { "data group number 17", "30{020100" SHA256 "30{30{020111 04{AA01}} 30{020102 04{BB02}}}}", E_UNEXPECTED, 0, 0, 0, { 0 } },
    { "data group number 33 is not 1", "30{020100" SHA256 "30{30{020121 04{AA01}} 30{020102 04{BB02}}}}", E_UNEXPECTED, 0, 0, 0, { 0 } },
    { "data group number negative", "30{020100" SHA256 "30{30{0201FF 04{AA01}} 30{020102 04{BB02}}}}", E_MALFORMED, 0, 0, 0, { 0 } },
    { "LDS_H_47 data group number missing", "30{020100" SHA256 "30{30{020101 04{AA01}} 30{04{BB02}}}}", E_UNEXPECTED, 0, 0, 0, { 0 } },
    { "one data group twice", "30{020100" SHA256 "30{30{020101 04{AA01}} 30{020102 04{BB02}} 30{020101 04{AA02}}}}", E_UNEXPECTED, 0, 0, 0, { 0 } },
    { "a hash that is no OCTET STRING", "30{020100" SHA256 "30{30{020101 03{AA01}}}}", E_UNEXPECTED, 0, 0, 0, { 0 } },
    { "more behind a hash", "30{020100" SHA256 "30{30{020101 04{AA01} 0500}}}", E_TRAILING, 0, 0, 0, { 0 } },
    { "parameters that are not NULL", "30{020100 30{06{608648016503040201} 020100}" HASHES "}", E_TRAILING, 0, 0, 0, { 0 } },
    { "version info of one string", "30{020101" SHA256 HASHES "30{13{'0108'}}}", E_TRUNCATED, 0, 0, 0, { 0 } },
    { "version info of three", "30{020101" SHA256 HASHES "30{13{'0108'} 13{'040000'} 0500}}", E_TRAILING, 0, 0, 0, { 0 } },
    { "more behind the version info", "30{020101" SHA256 HASHES V18 "0500}", E_TRAILING, 0, 0, 0, { 0 } },
    { "more behind all", "30{020100" SHA256 HASHES "} 00", E_TRAILING, 0, 0, 0, { 0 } },
    { "BER length", "30 81 2B 020100 30 0D 06096086480165030402010500 30 12 3007020101 0402AA01 3007020102 0402BB02 0000000000", E_MALFORMED, 0, 0, 0, { 0 } },
    /* clang-format on */
};

static struct err parse(struct view in)
{
    struct lds_security_object so;

    return lds_security_object_read(in, &so, NULL);
}

static void rows_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct view                der = NEST(rows[i].der);
        struct notes               notes = { 0 };
        struct lds_security_object so = { .version = 77 };

        ROW(rows[i].name);
        EXPECT_CODE(lds_security_object_read(der, &so, &notes), rows[i].want);
        every_flip_ends(der, parse);
        if (rows[i].want != OK) {
            EXPECT(so.version == 77);
            continue;
        }
        EXPECT(so.version == rows[i].version && so.dgs == rows[i].dgs);
        EXPECT(so.hash_alg == rows[i].alg);
        expect_notes(&notes, rows[i].notes);
        every_prefix_fails(der, parse);
        if ((so.dgs & 2) != 0 && (so.dgs >> 16) == 0)
            EXPECT_BYTES(so.hash[1], HEX("AA01"));
        EXPECT(so.hash[7].len == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(rows_hold) };

    return cmocka_run_group_tests_name("lds.lds_security_object", tests, NULL, NULL);
}
