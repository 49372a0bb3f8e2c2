import { nodeObjection } from "../provider/node-version";
import { EXIT } from "./cli/exit-code";

const objection = nodeObjection(process.versions.node);
if (objection !== undefined) {
  process.stderr.write(`${objection}\n`);
  process.exit(EXIT.error);
}
