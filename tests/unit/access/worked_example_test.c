/*
 * worked_example_test: from the MRZ information to EF.COM, byte for byte as printed in the
 * standard, through the loop that meets a real chip.
 *
 * Vectors: Doc 9303-11 (8th ed.) appendix D.2 to D.4.
 */
#include "access/bac.h"
#include "iso7816/ef_read.h"
#include "iso7816/exchange.h"

#include "expect.h"

static const struct {
    const char *name, *command, *answer;
} turns[] = {
    /* clang-format off */
    { "D.3 GET CHALLENGE", "0084000008", "4608F91988702212 9000" },
    { "D.3 EXTERNAL AUTHENTICATE",
      "0082000028 72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F2 5F1448EEA8AD90A7 28",
      "46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F 2F2D235D074D7449 9000" },
    { "D.4 SELECT EF.COM", "0CA4020C15 8709016375432908C044F6 8E08BF8B92D635FF24F8 00",
      "99029000 8E08FA855A5D4C50A8ED 9000" },
    { "D.4 READ BINARY 4", "0CB000000D 970104 8E08ED6705417E96BA55 00",
      "8709019FF0EC34F9922651 99029000 8E08AD55CC17140B2DED 9000" },
    { "D.4 READ BINARY 18", "0CB000040D 970112 8E082EA28A70F3C7B535 00",
      "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A 99029000 8E08C8B2787EAEA07D74 9000" },
    /* clang-format on */
};

struct replay {
    struct nfc nfc; /* first: ops get a pointer to it */
    size_t     turn;
};

static struct err transceive(struct nfc *n, struct view tx, struct deadline d, struct buf *rx)
{
    struct replay *r = (struct replay *)n;

    (void)d;
    EXPECT(r->turn < COUNT(turns));
    ROW(turns[r->turn].name);
    EXPECT_BYTES(tx, HEX(turns[r->turn].command));
    return buf_put(rx, HEX(turns[r->turn++].answer));
}

static struct nfc_limits limits(struct nfc *n)
{
    (void)n;
    return (struct nfc_limits){ 261, 258 };
}

static const struct nfc_ops ops = { .transceive = transceive, .limits = limits };

static void from_mrz_to_ef_com(void **state)
{
    (void)state;
    struct replay         chip = { .nfc = { &ops } };
    const struct deadline never = { INT64_MAX };
    const struct view     random = HEX("781723860C06C226 0B795240CB7049B01C19B33E32804F0B");
    struct exchange       x;
    struct bac            bac;
    struct ef_read        file;
    uint8_t               bytes[64];
    struct buf            com = BUF(bytes);

    exchange_begin(&x, &chip.nfc);
    EXPECT_CODE(bac_begin(&bac, TEXT("L898902C<369080619406236"), random, &x.sm), OK);
    EXPECT_BYTES(VIEW(bac.k_enc), HEX("AB94FDECF2674FDFB9B391F85D7F76F2"));
    EXPECT_BYTES(VIEW(bac.k_mac), HEX("7962D9ECE03D1ACD4C76089DCE131543"));
    EXPECT_CODE(exchange_run(&x, bac_step, &bac, never), OK);
    EXPECT(x.sm.state == SM_LIVE);
    EXPECT_BYTES(view_of(x.sm.ks_enc, 16), HEX("979EC13B1CBFE9DCD01AB0FED307EAE5"));
    EXPECT_BYTES(view_of(x.sm.ks_mac, 16), HEX("F1CB1F1FB5ADF208806B89DC579DC1F8"));
    EXPECT_BYTES(view_of(x.sm.ssc.bytes, 8), HEX("887022120C06C226"));

    EXPECT_CODE(ef_read_begin(&file, (struct ef_name){ .fid = 0x011E }, exchange_room(&x), &com),
                OK);
    EXPECT_CODE(exchange_run(&x, ef_read_step, &file, never), OK);
    EXPECT_BYTES(buf_view(&com), HEX("60145F0104303130365F36063034303030305C026175"));
    EXPECT(chip.turn == COUNT(turns) && x.count.apdus == COUNT(turns));
    exchange_end(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(from_mrz_to_ef_com) };

    return cmocka_run_group_tests_name("access.worked_example", tests, NULL, NULL);
}
