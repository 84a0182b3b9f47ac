/*
 * sm_test: secure messaging against the standard's transcript, against a chip's side that
 * was written apart (chip_side.h), and against answers of every wrong kind.
 *
 * Vectors: 3DES, Doc 9303-11 (8th ed.) appendix D.4.  AES-128, the same commands under the
 * session keys of its appendix G.1, as the authors of proxmark3 computed them.  Rows B_xx are
 * named after TR-03105-5.1, A13 after a quirk met in the field.
 */
#include "iso7816/sm.h"

#include "chip_side.h"

#define KS_ENC "979EC13B1CBFE9DCD01AB0FED307EAE5"
#define KS_MAC "F1CB1F1FB5ADF208806B89DC579DC1F8"
#define SSC    "887022120C06C226"

#define G1_ENC "F5F0E35C0D7161EE6724EE513A0D9A7F"
#define G1_MAC "FE251C7858B356B24514B3BD5F4297D1"
#define LONG   "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F"

/* Keys long enough for any; what a suite needs is taken from the front. */
static const struct kit {
    const char   *name;
    enum sm_suite suite;
    const char   *ks_enc, *ks_mac;
    size_t        key_len, block, room; /* room: of an answer of 256 bytes and a status word */
} kits[] = {
    /* clang-format off */
    { "3DES",    SM_SUITE_3DES,    KS_ENC, KS_MAC, 16, 8,  231 }, /* A12: the E7 of the field */
    { "AES-128", SM_SUITE_AES_128, G1_ENC, G1_MAC, 16, 16, 223 },
    { "AES-192", SM_SUITE_AES_192, LONG,   LONG,   24, 16, 223 },
    { "AES-256", SM_SUITE_AES_256, LONG,   LONG,   32, 16, 223 },
    /* clang-format on */
};

static struct sm session_of(const struct kit *k, const char *ssc)
{
    const struct sm_keys keys = { view_of(HEX(k->ks_enc).ptr, k->key_len),
                                  view_of(HEX(k->ks_mac).ptr, k->key_len), HEX(ssc) };
    struct sm            sm = { 0 };

    EXPECT_CODE(sm_begin(&sm, k->suite, keys), OK);
    EXPECT(sm.state == SM_LIVE);
    return sm;
}

static struct chip_side chip_of(const struct kit *k, uint64_t ssc)
{
    struct chip_side c = { .ssc = ssc, .aes = k->block == 16 ? k->key_len : 0 };

    memcpy(c.enc, HEX(k->ks_enc).ptr, k->key_len);
    memcpy(c.mac, HEX(k->ks_mac).ptr, k->key_len);
    return c;
}

static struct sm session(const char *ssc)
{
    return session_of(&kits[0], ssc);
}

static struct chip_side chip(uint64_t ssc)
{
    return chip_of(&kits[0], ssc);
}

static void expect_dead_of(enum sm_suite suite, const struct sm *sm)
{
    const struct sm wiped = { .state = SM_DEAD, .suite = suite };

    EXPECT_BYTES(view_of(sm, sizeof *sm), view_of(&wiped, sizeof wiped));
}

static void expect_dead(const struct sm *sm)
{
    expect_dead_of(SM_SUITE_3DES, sm);
}

struct turn {
    const char *name, *plain, *command; /* what is meant, what goes on the wire */
    uint32_t    le;
    const char *answer, *data;
};

static const struct turn d4[] = {
    /* clang-format off */
    { "D.4 SELECT EF.COM", "00A4020C 011E", "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800", 0,
      "990290008E08FA855A5D4C50A8ED9000", "" },
    { "D.4 READ BINARY 4", "00B00000", "0CB000000D9701048E08ED6705417E96BA5500", 4,
      "8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000", "60145F01" },
    { "D.4 READ BINARY 18", "00B00004", "0CB000040D9701128E082EA28A70F3C7B53500", 18,
      "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D749000",
      "04303130365F36063034303030305C026175" },
    /* clang-format on */
};

