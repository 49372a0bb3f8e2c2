import express, { type Request, type Response, type Router } from "express";
import { sendPage } from "./pages.mts";
import type { Account, Comment, Issue, Permission, Pull, Repository } from "./repository.mts";

// GitHub's REST API as its documentation has it: "Issue comments", "Issues", "Pulls".

const MAX_BODY = 65_536;

/** Routes below /repos/{owner}/{repo}. */
export function githubRoutes(repository: Repository): Router {
  const router = express.Router();
  const account = (request: Request): Account | undefined =>
    repository.accounts.get(request.get("authorization")?.replace(/^(token|bearer) /i, "") ?? "");

  /** Answers in GitHub's place where the token, or the body, will not do. */
  const allowed = (request: Request, response: Response, permission: Permission): Account | undefined => {
    const who = account(request);
    if (who === undefined) response.status(401).json({ message: "Bad credentials" });
    else if (!who.may.includes(permission))
      response.status(403).json({ message: "Resource not accessible by integration" });
    else if (typeof request.body?.body === "string" && [...request.body.body].length > MAX_BODY)
      response.status(422).json({ message: `body is too long (maximum is ${MAX_BODY} characters)` });
    else return who;
    return undefined;
  };
  const notFound = (response: Response) => response.status(404).json({ message: "Not Found" });

  router.get("/pulls", (request, response) => {
    if (!allowed(request, response, "read")) return;
    const { head, base, state = "open" } = request.query;
    const found = repository.pulls.filter(
      (pull) =>
        (state === "all" || pull.open === (state === "open")) &&
        (base === undefined || base === pull.base) &&
        (head === undefined || head === `${pull.owner}:${pull.branch}`),
    );
    sendPage(request, response, found.map(pullJson));
  });

  router.get("/pulls/:number", (request, response) => {
    if (!allowed(request, response, "read")) return;
    const pull = repository.pull(Number(request.params.number));
    if (pull === undefined) return void notFound(response);
    const known = pull.merge !== "unknown";
    response.json({
      ...pullJson(pull),
      mergeable: known ? pull.merge !== undefined : null,
      merge_commit_sha: (known && pull.merge) || null,
    });
  });
  router.get("/pulls/:number/files", (request, response) => {
    if (!allowed(request, response, "read")) return;
    const pull = repository.pull(Number(request.params.number));
    if (pull === undefined) return void notFound(response);
    sendPage(
      request,
      response,
      pull.files.map((filename) => ({ filename })),
    );
  });
  router.get("/git/commits/:sha", (request, response) => {
    if (!allowed(request, response, "read")) return;
    const parents = repository.parents.get(request.params.sha);
    if (parents === undefined) return void notFound(response);
    response.json({ sha: request.params.sha, parents: parents.map((sha) => ({ sha })) });
  });
  router.get("/contents/*", (request, response) => {
    if (!allowed(request, response, "read")) return;
    const path = (request.params as Record<string, string>)[0] ?? "";
    const text = repository.textAt(String(request.query.ref), path);
    if (text === undefined) return void notFound(response);
    // Both are met: octokit makes a text of the one and bytes of the other.
    const type =
      text.length > 1_000 ? "application/octet-stream" : "application/vnd.github.raw; charset=utf-8";
    response.set("content-type", type).send(Buffer.from(text));
  });
  router.get("/actions/runs/:run", (request, response) => {
    if (!allowed(request, response, "read")) return;
    const run = repository.runs.get(Number(request.params.run));
    if (run === undefined) return void notFound(response);
    response.json({
      id: Number(request.params.run),
      run_attempt: run.attempt,
      actor: { login: run.actor },
      triggering_actor: { login: run.starter },
    });
  });
  router.get("/actions/runs/:run/approvals", (request, response) => {
    if (!allowed(request, response, "read")) return;
    const run = repository.runs.get(Number(request.params.run));
    // Of all attempts, without saying of which.
    const reviews = (run?.reviews ?? []).map(({ environment, state, login }) => ({
      environments: [{ id: 1, name: environment }],
      state,
      user: { login },
      comment: "",
    }));
    response.json(reviews);
  });
  router.get("/actions/runs/:run/artifacts", (request, response) => {
    if (!allowed(request, response, "read")) return;
    const names = repository.runs.get(Number(request.params.run))?.artifacts ?? [];
    const { name } = request.query;
    const artifacts = names
      .filter((each) => name === undefined || each === name)
      .map((each) => ({ id: 1, name: each, expired: false }));
    response.json({ total_count: artifacts.length, artifacts });
  });
  router.post("/statuses/:sha", (request, response) => {
    if (!allowed(request, response, "status")) return;
    const { context, state } = request.body;
    repository.setStatus({ sha: request.params.sha, context, state });
    response.status(201).json({ context, state });
  });

  const thread = (number: number) =>
    repository.pull(number) !== undefined
      ? ("pull" as const)
      : repository.issue(number) !== undefined
        ? ("issue" as const)
        : undefined;

  router.get("/issues/:number/comments", (request, response) => {
    if (!allowed(request, response, "read")) return;
    const on = thread(Number(request.params.number));
    if (on === undefined) return void notFound(response);
    const comments = repository.commentsOn(on, Number(request.params.number));
    sendPage(request, response, comments.map(commentJson));
  });
  router.post("/issues/:number/comments", (request, response) => {
    const number = Number(request.params.number);
    const on = thread(number);
    const who = allowed(request, response, on === "pull" ? "comment" : "issue");
    if (who === undefined) return;
    if (on === undefined) return void notFound(response);
    const made = repository.addComment(who, on, number, stored(request.body.body));
    response.status(201).json(commentJson(made));
  });
  router.patch("/issues/comments/:id", (request, response) => {
    if (!allowed(request, response, "comment")) return;
    const comment = repository.comments.find(({ id }) => id === Number(request.params.id));
    if (comment === undefined) return void notFound(response);
    repository.editComment(comment, stored(request.body.body));
    response.json(commentJson(comment));
  });
  router.delete("/issues/comments/:id", (request, response) => {
    if (!allowed(request, response, "comment")) return;
    if (!repository.comments.some(({ id }) => id === Number(request.params.id)))
      return void notFound(response);
    repository.removeComment(Number(request.params.id));
    response.status(204).end();
  });

  router.get("/issues", (request, response) => {
    if (!allowed(request, response, "read")) return;
    const { labels = "", state = "open", direction = "desc" } = request.query;
    const wanted = String(labels).split(",").filter(Boolean);
    const found = repository.issues
      .filter((issue) => state === "all" || issue.open === (state === "open"))
      .filter((issue) => wanted.every((label) => issue.labels.includes(label)))
      .map(issueJson);
    // Pull requests are issues to GitHub, and are listed among them.
    const pulls = wanted.length > 0 ? [] : repository.pulls.map(pullAsIssueJson);
    const sorted = [...found, ...pulls].sort((a, b) => a.number - b.number);
    sendPage(request, response, direction === "desc" ? sorted.reverse() : sorted);
  });
  router.post("/issues", (request, response) => {
    const who = allowed(request, response, "issue");
    if (who === undefined) return;
    const { title, body = "", labels = [] } = request.body;
    // Without the permission they are left out, and nothing is said of it.
    const kept = who.may.includes("label") ? labels : [];
    response.status(201).json(issueJson(repository.openIssue(who, title, stored(body), kept)));
  });
  router.patch("/issues/:number", (request, response) => {
    if (!allowed(request, response, "issue")) return;
    const issue = repository.issue(Number(request.params.number));
    if (issue === undefined) return void notFound(response);
    const { body, state, title } = request.body;
    repository.changeIssue(issue, {
      ...(title === undefined ? {} : { title }),
      ...(body === undefined ? {} : { body: stored(body) }),
      ...(state === undefined ? {} : { open: state === "open" }),
    });
    response.json(issueJson(issue));
  });
  return router;
}

/** As GitHub's web editor and some of its endpoints give line ends back. */
const stored = (body: string) => body.trimEnd();
const asSent = (body: string) => body.replace(/\r?\n/g, "\r\n");
const userJson = ({ id, login, type }: Account) => ({ id, login, type });

const commentJson = ({ id, author, body }: Comment) => ({ id, user: userJson(author), body: asSent(body) });

const issueJson = ({ number, title, body, open, labels, author }: Issue) => ({
  id: number + 5_000_000_000,
  number,
  title,
  body: asSent(body),
  state: open ? "open" : "closed",
  labels: labels.map((name) => ({ id: 1, name })),
  user: userJson(author),
});

const pullAsIssueJson = ({ number, title, open }: Pull) => ({
  id: number + 5_000_000_000,
  number,
  title,
  body: null,
  state: open ? "open" : "closed",
  labels: [],
  user: null,
  pull_request: { url: "" },
});

const pullJson = ({ number, title, owner, branch, sha, open, base }: Pull) => ({
  number,
  title,
  state: open ? "open" : "closed",
  head: { ref: branch, sha, user: { login: owner }, repo: { full_name: `${owner}/notion` } },
  base: { ref: base },
});
