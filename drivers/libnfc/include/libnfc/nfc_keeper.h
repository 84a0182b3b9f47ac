/*
 * nfc_keeper: the process that starts and ends the processes that call libnfc.
 *
 *      versod ──control──► keeper ──fork──► worker (libnfc) ──► PN532
 *         └────────── one socket per worker ────────┘
 *
 * The keeper is forked before any traveller's data exists, so that a worker forked from
 * it, however late, has none of it in its memory.  It reads nothing but our orders.
 */
#ifndef LIBNFC_NFC_KEEPER_H
#define LIBNFC_NFC_KEEPER_H

#include <sys/types.h>

#include "base/bytes.h"

/* What runs in the worker's process: serves socket until it ends, then returns. */
typedef void nfc_worker_fn(int socket, const char *device);

struct nfc_keeper {
    pid_t pid;
    int   control;
};

struct nfc_keeper_config {
    nfc_worker_fn *worker;
    const char    *device; /* handed to the worker; copied by the fork */
    bool           loud;   /* leave the workers their standard error */
};

/* Fork the keeper.  E_BUS if the system refuses. */
struct err nfc_keeper_begin(struct nfc_keeper *k, const struct nfc_keeper_config *config);

/*
 * A new worker in place of the last, which gets a moment to end by itself.
 *
 * Out: our end of its socket, closed by the caller.  E_BUS the keeper is not there.
 */
struct err nfc_keeper_start(struct nfc_keeper *k, int *socket);

/* End the worker at once, whatever it is doing. */
void nfc_keeper_kill(struct nfc_keeper *k);

/* End worker and keeper and wait for them: some two seconds if the worker hangs. */
void nfc_keeper_end(struct nfc_keeper *k);

#endif
