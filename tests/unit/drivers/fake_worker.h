/*
 * fake_worker: stands where libnfc's worker does, and dies, hangs or lies at the request
 * it was told to; in nfc_child_test.
 */
#ifndef TESTS_FAKE_WORKER_H
#define TESTS_FAKE_WORKER_H

#include <dirent.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "expect.h"
#include "libnfc/nfc_wire.h"

/* What the substitute does at its nth request, written by the test, and what it has
 * seen, read by it: in memory that both processes map. */
enum act {
    ANSWER,
    DIE_BY_ABORT,
    DIE_BY_SEGV,
    LEAVE,
    HANG,
    SAY_NOTHING_KNOWN,
    SAY_TOO_MUCH,
    SAY_NOTHING,
    SAY_TIMEOUT,
    SAY_CARD_GONE,
    SAY_BUS,
    SAY_NO_SPACE,
    SAY_NO_TYPE,
    SAY_NO_UID,
    SAY_SHORT_UID,
    SAY_TINY_FRAME,
    SAY_NO_RATE,
    SAY_LONG_HISTORY,
};

static volatile struct shared {
    enum act act;
    int      at;        /* the request at which to act, from 1; 0 never */
    int      workers;   /* how many were started */
    int      requests;  /* seen by the current one */
    int      offs;      /* orders to switch off, in all */
    int      farewells; /* workers that ended in order */
    int      rate;      /* of the last activation, the highest allowed */
    pid_t    pid;
    int      descriptors, core_limit, dumpable, death_signal;
    char     name[17];
} * shared;

static int count_descriptors(void)
{
    DIR *dir = opendir("/proc/self/fd");
    int  n = 0;

    while (readdir(dir) != NULL)
        n++;
    closedir(dir);
    return n - 3; /* ".", "..", and the folder's own */
}

static void tell_about_myself(void)
{
    struct rlimit core;
    int           death = 0;

    getrlimit(RLIMIT_CORE, &core);
    prctl(PR_GET_PDEATHSIG, &death);
    prctl(PR_GET_NAME, (char *)(uintptr_t)shared->name);
    shared->core_limit = (int)core.rlim_max;
    shared->dumpable = prctl(PR_GET_DUMPABLE);
    shared->death_signal = death;
    shared->descriptors = count_descriptors();
    shared->pid = getpid();
    shared->requests = 0;
    shared->workers++;
}

static void say(int socket, const char *bytes)
{
    const struct view v = HEX(bytes);

    send(socket, v.ptr, v.len, MSG_NOSIGNAL);
}

static void act(int socket, enum act what)
{
    static const uint8_t much[NFC_REPLY_MAX + 1] = { 0 };
    static const char   *lines[] = {
          [SAY_NOTHING_KNOWN] = "FE",
          [SAY_NOTHING] = "00",
          [SAY_NO_TYPE] = "00 07 0100 006A 01 04 01020304",
          [SAY_NO_UID] = "00 00 0100 006A 01 02 0102",
          [SAY_SHORT_UID] = "00 00 0100 006A 01 07 01020304",
          [SAY_TINY_FRAME] = "00 00 0008 006A 01 04 01020304",
          [SAY_NO_RATE] = "00 00 0100 0350 01 04 01020304",
          [SAY_LONG_HISTORY] = "00 00 0100 006A 01 04 01020304 000102030405060708090A0B0C0D0E0F",
    };
    const uint8_t code = what == SAY_TIMEOUT     ? E_TIMEOUT
                         : what == SAY_CARD_GONE ? E_CARD_GONE
                         : what == SAY_NO_SPACE  ? E_NO_SPACE
                                                 : E_BUS;

    switch (what) {
    case DIE_BY_ABORT:
        abort();
    case DIE_BY_SEGV:
        raise(SIGSEGV);
        break;
    case LEAVE:
        _exit(0);
    case HANG:
        for (;;)
            pause();
    case SAY_TOO_MUCH:
        send(socket, much, NFC_REPLY_MAX + 1, MSG_NOSIGNAL);
        break;
    case SAY_TIMEOUT:
    case SAY_CARD_GONE:
    case SAY_BUS:
    case SAY_NO_SPACE:
        send(socket, &code, 1, MSG_NOSIGNAL);
        break;
    case ANSWER:
        break;
    case SAY_NOTHING_KNOWN:
    case SAY_NOTHING:
    case SAY_NO_TYPE:
    case SAY_NO_UID:
    case SAY_SHORT_UID:
    case SAY_TINY_FRAME:
    case SAY_NO_RATE:
    case SAY_LONG_HISTORY:
    default:
        say(socket, lines[what]);
        break;
    }
}

/* A chip that answers with what it was sent, backwards in nothing, and 9000. */
static void serve(int socket, const char *device)
{
    (void)device;
    tell_about_myself();
    for (;;) {
        static uint8_t in[NFC_REQUEST_MAX + 1], out[NFC_REPLY_MAX];
        const ssize_t  n = recv(socket, in, sizeof in, 0);
        struct buf     reply = { .ptr = out, .cap = sizeof out, .len = 1 };

        out[0] = OK;
        if (n <= 0)
            break;
        shared->requests++;
        shared->offs += in[0] == NFC_OP_OFF;
        if (shared->act != ANSWER && shared->requests == shared->at) {
            act(socket, shared->act);
            continue;
        }
        if (in[0] == NFC_OP_ACTIVATE) {
            shared->rate = in[5] << 8 | in[6];
            EXPECT_CODE(buf_put(&reply, HEX("01 0100")), OK);
            EXPECT_CODE(buf_put(&reply, view_of(in + 5, 2)), OK); /* the rate that was allowed */
            EXPECT_CODE(buf_put(&reply, HEX("01 04 08A1B2C3 313233")), OK);
        }
        if (in[0] == NFC_OP_NEXT)
            EXPECT_CODE(buf_put(&reply, HEX("00 0010 006A 02 07 04112233445566")), OK);
        if (in[0] == NFC_OP_TRANSCEIVE) {
            const size_t room = NFC_RX_MAX - 2, len = (size_t)n - 5;

            EXPECT_CODE(buf_put(&reply, view_of(in + 5, len < room ? len : room)), OK);
            EXPECT_CODE(buf_u16(&reply, 0x9000), OK);
        }
        send(socket, reply.ptr, reply.len, MSG_NOSIGNAL);
    }
    shared->farewells++;
}

#endif
