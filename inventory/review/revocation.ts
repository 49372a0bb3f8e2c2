import { emailOf, mailboxOf } from "../../provider/model/email";
import type { GroupRecord } from "../../provider/model/group";
import { instantOf } from "../../provider/model/instant";
import { roleOf, type User } from "../../provider/model/record";
import { rankOf } from "../../provider/model/role";
import type { Decision } from "./decisions";

/** How a reading of the workspace found what was revoked. */
export interface Finding {
  userName: string;
  id: string;
  /** Whether it is as it was decided; null: its day has not come. */
  done: boolean | null;
  /** What was found, in words. */
  found: string;
}

/** One look at the workspace after a review was closed. */
export interface Reading {
  /** An instant. */
  at: string;
  requests: Record<string, number>;
  findings: Finding[];
}

/** What a reading found about the people whose access had to change. */
export interface Found {
  /** Everybody in the workspace, of a listing that was proven complete. */
  users: readonly User[];
  /** Of those who are not listed, for whose id Notion answered 404. */
  gone: ReadonlySet<string>;
  /** The groups that somebody was taken out of, as far as they are there. */
  groups: readonly GroupRecord[];
  /** Ids of the groups of the opening, by the names that decisions have. */
  groupIds: ReadonlyMap<string, readonly string[]>;
}

/** The decisions that take something away. */
export function revocations(decisions: readonly Decision[]): Decision[] {
  return decisions.filter(({ kind }) => kind !== "keep");
}

/** Pure: how each revoked access was found. @param now milliseconds since 1970 */
export function findingsOf(decisions: readonly Decision[], found: Found, now: number): Finding[] {
  const { users, gone } = found;
  const byId = new Map(users.map((user) => [user.id, user]));
  // A person who was reviewed themself is somebody else, whatever their address is.
  const reviewed = new Set(decisions.map(({ person }) => person.id));
  const others = users.filter(({ id }) => !reviewed.has(id));
  const byMailbox = Map.groupBy(others, ({ userName }) => mailboxOf(userName));
  return revocations(decisions).map((decision): Finding => {
    const { id, userName, otherAddresses } = decision.person;
    const mailboxes = new Set([userName, ...otherAddresses].map(mailboxOf));
    const again = [...mailboxes].flatMap((mailbox) => byMailbox.get(mailbox) ?? []);
    const theirs = byId.get(id);
    if (decision.kind === "groups" && (theirs !== undefined || again.length > 0)) {
      const accounts = new Set([id, ...again.map((each) => each.id)]);
      return { userName, id, ...outOfGroups(decision, accounts, found) };
    }
    // Of several accounts the one counts that may do most.
    const [most] = [...(theirs === undefined ? [] : [theirs]), ...again].sort(
      (a, b) => rankOf(roleOf(b)) - rankOf(roleOf(a)),
    );
    return { userName, id, ...judged(decision, most, gone.has(id), now) };
  });
}

/** A name may have passed to another group: it is the groups of the opening that count. */
function outOfGroups(
  { groups: names }: Decision,
  accounts: ReadonlySet<string>,
  { groups, groupIds }: Found,
): Pick<Finding, "done" | "found"> {
  const states = names.map((name) => {
    const ids = new Set(groupIds.get(name));
    const live = groups.filter((group) => ids.has(group.id));
    if (live.some(({ members }) => members.some(({ id }) => accounts.has(id))))
      return { done: false, text: `still in ${name}` };
    if (live.some(({ complete }) => !complete))
      return { done: false, text: `not listed in ${name}, whose list may be cut` };
    return { done: true, text: live.length === 0 ? `${name} is gone` : `not in ${name}` };
  });
  return {
    done: states.every(({ done }) => done),
    found: `in the workspace, ${states.map(({ text }) => text).join(", ")}`,
  };
}

function judged(
  { kind, toRole, until, person }: Decision,
  user: User | undefined,
  isGone: boolean,
  now: number,
): Pick<Finding, "done" | "found"> {
  if (user === undefined) {
    if (isGone) return { done: true, found: "not in the workspace (404)" };
    return { done: false, found: "not listed, but not proven to be gone" };
  }
  const role = roleOf(user);
  const address = emailOf(user) === person.userName ? "" : ` and as ${emailOf(user)}`;
  const again = user.id === person.id ? "" : `, again, with another id (${user.id})${address}`;
  const found = `${user.active === false ? "deactivated, still " : ""}in the workspace as ${role ?? "a member without a role"}${again}`;
  if (kind === "end" && (instantOf(until ?? "", "until") ?? 0) > now) {
    return { done: null, found: `${found}; ends ${until}` };
  }
  const isLow = toRole !== null && rankOf(role) <= rankOf(toRole);
  return { done: isLow, found };
}

/** Of each revoked access, how the last reading found it, and since which reading it is so without a break. */
export function latestFindings(readings: readonly Reading[]): (Finding & { since: string })[] {
  const last = readings.at(-1);
  return (last?.findings ?? []).map((finding) => {
    const same = readings.findLastIndex(
      ({ findings }) => findings.find(({ id }) => id === finding.id)?.done !== finding.done,
    );
    return { ...finding, since: readings[same + 1]?.at ?? last?.at ?? "" };
  });
}
