/*
 * quit: how the tool says that it cannot go on, and where its memory lives.
 *
 * A maker of files has nothing to rescue: the first complaint ends the program, and the
 * half-made folder is removed on the way out (filing.h).  For the same reason memory is
 * asked for and never given back before the end.
 */
#ifndef PERSO_QUIT_H
#define PERSO_QUIT_H

#include <stddef.h>

/* Exit statuses, as sysexits.h numbers them. */
enum { QUIT_USAGE = 64, QUIT_DATA = 65, QUIT_SOFTWARE = 70, QUIT_CREATE = 73, QUIT_IO = 74 };

/* "verso-perso: <message>" on standard error, then exit(status). */
_Noreturn void quit(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* As quit(), with OpenSSL's own last complaint behind the message. */
_Noreturn void quit_openssl(const char *what);

/* Zeroed bytes that live until the program ends; never NULL. */
void *quit_memory(size_t n);

/* A formatted string in such memory. */
char *quit_text(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
