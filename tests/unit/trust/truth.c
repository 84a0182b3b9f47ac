/* truth: see truth.h. */
#include "truth.h"

#include <dirent.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"

enum { ROWS = 1024, COLUMNS = 13 };
enum { SOURCE = 0, SHA256_HEX = 1, N_VERIFYING = 8, CSCAS = 12 };

static struct truth row[ROWS];
static size_t       n_rows;

static char *whole_text(struct view v)
{
    return strndup((const char *)v.ptr, v.len);
}

size_t truth_read(const char *path)
{
    char *rest = whole_text(run_read(path)), *line;

    strsep(&rest, "\n"); /* the head */
    for (n_rows = 0; (line = strsep(&rest, "\n")) != NULL && n_rows < ROWS;) {
        char *column[COLUMNS];
        int   n = 0;

        while (n < COLUMNS && (column[n] = strsep(&line, "\t")) != NULL)
            n++;
        if (n != COLUMNS)
            continue;
        row[n_rows++] = (struct truth){ .source = column[SOURCE],
                                        .sha256 = column[SHA256_HEX],
                                        .cscas = column[CSCAS],
                                        .n_verifying = (unsigned)atoi(column[N_VERIFYING]) };
    }
    return n_rows;
}

const struct truth *truth_row(size_t i)
{
    return &row[i];
}

static void add(struct view der)
{
    unsigned char digest[SHA256_DIGEST_LENGTH];
    char          hex[65];

    SHA256(der.ptr, der.len, digest);
    for (int i = 0; i < SHA256_DIGEST_LENGTH; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    for (size_t i = 0; i < n_rows; i++)
        if (strcmp(row[i].sha256, hex) == 0)
            row[i].der = der;
}

static void add_file(struct view file)
{
    BIO           *bio = BIO_new_mem_buf(file.ptr, (int)file.len);
    char          *name, *header;
    unsigned char *data;
    long           n;

    if (PEM_read_bio(bio, &name, &header, &data, &n) == 1)
        add(view_of(data, (size_t)n));
    else
        add(file);
    BIO_free(bio);
}

void truth_add_files(const char *folder)
{
    DIR *dir = opendir(folder);

    for (const struct dirent *e; dir != NULL && (e = readdir(dir)) != NULL;)
        if (e->d_name[0] != '.')
            add_file(run_read(run_path(folder, e->d_name)));
    if (dir != NULL)
        closedir(dir);
}

/* RFC 2849: a line that begins with a space goes on the one before. */
static void unfold(char *text)
{
    char *to = text;

    for (const char *from = text; *from != '\0'; from++) {
        if (*from == '\r')
            continue;
        if (from[0] == '\n' && from[1] == ' ')
            from++;
        else
            *to++ = *from;
    }
    *to = '\0';
}

void truth_add_ldif(const char *path)
{
    static const char attribute[] = "userCertificate;binary:: ";
    char             *rest = whole_text(run_read(path)), *line;

    unfold(rest);
    while ((line = strsep(&rest, "\n")) != NULL) {
        const char *value = line + strlen(attribute);
        uint8_t    *der;
        int         n, padding = 0;

        if (strncmp(line, attribute, strlen(attribute)) != 0)
            continue;
        der = malloc(strlen(value));
        n = EVP_DecodeBlock(der, (const unsigned char *)value, (int)strlen(value));
        for (size_t len = strlen(value); len > 0 && value[len - 1] == '='; len--)
            padding++;
        if (n > padding)
            add(view_of(der, (size_t)(n - padding)));
    }
}
