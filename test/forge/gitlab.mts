import express, { type Request, type Response, type Router } from "express";
import { sendPage } from "./pages.mts";
import type { Account, Comment, Issue, Permission, Repository, Run } from "./repository.mts";

// GitLab's REST API as its documentation has it: "Notes", "Issues", "Merge requests", "Users".

const MAX_BODY = 1_000_000;

/** Routes below /api/v4. */
export function gitlabRoutes(repository: Repository): Router {
  const router = express.Router();
  const account = (request: Request) => repository.accounts.get(request.get("private-token") ?? "");

  const allowed = (request: Request, response: Response, permission: Permission): Account | undefined => {
    const who = account(request);
    const body = request.body?.body ?? request.body?.description;
    if (who === undefined) response.status(401).json({ message: "401 Unauthorized" });
    else if (!who.may.includes("read")) response.status(404).json({ message: "404 Project Not Found" });
    else if (!who.may.includes(permission)) response.status(403).json({ message: "403 Forbidden" });
    else if (typeof body === "string" && [...body].length > MAX_BODY)
      response.status(400).json({ message: { note: ["is too long (maximum is 1000000 characters)"] } });
    else return who;
    return undefined;
  };
  const notFound = (response: Response) => response.status(404).json({ message: "404 Not found" });

  router.get("/user", (request, response) => {
    const who = account(request);
    if (who === undefined) response.status(401).json({ message: "401 Unauthorized" });
    else response.json({ id: who.id, username: who.login });
  });

  const project = express.Router({ mergeParams: true });
  router.use("/projects/:project", (request, response, next) => {
    if (["7", "acme/notion"].includes(request.params.project)) return project(request, response, next);
    notFound(response);
  });

  const deploymentJson = ([job, { actor, reviews }]: [number, Run]) => ({
    id: job + 1000,
    user: { username: actor },
    deployable: { id: job, user: { username: actor } },
    environment: { name: reviews[0]?.environment ?? "" },
    approvals: reviews.map(({ state, login }) => ({ user: { username: login }, status: state })),
  });
  project.get("/deployments", (request, response) => {
    if (!allowed(request, response, "read")) return;
    // A list does not tell who approved.
    const all = [...repository.runs].map(deploymentJson).map(({ approvals: _, ...each }) => each);
    sendPage(request, response, all.reverse());
  });
  project.get("/deployments/:id", (request, response) => {
    if (!allowed(request, response, "read")) return;
    const found = [...repository.runs].map(deploymentJson).find(({ id }) => `${id}` === request.params.id);
    if (found === undefined) return void notFound(response);
    response.json(found);
  });

  project.get("/merge_requests/:iid/diffs", (request, response) => {
    if (!allowed(request, response, "read")) return;
    const pull = repository.pull(Number(request.params.iid));
    if (pull === undefined) return void notFound(response);
    const diffs = pull.files.map((name) => ({ new_path: name, old_path: pull.renamed?.[name] ?? name }));
    sendPage(request, response, diffs);
  });

  for (const [path, on, permission] of [
    ["merge_requests", "pull", "comment"],
    ["issues", "issue", "issue"],
  ] as const) {
    const there = (iid: number) =>
      (on === "pull" ? repository.pull(iid) : repository.issue(iid)) !== undefined;
    project.get(`/${path}/:iid/notes`, (request, response) => {
      if (!allowed(request, response, "read")) return;
      const iid = Number(request.params.iid);
      if (!there(iid)) return void notFound(response);
      const notes = repository.commentsOn(on, iid).map(noteJson);
      sendPage(request, response, request.query.sort === "asc" ? notes : notes.reverse());
    });
    project.post(`/${path}/:iid/notes`, (request, response) => {
      const who = allowed(request, response, permission);
      if (who === undefined) return;
      const iid = Number(request.params.iid);
      if (!there(iid)) return void notFound(response);
      response.status(201).json(noteJson(repository.addComment(who, on, iid, request.body.body)));
    });
    project.put(`/${path}/:iid/notes/:id`, (request, response) => {
      const who = allowed(request, response, permission);
      if (who === undefined) return;
      const note = repository.comments.find(({ id }) => id === Number(request.params.id));
      if (note === undefined) return void notFound(response);
      // Nobody edits what another one wrote.
      if (note.author.id !== who.id) return void response.status(403).json({ message: "403 Forbidden" });
      repository.editComment(note, request.body.body);
      response.json(noteJson(note));
    });
    project.delete(`/${path}/:iid/notes/:id`, (request, response) => {
      if (!allowed(request, response, permission)) return;
      if (!repository.comments.some(({ id }) => id === Number(request.params.id)))
        return void notFound(response);
      repository.removeComment(Number(request.params.id));
      response.status(204).end();
    });
  }

  project.get("/issues", (request, response) => {
    if (!allowed(request, response, "read")) return;
    const { labels = "", state, author_id: author, sort = "desc" } = request.query;
    const wanted = String(labels).split(",").filter(Boolean);
    const found = repository.issues
      .filter((issue) => state === undefined || issue.open === (state === "opened"))
      .filter((issue) => wanted.every((label) => issue.labels.includes(label)))
      .filter((issue) => author === undefined || issue.author.id === Number(author))
      .map(issueJson);
    sendPage(request, response, sort === "desc" ? found.reverse() : found);
  });
  project.post("/issues", (request, response) => {
    const who = allowed(request, response, "issue");
    if (who === undefined) return;
    const { title, description = "", labels = "" } = request.body;
    const made = repository.openIssue(who, title, description, String(labels).split(",").filter(Boolean));
    response.status(201).json(issueJson(made));
  });
  project.put("/issues/:iid", (request, response) => {
    if (!allowed(request, response, "issue")) return;
    const issue = repository.issue(Number(request.params.iid));
    if (issue === undefined) return void notFound(response);
    const { description, state_event: event } = request.body;
    repository.changeIssue(issue, {
      ...(description === undefined ? {} : { body: description }),
      ...(event === undefined ? {} : { open: event === "reopen" }),
    });
    response.json(issueJson(issue));
  });
  return router;
}

const authorJson = ({ id, login }: Account) => ({ id, username: login });
const noteJson = ({ id, author, body }: Comment) => ({ id, author: authorJson(author), body, system: false });
const issueJson = ({ number, title, body, open, labels, author }: Issue) => ({
  id: number + 100,
  iid: number,
  title,
  description: body,
  state: open ? "opened" : "closed",
  labels,
  author: authorJson(author),
});
