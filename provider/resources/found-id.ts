import { all, type CustomResource, type ID, type Output } from "@pulumi/pulumi";

/**
 * Makes the id of a resource that is read the one that Notion has. Pulumi's SDK keeps what the program asked by, which may
 * be an e-mail.
 */
export function foundId(resource: CustomResource): void {
  const { id } = resource;
  const userId = Reflect.get(resource, "userId") as Output<ID | undefined> | undefined;
  Object.assign(resource, { id: all([id, userId]).apply(([asked, found]) => found ?? asked) });
}
