import { basename } from "node:path";
import { foldEmail } from "../../model/email";
import { formatProblem } from "../../roster/file-text";
import { readPeople } from "../../roster/read-people";
import { isBag, type Properties } from "../../state/properties";

/** People by folded e-mail, or why there are none. */
export interface PeopleOfInputs {
  people: unknown;
  problems: string[];
}

/**
 * The people of a NotionWorkspace: those that the program declares by e-mail, and those of its roster.
 * @param roster path of a CSV or YAML file, from the folder of the project
 */
export function peopleOfInputs({ people, roster }: Properties): PeopleOfInputs {
  if (people !== undefined && people !== null && !isBag(people)) return { people, problems: [] };
  if (roster !== undefined && typeof roster !== "string")
    return { people, problems: ["roster must be the path of a CSV or YAML file"] };
  const read = roster === undefined ? { people: [], problems: [] } : readPeople(roster);
  const rows = [
    ...Object.entries(people ?? {}),
    ...read.people.map(({ userName, ...person }): [string, unknown] => [userName, person]),
  ];
  const byEmail = new Map<string, unknown>();
  const problems = read.problems.map((problem) => formatProblem(basename(roster ?? ""), problem));
  for (const [userName, person] of rows) {
    const email = foldEmail(userName);
    if (byEmail.has(email))
      problems.push(`${userName} is declared twice in one NotionWorkspace. Keep one of the two.`);
    byEmail.set(email, person);
  }
  return {
    people: people === undefined && roster === undefined ? undefined : Object.fromEntries(byEmail),
    problems,
  };
}
