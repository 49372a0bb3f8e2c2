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
    `${owner} ${what}: they own the SCIM token in use (notion:tokenOwner), which would die ` +
    "with it. Use a token of another owner first."
  );
}

/** What the first run that manages an owner says, as long as nobody said whose token it uses. */
export const TOKEN_OWNER_HINT = `This program manages owners, and nobody said whose SCIM token it uses: no owner is demoted or removed. ${HOW_TO_SAY}`;
