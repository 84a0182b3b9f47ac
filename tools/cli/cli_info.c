/* cli_info: verso info. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "cli.h"

static const char *or_none(const char *s, const char *none)
{
    return s[0] == '\0' ? none : s;
}

int cli_info(const struct cli *cli, int argc, char **argv)
{
    struct verso_info info;
    struct verso     *v;
    enum verso_status s;
    int               status = 0;

    if (argc > 1) {
        const bool asked = strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0;

        fputs("usage: verso [--reader ADDRESS] info\n\n"
              "Ask the reader for its firmware, frontend, profiles, trust bundle and date.\n",
              asked ? stdout : stderr);
        return asked ? 0 : EX_USAGE;
    }
    v = cli_open(cli, &status);
    if (v == NULL)
        return status;
    s = verso_info(v, &info);
    if (s == VERSO_OK)
        printf("firmware  %s\nfrontend  %s\nprofiles  %s\ntrust     %s\ndate      %s\n",
               info.firmware, info.frontend, info.profiles,
               or_none(info.bundle, "no bundle: every document is referred to an officer"),
               or_none(info.today, "not known: nothing can be valid"));
    else
        status = cli_failed(cli, v, s);
    verso_close(v);
    return status;
}
