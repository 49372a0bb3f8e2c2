import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import { engineEnvironment } from "../engine/engine.mts";
import { repositoryRoot } from "../repository.mts";
import { type Shown, type Stage, say } from "./stage.mts";

/** Who belongs to the company of the tour. */
const POLICY_CONFIG = { "outsiders-restricted": { domains: ["example.com"], enforcementLevel: "mandatory" } };

/**
 * Previews a program that makes an outsider an owner, with the policy pack. The program runs inside this
 * process (Automation API): the language host that can be built from source cannot start a policy pack, and
 * Pulumi uses another way to start it where it finds none.
 */
export async function previewWithPolicies(stage: Stage): Promise<Shown> {
  const pack = join(repositoryRoot, "policies");
  const config = join(stage.sandbox.folder, "policies.json");
  writeFileSync(config, JSON.stringify(POLICY_CONFIG));
  say(
    `   sami.contractor@example.org is to become an owner; policies.json: ${JSON.stringify(POLICY_CONFIG)}`,
  );
  say("   $ pulumi preview --policy-pack policies --policy-pack-config policies.json", "");

  const env = engineEnvironment(stage.engine, { policy: true }, stage.sandbox.env);
  const workDir = join(stage.sandbox.folder, "outsider");
  mkdirSync(workDir);
  // The Automation API looks for `pulumi` on this process's own PATH.
  const path = process.env.PATH;
  process.env.PATH = env.PATH;
  let output = "";
  const show = (text: string) => {
    output += text;
    process.stdout.write(text);
  };
  try {
    const stack = await LocalWorkspace.createStack(
      { stackName: "outsider", projectName: "notion", program: makeOutsiderOwner },
      { workDir, envVars: env as Record<string, string> },
    );
    const code = await stack
      .preview({
        policyPacks: [pack],
        policyPackConfigs: [config],
        color: process.stdout.isTTY && process.env.NO_COLOR === undefined ? "always" : "never",
        suppressProgress: true,
        onOutput: show,
        onError: show,
      })
      .then(
        () => 0,
        () => 1,
      );
    return { code, output: stripVTControlCharacters(output) };
  } finally {
    process.env.PATH = path;
  }
}

async function makeOutsiderOwner(): Promise<void> {
  const { NotionRoleAssignment, NotionUser } = await import("pulumi-notion");
  const protect = true;
  for (const name of [
    "olivia.owner@example.com",
    "bertil.ashgrove@example.com",
    "sami.contractor@example.org",
  ]) {
    const user = new NotionUser(name, { userName: name, onRemove: "remove" }, { protect });
    new NotionRoleAssignment(name, { userId: user.id, role: "owner" }, { protect, deletedWith: user });
  }
}
