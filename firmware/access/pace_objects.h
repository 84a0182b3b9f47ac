/*
 * pace_objects: the data objects of PACE.
 *
 * Spec: Doc 9303-11 (8th ed.) clause 4.4.4, 4.4.5, 4.4.3.4, 9.4.
 */
#ifndef ACCESS_PACE_OBJECTS_H
#define ACCESS_PACE_OBJECTS_H

#include "access/pace.h"
#include "base/tlv.h"

enum {
    DO_OID = 0x80, /* MSE:Set AT */
    DO_PASSWORD = 0x83,
    DO_DOMAIN = 0x84,

    DO_NONCE = 0x80, /* GENERAL AUTHENTICATE: what is sent is odd, what comes back even */
    DO_MAP = 0x81,
    DO_MAP_ANSWER = 0x82,
    DO_KEY = 0x83,
    DO_KEY_ANSWER = 0x84,
    DO_TOKEN = 0x85,
    DO_TOKEN_ANSWER = 0x86,
    DO_CAR = 0x87,
    DO_CAR_PREVIOUS = 0x88,
    DO_CAM = 0x8A,
};

enum {
    DYNAMIC_OVERHEAD = 8, /* bytes of 7C L 8X L at most */
};

/* What the last answer holds. */
struct pace_final {
    struct view      token;
    struct pace_name car[2];
    bool             has_cam;
    struct view      cam;
};

/* Append DO'84': the id in as few octets as it takes. */
struct err pace_objects_domain(uint32_t id, struct buf *out);

/* Append 7C{ tag{ value } }; 7C{ } for tag 0. */
struct err pace_objects_dynamic(uint32_t tag, struct view value, struct buf *out);

/* Read 7C{ tag{ value } } and nothing else; fails as tlv_expect() and tlv_end() do. */
struct err pace_objects_one(struct view data, uint32_t tag, struct view *value);

/*
 * Read 7C{ 86, [87], [88], [8A] }, in any order, each at most once.  E_UNEXPECTED for anything
 * else or a name of an authority that is empty or too long, E_TRUNCATED without a token.
 */
struct err pace_objects_final(struct view data, struct pace_final *out);

/* What a token is computed over: MAC(KS_MAC, 7F49{ OID, public key }). */
struct pace_token {
    enum sm_suite suite;
    struct view   shared; /* K */
    struct view   oid;
    bool          curve; /* 86 for the point of a curve, 84 for a number */
    struct view   key;   /* as it was sent */
};

/* Append the token, PACE_TOKEN_LEN bytes.  9303-11 clause 4.4.3.4. */
struct err pace_objects_token(const struct pace_token *t, struct buf *out);

#endif
