import { all, type CustomResource, type ID, type Output } from "@pulumi/pulumi";

/**
 * Makes the id of a resource that is read the one that Notion has. Pulumi's SDK keeps what the program asked by, which may
 * be an e-mail, or the name of a group.
 * @param output where the resource has Notion's id
 */
export function foundId(resource: CustomResource, output: "userId" | "groupId" = "userId"): void {
  const { id } = resource;
  const known = Reflect.get(resource, output) as Output<ID | undefined> | undefined;
  Object.assign(resource, { id: all([id, known]).apply(([asked, found]) => found ?? asked) });
}
