import { beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { ensureBuilt } from "../../tools/build.mts";
import { until } from "../scim/connect";
import { type Simulator, startSimulator } from "../simulator/index.mts";
import { environmentOf, startHost } from "./dynamic/host";
import { startPlugin } from "./plugin/plugin-host";
import { hostFailure, type Properties, type ResourceHost, secret } from "./resource-host";

// What is true of one host is true of the other: the lifecycle is one.

let simulator: Simulator;
beforeAll(() => ensureBuilt(() => {}));
beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 2 } });
  onTestFinished(() => simulator.close());
});

interface Subject {
  host: string;
  start(env?: Record<string, string>): Promise<ResourceHost>;
  /** What the person who runs Pulumi has been told so far. */
  told(host: ResourceHost): string;
  /** A property that the program made secret, as its class or the wire says it. */
  withSecret(people: Record<string, Properties>, email: string, field: string): Properties;
  isMarked: boolean;
}

const SUBJECTS: Subject[] = [
  {
    host: "dynamic",
    start: (env) => startHost({ env: { ...environmentOf(simulator), ...env } }),
    told: (host) => host.output,
    withSecret: (people, email, field) => ({ people, redacted: { [email]: [field] } }),
    isMarked: false,
  },
  {
    host: "plugin",
    start: (env) => startPlugin({ env: { ...environmentOf(simulator), ...env } }),
    told: (host) => (host as Awaited<ReturnType<typeof startPlugin>>).told.map(({ line }) => line).join("\n"),
    withSecret: (people, email, field) => ({
      people: { ...people, [email]: { ...people[email], [field]: secret(people[email]?.[field]) } },
    }),
    isMarked: true,
  },
];

const ADA = "ada@example.com";
const roleOf = (email: string) => simulator.workspace.member(email)?.role;

