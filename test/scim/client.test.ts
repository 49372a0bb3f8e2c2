import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ENTERPRISE_SCHEMA } from "../../provider/model/attributes";
import { NOTION_SCHEMA, roleOf } from "../../provider/model/record";
import { createReader, type ScimReader } from "../../provider/scim/client";
import {
  ConflictError,
  MalformedAnswerError,
  NotFoundError,
  RefusedError,
  UnavailableError,
} from "../../provider/scim/errors";
import { type Simulator, startSimulator } from "../simulator/index.mts";
import {
  connection,
  failure,
  pageBody,
  reader,
  reply,
  serve,
  serveAlways,
  userBody,
  withRole,
  writer,
} from "./connect";

const ADA = "ada@example.com";

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 3, groups: 2 } });
});
afterEach(() => simulator.close());

const addAda = (more: object = {}) => simulator.workspace.add({ userName: ADA, ...more });
const bodies = () => simulator.requests.entries.map((entry) => entry.body);

describe("a member by id", () => {
  test("is read with role, name and enterprise attributes", async () => {
    const { id } = addAda({ name: { formatted: "Ada L" }, role: "owner", department: "Engines" });
    const user = await reader(simulator).user(id);
    expect(user).toMatchObject({ id, userName: ADA, active: true, name: { formatted: "Ada L" } });
    expect(user?.[ENTERPRISE_SCHEMA]?.department).toBe("Engines");
    expect(user && roleOf(user)).toBe("owner");
    expect(simulator.requests.counts).toEqual({ "GET /Users/{id}": 1 });
  });

  test("is undefined when there is none, once the address is known to be that of a SCIM API", async () => {
    const client = reader(simulator);
    expect(await client.user("nobody")).toBeUndefined();
    expect(simulator.requests.entries).toMatchObject([
      { path: "/Users/nobody", status: 404 },
      { path: "/Users", query: { count: "1" }, status: 200 },
    ]);
    expect(await client.user("nobody else")).toBeUndefined();
    expect(simulator.requests.count()).toBe(3);
  });

  test.each(["/scim/v1", "/v1", "/"])("is not gone because the base address is %s", async (path) => {
    const { id } = addAda();
    const wrong = { token: simulator.token, baseUrl: new URL(path, simulator.baseUrl).href };
    for (const call of [
      () => reader(wrong).user(id),
      () => writer(wrong).deleteUser(id, ADA),
      () => reader(wrong).group("any"),
    ]) {
      const error = await failure(call());
      expect(error).toBeInstanceOf(NotFoundError);
      expect(error.message).toContain("Check that the base address is that of a SCIM API");
    }
  });

  test.each(["unauthorized", "forbidden", "server_error", "bad_gateway", "html_ok", "wrong_shape"] as const)(
    "is never taken for gone because of %s",
    async (name) => {
      const { id } = addAda();
      simulator.faults.add({ name, times: "always" });
      await failure(reader(simulator).user(id));
      expect(simulator.faults.fired(name)).toBeGreaterThan(0);
    },
  );

  test.each([
    ["text/html", "<html><title>Not here</title></html>"],
    ["application/scim+json", "<!DOCTYPE html>"],
    ["text/plain", "404 page not found"],
  ])("is not gone because a page says so with status 404 (%s, %s)", async (type, page) => {
    const server = await serve((response, seen) =>
      seen === 1
        ? reply(response, 200, userBody("u1"))
        : reply(response, 404, page, { "content-type": type }),
    );
    const client = reader(server);
    await client.user("u1");
    const error = await failure(client.user("u2", ADA));
    expect(error).toBeInstanceOf(MalformedAnswerError);
    expect(error.message).toContain(`Could not read ${ADA}: Notion answered 404 with `);
  });

  test("is read though it lacks the extension, parts of the name, or has a role that nobody knew of", async () => {
    const bare = addAda({ role: null });
    simulator.workspace.add({ userName: "eve@example.com", role: "temporary_member" });
    const client = reader(simulator);
    const ada = await client.user(bare.id);
    expect(ada && roleOf(ada)).toBeUndefined();
    const eve = await client.findUser("eve@example.com");
    expect(eve && roleOf(eve)).toBe("temporary_member");
  });

  test("is read though a server sends null wherever it can and keys that nobody knows", async () => {
    const nulls = {
      name: null,
      emails: null,
      active: null,
      title: null,
      [NOTION_SCHEMA]: null,
      photos: [{}],
    };
    const server = await serveAlways(200, userBody("u1", nulls));
    const user = await reader(server).user("u1");
    expect(user).toMatchObject({ id: "u1", userName: "u1@example.com", name: null });
    expect(user).not.toHaveProperty("photos");
    expect(user && roleOf(user)).toBeUndefined();
  });
});

