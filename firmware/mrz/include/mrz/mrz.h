/*
 * mrz: the lines of a machine readable zone as fields, with every check digit looked at.
 *
 *   TD1  3 x 30   card        first letter A, C or I
 *   TD2  2 x 36   card        first letter A, C or I
 *   TD3  2 x 44   passport    first letter P
 *   MRV-A 2 x 44, MRV-B 2 x 36   visa, first letter V
 *
 * The layout follows from the length and, for a visa, from the first letter.  What cannot
 * be cut into fields is a failure, and a struct mrz_trouble says where.  What can be cut but
 * is wrong is no failure: digit[] and odd say what was found, and the caller judges.
 *
 * Spec: Doc 9303-3 (8th ed.) clause 4; 9303-4 (TD3) 4.2, 9303-5 (TD1) 4.2, 9303-6 (TD2) 4.2,
 *       9303-7 (MRV-A, MRV-B) 4.2, 5.2; TR-03135-1 v2.5 clauses 5.7.1 and 5.7.2.
 */
#ifndef MRZ_MRZ_H
#define MRZ_MRZ_H

#include "base/date.h"

enum {
    MRZ_LINES_MAX = 3,
    MRZ_TEXT_MAX = 90,   /* characters without separators */
    MRZ_NUMBER_MAX = 23, /* characters of the longest document number, TD1 */
    MRZ_INFO_MAX = 38,   /* bytes of the longest MRZ information */
    MRZ_SENTENCE_MAX = 96,
};

enum mrz_format { MRZ_NONE, MRZ_TD1, MRZ_TD2, MRZ_TD3, MRZ_MRVA, MRZ_MRVB, MRZ_FORMATS };

enum mrz_field {
    MRZ_CODE,
    MRZ_ISSUER,
    MRZ_NAME,
    MRZ_NUMBER,
    MRZ_NATIONALITY,
    MRZ_BIRTH,
    MRZ_SEX,
    MRZ_EXPIRY,
    MRZ_OPTIONAL_1,
    MRZ_OPTIONAL_2, /* TD1 only */
    MRZ_FIELDS
};

enum mrz_digit {
    MRZ_DIGIT_NUMBER,
    MRZ_DIGIT_BIRTH,
    MRZ_DIGIT_EXPIRY,
    MRZ_DIGIT_OPTIONAL, /* TD3 only */
    MRZ_DIGIT_COMPOSITE,
    MRZ_DIGITS
};

enum mrz_digit_state {
    MRZ_DIGIT_NOT_THERE, /* this format has no such check digit */
    MRZ_DIGIT_RIGHT,
    MRZ_DIGIT_WRONG,
    MRZ_DIGIT_ABSENT, /* a filler in its place (where the standard allows it, RIGHT) */
};

/* All views point into the text that was read, fillers included. */
struct mrz {
    enum mrz_format format;
    size_t          n_lines;
    struct view     line[MRZ_LINES_MAX];
    struct view     field[MRZ_FIELDS];       /* empty if the format has no such field.  OPTIONAL_1
                                                begins after number_rest */
    struct view          primary, secondary; /* the name, cut at "<<", trailing fillers off */
    bool                 number_long; /* TD1, TD2: number_rest goes on in the optional data */
    struct view          number_rest; /* what follows the nine characters of NUMBER */
    enum mrz_digit_state digit[MRZ_DIGITS];
    struct view          digit_char[MRZ_DIGITS]; /* the character itself, or empty */
    uint32_t odd; /* 1 << enum mrz_field: not of the form the standard prescribes.  Country
                     codes are judged by their letters only, dates by their calendar */
};

enum mrz_fault {
    MRZ_FAULT_NONE,
    MRZ_FAULT_LINES,     /* neither two nor three lines, nor one of 72, 88 or 90 characters */
    MRZ_FAULT_LENGTH,    /* that line is not 30, 36 or 44 long, or not as long as the first */
    MRZ_FAULT_CHARACTER, /* not A to Z, 0 to 9 or < */
};

