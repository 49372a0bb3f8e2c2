import { UsageError } from "../../../inventory/cli/errors";
import { Secret } from "../../../provider/secret";
import type { Approval } from "../approver";
import type { Patience } from "./fetch-with-retry";
import type { Forge } from "./forge";
import { GitHub } from "./github";
import type { GitHubPlace } from "./github-api";
import { GitHubRun } from "./github-run";
import { GitLab, type GitLabPlace } from "./gitlab";

/** The options that name a forge and a repository; the pipeline's own variables say the rest. */
export interface PlaceOptions {
  forge?: "github" | "gitlab";
  repository?: string;
  apiUrl?: string;
}

/** A run's place on a forge. */
export interface Place {
  forge: Forge;
  /** The pull or merge request of the run; undefined: there is none. */
  pullRequest: number | undefined;
  /** The run's page. */
  runUrl: string | undefined;
}

/**
 * The place of this run, from the variables of GitHub Actions and GitLab CI.
 * @throws {UsageError} naming the missing variable or option
 */
export function placeOf(options: PlaceOptions, env: NodeJS.ProcessEnv, patience: Patience): Place {
  const forge = options.forge ?? forgeOf(env);
  return forge === "github" ? onGitHub(options, env, patience) : onGitLab(options, env, patience);
}

/** Access to other runs on GitHub. @throws {UsageError} on another forge */
export function gitHubRunOf(options: PlaceOptions, env: NodeJS.ProcessEnv, patience: Patience): GitHubRun {
  if ((options.forge ?? forgeOf(env)) === "github")
    return new GitHubRun(gitHubPlaceOf(options, env), patience);
  throw new UsageError(
    "This command is only for GitHub. On GitLab the pipeline of a merge request knows its number.",
  );
}

/** The people who approved this run, and those who asked for it. */
export function approvalOf(
  options: PlaceOptions,
  environment: string,
  env: NodeJS.ProcessEnv,
  patience: Patience,
): Promise<Approval> {
  if ((options.forge ?? forgeOf(env)) === "github") {
    const run = needed(env.GITHUB_RUN_ID, "the variable GITHUB_RUN_ID");
    return new GitHubRun(gitHubPlaceOf(options, env), patience).approvalOf(run, environment);
  }
  const job = needed(env.CI_JOB_ID, "the variable CI_JOB_ID");
  return new GitLab(gitLabPlaceOf(options, env), patience).approvalOf(job, environment);
}

function forgeOf(env: NodeJS.ProcessEnv): "github" | "gitlab" {
  if (env.GITHUB_ACTIONS === "true") return "github";
  if (env.GITLAB_CI === "true") return "gitlab";
  throw new UsageError(
    "This is neither GitHub Actions nor GitLab CI. Set --forge github or gitlab, and --repository.",
  );
}

function onGitHub(options: PlaceOptions, env: NodeJS.ProcessEnv, patience: Patience): Place {
  const place = gitHubPlaceOf(options, env);
  const { GITHUB_SERVER_URL: server, GITHUB_RUN_ID: run } = env;
  return {
    forge: new GitHub(place, patience),
    pullRequest: numberIn(/^refs\/pull\/(\d+)\//.exec(env.GITHUB_REF ?? "")?.[1]),
    runUrl: server && run ? `${server}/${place.owner}/${place.repo}/actions/runs/${run}` : undefined,
  };
}

function gitHubPlaceOf(options: PlaceOptions, env: NodeJS.ProcessEnv): GitHubPlace {
  const repository = needed(options.repository ?? env.GITHUB_REPOSITORY, "--repository OWNER/NAME");
  const [, owner, repo] = /^([\w.-]+)\/([\w.-]+)$/.exec(repository) ?? [];
  if (owner === undefined || repo === undefined)
    throw new UsageError(`--repository is "${repository}". On GitHub use OWNER/NAME.`);
  const apiUrl = addressOf(options.apiUrl ?? env.GITHUB_API_URL ?? "https://api.github.com");
  return { apiUrl, owner, repo, token: tokenOf(env, "GITHUB_TOKEN") };
}

function onGitLab(options: PlaceOptions, env: NodeJS.ProcessEnv, patience: Patience): Place {
  return {
    forge: new GitLab(gitLabPlaceOf(options, env), patience),
    pullRequest: numberIn(env.CI_MERGE_REQUEST_IID),
    runUrl: env.CI_JOB_URL || undefined,
  };
}

function gitLabPlaceOf(options: PlaceOptions, env: NodeJS.ProcessEnv): GitLabPlace {
  const project = needed(options.repository ?? env.CI_PROJECT_ID, "--repository GROUP/PROJECT");
  const apiUrl = addressOf(options.apiUrl ?? env.CI_API_V4_URL ?? "https://gitlab.com/api/v4");
  return { apiUrl, project, token: tokenOf(env, "GITLAB_TOKEN") };
}

function needed(value: string | undefined, option: string): string {
  if (value?.trim()) return value.trim();
  throw new UsageError(`The place of this run is unknown. Set ${option}.`);
}

function numberIn(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

function tokenOf(env: NodeJS.ProcessEnv, name: string): Secret {
  const token = env[name]?.trim();
  if (!token) {
    throw new UsageError(
      `${name} is not set. Set this variable to the forge's token, only for this step (ci/README.md).`,
    );
  }
  return new Secret(token);
}

/** Every request carries the token, so clear text is only for this machine. */
function addressOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const loopback =
    url !== undefined &&
    /^(localhost|\[::1\]|127(\.\d{1,3}){3})$/.test(url.hostname) &&
    url.protocol === "http:";
  if (url?.protocol === "https:" || loopback) return text;
  throw new UsageError(`The forge's address is "${text}". Use an address that begins with https://.`);
}
