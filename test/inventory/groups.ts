import { expect } from "vitest";
import type { DeclaredGroup } from "../../provider/state/group";
import { TYPE_TOKENS } from "../../provider/state/type-tokens";
import type { WorkspaceInputs } from "../../provider/state/workspace";
import { type People, Stack, workspace } from "../lifecycle/workspace/stack";
import { type Inventory, makeInventory, stackState } from "./inventory";

export const [ada, bea, cy] = ["ada@example.com", "bea@example.com", "cy@example.com"] as const;

/** Ada is in Engineering by her row; Bea and Cy are in Sales, which is exact, by its rule. */
export const PEOPLE: People = {
  [ada]: { role: "owner", groups: ["Engineering"] },
  [bea]: { role: "owner", department: "Sales" },
  [cy]: { role: "member", department: "Sales" },
};
export const GROUPS: Record<string, DeclaredGroup> = {
  Engineering: { members: "add" },
  Sales: { members: "exact", where: { department: ["Sales"] } },
};

/** A stack with people and groups that `up` has set up, and the program beside it; its state is in `state.json`. */
export interface WithGroups {
  inventory: Inventory;
  /** Notion's id of a group. */
  groupId: (name: string) => string;
  /** Sets who is in a group, by hand, by e-mail. */
  setMembers: (name: string, ...emails: string[]) => void;
  /** Runs `up` with this program, and writes its state. */
  up: (people?: People, settings?: Omit<WorkspaceInputs, "people">) => Promise<void>;
  /** Runs a refresh, and writes its state. */
  refresh: () => Promise<void>;
}

const CLASSES = {
  workspace: "NotionWorkspace",
  user: "NotionUser",
  role: "NotionRoleAssignment",
  group: "NotionGroup",
  membership: "NotionGroupMembership",
} as const;

/** Writes what a stack holds into `state.json`, as `pulumi stack export` has it, and forgets the requests so far. */
export function saveState(inventory: Inventory, stack: Stack): void {
  const resources = [...stack.state.values()].map(({ kind, name, id, inputs, outs }) => {
    const type = TYPE_TOKENS[CLASSES[kind]];
    return { urn: `urn:pulumi:dev::p::${type}::${name}`, type, id, custom: true, inputs, outputs: outs };
  });
  inventory.write("state.json", stackState(resources));
  inventory.simulator.requests.clear();
}

/** Made for one test, gone after it. */
export async function makeGroups(settings: Omit<WorkspaceInputs, "people"> = {}): Promise<WithGroups> {
  const inventory = await makeInventory();
  const { simulator } = inventory;
  const stack = new Stack(simulator);
  const groupId = (name: string) => {
    const group = simulator.workspace.group(name);
    if (group === undefined) throw new Error(`There is no group ${name}.`);
    return group.id;
  };
  const up: WithGroups["up"] = async (people = PEOPLE, more = {}) => {
    const program = workspace("acme", people, { groups: GROUPS, ...settings, ...more });
    expect((await stack.up([program], { refresh: true })).errors).toEqual([]);
    save();
  };
  const save = () => saveState(inventory, stack);
  await up();
  return {
    inventory,
    groupId,
    up,
    refresh: async () => {
      expect((await stack.refresh()).errors).toEqual([]);
      save();
    },
    setMembers: (name, ...emails) => {
      simulator.workspace.editGroup(name, { members: emails.map((email) => inventory.id(email)) });
    },
  };
}
