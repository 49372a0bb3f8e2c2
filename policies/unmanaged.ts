import { z } from "zod";
import { UNDECLARED } from "../provider/state/world";
import type { Roster } from "./declaration";
import { formatList } from "./format";
import { defineRule, type Violation } from "./rule";
import { textOf, UNKNOWN } from "./value";

/** A person who is invited in Notion's settings, past the program, is to be noticed. */
export const nobodyUnmanaged = defineRule({
  name: "nobody-unmanaged",
  area: "People",
  description: "Nobody is in the workspace whom the program does not declare.",
  severity: "high",
  level: "mandatory",
  remediationSteps: "Say `undeclared` of the NotionWorkspace, and declare or remove whom a refresh finds.",
  scopes: ["before", "end"],
  settings: z.strictObject({
    undeclared: z
      .array(z.enum(UNDECLARED))
      .refine((list) => list.length > 0, "is empty, and the rule would allow nothing")
      .optional()
      .transform((list) => list ?? [])
      .describe(
        "What a NotionWorkspace may say in `undeclared`, such as `restrict` and `remove`. Without it the rule is idle.",
      ),
    except: z
      .array(z.string().toLowerCase())
      .default([])
      .describe(
        "What a NotionWorkspace may say in `except`, as it stands there: an address, or `*@` and a domain.",
      ),
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
    found: "The stack declares its people one by one, and the rule cannot judge who else is there",
    allowed: "a NotionWorkspace, which looks for unmanaged members",
    remediation: { key: "declareInWorkspace" },
  },
];

/** What a workspace does with unmanaged members. */
function left({ urn, label, props }: Roster, undeclared: readonly string[]): Violation[] {
  const said = textOf(props, "undeclared") ?? "ignore";
  if (said === UNKNOWN || undeclared.includes(said)) return [];
  return [
    {
      urn,
      found: `${label} leaves members whom it does not declare (undeclared: "${said}")`,
      allowed: `undeclared: ${formatList(undeclared.map((each) => `"${each}"`))}`,
      remediation: { key: "setUndeclared", label },
    },
  ];
}

/** Whom a workspace leaves alone although it does something with the others. */
function excepted({ urn, label, props }: Roster, allowed: readonly string[]): Violation[] {
  const said = Array.isArray(props.except) ? props.except : [];
  const more = said.filter((each) => typeof each === "string" && !allowed.includes(each.toLowerCase()));
  if (more.length === 0) return [];
  return [
    {
      urn,
      found: `${label} leaves members alone whom it does not declare: ${formatList(more)} (except)`,
      allowed: allowed.length === 0 ? "no except" : `except: ${formatList(allowed)}`,
      remediation: { key: "declareExcepted", label },
    },
  ];
}

/** Whom a refresh found. */
function found({ urn, label, unmanaged }: Roster): Violation[] {
  if (unmanaged === 0) return [];
  return [
    {
      urn,
      found: `${unmanaged} ${unmanaged === 1 ? "member is" : "members are"} in the workspace of ${label} and not declared`,
      allowed: "members whom the program declares",
      remediation: { key: "declareUnmanaged" },
    },
  ];
}
