import { afterEach, expect, test } from "vitest";
import { type Simulator, type SimulatorOptions, startSimulator } from "./index.mts";
import { newUser, patchOp, scimCall } from "./scim-call.mts";

const CORE = "urn:ietf:params:scim:schemas:core:2.0:User";
const NOTION = "urn:ietf:params:scim:schemas:extension:notion:2.0:User";
const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

let simulator: Simulator;
const start = async (options: SimulatorOptions = {}) => {
  simulator = await startSimulator(options);
  return simulator;
};
afterEach(() => simulator.close());

const create = (userName: string, more = {}) =>
  scimCall(simulator, "POST", "/Users", { body: newUser(userName, more) });
const patch = (id: unknown, ...operations: unknown[]) =>
  scimCall(simulator, "PATCH", `/Users/${id}`, { body: patchOp(...operations) });

test("a user needs no more than a userName, and becomes a member", async () => {
  await start();
  const { status, body, headers } = await create("Ada@Example.com");
  expect(status).toBe(201);
  expect(headers.get("content-type")).toContain("application/scim+json");
  expect(headers.get("x-notion-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  expect(body).toMatchObject({
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
    id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
    userName: "ada@example.com",
    active: true,
    emails: [{ value: "ada@example.com", primary: true }],
    meta: { created: expect.stringMatching(/^\d+$/), lastModified: expect.stringMatching(/^\d+$/) },
    [NOTION]: { role: "member" },
  });
  expect(body.meta).toHaveProperty("location", expect.not.stringContaining(simulator.origin));
});

test("every attribute that Notion maps is kept, those of the enterprise extension too, others are dropped", async () => {
  await start();
  const attributes = {
    name: { formatted: "Ada Byron", givenName: "Ada", familyName: "Byron" },
    title: "Countess",
    userType: "Employee",
    locale: "en-GB",
    preferredLanguage: "en",
    phoneNumbers: [{ value: "+44 1", type: "work" }],
    addresses: [{ locality: "London" }],
    roles: [{ value: "math" }],
    photos: [{ value: "https://img.example.com/a.png" }],
    [ENTERPRISE]: {
      department: "R&D",
      costCenter: "7",
      organization: "AE",
      division: "Engines",
      employeeNumber: "1",
      manager: { value: "charles@example.com", displayName: "Charles" },
    },
  };
  const created = await create("ada@example.com", { ...attributes, nickName: "Countess" });
  const read = await scimCall(simulator, "GET", `/Users/${created.body.id}`);
  expect(read.body).toMatchObject({ ...attributes, displayName: "Ada Byron" });
  expect(read.body).not.toHaveProperty("nickName");
});

test("a role is honoured on creation, unless the workspace takes no notice of it", async () => {
  await start();
  const role = { [NOTION]: { role: "owner" } };
  expect((await create("a@example.com", role)).body[NOTION]).toEqual({ role: "owner" });
  simulator.configure({ ignoreCreateRole: true });
  expect((await create("b@example.com", role)).body[NOTION]).toEqual({ role: "member" });
});

test("an existing member is a conflict, by a secondary address too", async () => {
  await start();
  simulator.workspace.add({
    userName: "ada@example.com",
    emails: [
      { value: "ada@example.com", primary: true },
      { value: "countess@example.com", primary: false },
    ],
  });
  for (const userName of ["ADA@example.com", "countess@example.com"]) {
    const { status, body } = await create(userName);
    expect(status).toBe(409);
    expect(body).toMatchObject({ status: "409", scimType: "uniqueness" });
  }
  expect(simulator.workspace.members).toHaveLength(1);
});

test("an existing Notion account keeps its own name when it joins", async () => {
  await start();
  const id = simulator.workspace.addAccount({
    userName: "amara@example.com",
    name: { formatted: "Amara O" },
  });
  const { body } = await create("amara@example.com", { name: { formatted: "Somebody Else" }, title: "CTO" });
  expect(body).toMatchObject({ id, name: { formatted: "Amara O" }, title: "CTO" });
});

