import { basename } from "node:path";
import { foldEmail } from "../../model/email";
import { formatProblem } from "../../roster/file-text";
import { readGroupFile, readPeople } from "../../roster/read-people";
import { isBag, type Properties } from "../../state/properties";

/** People and groups of a NotionWorkspace, with those of its files, or what is wrong with these. */
export interface FilesOfInputs {
  /** By folded e-mail. */
  people: unknown;
  /** By name. */
  groups: unknown;
  problems: string[];
}

/** Reads the files that a NotionWorkspace names: paths from the folder of the project. What stands beside a file counts, too. */
export function readFilesOf({ people, roster, groups, groupsFile }: Properties): FilesOfInputs {
  const ofGroups = groupsOf(groups, groupsFile);
  const areKnown = ofGroups.problems.length === 0 && isBag(ofGroups.groups);
  const ofPeople = peopleOf(people, roster, areKnown ? Object.keys(Object(ofGroups.groups)) : undefined);
  return { ...ofGroups, ...ofPeople, problems: [...ofGroups.problems, ...ofPeople.problems] };
}

/** @param groups names of the declared groups, where they are known */
function peopleOf(people: unknown, roster: unknown, groups: readonly string[] | undefined) {
  if (people !== undefined && people !== null && !isBag(people)) return { people, problems: [] };
  if (roster !== undefined && typeof roster !== "string")
    return { people, problems: ["roster must be the path of a CSV or YAML file"] };
  const read = roster === undefined ? { people: [], problems: [] } : readPeople(roster, groups);
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

function groupsOf(groups: unknown, file: unknown) {
  if (file === undefined || file === null) return { groups, problems: [] };
  if (typeof file !== "string")
    return { groups, problems: ["groupsFile must be the path of a YAML file of groups"] };
  if (groups !== undefined && groups !== null && !isBag(groups)) return { groups, problems: [] };
  const read = readGroupFile(file);
  const declared = groups ?? {};
  return {
    groups: { ...declared, ...read.groups },
    problems: [
      ...read.problems.map((problem) => formatProblem(basename(file), problem)),
      ...Object.keys(read.groups).flatMap((name) =>
        Object.hasOwn(declared, name)
          ? [`group ${name} is declared twice, in groups and in ${basename(file)}. Keep one of the two.`]
          : [],
      ),
    ],
  };
}
