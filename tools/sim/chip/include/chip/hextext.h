/*
 * hextext: bytes written as pairs of hexadecimal digits.
 */
#ifndef CHIP_HEXTEXT_H
#define CHIP_HEXTEXT_H

#include "base/bytes.h"

/* The value of one hexadecimal digit, or -1. */
int hextext_digit(char c);

/* Append the bytes that text spells; blanks between digits are passed over.
 * E_MALFORMED not hex or half a byte; E_NO_SPACE. */
struct err hextext_read(const char *text, struct buf *out);

/* Write v into text as capital digits, with a zero behind; room is at least 2 * v.len + 1. */
void hextext_write(struct view v, char *text);

#endif
