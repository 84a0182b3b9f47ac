/* osport_test: the system's clock and random bytes, as far as a test can tell. */
#include "osport/os_clock.h"
#include "osport/os_entropy.h"

#include <time.h>

#include "expect.h"

static void today_is_vouched_for(void **state)
{
    (void)state;
    const struct date none = { 0 }, y2020 = { 2020, 1, 1 }, y9999 = { 9999, 12, 31 };
    struct os_clock   c;
    const time_t      before = time(NULL);
    struct tm         tm;

    gmtime_r(&before, &tm);
    os_clock_open(&c, none, y2020);
    const struct date today = clock_today(&c.port);

    ROW("the system's day");
    EXPECT(date_exists(today));
    if (time(NULL) / 86400 == before / 86400)
        EXPECT(today.year == tm.tm_year + 1900 && today.month == tm.tm_mon + 1 &&
               today.day == tm.tm_mday);

    ROW("before the firmware was built");
    os_clock_open(&c, none, y9999);
    EXPECT(date_order(clock_today(&c.port), none) == 0);

    ROW("a fixed day");
    os_clock_open(&c, (struct date){ 1999, 12, 31 }, y9999);
    EXPECT(date_order(clock_today(&c.port), (struct date){ 1999, 12, 31 }) == 0);
}

static void time_goes_on(void **state)
{
    (void)state;
    const struct timespec pause = { .tv_nsec = 20000000 };
    struct os_clock       c;

    os_clock_open(&c, (struct date){ 0 }, (struct date){ 0 });
    const int64_t         begun = clock_now_ms(&c.port);
    const struct deadline d = clock_in(&c.port, 1000);

    nanosleep(&pause, NULL);
    EXPECT(clock_now_ms(&c.port) - begun >= 20 && clock_now_ms(&c.port) - begun < 10000);
    EXPECT(d.at_ms - begun >= 1000 && d.at_ms - begun < 2000);
}

static void bytes_are_appended(void **state)
{
    (void)state;
    static uint8_t room[4096];
    struct buf     out = BUF(room);
    bool           seen[256] = { false };

    EXPECT_CODE(buf_u8(&out, 0xAA), OK);
    EXPECT_CODE(entropy_fill(os_entropy(), 4096, &out), E_NO_SPACE);
    EXPECT(out.len == 1);
    EXPECT_CODE(entropy_fill(os_entropy(), 4095, &out), OK);
    EXPECT(out.len == 4096 && room[0] == 0xAA);
    for (size_t i = 1; i < sizeof room; i++)
        seen[room[i]] = true;
    for (size_t i = 0; i < 256; i++)
        EXPECT(seen[i]); /* one is missing by chance in 35000 runs */
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(today_is_vouched_for),
                                        cmocka_unit_test(time_goes_on),
                                        cmocka_unit_test(bytes_are_appended) };

    return cmocka_run_group_tests_name("drivers.osport", tests, NULL, NULL);
}
