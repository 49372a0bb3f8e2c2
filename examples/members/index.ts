/**
 * Members and roles, with one pair of resources for each person. The root project (Pulumi.yaml) and `npm start` run this
 * program.
 */
import { Config } from "@pulumi/pulumi";
import { NotionRoleAssignment, NotionUser, type NotionUserArgs, type Role } from "pulumi-notion";

// The key names the resources: keep it when somebody's e-mail or name changes.
const people: Record<string, NotionUserArgs & { role: Role }> = {
  olivia: { userName: "olivia.owner@example.com", role: "owner" },
  bertil: { userName: "bertil.ashgrove@example.com", role: "owner" },
  fenna: { userName: "fenna.ashgrove@example.com", role: "membership_admin", title: "Engineering lead" },
  kestrel: { userName: "kestrel.ashgrove@example.com", role: "member", title: "Engineering lead" },
  nora: {
    userName: "nora.newcomer@example.com",
    name: { givenName: "Nora", familyName: "Newcomer" },
    title: "Data analyst",
    role: "member",
  },
  sami: { userName: "sami.contractor@example.org", role: "restricted_member" },
};

// People who have left: `pulumi config set --path notion:offboarded[0] sami`.
const offboarded = new Config().getObject<string[]>("offboarded") ?? [];

for (const [name, { role, ...person }] of Object.entries(people)) {
  if (offboarded.includes(name)) continue;
  const user = new NotionUser(name, { ...person, initialRole: role });
  // deletedWith: a person who leaves is removed at once, without losing the role first.
  new NotionRoleAssignment(name, { userId: user.id, role }, { deletedWith: user });
}
