/*
 * nfc_chips_test: the driver, real libnfc and verso-sim's PN532: commands and answers longer
 * than a frame, every bit rate, chips of both types, two of them in the field, and frames
 * that do not come through.
 */
#define _GNU_SOURCE

#include "pn532_sim.h"

enum { FILE_LEN = 5000, COMMAND_LEN = 1500 };

#define SELECT "00A4040C07A0000002471001"

static uint8_t file[FILE_LEN];
static char    beside[64], transcript[64];

/* A document with DG2 and these lines in [chip] and after it. */
static void write_document(const char *in, const char *chip)
{
    char ini[512];

    snprintf(ini, sizeof ini, "[document]\naccess = plain\n[chip]\n%s\n", chip);
    put_file(in, "document.ini", ini, strlen(ini));
    put_file(in, "DG2.bin", file, sizeof file);
}

static void expect_answer(struct nfc_child *c, struct view command, struct view want)
{
    static uint8_t room[NFC_RX_MAX];
    struct buf     rx = BUF(room);

    EXPECT_CODE(nfc_transceive(&c->nfc, command, soon(8000), &rx), OK);
    EXPECT_BYTES(buf_view(&rx), want);
}

/* SELECT, then 4000 bytes of DG2 in one answer of 4002. */
static void read_4000(struct nfc_child *c)
{
    static uint8_t want[4002];

    memcpy(want, file, 4000);
    want[4000] = 0x90;
    want[4001] = 0x00;
    expect_answer(c, HEX(SELECT), HEX("9000"));
    expect_answer(c, HEX("00B082 00 000FA0"), VIEW(want));
}

static void expect_in_transcript(struct view bytes)
{
    static char text[2 * COMMAND_LEN + 1], line[1 << 17];
    FILE       *f = fopen(transcript, "r");
    bool        found = false;

    for (size_t i = 0; i < bytes.len; i++)
        snprintf(text + 2 * i, 3, "%02X", bytes.ptr[i]);
    EXPECT(f != NULL);
    while (fgets(line, sizeof line, f) != NULL)
        found = found || strstr(line, text) != NULL;
    fclose(f);
    EXPECT(found);
}

/* A command of 1500 bytes that the chip knows only from a rule, and one that is all there is
 * room for. */
static void send_1500(struct nfc_child *c)
{
    static uint8_t command[NFC_TX_MAX + 1] = { 0x00, 0xD6, 0x00, 0x00, 0x00 };

    for (size_t i = 7; i < sizeof command; i++)
        command[i] = (uint8_t)(i * 7 + (i >> 8));
    command[5] = (COMMAND_LEN - 7) >> 8;
    command[6] = (COMMAND_LEN - 7) & 0xFF;
    expect_answer(c, view_of(command, COMMAND_LEN), HEX("01029000"));
    expect_in_transcript(view_of(command, COMMAND_LEN));
    command[5] = (NFC_TX_MAX - 7) >> 8;
    command[6] = (NFC_TX_MAX - 7) & 0xFF;
    expect_answer(c, view_of(command, NFC_TX_MAX), HEX("01029000"));
}

static const struct {
    const char *name, *chip;
    uint16_t    rate_max, rate, frame_max;
} chips[] = {
    /* clang-format off */
    { "type A",                        "type = A",                    0,   106, 256 },
    { "type A, frames of 16 bytes",    "fsci = 0",                    0,   106, 16 },
    { "type A, frames of 64 bytes",    "fsci = 5\nfwi = 4\nsfgi = 6", 0,   106, 64 },
    { "type A, 7 bytes of UID",        "uid = 04112233445566",        106, 106, 256 },
    { "type A, 424 kbit/s",            "type = A",                    424, 424, 256 },
    { "type A, 212 kbit/s",            "type = A",                    212, 212, 256 },
    { "type A, 212 is all it can",     "rates = 11",                  424, 212, 256 },
    { "type A, 106 is all it can",     "rates = 00\nhistorical = 31", 424, 106, 256 },
    { "type A, 424 one way only",      "rates = 20",                  424, 106, 256 },
    { "type B",                        "type = B",                    0,   106, 256 },
    { "type B, frames of 24 bytes",    "type = B\nfsci = 1",          0,   106, 24 },
    { "type B knows no other rate",    "type = B",                    424, 106, 256 },
    /* clang-format on */
};

