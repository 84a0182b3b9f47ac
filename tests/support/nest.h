/*
 * nest: hex in which braces count their own lengths.
 *
 *   NEST("60{5F01{30313037} 5C{6175}}")   is   60 0B 5F 01 04 30 31 30 37 5C 02 61 75
 *
 * A string in quotes stands for its characters: NEST("5F36{'040000'}").
 */
#ifndef TESTS_NEST_H
#define TESTS_NEST_H

#include "expect.h"

enum { NEST_MAX = 4096 };

__attribute__((unused)) static void nest_byte(struct buf *out, uint8_t b)
{
    if (buf_u8(out, b).code != OK)
        fail_msg("[%s] nested hex is too long", expect_row);
}

/* The length octets in their shortest form, then the content. */
__attribute__((unused)) static void nest_value(struct buf *out, struct view v)
{
    if (v.len >= 0x100) {
        nest_byte(out, 0x82);
        nest_byte(out, (uint8_t)(v.len >> 8));
    } else if (v.len >= 0x80) {
        nest_byte(out, 0x81);
    }
    nest_byte(out, (uint8_t)v.len);
    for (size_t i = 0; i < v.len; i++)
        nest_byte(out, v.ptr[i]);
}

__attribute__((unused)) static const char *nest_put(const char *s, struct buf *out)
{
    while (*s != '\0' && *s != '}') {
        if (*s == ' ') {
            s++;
        } else if (*s == '\'') {
            for (s++; *s != '\''; s++)
                nest_byte(out, (uint8_t)*s);
            s++;
        } else if (*s == '{') {
            uint8_t   *room = malloc(NEST_MAX);
            struct buf inner = buf_of(room, NEST_MAX);

            s = nest_put(s + 1, &inner);
            if (*s++ != '}')
                fail_msg("[%s] a brace is missing", expect_row);
            nest_value(out, buf_view(&inner));
            free(room);
        } else {
            const char  pair[] = { s[0], s[1], '\0' };
            uint8_t     byte[1];
            struct view v = hex(pair, byte, sizeof byte);

            EXPECT(v.len == 1);
            nest_byte(out, byte[0]);
            s += 2;
        }
    }
    return s;
}

__attribute__((unused)) static struct view nest(const char *s, uint8_t *bytes, size_t cap)
{
    struct buf out = buf_of(bytes, cap);

    if (*nest_put(s, &out) != '\0')
        fail_msg("[%s] a brace too many", expect_row);
    return buf_view(&out);
}

#define NEST(text) nest((text), (uint8_t[NEST_MAX]){ 0 }, NEST_MAX)

#endif
