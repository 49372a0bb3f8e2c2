import { z } from "zod";
import { PROFILE_ATTRIBUTES } from "../provider/model/attributes";
import { domainOf } from "../provider/model/email";
import type { Member } from "./declaration";
import { formatList } from "./format";
import type { Person } from "./person";
import { formatRole, hasNoRole } from "./reach";
import { defineRule, type Violation } from "./rule";
import { domains, pattern, sharedAccount } from "./settings";
import { known, type Properties, UNKNOWN } from "./value";

/** Every declared person has an address of an allowed domain. */
export const allowedEmailDomains = defineRule({
  name: "allowed-email-domains",
  area: "People",
  description: "Members have an e-mail address of an allowed domain.",
  severity: "high",
  level: "mandatory",
  remediationSteps: "Use the person's work address, or add the domain to the setting `domains`.",
  scopes: ["before"],
  settings: z.strictObject({
    domains: domains("The allowed domains, partners' included."),
  }),
  idle: (settings) => (settings.domains.length === 0 ? "no domains are configured" : undefined),
  evaluate: ({ people }, settings) =>
    people.flatMap((person) => {
      if (typeof person.email !== "string") return [];
      const domain = domainOf(person.email);
      if (domain === undefined || settings.domains.includes(domain)) return [];
      return managed(person).map((member) => {
        const told = member.hidesEmail ? "another domain" : domain;
        return {
          urn: member.urn,
          found: `${person.label} is at ${told}`,
          allowed: `addresses at ${formatList(settings.domains)}`,
          remediation: { key: "useAllowedDomain", domain: told },
        };
      });
    }),
});

/** Addresses have the form in which Notion keeps them. */
export const lowerCaseEmail = defineRule({
  name: "lower-case-email",
  area: "People",
  description: "E-mail addresses are written in lower case, as Notion keeps them.",
  severity: "low",
  level: "remediate",
  remediationSteps: "Write the address in lower case. At the level `remediate` the pack does it.",
  scopes: ["before"],
  settings: z.strictObject({}),
  evaluate: ({ people }) =>
    people.flatMap((person) =>
      person.members.flatMap((member) =>
        Object.keys(foldedEmails(member.props)).map((property) => ({
          urn: member.urn,
          found: `${person.label}: ${property} has capital letters`,
          allowed: "addresses in lower case",
          remediation: { key: "writeLowerCase" as const, place: member.place, property },
        })),
      ),
    ),
  remediate: ({ kind, props }) => {
    // The e-mail of a person in a workspace is a key, which the class folds.
    const { userName: _, ...others } = props;
    const folded = foldedEmails(kind === "NotionWorkspace" ? others : props);
    return Object.keys(folded).length === 0 ? undefined : folded;
  },
});

/** Two declarations of one person undo each other's work. */
export const personDeclaredOnce = defineRule({
  name: "person-declared-once",
  area: "People",
  description: "A person is declared once: by one NotionUser, or in one NotionWorkspace.",
  severity: "high",
  level: "mandatory",
  remediationSteps: "Keep one of the declarations, and use its outputs in place of the other's.",
  scopes: ["end"],
  settings: z.strictObject({}),
  evaluate: ({ people }) =>
    people
      .map((person) => ({ person, members: managed(person) }))
      .filter(({ members }) => members.length > 1)
      .map(({ person, members }) => ({
        urn: members.at(-1)?.urn,
        found: `${person.label} is declared ${members.length} times, by ${formatList(members.map((each) => each.label))}`,
        allowed: "one NotionUser, or one NotionWorkspace, for each address (in any case)",
        remediation: { key: "keepOneDeclaration", place: String(members[0]?.place) },
      })),
});

/** Without a declared role, Notion or somebody in its settings decides it. */
export const memberHasRole = defineRule({
  name: "member-has-role",
  area: "People",
  description: "Every declared member has exactly one declared role.",
  severity: "medium",
  level: "advisory",
  remediationSteps:
    "Set the `role` of a person in a NotionWorkspace, or declare a NotionRoleAssignment. Set an `initialRole` beside it to the same role.",
  scopes: ["end"],
  settings: z.strictObject({}),
  evaluate: ({ people }) => {
    const declared = people.filter((person) => managed(person).length > 0);
    return [...declared.flatMap(contradictions), ...declared.filter(hasNoRole).map(withoutRole)];
  },
});

