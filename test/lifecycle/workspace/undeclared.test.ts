import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Undeclared } from "../../../provider/state/world";
import { type Simulator, startSimulator } from "../../simulator/index.mts";
import { type People, Stack, user, workspace } from "./stack";

let simulator: Simulator;
let stack: Stack;

const people: People = {
  "member.001@example.com": { role: "owner" },
  "member.002@example.com": { role: "owner" },
  "ada@example.com": { role: "member" },
};
const program = (undeclared: Undeclared, except: string[] = ["*@bots.example"]) => [
  workspace("acme", people, { undeclared, except }),
];
const roleOf = (email: string) => simulator.workspace.member(email)?.role ?? "left";
const writes = () => simulator.requests.entries.filter(({ method }) => method !== "GET");

beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 2 } });
  simulator.workspace.add({ userName: "sam@example.com", role: "member" });
  simulator.workspace.add({ userName: "build@bots.example", role: "member" });
  stack = new Stack(simulator);
  simulator.requests.clear();
});
afterEach(() => simulator.close());

test("ignore counts them after a refresh, and names and touches nobody", async () => {
  await stack.up(program("ignore"));
  const { words } = await stack.up(program("ignore"), { refresh: true });
  expect(words).toEqual([
    "3 people declared: nothing to change. 2 others are in the workspace and not declared.",
  ]);
  expect(JSON.stringify([...stack.state])).not.toContain("sam@example.com");
});

test("report names them, but for the excepted, and touches nobody", async () => {
  await stack.up(program("report"));
  const { words } = await stack.up(program("report"), { refresh: true });
  expect(words[0]).toBe("? sam@example.com is in the workspace as member and not declared");
  expect(words).toHaveLength(2);
  await stack.up(program("report"));
  expect(roleOf("sam@example.com")).toBe("member");
});

describe.each([
  ["restrict", "restricted_member", "becomes restricted_member (was member)"],
  ["remove", "left", "leaves (was member)"],
] as const)("%s", (mode, fate, words) => {
  const line = `- sam@example.com is not declared and ${words}`;

  test("finds them by the refresh of one run, shows them in a preview, and then the up does it", async () => {
    await stack.up(program(mode));
    await stack.refresh();
    expect(roleOf("sam@example.com")).toBe("member");
    const preview = await stack.preview(program(mode));
    expect(preview.words[0]).toBe(line);
    const { errors } = await stack.up(program(mode));
    expect(errors).toEqual([]);
    expect(roleOf("sam@example.com")).toBe(fate);
    expect(roleOf("build@bots.example")).toBe("member");
    expect(stack.workspace().others).toBe(mode === "remove" ? 1 : 2);
  });

  test("touches nobody whom only the refresh of the very same run has found; the next run does", async () => {
    await stack.up(program(mode));
    const first = await stack.up(program(mode), { refresh: true });
    expect(first.words[0]).toMatch(
      /^\? sam@example\.com is in the workspace as member and not declared; the next run /,
    );
    expect(roleOf("sam@example.com")).toBe("member");
    // Somebody who comes in between is left to the run after.
    simulator.workspace.add({ userName: "late@example.com", role: "member" });
    const second = await stack.up(program(mode), { refresh: true });
    expect(second.errors).toEqual([]);
    expect(second.words).toContain(line);
    expect([roleOf("sam@example.com"), roleOf("late@example.com")]).toEqual([fate, "member"]);
    await stack.up(program(mode));
    expect(roleOf("late@example.com")).toBe(fate);
  });

  test("is under the limits: many at once are refused with names", async () => {
    for (let index = 0; index < 7; index += 1)
      simulator.workspace.add({ userName: `guest${index}@example.com`, role: "member" });
    await stack.up(program(mode));
    await stack.refresh();
    simulator.requests.clear();
    const { errors } = await stack.up(program(mode));
    expect(errors.join()).toContain(`8 people would be ${mode === "remove" ? "removed" : "demoted"} at once`);
    expect(errors.join()).toContain("guest6@example.com");
    expect(simulator.requests.count()).toBe(0);
  });

  test("is refused beside a NotionUser, also where a transformation set it: nobody is touched", async () => {
    await stack.up([...program("report"), ...user("sam", "sam@example.com")]);
    await stack.refresh();
    const { errors } = await stack.up([...program("report"), ...user("sam", "sam@example.com")], {
      transform: (name, inputs) => (name === "acme" ? { ...inputs, undeclared: mode } : inputs),
    });
    expect(errors.join()).toContain(`undeclared: "${mode}", which acts on all unmanaged members`);
    expect(errors.join()).toContain("sam@example.com");
    expect(roleOf("sam@example.com")).toBe("member");
  });

  test("leaves somebody alone who holds more by now than the preview showed", async () => {
    await stack.up(program(mode));
    await stack.refresh();
    simulator.workspace.edit("sam@example.com", { role: "owner" });
    const { errors } = await stack.up(program(mode));
    expect(errors.join()).toContain(
      "sam@example.com stays in this run: they are owner now, no longer member",
    );
    expect(roleOf("sam@example.com")).toBe("owner");
  });

  test("adopts members who are declared by now", async () => {
    await stack.up(program(mode));
    await stack.refresh();
    const { words, errors } = await stack.up([
      workspace(
        "acme",
        { ...people, "sam@example.com": { role: "member" } },
        { undeclared: mode, except: ["*@bots.example"] },
      ),
    ]);
    expect(errors).toEqual([]);
    expect(words[0]).toBe("+ sam@example.com is in the workspace as member: adopted");
    expect(writes()).toHaveLength(1);
    expect(roleOf("sam@example.com")).toBe("member");
  });

  test("ends with the workspace: a destroy touches those alone who were declared", async () => {
    await stack.up(program(mode));
    await stack.refresh();
    await stack.destroy({ env: { NOTION_MAX_REMOVALS: "1" } });
    expect(roleOf("sam@example.com")).toBe("member");
  });
});
