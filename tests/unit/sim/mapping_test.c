/*
 * mapping_test: the groups, and the generators of generic and integrated mapping.
 *
 * Vectors: Doc 9303-11 (8th ed.) Appendix G.1 (ECDH, generic), G.2 (DH, generic), H.1 (ECDH,
 * integrated), H.2 (DH, integrated).  Encodings that have no vector are checked against what
 * defines them: a point of the curve, a value of the subgroup.
 */
#include "chip/mapping.h"

#include "expect.h"

enum { ROOM = REALM_ELEMENT_MAX };

#define G1_SK_MAP_IC "498FF49756F2DC1587840041839A85982BE7761D14715FB091EFA7BCE9058560"
#define G1_PK_MAP_IC                                                                               \
    "04824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F5730D8C879AAA9C9F73991E61B58" \
    "F4D52EB87A0A0C709A49DC63719363CCD13C54"
#define G1_PK_MAP_IFD                                                                              \
    "047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E544552DCB6725218799115B55C" \
    "9BAA6D9F6BC3A9618E70C25AF71777A9C4922D"
#define G1_H                                                                                       \
    "0460332EF2450B5D247EF6D3868397D398852ED6E8CAF6FFEEF6BF85CA57057FD50840CA7415BAF3E43BD414D35A" \
    "A4608B93A2CAF3A4E3EA4E82C9C13D03EB7181"
#define G1_MAPPED                                                                                  \
    "048CED63C91426D4F0EB1435E7CB1D74A46723A0AF21C89634F65A9AE87A9265E28C879506743F8611AC33645C5B" \
    "985C80B5F09A0B83407C1B6A4D857AE76FE522"
#define G2_PK_MAP_IC                                                                               \
    "78879F57225AA8080D52ED0FC890A4B25336F699AA89A2D3A189654AF70729E623EA5738B26381E4DA19E004706F" \
    "ACE7B235C2DBF2F38748312F3C98C2DD4882A41947B324AA1259AC22579DB93F7085655AF30889DBB845D9E6783F" \
    "E42C9F2449400306254C8AE8EE9DD812A804C0B66E8CAFC14F84D8258950A91B44126EE6"
#define G2_PK_MAP_IFD                                                                              \
    "23FB3749EA030D2A25B278D2A562047ADE3F01B74F17A15402CB7352CA7D2B3EB71C343DB13D1DEBCE9A3666DBCF" \
    "C920B49174A602CB47965CAA73DC702489A44D41DB914DE9613DC5E98C94160551C0DF86274B9359BC0490D01B03" \
    "AD54022DCB4F57FAD6322497D7A1E28D46710F461AFE710FBBBC5F8BA166F4311975EC6C"
#define G2_H                                                                                       \
    "5BABEBEF5B74E5BA94B5C063FDA15F1F1CDE94873EE0A5D3A2FCAB49F258D07F544F13CB66658C3AFEE9E727389B" \
    "E3F6CBBBD32128A8C21DD6EEA3CF7091CDDFB08B8D007D40318DCCA4FFBF51208790FB4BD111E5A968ED6B6F08B2" \
    "6CA87C410B3CE0C310CE104EABD16629AA48620C1279270CB0750C0D37C57FFFE302AE7F"
#define G2_MAPPED                                                                                  \
    "7C9CBFE98F9FBDDA8D143506FA7D9306F4CB17E3C71707AFF5E1C1A12370249684D64EE37AF44B8DBD9D45BF6023" \
    "919CBAA027AB97ACC771666C8E98FF483301BFA4872DEDE9034EDFACB70814166B7F360676829B826BEA57291B5A" \
    "D69FBC84EF1E779032A305803F74341793E869742D401325B37EE8565FFCDEE618342DC5"
#define H1_MAPPED                                                                                  \
    "048E82D31559ED0FDE92A4D0498ADD3C23BABA94FB77691E31E90AEA77FB17D4274C1AE14BD0C3DBAC0C871B7F36" \
    "08169364437CA30AC243A089D3F266C1E60FAD"

#define H2_MAPPED                                                                                  \
    "1D7D767F11E333BCD6DBAEF40E799E7A926B96973550656FF3C830726D118D61C276CDCC61D475CF03A98E0C0E79" \
    "CAEBA5BE25578BD4551D0B10903236F0B0F976852FA78EEA14EA0ACA87D1E91F688FE0DFF897BBE35A472621D343" \
    "564B262F34223AE8FC59B664BFEDFA2BFE7516CA5510A6BBB633D517EC25D4E0BBAA16C2"

