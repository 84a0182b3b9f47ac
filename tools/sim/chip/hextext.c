/* hextext: see hextext.h. */
#include "chip/hextext.h"

int hextext_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

struct err hextext_read(const char *text, struct buf *out)
{
    struct buf draft = *out;
    int        high = -1;

    for (; *text != '\0'; text++) {
        const int digit = hextext_digit(*text);

        if (*text == ' ' || *text == '\t')
            continue;
        CHECK(digit >= 0, E_MALFORMED);
        if (high < 0) {
            high = digit;
            continue;
        }
        TRY(buf_u8(&draft, (uint8_t)(high * 16 + digit)));
        high = -1;
    }
    CHECK(high < 0, E_MALFORMED);
    *out = draft;
    return SUCCESS;
}

void hextext_write(struct view v, char *text)
{
    static const char digits[] = "0123456789ABCDEF";

    for (size_t i = 0; i < v.len; i++) {
        *text++ = digits[v.ptr[i] / 16];
        *text++ = digits[v.ptr[i] % 16];
    }
    *text = '\0';
}
