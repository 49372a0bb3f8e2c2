import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  ConflictError,
  NotFoundError,
  RateLimitedError,
  RefusedError,
  UnauthorizedError,
  UnavailableError,
} from "../../provider/scim/errors";
import { type FaultSpec, type Simulator, startSimulator } from "../simulator/index.mts";
import {
  failure,
  ONCE,
  QUICK,
  reader,
  reply,
  serve,
  serveAlways,
  until,
  userBody,
  withRole,
  writer,
} from "./connect";

const ADA = "ada@example.com";

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 12 } });
});
afterEach(() => simulator.close());

const POSTS = "POST /Users";
const count = (key?: string) => simulator.requests.count(key);
const someone = () => simulator.workspace.members[5]?.id ?? "";
/** Only a request that is never answered meets a time limit, and one that a busy machine does not. */
const patience = ({ name }: FaultSpec) => (name.startsWith("hang") ? { timeouts: { totalMs: 1000 } } : {});

describe("adding someone is never repeated blindly", () => {
  const create = (extra = {}) => writer(simulator, extra).createUser({ userName: ADA });

  test.each<FaultSpec>([
    { name: "server_error" },
    { name: "server_error", acted: true },
    { name: "bad_gateway" },
    { name: "unavailable" },
    { name: "gateway_timeout", acted: true },
    { name: "overloaded" },
    { name: "drop_before" },
    { name: "drop_after" },
    { name: "refuse_connection" },
    { name: "hang_before" },
    { name: "hang_after" },
  ])("after %o there is one POST, and an error that leaves open whether it acted", async (fault) => {
    simulator.faults.add(fault);
    const error = await failure(create(patience(fault)));
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error).toMatchObject({ mayHaveActed: true });
    expect(simulator.faults.pending).toEqual([]);
    expect(count(POSTS)).toBe(1);
    expect(count()).toBe(1);
  });

  test.each<FaultSpec>([
    { name: "rate_limited" },
    { name: "rate_limited", retryAfter: 0 },
    { name: "unavailable", retryAfter: 0 },
    { name: "overloaded", retryAfter: 0, retryAfterAs: "date" },
  ])("after %o, which says that nothing was done, it is sent again", async (fault) => {
    simulator.faults.add({ ...fault, times: 2 });
    expect((await create()).userName).toBe(ADA);
    expect(count(POSTS)).toBe(3);
  });

  test("while nobody listens it is tried again, and acts once", async () => {
    await simulator.goDown();
    const created = create({ retry: { attempts: 1000, minDelayMs: 5, maxDelayMs: 5 } });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await simulator.comeBack();
    expect((await created).userName).toBe(ADA);
    expect(count(POSTS)).toBe(1);
  });

  test.each<FaultSpec>([
    { name: "truncated_json" },
    { name: "wrong_shape" },
    { name: "html_ok", acted: true },
  ])("after %o there is one POST too", async (fault) => {
    simulator.faults.add({ ...fault, method: "POST" });
    expect(await failure(create())).toMatchObject({ mayHaveActed: true });
    expect(count(POSTS)).toBe(1);
    expect(simulator.workspace.member(ADA)).toBeDefined();
  });
});

