import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { describe, expect, it } from "vitest";
import { notionPolicies, type PackConfig } from "../../policies/index";
import { formatViolations, messagesOf, type Violation } from "../../policies/rule";
import { type Declaration, resourcesOf, roleOf, roleOfId, unknown, user, workspace } from "./declarations";

const packageAt = (...path: string[]) =>
  JSON.parse(readFileSync(join(__dirname, "..", "..", ...path, "package.json"), "utf8"));

it("the pack has the package's version, and depends on the versions that the package depends on", () => {
  const [pack, whole] = [packageAt("policies"), packageAt()];
  expect(pack.version).toBe(whole.version);
  expect({ ...whole.dependencies, ...whole.peerDependencies }).toMatchObject(pack.dependencies);
});

type Validate = (args: never, report: (message: string, urn?: string) => void) => unknown;

const NOT_APPLICABLE = "not applicable";

/** What a run of the engine asks of a pack: each resource by each policy, then the stack; what is reported, and where. */
function run(
  config: PackConfig,
  declared: readonly Declaration[],
  outputs = declared,
  typed: (type: string) => string = (type) => type,
) {
  const all = (declarations: readonly Declaration[]) =>
    resourcesOf(declarations).map((resource) => ({ ...resource, type: typed(resource.type) }));
  const said: { rule: string; message: string; urn: string | undefined; at: "before" | "end" }[] = [];
  const policies = notionPolicies(config).filter((policy) => policy.enforcementLevel !== "disabled");
  const ask = (rule: string, at: "before" | "end", validate: Validate | undefined, args: object) => {
    try {
      const report = (message: string, urn?: string) => said.push({ rule, message, urn, at });
      const notApplicable = () => {
        throw new Error(NOT_APPLICABLE);
      };
      validate?.({ getConfig: () => ({}), notApplicable, ...args } as never, report);
    } catch (error) {
      if ((error as Error).message !== NOT_APPLICABLE) throw error;
    }
  };
  for (const resource of all(declared)) {
    for (const policy of policies)
      ask(policy.name, "before", (policy as ResourceValidationPolicy).validateResource as Validate, resource);
  }
  for (const policy of policies) {
    ask(policy.name, "end", (policy as StackValidationPolicy).validateStack as Validate, {
      resources: all(outputs),
    });
  }
  return said;
}

const domains = ["example.com"];
const only = (config: PackConfig): PackConfig => ({ all: "disabled", ...config });

