import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Shown, type Stage, say } from "./stage.mts";

const GROUPS = `Leads:
  members: exact
  where: { title: [Lead, Head of IT] }
On-call:
  members: add
`;

const PROGRAM = `import { NotionWorkspace, readGroups, readRoster } from "pulumi-notion";

const groups = readGroups("groups.yaml");
new NotionWorkspace("acme", { people: readRoster("members.csv", { groups }), groups });
`;

/**
 * Puts people into two groups, one by a rule and one by their rows; then a row and Notion change.
 * @param onCall who is on call
 * @param lead who is a lead, and then no longer
 * @param intruder a member who is put into the group of leads by hand
 */
export async function changeGroups(
  stage: Stage,
  { onCall, lead, intruder }: Record<"onCall" | "lead" | "intruder", string>,
): Promise<Shown> {
  const folder = stage.folder("workspace");
  say("   groups.yaml declares two groups: Leads by a rule on the title, On-call by the rows that name it.");
  say(
    ...GROUPS.trimEnd()
      .split("\n")
      .map((line) => `     ${line}`),
  );
  writeFileSync(join(folder, "groups.yaml"), GROUPS);
  writeFileSync(join(folder, "index.ts"), PROGRAM);
  stage.editRoster((text) =>
    text
      .replace(/^(userName,.*)$/m, "$1,groups")
      .replace(/^(\S+@.*)$/gm, "$1,")
      .replace(new RegExp(`^(${onCall},.*,)$`, "m"), "$1On-call"),
  );
  const applied = await stage.pulumi("workspace", "up", "--yes", "--skip-preview");
  if (applied.code !== 0) return applied;
  say(`   Then ${lead} is a lead no longer, and in Notion somebody puts ${intruder} into Leads.`);
  stage.editRoster((text) => text.replace(`${lead},member,Lead,`, `${lead},member,Analyst,`));
  const { workspace } = stage.simulator;
  const members = workspace.groups.find(({ displayName }) => displayName === "Leads")?.members ?? [];
  workspace.editGroup("Leads", { members: [...members, workspace.member(intruder)?.id ?? ""] });
  stage.simulator.requests.clear();
  return stage.pulumi("workspace", "preview", "--refresh");
}
