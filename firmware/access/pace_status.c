/* pace_status: see pace_status.h. */
#include "pace_status.h"

#include <stddef.h>

struct word {
    uint16_t mask, word;
};

static bool stands_in(const struct word *words, size_t n, uint16_t sw)
{
    for (size_t i = 0; i < n; i++) {
        if ((sw & words[i].mask) == words[i].word)
            return true;
    }
    return false;
}

bool pace_status_tries(uint16_t sw)
{
    return (sw & 0xFFF0) == 0x63C0;
}

bool pace_status_parameters(uint16_t sw)
{
    static const struct word words[] = {
        /* clang-format off */
        { 0xFFFF, 0x6700 }, /* wrong length                                   */
        { 0xFFFF, 0x6984 }, /* referenced data not usable                     */
        { 0xFFFF, 0x6985 }, /* conditions of use not satisfied                */
        { 0xFFF0, 0x6A80 }, /* wrong parameters, of whatever kind; quirk B3: 6A87 */
        { 0xFFFF, 0x6F00 }, /* no diagnosis                                   */
        /* clang-format on */
    };

    return stands_in(words, sizeof words / sizeof *words, sw);
}

bool pace_status_denied(uint16_t sw)
{
    static const struct word words[] = {
        /* quirk B17 */
        /* clang-format off */
        { 0xFF00, 0x6300 }, /* authentication failed; X tries left            */
        { 0xFF00, 0x6900 }, /* security status, blocked, conditions           */
        { 0xFF00, 0x6A00 }, /* the data, or what it refers to                 */
        { 0xFF00, 0x6F00 }, /* no diagnosis: nothing else is at stake here    */
        /* clang-format on */
    };

    return stands_in(words, sizeof words / sizeof *words, sw);
}
