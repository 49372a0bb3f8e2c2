/** Who may do what with a token. */
export interface Account {
  id: number;
  login: string;
  /** `Bot`: the token of a workflow, which may not ask who it is. */
  type: "User" | "Bot";
  may: readonly Permission[];
}
export type Permission = "read" | "comment" | "issue" | "label" | "status";

export interface Pull {
  number: number;
  title: string;
  /** Owner of the branch's repository. */
  owner: string;
  branch: string;
  sha: string;
  open: boolean;
  /** What it is to be merged into. */
  base: string;
  /** Of the base and the head; undefined: they conflict. `unknown`: not found out yet. */
  merge: string | undefined | "unknown";
  files: string[];
  /** What a file that it renames was called, by its name now. */
  renamed?: Record<string, string>;
}

/** A run of a workflow, or a job of a pipeline. */
export interface Run {
  attempt: number;
  /** Who asked for it, and who started this attempt. */
  actor: string;
  starter: string;
  /** Names of what it left behind. */
  artifacts: string[];
  reviews: { environment: string; state: "approved" | "rejected"; login: string }[];
}

export interface CommitStatus {
  sha: string;
  context: string;
  state: string;
}

export interface Issue {
  number: number;
  title: string;
  body: string;
  open: boolean;
  labels: string[];
  author: Account;
}

export interface Comment {
  id: number;
  on: "pull" | "issue";
  number: number;
  author: Account;
  body: string;
}

/** Something that was written, as people would see it. */
export interface Event {
  what: string;
  text: string;
}

/** What a forge keeps of one repository. It knows nothing of protocols. */
export class Repository {
  readonly accounts = new Map<string, Account>();
  readonly pulls: Pull[] = [];
  readonly issues: Issue[] = [];
  comments: Comment[] = [];
  readonly events: Event[] = [];
  readonly runs = new Map<number, Run>();
  readonly statuses: CommitStatus[] = [];
  /** Parents of commits. */
  readonly parents = new Map<string, string[]>();
  /** A file at a commit. */
  textAt: (sha: string, path: string) => string | undefined = () => undefined;
  #number = 0;
  #id = 1000;

  /** @returns the token */
  addAccount(login: string, type: Account["type"], may: readonly Permission[]): string {
    const token = `${type === "Bot" ? "ghs" : "glpat"}_${login.replace(/\W/g, "")}_0123456789abcdef`;
    this.accounts.set(token, { id: this.#nextId(), login, type, may });
    return token;
  }

  addPull(
    pull: Pick<Pull, "title" | "owner" | "branch" | "sha"> & Partial<Pick<Pull, "base" | "merge" | "files">>,
  ): Pull {
    const defaults = { base: "main", merge: undefined, files: [] };
    const made = { ...defaults, ...pull, number: this.#nextNumber(), open: true };
    this.pulls.push(made);
    return made;
  }

  pull(number: number): Pull | undefined {
    return this.pulls.find((each) => each.number === number);
  }

  issue(number: number): Issue | undefined {
    return this.issues.find((each) => each.number === number);
  }

  openIssue(author: Account, title: string, body: string, labels: string[]): Issue {
    const made = { number: this.#nextNumber(), title, body, open: true, labels, author };
    this.issues.push(made);
    this.events.push({ what: `issue #${made.number} opened: ${title}`, text: body });
    return made;
  }

  changeIssue(issue: Issue, change: { title?: string; body?: string; open?: boolean }): void {
    if (change.body !== undefined && change.body !== issue.body) {
      issue.body = change.body;
      this.events.push({ what: `issue #${issue.number} edited`, text: change.body });
    }
    if (change.title !== undefined) issue.title = change.title;
    if (change.open !== undefined && change.open !== issue.open) {
      issue.open = change.open;
      this.events.push({ what: `issue #${issue.number} ${change.open ? "reopened" : "closed"}`, text: "" });
    }
  }

  commentsOn(on: Comment["on"], number: number): Comment[] {
    return this.comments.filter((each) => each.on === on && each.number === number);
  }

  addComment(author: Account, on: Comment["on"], number: number, body: string): Comment {
    const made = { id: this.#nextId(), on, number, author, body };
    this.comments.push(made);
    this.events.push({ what: `comment on ${on} #${number}`, text: body });
    return made;
  }

  editComment(comment: Comment, body: string): void {
    comment.body = body;
    this.events.push({ what: `comment on ${comment.on} #${comment.number} edited`, text: body });
  }

  removeComment(id: number): void {
    this.comments = this.comments.filter((each) => each.id !== id);
  }

  setStatus(status: CommitStatus): void {
    this.statuses.push(status);
    this.events.push({ what: `status of ${status.sha}: ${status.context}`, text: status.state });
  }

  #nextNumber(): number {
    this.#number += 1;
    return this.#number;
  }

  #nextId(): number {
    this.#id += 1;
    return this.#id;
  }
}
