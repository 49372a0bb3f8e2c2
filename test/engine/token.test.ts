import { beforeAll, describe, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../simulator/index.mts";
import { makeProject, type Outcome, type Project, succeed } from "./project";

/** Ada joins; the two who are there are given a title, which the server refuses at first. */
const program = (title: string) => `
  const ada = new NotionUser("ada", { userName: "ada@example.com", title: "${title}" });
  new NotionRoleAssignment("ada", { userId: ada.id, role: "membership_admin" }, { deletedWith: ada });
  for (const userName of ["member.001@example.com", "member.002@example.com"])
    new NotionUser(userName, { userName, title: "Engineer" });
  exports.ada = ada.id;
`;

describe.each([["environment"], ["configuration"]] as const)("a token from the %s", (from) => {
  let simulator: Simulator;
  let project: Project;
  let refused: Outcome;
  let mended: Outcome;

  beforeAll(async () => {
    simulator = await startSimulator({ seed: { members: 2 } });
    project = await makeProject(`token-${from}`, { simulator, token: from });
    const { token, faults, workspace } = simulator;
    const path = (number: string) => `/Users/${workspace.member(`member.${number}@example.com`)?.id}`;

    // A server that repeats the token in what it says, in either way of saying it.
    const always = { method: "PATCH", times: "always" } as const;
    const repeated = `The token ${token} may not do this.`;
    faults.add({ name: "forbidden", ...always, path: path("001"), message: repeated });
    const bearer = `Bearer ${token} is not valid.`;
    faults.add({ name: "unauthorized", ...always, path: path("002"), message: bearer, style: "notion" });
    project.declare(program("Engineer"));
    const talkative = ["--continue-on-error", "--debug", "--logtostderr", "-v=9"];
    refused = await project.start(["up", "--yes", "--skip-preview", ...talkative], {
      env: { ...project.env, NODE_DEBUG: "notion-scim" },
    }).done;

    faults.clear();
    project.declare(program("Countess"));
    mended = await succeed(project.up("--refresh", "--diff"));
    return async () => {
      project.dispose();
      await simulator.close();
    };
  }, 240_000);

  const leaks = (outcome: Outcome) =>
    outcome.everything.split("\n").filter((line) => line.includes(simulator.token));

  test("is the one that was sent", () => {
    for (const [name, title] of [
      ["ada", "Countess"],
      ["member.001", "Engineer"],
      ["member.002", "Engineer"],
    ])
      expect(simulator.workspace.member(`${name}@example.com`)?.title).toBe(title);
    expect(new Set(simulator.requests.entries.map(({ authorization }) => authorization))).toEqual(
      new Set(["valid"]),
    );
  });

  test("is not in an error where the server repeats it, and nothing that this package adds to the engine's most talkative log", () => {
    expect(refused.exitCode).not.toBe(0);
    // A mismatch would print all of the log.
    const isSaid = (words: RegExp) => expect(words.test(refused.everything), String(words)).toBe(true);
    isSaid(/The token \[\w+\] may not do this/);
    isSaid(/Bearer \[\w+\] is not valid/);
    // The engine itself writes all configuration that it hands to a provider, at -v=9 alone; of a native one also what that
    // answers to its check.
    const ownOfTheEngine =
      /Marshaling property for RPC\[Provider\[\w+\]\.Configure\(\)\.inputs\]|arshaling property for RPC\[Provider\[\w+\]\.(Check|Diff)Config\(/;
    expect(leaks(refused).filter((line) => !ownOfTheEngine.test(line))).toEqual([]);
    if (from === "environment") expect(leaks(refused)).toEqual([]);
    // The requests as traced by this package are in it, and the answers as handed to the engine.
    isSaid(/POST \/Users 201 request=\S+ \d+ ms/);
    isSaid(/Unmarshaling property for RPC.*userName=\{ada@example.com\}/);
  });

  test("is not in what an up shows that reads first", () => {
    expect(mended.everything).toMatch(/Countess/);
    expect(leaks(mended)).toEqual([]);
  });

  test("is in no file: not in the state, its history and backups, nor in a log or the settings", () => {
    expect(project.stateText).toContain("ada@example.com");
    expect(project.filesWith("ada@example.com").length).toBeGreaterThan(1);
    expect(project.filesWith(simulator.token)).toEqual([]);
  });
});
