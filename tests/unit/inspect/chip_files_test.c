/*
 * chip_files_test: what a copied or damaged chip can do with its files without touching a
 * signature: leave one out, refuse it, cut it, give another document's.
 *
 * Each row is tried on a genuine document.  None may pass but where the standard has the file
 * optional and unsigned (EF.COM: Doc 9303-10 4.6.1, TR-03135-1 5.6.4.4.1).
 */
#include "documents.h"

enum deed { REMOVE, REFUSE, CUT, EXCHANGE, BLANK, PAD };

static const struct row {
    const char   *file;
    enum deed     deed;
    unsigned      arg; /* REFUSE: status word; CUT: bytes taken off; PAD: bytes put on */
    enum verdict  desk, conformance;
    enum check    check;
    enum result   result;
    enum reason   reason;
    enum dg_state state; /* of the data group */
} rows[] = {
    /* clang-format off */
    { "EF.COM", REMOVE,   0,      VERDICT_PASS,  VERDICT_PASS,  CHECK_ELE_COMSOD, NOT_SUPPORTED, REASON_COM_MISSING,    DG_NOT_RUN },
    { "EF.COM", REFUSE,   0x6F00, VERDICT_REFER, VERDICT_REFER, CHECK_ELE_COMSOD, UNDETERMINED,  REASON_FILE_DENIED,    DG_NOT_RUN },
    { "EF.COM", CUT,      1,      VERDICT_REFER, VERDICT_FAIL,  CHECK_ELE_COMSOD, FAILED,        REASON_FILE_MALFORMED, DG_NOT_RUN },
    { "EF.COM", BLANK,    0,      VERDICT_REFER, VERDICT_FAIL,  CHECK_ELE_COMSOD, FAILED,        REASON_FILE_MALFORMED, DG_NOT_RUN },
    { "EF.COM", PAD,      5,      VERDICT_PASS,  VERDICT_PASS,  CHECK_ELE_COMSOD, SUCCESSFUL,    REASON_NONE,           DG_NOT_RUN },
    { "EF.SOD", REMOVE,   0,      VERDICT_FAIL,  VERDICT_FAIL,  CHECK_ELE_SOD,    FAILED,        REASON_FILE_MISSING,   DG_NOT_RUN },
    { "EF.SOD", REFUSE,   0x6982, VERDICT_REFER, VERDICT_REFER, CHECK_ELE_TRUST,  UNDETERMINED,  REASON_FILE_DENIED,    DG_NOT_RUN },
    { "EF.SOD", REFUSE,   0x6F00, VERDICT_REFER, VERDICT_REFER, CHECK_ELE_DG,     UNDETERMINED,  REASON_FILE_DENIED,    DG_NOT_RUN },
    { "EF.SOD", CUT,      1,      VERDICT_FAIL,  VERDICT_FAIL,  CHECK_ELE_SOD,    FAILED,        REASON_SOD_MALFORMED,  DG_NOT_RUN },
    { "EF.SOD", CUT,      2000,   VERDICT_FAIL,  VERDICT_FAIL,  CHECK_ELE_SOD,    FAILED,        REASON_SOD_MALFORMED,  DG_NOT_RUN },
    { "EF.SOD", BLANK,    0,      VERDICT_FAIL,  VERDICT_FAIL,  CHECK_ELE_SOD,    FAILED,        REASON_SOD_MALFORMED,  DG_NOT_RUN },
    { "EF.SOD", EXCHANGE, 0,      VERDICT_FAIL,  VERDICT_FAIL,  CHECK_ELE_DG,     FAILED,        REASON_DG_HASH,        DG_NOT_RUN },
    { "DG1",    REMOVE,   0,      VERDICT_REFER, VERDICT_FAIL , CHECK_ELE_DG,     UNDETERMINED,  REASON_DG_MISSING,     DG_NOT_PRESENT },
    { "DG1",    REFUSE,   0x6982, VERDICT_REFER, VERDICT_REFER, CHECK_ELE_DG,     UNDETERMINED,  REASON_FILE_DENIED,    DG_PRESENT },
    { "DG1",    REFUSE,   0x6F00, VERDICT_REFER, VERDICT_FAIL , CHECK_ELE_DG,     UNDETERMINED,  REASON_DG_MISSING,     DG_NOT_PRESENT },
    { "DG1",    CUT,      1,      VERDICT_FAIL,  VERDICT_FAIL,  CHECK_ELE_DG,     FAILED,        REASON_FILE_MALFORMED, DG_NOT_IDENTICAL },
    { "DG1",    EXCHANGE, 0,      VERDICT_FAIL,  VERDICT_FAIL,  CHECK_ELE_DG,     FAILED,        REASON_DG_HASH,        DG_NOT_IDENTICAL },
    { "DG1",    BLANK,    0,      VERDICT_FAIL,  VERDICT_FAIL,  CHECK_ELE_DG,     FAILED,        REASON_FILE_MALFORMED, DG_NOT_IDENTICAL },
    { "DG2",    REMOVE,   0,      VERDICT_REFER, VERDICT_FAIL , CHECK_ELE_DG,     UNDETERMINED,  REASON_DG_MISSING,     DG_NOT_PRESENT },
    { "DG2",    REFUSE,   0x6985, VERDICT_REFER, VERDICT_REFER, CHECK_ELE_DG,     UNDETERMINED,  REASON_FILE_DENIED,    DG_PRESENT },
    { "DG2",    CUT,      1,      VERDICT_FAIL,  VERDICT_FAIL,  CHECK_ELE_DG,     FAILED,        REASON_FILE_MALFORMED, DG_NOT_IDENTICAL },
    { "DG2",    PAD,      7,      VERDICT_PASS,  VERDICT_PASS,  CHECK_ELE_DG,     SUCCESSFUL,    REASON_NONE,           DG_IDENTICAL },
    { "DG11",   REMOVE,   0,      VERDICT_REFER, VERDICT_FAIL , CHECK_ELE_DG,     UNDETERMINED,  REASON_DG_MISSING,     DG_NOT_PRESENT },
    { "DG14",   REMOVE,   0,      VERDICT_REFER, VERDICT_FAIL , CHECK_ELE_CHIPAUTH, UNDETERMINED, REASON_DG_MISSING,    DG_NOT_PRESENT },
    { "DG14",   REFUSE,   0x6982, VERDICT_REFER, VERDICT_FAIL , CHECK_ELE_CHIPAUTH, UNDETERMINED, REASON_DG_MISSING,    DG_PRESENT },
    { "DG14",   BLANK,    0,      VERDICT_FAIL,  VERDICT_FAIL,  CHECK_ELE_DG,     FAILED,        REASON_FILE_MALFORMED, DG_NOT_IDENTICAL },
    /* clang-format on */
};

