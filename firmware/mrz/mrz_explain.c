/* mrz_explain: what is wrong with a text, in words. */
#include "mrz/mrz.h"

static struct view words(const char *text)
{
    return view_of(text, strlen(text));
}

const char *mrz_field_name(unsigned field)
{
    static const char *const names[MRZ_FIELDS] = {
        [MRZ_CODE] = "document code",
        [MRZ_ISSUER] = "issuing state",
        [MRZ_NAME] = "name",
        [MRZ_NUMBER] = "document number",
        [MRZ_NATIONALITY] = "nationality",
        [MRZ_BIRTH] = "date of birth",
        [MRZ_SEX] = "sex",
        [MRZ_EXPIRY] = "date of expiry",
        [MRZ_OPTIONAL_1] = "optional data",
        [MRZ_OPTIONAL_2] = "second optional data",
    };

    return field < MRZ_FIELDS ? names[field] : "check digit";
}

/* 0 to 255, no leading zeros. */
static struct err put_number(struct buf *out, uint8_t n)
{
    if (n >= 100)
        TRY(buf_u8(out, (uint8_t)('0' + n / 100)));
    if (n >= 10)
        TRY(buf_u8(out, (uint8_t)('0' + n / 10 % 10)));
    return buf_u8(out, (uint8_t)('0' + n % 10));
}

static struct err put_count(struct buf *out, uint8_t n, const char *unit)
{
    if (n == 255)
        TRY(buf_put(out, TEXT("more than 254")));
    else
        TRY(put_number(out, n));
    return buf_put(out, words(unit));
}

/* As itself in quotes, or in hex if it cannot be seen. */
static struct err put_character(struct buf *out, uint8_t c)
{
    static const char hex[] = "0123456789ABCDEF";

    if (c > ' ' && c < 0x7F) {
        TRY(buf_u8(out, '\''));
        TRY(buf_u8(out, c));
        return buf_u8(out, '\'');
    }
    if (c == ' ')
        return buf_put(out, TEXT("a space"));
    TRY(buf_put(out, TEXT("byte ")));
    TRY(buf_u8(out, (uint8_t)hex[c >> 4]));
    return buf_u8(out, (uint8_t)hex[c & 15]);
}

static struct err explain_length(const struct mrz_trouble *t, struct buf *out)
{
    if (t->line == 0) {
        TRY(put_count(out, t->found, " characters in one line instead of 72, 88 or 90"));
        return SUCCESS;
    }
    TRY(buf_put(out, TEXT("line ")));
    TRY(put_number(out, t->line));
    TRY(buf_put(out, TEXT(" has ")));
    return put_count(out, t->found, " characters; two lines have 44 or 36 each, three have 30");
}

static struct err explain_character(const struct mrz_trouble *t, struct buf *out)
{
    TRY(buf_put(out, TEXT("line ")));
    TRY(put_number(out, t->line));
    TRY(buf_put(out, TEXT(", column ")));
    TRY(put_number(out, t->column));
    TRY(buf_put(out, TEXT(" (")));
    TRY(buf_put(out, words(mrz_field_name(t->field))));
    TRY(buf_put(out, TEXT("): ")));
    TRY(put_character(out, t->found));
    return buf_put(out, TEXT(" is not A to Z, 0 to 9 or <"));
}

static struct err explain(const struct mrz_trouble *t, struct buf *out)
{
    switch (t->fault) {
    case MRZ_FAULT_LINES:
        return put_count(out, t->found,
                         t->found == 4 ? " lines or more instead of 2 or 3"
                                       : " lines instead of 2 or 3");
    case MRZ_FAULT_LENGTH:
        return explain_length(t, out);
    case MRZ_FAULT_CHARACTER:
        return explain_character(t, out);
    case MRZ_FAULT_NONE:
    default:
        return buf_put(out, TEXT("nothing is wrong"));
    }
}

struct err mrz_explain(const struct mrz_trouble *trouble, struct buf *out)
{
    struct buf draft = *out;

    TRY(explain(trouble, &draft));
    *out = draft;
    return SUCCESS;
}
