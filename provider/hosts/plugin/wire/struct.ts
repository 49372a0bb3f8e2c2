import { BinaryReader, BinaryWriter } from "google-protobuf";

// Protobuf's Struct, to and from plain values. The class that google-protobuf has for it makes several objects of each
// value, which takes five to ten times as long: most of the plugin's time for 10,000 people.

type Plain = Record<string, unknown>;

/** The numbers of the fields, as in Google's struct.proto. */
const FIELDS = 1;
const ENTRY = { key: 1, value: 2 } as const;
const VALUE = { null: 1, number: 2, string: 3, bool: 4, struct: 5, list: 6 } as const;
const VALUES = 1;

/** Pure: what the bytes of a Struct say. The keys of each object are sorted: they come in any order. */
export function decodeStruct(bytes: Uint8Array): Plain {
  return readStruct(new BinaryReader(bytes));
}

/** Pure: the bytes of a Struct. What is undefined is left out. */
export function encodeStruct(plain: object): Uint8Array {
  const writer = new BinaryWriter();
  writeStruct(plain, writer);
  return writer.getResultBuffer();
}

function readStruct(reader: BinaryReader): Plain {
  const entries = new Map<string, unknown>();
  eachField(reader, FIELDS, () => reader.readMessage(entries, readEntry));
  const keys = [...entries.keys()].sort();
  // Not by assignment: a key may be __proto__.
  return Object.fromEntries(keys.map((key) => [key, entries.get(key)]));
}

function readEntry(entries: Map<string, unknown>, reader: BinaryReader): void {
  let key = "";
  const value = { read: null as unknown };
  while (reader.nextField()) {
    const field = reader.getFieldNumber();
    if (field === ENTRY.key) key = reader.readString();
    else if (field === ENTRY.value) reader.readMessage(value, readValue);
    else reader.skipField();
  }
  entries.set(key, value.read);
}

function readValue(into: { read: unknown }, reader: BinaryReader): void {
  while (reader.nextField()) {
    switch (reader.getFieldNumber()) {
      case VALUE.null:
        reader.skipField();
        into.read = null;
        break;
      case VALUE.number:
        into.read = reader.readDouble();
        break;
      case VALUE.string:
        into.read = reader.readString();
        break;
      case VALUE.bool:
        into.read = reader.readBool();
        break;
      case VALUE.struct:
        reader.readMessage(into, (_, inner) => {
          into.read = readStruct(inner);
        });
        break;
      case VALUE.list:
        reader.readMessage(into, (_, inner) => {
          into.read = readList(inner);
        });
        break;
      default:
        reader.skipField();
    }
  }
}

function readList(reader: BinaryReader): unknown[] {
  const list: unknown[] = [];
  eachField(reader, VALUES, () => {
    const value = { read: null as unknown };
    reader.readMessage(value, readValue);
    list.push(value.read);
  });
  return list;
}

/** Reads each field of a number, and skips the others. */
function eachField(reader: BinaryReader, wanted: number, read: () => void): void {
  while (reader.nextField()) {
    if (reader.getFieldNumber() === wanted) read();
    else reader.skipField();
  }
}

function writeStruct(plain: object, writer: BinaryWriter): void {
  for (const entry of Object.entries(plain))
    if (entry[1] !== undefined) writer.writeMessage(FIELDS, entry, writeEntry);
}

function writeEntry([key, value]: [string, unknown], writer: BinaryWriter): void {
  writer.writeString(ENTRY.key, key);
  // In a list, since the writer leaves a message out that is null.
  writer.writeMessage(ENTRY.value, [value], writeValue);
}

function writeValue([value]: [unknown], writer: BinaryWriter): void {
  if (value === null || value === undefined) writer.writeEnum(VALUE.null, 0);
  else if (typeof value === "string") writer.writeString(VALUE.string, value);
  else if (typeof value === "number") writer.writeDouble(VALUE.number, value);
  else if (typeof value === "boolean") writer.writeBool(VALUE.bool, value);
  else if (Array.isArray(value)) writer.writeMessage(VALUE.list, value, writeList);
  else if (typeof value === "object") writer.writeMessage(VALUE.struct, value, writeStruct);
  else throw new Error(`A property cannot be a ${typeof value}.`);
}

function writeList(list: unknown[], writer: BinaryWriter): void {
  for (const value of list) writer.writeMessage(VALUES, [value], writeValue);
}
