/* main: verso-trust, the maker of trust bundles. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "commands.h"

static const char usage[] =
    "usage: verso-trust compile --out FILE --key KEY [options] INPUT...\n"
    "       verso-trust show FILE [--key PUB] [--json]\n"
    "       verso-trust keygen --out FILE\n"
    "\n"
    "compile puts CSCA certificates and CRLs (PEM or DER) and CMS master lists into one signed\n"
    "trust bundle.  What cannot go in is named, with the reason; the rest goes on.\n"
    "  --out FILE            the bundle; replaced at once or not at all\n"
    "  --key KEY             P-256 private key, PEM (see keygen)\n"
    "  --root FILE           a CSCA that may sign master lists; repeat as needed\n"
    "  --unsigned-list FILE  a bare CscaMasterList that you trust for another reason\n"
    "  --counter N           default: one more than FILE has now, else seconds since 1970\n"
    "  --valid-days N        to be replaced after so many days (default 90)\n"
    "  --report-json FILE    the report as one JSON object as well\n"
    "  exit status: 0 everything went in, 1 the bundle is made but something was left out,\n"
    "  64 and above (sysexits.h): no bundle\n"
    "\n"
    "show prints header, counts and next expiries.  With --key PUB it checks the signature and\n"
    "exits 1 if the bundle is not to be used; without, it says that nothing was proved.\n"
    "\n"
    "keygen writes FILE (private, mode 0600) and FILE.pub; it never overwrites.\n";

int command_fail(int status, const char *format, ...)
{
    va_list args;
    char   *text = NULL;

    va_start(args, format);
    if (vasprintf(&text, format, args) < 0)
        text = NULL;
    va_end(args);
    fprintf(stderr, "verso-trust: %s\n", text ? text : "out of memory");
    free(text);
    return status;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(int argc, char **argv);
    } commands[] = {
        { "compile", command_compile },
        { "show", command_show },
        { "keygen", command_keygen },
    };

    if (argc >= 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        fputs(usage, stdout);
        return EX_OK;
    }
    for (size_t i = 0; argc >= 2 && i < sizeof commands / sizeof *commands; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    fputs(usage, stderr);
    return EX_USAGE;
}
