import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { describe, expect, it } from "vitest";
import { gapsOf, peopleAt } from "../../src/core/on-call.ts";
import { ResponsePlan } from "../../src/core/plan.ts";
import { Rotation, shifts, weekdays, whoHas } from "../../src/core/rotation.ts";
import { localInstant } from "../../src/core/rotation-turns.ts";

const seed = Number(process.env.ALLSTOP_SEED ?? 20261121);
const again = `Again: ALLSTOP_SEED=${seed} npx vitest run test/core/rotation.test.ts`;
const DAY_MS = 86_400_000;

const rotation = (given: Partial<Rotation>): Rotation =>
  Rotation.parse({
    every: "weekly",
    timeZone: "Europe/Berlin",
    from: "2026-06-01",
    people: ["ana", "bo", "chidi"],
    ...given,
  });
const at = (text: string) => new Date(text);
const has = (given: Rotation, when: string) => whoHas(given, at(when)).person;

describe("a weekly rotation", () => {
  const primary = rotation({});

  it("changes hands at its hour of its day, there", () => {
    expect(has(primary, "2026-06-01T07:00:00Z")).toBe("ana");
    expect(has(primary, "2026-06-08T06:59:59Z")).toBe("ana");
    expect(whoHas(primary, at("2026-06-08T07:00:00Z"))).toEqual({ person: "bo", until: at("2026-06-15T07:00:00Z") });
    expect(has(primary, "2026-06-22T12:00:00Z")).toBe("ana");
  });

  it("is nobody's before it begins", () => {
    expect(whoHas(primary, at("2026-06-01T06:59:59Z"))).toEqual({
      person: undefined,
      until: at("2026-06-01T07:00:00Z"),
    });
    expect(whoHas(primary, at("2001-01-01T00:00:00Z"))).toEqual({
      person: undefined,
      until: at("2026-06-01T07:00:00Z"),
    });
  });

  it("keeps its hour when the clock is set back and forth", () => {
    // Germany sets its clocks back on 25 October 2026 and forth on 28 March 2027.
    expect(whoHas(primary, at("2026-10-20T00:00:00Z")).until).toEqual(at("2026-10-26T08:00:00Z"));
    expect(whoHas(primary, at("2027-03-23T00:00:00Z")).until).toEqual(at("2027-03-29T07:00:00Z"));
  });

  it("begins with a short turn where it begins on another day", () => {
    const late = rotation({ from: "2026-06-03" });
    expect(whoHas(late, at("2026-06-03T07:00:00Z"))).toEqual({ person: "ana", until: at("2026-06-08T07:00:00Z") });
    expect(has(late, "2026-06-08T07:00:00Z")).toBe("bo");
  });

  it("has no end in sight where one person has it alone", () => {
    expect(whoHas(rotation({ people: ["ana"] }), at("2026-07-01T00:00:00Z"))).toEqual({
      person: "ana",
      until: undefined,
    });
    expect(whoHas(rotation({ people: ["ana", "ana"] }), at("2026-07-01T00:00:00Z")).until).toBeUndefined();
  });
});

describe("a clock that is changed at the handover itself", () => {
  it("hands over an hour later where that hour is skipped, and the first time where it comes twice", () => {
    const daily = rotation({ every: "daily", handover: "02:30" });
    const [skipped] = shifts(daily, at("2027-03-28T00:00:00Z"), at("2027-03-29T00:00:00Z"));
    expect(skipped?.until).toEqual(at("2027-03-28T01:30:00Z")); // 03:30 summer time.
    const [twice] = shifts(daily, at("2026-10-24T22:00:00Z"), at("2026-10-25T12:00:00Z"));
    expect(twice?.until).toEqual(at("2026-10-25T00:30:00Z")); // 02:30 summer time, the first one.
  });

  it("copes with a date that a country left out", () => {
    // Samoa went from 29 to 31 December 2011 at midnight.
    const samoa = rotation({ every: "daily", timeZone: "Pacific/Apia", from: "2011-12-28" });
    const found = shifts(samoa, at("2011-12-28T00:00:00Z"), at("2012-01-02T00:00:00Z"));
    expect(found.map(({ person }) => person)).toEqual([undefined, "ana", "bo", "ana", "bo", "chidi"]);
  });
});

