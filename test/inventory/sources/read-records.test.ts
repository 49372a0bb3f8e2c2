import { expect, test } from "vitest";
import {
  ENTRA,
  GOOGLE,
  GOOGLE_SHORT,
  HR,
  MICROSOFT_365,
  NOTION,
  OKTA_PROFILES,
  OKTA_REPORT,
} from "./exports";
import { brief, list, problems } from "./reading";

const HR_MAP = {
  email: ["E-Mail geschäftlich"],
  name: ["Name"],
  status: ["Status"],
  end: ["Letzter Arbeitstag"],
  department: ["Abteilung"],
  manager: ["Vorgesetzte"],
  employeeNumber: ["Personalnummer"],
};
const WORDS = new Map([["ausgetreten", "left"]] as const);

test("Okta's users: who is active, suspended, deprovisioned or staged, since when, and their other addresses", () => {
  const { layout, records } = list(OKTA_PROFILES);
  expect(layout).toBe("okta");
  expect(records.map(brief)).toEqual([
    "2 ada@example.com active since 2021-03-01T08:05:00.000Z",
    "3 bertil@example.com left since 2026-10-30T17:00:00.000Z",
    "4 corin@example.com suspended since 2026-11-01T09:00:00.000Z",
    "5 dagny@example.com active since 2026-11-20T06:00:00.000Z",
    "6 emeric@example.com pending since 2026-11-18T08:00:00.000Z",
  ]);
  expect(records[2]).toMatchObject({ login: "corin@corp.example", statusText: "SUSPENDED" });
  expect(records[1]).toMatchObject({ login: null, otherEmails: ["bertil.home@mail.example"] });
  expect(records[3]).toMatchObject({
    name: "Dagny Holt, Jr.",
    department: "Engineering",
    manager: "ada@example.com",
    employeeNumber: "1004",
  });
});

test("Okta's report on user accounts; a time in a form of its own is kept as it stands", () => {
  const { layout, records } = list(OKTA_REPORT);
  expect(layout).toBe("okta");
  expect(records.map(brief)).toEqual([
    "2 ada@example.com active since 2021-03-01T08:05:00.000Z",
    "3 bertil@example.com left since Oct 30, 2026 5:00:00 PM",
  ]);
});

test("Entra ID: a blocked account is suspended, a guest of the directory is one, and a mailbox-less account has its sign-in name", () => {
  const { layout, records } = list(ENTRA);
  expect(layout).toBe("entra");
  expect(records.map(brief)).toEqual([
    "2 ada@example.com active",
    "3 bertil@example.com suspended",
    "4 gus@partner.example active",
    "5 scanner@corp.onmicrosoft.com active",
  ]);
  expect(records[0]).toMatchObject({ login: "ada@corp.example", isGuest: false });
  expect(records[1]).toMatchObject({ otherEmails: ["bertil.home@mail.example"] });
  expect(records[2]).toMatchObject({ login: null, isGuest: true });
});

test("the Microsoft 365 admin center's export, saved by a German spreadsheet: semicolons, WAHR, dates with dots", () => {
  const { layout, records } = list(MICROSOFT_365);
  expect(layout).toBe("entra");
  expect(records.map(brief)).toEqual([
    "2 ada@example.com active",
    "3 bertil@example.com suspended",
    "4 corin@example.com left since 2026-10-30T17:00:00Z",
  ]);
  expect(records[0]?.otherEmails).toEqual(["ada.osei@example.com"]);
});

test("Google Workspace, all columns or those of its list: suspended is suspended, archived has left", () => {
  const { layout, records } = list(GOOGLE);
  expect(layout).toBe("google");
  expect(records.map(brief)).toEqual([
    "2 ada@example.com active",
    "3 bertil@example.com suspended",
    "4 corin@example.com left",
  ]);
  expect(records[0]).toMatchObject({
    otherEmails: ["ada.osei@example.com"],
    manager: "olivia@example.com",
    employeeNumber: "1001",
  });
  expect(list(GOOGLE_SHORT).records.map(brief)).toEqual(["2 ada@example.com active"]);
});

test("Notion's own list has guests; a list with roles of another kind is not taken for it", () => {
  const { layout, records } = list(NOTION);
  expect(layout).toBe("notion");
  expect(records.map(({ email, role, isGuest }) => [email, role, isGuest])).toEqual([
    ["olivia@example.com", "Workspace owner", false],
    ["ada@example.com", "Member", false],
    ["gus@partner.example", "Guest", true],
  ]);
  expect(problems("Name,Email,Role\nAda,ada@example.com,Accountant\n")).toEqual([
    expect.stringContaining('"Accountant" is no role there'),
  ]);
});

test("any other list by --map: an end that is to come is not there yet, and a line without an address is said", () => {
  const { layout, records, notes } = list(HR, { map: HR_MAP, words: WORDS });
  expect(layout).toBe("mapped");
  expect(records.map(brief)).toEqual([
    "2 ada@example.com active",
    "3 bertil@example.com left since 2026-10-30",
    "4 fenna@example.com active",
    "5 null active",
  ]);
  expect(records[2]?.end).toBe("2026-11-30");
  expect(records[3]).toMatchObject({ name: "Gaspard Roux", employeeNumber: "1007" });
  expect(notes).toEqual([expect.stringContaining("1 line without an e-mail address (5)")]);
});

