/*
 * tunnel_test: secure messaging of Doc 9303-11 (8th ed.) Appendix D.4 from the chip's end,
 * what it refuses, and each way in which a faulty chip bends an answer.  AES-128 goes on where
 * Appendix G.1 ends; the commands and answers after that are proxmark3's own test values.
 */
#include "chip/tunnel.h"

#include "base/tlv.h"
#include "chip/des2.h"

#include "expect.h"

static struct tunnel tunnel_of_d(void)
{
    struct tunnel t;

    EXPECT_CODE(
        tunnel_open(&t, HEX("0036D272F5C350ACAC50C3F572D23600"), HEX("887022120C06C226").ptr), OK);
    return t;
}

static const struct {
    const char *name, *wire, *plain, *answer, *shielded;
} steps[] = {
    /* clang-format off */
    { "D.4 SELECT EF.COM", "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800", "00A4020C02011E",
      "9000", "990290008E08FA855A5D4C50A8ED9000" },
    { "D.4 READ BINARY, 4 bytes", "0CB000000D9701048E08ED6705417E96BA5500", "00B0000004",
      "60145F019000", "8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000" },
    { "D.4 READ BINARY, 18 bytes", "0CB000040D9701128E082EA28A70F3C7B53500", "00B0000412",
      "04303130365F36063034303030305C0261759000",
      "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D749000" },
    /* clang-format on */
};

static struct err unwrap(struct tunnel *t, struct view wire, struct buf *out)
{
    struct command c;

    EXPECT_CODE(command_split(wire, &c), OK);
    return tunnel_unwrap(t, &c, out);
}

static void appendix_d(void **state)
{
    struct tunnel t = tunnel_of_d();

    (void)state;
    ROW("D.3 KS_Enc, KS_MAC");
    EXPECT_BYTES(view_of(t.k_enc, 16), HEX("979EC13B1CBFE9DCD01AB0FED307EAE5"));
    EXPECT_BYTES(view_of(t.k_mac, 16), HEX("F1CB1F1FB5ADF208806B89DC579DC1F8"));
    for (size_t i = 0; i < COUNT(steps); i++) {
        uint8_t    room[256], room2[256];
        struct buf plain = BUF(room), out = BUF(room2);

        ROW(steps[i].name);
        EXPECT_CODE(unwrap(&t, HEX(steps[i].wire), &plain), OK);
        EXPECT_BYTES(buf_view(&plain), HEX(steps[i].plain));
        EXPECT_CODE(tunnel_wrap(&t, false, HEX(steps[i].answer), 0, &out), OK);
        EXPECT_BYTES(buf_view(&out), HEX(steps[i].shielded));
    }
}

/* clang-format off */
static const struct {
    const char *name, *wire, *plain, *answer, *shielded;
} aes_steps[] = {
    { "SELECT EF.COM",
      "0CA4020C1D871101EE0E4724F4465C1BE9C2F73ABDD73A3D8E08835D1B54575C955F00", "00A4020C02011E",
      "9000", "990290008E08BEA7B381C494A0799000" },
    { "READ BINARY, 4 bytes", "0CB000000D9701048E08AA6BA54F44DF836400", "00B0000004",
      "60145F019000",
      "871101645C0B1F998A088278D07942BBE94B60990290008E0894A33C6AA2D8CCC89000" },
};
/* clang-format on */

