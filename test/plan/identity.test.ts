import { describe, expect, test } from "vitest";
import { DAY_MS } from "../../provider/model/instant";
import { NOBODY_ELSEWHERE } from "../../provider/plan/elsewhere";
import { carriedOut, emailChangesOf, withoutPending } from "../../provider/plan/email-changes";
import { heldBackOf } from "../../provider/plan/held-back";
import { identify } from "../../provider/plan/identity";
import { plan } from "../../provider/plan/plan";
import { outsideOf } from "../../provider/plan/schedule";
import { unmanagedOf } from "../../provider/plan/unmanaged";
import { waitsOf } from "../../provider/plan/waits";
import type { Applied, Declaration } from "../../provider/state/world";

const NOW = Date.UTC(2026, 11, 1);
const [X, Y] = ["0e2c7484-37e5-4917-94df-b42f56f89c54", "9e6f4bda-0812-4274-82f4-2a10b3a56faf"];
const state = (ids: Record<string, string>, rest: Partial<Applied> = {}): Applied => ({
  people: Object.fromEntries(Object.keys(ids).map((email) => [email, { role: "member" }])),
  ids,
  since: "2026-11-01",
  ...rest,
});
const became = (to: string, from: string, id = X) => ({ [to]: [{ from, on: "2026-11-20", id }] });
const identityOf = (applied: Applied, people: Declaration["people"]) => identify(applied, people);
const heldBack = (applied: Applied, people: Declaration["people"], now = NOW) =>
  heldBackOf(plan(applied, { people }, now), applied, {}).map(({ step, reason }) => [
    step.kind,
    step.email,
    reason,
  ]);

describe("a row from an old file, under the former e-mail of an account that no row means any more,", () => {
  const renamed = state(
    { "dan.2@example.com": X },
    { emailChanges: became("dan.2@example.com", "dan@example.com") },
  );

  test("is refused with both ways to say what is meant: neither the account nor a newcomer loses anything", () => {
    expect(identityOf(renamed, { "dan@example.com": {} }).contradictions).toEqual([
      "dan@example.com is the former e-mail of dan.2@example.com (changed on 2026-11-20). dan.2@example.com is no longer declared. " +
        "If they are the same person, write dan.2@example.com as the formerUserName of dan@example.com. " +
        "If dan@example.com is another person, remove dan.2@example.com in one run and add dan@example.com in the next.",
    ]);
  });

  test("is known also after two changes of the e-mail", () => {
    const twice = state(
      { "dan.3@example.com": X },
      {
        emailChanges: {
          ...became("dan.2@example.com", "dan@example.com"),
          ...became("dan.3@example.com", "dan.2@example.com"),
        },
      },
    );
    for (const email of ["dan@example.com", "dan.2@example.com"])
      expect(identityOf(twice, { [email]: {} }).contradictions).toHaveLength(1);
  });

  test("is their way back where it says so", () => {
    const back = { "dan@example.com": { formerUserName: "dan.2@example.com" } };
    expect(identityOf(renamed, back)).toMatchObject({ contradictions: [], unclear: new Map() });
    expect(identityOf(renamed, back).heldAs.get("dan@example.com")).toBe("dan.2@example.com");
  });

  test("is refused also where it says an older formerUserName, which somebody else has by now", () => {
    const applied = state(
      { "bea.3@example.com": X, "bea@example.com": Y },
      { emailChanges: became("bea.3@example.com", "bea.2@example.com") },
    );
    const old = { "bea.2@example.com": { formerUserName: "bea@example.com" }, "bea@example.com": {} };
    expect(identityOf(applied, old).contradictions.join()).toContain(
      "bea.2@example.com is the former e-mail of bea.3@example.com",
    );
  });

  test("is refused also where the formerUserName is that e-mail: it was carried out for another row", () => {
    const again = { "dan.3@example.com": { formerUserName: "dan@example.com" } };
    const { contradictions } = identityOf({ ...renamed, gone: { "dan@example.com": Y } }, again);
    expect(contradictions.join()).toContain(
      "The row of dan.3@example.com has formerUserName dan@example.com, which is the former e-mail of dan.2@example.com",
    );
  });

  test("is a newcomer's where the account is declared, or left in a run of its own", () => {
    const both = { "dan@example.com": {}, "dan.2@example.com": {} };
    expect(identityOf(renamed, both).contradictions).toEqual([]);
    const left = state({ "o@example.com": Y }, { emailChanges: renamed.emailChanges ?? {} });
    expect(identityOf(left, { "dan@example.com": {}, "o@example.com": {} }).contradictions).toEqual([]);
  });

  test("is refused also where it has an id that nobody of the state has: they were invited again under another one", () => {
    const [said] = identityOf(renamed, { "dan@example.com": { id: Y } }).contradictions;
    expect(said).toContain(
      `If they are the same person, write ${X} as the id of dan@example.com. If dan@example.com is another person,`,
    );
    expect(identityOf(renamed, { "dan@example.com": { id: X } }).contradictions).toEqual([]);
    const ended = { ...renamed, outside: { "dan@example.com": { until: "2026-11-20" } } };
    expect(identityOf(ended, { "dan@example.com": { id: Y, until: "2026-11-20" } }).contradictions).toEqual(
      [],
    );
  });

  test("is theirs where it has their id", () => {
    expect(identityOf(renamed, { "dan@example.com": { id: X } })).toMatchObject({ contradictions: [] });
  });
});

