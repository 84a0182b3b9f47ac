/* board_test: which option brings which driver, and what a wrong one is told. */
#include "board/board.h"

#include <sys/stat.h>
#include <unistd.h>

#include "expect.h"

static char folder[] = "/tmp/verso-board-XXXXXX";
static char link_option[64];

#define WANT_NFC "want a libnfc connection string (pn532_uart:/dev/ttyAMA0) or vpcd:PORT"

/* LINK stands for a socket in the test's folder. */
static const struct {
    const char  *name;
    const char  *nfc, *link, *date;
    enum outcome want;
    const char  *why;
} rows[] = {
    /* clang-format off */
    { "virtual card",       "vpcd:0",       "LINK",    NULL,         OK, "" },
    { "libnfc, absent",     "pn532_uart:/dev/nowhere", "LINK", NULL, OK, "" },
    { "a date",             "vpcd:0",       "LINK",    "2026-11-21", OK, "" },
    { "no such day",        "vpcd:0",       "LINK",    "2026-02-30", E_MALFORMED,
      "--date 2026-02-30: want a day, YYYY-MM-DD" },
    { "no NFC",             NULL,           "LINK",    NULL,         E_MALFORMED,
      "--nfc : " WANT_NFC },
    { "NFC without driver", "ttyAMA0",      "LINK",    NULL,         E_MALFORMED,
      "--nfc ttyAMA0: " WANT_NFC },
    { "port too large",     "vpcd:65536",   "LINK",    NULL,         E_MALFORMED,
      "--nfc vpcd:65536: " WANT_NFC },
    { "port with a sign",   "vpcd:-1",      "LINK",    NULL,         E_MALFORMED,
      "--nfc vpcd:-1: " WANT_NFC },
    { "PC/SC",              "pcsc:",        "LINK",    NULL,         E_UNSUPPORTED,
      "--nfc pcsc:: this board has none" },
    { "no link",            "vpcd:0",       NULL,      NULL,         E_MALFORMED,
      "--link : want unix:PATH" },
    { "USB",                "vpcd:0",       "usb",     NULL,         E_UNSUPPORTED,
      "--link usb: this board has none" },
    { "another link",       "vpcd:0",       "tcp:1",   NULL,         E_MALFORMED,
      "--link tcp:1: want unix:PATH" },
    { "no such folder",     "vpcd:0",       "unix:/nowhere/at/all", NULL, E_BUS,
      "--link unix:/nowhere/at/all: No such file or directory" },
    /* clang-format on */
};

/* Three rates and nothing like them. */
static void rates_are_read(void **state)
{
    static const struct {
        const char  *rate;
        enum outcome want;
        const char  *why;
    } rates[] = {
        { "106", OK, "" },
        { "212", OK, "" },
        { "424", OK, "" },
        { "848", E_MALFORMED, "--nfc-rate 848: want 106, 212 or 424" },
        { "1064", E_MALFORMED, "--nfc-rate 1064: want 106, 212 or 424" },
        { "", E_MALFORMED, "--nfc-rate : want 106, 212 or 424" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rates); i++) {
        const struct board_options o = { .nfc = "pn532_uart:/dev/nowhere",
                                         .link = link_option,
                                         .nfc_rate = rates[i].rate };
        uint8_t                    text[128];
        struct buf                 why = BUF(text);
        struct board               b = { 0 };

        ROW(rates[i].rate);
        EXPECT_CODE(board_open(&b, &o, &why), rates[i].want);
        EXPECT_BYTES(buf_view(&why), view_of(rates[i].why, strlen(rates[i].why)));
        if (rates[i].want == OK)
            board_close(&b);
    }
}

static void options_choose(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *const link =
            rows[i].link != NULL && strcmp(rows[i].link, "LINK") == 0 ? link_option : rows[i].link;
        const struct board_options o = { .nfc = rows[i].nfc, .link = link, .date = rows[i].date };
        uint8_t                    text[128], bytes[16];
        struct buf                 why = BUF(text), random = BUF(bytes);
        struct board               b = { 0 };
        struct stat                st;

        ROW(rows[i].name);
        EXPECT_CODE(board_open(&b, &o, &why), rows[i].want);
        EXPECT_BYTES(buf_view(&why), view_of(rows[i].why, strlen(rows[i].why)));
        if (rows[i].want != OK) {
            EXPECT(b.nfc == NULL && b.host == NULL);
            continue;
        }
        EXPECT(!host_present(b.host) && stat(link_option + 5, &st) == 0);
        EXPECT_CODE(entropy_fill(b.entropy, 16, &random), OK);
        struct nfc_target  target;
        const enum outcome absent = strncmp(o.nfc, "vpcd", 4) == 0 ? E_TIMEOUT : E_BUS;

        EXPECT_CODE(nfc_activate(b.nfc, clock_in(b.clock, 100), &target), absent);
        if (o.date != NULL)
            EXPECT(date_order(clock_today(b.clock), (struct date){ 2026, 11, 21 }) == 0);
        board_close(&b);
        EXPECT(b.nfc == NULL && stat(link_option + 5, &st) != 0);
    }
}

static void a_complaint_is_cut_not_lost(void **state)
{
    (void)state;
    uint8_t      text[10];
    struct buf   why = BUF(text);
    struct board b;

    EXPECT_CODE(board_open(&b, &(struct board_options){ .nfc = "x" }, &why), E_MALFORMED);
    EXPECT_BYTES(buf_view(&why), TEXT("--nfc x: "));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(options_choose),
                                        cmocka_unit_test(rates_are_read),
                                        cmocka_unit_test(a_complaint_is_cut_not_lost) };

    if (mkdtemp(folder) == NULL)
        return 1;
    snprintf(link_option, sizeof link_option, "unix:%s/link", folder);
    const int failed = cmocka_run_group_tests_name("board.board", tests, NULL, NULL);

    rmdir(folder);
    return failed;
}
