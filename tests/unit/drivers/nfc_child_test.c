/*
 * nfc_child_test: another worker in libnfc's place, that dies, hangs, lies and answers
 * late, each where a row says; and what the parent makes of it.
 */
#define _GNU_SOURCE

#include "libnfc/nfc_child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "expect.h"
#include "fake_worker.h"
#include "osport/os_clock.h"

static struct os_clock clock_;

static struct nfc_child open_child(void)
{
    struct nfc_child              c;
    const struct nfc_child_config config = {
        .device = "none:", .clock = &clock_.port, .worker = serve
    };

    memset((void *)(uintptr_t)shared, 0, sizeof *shared);
    EXPECT_CODE(nfc_child_open(&c, &config), OK);
    return c;
}

static struct deadline soon(int ms)
{
    return clock_in(&clock_.port, ms);
}

/* An orphan comes to us, the nearest who reaps; under an emulator that cannot arrange that, to
 * somebody who may take his time: dead is gone, too. */
static bool is_gone(pid_t pid)
{
    char path[64], state = 0;

    waitpid(pid, NULL, WNOHANG);
    if (kill(pid, 0) < 0)
        return errno == ESRCH;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *f = fopen(path, "r");

    if (f == NULL)
        return errno == ENOENT;
    const bool there = fscanf(f, "%*d (%*[^)]) %c", &state) == 1;

    fclose(f);
    return !there || state == 'Z';
}

static void sleep_ms(int ms)
{
    const struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };

    nanosleep(&t, NULL);
}

/* Within a second: ends happen in other processes. */
#define EVENTUALLY(cond)                                                                           \
    do {                                                                                           \
        for (int tries_ = 0; tries_ < 200 && !(cond); tries_++)                                    \
            sleep_ms(5);                                                                           \
        EXPECT(cond);                                                                              \
    } while (0)

static struct err ask(struct nfc_child *c, struct buf *rx)
{
    return nfc_transceive(&c->nfc, HEX("00A4040C07A0000002471001"), soon(200), rx);
}

static void a_document_is_read(void **state)
{
    (void)state;
    uint8_t           bytes[NFC_RX_MAX];
    struct buf        rx = BUF(bytes);
    struct nfc_target target;
    struct nfc_child  c = open_child();

    EXPECT_CODE(nfc_activate(&c.nfc, soon(1000), &target), OK);
    EXPECT(target.type == NFC_TYPE_B && target.frame_max == 256 && target.uid_len == 4);
    EXPECT(target.rate_kbit == 106 && target.seen == 1);
    EXPECT_BYTES(view_of(target.uid, 4), HEX("08A1B2C3"));
    EXPECT_BYTES(view_of(target.historical, target.historical_len), TEXT("123"));
    EXPECT_CODE(ask(&c, &rx), OK);
    EXPECT_BYTES(buf_view(&rx), HEX("00A4040C07A0000002471001 9000"));
    const pid_t first = shared->pid;

    ROW("a used worker goes with its document");
    nfc_field_off(&c.nfc);
    EXPECT(shared->offs == 1);
    EVENTUALLY(shared->farewells == 1);
    EXPECT_CODE(nfc_activate(&c.nfc, soon(1000), &target), OK);
    EXPECT(shared->workers == 2 && shared->pid != first && is_gone(first));

    ROW("an unused worker stays");
    nfc_field_off(&c.nfc);
    nfc_field_off(&c.nfc);
    EXPECT(shared->offs == 2);
    EXPECT_CODE(nfc_activate(&c.nfc, soon(1000), &target), OK);
    EXPECT(shared->workers == 2);

    ROW("closing ends both processes");
    const pid_t keeper = c.keeper.pid, worker = shared->pid;

    nfc_child_close(&c);
    EXPECT(shared->offs == 3 && is_gone(keeper));
    EVENTUALLY(is_gone(worker));
    EXPECT(shared->farewells == 2);
}

