/** The vault under attack: a Safe may pause it, people have money in it, and one of them is watched by the probes. */
import { type Address, encodeDeployData, encodeFunctionData, maxUint256, parseUnits } from "viem";
import { mockUsdcAbi, mockUsdcArtifact, vaultAbi, vaultArtifact } from "./artifacts.ts";
import type { Ledger } from "./ledger.ts";
import { senderAccount } from "./people.ts";

/** What the whale has outside and inside the vault, in the token's own units (six decimals). */
export const WHALE_WALLET = parseUnits("3000000", 6);
export const WHALE_DEPOSIT = parseUnits("2000000", 6);
const ATTACKER_WALLET = parseUnits("10000", 6);

/**
 * Deploys the token and the vault. `pauser` alone may pause; the deployer administers and may unpause. The whale has
 * shares, tokens and an unlimited approval, so that its deposit and its withdrawal both pass by `eth_call`.
 */
export async function deployVault(ledger: Ledger, pauser: Address): Promise<{ vault: Address; token: Address }> {
  const admin = senderAccount("deployer").address;
  const whale = senderAccount("whale").address;
  const token = created(await ledger.send({ from: "deployer", data: mockUsdcArtifact.bytecode }));
  const vaultCode = encodeDeployData({ abi: vaultAbi, bytecode: vaultArtifact.bytecode, args: [token, admin, pauser] });
  const vault = created(await ledger.send({ from: "deployer", data: vaultCode }));
  await mint(ledger, token, whale, WHALE_WALLET + WHALE_DEPOSIT);
  await mint(ledger, token, senderAccount("attacker").address, ATTACKER_WALLET);
  await ledger.send({
    from: "whale",
    to: token,
    data: encodeFunctionData({ abi: mockUsdcAbi, functionName: "approve", args: [vault, maxUint256] }),
  });
  await ledger.send({
    from: "whale",
    to: vault,
    data: encodeFunctionData({ abi: vaultAbi, functionName: "deposit", args: [WHALE_DEPOSIT, whale] }),
  });
  return { vault, token };
}

async function mint(ledger: Ledger, token: Address, to: Address, amount: bigint): Promise<void> {
  const data = encodeFunctionData({ abi: mockUsdcAbi, functionName: "mint", args: [to, amount] });
  await ledger.send({ from: "deployer", to: token, data });
}

function created(receipt: { contractAddress?: Address | null }): Address {
  if (!receipt.contractAddress) throw new Error("The transaction created no contract.");
  return receipt.contractAddress;
}
