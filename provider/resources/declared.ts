import { all, type Input, isSecret, Output, output, RunError } from "@pulumi/pulumi";
import { everybodyDeclared, sharedInRun } from "./run-of-the-program";

/** One resource of the program, told apart from another one with the same name. */
export interface Declaring {
  readonly name: string;
}

/** How a resource names people besides the addresses that they are to have: under the address before, or by Notion's id. */
export interface Names {
  formerUserName?: unknown;
  /** Notion's id, and the address that goes with it where the resource declares that. */
  userId?: unknown;
  userName?: unknown;
  /** The time that the membership is for: outside of it the person is as if not declared. */
  from?: unknown;
  until?: unknown;
}

/** A member that another resource names: the address, and its period if there is one. */
export type NamedElsewhere = string | { userName: string; from?: string; until?: string };

/** What the program's role assignments say of members that it may not declare. */
export interface AssignedElsewhere {
  /** Notion's ids of members who are given a role. */
  ids: string[];
  /** Names of assignments whose member is not known when the people are planned. */
  unknown: string[];
}

const declaredBy = sharedInRun(() => new Map<string, Declaring>());
const assigned = sharedInRun<{ by: Declaring; id: string | undefined }[]>(() => []);
const named = sharedInRun<(Names & { by: Declaring })[]>(() => []);

/** Stands in place of a secret value. */
const HIDDEN = "[secret]";

/**
 * Notes that a resource declares `what` (such as "the role") of a member, and ends the program
 * when another resource of it does so too: the two would undo each other's work. A value that is not
 * known yet is left to the provider.
 * @throws {RunError} naming both resources
 */
export function declareOnce(by: Declaring, what: string, member: Input<string>): void {
  const declared = declaredBy();
  if (declared === undefined) return;
  const note = (value: unknown, secret = false) => {
    // A value of a wrong type is for the provider's check to report.
    if (typeof value !== "string") return;
    const key = `${what} ${value.toLowerCase()}`;
    const other = declared.get(key);
    if (other === undefined) declared.set(key, by);
    else if (other !== by) {
      throw new RunError(
        `${what} ${secret ? HIDDEN : value} is declared twice, by "${other.name}" and by "${by.name}". Keep one of the two.`,
      );
    }
  };
  if (typeof member === "string") note(member);
  else {
    const known = output(member);
    all([known, isSecret(known)]).apply(([value, secret]) => note(value, secret));
  }
}

/** Notes the other names by which a resource means people, so that no other resource mistakes them. */
export function nameAlso(by: Declaring, names: Names): void {
  const { formerUserName, userId, from, until } = names;
  if ([formerUserName, userId, from, until].some((each) => each !== undefined))
    named()?.push({ by, ...names });
}

/** Notes whose role an assignment gives. @param isDeclared whether another resource of the program declares the member */
export function nameAssigned(by: Declaring, userId: Input<string>, isDeclared: boolean): void {
  if (isDeclared) return;
  const note: { by: Declaring; id: string | undefined } = { by, id: undefined };
  assigned()?.push(note);
  const keep = (value: unknown) => {
    note.id = text(value);
  };
  if (Output.isInstance(userId)) userId.apply(keep);
  else keep(userId);
}

/** The members that role assignments of the program are for, so that they do not count as unmanaged; undefined if there are none. */
export function assignedElsewhere(): Promise<AssignedElsewhere | undefined> | undefined {
  const all = assigned();
  return (
    all &&
    everybodyDeclared().then(() => {
      if (all.length === 0) return undefined;
      const unknown = all.flatMap(({ by, id }) => (id === undefined ? [by.name] : []));
      return { ids: all.flatMap(({ id }) => id ?? []), unknown };
    })
  );
}

/**
 * The addresses that this resource declares, where others have been told of them: the provider refuses it if something
 * between the program and the engine takes a person out.
 */
export function declaredHere(
  by: Declaring,
  addresses: readonly string[],
): Promise<string[] | undefined> | undefined {
  const declared = declaredBy();
  return (
    declared &&
    everybodyDeclared().then(() =>
      [...declared.values()].some((other) => other !== by) ? [...addresses] : undefined,
    )
  );
}

/** The addresses that other resources declare; undefined where there are none. */
export function addressesElsewhere(by: Declaring, what: string): Promise<string[] | undefined> | undefined {
  const declared = declaredBy();
  return declared && everybodyDeclared().then(() => orNothing(addressesBeside(declared, by, what)));
}

function addressesBeside(declared: ReadonlyMap<string, Declaring>, by: Declaring, what: string): string[] {
  return [...declared].flatMap(([key, other]) =>
    other !== by && key.startsWith(`${what} `) ? [key.slice(what.length + 1)] : [],
  );
}

/**
 * The members that other resources of the program name, by address or former address, so that a person who moves from
 * one resource to another is not removed on the way; undefined if there are none. Resolves once the program has declared
 * everybody.
 */
export function declaredElsewhere(
  by: Declaring,
  what: string,
): Promise<NamedElsewhere[] | undefined> | undefined {
  const [declared, others] = [declaredBy(), named()];
  if (declared === undefined || others === undefined) return undefined;
  return everybodyDeclared().then(() => {
    const addresses = addressesBeside(declared, by, what);
    const theirs = others.filter(({ by: other }) => other !== by);
    const also = theirs.flatMap(({ formerUserName }) => foldedText(formerUserName) ?? []);
    const timesOf = (address: string) =>
      theirs.find(
        ({ userName, from, until }) => foldedText(userName) === address && (from ?? until) !== undefined,
      );
    return orNothing(
      [...new Set([...addresses, ...also])].map((address): NamedElsewhere => {
        const [from, until] = [text(timesOf(address)?.from), text(timesOf(address)?.until)];
        if (from === undefined && until === undefined) return address;
        return {
          userName: address,
          ...(from !== undefined && { from }),
          ...(until !== undefined && { until }),
        };
      }),
    );
  });
}

/**
 * The declared addresses of accounts that other resources of the program name by id, by that id; undefined if there are
 * none. One of these accounts found under another address belongs to its resource, and this one does not remove it.
 */
export function accountsElsewhere(by: Declaring): Promise<Record<string, string> | undefined> | undefined {
  const others = named();
  return (
    others &&
    everybodyDeclared().then(() => {
      const accounts = others.flatMap(({ by: other, userId, userName }) =>
        other !== by && text(userId) !== undefined && userName !== undefined
          ? [[text(userId), foldedText(userName) ?? HIDDEN]]
          : [],
      );
      return accounts.length === 0 ? undefined : (Object.fromEntries(accounts) as Record<string, string>);
    })
  );
}

const text = (value: unknown) => (typeof value === "string" ? value : undefined);
const foldedText = (value: unknown) => text(value)?.toLowerCase();
const orNothing = <T>(list: T[]) => (list.length === 0 ? undefined : list);
