/* scene: see scene.h. */
#include "scene.h"

#include "crypto/pem.h"
#include "expect.h"
#include "keys/public_key.h"

static struct err count_fill(struct entropy *e, size_t n, struct buf *out)
{
    struct count_entropy *c = (struct count_entropy *)e;

    while (n-- > 0)
        TRY(buf_u8(out, c->next++));
    return SUCCESS;
}

/* The lines mrz1 to mrz3 of document.ini, one below the other. */
static void printed_lines(struct scene *s, const char *folder)
{
    size_t   len;
    uint8_t *text = disk_read(folder, "document.ini", &len);

    if (text == NULL)
        return;
    for (char *line = strtok((char *)text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        const char *value = strchr(line, '=');

        if (strncmp(line, "mrz", 3) != 0 || value == NULL)
            continue;
        value += 1 + strspn(value + 1, " ");
        snprintf(s->mrz + strlen(s->mrz), sizeof s->mrz - strlen(s->mrz), "%s\n", value);
    }
    free(text);
}

static void open_bundle(struct scene *s, const char *path, const char *key)
{
    uint8_t          *pem, der[256], point[EC_POINT_MAX];
    struct buf        d = BUF(der);
    struct public_key k;
    enum bundle_why   why;
    size_t            len, key_len;

    s->mapping = disk_read(path, "", &len);
    pem = disk_read(key, "", &key_len);
    if (s->mapping == NULL || pem == NULL)
        fail_msg("no bundle %s or no key %s", path, key);
    EXPECT_CODE(pem_decode(view_of(pem, key_len), "PUBLIC KEY", &d), OK);
    free(pem);
    struct view spki = buf_view(&d);

    EXPECT_CODE(public_key_read(&spki, &k, NULL), OK);
    struct buf p = BUF(point);

    EXPECT_CODE(buf_put(&p, k.ec.point), OK);
    const struct bundle_terms terms = { .key = buf_view(&p) };

    EXPECT_CODE(bundle_open(&s->bundle, view_of(s->mapping, len), &terms, &why), OK);
    s->setup.bundle = &s->bundle;
}

static void keep_facts(void *ctx, const struct inspection *i)
{
    struct scene *s = ctx;

    s->delivered = true;
    for (unsigned f = 0; f < FACT_COUNT; f++)
        snprintf(s->fact[f], SCENE_FACT, "%.*s", (int)i->evidence.fact[f].len,
                 (const char *)i->evidence.fact[f].ptr);
    for (unsigned dg = 1; dg <= DG_MAX; dg++) {
        if (inspect_verified(i, dg).len != 0)
            s->given |= 1U << dg;
    }
}

struct scene *scene_open(const char *folder, const char *bundle, const char *key, struct date today)
{
    static const struct entropy_ops ops = { .fill = count_fill };
    struct scene                   *s = calloc(1, sizeof *s);

    EXPECT(s != NULL);
    set_clock_begin(&s->clock, today);
    plain_chip_begin(&s->chip, &s->clock, folder);
    s->entropy.port.ops = &ops;
    s->profile = PROFILE_conformance;
    s->store = calloc(1, INSPECT_ARENA);
    EXPECT(s->store != NULL);
    s->setup = (struct inspect_setup){ .nfc = &s->chip.nfc,
                                       .clock = &s->clock.port,
                                       .entropy = &s->entropy.port,
                                       .watch = { .ctx = s, .deliver = keep_facts } };
    printed_lines(s, folder);
    if (bundle != NULL)
        open_bundle(s, bundle, key);
    return s;
}

void scene_close(struct scene *s)
{
    plain_chip_end(&s->chip);
    free(s->mapping);
    free(s->store);
    free(s);
}

static void expect_zero(const uint8_t *bytes, size_t len)
{
    EXPECT(bytes[0] == 0 && memcmp(bytes, bytes + 1, len - 1) == 0);
}

static size_t not_zero(const uint8_t *p, size_t n)
{
    size_t count = 0;

    for (size_t k = 0; k < n; k++)
        count += p[k] != 0;
    return count;
}

/* No window of the inspection is a window of one of its files.  Windows that are mostly
 * zeroes say nothing. */
static void expect_no_piece(const struct scene *s)
{
    enum { WINDOW = 8 };
    const uint8_t *p = (const uint8_t *)&s->i;

    for (size_t at = 0; at + WINDOW <= sizeof s->i; at++) {
        if (not_zero(p + at, WINDOW) < WINDOW - 1)
            continue;
        for (size_t n = 0; n < CHIP_FILES; n++) {
            const struct chip_file *f = &s->chip.file[n];

            if (f->bytes != NULL && memmem(f->bytes, f->len, p + at, WINDOW) != NULL)
                fail_msg("[%s] %s is left at byte %zu of the inspection", expect_row, f->name, at);
        }
        if (memmem(s->mrz, strlen(s->mrz), p + at, WINDOW) != NULL)
            fail_msg("[%s] the MRZ is left at byte %zu of the inspection", expect_row, at);
    }
}

void scene_run(struct scene *s)
{
    const struct inspect_order order = { .mrz = text_of(s->mrz), .profile = s->profile };

    plain_chip_reset(&s->chip);
    s->steps = 0;
    s->delivered = false;
    s->given = 0;
    inspect_begin(&s->i, &s->setup, &order, buf_of(s->store, INSPECT_ARENA));
    do
        s->steps++;
    while (inspect_step(&s->i) && s->steps <= STAGE_COUNT);
    EXPECT(s->steps <= STAGE_COUNT);
    EXPECT(s->delivered);
    EXPECT(!s->chip.field && s->chip.field_offs > 0);
    expect_zero(s->store, INSPECT_ARENA);
    expect_no_piece(s);
    s->evidence = s->i.evidence;
    for (unsigned p = 0; p < PROFILE_COUNT; p++)
        verdict_of(&s->evidence, (enum profile_id)p, &s->judgement[p]);
}

enum verdict scene_verdict(const struct scene *s, enum profile_id p)
{
    return s->judgement[p].verdict;
}

bool same_evidence(const struct evidence *a, const struct evidence *b)
{
    for (unsigned c = 0; c < CHECK_COUNT; c++) {
        if (a->check[c].result != b->check[c].result || a->check[c].reason != b->check[c].reason)
            return false;
    }
    return memcmp(a->dg, b->dg, sizeof a->dg) == 0 && a->notes.n == b->notes.n &&
           memcmp(a->notes.item, b->notes.item, sizeof a->notes.item) == 0 &&
           a->cut.code == b->cut.code;
}

static bool has_note(const struct evidence *e, struct note n)
{
    for (size_t i = 0; i < e->notes.n; i++) {
        if (e->notes.item[i].id == n.id && e->notes.item[i].place == n.place)
            return true;
    }
    return false;
}

const char *more_notes(const struct evidence *a, const struct evidence *b)
{
    static char text[1024];
    size_t      len = 0;

    text[0] = '\0';
    for (size_t i = 0; i < b->notes.n && len < sizeof text; i++) {
        const struct note n = b->notes.item[i];

        if (!has_note(a, n))
            len += (size_t)snprintf(text + len, sizeof text - len, "%s%s", len ? "," : "",
                                    note_name(n.id));
    }
    return len == 0 ? "none" : text;
}

void scene_print(const struct scene *s, FILE *out)
{
    const struct evidence *e = &s->evidence;

    for (unsigned c = 0; c < CHECK_COUNT; c++)
        fprintf(out, "  %-22s %-14s %s\n", check_id(c), result_name(e->check[c].result),
                reason_name(e->check[c].reason));
    for (unsigned dg = 1; dg <= DG_MAX; dg++) {
        if (e->dg[dg] != DG_NOT_RUN)
            fprintf(out, "  DG%-2u %s\n", dg, dg_state_name(e->dg[dg]));
    }
    for (size_t n = 0; n < e->notes.n; n++)
        fprintf(out, "  note %s at %s\n", note_name(e->notes.item[n].id),
                place_name(e->notes.item[n].place));
    if (e->cut.code != OK)
        fprintf(out, "  cut off: %s\n", outcome_name(e->cut.code));
    for (unsigned p = 0; p < PROFILE_COUNT; p++)
        fprintf(out, "  %s: %s\n", profile_name(p), verdict_name(s->judgement[p].verdict));
}
