import { describe, expect, test } from "vitest";
import { DeclarationError, NotAppliedError } from "../../../provider/apply/errors";
import { HostError } from "../../../provider/hosts/dynamic/host-error";
import { PartialError } from "../../../provider/lifecycle/errors";

describe("an error as the engine's host sees it", () => {
  test("has the message of its cause", () => {
    expect(new HostError(new DeclarationError("Keep one of the two.")).message).toBe("Keep one of the two.");
  });

  test("says neither its message nor its stack where the host prints it besides", () => {
    const error = new HostError(new DeclarationError("Keep one of the two."));
    expect(`${error}: ${error.stack}`).toBe("pulumi-notion: see the error of the resource");
  });

  test("is no partial one unless its cause is", () => {
    const error = new HostError(new NotAppliedError("x"), { __provider: "text" });
    for (const key of ["id", "properties", "reasons"]) expect(error).not.toHaveProperty(key);
  });

  test("hands on what goes into the state, with the text that has to stay there", () => {
    const cause = new PartialError("id-1", { title: "old" }, new NotAppliedError("title was ignored"));
    const error = new HostError(cause, { __provider: "text" });
    expect({ ...error }).toEqual({
      id: "id-1",
      properties: { title: "old", __provider: "text" },
      reasons: ["title was ignored"],
    });
  });
});
