import { z } from "zod";
import { UNDECLARED } from "../provider/state/world";
import type { Roster } from "./declaration";
import { formatList } from "./format";
import { defineRule, type Violation } from "./rule";
import { textOf, UNKNOWN } from "./value";

/** The program must notice a person that somebody invites in Notion's settings. */
export const nobodyUnmanaged = defineRule({
  name: "nobody-unmanaged",
  area: "People",
  description: "The workspace has no unmanaged members.",
  severity: "high",
  level: "mandatory",
  remediationSteps:
    "Set `undeclared` of the NotionWorkspace. Declare or remove the unmanaged members that a refresh finds.",
  scopes: ["before", "end"],
  settings: z.strictObject({
    undeclared: z
      .array(z.enum(UNDECLARED))
      .refine((list) => list.length > 0, "is empty, so the rule would allow nothing")
      .optional()
      .transform((list) => list ?? [])
      .describe(
        "The allowed values of `undeclared` in a NotionWorkspace, such as `restrict` and `remove`. Without it the rule is idle.",
      ),
    except: z
      .array(z.string().toLowerCase())
      .default([])
      .describe("The allowed values of `except` in a NotionWorkspace: an address, or `*@` and a domain."),
  }),
  idle: ({ undeclared }) => (undeclared.length === 0 ? "no `undeclared` is configured" : undefined),
  evaluate: ({ rosters, isWhole }, { undeclared, except }) => [
    ...rosters.flatMap((roster) => [
      ...(isWhole && roster.evaluated ? [] : [...left(roster, undeclared), ...excepted(roster, except)]),
      ...(isWhole ? found(roster) : []),
    ]),
    ...(isWhole && rosters.length === 0 ? ONE_BY_ONE : []),
  ],
});

/** A NotionUser knows one person. Only a NotionWorkspace looks for unmanaged members. */
const ONE_BY_ONE: readonly Violation[] = [
  {
    found: "The stack declares its people one by one, so the rule cannot see unmanaged members",
    allowed: "a NotionWorkspace, which looks for unmanaged members",
    remediation: { key: "declareInWorkspace" },
  },
];

/** A workspace that leaves unmanaged members alone. */
function left({ urn, label, props }: Roster, undeclared: readonly string[]): Violation[] {
  const said = textOf(props, "undeclared") ?? "ignore";
  if (said === UNKNOWN || undeclared.includes(said)) return [];
  return [
    {
      urn,
      found: `${label} leaves unmanaged members alone (undeclared: "${said}")`,
      allowed: `undeclared: ${formatList(undeclared.map((each) => `"${each}"`))}`,
      remediation: { key: "setUndeclared", label },
    },
  ];
}

/** Exceptions that the company does not allow. */
function excepted({ urn, label, props }: Roster, allowed: readonly string[]): Violation[] {
  const said = Array.isArray(props.except) ? props.except : [];
  const more = said.filter((each) => typeof each === "string" && !allowed.includes(each.toLowerCase()));
  if (more.length === 0) return [];
  return [
    {
      urn,
      found: `${label} leaves some unmanaged members alone: ${formatList(more)} (except)`,
      allowed: allowed.length === 0 ? "no except" : `except: ${formatList(allowed)}`,
      remediation: { key: "declareExcepted", label },
    },
  ];
}

/** Unmanaged members that a refresh found. */
function found({ urn, label, unmanaged }: Roster): Violation[] {
  if (unmanaged === 0) return [];
  return [
    {
      urn,
      found: `The workspace of ${label} has ${unmanaged} unmanaged ${unmanaged === 1 ? "member" : "members"}`,
      allowed: "only declared members",
      remediation: { key: "declareUnmanaged" },
    },
  ];
}