static void a_worker_inherits_nothing(void **state)
{
    (void)state;
    struct nfc_target target;
    const int         stray = open("/dev/zero", O_RDONLY); /* without CLOEXEC */
    struct nfc_child  c = open_child();
    char              path[64], line[64] = "";

    EXPECT_CODE(nfc_activate(&c.nfc, soon(1000), &target), OK);
    EXPECT(shared->descriptors == 4); /* the standard three and its socket */
    EXPECT(shared->core_limit == 0 && shared->dumpable == 0);
    EXPECT(shared->death_signal == SIGKILL);
    EXPECT(strcmp((const char *)(uintptr_t)shared->name, "versod: nfc") == 0);
    snprintf(path, sizeof path, "/proc/%d/comm", (int)c.keeper.pid);
    FILE *f = fopen(path, "r");

    EXPECT(f != NULL && fgets(line, sizeof line, f) != NULL && strcmp(line, "versod: nfc\n") == 0);
    fclose(f);
    close(stray);
    nfc_child_close(&c);
}

static const struct {
    const char  *name;
    enum act     act;
    enum outcome want;
    bool         survives; /* the same worker goes on */
} faults[] = {
    /* clang-format off */
    { "abort() in libnfc",            DIE_BY_ABORT,      E_BUS,       false },
    { "segmentation fault in libnfc", DIE_BY_SEGV,       E_BUS,       false },
    { "the worker leaves",            LEAVE,             E_BUS,       false },
    { "the worker hangs",             HANG,              E_TIMEOUT,   false },
    { "an outcome nobody knows",      SAY_NOTHING_KNOWN, E_BUS,       false },
    { "a reply too long",             SAY_TOO_MUCH,      E_BUS,       false },
    { "OK and nothing else",          SAY_NOTHING,       E_BUS,       false },
    { "libnfc's timeout",             SAY_TIMEOUT,       E_TIMEOUT,   false },
    { "the chip has left",            SAY_CARD_GONE,     E_CARD_GONE, true  },
    { "the bus failed",               SAY_BUS,           E_BUS,       false },
    { "an answer longer than any",    SAY_NO_SPACE,      E_NO_SPACE,  true  },
    /* clang-format on */
};

/* The fault strikes a transceive; the caller sees it within deadline and grace, nothing
 * is appended, and the next document is read. */
static void faults_in_transceive(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(faults); i++) {
        uint8_t           bytes[NFC_RX_MAX];
        struct buf        rx = BUF(bytes);
        struct nfc_target target;
        struct nfc_child  c = open_child();

        ROW(faults[i].name);
        shared->act = faults[i].act;
        shared->at = 2;
        EXPECT_CODE(nfc_activate(&c.nfc, soon(1000), &target), OK);
        const int64_t begun = clock_now_ms(&clock_.port);
        const pid_t   victim = shared->pid;

        EXPECT_CODE(ask(&c, &rx), faults[i].want);
        EXPECT(rx.len == 0);
        EXPECT(clock_now_ms(&clock_.port) - begun < 200 + 500 + 200);
        shared->act = ANSWER;
        EXPECT_CODE(ask(&c, &rx), faults[i].survives ? OK : E_CARD_GONE);
        if (!faults[i].survives)
            EVENTUALLY(is_gone(victim) || shared->farewells == 1);
        nfc_field_off(&c.nfc);
        EXPECT(shared->offs == 1); /* by whichever worker: the field does not stay on */
        rx.len = 0;
        EXPECT_CODE(nfc_activate(&c.nfc, soon(1000), &target), OK);
        EXPECT_CODE(ask(&c, &rx), OK);
        EXPECT(is_gone(victim));
        nfc_child_close(&c);
    }
}

