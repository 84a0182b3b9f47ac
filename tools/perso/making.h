/*
 * making: one document on its way, from the recipe to the files.
 */
#ifndef PERSO_MAKING_H
#define PERSO_MAKING_H

#include <openssl/evp.h>

#include "algo.h"
#include "blob.h"
#include "recipe.h"
#include "when.h"

enum { MAKING_FILES = 40 };

struct making {
    struct recipe recipe;
    struct when   today;
    const char   *issuer;     /* folder of an issuer to use or to begin, or NULL */
    const char   *keys;       /* folder of keys to take and to keep, or NULL */
    bool          no_patches; /* the document as it was before its faults */

    EVP_PKEY   *csca, *ds;            /* csca is set even when its certificate was reused */
    struct blob csca_cer, ds_cer;     /* as they go into the folder, patches done */
    struct blob ds_issuer, ds_serial; /* as they were before patches */
    char        mrz[3][48];           /* what is printed */
    int         mrz_lines;
    int         groups[17]; /* 1: this data group is made */
    struct blob hashes[17]; /* of the data groups */

    struct making_file {
        const char *name; /* "DG1", "ds.cer" */
        struct blob bytes;
    } files[MAKING_FILES];
    size_t file_count;
};

/* Put a file into the document folder to be. */
void making_add(struct making *m, const char *name, const struct blob *bytes);

/* A key of the recipe, taken from --keys where it is there, or made. */
EVP_PKEY *making_key(struct making *m, const char *role, const char *key, const char *params);

/* The whole document. */
void making_document(struct making *m);

/* Everything kept in memory by OpenSSL. */
void making_end(struct making *m);

/* the parts, in the order they are made */
void issue_all(struct making *m);     /* csca.cer, ds.cer, csca.crl, link */
void page_make(struct making *m);     /* the printed lines */
void datagroup_all(struct making *m); /* DG1..DG16, EF.COM, EF.DIR, aa.key, ca.key */
void datagroup_info(struct making *m, struct blob *out); /* DG14's content */
void sodmake(struct making *m);                          /* EF.SOD */
void facefile_put(struct making *m, struct blob *out);   /* DG2's image: ISO 19794-5 */

#endif
