/**
 * The name that a person's resources have in a program, made of the e-mail and nothing else: the same on
 * every machine and in every order, and different for different addresses (`%` is encoded too). What could
 * be read as a part of Pulumi's URN (`::`, `$`, `/`, spaces) is percent-encoded.
 */
export function resourceName(userName: string): string {
  return userName
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}@._+-]/gu, (character) =>
      [...Buffer.from(character, "utf8")]
        .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`)
        .join(""),
    );
}
