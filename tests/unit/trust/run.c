/* run: see run.h. */
#include "run.h"

#include <dirent.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void must(bool good)
{
    if (!good)
        abort();
}

static char *text(const char *a, const char *b)
{
    const size_t n = strlen(a) + strlen(b) + 2;
    char        *t = malloc(n);

    must(t != NULL);
    snprintf(t, n, "%s/%s", a, b);
    return t;
}

const char *run_folder(void)
{
    const char *top = getenv("TMPDIR");
    char       *folder = text(top ? top : "/tmp", "verso-trust-test.XXXXXX");

    must(mkdtemp(folder) != NULL);
    return folder;
}

const char *run_path(const char *folder, const char *name)
{
    return text(folder, name);
}

void run_clean(const char *folder)
{
    DIR *dir = opendir(folder);

    must(dir != NULL);
    for (const struct dirent *e; (e = readdir(dir)) != NULL;)
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            unlink(text(folder, e->d_name));
    closedir(dir);
    rmdir(folder);
}

void run_add(struct run_args *a, const char *arg)
{
    must(a->n + 1 < sizeof a->arg / sizeof *a->arg);
    a->arg[a->n++] = arg;
}

int run_program(const struct run_args *a, const char *folder)
{
    posix_spawn_file_actions_t to;
    char                      *argv[256] = { NULL };
    pid_t                      pid;
    int                        status;

    for (size_t i = 0; i < a->n; i++)
        must((argv[i] = strdup(a->arg[i])) != NULL);
    posix_spawn_file_actions_init(&to);
    posix_spawn_file_actions_addopen(&to, 1, text(folder, "out"), O_WRONLY | O_CREAT | O_TRUNC,
                                     0600);
    posix_spawn_file_actions_addopen(&to, 2, text(folder, "err"), O_WRONLY | O_CREAT | O_TRUNC,
                                     0600);
    must(posix_spawn(&pid, argv[0], &to, NULL, argv, environ) == 0);
    posix_spawn_file_actions_destroy(&to);
    must(waitpid(pid, &status, 0) == pid);
    for (size_t i = 0; i < a->n; i++)
        free(argv[i]);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

struct view run_read(const char *path)
{
    FILE    *f = fopen(path, "rb");
    size_t   n = 0, cap = 1 << 16;
    uint8_t *p = malloc(cap);

    must(p != NULL);
    if (f == NULL)
        return view_of(p, 0);
    for (size_t got; (got = fread(p + n, 1, cap - n, f)) > 0;) {
        n += got;
        if (n == cap)
            must((p = realloc(p, cap *= 2)) != NULL);
    }
    fclose(f);
    return view_of(p, n);
}

void run_write(const char *path, struct view content)
{
    FILE *f = fopen(path, "wb");

    must(f != NULL && fwrite(content.ptr, 1, content.len, f) == content.len && fclose(f) == 0);
}

bool run_says(const char *path, const char *want)
{
    const struct view v = run_read(path);

    return memmem(v.ptr, v.len, want, strlen(want)) != NULL;
}
