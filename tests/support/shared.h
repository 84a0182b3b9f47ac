/*
 * shared: the public test data that VERSO_SHARED names, and what is in it.
 *
 * Certificates are dug out with OpenSSL (PEM, base64, CMS) and with our DER reader for the
 * master list's own structure, so that a test of our CMS reader does not feed itself.
 */
#ifndef TESTS_SHARED_H
#define TESTS_SHARED_H

#include <dirent.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sys/stat.h>

#include "base/der.h"
#include "expect.h"

enum { SHARED_PATH = 1024 };

/* a/b, in out of SHARED_PATH characters. */
__attribute__((unused)) static void shared_join(char *out, const char *a, const char *b)
{
    const int n = snprintf(out, SHARED_PATH, "%s/%s", a, b);

    EXPECT(n > 0 && n < SHARED_PATH);
}

/* Does the folder exist?  If not, main() says so and returns 77, which ctest calls skipped. */
__attribute__((unused)) static bool shared_is_there(void)
{
    const char *root = getenv("VERSO_SHARED");
    char        path[SHARED_PATH];
    struct stat s;

    shared_join(path, root ? root : "", "data");
    if (root != NULL && *root != '\0' && stat(path, &s) == 0)
        return true;
    printf("skipped: VERSO_SHARED does not name the folder of public test data\n");
    return false;
}

/* The whole file, in an allocation of exactly its length; the caller frees .ptr. */
__attribute__((unused)) static struct view shared_read(const char *path)
{
    FILE *f = fopen(path, "rb");
    long  n;

    if (f == NULL)
        fail_msg("cannot read %s", path);
    fseek(f, 0, SEEK_END);
    n = ftell(f);
    rewind(f);
    uint8_t *bytes = malloc(n > 0 ? (size_t)n : 1);

    EXPECT(fread(bytes, 1, (size_t)n, f) == (size_t)n);
    fclose(f);
    return view_of(bytes, (size_t)n);
}

typedef void shared_visitor(struct view bytes, const char *source);

/* Every file below data/FOLDER, whole, with its path. */
__attribute__((unused)) static void shared_files(const char *folder, shared_visitor *visit)
{
    struct dirent **entry;
    char            data[SHARED_PATH], path[SHARED_PATH], below[SHARED_PATH];
    struct stat     s;

    shared_join(data, getenv("VERSO_SHARED"), "data");
    shared_join(path, data, folder);
    const int n = scandir(path, &entry, NULL, alphasort);

    if (n < 0)
        fail_msg("no folder %s", path);
    for (int i = 0; i < n; i++) {
        shared_join(below, folder, entry[i]->d_name);
        shared_join(path, data, below);
        if (entry[i]->d_name[0] != '.' && stat(path, &s) == 0) {
            if (S_ISDIR(s.st_mode)) {
                shared_files(below, visit);
            } else {
                const struct view v = shared_read(path);

                visit(v, below);
                free((void *)(uintptr_t)v.ptr);
            }
        }
        free(entry[i]);
    }
    free(entry);
}

/* Each of the certificates in a PEM file. */
__attribute__((unused)) static void shared_pem(struct view text, const char *source,
                                               shared_visitor *visit)
{
    BIO     *bio = BIO_new_mem_buf(text.ptr, (int)text.len);
    char    *name, *header;
    uint8_t *der;
    long     n;

    while (PEM_read_bio(bio, &name, &header, &der, &n) == 1) {
        if (strcmp(name, "CERTIFICATE") == 0)
            visit(view_of(der, (size_t)n), source);
        OPENSSL_free(name);
        OPENSSL_free(header);
        OPENSSL_free(der);
    }
    BIO_free(bio);
}

/* Each "attribute;binary::" value of an LDIF file whose attribute begins as given. */
__attribute__((unused)) static void shared_ldif(struct view text, const char *attribute,
                                                const char *source, shared_visitor *visit)
{
    char    *line = malloc(text.len + 1);
    uint8_t *der = malloc(text.len);
    size_t   at = 0, n;

    while (at < text.len) {
        for (n = 0; at < text.len; at++) { /* one line, with those folded into it */
            if (text.ptr[at] == '\n' && at + 1 < text.len && text.ptr[at + 1] == ' ')
                at++;
            else if (text.ptr[at] == '\n')
                break;
            else if (text.ptr[at] != '\r')
                line[n++] = (char)text.ptr[at];
        }
        at++;
        line[n] = '\0';
        const char *value = strstr(line, ":: ");

        if (strncmp(line, attribute, strlen(attribute)) != 0 || value == NULL)
            continue;
        const int len = EVP_DecodeBlock(der, (const uint8_t *)value + 3, (int)strlen(value + 3));

        EXPECT(len > 0);
        visit(view_of(der, (size_t)len - (line[n - 1] == '=') - (line[n - 2] == '=')), source);
    }
    free(line);
    free(der);
}

/* Each certificate of CscaMasterList ::= SEQUENCE { version, SET OF Certificate }. */
__attribute__((unused)) static void shared_master_list(struct view list, const char *source,
                                                       shared_visitor *visit)
{
    struct view all, set;
    uint32_t    version;
    struct tlv  one;

    EXPECT_CODE(der_expect(&list, DER_SEQUENCE, &all), OK);
    EXPECT_CODE(der_u32(&all, &version), OK);
    EXPECT_CODE(der_expect(&all, DER_SET, &set), OK);
    while (set.len != 0) {
        EXPECT_CODE(der_expect_whole(&set, DER_SEQUENCE, &one), OK);
        visit(one.whole, source);
    }
}

/* Each certificate that a SignedData carries, and, if it is a master list, lists. */
__attribute__((unused)) static void shared_cms(CMS_ContentInfo *cms, const char *source,
                                               shared_visitor *visit)
{
    static const uint8_t ml[] = { 0x67, 0x81, 0x08, 0x01, 0x01, 0x02 };
    const ASN1_OBJECT   *type = CMS_get0_eContentType(cms);
    ASN1_OCTET_STRING  **content = CMS_get0_content(cms);
    STACK_OF(X509) *certs = CMS_get1_certs(cms);

    for (int i = 0; i < sk_X509_num(certs); i++) {
        uint8_t  *der = NULL;
        const int n = i2d_X509(sk_X509_value(certs, i), &der);

        visit(view_of(der, (size_t)n), source);
        OPENSSL_free(der);
    }
    sk_X509_pop_free(certs, X509_free);
    if (view_eq(view_of(OBJ_get0_data(type), OBJ_length(type)), VIEW(ml)))
        shared_master_list(
            view_of(ASN1_STRING_get0_data(*content), (size_t)ASN1_STRING_length(*content)), source,
            visit);
}

/* EF.SOD and its like: what is inside tag 77; anything else as it is. */
__attribute__((unused)) static struct view shared_unwrap(struct view file)
{
    struct view value = file, in = file;

    if (file.len != 0 && file.ptr[0] == 0x77)
        EXPECT_CODE(tlv_expect(&in, 0x77, &value), OK);
    return value;
}

#endif
