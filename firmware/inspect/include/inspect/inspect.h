/*
 * inspect: the inspection of one document, as a plan that only goes forward.
 *
 *   MRZ ─► CHIP ─► CARD_ACCESS ─► PACE ─► CARD_SECURITY ─► SELECT ─► ACCESS ─► CHIPAUTH
 *     ─► COM ─► SOD ─► SIGNER ─► GROUPS ─► ACTIVE ─► TERMINAL ─► PROOF ─► COMPARE ─► REPORT ─►
 * CLOSE
 *
 *   no eMRTD, no way in, no EF.SOD ──────────────────────────────► COMPARE
 *
 * The plan is a const table; inspect_step() runs one stage of it.  A stage that cannot go on
 * because the chip, the reader or the host failed leads to REPORT, with the failure in the
 * evidence; and CLOSE is reached on every path: field off, keys and all personal data wiped.
 *
 * Chip authentication comes before everything else that is read in the application, so that
 * it is bound to the genuine chip; what it is worth is known only in PROOF, when the hash of
 * DG14 is.  A session that dies is opened anew by the way it was opened (entry.c).
 *
 * Spec: Doc 9303-11 (8th ed.) clause 4.2 (chip access procedure), 5.1, 6; TR-03135-1 v2.5
 *       clause 5.6.2 (processing sequences 1, 2 and 4).
 */
#ifndef INSPECT_INSPECT_H
#define INSPECT_INSPECT_H

#include "access/bac.h"
#include "access/pace.h"
#include "base/arena.h"
#include "chipauth/ca.h"
#include "cms/signed_data.h"
#include "drivers/clock.h"
#include "drivers/entropy.h"
#include "iso7816/ef_read.h"
#include "iso7816/exchange.h"
#include "lds/dg1.h"
#include "lds/ef_com.h"
#include "lds/lds_security_object.h"
#include "lds/security_infos.h"
#include "report/report.h"
#include "trust/revocation.h"

enum {
    INSPECT_ARENA = 640 * 1024, /* bytes: all files of the largest document and a report  */
    INSPECT_WAIT_MS = 20000,    /* for a document to be laid on, unless the order says    */
    INSPECT_LIMIT_MS = 60000,   /* for the whole conversation with the chip               */
    INSPECT_STEP_MS = 15000,    /* for one protocol or file of it                         */
    INSPECT_SIGN_MS = 10000,    /* for the host's signature, of it                        */
    INSPECT_CHALLENGE = 8,      /* bytes of a challenge for active authentication         */
};

enum stage {
    STAGE_MRZ,
    STAGE_CHIP,
    STAGE_CARD_ACCESS,
    STAGE_PACE,
    STAGE_CARD_SECURITY,
    STAGE_SELECT,
    STAGE_ACCESS,
    STAGE_CHIPAUTH,
    STAGE_COM,
    STAGE_SOD,
    STAGE_SIGNER,
    STAGE_GROUPS,
    STAGE_ACTIVE,
    STAGE_TERMINAL,
    STAGE_PROOF,
    STAGE_COMPARE,
    STAGE_REPORT,
    STAGE_CLOSE,
    STAGE_COUNT
};

struct inspection;

/* One row of the plan: what to run, where each outcome leads, and which check is left
 * ABORTED when the stage is cut off. */
struct stage_row {
    const char *name; /* for people: "access", "EF.SOD" */
    struct err (*run)(struct inspection *i);
    enum stage  then;   /* after OK */
    enum stage  no_use; /* after E_UNSUPPORTED: nothing further to be learned from this chip */
    enum check  check;
    const char *spec;
};

extern const struct stage_row inspect_plan[STAGE_COUNT];

/* How far it is; file is NULL between files. */
struct inspect_progress {
    enum stage  stage;
    const char *file;        /* "DG2" */
    size_t      done, total; /* bytes; total 0 until known */
};

/* The chip wants the terminal's signature: which key, how, over what.  Valid during the call. */
struct inspect_sign {
    struct view reference; /* holder reference of the terminal's certificate */
    struct view algorithm; /* object identifier of its suite, content octets */
    struct view data;      /* hashing it is part of the signature            */
};

/* Who looks on.  Each fn may be NULL; ctx is handed back. */
struct inspect_watch {
    void *ctx;

    /* At every stage and after every command. */
    void (*progress)(void *ctx, const struct inspect_progress *p);

    /* Before every command, and while waiting for a document: true ends the inspection. */
    bool (*cancelled)(void *ctx);

    /* Append the signature.  Blocks until the deadline at most.  E_UNSUPPORTED the host will not
     * sign; E_TIMEOUT; E_CANCELLED.  NULL: nobody signs. */
    struct err (*sign)(void *ctx, const struct inspect_sign *what, struct deadline d,
                       struct buf *signature);

