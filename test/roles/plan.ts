import type { LoadedPlan } from "../../src/core/plan.ts";
import { ResponsePlan } from "../../src/core/plan.ts";
import type { App } from "../../src/core/ports.ts";
import { buildSafeTx, hashSafeTx } from "../../src/core/safe-tx.ts";
import { safe, storyPlan, vault } from "../story.ts";

/** A plan with people on two platforms, roles that a severity requires, and whatever a story changes. */
export function responsePlan(change: Record<string, unknown> = {}): LoadedPlan {
  const { hash, ...plan } = storyPlan();
  return {
    hash,
    ...ResponsePlan.parse({
      ...plan,
      people: {
        noor: { name: "Noor", slack: "U0NOOR", discord: "111111111111111111" },
        sofia: { name: "Sofia", slack: "U0SOFIA", discord: "222222222222222222", roles: ["incident commander"] },
        tomas: { name: "Tomas", slack: "U0TOMAS", roles: ["scribe"] },
        ana: { name: "Ana", slack: "U0ANA" },
      },
      severities: {
        critical: {
          means: "funds are leaving",
          pause: "all",
          tellUsers: "yes",
          updateEvery: "30m",
          roles: ["incident commander", "deputy", "communications lead", "scribe", "operations"],
        },
        high: { pause: "affected", roles: ["incident commander"] },
        low: { pause: "none" },
      },
      ...change,
    }),
  };
}

/** Lets the story's chain prepare any intervention at any nonce, as a group needs it. */
export function anyNonce(app: App): void {
  const { chain } = app;
  app.chain = {
    ...chain,
    async prepare(intervention, { nonceFrom = 7n } = {}) {
      const one = await chain.prepare(intervention);
      const safeTx = buildSafeTx({ to: vault, data: "0x8456cb59", nonce: nonceFrom });
      return { ...one, intervention, title: `Pause ${intervention}`, safeTx, ...hashSafeTx(31337, safe, safeTx) };
    },
  };
}
