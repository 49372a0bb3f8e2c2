import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type DirectoryOptions, MemberDirectory } from "../../provider/directory/member-directory";
import { MAX_AGE_MS } from "../../provider/directory/memory";
import { NOTION_SCHEMA, roleOf, type User } from "../../provider/model/record";
import type { ScimReader } from "../../provider/scim/client";
import { MalformedAnswerError, RefusedError, UnavailableError } from "../../provider/scim/errors";
import { failure, ONCE, reader, reply, serve, until, userBody, writer } from "../scim/connect";
import { type Filtering, otherServer, people } from "../scim/other-server";
import { type Simulator, startSimulator } from "../simulator/index.mts";

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 3 } });
});
afterEach(() => simulator.close());

/** A roster over the wire, with a clock that the test moves. */
function rosterOf(options: DirectoryOptions & { client?: ScimReader } = {}) {
  const clock = { now: 1_000_000 };
  const lines: string[] = [];
  const client = options.client ?? reader(simulator);
  const directory = new MemberDirectory(client, { now: () => clock.now, log: (line) => lines.push(line) });
  return { roster: directory, clock, lines, client };
}

const count = (key?: string) => simulator.requests.count(key);
const counts = () => simulator.requests.counts;
const ids = () => simulator.workspace.members.map(({ id }) => id);
const idOf = (index: number) => ids().at(index) ?? "";
const nameOf = (index: number) => simulator.workspace.members.at(index)?.userName ?? "";

/** Members spread over the whole workspace, the last one among them. */
function spread(wanted: number): string[] {
  const all = ids();
  return Array.from(
    { length: wanted },
    (_, index) => all[Math.floor(((index + 1) * all.length) / wanted) - 1] ?? "",
  );
}

