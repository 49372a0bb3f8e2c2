import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { UNKNOWN } from "../../../provider/model/unknown";
import { ensureBuilt } from "../../../tools/build.mts";
import { type Simulator, startSimulator } from "../../simulator/index.mts";
import { environmentOf } from "../dynamic/host";
import {
  hostFailure,
  load,
  type Properties,
  proto,
  type ResourceHost,
  secret,
  structs,
} from "../resource-host";
import { openPlugin, startPlugin, urnOf } from "./plugin-host";

const plugins: typeof import("@pulumi/pulumi/proto/plugin_pb") = load("./proto/plugin_pb");
const { Empty }: typeof import("google-protobuf/google/protobuf/empty_pb") = load(
  "google-protobuf/google/protobuf/empty_pb",
);

let simulator: Simulator;
beforeAll(() => ensureBuilt(() => {}));
beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 3 } });
  onTestFinished(() => simulator.close());
});

/** A project's folder with these files. */
function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-notion-plugin-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const start = (options: Parameters<typeof startPlugin>[0] = {}) =>
  startPlugin({ env: environmentOf(simulator), ...options });

async function checkConfig(host: ResourceHost, news: object) {
  const request = new proto.CheckRequest();
  request.setUrn("urn:pulumi:dev::acme::pulumi:providers:notion::acme");
  request.setNews(structs.Struct.fromJavaScript(news));
  const response = await host.answer<InstanceType<typeof proto.CheckResponse>>((done) =>
    host.client.checkConfig(request, done),
  );
  return response.getInputs()?.toJavaScript();
}

describe("a provider of the program", () => {
  test("keeps its token as a secret, also where the program did not mark it", async () => {
    const host = await start();
    expect(await checkConfig(host, { scimToken: "plain-token-1234", adopt: true })).toEqual({
      scimToken: secret("plain-token-1234"),
      adopt: true,
    });
  });

  test("is changed in place whatever changes: a replacement would take everybody along", async () => {
    const host = await start();
    const request = new proto.DiffRequest();
    request.setOlds(
      structs.Struct.fromJavaScript({ scimToken: secret("one"), baseUrl: "https://a.example" }),
    );
    request.setNews(
      structs.Struct.fromJavaScript({ scimToken: secret("two"), baseUrl: "https://b.example" }),
    );
    const response = await host.answer<InstanceType<typeof proto.DiffResponse>>((done) =>
      host.client.diffConfig(request, done),
    );
    expect(response.getReplacesList()).toEqual([]);
    expect(response.getDiffsList().sort()).toEqual(["baseUrl", "scimToken"]);
  });

  test("says what it is: the schema, and the version of the package", async () => {
    const host = await start();
    const schema = await host.answer<InstanceType<typeof proto.GetSchemaResponse>>((done) =>
      host.client.getSchema(new proto.GetSchemaRequest(), done),
    );
    const { name, version, resources } = JSON.parse(schema.getSchema());
    expect(name).toBe("notion");
    expect(Object.keys(resources)).toHaveLength(5);
    const info = await host.answer<InstanceType<typeof plugins.PluginInfo>>((done) =>
      host.client.getPluginInfo(new Empty(), done),
    );
    expect(info.getVersion()).toBe(version);
  });

  test("goes by its own settings before the environment, and the engine's own provider the other way round", async () => {
    const config = { scimToken: simulator.token, baseUrl: simulator.baseUrl, tokenOwner: "unknown" };
    const env = {
      NOTION_SCIM_TOKEN: "of-another-workspace",
      NOTION_SCIM_BASE_URL: "http://127.0.0.1:1/scim/v2",
    };
    const own = await startPlugin({ env, config, provider: "acme" });
    const { inputs } = await own.check("user", { userName: "ada@example.com" });
    await own.create("user", inputs);
    expect(simulator.workspace.member("ada@example.com")).toBeDefined();
    const byEnvironment = await startPlugin({
      env: environmentOf(simulator),
      config: { scimToken: "rotated-away-long-ago" },
      provider: "default_0_1_0",
    });
    await byEnvironment.create("user", { userName: "bea@example.com" });
    expect(simulator.workspace.member("bea@example.com")).toBeDefined();
  });

  test("and the operator's limits stay the last word", async () => {
    const owner = simulator.workspace.add({ userName: "olivia@example.com", role: "owner" });
    const config = {
      scimToken: simulator.token,
      baseUrl: simulator.baseUrl,
      tokenOwner: "unknown",
      maxRemovals: "50",
    };
    const start = (env: Record<string, string>) => startPlugin({ env, config, provider: "acme" });
    const state = {
      userName: "olivia@example.com",
      active: true,
      adopted: true,
      name: { formatted: "Olivia" },
    };
    const guarded = await start({ NOTION_TOKEN_OWNER: "olivia@example.com" });
    expect((await hostFailure(guarded.delete("user", owner.id, state))).message).toContain(
      "olivia@example.com",
    );
    const limited = await start({ NOTION_MAX_REMOVALS: "0" });
    expect((await hostFailure(limited.delete("user", owner.id, state))).message).toContain(
      "notion:maxRemovals is 0",
    );
    expect(simulator.workspace.member("olivia@example.com")?.role).toBe("owner");
  });

  test("names itself and what to do where its token is not accepted", async () => {
    const config = { scimToken: "revoked-and-long-enough", baseUrl: simulator.baseUrl };
    const own = await startPlugin({ config, provider: "acme" });
    expect((await hostFailure(own.create("user", { userName: "ada@example.com" }))).message).toContain(
      'set scimToken of the provider "acme". `pulumi up` uses it at once; refresh and destroy need --run-program until then.',
    );
    const named = await startPlugin({
      config: { scimTokenEnv: "TOKEN_OF_ACME", baseUrl: simulator.baseUrl },
      provider: "acme",
    });
    expect((await hostFailure(named.create("user", { userName: "ada@example.com" }))).message).toBe(
      'The environment variable TOKEN_OF_ACME is not set. scimTokenEnv of the provider "acme" says that it holds the SCIM token. Set it, or name another variable.',
    );
  });
});

