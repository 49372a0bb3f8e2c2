import { Octokit } from "@octokit/core";
import { composePaginateRest } from "@octokit/plugin-paginate-rest";
import type { Secret } from "../../../provider/secret";
import { type Errand, ForgeError, refusal, UncertainError } from "./errors";
import type { Comment, Forge, Head, Issue, IssueChange } from "./forge";
import { type Patience, patientFetch } from "./patient-fetch";

/** Where on GitHub, or on a GitHub Enterprise Server. */
export interface GitHubPlace {
  /** `https://api.github.com`, or `https://HOST/api/v3`. */
  apiUrl: string;
  owner: string;
  repo: string;
  token: Secret;
}

/** Pages of a hundred that are read before a list counts as endless. */
const MAX_PAGES = 200;
const PAGE = 100;

const COMMENTS = "`pull-requests: write` in the workflow's `permissions`";
const ISSUES = "`issues: write` in the workflow's `permissions`";

interface Author {
  user?: { login: string; type: string } | null;
}

export class GitHub implements Forge {
  readonly name = "GitHub";
  readonly bodyLimit = 65_536;
  readonly #octokit: Octokit;
  readonly #where: { owner: string; repo: string };
  #mine: Promise<(thing: Author) => boolean> | undefined;

  constructor({ apiUrl, owner, repo, token }: GitHubPlace, patience: Patience = {}) {
    const silent = () => {};
    this.#where = { owner, repo };
    this.#octokit = new Octokit({
      auth: token.reveal(),
      baseUrl: apiUrl.replace(/\/+$/, ""),
      request: { fetch: patientFetch(this.name, patience) },
      log: { debug: silent, info: silent, warn: silent, error: silent },
    });
  }

  async pullRequestOf({ owner, branch, sha }: Head): Promise<number | undefined> {
    const query = { ...this.#where, state: "open" as const, head: `${owner}:${branch}`, per_page: PAGE };
    const doing = `look for the pull request of ${owner}:${branch}`;
    const { data } = await this.#do({ doing, needs: "`pull-requests: read`" }, () =>
      this.#octokit.request("GET /repos/{owner}/{repo}/pulls", query),
    );
    // Where the server knows no such filter, the branch alone would be taken for anybody's.
    const found = data.find(
      ({ head }) =>
        head.sha === sha && head.ref === branch && head.user?.login.toLowerCase() === owner.toLowerCase(),
    );
    return found === undefined ? undefined : Number(found.number);
  }

  async comments(pullRequest: number): Promise<Comment[]> {
    const query = { ...this.#where, issue_number: pullRequest, per_page: PAGE };
    const errand = { doing: `read the comments of ${this.#named(pullRequest)}`, needs: COMMENTS };
    const mine = await this.#author();
    const all = await this.#do(errand, () =>
      composePaginateRest(
        this.#octokit,
        "GET /repos/{owner}/{repo}/issues/{issue_number}/comments",
        query,
        bounded((response) => response.data),
      ),
    );
    return all.filter(mine).map(({ id, body }) => ({ id: Number(id), body: body ?? "" }));
  }

  async addComment(pullRequest: number, body: string): Promise<Comment> {
    const { data } = await this.#do(
      { doing: `comment on ${this.#named(pullRequest)}`, needs: COMMENTS },
      () =>
        this.#octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
          ...this.#where,
          issue_number: pullRequest,
          body,
        }),
    );
    return { id: Number(data.id), body: data.body ?? "" };
  }

  async editComment(pullRequest: number, id: number, body: string): Promise<void> {
    const errand = { doing: `edit the comment on ${this.#named(pullRequest)}`, needs: COMMENTS };
    await this.#do(errand, () =>
      this.#octokit.request("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", {
        ...this.#where,
        comment_id: id,
        body,
      }),
    );
  }

  async removeComment(pullRequest: number, id: number): Promise<void> {
    const errand = { doing: `take a second comment off ${this.#named(pullRequest)}`, needs: COMMENTS };
    await this.#do(errand, () =>
      this.#octokit.request("DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}", {
        ...this.#where,
        comment_id: id,
      }),
    );
  }

  async issues(label: string, state: "open" | "closed"): Promise<Issue[]> {
    const query = { ...this.#where, labels: label, state, per_page: PAGE };
    const mine = await this.#author();
    const all = await this.#do({ doing: `read the issues of ${this.#named()}`, needs: ISSUES }, () =>
      composePaginateRest(
        this.#octokit,
        "GET /repos/{owner}/{repo}/issues",
        { ...query, sort: "created", direction: "desc" },
        bounded((response) => response.data),
      ),
    );
    return all.filter((each) => mine(each) && each.pull_request === undefined).map(issueOf);
  }

  async openIssue(title: string, body: string, label: string): Promise<Issue> {
    const { data } = await this.#do({ doing: `open an issue in ${this.#named()}`, needs: ISSUES }, () =>
      this.#octokit.request("POST /repos/{owner}/{repo}/issues", {
        ...this.#where,
        title,
        body,
        labels: [label],
      }),
    );
    const labelled = data.labels.some((each) => (typeof each === "string" ? each : each.name) === label);
    // GitHub leaves labels out without a word where the token may not set them: it would not be found again.
    if (!labelled) {
      throw new ForgeError(
        `GitHub opened issue #${data.number} without the label ${label}, by which the next run would find it. Let the token set labels (${ISSUES}), and close #${data.number}.`,
      );
    }
    return issueOf(data);
  }

  async changeIssue(issue: number, { body, open }: IssueChange): Promise<void> {
    const state = open === undefined ? {} : { state: open ? ("open" as const) : ("closed" as const) };
    await this.#do({ doing: `change issue #${issue} of ${this.#named()}`, needs: ISSUES }, () =>
      this.#octokit.request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", {
        ...this.#where,
        issue_number: issue,
        ...(body === undefined ? {} : { body }),
        ...state,
      }),
    );
  }

  async commentOnIssue(issue: number, body: string): Promise<void> {
    await this.#do({ doing: `comment on issue #${issue} of ${this.#named()}`, needs: ISSUES }, () =>
      this.#octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
        ...this.#where,
        issue_number: issue,
        body,
      }),
    );
  }

  /**
   * Whether the token's account wrote something. The token of a workflow cannot ask who it is (403): it is an
   * app's, and then what bots wrote counts, which nobody from outside can be.
   */
  #author(): Promise<(thing: Author) => boolean> {
    this.#mine ??= this.#octokit.request("GET /user").then(
      ({ data }) =>
        ({ user }) =>
          user?.login === data.login,
      (error: unknown) => {
        if (statusOf(error) === 403) return ({ user }) => user?.type === "Bot";
        throw this.#inWords({ doing: "ask whose the token is", needs: "none" }, error);
      },
    );
    return this.#mine;
  }

  async #do<T>(errand: Errand, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.#inWords(errand, error);
    }
  }

  #inWords(errand: Errand, error: unknown): unknown {
    if (error instanceof ForgeError) return inWordsOf(errand, error);
    // octokit wraps what fetch throws.
    if (error instanceof Error && error.cause instanceof ForgeError) return inWordsOf(errand, error.cause);
    const status = statusOf(error);
    if (status === undefined) return error;
    if (status >= 500) {
      return new UncertainError(`Could not ${errand.doing}: GitHub answered ${status}. Run this job again.`);
    }
    const said = (error as { response?: { data?: { message?: unknown } } }).response?.data?.message;
    return refusal(this.name, errand, status, typeof said === "string" ? said : "");
  }

  #named(pullRequest?: number): string {
    const { owner, repo } = this.#where;
    return pullRequest === undefined
      ? `${owner}/${repo}`
      : `pull request #${pullRequest} of ${owner}/${repo}`;
  }
}

/** A server whose pages never end is not followed for ever. */
function bounded<Answer, T>(read: (answer: Answer) => T): (answer: Answer, done: () => void) => T {
  let pages = 0;
  return (answer, done) => {
    pages += 1;
    if (pages >= MAX_PAGES) done();
    return read(answer);
  };
}

function inWordsOf({ doing }: Errand, error: ForgeError): ForgeError {
  const Kind = error instanceof UncertainError ? UncertainError : ForgeError;
  return error.message.startsWith("Could not ") ? error : new Kind(`Could not ${doing}: ${error.message}`);
}

function statusOf(error: unknown): number | undefined {
  const status = error instanceof Error && "status" in error ? error.status : undefined;
  return typeof status === "number" ? status : undefined;
}

function issueOf({ number, state, body }: { number: number; state: string; body?: string | null }): Issue {
  return { number, open: state === "open", body: body ?? "" };
}