static void put_bytes(struct chip_file *f, uint8_t *bytes, size_t len)
{
    free(f->bytes);
    f->bytes = bytes;
    f->len = f->cut = len;
}

static void pad(struct chip_file *f, unsigned n)
{
    uint8_t *longer = calloc(1, f->len + n);

    EXPECT(longer != NULL);
    memcpy(longer, f->bytes, f->len);
    put_bytes(f, longer, f->len + n);
}

static void exchange_with(struct chip_file *f, const char *document)
{
    char     folder[512], name[32];
    size_t   len = 0;
    uint8_t *bytes;

    snprintf(folder, sizeof folder, "%s/%s", VERSO_DOCUMENTS, document);
    snprintf(name, sizeof name, "%s.bin", f->name);
    bytes = disk_read(folder, name, &len);
    EXPECT(bytes != NULL);
    put_bytes(f, bytes, len);
}

static void do_deed(struct scene *s, const struct row *r)
{
    struct chip_file *f = plain_chip_file(&s->chip, r->file);

    switch (r->deed) {
    case REMOVE:
        put_bytes(f, NULL, 0);
        break;
    case REFUSE:
        f->refuse = (uint16_t)r->arg;
        break;
    case CUT:
        f->cut -= r->arg;
        break;
    case EXCHANGE:
        exchange_with(f, "td2");
        break;
    case BLANK:
        memset(f->bytes, 0, f->len);
        break;
    case PAD:
        pad(f, r->arg);
        break;
    }
}

static unsigned group_of(const char *file)
{
    return strncmp(file, "DG", 2) == 0 ? (unsigned)strtoul(file + 2, NULL, 10) : 0;
}

static void files_altered(void **state)
{
    (void)state;
    for (size_t n = 0; n < COUNT(rows); n++) {
        const struct row     *r = &rows[n];
        struct scene         *s = document_open("utopia");
        const struct finding *f = &s->evidence.check[r->check];
        char                  name[64];

        snprintf(name, sizeof name, "%s deed %d %X", r->file, (int)r->deed, r->arg);
        ROW(name);
        do_deed(s, r);
        scene_run(s);
        if (scene_verdict(s, PROFILE_desk) != r->desk ||
            scene_verdict(s, PROFILE_conformance) != r->conformance || f->result != r->result ||
            f->reason != r->reason || s->evidence.dg[group_of(r->file)] != r->state) {
            scene_print(s, stderr);
            fail_msg("[%s] is not what it should be", name);
        }
        EXPECT((s->given & 1U << group_of(r->file)) == 0 || r->state == DG_IDENTICAL);
        scene_close(s);
    }
}

/* A chip of something else: nothing to be found out, and no use in presenting it again. */
static void no_travel_document(void **state)
{
    struct scene *s = document_open("utopia");

    (void)state;
    ROW("no application");
    s->chip.foreign = true;
    scene_run(s);
    EXPECT(s->evidence.check[CHECK_ELE_ACCESS].reason == REASON_NO_EMRTD);
    EXPECT(s->evidence.check[CHECK_ELE_DG].result == UNDETERMINED);
    EXPECT(scene_verdict(s, PROFILE_desk) == VERDICT_REFER);
    EXPECT(scene_verdict(s, PROFILE_conformance) == VERDICT_FAIL); /* TR-03105-5.1 ISO7816_A_03 */
    scene_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_altered),
        cmocka_unit_test(no_travel_document),
    };

    return cmocka_run_group_tests_name("inspect.chip_files", tests, NULL, NULL);
}
