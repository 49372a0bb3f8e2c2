/** A comment on a pull request or an issue that this program's account wrote. */
export interface Comment {
  id: number;
  body: string;
}

/** An issue that this program's account opened. */
export interface Issue {
  /** As people say it: `#12`. */
  number: number;
  open: boolean;
  body: string;
}

/** What of an issue is written; what is left out stays. */
export interface IssueChange {
  body?: string;
  open?: boolean;
}

/** What a check of a commit says. */
export interface Status {
  /** Its name; the later one of a name counts. */
  context: string;
  state: "success" | "failure";
  description: string;
  runUrl?: string | undefined;
}

/** What is done on a forge. Every list holds only what the token's own account wrote: others may know the marker. */
export interface Forge {
  /** As it calls itself. */
  readonly name: string;
  /** Characters that a comment or an issue may have. */
  readonly bodyLimit: number;
  comments(pullRequest: number): Promise<Comment[]>;
  addComment(pullRequest: number, body: string): Promise<Comment>;
  editComment(pullRequest: number, id: number, body: string): Promise<void>;
  removeComment(pullRequest: number, id: number): Promise<void>;
  /** Newest first. */
  issues(label: string, state: "open" | "closed"): Promise<Issue[]>;
  openIssue(title: string, body: string, label: string): Promise<Issue>;
  changeIssue(issue: number, change: IssueChange): Promise<void>;
  commentOnIssue(issue: number, body: string): Promise<void>;
  /** Names of the files that it changes. Absent where another run tells them. */
  filesOf?(pullRequest: number): Promise<string[]>;
  /** A check of a commit, as a pull request shows it. Absent where the job itself is one. */
  setStatus?(sha: string, status: Status): Promise<void>;
}
