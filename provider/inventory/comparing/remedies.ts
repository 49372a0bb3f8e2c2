const REPAIR =
  "To write back what is declared: `pulumi up --refresh`. To keep what is there: change the program.";

/** What can be found, in the order of a report: the heading it stands under, and what to do about it. */
export const REMEDIES = {
  missing: {
    kind: "missing",
    title: "Missing: declared, not in the workspace",
    todo: "To add them again: `pulumi up --refresh`. If they are to stay away: take them out of the program, then `pulumi refresh`.",
  },
  unmanaged: {
    kind: "unmanaged",
    title: "Unmanaged: in the workspace, not declared",
    todo: "Add them to the program (`pulumi up` takes over who is there already), remove them in Notion, or list them in the --ignore file.",
  },
  changed: {
    kind: "changed",
    title: "Changed: an attribute is not as declared",
    todo: REPAIR,
  },
  deactivated: {
    kind: "changed",
    title: "Changed: deactivated",
    todo: "To activate them again: `pulumi up --refresh`. To leave it so: `pulumi state delete` for them and take them out of the program.",
  },
  role: {
    kind: "role",
    title: "Role: another than declared",
    todo: "To give back the declared role: `pulumi up --refresh`. To keep what is there: change the program.",
  },
  unknownRole: {
    kind: "role",
    title: "Role: one that this version does not know, and so cannot give",
    todo: "To write back what is declared: `pulumi up --refresh`. To keep what is there: `pulumi state delete` for the assignment and take it out of the program.",
  },
  twoResources: {
    kind: "duplicate",
    title: "Duplicate: two resources for one person",
    todo: "Keep one: take the other out of the program, and out of the state with `pulumi state delete`, so that nobody is removed.",
  },
  twoMembers: {
    kind: "duplicate",
    title: "Duplicate: two members with one e-mail",
    todo: "Settle in Notion which of the two is right; a program can declare only one.",
  },
} as const;
