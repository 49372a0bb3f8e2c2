import { foldEmail } from "../model/email";
import type { Applied } from "../state/world";
import { accountsByFormer } from "./email-changes";
import { isDeparture, type Step } from "./step";

/**
 * Pure: whether a step is about the token's owner. Whose e-mail was changed since it was said is the owner of the token
 * still, unless another owner has that e-mail by now.
 * @param heldAs the e-mail under which the state has each declared person
 */
export function isOfTokenOwner(
  tokenOwner: string | undefined,
  applied: Applied,
  heldAs: ReadonlyMap<string, string>,
): (step: Pick<Step, "kind" | "email">) => boolean {
  if (tokenOwner === undefined) return () => false;
  const email = foldEmail(tokenOwner);
  const mayBeOwner = (key: string) => {
    const { role, lastApplied } = applied.people[key] ?? {};
    return (
      Object.hasOwn(applied.people, key) &&
      (role === undefined || [role, lastApplied?.role].includes("owner"))
    );
  };
  const former = mayBeOwner(email) ? [] : (accountsByFormer(applied).get(email) ?? []);
  const keys = new Set(former.map(({ key }) => key).filter(mayBeOwner));
  return (step) => {
    const key = isDeparture(step) ? step.email : (heldAs.get(step.email) ?? step.email);
    const found = applied.people[key]?.userName;
    return [step.email, key, found].includes(email) || keys.has(key);
  };
}

/** How to say whose token a run uses. */
const HOW_TO_SAY =
  "Run `pulumi config set notion:tokenOwner <e-mail>` with the e-mail of the owner who made the token; " +
  "if nobody knows who did, set NOTION_TOKEN_OWNER=unknown.";

/**
 * Pure: why owners are neither demoted nor removed while nobody said whose token the run uses.
 * @param what what is with them, such as `was not removed`
 */
export function untoldTokenOwnerWords(owners: readonly string[], what: string): string {
  return (
    `${owners.join(", ")} ${what}: nobody said whose SCIM token this run uses, ` +
    `and Notion ends the token of an owner who is demoted or removed. ${HOW_TO_SAY}`
  );
}

/** Pure: why the token's owner keeps what they have. @param what as for {@link untoldTokenOwnerWords} */
export function tokenOwnerStaysWords(owner: string, what: string): string {
  return (
    `${owner} ${what}: they own the SCIM token in use (notion:tokenOwner), which would end ` +
    "with it. Use a token of another owner first."
  );
}

/** What the first run that manages an owner says, as long as nobody said whose token it uses. */
export const TOKEN_OWNER_HINT = `This program manages owners, and nobody said whose SCIM token it uses: no owner is demoted or removed. ${HOW_TO_SAY}`;
