import { type CustomResourceOptions, RunError } from "@pulumi/pulumi";

/**
 * Ends the program where a resource is given a provider: dynamic resources have none, and Pulumi would ignore it.
 * @param type the type token of the resource
 * @throws {RunError} with what to use instead
 */
export function refuseProvider(type: string, name: string, opts: CustomResourceOptions | undefined): void {
  if (opts?.provider === undefined && opts?.parent?.getProvider(type) === undefined) return;
  throw new RunError(
    `"${name}" is given a provider, and Pulumi ignores it for this resource: everything goes to the workspace of the stack's own ` +
      "token (notion:scimToken). Take `provider` out, and use a stack of its own for each workspace.",
  );
}
