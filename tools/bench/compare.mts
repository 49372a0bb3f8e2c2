import { join } from "node:path";
import type { Sandbox } from "../sandbox.mts";
import { formatDuration, type Log } from "../step.mts";
import { BenchProject } from "./project.mts";
import type { Comparison } from "./results.mts";
import { ensureTofu, TofuProject } from "./tofu.mts";
import { startWorkspace } from "./workspace.mts";

interface Operation {
  name: string;
  /** Whether everybody is declared, or nobody. */
  everybody: boolean;
  own: string[];
  rest: string[];
}

const UP = ["up", "--yes", "--skip-preview"];
const APPLY = ["apply", "-auto-approve"];

/** What both tools do to the same people, one after the other. */
const OPERATIONS: Operation[] = [
  { name: "add all", everybody: true, own: UP, rest: APPLY },
  {
    name: "plan with refresh",
    everybody: true,
    own: ["preview", "--refresh"],
    rest: ["plan"],
  },
  { name: "remove all", everybody: false, own: UP, rest: APPLY },
];

const NOTION_SCHEMA = "urn:ietf:params:scim:schemas:extension:notion:2.0:User";

/**
 * Measures what one would pick today beside this package, each with a workspace of its own in the same state.
 * @throws {Error} that says what is needed and is not there
 */
export async function measureComparison(
  members: number,
  latencyMs: number,
  sandbox: Sandbox,
  log: Log,
): Promise<Comparison[]> {
  const programs = await ensureTofu(log);
  const [own, rest] = [await startWorkspace(), await startWorkspace()];
  try {
    const project = new BenchProject(sandbox, "package", own.env);
    const floor = new BenchProject(sandbox, "floor", own.env);
    const tofu = new TofuProject(join(sandbox.folder, "tofu"), programs, {
      url: rest.env.NOTION_SCIM_BASE_URL,
      token: rest.env.NOTION_SCIM_TOKEN,
    });
    for (const { control } of [own, rest]) {
      // Somebody is there who stays: nobody can leave a workspace without an owner.
      await control.seed({ members: 2 });
      await control.configure({ latencyMs });
    }
    for (const each of [project, floor]) await each.newStack("compare");

    const rows: Comparison[] = [];
    for (const { name, everybody, ...commands } of OPERATIONS) {
      const people = everybody ? newcomers(members) : [];
      for (const each of [project, floor]) each.declare(people);
      tofu.declare(Object.fromEntries(people.map((person, index) => [`person_${index}`, asObject(person)])));
      const start = await floor.measure(commands.own);
      for (const { control } of [own, rest]) await control.clearRequests();
      const ours = await project.measure(commands.own);
      const theirs = await tofu.measure(commands.rest);
      const row: Comparison = {
        members,
        operation: name,
        latencyMs,
        own: { seconds: ours.seconds, requests: (await own.control.requests()).entries.length },
        rest: { seconds: theirs, requests: (await rest.control.requests()).entries.length },
        startSeconds: start.seconds,
      };
      rows.push(row);
      log(
        `${members} people, ${name}: ${formatDuration(row.own.seconds * 1000)} (${row.own.requests} requests; ` +
          `the engine alone ${formatDuration(row.startSeconds * 1000)}), OpenTofu ${formatDuration(theirs * 1000)} (${row.rest.requests} requests)`,
      );
      await bothHave(everybody ? members : 0, own, rest);
    }
    return rows;
  } finally {
    await own.close();
    await rest.close();
  }
}

const newcomers = (members: number) =>
  Array.from({ length: members }, (_, index) => ({
    userName: `new.${String(index + 1).padStart(3, "0")}@example.com`,
    role: "member",
  }));

/** What a SCIM server is sent of somebody. */
const asObject = ({ userName, role }: { userName: string; role: string }) => ({
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:User", NOTION_SCHEMA],
  userName,
  [NOTION_SCHEMA]: { role },
});

/** @throws {Error} when one of the two did not do its work: then its time says nothing */
async function bothHave(
  members: number,
  ...workspaces: { control: { members(): Promise<unknown[]> } }[]
): Promise<void> {
  for (const { control } of workspaces) {
    const there = (await control.members()).length - 2;
    if (there !== members)
      throw new Error(`${there} of ${members} people are in the workspace: nothing was measured.`);
  }
}