static const struct turn aes[] = {
    /* clang-format off */
    { "AES-128 SELECT EF.COM", "00A4020C 011E",
      "0CA4020C1D 871101EE0E4724F4465C1BE9C2F73ABDD73A3D 8E08835D1B54575C955F 00", 0,
      "990290008E08BEA7B381C494A0799000", "" },
    { "AES-128 READ BINARY 4", "00B00000", "0CB000000D 970104 8E08AA6BA54F44DF8364 00", 4,
      "871101645C0B1F998A088278D07942BBE94B60 99029000 8E0894A33C6AA2D8CCC8 9000", "60145F01" },
    /* clang-format on */
};

static const struct transcript {
    const struct kit  *kit;
    const char        *ssc; /* before the first command */
    const struct turn *turn;
    size_t             turns;
} transcripts[] = {
    { &kits[0], SSC, d4, COUNT(d4) },
    { &kits[1], "00000000000000000000000000000000", aes, COUNT(aes) },
};

static struct capdu command_of(struct view plain, uint32_t le)
{
    struct capdu c = { .le = le };

    EXPECT_CODE(view_u8(&plain, &c.cla), OK);
    EXPECT_CODE(view_u8(&plain, &c.ins), OK);
    EXPECT_CODE(view_u8(&plain, &c.p1), OK);
    EXPECT_CODE(view_u8(&plain, &c.p2), OK);
    c.data = plain;
    return c;
}

/* The session as it stands before this turn is answered. */
static struct sm session_before(const struct transcript *t, size_t turn)
{
    struct sm sm = session_of(t->kit, t->ssc);

    for (size_t i = 0; i <= turn; i++) {
        const struct capdu c = command_of(HEX(t->turn[i].plain), t->turn[i].le);
        uint8_t            wire[64], plain[64];
        struct buf         sent = BUF(wire), got = BUF(plain);
        struct rapdu       r;

        EXPECT_CODE(sm_wrap(&sm, &c, &sent), OK);
        EXPECT_BYTES(buf_view(&sent), HEX(t->turn[i].command));
        if (i < turn)
            EXPECT_CODE(sm_unwrap(&sm, HEX(t->turn[i].answer), &got, &r), OK);
    }
    return sm;
}

static void transcripts_of_others(void **state)
{
    (void)state;
    for (const struct transcript *t = transcripts; t < transcripts + COUNT(transcripts); t++) {
        for (size_t i = 0; i < t->turns; i++) {
            struct sm    sm = session_before(t, i);
            uint8_t      plain[64];
            struct buf   got = BUF(plain);
            struct rapdu r = { 0 };

            ROW(t->turn[i].name);
            EXPECT_CODE(sm_unwrap(&sm, HEX(t->turn[i].answer), &got, &r), OK);
            EXPECT_BYTES(r.data, HEX(t->turn[i].data));
            EXPECT(r.sw == SW_OK && r.lost.code == OK && sm.state == SM_LIVE);
        }
    }
}

/* From an allocation of exactly its length; plain and out must stay as they were. */
static struct err unwrap_exact(struct sm *sm, struct view wire)
{
    uint8_t     *exact = malloc(wire.len ? wire.len : 1);
    uint8_t      plain[512];
    struct buf   got = BUF(plain);
    struct rapdu r = { .sw = 0x1234 };
    struct err   e;

    if (wire.len != 0)
        memcpy(exact, wire.ptr, wire.len);
    e = sm_unwrap(sm, view_of(exact, wire.len), &got, &r);
    if (e.code != OK)
        EXPECT(got.len == 0 && r.sw == 0x1234);
    free(exact);
    return e;
}

static void every_prefix_is_refused(void **state)
{
    (void)state;
    for (const struct transcript *t = transcripts; t < transcripts + COUNT(transcripts); t++) {
        for (size_t i = 0; i < t->turns; i++) {
            const struct view whole = HEX(t->turn[i].answer);

            ROW(t->turn[i].name);
            for (size_t n = 0; n < whole.len; n++) {
                struct sm sm = session_before(t, i);

                EXPECT_CODE(unwrap_exact(&sm, view_of(whole.ptr, n)), E_SM_BROKEN);
                expect_dead_of(t->kit->suite, &sm);
            }
        }
    }
}