static void aes_128(void **state)
{
    struct tunnel t;

    (void)state;
    ROW("G.1 KS_Enc, KS_MAC");
    EXPECT_CODE(
        tunnel_begin(&t, SUITE_AES_128,
                     HEX("28768D20701247DAE81804C9E780EDE582A9996DB4A315020B2733197DB84925")),
        OK);
    EXPECT_BYTES(view_of(t.k_enc, 16), HEX("F5F0E35C0D7161EE6724EE513A0D9A7F"));
    EXPECT_BYTES(view_of(t.k_mac, 16), HEX("FE251C7858B356B24514B3BD5F4297D1"));
    for (size_t i = 0; i < COUNT(aes_steps); i++) {
        uint8_t    room[256], room2[256];
        struct buf plain = BUF(room), out = BUF(room2);

        ROW(aes_steps[i].name);
        EXPECT_CODE(unwrap(&t, HEX(aes_steps[i].wire), &plain), OK);
        EXPECT_BYTES(buf_view(&plain), HEX(aes_steps[i].plain));
        EXPECT_CODE(tunnel_wrap(&t, false, HEX(aes_steps[i].answer), 0, &out), OK);
        EXPECT_BYTES(buf_view(&out), HEX(aes_steps[i].shielded));
    }
}

static const struct {
    const char *name, *wire;
    uint16_t    sw;
} refused[] = {
    /* clang-format off */
    { "no data objects",        "0CA4020C",                                                       0x6987 },
    { "no MAC",                 "0CA4020C0B8709016375432908C044F6",                               0x6987 },
    { "no MAC, only Le",        "0CB0000003970104",                                               0x6987 },
    { "MAC of another command", "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F900",         0x6988 },
    { "another header",         "0CA4020D158709016375432908C044F68E08BF8B92D635FF24F800",         0x6988 },
    { "MAC of 7 bytes",         "0CA4020C148709016375432908C044F68E07BF8B92D635FF2400",           0x6988 },
    { "MAC before the rest",    "0CA4020C158E08BF8B92D635FF24F88709016375432908C044F600",         0x6988 },
    { "unknown object",         "0CA4020C1881008709016375432908C044F68E08BF8B92D635FF24F89000",   0x6988 },
    { "not TLV",                "0CA4020C0287FF",                                                 0x6988 },
    /* clang-format on */
};

static void others_end_the_session(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(refused); i++) {
        struct tunnel  t = tunnel_of_d();
        struct command c = { 0 };
        uint8_t        room[256];
        struct buf     plain = BUF(room);
        struct view    wire = HEX(refused[i].wire), head;
        struct err     e;

        ROW(refused[i].name);
        if (command_split(wire, &c).code != OK) { /* the row leaves Le out or adds a byte */
            EXPECT_CODE(view_take(&wire, 5, &head), OK);
            c = (struct command){ head.ptr[0], head.ptr[1], head.ptr[2], head.ptr[3],
                                  wire,        false,       0,           false };
        }
        e = tunnel_unwrap(&t, &c, &plain);
        EXPECT(e.code == E_REFUSED);
        EXPECT(e.sw == refused[i].sw);
        EXPECT(!t.open && plain.len == 0);
    }
}

/* A terminal made here of the same primitives: its own command with a right MAC. */
static void seal(struct tunnel *t, const uint8_t head[4], struct view objects, struct buf *data)
{
    const uint8_t padded[] = { head[0], head[1], head[2], head[3], 0x80, 0, 0, 0 };
    uint8_t       ssc[8], mac[8];

    memcpy(ssc, t->ssc, 8);
    ssc[7]++; /* D's counter does not overflow there */
    EXPECT_CODE(des2_mac(t->k_mac, (struct view[]){ VIEW(ssc), VIEW(padded), objects }, 3, mac),
                OK);
    EXPECT_CODE(buf_put(data, objects), OK);
    EXPECT_CODE(tlv_put(data, 0x8E, VIEW(mac)), OK);
}

