/* quit: see quit.h */
#include "quit.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>

struct piece {
    struct piece *next;
    max_align_t   bytes[];
};

static struct piece *pieces;

static void let_go(void)
{
    while (pieces != NULL) {
        struct piece *next = pieces->next;

        free(pieces);
        pieces = next;
    }
}

void quit(int status, const char *format, ...)
{
    va_list args;

    fprintf(stderr, "verso-perso: ");
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fprintf(stderr, "\n");
    exit(status);
}

void quit_openssl(const char *what)
{
    char text[256] = "no reason given";

    if (ERR_peek_last_error() != 0)
        ERR_error_string_n(ERR_peek_last_error(), text, sizeof text);
    quit(QUIT_SOFTWARE, "%s: OpenSSL says %s", what, text);
}

void *quit_memory(size_t n)
{
    struct piece *p = calloc(1, sizeof *p + n);

    if (p == NULL)
        quit(QUIT_SOFTWARE, "out of memory");
    if (pieces == NULL)
        atexit(let_go);
    p->next = pieces;
    pieces = p;
    return p->bytes;
}

char *quit_text(const char *format, ...)
{
    va_list args, again;
    char   *text;
    int     n;

    va_start(args, format);
    va_copy(again, args);
    n = vsnprintf(NULL, 0, format, args);
    if (n < 0)
        quit(QUIT_SOFTWARE, "text cannot be formatted");
    text = quit_memory((size_t)n + 1);
    vsnprintf(text, (size_t)n + 1, format, again);
    va_end(args);
    va_end(again);
    return text;
}
