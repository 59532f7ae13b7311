import { z } from "zod";
import { signerListCard } from "../../src/chat/cards/signer-card.ts";
import { defineCommand } from "../../src/chat/command.ts";
import { messageOf } from "../../src/core/errors.ts";

export const list = defineCommand({
  name: "signer list",
  summary: "See which owner is linked to whom",
  access: "responder",
  input: z.object({}),
  async handler(_, { app }) {
    const plan = app.plan();
    const safes = await Promise.all(
      Object.keys(plan.safes).map((key) =>
        app.chain.readSafe(key).then(
          (state) => ({ key, state }),
          // One Safe that cannot be read is said, and does not hide the others.
          (error: unknown) => ({ key, why: messageOf(error) }),
        ),
      ),
    );
    return { view: signerListCard(plan, await app.journal.state("roster"), safes) };
  },
});
