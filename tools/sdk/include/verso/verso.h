/*
 * verso: talk to a Verso passport reader.
 *
 *   struct verso *reader;
 *   struct verso_report *report;
 *
 *   if (verso_open("unix:/run/verso.sock", &reader) == VERSO_OK &&
 *       verso_inspect(reader, &(struct verso_order){ .mrz = mrz }, &report) == VERSO_OK) {
 *       puts(verso_verdict_name(verso_report_verdict(report)));
 *       verso_report_free(report);
 *   }
 *   verso_close(reader);
 *
 * Calls block. One reader is used by one thread at a time; different readers may be used by
 * different threads. Strings are UTF-8 and end with a zero. A report holds a traveller's data:
 * verso_report_free() wipes it.
 *
 * Spec: docs/link-protocol.md.
 */
#ifndef VERSO_VERSO_H
#define VERSO_VERSO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum verso_status {
    VERSO_OK,
    VERSO_E_ADDRESS,  /* no transport has that form: "unix:PATH"                     */
    VERSO_E_CONNECT,  /* nobody there, or not for this user                          */
    VERSO_E_GONE,     /* the connection ended: open it again                         */
    VERSO_E_TIMEOUT,  /* the reader said nothing for too long: close, open again     */
    VERSO_E_PROTOCOL, /* what came is not the protocol: close, update one of the two */
    VERSO_E_REFUSED,  /* the reader refused the request: verso_why() says why        */
    VERSO_E_MEMORY,
};

struct verso;
struct verso_report;

/* Connect. where is "unix:PATH". On failure *out is NULL or a reader that only knows
 * verso_why(); verso_close() it. */
enum verso_status verso_open(const char *where, struct verso **out);

/* NULL is allowed. */
void verso_close(struct verso *v);

/* What went wrong last, as a sentence; never NULL; valid until the next call. */
const char *verso_why(const struct verso *v);

struct verso_info {
    const char *firmware, *serial, *frontend;
    const char *profiles; /* names, space between; the first is the default */
    const char *bundle;   /* one line about its trust bundle */
    const char *today;    /* its clock, "2026-11-21" */
};

/* What the reader says of itself; empty strings for what it does not know. Valid until the
 * next call with the same reader. */
enum verso_status verso_info(struct verso *v, struct verso_info *out);

struct verso_progress {
    const char *stage;       /* "access", "data groups" */
    const char *file;        /* "DG2", or "" */
    size_t      done, total; /* bytes; total 0: not known yet */
};

/* A chunk of a file whose hash the reader has verified. Chunks come in order. */
struct verso_chunk {
    const char    *file;               /* "DG2" */
    size_t         offset, total, len; /* bytes */
    const uint8_t *data;
};

/* The chip wants the terminal's signature. */
struct verso_sign {
    const char    *reference; /* holder reference of the terminal certificate: which key */
    const uint8_t *algorithm; /* object identifier of its suite, content octets          */
    size_t         algorithm_len;
    const uint8_t *data; /* what to sign; hashing it is part of the signature */
    size_t         data_len;
    unsigned       timeout_ms; /* afterwards it comes too late */
};

enum { VERSO_SIGNATURE_MAX = 512 }; /* bytes */

/* What to inspect, and whom to tell meanwhile. Zero is a sane default for everything. */
struct verso_order {
    const char    *mrz;     /* lines, LF between; NULL or "": a document without access control */
    const char    *can;     /* card access number, digits: opens PACE in the MRZ's place; or NULL */
    const char    *profile; /* NULL: the reader's default */
    unsigned       wait_ms; /* for a document to be laid on; 0: the reader's default */
    bool           allow_bac; /* Basic Access Control may follow a PACE that failed */
    const uint8_t *challenge; /* 8 bytes, never used before, for active authentication; or NULL */
    const uint8_t *terminal;  /* CV certificates, one behind the other; or NULL */
    size_t         terminal_len;
    void          *ctx;
    void (*progress)(void *ctx, const struct verso_progress *p);
    void (*chunk)(void *ctx, const struct verso_chunk *c); /* not NULL: files are sent, too */
    /* Write the signature, set *len, at most VERSO_SIGNATURE_MAX; false: there will be none.
     * RSA: as long as the modulus; ECDSA: r and s side by side.  NULL: nobody signs. */
    bool (*sign)(void *ctx, const struct verso_sign *what, uint8_t *signature, size_t *len);
    bool (*cancelled)(void *ctx); /* asked about ten times a second; true ends the inspection */
};

/* Inspect one document. On success the caller frees *out. */
enum verso_status verso_inspect(struct verso *v, const struct verso_order *order,
                                struct verso_report **out);

/* ---- the report ------------------------------------------------------------------------ */

enum verso_verdict { VERSO_RETRY, VERSO_PASS, VERSO_REFER, VERSO_FAIL };

/* One reason of the verdict, heaviest first. */
struct verso_ground {
    const char *worth;    /* "fail", "retry", "refer", "note" */
    const char *id;       /* "ele.trust", or the note's name */
    const char *result;   /* "undetermined"; "" for a note */
    const char *reason;   /* "CSCA_NOT_FOUND"; "" if there is none */
    const char *where;    /* "EF.SOD" for a note; "" for a check */
    const char *sentence; /* for a person, English */
};

struct verso_check {
    const char *id, *clause, *title, *result, *reason;
    unsigned    ms;
};

/* What it comes to: the reader's verdict, unless its evidence, judged again here, is not a pass
 * where it said pass: then VERSO_REFER. */
enum verso_verdict verso_report_verdict(const struct verso_report *r);

/* "pass", "fail", "refer", "retry". */
const char *verso_verdict_name(enum verso_verdict v);

/* Number i of the grounds, of the checks; false beyond the last. */
bool verso_report_ground(const struct verso_report *r, size_t i, struct verso_ground *out);
bool verso_report_check(const struct verso_report *r, size_t i, struct verso_check *out);

/* State of data group 1..16: "identical" ...; "not run" if nothing is known of it. */
const char *verso_report_group(const struct verso_report *r, unsigned dg);

/* A fact by its key ("signer.subject"); its length in *len; NULL if the report has none. Not
 * ended by a zero. */
const char *verso_report_fact(const struct verso_report *r, const char *key, size_t *len);

struct verso_effort {
    unsigned apdus, bytes_sent, bytes_received, ms_total, ms_chip;
};

/* What the conversation with the chip cost: commands, bytes, milliseconds. */
void verso_report_effort(const struct verso_report *r, struct verso_effort *out);

/* The report as it came (CBOR), and as JSON in one line without a line end. The JSON is
 * allocated, ended by a zero, and to be freed with verso_json_free(), which wipes it. */
const uint8_t *verso_report_cbor(const struct verso_report *r, size_t *len);
char          *verso_report_json(const struct verso_report *r);
void           verso_json_free(char *json);

/* Wipes. NULL is allowed. */
void verso_report_free(struct verso_report *r);

#endif
