/*
 * field: which element of a TLV file a byte belongs to, in the words of docs/recipes.md.
 *
 * A walk of its own, for the file as it was made; shares nothing with firmware/base/tlv.
 */
#ifndef TESTS_FIELD_H
#define TESTS_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FIELD_PATH = 128 };

struct field {
    char        path[FIELD_PATH]; /* "77/30/A0/30/02": the innermost element */
    const char *part;             /* "tag", "length", "value" */
    size_t      at;               /* from the beginning of that part */
    size_t      value_len;        /* of the element's value */
};

/* Where byte number at of the file is. */
struct field field_of(const uint8_t *file, size_t len, size_t at);

/*
 * Which bytes of an EF.SOD a hash or a signature covers, asked of OpenSSL: eContent, signed
 * attributes, each certificate's TBSCertificate.  A true for each in a map of len.
 */
void field_covered(const uint8_t *sod, size_t len, bool *map);

#endif
