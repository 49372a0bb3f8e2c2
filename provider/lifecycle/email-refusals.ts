import { UNKNOWN } from "../model/unknown";
import type { Properties } from "../state/properties";
import type { AddressChange } from "./run-registry";

// Why a preview refuses a change of e-mail: one person would be taken for another.

/**
 * Pure: why this change of e-mail is refused; undefined where it is none, or is said in the program. One that a
 * refresh found is set back without a word: what was declared all along is declared still.
 * @param id of the account that the state has
 */
export function refuseUser(
  olds: Properties,
  { userName, formerUserName, userId }: Properties,
  id?: string,
): string | undefined {
  const known = [olds.userName, olds.declaredUserName, UNKNOWN].filter((each) => typeof each === "string");
  if (userId !== undefined && userId !== UNKNOWN && id !== undefined && userId !== id)
    return anotherAccount(known[0] ?? "", id, String(userId));
  if (typeof olds.userName !== "string" || known.includes(userName as string)) return undefined;
  if (userId !== undefined) return undefined;
  if (formerUserName !== undefined && known.includes(formerUserName as string)) return undefined;
  return (
    `This resource has ${known[0]}, and the program now declares it as ${userName}. If the same person has a new e-mail, ` +
    `write formerUserName: "${known[0]}" beside userName. If ${userName} is another person, declare them in a new resource with another name.`
  );
}

function anotherAccount(userName: string, id: string, userId: string): string {
  return (
    `This resource has the account ${id} (${userName}), but the program says userId ${userId}. If the person was invited again ` +
    `and has the account ${userId} now, run \`pulumi up --refresh\`. If ${userId} is another person, declare them in another resource.`
  );
}

/**
 * Pure: why an e-mail cannot go from one managed account to another in one run; undefined where it does not. A newcomer may
 * have an e-mail that another person gives up: they wait for it.
 */
export function refuseExchange(
  { id, from, to }: AddressChange,
  others: Iterable<AddressChange>,
): string | undefined {
  for (const other of others) {
    if (other.id === id || (other.from !== to && other.to !== from)) continue;
    const [first, then] = other.from === to ? [other, { from, to }] : [{ from, to }, other];
    return (
      `${then.from} becomes ${then.to}, and ${first.from} becomes ${first.to} in the same run. Use two runs. ` +
      `In the first, change ${first.from} to ${first.to} and leave ${then.from} as it is. In the second, change ${then.from} to ${then.to}. ` +
      "If the changes form a circle, first give one of them an e-mail that nobody has."
    );
  }
  return undefined;
}
