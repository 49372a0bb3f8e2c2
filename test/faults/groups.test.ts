import { beforeAll, expect, test } from "vitest";
import type { DeclaredGroup } from "../../provider/state/group";
import { type People, Stack, type Told, workspace } from "../lifecycle/workspace/stack";
import { LONG_RUN } from "../long-run";
import {
  type FaultName,
  type FaultSpec,
  type SettingsChanges,
  type Simulator,
  startSimulator,
} from "../simulator/index.mts";

// A run that changes people and groups in every way ends at each of its requests in turn: killed, with the state of the run
// before, or with an answer that says no more. The next runs come to what is declared, and nobody leaves a group unnamed.

const [ada, bea, cy, dee, zoe] = ["ada", "bea", "cy", "dee", "zoe"].map((name) => `${name}@example.com`) as [
  string,
  string,
  string,
  string,
  string,
];
/** Members whom the program does not declare: one in a group that it adds to, one in an exact group. */
const [mallory, max] = ["mallory@example.com", "max@example.com"] as const;

/** Many times what it takes: only a run that hangs may meet it. */
const LONG = 600_000;
const TOKEN = "sim_0123456789abcdef0123456789abcdef";

const exact = (department: string): DeclaredGroup => ({
  members: "exact",
  where: { department: [department] },
});
const peopleBefore: People = {
  [ada]: { role: "owner", groups: ["Kept"] },
  [bea]: { role: "owner", department: "Sales" },
  [cy]: { role: "member", department: "Sales" },
  [dee]: { role: "member", groups: ["Kept", "Old"] },
};
const groupsBefore: Record<string, DeclaredGroup> = {
  Kept: { members: "add" },
  Sales: exact("Sales"),
  Old: { members: "add", include: [ada], onRemove: "delete" },
};
const peopleAfter: People = {
  [ada]: { role: "owner" },
  [bea]: { role: "owner", department: "Sales" },
  [cy]: { role: "member", department: "Ops", groups: ["Held"] },
  [zoe]: { role: "member", department: "Sales", groups: ["Held"] },
};
const groupsAfter: Record<string, DeclaredGroup> = {
  Held: { members: "add", formerName: "Kept" },
  Sales: exact("Sales"),
  Ops: exact("Ops"),
};
const MEMBERS_AFTER = { Held: [cy, mallory, zoe], Sales: [bea, zoe], Ops: [cy] };
const program = [workspace("acme", peopleAfter, { groups: groupsAfter })];

interface Scene {
  simulator: Simulator;
  stack: Stack;
}

/** The groups by name, with the e-mails of their members. */
function groupsOf({ workspace: live }: Simulator): Record<string, string[]> {
  return Object.fromEntries(
    live.groups.map(({ displayName, members }) => [
      displayName,
      members.flatMap((id) => live.member(id)?.userName ?? []).sort(),
    ]),
  );
}

/** The workspace and the state of a program as it was before, with Max in an exact group that a refresh has shown. */
let base: { data: Simulator["workspace"]["data"]; state: Stack["state"] };

beforeAll(async () => {
  const simulator = await startSimulator({ seed: "empty", token: TOKEN });
  const stack = new Stack(simulator);
  const [mine = "", other = ""] = [mallory, max].map(
    (userName) => simulator.workspace.add({ userName, role: "member" }).id,
  );
  simulator.workspace.addGroup("Kept", [mine]);
  const before = [workspace("acme", peopleBefore, { groups: groupsBefore })];
  expect((await stack.up(before, { preview: false })).errors).toEqual([]);
  const sales = simulator.workspace.groups.find(({ displayName }) => displayName === "Sales");
  simulator.workspace.editGroup("Sales", { members: [...(sales?.members ?? []), other] });
  for (let run = 0; run < 2; run += 1) expect((await stack.refresh()).errors).toEqual([]);
  base = { data: structuredClone(simulator.workspace.data), state: stack.state };
  await simulator.close();
});

