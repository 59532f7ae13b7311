/**
 * Compiles the contracts that dialects are proven against, and writes what came of it beside them. Run it after changing
 * one: `npx tsx test/chain/dialects/compile.ts`. A test compares the hashes of the sources.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { keccak256, stringToBytes } from "viem";
import { z } from "zod";

export const CONTRACTS = new URL("./contracts/", import.meta.url);
export const ARTIFACTS = new URL("./artifacts.json", import.meta.url);

const require = createRequire(import.meta.url);

const Output = z.object({
  errors: z.array(z.object({ formattedMessage: z.string(), severity: z.string() })).default([]),
  contracts: z.record(
    z.string(),
    z.record(z.string(), z.object({ evm: z.object({ bytecode: z.object({ object: z.string() }) }) })),
  ),
});

/** keccak256 of each Solidity file, by name. */
export function sourceHashes(): Record<string, string> {
  const files = readdirSync(CONTRACTS).sort();
  return Object.fromEntries(files.map((file) => [file, keccak256(stringToBytes(sourceOf(file)))]));
}

function sourceOf(file: string): string {
  return readFileSync(new URL(file, CONTRACTS), "utf8");
}

function compile(): { compiler: string; sources: Record<string, string>; bytecode: Record<string, string> } {
  const compiler: {
    version(): string;
    compile(input: string, callbacks: { import: (path: string) => { contents: string } | { error: string } }): string;
  } = require("solc");
  const sources = sourceHashes();
  const input = {
    language: "Solidity",
    sources: Object.fromEntries(Object.keys(sources).map((file) => [file, { content: sourceOf(file) }])),
    settings: {
      evmVersion: "osaka",
      optimizer: { enabled: true, runs: 200 },
      metadata: { bytecodeHash: "none" },
      outputSelection: { "*": { "*": ["evm.bytecode.object"] } },
    },
  };
  const output = Output.parse(JSON.parse(compiler.compile(JSON.stringify(input), { import: readImport })));
  if (output.errors.length > 0) throw new Error(output.errors.map((error) => error.formattedMessage).join("\n"));
  const bytecode: Record<string, string> = {};
  for (const [file, contracts] of Object.entries(output.contracts)) {
    const wanted = file in sources || /\/(AccessManager|ERC1967Proxy)\.sol$/.test(file);
    for (const [name, { evm }] of Object.entries(contracts)) {
      if (wanted && evm.bytecode.object !== "") bytecode[name] = `0x${evm.bytecode.object}`;
    }
  }
  return { compiler: compiler.version(), sources, bytecode };
}

function readImport(path: string): { contents: string } | { error: string } {
  try {
    return { contents: readFileSync(require.resolve(path), "utf8") };
  } catch (error) {
    return { error: String(error) };
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const compiled = compile();
  writeFileSync(ARTIFACTS, `${JSON.stringify(compiled, null, 2)}\n`);
  for (const [name, code] of Object.entries(compiled.bytecode)) console.log(`${name}: ${(code.length - 2) / 2} bytes`);
}
