import { beforeAll, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../simulator/index.mts";
import { makeProject, type Outcome, type Project, succeed } from "./project";

/** A stack is applied to one workspace; then its runs get token and address of another one. */
let other: Simulator;
let project: Project;
let outcomes: Record<string, Outcome>;
let stateBefore: string[];
let membersBefore: readonly unknown[];

const person = (name: string) => `new NotionUser("${name}", { userName: "${name}@example.com" });`;

beforeAll(async () => {
  // The simulator counts ids up: those of the stack are past the last one of the other workspace.
  const own = await startSimulator({ seed: { members: 5 } });
  other = await startSimulator({ seed: { members: 3 } });
  project = await makeProject("other-workspace", { simulator: own, programs: "kept" });
  project.declare(["ada", "bea", "cleo"].map(person).join("\n"));
  await succeed(project.up());
  stateBefore = [...project.resources.keys()];
  membersBefore = other.workspace.members;

  await project.pulumi("config", "set", "--secret", "notion:scimToken", own.token);
  project.env.NOTION_SCIM_BASE_URL = other.baseUrl;
  project.env.NOTION_SCIM_TOKEN = other.token;
  outcomes = {
    refresh: await project.pulumi("refresh", "--yes", "--skip-preview"),
    "up --refresh": await project.up("--refresh"),
    destroy: await project.destroy(),
  };
  // The newcomer comes first: the engine may ask for her before it hands over anybody of the state.
  project.declare(["dora", "ada", "bea"].map(person).join("\n"));
  outcomes["up that adds and removes"] = await project.up();
  return async () => {
    project.dispose();
    await Promise.all([own.close(), other.close()]);
  };
}, 300_000);

test.each(["refresh", "up --refresh", "destroy", "up that adds and removes"])(
  "%s with the token of another workspace is refused, and says where token and address came from",
  (command) => {
    const { exitCode, everything } = outcomes[command] ?? { exitCode: 0, everything: "" };
    expect(exitCode, everything).not.toBe(0);
    expect(everything).toContain("the state most likely belongs to another workspace");
    expect(everything).toContain("NOTION_SCIM_TOKEN");
    expect(everything).toContain("NOTION_OTHER_WORKSPACE=accept");
    expect(everything).not.toContain(other.token);
  },
);

test("a line says that the environment hides another token of the stack's configuration", () => {
  expect(outcomes["up that adds and removes"]?.everything).toContain(
    "NOTION_SCIM_TOKEN is used in place of notion:scimToken of the stack, which is another value.",
  );
});

test("nobody of the other workspace is touched, and nobody of the state is forgotten", () => {
  expect(other.workspace.members).toEqual(membersBefore);
  expect([...project.resources.keys()].sort()).toEqual(stateBefore.sort());
  expect(other.requests.entries.filter(({ method }) => method !== "GET")).toEqual([]);
});
