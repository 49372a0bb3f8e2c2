import { nodeObjection } from "../node-version";
import { EXIT } from "./console/exit-code";

const objection = nodeObjection(process.versions.node);
if (objection !== undefined) {
  process.stderr.write(`${objection}\n`);
  process.exit(EXIT.error);
}