function withoutRole(person: Person): Violation {
  return {
    urn: person.members[0]?.urn,
    found: `${person.label} has no declared role`,
    allowed: "one role for each member",
    remediation: { key: "sayRole" },
  };
}

function contradictions(person: Person): Violation[] {
  return person.members.flatMap((member) => {
    const initial = known(member.initialRole);
    // The initial role must be the role itself, or the role outside its time.
    const other = person.assignments.find(
      ({ role, roleThen }) => typeof role === "string" && role !== initial && roleThen !== initial,
    );
    if (initial === undefined || other === undefined) return [];
    return {
      urn: member.urn,
      found: `${person.label} is added as ${formatRole(initial, "initialRole", member)} and then gets the role ${formatRole(other.role, "role", other)} from ${other.label}`,
      allowed: "one role for each member",
      remediation: { key: "sameInitialRole" as const, role: formatRole(other.role, "role", other) },
    };
  });
}

/** Attributes that a company requires of each member. */
export const requiredAttributes = defineRule({
  name: "required-attributes",
  area: "People",
  description: "Members have the attributes that the company requires.",
  severity: "medium",
  level: "mandatory",
  remediationSteps: "Add the attribute to the person.",
  scopes: ["before"],
  settings: z.strictObject({
    attributes: z
      .array(z.enum(PROFILE_ATTRIBUTES))
      .refine((list) => list.length > 0, "is empty, so the rule would judge nobody")
      .optional()
      .transform((list) => list ?? [])
      .describe("The required properties of a person, such as `department`. Without it the rule is idle."),
  }),
  idle: (settings) => (settings.attributes.length === 0 ? "no attributes are configured" : undefined),
  evaluate: ({ people }, settings) =>
    people.flatMap((person) =>
      managed(person).flatMap((member) => {
        const missing = settings.attributes.filter((attribute) => isEmpty(member.props[attribute]));
        if (missing.length === 0) return [];
        return {
          urn: member.urn,
          found: `${person.label} has no ${formatList(missing)}`,
          allowed: `members with ${formatList(settings.attributes)}`,
          remediation: {
            key: "addAttributes" as const,
            place: member.place,
            attributes: formatList(missing),
          },
        };
      }),
    ),
});

/** A shared account that looks like a person hides who acted. */
export const sharedAccountNamed = defineRule({
  name: "shared-account-named",
  area: "People",
  description: "A shared or service account has a name that says so.",
  severity: "low",
  level: "advisory",
  remediationSteps: "Set a name or a userType that says what the account is.",
  scopes: ["before"],
  settings: z.strictObject({
    pattern: sharedAccount,
    marker: pattern(
      "\\b(bot|service|shared|team)\\b",
      "The text that the name or userType of such an account must contain (regular expression, any case).",
    ),
  }),
  evaluate: ({ people }, settings) =>
    people.flatMap((person) => {
      const email = person.email;
      if (typeof email !== "string" || !new RegExp(settings.pattern, "i").test(email)) return [];
      return managed(person)
        .filter((member) => isMarked(member, new RegExp(settings.marker, "i")) === false)
        .map((member) => ({
          urn: member.urn,
          found: `${person.label} looks like a shared or service account, and its name does not say so`,
          allowed: `such accounts with a name or userType that matches /${settings.marker}/i`,
          remediation: { key: "nameSharedAccount" as const },
        }));
    }),
});

/** Declarations of a membership, without those that only read a member. */
function managed({ members }: Person): Member[] {
  return members.filter((member) => member.managed);
}

function isMarked({ props }: Member, marker: RegExp): boolean | typeof UNKNOWN {
  const name = props.name;
  const parts: unknown[] = [
    props.userType,
    ...(typeof name === "object" && name !== null ? Object.values(name) : [name]),
  ];
  if (parts.some((part) => typeof part === "string" && marker.test(part))) return true;
  return parts.includes(UNKNOWN) ? UNKNOWN : false;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  return typeof value === "object" && Object.values(value).every(isEmpty);
}

function foldedEmails(props: Properties): Record<string, string> {
  return Object.fromEntries(
    ["userName", "manager", "formerUserName"].flatMap((property) => {
      const value = props[property];
      return typeof value === "string" && value !== value.toLowerCase()
        ? [[property, value.toLowerCase()]]
        : [];
    }),
  );
}
