import { describe } from "vitest";
import { ownersProtected } from "../../policies/kept-owners";
import { breakGlassOwners, permanentOwners } from "../../policies/named-owners";
import { maximumOwners, minimumOwners, ownersFromList } from "../../policies/owners";
import { judges } from "./cases";
import { type Declaration, roleOf, roleOfId, unknown, user, workspace } from "./declarations";

const person = (email: string, role: string, opts = {}): Declaration[] => [
  user(email, {}, opts),
  roleOf(email, role, {}, opts),
];
const ada = person("ada@example.com", "owner");
const grace = person("grace@example.com", "owner");
const eve = person("eve@example.com", "member");
const kestrel = (args: object) => [user("kestrel@example.com"), roleOf("kestrel@example.com", "owner", args)];
const END = { until: "2027-01-31", then: "member" } as const;
const inWorkspace = (args: object) => workspace({ "kestrel@example.com": { role: "owner", ...args } });
/** An assignment whose person can't be told yet. */
const somebody = (role: string): Declaration => ({ ...roleOf("", role), name: "somebody", of: "elsewhere" });
const nobodyKnown = (role: string): Declaration[] => [
  { ...user(unknown), name: "x" },
  { ...roleOf("", role), name: "x", of: "x" },
];

describe("rules on owners", () => {
  judges(minimumOwners, {
    "two owners pass": { declared: [...ada, ...grace, ...eve] },
    "one fails, and is named": {
      declared: [...ada, ...eve],
      finds: ['one owner: ada@example.com (NotionUser "ada")'],
    },
    "a stack of members alone has no owners, and is asked for none": { declared: eve },
    "one whose owners all go by this change is": {
      declared: [
        workspace({ "a@x.com": { role: "member" } }, { changed: { "b@x.com": { wasOwner: true } } }),
        ...eve,
      ],
      finds: ["declares no owner"],
    },
    "an initial role counts": { declared: [...ada, user("b@example.com", { initialRole: "owner" })] },
    "an initial role that an assignment lowers does not": {
      declared: [...ada, user("b@example.com", { initialRole: "owner" }), roleOf("b@example.com", "member")],
      finds: ["one owner"],
    },
    "an unknown role may be that of an owner": { declared: [...ada, ...person("b@example.com", unknown)] },
    "an unknown person may be an owner": { declared: [...ada, somebody("owner")] },
    "one unknown role is not two owners": {
      declared: [...kestrel(END), ...person("b@example.com", unknown)],
      finds: ["no owner, and only for a time: kestrel"],
    },
    "a stack without roles does not manage owners": { declared: [user("b@example.com")] },
    "an owner for a time does not count, and is named": {
      declared: [...ada, ...kestrel(END)],
      finds: [
        'one owner: ada@example.com (NotionUser "ada"), and only for a time: kestrel@example.com (NotionUser "kestrel")',
      ],
    },
    "nor does one whose role or membership in a workspace ends": {
      settings: { minimum: 1 },
      declared: [
        workspace({
          "a@x.com": { role: "owner", roleUntil: "2027-01-31", roleThen: "member" },
          "b@x.com": { role: "owner", until: "2027-01-31" },
        }),
      ],
      finds: ["no owner, and only for a time: a@x.com"],
    },
    "nor one whose role has not begun": {
      declared: [...ada, ...kestrel({ from: "2027-01-01", then: "member" })],
      finds: ["only for a time: kestrel@example.com"],
    },
    "one whose role has begun and has no end counts": {
      declared: [...ada, ...kestrel({ from: "2026-01-01", then: "member" })],
    },
    "nor one whose person is not known yet": {
      declared: [...ada, { ...somebody("owner"), args: { userId: unknown, role: "owner", ...END } }],
      finds: ["one owner: ada@example.com"],
    },
    "an end that is not known yet may be none": {
      declared: [...ada, ...kestrel({ until: unknown, then: "member" })],
    },
    "the number can be set": {
      settings: { minimum: 3 },
      declared: [...ada, ...grace],
      finds: ["2 owners"],
    },
  });

  judges(maximumOwners, {
    "as many as allowed pass": { settings: { maximum: 2 }, declared: [...ada, ...grace] },
    "more fail": {
      settings: { maximum: 1 },
      declared: [...ada, ...grace],
      finds: ["2 owners: ada@example.com"],
    },
    "who may turn out to be an owner does not count": {
      settings: { maximum: 1 },
      declared: [...ada, ...person("b@example.com", unknown), somebody("owner")],
    },
    "a share of the members may be more": {
      settings: { maximum: 1, share: 0.67 },
      declared: [...ada, ...grace, ...eve],
    },
    "and is rounded down": {
      settings: { maximum: 0, share: 0.5 },
      declared: [...ada, ...grace, ...eve],
      finds: ["2 owners"],
    },
    "without owners there is nothing to judge": { settings: { maximum: 0 }, declared: eve },
  });

  judges(ownersFromList, {
    "those of the list pass, in any case": {
      settings: { owners: ["ADA@example.com"] },
      declared: [...ada, ...eve],
    },
    "another one fails": {
      settings: { owners: ["ada@example.com"] },
      declared: [...ada, ...grace],
      finds: ["grace@example.com is declared owner"],
    },
    "an initial role counts, also if an assignment lowers it": {
      settings: { owners: ["ada@example.com"] },
      declared: [user("b@example.com", { initialRole: "owner" }), roleOf("b@example.com", "member")],
      finds: ["b@example.com"],
    },
    "whoever is to be owner outside of their role's time fails, and is in the workspace": {
      settings: { owners: ["ada@example.com"] },
      declared: [workspace({ "b@x.com": { role: "member", roleThen: "owner" } })],
      finds: ['b@x.com (NotionWorkspace "acme") is declared owner'],
    },
    "an unknown address or role is left alone": {
      settings: { owners: ["ada@example.com"] },
      declared: [...nobodyKnown("owner"), ...person("b@example.com", unknown), somebody("owner")],
    },
    "an assignment that knows the e-mail is judged without the person's declaration": {
      settings: { owners: ["ada@example.com"] },
      declared: [roleOfId("id-1", "owner", { userName: "b@example.com" })],
      finds: ["b@example.com"],
    },
  });

  judges(permanentOwners, {
    "who is an owner passes": { settings: { owners: ["ada@example.com"] }, declared: [...ada, ...eve] },
    "another role fails": {
      settings: { owners: ["eve@example.com"] },
      declared: [...ada, ...eve],
      finds: ["eve@example.com is declared member and must stay owner"],
    },
    "an owner for a time fails": {
      settings: { owners: ["kestrel@example.com"] },
      declared: kestrel(END),
      finds: ["kestrel@example.com is owner only for a time, and must stay owner"],
    },
    "so does one whose role in a workspace ends": {
      settings: { owners: ["kestrel@example.com"] },
      declared: [inWorkspace({ roleUntil: END.until, roleThen: END.then })],
      finds: ['kestrel@example.com (NotionWorkspace "acme") is owner only for a time'],
    },
    "so does one whose membership ends": {
      settings: { owners: ["kestrel@example.com"] },
      declared: [inWorkspace({ until: END.until })],
      finds: ['kestrel@example.com (NotionWorkspace "acme") is owner only for a time'],
    },
    "an end that is not known yet may be none": {
      settings: { owners: ["kestrel@example.com"] },
      declared: kestrel({ until: unknown, then: "member" }),
    },
    "no role, and no declaration, fail": {
      settings: { owners: ["a@example.com", "b@example.com"] },
      declared: [user("a@example.com")],
      finds: ['a@example.com (NotionUser "a") is not declared', "b@example.com is not declared"],
    },
    "an unknown role may be right": {
      settings: { owners: ["a@example.com"] },
      declared: person("a@example.com", unknown),
    },
    "an owner whose address is not known is none of those who are named": {
      settings: { owners: ["a@example.com"] },
      declared: nobodyKnown("owner"),
      finds: ["a@example.com is not declared"],
    },
    "nor is one whom nothing names": {
      settings: { owners: ["a@example.com", "b@example.com"] },
      declared: [somebody("owner")],
      finds: ["a@example.com is not declared", "b@example.com is not declared"],
    },
  });

  judges(breakGlassOwners, {
    "protected owners for good pass": {
      settings: { owners: ["ada@example.com", "root@x.com"] },
      declared: [
        ...person("ada@example.com", "owner", { protect: true }),
        workspace({ "root@x.com": { role: "owner", protect: true } }),
      ],
    },
    "each that is not protected, is one for a time, or is missing, fails": {
      settings: { owners: ["ada@example.com", "root@x.com", "gone@x.com"] },
      declared: [
        ...person("ada@example.com", "owner"),
        workspace({ "root@x.com": { role: "owner", protect: true, until: "2027-01-31" } }),
      ],
      finds: [
        'NotionUser "ada" is not protected',
        'NotionRoleAssignment "ada" is not protected',
        "root@x.com",
        "gone@x.com is not declared",
      ],
    },
  });

  judges(ownersProtected, {
    "whom the program only reads it need not protect": {
      declared: [user("ada@example.com", { managed: false, role: "owner" } as object)],
    },
    "protected owners pass, members need not be": {
      declared: [...person("ada@example.com", "owner", { protect: true }), ...eve],
    },
    "each unprotected declaration fails": {
      declared: ada,
      finds: ['NotionRoleAssignment "ada" is not protected', 'NotionUser "ada" is not protected'],
    },
    "owners of a workspace that protects them pass, alone or all": {
      declared: [
        workspace({ "a@x.com": { role: "owner", protect: true } }),
        { ...workspace({ "b@x.com": { role: "owner" } }, { protect: true }), name: "other" },
      ],
    },
    "each owner of a workspace whom it lets go fails once": {
      declared: [
        workspace({
          "a@x.com": { role: "owner" },
          "b@x.com": { role: "owner", protect: false },
          "c@x.com": { role: "member" },
        }),
      ],
      finds: ["a@x.com in the roster", "b@x.com in the roster"],
    },
    "Pulumi's option does not keep a person in a workspace": {
      declared: [workspace({ "a@x.com": { role: "owner" } }, {}, { protect: true })],
      finds: ["a@x.com in the roster"],
    },
    "the owner's identity need not be known": {
      declared: [...nobodyKnown("owner"), { ...somebody("owner"), name: "y" }],
      finds: ['NotionRoleAssignment "x" is not', 'NotionRoleAssignment "y" is not'],
    },
    "an unknown role is left alone": { declared: person("b@example.com", unknown) },
  });
});
