import { expect, test } from "vitest";
import { applySteps } from "../../provider/apply/apply-steps";
import type { Join, Step } from "../../provider/plan/step";
import { UnauthorizedError } from "../../provider/scim/errors";

const join = (number: number): Join => ({
  kind: "join",
  email: `p${number}@example.com`,
  role: "member",
  wasRemoved: false,
  held: undefined,
});
const joins = Array.from({ length: 100 }, (_, index) => join(index));
const soon = () => new Promise<void>((resolve) => setImmediate(resolve));

test("each person's failure is theirs: the others are done", async () => {
  const outcome = await applySteps(
    joins,
    async ({ email }) => {
      await soon();
      if (email === "p7@example.com") throw new Error("p7 was refused");
      return true;
    },
    { isCancelled: () => false },
  );
  expect(outcome.done).toHaveLength(99);
  expect(outcome.failures).toMatchObject([{ step: join(7), reason: "p7 was refused" }]);
  expect(outcome).toMatchObject({ notBegun: [], stopped: undefined });
});

test("a run that is asked to end waits for sixteen steps at most, and says how many it has not begun", async () => {
  let begun = 0;
  let done = 0;
  const outcome = await applySteps(
    joins,
    async () => {
      begun += 1;
      expect(begun - done).toBeLessThanOrEqual(16);
      await soon();
      done += 1;
      return true;
    },
    { isCancelled: () => done >= 10 },
  );
  expect(outcome.done.length).toBeLessThanOrEqual(10 + 16);
  expect(outcome.done.length + outcome.notBegun.length).toBe(100);
  expect(outcome.stopped).toBe("the run was asked to end");
});

test("what would fail for everybody is tried for those alone who are under way", async () => {
  const outcome = await applySteps(
    joins,
    async () => {
      await soon();
      throw new UnauthorizedError({ doing: "add them" }, "the token is not accepted", "Make another.");
    },
    { isCancelled: () => false },
  );
  expect(outcome.failures.length).toBeLessThanOrEqual(16);
  expect(outcome.failures.length + outcome.notBegun.length).toBe(100);
});

test("e-mails change one after the other, and everything else waits for them", async () => {
  const order: string[] = [];
  const change = (from: string, to: string): Step => ({
    kind: "updateProfile",
    email: to,
    changes: [{ field: "userName", from, to, drifted: false }],
  });
  await applySteps(
    [join(1), change("b@example.com", "c@example.com"), change("a@example.com", "b@example.com")],
    async ({ email }) => {
      order.push(`${email} begins`);
      await soon();
      order.push(`${email} ends`);
      return true;
    },
    { isCancelled: () => false },
  );
  expect(order).toEqual(
    ["c@example.com", "b@example.com", "p1@example.com"].flatMap((email) => [
      `${email} begins`,
      `${email} ends`,
    ]),
  );
});
