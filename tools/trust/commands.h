/* commands: what verso-trust can do.  Each returns the exit status. */
#ifndef TRUST_COMMANDS_H
#define TRUST_COMMANDS_H

/* verso-trust compile ...: 0 everything went in, 1 something was left out, sysexits otherwise. */
int command_compile(int argc, char **argv);

/* verso-trust show FILE: 0 good, 1 not to be used. */
int command_show(int argc, char **argv);

/* verso-trust keygen --out FILE. */
int command_keygen(int argc, char **argv);

/* Print to standard error, "verso-trust: " before and a line end after; the status is given
 * back. */
int command_fail(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
