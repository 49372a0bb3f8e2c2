import { Simulator, type SimulatorOptions } from "./simulator.mts";

export type { FaultName, FaultSpec } from "./fault-spec.mts";
export { FAULT_NAMES } from "./fault-spec.mts";
export type { Fault, Faults } from "./faults.mts";
export type { MemberChanges, NewMember } from "./member-input.mts";
export type { Group, Member } from "./person.mts";
export type { RequestEntry, RequestLog } from "./request-log.mts";
export type { Seed } from "./seed.mts";
export type { Settings, SettingsChanges } from "./settings.mts";
export type { Simulator, SimulatorOptions } from "./simulator.mts";
export type { Workspace } from "./workspace.mts";

export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = new Simulator(options);
  await simulator.listen(options.port ?? 0);
  return simulator;
}
