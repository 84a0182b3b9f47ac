/* anchor: records and binary search.  See anchor.h. */
#include "trust/anchor.h"

#include "cert/name.h"

uint32_t anchor_count(const struct bundle *b)
{
    return b->part[BUNDLE_ANCHORS].count;
}

struct err anchor_at(struct bundle *b, uint32_t i, struct anchor *out)
{
    struct anchor a = { .i = i };
    struct view   in;
    uint32_t      offset, len;

    TRY(bundle_record(b, BUNDLE_ANCHORS, i, ANCHOR_RECORD, &in));
    TRY(view_u32(&in, &offset));
    TRY(view_u32(&in, &len));
    TRY(view_u32(&in, &a.authority));
    TRY(view_u32(&in, &a.flags));
    TRY(view_u32(&in, &a.first_source));
    TRY(view_u32(&in, &a.n_sources));
    TRY(view_take(&in, BUNDLE_HASH, &a.fingerprint));
    TRY(view_take(&in, ANCHOR_KEY, &a.key));
    TRY(bundle_get(b, BUNDLE_CERTS, &a.cert, offset, len));
    *out = a;
    return SUCCESS;
}

struct err anchor_key_of(enum bundle_section index, struct view value, struct buf *out)
{
    uint8_t     digest[BUNDLE_HASH];
    struct buf  d = BUF(digest);
    struct view start;

    if (index == BUNDLE_BY_COUNTRY) {
        CHECK(value.len <= ANCHOR_KEY, E_TOO_LONG);
        CHECK(out->cap - out->len >= ANCHOR_KEY, E_NO_SPACE);
        TRY(buf_put(out, value));
        return buf_fill(out, 0, ANCHOR_KEY - value.len);
    }
    if (index == BUNDLE_BY_NAME)
        TRY(name_digest(value, &d));
    else
        TRY(hash(HASH_SHA256, &value, 1, &d));
    TRY(view_sub(buf_view(&d), 0, ANCHOR_KEY, &start));
    return buf_put(out, start);
}

static struct err index_entry(struct bundle *b, enum bundle_section index, uint32_t i,
                              struct view *key, uint32_t *anchor)
{
    struct view in, k;

    TRY(bundle_record(b, index, i, ANCHOR_INDEX_RECORD, &in));
    TRY(view_take(&in, ANCHOR_KEY, &k));
    TRY(view_u32(&in, anchor));
    *key = k;
    return SUCCESS;
}

/* The first entry whose key is not below (after: is above) the one given. */
static struct err bound(struct bundle *b, enum bundle_section index, struct view key, bool after,
                        uint32_t *out)
{
    uint32_t low = 0, high = b->part[index].count;

    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        struct view    k;
        uint32_t       anchor;
        int            order;

        TRY(index_entry(b, index, middle, &k, &anchor));
        order = view_order(k, key);
        if (order < 0 || (after && order == 0))
            low = middle + 1;
        else
            high = middle;
    }
    *out = low;
    return SUCCESS;
}

struct err anchor_find_key(struct bundle *b, enum bundle_section index, struct view key,
                           struct anchor_run *out)
{
    struct anchor_run run = { .index = index };

    TRY(bound(b, index, key, false, &run.next));
    TRY(bound(b, index, key, true, &run.end));
    *out = run;
    return SUCCESS;
}

struct err anchor_find(struct bundle *b, enum bundle_section index, struct view key,
                       struct anchor_run *out)
{
    uint8_t    room[ANCHOR_KEY];
    struct buf k = BUF(room);

    TRY(anchor_key_of(index, key, &k));
    return anchor_find_key(b, index, buf_view(&k), out);
}

struct err anchor_next(struct bundle *b, struct anchor_run *run, struct anchor *out)
{
    struct view key;
    uint32_t    i;

    CHECK(run->next < run->end, E_BUG);
    TRY(index_entry(b, run->index, run->next, &key, &i));
    TRY(anchor_at(b, i, out));
    run->next++;
    return SUCCESS;
}

struct err anchor_by_fingerprint(struct bundle *b, struct view fingerprint, struct anchor *out)
{
    uint32_t low = 0, high = anchor_count(b);

    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        struct anchor  a;
        int            order;

        TRY(anchor_at(b, middle, &a));
        order = view_order(a.fingerprint, fingerprint);
        if (order == 0) {
            *out = a;
            return SUCCESS;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    FAIL(E_UNEXPECTED);
}

struct err anchor_source_at(struct bundle *b, uint32_t i, struct anchor_source *out)
{
    struct anchor_source s;
    struct view          in;
    uint32_t             offset, len;

    TRY(bundle_record(b, BUNDLE_SOURCES, i, ANCHOR_SOURCE_RECORD, &in));
    TRY(view_take(&in, BUNDLE_HASH, &s.digest));
    TRY(view_u32(&in, &s.kind));
    TRY(view_u32(&in, &offset));
    TRY(view_u32(&in, &len));
    TRY(view_u32(&in, &s.entries));
    TRY(bundle_get(b, BUNDLE_TEXT, &s.name, offset, len));
    *out = s;
    return SUCCESS;
}

struct err anchor_source(struct bundle *b, const struct anchor *a, uint32_t k,
                         struct anchor_source *out)
{
    struct view in;
    uint32_t    i;

    CHECK(k < a->n_sources && a->first_source <= UINT32_MAX - k, E_TRUNCATED);
    TRY(bundle_record(b, BUNDLE_REFS, a->first_source + k, 4, &in));
    TRY(view_u32(&in, &i));
    return anchor_source_at(b, i, out);
}
