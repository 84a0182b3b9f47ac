/*
 * problem: why something could not be done, in words for the person who asked.
 *
 * struct err says where in the code; this says where in the input ("document.ini:12").
 */
#ifndef CHIP_PROBLEM_H
#define CHIP_PROBLEM_H

#include <stdio.h>

#include "base/outcome.h"

struct problem {
    char text[1200];
};

/* Write the sentence (as printf does, cut off where it is too long) and be the failure:
 * return problem_set(why, E_MALFORMED, "%s: no such thing", name); */
#define problem_set(why, code, ...)                                                                \
    (snprintf((why)->text, sizeof(why)->text, __VA_ARGS__), err_at((code), 0, WHERE))

#endif
