/*
 * mrz_fuzz: any text as a machine readable zone.
 *
 * Property: what is read has its fields where the layout says, and number, information,
 * expiry and the explanation of a failure fit the room the header promises; a zone does not
 * differ from itself.
 */
#include <stdlib.h>

#include "mrz/mrz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(struct err e)
{
    if (e.code != OK)
        abort();
}

/* What the judgement of a digit says must be what the digit is. */
static void check_digits(const struct mrz *m)
{
    const uint8_t birth = view_at(m->digit_char[MRZ_DIGIT_BIRTH], 0);
    const bool    right = mrz_check_digit(m->field[MRZ_BIRTH]) == birth;

    if ((m->digit[MRZ_DIGIT_BIRTH] == MRZ_DIGIT_RIGHT) != right)
        abort();
    if (mrz_digits_hold(m) && m->digit[MRZ_DIGIT_NUMBER] != MRZ_DIGIT_RIGHT)
        abort();
    if (mrz_check_digit(TEXT("no mrz")) != 0)
        abort();
}

/* Against the specimen of TD3: the same either way round. */
static void compare(const struct mrz *m)
{
    static const char td3[] = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
                              "L898902C36UTO7408122F1204159ZE184226B<<<<<10";
    struct mrz        other;

    must(mrz_read(view_of(td3, sizeof td3 - 1), &other, NULL));
    const uint32_t bits = mrz_differences(m, &other);

    if (bits != mrz_differences(&other, m))
        abort();
    if ((bits == MRZ_DIFFER_FORMAT) == (m->format == MRZ_TD3))
        abort();
}

static void use(const struct mrz *m)
{
    static const struct date today = { 2026, 11, 21 };
    uint8_t                  number[MRZ_NUMBER_MAX], info[MRZ_INFO_MAX];
    struct buf               number_out = BUF(number), info_out = BUF(info);
    struct date              expiry = { 0 };

    must(mrz_number(m, &number_out));
    must(mrz_info(m, &info_out));
    if (mrz_expiry(m, today, &expiry).code == OK && !date_exists(expiry))
        abort();
    if (mrz_differences(m, m) != 0 || m->odd >> MRZ_FIELDS != 0)
        abort();
    for (unsigned f = 0; f < MRZ_FIELDS; f++) {
        const struct mrz_spot spot = mrz_where(m->format, (enum mrz_field)f);

        if (mrz_text(m, (enum mrz_field)f).len > m->field[f].len || m->field[f].len > spot.len)
            abort();
    }
    if (mrz_format_name(m->format) == NULL)
        abort();
    check_digits(m);
    compare(m);
    if (m->primary.len + m->secondary.len > m->field[MRZ_NAME].len)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t            sentence[MRZ_SENTENCE_MAX];
    struct buf         out = BUF(sentence);
    struct mrz         m;
    struct mrz_trouble t;

    if (mrz_read(view_of(data, size), &m, &t).code == OK)
        use(&m);
    else if (t.fault == MRZ_FAULT_NONE)
        abort();
    must(mrz_explain(&t, &out));
    return 0;
}