describe("what leaves the same result however often it is sent is sent again", () => {
  const repeatable: FaultSpec[] = [
    { name: "server_error" },
    { name: "bad_gateway" },
    { name: "unavailable" },
    { name: "gateway_timeout" },
    { name: "overloaded" },
    { name: "rate_limited" },
    { name: "drop_before" },
    { name: "drop_after" },
    { name: "refuse_connection" },
    { name: "hang_after" },
  ];

  test.each(repeatable)("a read after %o", async (fault) => {
    simulator.faults.add({ ...fault, times: 2 });
    expect((await reader(simulator, patience(fault)).user(someone()))?.id).toBe(someone());
    expect(count()).toBe(3);
  });

  test.each(repeatable)("a change of role after %o", async (fault) => {
    simulator.faults.add({ ...fault, times: 2 });
    const id = someone();
    await writer(simulator, patience(fault)).patchUser(id, withRole("owner"), "change someone");
    expect(count("PATCH /Users/{id}")).toBe(3);
    expect(simulator.workspace.member(id)?.role).toBe("owner");
  });

  test.each(repeatable)("a removal after %o", async (fault) => {
    simulator.faults.add({ ...fault, times: 2 });
    const id = someone();
    await writer(simulator, patience(fault)).deleteUser(id, "someone");
    expect(count("DELETE /Users/{id}")).toBe(3);
    expect(simulator.workspace.member(id)).toBeUndefined();
  });

  test("but only so often, and then the last failure is told", async () => {
    simulator.faults.add({ name: "bad_gateway", times: 4 });
    const error = await failure(reader(simulator, { retry: { ...QUICK, attempts: 4 } }).user(someone()));
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.message).toContain("Notion answered 502");
    expect(count()).toBe(4);
  });

  test("and not once more where one attempt is asked for", async () => {
    simulator.faults.add({ name: "bad_gateway" });
    await failure(reader(simulator, { retry: ONCE }).user(someone()));
    expect(count()).toBe(1);
  });
});

describe("what would be refused again is sent once", () => {
  test.each([
    ["unauthorized", UnauthorizedError],
    ["forbidden", RefusedError],
    ["not_found", NotFoundError],
    ["conflict", ConflictError],
  ] as const)("%s", async (name, kind) => {
    simulator.faults.add({ name, times: "always" });
    const client = writer(simulator);
    await expect(client.createUser({ userName: ADA })).rejects.toThrow(kind);
    await expect(client.patchUser(someone(), { title: "x" }, "change someone")).rejects.toThrow(kind);
    if (name !== "not_found") {
      await expect(client.listUsers()).rejects.toThrow(kind);
      await expect(client.deleteUser(someone(), "someone")).rejects.toThrow(kind);
    }
    // What is forbidden may be so in one form of a PATCH alone.
    expect(count()).toBe({ not_found: 2, forbidden: 5 }[name as string] ?? 4);
  });

  test("a change of e-mail that meets 500, since the address belongs to someone else", async () => {
    simulator.faults.add({ name: "server_error", times: "always" });
    const changed = writer(simulator).patchUser(someone(), { userName: ADA }, "change someone");
    await expect(changed).rejects.toThrow(ConflictError);
    expect(count()).toBe(1);
  });

  test("but a change of e-mail that meets a gateway's error is sent again", async () => {
    simulator.faults.add({ name: "bad_gateway", times: 2 });
    const user = await writer(simulator).patchUser(someone(), { userName: ADA }, "change someone");
    expect(user.userName).toBe(ADA);
    expect(count()).toBe(3);
  });

  test("anything with a status that is none of SCIM's", async () => {
    const server = await serveAlways(501, {});
    await failure(reader(server).listUsers());
    expect(server.requests).toHaveLength(1);
  });
});

describe("a body that is refused as application/scim+json (415)", () => {
  const picky = () =>
    serve((response, _, { headers }) =>
      headers["content-type"] === "application/json"
        ? reply(response, 201, userBody("u1"))
        : reply(response, 415, { detail: "JSON, please." }),
    );

  test("is sent as application/json, and so is every other from then on", async () => {
    const server = await picky();
    const client = writer(server);
    await client.createUser({ userName: ADA });
    await client.createUser({ userName: ADA });
    expect(server.requests.map(({ headers }) => headers["content-type"])).toEqual([
      "application/scim+json",
      "application/json",
      "application/json",
    ]);
  });

  test("and as application/json too is an error that says so", async () => {
    const server = await serveAlways(415, { detail: "No JSON at all." });
    const error = await failure(writer(server).createUser({ userName: ADA }));
    expect(error).toBeInstanceOf(RefusedError);
    expect(error.message).toContain("No JSON at all.");
    expect(server.requests).toHaveLength(2);
  });

  test("does not hide what the second answer says", async () => {
    const server = await serve((response, seen) => reply(response, seen === 1 ? 415 : 409));
    await expect(writer(server).createUser({ userName: ADA })).rejects.toThrow(ConflictError);
  });
});

