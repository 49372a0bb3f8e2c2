import { afterEach, beforeEach, expect, test } from "vitest";
import { FAULT_NAMES, type FaultSpec, type Simulator, startSimulator } from "./index.mts";
import { newUser, patchOp, scimCall } from "./scim-call.mts";

const NOTION = "urn:ietf:params:scim:schemas:extension:notion:2.0:User";

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 12 } });
});
afterEach(() => simulator.close());

const list = (query = "") => scimCall(simulator, "GET", `/Users${query}`);
const create = (userName = "new@example.com", signal?: AbortSignal) =>
  scimCall(simulator, "POST", "/Users", { body: newUser(userName), ...(signal ? { signal } : {}) });
const setTitle = (email: string, title: string) =>
  scimCall(simulator, "PATCH", `/Users/${simulator.workspace.member(email)?.id}`, {
    body: patchOp({ op: "replace", path: "title", value: title }),
  });
const ids = ({ body }: Awaited<ReturnType<typeof list>>) => body.Resources?.map(({ id }) => id) ?? [];

test("an unknown fault is an error that lists the names", () => {
  const add = () => simulator.faults.add({ name: "earthquake" } as unknown as FaultSpec);
  for (const name of FAULT_NAMES) expect(add).toThrow(name);
});

test.each([
  [{ name: "server_error", path: "/User/{id}" }, "/Users/{id}"],
  [{ name: "no_content", retryAfter: 3 }, "no_content has no retryAfter"],
  [{ name: "redirect" }, "redirect needs a location"],
  [{ name: "server_error", time: 2 }, "time"],
])("a script that could never mean anything is refused: %o", (spec, message) => {
  expect(() => simulator.faults.add(spec as unknown as FaultSpec)).toThrow(message);
});

test("a fault hits the requests it names, after so many, so often, and says how often it fired", async () => {
  const fault = simulator.faults.add({
    name: "server_error",
    method: "GET",
    path: "/Users",
    after: 1,
    times: 2,
  });
  expect((await create()).status).toBe(201);
  const statuses: number[] = [];
  for (let count = 0; count < 4; count += 1) statuses.push((await list()).status);
  expect(statuses).toEqual([200, 500, 500, 200]);
  expect(fault.fired).toBe(2);
  expect(simulator.faults.fired("server_error")).toBe(2);
  expect(simulator.faults.pending).toEqual([]);
  expect(simulator.requests.entries.filter((entry) => entry.fault === "server_error")).toHaveLength(2);
});

test("a fault can be for one person, or for filtered listings alone", async () => {
  const [first, second] = simulator.workspace.members;
  simulator.faults.add({ name: "not_found", path: `/Users/${second?.id}` });
  simulator.faults.add({ name: "empty_list", filtered: true });
  expect((await scimCall(simulator, "GET", `/Users/${first?.id}`)).status).toBe(200);
  expect((await scimCall(simulator, "GET", `/Users/${second?.id}`)).status).toBe(404);
  expect((await list()).body.totalResults).toBe(12);
  expect((await list(`?filter=${encodeURIComponent(`email eq "${first?.userName}"`)}`)).body).toMatchObject({
    totalResults: 0,
    Resources: [],
  });
});

test.each([
  ["refuse_connection", false],
  ["drop_before", false],
  ["drop_after", true],
] as const)("%s loses the answer; the server acted: %s", async (name, acted) => {
  simulator.faults.add({ name });
  await expect(create()).rejects.toThrow("fetch failed");
  expect(simulator.workspace.member("new@example.com") !== undefined).toBe(acted);
  expect(simulator.requests.entries[0]).toMatchObject({ status: 0, fault: name });
  expect((await list()).status).toBe(200);
});

test.each([
  ["hang_before", false],
  ["hang_after", true],
] as const)("%s never answers; the server acted: %s", async (name, acted) => {
  simulator.faults.add({ name });
  await expect(create("new@example.com", AbortSignal.timeout(150))).rejects.toThrow("timeout");
  expect(simulator.workspace.member("new@example.com") !== undefined).toBe(acted);
});

