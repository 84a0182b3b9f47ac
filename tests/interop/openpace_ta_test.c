/*
 * openpace_ta_test: OpenPACE (libeac) as a chip, before our reader's terminal authentication
 * and before the certificates of verso-perso.
 *
 * usage: openpace_ta_test FOLDER [FILE]     FILE: the certificate in terminal/ to be refused
 *
 * OpenPACE does version 2: other commands, but the same certificates, and the same bytes are
 * signed: ID.IC, the challenge, Comp(the terminal's ephemeral key).
 */
#include <dirent.h>
#include <time.h>

/* Both name a role so. */
#define CVC_CVCA THEIR_CVCA
#include <eac/eac.h>
#include <eac/ta.h>
#undef CVC_CVCA

#include "base/tlv.h"
#include "chipauth/ta.h"
#include "cvc_maker.h"

#define ID_IC "0102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F20"
#define COMP  "A1A2A3A4A5A6A7A8A9AAABACADAEAFB0B1B2B3B4B5B6B7B8B9BABBBC"

enum { FILES_MAX = 8, CERTIFICATE_MAX = 2048, NAME_LEN = 300 };

static const char *folder, *to_refuse;

struct document {
    size_t    count;
    char      name[FILES_MAX][NAME_LEN];
    uint8_t   bytes[FILES_MAX * CERTIFICATE_MAX]; /* one behind the other */
    size_t    at[FILES_MAX + 1];
    EVP_PKEY *key;
};

struct chip {
    EAC_CTX *eac;
    BUF_MEM *nonce;
    bool     has_other_id;
};

static size_t load(const char *name, uint8_t *room, size_t max)
{
    char   path[2 * NAME_LEN];
    FILE  *f;
    size_t n;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    f = fopen(path, "rb");
    if (f == NULL)
        fail_msg("%s cannot be read", path);
    n = fread(room, 1, max, f);
    fclose(f);
    EXPECT(n > 0 && n < max);
    return n;
}

static int is_cvc(const struct dirent *d)
{
    const size_t n = strlen(d->d_name);

    return n > 4 && strcmp(d->d_name + n - 4, ".cvc") == 0;
}

/* What the terminal has: terminal/01-link-2.cvc ..., terminal/is.key. */
static void read_terminal(struct document *doc)
{
    char            path[NAME_LEN];
    struct dirent **list;
    uint8_t         der[4096];
    const uint8_t  *at = der;
    size_t          len;

    snprintf(path, sizeof path, "%s/terminal", folder);
    const int n = scandir(path, &list, is_cvc, alphasort);

    EXPECT(n > 0 && n <= FILES_MAX);
    for (int i = 0; i < n; i++) {
        snprintf(doc->name[i], NAME_LEN, "terminal/%.200s", list[i]->d_name);
        free(list[i]);
        doc->at[i + 1] = doc->at[i] + load(doc->name[i], doc->bytes + doc->at[i], CERTIFICATE_MAX);
    }
    free(list);
    doc->count = (size_t)n;
    len = load("terminal/is.key", der, sizeof der);
    doc->key = d2i_AutoPrivateKey(NULL, &at, (long)len);
    EXPECT(doc->key != NULL);
}

static struct view file_of(const struct document *doc, size_t i)
{
    return view_of(doc->bytes + doc->at[i], doc->at[i + 1] - doc->at[i]);
}

static BUF_MEM *mem_of(struct view v)
{
    BUF_MEM *m = BUF_MEM_new();

    EXPECT(m != NULL && BUF_MEM_grow(m, v.len) == v.len);
    memcpy(m->data, v.ptr, v.len);
    return m;
}

static void chip_make(struct chip *c)
{
    uint8_t      trusted[CERTIFICATE_MAX];
    const size_t n = load("cvca-1.cvc", trusted, sizeof trusted);

    *c = (struct chip){ .eac = EAC_CTX_new() };
    EXPECT(EAC_CTX_init_ta(c->eac, NULL, 0, trusted, n) == 1);
}

