import { isDeepStrictEqual } from "node:util";
import type { dynamic } from "@pulumi/pulumi";
import { z } from "zod";
import { isEmail } from "../../member/email";
import { isMemberId, MEMBER_ID_WANTED } from "../../member/id";
import { ROLES } from "../../member/role";
import { isLimit, LIMITS, type Limit } from "../../plan/limits";
import { ON_REMOVE, type Times, UNDECLARED } from "../../plan/people";
import { timeProblems } from "../../plan/times";
import type { WorkspaceInputs } from "../../plan/workspace";
import {
  checkInputs,
  email,
  flag,
  instant,
  list,
  oneOf,
  optional,
  type Properties,
  profileShape,
  text,
} from "../inputs";

const limit = z.custom<Limit>(isLimit, 'must be a whole number from 0 or a share such as "25%"');
const pattern = z.string().refine((text) => isEmail(text) || /^\*@[^\s@*]+\.[^\s@*]+$/.test(text), {
  error: ({ input }) => `must be an e-mail address, or *@ and a domain, not "${input}"`,
});

const memberId = z
  .string()
  .refine(isMemberId, { error: ({ input }) => `${MEMBER_ID_WANTED}, not "${input}"` });

const timesShape = {
  from: optional(instant),
  until: optional(instant),
  roleFrom: optional(instant),
  roleUntil: optional(instant),
  roleThen: optional(oneOf(ROLES)),
  reason: optional(text),
  approvedBy: optional(email),
} satisfies Record<keyof Times, z.ZodType>;

const personSchema = z.strictObject({
  ...timesShape,
  ...profileShape,
  role: optional(oneOf(ROLES)),
  id: optional(memberId),
  formerUserName: optional(email),
  onRemove: optional(oneOf(ON_REMOVE)),
  protect: optional(flag),
});

const settingsShape = {
  limits: z
    .strictObject({
      ...Object.fromEntries(Object.keys(LIMITS).map((name) => [name, limit.optional()])),
      minOwners: z.number().int().min(0).optional(),
      requiredOwners: list(email).optional(),
      tokenOwner: email.optional(),
    })
    .optional(),
  onRemove: oneOf(ON_REMOVE).optional(),
  protect: flag.optional(),
  undeclared: oneOf(UNDECLARED).optional(),
  except: list(pattern).optional(),
  concealed: z.record(z.string(), z.array(z.string())).optional(),
};

/** What a program may say of a NotionWorkspace; each person is checked by themself. */
const workspaceSchema = z.strictObject({ people: z.record(z.string(), personSchema), ...settingsShape });

/**
 * Checks and normalizes what a program declares of a workspace. What is as the state has it passes: with
 * `ignoreChanges` that is what a refresh found, also a role that this version does not know.
 */
export function checkWorkspaceInputs(
  olds: Properties,
  news: Properties,
): dynamic.CheckResult<WorkspaceInputs & Properties> {
  const found = new Map<string, Properties>();
  const before = (olds.people ?? {}) as Record<string, Properties>;
  const people = Object.fromEntries(
    Object.entries((news.people ?? {}) as Record<string, Properties>).map(([address, person]) => {
      const held = before[address] ?? {};
      const same = Object.keys(person).filter(
        (key) => key in held && isDeepStrictEqual(person[key], held[key]),
      );
      found.set(address, Object.fromEntries(same.map((key) => [key, person[key]])));
      return [address, Object.fromEntries(Object.entries(person).filter(([key]) => !same.includes(key)))];
    }),
  );
  const addresses = Object.keys(people).flatMap((address) => {
    const issue = email.safeParse(address).error?.issues[0];
    return issue === undefined
      ? []
      : [{ property: "", reason: `people.${address}.userName ${issue.message}` }];
  });
  const { inputs, failures: others = [] } = checkInputs(workspaceSchema as z.ZodType<Properties>, {
    ...news,
    people,
  });
  const failures = [...addresses, ...others];
  if (failures.length > 0) return { inputs: news as WorkspaceInputs & Properties, failures };
  const checked = inputs as unknown as WorkspaceInputs;
  const whole = Object.fromEntries(
    Object.entries(checked.people).map(([address, person]) => [
      address,
      { ...found.get(address), ...person },
    ]),
  );
  const problems = Object.entries(whole).flatMap(([address, person]) =>
    [...timeProblems(person), ...protectionProblems(person, checked.protect)].map((why) => ({
      property: "",
      reason: `${address}: ${why}`,
    })),
  );
  return { inputs: { ...checked, people: whole } as WorkspaceInputs & Properties, failures: problems };
}

/** A membership that ends and may not end: refused now, since the run in which it ends would have to leave it. */
function protectionProblems({ until, protect }: Times & { protect?: boolean }, everybody = false): string[] {
  if (until === undefined || !(protect ?? everybody)) return [];
  const where = protect === undefined ? "protect is true for the whole workspace" : "protect is true";
  return [
    `their access ends (until ${until}), and ${where}. Take until out, or set protect to false for them`,
  ];
}
