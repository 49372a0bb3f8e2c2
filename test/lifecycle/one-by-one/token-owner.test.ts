import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../../simulator/index.mts";
import { type Options, type Resource, Stack, user, workspace } from "../workspace/stack";

// Whose token a run uses is known, or owners are left alone.

let simulator: Simulator;
let stack: Stack;
let token: string;

beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 2 } });
  stack = new Stack(simulator);
  // Of nobody's: it does not die with somebody's role.
  token = simulator.addToken();
});
afterEach(() => simulator.close());

const OLIVIA = "olivia.owner@example.com";
const HINT = "This program manages owners, and nobody said whose SCIM token it uses";
const readme = [...user("olivia", OLIVIA, "owner"), ...user("ada", "ada@example.com", "member")];
const untold = (): Options => ({ env: { NOTION_TOKEN_OWNER: "", NOTION_SCIM_TOKEN: token } });
const roleOf = (email: string) => simulator.workspace.member(email)?.role;

describe("while nobody said whose token is used", () => {
  test("the first up that manages an owner says so, in one line, and no later one", async () => {
    simulator.workspace.add({ userName: OLIVIA, role: "owner" });
    const { errors, lines } = await stack.up(readme, untold());
    expect(errors).toEqual([]);
    expect(lines.filter((line) => line.includes(HINT))).toHaveLength(1);
    expect(lines.join()).toContain("pulumi config set notion:tokenOwner");
    expect((await stack.up(readme, untold())).lines.join()).not.toContain(HINT);
  });

  test("an up that manages no owner says nothing, nor does one that knows", async () => {
    const { lines } = await stack.up(user("ada", "ada@example.com", "member"), untold());
    expect(lines.join()).not.toContain(HINT);
    expect((await stack.up(readme)).lines.join()).not.toContain(HINT);
  });

  test("a workspace says it by its limits, also as it is taken out, and is told if it does not", async () => {
    const people = {
      "member.001@example.com": { role: "owner" },
      "member.002@example.com": { role: "owner" },
    } as const;
    const quiet = await stack.up(
      [workspace("acme", people, { limits: { tokenOwner: "member.001@example.com" } })],
      untold(),
    );
    expect(quiet.lines.join()).not.toContain(HINT);
    const { errors } = await stack.destroy({ env: { ...untold().env, NOTION_MAX_REMOVALS: "2" } });
    expect(errors.join()).toContain("member.001@example.com owns the SCIM token in use");
    const said = await new Stack(simulator).up([workspace("acme", people)], untold());
    expect(said.lines.filter((line) => line.includes(HINT))).toHaveLength(1);
  });

  test("a destroy demotes and removes no owner, by name, and says how it is ended", async () => {
    simulator.workspace.add({ userName: OLIVIA, role: "owner" });
    await stack.up(readme, untold());
    const { errors } = await stack.destroy(untold());
    expect(errors.join()).toContain(`${OLIVIA} was not made restricted_member: nobody said whose SCIM token`);
    expect(roleOf(OLIVIA)).toBe("owner");
    const said = { env: { NOTION_SCIM_TOKEN: token, NOTION_TOKEN_OWNER: "member.001@example.com" } };
    expect((await stack.destroy(said)).errors).toEqual([]);
    expect(roleOf(OLIVIA)).toBeUndefined();
  });
});

describe("a preview says of owners what up says:", () => {
  const ADA = "ada@example.com";
  const said = (tokenOwner: string) => ({ env: { ...untold().env, NOTION_TOKEN_OWNER: tokenOwner } });

  test.each<[string, () => Options, string]>([
    ["nobody said whose token it is", untold, `${ADA} would be made member: nobody said whose SCIM token`],
    ["it is theirs", () => said(ADA), `${ADA} would be made member: they own the SCIM token in use`],
  ])("a lesser role is refused where %s", async (_, options, why) => {
    await stack.up(user("ada", ADA, "owner"), said("unknown"));
    for (const refresh of [false, true]) {
      const { errors } = await stack.preview(user("ada", ADA, "member"), { ...options(), refresh });
      expect(errors.join()).toContain(why);
    }
    expect(
      (await stack.up(user("ada", ADA, "member"), { ...options(), preview: false })).errors.join(),
    ).toContain(why);
    expect(roleOf(ADA)).toBe("owner");
    expect((await stack.up(user("ada", ADA, "member"), said("member.001@example.com"))).errors).toEqual([]);
    expect(roleOf(ADA)).toBe("member");
  });

  test("a workspace that says it before is heard", async () => {
    await stack.up(user("ada", ADA, "owner"), said("unknown"));
    const W = workspace("w", {}, { limits: { tokenOwner: "member.001@example.com", minOwners: 0 } });
    expect((await stack.up([W, ...user("ada", ADA, "member")], untold())).errors).toEqual([]);
    expect(roleOf(ADA)).toBe("member");
  });
});

describe("the end of an owner's role", () => {
  const [ADA, CY] = ["ada@example.com", "cy@example.com"];
  const NOW = Date.parse("2026-12-01T09:00:00Z");
  const AFTER = Date.parse("2026-12-05T09:00:00Z");
  const timed = (name: string, email: string): Resource[] => {
    const [person, role] = user(name, email, "owner");
    if (person === undefined || role === undefined) throw new Error("nobody");
    return [person, { ...role, inputs: { role: "owner", until: "2026-12-04T18:00:00Z", then: "member" } }];
  };
  const program = [...timed("ada", ADA), ...timed("cy", CY)];
  const said = (tokenOwner: string) => ({ env: { ...untold().env, NOTION_TOKEN_OWNER: tokenOwner } });

  test.each<[string, () => Options, (string | undefined)[]]>([
    ["whose token is used by then", () => said(ADA), ["owner", "member"]],
    ["while nobody said whose token is used", untold, ["owner", "owner"]],
  ])("%s stops no other one: it is named in preview and up, and tried again", async (_, options, roles) => {
    await stack.up(program, { ...said("unknown"), now: NOW });
    for (let run = 0; run < 2; run += 1) {
      const shown = await stack.preview(program, { ...options(), now: AFTER });
      expect(shown.words.join("\n")).toContain(`! ${ADA} keeps their access past its expiration`);
      const { errors, lines } = await stack.up(program, { ...options(), now: AFTER });
      expect(errors).toEqual([]);
      expect(lines.join("\n")).toContain(`! ${ADA} was not made member`);
      expect([roleOf(ADA), roleOf(CY)]).toEqual(roles);
    }
    expect((await stack.up(program, { ...said("member.001@example.com"), now: AFTER })).errors).toEqual([]);
    expect([roleOf(ADA), roleOf(CY)]).toEqual(["member", "member"]);
  });
});
