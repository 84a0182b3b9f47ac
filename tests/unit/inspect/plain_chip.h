/*
 * plain_chip: a chip behind the NFC port that gives its files to anybody.
 *
 * Its files are those of a document folder.  It knows SELECT of the application, SELECT by
 * file identifier and READ BINARY (short identifier, offset, odd instruction), and anything
 * else is 6D00.  One fault may be put in the way of one exchange.  Shares no line with the
 * reader: the file identifiers below are Doc 9303-10 table 38's, typed in again.
 */
#ifndef TESTS_PLAIN_CHIP_H
#define TESTS_PLAIN_CHIP_H

#include "drivers/clock.h"
#include "drivers/nfc.h"

enum { CHIP_FILES = 18 };

/* A clock that a test sets: each look at it costs a millisecond. */
struct set_clock {
    struct clock_port port;
    int64_t           ms;
    struct date       date;
};

void set_clock_begin(struct set_clock *c, struct date today);

struct chip_file {
    const char *name; /* "EF.COM", "DG1" */
    uint8_t     sfi;
    uint16_t    fid;
    uint8_t    *bytes; /* NULL: no such file */
    size_t      len;
    size_t      cut;    /* so many bytes are given, the rest is "end of file" */
    uint16_t    refuse; /* status word instead of content; 0: none */
    bool        read;   /* some of it was given */
};

enum chip_fault_kind {
    CHIP_WELL,
    CHIP_GONE,     /* leaves the field for good */
    CHIP_BLINKS,   /* leaves the field and may be activated again */
    CHIP_SILENT,   /* this one command is not answered in time */
    CHIP_BUS,      /* the frontend fails this once */
    CHIP_ANSWERS,  /* these bytes instead of an answer */
    CHIP_FLOODS,   /* more bytes than fit */
    CHIP_ZEROES,   /* zeroes for data, as many as asked for, 9000 */
    CHIP_REPEATS,  /* the answer before this one again */
    CHIP_SHORTENS, /* all of the data but the last byte, 9000 */
};

struct chip_fault {
    const char          *name;
    enum chip_fault_kind kind;
    struct view          answer;
};

struct plain_chip {
    struct nfc        nfc; /* first: the port */
    struct set_clock *clock;
    struct chip_file  file[CHIP_FILES];
    struct chip_file *current;
    bool              absent;  /* nothing lies on the reader */
    bool              foreign; /* the application is not there */
    bool              field, selected, gone;
    unsigned          exchanges, activations, field_offs;
    unsigned          fault_at; /* the exchange, from 1; 0: none */
    struct chip_fault fault;
    uint8_t           before[260];
    size_t            before_len;
};

/* With the files of that folder; plain_chip_end() frees them. */
void plain_chip_begin(struct plain_chip *c, struct set_clock *clock, const char *folder);
void plain_chip_end(struct plain_chip *c);

/* Forget what happened, keep files and fault. */
void plain_chip_reset(struct plain_chip *c);

/* By name; a missing one has bytes NULL.  An unknown name fails the test. */
struct chip_file *plain_chip_file(struct plain_chip *c, const char *name);

/* The whole of a file on disk, in an allocation of its length; NULL if there is none. */
uint8_t *disk_read(const char *folder, const char *name, size_t *len);

#endif
