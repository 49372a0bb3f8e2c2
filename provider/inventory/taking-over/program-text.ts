import { declaredProfile, type Takeover } from "./takeover";

/** A TypeScript program that declares everyone, a line for each. */
export function programText(people: Takeover[], incomplete: string[], protect: boolean): string {
  const lines = people.map((person) => {
    const { name, role } = person;
    return `  ${literal(name)}: ${literal({ ...declaredProfile(person), ...(role === undefined ? {} : { role }) })},`;
  });
  const warnings = incomplete.map((sentence) => `// INCOMPLETE: ${sentence}\n`).join("");
  return `${warnings}// The members of the Notion workspace and their roles. Written by \`notion-inventory export\`; yours to edit.
import { NotionRoleAssignment, NotionUser, type NotionUserArgs, type Role } from "pulumi-notion";

// The key is the name of the person's resources in Pulumi. It stays as it is when the e-mail changes.
// Whoever has no role here keeps the one they have in Notion.
const members: Record<string, NotionUserArgs & { role?: Role }> = {
${lines.join("\n")}
};

${protect ? "// Protected: Pulumi removes nobody and takes no role away until this is false for them.\n" : ""}const protect = ${protect};

for (const [name, { role, ...args }] of Object.entries(members)) {
  const user = new NotionUser(name, args, { protect });
  if (role !== undefined) {
    new NotionRoleAssignment(name, { userId: user.id, role }, { protect, deletedWith: user });
  }
}
`;
}

/** A value as TypeScript source that shows what it does: nothing invisible, nothing that turns the text around. */
function literal(value: string | object): string {
  if (typeof value === "string") {
    return JSON.stringify(value).replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) =>
      // Joiners belong to emoji and to some scripts.
      character === "\u200d" || character === "\u200c" ? character : escapeUnits(character),
    );
  }
  const fields = Object.entries(value).map(([key, each]) => `${key}: ${literal(each as string | object)}`);
  return `{ ${fields.join(", ")} }`;
}

function escapeUnits(character: string): string {
  return character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}