test("a guest is invisible, and becomes a restricted member by POST with the role", async () => {
  await start();
  const id = simulator.workspace.addGuest("gus@example.org");
  expect((await scimCall(simulator, "GET", `/Users/${id}`)).status).toBe(404);
  expect((await scimCall(simulator, "GET", "/Users")).body.totalResults).toBe(0);
  const joined = await create("gus@example.org", { [NOTION]: { role: "restricted_member" } });
  expect(joined).toMatchObject({ status: 201, body: { id, [NOTION]: { role: "restricted_member" } } });
});

test("who leaves and joins again keeps the account id, and their groups within 30 days only", async () => {
  await start();
  const { id } = simulator.workspace.add({ userName: "ada@example.com" });
  simulator.workspace.addGroup("Everyone", ["ada@example.com"]);
  const leaveAndJoin = async (days: number) => {
    expect((await scimCall(simulator, "DELETE", `/Users/${id}`)).status).toBe(204);
    expect(simulator.workspace.group("Everyone")?.members).toEqual([]);
    simulator.workspace.passDays(days);
    expect((await create("ada@example.com")).body.id).toBe(id);
    return simulator.workspace.group("Everyone")?.members;
  };
  expect(await leaveAndJoin(29)).toEqual([id]);
  expect(await leaveAndJoin(31)).toEqual([]);
});

test("deleting answers 204, and 404 for whoever is gone or was never there", async () => {
  await start();
  const { id } = simulator.workspace.add({ userName: "ada@example.com" });
  expect((await scimCall(simulator, "DELETE", `/Users/${id}`)).status).toBe(204);
  expect((await scimCall(simulator, "DELETE", `/Users/${id}`)).status).toBe(404);
  expect((await scimCall(simulator, "GET", `/Users/${id}`)).status).toBe(404);
  expect((await patch("nobody", { op: "replace", path: "title", value: "x" })).status).toBe(404);
});

test("active false removes", async () => {
  await start();
  const { id } = simulator.workspace.add({ userName: "ada@example.com" });
  const answer = await patch(id, { op: "Replace", path: "active", value: false });
  expect(answer).toMatchObject({ status: 200, body: { active: false } });
  expect(simulator.workspace.member(id)).toBeUndefined();
});

test("the one name field follows its parts, and the parts follow it", async () => {
  await start();
  const { id } = simulator.workspace.add({ userName: "ada@example.com", name: { formatted: "Ada Byron" } });
  const byParts = await patch(id, { op: "replace", value: { name: { familyName: "King" } } });
  expect(byParts.body.name).toEqual({ givenName: "Ada", familyName: "King", formatted: "Ada King" });
  const whole = await patch(id, { op: "replace", path: "name.formatted", value: "Ada of Lovelace" });
  expect(whole.body.name).toEqual({
    formatted: "Ada of Lovelace",
    givenName: "Ada of",
    familyName: "Lovelace",
  });
  expect(whole.body.displayName).toBe("Ada of Lovelace");
});

test("a remove takes an attribute away, by path alone", async () => {
  await start();
  const { id } = simulator.workspace.add({ userName: "ada@example.com", title: "x", department: "R&D" });
  await patch(id, { op: "remove", path: "title" }, { op: "remove", path: `${ENTERPRISE}:department` });
  expect(simulator.workspace.member(id)).not.toHaveProperty("title", "x");
  expect(simulator.workspace.member(id)?.department).toBeUndefined();
  expect(await patch(id, { op: "Remove" })).toMatchObject({ status: 400, body: { scimType: "noTarget" } });
});

test("an e-mail of another account is a 500 in Notion's style, by PATCH and by PUT", async () => {
  await start();
  const { id } = simulator.workspace.add({ userName: "ada@example.com" });
  simulator.workspace.addAccount({ userName: "taken@example.com" });
  const emails = [{ value: "taken@example.com", primary: true }];
  const answers = [
    await patch(id, { op: "replace", path: "userName", value: "Taken@example.com" }),
    await patch(id, { op: "replace", value: { emails } }),
    await scimCall(simulator, "PUT", `/Users/${id}`, { body: newUser("taken@example.com") }),
  ];
  for (const { status, body } of answers) {
    expect(status).toBe(500);
    expect(body).toMatchObject({ code: "internal_server_error", status: 500 });
  }
  expect(simulator.workspace.member(id)?.userName).toBe("ada@example.com");
});