/* Why a text could not be read, for the person who typed or swiped it. */
struct mrz_trouble {
    enum mrz_fault fault;
    uint8_t        line, column; /* from 1; 0: no particular one */
    uint8_t        found;        /* LINES: lines; LENGTH: characters (255: more); CHARACTER: it */
    enum mrz_field field;        /* CHARACTER: in which field; MRZ_FIELDS in a check digit */
};

/*
 * Cut a text into fields.
 *
 * text     two or three lines, joined (DG1) or parted by LF, CR or CRLF; spaces at the end of
 *          a line and empty lines are passed over
 * trouble  says why on failure; NONE on success; may be NULL
 * Memory:  out points into text.
 * Returns: E_UNEXPECTED for a number or length of lines that no format has, E_MALFORMED for a
 *          character no MRZ has.
 */
struct err mrz_read(struct view text, struct mrz *out, struct mrz_trouble *trouble);

/* Is no check digit wrong, and none absent that the standard demands? */
bool mrz_digits_hold(const struct mrz *m);

/* The field without the fillers at its end: "D" of "D<<". */
struct view mrz_text(const struct mrz *m, enum mrz_field field);

/* Append the whole document number, fillers at its end off.  MRZ_NUMBER_MAX is enough. */
struct err mrz_number(const struct mrz *m, struct buf *out);

/*
 * Append the MRZ information that BAC and PACE derive their keys from: document number,
 * birth and expiry, each with its check digit, as printed.  A long number goes in whole.
 * MRZ_INFO_MAX is enough.  E_NO_SPACE only.
 *
 * Spec: Doc 9303-11 (8th ed.) clauses 4.3.2 and 9.7.2; Appendix D.2.
 */
struct err mrz_info(const struct mrz *m, struct buf *out);

/*
 * The day of expiry, its century found by TR-03135-1 clause 5.7.1: a year within the next
 * fifteen is to come, any other has been.
 *
 * today    must be a day that exists, else E_BUG
 * Returns: E_MALFORMED if there is no such day: not extractable, hence undetermined.
 */
struct err mrz_expiry(const struct mrz *m, struct date today, struct date *out);

/*
 * Which elements differ, character for character?  1 << enum mrz_field each; a check digit
 * counts with its own element.  Zero: the same.
 *
 *   MRZ_DIFFER_COMPOSITE   only the composite check digits differ
 *   MRZ_DIFFER_FORMAT      two formats, nothing to compare
 *   MRZ_DIFFER_OPTIONAL    alone: TR-03135-1 clause 5.7.2 calls that undetermined
 *
 * A birth date with fillers on one side agrees with digits on the other.
 */
uint32_t mrz_differences(const struct mrz *printed, const struct mrz *chip);

enum {
    MRZ_DIFFER_OPTIONAL = 1 << MRZ_OPTIONAL_1 | 1 << MRZ_OPTIONAL_2,
    MRZ_DIFFER_COMPOSITE = 1 << MRZ_FIELDS,
    MRZ_DIFFER_FORMAT = 1 << (MRZ_FIELDS + 1),
};

struct mrz_spot {
    uint8_t line, column, len; /* line and column from 1 */
};

/* Where a field stands; all 0 if the format has no such field. */
struct mrz_spot mrz_where(enum mrz_format format, enum mrz_field field);

/* The check digit of data: weights 7, 3, 1; '<' counts 0.  '0' to '9'; 0 if a character is
 * not of the MRZ. */
uint8_t mrz_check_digit(struct view data);

/* "TD3"; "document number"; never NULL. */
const char *mrz_format_name(unsigned format);
const char *mrz_field_name(unsigned field);

/* Append a sentence: "line 2, column 14 (date of birth): 'o' is not A to Z, 0 to 9 or <".
 * MRZ_SENTENCE_MAX is enough. */
struct err mrz_explain(const struct mrz_trouble *trouble, struct buf *out);

#endif
