/**
 * Finds the browser that page tests drive. A machine without one skips those tests and says so; with
 * `ALLSTOP_REQUIRE_BROWSER=1` (continuous integration) a missing browser is a failure.
 */
import { accessSync, constants } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const CANDIDATES = [
  process.env.CHROMIUM_PATH,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Path of a Chromium to drive, or undefined when this machine has none. `CHROMIUM_PATH` wins. */
export const browserPath: string | undefined = CANDIDATES.find(isExecutable);

/** True when the page tests are to be skipped: no browser, and nobody insists on one. */
export const skipBrowserTests: boolean = browserPath === undefined && process.env.ALLSTOP_REQUIRE_BROWSER !== "1";

if (skipBrowserTests) {
  console.warn("Browser tests are skipped: no chromium found. Install it, or set CHROMIUM_PATH to one.");
}

/** Starts a headless browser. The caller closes it. Throws when there is no browser to start. */
export async function launchBrowser(): Promise<Browser> {
  if (browserPath === undefined) {
    throw new Error(
      "No chromium found, and ALLSTOP_REQUIRE_BROWSER=1 asks for one.\nInstall chromium, or set CHROMIUM_PATH to one.",
    );
  }
  return chromium.launch({
    executablePath: browserPath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
  });
}

function isExecutable(path: string | undefined): path is string {
  if (!path) return false;
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Absent or not ours to run: the next candidate may do.
    return false;
  }
}
