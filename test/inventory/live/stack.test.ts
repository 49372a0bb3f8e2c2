import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { StackError } from "../../../inventory/cli/errors";
import { readStackConfig, readStackState } from "../../../inventory/live/stack";

// What the real CLI answers is in test/engine/inventory.test.ts; here it fails in ways that the real one seldom does.

const SECRET = "hunter2-hunter2";
const folder = mkdtempSync(join(tmpdir(), "pulumi-notion-stack-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An environment in which `pulumi` is this script. */
function withPulumi(script: string): NodeJS.ProcessEnv {
  const bin = mkdtempSync(join(folder, "bin-"));
  writeFileSync(join(bin, "pulumi"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return { ...process.env, PATH: [bin, process.env.PATH].join(delimiter) };
}

async function failure(env: NodeJS.ProcessEnv): Promise<string> {
  const error: unknown = await readStackState({ stack: "prod", folder }, env).catch((each) => each);
  expect(error).toBeInstanceOf(StackError);
  const { message, stack } = error as StackError;
  expect(`${message}${stack}`).not.toContain(SECRET);
  return message;
}

test.each([
  ["prints what is not JSON", `echo 'secret ${SECRET}'`, "what pulumi printed is not JSON"],
  [
    "says why it fails",
    `echo ${SECRET}; echo 'error: no stack named prod' >&2; exit 255`,
    "no stack named prod",
  ],
  [
    "fails without that word",
    `echo ${SECRET}; echo 'passphrase must be set' >&2; exit 1`,
    "passphrase must be set",
  ],
])("a pulumi that %s is told in a sentence, without the secrets that it printed", async (_, script, says) => {
  const message = await failure(withPulumi(script));
  expect(message).toContain(
    `Could not read the stack prod of the project in ${folder}: ${says}. Check --stack`,
  );
});

test("without pulumi on PATH it is said what is missing", async () => {
  expect(await failure({ PATH: folder })).toContain("spawn pulumi ENOENT");
});

test("it is asked about the stack that is named, and which one is selected stays as it is", async () => {
  const env = withPulumi(
    `[ "$*" = "config --show-secrets --json --stack prod --non-interactive" ] || exit 1
     echo '{"notion:scimToken":{"value":"${SECRET}","secret":true},"notion:baseUrl":{"value":"x","secret":false}}'`,
  );
  const config = await readStackConfig({ stack: "prod", folder }, env);
  expect([config.get("notion:scimToken"), config.isSecret("notion:scimToken")]).toEqual([SECRET, true]);
  expect([config.get("notion:baseUrl"), config.isSecret("notion:baseUrl")]).toEqual(["x", false]);
  expect(config.get("notion:else")).toBeUndefined();
});
