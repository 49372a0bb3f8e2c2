import { expect, test } from "vitest";
import { emailOfDeleted, isEmail } from "../../provider/model/email";

const ID = "5b3c1f0e9a7d4c2b8e6f0a1b2c3d4e5f";

test("what Entra ID calls a deleted user is no address, and tells theirs", () => {
  expect(isEmail(`${ID}ada@example.com`)).toBe(false);
  expect(emailOfDeleted(`${ID.toUpperCase()}ada@example.com`)).toBe("ada@example.com");
});

test("a digest before the @ is an address, as of a relay: of 128, 160 or 256 bits", () => {
  for (const digest of [ID, `${ID}01234567`, ID + ID]) {
    expect(isEmail(`${digest}@relay.example`)).toBe(true);
    expect(emailOfDeleted(`${digest}@relay.example`)).toBeUndefined();
  }
});