static void every_flipped_bit_is_refused(void **state)
{
    (void)state;
    for (const struct transcript *t = transcripts; t < transcripts + COUNT(transcripts); t++) {
        for (size_t i = 0; i < t->turns; i++) {
            const struct view whole = HEX(t->turn[i].answer);

            ROW(t->turn[i].name);
            for (size_t bit = 0; bit < 8 * whole.len; bit++) {
                struct sm sm = session_before(t, i);
                uint8_t   flipped[64];

                memcpy(flipped, whole.ptr, whole.len);
                flipped[bit / 8] ^= (uint8_t)(1 << bit % 8);
                EXPECT_CODE(unwrap_exact(&sm, view_of(flipped, whole.len)), E_SM_BROKEN);
                expect_dead_of(t->kit->suite, &sm);
            }
        }
    }
}

static void an_answer_out_of_step_is_refused(void **state)
{
    (void)state;
    for (const struct transcript *t = transcripts; t < transcripts + COUNT(transcripts); t++) {
        for (size_t i = 0; i < t->turns; i++) {
            for (size_t k = 0; k < t->turns; k++) {
                struct sm sm = session_before(t, i);

                ROW(t->turn[k].name);
                EXPECT_CODE(unwrap_exact(&sm, HEX(t->turn[k].answer)), i == k ? OK : E_SM_BROKEN);
            }
        }
    }
}

/*
 * Data objects with a right MAC over them: what is wrong is wrong by itself.  "P" is a
 * DO'87' with the padded plaintext that follows, up to the next space.
 */
static const struct {
    const char  *name, *body;
    uint16_t     sw;
    enum outcome cause; /* OK: accepted */
    const char  *data;
} sealed[] = {
    /* clang-format off */
    { "as it should be",              "P6014418000000000 99029000",              0x9000, OK, "601441" },
    { "status word alone",            "99026A82",                                0x6A82, OK, "" },
    { "end of file",                  "P6014418000000000 99026282",              0x6282, OK, "601441" },
    { "A13 zeroes before the padding","P6014410000800000 99026282",              0x6282, OK, "6014410000" },
    { "padding is a block of its own","P60144142434445468000000000000000 99029000", 0x9000, OK, "6014414243444546" },
    { "length longer than needed",    "9981029000",                              0x9000, OK, "" },
    { "DO'85'",                       "8508 0000000000000000 99029000",          0x9000, E_MALFORMED, "" },
    { "B_07 DO'99' missing",          "P6014418000000000",                       0x9000, E_UNEXPECTED, "" },
    { "nothing but a MAC",            "",                                        0x9000, E_UNEXPECTED, "" },
    { "DO'87' twice",                 "P6014418000000000 P6014418000000000 99029000", 0x9000, E_UNEXPECTED, "" },
    { "DO'99' twice",                 "9902900099029000",                        0x9000, E_UNEXPECTED, "" },
    { "DO'99' before DO'87'",         "99029000 P6014418000000000",              0x9000, E_UNEXPECTED, "" },
    { "unknown data object first",    "8001AA 99029000",                         0x9000, E_UNEXPECTED, "" },
    { "unknown data object between",  "P6014418000000000 8001AA 99029000",       0x9000, E_UNEXPECTED, "" },
    { "unknown data object last",     "99029000 8001AA",                         0x9000, E_UNEXPECTED, "" },
    { "two status words",             "99029000",                                0x6A82, E_UNEXPECTED, "" },
    { "two status words, 9000 outside", "99026A82",                              0x9000, E_UNEXPECTED, "" },
    { "DO'99' of one byte",           "990190",                                  0x9000, E_TRUNCATED, "" },
    { "DO'99' of three bytes",        "9903900000",                              0x9000, E_TRAILING, "" },
    { "padding indicator 02",         "8709 02 0000000000000000 99029000",       0x9000, E_UNEXPECTED, "" },
    { "padding indicator alone",      "870101 99029000",                         0x9000, E_MALFORMED, "" },
    { "DO'87' empty",                 "8700 99029000",                           0x9000, E_TRUNCATED, "" },
    { "DO'85' empty",                 "8500 99029000",                           0x9000, E_MALFORMED, "" },
    { "part of a block",              "8708 01 00000000000000 99029000",         0x9000, E_MALFORMED, "" },
    { "B_09 no padding",              "P6014414243444546 99029000",              0x9000, E_MALFORMED, "" },
    { "padding of zeroes alone",      "P0000000000000000 99029000",              0x9000, E_MALFORMED, "" },
    { "padding over a whole block",   "P60144142434480000000000000000000 99029000", 0x9000, E_MALFORMED, "" },
    { "indefinite length",            "8780 99029000",                           0x9000, E_UNSUPPORTED, "" },
    { "length that lies",             "8770 01 99029000",                        0x9000, E_TRUNCATED, "" },
    /* clang-format on */
};

