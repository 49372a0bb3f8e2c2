import { UsageError } from "../../../provider/inventory/console/errors";
import { Secret } from "../../../provider/secret";
import type { Forge } from "./forge";
import { GitHub } from "./github";
import { GitLab } from "./gitlab";
import type { Patience } from "./patient-fetch";

/** What the command line says of where; the pipeline's own variables say the rest. */
export interface PlaceOptions {
  forge?: "github" | "gitlab";
  repository?: string;
  apiUrl?: string;
}

/** A place on a forge, as far as a run knows it. */
export interface Place {
  forge: Forge;
  /** The pull or merge request that the run is for; undefined: it is for none. */
  pullRequest: number | undefined;
  /** Where the run can be read. */
  runUrl: string | undefined;
}

/**
 * Where this run is, by the variables that GitHub Actions and GitLab CI set.
 * @throws {UsageError} naming the variable or option that is missing
 */
export function placeOf(options: PlaceOptions, env: NodeJS.ProcessEnv, patience: Patience): Place {
  const forge = options.forge ?? forgeOf(env);
  return forge === "github" ? onGitHub(options, env, patience) : onGitLab(options, env, patience);
}

function forgeOf(env: NodeJS.ProcessEnv): "github" | "gitlab" {
  if (env.GITHUB_ACTIONS === "true") return "github";
  if (env.GITLAB_CI === "true") return "gitlab";
  throw new UsageError(
    "This is neither GitHub Actions nor GitLab CI: say --forge github or gitlab, and --repository.",
  );
}

function onGitHub(options: PlaceOptions, env: NodeJS.ProcessEnv, patience: Patience): Place {
  const repository = needed(options.repository ?? env.GITHUB_REPOSITORY, "--repository OWNER/NAME");
  const [, owner, repo] = /^([\w.-]+)\/([\w.-]+)$/.exec(repository) ?? [];
  if (owner === undefined || repo === undefined)
    throw new UsageError(`--repository is "${repository}"; on GitHub it is OWNER/NAME.`);
  const apiUrl = addressOf(options.apiUrl ?? env.GITHUB_API_URL ?? "https://api.github.com");
  const token = tokenOf(env, "GITHUB_TOKEN");
  const { GITHUB_SERVER_URL: server, GITHUB_RUN_ID: run } = env;
  return {
    forge: new GitHub({ apiUrl, owner, repo, token }, patience),
    pullRequest: numberIn(/^refs\/pull\/(\d+)\//.exec(env.GITHUB_REF ?? "")?.[1]),
    runUrl: server && run ? `${server}/${repository}/actions/runs/${run}` : undefined,
  };
}

function onGitLab(options: PlaceOptions, env: NodeJS.ProcessEnv, patience: Patience): Place {
  const project = needed(options.repository ?? env.CI_PROJECT_ID, "--repository GROUP/PROJECT");
  const apiUrl = addressOf(options.apiUrl ?? env.CI_API_V4_URL ?? "https://gitlab.com/api/v4");
  return {
    forge: new GitLab({ apiUrl, project, token: tokenOf(env, "GITLAB_TOKEN") }, patience),
    pullRequest: numberIn(env.CI_MERGE_REQUEST_IID),
    runUrl: env.CI_JOB_URL || undefined,
  };
}

function needed(value: string | undefined, option: string): string {
  if (value?.trim()) return value.trim();
  throw new UsageError(`Which repository? Say ${option}.`);
}

function numberIn(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

function tokenOf(env: NodeJS.ProcessEnv, name: string): Secret {
  const token = env[name]?.trim();
  if (!token) {
    throw new UsageError(
      `No token of the forge: set the environment variable ${name} for this step alone (ci/README.md).`,
    );
  }
  return new Secret(token);
}

/** The token travels with every request: in clear text it goes no further than this machine. */
function addressOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const loopback =
    url !== undefined &&
    /^(localhost|\[::1\]|127(\.\d{1,3}){3})$/.test(url.hostname) &&
    url.protocol === "http:";
  if (url?.protocol === "https:" || loopback) return text;
  throw new UsageError(`The forge's address is "${text}"; it must begin with https://.`);
}
