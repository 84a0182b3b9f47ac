/*
 * versod: the firmware's main program.
 *
 * Starts the frontend's child before anything else exists in this process, opens the trust
 * bundle, and then serves one host at a time until it is told to stop.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sysexits.h>

#include "crypto/crypto.h"
#include "options.h"
#include "server.h"

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
    (void)number;
    stop = 1;
}

static void listen_to_signals(void)
{
    struct sigaction act = { .sa_handler = on_signal };

    sigaction(SIGTERM, &act, NULL);
    sigaction(SIGINT, &act, NULL);
    act.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &act, NULL);
}

/* What is read from a document must not reach a disk through a core file or a debugger. */
static void keep_memory_private(void)
{
    const struct rlimit none = { 0, 0 };

    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

static void serve(struct server *s)
{
    struct pollfd p = { .events = POLLIN };

    while (!stop) {
        p.fd = host_pollable(s->board->host);
        if (poll(&p, 1, 1000) < 0 && errno != EINTR) {
            fprintf(stderr, "versod: poll: %s\n", strerror(errno));
            return;
        }
        server_work(s);
    }
}

static int run(const struct options *o, struct board *board)
{
    static struct server     server;
    static struct trust_file trust;
    const struct trust_paths paths = { o->trust, o->trust_key, o->state };

    if (trust_file_open(&trust, &paths).code != OK)
        return EX_SOFTWARE;
    fprintf(stderr, "versod " VERSO_VERSION ": ready on %s, frontend %s, %s\n", o->board.link,
            o->board.nfc, trust.line[0] == '\0' ? "no trust bundle" : trust.line);
    if (trust.map == NULL && o->trust != NULL)
        fprintf(stderr, "versod: without a usable bundle every document is referred\n");
    server_begin(&server, board, &trust, &stop);
    server.frontend = o->board.nfc;
    server.verbose = o->verbose;
    serve(&server);
    trust_file_close(&trust);
    return 0;
}

/* The frontend's child is forked first: it must inherit nothing of what comes later. */
static int open_board(struct board *board, const struct board_options *o)
{
    char       message[256];
    struct buf why = buf_of(message, sizeof message - 1);

    if (board_open(board, o, &why).code == OK)
        return 0;
    message[why.len] = '\0';
    fprintf(stderr, "versod: %s\n", message);
    return EX_UNAVAILABLE;
}

int main(int argc, char **argv)
{
    static struct board board;
    struct options      options;
    int                 status = options_read(argc, argv, &options);

    if (status >= 0)
        return status;
    keep_memory_private();
    listen_to_signals();
    status = open_board(&board, &options.board);
    if (status != 0)
        return status;
    if (crypto_start().code == OK) {
        status = run(&options, &board);
    } else {
        fprintf(stderr, "versod: the crypto library does not start\n");
        status = EX_SOFTWARE;
    }
    board_close(&board);
    crypto_stop();
    return status;
}
