import { type CustomResourceOptions, RunError } from "@pulumi/pulumi";
import { PACKAGE } from "../state/type-tokens";

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

/**
 * Ends the program where a native resource is given a provider of another package: that one would be asked for it.
 * @throws {RunError} with what to use instead
 */
export function refuseOtherProvider(name: string, opts: CustomResourceOptions | undefined): void {
  const type = opts?.provider && String(Reflect.get(opts.provider, "__pulumiType"));
  if (type === undefined || type === `pulumi:providers:${PACKAGE}`) return;
  throw new RunError(
    `"${name}" is given a provider of another package (${type}). Use the class Provider of pulumi-notion/native.`,
  );
}
