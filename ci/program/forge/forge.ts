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

/** What is done on a forge. Every list holds only what the token's own account wrote: others may know the marker. */
export interface Forge {
  /** As it calls itself. */
  readonly name: string;
  /** Characters that a comment or an issue may have. */
  readonly bodyLimit: number;
  /** The number of the open pull request whose head is this commit of this branch; undefined: there is none. */
  pullRequestOf(head: Head): Promise<number | undefined>;
  comments(pullRequest: number): Promise<Comment[]>;
  addComment(pullRequest: number, body: string): Promise<Comment>;
  editComment(pullRequest: number, id: number, body: string): Promise<void>;
  removeComment(pullRequest: number, id: number): Promise<void>;
  /** Newest first. */
  issues(label: string, state: "open" | "closed"): Promise<Issue[]>;
  openIssue(title: string, body: string, label: string): Promise<Issue>;
  changeIssue(issue: number, change: IssueChange): Promise<void>;
  commentOnIssue(issue: number, body: string): Promise<void>;
}

/** What a trusted event says of the pull request that another run was for. */
export interface Head {
  /** The owner of the branch's repository, which is another one in a fork. */
  owner: string;
  branch: string;
  sha: string;
}
