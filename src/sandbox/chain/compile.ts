/**
 * Compiles the sandbox's contracts with solc-js and writes the artifacts that are committed beside them. Run it after
 * changing a contract: `npx tsx src/sandbox/chain/compile.ts`. A test compiles again and compares.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { keccak256, stringToBytes } from "viem";
import { z } from "zod";
import type { Artifact } from "./artifacts.ts";

const CONTRACTS = new URL("./contracts/", import.meta.url);
const ARTIFACTS = new URL("./artifacts/", import.meta.url);

/** The EVM is the hardfork that `startAnvil` asks for; the metadata hash is off, so that comments don't change code. */
const SETTINGS = {
  evmVersion: "osaka",
  optimizer: { enabled: true, runs: 200 },
  metadata: { bytecodeHash: "none" },
  outputSelection: { "*": { "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object"] } },
} as const;

/**
 * Every contract of `contracts/`, by name. `sourceHash` is the keccak256 of the contract's own file.
 * Throws with the compiler's own text when a contract does not compile, or compiles with a warning.
 */
export function compileContracts(): Artifact[] {
  const compiler = loadCompiler();
  const sources = Object.fromEntries(
    readdirSync(CONTRACTS).map((file) => [file, { content: readFileSync(new URL(file, CONTRACTS), "utf8") }]),
  );
  const input = { language: "Solidity", sources, settings: SETTINGS };
  const output = Output.parse(JSON.parse(compiler.compile(JSON.stringify(input), { import: readImport })));
  if (output.errors.length > 0) throw new Error(output.errors.map((error) => error.formattedMessage).join("\n"));
  return Object.entries(sources).map(([file, { content }]) => {
    const contractName = file.replace(/\.sol$/, "");
    const { abi, evm } = output.contracts[file]![contractName]!;
    return {
      contractName,
      sourceHash: keccak256(stringToBytes(content)),
      compiler: compiler.version(),
      settings: { evmVersion: SETTINGS.evmVersion, optimizer: SETTINGS.optimizer, metadata: SETTINGS.metadata },
      abi,
      bytecode: `0x${evm.bytecode.object}`,
      deployedBytecode: `0x${evm.deployedBytecode.object}`,
    };
  });
}

/** An artifact as it is committed: two spaces, a newline at the end. */
export function artifactText(artifact: Artifact): string {
  return `${JSON.stringify(artifact, null, 2)}\n`;
}

const require = createRequire(import.meta.url);

const Compiled = z.object({
  abi: z.array(z.record(z.string(), z.unknown())),
  evm: z.object({ bytecode: z.object({ object: z.string() }), deployedBytecode: z.object({ object: z.string() }) }),
});
const Output = z.object({
  errors: z.array(z.object({ formattedMessage: z.string() })).default([]),
  contracts: z.record(z.string(), z.record(z.string(), Compiled)).default({}),
});

interface Compiler {
  version(): string;
  compile(input: string, callbacks: { import: (path: string) => { contents: string } | { error: string } }): string;
}

function loadCompiler(): Compiler {
  return require("solc");
}

/** Imports are of packages only, such as `@openzeppelin/contracts/…`. */
function readImport(path: string): { contents: string } | { error: string } {
  try {
    return { contents: readFileSync(require.resolve(path), "utf8") };
  } catch (error) {
    return { error: String(error) };
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const artifact of compileContracts()) {
    writeFileSync(new URL(`${artifact.contractName}.json`, ARTIFACTS), artifactText(artifact));
    console.log(`${artifact.contractName}: ${(artifact.deployedBytecode.length - 2) / 2} bytes`);
  }
}
