/*
 * name: X.501 names, compared as people write them.
 *
 * States write one and the same name in upper and lower case and in several string types
 * (quirks F7, F8), so two names are the same when their attribute types agree in order and
 * their values agree after folding case and white space.  A name only helps to find an
 * issuer; the signature decides.  A name of over some 1000 octets counts as malformed.
 *
 * Spec: RFC 5280 clause 7.1; Doc 9303-12 (8th ed.) clause 7.1.
 */
#ifndef CERT_NAME_H
#define CERT_NAME_H

#include "crypto/hash.h"

/* Both are whole Names (SEQUENCE included).  Malformed names are the same only when
 * their octets are. */
bool name_same(struct view a, struct view b);

struct country {
    char text[4]; /* two or three letters, upper case, ended by zero */
};

/* The countryName, folded to upper case.  E_UNEXPECTED if the name has none, or several that
 * differ. */
struct err name_country(struct view name, struct country *out);

/* Is it as Doc 9303-12 wants it: a countryName of two capitals in a PrintableString, and a
 * commonName? */
bool name_in_profile(struct view name);

/* SHA-256 over the folded form: equal for names that are the same.  How lists are indexed.
 * A malformed name is hashed as it is, behind one octet FF. */
struct err name_digest(struct view name, struct buf *out);

/* Append "C=UT, O=Government, CN=CSCA Utopia"; octets that are not printable ASCII, a
 * comma and a backslash as \XX; wide characters as UTF-8 first.  E_NO_SPACE; E_MALFORMED and
 * the rest of der.h, and then nothing was written. */
struct err name_print(struct view name, struct buf *out);

#endif
