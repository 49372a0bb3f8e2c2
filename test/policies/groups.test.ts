import { describe, expect, it } from "vitest";
import type { DeclaredResource } from "../../policies/declaration";
import {
  groupNames,
  groupsNotEmpty,
  outsidersNotInGroups,
  privilegedInGroupsWithReason,
} from "../../policies/groups";
import { readWorkspace } from "../../policies/workspace";
import { TYPE_TOKENS } from "../../provider/state/type-tokens";
import { judges } from "./cases";
import { type Declaration, NOW, resourcesOf, roleOfId, unknown, workspace } from "./declarations";

const ada = "ada@example.com";
const grace = "grace@example.com";
const eve = "eve@partner.io";
const over = "2020-01-31";

type Groups = Record<string, Record<string, unknown> | string>;
const company = (people: Record<string, Record<string, unknown>>, groups: Groups, more = {}) =>
  workspace(people, { groups, ...more });

/** As a state has it after an up or a refresh. */
const applied = (memberIds: string[], more = {}): Groups => ({
  Platform: { members: "exact", id: "g-1", memberIds, ...more },
});
const ids = { [ada]: "id-ada", [eve]: "id-eve" };

describe("rules on groups", () => {
  judges(groupNames, {
    "a name of the agreed form passes": {
      settings: { pattern: "^team-" },
      declared: [company({}, { "team-platform": { members: "add" } })],
    },
    "another one fails, also in another case": {
      settings: { pattern: "^team-" },
      declared: [company({}, { Platform: { members: "add" }, "Team-Sales": { members: "exact" } })],
      finds: ['The name of group Platform of NotionWorkspace "acme"', "group Team-Sales"],
    },
    "a workspace without groups passes": { settings: { pattern: "^team-" }, declared: [workspace({})] },
  });

  const settings = { domains: ["example.com"] };
  judges(outsidersNotInGroups, {
    "people of the company's domains are in any group": {
      settings,
      declared: [company({ [ada]: { groups: ["Platform"] } }, { Platform: { members: "add" } })],
    },
    "an outsider fails by the row, by include and by a rule, once with all the groups": {
      settings,
      declared: [
        company(
          { [eve]: { groups: ["Row"], department: "Sales" }, [ada]: { department: "Sales" } },
          {
            Row: { members: "add" },
            Included: { members: "add", include: [eve] },
            Rule: { members: "exact", where: { department: ["Ops", "Sales"] } },
            Other: { members: "exact", where: { department: "Sales", title: "Head" } },
          },
        ),
      ],
      finds: [`${eve} (NotionWorkspace "acme") is an outsider and is in groups Row, Included and Rule`],
    },
    "an outsider whom the rule of a group leaves out passes": {
      settings,
      declared: [
        company(
          { [eve]: { department: "Sales" } },
          { Sales: { members: "exact", where: { department: ["Sales"] }, except: [eve] } },
        ),
      ],
    },
    "an outsider passes in a group for outsiders, and where the membership has expired": {
      settings: { ...settings, except: ["Partners"] },
      declared: [
        company(
          { [eve]: { groups: ["Partners"] }, "old@partner.io": { groups: ["Platform"], until: over } },
          { Partners: { members: "add" }, Platform: { members: "add" } },
        ),
      ],
    },
    "the role of this moment decides, where a rule goes by the role": {
      settings,
      declared: [
        company(
          {
            [eve]: { role: "owner", roleUntil: over, roleThen: "member" },
            "mia@partner.io": { role: "member", roleUntil: "2999-01-31", roleThen: "restricted_member" },
          },
          {
            Owners: { members: "exact", where: { role: ["owner"] } },
            Members: { members: "exact", where: { role: ["member"] } },
          },
        ),
      ],
      finds: [`${eve} (NotionWorkspace "acme") is an outsider and is in group Members`, "mia@partner.io"],
    },
    "what is not known yet fails nobody": {
      settings,
      declared: [
        company(
          { [eve]: { department: unknown, groups: unknown } },
          {
            Sales: { members: "exact", where: { department: ["Sales"] } },
            Unknown: unknown,
            Include: { members: "add", include: unknown },
            Where: { members: "add", where: unknown },
          },
        ),
      ],
    },
    "one who is in a group of the state fails, declared or found by a refresh": {
      settings,
      declared: [
        company(
          { [ada]: {}, [eve]: {} },
          applied(["id-ada", "id-eve"], {
            unmanaged: { "id-max": "max@evil.org", "id-kim": "kim@example.com" },
          }),
          { ids },
        ),
      ],
      finds: [
        `${eve} (NotionWorkspace "acme") is an outsider and is in group Platform`,
        'max@evil.org is an outsider and is in group Platform of NotionWorkspace "acme" without a declaration',
      ],
    },
    "one whom somebody took out in Notion passes in the state": {
      settings,
      declared: [
        company({ [ada]: {}, [eve]: {} }, applied(["id-ada", "id-eve"], { missing: ["id-eve"] }), { ids }),
      ],
    },
  });

  const withReason = { pattern: "^INC-\\d+" };
  judges(privilegedInGroupsWithReason, {
    "an owner in a group passes with a reason, one in no group without": {
      settings: withReason,
      declared: [
        company(
          { [ada]: { role: "owner", reason: "inc-7", groups: ["Platform"] }, [grace]: { role: "owner" } },
          { Platform: { members: "add" } },
        ),
      ],
    },
    "one without, or with one of another form, fails": {
      settings: withReason,
      declared: [
        company(
          {
            [ada]: { role: "owner", groups: ["Platform"] },
            [grace]: { role: "membership_admin", reason: "she asked", groups: ["Platform"] },
          },
          { Platform: { members: "add" } },
        ),
      ],
      finds: [
        `${ada} (NotionWorkspace "acme") gets the role owner and is in group Platform, and has no reason`,
        `gets the role membership_admin and is in group Platform, and the reason is "she asked"`,
      ],
    },
    "one who is privileged later fails, one who was until a past moment passes": {
      settings: withReason,
      declared: [
        company(
          {
            [ada]: { role: "member", roleUntil: "2999-01-31", roleThen: "owner", groups: ["Platform"] },
            [grace]: { role: "owner", roleUntil: over, roleThen: "member", groups: ["Platform"] },
          },
          { Platform: { members: "add" } },
        ),
      ],
      finds: [`${ada} (NotionWorkspace "acme") gets the role owner`],
    },
    "members, break-glass owners, and groups for which nobody needs a reason, pass": {
      settings: { ...withReason, breakGlass: [ada], except: ["Everybody"] },
      declared: [
        company(
          {
            [ada]: { role: "owner", groups: ["Platform"] },
            [grace]: { role: "owner", groups: ["Everybody"] },
            "linus@example.com": { role: "member", groups: ["Platform"] },
          },
          { Platform: { members: "add" }, Everybody: { members: "add" } },
        ),
      ],
    },
    "a secret reason is not repeated": {
      settings: withReason,
      declared: [
        company(
          { [ada]: { role: "owner", reason: "she asked", groups: ["Platform"] } },
          { Platform: { members: "add" } },
          { redacted: { [ada]: ["reason"] } },
        ),
      ],
      finds: ["and the reason is [secret]"],
    },
  });

  judges(groupsNotEmpty, {
    "a group with somebody, by row, include or rule, passes": {
      declared: [
        company(
          { [ada]: { groups: ["Row"] }, [grace]: { department: "Sales" } },
          {
            Row: { members: "add" },
            Included: { members: "add", include: [ada] },
            Rule: { members: "exact", where: { department: ["Sales"] } },
          },
        ),
      ],
    },
    "one without anybody fails, also if everybody in it has expired": {
      declared: [
        company(
          { [ada]: { groups: ["Old"], until: over }, [grace]: { department: "Sales" } },
          { Old: { members: "add" }, Typo: { members: "exact", where: { department: ["Salse"] } } },
        ),
      ],
      finds: [
        'No declared person is in group Old of NotionWorkspace "acme"',
        'No declared person is in group Typo of NotionWorkspace "acme"',
      ],
    },
    "one that may be empty, and one that may have somebody after the update, pass": {
      settings: { except: ["Void"] },
      declared: [
        company(
          { [ada]: { department: unknown } },
          { Void: { members: "add" }, Sales: { members: "exact", where: { department: ["Sales"] } } },
        ),
        { ...company({}, { Any: { members: "add" } }), args: { people: unknown, groups: { Any: {} } } },
      ],
    },
    "one that a refresh found empty fails": {
      declared: [company({ [ada]: {} }, applied(["id-ada"], { missing: ["id-ada"] }), { ids })],
      finds: ["No declared person is in group Platform"],
    },
  });

  /** As the end of a run has it: the declaration of the run, and what is written or found. */
  const endOfRun = (declared: Groups, found: unknown) => {
    const people = { [ada]: { role: "owner" }, [eve]: {} };
    const [resource] = resourcesOf([company(people, declared)]);
    return readWorkspace([
      {
        ...(resource as DeclaredResource),
        props: { people, ids, groups: found },
        declared: { people, groups: declared },
      },
    ]);
  };
  const withEve = { Platform: { members: "exact", include: [eve, ada] } };

  it("at the end of a run, what its declaration shows is not judged again", () => {
    for (const found of [withEve, applied(["id-ada", "id-eve"]), unknown]) {
      const ended = endOfRun(withEve, found);
      expect(outsidersNotInGroups.evaluate(ended, { ...settings, except: [] }, NOW)).toEqual([]);
      expect(groupsNotEmpty.evaluate(ended, { except: [] }, NOW)).toEqual([]);
    }
    const nobody = { Platform: { members: "exact" } };
    expect(groupsNotEmpty.evaluate(endOfRun(nobody, applied([])), { except: [] }, NOW)).toEqual([]);
  });

  it("at the end of a run, what a refresh found beside the declaration is judged", () => {
    const onlyAda = { Platform: { members: "exact", include: [ada] } };
    const drifted = endOfRun(
      onlyAda,
      applied(["id-ada"], { unmanaged: { "id-eve": eve, "id-x": "x@evil.org" } }),
    );
    const outsiders = outsidersNotInGroups.evaluate(drifted, { ...settings, except: [] }, NOW);
    expect(outsiders.map(({ found }) => found)).toEqual([
      expect.stringContaining(`${eve} (NotionWorkspace "acme") is an outsider`),
      expect.stringContaining("x@evil.org is an outsider"),
    ]);
    const emptied = endOfRun(onlyAda, applied(["id-ada"], { missing: ["id-ada"] }));
    expect(groupsNotEmpty.evaluate(emptied, { except: [] }, NOW)).toHaveLength(1);
  });

  describe("one by one", () => {
    const single = (type: keyof typeof TYPE_TOKENS, name: string, props: object): DeclaredResource => ({
      type: TYPE_TOKENS[type],
      urn: `urn:pulumi:dev::company::${TYPE_TOKENS[type]}::${name}`,
      name,
      props: { ...props },
      opts: { protect: false, ignoreChanges: [], additionalSecretOutputs: [] },
    });
    const platform = single("NotionGroup", "platform", { displayName: "Platform", groupId: "g-1" });
    const joining = (userId: string) =>
      single("NotionGroupMembership", `joins-${userId}`, { groupId: "g-1", userId });
    const people = resourcesOf([
      roleOfId("id-eve", "restricted_member", { member: eve }),
      roleOfId("id-ada", "owner", { member: ada, reason: "INC-1" }),
      roleOfId("id-grace", "owner", { member: grace, reason: "she asked" }),
    ]);

    it("a NotionGroup has a name of the form, before it is made", () => {
      const form = { pattern: "^team-" };
      expect(groupNames.evaluate(readWorkspace([platform], false), form, NOW)).toMatchObject([
        { urn: platform.urn, found: expect.stringContaining('group Platform (NotionGroup "platform")') },
      ]);
      const other = single("NotionGroup", "platform", { displayName: "team-platform" });
      expect(groupNames.evaluate(readWorkspace([other], false), form, NOW)).toEqual([]);
    });

    it("a NotionGroupMembership of an outsider fails when the whole stack tells who that is", () => {
      const judge = (except: string[], ...memberships: DeclaredResource[]) =>
        outsidersNotInGroups
          .evaluate(readWorkspace([platform, ...people, ...memberships]), { ...settings, except }, NOW)
          .map(({ found }) => found);
      expect(judge([], joining("id-eve"), joining("id-ada"), joining("id-nobody"))).toEqual([
        `${eve} is an outsider and is in group Platform`,
      ]);
      expect(judge(["Platform"], joining("id-eve"))).toEqual([]);
    });

    it("and of an owner it needs the reason of the role", () => {
      const all = readWorkspace([platform, ...people, joining("id-ada"), joining("id-grace")]);
      const judged = privilegedInGroupsWithReason.evaluate(
        all,
        { ...withReason, except: [], breakGlass: [] },
        NOW,
      );
      expect(judged.map(({ found }) => found)).toEqual([
        `${grace} gets the role owner and is in group Platform, and the reason is "she asked"`,
      ]);
    });
  });

  it("an unmanaged outsider is not named where the people are secret", () => {
    const secret: Declaration = {
      ...company({ [ada]: {} }, applied([], { unmanaged: { "id-max": "max@evil.org" } }), { ids }),
      opts: { additionalSecretOutputs: ["people"] },
    };
    const judged = outsidersNotInGroups.evaluate(
      readWorkspace(resourcesOf([secret])),
      { domains: ["example.com"], except: [] },
      NOW,
    );
    expect(judged.map(({ found }) => found)).toEqual([
      'somebody is an outsider and is in group Platform of NotionWorkspace "acme" without a declaration',
    ]);
  });
});
