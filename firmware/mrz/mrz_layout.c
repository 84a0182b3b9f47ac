/* mrz_layout: see mrz_layout.h. */
#include "mrz/mrz_layout.h"

static const struct mrz_layout layouts[MRZ_FORMATS] = {
    /* clang-format off */
    [MRZ_NONE] = { .name = "none" },
    [MRZ_TD1] = { "TD1", 3, 30,
        .field = {
            [MRZ_CODE] = { 1, 1, 2 },       [MRZ_ISSUER] = { 1, 3, 3 },
            [MRZ_NUMBER] = { 1, 6, 9 },     [MRZ_OPTIONAL_1] = { 1, 16, 15 },
            [MRZ_BIRTH] = { 2, 1, 6 },      [MRZ_SEX] = { 2, 8, 1 },
            [MRZ_EXPIRY] = { 2, 9, 6 },     [MRZ_NATIONALITY] = { 2, 16, 3 },
            [MRZ_OPTIONAL_2] = { 2, 19, 11 }, [MRZ_NAME] = { 3, 1, 30 } },
        .digit = {
            [MRZ_DIGIT_NUMBER] = { 1, 15, 1 }, [MRZ_DIGIT_BIRTH] = { 2, 7, 1 },
            [MRZ_DIGIT_EXPIRY] = { 2, 15, 1 }, [MRZ_DIGIT_COMPOSITE] = { 2, 30, 1 } },
        .covered = { { 1, 6, 25 }, { 2, 1, 7 }, { 2, 9, 7 }, { 2, 19, 11 } } },
    [MRZ_TD2] = { "TD2", 2, 36,
        .field = {
            [MRZ_CODE] = { 1, 1, 2 },       [MRZ_ISSUER] = { 1, 3, 3 },
            [MRZ_NAME] = { 1, 6, 31 },      [MRZ_NUMBER] = { 2, 1, 9 },
            [MRZ_NATIONALITY] = { 2, 11, 3 }, [MRZ_BIRTH] = { 2, 14, 6 },
            [MRZ_SEX] = { 2, 21, 1 },       [MRZ_EXPIRY] = { 2, 22, 6 },
            [MRZ_OPTIONAL_1] = { 2, 29, 7 } },
        .digit = {
            [MRZ_DIGIT_NUMBER] = { 2, 10, 1 }, [MRZ_DIGIT_BIRTH] = { 2, 20, 1 },
            [MRZ_DIGIT_EXPIRY] = { 2, 28, 1 }, [MRZ_DIGIT_COMPOSITE] = { 2, 36, 1 } },
        .covered = { { 2, 1, 10 }, { 2, 14, 7 }, { 2, 22, 14 } } },
    [MRZ_TD3] = { "TD3", 2, 44,
        .field = {
            [MRZ_CODE] = { 1, 1, 2 },       [MRZ_ISSUER] = { 1, 3, 3 },
            [MRZ_NAME] = { 1, 6, 39 },      [MRZ_NUMBER] = { 2, 1, 9 },
            [MRZ_NATIONALITY] = { 2, 11, 3 }, [MRZ_BIRTH] = { 2, 14, 6 },
            [MRZ_SEX] = { 2, 21, 1 },       [MRZ_EXPIRY] = { 2, 22, 6 },
            [MRZ_OPTIONAL_1] = { 2, 29, 14 } },
        .digit = {
            [MRZ_DIGIT_NUMBER] = { 2, 10, 1 }, [MRZ_DIGIT_BIRTH] = { 2, 20, 1 },
            [MRZ_DIGIT_EXPIRY] = { 2, 28, 1 }, [MRZ_DIGIT_OPTIONAL] = { 2, 43, 1 },
            [MRZ_DIGIT_COMPOSITE] = { 2, 44, 1 } },
        .covered = { { 2, 1, 10 }, { 2, 14, 7 }, { 2, 22, 22 } } },
    [MRZ_MRVA] = { "MRV-A", 2, 44,
        .field = {
            [MRZ_CODE] = { 1, 1, 2 },       [MRZ_ISSUER] = { 1, 3, 3 },
            [MRZ_NAME] = { 1, 6, 39 },      [MRZ_NUMBER] = { 2, 1, 9 },
            [MRZ_NATIONALITY] = { 2, 11, 3 }, [MRZ_BIRTH] = { 2, 14, 6 },
            [MRZ_SEX] = { 2, 21, 1 },       [MRZ_EXPIRY] = { 2, 22, 6 },
            [MRZ_OPTIONAL_1] = { 2, 29, 16 } },
        .digit = {
            [MRZ_DIGIT_NUMBER] = { 2, 10, 1 }, [MRZ_DIGIT_BIRTH] = { 2, 20, 1 },
            [MRZ_DIGIT_EXPIRY] = { 2, 28, 1 } } },
    [MRZ_MRVB] = { "MRV-B", 2, 36,
        .field = {
            [MRZ_CODE] = { 1, 1, 2 },       [MRZ_ISSUER] = { 1, 3, 3 },
            [MRZ_NAME] = { 1, 6, 31 },      [MRZ_NUMBER] = { 2, 1, 9 },
            [MRZ_NATIONALITY] = { 2, 11, 3 }, [MRZ_BIRTH] = { 2, 14, 6 },
            [MRZ_SEX] = { 2, 21, 1 },       [MRZ_EXPIRY] = { 2, 22, 6 },
            [MRZ_OPTIONAL_1] = { 2, 29, 8 } },
        .digit = {
            [MRZ_DIGIT_NUMBER] = { 2, 10, 1 }, [MRZ_DIGIT_BIRTH] = { 2, 20, 1 },
            [MRZ_DIGIT_EXPIRY] = { 2, 28, 1 } } },
    /* clang-format on */
};

const struct mrz_layout *mrz_layout_of(unsigned format)
{
    return &layouts[format < MRZ_FORMATS ? format : MRZ_NONE];
}

struct mrz_spot mrz_where(enum mrz_format format, enum mrz_field field)
{
    return (unsigned)field < MRZ_FIELDS ? mrz_layout_of(format)->field[field]
                                        : (struct mrz_spot){ 0 };
}

const char *mrz_format_name(unsigned format)
{
    return mrz_layout_of(format)->name;
}
