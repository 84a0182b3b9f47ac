/*
 * paper: a document folder of a few small files, made for one test and removed again.
 *
 * The files are those of Doc 9303-11 Appendix D; the MRZ is the one whose keys it derives.
 */
#ifndef TESTS_PAPER_H
#define TESTS_PAPER_H

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chip/chip.h"

#include "expect.h"

#define PAPER_EF_COM "60145F0104303130365F36063034303030305C026175"
#define PAPER_MRZ                                                                                  \
    "mrz1 = I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nmrz2 = L898902C<3UTO6908061F9406236<<<<<<<2\n"

struct paper {
    char         dir[64];
    struct chip *chip;
};

__attribute__((unused)) static void paper_write(const struct paper *p, const char *name,
                                                struct view bytes)
{
    char  path[128];
    FILE *out;

    snprintf(path, sizeof path, "%s/%s", p->dir, name);
    out = fopen(path, "wb");
    EXPECT(out != NULL && fwrite(bytes.ptr, 1, bytes.len, out) == bytes.len);
    EXPECT(fclose(out) == 0);
}

__attribute__((unused)) static void paper_remove(struct paper *p)
{
    DIR                 *dir = opendir(p->dir);
    const struct dirent *entry;

    chip_free(p->chip);
    p->chip = NULL;
    EXPECT(dir != NULL);
    while ((entry = readdir(dir)) != NULL)
        unlinkat(dirfd(dir), entry->d_name, 0);
    closedir(dir);
    EXPECT(rmdir(p->dir) == 0);
}

/* The folder; ini is the whole text of document.ini.  More files may be written into it. */
__attribute__((unused)) static void paper_folder(struct paper *p, const char *ini)
{
    static uint8_t dg2[600];

    snprintf(p->dir, sizeof p->dir, "/tmp/paper.XXXXXX");
    EXPECT(mkdtemp(p->dir) != NULL);
    for (size_t i = 0; i < sizeof dg2; i++)
        dg2[i] = (uint8_t)(i * 7);
    paper_write(p, "document.ini", view_of(ini, strlen(ini)));
    paper_write(p, "EF.COM.bin", HEX(PAPER_EF_COM));
    paper_write(p, "DG1.bin", HEX("610341424300"));
    paper_write(p, "DG2.bin", VIEW(dg2));
    paper_write(p, "DG3.bin", HEX("630100"));
    paper_write(p, "EF.CardAccess.bin", HEX("31020500"));
    p->chip = NULL;
}

/* The folder and the chip.  NULL in p->chip: it was refused. */
__attribute__((unused)) static void paper_make(struct paper *p, const char *ini,
                                               struct problem *why)
{
    paper_folder(p, ini);
    p->chip = chip_new(p->dir, why);
}

/* What the chip says to a command, as bytes that stay until the next call. */
__attribute__((unused)) static struct view paper_ask(struct paper *p, struct view command,
                                                     struct chip_answer *answer)
{
    static uint8_t room[ANSWER_MAX + 64];

    *answer = (struct chip_answer){ .bytes = BUF(room) };
    chip_exchange(p->chip, command, answer);
    return buf_view(&answer->bytes);
}

/* One step of a conversation: name, command and answer as hex. */
struct paper_line {
    const char *name, *command, *answer;
};

__attribute__((unused)) static void paper_talk(struct paper *p, const struct paper_line *lines,
                                               size_t count)
{
    struct chip_answer answer;

    for (size_t i = 0; i < count; i++) {
        ROW(lines[i].name);
        EXPECT_BYTES(paper_ask(p, HEX(lines[i].command), &answer), HEX(lines[i].answer));
        EXPECT(answer.fate == CHIP_ANSWERS);
    }
}

#endif
