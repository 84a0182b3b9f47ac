/*
 * biometric: DG3 and DG4, fingers and irises.  The records are real, the pictures are not: RAW ones
 * are a pattern of rings, WSQ and JPEG 2000 begin as such files do and go on at random.
 *
 * Spec: Doc 9303-10 4.7.3, 4.7.4; ISO/IEC 19794-4:2005 clause 7 (finger image record), 19794-6:2005
 * clause 6 (iris image record).
 */
#include <stdlib.h>
#include <string.h>

#include <openssl/rand.h>

#include "making.h"
#include "quit.h"

enum { WIDTH = 96, HEIGHT = 120, PACKED = 3000, INSTANCES = 6 };

struct picture {
    const char *word, *begin, *end; /* hex */
    unsigned    finger, iris;       /* numbers of the compression; 0xFF: not for this */
};

/* clang-format off */
static const struct picture pictures[] = {
    { "raw", "",                                                     "",     0x00, 0x0002 },
    { "wsq", "FFA0",                                                 "FFA1", 0x02, 0xFF },
    { "jp2", "0000000C6A5020200D0A870A 00000014667479706A703220000000006A703220", "FFD9", 0x04, 0x000E },
};
/* each with its CBEFF subtype: index fingers and thumbs, then middle ones; right eye, left eye */
static const struct { unsigned subtype, position; } fingers[INSTANCES] = {
    { 0x09, 2 }, { 0x0A, 7 }, { 0x05, 1 }, { 0x06, 6 }, { 0x0D, 3 }, { 0x0E, 8 },
};
/* clang-format on */

static const struct picture *picture_of(const struct recipe *r, const char *key, const char *word)
{
    for (size_t i = 0; i < sizeof pictures / sizeof *pictures; i++) {
        const struct picture *p = &pictures[i];

        if (strcmp(p->word, word) == 0 && (key[2] == '3' ? p->finger : p->iris) != 0xFF)
            return p;
    }
    recipe_refuse(r, key, "words of wsq (fingers), jp2, raw");
}

/* Rings around the middle, a different number for each seed. */
static void put_rings(struct blob *out, unsigned seed)
{
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            const int dx = x - WIDTH / 2, dy = y - HEIGHT / 2;

            blob_u(out, (unsigned)((dx * dx + dy * dy) / (int)(8 + seed)) & 0xFF, 1);
        }
}

static void put_picture(struct blob *out, const struct picture *p, unsigned seed)
{
    uint8_t random[PACKED];

    if (*p->begin == '\0') {
        put_rings(out, seed);
        return;
    }
    if (RAND_bytes(random, sizeof random) != 1)
        quit_openssl("random bytes");
    blob_hex(out, p->begin);
    blob_put(out, random, sizeof random);
    blob_hex(out, p->end);
}

/* General record header of 32 octets, finger header of 14, the picture. */
static void put_finger(struct blob *out, const struct picture *p, unsigned which)
{
    struct blob image = { 0 };

    put_picture(&image, p, which);
    blob_put(out,
             "FIR\0"
             "010\0",
             8);
    blob_u(out, 32 + 14 + image.len, 6);
    blob_hex(out, "0000 001F 01 01 01F4 01F4 01F4 01F4 08"); /* level 31: 500 dpi; 8 bit */
    blob_u(out, p->finger, 1);
    blob_u(out, 0, 2);
    blob_u(out, 14 + image.len, 4);
    blob_u(out, fingers[which].position, 1);
    blob_hex(out, "01 01 64 00"); /* the one view; quality 100; plain, live scan */
    blob_u(out, WIDTH, 2);
    blob_u(out, HEIGHT, 2);
    blob_u(out, 0, 1);
    blob_add(out, &image);
}

/* Record header of 45 octets, feature header of 3, image header of 11, the picture. */
static void put_iris(struct blob *out, const struct picture *p, unsigned which)
{
    struct blob image = { 0 };

    put_picture(&image, p, which);
    blob_put(out,
             "IIR\0"
             "010\0",
             8);
    blob_u(out, 45 + 3 + 11 + image.len, 4);
    blob_hex(out,
             "0000 01 002D 0000 0000"); /* one eye; header 45; nothing said; diameter unknown */
    blob_u(out, p->iris, 2);
    blob_u(out, WIDTH, 2);
    blob_u(out, HEIGHT, 2);
    blob_hex(out, "08 00"); /* 8 bit, not transformed */
    blob_fill(out, 0, 16);  /* no device identifier */
    blob_u(out, 1 + which % 2, 1);
    blob_hex(out,
             "0001 0001 64 FFFF FFFF"); /* one image, the first; quality 100; rotation unknown */
    blob_u(out, image.len, 4);
    blob_add(out, &image);
}

static void put_instance(struct blob *out, const struct picture *p, bool finger, unsigned which)
{
    const size_t one = blob_open(out, 0x7F60), header = blob_open(out, 0xA1);

    blob_hex(out, finger ? "80020101 810108" : "80020101 810110");
    blob_u(out, 0x8201, 2);
    blob_u(out, finger ? fingers[which].subtype : 1 + which % 2, 1);
    blob_hex(out, finger ? "87020101 88020007" : "87020101 88020009");
    blob_close(out, header);
    const size_t block = blob_open(out, 0x5F2E);

    (finger ? put_finger : put_iris)(out, p, which);
    blob_close(out, block);
    blob_close(out, one);
}

/* Nothing at all, and random bytes so that its hash tells nothing. */
static void put_empty(struct blob *out)
{
    uint8_t random[16];

    if (RAND_bytes(random, sizeof random) != 1)
        quit_openssl("random bytes");
    blob_hex(out, "7F6103 020100");
    blob_tlv(out, 0x53, random, sizeof random);
}

static void put_group(struct making *m, const char *key, struct blob *out)
{
    char       *words = quit_text("%s", recipe_get(&m->recipe, key));
    struct blob all = { 0 };
    unsigned    n = 0;

    for (char *w = strtok(words, " "); w != NULL; w = strtok(NULL, " "), n++) {
        if (n == INSTANCES)
            recipe_refuse(&m->recipe, key, "six pictures at most");
        put_instance(&all, picture_of(&m->recipe, key, w), key[2] == '3', n);
    }
    if (n == 0) {
        put_empty(out);
        return;
    }
    const size_t group = blob_open(out, 0x7F61);

    blob_int(out, (long)n);
    blob_add(out, &all);
    blob_close(out, group);
}

void biometric_fingers(struct making *m, struct blob *out)
{
    put_group(m, "dg3.images", out);
}

void biometric_irises(struct making *m, struct blob *out)
{
    put_group(m, "dg4.images", out);
}
