import { emailOf } from "../../provider/model/email";
import { instantOf } from "../../provider/model/instant";
import { roleOf, type User } from "../../provider/model/record";
import { LOWEST_ROLE } from "../../provider/model/role";
import { HIDDEN } from "../../provider/state/redaction";
import {
  type Declared,
  type DeclaredRole,
  type DeclaredUser,
  phaseAt,
  roleDue,
  type Time,
  whoOf,
} from "../live/declared";
import { aboutResource, type Ended, type Finding } from "./finding";
import { remediationFor, remediationForEnded } from "./remediations";

/**
 * Pure: the expired access that members still hold. A person who is gone, or already has the role for afterwards, holds
 * nothing any more.
 * @param live by id
 */
export function endedAccess(
  { users, roles }: Declared,
  live: ReadonlyMap<string, User>,
  now: number,
): Finding[] {
  const over = new Set(users.filter((user) => phaseAt(user, now) === "after").map(({ id }) => id));
  return [
    ...users.flatMap((user) => endedMembership(user, live.get(user.id ?? ""), now)),
    ...roles.flatMap((role) => (over.has(role.id) ? [] : endedRole(role, live.get(role.id ?? ""), now))),
  ];
}

function endedMembership(declared: DeclaredUser, user: User | undefined, now: number): Finding[] {
  const { onRemove, time } = declared;
  if (user === undefined || time?.until === undefined || phaseAt(declared, now) !== "after") return [];
  const held = roleOf(user) ?? "a member without a role";
  if (onRemove === "restrict" && held === LOWEST_ROLE) return [];
  return [
    {
      kind: "expired",
      who: whoOf(declared),
      ...aboutResource(declared),
      attribute: null,
      declared: MEMBERSHIP_AFTER[onRemove],
      live: held,
      remediation: remediationForEnded(onRemove),
      ended: endAt(time.until, time, declared.secrets),
    },
  ];
}

/** What somebody is once their membership is over. */
export const MEMBERSHIP_AFTER = {
  remove: "not a member",
  restrict: LOWEST_ROLE,
  retain: "not managed any more",
} as const;

function endedRole(declared: DeclaredRole, user: User | undefined, now: number): Finding[] {
  const { role, time, secrets } = declared;
  if (user === undefined || time?.until === undefined || phaseAt(declared, now) !== "after") return [];
  const [held, due] = [roleOf(user), roleDue(declared, now)];
  // Neither what was given nor what follows it: that is drift, and the end is not what is wrong.
  if (held === undefined || held === due || held !== role) return [];
  return [
    {
      kind: "expired",
      who: declared.person ?? emailOf(user),
      ...aboutResource(declared),
      attribute: "role",
      declared: secrets.has("roleThen") || secrets.has("then") ? HIDDEN : (due ?? null),
      live: redactField(secrets, "role", held),
      remediation: remediationFor("ended", declared),
      ended: endAt(time.until, time, declared.secrets),
    },
  ];
}

/** An end as it is told. */
export function endAt(until: string, { reason, approvedBy }: Time, secrets: ReadonlySet<string>): Ended {
  return {
    until,
    at: new Date(instantOf(until, "until") ?? 0).toISOString(),
    reason: redactField(secrets, "reason", reason),
    approvedBy: redactField(secrets, "approvedBy", approvedBy),
  };
}

/** What the program made secret is not told. */
export function redactField(
  secrets: ReadonlySet<string>,
  field: string,
  value: string | undefined,
): string | null {
  if (value === undefined) return null;
  return secrets.has(field) ? HIDDEN : value;
}