test("a new userName is the new primary e-mail, secondary addresses stay", async () => {
  await start();
  const { id } = simulator.workspace.add({
    userName: "ada@example.com",
    emails: [
      { value: "ada@example.com", primary: true },
      { value: "other@example.net", primary: false },
    ],
  });
  const { body } = await patch(id, { op: "replace", value: { userName: "ada.king@example.com" } });
  expect(body).toMatchObject({
    userName: "ada.king@example.com",
    emails: [
      { value: "ada.king@example.com", primary: true },
      { value: "other@example.net", primary: false },
    ],
  });
});

test("a profile change outside the verified domains answers 200 and changes nothing, a role change does", async () => {
  await start();
  const { id } = simulator.workspace.add({ userName: "eve@example.org", title: "old" });
  const { status, body } = await patch(
    id,
    { op: "replace", path: "title", value: "new" },
    { op: "replace", path: `${NOTION}:role`, value: "restricted_member" },
  );
  expect(status).toBe(200);
  expect(body).toMatchObject({ title: "old", [NOTION]: { role: "restricted_member" } });
  const moved = await patch(id, { op: "replace", path: "userName", value: "eve@example.com" });
  expect(moved).toMatchObject({ status: 200, body: { userName: "eve@example.org" } });
});

test("PUT leaves the role alone and drops what it does not name", async () => {
  await start();
  const { id } = simulator.workspace.add({
    userName: "ada@example.com",
    role: "membership_admin",
    title: "x",
  });
  const { body } = await scimCall(simulator, "PUT", `/Users/${id}`, {
    body: newUser("ada@example.com", { locale: "en" }),
  });
  expect(body).toMatchObject({ locale: "en", [NOTION]: { role: "membership_admin" } });
  expect(body).not.toHaveProperty("title");
});

test.each([
  ["no schemas", { userName: "a@example.com" }, "invalidSyntax"],
  ["no userName", { schemas: ["x"] }, "invalidValue"],
  ["not an e-mail", newUser("ada"), "invalidValue"],
  ["a title that is no text", newUser("a@example.com", { title: 7 }), "invalidValue"],
  ["an unknown role", newUser("a@example.com", { [NOTION]: { role: "king" } }), "invalidValue"],
  ["no JSON", "{", "invalidSyntax"],
])("creating with %s is a 400 that creates nobody", async (_, body, scimType) => {
  await start();
  const answer = await scimCall(simulator, "POST", "/Users", { body });
  expect(answer).toMatchObject({ status: 400, body: { scimType } });
  expect(simulator.workspace.members).toHaveLength(0);
});

test("JSON and SCIM JSON are read, another content type is a 415", async () => {
  await start();
  const send = (contentType: string, userName: string) =>
    scimCall(simulator, "POST", "/Users", { body: newUser(userName), contentType });
  expect((await send("application/json; charset=utf-8", "a@example.com")).status).toBe(201);
  expect((await send("text/plain", "b@example.com")).status).toBe(415);
});

test("a PATCH can't reach the prototype of anything", async () => {
  await start();
  const { id } = simulator.workspace.add({ userName: "ada@example.com" });
  expect((await patch(id, { op: "add", path: "__proto__.polluted", value: 1 })).status).toBe(400);
  expect({}).not.toHaveProperty("polluted");
});

test.each([
  ["by path", { op: "replace", path: "id", value: "another" }],
  ["by path with the schema's URN", { op: "add", path: `${CORE}:id`, value: "another" }],
  ["by value", { op: "replace", value: { id: "another" } }],
  ["by taking it away", { op: "remove", path: "id" }],
  ["below meta", { op: "replace", path: "meta.created", value: "1" }],
])(
  "what the server alone sets can't be changed %s: 400 mutability, and nothing else is done",
  async (_, operation) => {
    await start();
    const { id } = simulator.workspace.add({ userName: "ada@example.com", title: "old" });
    const answer = await patch(id, { op: "replace", path: "title", value: "new" }, operation);
    expect(answer).toMatchObject({ status: 400, body: { scimType: "mutability" } });
    expect(simulator.workspace.member(id)?.title).toBe("old");
  },
);

