/*
 * folder: reading and writing whole files, and the document folder that appears all at once.
 *
 * It is written under another name beside its place and renamed when complete, so that a program
 * that ends early leaves nothing behind.
 */
#ifndef PERSO_FOLDER_H
#define PERSO_FOLDER_H

#include <stdbool.h>

#include <openssl/evp.h>

#include "blob.h"

/* Whole file, false if it is not there. */
bool folder_read(const char *path, struct blob *out);

/* PKCS#8, DER; NULL if it is not there. */
EVP_PKEY *folder_read_key(const char *path);

/* Write one file; secret ones are their owner's alone. */
void folder_write(const char *path, const struct blob *bytes, bool secret);
void folder_make(const char *path); /* it may be there already */

/* Begin DIR: refuses a folder that holds something else than a document, unless forced.  Returns
 * the name to write under until folder_finish(). */
const char *folder_begin(const char *dir, bool force);
void        folder_finish(void);

#endif
