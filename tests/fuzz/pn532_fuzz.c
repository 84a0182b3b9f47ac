/*
 * pn532_fuzz: a hostile host in front of the simulated PN532 and the chip in its field.
 *
 * Input: the bytes of the serial line.
 * Property: nothing out of bounds is read or written, and each thing said to the host is
 * an ACK, an error frame or an answer.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pn532/frontend.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(void *to, struct view bytes, unsigned long delay_ms, bool late)
{
    (void)to;
    (void)delay_ms;
    (void)late;
    if (bytes.len < 6 || memcmp(bytes.ptr, "\x00\x00\xFF", 3) != 0 || bytes.ptr[bytes.len - 1] != 0)
        abort();
}

static void nothing(void *to)
{
    (void)to;
}

static void no_log(void *to, const char *what, struct view bytes)
{
    (void)to;
    (void)what;
    (void)bytes;
}

static void write_file(const char *dir, const char *name, const char *text)
{
    char  path[128];
    FILE *out;

    snprintf(path, sizeof path, "%s/%s", dir, name);
    out = fopen(path, "wb");
    if (out == NULL || fputs(text, out) == EOF || fclose(out) != 0)
        abort();
}

/* Always the same bytes, so that an input always does the same. */
static void no_chance(uint8_t *out, size_t len)
{
    memset(out, 0x5A, len);
}

/* A document with a key, made once and read into memory; nothing stays on the disk. */
static struct chip *document(void)
{
    static const char *const names[] = { "document.ini", "EF.COM.bin", "EF.CardAccess.bin" };
    char                     dir[] = "/tmp/pn532_fuzz.XXXXXX", path[128];
    struct problem           why;
    struct chip             *c;

    if (mkdtemp(dir) == NULL)
        abort();
    write_file(dir, names[0],
               "[document]\nmrz1 = I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\n"
               "mrz2 = L898902C<3UTO6908061F9406236<<<<<<<2\naccess = bac\n"
               "[rule.slow]\ncommand = 0084*\nwtx = 1\n");
    write_file(dir, names[1], "\x60\x03\x5C\x01\x61");
    write_file(dir, names[2], "1\x02\x05\x01");
    c = chip_new(dir, &why);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        unlink(path);
    }
    rmdir(dir);
    if (c == NULL)
        abort();
    chip_draw_from(c, no_chance);
    return c;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct frontend_hooks hooks = { check, nothing, nothing, no_log, NULL };
    static struct chip                *chip;
    static struct frontend            *f;

    if (chip == NULL) {
        chip = document();
        f = frontend_new(hooks);
    }
    frontend_power_up(f);
    chip_reset(chip);
    frontend_place(f, chip);
    frontend_bytes(f, view_of(data, size));
    frontend_look(f);
    return 0;
}
