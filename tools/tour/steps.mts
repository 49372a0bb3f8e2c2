import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Simulator } from "../../test/simulator/index.mts";
import { languageHost } from "../engine/languages.mts";
import { toolsCache } from "../repository.mts";
import { changeGroups } from "./groups.mts";
import { previewWithPolicies } from "./policy.mts";
import { type Shown, type Stage, say } from "./stage.mts";

/** A step of the tour: what happens, and what the output or the workspace must show for it. */
export interface Step {
  title: string;
  expected: string;
  run: (stage: Stage) => Promise<Shown>;
  /** Default 0. */
  exitCode?: number;
  /** Says what the machine lacks for the step, if it lacks anything: then the tour goes on without it. */
  lacks?: (stage: Stage) => string | undefined;
  shows: (output: string, simulator: Simulator) => boolean;
}

const has =
  (...patterns: RegExp[]) =>
  (output: string) =>
    patterns.every((pattern) => pattern.test(output));

const KESTREL = "kestrel.ashgrove@example.com";
const NORA = "nora.newcomer@example.com";
const SAMI = "sami.contractor@example.org";

/** Colleagues of the example's six people, so that they are a thousand. */
const COLLEAGUES = Array.from(
  { length: 994 },
  (_, index) => `colleague.${String(index + 1).padStart(3, "0")}@example.com`,
);
const [ROBIN = "", LEE = "", MAX = ""] = COLLEAGUES;

const DAY_MS = 86_400_000;

/** It stays when the tour is over, for whoever wants to look at the page. */
export const REVIEW = join(toolsCache, "access-review");