describe("what is told", () => {
  test("arrives before the answer, in order, at its resource, and the summary last", async () => {
    const host = await start();
    const urn = urnOf("workspace", "acme");
    await host.check(
      "workspace",
      { people: { "a@example.com": { role: "owner" }, "b@example.com": {} } },
      {},
      urn,
    );
    expect(host.told.map(({ line }) => line.replace(/^! .*/, "!"))).toEqual([
      "!",
      "+ a@example.com joins as owner",
      "+ b@example.com joins",
      "2 people declared (0 before): 2 join or are adopted.",
    ]);
    expect(new Set(host.told.map((each) => each.urn))).toEqual(new Set([urn]));
    expect(host.output).toBe("");
  });
});

describe("a roster", () => {
  test("is read in check: its people are what the state keeps", async () => {
    const cwd = folderWith({ "members.csv": "userName,role\nAda@Example.com,member\n" });
    const host = await start({ cwd });
    const { inputs, failures } = await host.check("workspace", {
      roster: "members.csv",
      people: { "Bea@Example.com": { role: "owner" } },
      limits: { minOwners: 1 },
    });
    expect(failures).toEqual([]);
    expect(inputs.people).toEqual({
      "ada@example.com": { role: "member" },
      "bea@example.com": { role: "owner" },
    });
    expect(inputs).not.toHaveProperty("roster");
  });

  test("that is wrong is refused with line and column, each mistake by itself", async () => {
    const cwd = folderWith({ "members.csv": "userName,role\nada,member\nbea@example.com,ownr\n" });
    const host = await start({ cwd });
    const { failures } = await host.check("workspace", { roster: "members.csv" });
    expect(failures.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^members\.csv, line 2, column userName: must be an e-mail address/),
      expect.stringMatching(/^members\.csv, line 3, column role: must be one of owner/),
    ]);
    const missing = await host.check("workspace", { roster: "nobody.csv" });
    expect(missing.failures).toEqual([{ property: "", reason: "nobody.csv, it cannot be read (ENOENT)" }]);
  });

  test("and people beside it may not have the same person", async () => {
    const cwd = folderWith({ "members.csv": "userName\nada@example.com\n" });
    const host = await start({ cwd });
    const { failures } = await host.check("workspace", {
      roster: "members.csv",
      people: { "Ada@example.com": {} },
    });
    expect(failures).toEqual([{ property: "", reason: expect.stringContaining("declared twice") }]);
  });
});

