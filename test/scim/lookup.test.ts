import { describe, expect, test } from "vitest";
import { IncompleteListingError, RefusedError } from "../../provider/scim/errors";
import { failure, reader } from "./connect";
import { type Filtering, otherServer, people } from "./other-server";

const ME = "p2@example.com";

describe("a member is found by e-mail", () => {
  test.each<[Filtering, Filtering, asked: string[]]>([
    ["finds", 400, ["email"]],
    [400, "finds", ["email", "userName"]],
    [403, "finds", ["email", "userName"]],
    [501, "finds", ["email", "userName"]],
    ["everybody", "finds", ["email", "userName"]],
  ])("where `email eq` is answered by %s and `userName eq` by %s", async (email, userName, asked) => {
    // More than a page: an answer with everybody holds only some of them.
    const server = await otherServer(email, userName, people(30), 1);
    expect((await reader(server).findUser(ME))?.id).toBe("u2");
    expect(server.asked()).toEqual(asked);
  });

  test("by the attribute that the server was seen to know, from then on", async () => {
    const server = await otherServer(400, "finds", people(3));
    const client = reader(server);
    await client.findUser(ME);
    await client.findUser("p3@example.com");
    expect(await client.findUser("nobody@example.com")).toBeUndefined();
    expect(server.asked()).toEqual(["email", "userName", "userName", "userName"]);
  });

  test("although an attribute that the server ignores returns everybody, which teaches nothing", async () => {
    const server = await otherServer("everybody", "finds", people(3));
    const client = reader(server);
    expect((await client.findUser(ME))?.id).toBe("u2");
    expect(await client.findUser("nobody@example.com")).toBeUndefined();
  });
});

describe("an absence", () => {
  test("is likely where one answer finds nobody, and costs one request", async () => {
    const server = await otherServer("nobody", "finds", people(3));
    expect(await reader(server).findUser(ME)).toBeUndefined();
    expect(server.asked()).toEqual(["email"]);
  });

  test("that has to be sure is looked at by both attributes", async () => {
    const server = await otherServer("nobody", "finds", people(3));
    expect((await reader(server).findUser(ME, "sure"))?.id).toBe("u2");
  });

  test("is not sure of a server that has found nobody by anything", async () => {
    const server = await otherServer("nobody", "nobody", people(3));
    const error = await failure(reader(server).findUser(ME, "sure"));
    expect(error).toBeInstanceOf(IncompleteListingError);
  });

  test("is sure of a server that has found others", async () => {
    const server = await otherServer("finds", 400, people(3));
    const client = reader(server);
    await client.findUser(ME);
    expect(await client.findUser("nobody@example.com", "sure")).toBeUndefined();
  });

  test("is not proven by a part of everybody, nor by an attribute that finds nobody besides", async () => {
    const server = await otherServer("everybody", "nobody", people(3), 1);
    const error = await failure(reader(server).findUser(ME));
    expect(error).toBeInstanceOf(IncompleteListingError);
    expect(error.message).toContain("1 of 3 matches were returned");
  });

  test("is not proven where both attributes are refused: the first refusal is told", async () => {
    const server = await otherServer(400, 501, people(3));
    const error = await failure(reader(server).findUser(ME));
    expect(error).toBeInstanceOf(RefusedError);
    expect(error.message).toContain(`Could not look up ${ME}: Notion answered 400, "400 to email"`);
  });
});
