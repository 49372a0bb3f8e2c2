import { expect, test } from "vitest";
import { stub } from "../../provider/hosts/dynamic/stub";

// A contract with old state: delete and refresh run with the text that it holds. Never edit an expectation
// here; a new text gets a new line, and the old one must go on working.
test("the text in state is the one that was released", () => {
  expect(stub("user")).toBe(
    'exports.handler=()=>require("module").createRequire(process.cwd()+"/_")("pulumi-notion/lifecycle").user',
  );
  expect(stub("role")).toBe(
    'exports.handler=()=>require("module").createRequire(process.cwd()+"/_")("pulumi-notion/lifecycle").role',
  );
  expect(stub("group")).toBe(
    'exports.handler=()=>require("module").createRequire(process.cwd()+"/_")("pulumi-notion/lifecycle").group',
  );
  expect(stub("membership")).toBe(
    'exports.handler=()=>require("module").createRequire(process.cwd()+"/_")("pulumi-notion/lifecycle").membership',
  );
});

test("the text in state takes at most 200 bytes", () => {
  expect(Buffer.byteLength(stub("membership"))).toBeLessThanOrEqual(200);
});
