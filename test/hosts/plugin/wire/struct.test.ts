import fc from "fast-check";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { describe, expect, test } from "vitest";
import { decodeStruct, encodeStruct } from "../../../../provider/hosts/plugin/wire/struct";

// google-protobuf's own class is the oracle; it sets a prototype for the key __proto__, which is tried apart.

const { values } = fc.letrec<{ values: JavaScriptValue; bag: Record<string, JavaScriptValue> }>((tie) => ({
  values: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    fc.string({ unit: "binary" }),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("values"), { maxLength: 4 }),
    tie("bag"),
  ),
  bag: fc.dictionary(
    fc.string({ unit: "binary" }).filter((key) => key !== "__proto__"),
    tie("values"),
    { maxKeys: 5 },
  ),
}));
const bags = fc.dictionary(
  fc.oneof(fc.emailAddress(), fc.string()).filter((key) => key !== "__proto__"),
  values,
);

const asGoogle = (bag: Record<string, JavaScriptValue>) => Struct.fromJavaScript(bag).serializeBinary();

describe("a Struct", () => {
  test("is read as google-protobuf reads it, key by key in the same order", () => {
    fc.assert(
      fc.property(bags, (bag) => {
        const bytes = asGoogle(bag);
        const plain = decodeStruct(bytes);
        expect(plain).toEqual(Struct.deserializeBinary(bytes).toJavaScript());
        expect(JSON.stringify(plain)).toBe(JSON.stringify(Struct.deserializeBinary(bytes).toJavaScript()));
      }),
    );
  });

  test("is written so that google-protobuf reads what was meant", () => {
    fc.assert(
      fc.property(bags, (bag) => {
        const read = Struct.deserializeBinary(encodeStruct(bag)).toJavaScript();
        expect(read).toEqual(Struct.deserializeBinary(asGoogle(bag)).toJavaScript());
      }),
    );
  });

  test("may come in any order of keys, and is sorted", () => {
    const bytes = Buffer.concat([encodeStruct({ b: { d: 1, c: [] } }), encodeStruct({ a: null })]);
    expect(JSON.stringify(decodeStruct(bytes))).toBe('{"a":null,"b":{"c":[],"d":1}}');
  });

  test("may hold keys that JavaScript has a meaning for", () => {
    const bag = JSON.parse('{"__proto__": {"role": "owner"}, "constructor": 1}');
    const plain = decodeStruct(encodeStruct(bag));
    expect(Object.keys(plain)).toEqual(["__proto__", "constructor"]);
    expect(Reflect.get(plain, "role")).toBeUndefined();
  });

  test("leaves out what is undefined, and cannot hold a function", () => {
    expect(decodeStruct(encodeStruct({ title: undefined, name: "Ada" }))).toEqual({ name: "Ada" });
    expect(() => encodeStruct({ title: () => "Lead" })).toThrow("A property cannot be a function");
  });
});