describe.each(SUBJECTS)("a workspace behind the $host host", ({ start, told, withSecret, isMarked }) => {
  /** Two processes, as the engine has them: one that previews, one that writes. */
  const applied = async (news: Properties) => {
    const host = await start();
    const { inputs, failures } = await host.check("workspace", news);
    expect(failures).toEqual([]);
    return { host, inputs, ...(await host.create("workspace", inputs)) };
  };
  const [first = "", second = ""] = ["member.001@example.com", "member.002@example.com"];
  const everybody = { [first]: { role: "owner" }, [second]: { role: "owner" } };

  test("adds who is not there, adopts who is, and says both", async () => {
    const { host, id, outs } = await applied({ people: { ...everybody, [ADA]: { role: "member" } } });
    expect(id).toBe("workspace");
    expect(outs.ids).toMatchObject({ [ADA]: simulator.workspace.member(ADA)?.id });
    expect(told(host)).toContain("+ ada@example.com joins as member");
    expect(told(host)).toContain("Done: 1 added, 2 adopted.");
  });

  test("plans from what was applied last, tells who changes, and writes just that", async () => {
    const {
      inputs: before,
      outs: olds,
      id,
    } = await applied({
      people: { ...everybody, [ADA]: { role: "member" }, "bea@example.com": { role: "member" } },
    });
    const host = await start();
    const { inputs } = await host.check(
      "workspace",
      { people: { ...everybody, [ADA]: { role: "membership_admin" } } },
      before,
    );
    const { changes, replaces } = await host.diff("workspace", id, olds, inputs);
    expect({ changes, replaces }).toEqual({ changes: true, replaces: [] });
    expect(told(host)).toContain("~ ada@example.com: member → membership_admin");
    expect(told(host)).toContain("- bea@example.com leaves (was member)");
    const { outs } = await host.update("workspace", id, olds, inputs);
    expect(roleOf(ADA)).toBe("membership_admin");
    expect(roleOf("bea@example.com")).toBeUndefined();
    expect((await host.diff("workspace", id, outs, inputs)).changes).toBe(false);
  });

  test("finds on a refresh what somebody changed in Notion, and sets it back", async () => {
    const {
      inputs: before,
      outs: olds,
      id,
    } = await applied({ people: { ...everybody, [ADA]: { role: "member" } } });
    simulator.workspace.edit(simulator.workspace.member(ADA)?.id ?? "", { role: "membership_admin" });
    const host = await start();
    const { outs, inputs: found } = await host.read("workspace", id, olds);
    expect(found?.people).toMatchObject({ [ADA]: { role: "membership_admin" } });
    const { inputs } = await host.check("workspace", before, found);
    expect((await host.diff("workspace", id, outs, inputs)).changes).toBe(true);
    await host.update("workspace", id, outs, inputs);
    expect(roleOf(ADA)).toBe("member");
  });

  test("keeps what is true where not everything could be done, with each reason", async () => {
    const {
      inputs: before,
      outs: olds,
      id,
    } = await applied({ people: { ...everybody, [ADA]: { role: "member" } } });
    const host = await start();
    const { inputs } = await host.check(
      "workspace",
      {
        people: { ...everybody, [ADA]: { role: "membership_admin" }, "bea@example.com": { role: "member" } },
      },
      before,
    );
    await host.diff("workspace", id, olds, inputs);
    simulator.faults.add({ name: "forbidden", method: "PATCH", times: "always" });
    const { initFailed } = await hostFailure(host.update("workspace", id, olds, inputs));
    expect(initFailed?.id).toBe(id);
    expect(initFailed?.reasons).toEqual([expect.stringContaining("ada@example.com")]);
    expect(initFailed?.properties.people).toMatchObject({
      [ADA]: { role: "member" },
      "bea@example.com": { role: "member" },
    });
    simulator.faults.clear();
    await host.update("workspace", id, initFailed?.properties ?? {}, inputs);
    expect(roleOf(ADA)).toBe("membership_admin");
  });

  test("tells nobody what the program made secret", async () => {
    const people = { ...everybody, [ADA]: { role: "member", title: "Chief of Something" } };
    const { inputs: before, outs: olds, id } = await applied(withSecret(people, ADA, "title"));
    expect(simulator.workspace.member(ADA)?.title).toBe("Chief of Something");
    const host = await start();
    const after = { ...people, [ADA]: { role: "member", title: "Head of Elsewhere" } };
    const { inputs } = await host.check("workspace", withSecret(after, ADA, "title"), before);
    await host.diff("workspace", id, olds, inputs);
    const { outs } = await host.update("workspace", id, olds, inputs);
    expect(simulator.workspace.member(ADA)?.title).toBe("Head of Elsewhere");
    expect(told(host)).toContain("~ ada@example.com: title");
    expect(told(host)).not.toMatch(/Chief|Elsewhere/);
    const kept = Object(outs.people)[ADA].title;
    expect(kept).toEqual(isMarked ? secret("Head of Elsewhere") : "Head of Elsewhere");
  });

  test("ends what the resource declares when it is deleted", async () => {
    const { outs: olds, id } = await applied({
      people: { ...everybody, [first]: { role: "owner", onRemove: "retain" }, [ADA]: { role: "member" } },
      onRemove: "retain",
    });
    const host = await start({ NOTION_MAX_REMOVALS: "5" });
    const people = { ...Object(olds.people), [ADA]: { role: "member", onRemove: "remove" } };
    await host.delete("workspace", id, { ...olds, people });
    expect(roleOf(ADA)).toBeUndefined();
    expect(roleOf(first)).toBe("owner");
  });

  test("begins nothing else once the run is asked to end", async () => {
    const host = await start();
    const joining = Array.from({ length: 40 }, (_, index) => [`p${index}@example.com`, { role: "member" }]);
    const { inputs } = await host.check("workspace", {
      people: { ...everybody, ...Object.fromEntries(joining) },
    });
    // The first one waits, and everybody behind it.
    simulator.faults.add({ name: "rate_limited", method: "POST", retryAfter: 2, times: 1 });
    const creation = hostFailure(host.create("workspace", inputs));
    await until(() => simulator.faults.fired() === 1);
    await host.cancel();
    expect((await creation).message).toContain("Not begun, since the run was asked to end");
    expect(simulator.requests.count("POST /Users")).toBeLessThan(40);
  });

  test("of more than 4 MB arrives whole", async () => {
    const host = await start();
    const people = Object.fromEntries(
      Array.from({ length: 2_500 }, (_, index) => [`p${index}@example.com`, { title: "x".repeat(2_000) }]),
    );
    const { inputs, failures } = await host.check("workspace", { people }, { people });
    expect(failures).toEqual([]);
    expect(Object.keys(Object(inputs.people))).toHaveLength(2_500);
  });
});

