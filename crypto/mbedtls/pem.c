/* pem: crypto/pem.h over mbedTLS 2.28's base64. */
#include "crypto/pem.h"

#include <mbedtls/base64.h>

enum { LINE_MAX_LEN = 80 }; /* "-----BEGIN " label "-----" */

/* Where what stands in in; in.len if nowhere. */
static size_t find(struct view in, struct view what)
{
    struct view here;

    for (size_t at = 0; view_sub(in, at, what.len, &here).code == OK; at++) {
        if (view_eq(here, what))
            return at;
    }
    return in.len;
}

/* Cut in off behind the encapsulation boundary; before gets what stood in front of it. */
static struct err cut(struct view *in, struct view dashes, const char *label, struct view *before)
{
    uint8_t     room[LINE_MAX_LEN];
    struct buf  line = BUF(room);
    struct view found;

    TRY(buf_put(&line, dashes));
    TRY(buf_put(&line, text_of(label)));
    TRY(buf_put(&line, TEXT("-----")));
    TRY(view_take(in, find(*in, buf_view(&line)), before));
    return view_take(in, line.len, &found);
}

/* The library drops what is left of a last group that is not whole. */
static bool is_whole(struct view text)
{
    size_t digits = 0;

    for (size_t i = 0; i < text.len; i++) {
        const uint8_t c = view_at(text, i);

        digits += c != '\r' && c != '\n' && c != ' ';
    }
    return digits % 4 == 0;
}

static struct err decode(struct view text, struct buf *der)
{
    size_t n = 0;

    CHECK(is_whole(text), E_MALFORMED);
    const int answer =
        mbedtls_base64_decode(der->ptr + der->len, der->cap - der->len, &n, text.ptr, text.len);

    CHECK(answer != MBEDTLS_ERR_BASE64_BUFFER_TOO_SMALL, E_NO_SPACE);
    CHECK(answer == 0 && n != 0, E_MALFORMED);
    der->len += n;
    return SUCCESS;
}

struct err pem_decode(struct view file, const char *label, struct buf *der)
{
    struct view before, text;

    if (view_at(file, 0) == 0x30)
        return buf_put(der, file);
    CHECK(cut(&file, TEXT("-----BEGIN "), label, &before).code == OK, E_UNEXPECTED);
    CHECK(cut(&file, TEXT("-----END "), label, &text).code == OK, E_MALFORMED);
    return decode(text, der);
}
