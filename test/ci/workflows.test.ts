import { execFileSync } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { repositoryRoot } from "../../tools/repository.mts";

// What people copy. That it works is shown in test/engine/pull-request.test.ts, step by step.

interface Step {
  name?: string;
  if?: string;
  uses?: string;
  run?: string;
  env?: Record<string, string>;
}
interface Job {
  steps: Step[];
  environment?: string;
  permissions?: Record<string, string>;
}
interface Workflow {
  on: { workflow_dispatch?: { inputs?: object } };
  permissions?: unknown;
  jobs: Record<string, Job>;
}

const folder = join(repositoryRoot, "ci/github/workflows");
const files = globSync("*.yml", { cwd: folder }).sort();
const textOf = (file: string) => readFileSync(join(folder, file), "utf8");
const read = (file: string) => parse(textOf(file)) as Workflow;
const stepsOf = (file: string) => Object.values(read(file).jobs).flatMap(({ steps }) => steps);

describe.each(files)("%s", (file) => {
  test("is a workflow to GitHub's own parser", async () => {
    const result = parseWorkflow({ name: file, content: textOf(file) }, new NoOperationTraceWriter());
    expect(result.context.errors.getErrors()).toEqual([]);
    if (result.value === undefined) throw new Error("nothing was read");
    await convertWorkflowTemplate(result.context, result.value);
    expect(result.context.errors.getErrors()).toEqual([]);
  });

  test("puts no expression into a shell: what people type stays a value", () => {
    for (const { run = "" } of stepsOf(file)) expect(run).not.toContain("${{");
  });

  test("lets nothing that Pulumi prints of people be a command to the runner", () => {
    for (const { run = "" } of stepsOf(file)) {
      // A pull request's own code, which could say anything anyway, holds no token that writes.
      if (!/^ *pulumi (up|preview)/m.test(run) || file === "notion-preview.yml") continue;
      expect(run).toMatch(/::stop-commands::\$stop".*\npulumi (up|preview).*\necho "::\$stop::"/s);
    }
  });

  test("runs other people's actions at a commit, not at whatever a tag will be", () => {
    for (const { uses } of stepsOf(file))
      if (uses !== undefined && !uses.startsWith("./")) expect(uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
  });

  test("has no permission that a job does not name, and nothing that destroys or repairs by itself", () => {
    const { permissions, jobs } = read(file);
    expect(permissions).toEqual({});
    for (const { permissions: own } of Object.values(jobs)) expect(own).toBeDefined();
    expect(textOf(file)).not.toMatch(/pulumi destroy|auto-remediate|--yes --refresh/);
  });

  test("gives a token of Notion to jobs of an environment alone", () => {
    for (const { environment, steps } of Object.values(read(file).jobs)) {
      if (steps.some(({ env }) => env?.NOTION_SCIM_TOKEN !== undefined))
        expect(environment).toMatch(/^notion(-read)?$/);
    }
  });

  test("gives the forge's token to no step that runs anything but notion-ci and the inventory", () => {
    for (const { run = "", env } of stepsOf(file)) {
      if (env?.GITHUB_TOKEN === undefined) continue;
      const commands = run.replaceAll("\\\n", " ").trim().split("\n");
      for (const command of commands) expect(command).toMatch(/^(npx --no notion-(ci|inventory) |cp -- )/);
    }
  });
});

test("what runs a pull request's own code can write nothing and knows nothing of Notion", () => {
  const { jobs } = read("notion-preview.yml");
  for (const { permissions, steps } of Object.values(jobs)) {
    expect(permissions).toEqual({ contents: "read" });
    expect(JSON.stringify(steps)).not.toMatch(/NOTION_SCIM_TOKEN|GITHUB_TOKEN|github\.token/);
  }
});

test("what another run left behind is taken of a branch of this repository alone", () => {
  const downloads = files.flatMap((file) =>
    stepsOf(file).filter(({ uses }) => uses?.startsWith("actions/download-artifact")),
  );
  expect(downloads.map((step) => step.if)).toEqual(["steps.pull.outputs.program == 'own'"]);
});

test("nobody types who approves: both forges are asked", () => {
  expect(Object.keys(read("notion-elevate.yml").on.workflow_dispatch?.inputs ?? {})).not.toContain(
    "approver",
  );
  for (const file of ["github/workflows/notion-elevate.yml", "gitlab/.gitlab-ci.yml"]) {
    const text = readFileSync(join(repositoryRoot, "ci", file), "utf8");
    expect(text).toContain("notion-ci approver --environment notion-incident");
    expect(text.indexOf("notion-ci approver")).toBeLessThan(text.indexOf("notion-inventory elevate"));
  }
});

test("each pipeline keeps what Node.js compiled, and a comment's job takes it from no merge request", () => {
  const action = readFileSync(join(repositoryRoot, "ci/github/actions/notion/action.yml"), "utf8");
  expect(action).toContain("NODE_COMPILE_CACHE=");
  const { variables, "notion-comment": comment } = parse(
    readFileSync(join(repositoryRoot, "ci/gitlab/.gitlab-ci.yml"), "utf8"),
  ) as { variables: Record<string, string>; "notion-comment": { cache: unknown } };
  expect(variables.NODE_COMPILE_CACHE).toBeDefined();
  expect(comment.cache).toEqual([]);
});

test("the comment of both forges names what a request changes besides the roster", () => {
  const text = (file: string) => readFileSync(join(repositoryRoot, "ci", file), "utf8");
  expect(text("github/workflows/notion-comment.yml")).toMatch(/notion-ci comment [^#]*--note note\.md/);
  expect(text("gitlab/.gitlab-ci.yml")).toMatch(/notion-ci comment [^#]*--roster "\$ROSTER"/);
});

test("the shell of the GitLab pipeline is bash, and its jobs stand in stages that are there", () => {
  const { stages, ...others } = parse(
    readFileSync(join(repositoryRoot, "ci/gitlab/.gitlab-ci.yml"), "utf8"),
  ) as { stages: string[] };
  const entries = Object.entries(others as Record<string, { script?: string[]; stage?: string }>);
  const jobs = entries.filter(([, job]) => job.script !== undefined);
  expect(jobs).toHaveLength(5);
  for (const [name, { script = [], stage }] of jobs) {
    expect(stages).toContain(stage);
    execFileSync("bash", ["-n"], { input: script.join("\n"), stdio: ["pipe", "inherit", "inherit"] });
    if (/^notion-(preview|comment)$/.test(name)) expect(script.join("\n")).not.toContain("NOTION_SCIM_TOKEN");
  }
});

test("on GitLab no link in what a merge request's run left behind leads out of it: nothing is written or read through one", () => {
  const { "notion-comment": comment } = parse(
    readFileSync(join(repositoryRoot, "ci/gitlab/.gitlab-ci.yml"), "utf8"),
  ) as { "notion-comment": { before_script: string[]; script: string[] } };
  const folder = mkdtempSync(join(tmpdir(), "notion-gitlab-"));
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", folder, "-c", "user.name=a", "-c", "user.email=a@example.com", ...args], {
      encoding: "utf8",
      stdio: ["pipe", "pipe", "ignore"],
    }).trim();
  git("init", "--quiet", "--initial-branch=main");
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  write("members.csv", "of main");
  git("add", "members.csv");
  git("commit", "--quiet", "--message=main");
  git("remote", "add", "origin", folder);
  git("checkout", "--quiet", "-b", "evil");
  write("members.csv", "of the merge request");
  git("commit", "--quiet", "--all", "--message=evil");
  for (const name of ["merge-request", "bin"]) mkdirSync(join(folder, name));
  write("program.js", "the program that has the token");
  for (const name of ["roster", "preview.json"])
    symlinkSync("../program.js", join(folder, "merge-request", name));
  const bin = join(folder, "bin");
  const tool = '#!/bin/sh\ntest -e merge-request/preview.json && echo "read through a link"\nexit 0\n';
  for (const name of ["npm", "npx"]) writeFileSync(join(bin, name), tool, { mode: 0o755 });
  const said = execFileSync("bash", ["-e"], {
    cwd: folder,
    input: [...comment.before_script, ...comment.script].join("\n"),
    encoding: "utf8",
    stdio: ["pipe", "pipe", "ignore"],
    env: {
      PATH: `${bin}:${process.env.PATH}`,
      CI_DEFAULT_BRANCH: "main",
      CI_COMMIT_SHA: git("rev-parse", "evil"),
      ROSTER: "members.csv",
      STACK: "prod",
    },
  });
  expect(readFileSync(join(folder, "program.js"), "utf8")).toBe("the program that has the token");
  expect(readFileSync(join(folder, "members.csv"), "utf8")).toBe("of the merge request");
  expect(said).not.toContain("read through a link");
});