describe("the changes of e-mail that the state keeps", () => {
  const before = state({ "dan@example.com": X });
  const after = state({ "dan.2@example.com": X });
  const row = { "dan.2@example.com": { formerUserName: "dan@example.com" } };

  test("are of everybody in it, also where the row does not say it any more", () => {
    const changes = emailChangesOf(before, after, {}, NOW);
    expect(changes).toEqual({ "dan.2@example.com": [{ from: "dan@example.com", on: "2026-12-01", id: X }] });
    expect(emailChangesOf({ ...after, emailChanges: changes }, after, {}, NOW)).toEqual(changes);
    const left = { ...after, emailChanges: changes };
    expect(emailChangesOf(left, state({}), {}, NOW)).toEqual(changes);
    expect(emailChangesOf(left, state({}), {}, NOW + 366 * DAY_MS)).toEqual({});
  });

  test("stay where a row says it after the person left, and whoever gets the address then is somebody else", () => {
    const emailChanges = emailChangesOf(before, after, row, NOW);
    const kept = emailChangesOf({ ...after, emailChanges }, state({}), row, NOW);
    // Notion gives the account of who left back to whoever is invited under its e-mail.
    const newcomer = state({ "dan@example.com": X }, { emailChanges: kept });
    expect(carriedOut(newcomer, "dan.2@example.com", "dan@example.com")).toBeDefined();
    expect(identityOf(newcomer, { ...row, "dan@example.com": {} }).heldAs).toEqual(
      new Map([["dan@example.com", "dan@example.com"]]),
    );
  });

  test("go over to the account that somebody has after they were invited again", () => {
    const emailChanges = emailChangesOf(before, after, {}, NOW);
    const gone = state({}, { gone: { "dan.2@example.com": X }, emailChanges });
    expect(emailChangesOf(gone, state({ "dan.2@example.com": Y }), row, NOW)).toMatchObject({
      "dan.2@example.com": [{ from: "dan@example.com", id: Y }],
    });
  });

  test("stand against a row from an old file that asks for one again: the account with that e-mail is another one by now", () => {
    const emailChanges = became("dan.2@example.com", "dan@example.com");
    const newcomer = state({ "dan@example.com": Y }, { emailChanges });
    expect(identityOf(newcomer, row).contradictions.join()).toContain(
      `dan@example.com is another account now (id ${Y})`,
    );
    // Declared beside it, the newcomer stays who they are.
    expect(identityOf(newcomer, { ...row, "dan@example.com": {} })).toMatchObject({
      contradictions: [],
      heldAs: new Map([["dan@example.com", "dan@example.com"]]),
    });
    // So does who is taken out while the row waits for its time.
    const waits = { ...newcomer, outside: { "dan.2@example.com": { until: "2026-11-30" } } };
    expect(identityOf(waits, row)).toMatchObject({ contradictions: [], heldAs: new Map() });
  });

  test("are remembered for a year of somebody whose time was over before, although a file leaves their row out: restored, it takes nobody's account", () => {
    const row = { "dan.3@example.com": { formerUserName: "dan@example.com", until: "2026-11-20" } };
    const left = emailChangesOf(state({}), state({}), row, NOW);
    const newcomer = state({ "dan@example.com": Y }, { emailChanges: left });
    const emailChanges = emailChangesOf(newcomer, newcomer, { "dan@example.com": {} }, NOW);
    const restored = identityOf({ ...newcomer, emailChanges }, { ...row, "dan@example.com": {} });
    expect(Object.fromEntries(restored.heldAs)).toEqual({ "dan@example.com": "dan@example.com" });
    expect(emailChangesOf({ ...newcomer, emailChanges }, newcomer, {}, NOW + 366 * DAY_MS)).toEqual({});
  });

  test("hold no instruction that waits for a person to say whose an account is, also when the time of its row is over", () => {
    const gone = state({}, { gone: { "dan@example.com": X }, reinvited: { "dan@example.com": { id: Y } } });
    const over = { "dan.2@example.com": { formerUserName: "dan@example.com", until: "2026-11-30" } };
    expect(emailChangesOf(gone, state({}), over, NOW)).toEqual({});
  });

  test("make an instruction one again when the account went back", () => {
    const emailChanges = emailChangesOf(before, after, row, NOW);
    const back = emailChangesOf({ ...after, emailChanges }, before, {}, NOW);
    expect(identityOf({ ...before, emailChanges: back }, row).heldAs.get("dan.2@example.com")).toBe(
      "dan@example.com",
    );
  });

  test("are all of a first run's instructions: nobody had a former e-mail then", () => {
    const failed = emailChangesOf({ people: {}, ids: {} }, state({}), row, NOW);
    expect(identityOf(state({ "o@example.com": Y }, { emailChanges: failed }), row).contradictions).toEqual(
      [],
    );
  });
});