describe("an id stays one path segment", () => {
  test.each([
    ["a/b", "/scim/v2/Users/a%2Fb"],
    ["../Groups/1", "/scim/v2/Users/..%2FGroups%2F1"],
    ["a?count=1", "/scim/v2/Users/a%3Fcount%3D1"],
    ["a#b", "/scim/v2/Users/a%23b"],
    ["a b%2F", "/scim/v2/Users/a%20b%252F"],
    ["...", "/scim/v2/Users/..."],
    ["a\\..\\b\r\nX: y", "/scim/v2/Users/a%5C..%5Cb%0D%0AX%3A%20y"],
  ])("%j", async (id, path) => {
    const server = await serveAlways(404, {});
    const client = writer(server);
    await failure(client.user(id));
    await failure(client.deleteUser(id, "someone"));
    await expect(client.patchUser(id, { title: "x" }, "change someone")).rejects.toThrow(NotFoundError);
    await failure(client.group(id));
    const urls = server.requests.flatMap(({ url }) => (url.includes("/Users?") ? [] : [url]));
    expect(urls).toEqual([path, path, path, path, path.replace("/Users/", "/Groups/")]);
  });

  test.each(["", ".", "..", "\ud800"])("and %j, which is none, is never sent", async (id) => {
    const server = await serveAlways(200, userBody("u1"));
    const client = writer(server);
    for (const asked of [
      client.user(id),
      client.group(id),
      client.deleteUser(id, "someone"),
      client.patchUser(id, { title: "x" }, "change someone"),
    ]) {
      expect((await failure(asked)).message).toContain("that is no id");
    }
    expect(server.requests).toEqual([]);
  });
});

describe("a member by e-mail", () => {
  test.each([ADA, "ADA@Example.COM"])("is found in any case: %s", async (email) => {
    const { id } = addAda();
    expect((await reader(simulator).findUser(email))?.id).toBe(id);
    expect(simulator.requests.entries[0]?.query).toEqual({ filter: `email eq "${ADA}"` });
    expect(simulator.requests.count()).toBe(1);
  });

  test("is found when the server itself answers in another case", async () => {
    const server = await serveAlways(200, pageBody([userBody("u1", { userName: "Ada@Example.Com" })]));
    expect((await reader(server).findUser(ADA))?.id).toBe("u1");
  });

  test("is undefined when there is none", async () => {
    expect(await reader(simulator).findUser("nobody@example.com")).toBeUndefined();
  });

  test.each(["o'neill@example.com", "ada+notion@example.com", "a&b=c#d@example.com", "a%40b@example.com"])(
    "is found by an address with special characters: %s",
    async (userName) => {
      const { id } = simulator.workspace.add({ userName });
      expect((await reader(simulator).findUser(userName))?.id).toBe(id);
    },
  );

  test.each(['"ada"@example.com', "a\\b@example.com", 'x" or userName eq "member.001@example.com'])(
    "is asked for as one quoted value, whatever the address holds: %s",
    async (userName) => {
      const server = await serveAlways(200, pageBody([]));
      expect(await reader(server).findUser(userName)).toBeUndefined();
      const [request] = server.requests;
      const filter = new URL(request?.url ?? "", server.origin).searchParams.get("filter") ?? "";
      expect(JSON.parse(filter.replace(/^email eq /, ""))).toBe(userName.toLowerCase());
    },
  );

  test("is not someone else, though a server that ignores filters returns everybody", async () => {
    const server = await serveAlways(200, pageBody([userBody("u1"), userBody("u2")]));
    expect(await reader(server).findUser(ADA)).toBeUndefined();
    expect((await reader(server).findUser("u2@example.com"))?.id).toBe("u2");
  });

  test("is not called absent when only a part of what matched has been returned", async () => {
    const server = await serveAlways(200, pageBody([userBody("u1")], 300));
    expect((await failure(reader(server).findUser(ADA))).message).toMatch(/1 of 300/);
  });

  test("that is only a secondary address of a member is a conflict that names the member", async () => {
    simulator.workspace.add({
      userName: "grace@example.com",
      emails: [
        { value: "grace@example.com", primary: true },
        { value: "hopper@example.com", primary: false },
      ],
    });
    const error = await failure(reader(simulator).findUser("Hopper@example.com"));
    expect(error).toBeInstanceOf(ConflictError);
    expect(error.message).toBe(
      "Could not look up Hopper@example.com: it is a secondary address of the member grace@example.com. " +
        "Declare grace@example.com instead.",
    );
  });
});

