import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { run } from "../../ci/program/run";
import { startForge, type TestForge } from "../forge/forge.mts";
import type { Account, Permission } from "../forge/repository.mts";

export interface Outcome {
  code: number;
  said: string;
  /** Of what was said, that on stdout. */
  stdout: string;
}

export const FORGES = ["GitHub", "GitLab"] as const;
export type ForgeName = (typeof FORGES)[number];

/** A forge with one open pull request, and the program run against it as its pipelines would. */
export class Scene {
  readonly forge: TestForge;
  readonly name: ForgeName;
  readonly token: string;
  readonly folder = mkdtempSync(join(tmpdir(), "pulumi-notion-ci-"));
  /** What it was asked to wait for, in milliseconds; it waited for none of it. */
  readonly pauses: number[] = [];
  env: NodeJS.ProcessEnv = {};

  constructor(forge: TestForge, name: ForgeName, may: readonly Permission[]) {
    this.forge = forge;
    this.name = name;
    this.token = forge.repository.addAccount("notion-bot", name === "GitHub" ? "Bot" : "User", may);
    forge.repository.addPull({ title: "Zoë joins", owner: "acme", branch: "zoe", sha: "a".repeat(40) });
  }

  get repository() {
    return this.forge.repository;
  }

  /** The account that a token is of. */
  account(token = this.token): Account {
    const account = this.repository.accounts.get(token);
    if (account === undefined) throw new Error("no such account");
    return account;
  }

  /** The bodies of the comments on the pull request. */
  get comments(): string[] {
    return this.repository.commentsOn("pull", 1).map(({ body }) => body);
  }

  write(file: string, text: string): string {
    writeFileSync(join(this.folder, file), text);
    return file;
  }

  comment(text: string, ...args: string[]): Promise<Outcome> {
    const body = ["--body", this.write("plan.md", text)];
    return this.run("comment", "--name", "prod", ...body, "--exit-code", "0", ...args);
  }

  issue(exitCode: number, drift?: string, ...args: string[]): Promise<Outcome> {
    const body = drift === undefined ? [] : ["--body", this.write("drift.md", drift)];
    return this.run("issue", "--name", "prod", "--exit-code", `${exitCode}`, ...body, ...args);
  }

  async run(...args: string[]): Promise<Outcome> {
    let said = "";
    let stdout = "";
    const write = (text: string) => {
      said += text;
    };
    const sink = { write, isTTY: false, columns: undefined };
    const out = {
      ...sink,
      write: (text: string) => {
        stdout += text;
        write(text);
      },
    };
    const pause = async (milliseconds: number) => void this.pauses.push(milliseconds);
    const io = {
      stdout: out,
      stderr: sink,
      env: { ...this.pipeline, ...this.env },
      cwd: this.folder,
      now: 0,
    };
    const code = await run(args, io, { pause });
    return { code, said, stdout };
  }

  /** What a runner of this forge sets. */
  get pipeline(): NodeJS.ProcessEnv {
    return this.name === "GitHub"
      ? {
          GITHUB_ACTIONS: "true",
          GITHUB_REPOSITORY: "acme/notion",
          GITHUB_API_URL: this.forge.url,
          GITHUB_SERVER_URL: "https://github.example",
          GITHUB_RUN_ID: "77",
          GITHUB_REF: "refs/pull/1/merge",
          GITHUB_TOKEN: this.token,
        }
      : {
          GITLAB_CI: "true",
          CI_PROJECT_ID: "7",
          CI_API_V4_URL: `${this.forge.url}/api/v4`,
          CI_MERGE_REQUEST_IID: "1",
          CI_JOB_ID: "77",
          CI_JOB_URL: "https://gitlab.example/jobs/77",
          GITLAB_TOKEN: this.token,
        };
  }
}

/** Made for one test, gone after it. */
export async function makeScene(
  name: ForgeName,
  may: readonly Permission[] = ["read", "comment", "issue", "label", "status"],
): Promise<Scene> {
  const forge = await startForge();
  const scene = new Scene(forge, name, may);
  onTestFinished(async () => {
    await forge.close();
    rmSync(scene.folder, { recursive: true, force: true });
  });
  return scene;
}
