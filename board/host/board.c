/* board: a PC; see board/board.h. */
#define _GNU_SOURCE /* its strerror_r() */

#include "board/board.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "libnfc/nfc_child.h"
#include "osport/os_clock.h"
#include "osport/os_entropy.h"
#include "unixlink/unixlink.h"
#include "vpcd/vpcd.h"

static struct {
    struct os_clock  clock;
    struct nfc_child libnfc;
    struct vpcd      vpcd;
    struct unixlink  link;
    enum { NO_NFC, NFC_LIBNFC, NFC_VPCD } nfc;
    bool linked;
} device;

/* "--nfc vpcd:0: no such port"; what does not fit is cut. */
static struct err complain(struct buf *why, const char *option, const char *value, const char *text)
{
    const char *const parts[] = { option, " ", value != NULL ? value : "", ": ", text };
    struct err        e = SUCCESS;

    for (size_t i = 0; i < sizeof parts / sizeof *parts && e.code == OK; i++)
        e = buf_put(why, view_of(parts[i], strlen(parts[i])));
    return e;
}

/* What an option wants, for the person who gave it something else. */
static const char want_nfc[] =
    "want a libnfc connection string (pn532_uart:/dev/ttyAMA0) or vpcd:PORT";
static const char want_link[] = "want unix:PATH";
static const char want_date[] = "want a day, YYYY-MM-DD";

static struct err refuse(struct buf *why, const char *option, const char *value, const char *want,
                         struct err e)
{
    char        system_says[64];
    const char *text = outcome_text(e.code);

    if (e.code == E_MALFORMED)
        text = want;
    if (e.code == E_TOO_LONG)
        text = "too long";
    if (e.code == E_UNSUPPORTED)
        text = "this board has none";
    if (e.code == E_BUS && errno != 0)
        text = strerror_r(errno, system_says, sizeof system_says);
    const struct err said = complain(why, option, value, text);

    (void)said; /* cut short is better than unsaid */
    return e;
}

static bool begins(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static struct err parse_port(const char *text, uint16_t *port)
{
    char               *end;
    const unsigned long n = strtoul(text, &end, 10);

    CHECK(*text >= '0' && *text <= '9' && *end == '\0' && n <= UINT16_MAX, E_MALFORMED);
    *port = (uint16_t)n;
    return SUCCESS;
}

static struct err open_clock(struct board *b, const char *date)
{
    struct date fixed = { 0 }, built = { 0 };

    TRY(date_parse(TEXT(BOARD_BUILT), &built));
    if (date != NULL)
        TRY(date_parse(view_of(date, strlen(date)), &fixed));
    os_clock_open(&device.clock, fixed, built);
    b->clock = &device.clock.port;
    return SUCCESS;
}

/* libnfc would take a name of no driver it has for an absent device; and what one of its
 * drivers is called, only it knows.  A name and a colon is what all of them are. */
static struct err open_libnfc(struct board *b, const char *name, uint16_t rate)
{
    const struct nfc_child_config config = {
        .device = name,
        .clock = b->clock,
        .rate_max = rate,
        /* NOLINTNEXTLINE(concurrency-mt-unsafe): before there is a second thread */
        .loud = getenv("VERSO_NFC_LOG") != NULL, /* with LIBNFC_LOG_LEVEL=3: a debugging aid */
    };

    CHECK(strchr(name, ':') != NULL && *name != ':', E_MALFORMED);
    TRY(nfc_child_open(&device.libnfc, &config));
    device.nfc = NFC_LIBNFC;
    b->nfc = &device.libnfc.nfc;
    return SUCCESS;
}

static const char want_rate[] = "want 106, 212 or 424";

static struct err read_rate(const char *text, uint16_t *rate)
{
    static const uint16_t rates[] = { 106, 212, 424 };
    static const char    *names[] = { "106", "212", "424" };
    size_t                i = 0;

    while (text != NULL && i < 3 && strcmp(text, names[i]) != 0)
        i++;
    CHECK(i < 3, E_MALFORMED);
    *rate = rates[i];
    return SUCCESS;
}

static struct err open_nfc(struct board *b, const char *name, uint16_t rate)
{
    uint16_t port;

    CHECK(name != NULL, E_MALFORMED);
    CHECK(!begins(name, "pcsc:"), E_UNSUPPORTED);
    if (!begins(name, "vpcd:"))
        return open_libnfc(b, name, rate);
    TRY(parse_port(name + strlen("vpcd:"), &port));
    TRY(vpcd_open(&device.vpcd, port, b->clock));
    device.nfc = NFC_VPCD;
    b->nfc = &device.vpcd.nfc;
    return SUCCESS;
}

static struct err open_link(struct board *b, const char *name)
{
    CHECK(name != NULL, E_MALFORMED);
    CHECK(strcmp(name, "usb") != 0, E_UNSUPPORTED); /* a PC is no USB device */
    CHECK(begins(name, "unix:") && name[strlen("unix:")] != '\0', E_MALFORMED);
    TRY(unixlink_open(&device.link, name + strlen("unix:"), b->clock));
    device.linked = true;
    b->host = &device.link.host;
    return SUCCESS;
}

struct err board_open(struct board *b, const struct board_options *options, struct buf *why)
{
    struct board draft = { .entropy = os_entropy() };
    struct err   e;
    uint16_t     rate;

    errno = 0;
    e = open_clock(&draft, options->date);
    if (e.code != OK)
        return refuse(why, "--date", options->date, want_date, e);
    e = read_rate(options->nfc_rate, &rate);
    if (e.code != OK)
        return refuse(why, "--nfc-rate", options->nfc_rate, want_rate, e);
    e = open_nfc(&draft, options->nfc, rate);
    if (e.code != OK)
        return refuse(why, "--nfc", options->nfc, want_nfc, e);
    errno = 0;
    e = open_link(&draft, options->link);
    if (e.code != OK) {
        const struct err said = refuse(why, "--link", options->link, want_link, e);

        board_close(&draft);
        return said;
    }
    *b = draft;
    return SUCCESS;
}

void board_close(struct board *b)
{
    if (device.nfc == NFC_LIBNFC)
        nfc_child_close(&device.libnfc);
    if (device.nfc == NFC_VPCD)
        vpcd_close(&device.vpcd);
    if (device.linked)
        unixlink_close(&device.link);
    device.nfc = NO_NFC;
    device.linked = false;
    *b = (struct board){ 0 };
}
