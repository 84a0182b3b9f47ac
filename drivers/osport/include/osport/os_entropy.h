/*
 * os_entropy: struct entropy over getrandom().
 */
#ifndef OSPORT_OS_ENTROPY_H
#define OSPORT_OS_ENTROPY_H

#include "drivers/entropy.h"

/* The one source of this process; blocks until the kernel's pool is ready. */
struct entropy *os_entropy(void);

#endif
