import { describe, expect, test } from "vitest";
import { encoded, received } from "../../../../provider/hosts/plugin/wire/properties";

const bag = {
  people: { "ada@example.com": { phoneNumbers: [{ value: "1" }, { value: "2" }], title: "Lead" } },
  protect: true,
};

describe("properties on the wire", () => {
  test("come back as they went, with where they are secret", () => {
    const secrets = [
      ["people", "ada@example.com", "phoneNumbers", "1"],
      ["people", "ada@example.com", "title"],
    ];
    expect(received(encoded(bag, secrets))).toEqual({ properties: bag, secrets });
  });

  test("are secret below a secret, and a path that leads nowhere marks nothing", () => {
    expect(
      received(encoded(bag, [["people"], ["people", "ada@example.com", "title"], ["nobody", "x"]])),
    ).toEqual({
      properties: bag,
      secrets: [["people"]],
    });
  });

  test("that are absent are empty", () => {
    expect(received(undefined)).toEqual({ properties: {}, secrets: [] });
  });

  test("have no secret where a text is only like the mark of one", () => {
    const text = { title: "4dabf18193072939515e22adb298388d" };
    expect(received(encoded(text))).toEqual({ properties: text, secrets: [] });
  });
});
