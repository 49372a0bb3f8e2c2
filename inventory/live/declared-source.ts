import { FileError } from "../cli/errors";
import { type Io, readText } from "../cli/io";
import { type Declared, parseState } from "./declared";
import { readStackState, type StackReference } from "./stack";

/** Where it stands what is declared: the state of a stack, or a file that a `pulumi stack export` wrote. */
export interface DeclaredSource {
  stack: StackReference | undefined;
  state: string | undefined;
}

/**
 * What is declared; undefined where neither of the two is given.
 * @throws {FileError | StackError} when it cannot be read
 */
export async function readDeclared(io: Io, { stack, state }: DeclaredSource): Promise<Declared | undefined> {
  if (stack !== undefined) return parseState(await readStackState(stack, io.env), `the stack ${stack.stack}`);
  return state === undefined ? undefined : parseState(readJson(io, state), state);
}

function readJson(io: Io, file: string): unknown {
  try {
    return JSON.parse(readText(io, file));
  } catch (error) {
    if (error instanceof FileError) throw error;
    throw new FileError(`${file} is not JSON. Make it with \`pulumi stack export --file ${file}\`.`);
  }
}
