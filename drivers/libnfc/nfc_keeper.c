/*
 * nfc_keeper: see nfc_keeper.h.
 *
 * Orders on the control socket: 'S' with a descriptor (start a worker on it), 'K' (kill
 * the worker).  The end of the control socket, or the parent's death, ends everything:
 * the worker sees the end of its own socket too, and switches the field off; it is
 * killed only if it does not end by itself.
 */
#define _GNU_SOURCE /* close_range(), ppoll() */

#include "libnfc/nfc_keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    STEP_MS = 5,
    HANDOVER_MS = 1000, /* for a worker to switch the field off before its successor comes */
    FAREWELL_MS = 2000,
    CONTROL_FD = 3, /* in the keeper, after its standard three */
    WORKER_FD = 4,
};

static volatile sig_atomic_t parent_died;

static void on_parent_death(int signal_number)
{
    (void)signal_number;
    parent_died = 1;
}

/* In the forked process: nothing of the parent's but what is meant for it. */
static void shed(bool loud)
{
    const struct rlimit none = { 0, 0 };
    const int           null = open("/dev/null", O_RDWR | O_CLOEXEC);

    prctl(PR_SET_NAME, "versod: nfc");
    prctl(PR_SET_DUMPABLE, 0); /* neither a core file nor a debugger of the same user */
    setrlimit(RLIMIT_CORE, &none);
    for (int n = 1; n < NSIG; n++)
        (void)signal(n, SIG_DFL);
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGINT,
                 SIG_IGN); /* a terminal tells the whole group; our parent ends us in order */
    (void)signal(SIGHUP, SIG_IGN);
    if (null < 0)
        return;
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    if (!loud)
        dup2(null, STDERR_FILENO);
}

/* Has it ended, within that time? */
static bool ended(pid_t worker, int ms)
{
    const struct timespec step = { .tv_nsec = STEP_MS * 1000000L };

    for (int waited = 0;; waited += STEP_MS) {
        if (waitpid(worker, NULL, WNOHANG) != 0)
            return true; /* it has, or it is no child of ours */
        if (waited >= ms)
            return false;
        nanosleep(&step, NULL);
    }
}

static void end_worker(pid_t *worker, int patience_ms)
{
    if (*worker > 0 && !ended(*worker, patience_ms)) {
        kill(*worker, SIGKILL);
        waitpid(*worker, NULL, 0);
    }
    *worker = 0;
}

static pid_t start_worker(const struct nfc_keeper_config *config, int socket)
{
    const pid_t keeper = getpid();
    const pid_t pid = fork();
    sigset_t    none;

    if (pid != 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != keeper)
        _exit(1); /* it died before the line above */
    sigemptyset(&none);
    (void)signal(SIGTERM, SIG_IGN);
    pthread_sigmask(SIG_SETMASK, &none, NULL);
    dup2(socket, WORKER_FD);
    close(CONTROL_FD);
    close_range(WORKER_FD + 1, ~0U, 0);
    config->worker(WORKER_FD, config->device);
    _exit(0);
}

/* One order: 'S' or 'K'; 0 when nobody is left to give any.  A descriptor that comes
 * with it, or -1. */
static char take_order(int *socket)
{
    union {
        struct cmsghdr head; /* for its alignment */
        char           bytes[CMSG_SPACE(sizeof(int))];
    } ancillary = { 0 };
    char                  order = 0;
    struct iovec          iov = { &order, 1 };
    struct msghdr         msg = { .msg_iov = &iov,
                                  .msg_iovlen = 1,
                                  .msg_control = ancillary.bytes,
                                  .msg_controllen = sizeof ancillary.bytes };
    const ssize_t         n = recvmsg(CONTROL_FD, &msg, MSG_CMSG_CLOEXEC);
    const struct cmsghdr *c = n == 1 ? CMSG_FIRSTHDR(&msg) : NULL;

    *socket = -1;
    if (n != 1)
        return 0;
    if (c != NULL && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS &&
        c->cmsg_len == CMSG_LEN(sizeof(int)))
        __builtin_memcpy(socket, CMSG_DATA(c), sizeof *socket);
    return order;
}

static void keep(const struct nfc_keeper_config *config, sigset_t *while_waiting)
{
    struct pollfd control = { .fd = CONTROL_FD, .events = POLLIN };
    pid_t         worker = 0;
    int           socket;

    while (!parent_died) {
        if (ppoll(&control, 1, NULL, while_waiting) < 0)
            continue; /* a signal: the loop's condition knows which */
        const char order = take_order(&socket);

        if (order == 0)
            break;
        end_worker(&worker, order == 'K' ? 0 : HANDOVER_MS);
        if (order == 'S' && socket >= 0)
            worker = start_worker(config, socket);
        if (socket >= 0)
            close(socket);
    }
    end_worker(&worker, FAREWELL_MS);
}

/* The keeper's whole life. */
static void be_keeper(const struct nfc_keeper_config *config, int control, pid_t parent)
{
    struct sigaction on_death = { .sa_handler = on_parent_death };
    sigset_t         term, none;

    shed(config->loud);
    sigemptyset(&none);
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    pthread_sigmask(SIG_SETMASK, &term, NULL); /* delivered while waiting, and only then */
    sigaction(SIGTERM, &on_death, NULL);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(1);
    if (control != CONTROL_FD)
        dup2(control, CONTROL_FD);
    close_range(CONTROL_FD + 1, ~0U, 0);
    keep(config, &none);
    _exit(0);
}

struct err nfc_keeper_begin(struct nfc_keeper *k, const struct nfc_keeper_config *config)
{
    int         pair[2];
    const pid_t parent = getpid();

    CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0, E_BUS);
    const pid_t pid = fork();

    if (pid == 0)
        be_keeper(config, pair[1], parent);
    close(pair[1]);
    if (pid < 0) {
        close(pair[0]);
        FAIL(E_BUS);
    }
    *k = (struct nfc_keeper){ .pid = pid, .control = pair[0] };
    return SUCCESS;
}

static bool give_order(struct nfc_keeper *k, char order, int socket)
{
    union {
        struct cmsghdr head;
        char           bytes[CMSG_SPACE(sizeof(int))];
    } ancillary = { 0 };
    struct iovec  iov = { &order, 1 };
    struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

    if (socket >= 0) {
        msg.msg_control = ancillary.bytes;
        msg.msg_controllen = sizeof ancillary.bytes;
        struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(sizeof(int));
        __builtin_memcpy(CMSG_DATA(c), &socket, sizeof socket);
    }
    return sendmsg(k->control, &msg, MSG_NOSIGNAL | MSG_DONTWAIT) == 1;
}

struct err nfc_keeper_start(struct nfc_keeper *k, int *socket)
{
    int pair[2];

    CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0, E_BUS);
    const bool given = give_order(k, 'S', pair[1]);

    close(pair[1]);
    if (!given) {
        close(pair[0]);
        FAIL(E_BUS);
    }
    *socket = pair[0];
    return SUCCESS;
}

void nfc_keeper_kill(struct nfc_keeper *k)
{
    give_order(k, 'K', -1);
}

void nfc_keeper_end(struct nfc_keeper *k)
{
    if (k->pid <= 0)
        return;
    close(k->control);
    while (waitpid(k->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    *k = (struct nfc_keeper){ .control = -1 };
}
