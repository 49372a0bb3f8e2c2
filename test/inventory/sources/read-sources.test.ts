import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { sourceOf } from "../../../inventory/sources/read-sources";
import { namedFiles, parseDated, parseMaps, parseWords } from "../../../inventory/sources/source-options";
import { HR, OKTA_PROFILES } from "./exports";

const NOW = Date.parse("2026-11-20T12:00:00Z");
const HOUR_MS = 3_600_000;

function source(
  file: string,
  {
    text = OKTA_PROFILES,
    modified = NOW - HOUR_MS,
    maxAgeMs,
    maps = [],
    status = [],
    dated = [],
  }: {
    text?: string;
    modified?: number;
    maxAgeMs?: number;
    maps?: string[];
    status?: string[];
    dated?: string[];
  } = {},
) {
  const [named = { name: "", file }] = namedFiles([file]);
  return sourceOf(named, Buffer.from(text), modified, {
    maps: parseMaps(maps, [named.name]),
    words: parseWords(status),
    dates: undefined,
    dated: parseDated(dated, [named.name]),
    maxAgeMs,
    now: NOW,
    present: NOW,
  });
}

test("a source has a name, the digest of its bytes, and a date: told, by its file's name, or by its file's time", () => {
  const { name, sha256, date, dateFrom } = source("lists/okta-2026-11-19.csv");
  expect({ name, date, dateFrom }).toEqual({ name: "okta", date: "2026-11-19", dateFrom: "the file's name" });
  expect(sha256).toBe(createHash("sha256").update(OKTA_PROFILES).digest("hex"));
  expect(source("okta=lists/people.csv")).toMatchObject({
    name: "okta",
    date: "2026-11-20T11:00:00.000Z",
    dateFrom: "the file's time",
  });
  expect(source("okta-2026-11-19.csv", { dated: ["okta=2026-11-18"] })).toMatchObject({
    date: "2026-11-18",
    dateFrom: "--dated",
  });
  // As Google names its downloads, day first: no date is made of it.
  expect(source("User_Download_20112026_153000.csv").dateFrom).toBe("the file's time");
});

test("what is older than --max-age is refused, a day alone counting from its first moment; so is what is yet to come", () => {
  const twoDays = { maxAgeMs: 48 * HOUR_MS };
  expect(source("okta-2026-11-19.csv", twoDays).date).toBe("2026-11-19");
  expect(() => source("okta-2026-11-18.csv", twoDays)).toThrow(
    /is of 2026-11-18 00:00 UTC, 3 days ago: older than/,
  );
  expect(() => source("okta.csv", { ...twoDays, modified: NOW - 48 * HOUR_MS - 1 })).toThrow(/older than/);
  expect(source("okta.csv", { ...twoDays, modified: NOW - 48 * HOUR_MS }).name).toBe("okta");
  expect(() => source("okta-2026-12-24.csv")).toThrow(/yet to come/);
  expect(() => source("okta.csv", { dated: ["yesterday"] })).toThrow(/is dated "yesterday"/);
});

test("everything that is wrong with a file is told at once, with the file", () => {
  const text = OKTA_PROFILES.replace("LOCKED_OUT", "ELSEWHERE").replace("STAGED", "NOWHERE");
  expect(() => source("okta.csv", { text })).toThrow(
    /^okta.csv cannot be compared with:\n {2}okta.csv, line 5: .*\n {2}okta.csv, line 6: /,
  );
});

test("--map is for the lists that are not known, and for one that it names whatever that looks like", () => {
  const maps = ["email=E-Mail geschäftlich,status=Status", "end=Letzter Arbeitstag"];
  const status = ["Ausgetreten=left"];
  expect(source("hr.csv", { text: HR, maps, status }).layout).toBe("mapped");
  expect(source("okta.csv", { maps }).layout).toBe("okta");
  expect(source("okta.csv", { maps: ["okta:email=profile.email"] })).toMatchObject({ layout: "mapped" });
});

test("columns with a comma or an equals sign stand in quotes; a slip in an option is named", () => {
  expect(parseMaps(['email=Mail,end="Last day, of work",name="A=B"'], []).all).toEqual({
    email: ["Mail"],
    end: ["Last day, of work"],
    name: ["A=B"],
  });
  for (const [slip, said] of [
    ["mail=Mail", 'not "mail=Mail"'],
    ["end=Ende", "add email=COLUMN"],
    ["hr:email=Mail", "names the source hr; there are okta"],
    ["email", 'wants name=value, not "email"'],
    ['email="Mail', "cannot be read"],
  ] as const) {
    expect(() => parseMaps([slip], ["okta"])).toThrow(said);
  }
  expect(() => parseWords(["On leave=away"])).toThrow('not "On leave=away"');
  expect(parseWords(["On_Leave=active"]).get("on leave")).toBe("active");
  expect(() => parseDated(["hr=2026-11-20"], ["okta"])).toThrow("--dated names the source hr");
  expect(() => namedFiles(["a/okta.csv", "b/okta.csv"])).toThrow("Two sources are called okta");
});
