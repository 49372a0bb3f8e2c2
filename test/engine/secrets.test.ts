import { beforeAll, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../simulator/index.mts";
import { makeProject, type Outcome, type Project, type Resource } from "./project";

// What a program makes secret, through failures and drift, on the real engine: everything that Pulumi prints and keeps
// is searched for it. What needs no engine is in test/lifecycle/redaction.test.ts.

const SECRETS = {
  // Notion accepts and ignores changes of a profile that is of no verified domain.
  HALF: "half.hidden@example.org",
  MOVED: "moved.hidden@example.com",
  TITLE: "Keeper-Of-The-Seal",
  GIVEN: "Zebulon",
};
/** What somebody makes of the hidden address in Notion: it stands in its place. */
const LIVE = "elsewhere.hidden@example.com";

const PROGRAM = `
  const { NotionWorkspace } = require("pulumi-notion");
  const hidden = (name) => pulumi.secret(process.env[name]);
  const moved = new NotionUser("moved", { userName: hidden("MOVED"), title: hidden("TITLE") });
  new NotionRoleAssignment("moved", { userId: moved.id, role: "membership_admin", until: "2999-01-01", then: "member" });
  new NotionUser("half", {
    userName: hidden("HALF"), title: hidden("TITLE"), name: { givenName: hidden("GIVEN"), familyName: "King" },
  });
  new NotionWorkspace("acme", { people: [{ userName: "ext@example.org", title: hidden("TITLE") }] });
`;

let simulator: Simulator;
let project: Project;
const outcomes: Record<string, Outcome> = {};
let drifted: Map<string, Resource>;

beforeAll(async () => {
  simulator = await startSimulator({ seed: { members: 2 } });
  project = await makeProject("secrets", { simulator });
  Object.assign(project.env, SECRETS);
  const { workspace, faults } = simulator;
  for (const userName of [SECRETS.HALF, "ext@example.org"]) {
    const { id } = workspace.add({ userName });
    const message = `${SECRETS.TITLE} is no title for ${SECRETS.HALF}, ${SECRETS.GIVEN}`;
    faults.add({ name: "forbidden", method: "PATCH", path: `/Users/${id}`, times: "always", message });
  }
  project.declare(PROGRAM);
  // Whatever fails first, all are tried: which of them began before it is a matter of time.
  outcomes.create = await project.up("--continue-on-error");
  outcomes.update = await project.pulumi("up", "--yes", "--diff", "--continue-on-error");
  faults.clear();
  workspace.edit(SECRETS.MOVED, { userName: LIVE, title: "Taken-Over" });
  outcomes.refresh = await project.refresh("--diff");
  drifted = project.resources;
  // It is about the address that is there by now, as the state has it.
  const path = `/Users/${workspace.member(LIVE)?.id}`;
  faults.add({ name: "forbidden", method: "PATCH", path, times: "always", message: `not for ${LIVE}` });
  outcomes.repair = await project.pulumi("up", "--yes", "--diff", "--continue-on-error");
  outcomes.destroy = await project.destroy();
  return async () => {
    project.dispose();
    await simulator.close();
  };
}, 240_000);

test("each of the runs came to the failure that it is for", () => {
  expect(outcomes.create?.everything).toContain("is no title for");
  expect(outcomes.update?.everything).toContain("is no title for");
  expect(outcomes.refresh?.exitCode).toBe(0);
  expect(outcomes.repair?.everything).toContain("change the e-mail");
  expect(outcomes.destroy?.everything).toContain("change the role of");
});

test.each(Object.entries({ ...SECRETS, LIVE }))(
  "%s is in nothing that Pulumi prints, and in nothing that it keeps",
  (_, value) => {
    for (const [run, { everything }] of Object.entries(outcomes))
      expect(everything, `the output of ${run}`).not.toContain(value);
    expect(project.filesWith(value)).toEqual([]);
  },
);

test("a drifted secret e-mail is kept, encrypted, with the one that was declared", () => {
  const outputs = drifted.get("NotionUser moved")?.outputs;
  expect(Object.keys(outputs ?? {})).toEqual(expect.arrayContaining(["userName", "declaredUserName"]));
});

test("a secret e-mail that is declared twice stops the program without being told", async () => {
  const twice = await makeProject("secrets-twice", { simulator });
  Object.assign(twice.env, SECRETS);
  twice.declare(
    `for (const name of ["one", "other"]) new NotionUser(name, { userName: pulumi.secret(process.env.HALF) });`,
  );
  const { exitCode, everything } = await twice.preview();
  twice.dispose();
  expect(exitCode).not.toBe(0);
  expect(everything).toContain('The member [secret] is declared twice, by "one" and by "other".');
  expect(everything).not.toContain(SECRETS.HALF);
});
