import { beforeAll, describe, expect, test } from "vitest";
import { type Member, type Simulator, startSimulator } from "../simulator/index.mts";
import { makeProject, type Outcome, type Project, type Steps, succeed } from "./project";

/** `pulumi … --expect-no-changes`: there are some. */
const CHANGES_EXIT_CODE = 7;

const program = `
  const member = (name, args, opts) => new NotionUser(name, { userName: name + "@example.com", ...args }, opts);
  const assign = (name, user, role) => new NotionRoleAssignment(name, { userId: user.id, role }, { deletedWith: user });
  member("title", { title: "Engineer" });
  member("named", { name: { givenName: "Nadia", familyName: "Named" } });
  member("cleared", { department: "Sales", locale: "sv-SE" });
  member("swapped");
  assign("role", member("role"), "membership_admin");
  assign("unknown-role", member("unknown-role"), "member");
  assign("gone", member("gone", { title: "Designer" }), "membership_admin");
  member("phone", { phoneNumbers: [{ value: "+46 8 123 456", type: "work" }] });
  assign("undeclared", member("undeclared", { division: "North" }), "member");
  member("undeclared-role");
  member("ignoring", { title: "Engineer", department: "Sales" }, { ignoreChanges: ["title"] });
`;

let simulator: Simulator;
let project: Project;
const email = (name: string) => `${name}@example.com`;
const live = (name: string): Member | undefined => simulator.workspace.member(email(name));

beforeAll(async () => {
  simulator = await startSimulator({ seed: { members: 2 } });
  // Somebody whose primary address an organization owner will swap for the secondary one.
  const emails = [
    { value: email("swapped"), primary: true },
    { value: email("private"), primary: false },
  ];
  simulator.workspace.add({ userName: email("swapped"), emails });
  project = await makeProject("drift", { simulator, programs: "kept" });
  return async () => {
    project.dispose();
    await simulator.close();
  };
});

function editBehindTheCodesBack({ workspace }: Simulator): void {
  workspace.edit(email("title"), { title: "Chief Engineer" });
  workspace.edit(email("named"), { name: { givenName: "Nadia", familyName: "Newname" } });
  workspace.edit(email("cleared"), { department: null, locale: null });
  workspace.edit(email("swapped"), { userName: email("private") });
  workspace.edit(email("role"), { role: "restricted_member" });
  workspace.edit(email("unknown-role"), { role: "temporary_member" });
  workspace.remove(email("gone"));
  workspace.edit(email("phone"), { phoneNumbers: [{ value: "+46 8 999 999", type: "work" }] });
  workspace.edit(email("undeclared"), {
    title: "Seen-Nowhere",
    name: { givenName: "Ulla", familyName: "Seen-Nowhere" },
    department: "Seen-Nowhere",
    phoneNumbers: [{ value: "Seen-Nowhere" }],
  });
  workspace.edit(email("undeclared-role"), { role: "restricted_member" });
  workspace.edit(email("ignoring"), { title: "Seen-And-Left", department: "Elsewhere" });
}