describe("hours and days", () => {
  it("leave gaps outside of them", () => {
    const office = rotation({
      hours: { from: "09:00", until: "17:00" },
      days: ["monday", "tuesday", "wednesday", "thursday", "friday"],
    });
    expect(whoHas(office, at("2026-06-05T15:00:00Z"))).toEqual({
      person: undefined,
      until: at("2026-06-08T07:00:00Z"),
    });
    expect(has(office, "2026-06-05T14:59:00Z")).toBe("ana");
    expect(has(office, "2026-06-06T10:00:00Z")).toBeUndefined();
  });

  it("that end past midnight belong to the day on which they begin", () => {
    const night = rotation({ hours: { from: "20:00", until: "08:00" }, days: ["friday"], timeZone: "UTC" });
    expect(has(night, "2026-06-05T19:59:00Z")).toBeUndefined();
    expect(whoHas(night, at("2026-06-06T07:59:00Z"))).toEqual({ person: "ana", until: at("2026-06-06T08:00:00Z") });
    expect(has(night, "2026-06-05T07:00:00Z")).toBeUndefined();
  });

  it("two rotations close each other's gaps", () => {
    const day = {
      every: "daily",
      timeZone: "UTC",
      from: "2026-06-01",
      people: ["ana"],
      hours: { from: "08:00", until: "20:00" },
    };
    const night = { ...day, people: ["bo"], hours: { from: "20:00", until: "06:00" } };
    const plan = planWith({ day, night });
    expect(gapsOf(plan, at("2026-06-02T00:00:00Z"), at("2026-06-03T00:00:00Z"))).toEqual([
      expect.objectContaining({ from: at("2026-06-02T06:00:00Z"), until: at("2026-06-02T08:00:00Z") }),
    ]);
    expect(peopleAt(plan, plan.onCall, at("2026-06-02T07:00:00Z"))).toEqual([]);
    expect(peopleAt(plan, plan.onCall, at("2026-06-02T21:00:00Z")).map(({ key }) => key)).toEqual(["bo"]);
    expect(gapsOf({ ...plan, onCall: ["day", "ana"] }, at("2026-06-02T00:00:00Z"), at("2026-06-03T00:00:00Z"))).toEqual(
      [],
    );
  });
});

describe("overrides", () => {
  it("put somebody else in, or nobody; of two the later one in the list counts", () => {
    const swapped = rotation({
      overrides: [
        { from: "2026-06-02T00:00", until: "2026-06-04T00:00", person: "bo" },
        { from: "2026-06-03T00:00", until: "2026-06-03T12:00" },
      ],
    });
    const found = shifts(swapped, at("2026-06-01T08:00:00Z"), at("2026-06-05T00:00:00Z"));
    expect(found.map(({ person, from }) => [person, from.toISOString()])).toEqual([
      ["ana", "2026-06-01T08:00:00.000Z"],
      ["bo", "2026-06-01T22:00:00.000Z"],
      [undefined, "2026-06-02T22:00:00.000Z"],
      ["bo", "2026-06-03T10:00:00.000Z"],
      ["ana", "2026-06-03T22:00:00.000Z"],
    ]);
  });

  it("count outside of the usual hours, too: their times are written out", () => {
    const office = rotation({
      hours: { from: "09:00", until: "17:00" },
      timeZone: "UTC",
      overrides: [{ from: "2026-06-06T00:00", until: "2026-06-07T00:00", person: "chidi" }],
    });
    expect(has(office, "2026-06-06T03:00:00Z")).toBe("chidi");
    expect(has(office, "2026-06-07T03:00:00Z")).toBeUndefined();
  });

  it("put nobody in before it begins", () => {
    const early = rotation({ overrides: [{ from: "2026-05-01T00:00", until: "2026-06-03T00:00", person: "bo" }] });
    expect(has(early, "2026-05-15T00:00:00Z")).toBeUndefined();
    expect(has(early, "2026-06-01T12:00:00Z")).toBe("bo");
  });
});

