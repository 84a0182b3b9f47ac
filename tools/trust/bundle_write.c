/* bundle_write: see bundle_write.h. */
#include "bundle_write.h"

#include <stdlib.h>
#include <string.h>

#include "heap.h"

enum { SECTION_ALIGN = 64 };

struct writer {
    const struct pool *pool;
    struct bytes       section[BUNDLE_SECTION_COUNT];
    uint32_t           count[BUNDLE_SECTION_COUNT];
};

static uint32_t at(const struct bytes *b)
{
    return (uint32_t)b->n;
}

static void write_anchor(struct writer *w, const struct pool_anchor *a)
{
    struct bytes *rec = &w->section[BUNDLE_ANCHORS], *certs = &w->section[BUNDLE_CERTS],
                 *refs = &w->section[BUNDLE_REFS];

    bytes_u32(rec, at(certs));
    bytes_u32(rec, (uint32_t)a->cert.whole.len);
    bytes_u32(rec, a->authority);
    bytes_u32(rec, a->flags);
    bytes_u32(rec, w->count[BUNDLE_REFS]);
    bytes_u32(rec, (uint32_t)a->n_sources);
    bytes_put(rec, VIEW(a->fingerprint));
    bytes_put(rec, VIEW(a->key));
    w->count[BUNDLE_ANCHORS]++;
    bytes_put(certs, a->cert.whole);
    for (size_t i = 0; i < a->n_sources; i++)
        bytes_u32(refs, a->source[i]);
    w->count[BUNDLE_REFS] += (uint32_t)a->n_sources;
}

struct entry {
    uint8_t  key[ANCHOR_KEY];
    uint32_t anchor;
};

static int entry_order(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    const int           key = memcmp(x->key, y->key, ANCHOR_KEY);

    return key != 0 ? key : (x->anchor > y->anchor) - (x->anchor < y->anchor);
}

/* The key of an anchor in that index; false if it has none and stands not in it. */
static bool entry_key(const struct pool_anchor *a, enum bundle_section index, uint8_t *key)
{
    const struct view country = view_of(a->country.text, strlen(a->country.text));
    struct buf        b = buf_of(key, ANCHOR_KEY);

    if (index == BUNDLE_BY_SKI)
        return a->cert.ski.len > 0 && buf_put(&b, VIEW(a->ski)).code == OK;
    if (index == BUNDLE_BY_NAME)
        return buf_put(&b, VIEW(a->name)).code == OK;
    if (index == BUNDLE_BY_KEY)
        return buf_put(&b, VIEW(a->key)).code == OK;
    return country.len > 0 && anchor_key_of(index, country, &b).code == OK;
}

static void write_index(struct writer *w, enum bundle_section index)
{
    const struct pool *p = w->pool;
    struct entry      *e = heap_grow(NULL, p->n_anchors * sizeof *e);
    size_t             n = 0;

    for (size_t i = 0; i < p->n_anchors; i++)
        if (entry_key(&p->anchor[i], index, e[n].key))
            e[n++].anchor = (uint32_t)i;
    if (n > 0)
        qsort(e, n, sizeof *e, entry_order);
    for (size_t i = 0; i < n; i++) {
        bytes_put(&w->section[index], VIEW(e[i].key));
        bytes_u32(&w->section[index], e[i].anchor);
    }
    w->count[index] = (uint32_t)n;
    free(e);
}

static size_t serial_width; /* for qsort() */

static int serial_order(const void *a, const void *b)
{
    return memcmp(a, b, serial_width);
}

static void write_serials(struct bytes *out, const struct pool_crl *c)
{
    struct bytes   list = { 0 };
    struct view    rest = c->crl.revoked;
    struct revoked r;

    for (uint32_t i = 0; i < c->n && crl_next(&rest, &r).code == OK; i++) {
        const uint8_t len = (uint8_t)r.serial.len;

        bytes_put(&list, view_of(&len, 1));
        bytes_put(&list, r.serial);
        bytes_zero(&list, c->width - 1 - r.serial.len);
    }
    serial_width = c->width;
    if (list.n > 0)
        qsort(list.p, list.n / c->width, c->width, serial_order);
    bytes_put(out, view_of(list.p, list.n));
    free(list.p);
}

