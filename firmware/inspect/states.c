/* states: which states' signers may sign which states' documents; the rows stand in
 * states.def. */
#include "stages.h"

static const struct {
    const char *mrz, *cert;
} rows[] = {
#define STATE(mrz, cert) { mrz, cert },
#include "states.def"
#undef STATE
};

static bool is(struct view text, const char *code)
{
    return view_eq(text, text_of(code));
}

enum result states_agree(struct view mrz_code, const struct country *signer)
{
    const struct view cert = text_of(signer->text);
    bool              mrz_known = false, cert_known = false;

    for (size_t n = 0; n < sizeof rows / sizeof *rows; n++) {
        const bool mrz = is(mrz_code, rows[n].mrz);
        const bool same = is(cert, rows[n].cert) || is(cert, rows[n].mrz);

        if (mrz && same)
            return SUCCESSFUL;
        mrz_known |= mrz;
        cert_known |= same;
    }
    return mrz_known && cert_known ? FAILED : UNDETERMINED;
}
