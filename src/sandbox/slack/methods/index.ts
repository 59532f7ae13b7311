import { authMethods } from "./auth.ts";
import { chatMethods } from "./chat.ts";
import { fileMethods } from "./files.ts";
import { markMethods } from "./marks.ts";
import type { Method } from "./method.ts";
import { peopleMethods } from "./people.ts";
import { readingMethods } from "./reading.ts";
import { roomMethods } from "./rooms.ts";
import { viewMethods } from "./views.ts";

/** Every Web API method that this workspace knows, by name. */
export const METHODS: ReadonlyMap<string, Method> = new Map(
  Object.entries({
    ...authMethods,
    ...chatMethods,
    ...roomMethods,
    ...readingMethods,
    ...viewMethods,
    ...markMethods,
    ...peopleMethods,
    ...fileMethods,
  }),
);
