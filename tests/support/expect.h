/*
 * expect: cmocka, with rows.
 *
 * A test is a table of rows and a loop (S36).  ROW names the row being tried, so
 * that a failure says which; HEX turns the standards' hex into a view.
 */
#ifndef TESTS_EXPECT_H
#define TESTS_EXPECT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"

/* Exhaustive loops (each bit, each prefix) take every so many'th turn: 1, but under an emulator,
 * where the build says more.  A prime, so that the turns walk through the bits of an octet. */
#ifndef EXPECT_STRIDE
#define EXPECT_STRIDE 1
#endif

__attribute__((unused)) static const char *expect_row = "";

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define ROW(name)    (expect_row = (name))

#define EXPECT(cond)                                                                               \
    do {                                                                                           \
        if (!(cond))                                                                               \
            fail_msg("[%s] expected %s", expect_row, #cond);                                       \
    } while (0)

#define EXPECT_CODE(call, want)                                                                    \
    do {                                                                                           \
        const struct err e_ = (call);                                                              \
        if (e_.code != (want))                                                                     \
            fail_msg("[%s] %s gave %s at %s, expected %s", expect_row, #call,                      \
                     outcome_name(e_.code), e_.where ? e_.where : "-", outcome_name(want));        \
    } while (0)

#define EXPECT_BYTES(got, want)                                                                    \
    do {                                                                                           \
        const struct view g_ = (got), w_ = (want);                                                 \
        if (!view_eq(g_, w_)) {                                                                    \
            fprintf(stderr, "[%s] %s is not %s\n", expect_row, #got, #want);                       \
            expect_dump("  got ", g_);                                                             \
            expect_dump("  want", w_);                                                             \
            fail();                                                                                \
        }                                                                                          \
    } while (0)

__attribute__((unused)) static void expect_dump(const char *name, struct view v)
{
    fprintf(stderr, "%s %zu:", name, v.len);
    for (size_t i = 0; i < v.len && i < 96; i++)
        fprintf(stderr, " %02X", v.ptr[i]);
    fprintf(stderr, "\n");
}

/* Hex as the standards print it: digits in pairs, spaces ignored.  A bad digit
 * or an overflow is a failed test, not a silent zero. */
__attribute__((unused)) static struct view hex(const char *text, uint8_t *bytes, size_t cap)
{
    size_t n = 0, digits = 0;

    for (; *text != '\0'; text++) {
        static const char all[] = "0123456789abcdef0123456789ABCDEF";
        const char       *at = strchr(all, *text);

        if (*text == ' ')
            continue;
        if (at == NULL || n >= cap)
            fail_msg("[%s] bad or too much hex: %s", expect_row, text);
        bytes[n] = (uint8_t)((unsigned)bytes[n] << 4 | (unsigned)((at - all) & 15));
        n += digits++ & 1;
    }
    EXPECT((digits & 1) == 0);
    return view_of(bytes, n);
}

#define HEX(text) hex((text), (uint8_t[2048]){ 0 }, 2048)

#endif
