import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { repositoryRoot } from "../../tools/repository.mts";
import { type Machine, runWorkflow, type Started, type StepOutcome } from "../ci/workflow";
import { startForge, type TestForge } from "../forge/forge.mts";
import type { Pull } from "../forge/repository.mts";
import { type Simulator, startSimulator } from "../simulator/index.mts";
import { type Home, makeHome } from "./project";

// From a pull request to a closed issue: the workflows of ci/github, step by step as they stand, with git, the real
// engine, a simulated workspace and a forge on loopback. What they look like at each moment is written to a file.

const LONG = 600_000;
const MOMENTS = join(tmpdir(), "pulumi-notion-pull-request.md");
const ROSTER = `# Who is here, and as what.
userName,role
olivia@example.com,owner
otto@example.com,owner
kestrel@example.com,member
sami@example.org,restricted_member
`;

let home: Home;
let forge: TestForge;
let simulator: Simulator;
let loop: Loop;

/** A team: its repository on a forge, its workspace, its workflows. */
class Loop {
  readonly machine: Machine;
  readonly started: Started;
  readonly clone: string;
  #moments = "";
  #seen = 0;

  constructor() {
    const { folder } = home;
    const bin = join(folder, "node_modules", ".bin");
    mkdirSync(bin, { recursive: true });
    for (const name of ["notion-ci", "notion-inventory"]) {
      const script = join(bin, name);
      const program = join(repositoryRoot, "dist", "bin", `${name}.js`);
      writeFileSync(script, `#!/bin/sh\nexec node "${program}" "$@"\n`);
      chmodSync(script, 0o755);
    }
    const jobs = join(folder, "jobs");
    mkdirSync(jobs);
    this.clone = join(folder, "clone");
    const { PULUMI_BACKEND_URL: backend = "", PULUMI_CONFIG_PASSPHRASE: passphrase = "", ...env } = home.env;
    this.machine = {
      env: {
        ...env,
        NOTION_SCIM_BASE_URL: simulator.baseUrl,
        npm_config_update_notifier: "false",
        GIT_CONFIG_GLOBAL: join(folder, "gitconfig"),
      },
      folder: jobs,
      origin: join(folder, "origin.git"),
      modules: join(folder, "node_modules"),
      artifacts: join(folder, "artifacts"),
    };
    writeFileSync(join(folder, "gitconfig"), "[user]\nname = Ada\nemail = ada@example.com\n");
    this.started = {
      github: {
        repository: "acme/notion",
        ref: "refs/heads/main",
        run_id: "77",
        api_url: forge.url,
        server_url: "https://github.example",
        actor: "ada",
        token: forge.repository.addAccount("github-actions[bot]", "Bot", [
          "read",
          "comment",
          "issue",
          "label",
          "status",
        ]),
      },
      vars: { PULUMI_BACKEND_URL: backend },
      secrets: { NOTION_SCIM_TOKEN: simulator.token, PULUMI_CONFIG_PASSPHRASE: passphrase },
    };
  }

  git(...args: string[]): string {
    return execFileSync("git", args, { cwd: this.clone, env: this.machine.env, encoding: "utf8" }).trim();
  }

  /** The repository's first commit: the program, the roster, and the workflows as ci/README.md says to copy them. */
  begin(): void {
    mkdirSync(this.clone);
    const { origin, env } = this.machine;
    execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch", "main", origin], { env });
    this.git("init", "--quiet", "--initial-branch", "main");
    this.git("remote", "add", "origin", origin);
    const write = (file: string, text: string) => writeFileSync(join(this.clone, file), text);
    write(
      "Pulumi.yaml",
      JSON.stringify({
        name: "notion",
        main: "index.js",
        runtime: { name: "nodejs", options: { typescript: false } },
      }),
    );
    write("package.json", JSON.stringify({ name: "notion", private: true }));
    write(".gitignore", "node_modules\npull-request\n*.md\naccept.diff\n");
    write("members.csv", ROSTER);
    write(
      "index.js",
      `const { join } = require("node:path");
       const { NotionWorkspace, readRoster } = require("pulumi-notion");
       new NotionWorkspace("acme", { people: readRoster(join(__dirname, "members.csv")) });`,
    );
    cpSync(join(repositoryRoot, "ci/github"), join(this.clone, ".github"), { recursive: true });
    write(".github/notion-approvers", "olivia-at-acme olivia@example.com\n");
    for (const command of [
      ["stack", "init", "prod", "--non-interactive"],
      ["config", "set", "notion:tokenOwner", "olivia@example.com", "--stack", "prod"],
    ])
      execFileSync(home.engine.pulumi, command, { cwd: this.clone, env: home.env });
    this.commit("The workspace as code");
  }

  commit(message: string): string {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--message", message);
    this.git("push", "--quiet", "--set-upstream", "origin", "HEAD");
    return this.git("rev-parse", "HEAD");
  }