describe("the listing of members", () => {
  test.each([
    [1, 1],
    [99, 1],
    [100, 1],
    [101, 2],
    [200, 2],
    [300, 3],
  ])("of %i is whole after %i requests", async (members, pages) => {
    simulator.seed({ members });
    const listing = await reader(simulator).listUsers();
    expect(listing).toMatchObject({ total: members, incomplete: undefined });
    expect(listing.entries.map(({ id }) => id).sort()).toEqual(
      simulator.workspace.members.map(({ id }) => id).sort(),
    );
    expect(simulator.requests.counts).toEqual({ "GET /Users": pages });
  });

  test("of nobody is not believed, though the status is 200: the token's owner is a member", async () => {
    simulator.faults.add({ name: "empty_list", times: "always" });
    const listing = await reader(simulator).listUsers();
    expect(listing).toMatchObject({ entries: [], total: 0 });
    expect(listing.incomplete).toContain("no members, although the token's owner is one");
  });

  test("goes on from a first page that was read before, without reading it twice", async () => {
    simulator.seed({ members: 250 });
    const client = reader(simulator);
    const first = await client.usersPage();
    expect(first).toMatchObject({ totalResults: 250 });
    expect(first.Resources).toHaveLength(100);
    expect((await client.listUsers(first)).entries).toHaveLength(250);
    expect(simulator.requests.entries.map(({ query }) => query.startIndex).sort()).toEqual([
      "1",
      "101",
      "201",
    ]);
  });

  test("never claims to be complete while members are missing, in whatever order pages come", async () => {
    simulator.seed({ members: 250 });
    simulator.configure({ order: "moving" });
    const listing = await reader(simulator).listUsers();
    expect(listing.entries.length < 250).toBe(listing.incomplete !== undefined);
    expect(listing.incomplete).toMatch(/came twice/);
    expect(simulator.requests.count()).toBe(9);
  });

  test.each([
    ["shrinking_list", 249],
    ["growing_list", 251],
    ["moved_page", 250],
    ["duplicate_entry", 250],
    ["empty_page", 250],
  ] as const)("is read again and whole when a page meets %s once", async (name, members) => {
    simulator.seed({ members: 250 });
    simulator.faults.add({ name, after: name === "empty_page" ? 1 : 0 });
    const listing = await reader(simulator).listUsers();
    expect(simulator.faults.pending).toEqual([]);
    expect(listing).toMatchObject({ total: members, incomplete: undefined });
    expect(new Set(listing.entries.map(({ id }) => id)).size).toBe(members);
    // Two passes of three; a list that shrank is asked for its end once more.
    expect(simulator.requests.count()).toBe(name === "shrinking_list" ? 7 : 6);
  });

  test("is whole when every page is shorter than what was asked for", async () => {
    simulator.seed({ members: 250 });
    simulator.configure({ maxPageSize: 30 });
    const listing = await reader(simulator).listUsers();
    expect(listing.incomplete).toBeUndefined();
    expect(new Set(listing.entries.map(({ id }) => id)).size).toBe(250);
    expect(simulator.requests.count()).toBe(9);
  });

  test("is whole when one page in the middle comes short", async () => {
    simulator.seed({ members: 250 });
    simulator.faults.add({ name: "short_page", after: 1, count: 20 });
    const listing = await reader(simulator).listUsers();
    expect(listing).toMatchObject({ total: 250, incomplete: undefined });
    expect(listing.entries).toHaveLength(250);
    expect(simulator.requests.count()).toBe(4);
  });

  test.each([
    ["duplicate_entry", "came twice"],
    ["empty_page", "were announced and"],
    ["growing_list", "changed from"],
  ] as const)("that meets %s each time says that it is not complete", async (name, reason) => {
    simulator.seed({ members: 250 });
    simulator.faults.add({ name, times: "always" });
    const listing = await reader(simulator).listUsers();
    expect(listing.incomplete).toContain(reason);
    expect(new Set(listing.entries.map(({ id }) => id)).size).toBe(listing.entries.length);
  });

  test("fails as a whole when one page fails, rather than being short", async () => {
    simulator.seed({ members: 250 });
    simulator.faults.add({ name: "forbidden", after: 1, times: "always" });
    await expect(reader(simulator).listUsers()).rejects.toThrow(RefusedError);
  });

  test("fails at once on a total that no workspace has, instead of asking for millions of pages", async () => {
    const server = await serveAlways(200, pageBody([userBody("u1")], Number.MAX_SAFE_INTEGER));
    await expect(reader(server).listUsers()).rejects.toThrow(MalformedAnswerError);
    expect(server.requests).toHaveLength(1);
  });
});

