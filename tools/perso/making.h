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

enum { MAKING_FILES = 64, MAKING_CA_KEYS = 3 };

struct making {
    struct recipe recipe;
    struct when   today;
    const char   *issuer;     /* folder of an issuer to use or to begin, or NULL */
    const char   *keys;       /* folder of keys to take and to keep, or NULL */
    bool          no_patches; /* the document as it was before its faults */

    EVP_PKEY   *csca; /* set even when its certificate was reused */
    struct blob csca_cer;
    struct making_signer {
        EVP_PKEY   *key;
        struct blob cer;                         /* as it goes into the folder, patches done */
        struct blob issuer, serial;              /* as they were before patches */
    } ds, cs;                                    /* of EF.SOD; of EF.CardSecurity */
    EVP_PKEY     *aa, *ca[MAKING_CA_KEYS], *cam; /* the chip's, or NULL */
    struct recipe chip;                          /* what document.ini says of the chip by itself */
    char          mrz[3][48];                    /* what is printed */
    int           mrz_lines;
    int           groups[17]; /* 1: this data group is made */
    struct blob   hashes[17]; /* of the data groups */

    struct making_file {
        const char *name; /* "DG1", "ds.cer" */
        struct blob bytes;
    } files[MAKING_FILES];
    size_t file_count;
};

/* Put a file into the document folder to be. */
void making_add(struct making *m, const char *name, const struct blob *bytes);

/* An issuer's key, taken from --keys where it is there, or made.  params: the recipe's key that
 * says explicit or named. */
EVP_PKEY *making_key(struct making *m, const char *role, const char *key, const char *params);

/* A key of the chip or of a terminal, in the same way. */
struct making_wish {
    const char *role; /* names the file in --keys */
    const char *key;  /* the recipe's key, for its value and for complaints */
    const char *text; /* a KEY in place of that value, or NULL */
};
EVP_PKEY *making_chip_key(struct making *m, const struct making_wish *w);

/* Put a private key into the folder to be. */
void making_add_key(struct making *m, const char *name, EVP_PKEY *key);

/* The whole document. */
void making_document(struct making *m);

/* Everything kept in memory by OpenSSL. */
void making_end(struct making *m);

/* the parts, in the order they are made */
void issue_all(struct making *m);     /* csca.cer, ds.cer, csca.crl, link */
void page_make(struct making *m);     /* the printed lines */
void infos_keys(struct making *m);    /* aa.key, ca.key, ca-2.key, ca-3.key, cam.key */
void datagroup_all(struct making *m); /* DG1..DG16, EF.COM, EF.DIR */
void datagroup_info(struct making *m, struct blob *out); /* DG14's content */
void access_all(struct making *m);   /* EF.CardAccess, EF.CardSecurity, EF.ATR */
void terminal_all(struct making *m); /* EF.CVCA, cvca-1.cvc ..., terminal/ */
void cmsmake_sod(struct making *m);
void cmsmake_card_security(struct making *m, const struct blob *infos);
void facefile_put(struct making *m, struct blob *out);      /* DG2's image: ISO 19794-5 */
void biometric_fingers(struct making *m, struct blob *out); /* DG3's content */
void biometric_irises(struct making *m, struct blob *out);  /* DG4's content */

#endif
