import { PROFILE_ATTRIBUTES } from "../../provider/model/attributes";
import { profileOf } from "../../provider/model/profile";
import { ON_REMOVE, readPerson } from "../../provider/state/person";
import { exportedWorkspace } from "../../provider/state/workspace";
import { FileError, firstIssue } from "../cli/errors";
import {
  type Declared,
  type DeclaredRole,
  type DeclaredUser,
  type DeclaredWorkspace,
  textIn,
  timeIn,
} from "./declared";
import { groupsOfWorkspace } from "./declared-groups";
import { isSecretValue, type OpenedProperties, openSecrets } from "./secret-properties";

/** What may be declared of a person and is compared. */
const FIELDS = [...PROFILE_ATTRIBUTES, "role"] as const;
/** What the times of a membership are called. */
const MEMBERSHIP = { from: "from", until: "until" };
/** The fields about a person's times, which only the state holds. */
const TIMES = ["from", "until", "roleFrom", "roleUntil", "roleThen", "reason", "approvedBy"];

type Bag = Record<string, unknown>;

/**
 * Pure: the people of a NotionWorkspace, each with what was written of them last: outputs hold them as they are in
 * Notion, with the last applied value of each drifted field in `lastApplied`. A person that a refresh no longer found is
 * declared, too.
 * @param source for errors, such as the file's name
 * @throws {FileError} when it is not the state of one, or its ids are encrypted
 */
export function declaredWorkspace(
  {
    urn,
    name,
    inputs = {},
    outputs = {},
    initErrors,
  }: {
    urn: string;
    name: string;
    inputs?: Bag | undefined;
    outputs?: Bag | undefined;
    initErrors?: string[] | null | undefined;
  },
  source: string,
): Pick<Declared, "users" | "roles" | "groups"> & { workspace: DeclaredWorkspace } {
  const { people: held, ...rest } = outputs;
  const { values, encrypted } = openSecrets(rest);
  if (encrypted.includes("ids")) {
    throw new FileError(
      `The ids of ${urn} are encrypted in ${source}, so that its people cannot be told apart. ` +
        "Use --stack, or make the file with `pulumi stack export --show-secrets`.",
    );
  }
  const parsed = exportedWorkspace.safeParse(values);
  if (!parsed.success) {
    throw new FileError(
      `${source} holds no state of a NotionWorkspace in ${urn} (at ${firstIssue(parsed.error)}).`,
    );
  }
  const { ids, gone, undeclared, except, redacted, onRemove } = parsed.data;
  const groups = groupsOfWorkspace(parsed.data, { urn, name });

  const secretAsWhole = isSecretValue(held);
  const { people, isReadable } = peopleIn(held);
  // What a run could not do leaves the inputs of the run before it: then the outputs alone are true.
  const declaredPeople = peopleIn(inputs.people).people;
  const inputPeople = (initErrors ?? []).length > 0 ? {} : declaredPeople;
  const users: DeclaredUser[] = [];
  const roles: DeclaredRole[] = [];
  const add = (email: string, id: string | null) => {
    const { lastApplied, found, addedInactive } = readPerson(bagIn(people, email));
    const written = lastOf([found, declaredIn(inputPeople, email), lastApplied].map(openSecrets));
    const kept = openSecrets(found);
    const hidden = TIMES.filter((field) => kept.encrypted.includes(field));
    const secrets = new Set([
      ...written.secrets,
      ...TIMES.filter((field) => kept.secrets.has(field)),
      ...(redacted[email] ?? []),
      ...(secretAsWhole ? [...FIELDS, ...TIMES] : []),
    ]);
    const declaredId = textIn(openSecrets(bagIn(declaredPeople, email)).values, "id");
    const common = { urn, kind: "NotionWorkspace" as const, name, person: email, id, declaredId, secrets };
    const { role } = written.values;
    users.push({
      ...common,
      encrypted: [...written.encrypted, ...hidden],
      profile: { ...profileOf(written.values), userName: email },
      onRemove: ON_REMOVE.find((each) => each === kept.values.onRemove) ?? onRemove,
      time: timeIn(kept.values, MEMBERSHIP),
      addedInactive,
    });
    if (role === undefined) return;
    roles.push({
      ...common,
      encrypted: [],
      role: String(role),
      within: textIn(openSecrets(bagIn(inputPeople, email)).values, "role"),
      outside: textIn(kept.values, "roleThen"),
      time: timeIn(kept.values, { from: "roleFrom", until: "roleUntil" }),
    });
  };
  for (const [email, id] of Object.entries(ids)) add(email, id);
  for (const email of Object.keys(gone)) if (!Object.hasOwn(ids, email)) add(email, null);
  const times = new Map(
    Object.keys(declaredPeople).flatMap((email) => {
      const time = timeIn(openSecrets(bagIn(declaredPeople, email)).values, MEMBERSHIP);
      return time === undefined ? [] : [[email, time] as const];
    }),
  );
  const workspace = {
    urn,
    undeclared,
    except,
    times,
    encrypted: [...(isReadable ? [] : ["people"]), ...encrypted.filter((field) => field === "groups")],
  };
  return { users, roles, groups, workspace };
}

/** The people by e-mail, also where all of them are one secret. */
function peopleIn(value: unknown): { people: Bag; isReadable: boolean } {
  if (!isSecretValue(value)) return { people: asBag(value), isReadable: true };
  const { values, encrypted } = openSecrets({ value });
  return { people: asBag(values.value), isReadable: encrypted.length === 0 };
}

/** What the program declares of a person. Of a role for a time it is what was written of it that counts: it may be over. */
function declaredIn(people: Bag, email: string): Bag {
  const { role, ...person } = bagIn(people, email);
  const isTimed = "roleFrom" in person || "roleUntil" in person;
  return isTimed || role === undefined ? person : { ...person, role };
}

/** Of each field the last that is there, readable or not. */
function lastOf(layers: OpenedProperties[]): OpenedProperties {
  const whole: OpenedProperties = { values: {}, secrets: new Set(), encrypted: [] };
  for (const field of FIELDS) {
    for (const { secrets } of layers) if (secrets.has(field)) whole.secrets.add(field);
    const last = layers.findLast(({ values, encrypted }) => field in values || encrypted.includes(field));
    if (last?.encrypted.includes(field)) whole.encrypted.push(field);
    else if (last !== undefined) whole.values[field] = last.values[field];
  }
  return whole;
}

const bagIn = (people: Bag, email: string): Bag => (Object.hasOwn(people, email) ? asBag(people[email]) : {});

function asBag(value: unknown): Bag {
  return typeof value === "object" && value !== null ? (value as Bag) : {};
}
