/** What `allstop` ends with when it did not do what was asked. `allstop --help` tells people. */

/** It was tried and did not hold or did not work: a timeline that does not verify, a doctor's problem, no database. */
export const EXIT_FAILED = 1;
/** The command line can't be understood: EX_USAGE of sysexits.h. */
export const EXIT_USAGE = 64;
/** The settings, the response plan or a playbook are wrong: EX_CONFIG of sysexits.h. Starting again mends nothing. */
export const EXIT_CONFIG = 78;

/** What was typed lacks something, or goes against itself. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}