describe("a formerUserName", () => {
  test("that was carried out for an account which another row takes along says nothing of a newcomer: refused", () => {
    const applied = state(
      { "bea.2@example.com": X, "dan@example.com": Y },
      { emailChanges: became("bea.2@example.com", "bea@example.com") },
    );
    const swapped = {
      "bea@example.com": { formerUserName: "bea.2@example.com" },
      "bea.2@example.com": { formerUserName: "bea@example.com" },
    };
    expect(identityOf(applied, swapped).contradictions.join()).toContain(
      "That change was made on 2026-11-20, for the account that now becomes bea@example.com",
    );
  });

  const two = state({ "dan@example.com": X, "dan.2@example.com": Y });

  test("that names one declared account for another is refused, whatever was carried out before", () => {
    const swapped = {
      "dan@example.com": { formerUserName: "dan.2@example.com" },
      "dan.2@example.com": { formerUserName: "dan@example.com" },
    };
    const known = { ...two, emailChanges: became("dan.2@example.com", "dan@example.com", Y) };
    expect(identityOf(known, swapped).contradictions.join()).toContain(
      "the program declared dan@example.com and dan.2@example.com as two people",
    );
  });

  test("that names nobody is refused also where the state has the new e-mail", () => {
    const people = { "dan@example.com": { formerUserName: "bea.2@example.com" } };
    expect(identityOf(two, people).contradictions.join()).toContain(
      "the state has nobody under bea.2@example.com",
    );
  });

  test("never means somebody with a row of their own who got that e-mail in Notion", () => {
    const found = state({ "ada@example.com": X, "bertil@example.com": Y });
    const people = {
      ...found.people,
      "ada@example.com": { role: "member", userName: "bertil.2@example.com" },
    };
    const { heldAs, contradictions } = identityOf(
      { ...found, people },
      { "ada@example.com": {}, "bertil.3@example.com": { formerUserName: "bertil.2@example.com" } },
    );
    expect(contradictions.join()).toContain("the account that this program has as ada@example.com");
    expect(heldAs.get("ada@example.com")).toBe("ada@example.com");
  });

  test("to an e-mail that another account has in Notion by now holds that person back, and nobody else", () => {
    const applied = state(
      { "dan@example.com": X, "eve@example.com": Y },
      { unmanaged: { "dan.2@example.com": { id: "z", role: "owner" } } },
    );
    const people = {
      "dan.2@example.com": { role: "owner", formerUserName: "dan@example.com" },
      "dan@example.com": { role: "member" },
      "eve@example.com": { role: "owner" },
    } as const;
    expect(identityOf(applied, people).contradictions).toEqual([]);
    expect(heldBack(applied, people).map(([kind, email]) => [kind, email])).toEqual([
      ["updateProfile", "dan.2@example.com"],
      ["changeRole", "dan.2@example.com"],
      // Who waits for the address does so, too.
      ["join", "dan@example.com"],
    ]);
  });
});

