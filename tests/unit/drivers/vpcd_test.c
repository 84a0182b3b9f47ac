/*
 * vpcd_test: a virtual card of the test's own, in a process of its own, speaking the
 * wire of vsmartcard (16 bit length; orders 00 off, 01 on, 02 reset, 04 ATR).
 */
#include "vpcd/vpcd.h"

#include <arpa/inet.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect.h"
#include "osport/os_clock.h"

static struct os_clock clock_;

static struct deadline soon(int ms)
{
    return clock_in(&clock_.port, ms);
}

/* What a card does with its nth command. */
enum act { ECHO, LEAVE, HANG, ONE_BYTE, NO_BYTES, HALF, NO_ATR };

static bool take(int fd, uint8_t *bytes, size_t n)
{
    for (size_t got = 0; got < n;) {
        const ssize_t k = recv(fd, bytes + got, n - got, 0);

        if (k <= 0)
            return false;
        got += (size_t)k;
    }
    return true;
}

static void give(int fd, const uint8_t *bytes, size_t n)
{
    const uint8_t head[] = { (uint8_t)(n >> 8), (uint8_t)n };

    send(fd, head, 2, MSG_NOSIGNAL);
    for (size_t at = 0; at < n; at += 1000) /* in pieces: a stream has no borders */
        send(fd, bytes + at, n - at < 1000 ? n - at : 1000, MSG_NOSIGNAL);
}

/* 3B 00 is the shortest ATR there is. */
static void be_card(int fd, enum act act)
{
    static const uint8_t atr[] = { 0x3B, 0x00 }, half[] = { 0x00, 0x04, 0x90 };
    static uint8_t       message[0x10000];
    uint8_t              head[2];
    bool                 on = false;

    while (take(fd, head, 2)) {
        const size_t n = (size_t)head[0] << 8 | head[1];

        if (!take(fd, message, n))
            return;
        if (n == 1) {
            on = message[0] == 0x01 || (on && message[0] != 0x00);
            if (message[0] == 0x04 && on && act != NO_ATR)
                give(fd, atr, sizeof atr);
            continue;
        }
        if (!on || act == LEAVE)
            return;
        if (act == ECHO)
            give(fd, message, n);
        if (act == ONE_BYTE || act == NO_BYTES)
            give(fd, message, act == ONE_BYTE);
        if (act == HALF)
            send(fd, half, sizeof half, MSG_NOSIGNAL);
    }
}