static void faults_in_activate(void **state)
{
    (void)state;
    static const struct {
        const char  *name;
        enum act     act;
        enum outcome want;
    } more[] = {
        { "no such type", SAY_NO_TYPE, E_BUS },
        { "a UID of two", SAY_NO_UID, E_BUS },
        { "a UID shorter than it says", SAY_SHORT_UID, E_BUS },
        { "a frame of eight", SAY_TINY_FRAME, E_BUS },
        { "848 kbit/s", SAY_NO_RATE, E_BUS },
        { "sixteen historical bytes", SAY_LONG_HISTORY, E_BUS },
    };

    for (size_t i = 0; i < COUNT(faults) + COUNT(more); i++) {
        const bool        is_more = i >= COUNT(faults);
        const size_t      k = is_more ? i - COUNT(faults) : i;
        struct nfc_target target = { .uid_len = 77 };
        struct nfc_child  c = open_child();

        ROW(is_more ? more[k].name : faults[k].name);
        shared->act = is_more ? more[k].act : faults[k].act;
        shared->at = 1;
        EXPECT_CODE(nfc_activate(&c.nfc, soon(200), &target),
                    is_more                 ? more[k].want
                    : faults[k].act == HANG ? E_BUS /* it did not find nothing: it did not look */
                                            : faults[k].want);
        EXPECT(target.uid_len == 77);
        shared->act = ANSWER;
        EXPECT_CODE(nfc_activate(&c.nfc, soon(1000), &target), OK);
        nfc_child_close(&c);
    }
}

static void lengths_are_bounded_here(void **state)
{
    (void)state;
    static const uint8_t command[NFC_TX_MAX + 1] = { 0 };
    uint8_t              bytes[NFC_RX_MAX];
    struct buf           rx = BUF(bytes), small = buf_of(bytes, 13);
    struct nfc_target    target;
    struct nfc_child     c = open_child();

    EXPECT(nfc_limits(&c.nfc).tx_max == 4096 && nfc_limits(&c.nfc).rx_max == 4096);
    ROW("no chip yet");
    EXPECT_CODE(ask(&c, &rx), E_CARD_GONE);
    EXPECT_CODE(nfc_activate(&c.nfc, soon(1000), &target), OK);
    const int before = shared->requests;

    ROW("too long, or nothing, never leaves this process");
    EXPECT_CODE(nfc_transceive(&c.nfc, VIEW(command), soon(200), &rx), E_TOO_LONG);
    EXPECT_CODE(nfc_transceive(&c.nfc, view_of(NULL, 0), soon(200), &rx), E_BUG);
    EXPECT_CODE(nfc_transceive(&c.nfc, HEX("00"), soon(0), &rx), E_TIMEOUT);
    EXPECT(shared->requests == before && rx.len == 0);
    EXPECT_CODE(nfc_activate(&c.nfc, soon(1000), &target), OK);

    ROW("the longest");
    EXPECT_CODE(nfc_transceive(&c.nfc, view_of(command, NFC_TX_MAX), soon(200), &rx), OK);
    EXPECT(rx.len == NFC_RX_MAX);

    ROW("no room for the answer");
    EXPECT_CODE(ask(&c, &small), E_NO_SPACE);
    EXPECT(small.len == 0);
    nfc_child_close(&c);

    ROW("a name libnfc has no room for");
    static char name[1100];

    memset(name, 'x', sizeof name - 1);
    EXPECT_CODE(
        nfc_child_open(&c, &(struct nfc_child_config){ .device = name, .clock = &clock_.port }),
        E_TOO_LONG);
}

/* The second chip in the field, and that a chip is only looked for where one was. */
static void the_next_chip_is_found(void **state)
{
    (void)state;
    struct nfc_target target = { .uid_len = 77 };
    struct nfc_child  c = open_child();

    ROW("before the first");
    EXPECT_CODE(nfc_next(&c.nfc, soon(1000), &target), E_TIMEOUT);
    EXPECT(shared->workers == 0 && target.uid_len == 77);
    EXPECT_CODE(nfc_activate(&c.nfc, soon(1000), &target), OK);
    ROW("after it");
    EXPECT_CODE(nfc_next(&c.nfc, soon(1000), &target), OK);
    EXPECT(target.type == NFC_TYPE_A && target.frame_max == 16 && target.seen == 2);
    EXPECT_BYTES(view_of(target.uid, target.uid_len), HEX("04112233445566"));
    EXPECT(target.historical_len == 0);
    ROW("too late");
    EXPECT_CODE(nfc_next(&c.nfc, soon(0), &target), E_TIMEOUT);
    nfc_child_close(&c);

    ROW("a driver that knows of one chip at most");
    static const struct nfc_ops none;
    struct nfc                  other = { &none };

    EXPECT_CODE(nfc_next(&other, soon(1000), &target), E_TIMEOUT);
}