describe("a run of the pack", () => {
  const outsiders = only({ "outsiders-restricted": { enforcementLevel: "mandatory", domains } });

  it("says once what it finds, before the write, and not again at the end", () => {
    const declared = [user("eve@evil.org"), roleOf("eve@evil.org", "owner")];
    expect(run(outsiders, declared).map(({ rule, at }) => [rule, at])).toEqual([
      ["outsiders-restricted", "before"],
    ]);
  });

  it("finds the same of resources that the native plugin serves", () => {
    const declared = [user("eve@evil.org"), roleOf("eve@evil.org", "owner")];
    const native = (type: string) => type.replace("pulumi-nodejs:dynamic/notion:", "notion:index:");
    expect(run(outsiders, declared, declared, native)).toEqual(run(outsiders, declared));
  });

  it("says that it judges nobody where a stack has this provider and nobody that it knows", () => {
    const config = only({ "every-rule-judges": "advisory", "minimum-owners": "mandatory" });
    const newer = () => "notion:index:NotionTeam";
    const [said, ...others] = run(config, [user("ada@example.com")], undefined, newer);
    expect(said?.message).toContain("No rule judges anybody");
    expect(others).toEqual([]);
    expect(run(config, [user("ada@example.com")], undefined, () => "random:index:RandomId")).toEqual([]);
  });

  it("says of a role that is to come also where the state has another one by now", () => {
    const later = { from: "2999-01-01", then: "restricted_member" } as const;
    const declared = [user("eve@evil.org"), roleOf("eve@evil.org", "owner", later)];
    const held = [
      user("eve@evil.org"),
      roleOf("eve@evil.org", "restricted_member", { ...later, timedRole: "owner" } as object),
    ];
    expect(run(outsiders, declared, held)).toHaveLength(1);
    // Without the program, of the state alone.
    expect(run(outsiders, [], held)).toHaveLength(1);
  });

  it("says at the end what a state or a write found otherwise", () => {
    const declared = [user("eve@evil.org"), roleOf("eve@evil.org", "restricted_member")];
    const found = [user("eve@evil.org"), roleOf("eve@evil.org", "member")];
    expect(run(outsiders, declared, found)).toEqual([
      expect.objectContaining({ at: "end", message: expect.stringContaining("holds the role member") }),
    ]);
  });

  it("judges what only the update knows before the write: the e-mail is in the assignment itself", () => {
    const inPreview = [roleOfId(unknown, "owner", { member: unknown })];
    expect(run(outsiders, inPreview)).toEqual([]);
    const inUpdate = [roleOfId("7", "owner", { member: "eve@evil.org" })];
    expect(run(outsiders, inUpdate).map(({ at }) => at)).toEqual(["before"]);
  });

  it("says of many people in one resource one thing, names some and counts all", () => {
    const people = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, index) => [`p${index}@evil.org`, { role: "member" }]),
    );
    const said = run(
      only({
        "outsiders-restricted": { enforcementLevel: "mandatory", domains },
        "allowed-email-domains": { enforcementLevel: "mandatory", domains },
      }),
      [workspace(people)],
    );
    expect(said.map(({ rule }) => rule)).toEqual(["allowed-email-domains", "outsiders-restricted"]);
    for (const { message } of said) {
      expect(message).toContain("5000 violations:");
      expect(message).toContain("- and 4990 more");
      expect(message.split("\n").length).toBeLessThan(16);
    }
  });

  it("asks every policy about the same reading of a resource, and reads the next request anew", () => {
    const [policies, [resource]] = [
      notionPolicies({ all: "mandatory" }),
      resourcesOf([workspace({ "a@x.com": {} })]),
    ];
    let reads = 0;
    const counted = new Proxy(resource?.props ?? {}, {
      get: (target, key) => {
        reads += 1;
        return Reflect.get(target, key);
      },
    });
    const notApplicable = () => {
      throw new Error(NOT_APPLICABLE);
    };
    const askAll = () => {
      for (const policy of policies) {
        const validate = (policy as ResourceValidationPolicy).validateResource as Validate | undefined;
        try {
          validate?.(
            { ...resource, props: counted, getConfig: () => ({}), notApplicable } as never,
            () => {},
          );
        } catch (error) {
          if ((error as Error).message !== NOT_APPLICABLE) throw error;
        }
      }
      return reads;
    };
    const first = askAll();
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(4);
    expect(askAll()).toBe(2 * first);
  });
});