describe("one odd entry", () => {
  const bob = userBody("u2");

  test.each<[string, Record<string, unknown>, named: string, why: string]>([
    ["a userName of null", { id: "u1", userName: null, displayName: "Ada L" }, "Ada L (u1)", "at userName"],
    ["no userName", { id: "u1", emails: [{ value: ADA }] }, `${ADA} (u1)`, "at userName"],
    ["active in a word", userBody("u1", { active: "suspended" }), "u1@example.com (u1)", "at active"],
    ["a title in a number", userBody("u1", { title: 7 }), "u1@example.com (u1)", "at title"],
    ["no id", { userName: ADA }, `${ADA} (without an id)`, "at id"],
  ])("(%s) is named once and why, and the others are listed", async (_, odd, named, why) => {
    const lines: string[] = [];
    const server = await serveAlways(200, pageBody([odd, bob]));
    const client = reader(server, { log: (line) => lines.push(line) });
    // A run of a few people may read no more than a first page.
    await client.usersPage();
    expect(lines).toHaveLength(1);
    const listing = await client.listUsers();
    await client.listUsers();
    expect(listing).toMatchObject({ entries: [{ id: "u2" }], total: 2, incomplete: undefined });
    expect(listing.unreadable).toHaveLength(1);
    expect(lines).toEqual([expect.stringContaining(`Notion's entry of ${named} cannot be read (${why}`)]);
  });

  test.each([
    ["true", true],
    ["True", true],
    ["FALSE", false],
    ["false", false],
  ])("is none that says active: %j", async (active, meant) => {
    const server = await serveAlways(200, pageBody([userBody("u1", { active })]));
    expect((await reader(server).listUsers()).entries).toMatchObject([{ id: "u1", active: meant }]);
  });

  test("that is looked up is an error that names it, never somebody who is not there", async () => {
    const server = await serveAlways(200, pageBody([{ id: "u1", userName: null, emails: [{ value: ADA }] }]));
    const error = await failure(reader(server).findUser(ADA));
    expect(error).toBeInstanceOf(MalformedAnswerError);
    expect(error.message).toContain(`Notion's entry of ${ADA} (u1) cannot be read (at userName`);
  });
});

test("groups are read by id and listed with their members; an empty list of groups is fine", async () => {
  const client = reader(simulator);
  const [group] = simulator.workspace.groups;
  const listing = await client.listGroups();
  expect(listing).toMatchObject({ total: 2, incomplete: undefined });
  expect(listing.entries[0]).toMatchObject({ id: group?.id, name: "Group 01", complete: true });
  expect(listing.entries[0]?.members.map(({ id }) => id)).toEqual(group?.members);
  expect((await client.group(group?.id ?? ""))?.name).toBe("Group 01");
  expect(await client.group("nothing")).toBeUndefined();
  simulator.seed({ members: 1 });
  expect(await client.listGroups()).toMatchObject({ entries: [], total: 0, incomplete: undefined });
});

