import type { Intervention } from "../../core/intervention.ts";
import { aaveV3Pool, aaveV3Reserve } from "./aave-v3.ts";
import { accessManager } from "./access-manager.ts";
import { comet } from "./comet.ts";
import { compoundV2Comptroller, compoundV2Market } from "./compound-v2.ts";
import type { Dialect } from "./dialect.ts";
import { emergencyWithdraw } from "./emergency-withdraw.ts";
import { lidoGateSeal } from "./lido-gate-seal.ts";
import { lidoPausableUntil } from "./lido-pausable-until.ts";
import { openzeppelinPausable } from "./openzeppelin-pausable.ts";
import { optimismSuperchainConfig } from "./optimism-superchain-config.ts";
import { pauseTopic } from "./pause-topic.ts";
import { revokeRole } from "./revoke-role.ts";
import { setPaused } from "./set-paused.ts";

export type * from "./dialect.ts";

/** An intervention in the words of its family. A further dialect is a further file, and a further line here. */
export function dialectOf(intervention: Intervention): Dialect {
  switch (intervention.dialect) {
    case "openzeppelin-pausable":
      return openzeppelinPausable(intervention);
    case "set-paused":
      return setPaused(intervention);
    case "pause-topic":
      return pauseTopic(intervention);
    case "access-manager":
      return accessManager(intervention);
    case "optimism-superchain-config":
      return optimismSuperchainConfig(intervention);
    case "lido-pausable-until":
      return lidoPausableUntil(intervention);
    case "lido-gate-seal":
      return lidoGateSeal(intervention);
    case "aave-v3-pool":
      return aaveV3Pool(intervention);
    case "aave-v3-reserve":
      return aaveV3Reserve(intervention);
    case "compound-v2-market":
      return compoundV2Market(intervention);
    case "compound-v2-comptroller":
      return compoundV2Comptroller(intervention);
    case "comet":
      return comet(intervention);
    case "revoke-role":
      return revokeRole(intervention);
    case "emergency-withdraw":
      return emergencyWithdraw(intervention);
    default:
      return intervention satisfies never;
  }
}
