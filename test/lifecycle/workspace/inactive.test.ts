import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { pageBody, reply, type Served, serve, userBody } from "../../scim/connect";
import { type Simulator, startSimulator } from "../../simulator/index.mts";
import { Stack, workspace } from "./stack";

// Servers that show whom they add as inactive, and have no other way than a log-in to make them active.

let simulator: Simulator;
let server: Served;
let stack: Stack;
const people = new Map<string, Record<string, unknown>>();

const ADA = "ada@example.com";
const program = (title?: string) => [workspace("acme", { [ADA]: title === undefined ? {} : { title } })];
const options = () => ({ env: { NOTION_SCIM_BASE_URL: server.baseUrl, NOTION_SCIM_TOKEN: server.token } });
const patches = () => server.requests.filter(({ method }) => method === "PATCH");

beforeEach(async () => {
  people.clear();
  simulator = await startSimulator({ seed: { members: 1 } });
  stack = new Stack(simulator);
  server = await serve((response, _, { method, url, body }) => {
    const id = /\/Users\/([^?]+)/.exec(url)?.[1];
    if (method === "POST") {
      people.set("a1", userBody("a1", { ...JSON.parse(body), active: false }));
      return reply(response, 201, people.get("a1") ?? {});
    }
    if (id === undefined) return reply(response, 200, pageBody([...people.values()]));
    const known = people.get(id);
    if (method === "PATCH") {
      const { active: _, ...changes } = JSON.parse(body).Operations[0]?.value ?? {};
      Object.assign(known ?? {}, changes);
    }
    return reply(response, known === undefined ? 404 : 200, known ?? {});
  });
});
afterEach(() => simulator.close());

describe("somebody whom Notion adds as inactive and cannot make active", () => {
  test("is asked for once: no later run fails, plans anything or blames anybody", async () => {
    const added = await stack.up(program(), options());
    expect(added.errors).toEqual([]);
    expect(added.lines.join("\n")).toContain(`${ADA} was added, and Notion shows the account as inactive`);
    const asked = patches().length;
    for (const refresh of [false, true, false]) {
      const { words, lines, errors } = await stack.up(program(), { ...options(), refresh });
      expect(errors).toEqual([]);
      expect([...words, ...lines].join("\n")).not.toMatch(/deactivated|activat/);
    }
    expect(patches()).toHaveLength(asked);
  });

  test("is managed as anybody, also under a changed row", async () => {
    await stack.up(program(), options());
    expect((await stack.up(program("Head"), options())).errors).toEqual([]);
    const { words } = await stack.preview(program("Head"), { ...options(), refresh: true });
    expect(words.join("\n")).toContain("nothing to change");
    expect((await stack.up(program(), options())).errors).toEqual([]);
    expect((await stack.preview(program(), options())).words.join("\n")).toContain("nothing to change");
  });

  test("and becomes active later is deactivated by somebody if they are not so again", async () => {
    await stack.up(program(), options());
    Object.assign(people.get("a1") ?? {}, { active: true });
    await stack.refresh(options());
    expect(stack.workspace().people[ADA]).toEqual({});
    Object.assign(people.get("a1") ?? {}, { active: false });
    const { words } = await stack.preview(program(), { ...options(), refresh: true });
    expect(words).toContain(`~ ${ADA}: deactivated → active`);
  });
});
