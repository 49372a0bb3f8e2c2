import { Deployments, IssueNotes, Issues, MergeRequestNotes, MergeRequests, Users } from "@gitbeaker/core";
import { createRequesterFn, type FormattedResponse, type RequestOptions } from "@gitbeaker/requester-utils";
import type { Secret } from "../../../provider/secret";
import type { Approval } from "../approver";
import { type Errand, ForgeError, refusalError, UncertainError } from "./errors";
import { fetchWithRetry, type Patience } from "./fetch-with-retry";
import type { Comment, Forge, Issue, IssueChange } from "./forge";

/** A project on GitLab, or on a server of one's own. */
export interface GitLabPlace {
  /** `https://gitlab.com/api/v4`. */
  apiUrl: string;
  /** The project's id or path. */
  project: string;
  token: Secret;
}

/** The most pages of a hundred to read: a longer list counts as endless. */
const MAX_PAGES = 200;
const PAGE = { perPage: 100, maxPages: MAX_PAGES };

const API =
  "a project access token with the scope `api` and the role Reporter or higher (CI_JOB_TOKEN may not write)";

export class GitLab implements Forge {
  readonly name = "GitLab";
  readonly bodyLimit = 1_000_000;
  readonly #project: string;
  readonly #users: Users;
  readonly #mergeRequests: MergeRequests;
  readonly #notes: MergeRequestNotes;
  readonly #issues: Issues;
  readonly #issueNotes: IssueNotes;
  readonly #deployments: Deployments;
  #me: Promise<number> | undefined;

  constructor({ apiUrl, project, token }: GitLabPlace, patience: Patience = {}) {
    const options = {
      host: apiUrl.replace(/\/api\/v4\/*$/, ""),
      token: token.reveal(),
      requesterFn: requesterOf(fetchWithRetry(this.name, patience)),
      // Each request has its own time-out, and may be repeated after it.
      queryTimeout: null,
    };
    this.#project = project;
    this.#users = new Users(options);
    this.#mergeRequests = new MergeRequests(options);
    this.#notes = new MergeRequestNotes(options);
    this.#issues = new Issues(options);
    this.#issueNotes = new IssueNotes(options);
    this.#deployments = new Deployments(options);
  }

  async comments(mergeRequest: number): Promise<Comment[]> {
    const me = await this.#whoAmI();
    const all = await this.#do(`read the comments of ${this.#named(mergeRequest)}`, () =>
      this.#notes.all(this.#project, mergeRequest, { sort: "asc", orderBy: "created_at", ...PAGE }),
    );
    return all.filter(({ author }) => author.id === me).map(({ id, body }) => ({ id, body }));
  }

  async addComment(mergeRequest: number, body: string): Promise<Comment> {
    const note = await this.#do(`comment on ${this.#named(mergeRequest)}`, () =>
      this.#notes.create(this.#project, mergeRequest, body),
    );
    return { id: note.id, body: note.body };
  }

  async editComment(mergeRequest: number, id: number, body: string): Promise<void> {
    await this.#do(`edit the comment on ${this.#named(mergeRequest)}`, () =>
      this.#notes.edit(this.#project, mergeRequest, id, { body }),
    );
  }

  async removeComment(mergeRequest: number, id: number): Promise<void> {
    await this.#do(`delete a second comment on ${this.#named(mergeRequest)}`, () =>
      this.#notes.remove(this.#project, mergeRequest, id),
    );
  }

  /** A renamed file has both names. */
  async filesOf(mergeRequest: number): Promise<string[]> {
    const diffs = await this.#do(`read the files of ${this.#named(mergeRequest)}`, () =>
      this.#mergeRequests.allDiffs(this.#project, mergeRequest, PAGE),
    );
    return [...new Set(diffs.flatMap(({ old_path, new_path }) => [old_path, new_path]))];
  }

  async issues(label: string, state: "open" | "closed"): Promise<Issue[]> {
    const me = await this.#whoAmI();
    const all = await this.#do(`read the issues of ${this.#project}`, () =>
      this.#issues.all({
        projectId: this.#project,
        labels: label,
        state: state === "open" ? "opened" : "closed",
        authorId: me,
        orderBy: "created_at",
        sort: "desc",
        ...PAGE,
      }),
    );
    return all.filter(({ author }) => author.id === me).map(issueOf);
  }

  async openIssue(title: string, body: string, label: string): Promise<Issue> {
    const issue = await this.#do(`open an issue in ${this.#project}`, () =>
      this.#issues.create(this.#project, title, { description: body, labels: label }),
    );
    return issueOf(issue);
  }

  async changeIssue(issue: number, { body, open }: IssueChange): Promise<void> {
    await this.#do(`change issue #${issue} of ${this.#project}`, () =>
      this.#issues.edit(this.#project, issue, {
        ...(body === undefined ? {} : { description: body }),
        ...(open === undefined ? {} : { stateEvent: open ? "reopen" : "close" }),
      }),
    );
  }

  async commentOnIssue(issue: number, body: string): Promise<void> {
    await this.#do(`comment on issue #${issue} of ${this.#project}`, () =>
      this.#issueNotes.create(this.#project, issue, body),
    );
  }

  /** The people who approved a job for an environment, and those who started it. A retried job is another job and needs its own approval. */
  async approvalOf(job: string, environment: string): Promise<Approval> {
    const doing = `ask who approved job ${job}`;
    const all = await this.#do(doing, () =>
      this.#deployments.all(this.#project, {
        environment,
        orderBy: "id",
        sort: "desc",
        perPage: 100,
        maxPages: 1,
      }),
    );
    const mine = all.find(({ deployable }) => `${deployable?.id}` === job);
    if (mine === undefined)
      throw new ForgeError(
        `Could not ${doing}: the job is no deployment to ${environment}. Set this environment in the job.`,
      );
    const {
      approvals = [],
      user,
      deployable,
    } = await this.#do(doing, () => this.#deployments.show(this.#project, mine.id));
    return {
      approvers: approvals.filter(({ status }) => status === "approved").map((each) => each.user.username),
      requesters: [user, deployable.user].flatMap((each) => (each ? [each.username] : [])),
    };
  }

  #whoAmI(): Promise<number> {
    this.#me ??= this.#do("ask for the token's account", () => this.#users.showCurrentUser()).then(
      ({ id }) => id,
    );
    return this.#me;
  }

  async #do<T>(doing: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Refused) throw error.inWords({ doing, needs: API });
      if (error instanceof UncertainError) throw new UncertainError(`Could not ${doing}: ${error.message}`);
      if (error instanceof ForgeError) throw new ForgeError(`Could not ${doing}: ${error.message}`);
      throw error;
    }
  }

  #named(mergeRequest: number): string {
    return `merge request !${mergeRequest} of ${this.#project}`;
  }
}