static void long_messages_pass(void **state)
{
    static const char *const rules[] = { "--rule",
                                         "command=00D6*;reply=01029000",
                                         "--rule",
                                         "command=00B0*;wtx=2",
                                         "--transcript",
                                         transcript,
                                         NULL };

    (void)state;
    for (size_t i = 0; i < COUNT(chips); i++) {
        struct nfc_target t;

        ROW(chips[i].name);
        write_document(document, chips[i].chip);
        struct sim       s = run_sim(rules);
        struct nfc_child c = open_reader();

        c.config.rate_max = chips[i].rate_max;
        EXPECT_CODE(nfc_activate(&c.nfc, soon(3000), &t), OK);
        EXPECT(t.rate_kbit == chips[i].rate && t.frame_max == chips[i].frame_max && t.seen == 1);
        read_4000(&c);
        send_1500(&c);
        nfc_child_close(&c);
        stop_sim(&s);
    }
}

/* Faults of the radio, FWI 6.  The command is READ BINARY of 600 bytes, block 1 of ours; the
 * answer comes in three of the chip's, 1, 0 and 1. */
static const struct {
    const char  *name;
    const char  *air[2];
    enum outcome want;
    int          ms;
} faults[] = {
    /* clang-format off */
    { "our I-block is lost",            { "command=03*;nth=1;lose=there" }, OK, 5000 },
    { "its I-block is lost",            { "command=03*;nth=1;lose=back" },  OK, 5000 },
    { "its I-block is garbled",         { "command=03*;nth=1;status=02" },  OK, 5000 },
    { "our R(ACK) is lost",             { "command=A2;nth=1;lose=there" },  OK, 5000 },
    { "a block of its chain is lost",   { "command=A2;nth=1;lose=back" },   OK, 5000 },
    { "and its last",                   { "command=A3;nth=1;lose=back" },   OK, 5000 },
    { "and R(ACK) for it",              { "command=A3;nth=1;lose=back", "command=A3;nth=2;lose=there" }, OK, 5000 },
    { "a block comes twice",            { "command=A2;nth=1;again=yes" },   OK, 5000 },
    { "a wrong block number",           { "command=A2;nth=1;flip=0:01" },   OK, 5000 },
    { "an empty frame",                 { "command=A2;nth=1;cut=0" },       OK, 5000 },
    { "R(NAK), which is not its to send", { "command=A2;nth=1;answer=B2" }, OK, 5000 },
    { "S(WTX), and the block was lost", { "command=03*;nth=1;answer=F203" }, OK, 5000 },
    { "RATS is lost",                   { "command=E0*;nth=1;lose=there" }, OK, 5000 },
    { "the ATS is garbled",             { "command=E0*;nth=1;status=02" },  OK, 5000 },
    { "the ATS is cut off",             { "command=E0*;nth=1;cut=3" },      OK, 5000 },
    { "RATS is lost three times",       { "command=E0*;nth=1;lose=there", "command=E0*;nth=2;lose=there" }, OK, 5000 },
    { "every I-block is lost",          { "command=03*;lose=there" },       E_CARD_GONE, 5000 },
    { "every answer is garbled",        { "command=03*;status=02", "command=B3;status=02" }, E_CARD_GONE, 5000 },
    { "R(NAK) for ever",                { "command=03*;answer=B2", "command=B3;answer=B2" }, E_CARD_GONE, 5000 },
    { "the same block for ever",        { "command=A2;again=yes" },         E_CARD_GONE, 5000 },
    { "the chain has no end",           { "command=A3;nth=1;flip=0:10" },   E_CARD_GONE, 5000 },
    { "S(WTX) for ever",                { "command=03*;answer=F201", "command=F201;answer=F201" }, E_TIMEOUT, 700 },
    { "empty pieces for ever",          { "command=A2;answer=12", "command=A3;answer=13" }, E_TIMEOUT, 700 },
    { "pieces for ever",                { "command=A2;answer=12000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F",
                                          "command=A3;answer=13000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F" },
      E_NO_SPACE, 5000 },
    { "silence, and no time left",      { "command=03*;lose=back" },        E_TIMEOUT, 30 },
    /* clang-format on */
};

