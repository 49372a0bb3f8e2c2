import { mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../repository.mts";
import { run } from "../run.mts";
import { type Sandbox, stateFileOf } from "../sandbox.mts";
import { type Peaks, watchMemory } from "./memory.mts";

/** `package`: this package. `floor`: the same program and the same state, with a provider that does nothing. */
export type Kind = "package" | "floor";

/** One command of Pulumi, measured. */
export interface Run {
  seconds: number;
  peaks: Peaks;
}

/** Someone whom the program declares. */
export interface Person {
  userName: string;
  role: string;
  /** Names of groups. */
  groups?: string[];
}

/** The owners, without whom there is no workspace. */
export const OWNERS = 2;

/** Everybody whom the simulator seeds, with the roles that they have; the first of the others get a better one. */
export function peopleOf(members: number, promoted: number): Person[] {
  return Array.from({ length: members }, (_, index) => ({
    userName: `member.${String(index + 1).padStart(3, "0")}@example.com`,
    role: index < OWNERS ? "owner" : index < OWNERS + promoted ? "membership_admin" : "member",
  }));
}

const PROGRAM = `const { NotionWorkspace } = require("pulumi-notion");
const people = require("./people.json");
const groups = require("./groups.json");
// The bench changes everybody at once, which nobody is to do by accident.
const limits = { maxAdditions: people.length, maxPromotions: people.length, maxRemovals: "100%" };
const withGroups = { groups, limits: { ...limits, maxGroupRemovals: "100%" } };
new NotionWorkspace("acme", { people, limits, ...(Object.keys(groups).length > 0 && withGroups) });
`;

/** What the package's lifecycle would be if it did nothing; its outputs are what a take-over leaves in the state. */
const FLOOR_LIFECYCLE = `
const { isDeepStrictEqual } = require("util");
const uuid = (text) => {
  const hex = require("crypto").createHash("sha256").update(text).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
};
const stripped = (people) =>
  Object.fromEntries(Object.entries(people).map(([email, { groups, ...person }]) => [email, person]));
const grouped = ({ people, groups }) => {
  const ids = {};
  for (const [email, person] of Object.entries(people))
    for (const name of person.groups || []) (ids[name] = ids[name] || []).push(uuid(email));
  const whole = ([name, group]) => [name, { ...group, id: uuid(name), memberIds: ids[name] || [], unmanaged: {} }];
  return groups && Object.fromEntries(Object.entries(groups).map(whole));
};
const outs = ({ people, groups, limits }) => ({
  limits, people: stripped(people), ...(groups && { groups: grouped({ people, groups }) }),
  ids: Object.fromEntries(Object.keys(people).map((email) => [email, uuid(email)])),
});
const isSame = (olds, news) =>
  isDeepStrictEqual(olds.people, stripped(news.people)) && isDeepStrictEqual(olds.groups, grouped(news));
exports.workspace = {
  configure: async () => {},
  check: async (_, inputs) => ({ inputs, failures: [] }),
  diff: async (_, olds, news) => ({ changes: !isSame(olds, news), replaces: [] }),
  create: async (inputs) => ({ id: "workspace", outs: outs(inputs) }),
  read: async (id, props) => ({ id, props }),
  update: async (_, olds, news) => ({ outs: outs(news) }),
  delete: async () => {},
};
`;

/** A Pulumi project of the bench with as many stacks as are asked for. */
export class BenchProject {
  readonly kind: Kind;
  readonly #sandbox: Sandbox;
  readonly #folder: string;
  readonly #env: NodeJS.ProcessEnv;
  #stack = "";

  /**
   * @param env how to reach the workspace, and the backend where it is not a folder
   * @param place tells projects of one kind in one sandbox apart
   */
  constructor(sandbox: Sandbox, kind: Kind, env: NodeJS.ProcessEnv, place = "") {
    this.kind = kind;
    this.#sandbox = sandbox;
    this.#folder = join(sandbox.folder, `${kind}${place}`);
    this.#env = { ...sandbox.env, ...env };
    const modules = join(this.#folder, "node_modules");
    mkdirSync(modules, { recursive: true });
    symlinkSync(join(repositoryRoot, "node_modules", "@pulumi"), join(modules, "@pulumi"));
    if (kind === "package") symlinkSync(repositoryRoot, join(modules, "pulumi-notion"));
    else installFloor(join(modules, "pulumi-notion"));
    const project = {
      name: this.#name,
      runtime: { name: "nodejs", options: { typescript: false } },
      main: "index.js",
    };
    // JSON is YAML.
    this.#write("Pulumi.yaml", JSON.stringify(project));
    this.#write("package.json", JSON.stringify({ name: this.#name, private: true }));
    this.#write("index.js", PROGRAM);
  }

  /** @param groups by name, as NotionWorkspace takes them */
  declare(people: readonly Person[], groups: Readonly<Record<string, object>> = {}): void {
    this.#write("people.json", JSON.stringify(people));
    this.#write("groups.json", JSON.stringify(groups));
  }

  async newStack(name: string): Promise<void> {
    await this.#pulumi(["stack", "init", name]);
    this.#stack = name;
  }

  /** Sets a value of the stack's configuration. */
  async configure(key: string, value: string): Promise<void> {
    await this.#pulumi(["config", "set", key, value]);
  }

  /** Runs a command that has to succeed. */
  async measure(command: readonly string[]): Promise<Run> {
    const memory = watchMemory();
    const startedAt = performance.now();
    try {
      await this.#pulumi([...command, "--non-interactive", "--suppress-progress"]);
      return { seconds: (performance.now() - startedAt) / 1000, peaks: memory.stop() };
    } finally {
      memory.stop();
    }
  }

  /** The size of the state as it stands in the folder of a file backend. */
  get stateBytes(): number {
    return statSync(stateFileOf(this.#sandbox, this.#name, this.#stack)).size;
  }

  /** Both are of one length: the name is in every URN. */
  get #name(): string {
    return this.kind === "package" ? "bench" : "floor";
  }

  async #pulumi(args: readonly string[]): Promise<void> {
    await run("pulumi", args, { cwd: this.#folder, env: this.#env });
  }

  #write(file: string, text: string): void {
    writeFileSync(join(this.#folder, file), text);
  }
}

/** A package of this one's name, with its classes and a lifecycle that does nothing. */
function installFloor(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const exports = { ".": "./index.js", "./lifecycle": "./lifecycle.js" };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "pulumi-notion", exports }));
  const built = join(repositoryRoot, "dist", "provider", "index.js");
  writeFileSync(join(folder, "index.js"), `module.exports = require(${JSON.stringify(built)});\n`);
  writeFileSync(join(folder, "lifecycle.js"), FLOOR_LIFECYCLE);
}