static const struct {
    const char *name, *head, *objects, *plain; /* plain NULL: 6988 */
} sealed[] = {
    /* clang-format off */
    { "Le on two bytes",             "0CB00000", "97020200",              "00B00000000200" },
    { "Le of two zeros",             "0CB00000", "97020000",              "00B00000000000" },
    { "Le of one zero",              "0CB00000", "970100",                "00B0000000" },
    { "no data, no Le",              "0CA4000C", "",                      "00A4000C" },
    { "Le on three bytes",           "0CB00000", "9703000000",            NULL },
    { "Le twice",                    "0CB00000", "970104970104",          NULL },
    { "DO'85' with even INS",        "0CB00000", "85089FF0EC34F9922651",  NULL },
    { "DO'87' with odd INS",         "0CB10000", "8709019FF0EC34F9922651", NULL },
    { "padding indicator 02",        "0CB00000", "8709029FF0EC34F9922651", NULL },
    { "cryptogram of 7 bytes",       "0CB00000", "8708019FF0EC34F99226",  NULL },
    { "cryptogram without padding",  "0CB00000", "8709010000000000000000", NULL },
    { "Le before the data",          "0CA4020C", "9701048709016375432908C044F6", NULL },
    /* clang-format on */
};

static void sealed_commands(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(sealed); i++) {
        struct tunnel     t = tunnel_of_d();
        const struct view head = HEX(sealed[i].head);
        uint8_t           room[256], room2[256];
        struct buf        data = BUF(room), plain = BUF(room2);
        struct command    c = { head.ptr[0], head.ptr[1], head.ptr[2], head.ptr[3],
                                { 0 },       true,        256,         false };
        struct err        e;

        ROW(sealed[i].name);
        seal(&t, head.ptr, HEX(sealed[i].objects), &data);
        c.data = buf_view(&data);
        e = tunnel_unwrap(&t, &c, &plain);
        EXPECT(e.code == (sealed[i].plain != NULL ? OK : E_REFUSED));
        if (sealed[i].plain != NULL)
            EXPECT_BYTES(buf_view(&plain), HEX(sealed[i].plain));
        else
            EXPECT(e.sw == 0x6988 && !t.open);
    }
}

static const struct {
    const char *name;
    unsigned    bends;
    const char *shielded;
} bent[] = {
    /* clang-format off */
    { "DO'8E' left out",      TUNNEL_NO_MAC,  "990290009000" },
    { "one bit of the MAC",   TUNNEL_BAD_MAC, "990290008E08EA855A5D4C50A8ED9000" },
    /* clang-format on */
};

static void bends_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bent); i++) {
        struct tunnel t = tunnel_of_d();
        uint8_t       room[256], room2[256];
        struct buf    plain = BUF(room), out = BUF(room2);

        ROW(bent[i].name);
        EXPECT_CODE(unwrap(&t, HEX(steps[0].wire), &plain), OK);
        EXPECT_CODE(tunnel_wrap(&t, false, HEX("9000"), bent[i].bends, &out), OK);
        EXPECT_BYTES(buf_view(&out), HEX(bent[i].shielded));
    }
}

/* What is told of the room: with one byte more of data the answer would not fit. */
static void payload_fits(void **state)
{
    static const size_t rooms[] = { 64, 200, 256, 1000, 65536 };

    (void)state;
    for (size_t i = 0; i < COUNT(rooms); i++) {
        static uint8_t data[70000], room[70000];

        for (size_t more = 0; more < 2; more++) {
            struct tunnel t = tunnel_of_d();
            struct buf    out = BUF(room);

            ROW("payload");
            EXPECT_CODE(tunnel_wrap(&t, false,
                                    view_of(data, tunnel_payload(&t, rooms[i]) + more + 2), 0,
                                    &out),
                        OK);
            EXPECT((out.len - 2 <= rooms[i]) == (more == 0));
        }
    }
    struct tunnel t = tunnel_of_d();

    EXPECT(tunnel_payload(&t, 256) == 231); /* the figures that readers in the field ask for */
    EXPECT_CODE(tunnel_begin(&t, SUITE_AES_128, HEX("00")), OK);
    EXPECT(tunnel_payload(&t, 256) == 223);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appendix_d),      cmocka_unit_test(others_end_the_session),
        cmocka_unit_test(sealed_commands), cmocka_unit_test(bends_hold),
        cmocka_unit_test(payload_fits),    cmocka_unit_test(aes_128),
    };

    return cmocka_run_group_tests_name("sim.tunnel", tests, NULL, NULL);
}
