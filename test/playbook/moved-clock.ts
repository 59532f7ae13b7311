const RealDate = Date;
let aheadMs = 0;

/** The bot's clock, which is this process's own, may be moved on: an hour's wait takes no hour. */
class MovedDate extends RealDate {
  constructor(...given: [] | [string | number | Date]) {
    if (given.length === 0) super(RealDate.now() + aheadMs);
    else super(given[0]);
  }

  static override now(): number {
    return RealDate.now() + aheadMs;
  }
}

export function moveClock(ms: number): void {
  aheadMs += ms;
  globalThis.Date = MovedDate as DateConstructor;
}

export function putClockBack(): void {
  aheadMs = 0;
  globalThis.Date = RealDate;
}
