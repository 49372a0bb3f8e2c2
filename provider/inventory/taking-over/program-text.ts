import { declaredPerson, type Takeover } from "./takeover";

/** A TypeScript program that declares everyone, a line for each. @param name of the NotionWorkspace */
export function programText(
  people: Takeover[],
  incomplete: string[],
  { name, protect }: { name: string; protect: boolean },
): string {
  const lines = people.map((person) => {
    const { userName } = person;
    return `    ${literal({ userName, ...declaredPerson(person, protect) })},\n`;
  });
  const warnings = incomplete.map((sentence) => `// INCOMPLETE: ${sentence}\n`).join("");
  return `${warnings}// The members of the Notion workspace and their roles. Written by \`notion-inventory export\`; yours to edit.
import { NotionWorkspace } from "pulumi-notion";

// Whoever has no role here keeps the one they have in Notion.
new NotionWorkspace(${literal(name)}, {
  people: [
${lines.join("")}  ],
});
`;
}

/** The lines of a program that reads the roster in a file. */
export function rosterProgram(file: string, name: string): string[] {
  return [
    'import { NotionWorkspace, readRoster } from "pulumi-notion";',
    `new NotionWorkspace(${literal(name)}, { people: readRoster(${literal(file)}) });`,
  ];
}

/** A value as TypeScript source that shows what it does: nothing invisible, nothing that turns the text around. */
function literal(value: string | boolean | object): string {
  if (typeof value === "string") {
    return JSON.stringify(value).replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) =>
      // Joiners belong to emoji and to some scripts.
      character === "\u200d" || character === "\u200c" ? character : escapeUnits(character),
    );
  }
  if (typeof value !== "object") return String(value);
  const fields = Object.entries(value).map(([key, each]) => `${key}: ${literal(each as string | object)}`);
  return `{ ${fields.join(", ")} }`;
}

function escapeUnits(character: string): string {
  return character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}