/** As the engine does it: so many at a time, the next as soon as one is done. */
async function atATime<T>(
  parallel: number,
  wanted: readonly string[],
  ask: (id: string) => Promise<T>,
): Promise<T[]> {
  const answers: T[] = [];
  let next = 0;
  const work = async () => {
    while (next < wanted.length) {
      const index = next;
      next += 1;
      answers[index] = await ask(wanted[index] ?? "");
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  return answers;
}

const found = (users: (User | undefined)[]) => users.map((user) => user?.id);

describe("a member", () => {
  test("asked for alone costs one request, and nothing when asked for again", async () => {
    simulator.seed({ members: 1000 });
    const { roster: directory } = rosterOf();
    expect((await directory.member(idOf(700)))?.id).toBe(idOf(700));
    expect(counts()).toEqual({ "GET /Users/{id}": 1 });
    await directory.member(idOf(700));
    await directory.find(nameOf(700).toUpperCase());
    expect(count()).toBe(1);
  });

  test("asked for alone by e-mail costs one request, and is then known by id too", async () => {
    const { roster: directory } = rosterOf();
    expect((await directory.find(nameOf(1).toUpperCase()))?.id).toBe(idOf(1));
    expect((await directory.member(idOf(1)))?.userName).toBe(nameOf(1));
    expect(counts()).toEqual({ "GET /Users": 1 });
  });

  test("asked for by many at once is one request that all share", async () => {
    const { roster: directory } = rosterOf();
    const users = await Promise.all(Array.from({ length: 50 }, () => directory.member(idOf(2))));
    expect(new Set(found(users))).toEqual(new Set([idOf(2)]));
    expect(count()).toBe(1);
  });

  test("asked for while the request is under way shares it too", async () => {
    simulator.configure({ latencyMs: 50 });
    const { roster: directory } = rosterOf();
    const first = directory.member(idOf(2));
    await until(() => count() > 0);
    expect(found(await Promise.all([first, directory.member(idOf(2))]))).toEqual([idOf(2), idOf(2)]);
    expect(count()).toBe(1);
  });

  test("who is not there is undefined, by id and by e-mail, and is not asked for twice by id", async () => {
    const { roster: directory } = rosterOf();
    expect(await directory.member("nobody")).toBeUndefined();
    expect(await directory.member("nobody")).toBeUndefined();
    expect(counts()).toEqual({ "GET /Users/{id}": 1, "GET /Users": 1 });
    expect(await rosterOf().roster.find("nobody@example.com")).toBeUndefined();
  });
});

describe("the requests that reads cost, M members in the workspace", () => {
  test("three at once find out how large the workspace is; on its first page all are there", async () => {
    simulator.seed({ members: 1000 });
    const { roster: directory } = rosterOf();
    const asked = [directory.member(idOf(3)), directory.find(nameOf(4)), directory.member(idOf(5))];
    expect(found(await Promise.all(asked))).toEqual([idOf(3), idOf(4), idOf(5)]);
    expect(counts()).toEqual({ "GET /Users": 1 });
  });

  describe("M = 10,000", () => {
    // Seeding as many one by one would take longer than all of the rest.
    const many = () => {
      simulator.seed({ members: 1 });
      const { data } = simulator.workspace;
      const [first] = data.people;
      if (first === undefined) throw new Error("nobody was seeded");
      const people = Array.from({ length: 10_000 }, (_, index) => {
        const userName = `member.${index}@example.com`;
        return { ...first, id: `id-${index}`, userName, emails: [{ value: userName, primary: true }] };
      });
      simulator.workspace.load({ ...data, people, tokens: [{ token: simulator.token }] });
    };

    test.each([1, 2, 3, 8, 20, 40, 49])("%i members and their roles: at most 2k + 1", async (k) => {
      many();
      const wanted = spread(k);
      const { roster: directory } = rosterOf();
      const users = await atATime(8, wanted, async (id) => {
        await directory.member(id);
        return directory.member(id);
      });
      expect(found(users)).toEqual(wanted);
      expect(count()).toBeLessThanOrEqual(k === 1 ? 1 : 2 * k + 1);
      expect(count()).toBeLessThanOrEqual(k + 1);
    });

    test.each([3, 40])("%i members all at once, or one by one: at most 2k + 1", async (k) => {
      many();
      const wanted = spread(k);
      expect(found(await Promise.all(wanted.map((id) => rosterOf().roster.member(id))))).toEqual(wanted);
      simulator.requests.clear();
      const together = rosterOf().roster;
      expect(found(await Promise.all(wanted.map((id) => together.member(id))))).toEqual(wanted);
      expect(count()).toBeLessThanOrEqual(2 * k + 1);
      simulator.requests.clear();
      const { roster: directory } = rosterOf();
      expect(found(await atATime(1, wanted, (id) => directory.member(id)))).toEqual(wanted);
      expect(count()).toBeLessThanOrEqual(2 * k + 1);
    });
  });

  describe.each([250, 1000])("M = %i", (members) => {
    const pages = members / 100;

    test.each([members / 50, members / 10, members])(
      "%i of them, 8 at a time: at most the pages and 2",
      async (n) => {
        simulator.seed({ members });
        const wanted = spread(n);
        const { roster: directory } = rosterOf();
        expect(found(await atATime(8, wanted, (id) => directory.member(id)))).toEqual(wanted);
        expect(count()).toBeLessThanOrEqual(Math.ceil(pages) + 2);
      },
    );

    test("all of them at once: the pages alone", async () => {
      simulator.seed({ members });
      const { roster: directory } = rosterOf();
      expect(found(await Promise.all(ids().map((id) => directory.member(id))))).toEqual(ids());
      expect(counts()).toEqual({ "GET /Users": Math.ceil(pages) });
    });

    test.each([members / 50, members])(
      "%i of them, one at a time: at most twice the pages and 2",
      async (n) => {
        simulator.seed({ members });
        const wanted = spread(n).reverse();
        const { roster: directory } = rosterOf();
        expect(found(await atATime(1, wanted, (id) => directory.member(id)))).toEqual(wanted);
        expect(count()).toBeLessThanOrEqual(2 * Math.ceil(pages) + 2);
      },
    );

    test("half by id and half by e-mail, 8 at a time: at most the pages and 2", async () => {
      simulator.seed({ members });
      const wanted = simulator.workspace.members.map(({ id, userName }, index) =>
        index % 2 === 0 ? id : userName,
      );
      const { roster: directory } = rosterOf();
      const users = await atATime(8, wanted, (key) =>
        key.includes("@") ? directory.find(key) : directory.member(key),
      );
      expect(found(users)).toEqual(ids());
      expect(count()).toBeLessThanOrEqual(Math.ceil(pages) + 2);
    });

    test("looking up as many e-mails that nobody has: at most the pages and 2", async () => {
      simulator.seed({ members });
      const { roster: directory } = rosterOf();
      const wanted = Array.from({ length: members / 10 }, (_, index) => `new.${index}@example.com`);
      expect(found(await atATime(8, wanted, (email) => directory.find(email)))).toEqual(
        wanted.map(() => undefined),
      );
      expect(count()).toBeLessThanOrEqual(Math.ceil(pages) + 2);
    });
  });
});

describe("who is missing from the listing", () => {
  test("is confirmed by a request for just that id before being called gone", async () => {
    simulator.seed({ members: 150 });
    const wanted = ids();
    const gone = wanted[120] ?? "";
    simulator.workspace.remove(gone);
    const { roster: directory } = rosterOf();
    const users = await Promise.all(wanted.map((id) => directory.member(id)));
    expect(found(users)).toEqual(wanted.map((id) => (id === gone ? undefined : id)));
    expect(counts()).toEqual({ "GET /Users": 2, "GET /Users/{id}": 1 });
    expect(simulator.requests.entries.at(-1)).toMatchObject({ path: `/Users/${gone}`, status: 404 });
  });

  test("and is there after all when asked for singly is a member", async () => {
    simulator.seed({ members: 150 });
    const wanted = ids();
    const late = wanted[149] ?? "";
    simulator.workspace.remove(late);
    const { roster: directory } = rosterOf();
    await Promise.all(wanted.slice(0, 149).map((id) => directory.member(id)));
    simulator.workspace.join(simulator.workspace.person(late) ?? never(), "owner");
    const user = await directory.member(late);
    expect(user && roleOf(user)).toBe("owner");
  });

  test.each(["unauthorized", "forbidden", "server_error", "hang_before"] as const)(
    "is not called gone because the request for them meets %s",
    async (name) => {
      simulator.seed({ members: 150 });
      // Only what hangs is to meet it, also on a busy machine.
      const timeouts = name === "hang_before" ? { totalMs: 1000 } : {};
      const client = reader(simulator, { retry: ONCE, timeouts });
      const { roster: directory } = rosterOf({ client });
      simulator.faults.add({ name, path: "/Users/{id}", times: "always" });
      await Promise.all(spread(3).map((id) => directory.member(id)));
      expect(counts()).toEqual({ "GET /Users": 2 });
      await failure(directory.member("nobody"));
      simulator.faults.clear();
      expect(await directory.member("nobody")).toBeUndefined();
    },
  );

  test("by e-mail is not there: a complete listing proves it without another request", async () => {
    simulator.seed({ members: 150 });
    const { roster: directory } = rosterOf();
    await Promise.all(ids().map((id) => directory.member(id)));
    expect(await directory.find("nobody@example.com")).toBeUndefined();
    expect((await directory.find(nameOf(130)))?.id).toBe(idOf(130));
    expect(counts()).toEqual({ "GET /Users": 2 });
  });
});

describe("a listing that cannot be proven complete", () => {
  test.each(["empty_list", "empty_page", "duplicate_entry", "growing_list", "shrinking_list"] as const)(
    "calls nobody gone who is there (%s): whoever it lacks is asked for singly",
    async (name) => {
      simulator.seed({ members: 150 });
      simulator.faults.add({ name, filtered: false, times: "always" });
      const { roster: directory } = rosterOf();
      const wanted = simulator.workspace.members;
      const users = await Promise.all([
        ...wanted.map(({ id }) => directory.member(id)),
        ...wanted.map(({ userName }) => directory.find(userName)),
      ]);
      const there = new Set(ids());
      for (const [index, { id }] of [...wanted, ...wanted].entries()) {
        if (there.has(id)) expect(users[index]?.id).toBe(id);
      }
      expect(there.size).toBeGreaterThan(140);
    },
  );

  test("is told in one line, and is not read again for each call that follows", async () => {
    simulator.seed({ members: 150 });
    simulator.configure({ order: "moving" });
    const { roster: directory, lines } = rosterOf();
    const wanted = ids();
    expect(found(await atATime(8, wanted, (id) => directory.member(id)))).toEqual(wanted);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/could not be proven complete \(.+\); the rest is asked for singly/);
    expect(count("GET /Users")).toBeLessThanOrEqual(7);
  });

  test("proves no e-mail absent: it is looked up by itself", async () => {
    simulator.seed({ members: 150 });
    simulator.faults.add({ name: "duplicate_entry", filtered: false, times: "always" });
    const { roster: directory } = rosterOf();
    await Promise.all(ids().map((id) => directory.member(id)));
    simulator.requests.clear();
    expect(await directory.find("nobody@example.com")).toBeUndefined();
    expect(simulator.requests.entries.map(({ query }) => query.filter)).toEqual([
      'email eq "nobody@example.com"',
    ]);
  });
});

describe("what is known has an age", () => {
  test("and is asked for anew beyond it, one by one or as a listing", async () => {
    const { roster: directory, clock } = rosterOf();
    await directory.member(idOf(2));
    simulator.workspace.edit(idOf(2), { title: "New" });
    clock.now += MAX_AGE_MS;
    expect((await directory.member(idOf(2)))?.title).toBeUndefined();
    expect(count()).toBe(1);
    clock.now += 1;
    expect((await directory.member(idOf(2)))?.title).toBe("New");
    expect(count()).toBe(2);
  });

  test("that a listing has too: both who is in it and who is not", async () => {
    simulator.seed({ members: 150 });
    const { roster: directory, clock } = rosterOf();
    await Promise.all(ids().map((id) => directory.member(id)));
    expect(await directory.find("late@example.com")).toBeUndefined();
    const late = simulator.workspace.add({ userName: "late@example.com" });
    const left = idOf(140);
    simulator.workspace.remove(left);
    clock.now += MAX_AGE_MS + 1;
    const [lateNow, leftNow] = await Promise.all([
      directory.find("late@example.com"),
      directory.member(left),
    ]);
    expect(lateNow?.id).toBe(late.id);
    expect(leftNow).toBeUndefined();
  });

  test("counted from before the request, not from the answer", async () => {
    const server = await serve((response) => {
      clock.now += MAX_AGE_MS;
      reply(response, 200, { totalResults: 3, Resources: ["u1", "u2", "u3"].map((id) => userBody(id)) });
    });
    const { roster: directory, clock } = rosterOf({ client: reader(server) });
    const all = () => Promise.all(["u1", "u2", "u3"].map((id) => directory.member(id)));
    await all();
    clock.now += 1;
    await all();
    expect(server.requests).toHaveLength(2);
  });
});

describe("a write", () => {
  const changed = (index: number, title: string): User => ({
    id: idOf(index),
    userName: nameOf(index),
    title,
    [NOTION_SCHEMA]: { role: "owner" },
  });

  test("puts its answer where the next read finds it, by id and by e-mail, without a request", async () => {
    const { roster: directory } = rosterOf();
    directory.put(changed(1, "Written"));
    expect((await directory.member(idOf(1)))?.title).toBe("Written");
    expect((await directory.find(nameOf(1)))?.title).toBe("Written");
    expect(count()).toBe(0);
  });

  test("that removes makes them gone, by id and, in a complete listing, by e-mail", async () => {
    simulator.seed({ members: 150 });
    const { roster: directory } = rosterOf();
    await Promise.all(ids().map((id) => directory.member(id)));
    simulator.requests.clear();
    directory.drop(idOf(120));
    expect(await directory.member(idOf(120))).toBeUndefined();
    expect(await directory.find(nameOf(120))).toBeUndefined();
    expect(count()).toBe(0);
  });

  test("that removes does not make the e-mail unknown to Notion where nothing proves it", async () => {
    const { roster: directory, clock } = rosterOf();
    await directory.member(idOf(1));
    directory.drop(idOf(1));
    clock.now += 1;
    expect((await directory.find(nameOf(1)))?.id).toBe(idOf(1));
    expect(count()).toBe(2);
  });

  test("that adds someone is found after a listing that lacks them", async () => {
    simulator.seed({ members: 150 });
    const client = writer(simulator);
    const { roster: directory } = rosterOf({ client });
    await Promise.all(ids().map((id) => directory.member(id)));
    const user = await client.createUser({ userName: "ada@example.com" });
    directory.put(user);
    simulator.requests.clear();
    expect((await directory.find("Ada@example.com"))?.id).toBe(user.id);
    expect((await directory.member(user.id))?.userName).toBe("ada@example.com");
    expect(count()).toBe(0);
  });

  test("that changes an e-mail makes the old one free and the new one known", async () => {
    simulator.seed({ members: 150 });
    const { roster: directory } = rosterOf();
    await Promise.all(ids().map((id) => directory.member(id)));
    directory.put({ ...changed(5, "x"), userName: "renamed@example.com" });
    expect(await directory.find(nameOf(5))).toBeUndefined();
    expect((await directory.find("renamed@example.com"))?.id).toBe(idOf(5));
    expect(counts()).toEqual({ "GET /Users": 2 });
  });

  test("that ends during a listing wins over what the listing still says", async () => {
    simulator.seed({ members: 250 });
    simulator.configure({ latencyMs: 50 });
    const { roster: directory, clock } = rosterOf();
    const asked = [240, 241, 242].map((index) => directory.member(idOf(index)));
    await until(() => count() > 1);
    clock.now += 1;
    directory.put(changed(240, "Written"));
    directory.drop(idOf(241));
    const [first, second] = await Promise.all(asked);
    expect(first?.title).toBe("Written");
    expect(second).toBeUndefined();
    expect((await directory.member(idOf(240)))?.title).toBe("Written");
    expect(await directory.member(idOf(241))).toBeUndefined();
    expect(counts()).toEqual({ "GET /Users": 3 });
  });

  test("wins over a first page that was read before it, when the listing is read on", async () => {
    simulator.seed({ members: 2000 });
    const { roster: directory, clock, client } = rosterOf({ client: writer(simulator) });
    for (const index of [1700, 1800, 1900]) await directory.member(idOf(index));
    expect(count("GET /Users")).toBe(1);
    const old = nameOf(5);
    clock.now += 1000;
    simulator.workspace.edit(idOf(5), { userName: "renamed@example.com", emails: null });
    directory.put((await client.user(idOf(5))) ?? never());
    clock.now += 1000;
    await Promise.all(ids().map((id) => directory.member(id)));
    expect(await directory.find(old)).toBeUndefined();
    expect((await directory.member(idOf(5)))?.userName).toBe("renamed@example.com");
  });

  test("that ends during a single read wins over what the read still says", async () => {
    simulator.configure({ latencyMs: 50 });
    const { roster: directory, clock } = rosterOf();
    const asked = directory.member(idOf(1));
    await until(() => count() > 0);
    clock.now += 1;
    directory.put(changed(1, "Written"));
    await asked;
    expect((await directory.member(idOf(1)))?.title).toBe("Written");
    expect(count()).toBe(1);
  });

  test("that removes during a single read wins too", async () => {
    simulator.configure({ latencyMs: 50 });
    const { roster: directory, clock } = rosterOf();
    const asked = directory.member(idOf(1));
    await until(() => count() > 0);
    clock.now += 1;
    directory.drop(idOf(1));
    await asked;
    expect(await directory.member(idOf(1))).toBeUndefined();
    expect(count()).toBe(1);
  });

  test("that adds during the look-up that found nobody wins", async () => {
    simulator.configure({ latencyMs: 50 });
    const { roster: directory, clock } = rosterOf();
    const asked = directory.member("u-new");
    await until(() => count() > 0);
    clock.now += 1;
    directory.put({ id: "u-new", userName: "new@example.com" });
    await asked;
    expect((await directory.member("u-new"))?.userName).toBe("new@example.com");
  });
});

test("two members who swapped their e-mails since the last listing are both found by the new ones", async () => {
  simulator.seed({ members: 3 });
  const { roster: directory, clock } = rosterOf();
  const [one, two] = [nameOf(0), nameOf(1)];
  const both = async () => {
    const users = await Promise.all([directory.find(one), directory.find(two), directory.find(nameOf(2))]);
    return found(users.slice(0, 2));
  };
  expect(await both()).toEqual([idOf(0), idOf(1)]);
  simulator.workspace.edit(idOf(0), { userName: "between@example.com" });
  simulator.workspace.edit(idOf(1), { userName: one });
  simulator.workspace.edit(idOf(0), { userName: two });
  clock.now += MAX_AGE_MS + 1;
  expect(await both()).toEqual([idOf(1), idOf(0)]);
  expect(counts()).toEqual({ "GET /Users": 2 });
});

describe("a listing that fails", () => {
  test.each([
    ["on its first page", 0],
    ["on a later page", 1],
  ])("%s rejects everybody who waits for it, and a later call tries anew", async (_, after) => {
    simulator.seed({ members: 250 });
    simulator.faults.add({ name: "forbidden", path: "/Users", after });
    const { roster: directory } = rosterOf();
    const wanted = spread(5);
    const results = await Promise.allSettled(wanted.map((id) => directory.member(id)));
    const rejected = results.filter((result) => result.status === "rejected");
    expect(simulator.faults.fired("forbidden")).toBe(1);
    for (const { reason } of rejected) expect(reason).toBeInstanceOf(RefusedError);
    // Whoever stood on the first page has been answered from it.
    expect(rejected).toHaveLength(after === 0 ? 5 : 3);
    expect(found(await Promise.all(wanted.map((id) => directory.member(id))))).toEqual(wanted);
  });

  test("is not the end for calls that came while it was under way", async () => {
    simulator.seed({ members: 250 });
    simulator.configure({ latencyMs: 50 });
    simulator.faults.add({ name: "forbidden", path: "/Users" });
    const { roster: directory } = rosterOf();
    const early = Promise.allSettled([1, 2, 3].map((index) => directory.member(idOf(index))));
    await until(() => count() > 0);
    const later = directory.member(idOf(249));
    expect((await early).map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    expect((await later)?.id).toBe(idOf(249));
  });

  test("and a single read that fails rejects its callers alone, and is tried anew", async () => {
    const { roster: directory } = rosterOf({ client: reader(simulator, { retry: ONCE }) });
    simulator.faults.add({ name: "drop_before" });
    const [one, two] = [directory.member(idOf(1)), directory.member(idOf(1))];
    expect(await failure(one)).toBeInstanceOf(UnavailableError);
    expect(await failure(two)).toBeInstanceOf(UnavailableError);
    expect((await directory.member(idOf(1)))?.id).toBe(idOf(1));
    expect(count()).toBe(2);
  });
});

describe("whether another owner is left", () => {
  const besides = (...indexes: number[]) => new Set(indexes.map(idOf));

  test("is known without a request from an owner who was read, and else costs one listing", async () => {
    simulator.seed({ members: 250 });
    const { roster: directory } = rosterOf();
    await directory.member(idOf(1));
    expect(await directory.hasOwnerBesides(besides(0))).toBe(true);
    expect(count()).toBe(1);
    expect(await directory.hasOwnerBesides(besides(1))).toBe(true);
    expect(await directory.hasOwnerBesides(besides(0, 1))).toBe(false);
    expect(counts()).toEqual({ "GET /Users/{id}": 1, "GET /Users": 3 });
  });

  test("is denied once the other was removed or lowered", async () => {
    const { roster: directory } = rosterOf();
    expect(await directory.hasOwnerBesides(besides(0))).toBe(true);
    directory.put({ id: idOf(1), userName: nameOf(1), [NOTION_SCHEMA]: { role: "member" } });
    expect(await directory.hasOwnerBesides(besides(0))).toBe(false);
    expect(await directory.hasOwnerBesides(besides(1))).toBe(true);
    directory.drop(idOf(0));
    expect(await directory.hasOwnerBesides(besides(1))).toBe(false);
  });

  test("is denied where the others are deactivated: they cannot manage anything", async () => {
    simulator.workspace.edit(idOf(1), { active: false });
    const { roster: directory } = rosterOf();
    expect(await directory.hasOwnerBesides(besides(0))).toBe(false);
  });

  test("does not rely on what is too old", async () => {
    const { roster: directory, clock } = rosterOf();
    expect(await directory.hasOwnerBesides(besides(0))).toBe(true);
    simulator.workspace.edit(idOf(1), { role: "member" });
    clock.now += MAX_AGE_MS + 1;
    expect(await directory.hasOwnerBesides(besides(0))).toBe(false);
  });

  test("is an error, not a no, when the listing fails; asked again it is found out", async () => {
    const { roster: directory } = rosterOf();
    simulator.faults.add({ name: "forbidden" });
    await expect(directory.hasOwnerBesides(besides(0))).rejects.toThrow(RefusedError);
    expect(await directory.hasOwnerBesides(besides(0))).toBe(true);
    expect((await directory.member(idOf(2)))?.id).toBe(idOf(2));
  });
});

test("how large the workspace is costs one page, which reads that follow profit from", async () => {
  simulator.seed({ members: 250 });
  const { roster: directory } = rosterOf();
  expect(await directory.size()).toBe(250);
  expect(await directory.size()).toBe(250);
  expect((await directory.member(idOf(99)))?.id).toBe(idOf(99));
  expect(count()).toBe(1);
  await Promise.all(ids().map((id) => directory.member(id)));
  expect(counts()).toEqual({ "GET /Users": 3 });
});

function never(): never {
  throw new Error("not there");
}

describe("somebody who is asked for by e-mail on a server that is not Notion", () => {
  const ways: [Filtering, Filtering][] = [
    ["finds", 400],
    [400, "finds"],
    [400, 400],
    [403, 501],
    ["everybody", 400],
    ["everybody", "nobody"],
    ["everybody", "everybody"],
  ];

  test.each(ways)("is found, alone or as one of six (`email eq`: %s, `userName eq`: %s)", async (...how) => {
    for (const asked of [1, 6]) {
      // Not on the first page, and neither is anybody else who is asked for.
      const server = await otherServer(...how, people(30), 10);
      const { roster: directory } = rosterOf({ client: reader(server) });
      const names = Array.from({ length: asked }, (_, index) => `p${25 + index}@example.com`);
      const users = await Promise.all(names.map((name) => directory.find(name)));
      expect(users.map((user) => user?.userName)).toEqual(names);
    }
  });

  test.each(ways)("is absent, alone or with five others (%s, %s)", async (...how) => {
    for (const asked of [1, 6]) {
      const server = await otherServer(...how, people(30), 10);
      const { roster: directory } = rosterOf({ client: reader(server) });
      const names = Array.from({ length: asked }, (_, index) => `nobody.${index}@example.com`);
      expect(await Promise.all(names.map((name) => directory.find(name)))).toEqual(
        names.map(() => undefined),
      );
    }
  });

  test("is searched for by both attributes and at last in a listing that began after that was asked", async () => {
    const server = await otherServer("nobody", "nobody", people(30), 10);
    const { roster: directory, clock } = rosterOf({ client: reader(server) });
    expect(await directory.find("p25@example.com")).toBeUndefined();
    expect((await directory.search("p25@example.com"))?.id).toBe("u25");
    clock.now += 1;
    expect(await directory.search("nobody@example.com")).toBeUndefined();
    const listing = ["all", "all", "all"];
    expect(server.asked()).toEqual([
      "email",
      "email",
      "userName",
      ...listing,
      "email",
      "userName",
      ...listing,
    ]);
  });

  test("is in doubt when not even the listing is proven complete", async () => {
    const server = await otherServer(400, 400, people(30), 10);
    server.people.push(userBody("u1"));
    const { roster: directory } = rosterOf({ client: reader(server) });
    expect(await failure(directory.find("nobody@example.com"))).toBeInstanceOf(RefusedError);
  });
});

describe("somebody whose entry in the list cannot be read", () => {
  const odd = { id: "odd", userName: "odd@example.com", active: "suspended" };

  test.each(["member", "find"] as const)(
    "is an error that names them and why, alone or as one of six (%s)",
    async (how) => {
      const server = await otherServer("finds", "finds", [odd, ...people(20)]);
      for (const asked of [1, 6]) {
        const { roster: directory } = rosterOf({ client: reader(server) });
        const others = people(20).slice(0, asked - 1);
        const ask = (id: unknown, userName: unknown) =>
          how === "member" ? directory.member(`${id}`) : directory.find(`${userName}`);
        const [error, ...users] = await Promise.all([
          failure(ask(odd.id, odd.userName)),
          ...others.map(({ id, userName }) => ask(id, userName)),
        ]);
        expect(error).toBeInstanceOf(MalformedAnswerError);
        expect((error as Error).message).toContain("active");
        expect(found(users as User[])).toEqual(others.map(({ id }) => id));
      }
    },
  );

  test("does not keep the listing from being complete", async () => {
    const server = await otherServer("finds", "finds", [odd, ...people(20)]);
    const { roster: directory } = rosterOf({ client: reader(server) });
    const { people: listed, complete } = await directory.everybody();
    expect([listed.length, complete]).toEqual([20, true]);
    expect(await failure(directory.member("odd"))).toBeInstanceOf(MalformedAnswerError);
    expect(await failure(directory.find("odd@example.com"))).toBeInstanceOf(MalformedAnswerError);
    expect(await directory.find("nobody@example.com")).toBeUndefined();
    expect(server.requests).toHaveLength(1);
  });
});
