/*
 * nfc_faults_test: the driver and real libnfc against verso-sim's PN532, which answers
 * well, badly, late and not at all; and after each of these the next document is read.
 *
 * Rules are verso-sim's (--fault): command 42 is InCommunicateThru (the first is RATS), 4A
 * InListPassiveTarget, 32 RFConfiguration of the PN532 (UM0701-02 clause 7).
 */
#define _GNU_SOURCE

#include <poll.h>

#include "memory.h"
#include "pn532_sim.h"

enum { FILE_LEN = 2000 };
static uint8_t file[FILE_LEN]; /* DG2, all but its tag a pattern without two places alike */

/* --- the simulator ------------------------------------------------------- */

static struct sim start_sim(const char *type, const char *fault)
{
    const char *const more[] = { fault != NULL ? "--fault" : NULL, fault, NULL };
    char              ini[128];

    snprintf(ini, sizeof ini, "[document]\naccess = plain\n[chip]\ntype = %s\nuid = 08A1B2C3\n",
             type);
    put_file(document, "document.ini", ini, strlen(ini));
    put_file(document, "DG2.bin", file, sizeof file);
    return run_sim(more);
}

static void tell(struct sim *s, const char *order)
{
    fprintf(s->say, "%s\n", order);
    fflush(s->say);
    expect_line(s, "ok");
}

/* Was the last RFConfiguration of the field (32 01 ..) an order to switch it off? */
static bool field_is_off(void)
{
    char  line[4096];
    bool  off = false;
    FILE *f = fopen(log_path, "r");

    while (fgets(line, sizeof line, f) != NULL) {
        const char *at = strstr(line, "3201");
        const char *spaced = strstr(line, "32 01 ");

        if (at != NULL || spaced != NULL)
            off = ((at != NULL ? at[5] : spaced[7]) & 1) == 0; /* bit 1: RF on */
    }
    fclose(f);
    return off;
}

/* --- the reader ---------------------------------------------------------- */

static struct err command(struct nfc_child *c, const char *apdu, int ms, struct buf *rx)
{
    rx->len = 0;
    return nfc_transceive(&c->nfc, HEX(apdu), soon(ms), rx);
}

/* Select the application and DG2 and read it whole, as short APDUs carry it. */
static void read_document(struct nfc_child *c)
{
    uint8_t           bytes[263], got[FILE_LEN + 256];
    struct buf        rx = BUF(bytes), whole = BUF(got);
    struct nfc_target target;

    EXPECT_CODE(nfc_activate(&c->nfc, soon(3000), &target), OK);
    EXPECT_CODE(command(c, "00A4040C07A0000002471001", 3000, &rx), OK);
    EXPECT_BYTES(buf_view(&rx), HEX("9000"));
    EXPECT_CODE(command(c, "00A4020C020102", 3000, &rx), OK);
    EXPECT_BYTES(buf_view(&rx), HEX("9000"));
    while (whole.len < FILE_LEN) {
        char apdu[16];

        snprintf(apdu, sizeof apdu, "00B0%04X00", (unsigned)whole.len);
        EXPECT_CODE(command(c, apdu, 3000, &rx), OK);
        EXPECT(rx.len > 2);
        EXPECT_CODE(buf_put(&whole, view_of(bytes, rx.len - 2)), OK);
    }
    EXPECT_BYTES(buf_view(&whole), VIEW(file));
}

static void documents_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        int         want;
    } types[] = { { "A", NFC_TYPE_A }, { "B", NFC_TYPE_B } };

    for (size_t i = 0; i < COUNT(types); i++) {
        struct nfc_target target;

        ROW(types[i].type);
        struct nfc_child c = open_reader(); /* before there is a frontend */

        EXPECT_CODE(nfc_activate(&c.nfc, soon(1500), &target), E_BUS);
        struct sim s = start_sim(types[i].type, NULL);

        read_document(&c);
        EXPECT(!field_is_off());
        nfc_field_off(&c.nfc);
        EXPECT(field_is_off());
        EXPECT_CODE(nfc_activate(&c.nfc, soon(3000), &target), OK);
        EXPECT((int)target.type == types[i].want && target.uid_len == 4);
        EXPECT(target.frame_max >= 16);
        EXPECT_BYTES(view_of(target.uid, 4), HEX("08A1B2C3"));

        ROW("the document is taken, and put again");
        uint8_t    bytes[263];
        struct buf rx = BUF(bytes);

        tell(&s, "take");
        EXPECT_CODE(command(&c, "00A4040C07A0000002471001", 3000, &rx), E_CARD_GONE);
        nfc_field_off(&c.nfc);
        EXPECT_CODE(nfc_activate(&c.nfc, soon(500), &target), E_TIMEOUT);
        tell(&s, "put");
        read_document(&c);

        ROW("the frontend is unplugged, and plugged in again");
        tell(&s, "unplug");
        EXPECT_CODE(command(&c, "00B0000000", 3000, &rx), E_BUS);
        nfc_field_off(&c.nfc);
        EXPECT_CODE(nfc_activate(&c.nfc, soon(1500), &target), E_BUS);
        tell(&s, "plug");
        read_document(&c);
        nfc_child_close(&c);
        EXPECT(field_is_off());
        stop_sim(&s);
    }
}

