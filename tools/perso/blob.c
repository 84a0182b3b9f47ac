/* blob: see blob.h */
#include "blob.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "quit.h"

static void make_room(struct blob *b, size_t n)
{
    uint8_t *bigger;

    if (b->cap - b->len >= n)
        return;
    b->cap = 2 * b->cap + n + 64;
    bigger = quit_memory(b->cap);
    if (b->len > 0)
        memcpy(bigger, b->at, b->len);
    b->at = bigger;
}

void blob_splice(struct blob *b, size_t offset, size_t n, const void *bytes, size_t len)
{
    if (offset > b->len || n > b->len - offset)
        quit(QUIT_SOFTWARE, "splice outside the bytes");
    make_room(b, len + 1); /* never NULL afterwards */
    memmove(b->at + offset + len, b->at + offset + n, b->len - offset - n);
    if (len > 0)
        memcpy(b->at + offset, bytes, len);
    b->len += len - n;
}

void blob_put(struct blob *b, const void *bytes, size_t n)
{
    blob_splice(b, b->len, 0, bytes, n);
}

void blob_add(struct blob *b, const struct blob *more)
{
    blob_put(b, more->at, more->len);
}

void blob_fill(struct blob *b, unsigned byte, size_t n)
{
    make_room(b, n + 1);
    memset(b->at + b->len, (int)byte, n);
    b->len += n;
}

void blob_u(struct blob *b, unsigned long long n, unsigned octets)
{
    while (octets-- > 0) {
        const uint8_t byte = (uint8_t)(n >> (8 * octets));

        blob_put(b, &byte, 1);
    }
}

static unsigned octets_of(size_t n)
{
    unsigned octets = 1;

    while (n >>= 8)
        octets++;
    return octets;
}

void blob_tag(struct blob *b, unsigned tag)
{
    blob_u(b, tag, octets_of(tag));
}

void blob_length(struct blob *b, size_t n)
{
    if (n > 127)
        blob_u(b, 0x80 + octets_of(n), 1);
    blob_u(b, n, octets_of(n));
}

size_t blob_open(struct blob *b, unsigned tag)
{
    blob_tag(b, tag);
    return b->len;
}

void blob_close(struct blob *b, size_t mark)
{
    struct blob length = { 0 };

    blob_length(&length, b->len - mark);
    blob_splice(b, mark, 0, length.at, length.len);
}

void blob_tlv(struct blob *b, unsigned tag, const void *bytes, size_t n)
{
    blob_tag(b, tag);
    blob_length(b, n);
    blob_put(b, bytes, n);
}

void blob_text(struct blob *b, unsigned tag, const char *text)
{
    blob_tlv(b, tag, text, strlen(text));
}

void blob_int(struct blob *b, long n)
{
    const size_t value = (size_t)n;
    unsigned     octets = octets_of(value);

    if (value >> (8 * octets - 1) & 1) /* the sign bit must stay clear */
        octets++;
    blob_u(b, 0x0200 + octets, 2);
    blob_u(b, value, octets);
}

static void base128(struct blob *b, unsigned long long n)
{
    for (int shift = 63; shift > 0; shift -= 7)
        if (n >> shift != 0)
            blob_u(b, 0x80 | (n >> shift & 0x7F), 1);
    blob_u(b, n & 0x7F, 1);
}

void blob_oid(struct blob *b, const char *dotted)
{
    const size_t       mark = blob_open(b, 0x06);
    char              *end;
    unsigned long long first = strtoull(dotted, &end, 10);

    if (*end != '.')
        quit(QUIT_DATA, "\"%s\" is no object identifier", dotted);
    base128(b, 40 * first + strtoull(end + 1, &end, 10));
    while (*end == '.')
        base128(b, strtoull(end + 1, &end, 10));
    if (*end != '\0')
        quit(QUIT_DATA, "\"%s\" is no object identifier", dotted);
    blob_close(b, mark);
}

static int digit_of(char c)
{
    static const char all[] = "0123456789abcdef0123456789ABCDEF";
    const char       *at = c == '\0' ? NULL : strchr(all, c);

    return at == NULL ? -1 : (int)((at - all) & 15);
}

bool blob_hex(struct blob *b, const char *text)
{
    const size_t n = strlen(text), before = b->len;
    int          high = -1;

    if (n >= 2 && text[0] == '"' && text[n - 1] == '"') {
        blob_put(b, text + 1, n - 2);
        return true;
    }
    for (; *text != '\0'; text++) {
        const int digit = digit_of(*text);

        if (*text == ' ')
            continue;
        if (digit < 0)
            break;
        if (high >= 0)
            blob_u(b, (unsigned)(high << 4 | digit), 1);
        high = high < 0 ? digit : -1;
    }
    if (*text == '\0' && high < 0)
        return true;
    b->len = before;
    return false;
}

char *blob_show(const uint8_t *bytes, size_t n)
{
    char *text = quit_memory(2 * n + 1);

    for (size_t i = 0; i < n; i++)
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    return text;
}