test("an error of the program itself is thrown as it is, at once", async () => {
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  const client = writer(simulator);
  const change = client.patchUser(someone(), { title: circular as unknown as string }, "change someone");
  expect(await failure(change)).toBeInstanceOf(Error);
  expect(count()).toBe(0);
});

describe("a Retry-After", () => {
  test.each([429, 503, 529])(
    "to one request (%i) holds back all of the process until it is over",
    async (status) => {
      const lines: string[] = [];
      const at: number[] = [];
      const server = await serve((response, seen) => {
        at.push(Date.now());
        if (seen === 1) reply(response, status, "", { "retry-after": "1" });
        else reply(response, 200, userBody("u1"));
      });
      const client = reader(server, { log: (line) => lines.push(line) });
      const first = client.user("u1");
      await until(() => lines.length > 0);
      const others = Array.from({ length: 5 }, () => client.user("u1"));
      await Promise.all([first, ...others]);
      expect(server.requests).toHaveLength(7);
      const [begun = 0] = at;
      // A timer may be a few milliseconds early on another clock.
      expect(at.filter((each) => each < begun + 990)).toHaveLength(1);
      expect(lines).toEqual([`Notion answered ${status}: all requests wait 1 s.`]);
    },
  );

  test.each(["rate_limited", "unavailable"] as const)(
    "of more than five minutes is not waited for: the run ends and says so (%s)",
    async (name) => {
      simulator.faults.add({ name, retryAfter: 301, times: "always" });
      const error = await failure(reader(simulator).listUsers());
      expect(error).toBeInstanceOf(name === "rate_limited" ? RateLimitedError : UnavailableError);
      expect(error.message).toContain("asking to wait (Retry-After: 301)");
      expect(count()).toBe(1);
      simulator.faults.clear();
      expect((await reader(simulator).listUsers()).total).toBe(12);
    },
  );

  test("of more than five minutes ends a POST too, and as a date", async () => {
    simulator.faults.add({ name: "rate_limited", retryAfter: 3600, retryAfterAs: "date", times: "always" });
    const error = await failure(writer(simulator).createUser({ userName: ADA }));
    expect(error).toBeInstanceOf(RateLimitedError);
    expect(error.message).toContain("GMT");
    expect(count()).toBe(1);
  });

  test.each([-86_400, 86_400])(
    "as a date does no harm when the clocks are %i s apart",
    async (clockSkewSeconds) => {
      simulator.faults.add({ name: "rate_limited", retryAfter: 0, retryAfterAs: "date", clockSkewSeconds });
      expect((await reader(simulator).listUsers()).total).toBe(12);
      expect(count()).toBe(2);
    },
  );

  test.each(["soon", "-5", "0.5", "", "NaN"])("that cannot be read (%j) is none", async (retryAfter) => {
    const server = await serve((response, seen) =>
      seen === 1
        ? reply(response, 429, "", { "retry-after": retryAfter })
        : reply(response, 200, userBody("u1")),
    );
    expect((await reader(server).user("u1"))?.id).toBe("u1");
    expect(server.requests).toHaveLength(2);
  });
});

test("a hundred additions end in one run, however often each is refused by 429, as long as some get through", async () => {
  const refusals = new Map<string, number>();
  const server = await serve((response, seen, { body }) => {
    const { userName } = JSON.parse(body);
    if (seen % 9 === 0) return reply(response, 201, userBody("u1", { userName }));
    refusals.set(userName, (refusals.get(userName) ?? 0) + 1);
    return reply(response, 429, "", { "retry-after": "0" });
  });
  const client = writer(server, { retry: { attempts: 6, minDelayMs: 1, maxDelayMs: 5 } });
  const names = Array.from({ length: 100 }, (_, index) => `new.${index}@example.com`);
  const added = await Promise.all(names.map((userName) => client.createUser({ userName })));
  expect(added.map(({ userName }) => userName)).toEqual(names);
  expect(Math.max(...refusals.values())).toBeGreaterThan(6);
  expect(server.requests).toHaveLength(900);
});