/* One power: base empty is the generator. */
static const struct {
    const char *name;
    unsigned    id;
    const char *base, *scalar, *power;
} powers[] = {
    { "G.1 PK_Map,IC", 13, "", G1_SK_MAP_IC, G1_PK_MAP_IC },
    { "G.1 H, the chip's way", 13, G1_PK_MAP_IFD, G1_SK_MAP_IC, G1_H },
    { "G.1 H, the terminal's way", 13, G1_PK_MAP_IC,
      "7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99", G1_H },
    { "G.2 PK_Map,IFD", 0, "", "5265030F751F4AD18B08AC565FC7AC952E41618D", G2_PK_MAP_IFD },
    { "G.2 h", 0, G2_PK_MAP_IC, "5265030F751F4AD18B08AC565FC7AC952E41618D", G2_H },
    { "G.2 PK_DH,IFD", 0, G2_MAPPED, "89CCD99B0E8D3B1F11E1296DCA68EC53411CF2CA",
      "907D89E2D425A178AA81AF4A7774EC8E388C115CAE67031E85EECE520BD911551B9AE4D04369F29A02626C86FBC6"
      "747CC7BC352645B6161A2A42D44EDA80A08FA8D61B76D3A154AD8A5A51786B0BC07147057871A922212C5F67F431"
      "73172236B7747D1671E6D692A3C7D40A0C3C5CE397545D015C175EB5130551EDBC2EE5D4" },
};

static void powers_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(powers); i++) {
        struct realm *d = realm_standard(powers[i].id);
        uint8_t       room[ROOM];
        struct buf    out = BUF(room);

        ROW(powers[i].name);
        EXPECT_CODE(realm_power(d, HEX(powers[i].base), HEX(powers[i].scalar), &out), OK);
        EXPECT_BYTES(buf_view(&out), HEX(powers[i].power));
        EXPECT(realm_holds(d, buf_view(&out)));
        realm_free(d);
    }
}

static const struct {
    const char *name;
    unsigned    id;
    const char *s, *shared, *mapped;
} generic[] = {
    { "G.1", 13, "3F00C4D39D153F2B2A214A078D899B22", G1_H, G1_MAPPED },
    { "G.2", 0, "FA5B7E3E49753A0DB9178B7B9BD898C8", G2_H, G2_MAPPED },
};

static void generic_mapping(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(generic); i++) {
        struct realm *d = realm_standard(generic[i].id);
        uint8_t       room[ROOM];
        struct buf    out = BUF(room);

        ROW(generic[i].name);
        EXPECT_CODE(mapping_generic(d, HEX(generic[i].s), HEX(generic[i].shared), &out), OK);
        EXPECT_BYTES(buf_view(&out), HEX(generic[i].mapped));
        realm_free(d);
    }
}

static void integrated_mapping(void **state)
{
    struct realm     *d = realm_standard(13);
    uint8_t           room[ROOM], room2[ROOM];
    struct buf        number = BUF(room), point = BUF(room2);
    const struct view s = HEX("2923BE84E16CD6AE529049F1F1BBE9EB");
    const struct view t = HEX("5DD4CBFC96F5453B130D890A1CDBAE32");

    (void)state;
    ROW("H.1 R mod p");
    EXPECT_CODE(mapping_random(d, SUITE_AES_128, s, t, &number), OK);
    EXPECT_BYTES(buf_view(&number),
                 HEX("A2F8FF2DF50E52C6599F386ADCB595D229F6A167ADE2BE5F2C3296ADD5B7430E"));
    ROW("H.1 mapped generator");
    EXPECT_CODE(mapping_integrated(d, SUITE_AES_128, s, t, &point), OK);
    EXPECT_BYTES(buf_view(&point), HEX(H1_MAPPED));
    realm_free(d);

    d = realm_standard(0);
    point.len = 0;
    ROW("H.2 mapped generator");
    EXPECT_CODE(mapping_integrated(d, SUITE_AES_128, HEX("FA5B7E3E49753A0DB9178B7B9BD898C8"),
                                   HEX("B3A6DB3C870C3E99245E0D1C06B747DE"), &point),
                OK);
    EXPECT_BYTES(buf_view(&point), HEX(H2_MAPPED));
    realm_free(d);
}

