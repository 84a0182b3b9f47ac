/*
 * chip_files: which file is current, and reading it.
 *
 * Private to chip/.  Spec: ISO/IEC 7816-4:2020 clause 11.2.2, 11.3.3.
 */
#ifndef CHIP_FILES_H
#define CHIP_FILES_H

#include "chip/command.h"
#include "chip/folder.h"
#include "chip/proofs.h"

struct chip_files {
    enum place                place;
    const struct folder_file *current; /* NULL: none selected */
};

/* What reading depends on besides the command. */
struct chip_reader {
    const struct folder *folder;
    bool                 inside;  /* access to the application was gained */
    bool                 pace;    /* and by PACE, or there is nothing to gain */
    size_t               payload; /* bytes the answer may carry */
    bool                 lost;    /* out: this answer costs the session */
    const struct proofs *proofs;  /* what else there is to be proved first */
};

/* SELECT; READ BINARY B0 and B1.  Append the data to out and hand back the status word. */
uint16_t chip_files_select(struct chip_files *s, struct chip_reader *r, const struct command *c,
                           struct buf *out);
uint16_t chip_files_read(struct chip_files *s, struct chip_reader *r, const struct command *c,
                         struct buf *out);
uint16_t chip_files_read_odd(struct chip_files *s, struct chip_reader *r, const struct command *c,
                             struct buf *out);

#endif
