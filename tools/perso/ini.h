/*
 * ini: document.ini, what the chip and the printed page are.
 */
#ifndef PERSO_INI_H
#define PERSO_INI_H

#include "making.h"

/* [document] with the printed lines, then the recipe's [document], [chip] and [rule.*] as they
 * stand there. */
void ini_put(const struct making *m, struct blob *out);

#endif
