/*
 * pace_choose_test: which of the PACE protocols that a chip offers is taken.
 *
 * Sources: files as public test code of other readers and cards has them (named in the rows),
 * and files made here.  G_xx after TR-03105-5.1 (ISO7816_G), B.. after quirks met in the field.
 */
#include "access/pace.h"
#include "asn1.h"

#define PACE "06{ 04007F0007020204 "
/* protocol m.c, parameterId */
#define INFO(mc, id)             "30{ " PACE mc " } 02{ 02 } 02{ " id " } } "
#define BARE(mc)                 "30{ " PACE mc " } 02{ 02 } } "
#define PARAMS(m, algorithm, id) "30{ " PACE m " } " algorithm " " id " } "

#define BP256_BY_ID              "30{ 06{ 04007F00070102 } 02{ 0D } }"
#define P256_SPELT(order)                                                                          \
    "30{ 06{ 2A8648CE3D0201 } 30{ 02{ 01 }"                                                        \
    " 30{ 06{ 2A8648CE3D0101 } 02{ "                                                               \
    "00FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF } }"                       \
    " 30{ 04{ FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFC }"                  \
    "     04{ 5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B } }"                \
    " 04{ 046B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296"                      \
    "       4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5 }"                    \
    " 02{ 00FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC6325" order                  \
    " } 02{ 01 } } }"

enum { NOTED = 1 };

