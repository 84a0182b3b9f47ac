/*
 * flips_test: no document passes that had one bit turned over, but where it is written down why.
 *
 * usage: inspect_flips_test all|some DOCUMENT...
 *
 * Each bit of each file that the inspection read is turned over alone.  In conformance none may
 * pass.  In operation none under a hash or signature may (OpenSSL says which bytes of EF.SOD
 * these are; of a data group all), and each other one that passes is listed in
 * tests/flips/operational.txt, or the test fails with the row that is missing.  A row that is
 * no longer true fails as well.
 *
 * all:  every bit.  some: every bit that nothing covers; of covered bytes and long values one
 * bit each, going round, and of DG2 every sixteenth byte.
 */
#include <fnmatch.h>

#include "documents.h"
#include "field.h"

enum { ROWS_MAX = 256, TALLIES = CHIP_FILES, LONG_VALUE = 48 };

/* One line of tests/flips/operational.txt. */
struct row {
    char     documents[32], file[16], path[FIELD_PATH], part[8], notes[160];
    unsigned from, to, mask, hits;
};

static struct row    rows[ROWS_MAX];
static size_t        n_rows;
static bool          all_bits;
static char        **names;
static int           n_names;
static unsigned      wrong;
static struct scene *scene;

struct tally {
    const char *file;
    size_t      bytes, flips, conformance, listed;
};

static void read_rows(void)
{
    FILE *f = fopen(VERSO_FLIPS "/operational.txt", "r");
    char  line[512];

    EXPECT(f != NULL);
    while (fgets(line, sizeof line, f) != NULL) {
        struct row *r = &rows[n_rows];
        int         n;

        if (line[0] == '#' || line[0] == '\n')
            continue;
        n = sscanf(line, "%31s %15s %127s %7[a-z]+%u-%u %x %159s", r->documents, r->file, r->path,
                   r->part, &r->from, &r->to, &r->mask, r->notes);
        if (n != 8 || r->to < r->from || n_rows == ROWS_MAX - 1)
            fail_msg("no row: %s", line);
        n_rows++;
    }
    fclose(f);
}

static bool row_fits(const struct row *r, const struct field *f, const struct chip_file *file,
                     unsigned bit, const char *notes)
{
    return strcmp(r->file, file->name) == 0 && strcmp(r->path, f->path) == 0 &&
           strcmp(r->part, f->part) == 0 && f->at >= r->from && f->at <= r->to &&
           (r->mask >> bit & 1) != 0 && strcmp(r->notes, notes) == 0 &&
           fnmatch(r->documents, expect_row, 0) == 0;
}

static bool listed(const struct field *f, const struct chip_file *file, unsigned bit,
                   const char *notes)
{
    for (size_t n = 0; n < n_rows; n++) {
        if (row_fits(&rows[n], f, file, bit, notes)) {
            rows[n].hits++;
            return true;
        }
    }
    return false;
}

static bool passes_in_operation(void)
{
    return scene_verdict(scene, PROFILE_gate) == VERDICT_PASS ||
           scene_verdict(scene, PROFILE_desk) == VERDICT_PASS ||
           scene_verdict(scene, PROFILE_counter) == VERDICT_PASS;
}

/* What came of one flip. */
static void judge(const struct evidence *genuine, const struct chip_file *file,
                  const struct field *f, bool covered, unsigned bit, struct tally *t)
{
    const char *notes = more_notes(genuine, &scene->evidence);

    t->flips++;
    if (scene_verdict(scene, PROFILE_conformance) == VERDICT_PASS) {
        t->conformance++;
        wrong++;
        printf("passes in conformance: %s %s %s %s+%zu %02x %s\n", expect_row, file->name, f->path,
               f->part, f->at, 1U << bit, notes);
    }
    if (!passes_in_operation())
        return;
    if (covered) {
        wrong++;
        printf("passes though signed: %s %s %s %s+%zu %02x %s\n", expect_row, file->name, f->path,
               f->part, f->at, 1U << bit, notes);
    } else if (listed(f, file, bit, notes)) {
        t->listed++;
    } else {
        wrong++;
        printf("not listed: %s %s %s %s+%zu-%zu %02x %s\n", expect_row, file->name, f->path,
               f->part, f->at, f->at, 1U << bit, notes);
    }
}

