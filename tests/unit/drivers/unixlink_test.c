/*
 * unixlink_test: clients that come, stay, crowd, stall and go.
 */
#include "unixlink/unixlink.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect.h"
#include "osport/os_clock.h"

static struct os_clock clock_;
static char            folder[] = "/tmp/verso-unixlink-XXXXXX";
static char            path[64];

static struct deadline soon(int ms)
{
    return clock_in(&clock_.port, ms);
}

static int dial(void)
{
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    const int          fd = socket(AF_UNIX, SOCK_STREAM, 0);

    strcpy(at.sun_path, path);
    if (connect(fd, (const struct sockaddr *)&at, sizeof at) == 0)
        return fd;
    close(fd);
    return -1;
}

static bool is_readable(int fd)
{
    struct pollfd p = { .fd = fd, .events = POLLIN };

    return poll(&p, 1, 0) == 1;
}

/* Closed by the other side, and nothing in it. */
static bool is_closed(int fd)
{
    char byte;

    return recv(fd, &byte, 1, 0) == 0;
}

static void a_host_comes_and_goes(void **state)
{
    (void)state;
    struct unixlink u;
    uint8_t         room[8], more[8];
    struct buf      in = BUF(room), rest = BUF(more);
    struct stat     st;

    EXPECT_CODE(unixlink_open(&u, path, &clock_.port), OK);
    EXPECT(lstat(path, &st) == 0 && S_ISSOCK(st.st_mode) && (st.st_mode & 0777) == 0600);
    const int wake = host_pollable(&u.host);

    ROW("nobody");
    EXPECT(!is_readable(wake) && !host_present(&u.host));
    EXPECT_CODE(host_read(&u.host, &in), E_BUS);
    EXPECT_CODE(host_write(&u.host, HEX("00"), soon(10)), E_BUS);

    ROW("a host");
    int fd = dial();

    EXPECT(fd >= 0 && is_readable(wake));
    EXPECT(host_present(&u.host) && !is_readable(wake));
    EXPECT_CODE(host_read(&u.host, &in), OK);
    EXPECT(in.len == 0);
    EXPECT(send(fd, "0123456789", 10, 0) == 10 && is_readable(wake));
    EXPECT_CODE(host_read(&u.host, &in), OK);
    EXPECT_BYTES(buf_view(&in), TEXT("01234567"));
    EXPECT(is_readable(wake)); /* there is more */
    EXPECT_CODE(host_read(&u.host, &rest), OK);
    EXPECT_BYTES(buf_view(&rest), TEXT("89"));
    EXPECT_CODE(host_write(&u.host, TEXT("abc"), soon(1000)), OK);
    EXPECT(recv(fd, more, sizeof more, 0) == 3 && memcmp(more, "abc", 3) == 0);

    ROW("a second host is told at once");
    const int second = dial();

    EXPECT(second >= 0 && is_readable(wake));
    EXPECT(host_present(&u.host) && is_closed(second));
    close(second);
    EXPECT_CODE(host_write(&u.host, TEXT("d"), soon(1000)), OK);

    ROW("the host goes");
    close(fd);
    EXPECT(is_readable(wake));
    rest.len = 0;
    EXPECT_CODE(host_read(&u.host, &rest), E_BUS);
    EXPECT(!host_present(&u.host) && !is_readable(wake));

    ROW("the next one");
    fd = dial();
    EXPECT(host_present(&u.host));

    ROW("one that comes before the last one's leaving was seen is not turned away");
    close(fd);
    fd = dial();
    EXPECT(send(fd, "e", 1, 0) == 1 && is_readable(wake));
    EXPECT(host_present(&u.host)); /* still the last one: what it was told is not for the next */
    rest.len = 0;
    EXPECT_CODE(host_read(&u.host, &rest), E_BUS);
    EXPECT(is_readable(wake) && host_present(&u.host));
    EXPECT_CODE(host_read(&u.host, &rest), OK);
    EXPECT_BYTES(buf_view(&rest), TEXT("e"));
    close(fd);
    unixlink_close(&u);
    EXPECT(lstat(path, &st) != 0 && dial() < 0);
}

