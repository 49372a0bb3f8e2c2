import type { GrantChange, PrivilegedTime } from "./grants";
import type { LimitName } from "./limits";
import type { Allowed } from "./objections";
import type {
  Applied,
  AppliedPerson,
  Declaration,
  DeclaredPerson,
  EmailChanges,
  OnRemove,
  OutsideTime,
  Stranger,
  Undeclared,
} from "./people";
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
  /** When people had a privileged role for a time, by e-mail, also those who are gone. */
  privileged?: Record<string, PrivilegedTime[]>;
}

/** What a program says of a NotionWorkspace, as check leaves it. */
export interface WorkspaceInputs extends WorkspaceSettings {
  /** By folded e-mail. */
  people: Record<string, DeclaredPerson>;
  /** How this change makes access another one, by e-mail, for policies. */
  changed?: Record<string, GrantChange>;
}

/** What the state keeps of a workspace. `people` is of the inputs' shape, so that the engine finds what is secret in it. */
export interface WorkspaceOutputs extends WorkspaceSettings {
  people: Record<string, AppliedPerson>;
  /** Notion's ids of these people. */
  ids: Record<string, string>;
  /** Ids of those whom a refresh did not find any more, by e-mail. */
  gone?: Record<string, string>;
  /** Who of them is gone again after they were added again. */
  goneAgain?: string[];
  /** Whom a run tried to add and got no answer. */
  maybeAdded?: string[];
  /** Ids of those who were left to another resource, which did not have them yet, by e-mail. */
  leftTo?: Record<string, string>;
  /** In the workspace and not declared, as the last refresh counted them. */
  others?: number;
  /** Who they are, where `undeclared` asks for it; else those who are privileged, or expired. */
  strangers?: Record<string, Stranger>;
  /** Accounts that have the address of somebody whose own account is gone, or of somebody whom a failed run added. */
  reinvited?: Record<string, Stranger>;
  /** Changes of e-mail that were carried out: of accounts in the state, and those that are still declared. */
  emailChanges?: EmailChanges;
  /** Who is declared and outside of their time. */
  outside?: Record<string, OutsideTime>;
  /** The day (UTC) of the first `up`. */
  since?: string;
}

const SETTINGS = [
  "limits",
  "onRemove",
  "protect",
  "undeclared",
  "except",
  "concealed",
  "privileged",
] as const;

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
  goneAgain,
  maybeAdded,
  leftTo,
  strangers,
  reinvited,
  emailChanges,
  outside,
  since,
  onRemove,
  protect,
  except,
}: WorkspaceOutputs): Applied {
  return {
    people,
    ids,
    ...(gone && { gone }),
    ...(goneAgain && { goneAgain }),
    ...(maybeAdded && { maybeAdded }),
    ...(leftTo && { leftTo }),
    ...(strangers && { strangers }),
    ...(reinvited && { reinvited }),
    ...(emailChanges && { emailChanges }),
    ...(outside && { outside }),
    ...(since !== undefined && { since }),
    ...(onRemove && { onRemove }),
    ...(protect !== undefined && { protect }),
    ...(except && { except }),
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
