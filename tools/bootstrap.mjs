// @ts-check
/**
 * node tools/bootstrap.mjs SCRIPT [ARGUMENT…]
 *
 * Runs one of our scripts on a machine that has npm and any Node of these years, from a bare clone: installs
 * the npm dependencies when they are missing or other than package-lock.json says, then runs the script with
 * the Node that is among them. It is the one file here that has to run on an old Node and without dependencies.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { basename, delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const binaries = join(root, "node_modules", ".bin");

/** Holds what the dependencies were installed from. `npm ci` removes it first, and it is written last. */
const stampFile = join(root, "node_modules", ".installed-from");

/** Outside the clone: `npm ci` empties node_modules, and a clone is left as it is. */
const lockFolder = join(tmpdir(), `pulumi-notion-install-${sha256(root).slice(0, 16)}.lock`);
const LOCK_POLL_MS = 250;
/** No install takes this long: the process number in the lock has passed to another program. */
const LOCK_STALE_MS = 30 * 60_000;
/** Between making its lock and writing its process number into it, a process gets this long. */
const LOCK_HALF_MADE_MS = 5_000;

/** Runs TypeScript as it is, and is what @pulumi/pulumi and undici ask for. */
const MINIMUM_NODE = [22, 19];

/** A failure that its message says all about. */
class Failure extends Error {}

/** @param {string | Buffer} text */
function sha256(text) {
  return createHash("sha256").update(text).digest("hex");
}

function wantedStamp() {
  return `${sha256(readFileSync(join(root, "package-lock.json")))} ${process.platform}-${process.arch}\n`;
}

function isInstalled() {
  return existsSync(stampFile) && readFileSync(stampFile, "utf8") === wantedStamp();
}

async function ensureInstalled() {
  if (isInstalled()) return;
  await lock();
  try {
    if (!isInstalled()) await install();
  } finally {
    unlock();
  }
}

async function install() {
  const startedAt = Date.now();
  process.stderr.write("Installing npm dependencies (about half a minute) … ");
  const stamp = wantedStamp();
  rmSync(stampFile, { force: true });
  const [command, ...args] = npm();
  const result = await run(command, [...args, "ci", "--no-audit", "--no-fund", "--loglevel=error"], "quiet");
  if (result.code !== 0) {
    process.stderr.write("failed\n");
    // npm adds a page of its own options to some of its errors.
    const [reason = ""] = result.output.split(/^npm error Usage:$/m);
    throw new Failure(`${reason.trimEnd()}\n\n"npm ci" failed: the reason is above.`);
  }
  writeFileSync(stampFile, stamp);
  process.stderr.write(`done in ${Math.round((Date.now() - startedAt) / 1000)} s\n`);
}

/**
 * The npm that runs us, if one does.
 * @returns {[string, ...string[]]}
 */
function npm() {
  const own = process.env.npm_execpath;
  return own && basename(own) === "npm-cli.js" ? [process.execPath, own] : ["npm"];
}

/** The folder is the lock: only one process can make it. */
async function lock() {
  for (let waiting = false; ; ) {
    try {
      mkdirSync(lockFolder);
      writeFileSync(join(lockFolder, "pid"), String(process.pid));
      process.once("exit", unlock);
      return;
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
    if (isStale()) {
      // Moved first, so that of two who see it stale one removes it.
      const away = `${lockFolder}.${process.pid}`;
      try {
        renameSync(lockFolder, away);
        rmSync(away, { recursive: true, force: true });
      } catch (error) {
        if (codeOf(error) !== "ENOENT") throw error;
      }
      continue;
    }
    if (!waiting) process.stderr.write("Waiting for another run that is installing the npm dependencies …\n");
    waiting = true;
    await new Promise((done) => setTimeout(done, LOCK_POLL_MS));
  }
}

function unlock() {
  process.off("exit", unlock);
  rmSync(lockFolder, { recursive: true, force: true });
}

function isStale() {
  try {
    const age = Date.now() - statSync(lockFolder).mtimeMs;
    const pidFile = join(lockFolder, "pid");
    const pid = existsSync(pidFile) ? Number(readFileSync(pidFile, "utf8")) : 0;
    if (!pid) return age > LOCK_HALF_MADE_MS;
    return age > LOCK_STALE_MS || !isAlive(pid);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false; // released meanwhile
    throw error;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

/** The Node to run our scripts with: the one among the dependencies, else this one if it will do. */
function findNode() {
  const installed = join(binaries, process.platform === "win32" ? "node.cmd" : "node");
  if (existsSync(installed)) return installed;
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [minimumMajor = 0, minimumMinor = 0] = MINIMUM_NODE;
  if (major > minimumMajor || (major === minimumMajor && minor >= minimumMinor)) return process.execPath;
  throw new Failure(
    [
      `Node ${MINIMUM_NODE.join(".")} or newer is needed; this is ${process.versions.node}.`,
      "The npm package `node` should have brought one, but its install script did not run, most likely because",
      "npm is set not to run install scripts. Either one helps:",
      "  npm rebuild node --ignore-scripts=false",
      "  a newer Node on this machine",
    ].join("\n"),
  );
}

/**
 * Runs a program to its end. Signals that this process gets are passed on.
 * @param {string} command
 * @param {string[]} args
 * @param {"quiet" | "shown"} how
 * @returns {Promise<{ code: number, output: string }>}
 */
function run(command, args, how) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, PATH: [binaries, process.env.PATH].join(delimiter) },
      stdio: how === "shown" ? "inherit" : ["ignore", "pipe", "pipe"],
      shell: process.platform === "win32" && !command.endsWith(".exe"),
    });
    /** @param {NodeJS.Signals} signal */
    const relay = (signal) => {
      // A terminal sends Ctrl-C to the child as well; it should not get it twice.
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    };
    /** @type {NodeJS.Signals[]} */
    const relayed = ["SIGINT", "SIGTERM", "SIGHUP"];
    for (const signal of relayed) process.on(signal, relay);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text) => {
        output += text;
      });
    }
    child.once("error", fail);
    child.once("close", (code, signal) => {
      for (const each of relayed) process.off(each, relay);
      done({ code: signal ? 128 + constants.signals[signal] : (code ?? 1), output });
    });
  });
}

const [script, ...args] = process.argv.slice(2);
try {
  if (!script) throw new Failure("usage: node tools/bootstrap.mjs SCRIPT [ARGUMENT…]");
  await ensureInstalled();
  process.exitCode = (await run(findNode(), [resolve(root, script), ...args], "shown")).code;
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
