import { composePaginateRest } from "@octokit/plugin-paginate-rest";
import { ForgeError } from "./errors";
import type { Patience } from "./fetch-with-retry";
import type { Comment, Forge, Issue, IssueChange, Status } from "./forge";
import { bounded, GitHubApi, type GitHubPlace, NAME, PAGE, statusOf } from "./github-api";

const COMMENTS = "`pull-requests: write` in the workflow's `permissions`";
const ISSUES = "`issues: write` in the workflow's `permissions`";

interface Author {
  user?: { login: string; type: string } | null;
}

export class GitHub implements Forge {
  readonly name = NAME;
  readonly bodyLimit = 65_536;
  readonly #api: GitHubApi;
  #mine: Promise<(thing: Author) => boolean> | undefined;

  constructor(place: GitHubPlace, patience: Patience = {}) {
    this.#api = new GitHubApi(place, patience);
  }

  async comments(pullRequest: number): Promise<Comment[]> {
    const query = { ...this.#api.where, issue_number: pullRequest, per_page: PAGE };
    const errand = { doing: `read the comments of ${this.#api.named(pullRequest)}`, needs: COMMENTS };
    const mine = await this.#author();
    const all = await this.#api.do(errand, () =>
      composePaginateRest(
        this.#api.octokit,
        "GET /repos/{owner}/{repo}/issues/{issue_number}/comments",
        query,
        bounded((response) => response.data),
      ),
    );
    return all.filter(mine).map(({ id, body }) => ({ id: Number(id), body: body ?? "" }));
  }

  async addComment(pullRequest: number, body: string): Promise<Comment> {
    const { data } = await this.#api.do(
      { doing: `comment on ${this.#api.named(pullRequest)}`, needs: COMMENTS },
      () =>
        this.#api.octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
          ...this.#api.where,
          issue_number: pullRequest,
          body,
        }),
    );
    return { id: Number(data.id), body: data.body ?? "" };
  }

  async editComment(pullRequest: number, id: number, body: string): Promise<void> {
    const errand = { doing: `edit the comment on ${this.#api.named(pullRequest)}`, needs: COMMENTS };
    await this.#api.do(errand, () =>
      this.#api.octokit.request("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", {
        ...this.#api.where,
        comment_id: id,
        body,
      }),
    );
  }

  async removeComment(pullRequest: number, id: number): Promise<void> {
    const errand = { doing: `delete a second comment on ${this.#api.named(pullRequest)}`, needs: COMMENTS };
    await this.#api.do(errand, () =>
      this.#api.octokit.request("DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}", {
        ...this.#api.where,
        comment_id: id,
      }),
    );
  }

  async issues(label: string, state: "open" | "closed"): Promise<Issue[]> {
    const query = { ...this.#api.where, labels: label, state, per_page: PAGE };
    const mine = await this.#author();
    const all = await this.#api.do({ doing: `read the issues of ${this.#api.path}`, needs: ISSUES }, () =>
      composePaginateRest(
        this.#api.octokit,
        "GET /repos/{owner}/{repo}/issues",
        { ...query, sort: "created", direction: "desc" },
        bounded((response) => response.data),
      ),
    );
    return all.filter((each) => mine(each) && each.pull_request === undefined).map(issueOf);
  }

  async openIssue(title: string, body: string, label: string): Promise<Issue> {
    const { data } = await this.#api.do({ doing: `open an issue in ${this.#api.path}`, needs: ISSUES }, () =>
      this.#api.octokit.request("POST /repos/{owner}/{repo}/issues", {
        ...this.#api.where,
        title,
        body,
        labels: [label],
      }),
    );
    const labelled = data.labels.some((each) => (typeof each === "string" ? each : each.name) === label);
    // GitHub silently drops a label that the token may not set. The next run would then not find the issue.
    if (!labelled) {
      throw new ForgeError(
        `GitHub opened issue #${data.number} without the label ${label}, which the next run needs to find it. Let the token set labels (${ISSUES}), and close #${data.number}.`,
      );
    }
    return issueOf(data);
  }

  async changeIssue(issue: number, { body, open }: IssueChange): Promise<void> {
    const state = open === undefined ? {} : { state: open ? ("open" as const) : ("closed" as const) };
    await this.#api.do({ doing: `change issue #${issue} of ${this.#api.path}`, needs: ISSUES }, () =>
      this.#api.octokit.request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", {
        ...this.#api.where,
        issue_number: issue,
        ...(body === undefined ? {} : { body }),
        ...state,
      }),
    );
  }

  async commentOnIssue(issue: number, body: string): Promise<void> {
    await this.#api.do({ doing: `comment on issue #${issue} of ${this.#api.path}`, needs: ISSUES }, () =>
      this.#api.octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
        ...this.#api.where,
        issue_number: issue,
        body,
      }),
    );
  }

  async setStatus(sha: string, { context, state, description, runUrl }: Status): Promise<void> {
    const needs = "`statuses: write` in the workflow's `permissions`";
    await this.#api.do({ doing: `set the status of commit ${sha} in ${this.#api.path}`, needs }, () =>
      this.#api.octokit.request("POST /repos/{owner}/{repo}/statuses/{sha}", {
        ...this.#api.where,
        sha,
        context,
        state,
        description,
        ...(runUrl === undefined ? {} : { target_url: runUrl }),
      }),
    );
  }

  /**
   * Whether the token's account wrote something. The token of a workflow cannot ask for its account (403): it belongs to
   * an app. Then every text of a bot counts, because nobody from outside can be one.
   */
  #author(): Promise<(thing: Author) => boolean> {
    this.#mine ??= this.#api.octokit.request("GET /user").then(
      ({ data }) =>
        ({ user }) =>
          user?.login === data.login,
      (error: unknown) => {
        if (statusOf(error) === 403) return ({ user }) => user?.type === "Bot";
        throw this.#api.inWords({ doing: "ask for the token's account", needs: "no permission" }, error);
      },
    );
    return this.#mine;
  }
}

function issueOf({ number, state, body }: { number: number; state: string; body?: string | null }): Issue {
  return { number, open: state === "open", body: body ?? "" };
}