describe("an account with the former e-mail of somebody who is gone", () => {
  const applied = state(
    { "o@example.com": Y },
    { gone: { "dan@example.com": X }, reinvited: { "dan@example.com": { id: "z", role: "member" } } },
  );

  test.each([{ formerUserName: "dan@example.com" }, { id: X }])(
    "is nobody's unmanaged member: %o",
    (person) => {
      const people = { "dan.2@example.com": person };
      const unmanaged = (declared: Declaration["people"]) =>
        unmanagedOf(
          { ...applied, unmanaged: applied.reinvited ?? {} },
          { people: declared },
          NOW,
          NOBODY_ELSEWHERE,
        );
      expect(unmanaged(people)).toEqual([]);
      expect(unmanaged({})).toHaveLength(1);
    },
  );

  test.each([{ formerUserName: "dan@example.com" }, { id: X }])(
    "is neither theirs nor a newcomer's until somebody says whose: %o",
    (person) => {
      const people = {
        "dan.2@example.com": person,
        "dan@example.com": {},
        "o@example.com": { role: "member" },
      } as const;
      expect(heldBack(applied, people).map(([kind, email]) => [kind, email])).toEqual([
        ["join", "dan.2@example.com"],
        ["join", "dan@example.com"],
      ]);
      expect(heldBack(applied, { ...people, "dan@example.com": { id: "z" } })).toEqual([]);
    },
  );
});

test("another account under the e-mail of somebody who is gone and whose time is over is unmanaged, whatever the id of their row", () => {
  const applied = state(
    { "o@example.com": Y },
    { gone: { "cy@example.com": X }, unmanaged: { "cy@example.com": { id: "z", role: "member" } } },
  );
  const people = { "cy@example.com": { id: X, until: "2026-11-30" } };
  expect(unmanagedOf(applied, { people }, NOW, NOBODY_ELSEWHERE).map(({ email }) => email)).toEqual([
    "cy@example.com",
  ]);
  expect(unmanagedOf(applied, { people: { "cy@example.com": { id: X } } }, NOW, NOBODY_ELSEWHERE)).toEqual(
    [],
  );
});

test("whoever gets the e-mail of an account whose time is over waits until it is gone", () => {
  const applied = state({ "ada.2@example.com": X });
  const people = {
    ...applied.people,
    "ada.2@example.com": { role: "member", userName: "ada@example.com", until: "2026-11-30" },
  };
  const held = heldBack(
    { ...applied, people },
    { "ada.2@example.com": { until: "2026-11-30" }, "ada@example.com": { role: "owner" } },
  );
  expect(held).toEqual([
    [
      "join",
      "ada@example.com",
      "ada@example.com does not join yet: it is the e-mail of ada.2@example.com, who leaves in this run. Run `pulumi up` again. " +
        "Notion may give ada@example.com their account then, with its content: if they are two people, use another e-mail.",
    ],
  ]);
});

