import { beforeAll, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../simulator/index.mts";
import { makeProject, type Project, succeed } from "./project";

// A NotionGuard that a program declares by hand, before people one by one. What it decides is in
// test/lifecycle/guard.test.ts; that an engine really asks it first is here.

const LONG = 120_000;
const EVERYBODY = ["ada", "bea", "cyd", "dan"];

let simulator: Simulator;
let project: Project;

/** The program with these people of the four. */
function declare(names: readonly string[]): void {
  project.declare(`
    const { NotionGuard } = require("pulumi-notion");
    new NotionGuard("people", { maxRemovals: 1 });
    for (const name of ${JSON.stringify(names)}) new NotionUser(name, { userName: name + "@example.com" });
  `);
}

beforeAll(async () => {
  simulator = await startSimulator({ seed: { members: 2 } });
  for (const name of EVERYBODY) simulator.workspace.add({ userName: `${name}@example.com` });
  project = await makeProject("guard", { simulator, programs: "kept" });
  declare(EVERYBODY);
  await succeed(project.up());
  return async () => {
    project.dispose();
    await simulator.close();
  };
}, LONG);

test("a guard declared by hand refuses more removals than it allows, with the names, in preview and in up, twice in a row", {
  timeout: LONG,
}, async () => {
  declare(["ada", "bea"]);
  const state = project.resources;
  simulator.requests.clear();
  for (const run of [() => project.preview(), () => project.up(), () => project.up()]) {
    const { exitCode, everything } = await run();
    expect(exitCode).not.toBe(0);
    expect(everything).toContain("2 of 4 people would be removed at once; maxRemovals allows 1");
    expect(everything).toContain("They are cyd@example.com, dan@example.com");
  }
  expect(simulator.requests.count()).toBe(0);
  expect(project.resources).toEqual(state);
});

test("and lets through what is within its limit", { timeout: LONG }, async () => {
  declare(["ada", "bea", "cyd"]);
  await succeed(project.up());
  const left = EVERYBODY.filter((name) => simulator.workspace.member(`${name}@example.com`) !== undefined);
  expect(left).toEqual(["ada", "bea", "cyd"]);
});
