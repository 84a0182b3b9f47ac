/*
 * libnfc_judge: read one file out of verso-sim through libnfc and compare it.
 *
 *   libnfc_judge A|B easy|long|raw|own FILE
 *
 *   easy  libnfc's framing, short commands by offset
 *   long  libnfc's framing, the second half by odd READ BINARY
 *   raw   InCommunicateThru with ISO 14443-4 blocks made here, extended length
 *   own   as raw, and RATS too is sent here, for frames of 256 bytes
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <nfc/nfc.h>

enum { ROOM = 70000, TIMEOUT_MS = 5000 };

static nfc_device *reader;
static unsigned    number; /* of the next I-block */
static size_t      frame = 64;
static unsigned    waits;

static _Noreturn void broken(const char *what, long n)
{
    fprintf(stderr, "libnfc_judge: %s (%ld)\n", what, n);
    exit(1);
}

/* One block there, one back. */
static size_t air(const uint8_t *tx, size_t len, uint8_t *rx)
{
    const int n = nfc_initiator_transceive_bytes(reader, tx, len, rx, 300, TIMEOUT_MS);

    if (n <= 0 || (size_t)n > frame - 2)
        broken("no block, or a longer one than agreed", n);
    return (size_t)n;
}

/* S(WTX) as often as it comes. */
static size_t grant(uint8_t *rx, size_t n)
{
    while (rx[0] == 0xF2) {
        const uint8_t granted[] = { 0xF2, rx[1] & 0x3F };

        waits++;
        n = air(granted, sizeof granted, rx);
    }
    return n;
}

static size_t send_parts(const uint8_t *tx, size_t len, uint8_t *rx)
{
    uint8_t block[64];
    size_t  n = 0;

    for (size_t at = 0, part; at < len; at += part) {
        const bool more = len - at > sizeof block - 1;

        part = more ? sizeof block - 1 : len - at;
        block[0] = (uint8_t)(0x02 | number | (more ? 0x10 : 0));
        memcpy(block + 1, tx + at, part);
        n = grant(rx, air(block, 1 + part, rx));
        if (more && rx[0] != (0xA2 | number))
            broken("a chained block was not acknowledged", rx[0]);
        number ^= more;
    }
    return n;
}

static size_t by_blocks(const uint8_t *tx, size_t len, uint8_t *answer)
{
    uint8_t rx[300];
    size_t  n = send_parts(tx, len, rx), total = 0;

    for (;;) {
        if ((rx[0] & 0xEF) != (0x02 | number) || total + n > ROOM)
            broken("not the I-block that was due", rx[0]);
        memcpy(answer + total, rx + 1, n - 1);
        total += n - 1;
        number ^= 1;
        if ((rx[0] & 0x10) == 0)
            return total;
        n = grant(rx, air((const uint8_t[]){ (uint8_t)(0xA2 | number) }, 1, rx));
    }
}

static bool raw;

static size_t command(const uint8_t *tx, size_t len, uint8_t *answer)
{
    int n;

    if (raw)
        return by_blocks(tx, len, answer);
    n = nfc_initiator_transceive_bytes(reader, tx, len, answer, ROOM, TIMEOUT_MS);
    if (n < 2)
        broken("no answer", n);
    return (size_t)n;
}

static void expect_sw(const uint8_t *answer, size_t n, unsigned sw)
{
    if (n < 2 || (answer[n - 2] << 8 | answer[n - 1]) != (int)sw)
        broken("another status word", n < 2 ? 0 : answer[n - 2] << 8 | answer[n - 1]);
}

static size_t read_even(size_t at, size_t left, uint8_t *answer)
{
    const uint8_t le = (uint8_t)(left < 0xFF ? left : 0xFF);
    const uint8_t tx[] = { 0x00, 0xB0, (uint8_t)(at >> 8), (uint8_t)at, le };
    const size_t  n = command(tx, sizeof tx, answer);

    expect_sw(answer, n, 0x9000);
    return n - 2;
}