describe("an account whose own row is gone, and whose e-mail was changed in Notion,", () => {
  const renamed = (rest: Partial<Applied> = {}): Applied => ({
    ...state({ "ada.2@example.com": X, "o@example.com": Y }, rest),
    people: {
      "ada.2@example.com": { role: "member", userName: "fay@example.com" },
      "o@example.com": { role: "owner" },
    },
  });
  const o = { "o@example.com": { role: "owner" } } as const;
  const formerly = { emailChanges: became("ada.2@example.com", "ada@example.com") };

  test("is that of the row with the new e-mail, where no other row may be its", () => {
    const { heldAs, contradictions } = identityOf(renamed(formerly), { ...o, "fay@example.com": {} });
    expect(heldAs.get("fay@example.com")).toBe("ada.2@example.com");
    expect(contradictions).toEqual([]);
  });

  test("is nobody's where a row has its former e-mail, too: refused with both", () => {
    const both = { ...o, "ada@example.com": {}, "fay@example.com": { role: "owner" } } as const;
    const { heldAs, contradictions } = identityOf(renamed(formerly), both);
    expect(heldAs.has("fay@example.com")).toBe(false);
    expect(contradictions).toEqual([
      "ada@example.com is the former e-mail of ada.2@example.com (changed on 2026-11-20). ada.2@example.com is no longer declared. " +
        "Their e-mail in Notion is fay@example.com now, which is also declared. " +
        "If they are the same person, write ada.2@example.com as the formerUserName of the right one of the two. " +
        "If neither is that person, remove both in one run and add them in the next.",
    ]);
    for (const email of ["ada@example.com", "fay@example.com"]) {
      const settled = { ...both, [email]: { formerUserName: "ada.2@example.com" } };
      expect(identityOf(renamed(formerly), settled)).toMatchObject({
        contradictions: [],
        unclear: new Map(),
      });
      expect(identityOf(renamed(formerly), settled).heldAs.get(email)).toBe("ada.2@example.com");
    }
  });

  test("is not found by a formerUserName that somebody else had before it", () => {
    const { heldAs, contradictions } = identityOf(renamed(), {
      ...o,
      "fay.2@example.com": { formerUserName: "fay@example.com" },
    });
    expect(heldAs.has("fay.2@example.com")).toBe(false);
    expect(contradictions.join()).toContain("the account that this program has as ada.2@example.com");
  });
});

describe("a change of e-mail that Notion did not make", () => {
  const pending: Applied = {
    ...state({ "ada.2@example.com": X }, { emailChanges: became("ada.2@example.com", "ada@example.com") }),
    people: { "ada.2@example.com": { role: "owner", userName: "ada@example.com", uncertain: ["userName"] } },
  };

  test("may have been made where there was no answer, and the refusal says no more", () => {
    const applied = state(
      { "ada.2@example.com": X },
      { emailChanges: became("ada.2@example.com", "ada@example.com") },
    );
    const waiting = { role: "member", userName: "ada@example.com", uncertain: ["userName"] };
    const said = (person: object) =>
      identityOf(
        { ...applied, people: { "ada.2@example.com": { ...waiting, ...person } } },
        { "ada@example.com": {} },
      ).contradictions.join();
    expect(said({})).toContain(
      "ada@example.com is still the e-mail of ada.2@example.com in Notion: the change of 2026-11-20 was not made",
    );
    const lost = said({ unanswered: { fields: ["userName"], userName: "ada.2@example.com" } });
    expect(lost).toContain(
      "ada@example.com may still be the e-mail of ada.2@example.com in Notion: the change of 2026-11-20 may not have been made",
    );
  });

  test("leaves the account with its row: when that goes, the newcomer under the old e-mail does not get it", () => {
    const { heldAs, contradictions } = identityOf(pending, { "ada@example.com": { role: "member" } });
    expect(heldAs.size).toBe(0);
    expect(contradictions).toEqual([
      "ada@example.com is still the e-mail of ada.2@example.com in Notion: the change of 2026-11-20 was not made. ada.2@example.com is no longer declared. " +
        "If they are the same person, write ada.2@example.com as the formerUserName of ada@example.com. " +
        "If ada@example.com is another person, remove ada@example.com in one run and add ada@example.com in the next.",
    ]);
  });

  test("is forgotten with the account that is gone, and so the instruction stands", () => {
    const changes = withoutPending(pending, ["ada.2@example.com"]);
    expect(changes).toEqual({});
    const gone = { ...state({}), gone: { "ada@example.com": X }, emailChanges: changes };
    const reinvited = { ...gone, reinvited: { "ada@example.com": { id: "z", role: "member" } } };
    const people = { "ada.2@example.com": { formerUserName: "ada@example.com" }, "ada@example.com": {} };
    expect([...identityOf(reinvited, people).unclear.keys()].sort()).toEqual(Object.keys(people).sort());
  });
});