test("groups beyond one page are all listed", async () => {
  simulator.seed({ members: 130, groups: 130 });
  const listing = await reader(simulator).listGroups();
  expect(listing).toMatchObject({ total: 130, incomplete: undefined });
  expect(new Set(listing.entries.map(({ id }) => id)).size).toBe(130);
});

test("what the server offers can be read", async () => {
  const offered = await reader(simulator).serviceProviderConfig();
  expect(offered).toMatchObject({ patch: { supported: true }, bulk: { supported: false } });
});

describe("adding a member", () => {
  test("is one POST that carries profile and role, and gives the member with the id", async () => {
    const user = await writer(simulator).createUser({
      userName: ADA,
      name: { formatted: "Ada L" },
      title: "Countess",
      [ENTERPRISE_SCHEMA]: { department: "Engines" },
      ...withRole("restricted_member"),
    });
    expect(user).toMatchObject({ userName: ADA, title: "Countess" });
    expect(roleOf(user)).toBe("restricted_member");
    expect(simulator.workspace.member(ADA)).toMatchObject({ id: user.id, department: "Engines" });
    expect(simulator.requests.counts).toEqual({ "POST /Users": 1 });
  });

  test("of an existing member is a conflict that says who", async () => {
    addAda();
    const error = await failure(writer(simulator).createUser({ userName: ADA }));
    expect(error).toBeInstanceOf(ConflictError);
    expect(error).toMatchObject({
      status: 409,
      scimType: "uniqueness",
      doing: `add ${ADA} to the workspace`,
    });
    expect(simulator.requests.count()).toBe(1);
  });
});

