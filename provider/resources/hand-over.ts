import { type CustomResourceOptions, type Input, mergeOptions, type Resource } from "@pulumi/pulumi";
import { everybodyDeclared, sharedInRun } from "./run-of-the-program";

/** Who gives an address up in one run: by that address, the resource and the address that it has then. */
const leavingNow = sharedInRun(() => new Map<string, { resource: Resource; userName: string }>());

interface Addresses {
  userName: Input<string>;
  formerUserName?: Input<string> | undefined;
  userId?: Input<string> | undefined;
}

/** Records that this resource gives up a former address, so that another resource can have it. */
export function givesUp(resource: Resource, { userName, formerUserName }: Addresses): void {
  if (typeof userName !== "string" || typeof formerUserName !== "string") return;
  leavingNow()?.set(formerUserName.toLowerCase(), { resource, userName: userName.toLowerCase() });
}

/** What a resource has to know whose address was another one's in the same program. */
export interface HandOver {
  /** The address that its former holder has then; undefined where nobody gives it up. */
  handedOnBy: Promise<string | undefined>;
  /** The resource's options, with the former holder to wait for. */
  opts: CustomResourceOptions;
}

/**
 * A person who gets an address waits until its former holder has given it up: else their resource would find and adopt
 * the former holder. Known once the program has declared everybody. A person who gives up an address themself waits for
 * nobody: two who swap theirs would wait for each other.
 */
export function handOver(
  addresses: Addresses,
  opts: CustomResourceOptions | undefined,
): HandOver | undefined {
  const leaving = leavingNow();
  const address = newcomersAddress(addresses);
  if (leaving === undefined || address === undefined) return undefined;
  const holder = everybodyDeclared().then(() => leaving.get(address));
  const dependsOn = holder.then((there) => (there === undefined ? [] : [there.resource]));
  return { handedOnBy: holder.then((there) => there?.userName), opts: mergeOptions(opts, { dependsOn }) };
}

/** The same for a resource that declares many people. */
export interface HandOverToMany {
  /** By the address that is handed on, the one that its former holder has then; undefined where nobody gives one up. */
  handedOn: Promise<Record<string, string> | undefined> | undefined;
  opts: CustomResourceOptions | undefined;
}

/**
 * The options of a resource that declares many people: it waits for the other resources whose people give up an
 * address that one of its own gets. What it hands on among its own people it orders itself.
 */
export function handOverToMany(
  people: readonly Addresses[],
  opts: CustomResourceOptions | undefined,
): HandOverToMany {
  const leaving = leavingNow();
  if (leaving === undefined) return { handedOn: undefined, opts };
  const own = new Set(people.map(({ formerUserName }) => String(formerUserName).toLowerCase()));
  const addresses = people
    .flatMap((person) => newcomersAddress(person) ?? [])
    .filter((each) => !own.has(each));
  const holders = everybodyDeclared().then(() =>
    addresses.flatMap((address) => {
      const holder = leaving.get(address);
      return holder === undefined ? [] : [{ address, ...holder }];
    }),
  );
  const dependsOn = holders.then((all) => [...new Set(all.map(({ resource }) => resource))]);
  const handedOn = holders.then((all) =>
    all.length === 0
      ? undefined
      : Object.fromEntries(all.map(({ address, userName }) => [address, userName])),
  );
  return { handedOn, opts: mergeOptions(opts, { dependsOn }) };
}

/** The address of a person who may be a newcomer: neither an id nor a former address says who they are. */
function newcomersAddress({ userName, formerUserName, userId }: Addresses): string | undefined {
  const isNewcomer = typeof userName === "string" && formerUserName === undefined && userId === undefined;
  return isNewcomer ? userName.toLowerCase() : undefined;
}
