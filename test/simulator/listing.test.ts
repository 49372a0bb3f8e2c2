import { afterEach, expect, test } from "vitest";
import { type Simulator, type SimulatorOptions, startSimulator } from "./index.mts";
import { scimCall } from "./scim-call.mts";

let simulator: Simulator;
const start = async (options: SimulatorOptions) => {
  simulator = await startSimulator(options);
};
afterEach(() => simulator.close());

const list = (query: string) => scimCall(simulator, "GET", `/Users?${query}`);
const find = async (filter: string) => {
  const answer = await list(`filter=${encodeURIComponent(filter)}`);
  expect(answer.status).toBe(200);
  return (answer.body.Resources ?? []).map(({ userName }) => userName);
};

test.each([
  [0, 1, 100, 0],
  [99, 1, 100, 99],
  [101, 1, 500, 100],
  [101, 101, 100, 1],
  [101, 102, 100, 0],
  [101, -3, 10, 10],
  [101, 1, 0, 0],
])("of %i members, startIndex %i and count %i bring %i", async (members, startIndex, count, arrived) => {
  await start({ seed: { members } });
  const { body } = await list(`startIndex=${startIndex}&count=${count}`);
  expect(body.Resources).toHaveLength(arrived);
  expect(body).toMatchObject({ totalResults: members, itemsPerPage: arrived });
});

test("startIndex counts records from 1, so two pages meet without a gap", async () => {
  await start({ seed: { members: 7 } });
  const first = await list("startIndex=1&count=3");
  const second = await list("startIndex=4&count=3");
  const names = [first, second].flatMap(({ body }) => body.Resources ?? []).map(({ userName }) => userName);
  expect(names).toEqual(simulator.workspace.members.slice(0, 6).map(({ userName }) => userName));
});

test("a count that is no number is a 400", async () => {
  await start({});
  expect((await list("count=many")).status).toBe(400);
});

test("a moving order shows an entry twice and misses another", async () => {
  await start({ seed: { members: 150 }, order: "moving" });
  const first = await list("startIndex=1");
  const second = await list("startIndex=101");
  const ids = [first, second].flatMap(({ body }) => body.Resources ?? []).map(({ id }) => id);
  expect(ids).toHaveLength(150);
  expect(new Set(ids).size).toBeLessThan(150);
});

test("e-mails are found in any case, by a secondary address too; names are case sensitive", async () => {
  await start({});
  simulator.workspace.add({
    userName: "ada@example.com",
    name: { givenName: 'Ada "A"', familyName: "Byron" },
    emails: [
      { value: "ada@example.com", primary: true },
      { value: "countess@example.net", primary: false },
    ],
  });
  const ada = ["ada@example.com"];
  expect(await find('email eq "ADA@Example.com"')).toEqual(ada);
  expect(await find('email eq "countess@example.net"')).toEqual(ada);
  expect(await find('userName eq "Ada@example.com"')).toEqual(ada);
  expect(await find('userName eq "countess@example.net"')).toEqual([]);
  expect(await find('given_name eq "Ada \\"A\\""')).toEqual(ada);
  expect(await find('family_name eq "Byron"')).toEqual(ada);
  expect(await find('family_name eq "byron"')).toEqual([]);
  simulator.configure({ emailFilter: "primary" });
  expect(await find('email eq "countess@example.net"')).toEqual([]);
});

test.each([
  "email eq ada@example.com",
  'email co "ada"',
  'title eq "x"',
  'email eq "a" or email eq "b"',
  'email eq "a" email',
])("the filter %s is a 400 invalidFilter, never everybody", async (filter) => {
  await start({ seed: { members: 3 } });
  const answer = await list(`filter=${encodeURIComponent(filter)}`);
  expect(answer).toMatchObject({ status: 400, body: { scimType: "invalidFilter" } });
});

test.each(['EMAIL eq "ada@example.com"', 'Username EQ "ada@example.com"', 'Given_Name Eq "Ada"'])(
  "the filter %s is understood, whatever the case of its attribute and operator",
  async (filter) => {
    await start({});
    simulator.workspace.add({ userName: "ada@example.com", name: { givenName: "Ada" } });
    simulator.workspace.add({ userName: "ben@example.com", name: { givenName: "Ben" } });
    expect(await find(filter)).toEqual(["ada@example.com"]);
  },
);
