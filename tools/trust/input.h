/*
 * input: files of any of the forms that states and operators hand out.
 *
 * What a file is, is seen from its content: PEM text, or DER of a certificate, a CRL, a CMS
 * master list or a bare CscaMasterList.  Whatever cannot be used is remarked with file, entry
 * and offset, and the rest goes on.
 */
#ifndef TRUST_INPUT_H
#define TRUST_INPUT_H

#include "pool.h"

enum input_use {
    INPUT_ANY,           /* certificates, CRLs, signed lists     */
    INPUT_ROOT,          /* certificates that may sign lists     */
    INPUT_UNSIGNED_LIST, /* a bare list, because the user said so */
};

/* Read one file into the pool. */
void input_file(struct pool *p, const char *file, enum input_use use);

/* "offset 1234" of a view inside the file it is from; "entry 3, offset ..." with an entry. */
const char *input_where(struct view file, struct view at, unsigned entry);

#endif