static const struct {
    const char  *name, *fault;
    enum outcome want;
    int          ms; /* allowed */
} faults[] = {
    /* clang-format off */
    { "NAD bit in the status: libnfc aborts",  "command=42*;nth=3;status=80",         E_BUS,       2000 },
    { "no ACK",                                "command=42*;nth=3;ignore=yes",        E_TIMEOUT,   300 },
    { "ACK, then silence",                     "command=42*;nth=3;silence=yes",       E_TIMEOUT,   300 },
    { "an answer too late",                    "command=42*;nth=3;delay_ms=900",      E_TIMEOUT,   300 },
    { "an answer cut off",                     "command=42*;nth=3;truncate=5",        E_TIMEOUT,   300 },
    { "NAK",                                   "command=42*;nth=3;nak=yes",           E_BUS,       2000 },
    { "error frame",                           "command=42*;nth=3;error=yes",         E_BUS,       2000 },
    { "garbage",                               "command=42*;nth=3;garbage=DEADBEEF0102030405060708", E_BUS, 2000 },
    { "junk before the frame",                 "command=42*;nth=3;before=5555",       E_BUS,       2000 },
    { "wrong checksum",                        "command=42*;nth=3;checksum=yes",      E_BUS,       2000 },
    { "wrong length checksum",                 "command=42*;nth=3;header=yes",        E_BUS,       2000 },
    { "status 01: asked again",               "command=42*;nth=3;status=01",         OK,          2000 },
    { "status 02, CRC: asked again",          "command=42*;nth=3;status=02",         OK,          2000 },
    { "status 29: the chip was released",      "command=42*;nth=3;status=29",         E_CARD_GONE, 2000 },
    { "byte by byte",                          "command=42*;nth=3;bytewise=yes",      OK,          2000 },
    /* clang-format on */
};

static void faults_while_reading(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(faults); i++) {
        uint8_t           bytes[263];
        struct buf        rx = BUF(bytes);
        struct nfc_target target;

        ROW(faults[i].name);
        struct sim       s = start_sim("A", faults[i].fault);
        struct nfc_child c = open_reader();

        EXPECT_CODE(nfc_activate(&c.nfc, soon(3000), &target), OK);
        EXPECT_CODE(command(&c, "00A4040C07A0000002471001", 3000, &rx), OK);
        const int64_t begun = clock_now_ms(&clock_.port);

        EXPECT_CODE(command(&c, "00A4020C020102", faults[i].ms, &rx), faults[i].want);
        EXPECT(clock_now_ms(&clock_.port) - begun < faults[i].ms + 700);
        EXPECT(rx.len == (faults[i].want == OK ? 2 : 0));
        nfc_field_off(&c.nfc);
        EXPECT(field_is_off());
        read_document(&c);
        nfc_child_close(&c);
        stop_sim(&s);
    }
}

/* Whatever happens before there is a chip: never OK, never longer than asked and a
 * little, and once the fault is over a document is read. */
static void faults_while_looking(void **state)
{
    (void)state;
    static const char *const rules[] = {
        "command=02*;nth=1;silence=yes", "command=02*;nth=1;status=80",
        "command=14*;nth=1;nak=yes",     "command=32*;nth=2;silence=yes",
        "command=4A*;nth=1;silence=yes", "command=4A*;nth=1;garbage=00",
        "command=4A*;nth=1;answer=02",   "command=4A*;nth=1;checksum=yes",
    };

    for (size_t i = 0; i < COUNT(rules); i++) {
        struct nfc_target target;

        ROW(rules[i]);
        struct sim       s = start_sim("A", rules[i]);
        struct nfc_child c = open_reader();
        const int64_t    begun = clock_now_ms(&clock_.port);
        const struct err e = nfc_activate(&c.nfc, soon(2000), &target);

        EXPECT(e.code == OK || e.code == E_BUS || e.code == E_TIMEOUT);
        EXPECT(clock_now_ms(&clock_.port) - begun < 2700);
        nfc_field_off(&c.nfc);
        read_document(&c);
        nfc_child_close(&c);
        stop_sim(&s);
    }
}

static void nothing_of_it_is_left(void **state)
{
    (void)state;
    if (geteuid() != 0)
        skip(); /* the processes are closed to everybody else */
    struct nfc_child c = open_reader();

    for (size_t i = 4; i < FILE_LEN; i++)
        file[i] ^= 0x5A; /* a document nobody had when the keeper was forked */
    struct sim s = start_sim("A", NULL);

    ROW("memory of the processes");
    read_document(&c);
    const pid_t worker = child_of(c.keeper.pid);
    /* The last bytes read: what a buffer nobody wiped still holds. */
    const struct view last = view_of(file + FILE_LEN - 40, 32);

    EXPECT(worker > 0);
    EXPECT(holds(getpid(), last)); /* the search finds what is there: the file, here */
    nfc_field_off(&c.nfc);
    usleep(200000); /* for the worker to end */
    EXPECT(!holds(worker, last));
    EXPECT(!holds(c.keeper.pid, last));
    EXPECT(child_of(c.keeper.pid) == worker || child_of(c.keeper.pid) == 0); /* a zombie, or not */
    nfc_child_close(&c);
    stop_sim(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents_are_read),
        cmocka_unit_test(faults_while_reading),
        cmocka_unit_test(faults_while_looking),
        cmocka_unit_test(nothing_of_it_is_left),
    };

    if (!make_folder())
        return 1;
    for (size_t i = 0; i < FILE_LEN; i++)
        file[i] = (uint8_t)((i & 1) != 0 ? i >> 1 : (i >> 9) * 37 + 11);
    memcpy(file, "\x75\x82\x07\xCC", 4); /* 4 + 1996 */
    const int failed = cmocka_run_group_tests_name("system.nfc_faults", tests, NULL, NULL);

    put_file(document, "document.ini", NULL, 0);
    put_file(document, "DG2.bin", NULL, 0);
    put_file(folder, "log", NULL, 0);
    rmdir(document);
    rmdir(folder);
    return failed;
}
