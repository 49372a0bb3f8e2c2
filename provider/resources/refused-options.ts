import { type CustomResourceOptions, RunError } from "@pulumi/pulumi";

/**
 * Ends the program where a resource has an option that Pulumi cannot carry out for a dynamic one.
 * @param type the type token of the resource
 * @throws {RunError} with what to use instead
 */
export function refuseOptions(type: string, name: string, opts: CustomResourceOptions | undefined): void {
  if (opts?.import !== undefined)
    throw new RunError(
      `"${name}" has the option \`import\`, which does not work with this resource. Take it out: \`pulumi up\` adopts ` +
        "existing members by itself. To adopt a whole workspace without a request, use `notion-inventory export --import`.",
    );
  if (opts?.provider !== undefined || opts?.parent?.getProvider(type) !== undefined)
    throw new RunError(
      `"${name}" is given a provider, and Pulumi ignores it for this resource: everything goes to the workspace of the stack's own ` +
        "token (notion:scimToken). Take `provider` out, and use a stack of its own for each workspace.",
    );
}