  /** A pull request of the current branch, and what the forge would make of it and main. */
  open(title: string, owner = "acme"): Pull {
    const { repository } = forge;
    const [branch, sha] = [this.git("rev-parse", "--abbrev-ref", "HEAD"), this.git("rev-parse", "HEAD")];
    const files = this.git("diff", "--name-only", "main...HEAD").split("\n");
    this.git("switch", "--quiet", "--detach", "main");
    this.git("merge", "--quiet", "--no-ff", "--message", "Test merge", branch);
    const merge = this.git("rev-parse", "HEAD");
    this.git("switch", "--quiet", branch);
    repository.parents.set(merge, this.git("rev-list", "--parents", "-n", "1", merge).split(" ").slice(1));
    repository.textAt = (ref, path) => `${this.git("show", `${ref}:${path}`)}\n`;
    return repository.addPull({ title, owner, branch, sha, files, merge });
  }

  /** The event that a run for a pull request has ended. */
  ended({ owner, branch, sha }: Pull): object {
    const head = { head_repository: { full_name: `${owner}/notion` }, head_branch: branch, head_sha: sha };
    return { event: { workflow_run: { id: 77, event: "pull_request", conclusion: "success", ...head } } };
  }

  edit(change: (roster: string) => string): void {
    const file = join(this.clone, "members.csv");
    writeFileSync(file, change(readFileSync(file, "utf8")));
  }

  run(workflow: string, github: object = {}, inputs: object = {}): Promise<StepOutcome[]> {
    const text = readFileSync(join(this.clone, ".github/workflows", `${workflow}.yml`), "utf8");
    const started = { ...this.started, github: { ...this.started.github, ...github }, inputs: { ...inputs } };
    return runWorkflow(text, started, this.machine);
  }

  /** All of its steps have to succeed. @returns what they printed */
  async succeed(workflow: string, github: object = {}, inputs: object = {}): Promise<string> {
    const outcomes = await this.run(workflow, github, inputs);
    const output = outcomes
      .map(({ name, exitCode, output }) => `[${name}: ${exitCode}]\n${output}`)
      .join("\n");
    expect(
      outcomes.map(({ exitCode }) => exitCode),
      output,
    ).toEqual(outcomes.map(() => 0));
    // Whatever was printed on the way, no secret of anybody was.
    for (const secret of [simulator.token, String(this.started.github.token)])
      expect(output).not.toContain(secret);
    return output;
  }