static size_t body_of(struct chip_side *c, const char *text, uint8_t *out)
{
    size_t n = 0;

    while (*text != '\0') {
        const bool   cryptogram = *text == 'P';
        const size_t len = strcspn(text + cryptogram, " ");
        char         part[128] = "";
        uint8_t      bytes[64];
        struct view  v;

        EXPECT(len < sizeof part);
        memcpy(part, text + cryptogram, len);
        v = hex(part, bytes, sizeof bytes);
        if (cryptogram)
            n += chip_cryptogram(c, v, out + n);
        else if (v.len != 0)
            memcpy(out + n, v.ptr, v.len);
        n += cryptogram ? 0 : v.len;
        text += cryptogram + len;
        text += *text == ' ';
    }
    return n;
}

static void sealed_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(sealed); i++) {
        struct sm        sm = session(SSC);
        struct chip_side c = chip(0x887022120C06C226);
        uint8_t          wire[256], plain[256];
        struct buf       got = BUF(plain);
        struct rapdu     r = { 0 };
        struct view      answer;
        struct err       e;

        ROW(sealed[i].name);
        answer =
            chip_seal(&c, view_of(wire, body_of(&c, sealed[i].body, wire)), sealed[i].sw, wire);
        e = sm_unwrap(&sm, answer, &got, &r);
        EXPECT_CODE(e, sealed[i].cause == OK ? OK : E_SM_BROKEN);
        EXPECT(e.cause == sealed[i].cause);
        if (e.code != OK) {
            expect_dead(&sm);
            continue;
        }
        EXPECT_BYTES(r.data, HEX(sealed[i].data));
        EXPECT(r.sw == sealed[i].sw && sm.state == SM_LIVE);
    }
}

/* Without or with a wrong kind of MAC object; then the plain words. */
static const struct {
    const char  *name, *wire;
    enum outcome cause;
    uint16_t     sw;
} bare[] = {
    /* clang-format off */
    { "B_05 DO'8E' missing",  "99029000 9000",                           E_TRUNCATED,  0 },
    { "MAC of four bytes",    "99029000 8E0411223344 9000",              E_UNEXPECTED, 0 },
    { "MAC empty",            "99029000 8E00 9000",                      E_UNEXPECTED, 0 },
    { "MAC of 16 bytes",      "99029000 8E10 00112233445566778899AABBCCDDEEFF 9000", E_UNEXPECTED, 0 },
    { "B_08 MAC wrong",       "99029000 8E080000000000000000 9000",      E_UNEXPECTED, 0 },
    { "bytes after the MAC",  "99029000 8E080000000000000000 8000 9000", E_TRAILING,   0 },
    { "plain data",           "60145F01 9000",                           E_TRUNCATED,  0 },
    { "9000 in the clear",    "9000",                                    E_REFUSED,    0x9000 },
    { "B_04 SM objects missing", "6987",                                 E_REFUSED,    0x6987 },
    { "B_04 SM objects wrong", "6988",                                   E_REFUSED,    0x6988 },
    { "A1 wrong length",      "6700",                                    E_REFUSED,    0x6700 },
    { "half a status word",   "90",                                      E_TRUNCATED,  0 },
    { "nothing",              "",                                        E_TRUNCATED,  0 },
    /* clang-format on */
};

static void bare_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bare); i++) {
        struct sm  sm = session(SSC);
        struct err e;

        ROW(bare[i].name);
        e = unwrap_exact(&sm, HEX(bare[i].wire));
        EXPECT_CODE(e, E_SM_BROKEN);
        EXPECT(e.cause == bare[i].cause && e.sw == bare[i].sw);
        expect_dead(&sm);
    }
}

