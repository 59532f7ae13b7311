import { readFileSync } from "node:fs";
import { toEventSelector, toFunctionSelector } from "viem";
import { expect, test } from "vitest";
import { mockUsdcAbi, mockUsdcArtifact, vaultAbi, vaultArtifact } from "../../../src/sandbox/chain/artifacts.ts";
import { artifactText, compileContracts } from "../../../src/sandbox/chain/compile.ts";

test("the committed artifacts are what the contracts compile to", { timeout: 60_000 }, () => {
  const artifacts = compileContracts();

  expect(artifacts.map(({ contractName }) => contractName).sort()).toEqual(["MockUSDC", "Vault"]);
  for (const artifact of artifacts) {
    const path = new URL(`../../../src/sandbox/chain/artifacts/${artifact.contractName}.json`, import.meta.url);
    expect(readFileSync(path, "utf8"), artifact.contractName).toBe(artifactText(artifact));
  }
});

test("every typed line of an ABI is in the compiled one", () => {
  const cases = [
    { typed: vaultAbi, compiled: vaultArtifact.abi },
    { typed: mockUsdcAbi, compiled: mockUsdcArtifact.abi },
  ];
  for (const { typed, compiled } of cases) {
    const known = new Set(compiled.map(signature));
    for (const item of typed) expect(known).toContain(signature(item));
  }
});

/** Kind, name and argument types, and for a function what it returns. */
function signature(item: {
  type: string;
  name?: string;
  stateMutability?: string;
  inputs?: readonly { type: string }[];
  outputs?: readonly { type: string }[];
}): string {
  const types = (params: readonly { type: string }[] = []) => params.map(({ type }) => type).join(",");
  const mutability = item.stateMutability === "pure" ? "view" : item.stateMutability;
  return `${item.type} ${item.name}(${types(item.inputs)}) ${mutability ?? ""} (${types(item.outputs)})`;
}

test("the vault speaks OpenZeppelin's pause dialect", () => {
  expect(toFunctionSelector("pause()")).toBe("0x8456cb59");
  expect(toFunctionSelector("EnforcedPause()")).toBe("0xd93c0665");
  for (const signature of ["pause()", "unpause()", "paused()"]) {
    expect(vaultArtifact.deployedBytecode).toContain(toFunctionSelector(signature).slice(2));
  }
  expect(vaultArtifact.deployedBytecode).toContain(toEventSelector("Paused(address)").slice(2));
});
