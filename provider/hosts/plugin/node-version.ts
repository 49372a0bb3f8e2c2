import { nodeObjection } from "../../node-version";

const objection = nodeObjection(process.versions.node);
if (objection !== undefined) {
  process.stderr.write(`${objection}\n`);
  process.exit(1);
}