describe("an id in a row with another e-mail", () => {
  const ada = { ...state({ "ada@example.com": X }), people: { "ada@example.com": { role: "owner" } } };

  test("is refused while the account's own row is declared as before, and names both", () => {
    const { contradictions } = identityOf(ada, {
      "ada@example.com": { role: "owner" },
      "bob@example.com": { role: "member", id: X },
    });
    expect(contradictions.join()).toContain(
      `The row of bob@example.com has id ${X}, which is the account of ada@example.com. The row of ada@example.com is unchanged`,
    );
  });

  test("hands the e-mail on to a row that says otherwise", () => {
    const { heldAs, contradictions } = identityOf(ada, {
      "ada@example.com": { role: "restricted_member" },
      "bob@example.com": { role: "owner", id: X },
    });
    expect(contradictions).toEqual([]);
    expect(heldAs).toEqual(new Map([["bob@example.com", "ada@example.com"]]));
  });

  test("keeps a newcomer from the account that is gone: Notion would give it to them", () => {
    const gone = { ...state({ "o@example.com": Y }), gone: { "dan@example.com": X } };
    const people = { "dan.2@example.com": { id: X }, "dan@example.com": {}, "o@example.com": {} };
    expect(heldBack(gone, people).map(([kind, email]) => [kind, email])).toEqual([
      ["join", "dan@example.com"],
    ]);
    expect(heldBack(gone, { ...people, "dan.2@example.com": { id: "z" } })).toEqual([]);
  });
});

test("accounts that have each other's e-mails in Notion wait until one of them is free", () => {
  const [a, b] = ["a@example.com", "b@example.com"];
  const exchanged = { ...state({ [a]: X, [b]: Y }), people: { [a]: { userName: b }, [b]: { userName: a } } };
  const { unclear } = identityOf(exchanged, { [a]: {}, [b]: {} });
  expect([...unclear.keys()]).toEqual([a, b]);
  expect(unclear.get(a)).toContain(`In Notion, give ${a} another e-mail that nobody has`);
  const freed = { ...exchanged, people: { ...exchanged.people, [a]: { userName: "t@example.com" } } };
  expect(identityOf(freed, { [a]: {}, [b]: {} }).unclear.size).toBe(0);
});

describe("a row that is changed while an account that had its e-mail before loses its own", () => {
  const handedOn: Applied = {
    ...state({ "ada.2@example.com": X, "ada@example.com": Y }),
    emailChanges: became("ada.2@example.com", "ada@example.com"),
  };

  test("may be that account's, from an old file: refused", () => {
    expect(identityOf(handedOn, { "ada@example.com": { role: "owner" } }).contradictions).toEqual([
      "The row of ada@example.com changes, and ada.2@example.com, who had that e-mail until 2026-11-20, is no longer declared. " +
        "If the file is an old one, declare ada.2@example.com again. If both changes are meant, remove ada.2@example.com in one run and change ada@example.com in the next.",
    ]);
  });

  test("is nobody else's where it is as before, or the account has its row", () => {
    for (const people of [
      { "ada@example.com": { role: "member" } },
      { "ada@example.com": { role: "owner" }, "ada.2@example.com": { role: "member" } },
    ] as const)
      expect(identityOf(handedOn, people).contradictions).toEqual([]);
  });
});