  /** Keeps what was written on the forge since the last time, for a person to look at. */
  moment(title: string): void {
    const events = forge.repository.events.slice(this.#seen);
    this.#seen = forge.repository.events.length;
    const words = events.map(({ what, text }) => `### ${what}\n\n${text}\n`);
    this.#moments += `# ${title}\n\n${words.length === 0 ? "(nothing is written)\n" : words.join("\n")}\n`;
    writeFileSync(MOMENTS, this.#moments);
  }
}

beforeAll(async () => {
  home = await makeHome("pull-request");
  forge = await startForge();
  simulator = await startSimulator({ seed: "empty" });
  const people = { olivia: "owner", otto: "owner", kestrel: "member" };
  for (const [name, role] of Object.entries(people))
    simulator.workspace.add({ userName: `${name}@example.com`, role });
  simulator.workspace.add({ userName: "sami@example.org", role: "restricted_member" });
  rmSync(MOMENTS, { force: true });
  loop = new Loop();
  loop.begin();
  return async () => {
    await forge.close();
    await simulator.close();
    home.dispose();
  };
}, LONG);

const role = (email: string) => simulator.workspace.member(email)?.role;

test("pull request, comment, merged, up, an edit behind the back, the nightly issue, repaired, closed", {
  timeout: LONG,
}, async () => {
  const { repository } = forge;
  await loop.succeed("notion-up");

  // A pull request.
  loop.git("switch", "--quiet", "--create", "zoe");
  loop.edit(
    (roster) =>
      `${roster.replace("kestrel@example.com,member", "kestrel@example.com,membership_admin")}zoe@example.com,member\n`,
  );
  loop.commit("Zoë joins, Kestrel becomes a membership admin");
  const pull = loop.open("Zoë joins");
  const { number, sha } = pull;
  const event = { pull_request: { number, head: { sha, repo: { full_name: "acme/notion" } } } };
  loop.machine.env.CHECKOUT = "zoe";
  await loop.succeed("notion-preview", { event, ref: `refs/pull/${number}/merge` });
  delete loop.machine.env.CHECKOUT;
  await loop.succeed("notion-comment", loop.ended(pull));
  const comment = () => repository.commentsOn("pull", pull.number).map(({ body }) => body);
  expect(comment()).toHaveLength(1);
  expect(comment()[0]).toContain("zoe@example.com");
  expect(comment()[0]).toMatch(/kestrel@example\.com.*membership\\?_admin/);
  expect(repository.statuses.at(-1)).toMatchObject({ sha, state: "success" });
  loop.moment("A pull request: one comment");
  expect(simulator.workspace.member("zoe@example.com"), "nothing happens before the merge").toBeUndefined();

  // A fork that would remove most of them, and leaves a harmless preview of its own behind.
  loop.git("switch", "--quiet", "--create", "harmless", "main");
  loop.edit(() => "userName,role\nolivia@example.com,owner\n");
  loop.commit("Nothing changes");
  const fork = loop.open("Harmless", "eve");
  loop.git("switch", "--quiet", "main");
  const stopped = await loop.run("notion-comment", loop.ended(fork));
  expect(stopped.at(-1)).toMatchObject({ name: "Fail if the plan stops", exitCode: 1 });
  const [told] = repository.commentsOn("pull", fork.number).map(({ body }) => body);
  expect(told).toContain("STOPPED");
  expect(told).toContain("kestrel@example.com");
  expect(repository.statuses.at(-1)).toMatchObject({ sha: fork.sha, state: "failure" });
  loop.moment("A fork whose plan stops: comment, red status");

  // Merged.
  loop.git("switch", "--quiet", "main");
  loop.git("merge", "--quiet", "--ff-only", "zoe");
  loop.git("push", "--quiet", "origin", "main");
  await loop.succeed("notion-up");
  expect([role("zoe@example.com"), role("kestrel@example.com")]).toEqual(["member", "membership_admin"]);

  // Behind the back.
  simulator.workspace.edit("kestrel@example.com", { role: "owner" });
  simulator.workspace.remove("sami@example.org");
  await loop.succeed("notion-nightly");
  const [issue] = repository.issues;
  expect(issue).toMatchObject({ open: true, title: "Notion drift: prod" });
  for (const who of ["kestrel@example.com", "sami@example.org"]) expect(issue?.body).toContain(who);
  expect(issue?.body, "the edit that would accept it").toContain("+kestrel@example.com,owner");
  loop.moment("Two changes behind the back: the nightly issue");

  // A night without an answer.
  simulator.faults.add({ name: "unauthorized", times: "always" });
  const night = await loop.run("notion-nightly");
  expect(night.at(-1)?.exitCode, "a night without an answer is a failed run").not.toBe(0);
  expect(issue).toMatchObject({ open: true, body: expect.stringContaining("**No answer:**") });
  simulator.faults.clear();
  loop.moment("A night without an answer");

  // Repaired.
  await loop.succeed("notion-up", {}, { repair: true });
  expect([role("kestrel@example.com"), role("sami@example.org")]).toEqual([
    "membership_admin",
    "restricted_member",
  ]);
  await loop.succeed("notion-nightly");
  expect(issue).toMatchObject({ open: false });
  expect(repository.commentsOn("issue", issue?.number ?? 0).at(-1)?.body).toContain("found no drift");
  expect(repository.issues).toHaveLength(1);
  loop.moment("Repaired: the issue is closed");
});

test("an incident: the form becomes a row with reason and end, is pushed before it is applied, and ends by the clock", {
  timeout: LONG,
}, async () => {
  const inputs = {
    who: "kestrel@example.com",
    role: "owner",
    hours: "4",
    // What a person types is no shell.
    reason: 'INC-42: "$(touch pwned)" `id` is down',
  };
  const review = { environment: "notion-incident", state: "approved" as const, login: "olivia-at-acme" };
  const run = { attempt: 1, actor: "ada", starter: "ada", artifacts: [], reviews: [review] };
  forge.repository.runs.set(77, run);
  await loop.succeed("notion-elevate", {}, inputs);
  expect(role("kestrel@example.com")).toBe("owner");
  loop.git("switch", "--quiet", "main");
  loop.git("pull", "--quiet");
  expect(loop.git("log", "-1", "--format=%s")).toBe("Elevation asked for by ada");
  const roster = readFileSync(join(loop.clone, "members.csv"), "utf8");
  expect(roster).toMatch(
    /^kestrel@example\.com,owner,[\d-]+T[\d:]+Z,membership_admin,"INC-42: ""\$\(touch pwned\)"" `id` is down",olivia@example\.com$/m,
  );
  // A single job that is run again waits for nobody, and gives nothing.
  run.attempt = 2;
  const again = await loop.run("notion-elevate", {}, { ...inputs, hours: "24" });
  expect(again.at(-1)?.output).toContain("An approval counts only for the first attempt");
  expect(loop.git("ls-remote", "origin", "main").split("\t")[0]).toBe(loop.git("rev-parse", "main"));
  expect(globSync("**/pwned", { cwd: loop.machine.folder })).toEqual([]);

  // The hour after its end.
  loop.edit((text) => text.replace(/owner,[\d-]+T[\d:]+Z,/, "owner,2026-01-01T00:00:00Z,"));
  loop.commit("Time has passed");
  await loop.succeed("notion-up");
  expect(role("kestrel@example.com")).toBe("membership_admin");
});
