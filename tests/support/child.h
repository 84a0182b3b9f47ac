/* child: a case in a process of its own, where it may start and stop what it likes. */
#ifndef TESTS_CHILD_H
#define TESTS_CHILD_H

#include <sys/wait.h>
#include <unistd.h>

#include "expect.h"

/* What run returned, 0 to 255; -1 if it died. */
__attribute__((unused)) static int in_child(int (*run)(void))
{
    int         status = -1;
    const pid_t child = fork();

    if (child == 0)
        _exit(run());
    EXPECT(child > 0 && waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

struct child_case {
    const char *name;
    int (*run)(void); /* 0, or the step that went wrong */
};

__attribute__((unused)) static void in_children(const struct child_case *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        ROW(rows[i].name);
        const int got = in_child(rows[i].run);

        if (got != 0)
            fail_msg("[%s] step %d", expect_row, got);
    }
}

#endif
