/* host_report: a report as the host holds it. Private to libverso. */
#ifndef SDK_HOST_REPORT_H
#define SDK_HOST_REPORT_H

#include "base/bytes.h"
#include "verso/verso.h"

/* Copy and read a report. VERSO_E_PROTOCOL, VERSO_E_MEMORY. */
enum verso_status host_report_of(struct view cbor, struct verso_report **out);

#endif
