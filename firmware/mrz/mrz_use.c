/* mrz_use: what is made of a machine readable zone: key input, expiry, comparison. */
#include "mrz/mrz.h"

struct err mrz_number(const struct mrz *m, struct buf *out)
{
    struct buf draft = *out;

    if (!m->number_long)
        return buf_put(out, mrz_text(m, MRZ_NUMBER));
    TRY(buf_put(&draft, m->field[MRZ_NUMBER]));
    TRY(buf_put(&draft, m->number_rest));
    *out = draft;
    return SUCCESS;
}

struct err mrz_info(const struct mrz *m, struct buf *out)
{
    const struct view parts[] = {
        m->field[MRZ_NUMBER],
        m->number_rest,
        m->digit_char[MRZ_DIGIT_NUMBER],
        m->field[MRZ_BIRTH],
        m->digit_char[MRZ_DIGIT_BIRTH],
        m->field[MRZ_EXPIRY],
        m->digit_char[MRZ_DIGIT_EXPIRY],
    };
    struct buf draft = *out;

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        TRY(buf_put(&draft, parts[i]));
    *out = draft;
    return SUCCESS;
}

static struct err two_digits(struct view v, size_t at, unsigned *out)
{
    const uint8_t a = view_at(v, at), b = view_at(v, at + 1);

    CHECK(a >= '0' && a <= '9' && b >= '0' && b <= '9', E_MALFORMED);
    *out = (a - (unsigned)'0') * 10 + (b - (unsigned)'0');
    return SUCCESS;
}

struct err mrz_expiry(const struct mrz *m, struct date today, struct date *out)
{
    const struct view v = m->field[MRZ_EXPIRY];
    unsigned          yy, mm, dd;
    struct date       d;

    CHECK(date_exists(today), E_BUG);
    TRY(two_digits(v, 0, &yy));
    TRY(two_digits(v, 2, &mm));
    TRY(two_digits(v, 4, &dd));
    const unsigned ahead = (yy + 100 - today.year % 100U) % 100;

    /* TR-03135-1 clause 5.7.1: within [now, now + 15] it is to come, else it has been */
    d.year = (uint16_t)(today.year + ahead - (ahead <= 15 ? 0 : 100));
    d.month = (uint8_t)mm;
    d.day = (uint8_t)dd;
    CHECK(date_exists(d), E_MALFORMED);
    *out = d;
    return SUCCESS;
}

/* Equal, or one of the two has a filler there: TR-03135-1 clause 5.7.2. */
static bool births_agree(struct view a, struct view b)
{
    for (size_t i = 0; i < a.len; i++) {
        const uint8_t x = view_at(a, i), y = view_at(b, i);

        if (x != y && x != '<' && y != '<')
            return false;
    }
    return a.len == b.len;
}

static bool field_same(const struct mrz *a, const struct mrz *b, enum mrz_field f)
{
    static const uint8_t digit_of[MRZ_FIELDS] = {
        [MRZ_CODE] = MRZ_DIGITS,
        [MRZ_ISSUER] = MRZ_DIGITS,
        [MRZ_NAME] = MRZ_DIGITS,
        [MRZ_NUMBER] = MRZ_DIGIT_NUMBER,
        [MRZ_NATIONALITY] = MRZ_DIGITS,
        [MRZ_BIRTH] = MRZ_DIGIT_BIRTH,
        [MRZ_SEX] = MRZ_DIGITS,
        [MRZ_EXPIRY] = MRZ_DIGIT_EXPIRY,
        [MRZ_OPTIONAL_1] = MRZ_DIGIT_OPTIONAL,
        [MRZ_OPTIONAL_2] = MRZ_DIGITS,
    };
    const uint8_t d = digit_of[f];

    if (!view_eq(a->field[f], b->field[f]))
        return f == MRZ_BIRTH && births_agree(a->field[f], b->field[f]);
    if (f == MRZ_NUMBER &&
        (a->number_long != b->number_long || !view_eq(a->number_rest, b->number_rest)))
        return false;
    return d == MRZ_DIGITS || view_eq(a->digit_char[d], b->digit_char[d]);
}

uint32_t mrz_differences(const struct mrz *printed, const struct mrz *chip)
{
    uint32_t bits = 0;

    if (printed->format != chip->format)
        return MRZ_DIFFER_FORMAT;
    for (unsigned f = 0; f < MRZ_FIELDS; f++)
        bits |= field_same(printed, chip, (enum mrz_field)f) ? 0 : 1U << f;
    /* any difference in what it covers shows in the composite digit too: say it once */
    if (bits == 0 && view_eq(printed->field[MRZ_BIRTH], chip->field[MRZ_BIRTH]) &&
        !view_eq(printed->digit_char[MRZ_DIGIT_COMPOSITE], chip->digit_char[MRZ_DIGIT_COMPOSITE]))
        bits = MRZ_DIFFER_COMPOSITE;
    return bits;
}