static void flip_byte(const struct evidence *genuine, struct chip_file *file, size_t at,
                      bool covered, struct tally *t)
{
    const struct field f = field_of(file->bytes, file->len, at);
    const bool         one = !all_bits && (covered || f.value_len >= LONG_VALUE) &&
                     (covered || strcmp(f.part, "value") == 0);

    for (unsigned bit = 0; bit < 8; bit++) {
        if (one && bit != at % 8)
            continue;
        file->bytes[at] ^= (uint8_t)(1U << bit);
        scene_run(scene);
        file->bytes[at] ^= (uint8_t)(1U << bit);
        judge(genuine, file, &f, covered, bit, t);
    }
    t->bytes++;
}

static void flip_file(const struct evidence *genuine, struct chip_file *file, struct tally *t)
{
    const bool   sod = strcmp(file->name, "EF.SOD") == 0, com = strcmp(file->name, "EF.COM") == 0;
    const size_t step = !all_bits && strcmp(file->name, "DG2") == 0 ? 16 : 1;
    bool        *covered = malloc(file->len * sizeof *covered);

    EXPECT(covered != NULL);
    memset(covered, !sod && !com, file->len * sizeof *covered);
    if (sod)
        field_covered(file->bytes, file->len, covered);
    t->file = file->name;
    for (size_t at = 0; at < file->len; at += step)
        flip_byte(genuine, file, at, covered[at], t);
    free(covered);
}

/* Each row that speaks of this document is true of it, bit by bit. */
static void check_rows(const char *name)
{
    for (size_t n = 0; n < n_rows; n++) {
        const struct row *r = &rows[n];
        const unsigned    want = (r->to - r->from + 1) * (unsigned)__builtin_popcount(r->mask);

        if (fnmatch(r->documents, name, 0) == 0 && r->hits != want) {
            wrong++;
            printf("listed and not so (%u of %u): %s %s %s %s+%u-%u %02x %s\n", r->hits, want, name,
                   r->file, r->path, r->part, r->from, r->to, r->mask, r->notes);
        }
        rows[n].hits = 0;
    }
}

static void print_tallies(const char *name, const struct tally *t, size_t n)
{
    for (size_t k = 0; k < n; k++)
        printf("%-14s %-7s %7zu %8zu %12zu %12zu\n", name, t[k].file, t[k].bytes, t[k].flips,
               t[k].conformance, t[k].listed);
}

static void flip_document(const char *name)
{
    struct tally    tally[TALLIES] = { { 0 } };
    struct evidence genuine;
    size_t          n = 0;
    bool            read[CHIP_FILES];

    ROW(name);
    scene = document_open(name);
    scene_run(scene);
    EXPECT(scene_verdict(scene, PROFILE_desk) == VERDICT_PASS);
    EXPECT(scene_verdict(scene, PROFILE_conformance) == VERDICT_PASS);
    genuine = scene->evidence;
    for (size_t k = 0; k < CHIP_FILES; k++)
        read[k] = scene->chip.file[k].read;
    for (size_t k = 0; k < CHIP_FILES; k++) {
        if (read[k])
            flip_file(&genuine, &scene->chip.file[k], &tally[n++]);
    }
    scene_close(scene);
    check_rows(name);
    print_tallies(name, tally, n);
}

static void no_flip_passes(void **state)
{
    (void)state;
    read_rows();
    printf("%-14s %-7s %7s %8s %12s %12s\n", "document", "file", "bytes", "flips", "conformance",
           "operational");
    for (int n = 0; n < n_names; n++)
        flip_document(names[n]);
    if (wrong != 0)
        fail_msg("%u flips pass that must not, or are not listed as they are", wrong);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_flip_passes),
    };

    if (argc < 3)
        return 64;
    all_bits = strcmp(argv[1], "all") == 0;
    names = argv + 2;
    n_names = argc - 2;
    return cmocka_run_group_tests_name("inspect.flips", tests, NULL, NULL);
}