test("an end counts through its last moment, and a status that runs ahead of it does not", () => {
  const hr = (end: string, now: string) =>
    list(`mail,status,end\nada@example.com,Terminated,${end}\n`, {
      map: { email: ["mail"], status: ["status"], end: ["end"] },
      now: Date.parse(now),
    }).records[0]?.status;
  expect(hr("2026-11-20", "2026-11-20T23:59:59Z")).toBe("active");
  expect(hr("2026-11-20", "2026-11-21T00:00:00Z")).toBe("left");
  expect(hr("", "2026-11-20T00:00:00Z")).toBe("left");
});

test("a word for a status that is not known is never guessed: every line of it is named, and --status tells", () => {
  const text = HR.replace(
    "1006;Fenna Marsh;fenna@example.com;Aktiv",
    "1006;Fenna Marsh;fenna@example.com;Elternzeit",
  );
  expect(problems(text, { map: HR_MAP, words: WORDS })).toEqual([
    expect.stringMatching(
      /^line 4: what the status "Elternzeit" means is not known .*--status "Elternzeit=active"/,
    ),
  ]);
  const told = new Map([...WORDS, ["elternzeit", "suspended"]] as const);
  expect(list(text, { map: HR_MAP, words: told }).records[2]?.status).toBe("suspended");
});

test("a date that could be two is refused until its order is told", () => {
  const text = "mail,end\nada@example.com,11/12/2026\nbo@example.com,9/1/2026\n";
  const map = { email: ["mail"], end: ["end"] };
  expect(problems(text, { map })).toEqual([
    expect.stringMatching(/^line 2: "11\/12\/2026" can be read in two ways: say --dates mdy/),
    expect.stringMatching(/^line 3: /),
  ]);
  const ends = (dates: "mdy" | "dmy") => list(text, { map, dates }).records.map(({ end }) => end);
  expect(ends("mdy")).toEqual(["2026-11-12", "2026-09-01"]);
  expect(ends("dmy")).toEqual(["2026-12-11", "2026-01-09"]);
  expect(problems("mail,end\nada@example.com,31.02.2026\n", { map })).toEqual([
    expect.stringContaining('"31.02.2026" is no date'),
  ]);
});

test("a list that is not known is refused with its columns and the way to tell them", () => {
  expect(problems("Work mail,State\nada@example.com,in\n")).toEqual([
    expect.stringMatching(/no known export \(Okta, .*"Work mail", "State".*--map "email=Work mail/s),
  ]);
  expect(problems("userPrincipalName,displayName\nada@example.com,Ada\n")).toEqual([
    expect.stringContaining("looks like an export of Entra ID, but no column says the status"),
  ]);
  expect(problems("mail\nada@example.com\n", { map: { email: ["Mail"] } })).toEqual([
    expect.stringContaining('it has no column "Mail"'),
  ]);
});

test("an empty list is refused: everybody would be in no source", () => {
  for (const text of ["", "\uFEFF\n", "login,status\n", "login,status\n,\n"]) {
    expect(problems(text)).toEqual([expect.stringContaining("it holds nobody")]);
  }
});

test("UTF-16, Windows-1252 and a workbook are refused as in a roster", () => {
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("login,status\n", "utf16le")]);
  expect(problems(utf16)).toEqual([expect.stringContaining("it is UTF-16; save it as UTF-8")]);
  expect(problems(Buffer.from("login,status\nzo\xeb@example.com,ACTIVE\n", "latin1"))).toEqual([
    expect.stringContaining("likely Windows-1252"),
  ]);
  expect(problems(Buffer.from("PK\u0003\u0004"))).toEqual([expect.stringContaining("workbook")]);
});

test("tabs, a line sep=; and a name that begins with # are read, with the lines that an editor shows", () => {
  expect(list("login\tstatus\nada@example.com\tACTIVE\n").records.map(brief)).toEqual([
    "2 ada@example.com active",
  ]);
  const { records } = list(
    'sep=;\r\nlogin;status;displayName\r\n\r\nada@example.com;ACTIVE;"#1\r\nAda"\r\nbo@example.com;ACTIVE;Bo\r\n',
  );
  expect(records.map(brief)).toEqual(["4 ada@example.com active", "6 bo@example.com active"]);
  expect(list("displayName,login,status\n#1 Ada,ada@example.com,ACTIVE\n").records).toHaveLength(1);
});

test("a line with another number of cells than columns is refused, but for empty ones at its end", () => {
  expect(list("login,status\nada@example.com,ACTIVE,,\n").records).toHaveLength(1);
  expect(problems("login,status\nada@example.com,ACTIVE\nTotal: 1\n")).toEqual([
    "line 3: 1 cell, but 2 columns",
  ]);
  expect(problems("login,status\nada@example.com,ACTIVE,extra\n")).toEqual([
    "line 2: 3 cells, but 2 columns",
  ]);
});
