import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { readSettings } from "../../provider/config";
import { createRole } from "../../provider/lifecycle/role";
import { RunRegistry } from "../../provider/lifecycle/run-registry";
import { openSession, type Session } from "../../provider/lifecycle/session";
import type { UserOutputs } from "../../provider/state/user";
import { QUICK, until } from "../scim/connect";
import { type Simulator, startSimulator } from "../simulator/index.mts";
import { NOW } from "./run";
import { createUser, deleteUser, readUser } from "./user-calls";
import { Stack, user } from "./workspace/stack";

/** A stack of three people, and a token that is of another workspace. */
let other: Simulator;
const STATE = ["id-1", "id-2", "id-3"];

beforeEach(async () => {
  other = await startSimulator({ seed: { members: 5 } });
  return () => other.close();
});

function inOther(
  state: readonly string[],
  env: Record<string, string> = {},
  registry = new RunRegistry(),
): Session {
  for (const id of state) registry.stateIds.add(id);
  const settings = readSettings({
    env: {
      NOTION_SCIM_TOKEN: other.token,
      NOTION_SCIM_BASE_URL: other.baseUrl,
      NOTION_TOKEN_OWNER: "unknown",
      ...env,
    },
    config: () => undefined,
  });
  const session = openSession(settings, registry, () => {}, { retry: QUICK });
  onTestFinished(() => session.client.close());
  return session;
}

const writes = () => Object.keys(other.requests.counts).filter((key) => !key.startsWith("GET "));

describe("with a token of another workspace", () => {
  test("nobody is called gone by a refresh, and the error says what to look at", async () => {
    const session = inOther(STATE);
    const reads = await Promise.allSettled(
      STATE.map((id) => readUser(session, id, { userName: `${id}@example.com` })),
    );
    for (const read of reads) {
      expect(read.status).toBe("rejected");
      const { message } = (read as PromiseRejectedResult).reason as Error;
      expect(message).toContain("none of the 3 people looked up is in this workspace");
      expect(message).toContain("NOTION_SCIM_TOKEN and NOTION_SCIM_BASE_URL");
      expect(message).toContain("NOTION_OTHER_WORKSPACE=accept");
      expect(message).not.toContain(other.token);
    }
  });

  test("nobody is invited, removed or promoted", async () => {
    await expect(createUser(inOther(STATE), { userName: "new@example.com" })).rejects.toThrow(
      "another workspace",
    );
    await expect(
      deleteUser(inOther(STATE), "id-1", {
        userName: "a@example.com",
        active: true,
        adopted: false,
        name: {},
      } as UserOutputs),
    ).rejects.toThrow("another workspace");
    const member = other.workspace.member("member.004@example.com")?.id ?? "";
    await expect(createRole(inOther(STATE), { userId: member, role: "owner" }, NOW)).rejects.toThrow(
      "another workspace",
    );
    expect(writes()).toEqual([]);
  });

  test.each([{}, { title: "Lead" }])(
    "nobody is adopted, with %j declared: nothing of them reaches the state",
    async (more) => {
      const taken = createUser(inOther(STATE), { userName: "member.004@example.com", ...more });
      const error = await taken.then(
        () => new Error("was adopted"),
        (reason: Error) => reason,
      );
      expect(error).not.toHaveProperty("properties");
      expect(error.message).toContain("another workspace");
      const id = other.workspace.member("member.004@example.com")?.id ?? "";
      await expect(createRole(inOther(STATE), { userId: id, role: "member" }, NOW)).rejects.toThrow(
        "another workspace",
      );
      expect(writes()).toEqual([]);
    },
  );

  test("who is asked for first is not called gone before the engine had time to ask for others", async () => {
    const registry = new RunRegistry();
    registry.stateIds.add("id-1");
    const session = inOther(["id-1"], {}, registry);
    const read = readUser(session, "id-1", { userName: "a@example.com" });
    await until(() => other.requests.count("GET /Users/{id}") === 1);
    await session.client.user("id-1");
    registry.stateIds.add("id-2");
    await expect(read).rejects.toThrow("another workspace");
  });

  test("nobody is invited where the engine hands over the newcomer before anybody of the state", async () => {
    const own = await startSimulator({ seed: { members: 9 } });
    onTestFinished(() => own.close());
    const stack = new Stack(own);
    const [ada, bea, dora] = ["ada", "bea", "dora"].map((name) => user(name, `${name}@example.com`));
    await stack.up([...(ada ?? []), ...(bea ?? [])]);
    const env = { NOTION_SCIM_BASE_URL: other.baseUrl, NOTION_SCIM_TOKEN: other.token };
    const program = [...(dora ?? []), ...(ada ?? []), ...(bea ?? [])];
    const { errors } = await stack.up(program, { env, preview: false });
    expect(errors.join()).toContain("another workspace");
    expect(writes()).toEqual([]);
  });

  test("it goes on where it is said to be meant", async () => {
    const session = inOther(STATE, { NOTION_OTHER_WORKSPACE: "accept" });
    expect(await readUser(session, "id-1", { userName: "a@example.com" })).toEqual({ id: "" });
  });

  test("a state of one person says nothing: they may have left", async () => {
    expect(await readUser(inOther(["id-1"]), "id-1", { userName: "a@example.com" })).toEqual({ id: "" });
  });
});

test("in the right workspace somebody who is found proves it, and one read is all that an addition costs for it", async () => {
  const there = other.workspace.members.map(({ id }) => id);
  await createUser(inOther(there), { userName: "new@example.com" });
  expect(other.requests.counts).toMatchObject({ "POST /Users": 1 });
  expect(other.requests.count("GET /Users/{id}")).toBeLessThanOrEqual(2);
});

test("a variable that hides another value of the configuration is named, and neither value is", () => {
  const { covered } = readSettings({
    env: { NOTION_SCIM_TOKEN: "stray-token-of-another" },
    config: (key) => (key === "notion:scimToken" ? "own-token-of-this-one" : undefined),
  });
  expect(covered).toEqual([
    "NOTION_SCIM_TOKEN is used in place of notion:scimToken of the stack, which is another value.",
  ]);
  const same = readSettings({ env: { NOTION_SCIM_TOKEN: "own-token-of-this-one" }, config: () => undefined });
  expect(same.covered).toEqual([]);
});
