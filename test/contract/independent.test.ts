import { afterAll, beforeAll, expect, test } from "vitest";
import { failed, runContract } from "./contract";
import { type Independent, startIndependent } from "./scimmy.mts";

const PEOPLE = ["ada@example.com", "ben@example.com", "cy@example.com"];

let server: Independent;
beforeAll(async () => {
  server = await startIndependent(PEOPLE, { roles: true });
});
afterAll(() => server.close());

test("the package copes with a SCIM server that this project did not write, for the whole life of a person", async () => {
  const run = await runContract(server, ["--sacrifice", "zoe@example.com"]);
  expect({ failed: failed(run), code: run.code }).toEqual({ failed: [], code: 0 });
  expect([...server.people.values()]).toEqual(PEOPLE);
  // As RFC 7644 section 3.4.2.2 has it: an attribute that a server does not know has no value.
  expect(run.line("filter.email").met).toBe("nobody");
  // So nobody is seen by the first look-up, and the 409 that follows is understood all the same.
  expect(run.line("filter.package")).toMatchObject({
    package: expect.stringContaining("after a 409"),
    verdict: "copes",
  });
  expect(run.line("life.back").met).toContain("another id");
});

test("somebody who is there is left in the role in which they were met", async () => {
  const run = await runContract(server, ["--sacrifice", "ben@example.com"]);
  expect({ failed: failed(run), code: run.code }).toEqual({ failed: [], code: 0 });
  expect([...server.people.values()].sort()).toEqual(PEOPLE);
  expect(run.line("life.left").met).toBe("as met: there, in the same role");
});

test("the package copes with it for the whole life of a group, and what it does with groups is told", async () => {
  const run = await runContract(server, ["--sacrifice-group", "Contract check"]);
  expect({ failed: failed(run), code: run.code }).toEqual({ failed: [], code: 0 });
  expect(run.line("group.left").met).toBe("nothing");
  const told = Object.fromEntries(
    run.report.lines.flatMap(({ id, met }) => (id.startsWith("group.") ? [[id, met]] : [])),
  );
  expect(told).toMatchObject({
    "group.create": "POST 201, GET 200",
    "group.add": "200, a JSON object: they are in it, the others stay",
    "group.add-twice": "200, a JSON object: they are listed twice",
    "group.remove.filter": "200, a JSON object: they are out of it, the others stay",
    "group.remove.value": "200, a JSON object: they are out of it, the others stay",
    "group.remove-twice": "204, no body: nothing happens",
    "group.put": "200, a JSON object: the members are gone",
    "group.name-twice": "409 uniqueness, a SCIM error",
  });
});
