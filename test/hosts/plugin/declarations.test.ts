import { describe, expect, test } from "vitest";
import { Declarations } from "../../../provider/hosts/plugin/declarations";
import { resourceOf } from "../../../provider/hosts/plugin/kinds";
import { UNKNOWN } from "../../../provider/model/unknown";
import { urnOf } from "./plugin-host";

const ada = { people: { "ada@example.com": {} } };
const bea = { people: { "bea@example.com": {} } };

/** Declares one resource after the other. @returns what was said against the last one */
function declared(
  ...resources: {
    kind: "user" | "role" | "workspace" | "group" | "membership";
    name: string;
    inputs: object;
    told?: boolean;
  }[]
): string[] {
  const declarations = new Declarations();
  return resources
    .map(({ kind, name, inputs, told = false }) =>
      declarations.declare(resourceOf(urnOf(kind, name)), { ...inputs }, told),
    )
    .at(-1) as string[];
}

describe("resources of one provider", () => {
  test("may not declare one person, account or role twice", () => {
    expect(
      declared(
        { kind: "user", name: "ada", inputs: { userName: "ada@example.com" } },
        { kind: "workspace", name: "acme", inputs: ada },
      ),
    ).toEqual([
      'The member ada@example.com is declared twice, by NotionUser "ada" and by NotionWorkspace "acme". Keep one of the two.',
    ]);
    const role = { kind: "role", inputs: { userId: "id-1" } } as const;
    expect(declared({ ...role, name: "one" }, { ...role, name: "two" })).toEqual([
      expect.stringContaining("The role of the member id-1 is declared twice"),
    ]);
  });

  test("may not declare one group or membership twice", () => {
    const platform = { kind: "group", inputs: { displayName: "Platform" } } as const;
    const acme = {
      kind: "workspace",
      name: "acme",
      inputs: { ...ada, groups: { Platform: { members: "add" } } },
    } as const;
    expect(declared({ ...platform, name: "one" }, acme)).toEqual([
      'The group Platform is declared twice, by NotionGroup "one" and by NotionWorkspace "acme". Keep one of the two.',
    ]);
    const other = { kind: "group", name: "two", inputs: { displayName: "platform" } } as const;
    expect(declared({ ...platform, name: "one" }, other), "names are compared exactly").toEqual([]);
    const joined = { kind: "membership", inputs: { groupId: "g-1", userId: "u-1" } } as const;
    expect(declared({ ...joined, name: "one" }, { ...joined, name: "two" })).toEqual([
      expect.stringContaining("The membership g-1/u-1 is declared twice"),
    ]);
  });

  test("put people of a workspace into groups after it, unless it decides over everybody", () => {
    const joined = { kind: "membership", name: "x", inputs: { groupId: "g-1", userId: "u-1" } } as const;
    const platform = { kind: "group", name: "one", inputs: { displayName: "Platform" } } as const;
    const acme = (more: object) =>
      ({ kind: "workspace", name: "acme", inputs: { ...ada, ...more } }) as const;
    expect(declared(acme({}), platform, joined)).toEqual([]);
    expect(declared(acme({ undeclared: "remove" }), platform)).toEqual([]);
    expect(declared(acme({ undeclared: "remove" }), joined)).toEqual([
      expect.stringContaining('Declare the group in NotionWorkspace "acme".'),
    ]);
  });

  test("are checked again without a word: the engine does so where it replaces one", () => {
    const same = { kind: "workspace", name: "acme", inputs: ada } as const;
    expect(declared(same, same)).toEqual([]);
  });

  test("that are not known yet are nobody's", () => {
    const unknown = { kind: "user", inputs: { userName: UNKNOWN } } as const;
    expect(declared({ ...unknown, name: "one" }, { ...unknown, name: "two" })).toEqual([]);
  });

  test("come before the workspace, which is planned without those behind it", () => {
    const user = { kind: "user", name: "bea", inputs: { userName: "bea@example.com" } } as const;
    const workspace = { kind: "workspace", name: "acme", inputs: ada } as const;
    expect(declared(user, workspace)).toEqual([]);
    expect(declared(workspace, user)).toEqual([
      'NotionUser "bea" comes after NotionWorkspace "acme", which was planned without it and may remove the people that this one declares. Let NotionWorkspace "acme" depend on it (dependsOn).',
    ]);
    expect(declared(workspace, { kind: "workspace", name: "more", inputs: bea })).toEqual([
      expect.stringContaining('Declare everybody in NotionWorkspace "acme".'),
    ]);
  });

  test("may come in any order where the program has told of all of them", () => {
    expect(
      declared(
        { kind: "workspace", name: "acme", inputs: ada, told: true },
        { kind: "workspace", name: "more", inputs: bea, told: true },
      ),
    ).toEqual([]);
  });

  test("may give a role to a member of the workspace, unless it decides over everybody", () => {
    const role = { kind: "role", name: "ada", inputs: { userId: "id-1", role: "owner" } } as const;
    expect(declared({ kind: "workspace", name: "acme", inputs: ada }, role)).toEqual([]);
    const decides = { kind: "workspace", name: "acme", inputs: { ...ada, undeclared: "remove" } } as const;
    expect(declared(decides, role)).toEqual([expect.stringContaining("Declare the role in the row")]);
  });

  test.each(["restrict", "remove"])(
    "are alone where one has undeclared: %s, whichever comes first",
    (undeclared) => {
      const deciding = {
        kind: "workspace",
        name: "acme",
        inputs: { ...ada, undeclared },
        told: true,
      } as const;
      const user = {
        kind: "user",
        name: "bea",
        inputs: { userName: "bea@example.com" },
        told: true,
      } as const;
      for (const order of [
        [deciding, user],
        [user, deciding],
      ])
        expect(declared(...order)).toEqual([
          expect.stringContaining("decides over everybody in the workspace"),
        ]);
    },
  );
});
