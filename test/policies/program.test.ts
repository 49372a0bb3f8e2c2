import { describe, expect, it } from "vitest";
import { noTokens, ownerRemovalOnPurpose, roleChangesSeen } from "../../policies/program";
import { judges } from "./cases";
import { roleOf, unknown, user, workspaceOf } from "./declarations";

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
};

describe("rules on the program", () => {
  judges(noTokens, {
    "what people write passes": {
      declared: [
        user("secret-santa-organisers-of-2024-and-2025@example.com", {
          title: "Head of Authentication, Tokens and Other Secrets (2nd Floor, Building 7)",
          department: "Q3FY2026PlanningAndDesign4Teams",
          costCenter: "4711-0815-2024-ABCDEFGH",
          employeeNumber: "5b0a4c1e-0000-4000-8000-000000000001",
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
    "a role assignment is looked at too": {
      declared: [{ ...roleOf("ada@example.com", "owner"), args: { userId: tokens.GitHub, role: "owner" } }],
      finds: ['NotionRoleAssignment "ada": userId'],
    },
  });

  it.each(Object.entries(tokens))("no-tokens knows %s, and does not repeat it", (_, token) => {
    const violations = noTokens.judge(workspaceOf(user("ada@example.com", { title: token })), {});
    expect(violations).toHaveLength(1);
    expect(JSON.stringify(violations)).not.toContain(letters);
  });

  judges(ownerRemovalOnPurpose, {
    "whatever is said passes": {
      declared: [
        user("a@example.com", { onRemove: "remove" }),
        roleOf("a@example.com", "owner"),
        user("b@example.com", { onRemove: "leave", initialRole: "owner" }),
      ],
    },
    "the default fails for owners": {
      declared: [user("a@example.com"), roleOf("a@example.com", "owner")],
      finds: ["is an owner, and would be removed"],
    },
    "members may have the default": { declared: [user("a@example.com"), roleOf("a@example.com", "member")] },
    "an unknown onRemove or role is left alone": {
      declared: [
        user("a@example.com", { onRemove: unknown as "leave" }),
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
    "an ignored role fails, and everything ignored": {
      declared: [
        roleOf("a@example.com", "owner", {}, { ignoreChanges: ["role"] }),
        roleOf("b@example.com", "owner", {}, { ignoreChanges: ["*"] }),
      ],
      finds: ['NotionRoleAssignment "a"', 'NotionRoleAssignment "b"'],
    },
  });
});
