import { describe, expect, it } from "vitest";
import { ownerRemovalOnPurpose } from "../../policies/kept-owners";
import { noTokens, roleChangesSeen } from "../../policies/program";
import { formatViolations } from "../../policies/rule";
import { judges } from "./cases";
import { NOW, roleOf, unknown, user, workspace, workspaceOf } from "./declarations";

// Put together here, so that no scanner takes this file for a leak.
const letters = "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7";
const tokens = {
  "Notion's": `ntn_${letters}`,
  "Notion's old kind": `secret_${letters}`,
  GitHub: `ghp_${letters}`,
  "a JSON web token": `eyJ${letters}.eyJ${letters}.${letters}`,
  "a header": `Bearer ${letters}`,
  "one inside a sentence": `use ntn_${letters} for now`,
  "a long random text": letters + letters,
  "a private key": `-----BEGIN OPENSSH PRIVATE KEY-----\n${letters}`,
  "a header of basic authentication": `Basic ${btoa(`ada:${letters}`)}`,
  hexadecimal: `${"0123456789abcdef".repeat(2)}${"0a".repeat(4)}`,
  "Google's": `AIza${letters}12345678`,
  "SendGrid's": `SG.${letters}.${letters}`,
  "Stripe's": ["sk", "live", letters].join("_"),
  "Vault's": `hvs.${letters}`,
  "Linear's": `lin_api_${letters}`,
  "Okta's": `SSWS 00${letters}`,
  "Telegram's": `123456789:AA${letters}123456`,
  "a password in a link": `https://ada:${letters}@example.com/x`,
};

const link = "https://github.com/Acme-Corporation/Platform2026-Infrastructure-And-Delivery/issues/123456";

