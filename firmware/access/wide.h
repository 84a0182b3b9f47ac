/* wide: a secret on the stack that may be as long as a DH number; otherwise as SECRET. */
#ifndef ACCESS_WIDE_H
#define ACCESS_WIDE_H

#include "access/agreement.h"

struct wide {
    uint8_t bytes[AGREEMENT_SECRET_MAX];
};

static inline void wide_wipe(struct wide *w)
{
    wipe(w, sizeof *w);
}

#define WIDE __attribute__((cleanup(wide_wipe))) struct wide

#endif