/* Data objects of the protected command, and MAC: its Lc. */
static size_t lc_of(const struct kit *k, const struct capdu *c)
{
    const size_t padded = (c->data.len / k->block + 1) * k->block + ((c->ins & 1) == 0);
    const size_t head = padded > 255 ? 4 : padded > 127 ? 3 : 2;
    const bool   wide = c->extended || c->data.len > 255 || c->le > 256;

    return (c->data.len != 0 ? head + padded : 0) + (c->le == 0 ? 0 : wide ? 4U : 3U) + 10;
}

static void one_command(const struct kit *k, struct sm *sm, struct chip_side *side,
                        const struct capdu *c)
{
    const bool                 wide = c->extended || c->data.len > 255 || c->le > 256;
    const size_t               lc = lc_of(k, c);
    static uint8_t             wire[4096];
    static struct chip_command got;
    struct buf                 sent = BUF(wire);
    long                       le = c->le != 0 ? (long)c->le : -1;

    EXPECT(sm_extended(sm, c) == (wide || lc > 255));
    EXPECT_CODE(sm_wrap(sm, c, &sent), OK);
    EXPECT(sent.len == sm_len(sm, c) && sent.len == 6 + lc + (wide || lc > 255 ? 3 : 0));
    chip_open(side, buf_view(&sent), &got);
    EXPECT(got.header[0] == (c->cla | 0x0C) && got.header[1] == c->ins);
    EXPECT(got.header[2] == c->p1 && got.header[3] == c->p2);
    EXPECT_BYTES(view_of(got.data, got.data_len), c->data);
    EXPECT(got.extended == (wide || lc > 255));
    EXPECT(got.le_bytes == (c->le == 0 ? 0 : wide ? 2U : 1U));
    if (c->le == 256 && wide && !c->extended) /* all there is, in the form's own words */
        le = 65536;
    EXPECT(got.le == le);
}

/* What we protect, the other side opens: every length of data, with and without Le. */
static void commands_of(const struct kit *k)
{
    static const uint32_t le[] = { 0, 1, 223, 256, 257, 4000, 65536 };
    static uint8_t        data[2000];
    const bool            tdes = k->block == 8;
    struct sm sm = session_of(k, tdes ? "FFFFFFFFFFFFFFFC" : "000000000000000000000000FFFFFF00");
    struct chip_side c = chip_of(k, tdes ? 0xFFFFFFFFFFFFFFFC : 0xFFFFFF00); /* runs over */

    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * 7);
    for (size_t len = 0; len <= sizeof data; len += len < 300 ? 1 : 97) {
        for (size_t i = 0; i < COUNT(le); i++) {
            const struct capdu cmd = {
                .cla = i & 1 ? 0x10 : 0,
                .ins = (uint8_t)(0xB0 + (len + i) % 3),
                .p1 = (uint8_t)len,
                .p2 = 0x0C,
                .data = view_of(data, len),
                .le = le[i],
                .extended = len % 5 == 0,
            };

            one_command(k, &sm, &c, &cmd);
        }
    }
}

static void commands_open_on_the_other_side(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(kits); i++) {
        ROW(kits[i].name);
        commands_of(&kits[i]);
    }
}

static void a_command_that_fails_counts_for_nothing(void **state)
{
    (void)state;
    const struct capdu select = command_of(HEX(d4[0].plain), 0);
    static uint8_t     much[65536];
    const struct capdu too_long = { .ins = 0xB0, .data = VIEW(much) };
    const struct capdu too_padded = { .ins = 0xB0, .data = view_of(much, 65535) };
    const struct capdu no_le = { .ins = 0xB0, .le = 65537 };
    const struct view  want = HEX(d4[0].command);
    struct sm          sm = session(SSC);
    uint8_t            wire[64];

    for (size_t cap = 0; cap < want.len; cap++) {
        struct buf small = buf_of(wire, cap);

        EXPECT_CODE(sm_wrap(&sm, &select, &small), E_NO_SPACE);
        EXPECT(small.len == 0);
    }
    struct buf sent = BUF(wire);
    EXPECT_CODE(sm_wrap(&sm, &too_long, &sent), E_TOO_LONG);
    EXPECT_CODE(sm_wrap(&sm, &too_padded, &sent), E_TOO_LONG);
    EXPECT_CODE(sm_wrap(&sm, &no_le, &sent), E_BUG);
    EXPECT_CODE(sm_wrap(&sm, &select, &sent), OK);
    EXPECT_BYTES(buf_view(&sent), want);
}

