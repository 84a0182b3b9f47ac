/*
 * message: what the payloads of frames mean.
 *
 * A payload is one CBOR map with text keys.  Unknown keys are passed over, so that an old
 * host and a new reader understand each other.  Encoding appends to a buf, decoding leaves
 * views into the payload.
 *
 *   host                                reader
 *    | REQUEST hello {client}             |
 *    | ---------------------------------> |
 *    | <--------------- ANSWER hello {..} |
 *    | REQUEST inspect {mrz, profile}     |
 *    | ---------------------------------> |
 *    | <------------ EVENT progress {..}  |  any number, in the order of the plan
 *    | <------------ EVENT sign {..}      |  once, if terminal certificates were given
 *    | REQUEST signature {signature}      |
 *    | ---------------------------------> |
 *    | <------------ EVENT file {..}      |  verified files, in chunks, if asked for
 *    | <------- ANSWER inspect {report}   |  or REFUSAL {error, text}
 *
 * Spec: docs/link-protocol.md.
 */
#ifndef LINK_MESSAGE_H
#define LINK_MESSAGE_H

#include "link/frame.h"

enum message_type {
    MESSAGE_HELLO = 1,     /* request, answer */
    MESSAGE_INSPECT = 2,   /* request; answer: a report as report/report.h writes it */
    MESSAGE_CANCEL = 3,    /* request, answer {}: the running inspection ends retry  */
    MESSAGE_PROGRESS = 4,  /* event */
    MESSAGE_FILE = 5,      /* event */
    MESSAGE_SIGN = 6,      /* event: the terminal's signature is wanted */
    MESSAGE_SIGNATURE = 7, /* request, answer {}: here it is; empty: there will be none */
};

struct hello_request {
    struct view client; /* name and version of the host's program, for the log */
};

struct hello_answer {
    struct view firmware; /* "0.1.0" */
    struct view serial;   /* of the device; empty if it has none */
    struct view frontend; /* "pn532_uart:/dev/ttyAMA0" */
    struct view profiles; /* names, space between; the first is the default */
    struct view bundle;   /* one line about the trust bundle; empty if none is loaded */
    struct view today;    /* "2026-11-21", or empty if the clock is not set */
};

struct inspect_request {
    struct view mrz;       /* lines, LF between; empty: only a document without access control */
    struct view can;       /* card access number, digits; empty: none.  Opens PACE in MRZ's place */
    struct view profile;   /* empty: the default */
    bool        files;     /* send the verified files, too */
    bool        allow_bac; /* Basic Access Control may follow a PACE that failed */
    struct view challenge; /* for active authentication, 8 bytes; empty: the reader's own */
    struct view terminal;  /* the terminal's CV certificates, one behind the other; empty: none */
    uint32_t    wait_ms;   /* how long to wait for a document; 0: the reader's default */
};

/* Where the inspection is.  file is empty while no file is read. */
struct progress_event {
    struct view stage;       /* "access", "EF.SOD" ... */
    struct view file;        /* "DG2" */
    uint32_t    done, total; /* bytes; total 0: not known yet */
};

/* One chunk of a file whose hash was verified; chunks come in order. */
struct file_event {
    struct view file; /* "DG2" */
    uint32_t    offset, total;
    struct view data;
};

/* The chip wants the terminal to sign.  The key is the host's, and so is the decision. */
struct sign_event {
    struct view reference;  /* holder reference of the terminal's certificate: which key */
    struct view algorithm;  /* object identifier of its terminal authentication suite, content
                               octets */
    struct view data;       /* what to sign: the signature hashes it */
    uint32_t    timeout_ms; /* afterwards it comes too late */
};

struct signature_request {
    struct view signature; /* RSA: as long as the modulus.  ECDSA: r and s side by side */
};

enum { MESSAGE_CHUNK = 4096 }; /* bytes of a file in one event */

struct refusal {
    struct view error; /* name of an outcome: "E_UNSUPPORTED" */
    struct view text;  /* a sentence */
};

/* Append the payload.  E_NO_SPACE. */
struct err hello_request_encode(const struct hello_request *m, struct buf *out);
struct err hello_answer_encode(const struct hello_answer *m, struct buf *out);
struct err inspect_request_encode(const struct inspect_request *m, struct buf *out);
struct err progress_event_encode(const struct progress_event *m, struct buf *out);
struct err file_event_encode(const struct file_event *m, struct buf *out);
struct err sign_event_encode(const struct sign_event *m, struct buf *out);
struct err signature_request_encode(const struct signature_request *m, struct buf *out);
struct err refusal_encode(const struct refusal *m, struct buf *out);

/* Read the payload; what is missing stays zero.  The failures of cbor.h; E_TRAILING. */
struct err hello_request_decode(struct view payload, struct hello_request *out);
struct err hello_answer_decode(struct view payload, struct hello_answer *out);
struct err inspect_request_decode(struct view payload, struct inspect_request *out);
struct err progress_event_decode(struct view payload, struct progress_event *out);
struct err file_event_decode(struct view payload, struct file_event *out);
struct err sign_event_decode(struct view payload, struct sign_event *out);
struct err signature_request_decode(struct view payload, struct signature_request *out);
struct err refusal_decode(struct view payload, struct refusal *out);

#endif