async function begin(settings: SettingsChanges): Promise<Scene> {
  const simulator = await startSimulator({ token: TOKEN });
  simulator.workspace.load(structuredClone(base.data));
  simulator.configure(settings);
  const stack = new Stack(simulator);
  for (const [urn, entry] of base.state) stack.state.set(urn, structuredClone(entry));
  return { simulator, stack };
}

/** How a run ends: what its requests meet from some request on, and whether its state is lost. */
interface Ending {
  faults: (at: number) => FaultSpec[];
  losesState?: true;
  settings?: SettingsChanges;
}

const from = (at: number, name: FaultName): FaultSpec => ({ name, after: at, times: "always" });
const killed = (at: number): FaultSpec[] => [from(at, "drop_before")];
const killedBeforeTheAnswer = (at: number): FaultSpec[] => [
  { name: "drop_after", after: at },
  from(at, "drop_before"),
];
const ENDINGS: Record<string, Ending> = {
  "is killed before it sends a request": { faults: killed, losesState: true },
  "is killed before the answer to a request": { faults: killedBeforeTheAnswer, losesState: true },
  "is killed on a server that takes people out by the other form alone": {
    faults: killedBeforeTheAnswer,
    losesState: true,
    settings: { removeByFilter: "ignored" },
  },
  "gets no answer any more": { faults: killedBeforeTheAnswer },
  "loses one answer": { faults: (at) => [{ name: "drop_after", after: at }] },
  "is limited by 429 for good": { faults: (at) => [from(at, "rate_limited")] },
  "is limited by 429 once": { faults: (at) => [{ name: "rate_limited", after: at }] },
};
/** Each ending meets every fourth request, and all of them together meet each; in a long run every one does. */
const STEP = LONG_RUN ? 1 : 4;

/** What a run says: nobody who leaves a group may be missing in it. */
const saidBy = ({ words, lines, errors }: Told) => [...words, ...lines, ...errors].join("\n");

test.concurrent.each(Object.keys(ENDINGS).map((ending, index) => [ending, index] as const))(
  "where a run %s, the next ones come to what is declared, and nobody leaves a group unnamed",
  async (ending, index) => {
    const { faults, losesState, settings = {} } = ENDINGS[ending] as Ending;
    let met = 0;
    for (let at = index % STEP; ; at += STEP) {
      const { simulator, stack } = await begin(settings);
      try {
        const before = groupsOf(simulator);
        const kept = structuredClone([...stack.state]);
        const set = faults(at).map((spec) => simulator.faults.add(spec));
        const told = [await stack.up(program, { preview: false })];
        const wasHit = set.some(({ fired }) => fired > 0);
        simulator.faults.clear();
        if (losesState) {
          stack.state.clear();
          for (const [urn, entry] of kept) stack.state.set(urn, entry);
        }
        for (let run = 0; run < 3; run += 1) told.push(await stack.up(program, { refresh: run > 0 }));
        const where = `${ending}, request ${at}`;
        expect(told.at(-1)?.errors, where).toEqual([]);
        expect(groupsOf(simulator), where).toEqual(MEMBERS_AFTER);
        const said = told.map(saidBy).join("\n");
        for (const [group, members] of Object.entries(before))
          for (const email of members) expectNamed(email, group, said, where);
        const requests = simulator.requests.count();
        const again = await stack.up(program, { preview: false });
        expect([again.errors, simulator.requests.count() - requests], `${where}, settled`).toEqual([[], 0]);
        if (!wasHit) break;
        met += 1;
      } finally {
        await simulator.close();
      }
    }
    expect(met, "requests at which a run ended").toBeGreaterThan(20 / STEP);
  },
  LONG,
);

/** Somebody who was in a group is in it still, has left the workspace or the group with a line, or the group is deleted. */
function expectNamed(email: string, group: string, said: string, where: string): void {
  const now = { Kept: "Held", Sales: "Sales" }[group];
  const isStill = (MEMBERS_AFTER as Record<string, string[]>)[now ?? ""]?.includes(email);
  if (isStill || now === undefined || email === dee) return;
  expect(said, `${email} leaves ${group}: ${where}`).toContain(`- ${email} leaves ${now} (`);
}
