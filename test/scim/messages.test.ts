import { describe, expect, test } from "vitest";
import { ENTERPRISE_SCHEMA } from "../../provider/model/attributes";
import { NOTION_SCHEMA } from "../../provider/model/record";
import {
  createMessage,
  equalsFilter,
  patchMessage,
  pathOperations,
  valueOperations,
} from "../../provider/scim/messages";

test("the body that adds someone names the extensions it carries, and no other", () => {
  const userName = "ada@example.com";
  expect(createMessage({ userName }).schemas).toEqual(["urn:ietf:params:scim:schemas:core:2.0:User"]);
  expect(createMessage({ userName, [NOTION_SCHEMA]: { role: "owner" } })).toEqual({
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:User", NOTION_SCHEMA],
    userName,
    [NOTION_SCHEMA]: { role: "owner" },
  });
});

describe("a change", () => {
  const change = {
    title: "Countess",
    name: { givenName: "Ada", familyName: "Lovelace" },
    [ENTERPRISE_SCHEMA]: { department: "Engines", manager: { value: "charles@example.com" } },
    [NOTION_SCHEMA]: { role: "member" as const },
  };

  test("is one operation that holds all attributes, the form that connectors use", () => {
    expect(patchMessage(valueOperations(change))).toEqual({
      schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
      Operations: [{ op: "replace", value: change }],
    });
  });

  test("can be written as one operation per attribute, each with its path", () => {
    expect(pathOperations(change)).toEqual([
      { op: "replace", path: "title", value: "Countess" },
      { op: "replace", path: "name.givenName", value: "Ada" },
      { op: "replace", path: "name.familyName", value: "Lovelace" },
      { op: "replace", path: `${ENTERPRISE_SCHEMA}:department`, value: "Engines" },
      { op: "replace", path: `${ENTERPRISE_SCHEMA}:manager`, value: { value: "charles@example.com" } },
      { op: "replace", path: `${NOTION_SCHEMA}:role`, value: "member" },
    ]);
  });
});

test.each([
  ["ada@example.com", 'email eq "ada@example.com"'],
  ['"ada"@example.com', 'email eq "\\"ada\\"@example.com"'],
  ["a\\b@example.com", 'email eq "a\\\\b@example.com"'],
  [
    'x" or userName pr or email eq "@example.com',
    'email eq "x\\" or userName pr or email eq \\"@example.com"',
  ],
])("an e-mail stays one quoted value of the filter: %s", (email, filter) => {
  expect(equalsFilter("email", email)).toBe(filter);
});