test("closing ends a request that hangs", async () => {
  simulator.faults.add({ name: "hang_before" });
  const hanging = expect(create()).rejects.toThrow("fetch failed");
  while (simulator.faults.fired() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await simulator.close();
  await hanging;
});

test("a simulator that is down refuses connections, and comes back on the same port with its data", async () => {
  await create();
  await simulator.goDown();
  await expect(list()).rejects.toHaveProperty("cause.code", "ECONNREFUSED");
  await simulator.comeBack();
  expect((await list()).body.totalResults).toBe(13);
});

test.each([
  ["unauthorized", 401, "application/scim+json"],
  ["forbidden", 403, "application/scim+json"],
  ["not_found", 404, "application/scim+json"],
  ["conflict", 409, "application/scim+json"],
  ["rate_limited", 429, "application/json"],
  ["server_error", 500, "application/json"],
  ["bad_gateway", 502, "text/html"],
  ["unavailable", 503, "text/html"],
  ["gateway_timeout", 504, "text/html"],
  ["overloaded", 529, "application/json"],
] as const)("%s answers %i as %s and does nothing", async (name, status, contentType) => {
  simulator.faults.add({ name });
  const answer = await create();
  expect(answer.status).toBe(status);
  expect(answer.headers.get("content-type")).toContain(contentType);
  expect(simulator.workspace.members).toHaveLength(12);
});

test("a gateway can give up after the server acted", async () => {
  simulator.faults.add({ name: "gateway_timeout", acted: true });
  expect((await create()).status).toBe(504);
  expect(simulator.workspace.members).toHaveLength(13);
});

test("Retry-After is absent, in seconds, or a date of a clock that may be wrong", async () => {
  simulator.faults.add({ name: "rate_limited" });
  simulator.faults.add({ name: "rate_limited", retryAfter: 7 });
  simulator.faults.add({ name: "unavailable", retryAfter: 7, retryAfterAs: "date", clockSkewSeconds: 3600 });
  expect((await list()).headers.get("retry-after")).toBeNull();
  expect((await list()).headers.get("retry-after")).toBe("7");
  const { headers } = await list();
  const [date, retryAfter] = [headers.get("date"), headers.get("retry-after")].map((text) =>
    Date.parse(text ?? ""),
  );
  expect((retryAfter ?? 0) - (date ?? 0)).toBe(7000);
  expect((date ?? 0) - Date.now()).toBeGreaterThan(3_590_000);
});

test("an answer cut short is no JSON, one of the wrong shape is", async () => {
  simulator.faults.add({ name: "truncated_json" });
  simulator.faults.add({ name: "wrong_shape", body: [1] });
  const cut = await list();
  expect(cut.status).toBe(200);
  expect(() => JSON.parse(cut.text)).toThrow();
  expect(cut.text).toContain("totalResults");
  expect((await list()).text).toBe("[1]");
});

test("a huge answer is 50 MB, and a client may leave in the middle of it", async () => {
  simulator.faults.add({ name: "huge_answer", times: 2 });
  expect((await list()).text.length).toBeGreaterThan(50 * 1024 * 1024);
  const response = await fetch(`${simulator.baseUrl}/Users`);
  await response.body?.cancel();
  expect((await list()).body.totalResults).toBe(12);
});

test("a redirect leads to another origin and nothing is done", async () => {
  simulator.faults.add({ name: "redirect", location: "http://localhost:1" });
  const answer = await create();
  expect(answer.status).toBe(307);
  expect(answer.headers.get("location")).toBe("http://localhost:1/scim/v2/Users");
  expect(simulator.workspace.members).toHaveLength(12);
});

test("a page of HTML, and an empty list, come with status 200", async () => {
  simulator.faults.add({ name: "html_ok" });
  simulator.faults.add({ name: "empty_list" });
  expect(await list()).toMatchObject({ status: 200, text: expect.stringContaining("<html>") });
  expect(await list()).toMatchObject({ status: 200, body: { totalResults: 0, Resources: [] } });
});

test("a shrinking list really loses a member between two pages, so another one is missed", async () => {
  simulator.faults.add({ name: "shrinking_list" });
  expect((await list("?count=100")).body.totalResults).toBe(12);
  expect(simulator.faults.fired()).toBe(0);
  const first = await list("?startIndex=1&count=6");
  const second = await list("?startIndex=7&count=6");
  expect(simulator.faults.fired()).toBe(1);
  expect(second.body.totalResults).toBe(11);
  const seen = new Set([...ids(first), ...ids(second)]);
  expect(simulator.workspace.members.filter(({ id }) => !seen.has(id))).toHaveLength(1);
});

test("a growing list repeats an entry", async () => {
  simulator.faults.add({ name: "growing_list", userName: "late@example.com" });
  const first = await list("?startIndex=1&count=6");
  const second = await list("?startIndex=7&count=6");
  expect(second.body.totalResults).toBe(13);
  expect(ids(second)[0]).toBe(ids(first)[5]);
  expect(simulator.workspace.member("late@example.com")).toBeDefined();
});

test("a duplicate entry is on two pages, and another is on none", async () => {
  simulator.faults.add({ name: "duplicate_entry" });
  const all = [await list("?startIndex=1&count=6"), await list("?startIndex=7&count=6")].flatMap(ids);
  expect(all).toHaveLength(12);
  expect(new Set(all).size).toBe(11);
});

test("a short page and an empty page leave the total as it is", async () => {
  simulator.faults.add({ name: "short_page", count: 2 });
  simulator.faults.add({ name: "empty_page" });
  expect((await list("?count=6")).body).toMatchObject({ totalResults: 12, itemsPerPage: 2 });
  expect((await list("?startIndex=3&count=6")).body).toMatchObject({ totalResults: 12, Resources: [] });
});

test("a moved page is one request's order alone", async () => {
  simulator.faults.add({ name: "moved_page" });
  const moved = ids(await list());
  const usual = ids(await list());
  expect(moved).not.toEqual(usual);
  expect([...moved].sort()).toEqual([...usual].sort());
});

test("an unknown role is shown and not stored", async () => {
  const email = "member.004@example.com";
  simulator.faults.add({ name: "unknown_role", userName: email });
  const entry = (await list()).body.Resources?.find(({ userName }) => userName === email);
  expect(entry?.[NOTION]).toEqual({ role: "temporary_member" });
  expect(simulator.workspace.member(email)?.role).toBe("member");
});

test("an ignored change answers 200 with the user as before; no content answers 204 and acts", async () => {
  const email = "member.004@example.com";
  simulator.faults.add({ name: "ignored_change" });
  simulator.faults.add({ name: "no_content" });
  const ignored = await setTitle(email, "first");
  expect(ignored).toMatchObject({ status: 200, body: { userName: email } });
  expect(simulator.workspace.member(email)?.title).toBeUndefined();
  expect(await setTitle(email, "second")).toMatchObject({ status: 204, text: "" });
  expect(simulator.workspace.member(email)?.title).toBe("second");
});
