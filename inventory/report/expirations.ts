import { compareText } from "../cli/text";
import { endAt, MEMBERSHIP_AFTER, redactField } from "../drift/expired";
import { type Declared, type DeclaredRole, type DeclaredUser, phaseAt, whoOf } from "../live/declared";

/** An end of access that a stack declares. */
export interface End {
  /** The person's e-mail; the resource's name where the state of a role does not tell it. */
  who: string;
  what: "membership" | "role";
  /** As it is declared. */
  until: string;
  /** The same as an instant of RFC 3339, in UTC. */
  at: string;
  /** Whether it has passed, and by the state no run has carried it out. */
  overdue: boolean;
  /** The role that they have until then; null where it is not declared. */
  role: string | null;
  /** What follows: a role, or what becomes of the membership. */
  next: string;
  reason: string | null;
  approvedBy: string | null;
  /** The URN of the resource. */
  resource: string;
  /** The e-mail under which the resource declares them, if it is a NotionWorkspace; else null. */
  person: string | null;
}

/** What `report --ending --format json` prints. */
export interface EndsReport {
  kind: "notion-inventory ends";
  version: 1;
  /** The moment by which times are judged, where it is not the present (NOTION_AS_OF). */
  asOf: string | null;
  /** The moment up to which ends are listed, in UTC. */
  through: string;
  ends: End[];
}

/** Pure: who ends when, the earliest first: up to `through`, and whatever is overdue. Both in milliseconds since 1970. */
export function endsThrough({ users, roles }: Declared, now: number, through: number): End[] {
  const over = new Set(users.filter((user) => phaseAt(user, now) === "after").map(keyOf));
  const roleOf = new Map(roles.map((role) => [keyOf(role), role]));
  const ends = [
    ...users.flatMap((user) =>
      endOf(user, now, {
        what: "membership",
        role: redactField(user.secrets, "role", roleOf.get(keyOf(user))?.role),
        next: MEMBERSHIP_AFTER[user.onRemove],
      }),
    ),
    ...roles.flatMap((role) => {
      // With the membership the role ends; and one that a run has ended is no end any more.
      const isDone = phaseAt(role, now) === "after" && role.role === role.outside;
      if (over.has(keyOf(role)) || isDone) return [];
      return endOf(role, now, {
        what: "role",
        role: redactField(role.secrets, "role", role.within ?? role.role),
        next:
          redactField(role.secrets, role.person === null ? "then" : "roleThen", role.outside) ?? "not said",
      });
    }),
  ];
  return ends
    .filter(({ at }) => Date.parse(at) <= through)
    .sort((a, b) => compareText(a.at, b.at) || compareText(a.who, b.who) || compareText(a.what, b.what));
}

type Declaring = DeclaredUser | DeclaredRole;

const keyOf = ({ urn, person }: Declaring) => `${urn} ${person}`;

function endOf(declared: Declaring, now: number, rest: Pick<End, "what" | "role" | "next">): End[] {
  const { time, urn, person } = declared;
  const phase = phaseAt(declared, now);
  if (time?.until === undefined || phase === "before") return [];
  const { until, at, reason, approvedBy } = endAt(time.until, time, declared.secrets);
  return [
    {
      who: whoOf(declared),
      ...rest,
      until,
      at,
      overdue: phase === "after",
      reason,
      approvedBy,
      resource: urn,
      person,
    },
  ];
}