test("429 that never ends is a RateLimitedError that says how to keep under the limit", async () => {
  simulator.faults.add({ name: "rate_limited", times: "always" });
  const error = await failure(reader(simulator, { retry: { ...QUICK, maxStallMs: 50 } }).listUsers());
  expect(error).toBeInstanceOf(RateLimitedError);
  expect(error).toMatchObject({ status: 429, scimType: "rate_limited" });
  expect(error.message).toContain("notion:requestsPerSecond");
  expect(error.message).toContain("and nothing else for ");
  expect(count()).toBeGreaterThan(1);
});

describe("the pace, seen from the server", () => {
  const slowly = (milliseconds: number) =>
    serve((response) => {
      setTimeout(() => reply(response, 200, userBody("u1")), milliseconds);
    });
  const ask = (client: ReturnType<typeof reader>, times: number) =>
    Promise.all(Array.from({ length: times }, () => client.user("u1")));

  test.each([
    [undefined, 8],
    [1, 1],
    [3, 3],
  ])("with a concurrency of %s, at most %i requests are under way", async (concurrency, most) => {
    const server = await slowly(20);
    await ask(reader(server, { concurrency }), 24);
    expect(server.requests).toHaveLength(24);
    expect(server.mostAtOnce).toBe(most);
  });

  test("with requestsPerSecond, never more have begun than the rate allows since the first", async () => {
    const at: number[] = [];
    const server = await serve((response) => {
      at.push(Date.now());
      reply(response, 200, userBody("u1"));
    });
    const started = Date.now();
    await ask(reader(server, { requestsPerSecond: 50 }), 16);
    const allowed = at.map((each) => 1 + Math.floor((each - started + 10) / 20));
    at.forEach((_, index) => {
      expect(index + 1).toBeLessThanOrEqual(allowed[index] ?? 0);
    });
    expect(at).toHaveLength(16);
  });

  test("repeats count too: a failing request does not get round the rate", async () => {
    const at: number[] = [];
    const server = await serve((response) => {
      at.push(Date.now());
      reply(response, 500);
    });
    const started = Date.now();
    await failure(reader(server, { requestsPerSecond: 50, retry: { ...QUICK, attempts: 6 } }).user("u1"));
    expect(at).toHaveLength(6);
    expect((at.at(-1) ?? 0) - started).toBeGreaterThanOrEqual(90);
  });

  test("after a pause one request begins alone, though others ended well meanwhile", async () => {
    // Eight at once; the first is told to wait, the others end well in the pause.
    let paused = false;
    let underWay = 0;
    const after: number[] = [];
    const lines: string[] = [];
    const server = await serve((response, seen) => {
      if (seen === 1) {
        reply(response, 429, "", { "retry-after": "1" });
        return;
      }
      if (seen > 8) {
        underWay += 1;
        after.push(underWay);
      }
      const end = () => {
        if (seen > 8) underWay -= 1;
        reply(response, 200, userBody("u1"));
      };
      if (seen <= 8) void until(() => paused).then(end);
      else setTimeout(end, 20);
    });
    const log = (line: string) => {
      lines.push(line);
      paused = true;
    };
    await ask(reader(server, { log }), 100);
    expect(lines).toHaveLength(1);
    expect(server.requests).toHaveLength(101);
    expect(after.slice(0, 2)).toEqual([1, 1]);
    expect(Math.max(...after)).toBe(8);
  });

  test("keeps a listing and many reads going under a rate limit, without losing one", async () => {
    simulator.configure({ rateLimit: { requestsPerSecond: 10 } });
    const client = reader(simulator, { retry: { attempts: 6, minDelayMs: 10, maxDelayMs: 50 } });
    const ids = simulator.workspace.members.map(({ id }) => id);
    const users = await Promise.all([...ids, ...ids].map((id) => client.user(id)));
    expect(users.map((user) => user?.id)).toEqual([...ids, ...ids]);
    const refused = simulator.requests.entries.filter(({ status }) => status === 429).length;
    expect(count()).toBe(24 + refused);
    // No storm: each pause is asked for by those under way, not by all that wait.
    expect(refused).toBeLessThanOrEqual(16);
  });
});