static const struct row {
    const char *name, *infos;
    uint32_t    tried;
    /* wanted; index -1: none */
    int               index;
    enum info_mapping mapping;
    enum sm_suite     suite;
    const char       *group; /* name in our tables */
    bool              name_id, other_way;
    int               noted;
} rows[] = {
    /* clang-format off */
    { "G.1",                       INFO("02 02", "0D"), 0, 0, MAPPING_GM, SM_SUITE_AES_128, "brainpoolP256r1", false, true, 0 },
    { "G.2",                       INFO("01 02", "00"), 0, 0, MAPPING_GM, SM_SUITE_AES_128, "modp1024-160", false, true, 0 },
    { "I.1",                       INFO("06 02", "0D"), 0, 0, MAPPING_CAM, SM_SUITE_AES_128, "brainpoolP256r1", false, true, 0 },
    { "G.1, refused",              INFO("02 02", "0D"), 1, -1, 0, 0, NULL, false, false, 0 },
    { "nothing offered",           "", 0, -1, 0, 0, NULL, false, false, 0 },
    { "gmrtd: GM and CAM",         INFO("02 02", "0D") INFO("06 02", "0D"), 0, 1, MAPPING_CAM, SM_SUITE_AES_128, "brainpoolP256r1", true, true, 0 },
    { "gmrtd: CAM refused",        INFO("02 02", "0D") INFO("06 02", "0D"), 2, 0, MAPPING_GM, SM_SUITE_AES_128, "brainpoolP256r1", true, true, 0 },
    { "gmrtd: two domains",        INFO("02 02", "0C") INFO("06 02", "0D"), 0, 1, MAPPING_CAM, SM_SUITE_AES_128, "brainpoolP256r1", true, false, 0 },
    { "gmrtd: unknown ciphers",    INFO("02 7F", "10") INFO("06 7F", "10"), 0, -1, 0, 0, NULL, false, false, 0 },
    { "gmrtd: version 1",          "30{ " PACE "02 02 } 02{ 01 } 02{ 0D } }", 0, -1, 0, 0, NULL, false, false, NOTED },
    { "gmrtd: id 255",             INFO("02 02", "00FF"), 0, -1, 0, 0, NULL, false, false, NOTED },
    { "vcmrtd: CAM without id",    BARE("06 04"), 0, -1, 0, 0, NULL, false, false, NOTED },
    { "vcmrtd: DH-IM over a curve's id", INFO("03 02", "0D"), 0, -1, 0, 0, NULL, false, false, NOTED },

    { "mappings: GM before IM",    INFO("04 04", "12") INFO("02 01", "08"), 0, 1, MAPPING_GM, SM_SUITE_3DES, "secp192r1", true, false, 0 },
    { "mappings: CAM before GM",   INFO("02 04", "12") INFO("06 02", "0C"), 0, 1, MAPPING_CAM, SM_SUITE_AES_128, "secp256r1", true, false, 0 },
    { "ciphers",                   INFO("02 01", "0D") INFO("02 03", "0D") INFO("02 04", "0D") INFO("02 02", "0D"), 0, 2, MAPPING_GM, SM_SUITE_AES_256, "brainpoolP256r1", true, true, 0 },
    { "ciphers, the best refused", INFO("02 01", "0D") INFO("02 03", "0D") INFO("02 04", "0D") INFO("02 02", "0D"), 4, 1, MAPPING_GM, SM_SUITE_AES_192, "brainpoolP256r1", true, true, 0 },
    { "ciphers, two refused",      INFO("02 01", "0D") INFO("02 03", "0D") INFO("02 04", "0D") INFO("02 02", "0D"), 6, 3, MAPPING_GM, SM_SUITE_AES_128, "brainpoolP256r1", true, true, 0 },
    { "ciphers, all refused",      INFO("02 01", "0D") INFO("02 03", "0D") INFO("02 04", "0D") INFO("02 02", "0D"), 15, -1, 0, 0, NULL, false, false, 0 },
    { "curves before numbers",     INFO("01 02", "02") INFO("02 02", "08"), 0, 1, MAPPING_GM, SM_SUITE_AES_128, "secp192r1", true, false, 0 },
    { "larger numbers",            INFO("01 02", "00") INFO("01 02", "01") INFO("01 02", "00"), 0, 1, MAPPING_GM, SM_SUITE_AES_128, "modp2048-224", true, false, 0 },
    { "B4 larger curve",           INFO("02 02", "0C") INFO("02 02", "10") INFO("02 02", "0D"), 0, 1, MAPPING_GM, SM_SUITE_AES_128, "brainpoolP384r1", true, false, 0 },
    { "alike: the first",          INFO("02 02", "0C") INFO("02 02", "0D"), 0, 0, MAPPING_GM, SM_SUITE_AES_128, "secp256r1", true, false, 0 },
    { "521 bits before 512",       INFO("02 02", "11") INFO("02 02", "12"), 0, 1, MAPPING_GM, SM_SUITE_AES_128, "secp521r1", true, false, 0 },

    { "G_05 others between",       "30{ 06{ 04007F000702020202 } 02{ 01 } } 30{ 06{ 2A03 } 05{ } } " INFO("02 02", "0D") "30{ 06{ 04007F000702020204 } 0C{ 'x' } }", 0, 0, MAPPING_GM, SM_SUITE_AES_128, "brainpoolP256r1", false, true, 0 },
    { "G_28 reserved id 3",        INFO("02 02", "03"), 0, -1, 0, 0, NULL, false, false, NOTED },
    { "G_28 reserved id 19",       INFO("02 02", "13"), 0, -1, 0, 0, NULL, false, false, NOTED },
    { "G_28 reserved id 31",       INFO("02 02", "1F"), 0, -1, 0, 0, NULL, false, false, NOTED },
    { "ECDH over a number's id",   INFO("02 02", "00"), 0, -1, 0, 0, NULL, false, false, NOTED },
    { "IM over P-224",             INFO("04 02", "0A"), 0, -1, 0, 0, NULL, false, false, NOTED },
    { "GM over P-224",             INFO("02 02", "0A"), 0, 0, MAPPING_GM, SM_SUITE_AES_128, "secp224r1", false, true, 0 },
    { "CAM over P-224",            INFO("06 02", "0A"), 0, 0, MAPPING_CAM, SM_SUITE_AES_128, "secp224r1", false, true, 0 },
    { "G_36 DH-CAM beside 3DES",   INFO("05 02", "00") INFO("02 01", "0D"), 0, 0, MAPPING_GM, SM_SUITE_3DES, "brainpoolP256r1", true, false, 0 },
    { "G_36 CAM with 3DES",        INFO("02 01", "0D") INFO("06 01", "0D"), 0, 0, MAPPING_GM, SM_SUITE_3DES, "brainpoolP256r1", true, false, 0 },
    { "nonsense before sense",     INFO("04 04", "0A") INFO("02 01", "0D"), 0, 1, MAPPING_GM, SM_SUITE_3DES, "brainpoolP256r1", true, false, NOTED },

    { "B6 no id, no parameters",   BARE("02 02"), 0, -1, 0, 0, NULL, false, false, NOTED },
    { "B6 no id, parameters",      BARE("02 02") PARAMS("02", BP256_BY_ID, ""), 0, 0, MAPPING_GM, SM_SUITE_AES_128, "brainpoolP256r1", false, false, 0 },
    { "no id, spelt out",          BARE("02 02") PARAMS("02", P256_SPELT("51"), ""), 0, 0, MAPPING_GM, SM_SUITE_AES_128, "secp256r1", false, false, 0 },
    { "no id, spelt almost so",    BARE("02 02") PARAMS("02", P256_SPELT("53"), ""), 0, -1, 0, 0, NULL, false, false, NOTED },
    { "no id, parameters with one", BARE("02 02") PARAMS("02", P256_SPELT("51"), "02{ 20 }"), 0, 0, MAPPING_GM, SM_SUITE_AES_128, "secp256r1", false, false, 0 },
    { "no id, two parameters",     BARE("02 02") PARAMS("02", P256_SPELT("51"), "02{ 20 }") PARAMS("02", BP256_BY_ID, "02{ 21 }"), 0, -1, 0, 0, NULL, false, false, NOTED },
    { "id 33 of two parameters",   INFO("02 02", "21") PARAMS("02", P256_SPELT("51"), "02{ 20 }") PARAMS("02", BP256_BY_ID, "02{ 21 }"), 0, 0, MAPPING_GM, SM_SUITE_AES_128, "brainpoolP256r1", false, true, 0 },
    { "id 34 of two parameters",   INFO("02 02", "22") PARAMS("02", P256_SPELT("51"), "02{ 20 }") PARAMS("02", BP256_BY_ID, "02{ 21 }"), 0, -1, 0, 0, NULL, false, false, NOTED },
    { "two parameters of one id",  INFO("02 02", "20") PARAMS("02", P256_SPELT("51"), "02{ 20 }") PARAMS("02", BP256_BY_ID, "02{ 20 }"), 0, -1, 0, 0, NULL, false, false, NOTED },
    { "parameters of another mapping", BARE("02 02") PARAMS("04", P256_SPELT("51"), ""), 0, -1, 0, 0, NULL, false, false, NOTED },
    { "parameters of another kind", BARE("02 02") PARAMS("02", "30{ 06{ 04007F00070102 } 02{ 00 } }", ""), 0, -1, 0, 0, NULL, false, false, NOTED },
    { "parameters of numbers",     BARE("01 04") PARAMS("01", "30{ 06{ 04007F00070102 } 02{ 02 } }", ""), 0, 0, MAPPING_GM, SM_SUITE_AES_256, "modp2048-256", false, false, 0 },
    { "reserved id with parameters", INFO("02 02", "0D") PARAMS("02", P256_SPELT("51"), "02{ 0D }"), 0, 0, MAPPING_GM, SM_SUITE_AES_128, "brainpoolP256r1", false, true, 0 },
    { "a reserved id that parameters bear too", INFO("02 02", "14") PARAMS("02", P256_SPELT("51"), "02{ 14 }"), 0, -1, 0, 0, NULL, false, false, NOTED },
    { "G_07 two and parameters",   INFO("02 02", "0D") INFO("02 04", "20") PARAMS("02", P256_SPELT("51"), "02{ 20 }"), 0, 1, MAPPING_GM, SM_SUITE_AES_256, "secp256r1", true, false, 0 },
    { "G_07 parameters unknown",   INFO("02 02", "0D") INFO("02 04", "20") PARAMS("02", P256_SPELT("52"), "02{ 20 }"), 0, 0, MAPPING_GM, SM_SUITE_AES_128, "brainpoolP256r1", true, false, NOTED },
    { "one with an id, one without", INFO("02 02", "0D") BARE("02 04") PARAMS("02", P256_SPELT("51"), ""), 0, 1, MAPPING_GM, SM_SUITE_AES_256, "secp256r1", false, false, 0 },
    /* clang-format on */
};

