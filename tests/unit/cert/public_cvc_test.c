/*
 * public_cvc_test: CV certificates that others made, against what is known of them.
 *
 * Source: data/cvc under VERSO_SHARED; cvc_truth.tsv says of each who issued it and that the
 * signature is right, as found with another program.
 */
#include "cert/cvc.h"

#include "shared.h"

enum { FILES_MAX = 64, LINE = 2048 };

static struct {
    char        name[SHARED_PATH];
    struct view der;
    struct cvc  cvc;
} file[FILES_MAX];

static size_t n_files;

static bool ends(const char *text, const char *with)
{
    const size_t n = strlen(text), k = strlen(with);

    return n >= k && strcmp(text + n - k, with) == 0;
}

static void take(struct view bytes, const char *source)
{
    uint8_t *der = malloc(bytes.len + 1);
    char    *text = malloc(bytes.len + 1);

    if (!ends(source, ".cvcert") && !ends(source, ".hex")) {
        free(der);
        free(text);
        return;
    }
    ROW(source);
    EXPECT(n_files < FILES_MAX);
    if (ends(source, ".hex")) {
        size_t n = 0;

        for (size_t i = 0; i < bytes.len; i++) {
            if (bytes.ptr[i] > ' ')
                text[n++] = (char)bytes.ptr[i];
        }
        text[n] = '\0';
        file[n_files].der = hex(text, der, bytes.len + 1);
    } else {
        memcpy(der, bytes.ptr, bytes.len);
        file[n_files].der = view_of(der, bytes.len);
    }
    free(text);
    snprintf(file[n_files].name, SHARED_PATH, "%s", source + strlen("cvc/"));
    struct view in = file[n_files].der;

    EXPECT_CODE(cvc_read(&in, &file[n_files].cvc), OK);
    EXPECT(in.len == 0);
    n_files++;
}

/* Whoever inherits a curve gets it from its issuer, who may have to get it first. */
static void hand_down(void)
{
    for (int generation = 0; generation < 4; generation++) {
        for (size_t i = 0; i < n_files; i++) {
            for (size_t k = 0; k < n_files; k++) {
                if (file[i].cvc.key.key.kind == KEY_NONE && i != k &&
                    view_eq(file[i].cvc.car, file[k].cvc.chr))
                    cvc_inherit(&file[i].cvc, &file[k].cvc.key);
            }
        }
    }
}

static size_t find(const char *name)
{
    for (size_t i = 0; i < n_files; i++) {
        if (strcmp(file[i].name, name) == 0)
            return i;
    }
    return FILES_MAX;
}

static void same_date(struct date d, const char *digits)
{
    char text[16];

    snprintf(text, sizeof text, "%02u%02u%02u", d.year - 2000U, d.month, d.day);
    for (size_t i = 0; i < 6; i++)
        EXPECT(digits[2 * i] == '0' && digits[2 * i + 1] == text[i]);
}

static void same_chat(const struct cvc *c, const char *chat)
{
    char oid[LINE], rights[LINE];

    EXPECT(sscanf(chat, "('%[0-9.]', '%[0-9a-f]')", oid, rights) == 2);
    EXPECT(strcmp(oid_dotted(c->type), oid) == 0);
    EXPECT_BYTES(c->rights, HEX(rights));
}

/* The issuers named, separated by "; ", as far as they are here. */
static size_t verify(const struct cvc *c, char *issuers)
{
    size_t verified = 0;

    for (char *one = strtok(issuers, ";"); one != NULL; one = strtok(NULL, ";")) {
        const size_t k = find(one + strspn(one, " "));
        enum result  r = NOT_RUN;

        if (k == FILES_MAX)
            continue;
        EXPECT_CODE(cvc_check(c, &file[k].cvc.key, &r), OK);
        EXPECT(r == SUCCESSFUL);
        verified++;
    }
    return verified;
}

static void as_the_truth_says(void **state)
{
    (void)state;
    char   path[SHARED_PATH], line[LINE], *field[9];
    size_t rows = 0, verified = 0;

    shared_join(path, getenv("VERSO_SHARED"), "data/cvc/cvc_truth.tsv");
    FILE *f = fopen(path, "r");

    EXPECT(f != NULL && fgets(line, sizeof line, f) != NULL);
    while (fgets(line, sizeof line, f) != NULL) {
        char *at = line;

        for (size_t i = 0; i < COUNT(field); i++)
            field[i] = strsep(&at, "\t\n");
        const size_t i = find(field[0]);

        ROW(field[0]);
        EXPECT(i != FILES_MAX);
        const struct cvc *c = &file[i].cvc;

        EXPECT_BYTES(c->car, text_of(field[1]));
        EXPECT_BYTES(c->chr, text_of(field[2]));
        EXPECT(strcmp(oid_dotted(c->key.alg), field[3]) == 0);
        same_chat(c, field[4]);
        same_date(c->from, field[5]);
        same_date(c->until, field[6]);
        EXPECT(strncmp(field[8], "yes", 3) == 0);
        verified += verify(c, field[7]);
        rows++;
    }
    fclose(f);
    printf("%zu certificates, %zu signatures verified\n", rows, verified);
    EXPECT(rows == n_files && rows >= 40 && verified >= 40);
}

/* jmrtd_rsa: a chain over RSA with a link certificate, as an inspection system would need it. */
static void chain_of_jmrtd(void **state)
{
    (void)state;
    static const char *const names[] = { "jmrtd_rsa/new_certIS_new.cvcert",
                                         "jmrtd_rsa/new_certDVD_new.cvcert",
                                         "jmrtd_rsa/new_certCVCA_new.cvcert",
                                         "jmrtd_rsa/orig_certCVCA_orig.cvcert" };
    static uint8_t           all[8192];
    struct cvc_store         store;
    struct cvc_chain         chain;
    size_t                   n = 0;

    for (size_t i = 0; i < COUNT(names); i++) {
        const struct view der = file[find(names[i])].der;

        memcpy(all + n, der.ptr, der.len);
        n += der.len;
    }
    EXPECT_CODE(cvc_store_read(view_of(all, n), &store), OK);
    EXPECT_CODE(
        cvc_chain_find(&store, TEXT("NLCVCAA00001"), (struct date){ 2009, 6, 1 }, &chain, NULL),
        OK);
    EXPECT(chain.n == 3 && chain.rights == CVC_READ_DG3);
    EXPECT_BYTES(chain.item[0], file[find(names[2])].der);
    EXPECT_BYTES(chain.terminal.chr, TEXT("NLIS7202000NL001"));
    EXPECT_CODE(
        cvc_chain_find(&store, TEXT("NLCVCAA00002"), (struct date){ 2009, 6, 1 }, &chain, NULL),
        OK);
    EXPECT(chain.n == 2);
    EXPECT_CODE(
        cvc_chain_find(&store, TEXT("NLCVCAA00001"), (struct date){ 2026, 6, 1 }, &chain, NULL),
        E_UNSUPPORTED); /* expired long ago */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_the_truth_says),
        cmocka_unit_test(chain_of_jmrtd),
    };

    if (!shared_is_there())
        return 77;
    shared_files("cvc", take);
    hand_down();
    const int failed = cmocka_run_group_tests_name("cert.public_cvc", tests, NULL, NULL);

    for (size_t i = 0; i < n_files; i++)
        free((void *)(uintptr_t)file[i].der.ptr);
    return failed;
}
