import { UserError } from "../core/errors.ts";
import type { Address, Hex } from "../core/ids.ts";

interface Singleton {
  address: Address;
  codeHash: Hex;
}

/**
 * Safe's own deployments, Safe and SafeL2, as safe-deployments lists them: `VERSION()` is only a claim, the code behind
 * the proxy is the fact. 1.3.0 has two sets of addresses for the same code.
 */
const singletons: Record<string, Singleton[]> = {
  "1.3.0": [
    {
      address: "0xd9Db270c1B5E3Bd161E8c8503c55cEABeE709552",
      codeHash: "0xbba688fbdb21ad2bb58bc320638b43d94e7d100f6f3ebaab0a4e4de6304b1c2e",
    },
    {
      address: "0x69f4D1788e39c87893C980c06EdF4b7f686e2938",
      codeHash: "0xbba688fbdb21ad2bb58bc320638b43d94e7d100f6f3ebaab0a4e4de6304b1c2e",
    },
    {
      address: "0x3E5c63644E683549055b9Be8653de26E0B4CD36E",
      codeHash: "0x21842597390c4c6e3c1239e434a682b054bd9548eee5e9b1d6a4482731023c0f",
    },
    {
      address: "0xfb1bffC9d739B8D520DaF37dF666da4C687191EA",
      codeHash: "0x21842597390c4c6e3c1239e434a682b054bd9548eee5e9b1d6a4482731023c0f",
    },
  ],
  "1.4.1": [
    {
      address: "0x41675C099F32341bf84BFc5382aF534df5C7461a",
      codeHash: "0x1fe2df852ba3299d6534ef416eefa406e56ced995bca886ab7a553e6d0c5e1c4",
    },
    {
      address: "0x29fcB43b46531BcA003ddC8FCB67FFE91900C762",
      codeHash: "0xb1f926978a0f44a2c0ec8fe822418ae969bd8c3f18d61e5103100339894f81ff",
    },
  ],
  "1.5.0": [
    {
      address: "0xFf51A5898e281Db6DfC7855790607438dF2ca44b",
      codeHash: "0xdda019cbd7c867a533a2a86e5c53434fdc50b13122b5a5ddb4a8df61b31c20f2",
    },
    {
      address: "0xEdd160fEBBD92E350D4D398fb636302fccd67C7e",
      codeHash: "0x180193227186ccb85316c94db1f0d156ed932b14712cfaac78901899178572dc",
    },
  ],
};

/** The version without its suffix: SafeL2 1.3.0 says `1.3.0+L2`. Throws `UserError` `unsupported_safe` for all others. */
export function supportedVersion(claimed: string, safe: Address): string {
  const version = claimed.replace(/\+.*$/, "");
  if (Object.hasOwn(singletons, version)) return version;
  const supported = Object.keys(singletons).join(", ");
  if (isTooOld(version)) {
    throw new UserError(
      "unsupported_safe",
      `The Safe ${safe} is version ${claimed}. Safes up to 1.2.0 are refused for two reasons: their signatures carry no ` +
        "chain id, so one signature is valid for the same address on every chain; and a failed pause is mined as a " +
        "success and burns the nonce.",
      `Move the pausing authority to a Safe of version ${supported}, and name it in the response plan.`,
      { safe, version: claimed },
    );
  }
  throw new UserError(
    "unsupported_safe",
    `The Safe ${safe} says that it is version "${claimed}", which Allstop has not been tested with.`,
    `Use a Safe of version ${supported}.`,
    { safe, version: claimed },
  );
}

/** Throws `UserError` `unknown_singleton` unless the code behind the proxy is Safe's own of that version. */
export function checkSingleton(safe: Address, version: string, singleton: Address, codeHash: Hex): void {
  const known = (singletons[version] ?? []).some(
    (one) => one.address.toLowerCase() === singleton.toLowerCase() && one.codeHash === codeHash,
  );
  if (known) return;
  throw new UserError(
    "unknown_singleton",
    `The Safe ${safe} says that it is version ${version}, but the code behind it, at ${singleton}, is not Safe's own.`,
    "Compare the address in the response plan with Safe's own interface. A look-alike must never be signed for.",
    { safe, version, singleton, codeHash },
  );
}

function isTooOld(version: string): boolean {
  const parts = /^(\d+)\.(\d+)\.(\d+)$/.exec(version);
  return parts !== null && (Number(parts[1]) < 1 || (Number(parts[1]) === 1 && Number(parts[2]) <= 2));
}
