import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { UNKNOWN } from "../../../provider/model/unknown";
import { ensureBuilt } from "../../../tools/build.mts";
import { type Simulator, startSimulator } from "../../simulator/index.mts";
import { environmentOf, type Host, type HostOptions, hostFailure, openHost, secret, startHost } from "./host";

let simulator: Simulator;
beforeAll(() => ensureBuilt(() => {}));

const live = (userName: string) => simulator.workspace.member(userName);

describe("the configuration", () => {
  beforeEach(async () => {
    simulator = await startSimulator({ seed: { members: 3 } });
  });
  afterEach(() => simulator.close());

  const create = async (options: HostOptions) =>
    (await startHost(options)).create("user", { userName: "ada@example.com" });
  const configured = () => ({
    "notion:scimToken": secret(simulator.token),
    "notion:baseUrl": simulator.baseUrl,
  });

  test("is that of the stack, its token a secret, for calls that come all at once before anything else", async () => {
    const fresh = await startHost({ config: configured() });
    const names = ["a@example.com", "b@example.com", "c@example.com"];
    await Promise.all([
      ...names.map((userName) => fresh.create("user", { userName })),
      ...simulator.workspace.members.map(({ id }) => fresh.read("role", id)),
    ]);
    expect(names.map((name) => live(name)?.role)).toEqual(["member", "member", "member"]);
  });

  test("comes from the environment first", async () => {
    const old = {
      "notion:scimToken": secret("rotated_away"),
      "notion:baseUrl": "http://127.0.0.1:1/scim/v2",
    };
    await create({ config: old, env: environmentOf(simulator) });
    expect(live("ada@example.com")).toBeDefined();
    const wrong = { env: { NOTION_SCIM_TOKEN: "rotated_away" }, config: configured() };
    expect((await hostFailure(create(wrong))).message).toContain("Notion answered 401");
  });

  test("with NOTION_AS_OF says once, before anything else, that another moment is shown", async () => {
    const running = await startHost({ env: { ...environmentOf(simulator), NOTION_AS_OF: "2027-01-01" } });
    for (const email of ["ada@example.com", "bea@example.com"])
      await running.check("workspace", { people: { [email]: {} } });
    await running.kill();
    const lines = running.output.split("\n").filter((line) => line.startsWith("! "));
    expect(lines[0]).toBe(
      "! NOTION_AS_OF is 2027-01-01: this preview shows what a run would do then. Unset it to write.",
    );
    expect(lines.filter((line) => line.includes("NOTION_AS_OF"))).toHaveLength(1);
  });

  test("sets whether members are adopted", async () => {
    simulator.workspace.add({ userName: "ada@example.com" });
    const error = await hostFailure(create({ config: { ...configured(), "notion:adopt": "false" } }));
    expect(error.message).toContain("notion:adopt true");
  });

  test("without a token: a preview works, and a creation says which command sets it", async () => {
    const preview = await startHost({});
    const { inputs, failures } = await preview.check("user", { userName: "ada@example.com" });
    expect(failures).toEqual([]);
    expect(await preview.diff("user", "id-1", { ...inputs, active: true }, inputs)).toMatchObject({
      changes: false,
    });
    const error = await hostFailure(preview.create("user", inputs));
    expect(error.message).toContain("pulumi config set --secret notion:scimToken");
    expect(simulator.requests.count()).toBe(0);
  });

  test("that is wrong is an error of each call that needs it, and the host lives on", async () => {
    const wrong = await startHost({ config: { ...configured(), "notion:baseUrl": "http://example.com/" } });
    for (const _ of [1, 2]) {
      const error = await hostFailure(wrong.create("user", { userName: "ada@example.com" }));
      expect(error.message).toContain("must begin with https://");
    }
  });
});

describe("a host that is configured by the environment alone", () => {
  let host: Host;
  beforeAll(async () => {
    simulator = await startSimulator({ seed: { members: 3 } });
    host = await openHost({ env: environmentOf(simulator) });
  });
  afterAll(async () => {
    await host.kill();
    await simulator.close();
  });

  test("lets unknown values pass in a preview and asks nothing of Notion", async () => {
    const news = {
      userName: UNKNOWN,
      name: { givenName: UNKNOWN },
      phoneNumbers: [{ value: UNKNOWN }],
      title: "x",
    };
    expect(await host.check("user", news)).toEqual({ inputs: news, failures: [] });
    const role = { userId: UNKNOWN, role: "owner" };
    // What changes is said to policies, which see no more than the inputs.
    expect(await host.check("role", role)).toEqual({
      inputs: { ...role, changed: { begins: true } },
      failures: [],
    });
    expect(await host.diff("role", "id-1", { userId: "id-1", role: "owner" }, role)).toMatchObject({
      changes: true,
    });
    expect(simulator.requests.count()).toBe(0);
  });

  test("names all that is wrong in a preview, by a text and not by a property whose value would be printed", async () => {
    const { failures } = await host.check("user", { userName: "ada", tittle: "x", title: "" });
    expect(failures).toEqual([
      { property: "", reason: expect.stringMatching(/^userName must be an e-mail address/) },
      { property: "", reason: expect.stringMatching(/^title is empty/) },
      { property: "", reason: expect.stringMatching(/^unknown property "tittle"/) },
    ]);
  });

  test("sees secret values plain: the engine is told to keep them to itself", async () => {
    expect(host.acceptsSecrets).toBe(false);
    const declared = { userName: "ada@example.com", title: "secret title" };
    expect((await host.create("user", declared)).outs.title).toBe("secret title");
    expect(live("ada@example.com")?.title).toBe("secret title");
  });
});