static struct security_infos infos_of(const char *content)
{
    static uint8_t        kept[4096];
    static char           text[8192];
    struct security_infos infos;

    snprintf(text, sizeof text, "31{ %s }", content);
    const struct view whole = ASN1(text);

    memcpy(kept, whole.ptr, whole.len);
    EXPECT_CODE(security_infos_read(view_of(kept, whole.len), &infos, NULL), OK);
    return infos;
}

static const char *name_of(const struct agreement *a)
{
    if (a->kind == AGREEMENT_ECDH)
        return ec_domain(a->group)->name;
    for (enum dh_group g = DH_NONE + 1; g < DH_GROUP_COUNT; g++) {
        if (view_eq(a->dh.p, dh_domain(g)->p) && view_eq(a->dh.q, dh_domain(g)->q))
            return dh_domain(g)->name;
    }
    return "";
}

static void rows_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct row           *w = &rows[i];
        const struct security_infos infos = infos_of(w->infos);
        struct notes                notes = { 0 };
        struct pace_choice          c = { .index = 99 };
        struct err                  e;

        ROW(w->name);
        e = pace_choose(&infos, w->tried, &c, &notes);
        EXPECT(note_seen(&notes, NOTE_PACE_INFO_UNUSABLE) == (w->noted == NOTED));
        if (w->index < 0) {
            EXPECT_CODE(e, E_UNSUPPORTED);
            EXPECT(c.index == 99);
            continue;
        }
        EXPECT_CODE(e, OK);
        EXPECT(c.mapping == w->mapping && c.suite == w->suite);
        if (strcmp(name_of(&c.domain), w->group) != 0)
            fail_msg("[%s] group %s", expect_row, name_of(&c.domain));
        EXPECT(c.name_id == w->name_id && c.other_way == w->other_way);
        EXPECT(c.domain.generator.len == 0 && c.oid.len == 10);
    }
}

