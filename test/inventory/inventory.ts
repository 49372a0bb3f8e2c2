import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Finding } from "../../inventory/drift/finding";
import type { Remediation } from "../../inventory/drift/remediations";
import type { Wire } from "../../inventory/live/connection";
import { run } from "../../inventory/run";
import { type Simulator, type SimulatorOptions, startSimulator } from "../simulator/index.mts";

/** How a run of the program ended, and what it printed. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Attempts without waits: what a test waits for is not time. */
export const IMPATIENT: Wire = { retry: { attempts: 2, minDelayMs: 1, maxDelayMs: 1, maxStallMs: 20 } };

/** A folder, a simulator, and the program run in the one against the other. */
export class Inventory {
  readonly simulator: Simulator;
  readonly folder = mkdtempSync(join(tmpdir(), "pulumi-notion-inventory-"));
  /** Put over the environment of the next runs. */
  env: NodeJS.ProcessEnv = {};
  /** How the next runs wait and repeat. */
  wire = IMPATIENT;
  /** Whether stdout is a terminal; stderr is none, it would show a spinner. */
  terminal = false;
  /** The present of the next runs. */
  now = Date.parse("2026-11-20T12:00:00Z");

  constructor(simulator: Simulator) {
    this.simulator = simulator;
  }

  async run(...args: string[]): Promise<Outcome> {
    let stdout = "";
    let stderr = "";
    const code = await run(
      args,
      {
        stdout: {
          write: (text) => {
            stdout += text;
          },
          isTTY: this.terminal,
          columns: this.terminal ? 100 : undefined,
        },
        stderr: {
          write: (text) => {
            stderr += text;
          },
          isTTY: false,
          columns: undefined,
        },
        env: {
          PATH: process.env.PATH,
          NOTION_SCIM_TOKEN: this.simulator.token,
          NOTION_SCIM_BASE_URL: this.simulator.baseUrl,
          ...this.env,
        },
        cwd: this.folder,
        now: this.now,
      },
      this.wire,
    );
    return { code, stdout, stderr };
  }

  write(file: string, content: string | object): string {
    writeFileSync(join(this.folder, file), typeof content === "string" ? content : JSON.stringify(content));
    return file;
  }

  read(file: string): string {
    return readFileSync(join(this.folder, file), "utf8");
  }

  /** The id of a member. */
  id(email: string): string {
    const member = this.simulator.workspace.member(email);
    if (member === undefined) throw new Error(`There is no member ${email}.`);
    return member.id;
  }
}

/** Made for one test, gone after it. */
export async function makeInventory(options: SimulatorOptions = {}): Promise<Inventory> {
  const simulator = await startSimulator(options);
  const inventory = new Inventory(simulator);
  onTestFinished(async () => {
    await simulator.close();
    rmSync(inventory.folder, { recursive: true, force: true });
  });
  return inventory;
}

/** A dozen people whom no table, spreadsheet or terminal likes, in groups with holes. */
export async function makeUntidyInventory(): Promise<Inventory> {
  const inventory = await makeInventory();
  const { workspace } = inventory.simulator;
  const add = (handle: string, name: string | undefined, role: string | null, more: object = {}) =>
    workspace.add({
      userName: `${handle}@example.com`,
      ...(name === undefined ? {} : { name: { formatted: name } }),
      role,
      ...more,
    });
  add("olivia", "Olivia Owner", "owner", { title: "Head of IT", department: "IT" });
  add("otto", "Otto Owner", "owner");
  add("quote", 'Bob "the Builder", Jr.', "member", { title: "-1", employeeNumber: "007" });
  add("newline", "Two\nLines", "member");
  add("arabic", "سلمى الأحمد", "member");
  add("turned", "evil\u202Etxt.exe", "member");
  add("emoji", "Zoë 👩‍💻 大阪", "restricted_member");
  add("formula", '=HYPERLINK("http://evil.example","x")', "member", { title: "@SUM(A1)" });
  add("escape", "\u001b[31mred\u0007", "member");
  add("markup", "<b>|`_*@octocat*`|</b>", "membership_admin");
  add("future", "Fay Future", "temporary_member");
  add("roleless", undefined, null);
  add("asleep", "Asleep", "member", { active: false });
  workspace.add({ userName: "+plus@partner.example", name: { formatted: "Plus Partner" }, role: "member" });
  const all = workspace.members.map(({ id }) => id);
  workspace.addGroup("Everyone", all);
  workspace.addGroup("Design, Brand & Web", all.slice(2, 5));
  workspace.addGroup('Support "Tier 2"', ["olivia@example.com"]);
  workspace.addGroup("Archive");
  workspace.addGroup("Ghosts", ["otto@example.com"]);
  workspace.editGroup("Ghosts", {
    members: [inventory.id("otto@example.com"), "00000000-0000-4000-8000-000000000000"],
  });
  return inventory;
}

/** The state of a stack, as `pulumi stack export` prints it. */
export function stackState(resources: object[]): object {
  const urn = "urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev";
  return { version: 3, deployment: { resources: [{ urn, type: "pulumi:pulumi:Stack" }, ...resources] } };
}

export function userResource(name: string, id: string, inputs: object, more: object = {}): object {
  return resource("NotionUser", name, id, { __provider: "…", ...inputs }, more);
}

export function roleResource(name: string, userId: string, inputs: object, more: object = {}): object {
  return resource("NotionRoleAssignment", name, userId, { __provider: "…", userId, ...inputs }, more);
}

/** What the state holds of a NotionWorkspace: `people` and `ids` by e-mail. */
export interface WorkspaceState {
  people: Record<string, object>;
  ids: Record<string, string>;
  [setting: string]: unknown;
}

/** Everyone who is there, by e-mail and role, as a NotionWorkspace has them in the state. */
export function everybody({ simulator }: Inventory): WorkspaceState {
  const { members } = simulator.workspace;
  return {
    people: Object.fromEntries(members.map(({ userName, role }) => [userName, { role }])),
    ids: Object.fromEntries(members.map(({ userName, id }) => [userName, id])),
  };
}

/** @param inputs those that differ from the outputs, as after a run that kept a role or could not do all */
export function workspaceResource(
  name: string,
  outputs: WorkspaceState,
  { inputs = {}, ...more }: { inputs?: object; [field: string]: unknown } = {},
): object {
  const { ids: _, gone: __, others: ___, unmanaged: ____, people, ...settings } = outputs;
  const declared = Object.fromEntries(
    Object.entries(people).map(
      ([email, { lastApplied: _, userName: __, active: ___, ...person }]: [string, Held]) => [email, person],
    ),
  );
  return {
    ...resource("NotionWorkspace", name, "workspace", {}, more),
    inputs: { __provider: "…", ...settings, people: declared, ...inputs },
    outputs: { __provider: "…", ...outputs, ...(more.outputs as object) },
  };
}

type Held = { lastApplied?: object; userName?: string; active?: boolean };

function resource(kind: string, name: string, id: string, inputs: object, more: object): object {
  const type = `pulumi-nodejs:dynamic/notion:${kind}`;
  return {
    urn: `urn:pulumi:dev::p::${type}::${name}`,
    type,
    id,
    custom: true,
    inputs,
    outputs: inputs,
    ...more,
  };
}

/** A finding of `drift` as its JSON has it. */
export type ToldFinding = Omit<Finding, "remediation"> & { remediation: { key: Remediation; text: string } };