static void blocks_that_do_not_come_through(void **state)
{
    static uint8_t want[602];

    (void)state;
    memcpy(want, file, 600);
    want[600] = 0x90;
    want[601] = 0x00;
    write_document(document, "fwi = 6");
    for (size_t i = 0; i < COUNT(faults); i++) {
        const char *const rules[] = { "--air", faults[i].air[0],
                                      faults[i].air[1] != NULL ? "--air" : NULL, faults[i].air[1],
                                      NULL };
        static uint8_t    room[NFC_RX_MAX];
        struct buf        rx = BUF(room);
        struct nfc_target t;
        struct sim        s = run_sim(rules);
        struct nfc_child  c = open_reader();

        ROW(faults[i].name);
        EXPECT_CODE(nfc_activate(&c.nfc, soon(3000), &t), OK);
        expect_answer(&c, HEX(SELECT), HEX("9000"));
        const int64_t begun = clock_now_ms(&clock_.port);

        EXPECT_CODE(nfc_transceive(&c.nfc, HEX("00B082 00 000258"), soon(faults[i].ms), &rx),
                    faults[i].want);
        EXPECT_BYTES(buf_view(&rx), view_of(want, faults[i].want == OK ? sizeof want : 0));
        EXPECT(clock_now_ms(&clock_.port) - begun < faults[i].ms + 700);
        if (faults[i].want != OK)
            EXPECT_CODE(nfc_transceive(&c.nfc, HEX(SELECT), soon(1000), &rx), E_CARD_GONE);
        nfc_field_off(&c.nfc);
        stop_sim(&s);
        s = run_sim(NULL); /* to the reader: unplugged, and plugged in again */
        if (nfc_activate(&c.nfc, soon(3000), &t).code != OK)
            EXPECT_CODE(nfc_activate(&c.nfc, soon(3000), &t), OK);
        read_4000(&c);
        nfc_child_close(&c);
        stop_sim(&s);
    }
}

/* A chip that accepts no PPS, though it offers: 106 at once, and all is read. */
static void a_refused_rate_costs_nothing(void **state)
{
    static const char *const rules[] = { "--air", "command=D0*;lose=there", NULL };
    struct nfc_target        t;

    (void)state;
    write_document(document, "fwi = 6");
    struct sim       s = run_sim(rules);
    struct nfc_child c = open_reader();

    ROW("PPS is not answered");
    c.config.rate_max = 424;
    EXPECT_CODE(nfc_activate(&c.nfc, soon(3000), &t), OK);
    EXPECT(t.rate_kbit == 106);
    read_4000(&c);
    nfc_child_close(&c);
    stop_sim(&s);
}

#define NO_PASSPORT "uid = 08AAAAAA\nfwi = 6\n[rule.other]\ncommand = 00A4040C*\nreply = 6A82"
#define PASSPORT    "uid = 08BBBBBB\nfwi = 6"

static const struct {
    const char  *name, *first, *second, *air;
    enum outcome read; /* of the passport, the second */
} pairs[] = {
    /* clang-format off */
    { "two of type A",          NO_PASSPORT,             PASSPORT,             NULL, OK },
    { "A before B",             NO_PASSPORT,             PASSPORT "\ntype = B", NULL, OK },
    { "two of type B",          "type = B\n" NO_PASSPORT, PASSPORT "\ntype = B", NULL, OK },
    { "S(DESELECT) is lost",    NO_PASSPORT,             PASSPORT,             "command=C2;nth=1;lose=there", OK },
    { "one that does not go",   NO_PASSPORT,             PASSPORT,             "command=C2;lose=there", E_CARD_GONE },
    /* clang-format on */
};

