import type { LimitName } from "./limits";
import type { Allowed } from "./objections";
import type {
  Applied,
  AppliedPerson,
  Declaration,
  DeclaredPerson,
  OnRemove,
  Stranger,
  Undeclared,
} from "./people";
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
  /** Who they are, where `undeclared` asks for it. */
  strangers?: Record<string, Stranger>;
}

const SETTINGS = ["limits", "onRemove", "protect", "undeclared", "except", "concealed"] as const;

/** The state of a run that began without a refresh: its preview has shown everybody whom an earlier one found. */
export function asShown({ strangers, ...state }: WorkspaceOutputs): WorkspaceOutputs {
  if (strangers === undefined) return state;
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
export function appliedOf({ people, ids, gone, strangers, onRemove, protect }: WorkspaceOutputs): Applied {
  return {
    people,
    ids,
    ...(gone && { gone }),
    ...(strangers && { strangers }),
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
