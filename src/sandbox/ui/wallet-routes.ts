/** `/sandbox/wallet/*`: what the page's wallet asks of the sandbox. The keys stay in this process. */
import { Hono } from "hono";
import type { TypedDataDefinition } from "viem";
import { z } from "zod";
import { mistakes } from "./client-schema.ts";
import type { SandboxWallet } from "./sandbox-wallet.ts";

const TypedDataShape = z.object({
  domain: z.record(z.string(), z.unknown()),
  types: z.record(z.string(), z.array(z.object({ name: z.string(), type: z.string() }))),
  primaryType: z.string(),
  message: z.record(z.string(), z.unknown()),
});

/** Viem computes the message's type from `types`, which only exists at run time here; it checks the values itself. */
const TypedData = z.custom<TypedDataDefinition>(
  (data) => TypedDataShape.safeParse(data).success,
  "is not EIP-712 typed data: domain, types, primaryType, message",
);

const SignRequest = z.union([
  z.strictObject({ as: z.string(), typedData: TypedData }),
  z.strictObject({ as: z.string(), message: z.templateLiteral(["0x", z.string().regex(/^[0-9a-fA-F]*$/)]) }),
]);

/** `nameOf` gives undefined for someone who is not in the workspace. */
export function walletRoutes(wallet: SandboxWallet | undefined, nameOf: (id: string) => string | undefined): Hono {
  const app = new Hono();

  app.get("/account", (c) => {
    const as = c.req.query("as") ?? "";
    const name = nameOf(as);
    if (name === undefined) return c.json({ error: `There is no person "${as}" in this workspace.` }, 404);
    return c.json({ as, name, chainId: wallet?.chainId, address: wallet?.addressOf(as) });
  });

  app.post("/sign", async (c) => {
    const body: unknown = await c.req.json().catch((error: unknown) => error);
    const request = SignRequest.safeParse(body);
    if (!request.success) return c.json({ error: mistakes(request.error) }, 400);
    const { as } = request.data;
    if (wallet?.addressOf(as) === undefined) {
      return c.json({ error: `${nameOf(as) ?? as} has no wallet in this sandbox.`, hint: "Act as a signer." }, 403);
    }
    if ("typedData" in request.data) {
      return c.json({ signature: await wallet.signTypedData(as, request.data.typedData) });
    }
    if (!wallet.signMessage) return c.json({ error: "This wallet signs typed data only." }, 400);
    return c.json({ signature: await wallet.signMessage(as, request.data.message) });
  });

  return app;
}
