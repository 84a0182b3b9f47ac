/*
 * vpcd_test: our end of vsmartcard's wire against verso-sim's, which was written apart
 * from it: a file of 2000 bytes in one extended-length answer.
 */
#include "vpcd/vpcd.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect.h"
#include "osport/os_clock.h"

enum { FILE_LEN = 2000 };

static uint8_t file[FILE_LEN];
static char    folder[] = "/tmp/verso-vpcd-XXXXXX";

static void write_file(const char *name, const void *bytes, size_t len)
{
    char  path[96];
    FILE *f;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    f = fopen(path, "w");
    EXPECT(f != NULL && fwrite(bytes, 1, len, f) == len && fclose(f) == 0);
}

static pid_t start_sim(uint16_t port)
{
    char        at[32];
    const pid_t pid = fork();

    if (pid != 0)
        return pid;
    snprintf(at, sizeof at, "127.0.0.1:%u", port);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(STDERR_FILENO, STDOUT_FILENO); /* its "ready" is not for a pipe of ours */
    execl(VERSO_SIM, "verso-sim", "--document", folder, "--vpcd", at, NULL);
    _exit(127);
}

static void a_file_in_one_answer(void **state)
{
    (void)state;
    static const char ini[] = "[document]\naccess = plain\n";
    static uint8_t    room[0xFFFF];
    struct buf        rx = BUF(room);
    struct os_clock   clock_;
    struct vpcd       v;
    struct nfc_target target;

    for (size_t i = 0; i < FILE_LEN; i++)
        file[i] = (uint8_t)((i & 1) != 0 ? i >> 1 : (i >> 9) * 37 + 11);
    memcpy(file, "\x75\x82\x07\xCC", 4); /* 4 + 1996 */
    write_file("document.ini", ini, sizeof ini - 1);
    write_file("DG2.bin", file, sizeof file);
    os_clock_open(&clock_, (struct date){ 0 }, (struct date){ 0 });
    EXPECT_CODE(vpcd_open(&v, 0, &clock_.port), OK);
    const pid_t           sim = start_sim(vpcd_port(&v));
    const struct deadline d = clock_in(&clock_.port, 10000);

    for (int documents = 0; documents < 2; documents++) { /* off and on again between them */
        rx.len = 0;
        EXPECT_CODE(nfc_activate(&v.nfc, d, &target), OK);
        EXPECT_CODE(nfc_transceive(&v.nfc, HEX("00B0000010"), d, &rx), OK);
        EXPECT(rx.len == 2 && room[0] != 0x90); /* nothing is selected: it was switched off */
        rx.len = 0;
        EXPECT_CODE(nfc_transceive(&v.nfc, HEX("00A4040C07A0000002471001"), d, &rx), OK);
        EXPECT_CODE(nfc_transceive(&v.nfc, HEX("00A4020C020102"), d, &rx), OK);
        EXPECT_BYTES(buf_view(&rx), HEX("9000 9000"));
        rx.len = 0;
        EXPECT_CODE(nfc_transceive(&v.nfc, HEX("00B00000 00 07D0"), d, &rx), OK);
        EXPECT(rx.len == FILE_LEN + 2);
        EXPECT_BYTES(view_of(room, FILE_LEN), VIEW(file));
        EXPECT_BYTES(view_of(room + FILE_LEN, 2), HEX("9000"));
        nfc_field_off(&v.nfc);
    }
    kill(sim, SIGKILL);
    waitpid(sim, NULL, 0);
    vpcd_close(&v);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(a_file_in_one_answer) };
    static const char      *names[] = { "document.ini", "DG2.bin" };

    if (mkdtemp(folder) == NULL)
        return 1;
    const int failed = cmocka_run_group_tests_name("system.vpcd", tests, NULL, NULL);

    for (size_t i = 0; i < COUNT(names); i++) {
        char path[96];

        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
    return failed;
}