export const STEPS: readonly Step[] = [
  {
    title: "Preview a program of six people, four of them members already",
    run: (stage) => stage.pulumi("members", "preview"),
    expected: "13 to create, no request sent",
    shows: (output, { requests }) => has(/\+ 13 to create/)(output) && requests.count() === 0,
  },
  {
    title: "Make it so",
    run: (stage) => stage.pulumi("members", "up", "--yes", "--skip-preview"),
    expected: "2 people added, 4 adopted",
    shows: (output, { requests, workspace }) =>
      has(/\+ 13 created/, /fenna\.ashgrove@example\.com is a member already: adopted/)(output) &&
      requests.counts["POST /Users"] === 2 &&
      workspace.members.length === 122 &&
      workspace.member(SAMI)?.role === "restricted_member",
  },
  {
    title: "Ask what changed behind the program's back",
    run: (stage) => {
      say("   In Notion, somebody makes Kestrel an owner and gives Nora another title.");
      stage.simulator.workspace.edit(KESTREL, { role: "owner" });
      stage.simulator.workspace.edit(NORA, { title: "Astronaut" });
      return stage.pulumi("members", "preview", "--refresh", "--diff", "--expect-no-changes");
    },
    // What --expect-no-changes answers when there are some.
    exitCode: 7,
    expected: "exactly these two differences",
    shows: has(
      /role *: "owner" => "member"/,
      /title *: "Astronaut" => "Data analyst"/,
      /~ 2 to update/,
      /11 unchanged/,
    ),
  },
  {
    title: "Put it right",
    run: (stage) => stage.pulumi("members", "up", "--refresh", "--yes", "--skip-preview"),
    expected: "role and title as declared again",
    shows: (output, { workspace }) =>
      has(/~ 2 updated/)(output) &&
      workspace.member(KESTREL)?.role === "member" &&
      workspace.member(NORA)?.title === "Data analyst",
  },
  {
    title: "Let somebody go",
    run: async (stage) => {
      await stage.pulumi("members", "config", "set", "--path", "notion:offboarded[0]", "sami");
      return stage.pulumi("members", "up", "--yes", "--skip-preview");
    },
    expected: "Sami is out, by one DELETE",
    shows: (output, { requests, workspace }) =>
      has(/- 2 deleted/)(output) &&
      requests.counts["DELETE /Users/{id}"] === 1 &&
      workspace.member(SAMI) === undefined,
  },
  {
    title: "Declare them again",
    run: async (stage) => {
      await stage.pulumi("members", "config", "rm", "notion:offboarded");
      return stage.pulumi("members", "up", "--yes", "--skip-preview");
    },
    expected: "Sami is back, with the same role",
    shows: (output, { workspace }) =>
      has(/\+ 2 created/)(output) && workspace.member(SAMI)?.role === "restricted_member",
  },
  {
    title: "And once more: what changed?",
    run: (stage) => stage.pulumi("members", "preview", "--refresh", "--diff", "--expect-no-changes"),
    expected: "no changes",
    shows: has(/13 unchanged/),
  },
  {
    title: "The same people in YAML: eight lines and a members.csv, over the native plugin",
    lacks: ({ engine }) =>
      languageHost(engine, "yaml") === undefined
        ? "This machine cannot run YAML programs yet: `npm run engine -- --languages` installs what runs them."
        : undefined,
    run: async (stage) => {
      say("   Pulumi.yaml, the whole program:", "");
      for (const line of readFileSync(join(stage.folder("yaml"), "Pulumi.yaml"), "utf8")
        .trimEnd()
        .split("\n"))
        say(`     ${line}`);
      say("");
      const applied = await stage.pulumi("yaml", "up", "--yes", "--skip-preview");
      if (applied.code !== 0) return applied;
      stage.simulator.requests.clear();
      say("   Then Nora gets a higher role in members.csv.");
      stage.editRoster((text) => text.replace(`${NORA},member,`, `${NORA},membership_admin,`), "yaml");
      return stage.pulumi("yaml", "preview");
    },
    expected: "the same words, no request",
    shows: (output, { requests }) =>
      has(new RegExp(`~ ${NORA}: member → membership_admin`), /6 people declared: 1 role up/)(output) &&
      requests.count() === 0,
  },
  {
    title: "A thousand people from a file: three rows change, what will happen to whom?",
    run: async (stage) => {
      say("   First, examples/workspace declares its six people and 994 colleagues, all in Notion already:");
      stage.simulator.workspace.addNewcomers(
        COLLEAGUES.map((userName) => ({ userName, role: "member", title: "Analyst" })),
      );
      stage.editRoster(
        (text) => `${text}${COLLEAGUES.map((userName) => `${userName},member,Analyst\n`).join("")}`,
      );
      const applied = await stage.pulumi("workspace", "up", "--yes", "--skip-preview");
      if (applied.code !== 0 || !/1,000 adopted/.test(applied.output)) return applied;
      stage.simulator.requests.clear();
      say("   Then somebody edits three rows of members.csv: a new role, a new title, and one row less.");
      stage.editRoster((text) =>
        text
          .replace(`${ROBIN},member,`, `${ROBIN},membership_admin,`)
          .replace(`${LEE},member,Analyst`, `${LEE},member,Lead`)
          .replace(`${MAX},member,Analyst\n`, ""),
      );
      return stage.pulumi("workspace", "preview");
    },
    expected: "a line for each of the three, no request",
    shows: (output, { requests }) =>
      has(
        new RegExp(`~ ${ROBIN}: member → membership_admin`),
        new RegExp(`~ ${LEE}: title "Analyst" → "Lead"`),
        new RegExp(`- ${MAX} leaves \\(was member\\)`),
        /999 people declared \(1,000 before\): 1 leaves, 1 role up, 1 profile changes/,
      )(output) && requests.count() === 0,
  },
  {
    title: "An owner for an incident, and how it will be the day after",
    run: async (stage) => {
      const end = new Date(Date.now() + 2 * DAY_MS).toISOString().slice(0, 10);
      say(`   members.csv makes Kestrel an owner through ${end}, because of INC-42:`);
      stage.editRoster((text) =>
        text
          .replace("userName,role,title\n", "userName,role,title,roleUntil,roleThen,reason\n")
          .replace(/^(\S+@.*)$/gm, "$1,,,")
          .replace(
            new RegExp(`^${KESTREL},member,(.*),,,$`, "m"),
            `${KESTREL},owner,$1,${end},member,INC-42`,
          ),
      );
      const applied = await stage.pulumi("workspace", "up", "--yes", "--skip-preview");
      if (applied.code !== 0) return applied;
      stage.simulator.requests.clear();
      return stage.pulumiAsOf(
        new Date(Date.now() + 4 * DAY_MS).toISOString().slice(0, 10),
        "workspace",
        "preview",
      );
    },
    expected: "the role ends by itself, with the reason",
    shows: (output, { workspace }) =>
      has(/kestrel\.ashgrove@example\.com: owner → member \(ended at the end of .*; reason: INC-42\)/)(
        output,
      ) && workspace.member(KESTREL)?.role === "owner",
  },
  {
    title: "Groups from the same rows: who would come in and go out, and why?",
    run: (stage) => changeGroups(stage, { onCall: KESTREL, lead: LEE, intruder: ROBIN }),
    expected: "two leave Leads, each with the reason",
    shows: (output, { requests, workspace }) =>
      has(
        new RegExp(`- ${LEE} leaves Leads \\(Lead or Head of IT rule: title is "Analyst" now\\)`),
        new RegExp(`- ${ROBIN} leaves Leads \\(added in Notion\\)`),
        /2 groups declared: 2 memberships end\./,
      )(output) &&
      requests.counts["PATCH /Groups/{id}"] === undefined &&
      workspace.groups.find(({ displayName }) => displayName === "On-call")?.members.length === 1,
  },
  {
    title: "A roster from a file breaks off: everyone in it would go",
    run: (stage) => {
      say("   The export that makes members.csv fails halfway: only its header is left.");
      stage.editRoster((text) => text.slice(0, text.indexOf("\n", text.indexOf("userName,")) + 1));
      return stage.pulumi("workspace", "preview");
    },
    exitCode: 1,
    expected: "the limits stop it, with their names",
    shows: (output, { requests }) =>
      has(
        /999 of 999 people would be removed at once/,
        /bertil\.ashgrove@example\.com/,
        /and 949 more/,
      )(output) && requests.count() === 0,
  },
  {
    title: "A pull request makes an outsider an owner",
    run: previewWithPolicies,
    exitCode: 1,
    expected: "the policy pack stops it, names who",
    shows: has(/\[mandatory\] +.*outsiders-restricted/, /sami\.contractor@example\.org/),
  },
  {
    title: "Who holds a privileged role? (read-only)",
    run: (stage) =>
      stage.inventory(
        "report",
        "--only",
        "roles",
        "--role",
        "owner",
        "--role",
        "membership_admin",
        "--format",
        "table",
      ),
    expected: "6 owners, 5 membership admins",
    shows: has(/owner +6 /, /membership_admin +5 /),
  },
  {
    title: "The quarter ends: everybody's access is reviewed",
    run: (stage) => {
      rmSync(REVIEW, { recursive: true, force: true });
      return stage.inventory(
        ...["review", "open", "--output", REVIEW],
        ...["--reviewer", "role:owner=ciso@example.com", "--reviewer", "olivia.owner@example.com"],
      );
    },
    expected: "a page to decide in: open it",
    shows: has(/people to review; nothing was changed in Notion/),
  },
];
