import type { Holding } from "../apply/context";
import { addressOfAnother } from "../apply/who-is-meant";
import { UNKNOWN } from "../model/unknown";
import type { Properties } from "../state/properties";
import { refuseExchange } from "./email-refusals";
import { type RunRegistry, twoHolders } from "./run-registry";

// What a NotionUser or a role assignment tells the other resources of the run.

/** Notes the names by which a resource means people, so that no other resource mistakes them. */
export function noteNames(
  registry: RunRegistry,
  { claim }: { claim: "users" | "roles" },
  { userName, formerUserName, userId }: Properties,
  olds: Properties,
  accountsElsewhere: unknown,
): void {
  const isKnown = (value: unknown) => typeof value === "string" && value !== UNKNOWN;
  if (claim !== "users") {
    if (isKnown(userId)) registry.assignedIds.add(String(userId));
    return;
  }
  registry.emails.add(String(userName));
  // Once it is carried out it means nothing any more.
  if (isKnown(formerUserName) && olds.userName !== userName) registry.emails.add(String(formerUserName));
  if (isKnown(formerUserName) && formerUserName !== userName && userId === undefined && !("userName" in olds))
    registry.formerOfNew.set(String(formerUserName), String(userName));
  registry.declareAccounts(accountsElsewhere);
  if (!isKnown(userId)) return;
  registry.declareAccounts({ [String(userId)]: String(userName) });
  registry.declaredIds.add(String(userId));
}

/** Notes a member who stays when their NotionUser is removed from the program. */
export function noteRetained(
  registry: RunRegistry,
  { claim }: { claim: "users" | "roles" },
  id: string,
  { userName, onRemove }: Properties,
): void {
  if (claim === "users" && onRemove === "retain") registry.retain([id], { [String(userName)]: id });
}

/** A create of this run has adopted the account before anybody could know that this resource has it. */
export function refuseTaken(registry: RunRegistry, id: string, userName: string): string | undefined {
  const taken = registry.users.takenOtherwise(id, userName);
  return taken === undefined ? undefined : addressOfAnother(taken, userName).message;
}

/** Notes that the resource has its account. @returns why it may not have it, if another resource of the program has it too */
export function refuseShared(
  registry: RunRegistry,
  id: string,
  { userName }: Properties,
): string | undefined {
  if (typeof userName !== "string" || userName === UNKNOWN) return undefined;
  const mine: Holding = { kind: "NotionUser", email: userName };
  const other = registry.hold(id, mine);
  return other === undefined ? undefined : twoHolders(id, other, mine);
}

/** Notes a change of e-mail of this run. @returns why it is refused, if it is */
export function noteMove(
  registry: RunRegistry,
  id: string,
  olds: Properties,
  news: Properties,
): string | undefined {
  const { userName: from } = olds;
  const { userName: to } = news;
  if (typeof from !== "string" || typeof to !== "string" || from === to || to === UNKNOWN) return undefined;
  registry.moves.set(id, { id, from, to });
  return refuseExchange({ id, from, to }, registry.moves.values());
}