/* Connect after a while and be a card until the reader closes. */
static pid_t start_card(const struct vpcd *v, enum act act, int after_ms)
{
    const struct sockaddr_in at = { .sin_family = AF_INET,
                                    .sin_port = htons(vpcd_port(v)),
                                    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    const pid_t              pid = fork();

    if (pid != 0)
        return pid;
    const int fd = socket(AF_INET, SOCK_STREAM, 0);

    usleep((unsigned)after_ms * 1000);
    if (connect(fd, (const struct sockaddr *)&at, sizeof at) == 0)
        be_card(fd, act);
    _exit(0);
}

static void commands_go_both_ways(void **state)
{
    (void)state;
    static uint8_t    command[0xFFFF], room[0xFFFF];
    struct vpcd       v;
    struct nfc_target target;
    struct buf        rx = BUF(room);

    EXPECT_CODE(vpcd_open(&v, 0, &clock_.port), OK);
    EXPECT(nfc_limits(&v.nfc).tx_max == 0xFFFF && nfc_limits(&v.nfc).rx_max == 0xFFFF);
    EXPECT_CODE(nfc_activate(&v.nfc, soon(20), &target), E_TIMEOUT);
    EXPECT_CODE(nfc_transceive(&v.nfc, HEX("00840000"), soon(20), &rx), E_CARD_GONE);

    const pid_t card = start_card(&v, ECHO, 50);

    EXPECT_CODE(nfc_activate(&v.nfc, soon(5000), &target), OK);
    EXPECT(target.uid_len == 4 && target.frame_max == 256);
    EXPECT_CODE(nfc_transceive(&v.nfc, HEX("0084000008"), soon(1000), &rx), OK);
    EXPECT_CODE(nfc_transceive(&v.nfc, HEX("9000"), soon(1000), &rx), OK);
    EXPECT_BYTES(buf_view(&rx), HEX("0084000008 9000")); /* appended */

    ROW("the longest");
    memset(command, 0x5A, sizeof command);
    rx.len = 0;
    EXPECT_CODE(nfc_transceive(&v.nfc, VIEW(command), soon(5000), &rx), OK);
    EXPECT_BYTES(buf_view(&rx), VIEW(command));

    ROW("what would be an order, or cannot be said");
    EXPECT_CODE(nfc_transceive(&v.nfc, HEX("00"), soon(1000), &rx), E_BUG);
    EXPECT_CODE(nfc_transceive(&v.nfc, view_of(command, 0x10000), soon(1000), &rx), E_TOO_LONG);

    ROW("off, and on again");
    nfc_field_off(&v.nfc);
    rx.len = 0;
    EXPECT_CODE(nfc_activate(&v.nfc, soon(5000), &target), OK);
    EXPECT_CODE(nfc_transceive(&v.nfc, HEX("0084"), soon(1000), &rx), OK);

    ROW("a card pulled between two documents, and the next");
    kill(card, SIGKILL);
    waitpid(card, NULL, 0);
    const pid_t next = start_card(&v, ECHO, 50);

    EXPECT_CODE(nfc_activate(&v.nfc, soon(5000), &target), OK);
    vpcd_close(&v);
    waitpid(next, NULL, 0);
}

static const struct {
    const char  *name;
    enum act     act;
    size_t       cap;
    enum outcome want;
} rows[] = {
    /* clang-format off */
    { "the card leaves",              LEAVE,    256, E_CARD_GONE },
    { "the card is silent",           HANG,     256, E_TIMEOUT },
    { "one byte is no answer",        ONE_BYTE, 256, E_BUS },
    { "no byte is no answer",         NO_BYTES, 256, E_BUS },
    { "half an answer",               HALF,     256, E_TIMEOUT },
    { "the answer does not fit",      ECHO,     4,   E_NO_SPACE },
    /* clang-format on */
};

static void faults_drop_the_card(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        static uint8_t    room[256];
        struct vpcd       v;
        struct nfc_target target;
        struct buf        rx = buf_of(room, rows[i].cap);

        ROW(rows[i].name);
        EXPECT_CODE(vpcd_open(&v, 0, &clock_.port), OK);
        pid_t card = start_card(&v, rows[i].act, 0);

        EXPECT_CODE(nfc_activate(&v.nfc, soon(5000), &target), OK);
        EXPECT_CODE(nfc_transceive(&v.nfc, HEX("0084000008"), soon(100), &rx), rows[i].want);
        EXPECT(rx.len == 0);
        EXPECT_CODE(nfc_transceive(&v.nfc, HEX("0084000008"), soon(100), &rx), E_CARD_GONE);
        waitpid(card, NULL, 0); /* it sees that it was dropped */

        card = start_card(&v, ECHO, 0);
        rx = BUF(room);
        EXPECT_CODE(nfc_activate(&v.nfc, soon(5000), &target), OK);
        EXPECT_CODE(nfc_transceive(&v.nfc, HEX("0084000008"), soon(1000), &rx), OK);
        vpcd_close(&v);
        waitpid(card, NULL, 0);
    }
}

static void a_card_without_atr_is_none(void **state)
{
    (void)state;
    struct vpcd       v;
    struct nfc_target target;

    EXPECT_CODE(vpcd_open(&v, 0, &clock_.port), OK);
    const pid_t card = start_card(&v, NO_ATR, 0);

    EXPECT_CODE(nfc_activate(&v.nfc, soon(200), &target), E_TIMEOUT);
    waitpid(card, NULL, 0);

    ROW("the port is taken");
    struct vpcd other;

    EXPECT_CODE(vpcd_open(&other, vpcd_port(&v), &clock_.port), E_BUS);
    vpcd_close(&v);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(commands_go_both_ways),
                                        cmocka_unit_test(faults_drop_the_card),
                                        cmocka_unit_test(a_card_without_atr_is_none) };

    os_clock_open(&clock_, (struct date){ 0 }, (struct date){ 0 });
    return cmocka_run_group_tests_name("drivers.vpcd", tests, NULL, NULL);
}
