import { endWords, instantOf, spanWords } from "../model/instant";
import { isDemotion } from "../model/role";
import { UNKNOWN } from "../model/unknown";
import { TREATMENT } from "../state/person";
import { HIDDEN } from "../state/redaction";
import type { Redacted } from "../state/workspace";
import type { Began, Departure, Ended, FieldChange, ProfileChange, RoleChange, Step } from "./step";

/** The line of one step, such as `~ kestrel@example.com: member → owner`. */
export function lineOf(step: Step, redacted: Redacted = {}): string {
  const { email } = step;
  switch (step.kind) {
    case "check":
      if (step.of === "move")
        return `~ ${email}: looked up, since another resource was to have them; nothing declares them any more`;
      return step.of === "removal"
        ? `~ ${email}: looked up, since a removal got no answer, and added again if they are gone`
        : `~ ${email}: looked up, since an addition got no answer; they are not declared any more`;
    case "join": {
      const as = step.role === undefined ? "" : ` as ${roleWords(step.role)}`;
      if (step.held !== undefined) {
        const again = step.reinvited ? " again, with another account than before," : "";
        return `+ ${email} is in the workspace${again} as ${step.held}: adopted${stays(step.held, step.role)}`;
      }
      const removed = step.again ? `was removed in Notion ${AGAIN}` : "was removed in Notion";
      const why = step.wasRemoved
        ? ` again (${removed})`
        : step.maybeAdded
          ? " unless an addition without an answer has added them"
          : "";
      const former =
        step.ignoredFormer === undefined
          ? ""
          : ` (formerUserName ${step.ignoredFormer} has no effect in a first run)`;
      return `+ ${email} joins${as}${why}${former}${overWords(step)}`;
    }
    case "changeRole":
      return `~ ${email}: ${step.from === undefined ? "role (not managed)" : heldWords(step.from)}${orWords(step)} → ${roleWords(step.to)}${inNotion(step.drifted, step.again)}${overWords(step)}`;
    case "updateProfile":
      return `~ ${email}: ${changeWords(step.changes, redacted[email])}${knownWords(step)}`;
    case "activate":
      return `~ ${email}: deactivated → active${step.again ? ` (deactivated ${AGAIN})` : ""}`;
    case "stateOnly":
      return `~ ${email}: ${step.changes.map(noteWords).join(", ")}`;
    case "remove":
    case "demote":
    case "retain":
    case "managedElsewhere":
      return departureWords(step);
  }
}

function departureWords({ kind, email, role, unmanaged, ended, drifted }: Departure): string {
  const who = unmanaged && ended === undefined ? `${email} is not declared and` : email;
  const lastApplied = `${role === undefined || role === "" ? "" : ` (was ${role}${drifted ? ", changed in Notion" : ""})`}${overWords({ ended })}`;
  switch (kind) {
    case "remove":
      return `- ${who} leaves${lastApplied}`;
    case "demote":
      return `- ${who} becomes restricted_member${lastApplied}`;
    case "retain":
      return `- ${email} is no longer managed and stays${role ? ` ${role}` : ""}`;
    case "managedElsewhere":
      return `- ${email} stays: another resource of this program declares them`;
  }
}

/** How long the account is known under the e-mail that changes: another person may have a former e-mail by then. */
function knownWords({ changes, since }: ProfileChange): string {
  const isChange = changes.some(({ field, drifted }) => field === "userName" && !drifted);
  return since === undefined || !isChange ? "" : ` (the account known under the old e-mail since ${since})`;
}

function changeWords(changes: readonly FieldChange[], secret: readonly string[] = []): string {
  return changes
    .map(({ field, from, to, drifted, again, unanswered }) => {
      const hidden = secret.includes(field);
      const value = (each: unknown) => (hidden ? HIDDEN : valueWords(each));
      if (unanswered)
        return `${attributeWords(field)} ${value(to)} (looked up, since a change got no answer)`;
      return `${attributeWords(field)} ${value(from)} → ${value(to)}${inNotion(drifted, again)}`;
    })
    .join(", ");
}

function noteWords({ field, from, to }: FieldChange): string {
  if (field === "timedRole") return `the role for a time ${plain(from)} → ${plain(to)}`;
  if (field === "role" && to === undefined) return `the role is no longer managed and stays ${plain(from)}`;
  if (field === "userName")
    return `declared as ${plain(to)}, the e-mail that Notion has (was ${plain(from)})`;
  if ((field === "until" || field === "roleUntil") && typeof from === "string" && typeof to === "string") {
    const moved = (instantOf(to, "until") ?? 0) - (instantOf(from, "until") ?? 0);
    const how = moved === 0 ? "" : ` (${moved > 0 ? "extended" : "shortened"} by ${spanWords(moved)})`;
    return `${field} ${from} → ${to}${how}`;
  }
  if (TREATMENT.some((each) => each === field)) return `${field} ${saidWords(from)} → ${saidWords(to)}`;
  return `${field} is no longer managed`;
}

/** That the time of a role or a membership is over, or has begun. */
function overWords({ ended, began }: { ended?: Ended | undefined; began?: Began | undefined }): string {
  if (ended !== undefined) {
    const reason = ended.reason === undefined ? "" : `; reason: ${ended.reason}`;
    return ` (ended ${endWords(ended.at)}${reason})`;
  }
  return began === undefined ? "" : ` (from ${began.at} on)`;
}

function stays(held: string, role: string | undefined): string {
  return isDemotion(held, role) ? `, and stays ${held} until the next run (declared is ${role})` : "";
}

/** What an attribute is called. */
export const attributeWords = (name: string) => (name === "userName" ? "e-mail" : name);
/** A role that a person holds; Notion may show none. */
export const heldWords = (role: string | undefined) => role || "no role";

/** The other role that a person may have. */
const orWords = ({ or }: RoleChange) =>
  or === undefined ? "" : ` or ${heldWords(or)} (looked up, since a change got no answer)`;

const AGAIN =
  "again after it was set back: something else writes it, such as an identity provider or another stack";

const inNotion = (drifted: boolean, again?: true) =>
  drifted ? (again ? ` (changed in Notion ${AGAIN})` : " (changed in Notion)") : "";
const roleWords = (role: string) => (role === UNKNOWN ? "a role known after the update" : role);
const plain = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

const saidWords = (value: unknown) => (value === undefined ? "(not said)" : plain(value));

function valueWords(value: unknown): string {
  if (value === undefined) return "(not managed)";
  if (value === UNKNOWN) return "(known after the update)";
  if (value === "") return "(empty)";
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    const parts = Object.values(value);
    if (parts.length > 0 && parts.every((part) => typeof part === "string"))
      return valueWords(parts.join(" "));
  }
  return JSON.stringify(value);
}