/* room is the most that fits: one byte more of data does not. */
static void room_of(const struct kit *k)
{
    const struct sm off = { 0 }, live = session_of(k, k->block == 8 ? SSC : SSC SSC);
    struct sm       dead = live;
    static uint8_t  data[4200], wire[5000];

    sm_kill(&dead);
    for (size_t wire_max = 0; wire_max <= 4100; wire_max += wire_max < 600 ? 1 : 7) {
        const size_t     room = sm_room(&live, wire_max);
        struct chip_side c = chip_of(k, 0);

        EXPECT(sm_room(&off, wire_max) == (wire_max >= 2 ? wire_max - 2 : 0));
        EXPECT(sm_room(&dead, wire_max) == room);
        EXPECT(room == 0 || chip_answer(&c, view_of(data, room), SW_OK, wire).len <= wire_max);
        EXPECT(chip_answer(&c, view_of(data, room + 1), SW_OK, wire).len > wire_max);
    }
    EXPECT(sm_room(&live, 258) == k->room);
}

/* So is the piece of a chain: with a Le beside it, it just fits a short command. */
static void piece_of(const struct kit *k)
{
    const struct sm off = { 0 }, live = session_of(k, k->block == 8 ? SSC : SSC SSC);
    static uint8_t  data[300];

    for (size_t wire_max = 0; wire_max <= 300; wire_max++) {
        const size_t plain = sm_piece(&off, wire_max), piece = sm_piece(&live, wire_max);
        struct capdu c = { .ins = 0x86, .le = 256 };

        EXPECT(plain == (wire_max < 6 ? 0 : wire_max > 261 ? 255 : wire_max - 6));
        c.data = view_of(data, piece);
        EXPECT(piece == 0 || (sm_len(&live, &c) <= wire_max && !sm_extended(&live, &c)));
        c.data = view_of(data, piece + 1);
        EXPECT(sm_len(&live, &c) > wire_max || sm_extended(&live, &c));
    }
}

static void room_is_exact(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(kits); i++) {
        ROW(kits[i].name);
        room_of(&kits[i]);
        piece_of(&kits[i]);
    }
}

/* Answers of every length come back whole, and the counter keeps step. */
static void answers_open_on_our_side(void **state)
{
    (void)state;
    static uint8_t data[4000], wire[4200], plain[4200];

    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * 13);
    for (size_t i = 0; i < COUNT(kits); i++) {
        struct sm sm = session_of(
            &kits[i], kits[i].block == 8 ? "0000000000000000" : "00000000000000000000000000000000");
        struct chip_side   c = chip_of(&kits[i], 0);
        const struct capdu read = { .ins = 0xB0, .le = 256 };

        ROW(kits[i].name);
        for (size_t n = 0; n < sizeof data; n += n < 300 ? 1 : 61) {
            static struct chip_command cmd;
            uint8_t                    command[64];
            struct buf                 sent = BUF(command), got = BUF(plain);
            struct rapdu               r;

            EXPECT_CODE(sm_wrap(&sm, &read, &sent), OK);
            chip_open(&c, buf_view(&sent), &cmd);
            EXPECT_CODE(sm_unwrap(&sm, chip_answer(&c, view_of(data, n), SW_OK, wire), &got, &r),
                        OK);
            EXPECT_BYTES(r.data, view_of(data, n));
        }
    }
}

