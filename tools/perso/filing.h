/*
 * filing: reading and writing whole files, and the document folder that appears all at once.
 *
 * It is written under another name beside its place and renamed when complete, so that a program
 * that ends early leaves nothing behind.
 */
#ifndef PERSO_FILING_H
#define PERSO_FILING_H

#include <stdbool.h>

#include <openssl/evp.h>

#include "blob.h"

/* Whole file, false if it is not there. */
bool filing_read(const char *path, struct blob *out);

/* PKCS#8, DER; NULL if it is not there. */
EVP_PKEY *filing_read_key(const char *path);

/* Write one file; secret ones are their owner's alone. */
void filing_write(const char *path, const struct blob *bytes, bool secret);
void filing_make(const char *path); /* it may be there already */

/* Begin DIR: refuses a folder that holds something else than a document, unless forced.  Returns
 * the name to write under until filing_finish(). */
const char *filing_begin(const char *dir, bool force);
void        filing_finish(void);

#endif