static void chip_free(struct chip *c)
{
    BUF_MEM_free(c->nonce);
    EAC_CTX_clear_free(c->eac);
}

static struct view holder_of(const CVC_CERT *c)
{
    return view_of(c->body->certificate_holder_reference->data,
                   (size_t)c->body->certificate_holder_reference->length);
}

/* --- the certificates as they lie there ------------------------------------------------ */

static void chain_is_judged(void **state)
{
    struct document doc = { 0 };
    struct chip     chip;

    (void)state;
    read_terminal(&doc);
    chip_make(&chip);
    for (size_t i = 0; i < doc.count; i++) {
        const struct view file = file_of(&doc, i);
        const bool        good = TA_STEP2_import_certificate(chip.eac, file.ptr, file.len) == 1;

        if (to_refuse != NULL && strstr(doc.name[i], to_refuse) != NULL) {
            if (good)
                fail_msg("%s is taken", doc.name[i]);
            break;
        }
        if (!good)
            fail_msg("%s is refused", doc.name[i]);
        EXPECT(to_refuse == NULL || i + 1 < doc.count);
    }
    chip_free(&chip);
    EVP_PKEY_free(doc.key);
}

/* --- EF.CardAccess as it lies there ---------------------------------------------------- */

static void card_access_is_read(void **state)
{
    uint8_t      file[CERTIFICATE_MAX];
    const size_t n = load("EF.CardAccess.bin", file, sizeof file);
    EAC_CTX     *eac = EAC_CTX_new();

    (void)state;
    EXPECT(EAC_CTX_init_ef_cardaccess(file, n, eac) == 1);
    EXPECT(eac->pace_ctx != NULL && eac->pace_ctx->id == 13);
    EXPECT(eac->pace_ctx->protocol == OBJ_txt2nid("0.4.0.127.0.7.2.2.4.2.2"));
    EAC_CTX_clear_free(eac);
}

/* --- the reader's protocol ------------------------------------------------------------- */

static uint16_t chip_imports(const struct chip *c, struct view content)
{
    uint8_t    room[CERTIFICATE_MAX];
    struct buf whole = BUF(room);

    EXPECT_CODE(tlv_put(&whole, 0x7F21, content), OK);
    return TA_STEP2_import_certificate(c->eac, room, whole.len) == 1 ? 0x9000 : 0x6300;
}

static uint16_t chip_verifies(const struct chip *c, struct view signature)
{
    BUF_MEM *comp = mem_of(HEX(COMP)), *id = mem_of(HEX(ID_IC)), *given = mem_of(signature);
    bool     good;

    if (c->has_other_id)
        id->data[0] ^= 1;
    good = TA_STEP6_verify(c->eac, comp, id, NULL, given) == 1;
    BUF_MEM_free(comp);
    BUF_MEM_free(id);
    BUF_MEM_free(given);
    return good ? 0x9000 : 0x6300;
}

static struct rapdu chip_answer(struct chip *c, const struct capdu *q)
{
    const TA_CTX *ta = c->eac->ta_ctx;
    struct view   data = q->data, name;

    switch (q->ins << 16 | q->p1 << 8 | q->p2) {
    case 0x2281B6: /* MSE:Set DST: whose certificate comes */
        EXPECT_CODE(tlv_expect(&data, 0x83, &name), OK);
        EXPECT_BYTES(name,
                     holder_of(ta->current_cert != NULL ? ta->current_cert : ta->trust_anchor));
        return (struct rapdu){ .sw = 0x9000 };
    case 0x2A00BE:
        return (struct rapdu){ .sw = chip_imports(c, q->data) };
    case 0x2281A4: /* MSE:Set AT: whose signature comes */
        EXPECT_CODE(tlv_expect(&data, 0x83, &name), OK);
        EXPECT_BYTES(name, holder_of(ta->current_cert));
        return (struct rapdu){ .sw = 0x9000 };
    case 0x840000:
        BUF_MEM_free(c->nonce);
        c->nonce = TA_STEP4_get_nonce(c->eac);
        return (struct rapdu){ .sw = 0x9000, .data = view_of(c->nonce->data, c->nonce->length) };
    case 0x820000:
        return (struct rapdu){ .sw = chip_verifies(c, q->data) };
    default:
        fail_msg("command %02X %02X%02X", q->ins, q->p1, q->p2);
        return (struct rapdu){ 0 };
    }
}