/** An answer that is no success. It holds nothing of the request, which has the token. */
class Refused extends Error {
  readonly status: number;
  readonly said: string;

  constructor(status: number, said: string) {
    super(`GitLab answered ${status}`);
    this.status = status;
    this.said = said;
  }

  inWords(errand: Errand): ForgeError {
    return this.status >= 500
      ? new UncertainError(`Could not ${errand.doing}: GitLab answered ${this.status}. Run this job again.`)
      : refusalError("GitLab", errand, this.status, this.said);
  }
}

/**
 * gitbeaker repeats its own requests ten times within a quarter of a second, a POST too, and ignores Retry-After. Its
 * errors hold the request with the token.
 */
function requesterOf(fetch: typeof globalThis.fetch) {
  return createRequesterFn(
    (_, options) => Promise.resolve(options),
    async (endpoint, options = {}) => {
      const {
        method = "GET",
        headers = {},
        body,
        prefixUrl = "",
        searchParams = "",
      } = options as RequestOptions;
      const url = new URL(endpoint, prefixUrl.endsWith("/") ? prefixUrl : `${prefixUrl}/`);
      url.search = searchParams;
      const answer = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
      const text = await answer.text();
      if (!answer.ok) throw new Refused(answer.status, saidIn(text));
      return {
        body: answer.status === 204 || text === "" ? null : jsonOf(text),
        headers: Object.fromEntries(answer.headers),
        status: answer.status,
      };
    },
  );
}

function jsonOf(text: string): FormattedResponse["body"] {
  try {
    return JSON.parse(text) as FormattedResponse["body"];
  } catch {
    throw new ForgeError(
      "GitLab answered with a page instead of data. Use the address of its API (…/api/v4).",
    );
  }
}

/** GitLab's own words, if any. */
function saidIn(text: string): string {
  try {
    const { message, error } = JSON.parse(text) as { message?: unknown; error?: unknown };
    const said = message ?? error ?? "";
    return (typeof said === "string" ? said : JSON.stringify(said)).slice(0, 300);
  } catch {
    return "";
  }
}

function issueOf(issue: { iid: number; state: string; description?: string | null }): Issue {
  return { number: issue.iid, open: issue.state === "opened", body: issue.description ?? "" };
}
