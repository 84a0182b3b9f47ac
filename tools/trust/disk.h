/* disk: whole files in, whole files out or nothing. */
#ifndef TRUST_DISK_H
#define TRUST_DISK_H

#include "base/bytes.h"

enum { DISK_FILE_MAX = 256 << 20 }; /* bytes */

/* A whole file, kept until the program ends.  E_UNEXPECTED with errno set if the system
 * refused; E_TOO_LONG. */
struct err disk_read(const char *path, struct view *out);

/* Replace the file at once: a temporary file beside it, fsync, rename, fsync of the folder.
 * Nothing of it is left behind on failure: E_UNEXPECTED with errno set. */
struct err disk_replace(const char *path, struct view content);

/* A new file with these permissions; E_UNEXPECTED with errno EEXIST if there is one. */
struct err disk_create(const char *path, unsigned mode, struct view content);

/* "No such file or directory", "larger than 256 MiB": for a failure of the above. */
const char *disk_why(struct err e);

#endif
