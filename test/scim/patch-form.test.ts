import { describe, expect, test } from "vitest";
import { ENTERPRISE_SCHEMA } from "../../provider/model/attributes";
import { NOTION_SCHEMA, roleOf, type User } from "../../provider/model/record";
import { ConflictError, RefusedError, UnavailableError } from "../../provider/scim/errors";
import { namesOf, notApplied, PatchForms } from "../../provider/scim/patch-form";
import { failure, QUICK, reply, serve, userBody, withRole, writer } from "./connect";

const DOING = "change u1";

interface Operation {
  path?: string;
  value: unknown;
}

/** A server that holds one member; `judge` says what it makes of a PATCH: apply it, ignore it, or a status. */
async function oneMember(judge: (form: "value" | "path", seen: number) => "apply" | "ignore" | number) {
  const member: Record<string, unknown> = userBody("u1", { title: "Before", ...withRole("member") });
  const forms: ("value" | "path")[] = [];
  const server = await serve((response, _, { method, body }) => {
    if (method !== "PATCH") return reply(response, 200, member);
    const operations: Operation[] = JSON.parse(body).Operations;
    const form = operations[0]?.path === undefined ? "value" : "path";
    forms.push(form);
    const judged = judge(form, forms.length);
    if (typeof judged === "number") return reply(response, judged, { detail: `${judged} to ${form}` });
    for (const { path, value } of judged === "apply" ? operations : []) {
      if (path === undefined) Object.assign(member, value);
      else if (path === `${NOTION_SCHEMA}:role`) member[NOTION_SCHEMA] = { role: value };
      else member[path] = value;
    }
    return reply(response, 200, member);
  });
  return { server, forms, member };
}

describe("a change in the usual form", () => {
  test("that is accepted and not applied is tried once in the other, which counts if it is applied", async () => {
    const { server, forms } = await oneMember((form) => (form === "path" ? "apply" : "ignore"));
    const user = await writer(server).patchUser("u1", withRole("owner"), DOING);
    expect(roleOf(user)).toBe("owner");
    expect(forms).toEqual(["value", "path"]);
  });

  test.each([400, 403, 415, 422, 500, 501])("that meets %i is tried in the other", async (status) => {
    const { server, forms } = await oneMember((form) => (form === "path" ? "apply" : status));
    const user = await writer(server).patchUser("u1", { title: "After" }, DOING);
    expect(user.title).toBe("After");
    // 415 is first taken for what it says: another type of content.
    expect(forms).toEqual(status === 415 ? ["value", "value", "path"] : ["value", "path"]);
  });

  test("is not tried again in this run once the other has worked", async () => {
    const { server, forms } = await oneMember((form) => (form === "path" ? "apply" : "ignore"));
    const client = writer(server);
    await client.patchUser("u1", { title: "One" }, DOING);
    forms.length = 0;
    await client.patchUser("u1", { title: "Two" }, DOING);
    await client.patchUser("u1", withRole("owner"), DOING);
    expect(forms).toEqual(["path", "path"]);
  });

  test("that has worked before is ignored for a reason of this member, so the other is not tried", async () => {
    const { server, forms } = await oneMember((_, seen) => (seen === 1 ? "apply" : "ignore"));
    const client = writer(server);
    await client.patchUser("u1", { title: "One" }, DOING);
    expect((await client.patchUser("u1", { title: "Two" }, DOING)).title).toBe("One");
    expect(forms).toEqual(["value", "value"]);
  });

  test("that has worked for one attribute says nothing of another", async () => {
    const { server, forms } = await oneMember((_, seen) => (seen === 2 ? "ignore" : "apply"));
    const client = writer(server);
    await client.patchUser("u1", { title: "One" }, DOING);
    expect(roleOf(await client.patchUser("u1", withRole("owner"), DOING))).toBe("owner");
    expect(forms).toEqual(["value", "value", "path"]);
  });
});

describe("what both forms are refused for", () => {
  test.each([
    [400, 400, 400, "value"],
    [403, 403, 403, "value"],
    [403, 400, 403, "value"],
    [400, 403, 403, "path"],
    [422, 501, 422, "value"],
  ])("by %i and %i is told as %i of the form %s", async (first, second, told, form) => {
    const { server, forms } = await oneMember((asked) => (asked === "value" ? first : second));
    const error = await failure(writer(server).patchUser("u1", withRole("member"), DOING));
    expect(error).toBeInstanceOf(RefusedError);
    expect(error.message).toContain(`"${told} to ${form}"`);
    expect(forms).toEqual(["value", "path"]);
  });

  test("by 500 is a server in trouble: the usual form is repeated as any request, and no more", async () => {
    const { server, forms } = await oneMember(() => 500);
    const error = await failure(writer(server).patchUser("u1", { title: "x" }, DOING));
    expect(error).toBeInstanceOf(UnavailableError);
    expect(forms).toEqual(["value", "path", ...Array.from({ length: QUICK.attempts }, () => "value")]);
  });

  test("by 500 for a change of e-mail is a conflict that is neither repeated nor tried otherwise", async () => {
    const { server, forms } = await oneMember(() => 500);
    await expect(writer(server).patchUser("u1", { userName: "b@example.com" }, DOING)).rejects.toThrow(
      ConflictError,
    );
    expect(forms).toEqual(["value"]);
  });

  test("the other one, of a change that was accepted, leaves it at what the first has come to", async () => {
    const { server, forms } = await oneMember((form) => (form === "path" ? 400 : "ignore"));
    expect((await writer(server).patchUser("u1", { title: "After" }, DOING)).title).toBe("Before");
    expect(forms).toEqual(["value", "path"]);
  });
});

test("what a member shows otherwise than a change wants it is named, attribute by attribute", () => {
  const user: User = {
    id: "u1",
    userName: "Ada@Example.com",
    name: { givenName: "Ada", familyName: "King" },
    [ENTERPRISE_SCHEMA]: { department: "Engines", manager: { value: "Bob@example.com" } },
    [NOTION_SCHEMA]: { role: "owner" },
  };
  const all = {
    userName: "ada@example.com",
    name: { formatted: "Ada King" },
    active: true,
    [ENTERPRISE_SCHEMA]: { department: "Engines", manager: { value: "bob@example.com" } },
    ...withRole("owner"),
  };
  expect(notApplied(all, user)).toEqual([]);
  expect(namesOf(all)).toEqual(["userName", "name.formatted", "department", "manager", "active", "role"]);
  expect(notApplied({ title: "", ...withRole("member") }, user)).toEqual(["role"]);
  expect(notApplied({ active: false, [ENTERPRISE_SCHEMA]: { department: "Sales" } }, user)).toEqual([
    "department",
    "active",
  ]);
});

test("the form to begin with is the one that worked for the attribute, or else the last that worked", () => {
  const forms = new PatchForms();
  expect(forms.usual(["title"])).toBe("value");
  forms.worked("path", ["role"]);
  expect([forms.usual(["title"]), forms.usual(["role"])]).toEqual(["path", "path"]);
  forms.worked("value", ["title"]);
  expect([forms.usual(["title"]), forms.usual(["role"])]).toEqual(["value", "path"]);
  expect(forms.isProven("path", ["role"])).toBe(true);
  expect(forms.isProven("path", ["role", "title"])).toBe(false);
});
