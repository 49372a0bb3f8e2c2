import { Octokit } from "@octokit/core";
import type { Secret } from "../../../provider/secret";
import { type Errand, ForgeError, refusalError, UncertainError } from "./errors";
import { fetchWithRetry, type Patience } from "./fetch-with-retry";

/** Where on GitHub, or on a GitHub Enterprise Server. */
export interface GitHubPlace {
  /** `https://api.github.com`, or `https://HOST/api/v3`. */
  apiUrl: string;
  owner: string;
  repo: string;
  token: Secret;
}

/** The most pages of a hundred to read: a longer list counts as endless. */
const MAX_PAGES = 200;
export const PAGE = 100;
export const NAME = "GitHub";

/** One repository on GitHub: requests, and errors for refused ones. */
export class GitHubApi {
  readonly octokit: Octokit;
  readonly where: { owner: string; repo: string };

  constructor({ apiUrl, owner, repo, token }: GitHubPlace, patience: Patience = {}) {
    const silent = () => {};
    this.where = { owner, repo };
    this.octokit = new Octokit({
      auth: token.reveal(),
      baseUrl: apiUrl.replace(/\/+$/, ""),
      request: { fetch: fetchWithRetry(NAME, patience) },
      log: { debug: silent, info: silent, warn: silent, error: silent },
    });
  }

  /** @throws {ForgeError} naming the task and the permission that it needs */
  async do<T>(errand: Errand, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.inWords(errand, error);
    }
  }

  inWords(errand: Errand, error: unknown): unknown {
    if (error instanceof ForgeError) return errorDoing(errand, error);
    // octokit wraps what fetch throws.
    if (error instanceof Error && error.cause instanceof ForgeError) return errorDoing(errand, error.cause);
    const status = statusOf(error);
    if (status === undefined) return error;
    if (status >= 500) {
      return new UncertainError(`Could not ${errand.doing}: ${NAME} answered ${status}. Run this job again.`);
    }
    const said = (error as { response?: { data?: { message?: unknown } } }).response?.data?.message;
    return refusalError(NAME, errand, status, typeof said === "string" ? said : "");
  }

  /** `acme/notion`. */
  get path(): string {
    return `${this.where.owner}/${this.where.repo}`;
  }

  /** `pull request #12 of acme/notion`. */
  named(pullRequest: number): string {
    return `pull request #${pullRequest} of ${this.path}`;
  }
}

/** Stops after the most pages, so that an endless list ends. */
export function bounded<Answer, T>(read: (answer: Answer) => T): (answer: Answer, done: () => void) => T {
  let pages = 0;
  return (answer, done) => {
    pages += 1;
    if (pages >= MAX_PAGES) done();
    return read(answer);
  };
}

function errorDoing({ doing }: Errand, error: ForgeError): ForgeError {
  const Kind = error instanceof UncertainError ? UncertainError : ForgeError;
  return error.message.startsWith("Could not ") ? error : new Kind(`Could not ${doing}: ${error.message}`);
}

export function statusOf(error: unknown): number | undefined {
  const status = error instanceof Error && "status" in error ? error.status : undefined;
  return typeof status === "number" ? status : undefined;
}
