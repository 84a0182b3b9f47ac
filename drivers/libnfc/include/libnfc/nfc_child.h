/*
 * nfc_child: struct nfc over libnfc, which runs in a process of its own.
 *
 * libnfc 1.8 calls abort() for one bit in a received status byte, waits without end in
 * places, and is a step behind for good once an answer came late.  So only a child
 * process calls it: this side bounds every length before libnfc sees it, keeps the
 * deadline, and takes a new child after the death of the last, after a hang, after
 * every failure that leaves the stream in doubt, and after every chip that was talked
 * to (whose data then is in no process any more).
 *
 * Type A at 106 to 424 kbit/s, type B at 106; see nfc_air.h.  After a failure at a higher
 * rate the next activation stays at 106.
 */
#ifndef LIBNFC_NFC_CHILD_H
#define LIBNFC_NFC_CHILD_H

#include "drivers/clock.h"
#include "drivers/nfc.h"
#include "libnfc/nfc_keeper.h"
#include "libnfc/nfc_wire.h"

struct nfc_child_config {
    const char        *device;   /* "pn532_uart:/dev/ttyAMA0"; kept, not copied */
    struct clock_port *clock;    /* the one deadlines are measured on; kept */
    nfc_worker_fn     *worker;   /* NULL: libnfc; tests put another in its place */
    uint16_t           rate_max; /* kbit/s to go up to with chips that can: 106 (or 0, the
                                    default: see nfc_air.h), 212, 424 */
    bool loud;                   /* libnfc may write to standard error: personal data! */
};

struct nfc_child {
    struct nfc              nfc;
    struct nfc_child_config config;
    struct nfc_keeper       keeper;
    int                     socket;  /* to the worker; -1 if there is none */
    bool                    powered; /* the field may be on */
    bool                    used;    /* the worker has seen a chip's data */
    bool                    fast;    /* the chip speaks at more than 106 kbit/s */
    bool                    failed;  /* and a command of this session failed */
    bool                    careful; /* so the next one stays at 106 */

    /* What is said to the worker; wiped after each command. */
    uint8_t request[NFC_REQUEST_MAX], reply[NFC_REPLY_MAX];
};

/*
 * Fork the child.  Call it early, before there is anything in memory worth having.
 *
 * The frontend is opened when a chip is first asked for; an absent one makes that
 * activate() E_BUS, and the next one tries again.
 * Returns: E_TOO_LONG for the device's name; E_BUS if the system refuses to fork.
 */
struct err nfc_child_open(struct nfc_child *c, const struct nfc_child_config *config);

/* Field off, child ended and waited for. */
void nfc_child_close(struct nfc_child *c);

/* The worker that calls libnfc: see nfc_wire.h. */
void nfc_worker_serve(int socket, const char *device);

#endif
