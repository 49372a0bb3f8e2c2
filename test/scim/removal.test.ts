import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  MalformedAnswerError,
  NotFoundError,
  RefusedError,
  StillThereError,
  UnavailableError,
} from "../../provider/scim/errors";
import { type FaultSpec, type Simulator, startSimulator } from "../simulator/index.mts";
import { failure, QUICK, reply, serve, userBody, writer } from "./connect";

const ADA = "ada@example.com";

let simulator: Simulator;
let id: string;
beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 3 } });
  id = simulator.workspace.add({ userName: ADA }).id;
});
afterEach(() => simulator.close());

const isThere = () => simulator.workspace.member(ADA) !== undefined;
const sent = () => simulator.requests.entries.map(({ method, status }) => [method, status]);

describe("removing a member", () => {
  test("is one DELETE, and one GET that proves it by 404", async () => {
    expect(await writer(simulator).deleteUser(id, ADA)).toBe("removed");
    expect(isThere()).toBe(false);
    expect(sent()).toEqual([
      ["DELETE", 204],
      ["GET", 404],
    ]);
  });

  test("who is gone already says that they were", async () => {
    simulator.workspace.remove(id);
    expect(await writer(simulator).deleteUser(id, ADA)).toBe("gone already");
    // Nothing has been answered yet at this address but 404: the listing tells that it is that of a SCIM API.
    expect(sent()).toEqual([
      ["DELETE", 404],
      ["GET", 404],
      ["GET", 200],
    ]);
  });

  test("whose answer is lost, and who is not found when it is asked again, has removed them", async () => {
    simulator.faults.add({ name: "drop_after", method: "DELETE" });
    expect(await writer(simulator).deleteUser(id, ADA)).toBe("removed");
    expect(isThere()).toBe(false);
    expect(sent().map(([, status]) => status)).toEqual([0, 404, 404, 200]);
  });

  test.each<FaultSpec>([
    { name: "ignored_change" },
    { name: "html_ok" },
    { name: "not_found" },
    { name: "not_found", style: "html" },
  ])("that is answered by %o while they stay is an error that names them", async (fault) => {
    simulator.faults.add({ ...fault, method: "DELETE", times: "always" });
    const error = await failure(writer(simulator).deleteUser(id, ADA));
    expect(error).toBeInstanceOf(StillThereError);
    expect(error.message).toContain(`Could not remove ${ADA}: Notion answered `);
    expect(error.message).toContain("and they are still a member");
    expect(isThere()).toBe(true);
    expect(simulator.requests.counts).toEqual({ "DELETE /Users/{id}": 1, "GET /Users/{id}": QUICK.attempts });
  });

  test.each(["", "{}", "<html>Welcome to the hotel</html>"])(
    "that is answered by 200 %j while they stay is an error",
    async (body) => {
      const server = await serve((response, _, { method }) =>
        reply(response, 200, method === "DELETE" ? body : userBody("u1")),
      );
      await expect(writer(server).deleteUser("u1", ADA)).rejects.toThrow(StillThereError);
    },
  );

  test("that takes the server a moment is waited for", async () => {
    let looks = 0;
    const server = await serve((response, _, { method }) => {
      if (method === "DELETE") return reply(response, 204);
      looks += 1;
      return looks < 3 ? reply(response, 200, userBody("u1")) : reply(response, 404, {});
    });
    expect(await writer(server).deleteUser("u1", ADA)).toBe("removed");
    expect(looks).toBe(3);
  });

  test.each([
    [{ name: "html_ok" }, MalformedAnswerError],
    [{ name: "not_found", style: "html" }, MalformedAnswerError],
    [{ name: "forbidden" }, RefusedError],
    [{ name: "bad_gateway" }, UnavailableError],
  ] as const)("is not proven by a read that meets %o", async (fault, kind) => {
    simulator.faults.add({ ...fault, method: "GET", times: "always" });
    const error = await failure(writer(simulator).deleteUser(id, ADA));
    expect(error).toBeInstanceOf(kind);
    expect(error.message).toContain(`Could not make sure that ${ADA} is gone: `);
  });

  test("that ends in answers that leave it open is settled by a look", async () => {
    simulator.faults.add({ name: "bad_gateway", method: "DELETE", acted: true, times: 1 });
    simulator.faults.add({ name: "bad_gateway", method: "DELETE", times: "always", after: 1 });
    expect(await writer(simulator).deleteUser(id, ADA)).toBe("removed");
    expect(simulator.requests.counts).toMatchObject({ "DELETE /Users/{id}": 3, "GET /Users/{id}": 1 });
  });

  test("that fails while they stay tells that failure", async () => {
    simulator.faults.add({ name: "bad_gateway", method: "DELETE", times: "always" });
    const error = await failure(writer(simulator).deleteUser(id, ADA));
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.message).toContain(`Could not remove ${ADA}: Notion answered 502`);
    expect(simulator.requests.counts).toEqual({ "DELETE /Users/{id}": 3, "GET /Users/{id}": 1 });
  });

  test("at an address where nothing but 404 is answered is an error: everybody would seem to be gone", async () => {
    const wrong = { token: simulator.token, baseUrl: new URL("/v1", simulator.baseUrl).href };
    await expect(writer(wrong).deleteUser(id, ADA)).rejects.toThrow(NotFoundError);
  });

  test("that is refused is an error that says who stays", async () => {
    simulator.faults.add({ name: "forbidden", method: "DELETE" });
    const error = await failure(writer(simulator).deleteUser(id, ADA));
    expect(error).toBeInstanceOf(RefusedError);
    expect(error.message).toContain(`Could not remove ${ADA}: Notion answered 403`);
    expect(simulator.requests.count()).toBe(1);
  });
});