describe.each(SUBJECTS)("people one by one behind the $host host", ({ start, told }) => {
  test("are added, given a role, changed, found and removed", async () => {
    const host = await start();
    const { inputs: user } = await host.check("user", { userName: ADA, title: "Analyst" });
    const { id, outs } = await host.create("user", user);
    expect(simulator.workspace.member(ADA)).toMatchObject({ id, title: "Analyst" });
    const { inputs: role } = await host.check("role", { userId: id, role: "membership_admin" });
    const given = await host.create("role", role);
    expect(roleOf(ADA)).toBe("membership_admin");

    const next = await start();
    const { inputs: changed } = await next.check("user", { userName: ADA, title: "Lead" }, user);
    expect((await next.diff("user", id, outs, changed)).changes).toBe(true);
    const updated = await next.update("user", id, outs, changed);
    expect(simulator.workspace.member(ADA)?.title).toBe("Lead");
    expect((await next.read("user", id, updated.outs)).outs.title).toBe("Lead");
    await next.delete("role", given.id, given.outs);
    expect(roleOf(ADA)).toBe("restricted_member");
    // In a run that declares nobody any more.
    const last = await start();
    await last.delete("user", id, updated.outs);
    expect(roleOf(ADA)).toBeUndefined();
  });

  test("are adopted where they are members, and the run says so", async () => {
    const { id } = simulator.workspace.add({ userName: ADA });
    const host = await start();
    const { inputs } = await host.check("user", { userName: ADA });
    expect((await host.create("user", inputs)).id).toBe(id);
    expect(told(host)).toContain("ada@example.com is a member already: adopted, not added.");
  });
});

describe.each(SUBJECTS)("groups one by one behind the $host host", ({ start, told }) => {
  test("are created, joined, renamed, found and deleted, and who else is in them stays", async () => {
    const [, second] = simulator.workspace.members;
    const userId = simulator.workspace.add({ userName: ADA }).id;
    const host = await start();
    const { inputs } = await host.check("group", { displayName: "Platform", onRemove: "delete" });
    const { id: groupId, outs } = await host.create("group", inputs);
    const live = () => simulator.workspace.groupById(groupId);
    expect(outs).toMatchObject({ displayName: "Platform", groupId, adopted: false });
    simulator.workspace.editGroup("Platform", { members: [second?.id ?? ""] });
    const { inputs: membership } = await host.check("membership", { groupId, userId });
    const joined = await host.create("membership", membership);
    expect(joined.id).toBe(`${groupId}/${userId}`);
    expect(live()?.members).toEqual([second?.id, userId]);

    const next = await start();
    const { inputs: renamed } = await next.check(
      "group",
      { displayName: "Infra", onRemove: "delete" },
      inputs,
    );
    expect((await next.diff("group", groupId, outs, renamed)).changes).toBe(true);
    expect(told(next)).toContain("~ group Platform is renamed Infra");
    const updated = await next.update("group", groupId, outs, renamed);
    expect((await next.read("group", groupId, updated.outs)).outs.displayName).toBe("Infra");
    const other = await next.check("membership", { groupId, userId: second?.id }, membership);
    expect((await next.diff("membership", joined.id, joined.outs, other.inputs)).replaces).toEqual([
      "userId",
    ]);
    expect((await next.read("membership", joined.id, joined.outs)).id).toBe(joined.id);

    const last = await start();
    await last.delete("membership", joined.id, joined.outs);
    expect(live()?.members).toEqual([second?.id]);
    expect((await last.read("membership", joined.id, joined.outs)).id).toBe("");
    await last.delete("group", groupId, updated.outs);
    expect(live()).toBeUndefined();
    expect(told(last)).toContain("Group Infra is deleted. It had 1 member");
  });

  test("an existing group is read by its name, for memberships in a group that the program does not manage", async () => {
    const { id } = simulator.workspace.addGroup("On-call", []);
    const host = await start();
    const read = await host.read("group", "On-call");
    expect(read).toMatchObject({ id, outs: { displayName: "On-call", groupId: id } });
    const { message } = await hostFailure(host.read("group", "on-call"));
    expect(message).toContain("There is no group with the id or the name on-call.");
  });

  test("a name that the program made secret is told by nobody", async () => {
    const host = await start();
    const { inputs } = await host.check("group", { displayName: "Merger Alpha", redacted: ["displayName"] });
    const { id, outs } = await host.create("group", inputs);
    simulator.workspace.editGroup("Merger Alpha", { displayName: "Merger Beta" });
    const next = await start();
    const read = await next.read("group", id, outs);
    const { inputs: again } = await next.check("group", {
      displayName: "Merger Alpha",
      redacted: ["displayName"],
    });
    await next.diff("group", id, read.outs, again);
    await next.update("group", id, read.outs, again);
    expect(simulator.workspace.group("Merger Alpha")).toBeDefined();
    expect(told(host) + told(next)).not.toMatch(/Merger (Alpha|Beta)/);
  });
});