static void write_crl(struct writer *w, const struct pool_crl *c)
{
    struct bytes *rec = &w->section[BUNDLE_CRLS], *serials = &w->section[BUNDLE_SERIALS];
    const size_t  letters = strlen(c->country.text);

    bytes_put(rec, view_of(c->country.text, letters));
    bytes_zero(rec, 4 - letters);
    bytes_u32(rec, c->authority);
    bytes_put(rec, VIEW(c->issuer));
    bytes_u64(rec, (uint64_t)c->crl.this_update.s);
    bytes_u64(rec, (uint64_t)c->crl.next_update.s);
    bytes_u32(rec, at(serials));
    bytes_u32(rec, c->n);
    bytes_u32(rec, c->width);
    bytes_u32(rec, c->flags);
    bytes_u32(rec, c->source);
    bytes_u32(rec, 0);
    w->count[BUNDLE_CRLS]++;
    write_serials(serials, c);
}

static int crl_order(const void *a, const void *b)
{
    const struct pool_crl *x = a, *y = b;
    const int              country = strcmp(x->country.text, y->country.text);

    return country != 0 ? country : memcmp(x->issuer, y->issuer, BUNDLE_HASH);
}

static void write_crls(struct writer *w)
{
    const struct pool *p = w->pool;
    struct pool_crl   *sorted = heap_grow(NULL, p->n_crls * sizeof *sorted);
    size_t             n = 0;

    for (size_t i = 0; i < p->n_crls; i++)
        if (!p->crl[i].superseded)
            sorted[n++] = p->crl[i];
    if (n > 0)
        qsort(sorted, n, sizeof *sorted, crl_order);
    for (size_t i = 0; i < n; i++)
        write_crl(w, &sorted[i]);
    free(sorted);
}

static void write_source(struct writer *w, const struct pool_source *s)
{
    struct bytes     *rec = &w->section[BUNDLE_SOURCES], *text = &w->section[BUNDLE_TEXT];
    const struct view name = view_of(s->file, strlen(s->file));

    bytes_put(rec, VIEW(s->digest));
    bytes_u32(rec, s->kind);
    bytes_u32(rec, at(text));
    bytes_u32(rec, (uint32_t)name.len);
    bytes_u32(rec, s->entries);
    bytes_put(text, name);
    w->count[BUNDLE_SOURCES]++;
}

static struct err sha256(struct view v, struct bytes *out)
{
    uint8_t    digest[BUNDLE_HASH];
    struct buf b = BUF(digest);

    TRY(hash(HASH_SHA256, &v, 1, &b));
    bytes_put(out, VIEW(digest));
    return SUCCESS;
}

static void fill_page(struct bytes *b)
{
    bytes_zero(b, (BUNDLE_PAGE - b->n % BUNDLE_PAGE) % BUNDLE_PAGE);
}

/* Append the tree over the pages of all; its last page is the top. */
static struct err write_tree(struct bytes *all, uint32_t n_data)
{
    size_t from = 0, pages = n_data;

    do {
        const size_t end = from + pages * BUNDLE_PAGE;
        struct bytes level = { 0 };

        for (; from < end; from += BUNDLE_PAGE)
            TRY(sha256(view_of(all->p + from, BUNDLE_PAGE), &level));
        fill_page(&level);
        pages = level.n / BUNDLE_PAGE;
        bytes_put(all, view_of(level.p, level.n));
        free(level.p);
    } while (pages > 1);
    return SUCCESS;
}