describe("a rule that judges nobody", () => {
  const idleRules = (config: PackConfig, declared: Declaration[] = [user("ada@example.com")]) =>
    run(config, declared).flatMap(({ rule, message }) => (rule === "every-rule-judges" ? [message] : []));

  it("says so: one that is mandatory and has no list", () => {
    const [said, ...others] = idleRules(
      only({ "outsiders-restricted": "mandatory", "every-rule-judges": "advisory" }),
    );
    expect(said).toContain("A rule judges nobody: outsiders-restricted (no domains are configured)");
    expect(others).toEqual([]);
  });

  it("says so of an empty configuration, all of them at once", () => {
    const [said] = idleRules({});
    for (const name of ["allowed-email-domains", "owners-from-list", "permanent-owners", "grant-has-reason"])
      expect(said).toContain(`${name} (no `);
  });

  const enforcementLevel = "mandatory";
  it.each<[string, PackConfig]>([
    ["30 of 30 days", { "privileged-time-limited": { enforcementLevel, days: 30, period: 30 } }],
    ["a minimum of none", { "minimum-owners": { enforcementLevel, minimum: 0 } }],
    ["a share of everybody", { "maximum-owners": { enforcementLevel, share: 1 } }],
  ])("says so of settings that nobody can break: %s", (_, settings) => {
    const [name = ""] = Object.keys(settings);
    const [said] = idleRules(only({ "every-rule-judges": "advisory", ...settings }));
    expect(said).toContain(`A rule judges nobody: ${name} (`);
  });

  it("does not where a rule has its settings, or is disabled", () => {
    expect(
      idleRules(
        only({
          "every-rule-judges": "advisory",
          "outsiders-restricted": { enforcementLevel: "mandatory", domains },
          "owners-from-list": "disabled",
        }),
      ),
    ).toEqual([]);
  });

  it("and a pack that judges nobody says that", () => {
    const config = only({ "every-rule-judges": "advisory" });
    const nobody = { ...user(unknown), name: "x" };
    expect(idleRules(config, [nobody])[0]).toContain("No rule judges anybody");
    expect(idleRules(config, [workspace({})])[0]).toContain("No rule judges anybody");
  });
});

it("the configuration that the README shows can be kept: a workspace with its owners and break-glass owner breaks no rule", () => {
  const readme = readFileSync(join(__dirname, "..", "..", "policies", "README.md"), "utf8");
  const shown: PackConfig = JSON.parse(/```json\n([\s\S]*?)```/.exec(readme)?.[1] ?? "");
  const owner = { role: "owner", protect: true, onRemove: "restrict" };
  const people = {
    "ada@example.com": { ...owner, reason: "INC-1", approvedBy: "grace@example.com" },
    "grace@example.com": { ...owner, reason: "INC-2", approvedBy: "ada@example.com" },
    "root@example.com": { ...owner, userType: "Shared account" },
    "zoe@example.com": { role: "member" },
    "sam@partner.io": {
      ...{ role: "restricted_member", until: "2027-01-31" },
      ...{ reason: "INC-3", approvedBy: "ada@example.com" },
    },
  };
  const now = process.env.NOTION_AS_OF;
  process.env.NOTION_AS_OF = "2026-12-01";
  try {
    expect(run(shown, [workspace(people, { undeclared: "restrict" })])).toEqual([]);
  } finally {
    if (now === undefined) delete process.env.NOTION_AS_OF;
    else process.env.NOTION_AS_OF = now;
  }
});

it("violations of one resource are one, those of several are several, and one alone stays as it is", () => {
  const one: Violation = { urn: "a", found: "f", allowed: "x", remediation: { key: "runUp" } };
  const alone = formatViolations([one]);
  expect(alone).toMatch(/^f\.\nAllowed: x\.\nWhat to do: run `pulumi up`.*\.$/);
  expect(messagesOf([one])).toEqual([{ urn: "a", message: alone }]);
  const other: Violation = { ...one, found: "g", remediation: { key: "setUndeclared", label: "acme" } };
  expect(messagesOf([one, { ...one, urn: "b" }, other])).toEqual([
    {
      urn: "a",
      message: expect.stringMatching(
        /^2 violations:\n- f\n- g\.\nAllowed: x\.\nWhat to do: run `pulumi up`.*; set undeclared of acme\.$/,
      ),
    },
    { urn: "b", message: alone },
  ]);
});

it("violations at one resource tell an instruction once, and say that it is the same for the others", () => {
  const at = (found: string, remediation: Violation["remediation"]) => ({
    urn: "a",
    found,
    allowed: "x",
    remediation,
  });
  const row = (email: string) => ({ key: "sayReason" as const, place: `${email} in the roster` });
  const [first] = messagesOf([
    at("ada", row("ada@example.com")),
    at("eve", row("eve@example.com")),
    at("kim", { key: "setUndeclared", label: "acme" }),
  ]);
  expect(first?.message).toContain(
    "What to do: set such a reason in ada@example.com in the roster; set undeclared of acme; the same for the others.",
  );
});
