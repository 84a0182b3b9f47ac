/*
 * cert_ext: the extensions of a certificate.
 *
 * Spec: RFC 5280 clause 4.2.1; Doc 9303-12 (8th ed.) clause 7.1.1.
 */
#ifndef CERT_CERT_EXT_H
#define CERT_CERT_EXT_H

#include "cert/cert.h"

/* Read the content of the SEQUENCE OF Extension (empty if there is none) into c, whose names
 * are there already, and note what the profile misses or forbids. */
struct err cert_ext_read(struct view extensions, struct cert *c, struct notes *notes);

#endif