describe("what was changed behind the code's back", () => {
  let before: Map<string, Member | undefined>;
  let blind: Outcome;
  let steps: Steps;
  let shown: Outcome;
  let repaired: Outcome;
  let requests: Record<string, number>;
  let after: Outcome;

  beforeAll(async () => {
    project.declare(program);
    await succeed(project.up());
    before = new Map(["gone", "swapped", "role"].map((name) => [name, live(name)]));
    editBehindTheCodesBack(simulator);
    blind = await project.preview("--expect-no-changes");
    steps = await project.steps("--refresh");
    shown = await project.preview("--refresh", "--diff", "--expect-no-changes");
    simulator.requests.clear();
    repaired = await project.up("--refresh");
    requests = simulator.requests.counts;
    after = await project.preview("--refresh", "--expect-no-changes");
  }, 300_000);

  test("a preview without --refresh does not look", () => {
    expect(blind.exitCode).toBe(0);
  });

  test.each([
    ["the title", "NotionUser title", { title: "Chief Engineer" }, { title: "Engineer" }],
    [
      "the name",
      "NotionUser named",
      { name: { givenName: "Nadia", familyName: "Newname" } },
      { name: { givenName: "Nadia", familyName: "Named" } },
    ],
    [
      "attributes that were cleared",
      "NotionUser cleared",
      { department: "", locale: "" },
      { department: "Sales", locale: "sv-SE" },
    ],
    [
      "a swapped e-mail",
      "NotionUser swapped",
      { userName: email("private") },
      { userName: email("swapped") },
    ],
    [
      "a phone number",
      "NotionUser phone",
      { phoneNumbers: [{ value: "+46 8 999 999", type: "work" }] },
      { phoneNumbers: [{ value: "+46 8 123 456", type: "work" }] },
    ],
    ["the role", "NotionRoleAssignment role", { role: "restricted_member" }, { role: "membership_admin" }],
    [
      "a role that nobody knows",
      "NotionRoleAssignment unknown-role",
      { role: "temporary_member" },
      { role: "member" },
    ],
  ])(
    "preview --refresh shows %s as an update, with what is live and what is declared",
    (_, name, is, should) => {
      expect(steps.byName.get(name)).toMatchObject({ op: "update", before: is, after: should });
    },
  );

  test("preview --refresh shows a removed member, and their role, as to be created", () => {
    expect(steps.byName.get("NotionUser gone")?.op).toBe("create");
    expect(steps.byName.get("NotionRoleAssignment gone")?.op).toBe("create");
  });

  test("preview --refresh shows nothing else", () => {
    expect([...steps.byName.keys()].sort()).toEqual([
      "NotionRoleAssignment gone",
      "NotionRoleAssignment role",
      "NotionRoleAssignment unknown-role",
      "NotionUser cleared",
      "NotionUser gone",
      "NotionUser ignoring",
      "NotionUser named",
      "NotionUser phone",
      "NotionUser swapped",
      "NotionUser title",
    ]);
  });

  test("--expect-no-changes ends with the exit code that means changes, not with that of an error", () => {
    expect(shown.exitCode).toBe(CHANGES_EXIT_CODE);
  });

  test("the diff for people names both values", () => {
    expect(shown.stdout).toMatch(/title\s*: "Chief Engineer" => "Engineer"/);
    expect(shown.stdout).toMatch(/role\s*: "temporary_member" => "member"/);
    expect(shown.stdout).toMatch(/userName\s*: "private@example.com" => "swapped@example.com"/);
  });

  test("a change of what the program never declared is shown nowhere", () => {
    expect(shown.everything).not.toContain("Seen-Nowhere");
    // The JSON also holds what the refresh read.
    expect(steps.text).toContain("Chief Engineer");
    expect(steps.text).not.toContain("Seen-Nowhere");
  });

  test("up --refresh puts right what was changed", () => {
    expect(repaired.exitCode).toBe(0);
    expect(live("title")?.title).toBe("Engineer");
    expect(live("named")?.name).toMatchObject({ givenName: "Nadia", familyName: "Named" });
    expect(live("cleared")).toMatchObject({ department: "Sales", locale: "sv-SE" });
    expect(live("swapped")).toMatchObject({ id: before.get("swapped")?.id, userName: email("swapped") });
    expect(live("phone")?.phoneNumbers).toMatchObject([{ value: "+46 8 123 456", type: "work" }]);
    expect(live("role")).toEqual(before.get("role"));
    expect(live("unknown-role")?.role).toBe("member");
  });

  test("up --refresh adds a removed member again, with profile and role", () => {
    expect(live("gone")).toEqual(before.get("gone"));
    expect(project.resources.get("NotionUser gone")?.id).toBe(before.get("gone")?.id);
  });

  test("up --refresh leaves what the program never declared as it is", () => {
    expect(live("undeclared")).toMatchObject({ title: "Seen-Nowhere", department: "Seen-Nowhere" });
    expect(live("undeclared")?.name.familyName).toBe("Seen-Nowhere");
    expect(live("undeclared-role")?.role).toBe("restricted_member");
  });

  test("ignoreChanges holds for the one attribute and not for the others", () => {
    expect(shown.stdout).not.toMatch(/Seen-And-Left" => /);
    expect(live("ignoring")).toMatchObject({ title: "Seen-And-Left", department: "Sales" });
  });

  test("each repair is one request, and one listing reads everybody", () => {
    expect(requests).toEqual({
      "GET /Users": expect.any(Number),
      // The proof that somebody is gone.
      "GET /Users/{id}": expect.any(Number),
      "POST /Users": 1,
      // The five people and two roles, the ignoring one's department, and the role of whom was added again.
      "PATCH /Users/{id}": 9,
    });
    expect(requests["GET /Users"]).toBeLessThanOrEqual(3);
    expect(requests["GET /Users/{id}"]).toBeLessThanOrEqual(3);
  });

  test("after the repair nothing is left to be shown", () => {
    expect(after.exitCode).toBe(0);
  });
});