/* By DO'54': in raw mode as much as there is at once, else short. */
static size_t read_odd(size_t at, uint8_t *answer)
{
    const uint8_t small[] = { 0x00,        0xB1, 0x00, 0x00, 0x04, 0x54, 0x02, (uint8_t)(at >> 8),
                              (uint8_t)at, 0x00 };
    const uint8_t large[] = { 0x00,        0xB1, 0x00, 0x00, 0x00, 0x00,
                              0x06,        0x54, 0x04, 0x00, 0x00, (uint8_t)(at >> 8),
                              (uint8_t)at, 0x00, 0x00 };
    size_t        n, head = 2;

    n = raw ? command(large, sizeof large, answer) : command(small, sizeof small, answer);
    expect_sw(answer, n, 0x9000);
    if (answer[0] != 0x53)
        broken("no DO'53'", answer[0]);
    if (answer[1] > 0x80)
        head += answer[1] & 0x7FU;
    memmove(answer, answer + head, n - 2 - head);
    return n - 2 - head;
}

static void choose(const char *type, bool own)
{
    const nfc_modulation which = { .nmt = *type == 'A' ? NMT_ISO14443A : NMT_ISO14443B,
                                   .nbr = NBR_106 };
    nfc_target           target;
    uint8_t              ats[300];
    int                  n;

    if (own && nfc_device_set_property_bool(reader, NP_AUTO_ISO14443_4, false) != 0)
        broken("NP_AUTO_ISO14443_4", 0);
    if (nfc_initiator_select_passive_target(reader, which, NULL, 0, &target) != 1)
        broken("nobody there", 0);
    if (raw && (nfc_device_set_property_bool(reader, NP_EASY_FRAMING, false) != 0 ||
                nfc_device_set_property_int(reader, NP_TIMEOUT_COM, 5000) != 0))
        broken("NP_EASY_FRAMING", 0);
    if (!own)
        return;
    n = nfc_initiator_transceive_bytes(reader, (const uint8_t[]){ 0xE0, 0x80 }, 2, ats, sizeof ats,
                                       TIMEOUT_MS);
    if (n < 1 || ats[0] != n)
        broken("no ATS", n);
    frame = 256;
}

static size_t load(const char *path, uint8_t *room)
{
    FILE  *in = fopen(path, "rb");
    size_t n = in != NULL ? fread(room, 1, ROOM, in) : 0;

    if (n < 33000)
        broken("the file is too short for this test", (long)n);
    fclose(in);
    return n;
}

int main(int argc, char **argv)
{
    static const uint8_t select[] = { 0x00, 0xA4, 0x04, 0x0C, 0x07, 0xA0,
                                      0x00, 0x00, 0x02, 0x47, 0x10, 0x01 };
    static const uint8_t dg2[] = { 0x00, 0xA4, 0x02, 0x0C, 0x02, 0x01, 0x02 };
    static uint8_t       want[ROOM], got[ROOM], answer[ROOM];
    nfc_context         *context;
    size_t               len, at = 0;
    unsigned             commands = 2;

    if (argc != 4)
        broken("usage: libnfc_judge A|B easy|long|raw|own FILE", argc);
    raw = strcmp(argv[2], "raw") == 0 || strcmp(argv[2], "own") == 0;
    len = load(argv[3], want);
    nfc_init(&context);
    reader = context != NULL ? nfc_open(context, NULL) : NULL;
    if (reader == NULL || nfc_initiator_init(reader) != 0)
        broken("no reader", 0);
    choose(argv[1], strcmp(argv[2], "own") == 0);
    expect_sw(answer, command(select, sizeof select, answer), 0x9000);
    expect_sw(answer, command(dg2, sizeof dg2, answer), 0x9000);
    if (strcmp(argv[2], "easy") == 0)
        len = 32767; /* beyond that an even READ BINARY cannot point */
    for (size_t n; at < len; at += n, commands++) {
        const bool odd = raw || (strcmp(argv[2], "long") == 0 && at > 20000);

        n = odd ? read_odd(at, answer) : read_even(at, len - at, answer);
        if (n == 0 || at + n > sizeof got)
            broken("no progress", (long)at);
        memcpy(got + at, answer, n);
    }
    if (at < len || memcmp(got, want, len) != 0)
        broken("the bytes are not those of the file", (long)at);
    if (raw && waits != 3)
        broken("not the waiting-time extensions that the rule makes", (long)waits);
    printf("type %s, %s: %zu bytes the same, %u commands, %u waits\n", argv[1], argv[2], len,
           commands, waits);
    nfc_close(reader);
    nfc_exit(context);
    return 0;
}
