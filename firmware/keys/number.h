/*
 * number: numbers of keys as text and as comparable octets.
 */
#ifndef KEYS_NUMBER_H
#define KEYS_NUMBER_H

#include "base/bytes.h"

/* v without its leading zero octets. */
struct view number_stripped(struct view v);

/* How many bits a magnitude has; 0 for zero. */
size_t number_bits(struct view v);

/* Its last bit. */
bool number_odd(struct view v);

/* -1, 0, 1 as the magnitudes order. */
int number_order(struct view a, struct view b);

/* Append n in decimal. */
struct err number_print(uint64_t n, struct buf *out);

#endif