describe("a role beside a change of e-mail", () => {
  const whyWaits = (applied: Applied, people: Declaration["people"], now = NOW) => {
    const planned = plan(applied, { people }, now);
    const [change, role] = ["updateProfile", "changeRole"].map((kind) =>
      planned.steps.find((step) => step.kind === kind),
    );
    if (change === undefined || role === undefined) throw new Error("no such steps");
    return waitsOf(planned, { people }, 0, now)(role, new Set([change]));
  };

  test.each(["owner", "restricted_member"] as const)(
    "waits for it: until then the account is another one to who judges roles by e-mails: %s",
    (role) => {
      const eve = state({ "eve@example.com": X });
      expect(whyWaits(eve, { "gus@example.com": { id: X, role } })).toBe(
        "The role of gus@example.com was left as it is: the account still has the e-mail eve@example.com.",
      );
    },
  );

  test("does not wait where it ends, or where both were changed in Notion and less is set back", () => {
    const times = { roleUntil: "2026-11-30", roleThen: "member" } as const;
    const eve = state({ "eve@example.com": X });
    const timed = {
      ...eve,
      people: { "eve@example.com": { role: "owner", timedRole: "owner", ...times } },
    } as Applied;
    expect(
      whyWaits(timed, { "gus@example.com": { formerUserName: "eve@example.com", role: "owner", ...times } }),
    ).toBeUndefined();
    const found = { role: "owner", userName: "eve.home@example.com", lastApplied: { role: "member" } };
    expect(
      whyWaits({ ...eve, people: { "eve@example.com": found } }, { "eve@example.com": { role: "member" } }),
    ).toBeUndefined();
  });
});

describe("a former e-mail in the first run of a workspace", () => {
  const people = { "dan.3@example.com": { formerUserName: "dan.2@example.com" } };
  const planOf = (beside: string[], declared: Declaration["people"] = people) =>
    plan({ people: {}, ids: {} }, { people: declared }, NOW, {
      ...NOBODY_ELSEWHERE,
      emails: new Set(beside),
      isAnybody: beside.length > 0,
    }).contradictions;

  test("is refused beside other resources: one of them may have the account, and would remove it", () => {
    expect(planOf(["ada@example.com"])).toEqual([
      "The row of dan.3@example.com has formerUserName dan.2@example.com, but this NotionWorkspace is new and manages nobody yet. " +
        "If another resource of this program has the person, declare them under the e-mail of that resource first. Change the e-mail in the next run. " +
        "Otherwise, remove formerUserName.",
    ]);
  });

  test("has no effect where the workspace is alone, or the row has an id", () => {
    expect(planOf([])).toEqual([]);
    expect(
      planOf(["ada@example.com"], { "dan.3@example.com": { ...people["dan.3@example.com"], id: X } }),
    ).toEqual([]);
  });
});

