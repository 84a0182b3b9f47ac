/*
 * census: what a bundle holds, counted, as text and as JSON.
 *
 * It reads the bundle through the firmware's own reader, so that what is shown is what a
 * device sees.
 */
#ifndef TRUST_CENSUS_H
#define TRUST_CENSUS_H

#include <stdio.h>

#include "trust/revocation.h"

enum { TALLY_ROWS = 512, TALLY_NAME = 64 };

/* How often each name was seen; sorted by tally_sort(). */
struct tally {
    struct {
        char     name[TALLY_NAME];
        unsigned n;
    } row[TALLY_ROWS];
    size_t n;
};

struct census_expiry {
    struct moment at;
    char          country[4];
    uint8_t       fingerprint[BUNDLE_HASH];
};

struct census {
    unsigned             anchors, crls, revoked, sources;
    unsigned             expired; /* anchors, at the moment of counting */
    struct tally         country, algorithm, key, curve, link, crl;
    struct census_expiry expiry[8]; /* the next, soonest first */
    size_t               n_expiries;
};

/* Count everything; every page is verified.  The first failure ends it. */
struct err census_of(struct bundle *b, struct moment now, struct census *out);

/* How an anchor is tied to others: "self-signed", "link", "link to another name", "link, issuer
 * not here". */
const char *census_link(const struct anchor *a);

/* Print; the JSON is one object without a line end. */
void census_text(const struct census *c, FILE *out);
void census_json(const struct census *c, FILE *out);

/* The header's facts, likewise; the JSON is members without braces. */
void census_header_text(const struct bundle *b, FILE *out);
void census_header_json(const struct bundle *b, FILE *out);

/* A JSON string, quoted; octets that are no ASCII text become \u00xx. */
void census_quote(struct view text, FILE *out);

#endif
