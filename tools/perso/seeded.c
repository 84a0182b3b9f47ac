/* seeded: see seeded.h */
#define OPENSSL_SUPPRESS_DEPRECATED /* a whole provider is the other way to this hook */
#include "seeded.h"

#include <stdint.h>
#include <string.h>

#include <openssl/rand.h>
#include <openssl/sha.h>

#include "quit.h"

static const char *chosen; /* the seed, or NULL */

static struct {
    uint8_t  seed[32], block[32];
    uint64_t count;
    size_t   used;
} stream;

/* SHA-256(seed, counter), byte after byte */
static int bytes(unsigned char *out, int n)
{
    for (int i = 0; i < n; i++) {
        if (stream.used == sizeof stream.block) {
            uint8_t input[40];

            memcpy(input, stream.seed, 32);
            memcpy(input + 32, &stream.count, 8);
            stream.count++;
            SHA256(input, sizeof input, stream.block);
            stream.used = 0;
        }
        out[i] = stream.block[stream.used++];
    }
    return 1;
}

static int status(void)
{
    return 1;
}

void seeded_purpose(const char *purpose)
{
    const char *text;

    if (chosen == NULL)
        return;
    text = quit_text("%s, %s", chosen, purpose);
    SHA256((const uint8_t *)text, strlen(text), stream.seed);
    stream.count = 0;
    stream.used = sizeof stream.block;
}

void seeded_begin(const char *seed)
{
    static const RAND_METHOD method = { .bytes = bytes, .pseudorand = bytes, .status = status };

    chosen = seed;
    seeded_purpose("document");
    if (RAND_set_rand_method(&method) != 1)
        quit_openssl("--seed");
}
