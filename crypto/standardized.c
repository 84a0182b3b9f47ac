/* standardized: the ids of standardized domain parameters.  Doc 9303-11 clause 9.5.1. */
#include "crypto/group.h"

enum { ID_COUNT = 32 }; /* 3 to 7 and 19 to 31 are reserved */

static const uint8_t dh_ids[ID_COUNT] = {
    /* clang-format off */
    [0] = DH_1024_160,
    [1] = DH_2048_224,
    [2] = DH_2048_256,
    /* clang-format on */
};

static const uint8_t ec_ids[ID_COUNT] = {
    /* clang-format off */
    [8]  = EC_P192,
    [9]  = EC_BP192,
    [10] = EC_P224,
    [11] = EC_BP224,
    [12] = EC_P256,
    [13] = EC_BP256,
    [14] = EC_BP320,
    [15] = EC_P384,
    [16] = EC_BP384,
    [17] = EC_BP512,
    [18] = EC_P521,
    /* clang-format on */
};

enum dh_group dh_group_of_id(unsigned id)
{
    return id < ID_COUNT ? (enum dh_group)dh_ids[id] : DH_NONE;
}

enum ec_group ec_group_of_id(unsigned id)
{
    return id < ID_COUNT ? (enum ec_group)ec_ids[id] : EC_NONE;
}
