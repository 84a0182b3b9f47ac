/*
 * memory: the memory of other processes, searched; and a process's child, found.
 */
#ifndef TESTS_MEMORY_H
#define TESTS_MEMORY_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

#include "expect.h"

static bool holds(pid_t pid, struct view what)
{
    static uint8_t chunk[1 << 20];
    char           path[64], line[512];
    bool           found = false;

    snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
    FILE *maps = fopen(path, "r");

    snprintf(path, sizeof path, "/proc/%d/mem", (int)pid);
    const int mem = open(path, O_RDONLY);

    if (maps == NULL || mem < 0) {
        if (maps != NULL)
            fclose(maps);
        EXPECT(errno == ESRCH || errno == ENOENT); /* it has ended: nothing of it is left */
        return false;
    }
    while (fgets(line, sizeof line, maps) != NULL && !found) {
        unsigned long from, to;

        if (sscanf(line, "%lx-%lx rw", &from, &to) != 2 || strstr(line, " rw") == NULL ||
            to - from > 1UL << 30) /* a sanitizer's shadow, terabytes of it */
            continue;
        for (; from < to && !found; from += sizeof chunk - 64) {
            const size_t  len = to - from < sizeof chunk ? to - from : sizeof chunk;
            const ssize_t n = pread(mem, chunk, len, (off_t)from);

            found = n > 0 && memmem(chunk, (size_t)n, what.ptr, what.len) != NULL;
        }
    }
    fclose(maps);
    close(mem);
    return found;
}

static pid_t child_of(pid_t parent)
{
    DIR  *proc = opendir("/proc");
    pid_t found = 0;

    for (const struct dirent *e; (e = readdir(proc)) != NULL;) {
        char path[300], stat[256] = "";
        int  ppid = 0;

        snprintf(path, sizeof path, "/proc/%.20s/stat", e->d_name);
        FILE *f = fopen(path, "r");

        if (f == NULL)
            continue;
        if (fgets(stat, sizeof stat, f) != NULL && strrchr(stat, ')') != NULL &&
            sscanf(strrchr(stat, ')') + 2, "%*c %d", &ppid) == 1 && ppid == parent)
            found = (pid_t)strtol(e->d_name, NULL, 10);
        fclose(f);
    }
    closedir(proc);
    return found;
}

#endif
