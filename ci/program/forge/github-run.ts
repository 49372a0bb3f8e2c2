import { setTimeout as sleep } from "node:timers/promises";
import { composePaginateRest } from "@octokit/plugin-paginate-rest";
import { ForgeError } from "./errors";
import type { Patience } from "./fetch-with-retry";
import { bounded, GitHubApi, type GitHubPlace, PAGE, statusOf } from "./github-api";

/** What a trusted event says about the pull request of another run. */
export interface Head {
  /** The branch's repository, which is another one in a fork: `acme/notion`. */
  repository: string;
  branch: string;
  sha: string;
}

export interface PullRequest {
  number: number;
  /** Whether its branch is in this very repository. */
  isOwn: boolean;
  /** The merge of the base and this head; undefined: they conflict. */
  mergeSha: string | undefined;
}

/** How often to ask GitHub whether a pull request can be merged: GitHub finds out in the background. */
const LOOKS = 6;

/** Pull requests and runs, from GitHub. Nothing here comes from the files of a run. */
export class GitHubRun {
  readonly #api: GitHubApi;
  readonly #pause: (milliseconds: number) => Promise<unknown>;

  constructor(place: GitHubPlace, patience: Patience = {}) {
    this.#api = new GitHubApi(place, patience);
    this.#pause = patience.pause ?? sleep;
  }

  /** The open pull request into `base` with this commit as its head; undefined: there is none any more. */
  async pullRequestOf({ repository, branch, sha }: Head, base: string): Promise<PullRequest | undefined> {
    const { octokit, where, path } = this.#api;
    const [owner = ""] = repository.split("/");
    const query = { ...where, state: "open" as const, head: `${owner}:${branch}`, base, per_page: PAGE };
    const errand = {
      doing: `look for the pull request of ${repository}:${branch}`,
      needs: "`pull-requests: read`",
    };
    const { data } = await this.#api.do(errand, () =>
      octokit.request("GET /repos/{owner}/{repo}/pulls", query),
    );
    // A branch may have several pull requests, and a server without this filter lists all of them.
    const found = data.find(
      (each) =>
        each.head.sha === sha &&
        each.head.ref === branch &&
        each.base.ref === base &&
        isSame(each.head.repo?.full_name, repository),
    );
    if (found === undefined) return undefined;
    const merged = await this.#mergeOf(found.number, sha);
    return merged === "outdated"
      ? undefined
      : { number: found.number, isOwn: isSame(found.head.repo?.full_name, path), mergeSha: merged };
  }

  async #mergeOf(number: number, sha: string): Promise<string | undefined | "outdated"> {
    const { octokit, where } = this.#api;
    const errand = {
      doing: `ask whether ${this.#api.named(number)} can be merged`,
      needs: "`pull-requests: read`",
    };
    for (let look = 1; look <= LOOKS; look += 1) {
      const { data } = await this.#api.do(errand, () =>
        octokit.request("GET /repos/{owner}/{repo}/pulls/{pull_number}", { ...where, pull_number: number }),
      );
      if (data.head.sha !== sha || data.state !== "open") return "outdated";
      if (data.mergeable === false) return undefined;
      const merge = data.merge_commit_sha;
      if (data.mergeable === true && merge !== null && (await this.#isMergeOf(merge, sha))) return merge;
      if (look < LOOKS) await this.#pause(1_000 * 2 ** (look - 1));
    }
    throw new ForgeError(
      `GitHub does not know yet whether ${this.#api.named(number)} can be merged. Run this job again.`,
    );
  }

  /** GitHub may still name the merge commit of an earlier push. */
  async #isMergeOf(merge: string, sha: string): Promise<boolean> {
    const { octokit, where } = this.#api;
    const { data } = await this.#api.do({ doing: `read commit ${merge}`, needs: "`contents: read`" }, () =>
      octokit.request("GET /repos/{owner}/{repo}/git/commits/{commit_sha}", { ...where, commit_sha: merge }),
    );
    return data.parents.some((parent) => parent.sha === sha);
  }

  /** The names of the changed files of a pull request. A renamed file has both names. */
  async filesOf(number: number): Promise<string[]> {
    const query = { ...this.#api.where, pull_number: number, per_page: PAGE };
    const errand = { doing: `read the files of ${this.#api.named(number)}`, needs: "`pull-requests: read`" };
    const files = await this.#api.do(errand, () =>
      composePaginateRest(
        this.#api.octokit,
        "GET /repos/{owner}/{repo}/pulls/{pull_number}/files",
        query,
        bounded((response) => response.data),
      ),
    );
    return files.flatMap(({ filename, previous_filename: before }) =>
      before === undefined ? [filename] : [before, filename],
    );
  }

  /** A file's text at a commit; undefined: there is no such file. */
  async textAt(path: string, sha: string): Promise<string | undefined> {
    const { octokit, where } = this.#api;
    const errand = { doing: `read ${path} at ${sha}`, needs: "`contents: read`" };
    return this.#api.do(errand, async () => {
      try {
        const { data } = await octokit.request("GET /repos/{owner}/{repo}/contents/{+path}", {
          ...where,
          path: path.split("/").map(encodeURIComponent).join("/"),
          ref: sha,
          mediaType: { format: "raw" },
        });
        const raw: unknown = data;
        if (typeof raw === "string") return raw;
        // octokit gives this for an answer without a character set.
        if (raw instanceof ArrayBuffer) return Buffer.from(raw).toString("utf8");
        throw new ForgeError(`${path} is not a file at ${sha}.`);
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }
    });
  }

  /** Whether a run has an artifact of this name that has not expired. */
  async hasArtifact(run: string, name: string): Promise<boolean> {
    const { octokit, where } = this.#api;
    const errand = { doing: `look for the artifacts of run ${run}`, needs: "`actions: read`" };
    const { data } = await this.#api.do(errand, () =>
      octokit.request("GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts", {
        ...where,
        run_id: Number(run),
        name,
      }),
    );
    return data.artifacts.some((each) => each.name === name && !each.expired);
  }

  /**
   * The logins that approved a run for an environment, and those that asked for it.
   * @throws {ForgeError} for a run that was started again: its approvals may be from an earlier attempt
   */
  async approvalOf(run: string, environment: string): Promise<{ approvers: string[]; requesters: string[] }> {
    const { octokit, where } = this.#api;
    const query = { ...where, run_id: Number(run) };
    const errand = { doing: `ask who approved run ${run}`, needs: "`actions: read`" };
    const { data: itself } = await this.#api.do(errand, () =>
      octokit.request("GET /repos/{owner}/{repo}/actions/runs/{run_id}", query),
    );
    if (itself.run_attempt !== 1) {
      throw new ForgeError(
        `This is attempt ${itself.run_attempt} of run ${run}. An approval counts only for the first attempt. Fill in the form again.`,
      );
    }
    const { data } = await this.#api.do(errand, () =>
      octokit.request("GET /repos/{owner}/{repo}/actions/runs/{run_id}/approvals", query),
    );
    return {
      approvers: data
        .filter(
          ({ state, environments }) =>
            state === "approved" && environments.some((each) => each.name === environment),
        )
        .flatMap(({ user }) => (user === null ? [] : [user.login])),
      requesters: [itself.actor, itself.triggering_actor].flatMap((each) => (each ? [each.login] : [])),
    };
  }
}

/** GitHub ignores case in names. */
const isSame = (a: string | undefined, b: string) => a?.toLowerCase() === b.toLowerCase();