describe("changing a member", () => {
  const change = (attributes: Parameters<ReturnType<typeof writer>["patchUser"]>[1], id = addAda().id) =>
    writer(simulator).patchUser(id, attributes, `change ${ADA}`);

  test("is one PATCH in the form that connectors use, and gives the member as they are then", async () => {
    const user = await change({ title: "Countess", ...withRole("owner") });
    expect(user.title).toBe("Countess");
    expect(roleOf(user)).toBe("owner");
    expect(bodies()).toEqual([
      {
        schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        Operations: [{ op: "replace", value: { title: "Countess", ...withRole("owner") } }],
      },
    ]);
  });

  test("leaves alone what is not named", async () => {
    const { id } = addAda({
      title: "Countess",
      department: "Engines",
      name: { givenName: "Ada", familyName: "L" },
    });
    await change({ name: { familyName: "King" } }, id);
    expect(simulator.workspace.member(id)).toMatchObject({
      title: "Countess",
      department: "Engines",
      name: { givenName: "Ada", familyName: "King" },
    });
  });

  test("falls back on the path form when the server understands only that, and nothing else is sent", async () => {
    simulator.configure({ patchForms: "path" });
    expect(roleOf(await change(withRole("membership_admin")))).toBe("membership_admin");
    expect(simulator.workspace.member(ADA)?.role).toBe("membership_admin");
    expect(simulator.requests.entries.map(({ method, status }) => [method, status])).toEqual([
      ["PATCH", 400],
      ["PATCH", 200],
    ]);
    expect(bodies()[1]).toMatchObject({
      Operations: [{ op: "replace", path: `${NOTION_SCHEMA}:role`, value: "membership_admin" }],
    });
  });

  test("that both forms are refused for reports what was wrong with the usual one", async () => {
    const server = await serve((response, seen) => reply(response, 400, { detail: `reason ${seen}` }));
    const error = await failure(writer(server).patchUser("u1", { title: "x" }, "change u1"));
    expect(error).toBeInstanceOf(RefusedError);
    expect(error.message).toContain("reason 1");
    expect(server.requests).toHaveLength(2);
  });

  test.each([
    [503, UnavailableError],
    [409, ConflictError],
    [404, NotFoundError],
  ])(
    "that the path form then meets %i with reports that, not the refusal of the usual form",
    async (status, type) => {
      const server = await serve((response, seen) => reply(response, seen === 1 ? 400 : status));
      await expect(writer(server).patchUser("u1", { title: "x" }, "change u1")).rejects.toThrow(type);
    },
  );

  test.each([401, 404, 409])("that is refused with %i is not tried in the other form", async (status) => {
    const server = await serveAlways(status, {});
    await failure(writer(server).patchUser("u1", { title: "x" }, "change u1"));
    expect(server.requests).toHaveLength(1);
  });

  test.each(["setting", "fault"])("answered by 204 is read back (%s)", async (how) => {
    const { id } = addAda();
    if (how === "setting") simulator.configure({ patchAnswer: "empty" });
    else simulator.faults.add({ name: "no_content" });
    expect((await change({ title: "Countess" }, id)).title).toBe("Countess");
    expect(simulator.requests.counts).toEqual({ "PATCH /Users/{id}": 1, "GET /Users/{id}": 1 });
  });

  test("answered by 200 without a body is read back too", async () => {
    const server = await serve((response, _, { method }) =>
      reply(response, 200, method === "PATCH" ? "" : userBody("u1", { title: "Countess" })),
    );
    const user = await writer(server).patchUser("u1", { title: "Countess" }, "change u1");
    expect(user.title).toBe("Countess");
  });

  test("answered by 204 for someone who is gone by then is an error that says so", async () => {
    const server = await serve((response, _, { method }) => reply(response, method === "PATCH" ? 204 : 404));
    const error = await failure(writer(server).patchUser("u1", { title: "x" }, "change u1"));
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error.message).toBe("Could not change u1: the member is gone since. Run `pulumi refresh`.");
  });

  test("that the server ignores in either form shows in the member that comes back", async () => {
    const { id } = simulator.workspace.add({ userName: "eve@elsewhere.example", title: "Spy" });
    expect((await change({ title: "Mole" }, id)).title).toBe("Spy");
    expect(simulator.requests.counts).toEqual({ "PATCH /Users/{id}": 2, "GET /Users/{id}": 2 });
  });

  test("to an e-mail of another account is a conflict, sent once, though the status is 500", async () => {
    const { id } = addAda();
    const error = await failure(change({ userName: "member.001@example.com" }, id));
    expect(error).toBeInstanceOf(ConflictError);
    expect(error).toMatchObject({ status: 500 });
    expect(error.message).toContain("belongs to another account");
    expect(simulator.requests.counts).toEqual({ "PATCH /Users/{id}": 1 });
  });

  test("to an e-mail of another account is a conflict on a server that wants the path form", async () => {
    const server = await serve((response, seen) => reply(response, seen === 1 ? 400 : 500));
    const client = writer(server);
    await expect(client.patchUser("u1", { userName: ADA }, "change u1")).rejects.toThrow(ConflictError);
    expect(server.requests).toHaveLength(2);
  });
});

describe("a reader", () => {
  test("has no method that writes, neither by its type nor in fact", () => {
    const client: ScimReader = reader(simulator);
    // @ts-expect-error a reader cannot add
    expect(client.createUser).toBeUndefined();
    // @ts-expect-error a reader cannot change
    expect(client.patchUser).toBeUndefined();
    // @ts-expect-error a reader cannot remove
    expect(client.deleteUser).toBeUndefined();
  });

  test("sends GET alone, whichever of its methods is called", async () => {
    const client = reader(simulator);
    const id = addAda().id;
    await Promise.all([
      client.serviceProviderConfig(),
      client.user(id),
      client.findUser(ADA),
      client.usersPage(),
      client.listUsers(),
      client.group("none"),
      client.listGroups(),
    ]);
    expect(simulator.requests.count()).toBe(7);
    expect(simulator.requests.entries.every(({ method }) => method === "GET")).toBe(true);
    expect(simulator.requests.entries.every(({ authorization }) => authorization === "valid")).toBe(true);
  });
});

test("a client that was closed ends its requests with an error and sends nothing", async () => {
  const client = createReader(connection(simulator));
  await client.usersPage();
  await client.close();
  await expect(client.usersPage()).rejects.toThrow(UnavailableError);
  expect(simulator.requests.count()).toBe(1);
});
