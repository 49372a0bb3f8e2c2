import {
  type Policies,
  PolicyPack,
  type ResourceRemediation,
  type ResourceValidation,
  type StackValidation,
} from "@pulumi/policy";
import { AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import { clock } from "./clock";
import { checkConfig, configSchemaOf, overridesOf, type PackConfig, parseSettings } from "./config";
import { type DeclaredResource, type Entry, isOurs, type Member } from "./declaration";
import { messageOf, type Rule } from "./rule";
import { rules } from "./rules";
import { readWorkspace } from "./workspace";

/** The pack's name, in the engine's output. */
const PACK_NAME = "pulumi-notion";

/**
 * The rules as policies for a PolicyPack of one's own, with levels and settings that differ from the
 * defaults. A configuration file may change them further. The clock is read here: the present, or NOTION_AS_OF.
 * @throws {PolicyConfigurationError} when NOTION_AS_OF is no moment, or when `config` names a rule or setting that is not there
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
  const now = clock(process.env, Date.now());
  return rules.map((rule) => policyOf(rule as Rule, config, now));
}

/** Starts the pack, as AwsGuard of @pulumi/awsguard does: `notionPolicyPack({ all: "mandatory" })`. */
export function notionPolicyPack(config: PackConfig = {}, name = PACK_NAME): PolicyPack {
  const policies = notionPolicies(config);
  refuseUnknownConfig();
  return new PolicyPack(name, {
    description: "Who may be in a Notion workspace, and which role they may hold.",
    displayName: "Notion members and roles",
    policies,
  });
}

function policyOf(rule: Rule, config: PackConfig, now: number): Policies[number] {
  const { level, settings: overrides } = overridesOf(rule, config);
  const { name, description, severity, remediationSteps, remediate } = rule;
  const configSchema = configSchemaOf(rule, overrides);
  const settingsOf = (args: { getConfig(): object }) =>
    parseSettings(rule, { ...overrides, ...args.getConfig() });

  const judge = (
    resources: Iterable<DeclaredResource>,
    args: { getConfig(): object; notApplicable(reason?: string): never },
    report: (message: string, urn?: string) => void,
  ) => {
    const settings = settingsOf(args);
    const idle = rule.idle?.(settings);
    if (idle !== undefined) args.notApplicable(idle);
    for (const violation of rule.judge(readWorkspace(resources), settings, now)) {
      report(messageOf(violation), violation.urn);
    }
  };
  const validateResource: ResourceValidation = (args, report) => {
    if (!isOurs(args)) args.notApplicable("not a resource of pulumi-notion");
    judge([args], args, report);
  };
  const validateStack: StackValidation = (args, report) => {
    // The engine hands resources over in any order; whoever reads two runs wants to see what changed.
    const ours = args.resources.filter(isOurs).sort((a, b) => (a.urn < b.urn ? -1 : 1));
    if (ours.length === 0) args.notApplicable("no resource of pulumi-notion");
    judge(ours, args, report);
  };
  const remediateResource: ResourceRemediation = (args) => {
    if (remediate === undefined || !isOurs(args)) return undefined;
    const settings = settingsOf(args);
    const changes = readWorkspace([args]).members.flatMap((member) => {
      const change = remediate(member, settings);
      return change === undefined ? [] : [{ member, change }];
    });
    if (changes.length === 0) return undefined;
    // Changed in place: a copy would lose what is secret, and could not be made of what is not known yet.
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
    ...(rule.scope === "resource" ? { validateResource } : { validateStack }),
    ...(remediate === undefined ? {} : { remediateResource }),
  };
}

/** Where the properties of a member stand among those of the resource. */
function declarationIn(props: Record<string, unknown>, member: Member): object {
  const isEntry = (each: Member): each is Entry => each.kind === "NotionWorkspace";
  return isEntry(member) ? ((props.people as Record<string, object>)[member.key] ?? {}) : props;
}

/**
 * Makes the pack refuse a configuration file with a name that is not there, before anything is judged.
 * @pulumi/policy shows a policy its own entry alone, so the whole is looked at on its way in. What it
 * throws while reading the request goes back to the engine as the answer.
 */
function refuseUnknownConfig(): void {
  const { configure } = AnalyzerService;
  const deserialize = configure.requestDeserialize;
  configure.requestDeserialize = (bytes) => {
    const request = deserialize(bytes);
    const config = request.getPolicyconfigMap();
    request.getPolicyconfigMap = () => {
      const settings = [...config.entries()].map(([name, entry]) => [
        name,
        entry.getProperties()?.toJavaScript() ?? {},
      ]);
      checkConfig(Object.fromEntries(settings));
      return config;
    };
    return request;
  };
}
