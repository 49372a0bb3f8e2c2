import {
  type Policies,
  PolicyPack,
  type ResourceRemediation,
  type ResourceValidation,
  type StackValidation,
} from "@pulumi/policy";
import { AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import { isOfProvider } from "../provider/state/type-tokens";
import { checkConfig, clock, configSchemaOf, overridesOf, type PackConfig, parseSettings } from "./config";
import { type Entry, isOurs, type Member } from "./declaration";
import { everyRuleJudges } from "./judging";
import { Reading } from "./reading";
import { convertOnce, refuseUnknownConfig } from "./requests";
import { messagesOf, type Rule } from "./rule";
import { rules } from "./rules";
import { readWorkspace, type Workspace } from "./workspace";

/** The pack's name, in the engine's output. */
const PACK_NAME = "pulumi-notion";

/**
 * The rules as policies for your own PolicyPack, with other levels and settings than the defaults. A configuration file may
 * change them further. This reads the clock: the present, or NOTION_AS_OF.
 * @throws {PolicyConfigurationError} if NOTION_AS_OF is no instant, or `config` names an unknown rule or setting
 */
export function notionPolicies(config: PackConfig = {}): Policies {
  checkConfig(
    Object.fromEntries(
      Object.entries(config).map(([name, entry]) => {
        const { enforcementLevel: _, ...settings } =
          typeof entry === "object" ? entry : { enforcementLevel: entry };
        return [name, settings];
      }),
    ),
  );
  // Once: a run has one moment.
  const run: Run = { now: clock(process.env, Date.now()), reading: new Reading(), idle: new Map() };
  return rules.map((rule, place) => policyOf(rule as Rule, place, config, run));
}

/** The data that the policies of a pack share. */
interface Run {
  now: number;
  reading: Reading;
  /** The idle rules, each with its reason. */
  idle: Map<string, string>;
}

/** Starts the pack, as AwsGuard of @pulumi/awsguard does: `notionPolicyPack({ all: "mandatory" })`. */
export function notionPolicyPack(config: PackConfig = {}, name = PACK_NAME): PolicyPack {
  const policies = notionPolicies(config);
  refuseUnknownConfig(AnalyzerService);
  convertOnce(AnalyzerService);
  return new PolicyPack(name, {
    description: "Who may be in a Notion workspace, and which role they may hold.",
    displayName: "Notion members and roles",
    policies,
  });
}

function policyOf(
  rule: Rule,
  place: number,
  config: PackConfig,
  { now, reading, idle }: Run,
): Policies[number] {
  const { level, settings: overrides } = overridesOf(rule, config);
  const { name, description, severity, remediationSteps, remediate, scopes } = rule;
  const configSchema = configSchemaOf(rule, overrides);
  const settingsOf = (args: { getConfig(): object }) =>
    parseSettings(rule, { ...overrides, ...args.getConfig() });

  const judge = (
    read: () => Workspace,
    args: { getConfig(): object; notApplicable(reason?: string): never },
    report: (message: string, urn?: string) => void,
  ) => {
    const settings = settingsOf(args);
    const why = rule.idle?.(settings);
    if (why !== undefined) {
      idle.set(name, why);
      args.notApplicable(why);
    }
    for (const { urn, message } of messagesOf(rule.evaluate(read(), settings, now, idle)))
      report(message, urn);
  };
  const validateResource: ResourceValidation = (args, report) => {
    if (!isOurs(args)) args.notApplicable("not a resource of pulumi-notion");
    judge(() => reading.resource(place, args), args, report);
  };
  const validateStack: StackValidation = (args, report) => {
    const ours = args.resources.filter(isOurs);
    // A stack of this provider in which nobody is seen is not one that passes: one rule says so.
    const isForeign = name !== everyRuleJudges.name || !args.resources.some(({ type }) => isOfProvider(type));
    if (ours.length === 0 && isForeign) args.notApplicable("no resource of pulumi-notion");
    judge(() => reading.stack(place, ours), args, report);
  };
  const remediateResource: ResourceRemediation = (args) => {
    if (remediate === undefined || !isOurs(args)) return undefined;
    const settings = settingsOf(args);
    const changes = readWorkspace([args], false).members.flatMap((member) => {
      const change = remediate(member, settings);
      return change === undefined ? [] : [{ member, change }];
    });
    if (changes.length === 0) return undefined;
    // Changed in place: a copy would lose secrets, and unknown values cannot be copied.
    for (const { member, change } of changes) Object.assign(declarationIn(args.props, member), change);
    return args.props;
  };

  return {
    name,
    description,
    severity,
    remediationSteps,
    enforcementLevel: level,
    ...(configSchema === undefined ? {} : { configSchema }),
    ...(scopes.includes("before") ? { validateResource } : {}),
    ...(scopes.includes("end") ? { validateStack } : {}),
    ...(remediate === undefined ? {} : { remediateResource }),
  };
}

/** The properties of a member among those of the resource. */
function declarationIn(props: Record<string, unknown>, member: Member): object {
  const isEntry = (each: Member): each is Entry => each.kind === "NotionWorkspace";
  return isEntry(member) ? ((props.people as Record<string, object>)[member.key] ?? {}) : props;
}