/* 106 unless more is allowed; 106 once more after a failure at a higher rate. */
static void the_rate_falls_back(void **state)
{
    static const struct {
        const char *name;
        uint16_t    rate_max;
        enum act    act;
        int         after;
    } rows[] = {
        { "the default", 0, SAY_CARD_GONE, 106 },
        { "nothing failed", 424, ANSWER, 424 },
        { "the chip was lost", 424, SAY_CARD_GONE, 106 },
        { "the chip was silent", 212, SAY_TIMEOUT, 106 },
        { "the worker died", 424, DIE_BY_ABORT, 106 },
    };
    uint8_t           bytes[64];
    struct buf        rx = BUF(bytes);
    struct nfc_target target;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const int        full = rows[i].rate_max != 0 ? rows[i].rate_max : 106;
        struct nfc_child c = open_child();

        ROW(rows[i].name);
        c.config.rate_max = rows[i].rate_max;
        shared->act = rows[i].act;
        shared->at = 2;
        EXPECT_CODE(nfc_activate(&c.nfc, soon(1000), &target), OK);
        EXPECT(shared->rate == full && target.rate_kbit == full);
        rx.len = 0;
        EXPECT((ask(&c, &rx).code == OK) == (rows[i].act == ANSWER));
        nfc_field_off(&c.nfc);
        shared->act = ANSWER;
        EXPECT_CODE(nfc_activate(&c.nfc, soon(1000), &target), OK);
        EXPECT(shared->rate == rows[i].after && target.rate_kbit == rows[i].after);
        ROW("and up again after a session without a failure");
        rx.len = 0;
        EXPECT_CODE(ask(&c, &rx), OK);
        nfc_field_off(&c.nfc);
        EXPECT_CODE(nfc_activate(&c.nfc, soon(1000), &target), OK);
        EXPECT(shared->rate == full);
        nfc_child_close(&c);
    }
}

static void a_killed_keeper_is_replaced(void **state)
{
    (void)state;
    struct nfc_target target;
    struct nfc_child  c = open_child();

    EXPECT_CODE(nfc_activate(&c.nfc, soon(1000), &target), OK);
    const pid_t worker = shared->pid;

    kill(c.keeper.pid, SIGKILL);
    EVENTUALLY(is_gone(worker)); /* it dies with the keeper */
    EXPECT_CODE(nfc_activate(&c.nfc, soon(1000), &target), E_BUS);
    EXPECT_CODE(nfc_activate(&c.nfc, soon(1000), &target), OK);
    nfc_child_close(&c);
}

/* The parent is killed: nobody is left to tell the others, and they end all the same,
 * the worker in order. */
static void all_die_with_the_parent(void **state)
{
    (void)state;
    const pid_t parent = fork();

    if (parent == 0) {
        struct nfc_target target;
        struct nfc_child  c = open_child();
        const struct err  e = nfc_activate(&c.nfc, soon(1000), &target);

        shared->at = e.code == OK ? (int)c.keeper.pid : -1;
        shared->descriptors = -1; /* ready */
        for (;;)
            pause();
    }
    EVENTUALLY(shared->descriptors == -1);
    const pid_t keeper = shared->at, worker = shared->pid;

    EXPECT(keeper > 0 && !is_gone(keeper) && !is_gone(worker));
    kill(parent, SIGKILL);
    EVENTUALLY(is_gone(worker));
    EVENTUALLY(shared->farewells == 1);
    EVENTUALLY(is_gone(keeper) && is_gone(parent));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_document_is_read),       cmocka_unit_test(a_worker_inherits_nothing),
        cmocka_unit_test(faults_in_transceive),     cmocka_unit_test(faults_in_activate),
        cmocka_unit_test(lengths_are_bounded_here), cmocka_unit_test(the_next_chip_is_found),
        cmocka_unit_test(the_rate_falls_back),      cmocka_unit_test(a_killed_keeper_is_replaced),
        cmocka_unit_test(all_die_with_the_parent),
    };

    prctl(PR_SET_CHILD_SUBREAPER, 1);
    os_clock_open(&clock_, (struct date){ 0 }, (struct date){ 0 });
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return shared == MAP_FAILED ||
           cmocka_run_group_tests_name("drivers.nfc_child", tests, NULL, NULL);
}
