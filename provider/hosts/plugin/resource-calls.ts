import type { CheckResult, DiffResult, ResourceLifecycle } from "../../lifecycle/resource-lifecycle";
import { UNKNOWN } from "../../model/unknown";
import { isBag, omitProvider, type Properties } from "../../state/properties";
import type { Declarations } from "./declarations";
import { readFilesOf } from "./files-of-inputs";
import type { Kind, Resource } from "./kinds";
import { secretNames } from "./secrets";
import type { Received } from "./wire/properties";

/** What the calls of one provider share. */
export interface Calls {
  lifecycles: Readonly<Record<Kind, ResourceLifecycle>>;
  declarations: Declarations;
  /** A sentence without what the program made secret. */
  redact(sentence: string): string;
  /** A declaration is refused: nobody is removed in this run who may be declared by it. */
  refuse(): void;
}

/** Checks what a program declares: of a workspace with the people and groups of its files, which are what the state keeps. */
export async function check(
  { lifecycles, declarations, redact, refuse }: Calls,
  resource: Resource,
  olds: Received,
  news: Received,
): Promise<CheckResult> {
  const { kind } = resource;
  const { isToldOfAll, ...declared } = omitProvider(news.properties);
  const { inputs, problems } =
    kind === "workspace" ? withFiles(declared) : { inputs: declared, problems: [] };
  if (problems.length > 0) {
    refuse();
    return { inputs, failures: problems.map((reason) => ({ property: "", reason })) };
  }
  if (!arePeopleKnown(kind, inputs)) return { inputs };
  const redacted = inputs.redacted ?? secretNames(kind, inputs, news.secrets);
  const result = await lifecycles[kind].check(omitProvider(olds.properties), {
    ...inputs,
    ...(redacted !== undefined && { redacted }),
  });
  if ((result.failures ?? []).length > 0) return result;
  const against = declarations.declare(resource, result.inputs ?? {}, isToldOfAll === true);
  if (against.length > 0) refuse();
  return { ...result, failures: against.map((reason) => ({ property: "", reason: redact(reason) })) };
}

/** A workspace with what its files say in the place of them. */
function withFiles({ roster, groupsFile, ...declared }: Properties): {
  inputs: Properties;
  problems: string[];
} {
  const { people, groups, problems } = readFilesOf({ ...declared, roster, groupsFile });
  const inputs = {
    ...declared,
    ...(people !== undefined && { people }),
    ...(groups !== undefined && { groups }),
  };
  return { inputs, problems };
}

export async function diff(
  { lifecycles }: Calls,
  { kind }: Resource,
  id: string,
  olds: Properties,
  news: Properties,
): Promise<DiffResult> {
  // Who is declared is known only when another resource is there: then this is planned again.
  if (!arePeopleKnown(kind, news))
    return { changes: true, replaces: [], details: [{ path: ["people"], kind: "update" }] };
  return lifecycles[kind].diff(id, omitProvider(olds), omitProvider(news));
}

/** Whether it is known whom a workspace declares. */
function arePeopleKnown(kind: Kind, { people }: Properties): boolean {
  if (kind !== "workspace") return true;
  return people !== UNKNOWN && !(isBag(people) && Object.values(people).includes(UNKNOWN));
}
