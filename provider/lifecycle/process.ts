import type { SettingsSource } from "../config";
import type { RunSettings } from "../plan/run-settings";
import type { Properties } from "../state/properties";
import type { RunRegistry } from "./run-registry";
import type { Session } from "./session";

/** One process of the provider, as the resources see it. */
export interface Process {
  registry: RunRegistry;
  configure(lookUp: SettingsSource["config"]): void;
  /** What plans go by; the moment is the same for the whole of the process. */
  run(): RunSettings;
  /** Does what needs a session; `properties` are those that may end up in the state although the action failed. */
  act<T>(action: (session: Session) => Promise<T>, properties?: Properties): Promise<T>;
  /** As `act`, for what writes: not while another moment than the present is shown. */
  actNow<T>(action: (session: Session) => Promise<T>, properties?: Properties): Promise<T>;
  /** Tells the person who runs Pulumi. */
  tell(line: string): void;
}