static void keys_of_wrong_length(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(kits); i++) {
        const struct kit *k = &kits[i];
        const struct view key = view_of(HEX(LONG).ptr, k->key_len),
                          ssc = view_of(key.ptr, k->block);
        const struct view less = view_of(key.ptr, k->key_len - 1),
                          more = view_of(key.ptr, k->key_len + 1);
        const struct sm_keys wrong[] = {
            { less, key, ssc }, { key, less, ssc }, { more, key, ssc },  { key, more, ssc },
            { key, key, less }, { key, key, more }, { key, key, { 0 } },
        };
        struct sm sm = { 0 };

        ROW(k->name);
        for (size_t n = 0; n < COUNT(wrong); n++)
            EXPECT_CODE(sm_begin(&sm, k->suite, wrong[n]), E_BUG);
        EXPECT_CODE(sm_begin(&sm, SM_SUITE_NONE, (struct sm_keys){ key, key, ssc }), E_BUG);
        EXPECT_CODE(sm_begin(&sm, SM_SUITE_COUNT, (struct sm_keys){ key, key, ssc }), E_BUG);
        EXPECT(sm.state == SM_OFF);
    }
}

/* Chip Authentication: nothing of the old keys stays, whatever their length was. */
static void new_keys_replace_a_live_session(void **state)
{
    (void)state;
    for (size_t from = 0; from < COUNT(kits); from++) {
        for (size_t to = 0; to < COUNT(kits); to++) {
            const struct kit    *k = &kits[to];
            const struct view    key = view_of(HEX(LONG).ptr, k->key_len);
            const struct sm_keys keys = { key, key, view_of(HEX(SSC SSC).ptr, k->block) };
            struct sm sm = session_of(&kits[from], kits[from].block == 8 ? SSC : SSC SSC);
            struct sm fresh = { 0 };

            EXPECT_CODE(sm_begin(&sm, k->suite, keys), OK);
            EXPECT_CODE(sm_begin(&fresh, k->suite, keys), OK);
            EXPECT_BYTES(view_of(&sm, sizeof sm), view_of(&fresh, sizeof fresh));
        }
    }
}

static const struct {
    const char *name, *wire;
    bool        complete;
} wholes[] = {
    /* clang-format off */
    { "status and MAC",          "99029000 8E081122334455667788 9000", true },
    { "cut in the MAC",          "99029000 8E0811223344556677 611B",   false },
    { "cut before the MAC",      "99029000 611B",                      false },
    { "cut in the cryptogram",   "8709011122334455 6110",              false },
    { "nothing but the word",    "611B",                               false },
    { "half a word",             "61",                                 false },
    { "bytes after the MAC",     "8E00 8000 6101",                     false },
    /* clang-format on */
};

static void an_answer_that_was_cut_is_known(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(wholes); i++) {
        ROW(wholes[i].name);
        EXPECT(sm_complete(HEX(wholes[i].wire)) == wholes[i].complete);
    }
}

static void only_a_live_session_works(void **state)
{
    (void)state;
    const struct capdu c = command_of(HEX(d4[1].plain), 4);
    uint8_t            bytes[64];
    struct buf         out = BUF(bytes);
    struct rapdu       r;
    struct sm          off = { 0 }, dead = session(SSC);

    sm_kill(&dead);
    expect_dead(&dead);
    EXPECT_CODE(sm_wrap(&off, &c, &out), E_BUG);
    EXPECT_CODE(sm_wrap(&dead, &c, &out), E_BUG);
    EXPECT_CODE(sm_unwrap(&off, HEX("9000"), &out, &r), E_BUG);
    EXPECT_CODE(sm_unwrap(&dead, HEX("9000"), &out, &r), E_BUG);
    sm_off(&dead);
    EXPECT_BYTES(view_of(&dead, sizeof dead), view_of(&off, sizeof off));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transcripts_of_others),
        cmocka_unit_test(every_prefix_is_refused),
        cmocka_unit_test(every_flipped_bit_is_refused),
        cmocka_unit_test(an_answer_out_of_step_is_refused),
        cmocka_unit_test(sealed_answers),
        cmocka_unit_test(bare_answers),
        cmocka_unit_test(commands_open_on_the_other_side),
        cmocka_unit_test(answers_open_on_our_side),
        cmocka_unit_test(a_command_that_fails_counts_for_nothing),
        cmocka_unit_test(room_is_exact),
        cmocka_unit_test(keys_of_wrong_length),
        cmocka_unit_test(new_keys_replace_a_live_session),
        cmocka_unit_test(an_answer_that_was_cut_is_known),
        cmocka_unit_test(only_a_live_session_works),
    };

    return cmocka_run_group_tests_name("iso7816.sm", tests, NULL, NULL);
}
