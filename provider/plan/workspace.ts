import type { LimitName } from "./limits";
import type { Allowed } from "./objections";
import type {
  Applied,
  AppliedPerson,
  Declaration,
  DeclaredPerson,
  EmailChange,
  OnRemove,
  OutsideTime,
  Stranger,
  Undeclared,
} from "./people";
import { dayOf } from "./schedule";
import { membershipPhase } from "./times";
import { actsOnUnmanaged } from "./unmanaged";
import type { Concealed } from "./words";

/** What is said of the workspace as a whole, and kept, so that removals later are judged by it. */
export interface WorkspaceSettings {
  limits?: Allowed & Partial<Record<LimitName, number | string>>;
  onRemove?: OnRemove;
  protect?: boolean;
  undeclared?: Undeclared;
  /** Of the undeclared, whom to leave alone. */
  except?: string[];
  /** Attributes that the program made secret, by e-mail. */
  concealed?: Concealed;
}

/** What a program says of a NotionWorkspace, as check leaves it. */
export interface WorkspaceInputs extends WorkspaceSettings {
  /** By folded e-mail. */
  people: Record<string, DeclaredPerson>;
}

/** What the state keeps of a workspace. `people` is of the inputs' shape, so that the engine finds what is secret in it. */
export interface WorkspaceOutputs extends WorkspaceSettings {
  people: Record<string, AppliedPerson>;
  /** Notion's ids of these people. */
  ids: Record<string, string>;
  /** E-mails of those whom a refresh did not find any more. */
  gone?: string[];
  /** In the workspace and not declared, as the last refresh counted them. */
  others?: number;
  /** Who they are, where `undeclared` asks for it; else those who are privileged, or expired. */
  strangers?: Record<string, Stranger>;
  /** Accounts that have the address of somebody whose own account is gone. */
  reinvited?: Record<string, Stranger>;
  /** Changes of e-mail that were carried out and are still declared, by the new address. */
  emailChanges?: Record<string, EmailChange>;
  /** Who is declared and outside of their time. */
  outside?: Record<string, OutsideTime>;
  /** The day (UTC) of the first `up`. */
  since?: string;
}

const SETTINGS = ["limits", "onRemove", "protect", "undeclared", "except", "concealed"] as const;

/**
 * The state of a run that began without a refresh: the refresh that found unmanaged members has named them, where it
 * knew that they may be acted on.
 */
export function asShown({ strangers, ...state }: WorkspaceOutputs): WorkspaceOutputs {
  if (strangers === undefined) return state;
  if (!actsOnUnmanaged(state.undeclared)) return { ...state, strangers };
  const shown = Object.entries(strangers).map(([email, { unseen: _, ...stranger }]) => [email, stranger]);
  return { ...state, strangers: Object.fromEntries(shown) };
}

/**
 * Pure: which changes of e-mail were carried out and are still declared. A word counts as carried out once the state
 * has the person under the new address; it stays so when they leave.
 */
export function emailChangesOf(
  { people, emailChanges = {}, gone = [] }: Pick<WorkspaceOutputs, "people" | "emailChanges" | "gone">,
  declared: WorkspaceInputs["people"],
  now: number,
): Record<string, EmailChange> {
  return Object.fromEntries(
    Object.entries(declared).flatMap(([email, person]): [string, EmailChange][] => {
      const from = person.formerUserName;
      if (from === undefined || from === email) return [];
      const known = emailChanges[email];
      if (known?.from === from) return [[email, known]];
      // Until Notion has the new address, the state has them under the old one. Who left before that joins under the new one.
      const hasLeft =
        gone.includes(from) || (membershipPhase(person, now) !== "during" && !Object.hasOwn(people, from));
      return Object.hasOwn(people, email) || hasLeft ? [[email, { from, on: dayOf(now) }]] : [];
    }),
  );
}

/** The settings alone. */
export function settingsOf(properties: WorkspaceSettings): WorkspaceSettings {
  return Object.fromEntries(
    SETTINGS.flatMap((key) => (properties[key] === undefined ? [] : [[key, properties[key]]])),
  );
}

/** What the plan takes of the state. */
export function appliedOf({
  people,
  ids,
  gone,
  strangers,
  reinvited,
  emailChanges,
  outside,
  since,
  onRemove,
  protect,
}: WorkspaceOutputs): Applied {
  return {
    people,
    ids,
    ...(gone && { gone }),
    ...(strangers && { strangers }),
    ...(reinvited && { reinvited }),
    ...(emailChanges && { emailChanges }),
    ...(outside && { outside }),
    ...(since !== undefined && { since }),
    ...(onRemove && { onRemove }),
    ...(protect !== undefined && { protect }),
  };
}

/** What the plan takes of the inputs. */
export function declarationOf({
  people,
  onRemove,
  protect,
  undeclared,
  except,
}: WorkspaceInputs): Declaration {
  return { people, onRemove, protect, undeclared, except };
}
