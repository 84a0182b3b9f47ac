/*
 * problem: why something could not be done, in words for the person who asked.
 *
 * struct err says where in the code; this says where in the input ("document.ini:12").
 */
#ifndef CHIP_PROBLEM_H
#define CHIP_PROBLEM_H

#include "base/outcome.h"

struct problem {
    char text[240];
};

/* Write the sentence and hand code back as a failure: return problem_set(why, E_..., ...). */
__attribute__((format(printf, 3, 4))) struct err problem_set(struct problem *why, enum outcome code,
                                                             const char *format, ...);

#endif
