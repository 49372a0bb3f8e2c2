import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { underLock } from "../../../tools/lock.mts";
import { toolsCache } from "../../../tools/repository.mts";

const BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** A browser without a window, with no profile but its own; closed by whoever opens it. */
export async function openBrowser(): Promise<Browser> {
  const { executablePath, env } = await findBrowser();
  return chromium.launch({
    executablePath,
    // Its sandbox cannot be set up as root or in most containers; it shows one page of our own.
    args: ["--no-sandbox", "--disable-gpu", "--font-render-hinting=none"],
    env: { ...process.env, ...env } as Record<string, string>,
  });
}

/** The one that comes with the npm dependencies, for Linux on x64; elsewhere one of the machine. */
async function findBrowser(): Promise<{ executablePath: string; env: NodeJS.ProcessEnv }> {
  if (process.platform === "linux" && process.arch === "x64") {
    const folder = await unpacked();
    const libraries = [join(folder, "al2023", "lib"), process.env.LD_LIBRARY_PATH].filter(Boolean);
    return {
      executablePath: join(folder, "chromium"),
      env: { LD_LIBRARY_PATH: libraries.join(delimiter), FONTCONFIG_PATH: join(folder, "fonts") },
    };
  }
  const folders = (process.env.PATH ?? "").split(delimiter);
  const found = folders.flatMap((folder) => BROWSERS.map((name) => join(folder, name))).find(existsSync);
  if (found !== undefined) return { executablePath: found, env: {} };
  throw new Error(
    `The tests of the review page need a browser: install Chromium so that \`${BROWSERS[0]}\` is on PATH.`,
  );
}

/** Once for each version, in a few seconds. */
async function unpacked(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve("@sparticuz/chromium");
  const { version } = JSON.parse(readFileSync(join(entry, "..", "..", "package.json"), "utf8")) as {
    version: string;
  };
  const folder = join(toolsCache, `chromium-${version}`);
  if (isReady(folder)) return folder;
  await underLock(
    join(toolsCache, "chromium"),
    "Waiting for another run that is unpacking Chromium",
    console.log,
    async () => {
      if (isReady(folder)) return;
      await rm(folder, { recursive: true, force: true });
      const made = `${folder}.new`;
      await rm(made, { recursive: true, force: true });
      await mkdir(made, { recursive: true });
      await unpack(entry, made);
      // Its own names folders that only a cloud has, and without a font the browser ends at the first field.
      await writeFile(join(made, FONTS_CONF), fontsConf(folder));
      await rename(made, folder);
    },
  );
  return folder;
}

const FONTS_CONF = join("fonts", "fonts.conf");

/** A clone that was moved or copied brings along one that looks for its fonts where it was before. */
function isReady(folder: string): boolean {
  const file = join(folder, FONTS_CONF);
  return existsSync(file) && readFileSync(file, "utf8") === fontsConf(folder);
}

function fontsConf(folder: string): string {
  const [fonts, cache] = [join(folder, "fonts"), join(folder, "fonts-cache")];
  return `<?xml version="1.0"?><fontconfig><dir>${fonts}</dir><cachedir>${cache}</cachedir></fontconfig>`;
}

/** In a process of its own: the package unpacks into the temporary folder, and its libraries only where it believes to be in a cloud. */
function unpack(entry: string, folder: string): Promise<void> {
  const program = `import chromium from ${JSON.stringify(pathToFileURL(entry).href)}; chromium.setGraphicsMode = false; await chromium.executablePath();`;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, TMPDIR: folder, AWS_LAMBDA_JS_RUNTIME: "nodejs24.x" },
    });
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`Chromium could not be unpacked (exit status ${code}).`));
    });
  });
}