/* All sections, one behind the other. */
static void join(const struct writer *w, struct bytes *all, struct bundle_layout *l)
{
    for (unsigned s = BUNDLE_ANCHORS; s < BUNDLE_SECTION_COUNT; s++) {
        bytes_zero(all, (SECTION_ALIGN - all->n % SECTION_ALIGN) % SECTION_ALIGN);
        l->part[s] = (struct bundle_part){ .offset = at(all),
                                           .len = at(&w->section[s]),
                                           .count = w->count[s] };
        bytes_put(all, view_of(w->section[s].p, w->section[s].n));
    }
    fill_page(all);
    if (all->n == 0)
        bytes_zero(all, BUNDLE_PAGE);
    l->n_data = at(all) / BUNDLE_PAGE;
}

static void write_header(struct bytes *h, const struct bundle_terms_written *t,
                         const struct bundle_layout *l)
{
    static const uint8_t log2_page_and_fan_out[] = { 12, 7 };

    bytes_put(h, TEXT("VERSO-TB"));
    bytes_put(h, view_of((uint8_t[]){ 0, BUNDLE_VERSION }, 2));
    bytes_put(h, VIEW(log2_page_and_fan_out));
    bytes_u32(h, 0); /* features */
    bytes_put(h, VIEW(t->base_id));
    bytes_u64(h, t->counter);
    bytes_u64(h, (uint64_t)t->created.s);
    bytes_u64(h, (uint64_t)t->valid_until.s);
    bytes_u32(h, l->n_data);
    bytes_u32(h, l->n_tree);
}

static void write_sections(struct bytes *h, const struct bundle_layout *l)
{
    bytes_u32(h, BUNDLE_SECTION_COUNT - 1);
    bytes_u32(h, 0);
    for (unsigned s = BUNDLE_ANCHORS; s < BUNDLE_SECTION_COUNT; s++) {
        bytes_u32(h, s);
        bytes_u32(h, l->part[s].count);
        bytes_u32(h, l->part[s].offset);
        bytes_u32(h, l->part[s].len);
    }
    bytes_zero(h, BUNDLE_PAGE - BUNDLE_SIG - h->n);
}

struct err bundle_seal(const struct bundle_terms_written *terms, const struct signer *signer,
                       struct bundle_layout *l, struct bytes *data, struct bytes *out)
{
    uint8_t      sig[BUNDLE_SIG];
    struct buf   s = BUF(sig);
    struct bytes file = { 0 };

    TRY(write_tree(data, l->n_data));
    l->n_tree = at(data) / BUNDLE_PAGE - l->n_data;
    write_header(&file, terms, l);
    TRY(sha256(view_of(data->p + data->n - BUNDLE_PAGE, BUNDLE_PAGE), &file));
    write_sections(&file, l);
    TRY(signer_sign(signer, view_of(file.p, file.n), &s));
    bytes_put(&file, VIEW(sig));
    bytes_put(&file, view_of(data->p, data->n));
    free(data->p);
    *out = file;
    return SUCCESS;
}

struct err bundle_write(const struct pool *p, const struct bundle_terms_written *terms,
                        const struct signer *signer, struct view *out)
{
    struct writer        w = { .pool = p };
    struct bundle_layout l = { .n_data = 0 };
    struct bytes         data = { 0 }, file;

    for (size_t i = 0; i < p->n_anchors; i++)
        write_anchor(&w, &p->anchor[i]);
    for (unsigned index = BUNDLE_BY_SKI; index <= BUNDLE_BY_COUNTRY; index++)
        write_index(&w, (enum bundle_section)index);
    write_crls(&w);
    for (size_t i = 0; i < p->n_sources; i++)
        write_source(&w, &p->source[i]);
    join(&w, &data, &l);
    for (unsigned s = 0; s < BUNDLE_SECTION_COUNT; s++)
        free(w.section[s].p);
    CHECK(data.n <= (size_t)BUNDLE_DATA_MAX * BUNDLE_PAGE, E_TOO_LONG);
    TRY(bundle_seal(terms, signer, &l, &data, &file));
    *out = view_of(heap_keep(file.p), file.n);
    return SUCCESS;
}
