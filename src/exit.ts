/** The exit status of a process whose settings are wrong: EX_CONFIG of sysexits.h. */
export const EXIT_CONFIG = 78;
