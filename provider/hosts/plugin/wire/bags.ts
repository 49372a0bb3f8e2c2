import type { MethodDefinition, ServiceDefinition } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { BinaryReader, BinaryWriter, type Message } from "google-protobuf";

// Messages of Pulumi's ResourceProvider whose properties are taken out before the generated code reads the rest, and put in
// after it wrote the rest: that code would make the slow class of google-protobuf of each, also of those that nobody reads.

/** Where properties are in the requests, by the numbers of Pulumi's provider.proto. */
const OF_REQUEST = {
  checkConfig: { olds: 2, news: 3 },
  diffConfig: { olds: 3, news: 4, oldInputs: 6 },
  configure: { args: 2 },
  check: { olds: 2, news: 3 },
  diff: { olds: 3, news: 4, oldInputs: 6 },
  create: { properties: 2 },
  read: { properties: 3, inputs: 4 },
  update: { olds: 3, news: 4, oldInputs: 8 },
  delete: { properties: 3, oldInputs: 5 },
} as const;

/** Where properties are in the answers. */
const OF_RESPONSE = {
  checkConfig: { inputs: 1 },
  check: { inputs: 1 },
  create: { properties: 2 },
  read: { properties: 2, inputs: 3 },
  update: { properties: 1 },
} as const;

/** Where properties are in what a call fails with. */
export const OF_FAILURE = { properties: 2 } as const;

type Fields = Readonly<Record<string, number>>;
type Bags<Of extends Fields> = { [Name in keyof Of]?: Uint8Array };

/** A request, and beside it the properties in it: each as the bytes of a Struct. */
export type Request<Of extends keyof typeof OF_REQUEST, Generated> = Generated & {
  bags: Bags<(typeof OF_REQUEST)[Of]>;
};

/** Pure: an answer with properties. */
export function withBags<Generated extends Message, Of extends object>(
  message: Generated,
  bags: Of,
): Generated & { bags: Of } {
  return Object.assign(message, { bags });
}

/** Pulumi's service, read and written in this way. */
export const SERVICE: ServiceDefinition = Object.fromEntries(
  Object.entries(ResourceProviderService as ServiceDefinition).map(([name, method]) => [
    name,
    {
      ...method,
      ...reading(method, fieldsOf(OF_REQUEST, name)),
      ...writing(method, fieldsOf(OF_RESPONSE, name)),
    },
  ]),
);

type Method = MethodDefinition<unknown, unknown>;

function fieldsOf(fields: Readonly<Record<string, Fields>>, method: string): Fields | undefined {
  return fields[method];
}

function reading(method: Method, fields: Fields | undefined): Partial<Method> {
  if (fields === undefined) return {};
  return {
    requestDeserialize: (bytes) => {
      const { rest, bags } = takeOut(bytes, fields);
      return Object.assign(method.requestDeserialize(rest) as object, { bags });
    },
  };
}

function writing(method: Method, fields: Fields | undefined): Partial<Method> {
  if (fields === undefined) return {};
  return {
    responseSerialize: (response) =>
      putIn(method.responseSerialize(response), (response as { bags?: Bags<Fields> }).bags ?? {}, fields),
  };
}

/** Pure: a message without some of its fields, and the bytes in each of these. */
function takeOut(bytes: Buffer, fields: Fields): { rest: Buffer; bags: Bags<Fields> } {
  const names = new Map(Object.entries(fields).map(([name, number]) => [number, name]));
  const bags: Record<string, Uint8Array> = {};
  const rest: Uint8Array[] = [];
  const reader = new BinaryReader(bytes);
  for (let start = 0; reader.nextField(); start = reader.getCursor()) {
    const name = names.get(reader.getFieldNumber());
    if (name !== undefined) bags[name] = reader.readBytes();
    else {
      reader.skipField();
      rest.push(bytes.subarray(start, reader.getCursor()));
    }
  }
  return { rest: Buffer.concat(rest), bags };
}

/** Pure: a message with further fields: the order of fields says nothing in protobuf. */
export function putIn(message: Uint8Array, bags: Bags<Fields>, fields: Fields): Buffer {
  const writer = new BinaryWriter();
  for (const [name, bytes] of Object.entries(bags)) writer.writeBytes(fields[name] ?? 0, bytes);
  return Buffer.concat([message, writer.getResultBuffer()]);
}