/* Both branches of the encoding and every group: what comes out is of the group. */
static void integrated_mapping_stays_in_the_group(void **state)
{
    (void)state;
    for (unsigned id = 0; id < REALM_IDS; id++) {
        struct realm *d = realm_standard(id);

        for (unsigned i = 0; d != NULL && i < 8; i++) {
            const enum suite suite = (enum suite)(i % SUITE_COUNT);
            const uint8_t    s[32] = { (uint8_t)i, 1 }, t[32] = { (uint8_t)id, 2 };
            uint8_t          room[ROOM];
            struct buf       out = BUF(room);

            ROW("integrated");
            EXPECT_CODE(mapping_integrated(d, suite, view_of(s, mapping_s_len(suite)),
                                           view_of(t, mapping_t_len(suite)), &out),
                        id == 10 ? E_UNSUPPORTED : OK); /* P-224: p is 1 mod 4 */
            EXPECT(id == 10 || realm_holds(d, buf_view(&out)));
        }
        realm_free(d);
    }
}

static const struct {
    unsigned id;
    bool     curve;
    int      bits, order_bits; /* 0: no such id */
} ids[] = {
    /* clang-format off */
    { 0, false, 1024, 160 }, { 1, false, 2048, 224 }, { 2, false, 2048, 256 },
    { 3, false, 0, 0 },      { 7, false, 0, 0 },      { 8, true, 192, 192 },
    { 9, true, 192, 192 },   { 10, true, 224, 224 },  { 11, true, 224, 224 },
    { 12, true, 256, 256 },  { 13, true, 256, 256 },  { 14, true, 320, 320 },
    { 15, true, 384, 384 },  { 16, true, 384, 384 },  { 17, true, 512, 512 },
    { 18, true, 521, 521 },  { 19, false, 0, 0 },     { 31, false, 0, 0 },
    /* clang-format on */
};

static void standardized_ids(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(ids); i++) {
        struct realm *d = realm_standard(ids[i].id);

        ROW("9303-11 table 13");
        EXPECT((d != NULL) == (ids[i].bits != 0));
        if (d != NULL)
            EXPECT(realm_is_curve(d) == ids[i].curve &&
                   BN_num_bits(realm_prime(d)) == ids[i].bits &&
                   BN_num_bits(realm_order(d)) == ids[i].order_bits);
        realm_free(d);
    }
}

static const struct {
    const char *name;
    unsigned    id;
    const char *element;
} outside[] = {
    { "the point at infinity", 13, "00" },
    { "nothing", 13, "" },
    { "Y of G.1's H one higher", 13,
      "0460332EF2450B5D247EF6D3868397D398852ED6E8CAF6FFEEF6BF85CA57057FD50840CA7415BAF3E43BD414D35A"
      "A4608B93A2CAF3A4E3EA4E82C9C13D03EB7182" },
    { "compressed", 13, "0360332EF2450B5D247EF6D3868397D398852ED6E8CAF6FFEEF6BF85CA57057FD5" },
    { "a byte more", 13, G1_H "00" },
    { "zero", 0, "00" },
    { "one", 0, "01" },
    { "p - 1", 0,
      "B10B8F96A080E01DDE92DE5EAE5D54EC52C99FBCFB06A3C69A6A9DCA52D23B616073E28675A23D189838EF1E2EE6"
      "52C013ECB4AEA906112324975C3CD49B83BFACCBDD7D90C4BD7098488E9C219A73724EFFD6FAE5644738FAA31A4F"
      "F55BCCC0A151AF5F0DC8B4BD45BF37DF365C1A65E68CFDA76D4DA708DF1FB2BC2E4A4370" },
    { "two, of another order", 0, "02" },
};

static void others_are_outside(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(outside); i++) {
        struct realm *d = realm_standard(outside[i].id);

        ROW(outside[i].name);
        EXPECT(!realm_holds(d, HEX(outside[i].element)));
        realm_free(d);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(powers_hold),
        cmocka_unit_test(generic_mapping),
        cmocka_unit_test(integrated_mapping),
        cmocka_unit_test(integrated_mapping_stays_in_the_group),
        cmocka_unit_test(standardized_ids),
        cmocka_unit_test(others_are_outside),
    };

    return cmocka_run_group_tests_name("sim.mapping", tests, NULL, NULL);
}
