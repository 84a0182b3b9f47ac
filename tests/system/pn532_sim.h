/*
 * pn532_sim: verso-sim's PN532 with a document folder in a folder that goes, and the driver
 * in front of it.
 */
#ifndef TESTS_PN532_SIM_H
#define TESTS_PN532_SIM_H

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect.h"
#include "libnfc/nfc_child.h"
#include "osport/os_clock.h"

enum { SIM_ARGS_MAX = 24 };

static struct os_clock clock_;
static char            folder[] = "/tmp/verso-nfc-XXXXXX";
static char            device[80], tty[64], document[64], log_path[64];

static struct deadline soon(int ms)
{
    return clock_in(&clock_.port, ms);
}

/* Names of everything; false if there is no room for them. */
static bool make_folder(void)
{
    os_clock_open(&clock_, (struct date){ 0 }, (struct date){ 0 });
    if (mkdtemp(folder) == NULL)
        return false;
    snprintf(document, sizeof document, "%s/document", folder);
    snprintf(tty, sizeof tty, "%s/pn532", folder);
    snprintf(device, sizeof device, "pn532_uart:%s", tty);
    snprintf(log_path, sizeof log_path, "%s/log", folder);
    return mkdir(document, 0700) == 0;
}

/* A file in a folder of documents; NULL: remove it. */
static void put_file(const char *in, const char *name, const void *bytes, size_t len)
{
    char  path[128];
    FILE *f;

    snprintf(path, sizeof path, "%s/%s", in, name);
    if (bytes == NULL) {
        unlink(path);
        return;
    }
    f = fopen(path, "w");
    EXPECT(f != NULL && fwrite(bytes, 1, len, f) == len && fclose(f) == 0);
}

struct sim {
    pid_t pid;
    FILE *say, *hear;
};

static void expect_line(struct sim *s, const char *want)
{
    char line[128] = "";

    EXPECT(fgets(line, sizeof line, s->hear) != NULL);
    line[strcspn(line, "\n")] = '\0';
    if (strcmp(line, want) != 0)
        fail_msg("[%s] verso-sim said '%s', not '%s'", expect_row, line, want);
}

static void be_sim(const char *const *more, int in, int out)
{
    const char *args[SIM_ARGS_MAX] = { "verso-sim", "--document", document,   "--pn532",
                                       tty,         "--control",  "--verbose" };
    const int   log = open(log_path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
    size_t      n = 7;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(in, 0);
    dup2(out, 1);
    dup2(log, 2);
    while (more != NULL && *more != NULL && n < SIM_ARGS_MAX - 1)
        args[n++] = *more++;
    execv(VERSO_SIM, (char *const *)(uintptr_t)args);
    _exit(127);
}

/* With these arguments more, NULL last. */
static struct sim run_sim(const char *const *more)
{
    int        in[2], out[2];
    struct sim s;

    EXPECT(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0);
    s.pid = fork();
    if (s.pid == 0)
        be_sim(more, in[0], out[1]);
    close(in[0]);
    close(out[1]);
    s.say = fdopen(in[1], "w");
    s.hear = fdopen(out[0], "r");
    expect_line(&s, "ready");
    return s;
}

static void stop_sim(struct sim *s)
{
    fclose(s->say);
    fclose(s->hear);
    kill(s->pid, SIGKILL);
    waitpid(s->pid, NULL, 0);
    unlink(tty);
}

static struct nfc_child open_reader(void)
{
    struct nfc_child              c;
    const struct nfc_child_config config = { .device = device, .clock = &clock_.port };

    EXPECT_CODE(nfc_child_open(&c, &config), OK);
    return c;
}

#endif