    /* Once, in STAGE_REPORT: evidence and files are complete; afterwards they are wiped. */
    void (*deliver)(void *ctx, const struct inspection *i);
};

/* What a device has; stays the same from document to document. */
struct inspect_setup {
    struct nfc          *nfc;
    struct clock_port   *clock;
    struct entropy      *entropy;
    struct bundle       *bundle; /* NULL: no certificates are loaded */
    struct inspect_watch watch;
};

/* What the host asks for; views must stay until CLOSE. */
struct inspect_order {
    struct view     mrz; /* as printed, see mrz_read(); empty: none was given */
    struct view     can; /* card access number, digits; empty: none.  Goes before the MRZ in PACE */
    struct view     challenge; /* for active authentication, 8 bytes; empty: one is drawn */
    struct view     terminal;  /* CV certificates, one behind the other; empty: none */
    bool            allow_bac; /* BAC may follow a PACE that failed */
    enum profile_id profile;
    uint32_t        wait_ms; /* 0: INSPECT_WAIT_MS */
};

/* How the application is got into; getting in again goes the same way. */
struct entry {
    enum { ENTRY_CLEAR, ENTRY_BAC, ENTRY_PACE } by;
    bool               application; /* it is selected: else the master file is current */
    bool               chipauth;    /* chip authentication is part of it */
    struct pace_choice pace;
    struct ca_choice   ca;
    uint8_t            cam_key[EC_POINT_MAX]; /* that the chip proved to hold by PACE-CAM */
    size_t             cam_key_len;           /* 0: none */
};

struct inspection {
    const struct inspect_setup *setup;
    struct inspect_order        order;
    enum stage                  stage;
    struct evidence             evidence;

    struct arena    arena;
    struct exchange exchange;
    struct deadline limit; /* of the conversation with the chip */
    struct date     today; /* {0}: nobody vouches for one */
    int64_t         began_ms, stage_ms, command_ms;
    struct ef_read  reading; /* the file being read, for progress */
    const char     *reading_name;
    size_t          got;    /* bytes of the last answer */
    uint16_t        chunk;  /* bytes per read this chip is known to give; 0: not known */
    bool            by_fid; /* this chip opens files by SELECT, not by short identifier */
    uint8_t         info[MRZ_INFO_MAX];
    size_t          info_len; /* 0: no key can be made */

    struct entry        entry;
    struct pace_outcome pace;           /* of the PACE that opened the session, if one did */
    struct ca_outcome   ca;             /* of the last chip authentication */
    bool                signature_came; /* from the host, for terminal authentication */
    bool                fell_back;      /* PACE failed, and the host allows BAC */
    bool                cam_refused;    /* PACE-CAM was tried and did not come about */
    struct nfc_target   target;         /* the chip that is active */
    bool                several;        /* chips are in the field */
    struct err          no_application; /* E_REFUSED: no chip in the field has it */

    struct mrz  printed;                /* format MRZ_NONE: none was given, or unreadable */
    struct view file[LDS_FILES];        /* as read, in the arena; empty: not read */
    struct err  refused[LDS_FILES];     /* why the chip does not give it; OK: it has
                                           not been asked, or gave it */
    uint32_t                   later;   /* 1 << n: DGn was denied and is asked for once more */
    struct security_infos      offered; /* of EF.CardAccess: nobody signed that */
    struct security_infos      card_security; /* of EF.CardSecurity, if its signature holds */
    struct ef_com              com;
    struct signed_data         sd;
    struct lds_security_object lso; /* dgs 0 until EF.SOD is understood */
    struct cert                ds;  /* whole empty until there is a document signer */
    struct path                path;
    struct dg1                 dg1;    /* text empty until DG1 is understood */
    struct date                issued; /* by DG12; {0}: it does not say */
    struct security_infos      infos;  /* of DG14 */
};

/*
 * Begin.
 *
 * store  the memory that everything read from the document will live in, for the whole
 *        inspection; INSPECT_ARENA bytes are enough
 */
void inspect_begin(struct inspection *i, const struct inspect_setup *setup,
                   const struct inspect_order *order, struct buf store);

/* Run the current stage.  Blocks, at most for the limits above.  Returns false once CLOSE has
 * run: then field, keys, files and facts are gone and only results are left in evidence. */
bool inspect_step(struct inspection *i);

/* The verified content of a data group for the host: empty unless its hash is the signed
 * one, the signature is right and the signer not known to be bad.  Only inside deliver(). */
struct view inspect_verified(const struct inspection *i, unsigned dg);

#endif