/* The host has the key. */
static void host_signs(struct ta *t, EVP_PKEY *key)
{
    for (size_t i = 0; i < COUNT(cvc_algs); i++) {
        if (view_at(t->ask.oid, 8) == cvc_algs[i]->arc[0] &&
            view_at(t->ask.oid, 9) == cvc_algs[i]->arc[1]) {
            uint8_t      signature[1024];
            const size_t n = cvc_sign(key, cvc_algs[i], t->ask.data, signature);

            EXPECT_CODE(ta_answer(t, view_of(signature, n)), OK);
            return;
        }
    }
    fail_msg("the reader asks for an unknown algorithm");
}

static struct err play(struct ta *t, struct chip *chip, EVP_PKEY *key)
{
    struct rapdu last = { 0 };

    for (;;) {
        struct capdu     next;
        enum step        todo;
        const struct err e = ta_step(t, last, &next, &todo);

        if (e.code != OK || todo == STEP_DONE)
            return e;
        last = (struct rapdu){ 0 };
        if (todo == STEP_ASK)
            host_signs(t, key);
        else
            last = chip_answer(chip, &next);
    }
}

static struct date today(void)
{
    const time_t    now = time(NULL);
    const struct tm tm = *gmtime(&now);

    return (struct date){ (uint16_t)(tm.tm_year + 1900), (uint8_t)(tm.tm_mon + 1),
                          (uint8_t)tm.tm_mday };
}

static void run(bool has_other_id)
{
    struct document   doc = { 0 };
    struct chip       chip;
    struct ta         t;
    struct ta_outcome out;

    read_terminal(&doc);
    chip_make(&chip);
    chip.has_other_id = has_other_id;
    const struct ta_terms terms = {
        .certificates = view_of(doc.bytes, doc.at[doc.count]),
        .car = { holder_of(chip.eac->ta_ctx->trust_anchor) },
        .id_ic = HEX(ID_IC),
        .comp = HEX(COMP),
        .today = today(),
    };

    EXPECT_CODE(ta_begin(&t, &terms, &out, NULL), OK);
    const struct err e = play(&t, &chip, doc.key);

    ta_end(&t);
    if (has_other_id) {
        EXPECT_CODE(e, E_REFUSED);
        EXPECT(e.sw == 0x6300 && out.stage == TA_AT_SIGNATURE);
    } else {
        EXPECT_CODE(e, OK);
        EXPECT(out.stage == TA_AT_END && out.sent == doc.count);
    }
    chip_free(&chip);
    EVP_PKEY_free(doc.key);
}

static void reader_is_believed(void **state)
{
    (void)state;
    if (to_refuse != NULL)
        skip(); /* such a chain is not the reader's matter */
    run(false);
}

static void other_id_is_not(void **state)
{
    (void)state;
    if (to_refuse != NULL)
        skip();
    run(true);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(card_access_is_read),
        cmocka_unit_test(chain_is_judged),
        cmocka_unit_test(reader_is_believed),
        cmocka_unit_test(other_id_is_not),
    };
    int failed;

    if (argc < 2)
        return 64;
    folder = argv[1];
    to_refuse = argc > 2 ? argv[2] : NULL;
    EAC_init();
    failed = cmocka_run_group_tests_name("interop.openpace_ta", tests, NULL, NULL);
    EAC_cleanup();
    return failed;
}
