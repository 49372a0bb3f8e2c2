import { type Adoption, declaredPerson, neededLimits } from "./adoption";

/** A TypeScript program that declares everyone, a line for each. @param name of the NotionWorkspace */
export function programText(
  people: Adoption[],
  incomplete: string[],
  { name, protect, groups }: { name: string; protect: boolean; groups?: string | undefined },
): string {
  const lines = people.map((person) => {
    const { userName } = person;
    return `    ${literal({ userName, ...declaredPerson(person, protect) })},\n`;
  });
  const warnings = incomplete.map((sentence) => `// INCOMPLETE: ${sentence}\n`).join("");
  return `${warnings}// The members of the Notion workspace and their roles. Written by \`notion-inventory export\`; yours to edit.
import { ${groups === undefined ? "NotionWorkspace" : "NotionWorkspace, readGroups"} } from "pulumi-notion";

// A person without a role here keeps their role in Notion.
new NotionWorkspace(${literal(name)}, {
  people: [
${lines.join("")}  ],
${groups === undefined ? "" : `  groups: readGroups(${literal(groups)}),\n`}${limitsLines(people)}});
`;
}

function limitsLines(people: Adoption[]): string {
  const limits = neededLimits(people);
  if (limits === undefined) return "";
  return `  // One owner alone can be locked out. Make a second one, and take this line out.\n  limits: ${literal(limits)},\n`;
}

/** The lines of a program that reads the roster in a file. @param people those in it @param groups the file of the groups */
export function rosterProgram(
  file: string,
  name: string,
  people: Adoption[],
  groups: string | undefined,
): string[] {
  const limits = neededLimits(people);
  const more = limits === undefined ? "" : `, limits: ${literal(limits)}`;
  if (groups === undefined) {
    return [
      'import { NotionWorkspace, readRoster } from "pulumi-notion";',
      `new NotionWorkspace(${literal(name)}, { people: readRoster(${literal(file)})${more} });`,
    ];
  }
  return [
    'import { NotionWorkspace, readGroups, readRoster } from "pulumi-notion";',
    `const groups = readGroups(${literal(groups)});`,
    `new NotionWorkspace(${literal(name)}, { people: readRoster(${literal(file)}, { groups }), groups${more} });`,
  ];
}

/** A value as TypeScript source that shows what it does: nothing invisible, nothing that turns the text around. */
function literal(value: string | boolean | number | object): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
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
