import { expect, test } from "vitest";
import { sarif } from "../../../inventory/output/sarif";

test.each(["people/a#b?c=d %41.csv", "c:/Größen/members.csv", "a b/[x].yaml"])(
  "a roster's path is found again from its address, whatever stands in it: %s",
  (file) => {
    const results = [{ rule: "left", level: "note" as const, message: "m", line: 2, key: "k" }];
    const log = JSON.parse(sarif({ rules: { left: "Left." }, file, failsFrom: "error", results }, []));
    const { uri } = log.runs[0].results[0].locations[0].physicalLocation.artifactLocation;
    const url = new URL(uri, "https://repository.example/");
    expect([url.origin, url.search, url.hash]).toEqual(["https://repository.example", "", ""]);
    expect(decodeURIComponent(url.pathname.slice(1))).toBe(file);
  },
);
