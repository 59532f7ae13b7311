import { describe, expect, it } from "vitest";
import { partsOf, pauseCardRows, pauseCardTitle } from "../../src/core/pause-card.ts";
import type { Pause } from "../../src/core/pause-state.ts";
import { buildSafeTx } from "../../src/core/safe-tx.ts";
import { owners, pauseAfter } from "../web/fixtures.ts";

const mainnet = { chain: { id: 1, name: "Ethereum" } };

function print(pause: Pause): string {
  return pauseCardRows(pause, { phrase: "pilot horse pillow" })
    .map(({ label, value, note }) => `${label.padEnd(13)} ${value}${note === undefined ? "" : `    ${note}`}`)
    .join("\n");
}

describe("the card of a pause", () => {
  it("shows all that a signature agrees to, in full", () => {
    expect(pauseCardTitle(pauseAfter([], mainnet))).toBe("P-0007  PAUSE  Vault-USDC");
    expect(`\n${print(pauseAfter([], mainnet))}\n`).toBe(`
Chain         Ethereum (1)
Safe          ops-pause  0x1111111111111111111111111111111111111111  v1.4.1  3 of 5
Nonce         7    on chain: 7 @ block 23456789
To / value    0x2222222222222222222222222222222222222222 / 0    Vault-USDC
Call          pause()  0x8456cb59
Operation     CALL (0)
Gas fields    safeTxGas 0  baseGas 0  gasPrice 0  gasToken 0x0  refundReceiver 0x0
Domain hash   F0DC FE86 AD4A 4096 90A5 7DBA AE9B 1E14 C5EA 1750 A482 71A0 A3A6 037A 8100 624D    constant for this Safe on this chain
Message hash  40BD 7AA2 123B E23E EA51 EAA9 BB42 828E E574 4FAB FA01 03FA E56D 390B 4735 7BE6    row 7 of the printed table (allstop hash)
safeTxHash    0DBE AC2A 55D5 4C72 8364 91FC 4431 75BC ADF8 A754 2AE8 8E90 DC8E FFA8 F750 2F8A
Simulation    succeeds at block 23456789 on 3/3 RPCs; after: paused() = true, deposit() reverts
Still works   withdraw(), redeem()
Plan sha256   9f3a5d0c41b27e8890aa6f4be1d35c7720e4b8f6a1c93d5e7f0812b4c6d8e0fa
Check words   pilot horse pillow    the same in chat and on the signing page; if they differ, do not sign
`);
  });

  it("checksums addresses that came in lower case", () => {
    const safe = { address: `0x${"ab".repeat(20)}`, label: "ops", version: "1.5.0", owners, threshold: 2 } as const;
    expect(print(pauseAfter([], { safe: { ...safe, owners } }))).toContain(
      "ops  0xABaBaBaBABabABabAbAbABAbABabababaBaBABaB  v1.5.0  2 of 5",
    );
  });

  it("follows the Safe when owners, threshold or nonce change", () => {
    const changed = { owners: owners.slice(0, 4), threshold: 2, nonce: "8", blockNumber: "23456800" };
    const rows = print(pauseAfter([{ kind: "pause.safe_changed", proposal: "P-0007", ...changed }], mainnet));
    expect(rows).toContain("v1.4.1  2 of 4");
    expect(rows).toContain("7    on chain: 7 @ block 23456789, 8 now");
  });

  it("hides no arguments: a call that has some gets a row of its own", () => {
    const data = `0x8456cb59${"00".repeat(31)}01` as const;
    const rows = pauseCardRows(pauseAfter([], { safeTx: buildSafeTx({ to: owners[0]!, data, nonce: 7n }) }), {
      phrase: "",
    });
    expect(rows.find(({ label }) => label === "Data")?.value).toBe(data);
    expect(rows.find(({ label }) => label === "To / value")?.note).toContain("acts on Vault-USDC 0x2222");
  });

  it("shouts when the simulation fails", () => {
    const simulation = { ok: false, detail: "GS013", providers: 2, of: 3 };
    expect(print(pauseAfter([], { simulation }))).toContain("FAILS at block 23456789 on 2/3 RPCs; GS013");
  });

  it("comes apart where it may be laid out on lines of its own", () => {
    expect(partsOf("pause()  0x8456cb59")).toEqual(["pause()", "0x8456cb59"]);
  });
});
