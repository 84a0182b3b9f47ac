/* replay: run a fuzz target over every file of a folder, with any compiler, as a ctest. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { INPUT_MAX = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Each input is handed over in an allocation of exactly its length, so that a
 * sanitizer sees the first byte read beyond it. */
static int replay(const char *path)
{
    static uint8_t data[INPUT_MAX];
    FILE          *f = fopen(path, "rb");

    if (f == NULL)
        return 0; /* "." and ".." */
    const size_t n = fread(data, 1, sizeof data, f);
    fclose(f);
    uint8_t *exact = malloc(n ? n : 1);
    for (size_t i = 0; i < n; i++)
        exact[i] = data[i];
    LLVMFuzzerTestOneInput(exact, n);
    free(exact);
    return 1;
}

int main(int argc, char **argv)
{
    DIR *dir = argc == 2 ? opendir(argv[1]) : NULL;
    int  done = 0;

    if (dir == NULL) {
        fprintf(stderr, "usage: %s CORPUS_FOLDER\n", argv[0]);
        return 1;
    }
    for (const struct dirent *e; (e = readdir(dir)) != NULL;) {
        char path[2048];

        if (e->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", argv[1], e->d_name);
        done += replay(path);
    }
    closedir(dir);
    printf("%d inputs replayed\n", done);
    return done == 0; /* an empty corpus is a test that cannot fail */
}
