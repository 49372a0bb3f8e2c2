import type { Person } from "./person.mts";
import { uuidOf } from "./random.mts";
import { FAMILY_NAMES, GIVEN_NAMES, GROUP_NAMES, UNTIDY_NAMES } from "./seed-names.mts";
import { Workspace } from "./workspace.mts";
import type { WorkspaceData } from "./workspace-data.mts";

export type Seed = "empty" | "workspace" | { members: number; groups?: number | undefined };

const MEMBERS = 120;
const DEPARTMENTS = ["Engineering", "Design", "Sales", "Support", "Finance"];

/** The same data each time, ids included. */
export function seedData(seed: Seed): WorkspaceData {
  const workspace = new Workspace();
  if (seed === "workspace") fillUntidy(workspace);
  else if (seed !== "empty") fillTidy(workspace, seed.members, seed.groups ?? 0);
  return workspace.data;
}

/** member.001@example.com and so on; the first two are owners. */
function fillTidy(workspace: Workspace, members: number, groups: number): void {
  workspace.addNewcomers(
    Array.from({ length: members }, (_, index) => ({
      userName: `member.${String(index + 1).padStart(3, "0")}@example.com`,
      name: { givenName: givenName(index), familyName: familyName(index) },
      role: index < 2 ? "owner" : "member",
    })),
  );
  const ids = workspace.people.map(({ id }) => id);
  for (let index = 0; index < groups; index += 1) {
    const inIt = ids.filter((_, position) => position % groups === index);
    workspace.addGroup(`Group ${String(index + 1).padStart(2, "0")}`, inIt);
  }
}

function fillUntidy(workspace: Workspace): void {
  workspace.add({
    userName: "olivia.owner@example.com",
    name: { givenName: "Olivia", familyName: "Owner" },
    role: "owner",
    title: "Head of IT",
  });
  for (let index = 1; index < MEMBERS; index += 1) addPerson(workspace, index);
  // Missing parts of a name are put in afterwards: `add` would complete them.
  for (const [index, person] of workspace.people.entries()) {
    if (index % 13 === 7) person.name = { givenName: givenName(index) };
    if (index % 17 === 9) person.name = { formatted: person.name.formatted };
    if (index % 29 === 11) person.name = {};
    if (index % 37 === 14) person.displayName = undefined;
  }
  addGroups(workspace);
  workspace.addAccount({
    userName: "amara.account@example.com",
    name: { givenName: "Amara", familyName: "Ownname" },
  });
  workspace.addGuest("gus.guest@example.org");
}

function addPerson(workspace: Workspace, index: number): void {
  const [given, family] = UNTIDY_NAMES[index - 20] ?? [givenName(index), familyName(index)];
  const handle = UNTIDY_NAMES[index - 20]
    ? `untidy.${index - 19}`
    : `${given}.${family}${index > GIVEN_NAMES.length * FAMILY_NAMES.length ? index : ""}`.toLowerCase();
  const userName = `${handle}@${domain(index)}`;
  const role = roleOf(index);
  workspace.add({
    userName,
    name: { givenName: given, familyName: family },
    role,
    ...(index % 5 === 0 ? { title: `${DEPARTMENTS[index % DEPARTMENTS.length]} lead` } : {}),
    ...(index % 4 === 0 ? { department: DEPARTMENTS[(index / 4) % DEPARTMENTS.length] } : {}),
    ...(index % 6 === 0
      ? { photos: [{ value: `https://img.example.com/${index}.png`, type: "photo" }] }
      : {}),
    ...(index % 11 === 3
      ? {
          emails: [
            { value: userName, primary: true },
            { value: `alias.${index}@example.net`, primary: false },
          ],
        }
      : {}),
  });
}

/** Twelve are outside the verified domain. */
function domain(index: number): string {
  if (index % 10 !== 8) return "example.com";
  return index % 20 === 8 ? "example.org" : "example.net";
}

function roleOf(index: number): string | null {
  if (index < 5) return "owner";
  if (index < 9) return "membership_admin";
  // Exists in the UI and in no document (notion-scim.md, Users).
  if (index === 42) return "temporary_member";
  if (index === 50 || index === 77 || index === 101) return null;
  return index % 8 === 0 ? "restricted_member" : "member";
}

function addGroups(workspace: Workspace): void {
  const { people } = workspace;
  for (const [index, groupName] of GROUP_NAMES.entries()) {
    const empty = groupName === "Archive 2021" || groupName === "New hires";
    const inIt = people.filter(
      (person: Person, position) => person.standing === "member" && !empty && position % (index + 1) === 0,
    );
    workspace.addGroup(
      groupName,
      inIt.map(({ id }) => id),
      { soleAccess: groupName === "Leadership" },
    );
  }
  const contractors = workspace.group("Contractors");
  if (contractors) {
    workspace.editGroup("Contractors", {
      members: [...contractors.members, uuidOf("nobody that is listed")],
    });
  }
}

function givenName(index: number): string {
  return GIVEN_NAMES[index % GIVEN_NAMES.length] ?? "";
}

function familyName(index: number): string {
  return FAMILY_NAMES[Math.floor(index / GIVEN_NAMES.length) % FAMILY_NAMES.length] ?? "";
}
