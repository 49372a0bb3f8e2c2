/** A comment on a pull request or an issue that this program's account wrote. */
export interface Comment {
  id: number;
  body: string;
}

/** An issue that this program's account opened. */
export interface Issue {
  /** The 12 in `#12`. */
  number: number;
  open: boolean;
  body: string;
}

/** The new values of an issue; the others stay. */
export interface IssueChange {
  body?: string;
  open?: boolean;
}

/** A status of a commit. */
export interface Status {
  /** Its name; the last status of a name counts. */
  context: string;
  state: "success" | "failure";
  description: string;
  runUrl?: string | undefined;
}

/** The calls to a forge. Every list holds only texts of the token's own account: others may know the marker. */
export interface Forge {
  /** The forge's own name. */
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
  /** Names of the changed files. Absent if another run finds them. */
  filesOf?(pullRequest: number): Promise<string[]>;
  /** Sets a status of a commit, which a pull request shows. Absent if the job itself is one. */
  setStatus?(sha: string, status: Status): Promise<void>;
}
