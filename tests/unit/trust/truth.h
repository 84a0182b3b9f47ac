/*
 * truth: dsc_chain_truth.tsv, and the document signers that it speaks of.
 *
 * Columns: source, sha256 of the signer, ..., number of verifying CSCA certificates, ..., the
 * first 16 hex digits of their SHA-256.
 */
#ifndef TESTS_TRUST_TRUTH_H
#define TESTS_TRUST_TRUTH_H

#include "base/bytes.h"

struct truth {
    const char *source, *sha256, *cscas;
    unsigned    n_verifying;
    struct view der; /* empty until a file or an LDIF brought it */
};

/* The rows; their number. */
size_t              truth_read(const char *path);
const struct truth *truth_row(size_t i);

/* Take signers from every certificate file (PEM, DER) of a folder; from the userCertificate
 * values of an LDIF. */
void truth_add_files(const char *folder);
void truth_add_ldif(const char *path);

#endif
