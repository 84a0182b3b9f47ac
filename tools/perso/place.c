/* place: see place.h */
#include "place.h"

#include <stdlib.h>
#include <string.h>

struct element {
    unsigned          tag;
    struct place_span span;
};

/* Where elements stand side by side: [from, limit) of the file. */
struct region {
    const struct blob *file;
    size_t             from, limit;
};

struct step {
    unsigned    tag; /* 0: any */
    long        index;
    struct blob oid; /* empty: none asked */
};

/* The tag and length at offset; end is not known yet when the length is indefinite. */
static struct err read_head(const struct blob *f, size_t offset, size_t limit, struct element *out)
{
    size_t   at = offset, len = 0;
    unsigned octets;

    CHECK(at < limit, E_MALFORMED);
    out->tag = f->at[at++];
    if ((out->tag & 0x1F) == 0x1F) {
        CHECK(at < limit, E_MALFORMED);
        out->tag = out->tag << 8 | f->at[at++];
    }
    CHECK(at < limit, E_MALFORMED);
    octets = f->at[at++];
    out->span.indefinite = octets == 0x80;
    if (octets < 0x80) {
        len = octets;
    } else {
        CHECK(octets <= 0x84 && limit - at >= (octets & 0x7F), E_MALFORMED);
        for (octets &= 0x7F; octets > 0; octets--)
            len = len << 8 | f->at[at++];
    }
    CHECK(len <= limit - at, E_MALFORMED);
    out->span.head = offset;
    out->span.body = at;
    out->span.end = at + len;
    return SUCCESS;
}

/* Where the content of an indefinite element ends: count opened against closed. */
static struct err find_close(const struct blob *f, size_t limit, struct element *e)
{
    size_t at = e->span.body, open = 1;

    for (;;) {
        struct element inner;

        CHECK(at + 1 < limit, E_MALFORMED);
        if (f->at[at] == 0 && f->at[at + 1] == 0) {
            if (--open == 0)
                break;
            at += 2;
            continue;
        }
        TRY(read_head(f, at, limit, &inner));
        open += inner.span.indefinite;
        at = inner.span.end;
    }
    e->span.end = at;
    return SUCCESS;
}

static struct err read_element(const struct blob *f, size_t offset, size_t limit,
                               struct element *out)
{
    TRY(read_head(f, offset, limit, out));
    if (out->span.indefinite)
        TRY(find_close(f, limit, out));
    return SUCCESS;
}

static size_t behind(const struct place_span *s)
{
    return s->end + (s->indefinite ? 2 : 0);
}

/* A number in a step's text; *text moves behind it. */
static long read_number(const char **text, int base)
{
    char      *end;
    const long n = strtol(*text, &end, base);

    *text = end;
    return n;
}

/* "{2.5.29.35}"; *text moves behind it. */
static struct err read_oid(const char **text, struct blob *out)
{
    const char  *dots = *text + 1;
    const size_t n = strcspn(dots, "}");
    char         dotted[64];

    CHECK(dots[n] == '}' && n < sizeof dotted && n > 0, E_MALFORMED);
    memcpy(dotted, dots, n);
    dotted[n] = '\0';
    blob_oid(out, dotted);
    *text = dots + n + 1;
    return SUCCESS;
}

/* One step's text, "30{2.5.29.35}", into its parts; *path moves behind it. */
static struct err read_step(const char **path, struct step *out)
{
    const char *at = *path;

    *out = (struct step){ 0 };
    if (*at == '*') {
        at++;
    } else {
        out->tag = (unsigned)read_number(&at, 16);
        CHECK(out->tag != 0, E_MALFORMED);
    }
    if (*at == '[') {
        at++;
        out->index = read_number(&at, 10);
        CHECK(*at++ == ']', E_MALFORMED);
    } else if (*at == '{') {
        TRY(read_oid(&at, &out->oid));
    }
    CHECK(*at == '/' || *at == '\0', E_MALFORMED);
    *path = *at == '/' ? at + 1 : at;
    return SUCCESS;
}

static bool fits(const struct blob *f, const struct element *e, const struct step *step)
{
    if (step->tag != 0 && step->tag != e->tag)
        return false;
    if (step->oid.len == 0)
        return true;
    return e->span.end - e->span.body >= step->oid.len &&
           memcmp(f->at + e->span.body, step->oid.at, step->oid.len) == 0;
}

static struct err count_fitting(const struct region *in, const struct step *step, size_t *out)
{
    struct element e;
    size_t         n = 0;

    for (size_t at = in->from; at < in->limit; at = behind(&e.span)) {
        TRY(read_element(in->file, at, in->limit, &e));
        n += fits(in->file, &e, step);
    }
    *out = n;
    return SUCCESS;
}

/* The n-th fitting element, from 0. */
static struct err find_fitting(const struct region *in, const struct step *step, size_t n,
                               struct element *out)
{
    struct element e;

    for (size_t at = in->from; at < in->limit; at = behind(&e.span)) {
        TRY(read_element(in->file, at, in->limit, &e));
        if (fits(in->file, &e, step) && n-- == 0) {
            *out = e;
            return SUCCESS;
        }
    }
    FAIL(E_UNEXPECTED);
}

/* The element a step means. */
static struct err choose(const struct region *in, const struct step *step, struct element *out)
{
    size_t index = (size_t)step->index;

    if (step->index < 0) {
        const size_t back = 0 - index; /* from the end; also for LONG_MIN, which has no negative */
        size_t       count;

        TRY(count_fitting(in, step, &count));
        CHECK(back <= count, E_UNEXPECTED);
        index = count - back;
    }
    return find_fitting(in, step, index, out);
}

struct err place_find(const struct blob *file, const char *path, struct place *out)
{
    struct place  p = { 0 };
    struct region in = { file, 0, file->len };

    while (*path != '\0') {
        struct element e;
        struct step    step;

        CHECK(p.depth < PLACE_DEPTH, E_MALFORMED);
        TRY(read_step(&path, &step));
        TRY(choose(&in, &step, &e));
        p.span[p.depth++] = e.span;
        in.from = e.span.body + (e.tag == 0x03 && e.span.end > e.span.body ? 1 : 0);
        in.limit = e.span.end;
    }
    CHECK(p.depth > 0, E_MALFORMED);
    *out = p;
    return SUCCESS;
}

void place_splice(struct blob *file, const struct place *p, struct place_cut cut,
                  const struct blob *by)
{
    const size_t before = file->len;

    blob_splice(file, cut.from, cut.to - cut.from, by->at, by->len);
    if (file->len == before)
        return;
    while (cut.within-- > 0) {
        const struct place_span *s = &p->span[cut.within];
        struct blob              head = { 0 };
        size_t                   tag_len = (file->at[s->head] & 0x1F) == 0x1F ? 2 : 1;

        if (s->indefinite)
            continue;
        blob_length(&head, s->end - s->body + file->len - before);
        blob_splice(file, s->head + tag_len, s->body - s->head - tag_len, head.at, head.len);
    }
}

void place_put_whole(struct blob *file, const char *path, const struct blob *element)
{
    struct place p;

    if (place_find(file, path, &p).code == OK) {
        const struct place_span *s = &p.span[p.depth - 1];

        place_splice(file, &p, (struct place_cut){ p.depth - 1, s->head, behind(s) }, element);
    }
}

void place_put_value(struct blob *file, const char *path, const struct blob *value)
{
    struct place p;

    if (place_find(file, path, &p).code == OK) {
        const struct place_span *s = &p.span[p.depth - 1];

        place_splice(file, &p, (struct place_cut){ p.depth, s->body, s->end }, value);
    }
}