describe("a file of groups", () => {
  const FILES = {
    "members.csv": "userName,groups\nada@example.com,Platform\n",
    "groups.yaml": "Platform:\n  members: exact\n",
  };

  test("is read in check: its groups are what the state keeps, with those beside it", async () => {
    const host = await start({ cwd: folderWith(FILES) });
    const { inputs, failures } = await host.check("workspace", {
      roster: "members.csv",
      groupsFile: "groups.yaml",
      groups: { "On-call": { members: "add" } },
    });
    expect(failures).toEqual([]);
    expect(inputs.groups).toEqual({ Platform: { members: "exact" }, "On-call": { members: "add" } });
    expect(inputs).not.toHaveProperty("groupsFile");
  });

  test("that is wrong is refused with the line, and so is a row that names no group of it, with line and column", async () => {
    const wrong = { ...FILES, "wrong.yaml": "Platform:\n  members: exactly\n" };
    const host = await start({
      cwd: folderWith({ ...wrong, "odd.csv": "userName,groups\na@b.example,Platfrom\n" }),
    });
    const reasons = async (inputs: Properties) =>
      (await host.check("workspace", inputs)).failures.map(({ reason }) => reason);
    expect(await reasons({ roster: "members.csv", groupsFile: "wrong.yaml" })).toEqual([
      'wrong.yaml, line 2: group Platform: members must be one of add, exact, not "exactly"',
    ]);
    expect(await reasons({ roster: "odd.csv", groupsFile: "groups.yaml" })).toEqual([
      'odd.csv, line 2, column groups: group "Platfrom" is not declared; did you mean "Platform"?',
    ]);
    expect(await reasons({ people: {}, groupsFile: "none.yaml" })).toEqual([
      "none.yaml, it cannot be read (ENOENT)",
    ]);
    expect(
      await reasons({ people: {}, groupsFile: "groups.yaml", groups: { Platform: { members: "add" } } }),
    ).toEqual(["group Platform is declared twice, in groups and in groups.yaml. Keep one of the two."]);
  });
});

test("people who are not known before another resource is there are planned then", async () => {
  const host = await start();
  const { inputs, failures } = await host.check("workspace", { people: UNKNOWN });
  expect({ inputs, failures }).toEqual({ inputs: { people: UNKNOWN }, failures: [] });
  expect((await host.diff("workspace", "workspace", { people: {}, ids: {} }, inputs)).changes).toBe(true);
});

test("a plugin whose engine was killed ends", async () => {
  const { host, end, endEngine } = await openPlugin({ env: environmentOf(simulator) });
  onTestFinished(end);
  endEngine();
  host.hangUp();
  expect(await host.end()).toBe(1);
});

