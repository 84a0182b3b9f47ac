/*
 * bac_chip_test: keys and mutual authentication of Doc 9303-11 (8th ed.) Appendix D.1 to D.3,
 * seen from the chip.
 */
#include "chip/bac_chip.h"

#include "expect.h"

static const struct {
    const char *name, *line1, *line2, *line3, *info; /* info NULL: refused */
} zones[] = {
    /* clang-format off */
    { "D.2 TD2, long number",  "I<UTOSTEVENSON<<PETER<<<<<<<<<<<<<<<", "D23145890<UTO3407127M95071227349<<<8", NULL,
      "D23145890734934071279507122" },
    { "D.2 TD2",               "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L898902C<3UTO6908061F9406236<<<<<<<2", NULL,
      "L898902C<369080619406236" },
    { "D.2 TD1, long number",  "I<UTOD23145890<7349<<<<<<<<<<<", "3407127M9507122UTO<<<<<<<<<<<2", "STEVENSON<<PETER<<<<<<<<<<<<<<",
      "D23145890734934071279507122" },
    { "D.2 TD1",               "I<UTOL898902C<3<<<<<<<<<<<<<<<", "6908061F9406236UTO<<<<<<<<<<<1", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
      "L898902C<369080619406236" },
    { "9303-4 TD3",            "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10", NULL,
      "L898902C3674081221204159" },
    { "no lines",              "", "", NULL, NULL },
    { "TD3, one short",        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<1", NULL, NULL },
    { "TD1 without its third", "I<UTOL898902C<3<<<<<<<<<<<<<<<", "6908061F9406236UTO<<<<<<<<<<<1", NULL, NULL },
    /* clang-format on */
};

static void zones_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(zones); i++) {
        uint8_t        room[BAC_CHIP_INFO_MAX];
        struct buf     info = BUF(room);
        struct problem why;
        const char    *want = zones[i].info;

        ROW(zones[i].name);
        EXPECT_CODE(bac_chip_info(zones[i].line1, zones[i].line2, zones[i].line3, &info, &why),
                    want != NULL ? OK : E_MALFORMED);
        if (want != NULL)
            EXPECT_BYTES(buf_view(&info), view_of(want, strlen(want)));
    }
}

static struct bac_chip keys_of_d(void)
{
    struct bac_chip b;

    EXPECT_CODE(bac_chip_keys(TEXT("L898902C<369080619406236"), &b), OK);
    return b;
}

static const char token_of_d[] = "72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F2"
                                 "5F1448EEA8AD90A7";

static struct bac_chip_draw draw_of_d(void)
{
    struct bac_chip_draw d;

    memcpy(d.rnd_ic, HEX("4608F91988702212").ptr, sizeof d.rnd_ic);
    memcpy(d.k_ic, HEX("0B4F80323EB3191CB04970CB4052790B").ptr, sizeof d.k_ic);
    return d;
}

static void appendix_d(void **state)
{
    struct bac_chip            b = keys_of_d();
    const struct bac_chip_draw draw = draw_of_d();
    struct bac_chip_session    session;
    uint8_t                    room[64];
    struct buf                 out = BUF(room);

    (void)state;
    ROW("D.2 K_Enc");
    EXPECT_BYTES(VIEW(b.k_enc), HEX("AB94FDECF2674FDFB9B391F85D7F76F2"));
    ROW("D.2 K_MAC");
    EXPECT_BYTES(VIEW(b.k_mac), HEX("7962D9ECE03D1ACD4C76089DCE131543"));
    ROW("D.3 E_IC, M_IC");
    EXPECT_CODE(bac_chip_meet(&b, &draw, HEX(token_of_d), &session, &out), OK);
    EXPECT_BYTES(buf_view(&out),
                 HEX("46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F"
                     "2F2D235D074D7449"));
    ROW("D.3 KS_seed");
    EXPECT_BYTES(VIEW(session.seed), HEX("0036D272F5C350ACAC50C3F572D23600"));
    ROW("D.3 SSC");
    EXPECT_BYTES(VIEW(session.ssc), HEX("887022120C06C226"));
}

/* Whatever bit is turned, the terminal stays out; and so it does with yesterday's challenge. */
static void others_stay_out(void **state)
{
    struct bac_chip         b = keys_of_d();
    struct bac_chip_draw    draw = draw_of_d();
    struct bac_chip_session session;
    uint8_t                 room[64], token[BAC_CHIP_TOKEN];
    struct buf              out = BUF(room);
    struct err              e;

    (void)state;
    ROW("one bit turned");
    for (size_t bit = 0; bit < 8 * sizeof token; bit++) {
        memcpy(token, HEX(token_of_d).ptr, sizeof token);
        token[bit / 8] ^= (uint8_t)(1 << bit % 8);
        e = bac_chip_meet(&b, &draw, VIEW(token), &session, &out);
        EXPECT(e.code == E_REFUSED && e.sw == 0x6300 && out.len == 0);
    }
    ROW("another challenge");
    draw.rnd_ic[7] ^= 1;
    e = bac_chip_meet(&b, &draw, HEX(token_of_d), &session, &out);
    EXPECT(e.code == E_REFUSED && e.sw == 0x6300 && out.len == 0);
    ROW("39 bytes");
    e = bac_chip_meet(&b, &draw, view_of(token, 39), &session, &out);
    EXPECT(e.code == E_REFUSED && e.sw == 0x6700 && out.len == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(zones_hold), cmocka_unit_test(appendix_d),
                                        cmocka_unit_test(others_stay_out) };

    return cmocka_run_group_tests_name("sim.bac_chip", tests, NULL, NULL);
}