test("an id that is sent along as it is changes nothing and is in nobody's way", async () => {
  await start();
  const { id } = simulator.workspace.add({ userName: "ada@example.com" });
  const { status, body } = await patch(id, { op: "replace", value: { id, title: "new" } });
  expect(status).toBe(200);
  expect(body).toMatchObject({ id, title: "new" });
});

test.each([
  'emails[type eq "work"].value',
  'emails[type eq "work"]',
  'phoneNumbers[type eq "work"].value',
  'phoneNumbers[type eq "work"]',
])("a replace of %s that nothing matches is a 400 noTarget and makes nothing", async (path) => {
  await start();
  const { id } = simulator.workspace.add({ userName: "ada@example.com" });
  const answer = await patch(id, { op: "replace", path, value: "new@example.com" });
  expect(answer).toMatchObject({ status: 400, body: { scimType: "noTarget" } });
  expect(simulator.workspace.member(id)?.emails).toEqual([{ value: "ada@example.com", primary: true }]);
  expect(simulator.workspace.member(id)?.phoneNumbers).toBeUndefined();
});

test("attribute names and URNs are understood in any case, by POST and by PUT", async () => {
  await start();
  const { status, body } = await scimCall(simulator, "POST", "/Users", {
    body: {
      SCHEMAS: [CORE.toUpperCase()],
      USERNAME: "ada@example.com",
      Name: { GIVENNAME: "Ada", familyname: "Byron" },
      [NOTION.toUpperCase()]: { Role: "owner" },
      [ENTERPRISE.toLowerCase()]: { CostCenter: "7" },
    },
  });
  expect(status).toBe(201);
  expect(body).toMatchObject({
    name: { givenName: "Ada", familyName: "Byron" },
    [NOTION]: { role: "owner" },
    [ENTERPRISE]: { costCenter: "7" },
  });
  const replaced = await scimCall(simulator, "PUT", `/Users/${body.id}`, {
    body: { schemas: [CORE], username: "ada@example.com", Title: "Countess" },
  });
  expect(replaced.body).toMatchObject({ userName: "ada@example.com", title: "Countess" });
});

test.each([
  ["a value", { op: "replace", value: { TITLE: "new" } }, { title: "new" }],
  ["a path", { OP: "REPLACE", PATH: "Title", Value: "new" }, { title: "new" }],
  ["a URN's path", { op: "replace", path: `${CORE.toUpperCase()}:TITLE`, value: "new" }, { title: "new" }],
  [
    "a sub-attribute",
    { op: "replace", path: "NAME.FamilyName", value: "King" },
    { name: { familyName: "King" } },
  ],
  [
    "the role's path",
    { op: "replace", path: `${NOTION.toLowerCase()}:ROLE`, value: "owner" },
    { role: "owner" },
  ],
  [
    "the role's URN",
    { op: "replace", value: { [NOTION.toUpperCase()]: { ROLE: "owner" } } },
    { role: "owner" },
  ],
  [
    "a filter",
    { op: "replace", path: 'PhoneNumbers[TYPE EQ "Work"].VALUE', value: "+44 2" },
    { phoneNumbers: [{ type: "Work", value: "+44 2" }] },
  ],
])("a PATCH is understood with %s in another case", async (_, operation, changed) => {
  await start();
  const { id } = simulator.workspace.add({
    userName: "ada@example.com",
    name: { formatted: "Ada Byron" },
    phoneNumbers: [{ type: "Work", value: "+44 1" }],
  });
  const body = { Schemas: ["URN:ietf:params:scim:api:messages:2.0:patchop"], operations: [operation] };
  expect((await scimCall(simulator, "PATCH", `/Users/${id}`, { body })).status).toBe(200);
  expect(simulator.workspace.member(id)).toMatchObject(changed);
});

test("an attribute that stands twice in a body, in two cases, is a 400", async () => {
  await start();
  const answer = await create("ada@example.com", { title: "one", TITLE: "two" });
  expect(answer).toMatchObject({ status: 400, body: { scimType: "invalidSyntax" } });
  expect(simulator.workspace.members).toHaveLength(0);
});
