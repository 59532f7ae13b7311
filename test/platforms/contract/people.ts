import { expect, it } from "vitest";
import { type Get, roomRequest, titled, until, view } from "./world.ts";

export function people(get: Get): void {
  it("are invited one by one where one of them can't be, and each is accounted for", async () => {
    const { platform, user, uninvitable, seen } = get();
    const { room } = await platform.openRoom(roomRequest());
    const wanted = [user("ana"), uninvitable, user("ben"), "elsewhere:1234"];
    const outcomes = await platform.invite(room, wanted);
    expect(outcomes.map((one) => one.user).sort()).toEqual([...wanted].sort());
    expect(
      outcomes
        .filter(({ ok }) => ok)
        .map((one) => one.user)
        .sort(),
    ).toEqual([user("ana"), user("ben")].sort());
    for (const { ok, code, why } of outcomes)
      if (!ok) expect([code, why]).toEqual([expect.any(String), expect.any(String)]);
    await platform.post(room, view("Welcome"), { key: "welcome" });
    expect(titled(seen("ana", room), ["Welcome"])).toHaveLength(1);
    expect(await platform.invite(room, [user("ana")])).toEqual([{ user: user("ana"), ok: true }]);
  });

  it("are written to directly, once per key; who can't be is a refusal", async () => {
    const { platform, user, unreachable, direct, channel } = get();
    const place = await platform.directMessage(user("ana"), view("Sign, please"), { key: "ask", urgent: true });
    expect(await platform.directMessage(user("ana"), view("Sign, please"), { key: "ask", again: true })).toBe(place);
    await platform.edit(place, view("Signed"));
    expect(titled(direct("ana"), ["Signed"])).toHaveLength(1);
    expect(direct("ben")).toEqual([]);
    expect(place.startsWith(`${channel}/`)).toBe(false);
    const refused = platform.directMessage(unreachable, view("Sign, please"), { key: "ask2" });
    await expect(refused).rejects.toMatchObject({ name: "RefusedError", code: expect.stringMatching(/./) });
  });

  it("are told what is for them alone, in the channel or directly", async () => {
    const { platform, user, channel, alone, direct, seen } = get();
    await platform.whisper(user("ana"), channel, view("For Ana here"));
    await platform.whisper(user("ana"), undefined, view("For Ana anywhere"));
    const told = () => titled([...alone("ana", channel), ...direct("ana")], ["For Ana here", "For Ana anywhere"]);
    await until("both whispers", () => told().length === 2);
    const others = [...seen("ben", channel), ...alone("ben", channel), ...direct("ben")];
    expect(titled(others, ["For Ana"])).toEqual([]);
  });

  it("have a name, and a home where the platform has one", async () => {
    const { platform, user, home } = get();
    expect((await platform.describeUser(user("ana"))).name).toMatch(/^Ana/);
    await platform.setHome(user("ana"), view("1 open incident"));
    if (home !== undefined) await until("the home", () => home("ana").includes("1 open incident"));
  });
}
