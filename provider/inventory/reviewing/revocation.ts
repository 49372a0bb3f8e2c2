import { emailOf } from "../../member/email";
import { instantOf } from "../../member/instant";
import { roleOf, type User } from "../../member/record";
import { rankOf } from "../../member/role";
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

/** What was found of the people whose access was to change. */
export interface Found {
  /** Everybody in the workspace, of a listing that was proven complete. */
  users: readonly User[];
  /** Of those who are not listed, for whose id Notion answered 404. */
  gone: ReadonlySet<string>;
}

/** The decisions that take something away. */
export function revocations(decisions: readonly Decision[]): Decision[] {
  return decisions.filter(({ kind }) => kind !== "keep");
}

/** Pure: how each revoked access was found. @param now milliseconds since 1970 */
export function findingsOf(decisions: readonly Decision[], { users, gone }: Found, now: number): Finding[] {
  const byId = new Map(users.map((user) => [user.id, user]));
  // Whoever has the address and was reviewed themself is somebody else.
  const reviewed = new Set(decisions.map(({ person }) => person.id));
  const byEmail = new Map(
    users.filter((user) => !reviewed.has(user.id)).map((user) => [emailOf(user), user]),
  );
  return revocations(decisions).map((decision): Finding => {
    const { id, userName } = decision.person;
    const user = byId.get(id) ?? byEmail.get(userName);
    return { userName, id, ...judged(decision, user, gone.has(id), now) };
  });
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
  const again = user.id === person.id ? "" : `, again, with another id (${user.id})`;
  const found = `${user.active === false ? "deactivated, still " : ""}in the workspace as ${role ?? "a member without a role"}${again}`;
  if (kind === "end" && (instantOf(until ?? "", "until") ?? 0) > now) {
    return { done: null, found: `${found}; ends ${until}` };
  }
  const isLow = toRole !== null && rankOf(role) <= rankOf(toRole);
  return { done: isLow, found };
}

/** Of each revoked access, how the last reading found it, and since which reading it is so without a break. */
export function standings(readings: readonly Reading[]): (Finding & { since: string })[] {
  const last = readings.at(-1);
  return (last?.findings ?? []).map((finding) => {
    const same = readings.findLastIndex(
      ({ findings }) => findings.find(({ id }) => id === finding.id)?.done !== finding.done,
    );
    return { ...finding, since: readings[same + 1]?.at ?? last?.at ?? "" };
  });
}
