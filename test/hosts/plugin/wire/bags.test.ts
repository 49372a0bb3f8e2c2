import type { MethodDefinition, ServiceDefinition } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import type { Message } from "google-protobuf";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { expect, test } from "vitest";
import { OF_FAILURE, putIn, SERVICE, withBags } from "../../../../provider/hosts/plugin/wire/bags";
import { decodeStruct, encodeStruct } from "../../../../provider/hosts/plugin/wire/struct";

type Method = MethodDefinition<Message, Message> & {
  requestType: new () => Message;
  responseType: new () => Message;
};
const methods = ResourceProviderService as ServiceDefinition as unknown as Record<string, Method>;
const own = SERVICE as unknown as Record<string, MethodDefinition<unknown, unknown>>;

/** The setters of properties that a generated message has, such as `setOldInputs`. */
const settersOf = ({ prototype }: new () => Message) =>
  Object.getOwnPropertyNames(prototype).filter((name) =>
    /^set(Olds|News|OldInputs|Args|Properties|Inputs)$/.test(name),
  );
const nameOf = (setter: string) => setter.replace(/^set(.)/, (_, first: string) => first.toLowerCase());
const METHODS = [
  "checkConfig",
  "diffConfig",
  "configure",
  "check",
  "diff",
  "create",
  "read",
  "update",
  "delete",
];

/** A message in which every bag says its own name. */
function filled(type: new () => Message): Message {
  const message = new type();
  for (const setter of settersOf(type))
    Reflect.apply(Reflect.get(message, setter), message, [Struct.fromJavaScript({ is: setter })]);
  for (const [setter, value] of [
    ["setUrn", "urn:of:it"],
    ["setId", "17"],
    ["setPreview", true],
  ] as const)
    if (setter in message) Reflect.apply(Reflect.get(message, setter), message, [value]);
  return message;
}

test.each(METHODS)("of a request for %s all properties are taken out, and the rest stays", (name) => {
  const { requestType } = methods[name] as Method;
  const whole = filled(requestType);
  const read = own[name]?.requestDeserialize(Buffer.from(whole.serializeBinary())) as Message & {
    bags: Record<string, Uint8Array>;
  };
  const told = Object.entries(read.bags).map(([key, bytes]) => [key, decodeStruct(bytes)]);
  expect(Object.fromEntries(told)).toEqual(
    Object.fromEntries(settersOf(requestType).map((setter) => [nameOf(setter), { is: setter }])),
  );
  for (const setter of settersOf(requestType)) Reflect.apply(Reflect.get(whole, setter), whole, [undefined]);
  expect(read.toObject()).toEqual(whole.toObject());
});

test.each(METHODS)("the answer to %s has the properties where Pulumi looks for them", (name) => {
  const { responseType, responseDeserialize, responseSerialize } = methods[name] as Method;
  const expected = filled(responseType);
  const rest = filled(responseType);
  const setters = settersOf(responseType).filter(
    (setter) => own[name]?.responseSerialize !== responseSerialize && setter in rest,
  );
  for (const setter of setters) Reflect.apply(Reflect.get(rest, setter), rest, [undefined]);
  const bags = Object.fromEntries(setters.map((setter) => [nameOf(setter), encodeStruct({ is: setter })]));
  const bytes = own[name]?.responseSerialize(withBags(rest, bags)) as Buffer;
  expect(responseDeserialize(bytes).toObject()).toEqual(expected.toObject());
});

test("a failure has the properties where Pulumi looks for them", () => {
  const properties = encodeStruct({ is: "it" });
  const bytes = putIn(
    new ErrorResourceInitFailed().setId("17").serializeBinary(),
    { properties },
    OF_FAILURE,
  );
  const read = ErrorResourceInitFailed.deserializeBinary(bytes);
  expect([read.getId(), read.getProperties()?.toJavaScript()]).toEqual(["17", { is: "it" }]);
});

test("a request without properties has none", () => {
  const deserialize = own.check?.requestDeserialize as (bytes: Buffer) => { bags: object };
  expect(deserialize(Buffer.alloc(0)).bags).toEqual({});
});
