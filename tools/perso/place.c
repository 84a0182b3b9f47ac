/* place: see place.h */
#include "place.h"

#include <stdlib.h>
#include <string.h>

struct element {
    unsigned          tag;
    bool              primitive;
    struct place_span span;
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
    out->primitive = (f->at[at] & 0x20) == 0;
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

/* One step's text, "30{2.5.29.35}", into its parts; *path moves behind it. */
static struct err read_step(const char **path, struct step *out)
{
    char *end;

    *out = (struct step){ 0 };
    if (**path == '*') {
        end = (char *)(uintptr_t)*path + 1;
    } else {
        out->tag = (unsigned)strtoul(*path, &end, 16);
        CHECK(end != *path && out->tag != 0, E_MALFORMED);
    }
    if (*end == '[') {
        out->index = strtol(end + 1, &end, 10);
        CHECK(*end++ == ']', E_MALFORMED);
    } else if (*end == '{') {
        const size_t n = strcspn(end + 1, "}");
        char         dotted[64];

        CHECK(end[1 + n] == '}' && n < sizeof dotted && n > 0, E_MALFORMED);
        memcpy(dotted, end + 1, n);
        dotted[n] = '\0';
        blob_oid(&out->oid, dotted);
        end += n + 2;
    }
    CHECK(*end == '/' || *end == '\0', E_MALFORMED);
    *path = *end == '/' ? end + 1 : end;
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

/* The n-th fitting element in [from, limit), or how many there are. */
static struct err scan(const struct blob *f, size_t from, size_t limit, const struct step *step,
                       size_t n, struct element *out, size_t *count)
{
    struct element e;

    for (*count = 0; from < limit; from = behind(&e.span)) {
        TRY(read_element(f, from, limit, &e));
        if (!fits(f, &e, step))
            continue;
        if ((*count)++ == n) {
            *out = e;
            break;
        }
    }
    return SUCCESS;
}

/* The element a step means among those in [from, limit). */
static struct err choose(const struct blob *f, size_t from, size_t limit, const struct step *step,
                         struct element *out)
{
    size_t count = 0, index = (size_t)step->index;

    if (step->index < 0) {
        TRY(scan(f, from, limit, step, SIZE_MAX, out, &count));
        CHECK((size_t)-step->index <= count, E_UNEXPECTED);
        index = count - (size_t)-step->index;
    }
    TRY(scan(f, from, limit, step, index, out, &count));
    CHECK(count == index + 1, E_UNEXPECTED);
    return SUCCESS;
}

struct err place_find(const struct blob *file, const char *path, struct place *out)
{
    struct place p = { 0 };
    size_t       from = 0, limit = file->len;

    while (*path != '\0') {
        struct element e;
        struct step    step;

        CHECK(p.depth < PLACE_DEPTH, E_MALFORMED);
        TRY(read_step(&path, &step));
        TRY(choose(file, from, limit, &step, &e));
        p.span[p.depth++] = e.span;
        from = e.span.body + (e.tag == 0x03 && e.span.end > e.span.body ? 1 : 0);
        limit = e.span.end;
    }
    CHECK(p.depth > 0, E_MALFORMED);
    *out = p;
    return SUCCESS;
}

void place_splice(struct blob *file, const struct place *p, size_t within, size_t from, size_t to,
                  const struct blob *by)
{
    const size_t before = file->len;

    blob_splice(file, from, to - from, by->at, by->len);
    if (file->len == before)
        return;
    while (within-- > 0) {
        const struct place_span *s = &p->span[within];
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

    if (place_find(file, path, &p).code == OK)
        place_splice(file, &p, p.depth - 1, p.span[p.depth - 1].head, behind(&p.span[p.depth - 1]),
                     element);
}

void place_put_value(struct blob *file, const char *path, const struct blob *value)
{
    struct place p;

    if (place_find(file, path, &p).code == OK)
        place_splice(file, &p, p.depth, p.span[p.depth - 1].body, p.span[p.depth - 1].end, value);
}
