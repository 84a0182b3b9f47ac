/* trust_file: the trust bundle as a file of this device.  Private to app. */
#ifndef APP_TRUST_FILE_H
#define APP_TRUST_FILE_H

#include "trust/bundle.h"

enum { TRUST_LINE = 160 };

struct trust_file {
    struct bundle bundle;
    void         *map; /* NULL if no bundle is in use */
    size_t        len;
    char          line[TRUST_LINE]; /* one line about it, for the host and the log */
};

struct trust_paths {
    const char *bundle, *key; /* both NULL: run without */
    const char *state;        /* folder of the counter, or NULL */
};

/*
 * Map and open the bundle, and remember its counter under state.
 *
 * A bundle that is not used is said in line and is no failure of the device: documents are
 * then referred.  E_BUG only if the paths themselves make no sense.
 */
struct err trust_file_open(struct trust_file *t, const struct trust_paths *paths);
void       trust_file_close(struct trust_file *t);

#endif
