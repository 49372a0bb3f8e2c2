import { all, type Input, isSecret, output, RunError } from "@pulumi/pulumi";
import { everybodyDeclared, sharedInRun } from "./run-of-the-program";

const declaredBy = sharedInRun(() => new Map<string, string>());

/** What stands where a value is that the program made secret. */
const CONCEALED = "[secret]";

/**
 * Notes that the resource `name` declares `what` (such as "the role") of a member, and ends the program
 * when another resource of it does so too: the two would undo each other's work. A value that is not
 * known yet is left to the provider.
 * @throws {RunError} naming both resources
 */
export function declareOnce(name: string, what: string, member: Input<string>): void {
  const declared = declaredBy();
  if (declared === undefined) return;
  const note = (value: unknown, secret = false) => {
    // A value of a wrong type is for the provider's check to report.
    if (typeof value !== "string") return;
    const key = `${what} ${value.toLowerCase()}`;
    const other = declared.get(key);
    if (other === undefined) declared.set(key, name);
    else if (other !== name) {
      throw new RunError(
        `${what} ${secret ? CONCEALED : value} is declared twice, by "${other}" and by "${name}". Keep one of the two.`,
      );
    }
  };
  if (typeof member === "string") note(member);
  else {
    const known = output(member);
    all([known, isSecret(known)]).apply(([value, secret]) => note(value, secret));
  }
}

/**
 * The members whom other resources of the program declare, so that somebody who moves from one resource to another
 * is not removed on the way; undefined where there are none. Told once the program has had its turn to declare them.
 */
export function declaredElsewhere(name: string, what: string): Promise<string[] | undefined> | undefined {
  const declared = declaredBy();
  return (
    declared &&
    everybodyDeclared().then(() => {
      const others = [...declared].flatMap(([key, by]) =>
        by !== name && key.startsWith(`${what} `) ? [key.slice(what.length + 1)] : [],
      );
      return others.length === 0 ? undefined : others;
    })
  );
}
