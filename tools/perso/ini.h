/*
 * ini: document.ini, what the chip and the printed page are.
 */
#ifndef PERSO_INI_H
#define PERSO_INI_H

#include "making.h"

/* The printed lines, what the chip was given (m->chip), and over both the recipe's own sections
 * as they stand there. */
void ini_put(const struct making *m, struct blob *out);

#endif
