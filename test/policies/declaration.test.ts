import { describe, expect, it } from "vitest";
import { overridesOf, parseSettings } from "../../policies/config";
import { formatViolations, type Rule } from "../../policies/rule";
import { rules } from "../../policies/rules";
import { compliantWorkspace, config, endsConfig, workspaceBreaches } from "./company";
import { type Declaration, judged, roleOfId, unknown, urnOf, workspace, workspaceOf } from "./declarations";

/** What each person of a workspace comes to, by e-mail. */
const readPeople = (...declared: Declaration[]) =>
  Object.fromEntries(
    workspaceOf(...declared).people.map(({ email, label, members, assignments }) => [
      String(email),
      { label, member: members[0], roles: assignments.map(({ role }) => role) },
    ]),
  );

const settingsInUse = { ...config, ...endsConfig };

const messagesOf = (...declared: Declaration[]) =>
  (rules as readonly Rule[]).flatMap((rule) => {
    const settings = parseSettings(rule, overridesOf(rule, settingsInUse).settings);
    return rule.idle?.(settings) === undefined
      ? judged(rule, declared, settings).map((each) => formatViolations([each]))
      : [];
  });

describe("a NotionWorkspace", () => {
  it("is all its people with their roles, each to be changed at the workspace's URN", () => {
    const declared = workspace({ "ada@example.com": { role: "owner" }, "eve@example.com": { title: "CEO" } });
    const people = readPeople(declared);
    expect(people).toMatchObject({
      "ada@example.com": { label: 'ada@example.com (NotionWorkspace "acme")', roles: ["owner"] },
      "eve@example.com": { label: 'eve@example.com (NotionWorkspace "acme")', roles: [] },
    });
    for (const { member } of Object.values(people)) expect(member?.urn).toBe(urnOf(declared));
  });

  it("says of all its people what they do not say themselves", () => {
    const people = { "a@x.com": { onRemove: "retain", protect: false }, "b@x.com": {} };
    expect(readPeople(workspace(people, { onRemove: "restrict", protect: true }))).toMatchObject({
      "a@x.com": { member: { onRemove: "retain", protect: false } },
      "b@x.com": { member: { onRemove: "restrict", protect: true } },
    });
    expect(readPeople(workspace(people))).toMatchObject({
      "b@x.com": { member: { onRemove: undefined, protect: false } },
    });
  });

  it("is not kept together by Pulumi's own option protect: that lets a line of the roster go", () => {
    const people = readPeople(workspace({ "a@x.com": {} }, {}, { protect: true }));
    expect(people["a@x.com"]?.member?.protect).toBe(false);
  });

  it("in a state is as Notion has it, the e-mail that a refresh found included", () => {
    const people = {
      "ada@example.com": { role: "member", lastApplied: { role: "owner" } },
      "eve@example.com": { userName: "eve@evil.org", lastApplied: { userName: "eve@example.com" } },
      "sam@example.com": { role: "", lastApplied: { role: "member" } },
    };
    expect(readPeople(workspace(people))).toMatchObject({
      "ada@example.com": { roles: ["member"] },
      "eve@evil.org": { roles: [] },
      "sam@example.com": { roles: [undefined] },
    });
  });

  it("in a state tells whose the id of a role assignment is", () => {
    const declared = workspace({ "ada@example.com": {} }, { ids: { "ada@example.com": "id-1" } });
    expect(readPeople(declared, roleOfId("id-1", "owner"))).toMatchObject({
      "ada@example.com": { roles: ["owner"] },
    });
  });

  it("with values that are not known yet is not objected to for them", () => {
    const person = {
      role: unknown,
      department: unknown,
      title: unknown,
      onRemove: unknown,
      protect: unknown,
    };
    const people = { ...(compliantWorkspace.args.people as object), "kay@example.com": person };
    expect(messagesOf(workspace(people))).toEqual([]);
  });
});

describe("messages", () => {
  const secretive = Object.entries(workspaceBreaches).flatMap(([rule, breach]) =>
    typeof breach === "string" || breach.program.length > 1 ? [] : [{ rule, program: breach.program }],
  );
  it.each(secretive)("of $rule name nobody of a workspace whose people are secret", ({ program }) => {
    const hidden = program.map((each) => ({
      ...each,
      opts: { ...each.opts, additionalSecretOutputs: ["people"] },
    }));
    const named = [
      ...messagesOf(...hidden)
        .join("\n")
        .matchAll(/[\w.]+@[\w.]*\w/g),
    ].map(([email]) => email);
    // The settings of the rules are no secret.
    const inSettings = new Set(JSON.stringify(settingsInUse).match(/[\w.]+@[\w.]*\w/g));
    expect(named.filter((email) => !inSettings.has(email))).toEqual([]);
  });

  it("do not tell what the program made secret of a person", () => {
    const eve = { role: "membership_admin", title: "Spy", department: "Mole hunting", userType: "Sleeper" };
    const redacted = { "eve@evil.org": ["role", "title", "department", "userType"] };
    const messages = messagesOf(workspace({ "eve@evil.org": eve }, { redacted })).join("\n");
    expect(messages).toContain(
      'eve@evil.org (NotionWorkspace "acme") is an outsider and gets the role [secret]',
    );
    expect(messages).not.toMatch(/membership_admin|Spy|Mole|Sleeper/);
  });
});
