import { type CustomResourceOptions, type Input, isSecret, Output } from "@pulumi/pulumi";

// The engine hands secret values to the provider in clear, and marks what comes back under the same name as secret. So
// that nothing else tells them, the classes say which properties hold a secret; where none does they say nothing, and
// the state is spared it.

/** The names of the properties that the program made secret, as a whole or in part; undefined where nothing can be. */
export function redactedIn(properties: object): Input<string[]> | undefined {
  return redactedOf({ it: properties }, (redacted) => redacted.it);
}

/** The same of many people, by their names; what is beside them has the empty name. */
export function redactedByName(
  people: Readonly<Record<string, object>>,
): Input<Record<string, string[]>> | undefined {
  return redactedOf(people, (redacted) => redacted);
}

function redactedOf<T>(
  bags: Readonly<Record<string, object>>,
  said: (redacted: Record<string, string[]>) => T | undefined,
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
    const redacted = new Map<string, Set<string>>();
    for (const { name, field, secret } of all)
      if (secret) redacted.set(name, (redacted.get(name) ?? new Set()).add(field));
    return redacted.size === 0
      ? undefined
      : said(Object.fromEntries([...redacted].map(([name, fields]) => [name, [...fields]])));
  });
  return told as Promise<T>;
}

function outputsIn(value: unknown): Output<unknown>[] {
  if (Output.isInstance(value)) return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(outputsIn);
}

/** The e-mails of the members that the program knows, by the id as the program has it. */
const emails = new WeakMap<object, Input<string>>();

/** Notes the e-mail of a member, for who is handed their id. */
export function noteEmail(id: Output<string>, userName: Input<string>): void {
  emails.set(id, userName);
}

/** The e-mail of the member with this id: of the very output that a NotionUser or a NotionWorkspace gave, of no other. */
export function emailBehind(userId: Input<string>): Input<string> | undefined {
  return Output.isInstance(userId) ? emails.get(userId as object) : undefined;
}

/** Whether the e-mail of the member with this id may be secret. */
export function mayHaveSecretEmail(userId: Input<string>): boolean {
  return Output.isInstance(emailBehind(userId));
}

/** Names for a resource that is about a member alone: with those of the e-mail where that is a secret. */
export function withSecretEmail(
  userId: Input<string>,
  redacted: Input<string[]> | undefined,
): Input<string[]> | undefined {
  const email = emailBehind(userId);
  if (!Output.isInstance(email)) return redacted;
  return Promise.all([isSecret(email as Output<string>), redacted]).then(([isSecretEmail, names]) =>
    isSecretEmail ? [...((names as string[] | undefined) ?? []), "userName", "member"] : names,
  ) as Promise<string[]>;
}

/** The options with outputs more that are secret, whatever stands in them. */
export function secretBeside<Kept>(
  outputs: readonly (keyof Kept & string)[],
  opts: CustomResourceOptions = {},
): CustomResourceOptions {
  if (outputs.length === 0) return opts;
  return { ...opts, additionalSecretOutputs: [...(opts.additionalSecretOutputs ?? []), ...outputs] };
}
