import { type CustomResourceOptions, type Input, isSecret, Output } from "@pulumi/pulumi";

// The engine hands secret values to the provider in clear, and marks what comes back under the same name as secret. So
// that nothing else tells them, the classes say which properties hold a secret; where none does they say nothing, and
// the state is spared it.

/** The names of the properties that the program made secret, as a whole or in part; undefined where nothing can be. */
export function concealedIn(properties: object): Input<string[]> | undefined {
  return concealedOf({ it: properties }, (concealed) => concealed.it);
}

/** The same of many people, by their names; what is beside them has the empty name. */
export function concealedByName(
  people: Readonly<Record<string, object>>,
): Input<Record<string, string[]>> | undefined {
  return concealedOf(people, (concealed) => concealed);
}

function concealedOf<T>(
  bags: Readonly<Record<string, object>>,
  said: (concealed: Record<string, string[]>) => T | undefined,
): Input<T> | undefined {
  const outputs = Object.entries(bags).flatMap(([name, bag]) =>
    Object.entries(bag).flatMap(([field, value]) =>
      outputsIn(value).map((output) => ({ name, field, output })),
    ),
  );
  if (outputs.length === 0) return undefined;
  const told = Promise.all(
    outputs.map(async (each) => ({ ...each, secret: await isSecret(each.output) })),
  ).then((all) => {
    const concealed = new Map<string, Set<string>>();
    for (const { name, field, secret } of all)
      if (secret) concealed.set(name, (concealed.get(name) ?? new Set()).add(field));
    return concealed.size === 0
      ? undefined
      : said(Object.fromEntries([...concealed].map(([name, fields]) => [name, [...fields]])));
  });
  return told as Promise<T>;
}

function outputsIn(value: unknown): Output<unknown>[] {
  if (Output.isInstance(value)) return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(outputsIn);
}

/** Whether the e-mail of a member is secret, by the id as the program has it. */
const secretEmails = new WeakMap<object, Promise<boolean>>();

/** Notes of a member whom the program declares whether their e-mail is secret, for who is handed their id. */
export function noteEmail(id: Output<string>, userName: Input<string>): void {
  if (Output.isInstance(userName)) secretEmails.set(id, isSecret(userName as Output<string>));
}

/** Whether the e-mail of the member with this id may be secret. */
export function mayHaveSecretEmail(userId: Input<string>): boolean {
  return Output.isInstance(userId) && secretEmails.has(userId as object);
}

/** Names for a resource that is about a member alone: with "userName" where the member's e-mail is a secret. */
export function withSecretEmail(
  userId: Input<string>,
  concealed: Input<string[]> | undefined,
): Input<string[]> | undefined {
  const noted = Output.isInstance(userId) ? secretEmails.get(userId as object) : undefined;
  if (noted === undefined) return concealed;
  return Promise.all([noted, concealed]).then(([isSecretEmail, names]) =>
    isSecretEmail ? [...((names as string[] | undefined) ?? []), "userName"] : names,
  ) as Promise<string[]>;
}

/** The options with outputs more that are secret, whatever stands in them. */
export function secretBeside(
  outputs: readonly string[],
  opts: CustomResourceOptions = {},
): CustomResourceOptions {
  if (outputs.length === 0) return opts;
  return { ...opts, additionalSecretOutputs: [...(opts.additionalSecretOutputs ?? []), ...outputs] };
}
