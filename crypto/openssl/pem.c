/* pem: crypto/pem.h over OpenSSL 3's PEM reader. */
#include "crypto/pem.h"

#include <limits.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>

/* Headers make it another format, RFC 1421's, whose data may be encrypted. */
static struct err take(const char *header, const uint8_t *data, size_t len, struct buf *der)
{
    CHECK(len != 0 && header[0] == '\0', E_MALFORMED);
    return buf_put(der, view_of(data, len));
}

/* Read blocks until one bears the label. */
static struct err find_block(BIO *in, const char *label, struct buf *der)
{
    for (;;) {
        char          *name = NULL, *header = NULL;
        unsigned char *data = NULL;
        long           len = 0;
        struct err     e;

        if (PEM_read_bio(in, &name, &header, &data, &len) != 1)
            FAIL(ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE ? E_UNEXPECTED
                                                                              : E_MALFORMED);
        const bool wanted = strcmp(name, label) == 0;
        e = wanted ? take(header, data, (size_t)len, der) : SUCCESS;
        OPENSSL_free(name);
        OPENSSL_free(header);
        OPENSSL_clear_free(data, (size_t)len);
        if (wanted || e.code != OK)
            return e;
    }
}

struct err pem_decode(struct view file, const char *label, struct buf *der)
{
    BIO       *in;
    struct err e;

    if (view_at(file, 0) == 0x30)
        return buf_put(der, file);
    CHECK(file.len <= INT_MAX, E_TOO_LONG);
    in = BIO_new_mem_buf(file.ptr, (int)file.len);
    CHECK(in != NULL, E_CRYPTO);
    ERR_clear_error();
    e = find_block(in, label, der);
    ERR_clear_error();
    BIO_free(in);
    return e;
}
