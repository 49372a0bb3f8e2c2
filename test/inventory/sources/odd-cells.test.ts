import { expect, test } from "vitest";
import { readRecords } from "../../../inventory/sources/read-records";
import { brief, list, problems } from "./reading";

test.each([
  "0001-01-01",
  "1/1/0001 12:00:00 AM",
  "1601-01-01T00:00:00Z",
  "1899-12-30",
  "1/0/1900",
  "00.01.1900",
  "1970-01-01T01:00:00+01:00",
  "0000-00-00 00:00:00",
  "4712-12-31",
  "12/31/9999",
  "31.12.9999",
])("%s is no date: nobody left by it, and it needs no --dates", (none) => {
  const map = { email: ["mail"], end: ["end"], since: ["since"] };
  const { records } = list(`mail,end,since\nada@example.com,${none},${none}\n`, { map });
  expect(records).toMatchObject([{ end: null, since: null, status: "active" }]);
});

test("a status and an end that cannot both be true are kept as a contradiction, whichever of them is wrong", () => {
  const map = { email: ["mail"], status: ["status"], end: ["end"] };
  const contradicts = (status: string, end: string) =>
    list(`mail,status,end\nada@example.com,${status},${end}\n`, { map }).records[0]?.contradicts;
  expect(contradicts("Active", "2025-03-31")).toBe(true);
  expect(contradicts("Onboarding", "2025-03-31")).toBe(true);
  expect(contradicts("Terminated", "2026-12-31")).toBe(true);
  for (const [status, end] of [
    ["Active", "2026-12-31"],
    ["Active", "9999-12-31"],
    ["Suspended", "2025-03-31"],
    ["Suspended", "2026-12-31"],
    ["Terminated", "2025-03-31"],
    ["Terminated", ""],
  ] as const)
    expect(contradicts(status, end), `${status} ${end}`).toBe(false);
  // Where no column says it, there is nothing to contradict.
  expect(
    list("mail,end\nada@example.com,2025-03-31\n", { map: { email: ["mail"], end: ["end"] } }).records,
  ).toMatchObject([{ status: "left", contradicts: false }]);
});

test("Entra ID keeps a deleted account enabled: its deletion is no contradiction, a date to leave that has passed is", () => {
  const entra = (columns: string, cells: string) =>
    list(`userPrincipalName,accountEnabled,${columns}\nada@example.com,True,${cells}\n`).records[0];
  expect(entra("deletedDateTime", "2026-11-01T00:00:00Z")).toMatchObject({
    status: "left",
    contradicts: false,
  });
  expect(entra("employeeLeaveDateTime", "2026-11-01T00:00:00Z")).toMatchObject({ contradicts: true });
});

test("Entra ID's mark of a deleted user, 32 hexadecimal digits before the address, is a leaver under their address", () => {
  const MARK = "5b3c1f0e9a7d4c2b8e6f0a1b2c3d4e5f";
  const { records } = list(
    `userPrincipalName,mail,accountEnabled,otherMails
${MARK}ada@example.com,,True,
${MARK}bo@corp.example,bo@example.com,True,${MARK}bo.old@example.com
${MARK}@example.com,,True,
`,
  );
  expect(records.map(brief)).toEqual([
    "2 ada@example.com left",
    "3 bo@example.com left",
    `4 ${MARK}@example.com active`,
  ]);
  expect(records[1]).toMatchObject({ login: "bo@corp.example", otherEmails: ["bo.old@example.com"] });
});

test("a number that Excel shortened is refused where it is read, and an address with an invisible character names it", () => {
  const map = { email: ["mail"], employeeNumber: ["number"] };
  expect(
    problems("mail,number,phone\nada@example.com,1.23E+11,4.9E+11\nb\u200bo@example.com,1,\n", { map }),
  ).toEqual([
    expect.stringMatching(/^line 2: column "number": "1\.23E\+11" is a number that Excel shortened/),
    'line 3: column "mail": "b<U+200B>o@example.com" (U+200B cannot be seen: delete it) is no e-mail address',
  ]);
  expect(problems("mail,number\nada@example.com,1,2\n", { map: { email: ["ma\u00a0il"] } })).toEqual([
    expect.stringContaining('no column "ma<U+00A0>il" (U+00A0 cannot be seen'),
  ]);
});

test("columns and lines that Excel leaves behind empty are passed over", () => {
  const { columns, records } = list(
    "login,status,,\nada@example.com,ACTIVE,,\n,,,\nbo@example.com,ACTIVE,,\n,,,\n",
  );
  expect(columns).toEqual(["login", "status"]);
  expect(records.map(brief)).toEqual(["2 ada@example.com active", "4 bo@example.com active"]);
});

test("what is proposed for --map goes by what the columns hold, not by where they stand", () => {
  const hint = (text: string) => /such as --map (.*)$/.exec(problems(text)[0] ?? "")?.[1];
  expect(
    hint(
      `First name,Private mail,Work mail,Born,State,"Last day, of work"
Ada,a@home.example,ada@example.com,1990-01-31,Active,
Bo,b@home.example,bo@example.com,1991-12-01,Active,31/12/2026
`,
    ),
  ).toBe(`'email=Work mail,status=State,end="Last day, of work"'`);
  expect(hint("First name,Last name\nAda,Osei\n")).toBe('"email=…,status=…,end=…"');
  // It is copied into a shell.
  expect(hint("$(reboot)\nada@example.com\n")).toBe('"email=…,status=…,end=…"');
});

test("an address with a name beside it, as a link, or one of several is found: nobody is missing because of that", () => {
  const { records } = list(
    `mail,name
Ada Osei <ada@example.com>,Ada
mailto:bo@example.com,Bo
cy@example.com; cyril@example.com,Cy
"""Dee, Di"" <dee@example.com>",Dee
eve,Eve
`,
    { map: { email: ["mail"], name: ["name"] } },
  );
  expect(records.map(({ email, otherEmails }) => [email, ...otherEmails])).toEqual([
    ["ada@example.com"],
    ["bo@example.com"],
    ["cy@example.com", "cyril@example.com"],
    ["dee@example.com"],
    [null],
  ]);
});

test("cells may be set apart by bars, as HR systems write them", () => {
  const map = { email: ["mail"], status: ["status"] };
  const { records } = list("mail|name|status\nada@example.com|Osei, Ada|Terminated\n", { map });
  expect(records.map(brief)).toEqual(["2 ada@example.com left"]);
});

test.each([
  ["SANT", "FALSKT"],
  ["TOSI", "EPÄTOSI"],
  ["DOĞRU", "YANLIŞ"],
  ["ИСТИНА", "ЛОЖЬ"],
])("a spreadsheet's %s and %s say who may sign in", (yes, no) => {
  const { records } = list(
    `userPrincipalName,accountEnabled\nada@example.com,${yes}\nbo@example.com,${no}\n`,
  );
  expect(records.map(brief)).toEqual(["2 ada@example.com active", "3 bo@example.com suspended"]);
});

test("a last day with the clock at zero, as databases and spreadsheets write a date alone, counts through its last moment", () => {
  const now = Date.parse("2026-11-20T12:00:00Z");
  for (const end of ["2026-11-20 00:00:00", "20.11.2026 00:00", "2026-11-20 12:00:00 AM"]) {
    const read = readRecords(Buffer.from(`Mail,Last day\nada@example.com,${end}\n`), {
      map: { email: ["Mail"], end: ["Last day"] },
      otherwise: undefined,
      words: new Map(),
      dates: undefined,
      now,
    });
    expect(read).toMatchObject({ records: [{ status: "active", end: "2026-11-20" }] });
  }
});
