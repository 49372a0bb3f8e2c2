import { expect, test } from "vitest";
import {
  NotionGroup,
  NotionGroupMembership,
  NotionRoleAssignment,
  NotionUser,
  NotionWorkspace,
} from "../../provider/index";
import {
  NotionGroup as NativeGroup,
  NotionGroupMembership as NativeGroupMembership,
  NotionRoleAssignment as NativeRoleAssignment,
  NotionUser as NativeUser,
  NotionWorkspace as NativeWorkspace,
} from "../../provider/resources/native/index";
import { classOf, classOfUrn, isOfProvider } from "../../provider/state/type-tokens";

test.each([
  { name: "NotionUser", dynamic: NotionUser, native: NativeUser },
  { name: "NotionRoleAssignment", dynamic: NotionRoleAssignment, native: NativeRoleAssignment },
  { name: "NotionWorkspace", dynamic: NotionWorkspace, native: NativeWorkspace },
  { name: "NotionGroup", dynamic: NotionGroup, native: NativeGroup },
  { name: "NotionGroupMembership", dynamic: NotionGroupMembership, native: NativeGroupMembership },
])("a $name is known whichever host serves it", ({ name, dynamic, native }) => {
  for (const { __pulumiType: type } of [dynamic, native]) {
    expect(classOf(type)).toBe(name);
    expect(classOfUrn(`urn:pulumi:dev::acme::my:index:Team$${type}::ada`)).toBe(name);
  }
  expect(native.__pulumiType).toBe(`notion:index:${name}`);
});

test("a resource of another provider is none of this package", () => {
  expect(classOfUrn("urn:pulumi:dev::acme::random:index:RandomId::x")).toBeUndefined();
  expect(isOfProvider("random:index:RandomId")).toBe(false);
  expect(isOfProvider("pulumi:providers:notion")).toBe(true);
});
