/* result: see result.h. */
#include "report/result.h"

const char *result_name(enum result r)
{
    switch (r) {
    case SUCCESSFUL:
        return "successful";
    case FAILED:
        return "failed";
    case UNDETERMINED:
        return "undetermined";
    case NOT_SUPPORTED:
        return "not supported";
    case ABORTED:
        return "aborted";
    case NOT_RUN:
        break;
    }
    return "not run";
}