static void the_other_chip_is_reached(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(pairs); i++) {
        const char *const args[] = { "--beside", beside, pairs[i].air != NULL ? "--air" : NULL,
                                     pairs[i].air, NULL };
        static uint8_t    room[NFC_RX_MAX];
        struct buf        rx = BUF(room);
        struct nfc_target t;

        ROW(pairs[i].name);
        write_document(document, pairs[i].first);
        write_document(beside, pairs[i].second);
        struct sim       s = run_sim(args);
        struct nfc_child c = open_reader();

        for (int turn = 0; turn < 2; turn++) {
            EXPECT_CODE(nfc_activate(&c.nfc, soon(3000), &t), OK);
            EXPECT_BYTES(view_of(t.uid, t.uid_len), HEX("08AAAAAA"));
            EXPECT(t.seen == 1);
            expect_answer(&c, HEX(SELECT), HEX("6A82"));
            EXPECT_CODE(nfc_next(&c.nfc, soon(3000), &t), OK);
            EXPECT_BYTES(view_of(t.uid, t.uid_len), HEX("08BBBBBB"));
            EXPECT(t.seen == 2);
            rx.len = 0;
            EXPECT_CODE(nfc_transceive(&c.nfc, HEX(SELECT), soon(3000), &rx), pairs[i].read);
            if (pairs[i].read == OK) {
                read_4000(&c);
                EXPECT_CODE(nfc_next(&c.nfc, soon(3000), &t), E_TIMEOUT);
            }
            nfc_field_off(&c.nfc);
        }
        nfc_child_close(&c);
        stop_sim(&s);
    }
}

/* One that speaks no ISO 14443-4 is passed over, and counted. */
static void transport_cards_are_passed_over(void **state)
{
    const char *const args[] = { "--beside", beside, NULL };
    struct nfc_target t;

    (void)state;
    for (int type_b = 0; type_b < 2; type_b++) {
        ROW(type_b ? "beside type B" : "beside type A");
        write_document(document, "uid = 08AAAAAA\nsak = 08");
        write_document(beside, type_b ? PASSPORT "\ntype = B" : PASSPORT);
        struct sim       s = run_sim(args);
        struct nfc_child c = open_reader();

        EXPECT_CODE(nfc_activate(&c.nfc, soon(3000), &t), OK);
        EXPECT_BYTES(view_of(t.uid, t.uid_len), HEX("08BBBBBB"));
        EXPECT(t.seen == 2);
        read_4000(&c);
        EXPECT_CODE(nfc_next(&c.nfc, soon(3000), &t), E_TIMEOUT);
        nfc_child_close(&c);
        stop_sim(&s);
    }
}

static void clean_up(void)
{
    for (int i = 0; i < 2; i++) {
        put_file(i == 0 ? document : beside, "document.ini", NULL, 0);
        put_file(i == 0 ? document : beside, "DG2.bin", NULL, 0);
    }
    put_file(folder, "log", NULL, 0);
    put_file(folder, "transcript", NULL, 0);
    rmdir(document);
    rmdir(beside);
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_messages_pass),
        cmocka_unit_test(blocks_that_do_not_come_through),
        cmocka_unit_test(a_refused_rate_costs_nothing),
        cmocka_unit_test(the_other_chip_is_reached),
        cmocka_unit_test(transport_cards_are_passed_over),
    };

    if (!make_folder())
        return 1;
    snprintf(beside, sizeof beside, "%s/beside", folder);
    snprintf(transcript, sizeof transcript, "%s/transcript", folder);
    mkdir(beside, 0700);
    for (size_t i = 0; i < FILE_LEN; i++)
        file[i] = (uint8_t)((i & 1) != 0 ? i >> 1 : (i >> 9) * 37 + 11);
    memcpy(file, "\x75\x82\x13\x84", 4); /* 4 + 4996 */
    const int failed = cmocka_run_group_tests_name("system.nfc_chips", tests, NULL, NULL);

    clean_up();
    return failed;
}