describe("rules on the program", () => {
  judges(noTokens, {
    "what people write passes": {
      declared: [
        user("secret-santa-organisers-of-2024-and-2025@example.com", {
          title: "Head of Authentication, Tokens and Other Secrets (2nd Floor, Building 7)",
          department: "Q3FY2026PlanningAndDesign4Teams",
          costCenter: "4711-0815-2024-ABCDEFGH",
          employeeNumber: "5b0a4c1e-0000-4000-8000-000000000001",
          division: link,
          organization: `see ${link.slice("https://".length)} and`,
          userType: `https://www.notion.so/acme/Onboarding-${"0123456789abcdef".repeat(2)}`,
        }),
        roleOf("ada@example.com", "owner"),
      ],
    },
    "an unknown value hides none beside it": {
      declared: [user("ada@example.com", { department: unknown, title: tokens.GitHub })],
      finds: ['NotionUser "ada": title looks like a token'],
    },
    "a nested one is found": {
      declared: [
        user("ada@example.com", {
          name: { formatted: tokens.GitHub },
          phoneNumbers: [{ value: "+1 555" }, { value: tokens.GitHub }],
        }),
      ],
      finds: ["name.formatted looks", "phoneNumbers.1.value looks"],
    },
    "everybody in a workspace is looked at, and what is said of all of them": {
      declared: [
        workspace(
          {
            "a@x.com": { title: tokens.GitHub, name: { formatted: tokens["Notion's"] } },
            "b@x.com": { costCenter: tokens.GitHub },
          },
          { except: [tokens.GitHub] },
        ),
      ],
      finds: [
        'a@x.com in the roster of NotionWorkspace "acme": title looks',
        'a@x.com in the roster of NotionWorkspace "acme": name.formatted looks',
        'b@x.com in the roster of NotionWorkspace "acme": costCenter looks',
        'NotionWorkspace "acme": except.0 looks',
      ],
    },
    "a role assignment is looked at too": {
      declared: [{ ...roleOf("ada@example.com", "owner"), args: { userId: tokens.GitHub, role: "owner" } }],
      finds: ['NotionRoleAssignment "ada": userId'],
    },
  });

  it.each(Object.entries(tokens))("no-tokens knows %s, and does not repeat it", (_, token) => {
    const violations = noTokens.evaluate(workspaceOf(user("ada@example.com", { title: token })), {}, NOW);
    expect(violations).toHaveLength(1);
    expect(JSON.stringify(violations)).not.toContain(letters);
  });

  it("no-tokens asks to revoke what is a token for certain, and otherwise only if it is one", () => {
    const messages = [tokens.GitHub, tokens.hexadecimal].map((title) =>
      formatViolations(noTokens.evaluate(workspaceOf(user("ada@example.com", { title })), {}, NOW)),
    );
    expect(messages).toEqual([
      expect.stringContaining("and revoke it, because"),
      expect.stringContaining("if it is a token, revoke it"),
    ]);
  });

  judges(ownerRemovalOnPurpose, {
    "whatever is said passes": {
      declared: [
        user("a@example.com", { onRemove: "remove" }),
        roleOf("a@example.com", "owner"),
        user("b@example.com", { onRemove: "retain", initialRole: "owner" }),
      ],
    },
    "a workspace may say it for all its people": {
      declared: [workspace({ "a@x.com": { role: "owner" } }, { onRemove: "retain" })],
    },
    "the default fails for owners": {
      declared: [user("a@example.com"), roleOf("a@example.com", "owner")],
      finds: ["is an owner, and would be removed"],
    },
    "members may have the default": { declared: [user("a@example.com"), roleOf("a@example.com", "member")] },
    "an unknown onRemove or role is left alone": {
      declared: [
        user("a@example.com", { onRemove: unknown as "retain" }),
        roleOf("a@example.com", "owner"),
        user("b@example.com"),
        roleOf("b@example.com", unknown),
      ],
    },
  });

  judges(roleChangesSeen, {
    "nothing ignored passes, another property too": {
      declared: [
        roleOf("a@example.com", "owner"),
        roleOf("b@example.com", "owner", {}, { ignoreChanges: ["onRemove"] }),
      ],
    },
    "other properties of a workspace's people may be ignored, and roles that are not managed": {
      declared: [
        workspace(
          { "a@x.com": { role: "member", title: "CEO" }, "b@x.com": { title: "CTO" } },
          {},
          {
            ignoreChanges: [
              'people["a@x.com"].title',
              "limits",
              'people["b@x.com"]',
              'people["b@x.com"].role',
            ],
          },
        ),
      ],
    },
    ...Object.fromEntries(
      ["people", "*", "people[*]", "people[*].role", "people.*.role"].map((path) => [
        `${path} ignores the roles of a whole workspace`,
        {
          declared: [workspace({ "a@x.com": { role: "owner" } }, {}, { ignoreChanges: [path] })],
          finds: ['NotionWorkspace "acme" ignores changes of everybody\'s role'],
        },
      ]),
    ),
    "each person of a workspace whose role is ignored fails": {
      declared: [
        workspace(
          { "a@x.com": { role: "owner" }, "b@x.com": { role: "member" }, "c@x.com": { role: "member" } },
          {},
          { ignoreChanges: ['people["a@x.com"].role', 'people["b@x.com"]'] },
        ),
      ],
      finds: ["a@x.com in the roster of", "b@x.com in the roster of"],
    },
    "an end that is ignored never comes, and a role for afterwards neither": {
      declared: [
        roleOf("a@example.com", "owner", {}, { ignoreChanges: ["until"] }),
        roleOf("b@example.com", "owner", {}, { ignoreChanges: ["then"] }),
        workspace(
          { "a@x.com": { role: "owner" } },
          {},
          { ignoreChanges: ['people["a@x.com"].roleUntil', 'people["a@x.com"].roleThen'] },
        ),
      ],
      finds: ["ignores changes of `until`", "`then`", "`roleUntil`", "`roleThen`"],
    },
    "an ignored role fails, and everything ignored": {
      declared: [
        roleOf("a@example.com", "owner", {}, { ignoreChanges: ["role"] }),
        roleOf("b@example.com", "owner", {}, { ignoreChanges: ["*"] }),
      ],
      finds: ['NotionRoleAssignment "a"', 'NotionRoleAssignment "b"'],
    },
  });
});
