/* mrz_form: is each field of the form the standard prescribes? */
#include "mrz/mrz_layout.h"

static const uint8_t FILLER = '<';

static bool is_letter(uint8_t c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool only_letters(struct view v)
{
    for (size_t i = 0; i < v.len; i++) {
        if (!is_letter(view_at(v, i)))
            return false;
    }
    return v.len != 0;
}

static bool code_fits(const struct mrz *m)
{
    static const char *const first[MRZ_FORMATS] = {
        [MRZ_NONE] = "", [MRZ_TD1] = "ACI", [MRZ_TD2] = "ACI",
        [MRZ_TD3] = "P", [MRZ_MRVA] = "V",  [MRZ_MRVB] = "V",
    };
    const uint8_t a = view_at(m->field[MRZ_CODE], 0), b = view_at(m->field[MRZ_CODE], 1);
    bool          known = false;

    for (const char *c = first[m->format]; *c != '\0'; c++)
        known = known || a == (uint8_t)*c;
    if (a == 'I' && b == 'V') /* 9303-5, 9303-6: kept free of confusion with visas */
        return false;
    return known && (is_letter(b) || b == FILLER);
}

/* Three letters; Germany's one is the exception of 9303-3 clause 5. */
static bool state_fits(struct view v)
{
    return only_letters(v) || view_eq(v, TEXT("D<<"));
}

static bool name_fits(const struct mrz *m)
{
    for (size_t i = 0; i < m->field[MRZ_NAME].len; i++) {
        if (is_digit(view_at(m->field[MRZ_NAME], i)))
            return false;
    }
    return m->primary.len != 0;
}

/* Two digits as their value; *unknown for two fillers; false for anything else. */
static bool pair(struct view v, size_t at, unsigned *out, bool *unknown)
{
    const uint8_t a = view_at(v, at), b = view_at(v, at + 1);

    *unknown = a == FILLER && b == FILLER;
    *out = (a - (unsigned)'0') * 10 + (b - (unsigned)'0'); /* if digits */
    return *unknown || (is_digit(a) && is_digit(b));
}

/* What is known of it could be a day; a leap day whenever some century has it. */
static bool date_fits(struct view v, bool gaps_allowed)
{
    unsigned    yy, mm, dd;
    bool        no_yy, no_mm, no_dd;
    struct date d = { 0 };

    if (!pair(v, 0, &yy, &no_yy) || !pair(v, 2, &mm, &no_mm) || !pair(v, 4, &dd, &no_dd))
        return false;
    if (!gaps_allowed && (no_yy || no_mm || no_dd))
        return false;
    d.year = (uint16_t)(2000 + (no_yy ? 0 : yy));
    d.month = (uint8_t)(no_mm ? 1 : mm);
    d.day = (uint8_t)(no_dd ? 1 : dd);
    return date_exists(d);
}

static bool sex_fits(uint8_t c)
{
    return c == 'M' || c == 'F' || c == FILLER;
}

uint32_t mrz_odd(const struct mrz *m)
{
    uint32_t odd = 0;

    const bool fits[MRZ_FIELDS] = {
        [MRZ_CODE] = code_fits(m),
        [MRZ_ISSUER] = state_fits(m->field[MRZ_ISSUER]),
        [MRZ_NAME] = name_fits(m),
        [MRZ_NUMBER] = mrz_text(m, MRZ_NUMBER).len != 0,
        [MRZ_NATIONALITY] = state_fits(m->field[MRZ_NATIONALITY]),
        [MRZ_BIRTH] = date_fits(m->field[MRZ_BIRTH], true), /* LDS_B_25..28 */
        [MRZ_SEX] = sex_fits(view_at(m->field[MRZ_SEX], 0)),
        [MRZ_EXPIRY] = date_fits(m->field[MRZ_EXPIRY], false),
        [MRZ_OPTIONAL_1] = true,
        [MRZ_OPTIONAL_2] = true,
    };

    for (unsigned f = 0; f < MRZ_FIELDS; f++)
        odd |= fits[f] ? 0 : 1U << f;
    return odd;
}
