/*
 * mrz: see mrz.h.
 *
 * Three passes: the text into lines, lines into fields (by mrz_layout.h), then a judgement of
 * each check digit, here, and of each field, in mrz_form.c; neither can fail.
 */
#include "mrz/mrz.h"
#include "mrz/mrz_layout.h"

static const uint8_t FILLER = '<';

/* Nothing that is not there, so that no caller has to prove what the layout already says. */
static struct view part(struct view v, size_t offset, size_t n)
{
    struct view      out = { 0 };
    const struct err e = view_sub(v, offset, n, &out);

    return e.code == OK ? out : (struct view){ 0 };
}

static struct view after(struct view v, size_t offset)
{
    return offset < v.len ? part(v, offset, v.len - offset) : (struct view){ 0 };
}

static struct view trimmed(struct view v, uint8_t byte)
{
    size_t n = v.len;

    while (n > 0 && view_at(v, n - 1) == byte)
        n--;
    return part(v, 0, n);
}

static struct view at_spot(const struct mrz *m, struct mrz_spot s)
{
    return s.len == 0 ? (struct view){ 0 } : part(m->line[s.line - 1], s.column - 1U, s.len);
}

static bool is_letter(uint8_t c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_end_of_line(uint8_t c)
{
    return c == '\n' || c == '\r';
}

/* ---- lines ---- */

static struct err fault(struct mrz_trouble *t, enum mrz_fault fault, size_t line, size_t found)
{
    *t = (struct mrz_trouble){ .fault = fault,
                               .line = (uint8_t)line,
                               .found = (uint8_t)(found < 255 ? found : 255),
                               .field = MRZ_FIELDS };
    return err_at(E_UNEXPECTED, 0, WHERE);
}

static struct err part_lines(struct view text, struct mrz *m, struct mrz_trouble *t)
{
    size_t start = 0;

    m->n_lines = 0;
    for (size_t i = 0; i <= text.len; i++) {
        if (i < text.len && !is_end_of_line(view_at(text, i)))
            continue;
        const struct view line = trimmed(part(text, start, i - start), ' ');

        start = i + 1;
        if (line.len == 0)
            continue;
        if (m->n_lines == MRZ_LINES_MAX)
            return fault(t, MRZ_FAULT_LINES, 0, MRZ_LINES_MAX + 1);
        m->line[m->n_lines++] = line;
    }
    if (m->n_lines == 0)
        return fault(t, MRZ_FAULT_LINES, 0, 0);
    return SUCCESS;
}

/* One line as DG1 has it: 90, 88 or 72 characters belong to one shape each. */
static struct err cut_joined(struct mrz *m, struct mrz_trouble *t)
{
    const struct view all = m->line[0];

    for (unsigned f = MRZ_TD1; f < MRZ_FORMATS; f++) {
        const struct mrz_layout *l = mrz_layout_of(f);

        if ((size_t)l->lines * l->width != all.len)
            continue;
        m->n_lines = l->lines;
        for (size_t i = 0; i < l->lines; i++)
            m->line[i] = part(all, i * l->width, l->width);
        return SUCCESS;
    }
    return fault(t, MRZ_FAULT_LENGTH, 0, all.len);
}

static struct err find_format(struct mrz *m, struct mrz_trouble *t)
{
    const bool visa = view_at(m->line[0], 0) == 'V' && m->n_lines == 2;

    for (unsigned f = MRZ_TD1; f < MRZ_FORMATS; f++) {
        const struct mrz_layout *l = mrz_layout_of(f);

        if (l->lines != m->n_lines || l->width != m->line[0].len ||
            visa != (f == MRZ_MRVA || f == MRZ_MRVB))
            continue;
        for (size_t i = 1; i < m->n_lines; i++) {
            if (m->line[i].len != l->width)
                return fault(t, MRZ_FAULT_LENGTH, i + 1, m->line[i].len);
        }
        m->format = (enum mrz_format)f;
        return SUCCESS;
    }
    return fault(t, MRZ_FAULT_LENGTH, 1, m->line[0].len);
}

static enum mrz_field field_at(const struct mrz_layout *l, size_t line, size_t column)
{
    for (unsigned f = 0; f < MRZ_FIELDS; f++) {
        const struct mrz_spot s = l->field[f];

        if (s.line == line && column >= s.column && column < (size_t)s.column + s.len)
            return (enum mrz_field)f;
    }
    return MRZ_FIELDS;
}

/* 9303-3 clause 4.3: A to Z, 0 to 9 and the filler; nothing else is printed there. */
static struct err check_characters(const struct mrz *m, struct mrz_trouble *t)
{
    for (size_t i = 0; i < m->n_lines; i++) {
        for (size_t k = 0; k < m->line[i].len; k++) {
            const uint8_t c = view_at(m->line[i], k);

            if (is_letter(c) || is_digit(c) || c == FILLER)
                continue;
            *t = (struct mrz_trouble){ .fault = MRZ_FAULT_CHARACTER,
                                       .line = (uint8_t)(i + 1),
                                       .column = (uint8_t)(k + 1),
                                       .found = c,
                                       .field = field_at(mrz_layout_of(m->format), i + 1, k + 1) };
            FAIL(E_MALFORMED);
        }
    }
    return SUCCESS;
}

/* ---- fields ---- */

/* 9303-3 clause 4.6: PRIMARY<<SECONDARY; without "<<" all of it is primary. */
static void part_name(struct mrz *m)
{
    const struct view name = m->field[MRZ_NAME];
    size_t            i = 0;

    while (i < name.len && !(view_at(name, i) == FILLER && view_at(name, i + 1) == FILLER))
        i++;
    m->primary = trimmed(part(name, 0, i), FILLER);
    m->secondary = trimmed(after(name, i + 2), FILLER);
}

/* 9303-5 clause 4.2.2.1 note j, 9303-6 likewise: a number of more than nine characters has a
 * filler for its check digit and goes on, digit last, in the optional data up to a filler. */
static void part_number(struct mrz *m)
{
    const struct view extra = m->field[MRZ_OPTIONAL_1];
    size_t            n = 0;

    if (m->format != MRZ_TD1 && m->format != MRZ_TD2)
        return;
    if (view_at(m->digit_char[MRZ_DIGIT_NUMBER], 0) != FILLER ||
        view_at(m->field[MRZ_NUMBER], 8) == FILLER || view_at(extra, 0) == FILLER)
        return;
    while (n < extra.len && view_at(extra, n) != FILLER)
        n++;
    m->number_long = true;
    m->number_rest = part(extra, 0, n - 1);
    m->digit_char[MRZ_DIGIT_NUMBER] = part(extra, n - 1, 1);
    m->field[MRZ_OPTIONAL_1] = after(extra, n + 1);
}

static void part_fields(struct mrz *m)
{
    const struct mrz_layout *l = mrz_layout_of(m->format);

    for (unsigned f = 0; f < MRZ_FIELDS; f++)
        m->field[f] = at_spot(m, l->field[f]);
    for (unsigned d = 0; d < MRZ_DIGITS; d++)
        m->digit_char[d] = at_spot(m, l->digit[d]);
    part_name(m);
    part_number(m);
}

/* ---- check digits, 9303-3 clause 4.9 ---- */

struct sum {
    size_t   n; /* characters so far: the weights go 7, 3, 1 across all parts */
    unsigned sum;
};

static unsigned worth(uint8_t c)
{
    if (is_digit(c))
        return c - (unsigned)'0';
    return is_letter(c) ? c - (unsigned)'A' + 10 : 0;
}

static void weigh(struct sum *s, struct view v)
{
    static const uint8_t weights[] = { 7, 3, 1 };

    for (size_t i = 0; i < v.len; i++)
        s->sum += worth(view_at(v, i)) * weights[s->n++ % 3];
}

static uint8_t digit_of(const struct sum *s)
{
    return (uint8_t)('0' + s->sum % 10);
}

uint8_t mrz_check_digit(struct view data)
{
    struct sum s = { 0 };

    for (size_t i = 0; i < data.len; i++) {
        const uint8_t c = view_at(data, i);

        if (!is_letter(c) && !is_digit(c) && c != FILLER)
            return 0;
    }
    weigh(&s, data);
    return digit_of(&s);
}

static enum mrz_digit_state judge(struct view printed, const struct sum *s)
{
    if (printed.len == 0)
        return MRZ_DIGIT_NOT_THERE;
    if (view_at(printed, 0) == FILLER)
        return MRZ_DIGIT_ABSENT;
    return view_at(printed, 0) == digit_of(s) ? MRZ_DIGIT_RIGHT : MRZ_DIGIT_WRONG;
}

/* A long number's digit is met in two ways: over the number, and over the characters as
 * printed, the filler in the tenth place among them, which moves the weights on by one
 * (Belgian identity cards have changed from the one to the other). */
static enum mrz_digit_state judge_long_number(const struct mrz *m)
{
    struct sum plain = { 0 }, printed = { 0 };

    weigh(&plain, m->field[MRZ_NUMBER]);
    weigh(&plain, m->number_rest);
    weigh(&printed, m->field[MRZ_NUMBER]);
    weigh(&printed, TEXT("<"));
    weigh(&printed, m->number_rest);
    if (judge(m->digit_char[MRZ_DIGIT_NUMBER], &plain) == MRZ_DIGIT_RIGHT)
        return MRZ_DIGIT_RIGHT;
    return judge(m->digit_char[MRZ_DIGIT_NUMBER], &printed);
}

static enum mrz_digit_state judge_field(const struct mrz *m, enum mrz_digit digit,
                                        enum mrz_field field)
{
    struct sum s = { 0 };

    weigh(&s, m->field[field]);
    return judge(m->digit_char[digit], &s);
}

static void judge_digits(struct mrz *m)
{
    const struct mrz_layout *l = mrz_layout_of(m->format);
    struct sum               all = { 0 };

    m->digit[MRZ_DIGIT_NUMBER] =
        m->number_long ? judge_long_number(m) : judge_field(m, MRZ_DIGIT_NUMBER, MRZ_NUMBER);
    m->digit[MRZ_DIGIT_BIRTH] = judge_field(m, MRZ_DIGIT_BIRTH, MRZ_BIRTH);
    m->digit[MRZ_DIGIT_EXPIRY] = judge_field(m, MRZ_DIGIT_EXPIRY, MRZ_EXPIRY);
    m->digit[MRZ_DIGIT_OPTIONAL] = judge_field(m, MRZ_DIGIT_OPTIONAL, MRZ_OPTIONAL_1);
    /* 9303-4 clause 4.2.2.2: without optional data its digit is 0 or a filler; LDS_B_04 */
    if (m->digit[MRZ_DIGIT_OPTIONAL] == MRZ_DIGIT_ABSENT && mrz_text(m, MRZ_OPTIONAL_1).len == 0)
        m->digit[MRZ_DIGIT_OPTIONAL] = MRZ_DIGIT_RIGHT;
    for (size_t i = 0; i < MRZ_COVERED_MAX; i++)
        weigh(&all, at_spot(m, l->covered[i]));
    m->digit[MRZ_DIGIT_COMPOSITE] = judge(m->digit_char[MRZ_DIGIT_COMPOSITE], &all);
}

/* ---- */

static struct err read_text(struct view text, struct mrz *m, struct mrz_trouble *t)
{
    TRY(part_lines(text, m, t));
    if (m->n_lines == 1)
        TRY(cut_joined(m, t));
    TRY(find_format(m, t));
    TRY(check_characters(m, t));
    part_fields(m);
    judge_digits(m);
    m->odd = mrz_odd(m);
    return SUCCESS;
}

struct err mrz_read(struct view text, struct mrz *out, struct mrz_trouble *trouble)
{
    struct mrz         m = { 0 };
    struct mrz_trouble t = { .field = MRZ_FIELDS };
    const struct err   e = read_text(text, &m, &t);

    if (trouble != NULL)
        *trouble = t;
    TRY(e);
    *out = m;
    return SUCCESS;
}

bool mrz_digits_hold(const struct mrz *m)
{
    for (unsigned d = 0; d < MRZ_DIGITS; d++) {
        if (m->digit[d] == MRZ_DIGIT_WRONG || m->digit[d] == MRZ_DIGIT_ABSENT)
            return false;
    }
    return m->format != MRZ_NONE;
}

struct view mrz_text(const struct mrz *m, enum mrz_field field)
{
    return (unsigned)field < MRZ_FIELDS ? trimmed(m->field[field], FILLER) : (struct view){ 0 };
}
