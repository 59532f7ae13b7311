/** Where a platform writes what operators should know: pino's order, facts first. Facts never hold a token. */
export interface Log {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}
