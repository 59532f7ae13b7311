/**
 * Something does not fit and must not be shortened: an id, a hash, a button. It names the field, the platform's limit
 * and the length that was asked for.
 */
export class LimitError extends Error {
  readonly field: string;
  readonly limit: number;
  readonly length: number;

  constructor(field: string, limit: number, length: number) {
    super(`${field} may have ${limit} at most, and has ${length}.`);
    this.name = "LimitError";
    this.field = field;
    this.limit = limit;
    this.length = length;
  }
}