/* The index counts PACEInfos, in the file's order; tried after tried leads through all of them. */
static void all_are_tried_in_turn(void **state)
{
    (void)state;
    const struct security_infos infos = infos_of(INFO("04 02", "0D") INFO("02 02", "03") INFO(
        "06 04", "0D") INFO("02 01", "0D") INFO("01 02", "01"));
    static const unsigned       order[] = { 2, 4, 3, 0 };
    uint32_t                    tried = 0;
    struct pace_choice          c;

    for (size_t i = 0; i < COUNT(order); i++) {
        EXPECT_CODE(pace_choose(&infos, tried, &c, NULL), OK);
        EXPECT(c.index == order[i]);
        tried |= 1U << c.index;
    }
    EXPECT_CODE(pace_choose(&infos, tried, &c, NULL), E_UNSUPPORTED);
}

/* 9303-11 clause 9.5.1: 0 to 2, 8 to 18; B16. */
static void ids(void **state)
{
    (void)state;
    static const char *const names[32] = {
        [0] = "modp1024-160",     [1] = "modp2048-224",    [2] = "modp2048-256",
        [8] = "secp192r1",        [9] = "brainpoolP192r1", [10] = "secp224r1",
        [11] = "brainpoolP224r1", [12] = "secp256r1",      [13] = "brainpoolP256r1",
        [14] = "brainpoolP320r1", [15] = "secp384r1",      [16] = "brainpoolP384r1",
        [17] = "brainpoolP512r1", [18] = "secp521r1",
    };

    for (unsigned id = 0; id < 256; id++) {
        const bool       number = id < 3, curve = id >= 8 && id <= 18;
        struct agreement a;

        ROW(id < 32 && names[id] != NULL ? names[id] : "reserved");
        EXPECT((agreement_of_id(AGREEMENT_DH, id, &a).code == OK) == number);
        EXPECT(!number || strcmp(name_of(&a), names[id]) == 0);
        EXPECT((agreement_of_id(AGREEMENT_ECDH, id, &a).code == OK) == curve);
        EXPECT(!curve || strcmp(name_of(&a), names[id]) == 0);
        EXPECT_CODE(agreement_of_id(AGREEMENT_NONE, id, &a), E_UNSUPPORTED);
    }
}

/* More PACEInfos than bits: the rest is not looked at. */
static void very_many(void **state)
{
    (void)state;
    char text[4096] = "";

    for (int i = 0; i < PACE_INFOS_MAX; i++)
        strcat(text, INFO("02 01", "0D"));
    strcat(text, INFO("02 04", "0D"));
    const struct security_infos infos = infos_of(text);
    struct pace_choice          c;

    EXPECT_CODE(pace_choose(&infos, 0, &c, NULL), OK);
    EXPECT(c.index == 0 && c.suite == SM_SUITE_3DES);
    EXPECT_CODE(pace_choose(&infos, 0x7FFFFFFF, &c, NULL), OK);
    EXPECT(c.index == 31);
    EXPECT_CODE(pace_choose(&infos, 0xFFFFFFFF, &c, NULL), E_UNSUPPORTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_hold),
        cmocka_unit_test(all_are_tried_in_turn),
        cmocka_unit_test(ids),
        cmocka_unit_test(very_many),
    };

    return cmocka_run_group_tests_name("access.pace_choose", tests, NULL, NULL);
}
