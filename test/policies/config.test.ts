import { describe, expect, it } from "vitest";
import { checkConfig, configSchemaOf, parseSettings } from "../../policies/config";
import { notionPolicies, type PackConfig, PolicyConfigurationError } from "../../policies/index";
import { maximumOwners, minimumOwners } from "../../policies/owners";
import type { Rule } from "../../policies/rule";
import { rules } from "../../policies/rules";

const byName = (config?: PackConfig) =>
  new Map(notionPolicies(config).map((policy) => [policy.name, policy]));

describe("the rules", () => {
  it.each(rules.map((rule) => [rule.name, rule as Rule] as const))("%s says what it is", (name, rule) => {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)+$/);
    expect(rule.description).toMatch(/^[A-Z].*\.$/);
    expect(rule.remediationSteps).toMatch(/\.$/);
    for (const schema of Object.values(configSchemaOf(rule)?.properties ?? {})) {
      expect(schema.description).toMatch(/^[A-Z].*\.$/);
      // The engine fills it in, and the table shows it; without one the rule is idle, and says so.
      expect(
        schema.default !== undefined || schema.description?.endsWith("Without it the rule is idle."),
      ).toBe(true);
    }
  });

  it("have names of their own", () => {
    expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
  });
});

describe("a configuration", () => {
  it.each([
    ["an unknown rule", { "minimum-owner": {} }, '"minimum-owner" is not a policy'],
    [
      "an unknown setting",
      { "minimum-owners": { minimun: 1 } },
      'minimum-owners has no setting "minimun". Use minimum',
    ],
    ["a setting of a rule without any", { "no-tokens": { minimum: 1 } }, "It has none"],
    ["settings for all", { all: { minimum: 1 } }, '"all" takes a level, not the setting minimum'],
    ["a wrong type", { "minimum-owners": { minimum: "2" } }, "minimum-owners.minimum: "],
    ["a negative number", { "minimum-owners": { minimum: -1 } }, "minimum-owners.minimum: "],
    [
      "a period beyond what is remembered",
      { "privileged-time-limited": { days: 30, period: 1000 } },
      "privileged-time-limited.period: is more than 731",
    ],
    ["a period without a day", { "privileged-time-limited": { days: 30, period: 0 } }, ".period: "],
    ["a share above 1", { "maximum-owners": { share: 5 } }, "maximum-owners.share: "],
    [
      "an address for a domain",
      { "outsiders-restricted": { domains: ["a@b.com"] } },
      "outsiders-restricted.domains.0: ",
    ],
    [
      "an unknown attribute",
      { "required-attributes": { attributes: ["dept"] } },
      "required-attributes.attributes.0: ",
    ],
    [
      "a pattern for a domain",
      { "outsiders-restricted": { domains: ["*.example.com"] } },
      '"*.example.com" is not a domain',
    ],
    [
      "a link for a domain",
      { "allowed-email-domains": { domains: ["https://example.com"] } },
      '"https://example.com" is not',
    ],
    ["a name for an owner", { "owners-from-list": { owners: ["ada"] } }, '"ada" is not an e-mail address'],
    ["an empty list of domains", { "outsiders-restricted": { domains: [] } }, "would judge nobody"],
    ["an empty list of owners", { "permanent-owners": { owners: [] } }, "would judge nobody"],
    ["an empty list of attributes", { "required-attributes": { attributes: [] } }, "would judge nobody"],
    ["a broken pattern", { "shared-account-named": { marker: "[" } }, "is not a regular expression"],
  ])("with %s is refused", (_, config, says) => {
    expect(() => checkConfig(config)).toThrow(says);
  });

  it("is refused with all its problems at once, and without a stack trace", () => {
    let refusal: unknown;
    try {
      checkConfig({ a: {}, "no-tokens": { b: 1 } });
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(PolicyConfigurationError);
    expect((refusal as Error).message).toMatch(/"a"[\s\S]*"b"/);
    expect((refusal as Error).stack).not.toContain("config.ts");
  });

  it("that names what is there passes", () => {
    checkConfig({ all: {}, "minimum-owners": { minimum: 3 }, "no-tokens": {} });
  });

  it("is completed with the defaults", () => {
    expect(parseSettings(minimumOwners, {})).toEqual({ minimum: 2 });
    expect(parseSettings(maximumOwners, { share: 0.1 })).toEqual({ maximum: 5, share: 0.1, breakGlass: [] });
  });
});

describe("in code", () => {
  it("the rules are policies with their own levels", () => {
    const policies = byName();
    expect([...policies.keys()]).toEqual(rules.map(({ name }) => name));
    for (const rule of rules) expect(policies.get(rule.name)?.enforcementLevel).toBe(rule.level);
  });

  it("a level for all counts where a rule has none", () => {
    const policies = byName({
      all: "disabled",
      "no-tokens": "advisory",
      "minimum-owners": { minimum: 3 },
      "maximum-owners": { enforcementLevel: "mandatory", share: 0.1 },
    });
    const level = (name: string) => policies.get(name)?.enforcementLevel;
    expect(["no-tokens", "minimum-owners", "maximum-owners", "one-role-per-person"].map(level)).toEqual([
      "advisory",
      "disabled",
      "mandatory",
      "disabled",
    ]);
  });

  it("settings become the defaults of what a file may say", () => {
    const properties = byName({ "minimum-owners": { minimum: 3 } }).get("minimum-owners")?.configSchema
      ?.properties;
    expect(properties?.minimum).toMatchObject({ type: "integer", minimum: 0, default: 3 });
  });

  it("a typo is refused", () => {
    // @ts-expect-error a rule that is not there
    expect(() => notionPolicies({ "minimum-owner": "mandatory" })).toThrow('"minimum-owner" is not a policy');
    // @ts-expect-error a setting that the rule does not have
    expect(() => notionPolicies({ "no-tokens": { x: 1 } })).toThrow('no-tokens has no setting "x"');
  });
});
