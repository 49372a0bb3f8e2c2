import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { repositoryRoot } from "../../tools/repository.mts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Installs the Node that runs it, and counts. */
const fakeNpm = `
const fs = require("node:fs");
fs.appendFileSync("installs", "x");
fs.rmSync("node_modules", { recursive: true, force: true });
if (fs.existsSync("power-cut")) { process.kill(process.ppid, "SIGKILL"); process.exit(1); }
setTimeout(() => {
  if (fs.existsSync("npm-fails")) { console.error("npm error 404"); process.exit(1); }
  console.log("npm warn noise");
  fs.mkdirSync("node_modules/.bin", { recursive: true });
  fs.symlinkSync(process.execPath, "node_modules/.bin/node");
}, 300);
`;

interface Clone {
  folder: string;
  installs(): number;
  /** Runs `node tools/bootstrap.mjs script.mjs …args`. */
  run(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }>;
}

function bareClone(script: string): Clone {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "tools"));
  mkdirSync(join(folder, "tmp"));
  cpSync(join(repositoryRoot, "tools", "bootstrap.mjs"), join(folder, "tools", "bootstrap.mjs"));
  writeFileSync(join(folder, "npm-cli.js"), fakeNpm);
  writeFileSync(join(folder, "package-lock.json"), "{}");
  writeFileSync(join(folder, "script.mjs"), script);
  return {
    folder,
    installs: () =>
      existsSync(join(folder, "installs")) ? readFileSync(join(folder, "installs"), "utf8").length : 0,
    run: (...args) =>
      new Promise((done) => {
        const child = spawn(
          process.execPath,
          [join(folder, "tools", "bootstrap.mjs"), "script.mjs", ...args],
          {
            env: { ...process.env, npm_execpath: join(folder, "npm-cli.js"), TMPDIR: join(folder, "tmp") },
            stdio: ["ignore", "pipe", "pipe"],
          },
        );
        let stdout = "";
        let stderr = "";
        child.stdout.setEncoding("utf8").on("data", (text: string) => {
          stdout += text;
        });
        child.stderr.setEncoding("utf8").on("data", (text: string) => {
          stderr += text;
        });
        child.once("close", (code) => done({ code, stdout, stderr }));
      }),
  };
}

const echo = "console.log(JSON.stringify(process.argv.slice(2)))";

describe("bootstrap", () => {
  test("installs the dependencies, says so, and hides npm's noise; the second run is silent", async () => {
    const clone = bareClone(echo);
    const first = await clone.run("a b", "--flag");
    expect(first).toMatchObject({ code: 0, stdout: '["a b","--flag"]\n' });
    expect(first.stderr).toMatch(/^Installing npm dependencies .* … done in \d+ s\n$/);
    expect(await clone.run()).toEqual({ code: 0, stdout: "[]\n", stderr: "" });
    expect(clone.installs()).toBe(1);
  });

  test("installs again when the lock file changed", async () => {
    const clone = bareClone(echo);
    await clone.run();
    writeFileSync(join(clone.folder, "package-lock.json"), '{"changed":true}');
    await clone.run();
    expect(clone.installs()).toBe(2);
  });

  test("shows what npm said when it fails, and tries again the next time", async () => {
    const clone = bareClone(echo);
    writeFileSync(join(clone.folder, "npm-fails"), "");
    const failed = await clone.run();
    expect(failed).toMatchObject({ code: 1, stdout: "" });
    expect(failed.stderr).toContain('npm error 404\n\n"npm ci" failed: the reason is above.');
    expect(await clone.run()).toMatchObject({ code: 1 });
    expect(clone.installs()).toBe(2);
  });

  test("two at once in one clone install once; the second says that it waits", async () => {
    const clone = bareClone(echo);
    const both = await Promise.all([clone.run(), clone.run()]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(clone.installs()).toBe(1);
    expect(both.map(({ stderr }) => stderr).join("")).toContain("Waiting for another run");
  });

  test("an install that was killed is made again, and its lock does not stand in the way", async () => {
    const clone = bareClone(echo);
    writeFileSync(join(clone.folder, "power-cut"), "");
    expect(await clone.run()).toMatchObject({ code: null });
    expect(readdirSync(join(clone.folder, "tmp"))).toHaveLength(1);
    rmSync(join(clone.folder, "power-cut"));
    expect(await clone.run()).toMatchObject({ code: 0, stdout: "[]\n" });
    expect(readdirSync(join(clone.folder, "tmp"))).toEqual([]);
  });

  test("passes the exit status on, and a death by signal as 128+n", async () => {
    expect(await bareClone("process.exit(7)").run()).toMatchObject({ code: 7 });
    expect(await bareClone("process.kill(process.pid, 'SIGTERM')").run()).toMatchObject({ code: 143 });
  });

  test("passes signals on to the script", async () => {
    const clone = bareClone(`
      process.on("SIGTERM", () => { console.log("ended"); process.exit(3); });
      setInterval(() => undefined, 1000);
      process.kill(process.ppid, "SIGTERM");
    `);
    expect(await clone.run()).toMatchObject({ code: 3, stdout: "ended\n" });
  });
});