describe("any rotation", () => {
  const two = (number: number) => String(number).padStart(2, "0");
  const clock = fc
    .tuple(fc.nat(23), fc.constantFrom(0, 15, 30, 59))
    .map(([hour, minute]) => `${two(hour)}:${two(minute)}`);
  const zones = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "America/Sao_Paulo",
    "Pacific/Chatham",
  ];
  const date = fc
    .tuple(fc.integer({ min: 2025, max: 2027 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }))
    .map(([y, m, d]) => `${y}-${two(m)}-${two(d)}`);
  const person = fc.constantFrom("ana", "bo", "chidi", "dee");
  const any = fc
    .record(
      {
        every: fc.constantFrom("weekly", "daily"),
        timeZone: fc.constantFrom(...zones),
        handover: clock,
        day: fc.constantFrom(...weekdays),
        from: date,
        people: fc.array(person, { minLength: 1, maxLength: 5 }),
        hours: fc.record({ from: clock, until: clock }),
        days: fc.uniqueArray(fc.constantFrom(...weekdays), { minLength: 1, maxLength: 6 }),
        overrides: fc.array(
          fc.record({
            start: date,
            time: clock,
            days: fc.integer({ min: 1, max: 9 }),
            person: fc.option(person, { nil: undefined }),
          }),
          { maxLength: 4 },
        ),
      },
      { requiredKeys: ["every", "timeZone", "from", "people"] },
    )
    .map(({ overrides, ...rest }) =>
      Rotation.parse({
        ...rest,
        overrides: overrides?.map(({ start, time, days, person: who }) => ({
          from: `${start}T${time}`,
          until: `${Temporal.PlainDate.from(start).add({ days })}T${time}`,
          ...(who !== undefined && { person: who }),
        })),
      }),
    );
  const moment = fc.integer({ min: Date.parse("2025-01-01"), max: Date.parse("2028-06-01") });

  it("has shifts that leave no time out and none twice, and whoHas says the same", () => {
    fc.assert(
      fc.property(
        any,
        moment,
        fc.integer({ min: 1, max: 90 * DAY_MS }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 5 }),
        (given, begin, length, samples) => {
          const [from, until] = [new Date(begin), new Date(begin + length)];
          const found = shifts(given, from, until);
          expect(found[0]?.from).toEqual(from);
          expect(found.at(-1)?.until).toEqual(until);
          for (const [index, shift] of found.entries()) {
            expect(shift.from.getTime()).toBeLessThan(shift.until.getTime());
            const next = found[index + 1];
            if (next === undefined) continue;
            expect(next.from).toEqual(shift.until);
            expect(next.person).not.toBe(shift.person);
            expect(whoHas(given, shift.from)).toEqual({ person: shift.person, until: shift.until });
          }
          for (const share of samples) {
            const time = new Date(Math.min(begin + Math.floor(share * length), begin + length - 1));
            const shift = found.find((one) => one.from <= time && time < one.until);
            const { person: who, until: end } = whoHas(given, time);
            expect(who).toBe(shift?.person);
            expect(end === undefined || end >= (shift?.until ?? until)).toBe(true);
          }
        },
      ),
      { seed, numRuns: 300, verbose: true },
    );
  }, 60_000);

  it(`cut anywhere, has the same shifts (${again})`, () => {
    fc.assert(
      fc.property(
        any,
        moment,
        fc.integer({ min: 2, max: 60 * DAY_MS }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (given, begin, length, share) => {
          const middle = begin + Math.max(1, Math.floor(length * share));
          const [from, cut, until] = [new Date(begin), new Date(middle), new Date(begin + length)];
          const whole = shifts(given, from, until);
          const [a, b] = [shifts(given, from, cut), shifts(given, cut, until)];
          const [last, first] = [a.at(-1), b[0]];
          const joined =
            last?.person === first?.person && last && first
              ? [...a.slice(0, -1), { ...last, until: first.until }, ...b.slice(1)]
              : [...a, ...b];
          expect(joined).toEqual(whole);
        },
      ),
      { seed, numRuns: 200 },
    );
  }, 60_000);

  it("hands over at the same time of day all year", () => {
    // Not between midnight and four, where clocks skip and repeat hours.
    const steady = fc
      .tuple(fc.integer({ min: 4, max: 22 }), fc.nat(59))
      .map(([hour, minute]) => `${two(hour)}:${two(minute)}`);
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        steady,
        fc.constantFrom("weekly" as const, "daily" as const),
        (timeZone, handover, every) => {
          const given = rotation({ timeZone, handover, every, from: "2026-01-05" });
          const found = shifts(given, at("2026-01-10T00:00:00Z"), at("2027-01-10T00:00:00Z"));
          for (const { from } of found.slice(1)) {
            const there = Temporal.Instant.fromEpochMilliseconds(from.getTime()).toZonedDateTimeISO(timeZone);
            expect(there.toPlainTime().toString({ smallestUnit: "minute" })).toBe(handover);
            if (every === "weekly") expect(there.dayOfWeek).toBe(1);
          }
          expect(found.length).toBeGreaterThan(every === "weekly" ? 51 : 363);
        },
      ),
      { seed, numRuns: 25 },
    );
  }, 60_000);
});

it("is looked up fast enough to be asked for each card", () => {
  const given = rotation({ every: "daily", hours: { from: "09:00", until: "17:00" } });
  whoHas(given, at("2026-07-01T00:00:00Z"));
  const began = performance.now();
  for (let n = 0; n < 1_000; n += 1) whoHas(given, new Date(Date.parse("2026-07-01T00:00:00Z") + n * 60_000));
  expect(performance.now() - began).toBeLessThan(250);
});

it("reads local times of its zone", () => {
  expect(localInstant("America/New_York", "2026-12-24T18:00")).toBe(Date.parse("2026-12-24T23:00:00Z"));
});

function planWith(rotations: Record<string, object>): ResponsePlan {
  return ResponsePlan.parse({
    version: 1,
    organisation: "Example",
    reviewed: "2026-06-01",
    channels: { alerts: {} },
    people: { ana: { name: "Ana" }, bo: { name: "Bo" } },
    rotations,
    onCall: Object.keys(rotations),
    chains: {},
    safes: {},
    interventions: {},
  });
}
