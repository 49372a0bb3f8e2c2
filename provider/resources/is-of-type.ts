import { CustomResource } from "@pulumi/pulumi";

/** Whether a value is a resource of this type token, of whichever copy of this package. */
export function isOfType(value: unknown, type: string): boolean {
  return CustomResource.isInstance(value) && Reflect.get(value, "__pulumiType") === type;
}
