/** What answers every text in state, resolved from the folder of the program. */
export const PROVIDER_MODULE = "pulumi-notion/lifecycle";

/**
 * What Pulumi keeps as `__provider` in the state of every resource: not captured code but a line that
 * names this package's own module, resolved from the folder of the program.
 *
 * A released text is a contract. Refresh and delete run with the text that old state holds, so what a text
 * means never changes; `test/hosts/dynamic/stub.test.ts` pins it.
 */
export function stub(kind: "user" | "role" | "guard" | "workspace" | "group" | "membership"): string {
  return `exports.handler=()=>require("module").createRequire(process.cwd()+"/_")("${PROVIDER_MODULE}").${kind}`;
}
