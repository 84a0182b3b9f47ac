/*
 * blob: bytes that grow, and TLV written into them from the outside in.
 *
 *      const size_t seq = blob_open(&b, 0x30);     30 ..
 *      blob_int(&b, 3);                            30 .. 02 01 03
 *      blob_close(&b, seq);                        30 03 02 01 03
 */
#ifndef PERSO_BLOB_H
#define PERSO_BLOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct blob {
    uint8_t *at; /* see quit_memory() */
    size_t   len, cap;
};

void blob_put(struct blob *b, const void *bytes, size_t n);
void blob_add(struct blob *b, const struct blob *more);
void blob_fill(struct blob *b, unsigned byte, size_t n);
void blob_u(struct blob *b, unsigned long long n, unsigned octets); /* big-endian */

/* Replace the n bytes at offset by others, of any length. */
void blob_splice(struct blob *b, size_t offset, size_t n, const void *bytes, size_t len);

/* Tag now, length when closed; may nest.  Tags as written: 0x30, 0x5F1F. */
size_t blob_open(struct blob *b, unsigned tag);
void   blob_close(struct blob *b, size_t mark);

void blob_tlv(struct blob *b, unsigned tag, const void *bytes, size_t n);
void blob_text(struct blob *b, unsigned tag, const char *text); /* content: the characters */
void blob_int(struct blob *b, long n);                          /* INTEGER, n >= 0 */
void blob_oid(struct blob *b, const char *dotted);              /* OBJECT IDENTIFIER */

/* The tag's or length's octets alone, as DER writes them. */
void blob_tag(struct blob *b, unsigned tag);
void blob_length(struct blob *b, size_t n);

/* Hex digits in pairs, spaces ignored; or "text" in double quotes, taken as characters.
 * False if it is neither; then nothing was written. */
bool blob_hex(struct blob *b, const char *text);

/* lower-case hex, for names and messages */
char *blob_show(const uint8_t *bytes, size_t n);

#endif
