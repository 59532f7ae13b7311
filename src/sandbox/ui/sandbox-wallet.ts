/**
 * The keys of the sandbox's people, as the page's wallet may use them: it can ask for a signature and learn an address.
 * No key ever leaves the sandbox's process.
 */
import type { Address, Hex, TypedDataDefinition } from "viem";

export interface SandboxWallet {
  /** The only chain this wallet knows. Typed data for another chain is refused, as real wallets do. */
  chainId: number;
  /** Undefined for a person without a wallet: a responder who owns no Safe. */
  addressOf(personId: string): Address | undefined;
  signTypedData(personId: string, typedData: TypedDataDefinition): Promise<Hex>;
  /** EIP-191 `personal_sign`. A wallet without it refuses the method. */
  signMessage?(personId: string, message: Hex): Promise<Hex>;
}