describe("an import", () => {
  test("of a whole workspace declares everybody with their role, and says who is left out", async () => {
    simulator.workspace.edit(simulator.workspace.members[2]?.id ?? "", { active: false });
    const host = await start();
    const { id, outs, inputs } = await host.read("workspace", "workspace");
    expect(id).toBe("workspace");
    expect(inputs?.people).toEqual({
      "member.001@example.com": { role: simulator.workspace.member("member.001@example.com")?.role },
      "member.002@example.com": { role: simulator.workspace.member("member.002@example.com")?.role },
    });
    expect(host.told.map(({ line }) => line)).toEqual([
      expect.stringMatching(/^\? member\.003@example\.com .* is not imported: they are deactivated/),
    ]);
    const next = await host.check("workspace", inputs ?? {}, inputs);
    expect(next.failures).toEqual([]);
    expect((await host.diff("workspace", id, outs, next.inputs)).changes).toBe(false);
  });

  test("by another id than that of a workspace says which one it is", async () => {
    const host = await start();
    expect((await hostFailure(host.read("workspace", "acme"))).message).toContain(
      'A NotionWorkspace has the id workspace, not "acme".',
    );
  });

  test("of a person and of a role goes by e-mail, and the next preview has nothing to change", async () => {
    const [member] = simulator.workspace.members;
    const host = await start();
    const user = await host.read("user", member?.userName ?? "");
    expect(user.id).toBe(member?.id);
    expect(user.inputs).toEqual({ userName: member?.userName });
    // What to take where Pulumi keeps the e-mail for an id: of a resource that YAML, Python or Go read by it.
    expect(user.outs.userId).toBe(member?.id);
    const { inputs } = await host.check("user", user.inputs ?? {}, user.inputs);
    expect((await host.diff("user", user.id, user.outs, inputs)).changes).toBe(false);
    const role = await host.read("role", member?.userName ?? "");
    expect(role).toMatchObject({ id: member?.id, inputs: { userId: member?.id, role: member?.role } });
  });

  test("of a group goes by its id or exact name, and of a membership by both ids; the next preview has nothing to change", async () => {
    const [member] = simulator.workspace.members;
    const { id: groupId } = simulator.workspace.addGroup("Platform", [member?.id ?? ""]);
    const host = await start();
    for (const key of ["Platform", groupId]) {
      const group = await host.read("group", key);
      expect(group).toMatchObject({ id: groupId, inputs: { displayName: "Platform" } });
      const { inputs } = await host.check("group", group.inputs ?? {}, group.inputs);
      expect((await host.diff("group", groupId, group.outs, inputs)).changes).toBe(false);
    }
    const membership = await host.read("membership", `${groupId}/${member?.id}`);
    expect(membership.inputs).toEqual({ groupId, userId: member?.id });
    const { inputs } = await host.check("membership", membership.inputs ?? {}, membership.inputs);
    expect((await host.diff("membership", membership.id, membership.outs, inputs)).changes).toBe(false);
    const [, other] = simulator.workspace.members;
    for (const [id, why] of [
      [`${groupId}/${other?.id}`, "is not in a group with the id"],
      ["Platform", 'with a slash between them, not "Platform"'],
    ] as const)
      expect((await hostFailure(host.read("membership", id))).message).toContain(why);
  });
});

describe("a NotionUser that comes after the workspace in whose plan its person leaves", () => {
  const OWNERS = { "member.001@example.com": { role: "owner" }, "member.002@example.com": { role: "owner" } };
  const people = { ...OWNERS, "ada@example.com": { role: "member" }, "bea@example.com": { role: "member" } };

  /** A workspace with ada in the state, and a plugin of a later run that has been asked for the one without her. */
  async function planned() {
    const before = await start();
    const declared = await before.check("workspace", { people });
    const { id, outs } = await before.create("workspace", declared.inputs);
    const host = await start();
    const { "ada@example.com": _, ...rest } = people;
    const { inputs } = await host.check("workspace", { people: rest }, declared.inputs);
    await host.diff("workspace", id, outs, inputs);
    const update = () => host.update("workspace", id, outs, inputs);
    const user = () => host.check("user", { userName: "ada@example.com" });
    return { update, user };
  }
  const REFUSAL =
    'NotionUser "it" comes after NotionWorkspace "it", which was planned without it and may remove the people that this one declares. ' +
    'Let NotionWorkspace "it" depend on it (dependsOn).';

  test("is refused, and nobody leaves where the workspace has not been written yet", async () => {
    const { update, user } = await planned();
    expect((await user()).failures).toEqual([{ property: "", reason: REFUSAL }]);
    await update();
    expect(simulator.workspace.member("ada@example.com")).toBeDefined();
  });

  test("is refused too late where it depends on the workspace, as docs/plugin.md says", async () => {
    const { update, user } = await planned();
    await update();
    expect(simulator.workspace.member("ada@example.com")).toBeUndefined();
    expect((await user()).failures).toEqual([{ property: "", reason: REFUSAL }]);
  });
});
