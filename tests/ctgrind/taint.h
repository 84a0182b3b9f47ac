/*
 * taint: which bytes are secret, told to valgrind.
 *
 * A secret is "undefined" memory: memcheck follows it through every computation and reports
 * each branch on it and each address made of it.  What becomes public on the way is said in
 * one place, taint.c, around the functions that make it public; firmware and crypto do not
 * know of it.  Outside valgrind all of this does nothing.
 */
#ifndef TESTS_TAINT_H
#define TESTS_TAINT_H

#include <stdbool.h>
#include <stddef.h>

void taint_secret(void *p, size_t n);
void taint_public(const void *p, size_t n);

/* Is something of each byte secret?  Outside valgrind: yes. */
bool taint_is_secret(const void *p, size_t n);

/* Public keys of integers that were computed, those thrown away for their length included. */
unsigned taint_powers(void);

#endif
