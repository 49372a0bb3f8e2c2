import { beforeAll, describe, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../simulator/index.mts";
import { makeProject, type Outcome, type Project, succeed } from "./project";

const program = (title: string) => `
  const ada = new NotionUser("ada", { userName: "ada@example.com", title: "${title}" });
  new NotionRoleAssignment("ada", { userId: ada.id, role: "membership_admin" }, { deletedWith: ada });
  exports.ada = ada.id;
`;

describe.each([["environment"], ["configuration"]] as const)("a token from the %s", (from) => {
  let simulator: Simulator;
  let project: Project;
  let verbose: Outcome;
  let echoed: Outcome;
  let denied: Outcome;
  let others: Outcome[];

  beforeAll(async () => {
    simulator = await startSimulator({ seed: { members: 2 } });
    project = await makeProject(`token-${from}`, { simulator, token: from });
    const { token, faults } = simulator;

    project.declare(program("Engineer"));
    // A server that repeats the token in what it says.
    faults.add({ name: "forbidden", method: "POST", message: `The token ${token} may not do this.` });
    echoed = await project.up();
    faults.add({
      name: "unauthorized",
      method: "GET",
      message: `Bearer ${token} is not valid.`,
      style: "notion",
    });
    denied = await project.up("--debug");
    faults.clear();
    verbose = await project.start(["up", "--yes", "--skip-preview", "--debug", "--logtostderr", "-v=9"], {
      env: { ...project.env, NODE_DEBUG: "notion-scim" },
    }).done;
    project.declare(program("Countess"));
    others = [
      await succeed(project.preview("--refresh", "--diff")),
      await succeed(project.up("--refresh", "--diff")),
      await succeed(project.pulumi("stack", "export")),
    ];
    return async () => {
      project.dispose();
      await simulator.close();
    };
  }, 240_000);

  const leaks = (outcome: Outcome) =>
    outcome.everything.split("\n").filter((line) => line.includes(simulator.token));

  test("is the one that was sent", () => {
    expect(verbose.exitCode).toBe(0);
    expect(simulator.workspace.member("ada@example.com")?.title).toBe("Countess");
    expect(new Set(simulator.requests.entries.map(({ authorization }) => authorization))).toEqual(
      new Set(["valid"]),
    );
  });

  test("is not in an error, not even where the server repeats it", () => {
    expect(echoed.exitCode).not.toBe(0);
    expect(echoed.everything).toMatch(/The token \[\w+\] may not do this/);
    expect(leaks(echoed)).toEqual([]);
    expect(denied.exitCode).not.toBe(0);
    expect(denied.everything).toMatch(/Bearer \[\w+\] is not valid/);
    expect(leaks(denied)).toEqual([]);
  });

  test("is not in the output of any command", () => {
    expect(others.flatMap(leaks)).toEqual([]);
  });

  test("is nothing that this package adds to the engine's most talkative log", () => {
    // The engine itself writes all configuration that it hands to a provider, at -v=9 alone.
    const ownOfTheEngine = /Marshaling property for RPC\[Provider\[\w+\]\.Configure\(\)\.inputs\]/;
    expect(leaks(verbose).filter((line) => !ownOfTheEngine.test(line))).toEqual([]);
    if (from === "environment") expect(leaks(verbose)).toEqual([]);
    // The requests as traced by this package are in it, and the answers as handed to the engine.
    expect(/POST \/Users 201 request=\S+ \d+ ms/.test(verbose.everything)).toBe(true);
    expect(/Unmarshaling property for RPC.*userName=\{ada@example.com\}/.test(verbose.everything)).toBe(true);
  });

  test("is in no file: not in the state, its history and backups, nor in a log or the settings", () => {
    expect(project.stateText).toContain("ada@example.com");
    expect(project.filesWith("ada@example.com").length).toBeGreaterThan(1);
    expect(project.filesWith(simulator.token)).toEqual([]);
  });
});
