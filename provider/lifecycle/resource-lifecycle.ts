import type { PropertyChange } from "../plan/property-changes";
import type { Properties } from "../state/properties";

// What a host calls for each kind of resource, whatever the engine is to it.

export interface CheckFailure {
  /** Empty where the engine would print a value that may be secret: the reason names the property. */
  property: string;
  reason: string;
}

export interface CheckResult<Inputs = Properties> {
  inputs: Inputs;
  failures?: CheckFailure[];
}

export interface DiffResult {
  changes: boolean;
  /** What a replacement is for; empty: the resource is changed in place. */
  replaces: string[];
  /** What differs, of the same plan as the words. Absent: not known more closely. */
  details?: readonly PropertyChange[];
}

export interface CreateResult<Outputs = Properties> {
  id: string;
  outs: Outputs;
}

export interface ReadResult<Outputs = Properties> {
  /** Empty: there is no such resource any more. */
  id: string;
  props?: Outputs;
  /** What a program would declare to have just this. */
  inputs?: Properties;
}

export interface UpdateResult<Outputs = Properties> {
  outs: Outputs;
}

/** One kind of resource as the hosts call it. Properties are plain values, with `UNKNOWN` for what is not known yet. */
export interface ResourceLifecycle {
  check(olds: Properties, news: Properties): Promise<CheckResult>;
  /** @param olds the outputs of the state */
  diff(id: string, olds: Properties, news: Properties): Promise<DiffResult>;
  create(inputs: Properties): Promise<CreateResult>;
  /** @param props the outputs of the state; empty for a resource that no state has yet */
  read(id: string, props: Properties): Promise<ReadResult>;
  update(id: string, olds: Properties, news: Properties): Promise<UpdateResult>;
  delete(id: string, props: Properties): Promise<void>;
}