static void a_host_that_does_not_read(void **state)
{
    (void)state;
    static const uint8_t much[4 << 20];
    struct unixlink      u;

    EXPECT_CODE(unixlink_open(&u, path, &clock_.port), OK);
    const int     fd = dial();
    const int64_t begun = clock_now_ms(&clock_.port);

    EXPECT(host_present(&u.host));
    EXPECT_CODE(host_write(&u.host, VIEW(much), soon(100)), E_TIMEOUT);
    EXPECT(clock_now_ms(&clock_.port) - begun >= 100 && clock_now_ms(&clock_.port) - begun < 2000);
    EXPECT(!host_present(&u.host));
    close(fd);

    ROW("one that is slow gets all of it");
    const pid_t pid = fork();

    if (pid == 0) {
        static char room[60000];
        const int   slow = dial();
        size_t      got = 0;
        ssize_t     n;

        while ((n = recv(slow, room, sizeof room, 0)) > 0)
            got += (size_t)n;
        _exit(got == sizeof much ? 0 : 1);
    }
    int status;

    while (!host_present(&u.host))
        usleep(1000);
    EXPECT_CODE(host_write(&u.host, VIEW(much), soon(20000)), OK);
    unixlink_close(&u);
    EXPECT(waitpid(pid, &status, 0) == pid && status == 0);

    ROW("one that has gone");
    EXPECT_CODE(unixlink_open(&u, path, &clock_.port), OK);
    close(dial());
    EXPECT(host_present(&u.host));
    EXPECT_CODE(host_write(&u.host, HEX("00"), soon(100)), E_BUS); /* and no SIGPIPE */
    EXPECT(!host_present(&u.host));
    unixlink_close(&u);
}

static void what_is_in_the_way(void **state)
{
    (void)state;
    struct unixlink u, second;
    struct stat     st;
    char            long_path[200];

    ROW("a stale socket is removed");
    EXPECT_CODE(unixlink_open(&u, path, &clock_.port), OK);
    close(u.listener); /* as if the process had died */
    EXPECT(lstat(path, &st) == 0 && dial() < 0);
    EXPECT_CODE(unixlink_open(&second, path, &clock_.port), OK);

    ROW("a living one is not");
    EXPECT_CODE(unixlink_open(&u, path, &clock_.port), E_UNEXPECTED);
    const int fd = dial();

    EXPECT(fd >= 0);
    close(fd);
    unixlink_close(&second);

    ROW("nor is a file");
    close(open(path, O_CREAT | O_WRONLY, 0600));
    EXPECT_CODE(unixlink_open(&u, path, &clock_.port), E_UNEXPECTED);
    EXPECT(lstat(path, &st) == 0 && S_ISREG(st.st_mode));
    unlink(path);

    ROW("no such folder");
    EXPECT_CODE(unixlink_open(&u, "/nowhere/at/all", &clock_.port), E_BUS);
    EXPECT(errno == ENOENT);

    ROW("too long, empty");
    memset(long_path, 'a', sizeof long_path);
    long_path[UNIXLINK_PATH_MAX + 1] = '\0';
    EXPECT_CODE(unixlink_open(&u, long_path, &clock_.port), E_TOO_LONG);
    EXPECT_CODE(unixlink_open(&u, "", &clock_.port), E_TOO_LONG);
}

/* Mode 0600 stops everybody but root, who gets as far as the door. */
static void another_user_is_turned_away(void **state)
{
    (void)state;
    struct unixlink u;
    int             status;

    if (geteuid() != 0)
        skip(); /* nobody else can be played */
    EXPECT_CODE(unixlink_open(&u, path, &clock_.port), OK);
    for (int wide_open = 0; wide_open <= 1; wide_open++) {
        chmod(path, wide_open ? 0666 : 0600);
        chmod(folder, 0755);
        const pid_t pid = fork();

        if (pid == 0) {
            if (setuid(65534) != 0)
                _exit(9);
            const int fd = dial();

            _exit(fd < 0 ? 1 : is_closed(fd) ? 2 : 3);
        }
        while (waitpid(pid, &status, WNOHANG) == 0) {
            EXPECT(!host_present(&u.host));
            usleep(1000);
        }
        EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == (wide_open ? 2 : 1));
    }
    unixlink_close(&u);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(a_host_comes_and_goes),
                                        cmocka_unit_test(a_host_that_does_not_read),
                                        cmocka_unit_test(what_is_in_the_way),
                                        cmocka_unit_test(another_user_is_turned_away) };

    os_clock_open(&clock_, (struct date){ 0 }, (struct date){ 0 });
    if (mkdtemp(folder) == NULL)
        return 1;
    snprintf(path, sizeof path, "%s/link", folder);
    const int failed = cmocka_run_group_tests_name("drivers.unixlink", tests, NULL, NULL);

    rmdir(folder);
    return failed;
}
