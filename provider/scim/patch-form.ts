import { TEXT_ATTRIBUTES, textAt } from "../model/attributes";
import { differingAttributes, liveProfile, type Profile } from "../model/profile";
import { NOTION_SCHEMA, roleOf, type User } from "../model/record";
import { RefusedError, type ScimError, UnavailableError } from "./errors";
import { type PatchOperation, pathOperations, type UserAttributes, valueOperations } from "./messages";

/** How a PATCH names what it replaces: in a value that holds all of it, or each by its path. Both are legal. */
export type PatchForm = "value" | "path";

export const otherForm = (form: PatchForm): PatchForm => (form === "value" ? "path" : "value");

export function operationsIn(form: PatchForm, attributes: UserAttributes): PatchOperation[] {
  return form === "value" ? valueOperations(attributes) : pathOperations(attributes);
}

/** Which form the server has been seen to apply, attribute by attribute: some know one for the role and the other for the rest. */
export class PatchForms {
  readonly #worked = new Map<string, PatchForm>();
  #last: PatchForm = "value";

  /** The form to begin with: the one that worked for these attributes, or else for any. */
  usual(names: readonly string[]): PatchForm {
    return names.map((name) => this.#worked.get(name)).find((form) => form !== undefined) ?? this.#last;
  }

  /** Whether this form has worked for all of these attributes, so that the other can't do better. */
  isProven(form: PatchForm, names: readonly string[]): boolean {
    return names.every((name) => this.#worked.get(name) === form);
  }

  worked(form: PatchForm, names: readonly string[]): void {
    for (const name of names) this.#worked.set(name, form);
    if (names.length > 0) this.#last = form;
  }
}

/** The attributes of a change, by name. */
export function namesOf(attributes: UserAttributes): string[] {
  return notApplied(attributes, undefined);
}

/** Pure: the attributes of a change that a member does not show. */
export function notApplied(attributes: UserAttributes, user: User | undefined): string[] {
  const wanted = profileIn(attributes);
  const role = attributes[NOTION_SCHEMA]?.role;
  const shown = user === undefined ? ({} as Profile) : liveProfile(wanted, user);
  return [
    ...differingAttributes(wanted, shown),
    // An entry that does not say so is active.
    ...(attributes.active === undefined || (user !== undefined && attributes.active === (user.active ?? true))
      ? []
      : ["active"]),
    ...(role === undefined || (user !== undefined && roleOf(user) === role) ? [] : ["role"]),
  ];
}

function profileIn(attributes: UserAttributes): Profile {
  const { userName, name, phoneNumbers } = attributes;
  const texts = TEXT_ATTRIBUTES.map((attribute) => [attribute.name, textAt(attributes, attribute.path)]);
  const given = Object.entries({ userName, name, phoneNumbers, ...Object.fromEntries(texts) });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined)) as unknown as Profile;
}

/** Statuses of a refusal that may be about the form of a PATCH. A 500 to a change of e-mail is a conflict, and none of them. */
const ABOUT_THE_FORM = new Set([400, 403, 415, 422, 500, 501]);

/** Whether the other form could help after this error. */
export function mayBeTheForm(error: unknown): error is ScimError {
  return (
    (error instanceof RefusedError || error instanceof UnavailableError) &&
    error.status !== undefined &&
    ABOUT_THE_FORM.has(error.status)
  );
}

/** Which error of the two forms is told: what was wrong with the usual form says more than what was wrong with the other. */
export function moreTelling(usual: ScimError, other: ScimError): ScimError {
  // A server that could not read the one form has understood the other when it forbids what it asks for.
  return other.status === 403 && usual.status !== 403 ? other : usual;
}