describe("the account of a row by id whose time is over", () => {
  const ended = { until: "2026-11-20", id: X } as const;
  const applied = state({ "ada@example.com": X }, { since: "2026-11-01" });
  const outside = outsideOf(applied, { "ada@example.com": ended }, NOW, {});

  test("is kept with its last e-mail, also when the row has another e-mail", () => {
    expect(outside).toEqual({
      "ada@example.com": { until: "2026-11-20", id: X, userName: "ada@example.com" },
    });
    const after = { ...state({}), outside };
    expect(outsideOf(after, { "ada.2@example.com": ended }, NOW)).toMatchObject({
      "ada.2@example.com": { id: X, userName: "ada@example.com" },
    });
  });

  test("keeps a newcomer out who would get it from Notion with that e-mail, by name", () => {
    const after = { ...state({}), outside };
    const people = { "ada.2@example.com": ended, "ada@example.com": {} };
    expect(heldBack(after, people)).toEqual([
      [
        "join",
        "ada@example.com",
        expect.stringContaining(
          `ada@example.com is not invited: the account ${X} had this e-mail and is gone`,
        ),
      ],
    ]);
  });

  test("is nobody's hindrance once no row names it", () => {
    expect(heldBack({ ...state({}), outside }, { "ada@example.com": {} })).toEqual([]);
  });
});

describe("two accounts that exchanged their e-mails one after another", () => {
  const [LEAD, ANALYST] = [{ role: "owner" }, { role: "member" }] as const;
  const applied: Applied = {
    people: { "ada@example.com": { ...ANALYST }, "bea@example.com": { ...LEAD } },
    ids: { "ada@example.com": Y, "bea@example.com": X },
    since: "2026-11-01",
    emailChanges: {
      "bea@example.com": [{ from: "ada@example.com", on: "2026-11-20", id: X }],
      "ada@example.com": [{ from: "bea@example.com", on: "2026-11-20", id: Y }],
    },
  };
  const said = (people: Declaration["people"]) => identityOf(applied, people).contradictions;

  test("keep their roles where a file from before is restored: refused", () => {
    const [first] = said({ "ada@example.com": LEAD, "bea@example.com": ANALYST });
    expect(first).toBe(
      "The row of ada@example.com says what the state has of bea@example.com, the account that had this e-mail until 2026-11-20. The row of bea@example.com changes, too. " +
        "If the file is an old one, use the current one. If both changes are meant, change ada@example.com in one run and bea@example.com in the next.",
    );
  });

  test("are changed one by one, as the refusal says, or to what neither of them was", () => {
    expect(said({ "ada@example.com": LEAD, "bea@example.com": LEAD })).toEqual([]);
    const others = {
      "ada@example.com": { role: "membership_admin" },
      "bea@example.com": { role: "restricted_member" },
    } as const;
    expect(said(others)).toEqual([]);
    expect(said({ "ada@example.com": { ...LEAD, id: Y }, "bea@example.com": { ...ANALYST, id: X } })).toEqual(
      [],
    );
  });
});

describe("an account that has another e-mail in Notion by now, while somebody else has the one of its row,", () => {
  const applied: Applied = {
    people: { "ada@example.com": { role: "owner", userName: "ada.2@example.com" } },
    ids: { "ada@example.com": X },
    since: "2026-11-01",
    unmanaged: { "ada@example.com": { id: Y, role: "member" } },
  };

  test("is left alone: the row may mean either of them", () => {
    const reasons = heldBack(applied, { "ada@example.com": { role: "member" } });
    expect(reasons.map(([kind]) => kind)).toEqual(["updateProfile", "changeRole"]);
    expect(reasons[0]?.[2]).toContain(`another account has ada@example.com (id ${Y}). Neither is changed.`);
  });

  test("loses what somebody gave it in Notion all the same", () => {
    const promoted = { ...applied.people["ada@example.com"], lastApplied: { role: "member" } };
    const again = { ...applied, people: { "ada@example.com": promoted } };
    const reasons = heldBack(again, { "ada@example.com": { role: "member" } });
    expect(reasons.map(([kind]) => kind)).toEqual(["updateProfile"]);
  });

  test("is theirs by an id, by a formerUserName beside it, and at its end", () => {
    expect(heldBack(applied, { "ada@example.com": { role: "member", id: X } })).toEqual([]);
    const both = { "ada.2@example.com": { formerUserName: "ada@example.com" }, "ada@example.com": {} };
    expect(heldBack(applied, both)).toEqual([]);
    expect(heldBack(applied, { "ada@example.com": { until: "2026-11-20" } })).toEqual([]);
  });
});
