/* problem: see problem.h. */
#include "chip/problem.h"

#include <stdarg.h>
#include <stdio.h>

struct err problem_set(struct problem *why, enum outcome code, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(why->text, sizeof why->text, format, args);
    va_end(args);
    return err_at(code, 0, WHERE);
}
