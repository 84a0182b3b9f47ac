/*
 * issue: a certificate on its way, between issue.c and the extensions in issue_extension.c.
 */
#ifndef PERSO_ISSUE_H
#define PERSO_ISSUE_H

#include "making.h"

/* One certificate to be. */
struct issue {
    const char           *file;
    struct blob           serial; /* INTEGER, DER */
    struct algo_signature sign;
    struct blob           issuer, subject; /* Names, DER */
    struct when           from, to, use_to;
    EVP_PKEY             *issuer_key, *subject_key;
    const char           *extensions, *types;
};

/* One extension by its word in recipes ("aki"), or all that c->extensions lists, in [3]. */
void issue_put_extension(struct blob *out, const struct making *m, const struct issue *c,
                         const char *word);
void issue_put_extensions(struct blob *out, const struct making *m, const struct issue *c);

#endif
